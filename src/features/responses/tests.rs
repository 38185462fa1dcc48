//! What a customer says back, on notices as they are written.

use jiff::civil::{Date, date};

use super::{
    Act, Aside, DismissReason,
    service::{dismiss, say_helpful, snooze, take_back},
};
use crate::{
    domain::{aside::Wait, money::Money, notice::NoticeKind},
    error::{AppError, Reason, Refusal, Result},
    features::{
        fixture::{Fixture, MIRA, TODAY, TOM},
        home,
        notices::{
            self, NoticeCard, ToldNotice,
            service::{NewNotice, current_for_customer},
        },
    },
    server::{auth::Customer, db::Conn},
    sql,
};

/// That the small plan would cost less.
fn advice(customer: &str, key: &str, minor: i64, as_of: Date) -> NewNotice {
    NewNotice {
        customer_id: customer.to_owned(),
        invoice_id: None,
        subscription_id: Some("mira's".to_owned()),
        kind: NoticeKind::BetterPrice,
        dedupe_key: key.to_owned(),
        subject: "small".to_owned(),
        amount: Money::new(minor, crate::domain::money::Currency::EUR),
        due_on: None,
        fee_on: None,
        holds_until: Some(date(2027, 6, 30)),
        rule: "better-price".to_owned(),
        rule_version: 1,
        words: "It would cost less.".to_owned(),
        evidence: r#"{"facts":[],"steps":[]}"#.to_owned(),
        as_of,
        previous_terms: None,
        corrects: None,
    }
}

fn about_bill(kind: NoticeKind, number: &str, fee_on: Option<Date>, due_on: Option<Date>) -> NewNotice {
    NewNotice {
        kind,
        invoice_id: Some(number.to_owned()),
        subject: number.to_owned(),
        fee_on,
        due_on,
        holds_until: None,
        ..advice(MIRA, &format!("{kind}:{number}"), 500, TODAY)
    }
}

