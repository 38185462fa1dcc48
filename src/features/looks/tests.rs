//! Looks that nobody asks for: once, in time, and not while files come in.

use jiff::civil::{Date, date};

use super::service::{Due, due, round, times};
use crate::{
    domain::money::Currency,
    features::{
        advice::{
            service::{self as advice, Reach},
            tests::office::{Bill, Office},
        },
        fees,
    },
    server::db::Conn,
    sql,
};

const TODAY: Date = date(2026, 11, 18);

async fn notices(office: &Office) -> i64 {
    let mut conn = office.app.db.reader().await.expect("a reader");
    sql!(conn, scalar as i64, "select count(*) from notices").expect("a count")
}

/// Changes something that is about no customer.
async fn set(office: &Office, text: &'static str, value: i64) {
    let work = async |conn: &mut Conn<'_>| sql!(conn, execute, text, value);
    office.app.db.write(work).await.expect("a write");
}

#[tokio::test]
async fn everybody_is_looked_at_once_a_day_and_whoever_changes_soon_after() {
    let office = Office::open(Some(TODAY)).await;
    assert_eq!(due(&office.app).await, Ok(None), "there is nobody yet");
    office.add(&[Bill::due("mira", "1", date(2026, 11, 20))]).await;
    assert_eq!(round(&office.app, "a").await, Ok(Some(Due::Daily)));
    assert_eq!(notices(&office).await, 1);
    assert_eq!(round(&office.app, "a").await, Ok(None));

    office.add(&[Bill::due("tom", "2", date(2026, 11, 20))]).await;
    assert_eq!(round(&office.app, "a").await, Ok(Some(Due::Customers)));
    assert_eq!((round(&office.app, "a").await, notices(&office).await), (Ok(None), 2));

    let page = fees::service::fees(&office.app, Some("EUR"), None).await.expect("the page");
    let omar = office.admin().await;
    fees::service::add_version(&office.app, Some(&omar), Currency::EUR, &page.draft, "More").await.expect("a version");
    assert_eq!(round(&office.app, "a").await, Ok(Some(Due::Inputs)));
    assert_eq!(round(&office.app, "a").await, Ok(None));

    let mut tomorrow = office.app.clone();
    tomorrow.clock.fixed = Some(date(2026, 11, 19));
    assert_eq!(round(&tomorrow, "a").await, Ok(Some(Due::Daily)));
    assert_eq!(round(&tomorrow, "a").await, Ok(None));
}

#[tokio::test]
async fn processes_that_start_a_look_at_once_make_one_run() {
    let office = Office::with(Some(TODAY), &[Bill::due("mira", "1", date(2026, 11, 20))]).await;
    let rounds = ["a", "b", "c", "d"].map(|holder| {
        let app = office.app.clone();
        tokio::spawn(async move { round(&app, holder).await })
    });
    let mut looked = Vec::new();
    for one in rounds {
        looked.extend(one.await.expect("a round").expect("no failure"));
    }
    assert_eq!(looked, [Due::Daily]);
    let mut conn = office.app.db.reader().await.expect("a reader");
    assert_eq!(sql!(conn, scalar as i64, "select count(*) from advice_runs").expect("a count"), 1);
}

#[tokio::test]
async fn nobody_is_looked_at_while_files_come_in() {
    let office = Office::with(Some(TODAY), &[Bill::due("mira", "1", date(2026, 11, 20))]).await;
    let now = office.app.clock.now_ms();
    let running =
        "insert into imports (id, kind, file_name, sha256, size_bytes, mapping, is_dry_run, state, started_at)
                   values ('a', 'invoices', 'a.csv', '', 0, '', false, 'running', $1)";
    set(&office, running, now).await;
    assert_eq!(due(&office.app).await, Ok(None));
    let ended = async |at: i64| {
        set(&office, "update imports set state = 'done', finished_at = $1", at).await;
        due(&office.app).await
    };
    assert_eq!(ended(now - 1_000).await, Ok(None), "the payments may come now");
    assert_eq!(ended(now - 60_000).await, Ok(Some(Due::Daily)));
}

#[tokio::test]
async fn what_an_ended_process_left_is_taken_up() {
    let office = Office::with(Some(TODAY), &[Bill::due("mira", "1", date(2026, 11, 20))]).await;
    let now = office.app.clock.now_ms();
    let lease = "insert into look_leases (id, holder, held_until) values (1, 'gone', $1)";
    set(&office, lease, now + 60_000).await;
    assert_eq!(round(&office.app, "a").await, Ok(None), "it may still be at it");
    set(&office, "update look_leases set held_until = $1", now - 1).await;
    assert_eq!(round(&office.app, "a").await, Ok(Some(Due::Daily)));
    let begun = "update advice_runs set finished_at = null, started_at = $1";
    set(&office, begun, now - 600_000).await;
    assert_eq!(round(&office.app, "a").await, Ok(Some(Due::Unfinished)));
    assert_eq!(round(&office.app, "a").await, Ok(None));
}

#[tokio::test]
async fn a_look_that_did_not_come_is_said() {
    let office = Office::with(None, &[Bill::due("mira", "1", date(2026, 11, 20))]).await;
    let late = async || {
        let mut conn = office.app.db.reader().await.expect("a reader");
        times(&office.app.config, office.app.clock, &mut conn).await.expect("times")
    };
    assert_eq!(late().await.last, None);
    advice::run(&office.app, None, Reach::Changed, |_| ()).await.expect("a run");
    let times = late().await;
    assert!(times.last.is_some() && times.next.is_some() && !times.is_late, "{times:?}");
    let three_days_ago = office.app.clock.now_ms() - 3 * 86_400_000;
    let old = "update advice_runs set started_at = $1";
    set(&office, old, three_days_ago).await;
    assert_eq!(due(&office.app).await, Ok(Some(Due::Daily)));
}
