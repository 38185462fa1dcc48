//! Acts on money, on both engines: done once, taken back whole, and never for somebody else.

use std::sync::Arc;

use jiff::{ToSpan, civil::date};
use sqlx::AssertSqlSafe;

use super::{
    Act, Kind, State, Terms, Undo, When, orders, outside,
    service::{self, act, credit_preview, use_credit},
    store,
};
use crate::{
    domain::{
        money::{Currency, Money},
        notice::NoticeKind,
    },
    error::{AppError, Refusal, Result},
    features::{
        advice::{
            self,
            service::{News, Reach},
            tests::office::grant,
        },
        bills::{self, BillState},
        credits, fees,
        fixture::{Fixture, MIRA, TODAY, TOM},
        notes, offers, requests,
    },
    server::{
        config::Settings,
        db::{Conn, new_id},
        state::AppState,
    },
    sql,
};

const CANNOT_UNDO: AppError = AppError::Refused(Refusal::CannotUndo);
const CHANGED: AppError = AppError::Refused(Refusal::ThingsChanged);

/// Mira owes 38.20 and has 15.00 of credit.
async fn house() -> Fixture {
    let house = Fixture::new().await;
    house.add_bill(MIRA, "1042", 3_820, date(2026, 11, 20)).await;
    house.add_bill(TOM, "2001", 1_000, date(2026, 11, 20)).await;
    let write = house.app.db.write(async |conn: &mut Conn<'_>| {
        grant(conn, MIRA, "sooner", 500, Some(date(2026, 12, 1))).await?;
        grant(conn, MIRA, "later", 1_000, None).await
    });
    write.await.expect("grants");
    house
}

/// The same database under an outside billing system.
fn with_outside_books(app: &AppState) -> AppState {
    let mut config = (*app.config).clone();
    config.billing_url = Some("http://127.0.0.1:9/webhooks".to_owned());
    config.billing_secret = Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
    AppState { config: std::sync::Arc::new(config), ..app.clone() }
}

/// Tomorrow, or so many days on.
fn days_on(app: &AppState, days: i64) -> AppState {
    let mut app = app.clone();
    app.clock.fixed = Some(TODAY.saturating_add(days.days()));
    app
}

async fn open(app: &AppState, number: &str) -> (i64, BillState) {
    let sheet = bills::service::sheet(app, MIRA, number).await.expect("the bill");
    (sheet.open.minor, sheet.state)
}

async fn balance(app: &AppState) -> i64 {
    credits::service::sheet(app, MIRA).await.expect("the page").balance.first().map_or(0, |all| all.minor)
}

async fn used(house: &Fixture, app: &AppState, amount: i64) -> Result<String> {
    let once = new_id();
    use_credit(app, &house.mira().await, "1042", &once, amount).await.map(|()| once)
}

async fn decided(app: &AppState, id: &str, is_confirmed: bool) -> Result<()> {
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let order = orders::known(conn, id).await?;
            match is_confirmed {
                true => orders::confirm(app, conn, &order, Some("B-77")).await,
                false => orders::refuse(app, conn, &order, Some("The account is closed.")).await,
            }
        })
        .await
}

#[tokio::test]
async fn credit_pays_a_bill_as_it_was_shown_and_can_be_taken_back() {
    let house = house().await;
    let app = &house.app;
    let preview = credit_preview(app, MIRA, "1042").await.expect("a preview");
    let [choice] = preview.choices.as_slice() else { panic!("one choice: {preview:?}") };
    assert_eq!((choice.amount.minor, choice.left_to_pay.minor, choice.credit_after.minor), (1_500, 2_320, 0));
    assert_eq!(choice.parts.iter().map(|(_, amount, _)| amount.minor).collect::<Vec<_>>(), [500, 1_000]);
    let id = used(&house, app, 1_500).await.expect("used");
    assert_eq!((open(app, "1042").await.0, balance(app).await), (2_320, 0));
    let done = act(app, MIRA, &id).await.expect("the act");
    assert_eq!((done.state, done.undo), (State::Confirmed, Some(Undo::Until(date(2026, 11, 19)))));
    service::undo(app, MIRA, &id).await.expect("undone");
    assert_eq!((open(app, "1042").await.0, balance(app).await), (3_820, 1_500));
    assert_eq!(act(app, MIRA, &id).await.map(|act| (act.state, act.undo)), Ok((State::Undone, None)));
    assert_eq!(service::undo(app, MIRA, &id).await, Err(CANNOT_UNDO));
}

#[tokio::test]
async fn parallel_clicks_use_a_credit_once() {
    let house = house().await;
    let (app, mira) = (&house.app, house.mira().await);
    // The same form twice is one act; eight forms at once find the credit once.
    let once = new_id();
    let same = || use_credit(app, &mira, "1042", &once, 1_500);
    let (one, two, three) = tokio::join!(same(), same(), same());
    assert_eq!((one, two, three), (Ok(()), Ok(()), Ok(())));
    assert_eq!((open(app, "1042").await.0, balance(app).await), (2_320, 0));
    service::undo(app, MIRA, &once).await.expect("undone");
    let clicks = (0..8).map(|_| {
        let (app, mira) = (app.clone(), mira.clone());
        tokio::spawn(async move { use_credit(&app, &mira, "1042", &new_id(), 1_500).await })
    });
    let mut taken = 0;
    for click in clicks.collect::<Vec<_>>() {
        match click.await.expect("no panic") {
            Ok(()) => taken += 1,
            Err(refused) => assert_eq!(refused, AppError::Refused(Refusal::NothingToUse)),
        }
    }
    assert_eq!((taken, open(app, "1042").await.0, balance(app).await), (1, 2_320, 0));
}

#[tokio::test]
async fn what_is_not_as_it_was_shown_is_not_done() {
    let house = house().await;
    assert_eq!(used(&house, &house.app, 1_499).await, Err(CHANGED));
    house.pay("1042", 3_000, TODAY).await;
    assert_eq!(used(&house, &house.app, 1_500).await, Err(CHANGED));
    assert_eq!((open(&house.app, "1042").await.0, balance(&house.app).await), (820, 1_500));
    house.dispute("1042", TODAY).await;
    assert_eq!(used(&house, &house.app, 820).await, Err(AppError::Refused(Refusal::NothingToUse)));
}

#[tokio::test]
async fn nobody_acts_for_somebody_else() {
    let house = house().await;
    let (app, mira) = (&house.app, house.mira().await);
    let id = used(&house, app, 1_500).await.expect("used");
    assert_eq!(act(app, TOM, &id).await, Err(AppError::NotFound));
    assert_eq!(act(app, TOM, "\0").await, Err(AppError::NotFound));
    assert_eq!(service::undo(app, TOM, &id).await, Err(AppError::NotFound));
    assert_eq!(credit_preview(app, MIRA, "2001").await, Err(AppError::NotFound));
    assert_eq!(service::about_bill(app, MIRA, "2001").await, Err(AppError::NotFound));
    for once in ["", "not an id", "\0"] {
        assert_eq!(use_credit(app, &mira, "1042", once, 1_500).await, Err(AppError::NotFound), "{once:?}");
    }
    let tom = crate::server::auth::Customer { person: house.person("p-tom").await, id: TOM.to_owned() };
    assert_eq!(service::dispute(app, &tom, "2001", &id, "no").await, Err(AppError::NotFound), "an id of Mira's");
    assert_eq!(service::dispute(app, &mira, "2001", &new_id(), "no").await, Err(AppError::NotFound));
}

#[tokio::test]
async fn a_first_late_fee_is_let_go_without_asking_and_a_second_is_not() {
    let house = house().await;
    house.add_bill(MIRA, "late", 2_000, date(2026, 11, 1)).await;
    house.add_bill(MIRA, "later", 2_000, date(2026, 11, 2)).await;
    let (app, mira) = (&house.app, house.mira().await);
    let (ways, _) = service::about_bill(app, MIRA, "late").await.expect("ways");
    assert_eq!(ways.waivable.map(|fee| fee.minor), Some(500));
    let once = new_id();
    service::waive_fee(app, &mira, "late", &once, 500).await.expect("let go");
    let sheet = bills::service::sheet(app, MIRA, "late").await.expect("the bill");
    assert_eq!((sheet.is_waived, sheet.fee, sheet.open.minor), (true, None, 2_000));
    let second = service::waive_fee(app, &mira, "later", &new_id(), 500).await;
    assert_eq!(second, Err(AppError::Refused(Refusal::FeeNeedsPerson)));
    service::undo(app, MIRA, &once).await.expect("undone");
    assert!(matches!(open(app, "late").await.1, BillState::FeeCame { .. }));
    service::waive_fee(app, &mira, "later", &new_id(), 500).await.expect("the other one instead");
    assert_eq!(
        service::waiver_preview(app, MIRA, "1042").await,
        Err(AppError::Refused(Refusal::FeeNeedsPerson)),
        "no fee has come"
    );
}

