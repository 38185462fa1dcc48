//! What a form is answered with: said once, to whoever sent it, and nothing of it stands in an address.

use candor::{features::sign_in::service, server::auth::People};

use crate::support::{Answer, Browser, TestApp, on_both};

const CUSTOMER: &str = "customer@demo.example";
const OTHER: &str = "other@demo.example";

/// Where a redirect leads, with nothing in it but the page and one id.
fn leads_to(answer: &Answer) -> String {
    let location = answer.location().to_owned();
    assert!(answer.status == 302 || answer.status == 303, "{answer:?}");
    assert!(location.len() < 200 && !location.contains("__err"), "{location}");
    location
}

/// Where it leads to send these words.
async fn written(browser: &mut Browser, words: &str) -> String {
    let answer = browser.post_from("/notes", "/api/notes/begin", &[("words", words), ("subject", "x")]).await;
    assert!(leads_to(&answer).starts_with("/notes"), "{answer:?}");
    leads_to(&answer)
}

#[tokio::test]
async fn a_refused_form_comes_back_whole_once_and_only_to_whoever_sent_it() {
    on_both(async |app| {
        let mut mira = app.signed_in(CUSTOMER).await;
        let mut other = app.signed_in(OTHER).await;
        // Two thousand and one letters of another script: nothing of them stands in the address.
        let words = "請".repeat(2_001);
        let page = written(&mut mira, &words).await;
        for stranger in [&mut other, &mut app.browser()] {
            let shown = stranger.get(&page).await;
            assert!(!shown.body.contains("請請"), "somebody else reads it");
        }
        let shown = mira.get(&page).await;
        assert_eq!(shown.status, 422);
        assert!(shown.body.contains(&words), "all of it stands in the form");
        let again = mira.get(&page).await;
        assert!(again.status == 200 && !again.body.contains("請請"), "a reload says nothing twice");
    })
    .await;
}

#[tokio::test]
async fn words_sent_after_signing_out_come_back_after_signing_in_again() {
    on_both(async |app| {
        let mut mira = app.signed_in(CUSTOMER).await;
        let mut tab = mira.clone();
        let out = tab.post("/api/sign_in/sign_out", &[]).await;
        assert!(leads_to(&out).starts_with("/sign-in?told="), "{out:?}");
        mira.cookie = None;
        let answer =
            mira.post_from("/notes", "/api/notes/begin", &[("words", "I moved to Rijeka"), ("subject", "Move")]).await;
        let door = leads_to(&answer);
        assert!(door.starts_with("/sign-in?to=%2Fnotes%3Ftold%3D"), "{door}");
        let to = door.trim_start_matches("/sign-in?to=").replace("%2F", "/").replace("%3F", "?").replace("%3D", "=");
        let mut somebody = mira.clone();
        for (browser, email, is_theirs) in [(&mut somebody, OTHER, false), (&mut mira, CUSTOMER, true)] {
            let inside = browser.post("/api/sign_in/as_cast", &[("email", email), ("to", &to)]).await;
            let page = browser.get(&leads_to(&inside)).await;
            assert_eq!(page.status, 200, "{}", page.body);
            assert_eq!(page.body.contains("I moved to Rijeka"), is_theirs, "{email}");
            assert_eq!(page.body.contains("You had been signed out"), is_theirs, "{email}");
        }
    })
    .await;
}

