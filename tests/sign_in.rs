//! Links, sessions and limits.

use candor::{
    error::{AppError, Refusal},
    features::sign_in::service,
    server::auth::People,
};

use crate::support::{Engine, MailServer, TestApp, on_both};

async fn token(app: &TestApp, email: &str) -> String {
    let person = People::new(app.state.db.clone()).by_email(email).await.unwrap().unwrap();
    service::new_link(&app.state, &person).await.unwrap().trim_start_matches("/sign-in/").to_owned()
}

#[tokio::test]
async fn looking_at_a_link_does_not_use_it_up() {
    on_both(async |app| {
        let token = token(&app, "customer@demo.example").await;
        let mut browser = app.browser();
        for _ in 0..3 {
            let page = browser.get(&format!("/sign-in/{token}")).await;
            assert_eq!(page.status, 200);
            assert!(page.body.contains("Sign in as Mira Kovač"), "{}", page.body);
            assert_eq!(browser.cookie, None, "looking signs nobody in");
        }
        let answer = browser.post("/api/sign_in/use_link", &[("token", &token)]).await;
        assert_eq!((answer.status, answer.location()), (302, "/"));
        assert!(browser.cookie.is_some());
        let again = browser.get(&format!("/sign-in/{token}")).await;
        assert_eq!(again.status, 409);
        assert!(again.body.contains("has been used"), "{}", again.body);
    })
    .await;
}

#[tokio::test]
async fn fifty_uses_at_once_give_one_session() {
    on_both(async |app| {
        let token = token(&app, "staff@demo.example").await;
        let tries = (0..50).map(|_| {
            let (mut browser, token) = (app.browser(), token.clone());
            tokio::spawn(async move {
                browser.post("/api/sign_in/use_link", &[("token", &token)]).await;
                browser.cookie.is_some()
            })
        });
        let mut sessions = 0;
        for attempt in tries.collect::<Vec<_>>() {
            sessions += i32::from(attempt.await.unwrap());
        }
        assert_eq!(sessions, 1);
    })
    .await;
}