#[tokio::test]
async fn a_policy_that_does_not_trust_sends_to_a_person() {
    let house = house().await;
    house.add_bill(MIRA, "late", 2_000, date(2026, 11, 1)).await;
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(
                conn,
                execute,
                "insert into fee_policies (id, currency, version, starts_on, grace_days, flat_amount, percent_millionths,
                                           minimum_amount, warn_days, reason, made_at, trusts_first)
                 values ('p', 'EUR', 2, '2020-01-01', 0, 500, 0, 0, 3, 'Asked for.', 0, false)"
            )
        })
        .await;
    let (ways, _) = service::about_bill(&house.app, MIRA, "late").await.expect("ways");
    assert_eq!(ways.waivable, None);
    let refused = service::waive_fee(&house.app, &house.mira().await, "late", &new_id(), 500).await;
    assert_eq!(refused, Err(AppError::Refused(Refusal::FeeNeedsPerson)));
}

#[tokio::test]
async fn a_dispute_holds_at_once_and_a_person_settles_it() {
    let house = house().await;
    let (app, mira, jonas) = (&house.app, house.mira().await, house.person("p-jonas").await);
    let once = new_id();
    assert!(matches!(service::dispute(app, &mira, "1042", &once, " \0 ").await, Err(AppError::Invalid { .. })));
    service::dispute(app, &mira, "1042", &once, "I was not there in June.").await.expect("raised");
    assert_eq!(open(app, "1042").await.1, BillState::Disputed);
    let again = service::dispute(app, &mira, "1042", &new_id(), "Again.").await;
    assert_eq!(again, Err(AppError::Refused(Refusal::AlreadyAsked)));
    let seen = service::open_disputes(app, &mut house.conn().await, MIRA).await.expect("a list");
    assert_eq!(seen[0].words.as_deref(), Some("I was not there in June."));
    assert_eq!(service::settle_dispute(app, &jonas, (MIRA, "1042"), ("", ""), "We took June off.").await, Ok(()));
    let settled = act(app, MIRA, &once).await.expect("the act");
    assert_eq!(
        settled.answer.map(|answer| (answer.words, answer.by)),
        Some(("We took June off.".to_owned(), "Jonas Ott".to_owned()))
    );
    assert_eq!(settled.undo, None);
    assert_ne!(open(app, "1042").await.1, BillState::Disputed);
    let twice = service::settle_dispute(app, &jonas, (MIRA, "1042"), ("", ""), "Once more.").await;
    assert_eq!(twice, Err(AppError::Refused(Refusal::AlreadyAnswered)));
    // It can be raised again, and taken back.
    let second = new_id();
    service::dispute(app, &mira, "1042", &second, "Still not right.").await.expect("raised again");
    assert_eq!(open(app, "1042").await.1, BillState::Disputed);
    service::undo(app, MIRA, &second).await.expect("taken back");
    assert_ne!(open(app, "1042").await.1, BillState::Disputed);
}

#[tokio::test]
async fn a_dispute_that_billing_told_us_of_is_settled_too() {
    let house = house().await;
    house.dispute("1042", date(2026, 11, 2)).await;
    let jonas = house.person("p-jonas").await;
    assert_eq!(service::settle_dispute(&house.app, &jonas, (MIRA, "1042"), ("", ""), "It was right.").await, Ok(()));
    let (_, acts) = service::about_bill(&house.app, MIRA, "1042").await.expect("acts");
    assert_eq!(acts.len(), 1);
    assert!(acts[0].answer.is_some());
    assert_eq!(
        service::settle_dispute(&house.app, &jonas, (MIRA, "none"), ("", ""), "It was right.").await,
        Err(AppError::NotFound)
    );
}

#[tokio::test]
async fn the_dispute_of_a_customer_is_not_that_of_another_with_a_bill_of_the_same_number() {
    let house = house().await;
    let same =
        "insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, created_at, updated_at)
                values ('toms', $1, '1042', 'EUR', 700, '2026-01-01', '2026-11-20', 0, 0)";
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, same, TOM)).await;
    house.dispute("1042", date(2026, 11, 2)).await;
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "update invoices set disputed_on = null where id = 'toms'")
        })
        .await;
    let jonas = house.person("p-jonas").await;
    let settle =
        async |whose| service::settle_dispute(&house.app, &jonas, (whose, "1042"), ("", ""), "It was right.").await;
    assert_eq!(settle(TOM).await, Err(AppError::Refused(Refusal::AlreadyAnswered)));
    assert_eq!(open(&house.app, "1042").await.1, BillState::Disputed, "Mira's stays as it is");
    assert_eq!(settle(MIRA).await, Ok(()));
}

/// Mira has the large plan at 24.00; the small one is 12.00.
async fn with_plans() -> Fixture {
    let house = house().await;
    house
        .write(async |conn: &mut Conn<'_>| {
            for (code, fee, until) in [("l", 2_400, None), ("s", 1_200, None), ("old", 900, Some("2025-01-01"))] {
                sql!(
                    conn,
                    execute,
                    "insert into plans (id, code, name, currency, monthly_fee, charges, open_until, created_at, updated_at)
                     values ($1, $1, $1, 'EUR', $2, '[]', $3, 0, 0)",
                    code,
                    fee,
                    until
                )?;
            }
            for (reference, customer) in [("S-1", MIRA), ("S-2", TOM)] {
                sql!(
                    conn,
                    execute,
                    "insert into subscriptions (id, reference, customer_id, plan_id, starts_on, created_at, updated_at)
                     values ($1, $1, $2, 'l', '2026-01-01', 0, 0)",
                    reference,
                    customer
                )?;
            }
            Ok(2)
        })
        .await;
    house
}

async fn plan_of(app: &AppState) -> String {
    let mut conn = app.db.reader().await.expect("a connection");
    let today = app.clock.fixed.expect("a day");
    offers::service::held_by(&mut conn, today, MIRA).await.expect("plans")[0].plan.clone()
}

#[tokio::test]
async fn a_plan_changes_at_once_with_the_rest_of_the_month() {
    let house = with_plans().await;
    let (app, mira) = (&house.app, house.mira().await);
    let preview = service::plan_preview(app, MIRA, "S-1", "s").await.expect("a preview");
    // 18 to 30 November are 13 of 30 days: 5.20 less 10.40.
    assert_eq!(preview.difference.minor, -520);
    let once = new_id();
    service::change_plan(app, &mira, ("S-1", "s"), &once, When::Now, -520).await.expect("changed");
    assert_eq!((plan_of(app).await.as_str(), balance(app).await), ("s", 1_500 + 520));
    service::undo(app, MIRA, &once).await.expect("undone");
    assert_eq!((plan_of(app).await.as_str(), balance(app).await), ("l", 1_500));
    // Where what came back was used, a person has to look.
    let once = new_id();
    service::change_plan(app, &mira, ("S-1", "s"), &once, When::Now, -520).await.expect("changed");
    used(&house, app, 2_020).await.expect("used");
    assert_eq!(service::undo(app, MIRA, &once).await, Err(CANNOT_UNDO));
    assert_eq!(plan_of(app).await, "s");
    let up = service::plan_preview(app, MIRA, "S-1", "l").await.expect("a preview").difference.minor;
    let again = service::change_plan(app, &mira, ("S-1", "l"), &new_id(), When::Now, up).await;
    assert_eq!(again, Err(AppError::Refused(Refusal::ChangedThisMonth)), "nothing is made by going to and fro");
}