#[tokio::test]
async fn words_are_not_lost_where_somebody_else_was_faster() {
    on_both(async |app| {
        let mut mira = app.signed_in(CUSTOMER).await;
        let (mut jonas, mut ines) =
            (app.signed_in("staff@demo.example").await, app.signed_in("staff2@demo.example").await);
        let asked = mira.submit("/help", "/api/requests/ask_person", &[("question", "Where is my bill?")]).await;
        assert!(asked.body.contains("A person has your question now"), "{}", asked.body);
        let person = People::new(app.state.db.clone()).by_email(CUSTOMER).await.unwrap().unwrap();
        let sheet = format!("/staff/customers/{}", person.customer_id.unwrap());
        let page = ines.get(&sheet).await.body;
        let at = page.rfind("name=\"request\" value=\"").unwrap() + "name=\"request\" value=\"".len();
        let request = page[at..].split('"').next().unwrap().to_owned();
        let answer =
            |words| [("request", request.clone()), ("on", "customer".to_owned()), ("answer", String::from(words))];
        for (browser, words, is_first) in
            [(&mut jonas, "It is under Bills.", true), (&mut ines, "Look at the second page.", false)]
        {
            let form = answer(words);
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let shown = browser.submit(&sheet, "/api/requests/answer", &form).await;
            assert_eq!(shown.status, if is_first { 200 } else { 409 }, "{}", shown.body);
            assert!(shown.body.contains(words), "{}", shown.body);
        }
    })
    .await;
}

#[tokio::test]
async fn no_link_fills_a_form_or_says_that_something_is_done() {
    let app = TestApp::new().await;
    let mut mira = app.signed_in(CUSTOMER).await;
    let refused = "eyJUb29NYW55Ijp7Im1pbnV0ZXMiOjk5fX0=";
    for page in [
        format!("/notes?__path=%2Fapi%2Fnotes%2Fbegin&__err={refused}"),
        "/about-me?ended=1&told=1&profile=1".to_owned(),
        "/about-me/erase?withdrawn=1&asked=1".to_owned(),
        "/?undone=1".to_owned(),
    ] {
        let shown = mira.get(&page).await;
        assert_eq!(shown.status, 200, "{page}");
        assert!(
            !shown.body.contains("class=\"errors\"") && !shown.body.contains("flash done"),
            "{page}: {}",
            shown.body
        );
    }
    // Somebody else's id, in the hands of whoever it was sent to.
    let mut other = app.signed_in(OTHER).await;
    let theirs = written(&mut other, "").await;
    let shown = mira.get(&theirs).await;
    assert!(!shown.body.contains("class=\"errors\""), "{}", shown.body);
}

#[tokio::test]
async fn what_is_done_is_said_once_and_takes_the_focus() {
    let app = TestApp::new().await;
    let mut mira = app.signed_in(CUSTOMER).await;
    let page = written(&mut mira, "Hello there").await;
    let shown = mira.get(&page).await.body;
    let at = shown.find("flash done").unwrap();
    let flash = shown[shown[..at].rfind('<').unwrap()..].split('>').next().unwrap();
    assert!(
        flash.contains("autofocus") && flash.contains("tabindex=\"-1\"") && shown.contains("Your words are with us")
    );
    assert!(!mira.get(&page).await.body.contains("flash done"), "said twice");
}

#[tokio::test]
async fn the_page_one_wanted_opens_after_the_door_and_survives_the_mail() {
    on_both(async |app| {
        let mut mira = app.signed_in(CUSTOMER).await;
        let notices = mira.get("/notices").await.body;
        let at = notices.find("href=\"/notices/").unwrap() + "href=\"".len();
        let notice = notices[at..].split('"').next().unwrap().to_owned();
        let stranger = app.browser().get(&notice).await;
        assert_eq!(
            (stranger.status, stranger.location().to_owned()),
            (303, format!("/sign-in?to={}", notice.replace('/', "%2F")))
        );
        let person = People::new(app.state.db.clone()).by_email(CUSTOMER).await.unwrap().unwrap();
        for (wish, expected) in
            [(notice.as_str(), notice.as_str()), ("https://elsewhere.example/", "/"), ("/admin", "/")]
        {
            let link =
                service::new_link_to(&app.state, &person, candor::features::sign_in::wish::page(wish)).await.unwrap();
            let token = link.trim_start_matches("/sign-in/");
            let inside = app.browser().post("/api/sign_in/use_link", &[("token", token)]).await;
            assert_eq!(inside.location(), expected);
            let inside = app.browser().post("/api/sign_in/as_cast", &[("email", CUSTOMER), ("to", wish)]).await;
            assert_eq!(inside.location(), expected);
        }
    })
    .await;
}
