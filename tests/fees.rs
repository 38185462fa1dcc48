//! What admins do with fees, on real HTML: look, try, save, exempt, and send for notices.

use crate::support::on_both;

const POLICY: [(&str, &str); 9] = [
    ("currency", "EUR"),
    ("starts_on", "2026-12-01"),
    ("grace_days", "6"),
    ("flat", "7.50"),
    ("percent", "1.5"),
    ("minimum", ""),
    ("cap", "20"),
    ("warn_days", "20"),
    ("reason", "So that everyone hears of it two weeks earlier."),
];

fn with(field: &str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    POLICY.into_iter().map(|(name, typed)| (name, if name == field { value } else { typed })).collect()
}

#[tokio::test]
async fn what_a_change_would_do_is_shown_without_javascript() {
    on_both(async |app| {
        let mut omar = app.signed_in("admin@demo.example").await;
        let query: Vec<String> =
            POLICY.iter().map(|(name, typed)| format!("{name}={}", typed.replace(' ', "+"))).collect();
        let page = omar.get(&format!("/admin/fees?{}", query.join("&"))).await;
        assert_eq!(page.status, 200);
        for words in ["Today this would warn", "more than now", r#"value="7.50""#, r#"value="20""#, "€9.00"] {
            assert!(page.body.contains(words), "{words:?} is not on the page: {}", page.body);
        }
        let page = omar.get("/admin/fees?currency=EUR&flat=lots&warn_days=91").await;
        for words in
            ["Some things need another look", "Write digits with a point", r#"value="lots""#, "not a policy yet"]
        {
            assert!(page.body.contains(words), "{words:?} is not on the page: {}", page.body);
        }
    })
    .await;
}

#[tokio::test]
async fn a_policy_is_saved_as_the_next_version_and_a_wrong_one_is_kept() {
    on_both(async |app| {
        let mut omar = app.signed_in("admin@demo.example").await;
        let refused = omar.submit("/admin/fees?currency=EUR", "/api/fees/add_policy", &with("cap", "1")).await;
        assert_eq!(refused.status, 422);
        for words in ["One thing needs another look", "At most", r#"value="7.50""#, "two weeks earlier"] {
            assert!(refused.body.contains(words), "{words:?} is not on the page: {}", refused.body);
        }
        let saved = omar.submit("/admin/fees?currency=EUR", "/api/fees/add_policy", &POLICY).await;
        assert_eq!(saved.status, 200);
        for words in ["The new version is saved", "Coming", "Omar Haddad", "€7.50 plus 1.5 % of what is open"] {
            assert!(saved.body.contains(words), "{words:?} is not on the page: {}", saved.body);
        }
        let other = omar.get("/admin/fees?currency=CHF").await;
        for words in ["No late-fee policy is set for CHF", r#"value="5.00""#, "It is no policy until you save it"] {
            assert!(other.body.contains(words), "{words:?} is not on the page: {}", other.body);
        }
    })
    .await;
}

#[tokio::test]
async fn a_customer_is_exempted_and_the_exemption_ended() {
    on_both(async |app| {
        let mut omar = app.signed_in("admin@demo.example").await;
        let form = |customer| [("customer", customer), ("since", "2026-11-01"), ("until", ""), ("why", "By contract.")];
        let refused = omar.submit("/admin/fees", "/api/fees/add_exemption", &form("H-9999")).await;
        assert_eq!(refused.status, 422);
        for words in ["We know no customer with this id", r#"value="H-9999""#, "By contract."] {
            assert!(refused.body.contains(words), "{words:?} is not on the page: {}", refused.body);
        }
        let added = omar.submit("/admin/fees", "/api/fees/add_exemption", &form("H-1001")).await;
        for words in ["This customer is exempt", "Mira Kovač", "By contract.", "without an end, by Omar Haddad"] {
            assert!(added.body.contains(words), "{words:?} is not on the page: {}", added.body);
        }
        let home = app.signed_in("customer@demo.example").await.get("/").await;
        assert!(!home.body.contains("A late fee of"), "who is exempt is not warned: {}", home.body);
        let id = added.body.split(r#"name="id" value=""#).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let ended = omar.submit("/admin/fees", "/api/fees/end_exemption", &[("id", id)]).await;
        assert!(ended.body.contains("until 22 November 2026"), "{}", ended.body);
    })
    .await;
}

#[tokio::test]
async fn the_overview_looks_for_notices_and_says_what_it_found() {
    on_both(async |app| {
        let mut omar = app.signed_in("admin@demo.example").await;
        let before = omar.get("/admin").await;
        for words in ["Open bills", "Due in 1 to 3 days", "Overdue", "Last look for notices", "Policy in force"] {
            assert!(before.body.contains(words), "{words:?} is not on the page: {}", before.body);
        }
        let looked = omar.submit("/admin", "/api/advice/look_now", &[]).await;
        assert_eq!(looked.status, 200);
        assert!(looked.body.contains("nobody had to be told anything new"), "{}", looked.body);
    })
    .await;
}

#[tokio::test]
async fn a_late_fee_is_money_on_every_page_and_admins_see_why_it_stands() {
    on_both(async |app| {
        let mut omar = app.signed_in("admin@demo.example").await;
        let page = omar.get("/admin/fees").await;
        for words in ["Late fees", "Charged", "Tom Whelan", "bill 9001-5", "Warned on a page on", "of it is open"] {
            assert!(page.body.contains(words), "{words:?} is not on the page: {}", page.body);
        }
        let none = omar.get("/admin/fees?only=taken_back").await;
        assert!(none.body.contains("None of these."), "{}", none.body);
        let mut tom = app.signed_in("other@demo.example").await;
        let bill = tom.get("/bills/9001-5").await;
        for words in ["A late fee of", "was added on", "Left to pay, with the late fee", "9001-5-F"] {
            assert!(bill.body.contains(words), "{words:?} is not on the page: {}", bill.body);
        }
        let fee = tom.get("/bills/9001-5-F").await;
        for words in ["This is a late fee", "It draws no fee itself.", "€5.00", "/demo/pay/9001%2D5%2DF"] {
            assert!(fee.body.contains(words), "{words:?} is not on the page: {}", fee.body);
        }
        let list = tom.get("/bills").await;
        assert!(list.body.contains("Bill 9001-5-F"), "{}", list.body);
    })
    .await;
}