#[tokio::test]
async fn a_change_of_plan_is_reckoned_with_what_is_used_in_the_month() {
    let house = Fixture::new().await;
    house.add_plan("l", 2_400, 10, None).await;
    house.add_plan("s", 1_200, 2, None).await;
    house.subscribe(MIRA, "l", date(2026, 1, 1), None).await;
    let reference = {
        let mut conn = house.conn().await;
        sql!(conn, scalar as String, "select reference from subscriptions").expect("a reference")
    };
    let preview = async |app: &AppState| service::plan_preview(app, MIRA, &reference, "s").await.expect("a preview");
    let unknown = preview(&house.app).await;
    assert_eq!((unknown.now_costs_more, unknown.better()), (None, None), "nothing is claimed of what is not known");
    for month in 1..=10_i8 {
        house.use_tenths(MIRA, date(2026, month, 15), 40).await;
    }
    house.use_tenths(MIRA, date(2026, 11, 10), 36).await;
    // On the last day 3.6 were used: 1.6 above two at three are 4.80, and 0.40 of the fee comes back.
    let last_day = preview(&days_on(&house.app, 12)).await;
    assert_eq!((last_day.difference.minor, last_day.now_costs_more.map(|more| more.minor)), (-40, Some(440)));
    assert_eq!(last_day.better(), Some(When::NextPeriod));
    assert_eq!(last_day.expected, [("GB".to_owned(), "3.6".to_owned())]);
    let amounts: Vec<_> = last_day.steps.iter().map(|step| step.amount.minor).collect();
    assert_eq!(amounts, [40, -80, 480], "each line is its own amount");
    // To the larger plan it is the other way about.
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, "update subscriptions set plan_id = 's'")).await;
    let up = service::plan_preview(&days_on(&house.app, 12), MIRA, &reference, "l").await.expect("a preview");
    assert_eq!((up.now_costs_more.map(|more| more.minor), up.better()), (Some(-440), Some(When::Now)));
}

#[tokio::test]
async fn a_plan_changes_when_the_month_is_over() {
    let house = with_plans().await;
    let (app, mira) = (&house.app, house.mira().await);
    let once = new_id();
    service::change_plan(app, &mira, ("S-1", "s"), &once, When::NextPeriod, -520).await.expect("set");
    assert_eq!((plan_of(app).await.as_str(), balance(app).await), ("l", 1_500));
    assert_eq!(act(app, MIRA, &once).await.map(|act| act.undo), Ok(Some(Undo::Until(date(2026, 11, 30)))));
    let refused = service::plan_preview(app, MIRA, "S-1", "s").await;
    assert_eq!(refused, Err(AppError::Refused(Refusal::AlreadyChanging)));
    assert_eq!(service::book_due(app).await, Ok(0));
    let december = days_on(app, 13);
    let (one, two) = tokio::join!(service::book_due(&december), service::book_due(&december));
    assert_eq!(one.expect("booked") + two.expect("booked"), 1, "of two processes one books it");
    assert_eq!(plan_of(&december).await, "s");
    assert_eq!(act(&december, MIRA, &once).await.map(|act| (act.is_booked, act.undo)), Ok((true, None)));
    let once = new_id();
    service::change_plan(app, &mira, ("S-1", "l"), &once, When::NextPeriod, 520).await.expect("set");
    service::undo(app, MIRA, &once).await.expect("undone");
    assert_eq!(service::book_due(&days_on(app, 60)).await, Ok(0));
}

#[tokio::test]
async fn only_a_plan_that_is_for_sale_can_be_chosen() {
    let house = with_plans().await;
    let preview =
        |subscription: &'static str, to: &'static str| service::plan_preview(&house.app, MIRA, subscription, to);
    assert_eq!(preview("S-1", "old").await, Err(AppError::NotFound));
    assert_eq!(preview("S-1", "l").await, Err(AppError::NotFound), "it is the plan they have");
    assert_eq!(preview("S-2", "s").await, Err(AppError::NotFound), "Tom's");
    assert_eq!(preview("S-1", "\0").await, Err(AppError::NotFound));
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "update subscriptions set committed_until = '2027-01-01' where reference = 'S-1'")
        })
        .await;
    assert_eq!(preview("S-1", "s").await, Err(AppError::Refused(Refusal::Committed)));
}

#[tokio::test]
async fn an_outside_system_confirms_or_refuses() {
    let house = house().await;
    let app = with_outside_books(&house.app);
    let id = used(&house, &app, 1_500).await.expect("asked");
    assert_eq!(act(&app, MIRA, &id).await.map(|act| act.state), Ok(State::Asked));
    assert_eq!((open(&app, "1042").await.0, balance(&app).await), (3_820, 0), "set aside, not paid yet");
    decided(&app, &id, false).await.expect("refused");
    let refused = act(&app, MIRA, &id).await.expect("the act");
    assert_eq!((refused.state, refused.refusal.as_deref()), (State::Refused, Some("The account is closed.")));
    assert_eq!(balance(&app).await, 1_500);
    let id = used(&house, &app, 1_500).await.expect("asked");
    decided(&app, &id, true).await.expect("confirmed");
    assert_eq!((open(&app, "1042").await.0, balance(&app).await), (2_320, 0));
    let sheet = bills::service::sheet(&app, MIRA, "1042").await.expect("the bill");
    assert_eq!(sheet.payments[0].reference, "B-77", "as billing calls it, so that a later file knows it");
    assert_eq!(decided(&app, &id, false).await, Err(AppError::Refused(Refusal::AlreadySettled)));
    assert_eq!(service::undo(&app, MIRA, &id).await, Err(CANNOT_UNDO), "booked outside: a person asks it back");
}

#[tokio::test]
async fn what_billing_is_told_waits_until_it_is_taken() {
    let house = house().await;
    let app = with_outside_books(&house.app);
    let id = used(&house, &app, 1_500).await.expect("asked");
    service::undo(&app, MIRA, &id).await.expect("taken back");
    let mut conn = house.conn().await;
    let bodies = sql!(conn, scalars as String, "select body from billing_messages order by id").expect("messages");
    let kinds: Vec<serde_json::Value> = bodies
        .iter()
        .map(|body| serde_json::from_str::<serde_json::Value>(body).expect("JSON")["type"].clone())
        .collect();
    assert_eq!(kinds, ["order.asked", "order.undone"]);
    let told: serde_json::Value = serde_json::from_str(&bodies[0]).expect("JSON");
    let data = &told["data"];
    let said = ["kind", "customer", "bill", "amount", "currency"].map(|field| data[field].as_str().unwrap_or_default());
    assert_eq!(said, ["use_credit", "C-mira", "1042", "15.00", "EUR"]);
    drop(conn);
    // Nothing listens there: what was asked is put off, and that it was undone is not told before.
    for _ in 0..2 {
        assert_eq!(outside::deliver(&app, || false).await, Ok(0));
    }
    let mut conn = house.conn().await;
    let tries = sql!(conn, scalars as i64, "select tries from billing_messages where sent_at is null order by id");
    assert_eq!(tries.expect("counts"), [1, 0]);
    drop(conn);
    let now = app.clock.now_ms();
    let taken = app.db.write(async |conn: &mut Conn<'_>| store::take_message(conn, now, now + 1).await).await;
    assert!(taken.expect("a look").is_none(), "not before its time");
}

#[tokio::test]
async fn without_a_page_to_pay_on_a_bill_says_how_it_is_paid() {
    let house = house().await;
    let ways = async |settings: Settings| {
        let mut config = settings.resolve().expect("settings");
        config.today = Some(TODAY);
        let app = AppState { config: Arc::new(config), ..house.app.clone() };
        service::about_bill(&app, MIRA, "1042").await.expect("the bill").0
    };
    let words = Some("Harbour Ltd\n\n IBAN IE00 0000 ".to_owned());
    let by_transfer = ways(Settings { pay_words: words.clone(), ..Settings::default() }).await;
    assert_eq!(
        (by_transfer.pay, by_transfer.transfer),
        (None, vec!["Harbour Ltd".to_owned(), "IBAN IE00 0000".to_owned()])
    );
    let pay_url = Some("https://pay.example/{bill}".to_owned());
    let on_a_page = ways(Settings { pay_words: words.clone(), pay_url, ..Settings::default() }).await;
    assert!(on_a_page.pay.is_some() && on_a_page.transfer.is_empty());
    house.dispute("1042", TODAY).await;
    let disputed = ways(Settings { pay_words: words, ..Settings::default() }).await;
    assert!(disputed.transfer.is_empty(), "what is in dispute is not asked for");
}

#[test]
fn webhooks_need_a_secret() {
    let settings = Settings { billing_url: Some("https://billing.example/hook".to_owned()), ..Settings::default() };
    assert!(settings.resolve().is_err());
    let settings = Settings { pay_url: Some("javascript:alert(1)".to_owned()), ..Settings::default() };
    assert!(settings.resolve().is_err());
}

#[tokio::test]
async fn the_terms_are_kept_as_they_were_shown() {
    let house = house().await;
    let id = used(&house, &house.app, 1_500).await.expect("used");
    house.pay("1042", 1_000, TODAY).await;
    let act = act(&house.app, MIRA, &id).await.expect("the act");
    let Terms::UseCredit { left_to_pay, .. } = act.terms else { panic!("another act") };
    assert_eq!(left_to_pay.minor, 2_320);
}

#[tokio::test]
async fn a_dearer_plan_stands_on_the_next_bill() {
    let house = with_plans().await;
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "update subscriptions set plan_id = 's' where id = 'S-1'")
        })
        .await;
    let (app, mira) = (&house.app, house.mira().await);
    service::change_plan(app, &mira, ("S-1", "l"), &new_id(), When::Now, 520).await.expect("changed");
    let added = service::on_next_bill(app, MIRA).await.expect("a list");
    assert_eq!(added.iter().map(|(_, amount)| amount.minor).collect::<Vec<_>>(), [520]);
}

