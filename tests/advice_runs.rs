//! Several processes at one run, one of them killed.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use candor::{server::db::Conn, sql};

use crate::support::{TODAY, TestApp, on_both};

const MANY: i64 = 40_000;
const PARTS: i64 = 39;

/// Customers with one bill each that is due in two days.
async fn add_customers(app: &TestApp) {
    let count = "with recursive n(i) as (select 1 union all select i + 1 from n where i < $1)";
    let customers = format!(
        "insert into customers (id, external_id, name, time_zone, search_text, created_at, updated_at)
         {count} select 'c-' || (i + 100000), 'C-' || i, 'Mira', 'UTC', 'mira', 0, 0 from n"
    );
    let bills = format!(
        "insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, created_at, updated_at)
         {count} select 'b-' || i, 'c-' || (i + 100000), 'B-' || i, 'EUR', 3820, '2026-11-01', '2026-11-24', 0, 0
         from n"
    );
    let work = async |conn: &mut Conn<'_>| {
        sql!(conn, execute, sqlx::AssertSqlSafe(customers.as_str()), MANY)?;
        sql!(conn, execute, sqlx::AssertSqlSafe(bills.as_str()), MANY)
    };
    app.state.db.write(work).await.unwrap();
}

fn advise(url: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_candor"))
        .args(["advise", "--as-of", &TODAY.to_string()])
        .env_clear()
        .env("DATABASE_URL", url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

async fn parts_done(app: &TestApp) -> i64 {
    let mut conn = app.state.db.reader().await.unwrap();
    sql!(conn, scalar as i64, "select count(*) from advice_blocks where done_at is not null").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_processes_share_a_run_and_one_that_is_killed_leaves_nothing_undone_or_doubled() {
    on_both(async |app| {
        add_customers(&app).await;
        let url = app.state.config.database_url.clone();
        let [mut killed, second, third] = [advise(&url), advise(&url), advise(&url)];
        // The part of the run that seeded the demo goes when the next one begins.
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(60) && parts_done(&app).await < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        killed.kill().unwrap();
        assert!(!killed.wait().unwrap().success(), "it was ended before its work was");
        assert!(parts_done(&app).await < PARTS, "others had to go on");
        for other in [second, third] {
            let output = other.wait_with_output().unwrap();
            assert!(output.status.success(), "{output:?}");
        }
        let mut conn = app.state.db.reader().await.unwrap();
        let text = "select count(*), count(distinct invoice_id) from notices where invoice_id like 'b-%'";
        assert_eq!(sql!(conn, one as (i64, i64), text).unwrap(), (MANY, MANY));
        let text = "select count(*) from advice_runs where finished_at is null";
        assert_eq!(sql!(conn, scalar as i64, text).unwrap(), 0);
    })
    .await;
}
