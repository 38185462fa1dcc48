//! What a bill is for, from the database to its page.

use jiff::civil::{Date, date};

use super::{parts::BillParts, service::sheet};
use crate::{
    features::fixture::{Fixture, MIRA, TOM},
    server::db::{Conn, Text},
    sql,
};

async fn house() -> Fixture {
    let house = Fixture::new().await;
    for (code, fee, included) in [("small", 1_200, 2), ("medium", 1_800, 8), ("large", 2_400, 20)] {
        house.add_plan(code, fee, included, None).await;
    }
    house.add_competitor("Tidal", Some(750), 1, date(2026, 11, 3)).await;
    house.subscribe(MIRA, "medium", date(2025, 1, 1), None).await;
    house.subscribe(TOM, "large", date(2025, 1, 1), None).await;
    house
}

async fn parts(house: &Fixture, number: &str) -> BillParts {
    sheet(&house.app, MIRA, number).await.expect("the bill").lines
}

/// Sets the days a bill is for.
async fn is_for(house: &Fixture, number: &str, from: Date, to: Date) {
    house
        .write(async |conn: &mut Conn<'_>| {
            let text = "update invoices set period_from = $2, period_to = $3 where number = $1";
            sql!(conn, execute, text, number, Text(from), Text(to))
        })
        .await;
}

#[tokio::test]
async fn a_bill_is_for_the_month_before_it_was_sent_unless_it_says_otherwise() {
    let house = house().await;
    // Sent on 1 January 2026.
    house.add_bill(MIRA, "b", 2_520, date(2026, 11, 20)).await;
    house.use_tenths(MIRA, date(2025, 12, 1), 50).await;
    house.use_tenths(MIRA, date(2025, 12, 31), 54).await;
    house.use_tenths(MIRA, date(2026, 1, 1), 900).await;
    house.use_tenths(TOM, date(2025, 12, 2), 700).await;
    let december = parts(&house, "b").await;
    assert_eq!((december.from, december.to), (date(2025, 12, 1), date(2025, 12, 31)));
    assert_eq!((december.sum.minor, december.unexplained.minor), (2_520, 0), "{december:?}");
    assert_eq!(december.plans[0].lines[2], ("2.4 GB above 8 at €3.00 each".to_owned(), "€7.20".to_owned()));
    is_for(&house, "b", date(2026, 1, 1), date(2026, 1, 31)).await;
    let january = parts(&house, "b").await;
    assert_eq!(january.sum.minor, 1_800 + 82 * 300);
    is_for(&house, "b", date(2026, 2, 1), date(2026, 1, 31)).await;
    assert_eq!(parts(&house, "b").await, december, "a period that ends before it starts is none");
}

#[tokio::test]
async fn what_the_bill_has_beyond_plan_and_use_is_left_as_it_is() {
    let house = house().await;
    house.add_bill(MIRA, "b", 4_000, date(2026, 11, 20)).await;
    house.use_tenths(MIRA, date(2025, 12, 1), 50).await;
    let odd = parts(&house, "b").await;
    assert_eq!((odd.sum.minor, odd.unexplained.minor), (1_800, 2_200));
    let named: Vec<_> = odd.elsewhere[0].open.iter().map(|one| (one.name.as_str(), one.more.minor)).collect();
    assert_eq!(named, [("Tidal Data", 150), ("small", 300), ("large", 600)]);
}

#[tokio::test]
async fn where_nothing_is_known_nothing_is_claimed() {
    let house = house().await;
    house.add_bill(MIRA, "unread", 1_800, date(2026, 11, 20)).await;
    let unread = parts(&house, "unread").await;
    assert!(unread.plans[0].missing.is_some() && unread.elsewhere.is_empty());
    house.add_bill(MIRA, "early", 1_800, date(2026, 11, 20)).await;
    is_for(&house, "early", date(2024, 12, 1), date(2024, 12, 31)).await;
    let early = parts(&house, "early").await;
    assert!(early.plans.is_empty());
    assert_eq!(early.unexplained.minor, 1_800);
}

#[tokio::test]
async fn a_plan_that_ended_counts_until_its_last_day() {
    let house = Fixture::new().await;
    house.add_plan("medium", 3_100, 8, None).await;
    house.subscribe(MIRA, "medium", date(2025, 1, 1), Some(date(2025, 12, 10))).await;
    house.add_bill(MIRA, "last", 1_000, date(2026, 11, 20)).await;
    house.use_tenths(MIRA, date(2025, 12, 5), 50).await;
    let last = parts(&house, "last").await;
    assert_eq!((last.sum.minor, last.unexplained.minor), (1_000, 0));
    assert_eq!(last.plans[0].lines[0].0, "Monthly fee, for 10 of 31 days");
    assert!(last.elsewhere.is_empty(), "a part of a month is not compared with whole ones");
    house.add_bill(MIRA, "after", 1_000, date(2026, 11, 20)).await;
    is_for(&house, "after", date(2025, 12, 11), date(2025, 12, 31)).await;
    assert!(parts(&house, "after").await.plans.is_empty());
}
