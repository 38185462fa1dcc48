//! What a stranger tries, and what people are told when something of ours is away.

use axum::{
    body::Body,
    http::{Request, header},
};
use candor::{
    error::AppError,
    server::{db::Conn, router},
    sql,
};

use crate::support::{Answer, Browser, TestApp, on_both};

fn says_to_wait(answer: &Answer, words: &str) {
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.header("content-type").starts_with("text/html"), "{answer:?}");
    assert!(!answer.header("retry-after").is_empty(), "{answer:?}");
    assert!(answer.body.contains(words), "{words:?} is not there: {}", answer.body);
}

#[tokio::test]
async fn while_the_database_is_away_everybody_is_told_so() {
    on_both(async |app| {
        let mut mira = app.signed_in("customer@demo.example").await;
        let cookie = mira.cookie.clone();
        app.state.db.close().await;
        for path in ["/", "/bills", "/notes/live", "/nowhere", "/about-me/data.json"] {
            says_to_wait(&mira.get(path).await, "We cannot reach our own records");
        }
        says_to_wait(&app.browser().get("/sign-in").await, "We cannot reach our own records");
        let form = [("subject", "x"), ("words", "y")];
        says_to_wait(&mira.post("/api/notes/begin", &form).await, "nothing was changed");
        says_to_wait(&mira.post("/api/sign_in/sign_out", &[]).await, "You are still signed in");
        assert_eq!(mira.cookie, cookie, "and so it is");
        let call = Request::post("/api/notes/list").header(header::ACCEPT, "application/json").body(Body::empty());
        let answer = mira.send(call.unwrap()).await;
        assert_eq!((answer.status, answer.header("content-type")), (503, "application/json"));
        assert!(matches!(serde_json::from_str(&answer.body), Ok(AppError::Away { .. })), "{}", answer.body);
        let ready = app.browser().get("/readyz").await;
        assert_eq!((ready.status, ready.body.as_str()), (503, "not ready\n"), "why is ours to know");
    })
    .await;
}

#[tokio::test]
async fn a_bills_number_stays_words_in_the_title() {
    let app = TestApp::new().await;
    let number = "R5</title><meta http-equiv=refresh content=\"0;url=http://elsewhere.example\"><script>";
    let text = "update invoices set number = $1 where number = '9000-1'";
    let changed = app.state.db.write(async |conn: &mut Conn<'_>| sql!(conn, execute, text, number)).await.unwrap();
    assert_eq!(changed, 1);
    let mut mira = app.signed_in("customer@demo.example").await;
    let list = mira.get("/bills").await;
    let address = list.body.split("href=\"").find(|part| part.starts_with("/bills/R5")).unwrap();
    let address = address.split('"').next().unwrap().to_owned();
    for page in [list, mira.get(&address).await, mira.get("/").await] {
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(!page.body.contains("<meta http-equiv=refresh"), "{}", page.body);
        assert_eq!(page.body.matches("</title>").count(), 1, "{}", page.body);
    }
}

#[tokio::test]
async fn signing_out_takes_the_cookie_back_the_way_it_was_given() {
    let app = TestApp::new().await;
    let https = app.changed(|config| config.base_url = "https://candor.test".to_owned());
    let mut mira = Browser::new(router::router(https));
    mira.post("/api/sign_in/as_cast", &[("email", "customer@demo.example")]).await;
    let out = mira.post("/api/sign_in/sign_out", &[]).await;
    let cookie = out.header("set-cookie");
    for part in ["__Host-candor=;", "Max-Age=0", "Path=/", "Secure"] {
        assert!(cookie.contains(part), "{part} is not in {cookie}");
    }
    assert_eq!(out.header("clear-site-data"), "\"storage\"");
    assert!(!out.header("strict-transport-security").contains("includeSubDomains"));
}

#[tokio::test]
async fn a_strangers_name_leads_to_nothing_of_ours() {
    let app = TestApp::new().await;
    let named = app.changed(|config| config.base_url = "https://candor.test".to_owned());
    let mut browser = Browser::new(router::router(named));
    for (host, path, status) in [
        ("candor.test", "/sign-in", 200),
        ("127.0.0.1:3000", "/sign-in", 200),
        ("rebound.example", "/sign-in", 421),
        ("rebound.example", "/pkg/x.js", 421),
        ("candor.internal", "/livez", 200),
    ] {
        let request = Request::get(path).header(header::HOST, host).body(Body::empty()).unwrap();
        assert_eq!(browser.send(request).await.status, status, "{path} of {host}");
    }
}

#[tokio::test]
async fn no_address_is_another_in_disguise() {
    let app = TestApp::new().await;
    let mut omar = app.signed_in("admin@demo.example").await;
    for path in ["/./admin", "/staff/%2e%2e/admin", "/staff/.%2E/admin", "//admin", "/./sign-in/token"] {
        assert_eq!(omar.get(path).await.status, 404, "{path}");
    }
    assert_eq!(omar.get("/admin").await.status, 200);
}

#[tokio::test]
async fn nothing_of_a_strangers_choice_leads_away_or_stands_in_our_log() {
    let app = TestApp::new().await;
    for referer in ["javascript://candor.test/%0aalert(1)", "ftp://candor.test/", "http://elsewhere.example/"] {
        let request = Request::post("/api/sign_in/ask_link")
            .header(header::ACCEPT, "text/html")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, referer)
            .body(Body::from("email=no"))
            .unwrap();
        let answer = app.browser().send(request).await;
        assert!(answer.location().starts_with('/'), "{referer}: {}", answer.location());
    }
    for (id, is_kept) in [("of-our-proxy.1", true), (&*"a".repeat(8_000), false), ("a b", false)] {
        let request = Request::get("/livez").header("x-request-id", id).body(Body::empty()).unwrap();
        let answer = app.browser().send(request).await;
        assert_eq!(answer.header("x-request-id") == id, is_kept, "{id}");
        assert!(!answer.header("x-request-id").is_empty());
    }
}

#[tokio::test]
async fn a_demo_says_on_every_page_that_it_is_one() {
    let app = TestApp::new().await;
    for (email, path) in
        [("customer@demo.example", "/"), ("staff@demo.example", "/staff"), ("admin@demo.example", "/nowhere")]
    {
        let page = app.signed_in(email).await.get(path).await;
        assert!(page.body.contains("This is a demo: nobody here is real"), "{path}: {}", page.body);
    }
    let real = app.changed(|config| config.demo = false);
    let page = Browser::new(router::router(real)).get("/sign-in").await;
    assert!(!page.body.contains("This is a demo"), "{}", page.body);
}

#[tokio::test]
async fn a_home_screen_is_told_the_companys_own_name() {
    let app = TestApp::new().await;
    let answer = app.browser().get("/site.webmanifest").await;
    assert_eq!(answer.header("content-type"), "application/manifest+json");
    let manifest: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let page = app.browser().get("/sign-in").await;
    assert_eq!((&manifest["name"], &manifest["start_url"]), (&"Harbour".into(), &"/".into()));
    assert!(page.body.contains(r#"rel="manifest" href="/site.webmanifest""#), "{}", page.body);
}
