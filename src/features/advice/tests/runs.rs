//! Who is looked at again, runs that are ended too soon, and several that share one.

use std::{fmt::Write, time::Duration};

use jiff::civil::{Date, date};

use super::office::{Bill, Office, add_plan};
use crate::{
    domain::{import::Kind, notice::NoticeKind, rule::Rule},
    error::{AppError, Refusal},
    features::{
        advice::service::{self, Reach},
        imports::local::{self, LocalFile},
        rules,
    },
    server::db::{Conn, Text},
    sql,
};

const TODAY: Date = date(2026, 11, 22);
/// Enough for several parts.
const MANY: i64 = 3_000;

/// Customers with one bill each that is due in two days.
async fn many() -> Office {
    let office = Office::open(Some(TODAY)).await;
    office
        .write(async |conn| {
            let count = "with recursive n(i) as (select 1 union all select i + 1 from n where i < $1)";
            let customers = format!(
                "insert into customers (id, external_id, name, time_zone, search_text, created_at, updated_at)
                 {count} select 'c-' || (i + 100000), 'C-' || i, 'Mira', 'UTC', 'mira', 0, 0 from n"
            );
            sql!(conn, execute, sqlx::AssertSqlSafe(customers.as_str()), MANY)?;
            let bills = format!(
                "insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, created_at,
                                       updated_at)
                 {count} select 'b-' || i, 'c-' || (i + 100000), 'B-' || i, 'EUR', 3820, '2026-11-01', $2, 0, 0 from n"
            );
            sql!(conn, execute, sqlx::AssertSqlSafe(bills.as_str()), MANY, Text(date(2026, 11, 24))).map(drop)
        })
        .await;
    office
}

async fn notices(office: &Office) -> (i64, i64) {
    let mut conn = office.app.db.reader().await.expect("a reader");
    sql!(conn, one as (i64, i64), "select count(*), count(distinct invoice_id) from notices").expect("a count")
}

#[tokio::test]
async fn who_did_not_change_is_not_looked_at_again() {
    let bills = ["mira", "tom", "ana"].map(|name| Bill::due(name, name, date(2026, 12, 24)));
    let office = Office::with(Some(TODAY), &bills).await;
    let looked = async |day, reach| {
        let (told, summary) = office.run(day, reach).await;
        (told.len(), summary.counts.customers, summary.only_changed)
    };
    assert_eq!(looked(None, Reach::Changed).await, (0, 3, false));
    assert_eq!(looked(None, Reach::Changed).await, (0, 0, true));
    let change = async |conn: &mut Conn<'_>| {
        let text = "update invoices set due_on = '2026-11-24' where number = 'tom'";
        sql!(conn, execute, text)?;
        service::changed(conn, ["tom"]).await
    };
    office.app.db.write(change).await.expect("a change");
    assert_eq!(looked(None, Reach::Changed).await, (1, 1, true));
    assert_eq!(looked(None, Reach::Changed).await, (0, 0, true));
    assert_eq!(looked(None, Reach::Everybody).await, (0, 3, false));
    assert_eq!(looked(Some(date(2026, 11, 21)), Reach::Changed).await, (0, 3, false), "another day");
    assert_eq!(looked(None, Reach::Changed).await, (0, 3, false), "and back");
    office.app.db.write(async |conn: &mut Conn<'_>| add_plan(conn, "new", 100, 1).await).await.expect("a plan");
    assert_eq!(looked(None, Reach::Changed).await, (0, 3, false), "another plan may be better for anybody");
    let rule = Rule::usual(NoticeKind::Dispute);
    rules::service::publish(&office.app, &rule).await.expect("a version");
    assert_eq!(looked(None, Reach::Changed).await, (0, 3, false), "another version of a rule");
}