async fn write(house: &Fixture, notice: NewNotice) {
    let written = house
        .app
        .db
        .write(async |conn: &mut Conn<'_>| notices::service::write_new(conn, &[&notice], 0).await)
        .await
        .expect("a notice");
    assert_eq!(written, [true]);
}

async fn cards(house: &Fixture, today: Date) -> Vec<NoticeCard> {
    current_for_customer(&mut house.conn().await, MIRA, today).await.expect("cards")
}

async fn only_card(house: &Fixture, today: Date) -> NoticeCard {
    let mut cards = cards(house, today).await;
    assert_eq!(cards.len(), 1);
    cards.remove(0)
}

async fn house_with_advice() -> (Fixture, String) {
    let house = Fixture::new().await;
    house.small_costs_less().await;
    write(&house, advice(MIRA, "first", 1_200, TODAY)).await;
    let id = only_card(&house, TODAY).await.id;
    (house, id)
}

async fn opened(house: &Fixture, id: &str) -> ToldNotice {
    notices::service::open(&house.app, MIRA, id).await.expect("the notice")
}

fn reasons(refused: Result<()>) -> Vec<Reason> {
    match refused {
        Err(AppError::Invalid { problems, .. }) => problems.into_iter().map(|problem| problem.reason).collect(),
        other => panic!("not a refused form: {other:?}"),
    }
}

#[tokio::test]
async fn what_is_put_aside_leaves_the_first_page_and_comes_back_on_its_day() {
    let (house, id) = house_with_advice().await;
    let mira = house.mira().await;
    let at_home = async |mira: &Customer| {
        let home = home::service::home(&house.app, mira).await.expect("home");
        (home.worth_knowing.len(), home.aside.len())
    };
    assert_eq!(at_home(&mira).await, (1, 0));
    assert_eq!(snooze(&house.app, MIRA, &id, Wait::ThreeDays).await, Ok(()));
    assert_eq!(at_home(&mira).await, (0, 1));
    let back = date(2026, 11, 21);
    assert_eq!(only_card(&house, TODAY).await.aside, Some(Aside::Until(back)));
    assert_eq!(only_card(&house, date(2026, 11, 20)).await.aside, Some(Aside::Until(back)));
    assert_eq!(only_card(&house, back).await.aside, None, "on its day it stands there again");
    assert_eq!(take_back(&house.app, MIRA, &id, Act::Snooze).await, Ok(()));
    assert_eq!(take_back(&house.app, MIRA, &id, Act::Snooze).await, Ok(()), "twice is as good as once");
    assert_eq!(at_home(&mira).await, (1, 0));
}

#[tokio::test]
async fn what_is_dismissed_keeps_its_reason_and_can_be_brought_back() {
    let (house, id) = house_with_advice().await;
    snooze(&house.app, MIRA, &id, Wait::Week).await.expect("put aside");
    let words = "لا شكرا\r\nnot this year\0";
    assert_eq!(dismiss(&house.app, MIRA, &id, "will_not_change", words).await, Ok(()));
    let card = only_card(&house, TODAY).await;
    assert_eq!(card.aside, Some(Aside::Dismissed));
    let dismissed = card.said.dismissed.expect("a dismissal");
    assert_eq!((dismissed.reason, dismissed.on), (DismissReason::WillNotChange, TODAY));
    assert_eq!(dismissed.words, "لا شكرا\nnot this year");
    assert_eq!(card.said.snoozed_until, None, "it is no longer put aside for a while");
    assert_eq!(take_back(&house.app, MIRA, &id, Act::Dismiss).await, Ok(()));
    assert_eq!(only_card(&house, TODAY).await.aside, None);
}

#[tokio::test]
async fn a_dismissal_needs_a_reason_of_the_list_and_few_words() {
    let (house, id) = house_with_advice().await;
    let long = "a".repeat(501);
    assert_eq!(reasons(dismiss(&house.app, MIRA, &id, "", "").await), [Reason::Missing]);
    assert_eq!(
        reasons(dismiss(&house.app, MIRA, &id, "never", &long).await),
        [Reason::NotAChoice, Reason::TooLong(500)]
    );
    assert_eq!(reasons(dismiss(&house.app, MIRA, &id, "not_now", "\u{200b}\u{2800}").await), [Reason::NothingSeen]);
    assert_eq!(only_card(&house, TODAY).await.aside, None);
}

#[tokio::test]
async fn much_the_same_stays_away_for_ninety_days_unless_it_grew_by_half() {
    for (as_of, minor, stays) in
        [(date(2027, 1, 5), 1_000, true), (date(2027, 1, 5), 800, false), (date(2027, 2, 17), 1_200, false)]
    {
        let house = Fixture::new().await;
        house.small_costs_less().await;
        write(&house, advice(MIRA, "first", minor, TODAY)).await;
        let id = only_card(&house, TODAY).await.id;
        dismiss(&house.app, MIRA, &id, "not_now", "").await.expect("dismissed");
        write(&house, advice(MIRA, "second", 1_200, as_of)).await;
        let card = only_card(&house, as_of).await;
        assert_ne!(card.id, id, "the newer is the one that counts");
        assert_eq!(card.aside, stays.then_some(Aside::LikeDismissed(TODAY)), "{as_of} {minor}");
        take_back(&house.app, MIRA, &id, Act::Dismiss).await.expect("brought back");
        assert!(self::cards(&house, as_of).await.iter().all(|card| card.aside.is_none()));
    }
}

#[tokio::test]
async fn a_fee_warning_is_put_aside_only_while_a_day_is_left_and_never_dismissed() {
    let house = Fixture::new().await;
    let grace =
        "insert into fee_policies (id, currency, version, starts_on, grace_days, flat_amount, percent_millionths,
                                           minimum_amount, warn_days, reason, made_at)
                 values ('p', 'EUR', 2, '2020-01-01', 2, 500, 0, 0, 3, 'A little longer.', 0)";
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, grace)).await;
    house.add_bill(MIRA, "1042", 3_820, date(2026, 11, 20)).await;
    let warning = about_bill(NoticeKind::FeeWarning, "1042", Some(date(2026, 11, 23)), Some(date(2026, 11, 20)));
    write(&house, warning).await;
    let card = only_card(&house, TODAY).await;
    assert_eq!(card.can_say.back_by, Some(date(2026, 11, 21)));
    assert_eq!(card.can_say.waits, [(Wait::Tomorrow, date(2026, 11, 19)), (Wait::ThreeDays, date(2026, 11, 21))]);
    let refused = |refusal| Err(AppError::Refused(refusal));
    assert_eq!(dismiss(&house.app, MIRA, &card.id, "not_now", "").await, refused(Refusal::NoticeStays));
    for wait in [Wait::Week, Wait::Month] {
        assert_eq!(snooze(&house.app, MIRA, &card.id, wait).await, refused(Refusal::NoticeCannotWait));
    }
    assert_eq!(only_card(&house, TODAY).await.aside, None);
    assert_eq!(snooze(&house.app, MIRA, &card.id, Wait::ThreeDays).await, Ok(()));
    assert_eq!(only_card(&house, date(2026, 11, 21)).await.aside, None);
    house.pay("1042", 3_820, TODAY).await;
    assert_eq!(snooze(&house.app, MIRA, &card.id, Wait::Tomorrow).await, refused(Refusal::NoticeOver));
    assert_eq!(dismiss(&house.app, MIRA, &card.id, "not_now", "").await, refused(Refusal::NoticeOver));
    assert_eq!(say_helpful(&house.app, MIRA, &card.id, true).await, Ok(()), "that can be said afterwards too");
}

#[tokio::test]
async fn a_dispute_is_put_aside_and_never_dismissed() {
    let house = Fixture::new().await;
    house.add_bill(MIRA, "1042", 3_820, date(2026, 11, 20)).await;
    house.dispute("1042", TODAY).await;
    write(&house, about_bill(NoticeKind::Dispute, "1042", None, Some(date(2026, 11, 20)))).await;
    let id = only_card(&house, TODAY).await.id;
    assert_eq!(dismiss(&house.app, MIRA, &id, "other", "").await, Err(AppError::Refused(Refusal::NoticeStays)));
    assert_eq!(snooze(&house.app, MIRA, &id, Wait::Month).await, Ok(()));
    assert_eq!(only_card(&house, TODAY).await.aside, Some(Aside::Until(date(2026, 12, 18))));
}

