//! Which notices are mailed, when, and how often.

use jiff::{Timestamp, civil::date};

use super::{
    service::{Guide, work},
    store::{self, MailRow, MailState},
};
use crate::{
    domain::{
        money::{Currency, Money},
        notice::NoticeKind,
    },
    features::{
        customers,
        fixture::{Fixture, MIRA, TODAY, TOM},
        notices::service::{NewNotice, write_new},
        preferences::{self, Wish},
    },
    server::{db::Conn, mail::Mailer, state::AppState},
    sql,
};

/// Noon on the day of the tests, in Mira's zone.
const NOON: &str = "2026-11-18T11:00:00Z";
const MINUTE: i64 = 60_000;

fn ms(text: &str) -> i64 {
    text.parse::<Timestamp>().expect("an instant").as_millisecond()
}

/// A mail server that takes nothing: nobody listens there.
fn with_dead_server(house: &Fixture) -> AppState {
    let mut config = (*house.app.config).clone();
    config.smtp_url = Some("smtp://127.0.0.1:1".to_owned());
    config.mail_from = Some("Harbour <hello@harbour.example>".to_owned());
    let mailer = Mailer::from_config(&config).expect("settings");
    AppState { mailer, ..house.app.clone() }
}

async fn round(app: &AppState, now: i64) {
    let guide = Guide { now: &|| now, is_asked_to_stop: &|| false };
    work(app, &guide, i64::MIN).await.expect("a round");
}

fn notice(customer: &str, kind: NoticeKind, key: &str) -> NewNotice {
    NewNotice {
        customer_id: customer.to_owned(),
        invoice_id: None,
        subscription_id: None,
        kind,
        dedupe_key: key.to_owned(),
        subject: key.to_owned(),
        amount: Money::new(500, Currency::EUR),
        due_on: None,
        fee_on: None,
        holds_until: Some(date(2026, 12, 31)),
        rule: "r".to_owned(),
        rule_version: 1,
        words: "You could pay less.".to_owned(),
        evidence: r#"{"says":"","facts":[],"steps":[]}"#.to_owned(),
        as_of: TODAY,
        previous_terms: None,
        corrects: None,
    }
}

/// That another plan would cost less, which is so.
async fn advise(house: &Fixture, written: i64) {
    house.small_costs_less().await;
    let subscription_id = Some("mira's".to_owned());
    let subject = "small".to_owned();
    let advice = NewNotice { subscription_id, subject, ..notice(MIRA, NoticeKind::BetterPrice, "price") };
    tell(house, &advice, written).await;
}

/// A warning about an open bill of this number, which is added.
async fn warn(house: &Fixture, customer: &str, number: &str, written: i64) {
    house.add_bill(customer, number, 9_000, date(2026, 11, 20)).await;
    let mut warning = notice(customer, NoticeKind::FeeWarning, number);
    warning.invoice_id = Some(number.to_owned());
    warning.due_on = Some(date(2026, 11, 20));
    warning.fee_on = Some(date(2026, 11, 21));
    tell(house, &warning, written).await;
}

