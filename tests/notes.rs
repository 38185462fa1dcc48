//! Notes over HTTP: on the pages of both sides, and live.

use std::time::Duration;

use axum::body::Body;
use candor::{server::live::STREAMS_EACH, sql};
use http_body_util::BodyExt;

use crate::support::{TestApp, on_both};

const MIRA: &str = "customer@demo.example";
const TOM: &str = "other@demo.example";
const JONAS: &str = "staff@demo.example";

async fn one(app: &TestApp, text: &'static str, of: &str) -> String {
    let mut conn = app.state.db.reader().await.unwrap();
    sql!(conn, scalar as String, text, of).unwrap()
}

async fn id_of(app: &TestApp, email: &str) -> String {
    one(app, "select id from customers where email = $1", email).await
}

/// What comes next over a stream; nothing where it stays silent for so long, or has ended.
async fn next_event(stream: &mut Body, patience: Duration) -> Option<String> {
    let frame = tokio::time::timeout(patience, stream.frame()).await.ok()??.unwrap();
    frame.into_data().ok().map(|data| String::from_utf8_lossy(&data).into_owned())
}

const SOON: Duration = Duration::from_secs(5);
const A_WHILE: Duration = Duration::from_millis(400);

#[tokio::test]
async fn a_note_by_a_person_stands_on_the_start_page_and_is_answered_in_its_thread() {
    on_both(async |app| {
        let mut mira = app.signed_in(MIRA).await;
        let home = mira.get("/").await;
        for words in ["Jonas Ott", "your line was down", "Answer", ", 1 not opened yet"] {
            assert!(home.body.contains(words), "{words:?} is not on the home page: {}", home.body);
        }
        assert!(!home.body.contains("modulepreload"), "the home page loads no script because of a note");
        let notes = mira.get("/notes").await;
        assert!(notes.body.contains("1 new") && notes.body.contains("Write to us"), "{}", notes.body);
        let thread = one(
            &app,
            "select note_threads.id from note_threads join customers on customers.id = customer_id
             where email = $1 and subject = 'Your evening without a line'",
            MIRA,
        )
        .await;
        let page = format!("/notes/{thread}");
        let opened = mira.get(&page).await;
        assert_eq!(opened.status, 200);
        assert!(opened.body.contains("modulepreload"), "its thread does: {}", opened.body);
        assert!(!opened.body.contains("not opened yet"), "to open it is to read it: {}", opened.body);
        let words = "شكرًا يا يوناس <b>&";
        let written = mira.submit(&page, "/api/notes/go_on", &[("thread", &thread), ("words", words)]).await;
        for expected in ["Your words are with us", "شكرًا يا يوناس &lt;b&gt;&amp;", "You", "dir=\"auto\""] {
            assert!(written.body.contains(expected), "{expected:?} is not on the page: {}", written.body);
        }
        let mut jonas = app.signed_in(JONAS).await;
        let today = jonas.get("/staff").await;
        assert!(today.body.contains("Wrote: ") && today.body.contains("Your evening without a line"));
        let sheet = format!("/staff/customers/{}", id_of(&app, MIRA).await);
        assert!(jonas.get(&sheet).await.body.contains("شكرًا يا يوناس"));
        let answer = [("thread", thread.as_str()), ("words", "Any time.")];
        let answered = jonas.submit(&sheet, "/api/notes/answer", &answer).await;
        assert!(answered.body.contains("Written, and signed with your name"), "{}", answered.body);
        assert!(mira.get(&page).await.body.contains("Any time."));
        let refused = mira.submit(&page, "/api/notes/go_on", &[("thread", &thread), ("words", " ")]).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
    })
    .await;
}

#[tokio::test]
async fn a_question_leads_to_its_thread() {
    on_both(async |app| {
        let mut calm = app.signed_in("calm@demo.example").await;
        assert!(calm.get("/notes").await.body.contains("No notes yet"));
        let asked = calm.submit("/help", "/api/requests/ask_person", &[("question", "Is all well?")]).await;
        assert!(asked.body.contains("Go on writing"), "{}", asked.body);
        assert!(calm.get("/notes").await.body.contains("Is all well?"));
    })
    .await;
}

#[tokio::test]
async fn a_customers_stream_tells_of_their_own_notes_alone_and_never_the_words() {
    on_both(async |app| {
        let (mira_id, tom_id) = (id_of(&app, MIRA).await, id_of(&app, TOM).await);
        let mut mira = app.signed_in(MIRA).await;
        let mut jonas = app.signed_in(JONAS).await;
        let (status, mut hers) = mira.open("/notes/live").await;
        let (_, mut all) = jonas.open("/notes/live").await;
        assert_eq!(status, 200);
        let write = async |customer: &str, words: &str| {
            let form = [("customer", customer), ("words", words)];
            let answer = app.signed_in(JONAS).await.post("/api/notes/write", &form).await;
            assert_eq!(answer.status, 302, "{}", answer.body);
        };
        write(&tom_id, "For Tom alone").await;
        let told = next_event(&mut all, SOON).await.expect("staff to be told");
        assert!(told.starts_with("event: note\n"), "{told}");
        assert_eq!(next_event(&mut hers, A_WHILE).await, None, "another customer's note");
        write(&mira_id, "For Mira alone").await;
        let told = next_event(&mut hers, SOON).await.expect("Mira to be told");
        let thread =
            one(&app, "select id from note_threads where customer_id = $1 and subject = 'For Mira alone'", &mira_id)
                .await;
        assert!(told.contains(&format!("data: {thread}\n")) && !told.contains("alone"), "{told}");
        app.state.live.stop();
        assert!(hers.frame().await.is_none(), "the stream ends with the server");
    })
    .await;
}

#[tokio::test]
async fn a_stream_is_for_whoever_is_signed_in_a_few_at_a_time() {
    let app = TestApp::new().await;
    assert_eq!(app.browser().open("/notes/live").await.0, 303);
    let mut mira = app.signed_in(MIRA).await;
    let mut streams = Vec::new();
    for _ in 0..STREAMS_EACH {
        let (status, stream) = mira.open("/notes/live").await;
        assert_eq!(status, 200);
        streams.push(stream);
    }
    assert_eq!(mira.open("/notes/live").await.0, 429);
    streams.clear();
    assert_eq!(mira.open("/notes/live").await.0, 200);
}

#[tokio::test]
async fn a_second_process_on_the_same_database_hears_of_what_the_first_writes() {
    on_both(async |app| {
        if app.state.db.engine_name() != "postgres" {
            return;
        }
        let second = candor::server::serve::state((*app.state.config).clone()).await.unwrap();
        let mut elsewhere = app.signed_in(MIRA).await;
        elsewhere = elsewhere.at(candor::server::router::router(second));
        let (status, mut stream) = elsewhere.open("/notes/live").await;
        assert_eq!(status, 200);
        let begun = app.signed_in(MIRA).await.post("/api/notes/begin", &[("words", "From here")]).await;
        assert_eq!(begun.status, 302, "{}", begun.body);
        assert!(next_event(&mut stream, SOON).await.is_some_and(|told| told.starts_with("event: note")));
    })
    .await;
}