#[tokio::test]
async fn credit_is_used_once_whatever_day_it_is_there() {
    let house = house().await;
    house.add_bill(MIRA, "1043", 3_820, date(2026, 11, 21)).await;
    used(&house, &house.app, 1_500).await.expect("used");
    let west = days_on(&house.app, -1);
    let again = use_credit(&west, &house.mira().await, "1043", &new_id(), 1_500).await;
    assert_eq!(again, Err(CHANGED), "in a zone where it is still yesterday");
}

#[tokio::test]
async fn credit_that_was_asked_of_billing_is_off_the_bill() {
    let house = house().await;
    let app = with_outside_books(&house.app);
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "update credits set amount = 9000 where reference = 'later'")
        })
        .await;
    assert_eq!(open(&app, "1042").await.1, BillState::Covered);
    let id = used(&house, &app, 3_820).await.expect("asked");
    assert_eq!(open(&app, "1042").await.1, BillState::Covered, "no warning of what was asked");
    assert_eq!(used(&house, &app, 3_820).await, Err(AppError::Refused(Refusal::NothingToUse)));
    decided(&app, &id, true).await.expect("confirmed");
    let mut conn = house.conn().await;
    let booked = sql!(conn, scalar as i64, "select cast(sum(used) as bigint) from credits where customer_id = 'mira'");
    assert_eq!(booked.expect("a sum"), 3_820, "as billing's next file says");
    drop(conn);
    assert_eq!(balance(&app).await, 9_500 - 3_820);
}

#[tokio::test]
async fn credit_pays_what_it_covers_on_the_day() {
    let house = house().await;
    house.add_bill(MIRA, "small", 1_000, TODAY).await;
    assert_eq!(open(&house.app, "small").await.1, BillState::Covered);
    assert_eq!(service::pay_due_with_credit(&house.app).await, Ok(1));
    assert_eq!(open(&house.app, "small").await, (0, BillState::Paid));
    assert_eq!(service::pay_due_with_credit(&house.app).await, Ok(0));
    assert_eq!(open(&house.app, "1042").await.0, 3_820, "what it does not cover is left alone");
}

/// What was paid of a bill, by day.
async fn payments(app: &AppState, number: &str) -> Vec<(jiff::civil::Date, i64)> {
    let sheet = bills::service::sheet(app, MIRA, number).await.expect("the bill");
    sheet.payments.iter().map(|payment| (payment.on.expect("a day"), payment.amount.minor)).collect()
}

#[tokio::test]
async fn what_credit_covers_is_paid_on_its_day_also_where_nobody_looked_on_it() {
    let house = house().await;
    house.add_bill(MIRA, "small", 1_000, date(2026, 11, 19)).await;
    let until_then = "update credits set expires_on = '2026-11-19', amount = 1500 where reference = 'later'";
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, until_then)).await;
    assert_eq!(service::pay_due_with_credit(&house.app).await, Ok(0), "not before its day");
    let later = days_on(&house.app, 3);
    let (one, two) = tokio::join!(service::pay_due_with_credit(&later), service::pay_due_with_credit(&later));
    assert_eq!(one.expect("paid") + two.expect("paid"), 2, "the bill, and what would have been lost, each once");
    assert_eq!(payments(&later, "small").await, [(date(2026, 11, 19), 1_000)]);
    let sheet = bills::service::sheet(&later, MIRA, "small").await.expect("the bill");
    assert_eq!((sheet.state, sheet.fee), (BillState::Paid, None), "our delay costs no fee");
    assert_eq!(payments(&later, "1042").await, [(date(2026, 11, 19), 500)]);
    let (_, acts) = service::about_bill(&later, MIRA, "small").await.expect("acts");
    assert_eq!((acts[0].day(), acts[0].asked_on), (date(2026, 11, 19), date(2026, 11, 21)));
    service::undo(&later, MIRA, &acts[0].id).await.expect("it can still be taken back");
}

#[tokio::test]
async fn what_would_be_lost_pays_in_part_on_its_last_day_and_not_what_was_taken_back() {
    let house = house().await;
    let lasts_today = "update credits set expires_on = '2026-11-18' where reference = 'later'";
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, lasts_today)).await;
    assert_eq!(service::pay_due_with_credit(&house.app).await, Ok(1));
    assert_eq!((open(&house.app, "1042").await.0, balance(&house.app).await), (2_820, 500));
    let (_, acts) = service::about_bill(&house.app, MIRA, "1042").await.expect("acts");
    let Terms::UseCredit { by_itself, .. } = acts[0].terms else { panic!("another act") };
    assert_eq!(by_itself, Some(crate::domain::credit::Because::Expires));
    service::undo(&house.app, MIRA, &acts[0].id).await.expect("taken back");
    assert_eq!(service::pay_due_with_credit(&house.app).await, Ok(0));
    assert_eq!(open(&house.app, "1042").await.0, 3_820);
    let outside = with_outside_books(&house.app);
    house.add_bill(MIRA, "other", 3_820, date(2026, 11, 20)).await;
    assert_eq!(service::pay_due_with_credit(&outside).await, Ok(0), "nothing there without a click");
}

#[tokio::test]
async fn credit_that_had_expired_before_it_was_known_stays_expired() {
    let house = house().await;
    assert_eq!(service::pay_due_with_credit(&house.app).await, Ok(0));
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "update credits set expires_on = '2026-11-10' where reference = 'later'")
        })
        .await;
    assert_eq!(service::pay_due_with_credit(&house.app).await, Ok(0), "that day was looked after");
    assert_eq!(service::pay_due_with_credit(&days_on(&house.app, 1)).await, Ok(0));
    assert_eq!(open(&house.app, "1042").await.0, 3_820);
}

#[tokio::test]
async fn using_credit_shows_what_it_takes_from_another_bill_the_better_choice_first() {
    let house = Fixture::new().await;
    house.add_bill(MIRA, "kept", 890, date(2026, 11, 20)).await;
    house.add_bill(MIRA, "wanted", 3_800, date(2026, 11, 25)).await;
    let app = &house.app;
    let given = app.db.write(async |conn: &mut Conn<'_>| grant(conn, MIRA, "ten", 1_000, None).await).await;
    given.expect("a grant");
    let (ways, _) = service::about_bill(app, MIRA, "wanted").await.expect("ways");
    assert_eq!(ways.credit.map(|amount| amount.minor), Some(110), "what is kept for another bill is not offered");
    let preview = credit_preview(app, MIRA, "wanted").await.expect("a preview");
    let told: Vec<_> =
        preview.choices.iter().map(|one| (one.amount.minor, one.fees_more.minor, one.others.len())).collect();
    assert_eq!(told, [(110, 0, 0), (1_000, 500, 1)]);
    let other = &preview.choices[1].others[0];
    assert_eq!((other.bill.as_str(), other.yours.minor, other.was_covered), ("kept", 890, true));
    assert_eq!(other.fee.map(|(fee, on)| (fee.minor, on)), Some((500, date(2026, 11, 21))));
    let mira = house.mira().await;
    assert_eq!(use_credit(app, &mira, "wanted", &new_id(), 500).await, Err(CHANGED), "neither of both");
    use_credit(app, &mira, "wanted", &new_id(), 110).await.expect("used");
    assert_eq!(open(app, "kept").await.1, BillState::Covered);
    use_credit(app, &mira, "wanted", &new_id(), 890).await.expect("the other choice is theirs too");
    assert!(matches!(open(app, "kept").await.1, BillState::FeeNear { .. }));
}

#[tokio::test]
async fn taking_back_gives_days_only_to_what_expired_meanwhile_and_once() {
    let house = house().await;
    let ends = async |reference: &str| {
        let text = "select expires_on from credits where reference = $1";
        let mut conn = house.conn().await;
        sql!(conn, scalar as Option<String>, text, reference).expect("a grant")
    };
    let id = used(&house, &house.app, 1_500).await.expect("used");
    service::undo(&house.app, MIRA, &id).await.expect("undone");
    assert_eq!(ends("sooner").await.as_deref(), Some("2026-12-01"), "it had not expired");
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "update credits set expires_on = '2026-11-18' where reference = 'sooner'")
        })
        .await;
    let id = used(&house, &house.app, 1_500).await.expect("used");
    service::undo(&days_on(&house.app, 1), MIRA, &id).await.expect("undone");
    assert_eq!(ends("sooner").await.as_deref(), Some("2026-11-26"));
    let last = days_on(&house.app, 8);
    let id = used(&house, &last, 1_500).await.expect("used");
    assert_eq!(service::undo(&days_on(&house.app, 9), MIRA, &id).await, Err(CANNOT_UNDO), "it would be lost by it");
    assert_eq!(ends("sooner").await.as_deref(), Some("2026-11-26"));
    assert_eq!(open(&last, "1042").await.0, 2_320, "it stays used");
}