async fn tell(house: &Fixture, notice: &NewNotice, written: i64) {
    let done = house.app.db.write(async |conn: &mut Conn<'_>| write_new(conn, &[notice], written).await).await;
    assert_eq!(done, Ok(vec![true]));
}

async fn id_of(conn: &mut Conn<'_>, key: &str) -> sqlx::Result<String> {
    sql!(conn, scalar as String, "select id from notices where dedupe_key = $1", key)
}

/// What became of the mail of the notice with this key.
async fn mail(house: &Fixture, key: &str) -> Option<MailRow> {
    let mut conn = house.conn().await;
    let id = id_of(&mut conn, key).await.expect("the notice");
    store::of_notice(&mut conn, &id).await.expect("a look")
}

async fn state(house: &Fixture, key: &str) -> Option<(MailState, i64)> {
    mail(house, key).await.map(|row| (row.state.0, row.tries))
}

async fn choose(house: &Fixture, kind: NoticeKind, by_mail: bool, from: &str, until: &str) {
    let by_mail = by_mail.then(|| "1".to_owned());
    let wish = Wish { by_mail, quiet_from: from.to_owned(), quiet_until: until.to_owned() };
    let wishes = [(kind.name().to_owned(), wish)].into();
    preferences::service::save(&house.app, MIRA, &wishes).await.expect("a choice");
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_queued_and_later_only_what_is_news() {
    let house = Fixture::new().await;
    let now = ms(NOON);
    warn(&house, MIRA, "old", now - 73 * 60 * MINUTE).await;
    warn(&house, MIRA, "new", now - 71 * 60 * MINUTE).await;
    round(&house.app, now).await;
    assert_eq!(state(&house, "new").await, None);
    round(&with_dead_server(&house), now).await;
    assert_eq!(state(&house, "new").await, Some((MailState::Waiting, 1)));
    assert_eq!(state(&house, "old").await, None);
}

#[tokio::test]
async fn only_what_is_wanted_is_tried_and_the_rest_is_decided_once() {
    let house = Fixture::new().await;
    let (app, now) = (with_dead_server(&house), ms(NOON));
    advise(&house, now).await;
    tell(&house, &notice(TOM, NoticeKind::Competitor, "other"), now).await;
    warn(&house, TOM, "tom's", now).await;
    choose(&house, NoticeKind::BetterPrice, true, "", "").await;
    house
        .write(async |conn: &mut Conn<'_>| sql!(conn, execute, "update customers set email = null where id = $1", TOM))
        .await;
    round(&app, now).await;
    assert_eq!(state(&house, "price").await, Some((MailState::Waiting, 1)));
    assert_eq!(state(&house, "other").await, Some((MailState::Dropped, 0)));
    let unreachable = mail(&house, "tom's").await.expect("decided");
    assert_eq!(
        (unreachable.state.0, unreachable.last_error.as_deref()),
        (MailState::Dropped, Some("no address is known"))
    );
}

#[tokio::test]
async fn tries_come_with_growing_gaps_and_the_sixth_is_the_last() {
    let house = Fixture::new().await;
    let app = with_dead_server(&house);
    let mut now = ms(NOON);
    advise(&house, now).await;
    choose(&house, NoticeKind::BetterPrice, true, "", "").await;
    for (tries, gap) in [(1, 1), (2, 5), (3, 30), (4, 120), (5, 480)] {
        round(&app, now).await;
        let row = mail(&house, "price").await.expect("a mail");
        assert_eq!((row.state.0, row.tries, row.not_before), (MailState::Waiting, tries, now + gap * MINUTE));
        assert!(row.last_error.is_some_and(|error| !error.is_empty()) && row.sent_at.is_none());
        round(&app, row.not_before - 1).await;
        assert_eq!(state(&house, "price").await, Some((MailState::Waiting, tries)), "not before its time");
        now = row.not_before;
    }
    round(&app, now).await;
    assert_eq!(state(&house, "price").await, Some((MailState::Failed, 6)));
    round(&app, now + 48 * 60 * MINUTE).await;
    assert_eq!(state(&house, "price").await, Some((MailState::Failed, 6)));
}

#[tokio::test]
async fn quiet_hours_hold_mail_back_but_no_warning_of_a_fee() {
    let house = Fixture::new().await;
    let app = with_dead_server(&house);
    // Eleven at night in Zagreb.
    let night = ms("2026-11-18T22:00:00Z");
    choose(&house, NoticeKind::BetterPrice, true, "22:00", "07:00").await;
    choose(&house, NoticeKind::FeeWarning, true, "22:00", "07:00").await;
    advise(&house, night).await;
    warn(&house, MIRA, "bill", night).await;
    round(&app, night).await;
    let held = mail(&house, "price").await.expect("a mail");
    assert_eq!((held.state.0, held.tries, held.not_before), (MailState::Waiting, 0, ms("2026-11-19T06:00:00Z")));
    assert_eq!(state(&house, "bill").await, Some((MailState::Waiting, 1)), "at once");
    // Hours chosen after it was decided on hold as well.
    choose(&house, NoticeKind::BetterPrice, true, "06:00", "09:00").await;
    round(&app, held.not_before).await;
    let held = mail(&house, "price").await.expect("a mail");
    assert_eq!((held.tries, held.not_before), (0, ms("2026-11-19T08:00:00Z")));
    round(&app, held.not_before).await;
    assert_eq!(state(&house, "price").await, Some((MailState::Waiting, 1)));
}

#[tokio::test]
async fn what_is_no_longer_so_or_no_longer_wanted_is_not_sent() {
    let house = Fixture::new().await;
    let (app, now) = (with_dead_server(&house), ms(NOON));
    warn(&house, MIRA, "paid", now).await;
    warn(&house, MIRA, "open", now).await;
    advise(&house, now).await;
    choose(&house, NoticeKind::BetterPrice, true, "", "").await;
    round(&app, now).await;
    house.pay("paid", 9_000, TODAY).await;
    choose(&house, NoticeKind::BetterPrice, false, "", "").await;
    round(&app, now + MINUTE).await;
    assert_eq!(state(&house, "paid").await, Some((MailState::Dropped, 1)));
    assert_eq!(state(&house, "price").await, Some((MailState::Dropped, 1)));
    assert_eq!(state(&house, "open").await, Some((MailState::Waiting, 2)));
}

#[tokio::test]
async fn of_many_who_claim_a_mail_one_has_it_until_its_lease_ends() {
    let house = Fixture::new().await;
    let (app, now) = (with_dead_server(&house), ms(NOON));
    warn(&house, MIRA, "bill", now).await;
    // Eight processes at once: the mail is tried once.
    let rounds: Vec<_> = (0..8)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { round(&app, now).await })
        })
        .collect();
    for one in rounds {
        one.await.expect("a round");
    }
    assert_eq!(state(&house, "bill").await, Some((MailState::Waiting, 1)));
    // Whoever claims it and stops there leaves it to others after ten minutes.
    let row = store::due(&mut house.conn().await, now + MINUTE, 10).await.expect("rows").remove(0);
    let claim = |row: store::WaitingRow| {
        let app = app.clone();
        async move { app.db.write(async |conn: &mut Conn<'_>| store::claim(conn, &row, now + 11 * MINUTE).await).await }
    };
    let (one, other) = tokio::join!(claim(row.clone()), claim(row.clone()));
    assert_eq!([one.expect("a claim"), other.expect("a claim")].into_iter().filter(|is_ours| *is_ours).count(), 1);
    let late = app.db.write(async |conn: &mut Conn<'_>| store::put_off(conn, &row, now).await).await;
    assert!(!late.expect("a look"), "it is not as it was read");
    round(&app, now + 10 * MINUTE).await;
    assert_eq!(state(&house, "bill").await, Some((MailState::Waiting, 2)), "somebody has it");
    round(&app, now + 11 * MINUTE).await;
    assert_eq!(state(&house, "bill").await, Some((MailState::Waiting, 3)));
}

#[tokio::test]
async fn a_last_try_that_never_ended_is_a_failure() {
    let house = Fixture::new().await;
    let (app, now) = (with_dead_server(&house), ms(NOON));
    advise(&house, now).await;
    choose(&house, NoticeKind::BetterPrice, true, "", "").await;
    round(&app, now).await;
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, "update notice_mails set tries = 6")).await;
    round(&app, now + MINUTE).await;
    assert_eq!(state(&house, "price").await, Some((MailState::Failed, 6)));
}

#[tokio::test]
async fn a_warning_is_tried_every_hour_for_as_long_as_it_holds() {
    let house = Fixture::new().await;
    let (app, mut now) = (with_dead_server(&house), ms(NOON));
    warn(&house, MIRA, "bill", now).await;
    round(&app, now).await;
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, "update notice_mails set tries = 6")).await;
    now += MINUTE;
    for tries in 7..10 {
        round(&app, now).await;
        let row = mail(&house, "bill").await.expect("a mail");
        assert_eq!((row.state.0, row.tries, row.not_before), (MailState::Waiting, tries, now + 60 * MINUTE));
        now = row.not_before;
    }
    house.pay("bill", 9_000, TODAY).await;
    round(&app, now).await;
    assert_eq!(state(&house, "bill").await, Some((MailState::Dropped, 9)));
}

