//! The demo says of itself what is true, whatever day it is started on.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use crate::{
    features::{bills, fixture::new_database},
    server::{config::Settings, db::Conn, serve, state::AppState},
    sql,
};

async fn demo(folder: &tempfile::TempDir, today: Date) -> AppState {
    let url = new_database(folder).await;
    let mut config = Settings { database_url: Some(url), ..Settings::default() }.resolve().expect("settings");
    config.today = Some(today);
    let app = serve::state(config).await.expect("a state");
    super::seed(&app).await.expect("a demo");
    app
}

async fn kinds(conn: &mut Conn<'_>, email: &str) -> BTreeSet<String> {
    let text = "select distinct kind from notices join customers on customers.id = customer_id where email = $1";
    sql!(conn, scalars as String, text, email).expect("kinds").into_iter().collect()
}

#[tokio::test]
async fn every_bill_is_what_plan_and_use_cost_but_the_one_that_mira_disputes() {
    for today in [date(2026, 11, 22), date(2026, 3, 1)] {
        let folder = tempfile::tempdir().expect("a folder");
        let app = demo(&folder, today).await;
        let mut conn = app.db.reader().await.expect("a connection");
        let text = "select customer_id, number from invoices order by number";
        let all = sql!(conn, all as (String, String), text).expect("bills");
        assert!(all.len() >= 40 * 15, "{} bills", all.len());
        for (customer, number) in &all {
            let sheet = bills::service::sheet(&app, customer, number).await.expect("a bill");
            let unexplained = if number == "9000-2" { 1_990 } else { 0 };
            assert_eq!(sheet.lines.unexplained.minor, unexplained, "{number} on {today}: {:?}", sheet.lines);
            assert!(!sheet.lines.elsewhere.is_empty(), "{number} on {today}");
        }
    }
}

#[tokio::test]
async fn mira_has_every_kind_of_notice_and_ana_has_nothing_to_fear() {
    for today in [date(2026, 11, 22), date(2026, 1, 1), date(2026, 3, 31), date(2026, 8, 10)] {
        let folder = tempfile::tempdir().expect("a folder");
        let app = demo(&folder, today).await;
        let mut conn = app.db.reader().await.expect("a connection");
        let all = ["better_price", "competitor", "credit", "dispute", "fee_warning", "nothing_to_do", "right_size"];
        assert_eq!(kinds(&mut conn, "customer@demo.example").await, all.map(str::to_owned).into(), "{today}");
        let calm = kinds(&mut conn, "calm@demo.example").await;
        assert!(calm.is_empty(), "{today}: {calm:?}");
    }
}