#[tokio::test]
async fn what_can_be_taken_back_cannot_be_asked_for_ever() {
    let house = house().await;
    let (app, mira) = (&house.app, house.mira().await);
    for round in 0..orders::MOST_A_DAY {
        let once = new_id();
        service::dispute(app, &mira, "1042", &once, &format!("Round {round}.")).await.expect("raised");
        service::undo(app, MIRA, &once).await.expect("taken back");
    }
    let enough = AppError::Refused(Refusal::EnoughToday);
    assert_eq!(service::dispute(app, &mira, "1042", &new_id(), "Once more.").await, Err(enough));
    assert!(!matches!(open(app, "1042").await.1, BillState::Disputed), "nothing was done");
    used(&house, app, 1_500).await.expect("something else can still be asked");
    let tomorrow = days_on(app, 1);
    service::dispute(&tomorrow, &mira, "1042", &new_id(), "Still not right.").await.expect("the next day");
}

#[tokio::test]
async fn a_dispute_about_a_bill_that_was_paid_since_waits_for_its_answer() {
    let house = house().await;
    let (app, jonas) = (&house.app, house.person("p-jonas").await);
    house.add_bill(MIRA, "told", 700, date(2026, 11, 20)).await;
    house.dispute("told", date(2026, 11, 2)).await;
    let once = new_id();
    service::dispute(app, &house.mira().await, "1042", &once, "I was not there in June.").await.expect("raised");
    for (number, amount) in [("1042", 3_820), ("told", 700)] {
        house.pay(number, amount, TODAY).await;
    }
    assert_eq!(open(app, "1042").await, (0, BillState::Paid));
    let waiting = async |app: &AppState| {
        let mut conn = app.db.reader().await.expect("a connection");
        let of_everybody = bills::service::in_dispute(app.clock, &mut conn).await.expect("a list");
        let of_mira = service::open_disputes(app, &mut conn, MIRA).await.expect("a list");
        let of_mira: Vec<_> = of_mira.into_iter().map(|one| (one.bill, one.open.minor, one.words)).collect();
        (of_everybody.into_iter().map(|(_, bill)| bill.known.bill.number).collect::<Vec<_>>(), of_mira)
    };
    let hers = ("1042".to_owned(), 0, Some("I was not there in June.".to_owned()));
    assert_eq!(waiting(app).await, (vec!["1042".to_owned()], vec![hers]), "what a file told ends when it is paid");
    let later = days_on(app, 20);
    assert_eq!(service::settle_dispute(&later, &jonas, (MIRA, "1042"), ("", ""), "June came back.").await, Ok(()));
    assert_eq!(waiting(&later).await, (vec![], vec![]));
    let sheet = bills::service::sheet(&later, MIRA, "1042").await.expect("the bill");
    assert_eq!((sheet.state, sheet.agreed_due_on), (BillState::Paid, None), "no new day to pay by");
    assert!(act(&later, MIRA, &once).await.expect("the act").answer.is_some());
}

#[tokio::test]
async fn after_a_dispute_there_is_time_to_pay() {
    let house = house().await;
    service::dispute(&house.app, &house.mira().await, "1042", &new_id(), "Not mine.").await.expect("raised");
    let later = days_on(&house.app, 10);
    service::settle_dispute(&later, &house.person("p-jonas").await, (MIRA, "1042"), ("", ""), "It was.")
        .await
        .expect("settled");
    assert!(matches!(open(&later, "1042").await.1, BillState::DateAgreed { .. }));
}

#[tokio::test]
async fn what_cannot_be_booked_any_more_is_refused() {
    let house = with_plans().await;
    let once = new_id();
    service::change_plan(&house.app, &house.mira().await, ("S-1", "s"), &once, When::NextPeriod, -520)
        .await
        .expect("set");
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "update subscriptions set ends_on = '2026-11-25' where reference = 'S-1'")
        })
        .await;
    let december = days_on(&house.app, 13);
    assert_eq!(service::book_due(&december).await, Ok(0));
    assert_eq!(act(&december, MIRA, &once).await.map(|act| act.state), Ok(State::Refused));
}

#[tokio::test]
async fn credit_that_expired_meanwhile_can_be_used_again() {
    let house = house().await;
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "update credits set expires_on = '2026-11-18' where reference = 'sooner'")
        })
        .await;
    let id = used(&house, &house.app, 1_500).await.expect("used on its last day");
    let tomorrow = days_on(&house.app, 1);
    service::undo(&tomorrow, MIRA, &id).await.expect("undone");
    assert_eq!(balance(&tomorrow).await, 1_500, "nothing is lost by taking it back");
}

#[tokio::test]
async fn what_a_customer_took_back_is_not_done_again_for_them() {
    let house = house().await;
    house.add_bill(MIRA, "small", 1_000, TODAY).await;
    assert_eq!(service::pay_due_with_credit(&house.app).await, Ok(1));
    let (_, acts) = service::about_bill(&house.app, MIRA, "small").await.expect("acts");
    service::undo(&house.app, MIRA, &acts[0].id).await.expect("taken back");
    assert!(matches!(open(&house.app, "small").await.1, BillState::FeeNear { .. }), "nobody pays it but her");
    assert_eq!(service::pay_due_with_credit(&house.app).await, Ok(0));
    assert_eq!(open(&house.app, "small").await.0, 1_000);
}

#[tokio::test]
async fn credit_that_was_taken_back_pays_the_next_bill_as_the_page_says() {
    let house = house().await;
    house.add_bill(MIRA, "a", 1_000, TODAY).await;
    house.add_bill(MIRA, "b", 1_000, TODAY.saturating_add(1.day())).await;
    assert_eq!(service::pay_due_with_credit(&house.app).await, Ok(1));
    let (_, acts) = service::about_bill(&house.app, MIRA, "a").await.expect("acts");
    service::undo(&house.app, MIRA, &acts[0].id).await.expect("taken back");
    let tomorrow = days_on(&house.app, 1);
    assert_eq!(open(&tomorrow, "b").await.1, BillState::Covered);
    assert_eq!(service::pay_due_with_credit(&tomorrow).await, Ok(1));
    assert_eq!((open(&tomorrow, "a").await.0, open(&tomorrow, "b").await.0), (1_000, 0));
}

/// What is told now of a bill that was not told before.
async fn advised(app: &AppState, number: &str) -> Vec<NoticeKind> {
    let mut told = Vec::new();
    let hear = |news| {
        if let News::Told(notice) = news {
            told.push(*notice);
        }
    };
    advice::service::run(app, Some(TODAY), Reach::Changed, hear).await.expect("a run");
    told.into_iter().filter(|told| told.subject == number).map(|told| told.kind).collect()
}

#[tokio::test]
async fn who_takes_credit_back_is_warned_of_the_fee_that_comes_of_it() {
    let house = house().await;
    let app = &house.app;
    house.add_bill(MIRA, "small", 1_000, TODAY).await;
    assert_eq!(advised(app, "small").await, [NoticeKind::NothingToDo]);
    let near = async || {
        let mut conn = house.conn().await;
        let near = bills::service::near_a_fee(app.clock, &mut conn).await.expect("a list");
        let drafted = fees::service::open_bills(app, Currency::EUR).await.expect("bills").1;
        let is_counted = drafted.iter().any(|bill| bill.pay_by == TODAY);
        (near.iter().any(|(_, bill)| bill.known.bill.number == "small"), is_counted)
    };
    assert_eq!(near().await, (false, false));
    assert_eq!(service::pay_due_with_credit(app).await, Ok(1));
    let (_, acts) = service::about_bill(app, MIRA, "small").await.expect("acts");
    service::undo(app, MIRA, &acts[0].id).await.expect("taken back");
    assert_eq!(advised(app, "small").await, [NoticeKind::FeeWarning]);
    assert_eq!(near().await, (true, true), "staff and a new policy see it too");
}

