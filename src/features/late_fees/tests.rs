//! Late fees as money, on both engines: charged once where the warning came in time, and taken back by themselves.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use tokio::task::JoinSet;

use super::{FeeState, SettledFee, service};
use crate::{
    domain::late_fee::{How, NoFee},
    features::{
        billing,
        bills::{self, BillSheet, BillState},
        fixture::{Fixture, MIRA, TODAY},
        home, notices,
    },
    server::{
        clock::Clock,
        db::{Conn, new_id},
        state::AppState,
    },
    sql,
};

/// Due two days after today, so that the fee of 5.00 comes on the 21st.
const DUE: Date = date(2026, 11, 20);
const FEE_ON: Date = date(2026, 11, 21);

/// Mira owes 38.20, and fees were looked after for a month.
async fn house() -> Fixture {
    let house = Fixture::new().await;
    look(&house, TODAY.saturating_sub(30.days())).await;
    house.add_bill(MIRA, "1042", 3_820, DUE).await;
    house
}

/// The same database on another day.
fn on(house: &Fixture, day: Date) -> AppState {
    AppState { clock: Clock { fixed: Some(day) }, ..house.app.clone() }
}

async fn look(house: &Fixture, day: Date) -> usize {
    let app = on(house, day);
    service::look(&app, app.clock).await.expect("a look")
}

async fn sheet(house: &Fixture, number: &str, day: Date) -> BillSheet {
    bills::service::sheet(&on(house, day), MIRA, number).await.expect("the bill")
}

async fn settled(house: &Fixture) -> SettledFee {
    sheet(house, "1042", FEE_ON).await.late_fee.expect("a fee that was decided")
}

/// What became of the fee, and why.
async fn end(house: &Fixture) -> (FeeState, Option<NoFee>) {
    let fee = settled(house).await;
    (fee.state, fee.why)
}

/// A warning as a look writes it, and what became of its mail: the days it was handed over and came back.
async fn warn(house: &Fixture, id: &str, (fee, fee_on): (i64, Date), mail: Option<(Option<Date>, Option<Date>)>) {
    house
        .write(async |conn: &mut Conn<'_>| {
            let text = "insert into notices (id, customer_id, invoice_id, kind, dedupe_key, subject, amount, currency, due_on,
                                             fee_on, rule, rule_version, evidence, as_of, created_at)
                        values ($1, 'mira', '1042', 'fee_warning', $1, '1042', $2, 'EUR', '2026-11-20', $3, 'fee_warning', 1,
                                '{\"facts\":[],\"steps\":[]}', '2026-11-17', 0)";
            sql!(conn, execute, text, id, fee, fee_on.to_string())?;
            let Some((sent_on, bounced_on)) = mail else { return Ok(0) };
            let at = |day: Date| day.to_zoned(jiff::tz::TimeZone::UTC).expect("a day").timestamp().as_millisecond();
            let state = if bounced_on.is_some() { "bounced" } else { "sent" };
            let text = "insert into notice_mails (notice_id, customer_id, state, not_before, tries, sent_at, bounced_at)
                        values ($1, 'mira', $2, 0, 1, $3, $4)";
            sql!(conn, execute, text, id, state, sent_on.map(at), bounced_on.map(at))
        })
        .await;
}

async fn see_on_first_page(house: &Fixture, day: Date) {
    home::service::home(&on(house, day), &house.mira().await).await.expect("home");
}

async fn open_of_mira(house: &Fixture, day: Date) -> Vec<(String, i64)> {
    let open = bills::service::open_of_customer(&mut house.conn().await, MIRA, day).await.expect("bills");
    open.into_iter().map(|bill| (bill.known.bill.number.clone(), bill.known.bill.open())).collect()
}

