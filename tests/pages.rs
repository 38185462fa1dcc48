//! The fee warning from a file to every face, on real HTML.

use candor::{
    features::advice,
    server::db::{Conn, Db},
    sql,
};
use jiff::civil::date;

use crate::support::{TestApp, on_both, shared_data};

#[tokio::test]
async fn a_customer_sees_the_warning_with_its_reasons_and_asks_for_a_later_date() {
    on_both(async |app| {
        let mut mira = app.signed_in("customer@demo.example").await;
        let home = mira.get("/").await;
        assert_eq!(home.status, 200);
        for words in ["Mira", "A late fee of", "will be added on", "Why am I seeing this", "9000-1"] {
            assert!(home.body.contains(words), "{words:?} is not on the home page: {}", home.body);
        }
        let bill = mira.get("/bills/9000-1").await;
        for words in ["€78.60", "1 December", "A fixed fee", "Ask for a later date", "Ask a person"] {
            assert!(bill.body.contains(words), "{words:?} is not on the bill: {}", bill.body);
        }
        let wish = "/bills/9000-1/later-date?wanted_on=2026-12-04";
        let shown = mira.get(wish).await;
        for words in ["If we say no", "If we say yes", "4 December"] {
            assert!(shown.body.contains(words), "{words:?} is not shown before it is asked: {}", shown.body);
        }
        let refused = mira.get("/bills/9000-1/later-date?wanted_on=tomorrow").await;
        assert!(refused.body.contains("Write a date as year-month-day"), "{}", refused.body);
        let once = candor::server::db::new_id();
        let words = ("words", "My pay comes on the first.");
        let form = [("number", "9000-1"), ("once", once.as_str()), ("wanted_on", "2026-12-04"), words];
        let asked = mira.submit(wish, "/api/billing/ask_later_date", &form).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
        assert!(asked.body.contains("4 December") && asked.body.contains("Asked, with a person"), "{}", asked.body);
        let undone = mira.submit(&format!("/acts/{once}"), "/api/billing/undo", &[("id", &once)]).await;
        assert!(undone.body.contains("Taken back"), "{}", undone.body);
        let once = candor::server::db::new_id();
        let form = [("number", "9000-1"), ("once", once.as_str()), ("wanted_on", "2026-12-04"), words];
        let asked = mira.submit(wish, "/api/billing/ask_later_date", &form).await;
        assert_eq!(asked.status, 200, "{}", asked.body);

        let mut jonas = app.signed_in("staff@demo.example").await;
        let today = jonas.get("/staff").await;
        assert!(today.body.contains("Mira Kovač"), "{}", today.body);
        let customer = id_of(&app, "customer@demo.example").await;
        let sheet = jonas.get(&format!("/staff/customers/{customer}")).await;
        assert!(sheet.body.contains("My pay comes on the first."), "{}", sheet.body);
        let request = first(&app, "select id from requests where answered_at is null").await;
        let agree = [("request", request.as_str()), ("pay_by", "2026-12-04"), ("words", "Gladly."), ("on", "customer")];
        let agreed = jonas.submit(&format!("/staff/customers/{customer}"), "/api/requests/agree", &agree).await;
        assert_eq!(agreed.status, 200, "{}", agreed.body);

        let bill = mira.get("/bills/9000-1").await;
        assert!(bill.body.contains("4 December") && bill.body.contains("Jonas"), "{}", bill.body);
        let home = mira.get("/").await;
        assert!(!home.body.contains("on Tuesday 1 December"), "the fee moved with the date: {}", home.body);
    })
    .await;
}

#[tokio::test]
async fn credit_stands_as_one_number_on_every_page() {
    on_both(async |app| {
        let mut mira = app.signed_in("customer@demo.example").await;
        let left = "select cast(sum(amount - used) as bigint) as left_over from credits
            join customers on customers.id = customer_id where email = $1 and scope is null and (expires_on is null or expires_on >= $2)
              and not exists (select 1 from credit_uses where credit_id = credits.id)";
        let today = candor::server::db::Text(app.state.clock.today_in(&app.state.config.time_zone));
        let mut conn = app.state.db.reader().await.unwrap();
        let left: i64 = sql!(&mut conn, scalar as i64, left, "customer@demo.example", today).unwrap();
        drop(conn);
        assert!(left > 0, "the demo gives her credit");
        let figure = format!("class=\"balance\">€{}.{:02}<", left / 100, left % 100);
        for path in ["/", "/bills", "/bills/9000-1", "/plan", "/credits", "/notes", "/about-me", "/help", "/notices"] {
            let page = mira.get(path).await;
            assert!(page.body.contains(&figure), "{figure:?} is not on {path}: {}", page.body);
        }
        let staff = app.signed_in("staff@demo.example").await.get("/staff").await;
        assert!(!staff.body.contains("class=\"balance\""), "staff have no credit");
    })
    .await;
}