/// Whatever way a change comes in, the next run finds what a look at everybody would.
#[tokio::test]
async fn a_look_at_those_who_changed_finds_what_a_look_at_everybody_does() {
    let office = Office::open(Some(TODAY)).await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut usage = "customer,meter,used_on,quantity\n".to_owned();
    (1..=10).try_for_each(|month| writeln!(usage, "C-1,gb,2026-{month:02}-01,2")).expect("a text");
    let bring_in = async |kind: Kind, text: &str| {
        let path = folder.path().join(kind.name());
        std::fs::write(&path, text).expect("a file");
        let file = LocalFile { kind, path: &path, mapping: None, time_zone: "UTC", is_dry_run: false };
        let report = local::bring_in(&office.app.db, office.app.clock, file, |_, _| {}).await.expect("an import");
        assert_eq!(report.tally.rejected, 0, "{:?}", report.errors);
    };
    let charges = r#""[{""meter"":""gb"",""charge_model"":""package"",""properties"":{""amount"":""5"",""package_size"":1,""free_units"":20}}]""#;
    let small = charges.replace("20}", "5}");
    for (kind, text, told) in [
        (Kind::Customers, "external_id,name\nC-1,Mira\nC-2,Tom\n", &[][..]),
        (
            Kind::Plans,
            &format!(
                "code,name,currency,monthly_fee,charges\nlarge,Large,EUR,35,{charges}\nsmall,Small,EUR,20,{small}\n"
            ),
            &[],
        ),
        (Kind::Subscriptions, "reference,customer,plan,starts_on\nS-1,C-1,large,2025-01-01\n", &[]),
        (Kind::Usage, &usage, &[NoticeKind::BetterPrice]),
        (
            Kind::Invoices,
            "number,customer,currency,amount,issued_on,due_on\n1,C-2,EUR,38.20,2026-11-01,2026-11-24\n\
             2,C-2,EUR,10,2026-11-01,2026-11-23\n",
            &[NoticeKind::FeeWarning, NoticeKind::FeeWarning],
        ),
        (Kind::Payments, "invoice,reference,amount,paid_on\n1,P-1,38.20,2026-11-20\n", &[]),
        (
            Kind::Credits,
            "reference,customer,currency,amount,granted_on,expires_on\nG-1,C-2,EUR,50,2026-01-01,2026-11-29\n",
            &[NoticeKind::Credit, NoticeKind::NothingToDo],
        ),
        (
            Kind::Competitors,
            &format!(
                "provider,product,currency,monthly_fee,charges,source,checked_on\nNimbus,Free,EUR,1,{charges},https://nimbus.example,2026-11-20\n"
            ),
            &[NoticeKind::Competitor],
        ),
    ] {
        bring_in(kind, text).await;
        let (found, summary) = office.run(None, Reach::Changed).await;
        let mut kinds: Vec<NoticeKind> = found.iter().map(|told| told.kind).collect();
        kinds.sort();
        let mut told = told.to_vec();
        told.sort();
        assert_eq!(kinds, told, "after {kind:?}");
        assert_eq!(summary.counts.written, told.len() as i64);
        assert!(office.run(None, Reach::DryRun).await.0.is_empty(), "everybody, after {kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_ended_at_any_moment_goes_on_and_tells_each_thing_once() {
    let office = many().await;
    for milliseconds in [0, 3, 10, 20, 30, 45, 60, 90] {
        let app = office.app.clone();
        let run = tokio::spawn(async move { service::run(&app, None, Reach::Changed, |_| ()).await });
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        run.abort();
        let _ = run.await;
    }
    office.run(None, Reach::Changed).await;
    assert_eq!(notices(&office).await, (MANY, MANY));
    let (told, summary) = office.run(None, Reach::Everybody).await;
    assert_eq!((told.len(), summary.counts.customers, summary.counts.bills), (0, MANY, MANY));
    assert_eq!(summary.counts.due_soon, MANY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_at_the_same_time_share_the_work_and_their_summary_adds_up() {
    let office = many().await;
    let runs = tokio::join!(
        office.run(None, Reach::Changed),
        office.run(None, Reach::Changed),
        office.run(None, Reach::Changed)
    );
    let told = runs.0.0.len() + runs.1.0.len() + runs.2.0.len();
    assert_eq!(told as i64, MANY);
    assert_eq!(notices(&office).await, (MANY, MANY));
    for (own, summary) in [&runs.0, &runs.1, &runs.2] {
        assert_eq!(own.len() as i64 + summary.by_others, summary.counts.written);
        assert_eq!(summary.counts.written, if summary.only_changed { 0 } else { MANY });
    }
}

#[tokio::test]
async fn a_few_changes_among_many_customers_are_looked_at_in_small_parts() {
    let office = many().await;
    office.run(None, Reach::Changed).await;
    let change = async |conn: &mut Conn<'_>| service::changed(conn, ["c-100001", "c-103000"]).await;
    office.app.db.write(change).await.expect("a change");
    let (_, summary) = office.run(None, Reach::Changed).await;
    assert_eq!((summary.counts.customers, summary.only_changed), (2, true));
    let mut conn = office.app.db.reader().await.expect("a reader");
    let parts = sql!(conn, scalar as i64, "select count(*) from advice_blocks").expect("a count");
    assert_eq!(parts, 2, "the first part of everybody and the last");
}

#[tokio::test]
async fn a_run_that_another_took_the_place_of_says_so_and_the_other_is_whole() {
    let office = many().await;
    let app = office.app.clone();
    // Another day is begun while the first is under way.
    let first = service::run(&app, Some(date(2026, 11, 21)), Reach::Changed, |_| ());
    let second = async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        office.run(Some(TODAY), Reach::Changed).await
    };
    let (first, second) = tokio::join!(first, second);
    assert!(matches!(first, Ok(_) | Err(AppError::Refused(Refusal::LookReplaced))), "{first:?}");
    assert_eq!(second.1.counts.customers, MANY);
    assert_eq!(notices(&office).await, (MANY, MANY));
}
