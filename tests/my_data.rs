//! What we remember of a customer, their data, and their erasure, from page to page as a person does it.

use candor::sql;

use crate::support::{TestApp, on_both};

const MIRA: &str = "customer@demo.example";
const ANA: &str = "calm@demo.example";

async fn texts(app: &TestApp, text: &'static str, email: &str) -> Vec<String> {
    let mut conn = app.state.db.reader().await.unwrap();
    sql!(conn, scalars as String, text, email).unwrap()
}

const CUSTOMER: &str = "select id from customers where email = $1";
const FACT: &str = "select remembered_facts.id from remembered_facts join customers on customers.id = customer_id
                    where email = $1 and words like 'Moves house%'";
const WISH: &str = "select erasure_requests.id from erasure_requests join customers on customers.id = customer_id
                    where email = $1 and decided_at is null";

#[tokio::test]
async fn what_is_remembered_is_read_by_both_sides_and_deleted_with_a_receipt() {
    on_both(async |app| {
        let mut jonas = app.signed_in("staff@demo.example").await;
        let customer = texts(&app, CUSTOMER, MIRA).await.remove(0);
        let sheet = format!("/staff/customers/{customer}");
        let read = jonas.get(&sheet).await;
        for words in ["Moves house, to Split", "in 11 days", "Do not bring up", "Remember something new"] {
            assert!(read.body.contains(words), "{words:?} is not there: {}", read.body);
        }
        let note =
            [("customer", customer.as_str()), ("words", "<b>Likes tea</b>"), ("source", "call"), ("matters_on", "")];
        let noted = jonas.submit(&sheet, "/api/memory/note_down", &note).await;
        assert!(noted.body.contains("Noted. They can read it too."), "{}", noted.body);
        let refused = [("customer", customer.as_str()), ("words", ""), ("source", "call"), ("matters_on", "soon")];
        let refused = jonas.submit(&sheet, "/api/memory/note_down", &refused).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("Some things need another look"), "{}", refused.body);

        let mut mira = app.signed_in(MIRA).await;
        let mine = mira.get("/about-me").await;
        for words in ["&lt;b&gt;Likes tea&lt;/b&gt;", "From a call with you", "Seen by", "Not to be brought up"] {
            assert!(mine.body.contains(words), "{words:?} is not there: {}", mine.body);
        }
        let fact = texts(&app, FACT, MIRA).await.remove(0);
        let deleted = mira.submit("/about-me", "/api/memory/forget", &[("fact", &fact)]).await;
        assert!(deleted.body.contains("nobody can read it any more"), "{}", deleted.body);
        let receipt = texts(
            &app,
            "select fact_receipts.id from fact_receipts join customers on customers.id = customer_id where email = $1",
            MIRA,
        )
        .await
        .remove(0);
        let address = format!("/about-me/receipts/{receipt}");
        assert_eq!(mira.get(&address).await.status, 200);
        assert_eq!(app.signed_in(ANA).await.get(&address).await.status, 404);
        let mine = mira.get("/about-me").await;
        assert!(!mine.body.contains("Moves house") && mine.body.contains(&address), "{}", mine.body);
        let nothing = app.signed_in(ANA).await.get("/about-me").await;
        assert!(nothing.body.contains("We have noted nothing about you."), "{}", nothing.body);
        let staff = jonas.get("/about-me").await;
        assert!(!staff.body.contains("What we remember") && !staff.body.contains("Your data"), "{}", staff.body);
    })
    .await;
}

#[tokio::test]
async fn a_customer_takes_their_data_along() {
    on_both(async |app| {
        let mut mira = app.signed_in(MIRA).await;
        let json = mira.get("/about-me/data.json").await;
        assert_eq!((json.status, json.header("cache-control")), (200, "no-store"));
        assert_eq!(json.header("content-disposition"), "attachment; filename=\"my-data.json\"");
        let data: serde_json::Value = serde_json::from_str(&json.body).unwrap();
        assert_eq!(data["account"][0]["email"], MIRA);
        assert!(data["bills"].as_array().unwrap().len() > 15);
        assert!(!json.body.contains("Whelan") && !json.body.contains("Duarte"));
        let page = mira.get("/about-me").await;
        for (kind, things) in data.as_object().unwrap() {
            let Some(things) = things.as_array() else { continue };
            let address = format!("/about-me/data/{kind}.csv");
            assert!(page.body.contains(&address), "{address} is not on the page");
            let table = mira.get(&address).await;
            assert_eq!((table.status, table.header("cache-control")), (200, "no-store"));
            assert!(table.header("content-disposition").starts_with("attachment"), "{address}");
            assert!(table.body.lines().count() > things.len(), "{address}: {}", table.body);
        }
        assert_eq!(mira.get("/about-me/data/people.csv").await.status, 404);
        assert_eq!(mira.get("/about-me/data/bills").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn who_asks_to_be_erased_is_gone_once_an_admin_did_it() {
    on_both(async |app| {
        let mut ana = app.signed_in(ANA).await;
        let page = ana.get("/about-me/erase").await;
        for words in ["What must stay", "Your bills and what was paid of them", "cannot be undone"] {
            assert!(page.body.contains(words), "{words:?} is not there: {}", page.body);
        }
        let asked = ana.submit("/about-me/erase", "/api/erasure/ask", &[("reason", "I moved away.")]).await;
        assert!(asked.body.contains("A person has it now") && asked.body.contains("Take it back"), "{}", asked.body);
        let back = ana.submit("/about-me/erase", "/api/erasure/withdraw", &[]).await;
        assert!(back.body.contains("Taken back."), "{}", back.body);
        ana.submit("/about-me/erase", "/api/erasure/ask", &[("reason", "I did move away.")]).await;

        let customer = texts(&app, CUSTOMER, ANA).await.remove(0);
        let wish = texts(&app, WISH, ANA).await.into_iter().next_back().unwrap();
        let sheet = format!("/staff/customers/{customer}");
        let mut jonas = app.signed_in("staff@demo.example").await;
        let day = jonas.get("/staff").await.body;
        assert!(day.split_once("Asked to be erased").is_some_and(|(_, queue)| queue.contains("Ana Duarte")), "{day}");
        let handed = jonas.submit(&sheet, "/api/erasure/hand_over", &[("wish", &wish)]).await;
        assert!(
            handed.body.contains("An admin decides.") && handed.body.contains("I did move away."),
            "{}",
            handed.body
        );
        assert!(!handed.body.contains("Erase for good"), "{}", handed.body);
        let mut omar = app.signed_in("admin@demo.example").await;
        assert!(omar.get(&sheet).await.body.contains("Erase for good"));
        let farewell = [("wish", wish.as_str()), ("farewell", "Goodbye, Ana.")];
        let erased = omar.submit(&sheet, "/api/erasure/erase", &farewell).await;
        assert!(erased.body.contains("Erased, for good."), "{}", erased.body);
        assert!(erased.body.contains("Erased customer") && !erased.body.contains("Ana"), "{}", erased.body);

        let answer = ana.get("/about-me").await;
        assert_eq!((answer.status, answer.location()), (303, "/sign-in?to=%2Fabout-me"), "their session ended with it");
        assert!(texts(&app, CUSTOMER, ANA).await.is_empty());
    })
    .await;
}
