//! A year after advice that was followed.

use jiff::civil::{Date, date};

use super::service::{Settled, settle, settled_by};
use crate::{
    domain::notice::NoticeKind,
    features::advice::tests::office::{Office, add_two_plans, subscribe, use_gigabytes},
    sql,
};

const ADVISED: Date = date(2026, 11, 22);

/// Mira was advised to take the small plan, took it, and used so many gigabytes in the twelve months after.
async fn followed(used: [i64; 12]) -> Office {
    let office = Office::open(None).await;
    office.write(async |conn| add_two_plans(conn, ADVISED, &[2; 12]).await).await;
    let told = office.look(Some(ADVISED)).await;
    assert_eq!(told.iter().map(|told| told.kind).collect::<Vec<_>>(), [NoticeKind::RightSize]);
    office
        .write(async |conn| {
            sql!(conn, execute, "update subscriptions set ends_on = '2026-12-04'")?;
            subscribe(conn, "mira", "small", date(2026, 12, 5)).await?;
            // What it costs later does not touch what they would have paid.
            sql!(conn, execute, "update plans set monthly_fee = 9000 where code = 'large'")?;
            use_gigabytes(conn, "mira", date(2028, 1, 1), &used).await
        })
        .await;
    office
}

async fn settled(office: &Office, day: Date, dry_run: bool) -> Vec<Settled> {
    let mut all = Vec::new();
    settle(&office.app, day, dry_run, |settled| all.push(settled)).await.expect("a check");
    all
}

#[tokio::test]
async fn a_year_that_was_dearer_is_owed_and_worked_out_once() {
    // Small: 20 and 10 a gigabyte above 5; large: 35 and 10 above 20. Ten months 15 cheaper, two of 40 gigabytes 135 dearer.
    let office = followed([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 40, 40]).await;
    assert!(settled(&office, date(2027, 12, 31), false).await.is_empty(), "the year is not over");
    let day = date(2028, 1, 1);
    let tried = settled(&office, day, true).await;
    let found = settled(&office, day, false).await;
    assert_eq!(tried, found);
    assert_eq!((found.len(), found[0].customer.as_str()), (1, "mira"));
    assert_eq!(found[0].guarantee.followed_on, date(2026, 12, 5), "the year begins when they changed");
    assert_eq!(found[0].owed.minor, 12_000);
    assert_eq!(found[0].evidence.steps.len(), 13);
    assert!(settled(&office, date(2029, 1, 1), false).await.is_empty(), "once");
    assert_eq!(settled_by(&office.app, day).await, Ok(found), "and it can be listed again");
}

#[tokio::test]
async fn it_waits_for_late_readings_and_counts_only_months_on_the_plan() {
    let office = followed([40; 12]).await;
    office
        .write(async |conn| {
            sql!(conn, execute, "delete from usage where used_on = '2027-12-01'")?;
            // They went back after three whole months.
            sql!(conn, execute, "update subscriptions set ends_on = '2027-04-15' where plan_id = 'small'").map(drop)
        })
        .await;
    let found = settled(&office, date(2028, 1, 1), false).await;
    assert_eq!(found.iter().map(|one| one.owed.minor).collect::<Vec<_>>(), [3 * 13_500], "January to March");

    let late = followed([40; 12]).await;
    late.write(async |conn| sql!(conn, execute, "delete from usage where used_on = '2027-12-01'").map(drop)).await;
    assert!(settled(&late, date(2028, 1, 1), false).await.is_empty(), "the last month may be read yet");
    let found = settled(&late, date(2028, 3, 1), false).await;
    assert_eq!(found.iter().map(|one| one.owed.minor).collect::<Vec<_>>(), [11 * 13_500]);
}

#[tokio::test]
async fn a_plan_that_billing_changed_in_place_counts_from_that_day() {
    let office = followed([40; 12]).await;
    office
        .write(async |conn| {
            sql!(conn, execute, "delete from subscriptions where plan_id = 'small'")?;
            sql!(conn, execute, "update subscriptions set ends_on = null, plan_id = 'small', plan_since = '2026-12-31'")
                .map(drop)
        })
        .await;
    let found = settled(&office, date(2028, 1, 1), false).await;
    assert_eq!((found.len(), found[0].guarantee.followed_on), (1, date(2026, 12, 31)));
}

#[tokio::test]
async fn a_year_that_was_cheaper_is_nothing_owed() {
    let office = followed([2; 12]).await;
    let found = settled(&office, date(2028, 1, 1), false).await;
    assert_eq!(found.iter().map(|settled| settled.owed.minor).collect::<Vec<_>>(), [0]);
}

#[tokio::test]
async fn advice_that_was_not_followed_has_no_guarantee() {
    let office = followed([40; 12]).await;
    office.write(async |conn| sql!(conn, execute, "delete from subscriptions where plan_id = 'small'").map(drop)).await;
    assert!(settled(&office, date(2028, 1, 1), false).await.is_empty());
}
