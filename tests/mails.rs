//! Notices by mail, from the queue to the link that ends them, with a real mail server.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        mpsc::{Receiver, channel},
    },
};

use axum::{
    body::Body,
    http::{Request, header},
};
use candor::{
    features::mails::service::{Guide, work},
    server::{config::Config, db::Conn, state::AppState},
    sql,
};
use serde_json::Value;

use crate::support::{Engine, MailServer, TestApp, postgres_is_there};

const MIRA: &str = "customer@demo.example";

/// What the mail server takes, read beside the test so that it can say that nothing comes.
struct Inbox(Mutex<Receiver<Value>>);

impl Inbox {
    fn of(mut server: MailServer) -> Self {
        let (sender, receiver) = channel();
        std::thread::spawn(move || while sender.send(server.next()).is_ok() {});
        Self(Mutex::new(receiver))
    }

    /// All that has come by now.
    fn all(&self) -> Vec<Value> {
        std::thread::sleep(std::time::Duration::from_millis(300));
        self.0.lock().unwrap().try_iter().collect()
    }
}

fn mails(port: u16) -> impl FnOnce(&mut Config) {
    move |config| {
        config.smtp_url = Some(format!("smtp://127.0.0.1:{port}"));
        config.mail_from = Some("Harbour <hello@harbour.example>".to_owned());
        config.base_url = "http://candor.test".to_owned();
    }
}

async fn round(app: &AppState) {
    let guide = Guide { now: &|| app.clock.now_ms(), is_asked_to_stop: &|| false };
    work(app, &guide, i64::MIN).await.unwrap();
}

async fn run(app: &TestApp, text: &'static str) {
    app.state.db.write(async |conn: &mut Conn<'_>| sql!(conn, execute, text)).await.unwrap();
}

fn to<'m>(mails: &'m [Value], email: &str, kind: &str) -> Vec<&'m Value> {
    let is_so = |mail: &&Value| mail["to"][0] == email && mail["subject"].as_str().unwrap().contains(kind);
    mails.iter().filter(is_so).collect()
}

/// The address of the notice that a mail is about.
fn why(mail: &Value) -> &str {
    let text = mail["parts"]["text/plain"].as_str().unwrap();
    text.split("http://candor.test").nth(1).unwrap().split_whitespace().next().unwrap()
}