#[tokio::test]
async fn a_warning_that_finds_no_mail_server_for_five_days_is_given_up() {
    let house = Fixture::new().await;
    let (app, now) = (with_dead_server(&house), ms(NOON));
    warn(&house, MIRA, "bill", now).await;
    round(&app, now).await;
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, "update notice_mails set tries = 125")).await;
    round(&app, now + MINUTE).await;
    assert_eq!(state(&house, "bill").await, Some((MailState::Failed, 126)));
    round(&app, now + 48 * 60 * MINUTE).await;
    assert_eq!(state(&house, "bill").await, Some((MailState::Failed, 126)));
}

#[tokio::test]
async fn an_address_that_refuses_mail_for_good_is_not_tried_again_and_people_can_see_it() {
    let house = Fixture::new().await;
    let (app, now) = (house.with_mail_server(&["550 5.1.1 no such mailbox"]).await.0, ms(NOON));
    warn(&house, MIRA, "bill", now).await;
    round(&app, now).await;
    assert_eq!(state(&house, "bill").await, Some((MailState::Bounced, 1)));
    round(&app, now + 48 * 60 * MINUTE).await;
    assert_eq!(state(&house, "bill").await, Some((MailState::Bounced, 1)));
    let account = customers::service::account(&mut house.conn().await, MIRA).await.expect("the account");
    assert!(account.refused_mail.is_some_and(|why| why.contains("no such mailbox")));
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, "update customers set email = 'new@x.example'")).await;
    let account = customers::service::account(&mut house.conn().await, MIRA).await.expect("the account");
    assert_eq!(account.refused_mail, None, "that was another address");
}

