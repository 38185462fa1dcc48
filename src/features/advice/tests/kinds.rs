//! Every kind of notice: when it is told, and when it is better not.

use jiff::{
    ToSpan,
    civil::{Date, date},
};

use super::office::{Bill, Office, add_bill, add_competitor, add_customer, add_two_plans, dispute, grant, subscribe};
use crate::{
    domain::notice::NoticeKind,
    error::AppError,
    features::{
        advice::{service::Told, why::why},
        notices::service::current_for_customer,
        offers,
    },
};

const TODAY: Date = date(2026, 11, 22);

fn kinds(told: &[Told]) -> Vec<(NoticeKind, &str, i64)> {
    told.iter().map(|told| (told.kind, told.subject.as_str(), told.amount.minor)).collect()
}

/// Mira on a plan of 20 GB for €35, and one of 5 GB for €20, with `used` in the months before.
async fn office_with_plans(used: &[i64]) -> Office {
    let office = Office::open(None).await;
    office.write(async |conn| add_two_plans(conn, TODAY, used).await).await;
    office
}

#[tokio::test]
async fn who_buys_more_than_they_need_is_told_once_a_quarter_as_long_as_it_is_so() {
    let office = office_with_plans(&[2; 12]).await;
    let told = office.look(Some(TODAY)).await;
    assert_eq!(kinds(&told), [(NoticeKind::RightSize, "small", 18_000)]);
    assert!(told[0].evidence.steps.iter().any(|step| step.words.starts_with("October 2026")));
    assert!(office.look(Some(TODAY)).await.is_empty(), "a second run writes nothing");
    assert!(office.look(Some(date(2026, 12, 24))).await.is_empty(), "not again in the same quarter");
    let mut conn = office.app.db.reader().await.expect("a reader");
    let current = current_for_customer(&mut conn, "mira", date(2026, 12, 1)).await.expect("notices");
    assert_eq!(current.len(), 1);
    assert!(current[0].words.contains("small"), "{}", current[0].words);
    // Months without readings are no months: of the last twelve there are fewer, and too few to speak of a size.
    let current = current_for_customer(&mut conn, "mira", date(2027, 1, 15)).await.expect("notices");
    assert_eq!(
        current.iter().map(|card| (card.kind, card.amount.minor)).collect::<Vec<_>>(),
        [(NoticeKind::BetterPrice, 15_000)]
    );
    let current = current_for_customer(&mut conn, "mira", date(2027, 4, 1)).await.expect("notices");
    assert!(current.is_empty(), "seven of twelve months are too few to speak of a price");
}

#[tokio::test]
async fn a_season_with_much_use_keeps_a_short_look_back_from_advising() {
    let office = office_with_plans(&[2, 2, 2, 2, 2, 18, 18]).await;
    assert!(office.look(Some(TODAY)).await.is_empty(), "in the warm months the small plan would have cost more");
}

#[tokio::test]
async fn another_plan_that_would_have_cost_less_is_told_and_a_tie_is_not() {
    // Too few months to speak of a size, enough to speak of the price.
    let office = office_with_plans(&[2, 2, 2, 2]).await;
    let told = office.look(Some(TODAY)).await;
    assert_eq!(kinds(&told), [(NoticeKind::BetterPrice, "small", 6_000)]);
    let even = office_with_plans(&[]).await;
    assert!(even.look(Some(TODAY)).await.is_empty(), "months without readings are not months without use");
}

#[tokio::test]
async fn a_competitor_is_named_where_theirs_fits_better_and_its_price_is_known_and_fresh() {
    let office = office_with_plans(&[12; 12]).await;
    office.write(async |conn| add_competitor(conn, "Nimbus", Some(1_500), date(2026, 11, 1)).await).await;
    office.write(async |conn| add_competitor(conn, "Unknown", None, date(2026, 11, 1)).await).await;
    office.write(async |conn| add_competitor(conn, "Stale", Some(100), date(2026, 1, 1)).await).await;
    let told = office.look(Some(TODAY)).await;
    assert_eq!(kinds(&told), [(NoticeKind::Competitor, "Nimbus Free", 24_000)]);
    let sources: Vec<&str> = told[0].evidence.facts.iter().map(|fact| fact.name.as_str()).collect();
    assert!(sources.contains(&"Price read at") && sources.contains(&"Price read on"), "{sources:?}");
}

