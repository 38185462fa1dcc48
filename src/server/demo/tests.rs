//! The demo says of itself what is true, whatever day it is started on.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use super::DemoError;
use crate::{
    domain::role::Role,
    features::{bills, fixture::new_database, sign_in},
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
        let text = "select customer_id, number from invoices where kind = 'bill' order by number";
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

async fn empty(folder: &tempfile::TempDir) -> AppState {
    let url = new_database(folder).await;
    let config = Settings { database_url: Some(url), ..Settings::default() }.resolve().expect("settings");
    serve::state(config).await.expect("a state")
}

async fn count(app: &AppState, text: &'static str) -> i64 {
    sql!(app.db.reader().await.expect("a connection"), scalar as i64, text).expect("a count")
}

#[tokio::test]
async fn a_demo_is_seeded_whole_also_where_its_first_start_was_cut_short() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = empty(&folder).await;
    let today = date(2026, 11, 22);
    assert!(super::seed_cast(&app.db, today, app.clock.now_ms()).await.expect("the cast"));
    assert_eq!(count(&app, "select count(*) from notices").await, 0, "that was the end of the first start");
    super::seed(&app).await.expect("a demo");
    let notices = count(&app, "select count(*) from notices").await;
    assert!(notices > 0, "the next one goes on");
    super::seed(&app).await.expect("a demo");
    assert_eq!(count(&app, "select count(*) from notices").await, notices);
}

#[tokio::test]
async fn of_two_that_start_at_once_one_seeds_and_both_go_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = empty(&folder).await;
    let (one, other) = tokio::join!(super::seed(&app), super::seed(&app));
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    assert_eq!(count(&app, "select count(*) from customers").await, 40);
}

#[tokio::test]
async fn nobody_real_is_in_a_demo_and_a_demo_is_nobodys_portal() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = empty(&folder).await;
    assert!(super::check_is_none(&app.db).await.is_ok());
    sign_in::service::add_person(&app, "omar@example.com", Role::Admin, None, None).await.expect("a person");
    assert!(matches!(super::seed(&app).await, Err(DemoError::NotADemo)), "a company's own people");
    assert!(super::check_is_none(&app.db).await.is_ok(), "nothing was seeded");

    let folder = tempfile::tempdir().expect("a folder");
    let app = demo(&folder, date(2026, 11, 22)).await;
    assert!(matches!(super::check_is_none(&app.db).await, Err(DemoError::OnlyADemo)));
    sign_in::service::add_person(&app, "omar@example.com", Role::Admin, None, None).await.expect("a person");
    assert!(super::seed(&app).await.is_ok(), "whoever is added to a demo is in it");
}

#[test]
fn a_demo_is_served_to_nobody_else() {
    let config = |addr: &str, base: Option<&str>| {
        let addr = addr.parse().ok();
        Settings { addr, base_url: base.map(str::to_owned), ..Settings::default() }.resolve().expect("settings")
    };
    assert!(super::check(&config("127.0.0.1:3000", None)).is_ok());
    assert!(super::check(&config("[::1]:3000", None)).is_ok());
    let https = config("127.0.0.1:3000", Some("https://portal.example"));
    assert!(matches!(super::check(&https), Err(DemoError::Public(_))));
    let mut open = config("0.0.0.0:3000", None);
    assert!(matches!(super::check(&open), Err(DemoError::Reachable(_))));
    open.demo_for_others = true;
    assert!(super::check(&open).is_ok());
}