#[tokio::test]
async fn a_fee_whose_warning_was_seen_is_a_bill_of_its_own_in_every_sum() {
    let house = house().await;
    see_on_first_page(&house, TODAY).await;
    assert_eq!(look(&house, DUE).await, 0, "its day has not come");
    assert_eq!(look(&house, FEE_ON).await, 1);
    assert_eq!(look(&house, FEE_ON).await, 0, "once");
    assert_eq!(open_of_mira(&house, FEE_ON).await, [("1042".to_owned(), 3_820), ("1042-F".to_owned(), 500)]);
    let bill = sheet(&house, "1042", FEE_ON).await;
    assert!(matches!(bill.state, BillState::FeeCame { fee, fee_on: FEE_ON } if fee.minor == 500), "{:?}", bill.state);
    let (number, open) = bill.late_fee.and_then(|fee| fee.asked_by).expect("a bill that asks for it");
    assert_eq!((number.as_str(), open.minor), ("1042-F", 500));
    let fee = sheet(&house, "1042-F", FEE_ON.saturating_add(90.days())).await;
    assert_eq!((fee.fee_for.as_deref(), fee.fee, fee.state), (Some("1042"), None, BillState::PastDue));
    let home = home::service::home(&on(&house, FEE_ON), &house.mira().await).await.expect("home");
    assert_eq!(home.to_pay.iter().map(|money| money.minor).collect::<Vec<_>>(), [4_320]);
    house.pay("1042", 3_820, FEE_ON).await;
    assert_eq!(look(&house, FEE_ON).await, 0, "a bill that is paid late keeps its fee");
    assert_eq!(open_of_mira(&house, FEE_ON).await, [("1042-F".to_owned(), 500)]);
    let months_later = FEE_ON.saturating_add(100.days());
    assert_eq!(look(&house, months_later).await, 0, "never a fee on a fee");
}

#[tokio::test]
async fn every_way_of_being_warned_has_its_end() {
    use FeeState::{Charged, LetGo};
    let day = |day| date(2026, 11, day);
    type Mail = Option<(Option<Date>, Option<Date>)>;
    type Way<'w> = (&'w str, &'w [(i64, Date, Mail)], Option<Date>, (FeeState, Option<NoFee>));
    let ways: [Way<'_>; 11] = [
        ("never warned", &[], None, (LetGo, Some(NoFee::NeverWarned))),
        ("written and never sent", &[(500, FEE_ON, None)], None, (LetGo, Some(NoFee::NotDelivered))),
        ("sent", &[(500, FEE_ON, Some((Some(day(18)), None)))], None, (Charged, None)),
        ("refused for good", &[(500, FEE_ON, Some((None, Some(day(18)))))], None, (LetGo, Some(NoFee::Bounced))),
        ("came back", &[(500, FEE_ON, Some((Some(day(17)), Some(day(19)))))], None, (LetGo, Some(NoFee::Bounced))),
        ("came back late", &[(500, FEE_ON, Some((Some(day(15)), Some(day(20)))))], None, (Charged, None)),
        ("sent too late", &[(500, FEE_ON, Some((Some(day(21)), None)))], None, (LetGo, Some(NoFee::TooLate))),
        ("seen", &[(500, FEE_ON, None)], Some(day(20)), (Charged, None)),
        ("came back and seen", &[(500, FEE_ON, Some((None, Some(day(18)))))], Some(day(18)), (Charged, None)),
        ("told a later day", &[(500, day(23), Some((Some(day(18)), None)))], None, (LetGo, Some(NoFee::LaterDay))),
        (
            "corrected to more, and that came back",
            &[(400, FEE_ON, Some((Some(day(17)), None))), (500, FEE_ON, Some((None, Some(day(19)))))],
            None,
            (LetGo, Some(NoFee::LowerFee)),
        ),
    ];
    for (way, warnings, seen, expected) in ways {
        let house = house().await;
        for (at, (fee, fee_on, mail)) in warnings.iter().enumerate() {
            warn(&house, &format!("n{at}"), (*fee, *fee_on), *mail).await;
        }
        if let Some(seen) = seen {
            see_on_first_page(&house, seen).await;
        }
        look(&house, FEE_ON).await;
        assert_eq!(end(&house).await, expected, "{way}");
        let bill = sheet(&house, "1042", FEE_ON).await;
        let is_charged = expected.0 == Charged;
        assert_eq!((bill.fee.is_some(), bill.state == BillState::PastDue), (is_charged, !is_charged), "{way}");
        assert_eq!(open_of_mira(&house, FEE_ON).await.len(), if is_charged { 2 } else { 1 }, "{way}");
    }
}

#[tokio::test]
async fn a_page_warns_whoever_opens_it_and_only_before_the_day() {
    for page in ["bill", "notice", "late"] {
        let house = house().await;
        warn(&house, "n", (500, FEE_ON), None).await;
        match page {
            "bill" => drop(sheet(&house, "1042", DUE).await),
            "notice" => drop(notices::service::open(&on(&house, DUE), MIRA, "n").await.expect("the notice")),
            _ => see_on_first_page(&house, FEE_ON).await,
        }
        look(&house, FEE_ON).await;
        let expected =
            if page == "late" { (FeeState::LetGo, Some(NoFee::NotDelivered)) } else { (FeeState::Charged, None) };
        assert_eq!(end(&house).await, expected, "{page}");
    }
}

