//! Each thing is told once, in time, and only as long as it is true.

use jiff::{ToSpan, civil::date};

use super::office::{Bill, Office, add_bill, add_customer, agree, dispute, pay};
use crate::{
    domain::notice::NoticeKind,
    error::AppError,
    features::notices::{
        NoticeCard, Stands,
        service::{current_for_customer, open, told_to_customer},
    },
};

#[tokio::test]
async fn a_warning_is_written_once_and_a_dry_run_writes_nothing() {
    let due = date(2026, 11, 20);
    let office =
        Office::with(None, &[Bill::due("mira", "1042", due), Bill::due("ana", "1043", date(2026, 12, 20))]).await;
    let day = Some(date(2026, 11, 17));
    let (would_tell, dry) = office.look_with_counts(day, true).await;
    let (told, counts) = office.look_with_counts(day, false).await;
    assert_eq!(would_tell, told, "a dry run says what a run does");
    assert_eq!(dry, counts);
    assert_eq!((counts.customers, counts.bills, counts.due_soon, counts.written), (2, 2, 1, 1));
    assert_eq!((told[0].customer.as_str(), told[0].subject.as_str()), ("mira", "1042"));
    assert_eq!((told[0].kind, told[0].amount.plain()), (NoticeKind::FeeWarning, "5.00".to_owned()));
    assert_eq!((told[0].due_on, told[0].rule_version), (Some(due), 1));
    assert!(office.look(day).await.is_empty());
    assert!(office.look(Some(date(2026, 11, 18))).await.is_empty());
}

#[tokio::test]
async fn two_looks_at_once_tell_each_thing_once() {
    let bills: Vec<Bill> = (0..700).map(|at| Bill::due("mira", &at.to_string(), date(2026, 11, 20))).collect();
    let office = Office::with(None, &bills).await;
    let day = Some(date(2026, 11, 19));
    let (one, other) = tokio::join!(office.look(day), office.look(day));
    assert_eq!(one.len() + other.len(), 700);
}

#[tokio::test]
async fn an_agreed_later_date_is_told_anew() {
    let office = Office::with(None, &[Bill::due("mira", "1042", date(2026, 11, 20))]).await;
    office.look(Some(date(2026, 11, 17))).await;
    office.write(async |conn| agree(conn, "1042", date(2026, 12, 1), date(2026, 11, 18)).await).await;
    assert!(office.look(Some(date(2026, 11, 19))).await.is_empty(), "not before it is near again");
    let told = office.look(Some(date(2026, 11, 28))).await;
    assert_eq!(told.iter().map(|told| told.due_on).collect::<Vec<_>>(), [Some(date(2026, 12, 1))]);
    let mut conn = office.app.db.reader().await.expect("a reader");
    let current = current_for_customer(&mut conn, "mira", date(2026, 11, 28)).await.expect("notices");
    assert_eq!(current.len(), 1, "the old date is no longer true");
    assert_eq!(current[0].fee_on, Some(date(2026, 12, 2)));
}

#[tokio::test]
async fn a_disputed_bill_gets_the_dispute_notice_alone() {
    let office = Office::with(None, &[Bill::due("mira", "1042", date(2026, 11, 20))]).await;
    office.look(Some(date(2026, 11, 17))).await;
    office.write(async |conn| dispute(conn, "1042", Some(date(2026, 11, 18))).await).await;
    let told = office.look(Some(date(2026, 11, 18))).await;
    assert_eq!((told[0].kind, told[0].amount.minor), (NoticeKind::Dispute, 3_820));
    let mut conn = office.app.db.reader().await.expect("a reader");
    let current = current_for_customer(&mut conn, "mira", date(2026, 12, 24)).await.expect("notices");
    assert_eq!(current.iter().map(|card| card.kind).collect::<Vec<_>>(), [NoticeKind::Dispute]);
    drop(conn);
    office.write(async |conn| dispute(conn, "1042", None).await).await;
    let mut conn = office.app.db.reader().await.expect("a reader");
    let settled = current_for_customer(&mut conn, "mira", date(2026, 11, 19)).await.expect("notices");
    assert_eq!(settled.iter().map(|card| card.kind).collect::<Vec<_>>(), [NoticeKind::FeeWarning]);
}

#[tokio::test]
async fn a_warning_holds_until_the_bill_is_paid_or_the_fee_has_come() {
    let office = Office::with(None, &[Bill::due("mira", "1042", date(2026, 11, 20))]).await;
    office.look(Some(date(2026, 11, 17))).await;
    let current = async |day| {
        let mut conn = office.app.db.reader().await.expect("a reader");
        current_for_customer(&mut conn, "mira", day).await.expect("notices").len()
    };
    assert_eq!(current(date(2026, 11, 16)).await, 0, "not told yet");
    assert_eq!(current(date(2026, 11, 20)).await, 1);
    assert_eq!(current(date(2026, 11, 21)).await, 0, "the fee has come");
    office.write(async |conn| pay(conn, "1042", 3_000, date(2026, 11, 18)).await).await;
    let mut conn = office.app.db.reader().await.expect("a reader");
    let part_paid = current_for_customer(&mut conn, "mira", date(2026, 11, 18)).await.expect("notices");
    assert_eq!(part_paid[0].bill.as_ref().map(|bill| bill.open.minor), Some(820));
    drop(conn);
    office.write(async |conn| pay(conn, "1042", 820, date(2026, 11, 19)).await).await;
    assert_eq!(current(date(2026, 11, 19)).await, 0, "paid");
    let mut conn = office.app.db.reader().await.expect("a reader");
    let told = told_to_customer(&mut conn, "mira", date(2026, 11, 19), 10).await.expect("notices");
    assert_eq!((told.len(), told[0].standing.is), (1, Stands::Paid));
    assert_eq!(told[0].standing.since, Some(date(2026, 11, 19)));
}

#[tokio::test]
async fn a_notice_is_found_by_its_own_customer_alone() {
    let due = date(2026, 11, 20);
    let office = Office::with(Some(due), &[Bill::due("mira", "1042", due), Bill::due("ana", "1043", due)]).await;
    office.look(None).await;
    let mut conn = office.app.db.reader().await.expect("a reader");
    let card = current_for_customer(&mut conn, "mira", due).await.expect("notices").remove(0);
    drop(conn);
    assert!(!open(&office.app, "mira", &card.id).await.expect("her notice").is_seen);
    let told = open(&office.app, "mira", &card.id).await.expect("her notice");
    assert!(told.is_seen && told.is_current());
    let now = told.now.expect("what holds today");
    let written = NoticeCard { ways: card.ways.clone(), can_move: card.can_move, ..now };
    assert_eq!(written, card, "but for what can be done about it today");
    assert_eq!(open(&office.app, "ana", &card.id).await, Err(AppError::NotFound));
}

#[tokio::test]
async fn today_is_the_customers_own() {
    let office = Office::open(None).await;
    let (first, last) = ("Pacific/Kiritimati", "Pacific/Pago_Pago");
    let due_on = office.app.clock.today_in(first).saturating_add(3.days());
    office
        .write(async |conn| {
            for zone in [first, last] {
                add_customer(conn, zone, zone).await?;
                add_bill(conn, &Bill { issued_on: date(2020, 1, 1), ..Bill::due(zone, zone, due_on) }).await?;
            }
            Ok(())
        })
        .await;
    let (told, counts) = office.look_with_counts(None, false).await;
    assert_eq!(told.iter().map(|told| told.customer.as_str()).collect::<Vec<_>>(), [first]);
    assert_eq!((counts.customers, counts.bills, counts.due_soon), (2, 2, 1));
}