#[tokio::test]
async fn what_a_mail_server_says_for_now_or_of_us_is_tried_again() {
    for answer in [&["451 4.7.1 try later"], &["530 5.7.0 authenticate first"], &["503 5.5.1 not now"]] {
        let house = Fixture::new().await;
        let (app, now) = (house.with_mail_server(answer).await.0, ms(NOON));
        warn(&house, MIRA, "bill", now).await;
        round(&app, now).await;
        assert_eq!(state(&house, "bill").await, Some((MailState::Waiting, 1)), "{answer:?}");
        let account = customers::service::account(&mut house.conn().await, MIRA).await.expect("the account");
        assert_eq!(account.refused_mail, None, "{answer:?}");
    }
}

#[tokio::test]
async fn a_mail_that_was_held_says_what_is_so_when_it_is_sent() {
    let house = Fixture::new().await;
    let now = ms(NOON);
    let (app, mut mails) = house.with_mail_server(&["250 ok"]).await;
    let grant = "insert into credits (id, customer_id, reference, currency, amount, used, granted_on, expires_on,
                                      created_at, updated_at)
                 values ('c', $1, 'SORRY', 'EUR', 2000, 0, '2026-01-01', '2026-12-10', 0, 0)";
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, grant, MIRA)).await;
    let expires = Some(date(2026, 12, 10));
    let credit = notice(MIRA, NoticeKind::Credit, "SORRY");
    let credit = NewNotice { amount: Money::new(2_000, Currency::EUR), due_on: expires, ..credit };
    choose(&house, NoticeKind::Credit, true, "11:00", "13:00").await;
    tell(&house, &credit, now).await;
    round(&app, now).await;
    assert_eq!(state(&house, "SORRY").await, Some((MailState::Waiting, 0)), "held for quiet hours");
    // Some of it is used in the meantime.
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, "update credits set used = 1250")).await;
    round(&app, now + 120 * MINUTE).await;
    assert_eq!(state(&house, "SORRY").await, Some((MailState::Sent, 1)));
    let taken = mails.try_recv().expect("a mail").replace("=\n", "");
    assert!(taken.contains("7.50 of credit to use") && !taken.contains("20.00"), "{taken}");
}

#[tokio::test]
async fn what_was_put_aside_is_not_sent_but_a_warning_of_a_fee_is() {
    let house = Fixture::new().await;
    let (app, now) = (with_dead_server(&house), ms(NOON));
    warn(&house, MIRA, "bill", now).await;
    advise(&house, now).await;
    choose(&house, NoticeKind::BetterPrice, true, "", "").await;
    house
        .write(async |conn: &mut Conn<'_>| {
            let text = "insert into notice_answers (notice_id, customer_id, snoozed_until, snoozed_at)
                        select id, customer_id, '2026-11-19', $1 from notices";
            sql!(conn, execute, text, now)
        })
        .await;
    round(&app, now).await;
    assert_eq!(state(&house, "bill").await, Some((MailState::Waiting, 1)));
    assert_eq!(state(&house, "price").await, Some((MailState::Dropped, 0)));
}

#[tokio::test]
async fn a_mail_says_that_a_program_wrote_it_and_is_the_same_mail_however_often_it_is_sent() {
    let house = Fixture::new().await;
    let now = ms(NOON);
    let (app, mut mails) = house.with_mail_server(&["451 later", "250 ok"]).await;
    warn(&house, MIRA, "bill", now).await;
    round(&app, now).await;
    assert_eq!(state(&house, "bill").await, Some((MailState::Waiting, 1)));
    round(&app, now + MINUTE).await;
    assert_eq!(state(&house, "bill").await, Some((MailState::Sent, 2)));
    let mail = mails.try_recv().expect("a mail");
    let id = id_of(&mut house.conn().await, "bill").await.expect("the notice");
    assert!(mail.contains(&format!("Message-ID: <notice-{id}@harbour.example>")), "{mail}");
    assert!(
        mail.contains("Auto-Submitted: auto-generated") && mail.contains("Reply-To: Help <help@harbour.example>"),
        "{mail}"
    );
    assert!(mail.contains("Hello Mira Kova"), "by the whole name: {mail}");
}