#[tokio::test]
async fn a_customer_with_nothing_to_fear_is_left_in_peace() {
    on_both(async |app| {
        let home = app.signed_in("calm@demo.example").await.get("/").await;
        assert!(home.body.contains("Nothing needs you today"), "{}", home.body);
        assert!(!home.body.contains("late fee of"), "{}", home.body);
    })
    .await;
}

#[tokio::test]
async fn an_admin_saves_a_policy_and_a_wrong_one_is_kept_in_the_form() {
    on_both(async |app| {
        let mut omar = app.signed_in("admin@demo.example").await;
        let page = omar.get("/admin/fees").await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("The fee on the price list"), "{}", page.body);
        let overview = omar.get("/admin").await;
        assert_eq!(overview.status, 200);
        assert!(overview.body.contains("overdue") || overview.body.contains("Overdue"), "{}", overview.body);
    })
    .await;
}

#[tokio::test]
async fn a_run_on_the_same_day_writes_nothing_new() {
    on_both(async |app| {
        let before = count(&app).await;
        assert!(before > 0, "the demo has notices");
        advice::service::run(&app.state, None, advice::service::Reach::Everybody, |_| ()).await.unwrap();
        assert_eq!(count(&app).await, before);
        advice::service::run(&app.state, Some(date(2026, 12, 1)), advice::service::Reach::DryRun, |_| ())
            .await
            .unwrap();
        assert_eq!(count(&app).await, before, "a dry run writes nothing");
    })
    .await;
}

#[tokio::test]
async fn the_real_file_comes_in_and_its_late_payers_are_warned() {
    let Some(file) = shared_data("ibm_accounts_receivable.csv") else { return };
    let own = tempfile::tempdir().unwrap();
    let run = |words: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_candor"))
            .args(words)
            .current_dir(own.path())
            .env_clear()
            .output()
            .unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let file = file.display().to_string();
    for (kind, created) in [("customers", 100), ("invoices", 2_466), ("payments", 2_466)] {
        let mapping = format!("{}/examples/mappings/ibm-{kind}.toml", env!("CARGO_MANIFEST_DIR"));
        let import = ["import", kind, &file, "--mapping", &mapping, "--json"];
        let first: serde_json::Value = serde_json::from_str(&run(&import)).unwrap();
        assert_eq!(
            (&first["read"], &first["created"], &first["rejected"]),
            (&2_466.into(), &created.into(), &0.into())
        );
        let second: serde_json::Value = serde_json::from_str(&run(&import)).unwrap();
        assert_eq!(
            (&second["created"], &second["updated"], &second["unchanged"]),
            (&0.into(), &0.into(), &2_466.into())
        );
    }
    // What a late bill cost in those days; a policy that is saved today never reaches back.
    let terms =
        "insert into fee_policies (id, currency, version, starts_on, grace_days, flat_amount, percent_millionths,
                                           minimum_amount, warn_days, reason, made_at)
                 values ('terms', 'USD', 1, '2012-01-01', 0, 500, 0, 0, 3, 'Our terms', 0)";
    let db = Db::open_existing(&format!("sqlite:{}", own.path().join("candor.db").display())).await.unwrap();
    db.write(async |conn: &mut Conn<'_>| sql!(conn, execute, terms)).await.unwrap();
    db.close().await;
    let said = run(&["advise", "--as-of", "2012-06-30", "--json"]);
    let notices: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // Six due in one to three days and one due that day; what is disputed gets the other notice, also when overdue.
    let warned = notices.iter().filter(|notice| notice["kind"] == "fee_warning").count();
    let soon = |notice: &&serde_json::Value| {
        let warns = ["fee_warning", "nothing_to_do", "dispute"].contains(&notice["kind"].as_str().unwrap());
        warns && ("2012-06-30".."2012-07-04").contains(&notice["due"].as_str().unwrap())
    };
    assert_eq!(notices.iter().filter(soon).count(), 7, "{said}");
    assert!(warned <= 7 && warned > 0, "{said}");
    for notice in &notices {
        for field in ["customer", "subject", "amount", "currency", "rule", "rule_version", "evidence"] {
            assert!(!notice[field].is_null(), "{field} is missing: {notice}");
        }
    }
    assert_eq!(run(&["advise", "--as-of", "2012-06-30", "--json"]), "", "a second run writes nothing new");
}

async fn id_of(app: &TestApp, email: &str) -> String {
    let mut conn = app.state.db.reader().await.unwrap();
    sql!(conn, scalar as String, "select id from customers where email = $1", email).unwrap()
}

async fn first(app: &TestApp, text: &'static str) -> String {
    let mut conn = app.state.db.reader().await.unwrap();
    sql!(conn, scalar as String, text).unwrap()
}

async fn count(app: &TestApp) -> i64 {
    let mut conn = app.state.db.reader().await.unwrap();
    sql!(conn, scalar as i64, "select count(*) from notices").unwrap()
}