#[tokio::test]
async fn a_late_fee_is_let_go_also_after_the_bill_was_paid() {
    let house = house().await;
    house.add_bill(MIRA, "late", 2_000, date(2026, 11, 1)).await;
    house.pay("late", 2_000, date(2026, 11, 2)).await;
    house.add_bill(MIRA, "in time", 2_000, date(2026, 11, 1)).await;
    house.pay("in time", 2_000, date(2026, 11, 1)).await;
    let (app, mira) = (&house.app, house.mira().await);
    let in_time = bills::service::sheet(app, MIRA, "in time").await.expect("the bill");
    assert_eq!((in_time.state, in_time.fee), (BillState::Paid, None));
    let late = bills::service::sheet(app, MIRA, "late").await.expect("the bill");
    assert_eq!((late.state, late.fee.map(|fee| fee.fee.minor)), (BillState::Paid, Some(500)));
    let (ways, _) = service::about_bill(app, MIRA, "late").await.expect("ways");
    assert_eq!((ways.waivable.map(|fee| fee.minor), ways.pay, ways.credit), (Some(500), None, None));
    let once = new_id();
    service::waive_fee(app, &mira, "late", &once, 500).await.expect("let go");
    let gone = bills::service::sheet(app, MIRA, "late").await.expect("the bill");
    assert_eq!((gone.is_waived, gone.fee), (true, None));
    service::undo(app, MIRA, &once).await.expect("undone");
    assert!(bills::service::sheet(app, MIRA, "late").await.expect("the bill").fee.is_some());
}

#[tokio::test]
async fn what_was_done_with_credit_is_read_in_pages() {
    let house = house().await;
    for round in 0..23 {
        // No more than so many a day.
        let app = days_on(&house.app, -(round / orders::MOST_A_DAY));
        let id = used(&house, &app, 1_500).await.expect("used");
        service::undo(&app, MIRA, &id).await.expect("undone");
    }
    let page = async |asked| service::credit_uses(&house.app, MIRA, asked).await.expect("a page");
    let (first, second) = (page(None).await, page(Some(2)).await);
    assert_eq!((first.0.len(), first.1.total, second.0.len()), (20, 23, 3));
    assert!(first.0.iter().all(|act| !second.0.contains(act)));
    assert!(service::credit_uses(&house.app, TOM, None).await.expect("a page").0.is_empty());
}

async fn wished(house: &Fixture, app: &AppState) -> String {
    let once = new_id();
    service::ask_later_date(app, &house.mira().await, "1042", &once, ("2026-12-04", "My pay comes late."))
        .await
        .expect("asked");
    once
}

async fn told(house: &Fixture) -> Vec<serde_json::Value> {
    let mut conn = house.conn().await;
    let bodies = sql!(conn, scalars as String, "select body from billing_messages order by id").expect("messages");
    bodies.iter().map(|body| serde_json::from_str(body).expect("JSON")).collect()
}

#[tokio::test]
async fn a_later_date_is_shown_before_it_is_asked() {
    let house = house().await;
    let shown = service::later_date_preview(&house.app, MIRA, "1042", "2026-12-10").await.expect("a preview");
    let fee = shown.fee.expect("a fee");
    assert_eq!(
        (shown.pay_by, shown.wanted_on, fee.fee.minor, fee.comes_on, shown.refused),
        (date(2026, 11, 20), date(2026, 12, 10), 500, date(2026, 11, 21), None)
    );
    assert_eq!(fee.moved, Some((Money::new(500, Currency::EUR), date(2026, 12, 11))));
    let usual = service::later_date_preview(&house.app, MIRA, "1042", "").await.expect("a preview");
    assert_eq!((usual.wanted_on, usual.refused), (date(2026, 12, 4), None));
    for typed in ["soon", "2026-11-19", "2027-11-19", "\0"] {
        let refused = service::later_date_preview(&house.app, MIRA, "1042", typed).await.expect("a preview");
        assert_eq!(refused.wanted_on, date(2026, 12, 4), "{typed:?}");
        assert!(matches!(refused.refused, Some(AppError::Invalid { .. })), "{typed:?}");
    }
    assert_eq!(service::later_date_preview(&house.app, MIRA, "2001", "").await, Err(AppError::NotFound));
    let long_ago = days_on(&house.app, 60);
    let none_left = service::later_date_preview(&long_ago, MIRA, "1042", "").await;
    assert_eq!(none_left, Err(AppError::Refused(Refusal::NoLaterDay)));
}

#[tokio::test]
async fn with_a_later_date_a_fee_would_come_of_what_is_open_now() {
    let house = Fixture::new().await;
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(
                conn,
                execute,
                "insert into fee_policies (id, currency, version, starts_on, grace_days, flat_amount, percent_millionths,
                                           minimum_amount, warn_days, reason, made_at)
                 values ('p', 'EUR', 2, '2020-01-01', 0, 0, 100000, 0, 3, 'A tenth.', 0)"
            )
        })
        .await;
    house.add_bill(MIRA, "1042", 4_000, date(2026, 11, 10)).await;
    house.pay("1042", 1_000, date(2026, 11, 10)).await;
    house.pay("1042", 2_500, date(2026, 11, 12)).await;
    let shown = service::later_date_preview(&house.app, MIRA, "1042", "2026-11-30").await.expect("a preview");
    let fee = shown.fee.expect("a fee");
    assert_eq!((shown.open.minor, fee.fee.minor, fee.comes_on), (500, 300, date(2026, 11, 11)));
    assert_eq!(fee.moved, Some((Money::new(50, Currency::EUR), date(2026, 12, 1))));
}

#[tokio::test]
async fn a_wish_for_a_later_date_is_asked_once_and_can_be_taken_back_until_it_is_answered() {
    let house = house().await;
    let (app, mira, jonas) = (&house.app, house.mira().await, house.person("p-jonas").await);
    let id = wished(&house, app).await;
    let again = service::ask_later_date(app, &mira, "1042", &id, ("2026-12-04", "My pay comes late.")).await;
    assert_eq!(again, Ok(()), "the same form twice is one wish");
    let other = service::ask_later_date(app, &mira, "1042", &new_id(), ("2026-12-05", "")).await;
    assert_eq!(other, Err(AppError::Refused(Refusal::AlreadyAsked)));
    assert_eq!(house.count("select count(*) from requests").await, 1);
    assert_eq!(
        act(app, MIRA, &id).await.map(|act| (act.state, act.undo)),
        Ok((State::Asked, Some(Undo::UntilAnswered)))
    );
    assert_eq!(service::undo(app, TOM, &id).await, Err(AppError::NotFound));
    service::undo(app, MIRA, &id).await.expect("taken back");
    assert_eq!(act(app, MIRA, &id).await.map(|act| (act.state, act.undo)), Ok((State::Undone, None)));
    assert_eq!(house.count("select count(*) from requests").await, 0, "nobody is asked any more");
    let late = requests::service::agree(app, &jonas, &id, "2026-12-04", "").await;
    assert_eq!(late, Err(AppError::Refused(Refusal::NoLongerAsked)));
    let id = wished(&house, app).await;
    requests::service::agree(app, &jonas, &id, "2026-12-06", "").await.expect("agreed");
    assert_eq!(open(app, "1042").await.1, BillState::DateAgreed { pay_by: date(2026, 12, 6) });
    let agreed = act(app, MIRA, &id).await.expect("the act");
    let Terms::LaterDate { wanted_on, agreed: day, .. } = agreed.terms else { panic!("another act") };
    assert_eq!((wanted_on, day), (date(2026, 12, 4), Some(date(2026, 12, 6))));
    assert_eq!((agreed.state, agreed.is_booked, agreed.undo), (State::Confirmed, true, None));
    assert_eq!(agreed.answer.map(|answer| answer.by).as_deref(), Some("Jonas Ott"));
    assert_eq!(service::undo(app, MIRA, &id).await, Err(CANNOT_UNDO));
}

#[tokio::test]
async fn a_declined_later_date_names_the_person_and_can_be_asked_anew() {
    let house = house().await;
    let (app, jonas) = (&house.app, house.person("p-jonas").await);
    let id = wished(&house, app).await;
    requests::service::answer(app, &jonas, &id, "Not this time, sorry.").await.expect("declined");
    let declined = act(app, MIRA, &id).await.expect("the act");
    assert!(declined.is_declined());
    let said = declined.answer.map(|answer| (answer.words, answer.by));
    assert_eq!(said, Some(("Not this time, sorry.".to_owned(), "Jonas Ott".to_owned())));
    assert_eq!(service::undo(app, MIRA, &id).await, Err(CANNOT_UNDO));
    wished(&house, app).await;
}