#[tokio::test]
async fn credit_is_told_before_it_expires_at_thirty_seven_and_one_days() {
    let office = Office::with(None, &[]).await;
    office
        .write(async |conn| {
            add_customer(conn, "mira", "UTC").await?;
            grant(conn, "mira", "SORRY", 1_000, Some(date(2026, 12, 20))).await?;
            grant(conn, "mira", "FOREVER", 500, None).await
        })
        .await;
    let mut days = Vec::new();
    let mut day = date(2026, 11, 15);
    while day <= date(2026, 12, 24) {
        days.extend(office.look(Some(day)).await.iter().map(|told| (day, told.amount.minor)));
        day = crate::domain::day::plus(day, 1);
    }
    assert_eq!(days, [(date(2026, 11, 20), 1_000), (date(2026, 12, 13), 1_000), (date(2026, 12, 19), 1_000)]);
}

#[tokio::test]
async fn credit_that_covers_a_bill_is_told_instead_of_the_fee() {
    let office =
        Office::with(None, &[Bill::due("mira", "1", date(2026, 11, 23)), Bill::due("mira", "2", date(2026, 11, 24))])
            .await;
    office.write(async |conn| grant(conn, "mira", "SORRY", 5_000, None).await).await;
    let told = office.look(Some(TODAY)).await;
    let expected = [(NoticeKind::NothingToDo, "1", 3_820), (NoticeKind::FeeWarning, "2", 500)];
    assert_eq!(kinds(&told), expected, "the same credit is not promised to two bills");
    office.write(async |conn| dispute(conn, "1", Some(TODAY)).await).await;
    let disputed = office.look(Some(date(2026, 11, 23))).await;
    assert_eq!(
        kinds(&disputed),
        [(NoticeKind::Dispute, "1", 3_820), (NoticeKind::NothingToDo, "2", 3_820)],
        "the credit is free for the other bill while one is in dispute"
    );
}

#[tokio::test]
async fn the_page_says_what_the_notice_says() {
    let office = office_with_plans(&[2; 12]).await;
    let app = crate::server::state::AppState {
        clock: crate::server::clock::Clock { fixed: Some(TODAY) },
        ..office.app.clone()
    };
    let sheet = offers::sheet::sheet(&app, "mira").await.expect("the page");
    let held = &sheet.held[0];
    assert_eq!((held.months, held.cost.map(|cost| cost.minor)), (12, Some(42_000)));
    assert_eq!(held.others[0].saving.minor, 18_000);
    let meter = &held.meters[0];
    assert_eq!((meter.included.as_deref(), meter.months.len(), meter.included_share), (Some("20"), 12, Some(1_000)));
    office.write(async |conn| add_bill(conn, &Bill::due("mira", "9", date(2026, 12, 9))).await).await;
    assert!(office.look(Some(TODAY)).await.iter().all(|told| told.subject != "9"), "not near yet");
}

#[tokio::test]
async fn nothing_is_claimed_where_two_subscriptions_share_a_meter_or_a_commitment_runs() {
    let office = office_with_plans(&[2; 12]).await;
    office.write(async |conn| subscribe(conn, "mira", "small", date(2026, 1, 1)).await.map(drop)).await;
    assert!(office.look(Some(TODAY)).await.is_empty(), "whose gigabytes these are is not known");
    let committed = office_with_plans(&[2; 12]).await;
    committed
        .write(async |conn| {
            crate::sql!(conn, execute, "update subscriptions set committed_until = '2027-06-30'").map(drop)
        })
        .await;
    assert!(committed.look(Some(TODAY)).await.is_empty(), "what leaving early costs is not known");
}