async fn a_notice_comes_once_and_can_be_ended(engine: Engine) {
    let Some(server) = MailServer::start() else { return };
    let port = server.port;
    let inbox = Inbox::of(server);
    let app = TestApp::with(engine, mails(port)).await;
    // All notices of the demo are news; credit is to come at no hour but one that is not now.
    run(&app, "update notices set created_at = (select max(created_at) from notices)").await;
    let mut mira = app.signed_in(MIRA).await;
    let now = app.state.clock.now().to_zoned(jiff::tz::TimeZone::get("Europe/Zagreb").unwrap());
    let (from, until) = (now.saturating_sub(jiff::ToSpan::hours(2)), now.saturating_add(jiff::ToSpan::hours(2)));
    let (from, until) = (from.strftime("%H:%M").to_string(), until.strftime("%H:%M").to_string());
    let form = [
        ("kinds[credit][by_mail]", "1"),
        ("kinds[credit][quiet_from]", from.as_str()),
        ("kinds[credit][quiet_until]", until.as_str()),
        ("kinds[fee_warning][quiet_from]", from.as_str()),
        ("kinds[fee_warning][quiet_until]", until.as_str()),
        ("kinds[dispute][by_mail]", "1"),
        ("kinds[dispute][quiet_from]", ""),
        ("kinds[dispute][quiet_until]", ""),
    ];
    let saved = mira.submit("/about-me/notices", "/api/preferences/save", &form).await;
    assert!(saved.status == 200 && saved.body.contains("It holds from the next mail on"), "{}", saved.body);

    // Two processes, twice: each notice comes once.
    let other = app.changed(|_| {});
    tokio::join!(round(&app.state), round(&other));
    round(&app.state).await;
    let came = inbox.all();
    let addresses: BTreeSet<&str> = came.iter().map(why).collect();
    assert_eq!(addresses.len(), came.len(), "one notice came twice: {came:?}");
    let warnings = to(&came, MIRA, "A late fee of");
    assert!(!warnings.is_empty(), "at quiet hours too: {came:?}");
    assert_eq!(to(&came, MIRA, "settle the dispute").len(), 1, "{came:?}");
    assert!(to(&came, MIRA, "of credit").is_empty(), "it is quiet now: {came:?}");
    assert!(to(&came, MIRA, "more than required").is_empty(), "not wanted: {came:?}");
    assert!(warnings[0]["subject"].as_str().unwrap().contains('€'), "{}", warnings[0]);
    for part in ["text/plain", "text/html"] {
        let text = warnings[0]["parts"][part].as_str().unwrap();
        for words in
            ["Hello", "Mira", "A late fee of", "http://candor.test/notices/", "http://candor.test/about-me/notices"]
        {
            assert!(text.contains(words), "{words:?} is not in {part}: {text}");
        }
        assert!(!text.contains("/unsubscribe/"), "{text}");
    }
    assert!(warnings[0]["unsubscribe"].is_null(), "{}", warnings[0]);
    let address = why(warnings[0]);
    assert_eq!(mira.get(address).await.status, 200, "{address}");

    // The quiet hours are over; the link of the mail ends its kind, and looking at the link does not.
    run(&app, "update notice_preferences set quiet_from = null, quiet_until = null").await;
    run(&app, "update notice_mails set not_before = 0 where state = 'waiting'").await;
    round(&app.state).await;
    let came = inbox.all();
    let credit = to(&came, MIRA, "of credit");
    assert!(!credit.is_empty(), "{came:?}");
    let way_out = credit[0]["unsubscribe"].as_str().unwrap().trim_matches(['<', '>']);
    assert_eq!(credit[0]["one_click"], "List-Unsubscribe=One-Click");
    assert!(credit[0]["parts"]["text/plain"].as_str().unwrap().contains(way_out));
    let path = way_out.trim_start_matches("http://candor.test").to_owned();
    let mut stranger = app.browser();
    for _ in 0..2 {
        let page = stranger.get(&path).await;
        assert!(page.status == 200 && page.body.contains("Nothing has changed yet"), "{}", page.body);
    }
    let one_click = Request::post(&path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("List-Unsubscribe=One-Click"))
        .unwrap();
    let done = stranger.send(one_click).await;
    assert_eq!((done.status, done.location()), (200, ""), "a mail program is led nowhere");
    assert!(stranger.get(&path).await.body.contains("stands on the site alone"));
    let again = stranger.post_from(&path, &path, &[("by", "page")]).await;
    assert_eq!((again.status, again.location()), (303, format!("{path}?done=1").as_str()));
    let form = mira.get("/about-me/notices").await.body;
    let is_on = |kind: &str| {
        let at = form.find(&format!("id=\"{kind}-by_mail\"")).unwrap();
        let start = form[..at].rfind('<').unwrap();
        form[start..].split('>').next().unwrap().contains("checked")
    };
    assert!(!is_on("credit") && is_on("dispute"), "{form}");
    assert!(form.contains("By e-mail: always"), "a warning cannot be ended: {form}");

    // Nothing more comes of what was decided.
    run(&app, "update notice_mails set not_before = 0").await;
    round(&app.state).await;
    assert!(inbox.all().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_mailed_once_and_its_kind_can_be_ended() {
    a_notice_comes_once_and_can_be_ended(Engine::Sqlite).await;
    if postgres_is_there() {
        a_notice_comes_once_and_can_be_ended(Engine::Postgres).await;
    }
}

#[tokio::test]
async fn a_demo_without_a_mail_server_mails_nobody() {
    let app = TestApp::new().await;
    round(&app.state).await;
    let mut conn = app.state.db.reader().await.unwrap();
    let count = sql!(conn, scalar as i64, "select count(*) from notice_mails").unwrap();
    assert_eq!(count, 0);
}