#[tokio::test]
async fn before_the_look_a_page_says_what_will_become_of_the_fee() {
    let house = house().await;
    let unwarned = sheet(&house, "1042", FEE_ON).await;
    assert_eq!((unwarned.state, unwarned.fee), (BillState::PastDue, None));
    see_on_first_page(&house, DUE).await;
    assert!(matches!(sheet(&house, "1042", FEE_ON).await.state, BillState::FeeCame { .. }));
}

#[tokio::test]
async fn fifty_looks_at_once_charge_one_fee() {
    let house = house().await;
    for number in ["1043", "1044"] {
        house.add_bill(MIRA, number, 1_000, DUE).await;
    }
    see_on_first_page(&house, TODAY).await;
    house.add_bill(MIRA, "unseen", 1_000, DUE).await;
    let mut looks = JoinSet::new();
    for _ in 0..50 {
        let app = on(&house, FEE_ON);
        looks.spawn(async move { service::look(&app, app.clock).await.expect("a look") });
    }
    let done: usize = looks.join_all().await.into_iter().sum();
    assert_eq!(done, 4);
    let fees: Vec<String> = open_of_mira(&house, FEE_ON).await.into_iter().map(|(number, _)| number).collect();
    assert_eq!(fees.iter().filter(|number| number.ends_with("-F")).count(), 3, "{fees:?}");
    let list = service::list(&on(&house, FEE_ON), None, None).await.expect("a list");
    assert_eq!((list.fees.len(), list.counts.iter().map(|(_, many)| many).sum::<i64>()), (4, 4));
    let let_go = service::list(&on(&house, FEE_ON), Some(FeeState::LetGo), Some(9)).await.expect("a list");
    assert_eq!(let_go.fees.iter().map(|fee| fee.bill.as_str()).collect::<Vec<_>>(), ["unseen"]);
    let seen = list.fees.iter().find(|fee| fee.bill == "1043").and_then(|fee| fee.warned).expect("a warning");
    assert_eq!((seen.on, seen.how), (TODAY, How::Page));
}

#[tokio::test]
async fn what_comes_in_late_takes_a_fee_back_and_what_was_paid_of_it_is_credit() {
    let house = house().await;
    see_on_first_page(&house, TODAY).await;
    look(&house, FEE_ON).await;
    let conn = &mut house.conn().await;
    let fee_bill = sql!(conn, scalar as String, "select fee_invoice_id from late_fees where state = 'charged'");
    let fee_bill = fee_bill.expect("its bill");
    house.pay(&fee_bill, 200, FEE_ON).await;
    house.pay("1042", 3_820, DUE).await;
    assert_eq!(look(&house, FEE_ON).await, 1);
    assert_eq!(end(&house).await, (FeeState::TakenBack, Some(NoFee::PaidInTime)));
    assert!(open_of_mira(&house, FEE_ON).await.is_empty());
    let credit = sql!(conn, scalars as i64, "select amount from credits").expect("credit");
    assert_eq!(credit, [200]);
    assert_eq!(look(&house, FEE_ON).await, 0);
}

#[tokio::test]
async fn a_fee_is_taken_back_with_its_reason_and_charged_again_where_that_is_over() {
    let house = house().await;
    see_on_first_page(&house, TODAY).await;
    look(&house, FEE_ON).await;
    let change = async |text: &'static str| {
        house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, text)).await;
        look(&house, FEE_ON).await;
        end(&house).await
    };
    let back = |why| (FeeState::TakenBack, Some(why));
    let disputed = "update invoices set disputed_on = '2026-11-19' where id = '1042'";
    assert_eq!(change(disputed).await, back(NoFee::Disputed));
    let undisputed = "update invoices set disputed_on = null where id = '1042'";
    assert_eq!(change(undisputed).await, (FeeState::Charged, None));
    assert_eq!(open_of_mira(&house, FEE_ON).await.len(), 2);
    let later = "update invoices set agreed_due_on = '2026-12-01', agreed_on = '2026-11-20' where id = '1042'";
    assert_eq!(change(later).await, back(NoFee::OtherDay));
    assert_eq!(change("update invoices set agreed_due_on = null where id = '1042'").await, (FeeState::Charged, None));
    assert_eq!(change("update invoices set status = 'void' where id = '1042'").await, back(NoFee::NotOwed));
    assert!(open_of_mira(&house, FEE_ON).await.is_empty());
}