#[tokio::test]
async fn of_taking_back_and_agreeing_at_once_one_holds() {
    let house = house().await;
    let (app, jonas) = (&house.app, house.person("p-jonas").await);
    for _ in 0..5 {
        let id = wished(&house, app).await;
        let (undone, agreed) =
            tokio::join!(service::undo(app, MIRA, &id), requests::service::agree(app, &jonas, &id, "2026-12-04", ""));
        let state = match undone {
            Ok(()) => {
                assert_eq!(agreed, Err(AppError::Refused(Refusal::NoLongerAsked)));
                State::Undone
            }
            Err(refused) => {
                assert_eq!((refused, agreed.as_deref()), (CANNOT_UNDO, Ok(MIRA)));
                State::Confirmed
            }
        };
        assert_eq!(act(app, MIRA, &id).await.map(|act| act.state), Ok(state));
        house
            .write(async |conn: &mut Conn<'_>| {
                sql!(conn, execute, "update invoices set agreed_due_on = null where id = '1042'")
            })
            .await;
    }
}

#[tokio::test]
async fn an_outside_system_moves_the_day_that_a_person_agreed_to() {
    let house = house().await;
    let app = with_outside_books(&house.app);
    let jonas = house.person("p-jonas").await;
    let id = wished(&house, &app).await;
    service::undo(&app, MIRA, &id).await.expect("taken back");
    let id = wished(&house, &app).await;
    assert!(told(&house).await.is_empty(), "a person answers before billing hears of it");
    requests::service::agree(&app, &jonas, &id, "2026-12-06", "Gladly.").await.expect("agreed");
    let all = told(&house).await;
    let said = ["kind", "customer", "bill", "due_on"].map(|field| all[0]["data"][field].as_str().unwrap_or_default());
    assert_eq!((all.len(), all[0]["type"].as_str()), (1, Some("order.asked")));
    assert_eq!(said, ["later_date", "C-mira", "1042", "2026-12-06"]);
    assert!(!matches!(open(&app, "1042").await.1, BillState::DateAgreed { .. }), "billing has not decided");
    let asks = requests::service::about_bill(&app, MIRA, "1042").await.expect("what was asked");
    assert_eq!(asks[0].act, Some(State::Asked));
    assert!(asks[0].answer.is_some() && asks[0].waits_for_date(), "another day cannot be asked for meanwhile");
    decided(&app, &id, true).await.expect("confirmed");
    let asks = requests::service::about_bill(&app, MIRA, "1042").await.expect("what was asked");
    assert!(!asks[0].waits_for_date());
    assert_eq!(open(&app, "1042").await.1, BillState::DateAgreed { pay_by: date(2026, 12, 6) });
}

#[tokio::test]
async fn an_outside_system_hears_of_a_settled_dispute_and_of_the_time_to_pay() {
    let house = house().await;
    let app = with_outside_books(&house.app);
    let jonas = house.person("p-jonas").await;
    let id = new_id();
    service::dispute(&app, &house.mira().await, "1042", &id, "Not mine.").await.expect("raised");
    let later = days_on(&app, 10);
    service::settle_dispute(&later, &jonas, (MIRA, "1042"), ("", ""), "It was.").await.expect("settled");
    let all = told(&house).await;
    assert_eq!(
        all.iter().map(|one| one["type"].as_str().unwrap_or_default()).collect::<Vec<_>>(),
        ["order.asked", "dispute.settled"]
    );
    let said = ["id", "bill", "answer", "due_on"].map(|field| all[1]["data"][field].as_str().unwrap_or_default());
    assert_eq!(said, [id.as_str(), "1042", "It was.", "2026-12-12"]);
}

/// What people wrote to Mira, each as who signed it and its words, the latest first.
async fn notes_by_people(house: &Fixture) -> Vec<(String, String)> {
    let mut conn = house.conn().await;
    let text = "select author_name, words from notes where by_customer = false order by written_at desc, id desc";
    sql!(conn, all as (String, String), text).expect("notes")
}

async fn news(app: &AppState, customer: &str) -> Vec<Act> {
    let mut conn = app.db.reader().await.expect("a connection");
    service::news(app, &mut conn, customer).await.expect("news")
}

async fn news_ids(app: &AppState) -> Vec<String> {
    news(app, MIRA).await.into_iter().map(|act| act.id).collect()
}

#[tokio::test]
async fn what_a_person_decided_is_a_note_with_their_words_alone_and_leads_to_the_act() {
    let house = house().await;
    let (app, mira, jonas) = (&house.app, house.mira().await, house.person("p-jonas").await);
    let id = wished(&house, app).await;
    requests::service::answer(app, &jonas, &id, "Not this time, sorry.").await.expect("declined");
    let latest = async || {
        let mut conn = house.conn().await;
        notes::service::latest_by_person(&mut conn, MIRA, "Europe/Zagreb").await.expect("a look").expect("a note")
    };
    let note = latest().await;
    assert_eq!((note.by.as_str(), note.is_unread), ("Jonas Ott", true));
    assert_eq!(note.words, "Not this time, sorry.");
    let thread = notes::service::thread(app, MIRA, &note.thread, None).await.expect("the thread");
    assert_eq!((thread.subject.as_str(), thread.bill.as_deref()), ("Bill 1042", Some("1042")));
    let decided = async || {
        let thread = notes::service::thread(app, MIRA, &latest().await.thread, None).await.expect("the thread");
        thread.decided.map(|act| (act.id, act.kind))
    };
    assert_eq!(decided().await, Some((id.clone(), Kind::LaterDate)));
    assert_eq!(news_ids(app).await, [id]);
    let id = wished(&house, app).await;
    assert!(news(app, MIRA).await.is_empty(), "the same was asked again");
    requests::service::agree(app, &jonas, &id, "2026-12-06", "Gladly.").await.expect("agreed");
    assert_eq!(notes_by_people(&house).await[0], ("Jonas Ott".to_owned(), "Gladly.".to_owned()));
    assert_eq!(decided().await, Some((id.clone(), Kind::LaterDate)));
    assert_eq!(news_ids(app).await, std::slice::from_ref(&id));
    let dispute = new_id();
    service::dispute(app, &mira, "1042", &dispute, "Not mine.").await.expect("raised");
    service::settle_dispute(app, &jonas, (MIRA, "1042"), ("", ""), "It was.").await.expect("settled");
    assert_eq!(notes_by_people(&house).await[0], ("Jonas Ott".to_owned(), "It was.".to_owned()));
    assert_eq!(decided().await, Some((dispute.clone(), Kind::Dispute)));
    assert_eq!(notes_by_people(&house).await.len(), 3);
    assert_eq!(news_ids(app).await, [dispute.clone(), id.clone()]);
    for seen in [dispute, id] {
        act(app, MIRA, &seen).await.expect("seen");
    }
    assert!(news(app, MIRA).await.is_empty());
}

#[tokio::test]
async fn a_yes_is_news_only_while_the_bill_is_open_and_to_be_paid_on_that_day() {
    let house = house().await;
    let (app, jonas) = (&house.app, house.person("p-jonas").await);
    let id = wished(&house, app).await;
    requests::service::agree(app, &jonas, &id, "2026-12-06", "").await.expect("agreed");
    assert_eq!(news_ids(app).await, std::slice::from_ref(&id));
    let agree_to = async |day: &str| {
        house
            .write(async |conn: &mut Conn<'_>| {
                sql!(conn, execute, "update invoices set agreed_due_on = $1 where id = '1042'", day)
            })
            .await;
    };
    agree_to("2026-12-10").await;
    assert!(news(app, MIRA).await.is_empty(), "it is to be paid on another day");
    agree_to("2026-12-06").await;
    assert_eq!(news_ids(app).await, [id]);
    house.pay("1042", 3_820, TODAY).await;
    assert!(news(app, MIRA).await.is_empty(), "it is paid");
}

#[tokio::test]
async fn a_no_about_a_bill_that_was_paid_meanwhile_is_no_news() {
    let house = house().await;
    let (app, jonas) = (&house.app, house.person("p-jonas").await);
    let id = wished(&house, app).await;
    house.pay("1042", 3_820, TODAY).await;
    requests::service::answer(app, &jonas, &id, "You have paid it already.").await.expect("answered");
    assert!(news(app, MIRA).await.is_empty());
    assert_eq!(notes_by_people(&house).await, [("Jonas Ott".to_owned(), "You have paid it already.".to_owned())]);
}

