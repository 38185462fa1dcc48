//! What the customer says back, on real HTML and without JavaScript.

use candor::sql;

use crate::support::{Answer, TestApp, on_both};

/// The id of a notice of Mira's of this kind.
async fn notice(app: &TestApp, kind: &str) -> String {
    let mut conn = app.state.db.reader().await.unwrap();
    let text = "select notices.id from notices join customers on customers.id = customer_id
                where email = 'customer@demo.example' and kind = $1 order by notices.id limit 1";
    sql!(conn, scalar as String, text, kind).unwrap()
}

fn has(page: &Answer, all: &[&str]) {
    assert_eq!(page.status, 200, "{}", page.body);
    for words in all {
        assert!(page.body.contains(words), "{words:?} is not on the page: {}", page.body);
    }
}

#[tokio::test]
async fn a_notice_is_put_aside_shown_when_asked_for_and_brought_back() {
    on_both(async |app| {
        let id = notice(&app, "credit").await;
        // Three things stand there whole, and it is not among them.
        let (on_card, in_line) = (format!("id=\"notice-{id}\""), format!("<li><a href=\"/notices/{id}\""));
        let mut mira = app.signed_in("customer@demo.example").await;
        has(
            &mira.get("/").await,
            &[
                &in_line,
                "Remind me later",
                "Was this helpful?",
                "it comes back on",
                "All of it, on a page of its own",
                "Everything we told you, and what we did not",
            ],
        );
        has(&mira.get(&format!("/notices/{id}")).await, &["Remind me later", "Not for me"]);
        let put = [("notice", id.as_str()), ("wait", "tomorrow"), ("on", "home")];
        let home = mira.submit("/", "/api/responses/snooze", &put).await;
        has(&home, &["Put aside. It comes back on ", "Monday 23 November", "1 thing put aside.", "Undo"]);
        assert!(!home.body.contains(&in_line) && !home.body.contains(&on_card), "{}", home.body);
        has(&mira.get("/?aside=1").await, &[&on_card, "Hide them again"]);
        has(&mira.get("/notices").await, &["Until"]);
        let undo = [("notice", id.as_str()), ("act", "snooze"), ("on", "notice")];
        has(&mira.submit("/", "/api/responses/take_back", &undo).await, &["Undone. It is as it was before."]);
        has(&mira.get("/").await, &[&in_line]);
    })
    .await;
}

#[tokio::test]
async fn staff_see_what_was_dismissed_and_why() {
    on_both(async |app| {
        let id = notice(&app, "competitor").await;
        let mut mira = app.signed_in("customer@demo.example").await;
        let without = [("notice", id.as_str()), ("words", "<b>We stay.</b>"), ("on", "notice")];
        let page = format!("/notices/{id}");
        let refused = mira.submit(&page, "/api/responses/dismiss", &without).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(refused.body.contains("&lt;b&gt;We stay.&lt;/b&gt;"), "what was typed is kept: {}", refused.body);
        let with = [without.as_slice(), &[("reason", "will_not_change")]].concat();
        let done = mira.submit(&page, "/api/responses/dismiss", &with).await;
        has(&done, &["it no longer stands on your first page", "I want to keep things as they are", "Undo"]);
        let helpful = [("notice", id.as_str()), ("is_helpful", "false"), ("on", "notice")];
        has(&mira.submit(&page, "/api/responses/helpful", &helpful).await, &["Thank you for telling us"]);
        let mut conn = app.state.db.reader().await.unwrap();
        let text = "select id from customers where email = 'customer@demo.example'";
        let customer = sql!(conn, scalar as String, text).unwrap();
        drop(conn);
        let sheet = app.signed_in("staff@demo.example").await.get(&format!("/staff/customers/{customer}")).await;
        has(&sheet, &["Dismissed", "they want to keep things as they are", "Not helpful, they say", "We stay."]);
    })
    .await;
}