#[tokio::test]
async fn advice_ends_when_it_was_followed_and_credit_when_it_is_used() {
    let office = office_with_plans(&[2; 12]).await;
    office.write(async |conn| grant(conn, "mira", "SORRY", 1_000, Some(date(2026, 12, 1))).await).await;
    let told = office.look(Some(TODAY)).await;
    assert_eq!(told.iter().map(|told| told.kind).collect::<Vec<_>>(), [NoticeKind::Credit, NoticeKind::RightSize]);
    office
        .write(async |conn| {
            crate::sql!(conn, execute, "update subscriptions set plan_id = 'small'")?;
            crate::sql!(conn, execute, "update credits set used = amount").map(drop)
        })
        .await;
    let mut conn = office.app.db.reader().await.expect("a reader");
    assert!(current_for_customer(&mut conn, "mira", TODAY).await.expect("notices").is_empty());
}

#[tokio::test]
async fn why_says_each_condition_with_its_value_also_where_nothing_is_told() {
    let office = office_with_plans(&[2; 12]).await;
    office.write(async |conn| add_bill(conn, &Bill::due("mira", "9", date(2026, 12, 9))).await).await;
    let all = why(&office.app, "mira", Some(TODAY)).await.expect("reasons");
    let of = |kind, subject: &str| all.iter().find(|one| one.kind == kind && one.subject == subject);
    let warning = of(NoticeKind::FeeWarning, "9").expect("the bill is open");
    assert!(!warning.explanation.holds);
    let why_not: Vec<&str> = warning.explanation.decisive().iter().map(|part| part.words.as_str()).collect();
    assert!(why_not.iter().any(|words| words.starts_with("days until due is 17;")), "{why_not:?}");
    assert!(of(NoticeKind::RightSize, "small").expect("a size").explanation.holds);
    let better = of(NoticeKind::BetterPrice, "small").expect("a price");
    assert!(better.explanation.holds && better.explanation.parts.iter().any(|part| part.words.contains("€180.00")));
    assert_eq!(why(&office.app, "nobody", Some(TODAY)).await, Err(AppError::NotFound));
}

#[tokio::test]
async fn a_bill_much_above_the_usual_is_told_once_and_what_was_put_right_is_over() {
    let bill = |month: i8, amount| Bill {
        amount,
        issued_on: date(2026, month, 10),
        paid_on: (month < 11).then(|| date(2026, month, 20)),
        ..Bill::due("mira", &format!("b{month}"), date(2026, month, 20).saturating_add(30.days()))
    };
    let office = Office::with(None, &[bill(8, 3_820), bill(9, 3_900), bill(10, 3_820), bill(11, 9_900)]).await;
    let told = office.look(Some(TODAY)).await;
    assert_eq!(kinds(&told), [(NoticeKind::UnusualBill, "b11", 9_900)]);
    assert_eq!(told[0].evidence.steps.len(), 4, "those before it, and it");
    assert!(office.look(Some(TODAY)).await.is_empty(), "once");
    let mut conn = office.app.db.reader().await.expect("a reader");
    let card = current_for_customer(&mut conn, "mira", TODAY).await.expect("notices").remove(0);
    assert_eq!(card.words, "Your bill comes to €99.00: your last 3 came to about €38.20.");
    drop(conn);
    office
        .write(async |conn| {
            crate::sql!(conn, execute, "update invoices set amount = 4000 where number = 'b11'").map(drop)
        })
        .await;
    assert!(office.look(Some(TODAY)).await.is_empty());
    let mut conn = office.app.db.reader().await.expect("a reader");
    assert!(current_for_customer(&mut conn, "mira", TODAY).await.expect("notices").is_empty());
}

#[tokio::test]
async fn a_month_that_is_billed_again_is_told() {
    let bill = |number: &str, month: i8| Bill {
        issued_on: date(2026, month, 10),
        ..Bill::due("mira", number, date(2026, month, 10).saturating_add(30.days()))
    };
    let office = Office::with(None, &[bill("a", 10), bill("b", 11), bill("again", 11)]).await;
    office
        .write(async |conn| {
            crate::sql!(conn, execute, "update invoices set issued_on = '2026-11-12' where number = 'again'").map(drop)
        })
        .await;
    let told = office.look(Some(date(2026, 11, 12))).await;
    let unusual: Vec<_> = told.iter().filter(|told| told.kind == NoticeKind::UnusualBill).collect();
    assert_eq!(unusual.iter().map(|told| told.subject.as_str()).collect::<Vec<_>>(), ["again"]);
}