#[tokio::test]
async fn letting_a_fee_go_takes_it_out_of_every_sum_at_once_and_undo_brings_it_back() {
    let house = house().await;
    see_on_first_page(&house, TODAY).await;
    look(&house, FEE_ON).await;
    let (app, mira, once) = (on(&house, FEE_ON), house.mira().await, new_id());
    billing::service::waive_fee(&app, &mira, "1042", &once, 500).await.expect("let go");
    assert_eq!(end(&house).await, (FeeState::TakenBack, Some(NoFee::Waived)));
    assert_eq!(open_of_mira(&house, FEE_ON).await, [("1042".to_owned(), 3_820)]);
    billing::service::undo(&app, MIRA, &once).await.expect("undone");
    assert_eq!(end(&house).await, (FeeState::Charged, None));
    assert_eq!(open_of_mira(&house, FEE_ON).await.len(), 2);
}

#[tokio::test]
async fn fees_of_before_the_first_look_and_of_a_policy_made_later_are_never_charged() {
    let house = Fixture::new().await;
    house.add_bill(MIRA, "old", 1_000, date(2026, 11, 10)).await;
    assert_eq!(look(&house, TODAY).await, 0);
    assert_eq!(look(&house, FEE_ON).await, 0);
    let old = sheet(&house, "old", FEE_ON).await;
    assert_eq!((old.state, old.fee, old.late_fee), (BillState::PastDue, None, None));
    house.add_bill(MIRA, "1042", 3_820, DUE).await;
    see_on_first_page(&house, DUE).await;
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "update fee_policies set made_on = '2026-11-21', starts_on = '2020-01-01'")
        })
        .await;
    assert_eq!(look(&house, FEE_ON).await, 0);
    assert_eq!(sheet(&house, "1042", FEE_ON).await.fee, None);
}

#[tokio::test]
async fn a_fee_that_the_billing_system_charged_is_not_charged_twice() {
    let house = house().await;
    see_on_first_page(&house, TODAY).await;
    let charged =
        "insert into invoices (id, customer_id, number, currency, amount, kind, issued_on, due_on, created_at,
                                         updated_at)
                   values ('sc', 'mira', 'SC-1042', 'EUR', 500, 'late_fee', '2026-11-21', '2026-12-21', 0, 0)";
    house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, charged)).await;
    look(&house, FEE_ON).await;
    assert_eq!(end(&house).await, (FeeState::LetGo, Some(NoFee::ChargedByBilling)));
    assert_eq!(open_of_mira(&house, FEE_ON).await, [("1042".to_owned(), 3_820), ("SC-1042".to_owned(), 500)]);
}

#[tokio::test]
async fn an_outside_billing_system_is_asked_to_charge_what_stands_and_to_let_go_of_what_falls() {
    let house = house().await;
    let mut app = on(&house, FEE_ON);
    let mut config = (*app.config).clone();
    config.billing_url = Some("http://127.0.0.1:9/webhooks".to_owned());
    config.billing_secret = Some("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
    app.config = std::sync::Arc::new(config);
    house.add_bill(MIRA, "seen", 1_000, DUE).await;
    sheet(&house, "seen", DUE).await;
    assert_eq!(service::look(&app, app.clock).await, Ok(2));
    assert_eq!(end(&house).await, (FeeState::LetGo, Some(NoFee::NeverWarned)));
    let seen = sheet(&house, "seen", FEE_ON).await.late_fee.expect("a fee");
    assert_eq!((seen.state, seen.asked_by), (FeeState::Charged, None), "billing has the bill of it");
    let conn = &mut house.conn().await;
    let mut told = sql!(conn, scalars as String, "select body from billing_messages").expect("messages");
    told.sort_by_key(|body| body.contains("late_fee"));
    let says =
        |body: &str, all: [&str; 4]| all.iter().for_each(|words| assert!(body.contains(words), "{words} {body}"));
    assert_eq!(told.len(), 2);
    says(&told[0], ["order.asked", r#""kind":"waive_fee""#, r#""bill":"1042""#, r#""amount":"5.00""#]);
    says(&told[1], ["order.asked", r#""kind":"late_fee""#, r#""bill":"seen""#, r#""takes_effect_on":"2026-11-21""#]);
    let text = "select id from billing_orders where kind = 'waive_fee'";
    let waiver = sql!(conn, scalar as String, text).expect("an order");
    assert!(billing::service::undo(&app, MIRA, &waiver).await.is_err(), "nobody asked for it");
    house.pay("seen", 1_000, DUE).await;
    assert_eq!(service::look(&app, app.clock).await, Ok(1));
    let told = sql!(conn, scalars as String, "select body from billing_messages").expect("messages");
    assert_eq!(told.iter().filter(|body| body.contains("order.undone") && body.contains("late_fee")).count(), 1);
}