#[tokio::test]
async fn a_fee_warning_says_why_it_cannot_be_put_away_for_good() {
    on_both(async |app| {
        let id = notice(&app, "fee_warning").await;
        let mut mira = app.signed_in("customer@demo.example").await;
        let page = mira.get(&format!("/notices/{id}")).await;
        has(&page, &["in force since we began", "Each condition, and what it met", "Met: ", "days until due: "]);
        assert!(!page.body.contains("/responses/dismiss"), "{}", page.body);
        assert!(page.body.contains("last day without the fee") || page.body.contains("at the latest"), "{}", page.body);
        let form = [("notice", id.as_str()), ("wait", "month"), ("on", "notice")];
        let refused = mira.submit("/", "/api/responses/snooze", &form).await;
        assert_eq!(refused.status, 409, "{}", refused.body);
        assert!(refused.body.contains("cannot be put aside that long"), "{}", refused.body);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_told_is_explained_kind_by_kind() {
    on_both(async |app| {
        let mut ana = app.signed_in("calm@demo.example").await;
        let list = ana.get("/notices").await;
        has(&list, &["What we did not tell you, and why", "/notices/why-not/fee_warning", "You have no open bill"]);
        has(
            &ana.get("/notices/why-not/fee_warning").await,
            &["This cannot be about you today", "You have no open bill"],
        );
        has(&ana.get("/notices/why-not/credit").await, &["This cannot be about you today", "credit"]);
        let mut mira = app.signed_in("customer@demo.example").await;
        let bills = mira.get("/notices/why-not/fee_warning").await;
        has(&bills, &["Not met: ", "Met: ", "days until due: ", "version 1", "in force since we began", "we warn"]);
        for kind in ["better_price", "right_size", "competitor", "dispute", "nothing_to_do", "credit"] {
            has(&mira.get(&format!("/notices/why-not/{kind}")).await, &["Why we tell you this or not"]);
        }
        for unknown in ["nothing", "fee-warning", "%00", "<b>"] {
            assert_eq!(
                mira.get(&format!("/notices/why-not/{}", unknown.replace('<', "%3C").replace('>', "%3E"))).await.status,
                404
            );
        }
    })
    .await;
}

#[tokio::test]
async fn help_says_how_soon_an_answer_came_and_every_page_leads_to_what_was_hard() {
    on_both(async |app| {
        let mut ana = app.signed_in("calm@demo.example").await;
        has(
            &ana.get("/help").await,
            &["Over the last 7 days we answered 8 questions; half of them within 2 hours, nine of ten within 21 hours."],
        );
        for page in ["/", "/bills", "/plan", "/credits", "/help", "/about-me", "/notices"] {
            let address = format!("/help/hard?on={}", page.replace('/', "%2F").replace('-', "%2D"));
            has(&ana.get(page).await, &[&address, "href=\"/help\""]);
        }
        has(&ana.get("/help/hard?on=/plan").await, &["It is about the page ", "/plan"]);
        let said = [("on", "/plan"), ("words", "</p><b>crowded</b>"), ("how_hard", "5")];
        let thanks = ana.submit("/help/hard", "/api/frictions/say", &said).await;
        has(&thanks, &["A person reads each of these", "&lt;b&gt;crowded", "too hard to do", "Take it back"]);
        let mut jonas = app.signed_in("staff@demo.example").await;
        has(&jonas.get("/staff").await, &["This was hard", "Ana Duarte", "&lt;b&gt;crowded", "/plan"]);
        let mut conn = app.state.db.reader().await.unwrap();
        let id = sql!(conn, scalar as String, "select id from frictions where how_hard = 5").unwrap();
        drop(conn);
        let read = jonas.submit("/staff", "/api/frictions/read", &[("id", &id)]).await;
        has(&read, &["Marked as read by you"]);
        assert!(!read.body.contains("crowded"), "{}", read.body);
    })
    .await;
}