#[tokio::test]
async fn a_new_link_ends_the_old_one() {
    on_both(async |app| {
        let old = token(&app, "customer@demo.example").await;
        let new = token(&app, "customer@demo.example").await;
        assert_eq!(
            service::open_link(&app.state, &old).await,
            Err(AppError::Refused(Refusal::LinkReplaced)),
            "the old link still works"
        );
        assert!(service::open_link(&app.state, &new).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_link_ends_after_ten_minutes() {
    on_both(async |app| {
        let token = token(&app, "customer@demo.example").await;
        let back = |minutes: i64| {
            let (db, hash) = (app.state.db.clone(), candor::server::sessions::hash(token.as_bytes()));
            async move {
                db.write(async |conn: &mut candor::server::db::Conn<'_>| {
                    let text = "update sign_in_links set expires_at = expires_at - $2 where token_hash = $1";
                    candor::sql!(conn, execute, text, hash, minutes * 60_000)
                })
                .await
                .unwrap()
            }
        };
        assert_eq!(back(9).await, 1);
        assert!(service::open_link(&app.state, &token).await.is_ok(), "nine minutes old");
        assert_eq!(back(1).await, 1);
        let too_old = service::use_link(&app.state, &token, "test").await;
        assert_eq!(too_old.unwrap_err(), AppError::Refused(Refusal::LinkUsed), "ten minutes old");
    })
    .await;
}

#[tokio::test]
async fn only_hashes_of_tokens_are_kept() {
    let app = TestApp::new().await;
    let link = token(&app, "customer@demo.example").await;
    let browser = app.signed_in("customer@demo.example").await;
    let cookie = browser.cookie.unwrap();
    let session = cookie.split('=').nth(1).unwrap();
    let mut conn = app.state.db.reader().await.unwrap();
    for (table, secret) in [("sign_in_links", link.as_str()), ("sessions", session)] {
        let text = sqlx::AssertSqlSafe(format!("select token_hash from {table}"));
        let hashes = match conn.engine() {
            candor::server::db::Engine::Sqlite(on) => {
                sqlx::query_scalar::<_, String>(text).fetch_all(on).await.unwrap()
            }
            candor::server::db::Engine::Postgres(_) => unreachable!("this test runs on SQLite"),
        };
        assert!(!hashes.is_empty());
        assert!(hashes.iter().all(|hash| hash.len() == 64 && hash != secret), "{table}");
    }
}

#[tokio::test]
async fn signing_in_changes_the_session_id() {
    let app = TestApp::new().await;
    let mut browser = app.signed_in("customer@demo.example").await;
    let before = browser.cookie.clone();
    browser.post("/api/sign_in/as_cast", &[("email", "other@demo.example")]).await;
    assert_ne!(browser.cookie, before);
    let mut planted = app.browser();
    planted.cookie = before;
    let page = planted.get("/about-me").await;
    assert_eq!(page.status, 303, "the old id still works");
}

#[tokio::test]
async fn a_person_sees_and_ends_their_sessions_and_nobody_elses() {
    on_both(async |app| {
        let mut phone = app.signed_in("customer@demo.example").await;
        let mut laptop = app.signed_in("customer@demo.example").await;
        let mut other = app.signed_in("other@demo.example").await;
        let page = laptop.get("/about-me").await;
        assert_eq!(page.body.matches("End this session").count(), 2, "{}", page.body);
        let person = People::new(app.state.db.clone()).by_email("customer@demo.example").await.unwrap().unwrap();
        let sessions = service::sessions(&app.state, &person, "").await.unwrap();
        let stranger = other.post("/api/sign_in/end_session", &[("id", &sessions[0].id)]).await;
        let shown = other.get(stranger.location()).await;
        assert_eq!(shown.status, 404, "somebody else's session: {shown:?}");
        assert_eq!(service::sessions(&app.state, &person, "").await.unwrap().len(), 2);
        let answer = laptop.post("/api/sign_in/end_other_sessions", &[]).await;
        assert!(answer.location().starts_with("/about-me?told="), "{answer:?}");
        assert_eq!(phone.get("/about-me").await.status, 303, "an ended session is over at once");
        assert_eq!(laptop.get("/about-me").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn tries_are_limited_per_address_and_the_answer_tells_nothing() {
    on_both(async |app| {
        let mut browser = app.browser();
        let known = browser.post("/api/sign_in/ask_link", &[("email", "customer@demo.example")]).await;
        let unknown = browser.post("/api/sign_in/ask_link", &[("email", "nobody@demo.example")]).await;
        let leads_to =
            |answer: &crate::support::Answer| answer.location().split('=').next().unwrap_or_default().to_owned();
        assert_eq!((known.status, leads_to(&known)), (unknown.status, leads_to(&unknown)));
        for _ in 0..5 {
            service::ask_link(&app.state, "customer@demo.example", "", "a stranger's network").await.unwrap();
        }
        let sixth = service::ask_link(&app.state, "Customer@demo.example ", "", "a stranger's network").await;
        assert_eq!(sixth, Err(AppError::TooMany { minutes: 15 }));
        let owner = service::ask_link(&app.state, "customer@demo.example", "", "another network").await;
        assert_eq!(owner, Ok(()), "what strangers ask takes nothing from the owner of the mailbox");
    })
    .await;
}

#[tokio::test]
async fn without_demo_there_is_no_demo_door() {
    let app = TestApp::new().await;
    let state = app.changed(|config| config.demo = false);
    let mut browser = crate::support::Browser::new(candor::server::router::router(state));
    let page = browser.get("/sign-in").await;
    assert!(!page.body.contains("demo.example"), "{}", page.body);
    let answer = browser.post("/api/sign_in/as_cast", &[("email", "admin@demo.example")]).await;
    assert!(browser.cookie.is_none(), "{answer:?}");
}

#[tokio::test]
async fn a_link_is_sent_by_mail_with_a_text_and_an_html_part() {
    let Some(mut server) = MailServer::start() else { return };
    let port = server.port;
    let app = TestApp::with(Engine::Sqlite, |config| {
        config.smtp_url = Some(format!("smtp://127.0.0.1:{port}"));
        config.mail_from = Some("Harbour <hello@harbour.example>".to_owned());
    })
    .await;
    let mut browser = app.browser();
    let page = browser.submit("/sign-in", "/api/sign_in/ask_link", &[("email", "Customer@demo.example")]).await;
    assert!(page.body.contains("a link is on its way"), "{}", page.body);
    let mail = tokio::task::spawn_blocking(move || server.next()).await.unwrap();
    assert_eq!(mail["to"], serde_json::json!(["customer@demo.example"]));
    assert_eq!(mail["from"], "hello@harbour.example");
    for part in ["text/plain", "text/html"] {
        let text = mail["parts"][part].as_str().unwrap();
        assert!(text.contains("Mira"), "{part}: {text}");
        assert!(text.contains("http://127.0.0.1:3000/sign-in/"), "{part}: {text}");
    }
    let text = mail["parts"]["text/plain"].as_str().unwrap();
    let token = text.split("/sign-in/").nth(1).unwrap().split_whitespace().next().unwrap();
    let answer = browser.post("/api/sign_in/use_link", &[("token", token)]).await;
    assert_eq!((answer.status, answer.location()), (302, "/"));
}

#[tokio::test]
async fn without_a_mail_server_the_page_says_who_can_help() {
    let app = TestApp::with(Engine::Sqlite, |config| config.help_contact = Some("Priya on 01 555".to_owned())).await;
    let page = app.browser().get("/sign-in").await;
    assert!(page.body.contains("Priya on 01 555"), "{}", page.body);
    assert!(!page.body.contains("type=\"email\""), "a field that leads nowhere: {}", page.body);
}

#[tokio::test]
async fn a_refused_form_says_why_and_keeps_what_was_typed() {
    let Some(server) = MailServer::start() else { return };
    let port = server.port;
    let app = TestApp::with(Engine::Sqlite, |config| {
        config.smtp_url = Some(format!("smtp://127.0.0.1:{port}"));
        config.mail_from = Some("Harbour <hello@harbour.example>".to_owned());
    })
    .await;
    let page = app.browser().submit("/sign-in", "/api/sign_in/ask_link", &[("email", "mira at home")]).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("does not look like an e-mail address"), "{}", page.body);
    assert!(page.body.contains("value=\"mira at home\""), "{}", page.body);
}