#[tokio::test]
async fn what_billing_decides_of_a_dispute_that_a_person_settled_is_no_news() {
    let house = house().await;
    let app = with_outside_books(&house.app);
    let id = new_id();
    service::dispute(&app, &house.mira().await, "1042", &id, "Not mine.").await.expect("raised");
    service::settle_dispute(&app, &house.person("p-jonas").await, (MIRA, "1042"), ("", ""), "It was.")
        .await
        .expect("settled");
    decided(&app, &id, false).await.expect("refused");
    let now = news(&app, MIRA).await;
    assert_eq!(now.iter().map(|act| (act.state, act.is_settled())).collect::<Vec<_>>(), [(State::Refused, true)]);
    act(&app, MIRA, &id).await.expect("seen");
    assert!(news(&app, MIRA).await.is_empty());
}

#[tokio::test]
async fn a_bill_in_dispute_is_not_moved() {
    let house = house().await;
    let (app, mira) = (&house.app, house.mira().await);
    service::dispute(app, &mira, "1042", &new_id(), "Not mine.").await.expect("raised");
    let in_dispute = AppError::Refused(Refusal::BillInDispute);
    assert_eq!(service::later_date_preview(app, MIRA, "1042", "").await, Err(in_dispute.clone()));
    let asked = service::ask_later_date(app, &mira, "1042", &new_id(), ("2026-12-04", "")).await;
    assert_eq!(asked, Err(in_dispute));
    assert_eq!(house.count("select count(*) from requests").await, 0);
}

#[tokio::test]
async fn a_wish_under_the_id_of_another_request_is_not_found() {
    let house = house().await;
    let (app, mira) = (&house.app, house.mira().await);
    for customer in [MIRA, TOM] {
        requests::service::ask_person(app, customer, None, "What is the second line?").await.expect("asked");
    }
    let mut conn = house.conn().await;
    let ids = sql!(conn, scalars as String, "select id from requests").expect("ids");
    drop(conn);
    assert_eq!(ids.len(), 2);
    for id in ids {
        let asked = service::ask_later_date(app, &mira, "1042", &id, ("2026-12-04", "")).await;
        assert_eq!(asked, Err(AppError::NotFound));
    }
    assert_eq!(house.count("select count(*) from billing_orders").await, 0);
}

#[tokio::test]
async fn an_order_without_a_kind_is_not_kept() {
    let house = house().await;
    let keep = async |columns: &str, values: &str| {
        let text = format!(
            "insert into billing_orders (id, customer_id, terms, state, asked_on, asked_at, takes_effect_on{columns})
             values ('one', 'mira', '{{}}', 'asked', '2026-11-18', 0, '2026-11-18'{values})"
        );
        house.app.db.write(async |conn: &mut Conn<'_>| sql!(conn, execute, AssertSqlSafe(text))).await
    };
    assert!(keep("", "").await.is_err());
    assert!(keep(", kind", ", 'gift'").await.is_err());
    assert_eq!(keep(", kind", ", 'dispute'").await.ok(), Some(1));
}

#[tokio::test]
async fn a_yes_without_a_word_is_no_note_and_stands_on_the_start_page_until_it_is_seen() {
    let house = house().await;
    let (app, jonas) = (&house.app, house.person("p-jonas").await);
    let id = wished(&house, app).await;
    assert!(news(app, MIRA).await.is_empty());
    requests::service::agree(app, &jonas, &id, "2026-12-06", " \n ").await.expect("agreed");
    assert!(notes_by_people(&house).await.is_empty(), "nobody wrote anything");
    assert_eq!(news_ids(app).await, [id.as_str()]);
    assert!(news(app, TOM).await.is_empty());
    assert_eq!(act(app, TOM, &id).await, Err(AppError::NotFound));
    assert_eq!(news(app, MIRA).await.len(), 1, "Tom's look is not hers");
    act(app, MIRA, &id).await.expect("seen");
    assert!(news(app, MIRA).await.is_empty());
}

#[tokio::test]
async fn what_billing_refused_is_news_for_two_weeks() {
    let house = house().await;
    let app = with_outside_books(&house.app);
    let id = used(&house, &app, 1_500).await.expect("asked");
    decided(&app, &id, false).await.expect("refused");
    act(&app, MIRA, &id).await.expect("seen");
    let now = news(&app, MIRA).await;
    assert_eq!((now.len(), now[0].refusal.as_deref()), (1, Some("The account is closed.")));
    let later = wished(&house, &app).await;
    requests::service::agree(&app, &house.person("p-jonas").await, &later, "2026-12-06", "").await.expect("agreed");
    decided(&app, &later, false).await.expect("refused");
    assert_eq!(news(&app, MIRA).await.len(), 2);
    assert!(!matches!(open(&app, "1042").await.1, BillState::DateAgreed { .. }), "the date of the bill stays");
    let long_ago = app.clock.now_ms() - 15 * 24 * 60 * 60 * 1000;
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "update billing_orders set settled_at = $1, seen_at = $1", long_ago)
        })
        .await;
    assert!(news(&app, MIRA).await.is_empty());
}

/// What staff find of a dispute is booked: the bill falls, what was paid beyond it is credit, and no fee stays.
#[tokio::test]
async fn a_dispute_settled_for_the_customer_takes_its_amount_off_the_bill() {
    let house = Fixture::new().await;
    let (app, mira, jonas) = (&house.app, house.mira().await, house.person("p-jonas").await);
    house.add_bill(MIRA, "1042", 8_890, date(2026, 11, 10)).await;
    let once = new_id();
    service::dispute(app, &mira, "1042", &once, "The cable is not mine.").await.expect("a dispute");
    for (found, field) in [
        (("right", ""), "taken_off"),
        (("partly", "88.91"), "taken_off"),
        (("right", "-1"), "taken_off"),
        (("maybe", "1"), "outcome"),
    ] {
        let refused = service::settle_dispute(app, &jonas, (MIRA, "1042"), found, "You are right.").await;
        let Err(AppError::Invalid { problems, .. }) = refused else { panic!("{found:?}: {refused:?}") };
        assert_eq!(problems[0].field, field, "{found:?}");
    }
    service::settle_dispute(app, &jonas, (MIRA, "1042"), ("right", "19.90"), "You are right.").await.expect("settled");
    let mut conn = house.conn().await;
    let bill = bills::service::assessed(&mut conn, MIRA, "1042", TODAY).await.expect("the bill");
    assert_eq!((bill.known.bill.open(), bill.known.bill.is_disputed, bill.came.is_some()), (6_900, false, false));
    let act = service::act(app, MIRA, &once).await.expect("the act");
    let Terms::Dispute { found: Some(found), .. } = act.terms else { panic!("{act:?}") };
    assert_eq!(
        (found.outcome, found.taken_off.minor, found.left_to_pay.minor, found.credited.minor),
        (super::Outcome::Right, 1_990, 6_900, 0)
    );
    let again = service::settle_dispute(app, &jonas, (MIRA, "1042"), ("right", "19.90"), "You are right.").await;
    assert_eq!(again, Err(AppError::Refused(Refusal::AlreadyAnswered)), "it is taken off once");
}

#[tokio::test]
async fn what_was_paid_of_a_bill_that_was_wrong_becomes_credit() {
    let house = Fixture::new().await;
    let (app, mira, jonas) = (&house.app, house.mira().await, house.person("p-jonas").await);
    house.add_bill(MIRA, "1042", 5_000, date(2026, 11, 20)).await;
    house.pay("1042", 4_000, date(2026, 11, 2)).await;
    service::dispute(app, &mira, "1042", &new_id(), "Too much.").await.expect("a dispute");
    service::settle_dispute(app, &jonas, (MIRA, "1042"), ("partly", "25"), "Half of it.").await.expect("settled");
    let mut conn = house.conn().await;
    let bill = bills::service::assessed(&mut conn, MIRA, "1042", TODAY).await.expect("the bill");
    assert_eq!(bill.known.bill.open(), 0);
    let grants = credits::service::grants_of(&mut conn, MIRA, TODAY).await.expect("credit");
    assert_eq!(grants.iter().map(|grant| grant.left_on(TODAY)).sum::<i64>(), 1_500);
    // Where the bill was right, nothing is taken off, whatever stands in the field.
    house.add_bill(MIRA, "1043", 5_000, date(2026, 11, 20)).await;
    service::dispute(app, &mira, "1043", &new_id(), "Too much.").await.expect("a dispute");
    service::settle_dispute(app, &jonas, (MIRA, "1043"), ("not_right", "25"), "It is as agreed.")
        .await
        .expect("settled");
    let bill = bills::service::assessed(&mut house.conn().await, MIRA, "1043", TODAY).await.expect("the bill");
    assert_eq!((bill.known.bill.open(), bill.known.bill.pay_by()), (5_000, date(2026, 12, 2)));
}
