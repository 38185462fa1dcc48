//! A customer chooses their name, zone and way of writing, and every page follows.

use crate::support::{TestApp, on_both};

const MIRA: &str = "customer@demo.example";

fn form<'f>(name: &'f str, locale: &'f str, zone: &'f str) -> [(&'f str, &'f str); 4] {
    [("preferred_name", name), ("locale", locale), ("language", "hr"), ("time_zone", zone)]
}

#[tokio::test]
async fn every_page_is_written_the_way_its_customer_chose() {
    on_both(async |app| {
        let mut mira = app.signed_in(MIRA).await;
        let before = mira.get("/bills/9000-1").await.body;
        assert!(before.contains("€78.60") && before.contains("1 December"), "{before}");
        let saved = mira.submit("/about-me", "/api/profile/save", &form("Mirica", "de-DE", "Europe/Zagreb")).await;
        assert!(saved.status == 200 && saved.body.contains("Saved."), "{}", saved.body);
        assert!(saved.body.contains("value=\"Mirica\""), "{}", saved.body);
        let bill = mira.get("/bills/9000-1").await.body;
        assert!(bill.contains("78,60\u{a0}€") && bill.contains("1. December"), "{bill}");
        assert!(!bill.contains("€78.60"), "{bill}");
        let home = mira.get("/").await.body;
        assert!(home.contains(", Mirica.") && home.contains("1. December"), "{home}");
        let tom = app.signed_in("other@demo.example").await.get("/bills").await.body;
        assert!(!tom.contains(",00\u{a0}€"), "another customer's pages stay: {tom}");
        let staff = app.signed_in("staff@demo.example").await.get("/staff/customers?q=mira").await.body;
        assert!(!staff.contains("\u{a0}€"), "staff read the house's way: {staff}");
    })
    .await;
}

#[tokio::test]
async fn a_refused_profile_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let mut mira = app.signed_in(MIRA).await;
    let long = "<i>".repeat(30);
    let page = mira.submit("/about-me", "/api/profile/save", &form(&long, "fr-FR", "Asia/Tokyo")).await;
    assert_eq!(page.status, 422);
    for words in
        ["longer than 60 characters", "&lt;i&gt;&lt;i&gt;", "value=\"fr-FR\" selected", "value=\"Asia/Tokyo\" selected"]
    {
        assert!(page.body.contains(words), "{words:?} is not on the page: {}", page.body);
    }
    let page = mira.submit("/about-me", "/api/profile/save", &form("Mira", "", "Mars/Olympus")).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("no time zone of this name"), "{}", page.body);
    assert!(page.body.contains("value=\"Europe/Zagreb\" selected"), "{}", page.body);
    let home = mira.get("/").await.body;
    assert!(home.contains(", Mira.") && !home.contains("<i>"), "{home}");
}