#[tokio::test]
async fn whether_it_was_helpful_is_kept_changed_and_taken_back() {
    let (house, id) = house_with_advice().await;
    assert_eq!(opened(&house, &id).await.card.said.is_helpful, None);
    for is_helpful in [true, false] {
        say_helpful(&house.app, MIRA, &id, is_helpful).await.expect("said");
        assert_eq!(opened(&house, &id).await.card.said.is_helpful, Some(is_helpful));
    }
    snooze(&house.app, MIRA, &id, Wait::Tomorrow).await.expect("put aside");
    take_back(&house.app, MIRA, &id, Act::Helpful).await.expect("taken back");
    let said = opened(&house, &id).await.card.said;
    assert_eq!((said.is_helpful, said.snoozed_until), (None, Some(date(2026, 11, 19))), "the other thing stays said");
    let mut conn = house.conn().await;
    let told = notices::service::told_to_customer(&mut conn, MIRA, TODAY, 10).await.expect("as staff see it");
    assert_eq!(told[0].card.said.snoozed_until, Some(date(2026, 11, 19)));
}

#[tokio::test]
async fn a_notice_of_somebody_else_is_not_found() {
    let (house, id) = house_with_advice().await;
    for id in [id.as_str(), "nothing", "\0", ""] {
        assert_eq!(snooze(&house.app, TOM, id, Wait::Tomorrow).await, Err(AppError::NotFound));
        assert_eq!(dismiss(&house.app, TOM, id, "not_now", "").await, Err(AppError::NotFound));
        assert_eq!(say_helpful(&house.app, TOM, id, true).await, Err(AppError::NotFound));
        assert_eq!(take_back(&house.app, TOM, id, Act::Dismiss).await, Err(AppError::NotFound));
    }
    assert_eq!(only_card(&house, TODAY).await.said, super::Said::default());
}

#[tokio::test]
async fn of_twenty_answers_at_once_one_row_is_left_and_it_says_one_thing() {
    let (house, id) = house_with_advice().await;
    let mut tasks = tokio::task::JoinSet::new();
    for at in 0..20 {
        let (app, id) = (house.app.clone(), id.clone());
        tasks.spawn(async move {
            if at % 2 == 0 {
                snooze(&app, MIRA, &id, Wait::Tomorrow).await
            } else {
                dismiss(&app, MIRA, &id, "not_now", "").await
            }
        });
    }
    for answer in tasks.join_all().await {
        assert_eq!(answer, Ok(()));
    }
    let said = only_card(&house, TODAY).await.said;
    assert_ne!(said.snoozed_until.is_some(), said.dismissed.is_some(), "{said:?}");
}

#[tokio::test]
async fn the_list_shows_what_holds_first_and_the_rest_in_pages() {
    let (house, id) = house_with_advice().await;
    for at in 0..25 {
        let old = NewNotice {
            holds_until: Some(date(2026, 2, 1)),
            ..advice(MIRA, &format!("old {at}"), 100, date(2026, 1, 1 + at))
        };
        write(&house, old).await;
    }
    write(&house, advice(TOM, "tom's", 100, TODAY)).await;
    let list = async |page| notices::service::list(&house.app, MIRA, page).await.expect("a list");
    let first = list(None).await;
    let ids = |told: &[ToldNotice]| told.iter().map(|told| told.card.id.clone()).collect::<Vec<_>>();
    assert_eq!((ids(&first.current), first.earlier.len(), first.page.total), (vec![id.clone()], 20, 25));
    assert_eq!(first.earlier[0].card.as_of, date(2026, 1, 25), "the latest first");
    let second = list(Some(2)).await;
    assert_eq!((second.current.len(), second.earlier.len()), (0, 5));
    assert!(!ids(&second.earlier).contains(&id) && !ids(&first.earlier).contains(&id));
}

#[tokio::test]
async fn what_an_earlier_not_for_me_silences_is_said_to_be_so_in_the_list_too() {
    let house = Fixture::new().await;
    house.small_costs_less().await;
    write(&house, advice(MIRA, "first", 1_200, date(2026, 11, 1))).await;
    let id = only_card(&house, TODAY).await.id;
    dismiss(&house.app, MIRA, &id, "will_not_change", "").await.expect("dismissed");
    write(&house, advice(MIRA, "second", 1_100, TODAY)).await;
    let list = notices::service::list(&house.app, MIRA, None).await.expect("a list");
    let states: Vec<_> = list.current.iter().map(|told| (told.is_current(), told.today().aside)).collect();
    assert_eq!(states, [(true, Some(Aside::LikeDismissed(TODAY)))]);
    assert_eq!(list.earlier.len(), 1);
    take_back(&house.app, MIRA, &id, Act::Dismiss).await.expect("taken back");
    let list = notices::service::list(&house.app, MIRA, None).await.expect("a list");
    assert_eq!(list.current[0].today().aside, None);
}
