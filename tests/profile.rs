//! A customer chooses their name, zone and way of writing, and every page follows.

use std::collections::BTreeSet;

use candor::{domain::month, server::db::new_id, sql};

use crate::support::{Browser, TestApp, on_both};

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

/// Every page of a customer's by its route, and where to find what stands in its place: all of them are looked at.
const PAGES: &[(&str, &str)] = &[
    ("/", ""),
    ("/bills", ""),
    ("/bills/{number}", BILLS),
    ("/bills/{number}/use-credit", BILLS),
    ("/bills/{number}/later-date", BILLS),
    ("/bills/{number}/let-fee-go", BILLS),
    ("/bills/{number}/dispute", BILLS),
    ("/demo/pay/{number}", BILLS),
    ("/acts/{id}", "select billing_orders.id from billing_orders join customers on customers.id = customer_id where email = $1"),
    ("/plan", ""),
    (
        "/plan/change/{subscription}/{to}",
        "select reference || '/mobile-s' from subscriptions join customers on customers.id = customer_id where email = $1
         union all
         select reference || '/home-100' from subscriptions join customers on customers.id = customer_id where email = $1",
    ),
    ("/credits", ""),
    ("/notes", ""),
    ("/notes/{id}", "select note_threads.id from note_threads join customers on customers.id = customer_id where email = $1"),
    ("/help", ""),
    ("/help/hard", ""),
    ("/about-me", ""),
    (
        "/about-me/receipts/{id}",
        "select fact_receipts.id from fact_receipts join customers on customers.id = customer_id where email = $1",
    ),
    ("/about-me/erase", ""),
    ("/about-me/notices", ""),
    ("/notices", ""),
    ("/notices/{id}", "select notices.id from notices join customers on customers.id = customer_id where email = $1"),
    (
        "/notices/why-not/{kind}",
        "with kinds (kind) as (values ('fee_warning'), ('nothing_to_do'), ('dispute'), ('better_price'), ('right_size'),
                                      ('credit'), ('competitor'))
         select kind from kinds where $1 <> ''",
    ),
];

const BILLS: &str = "select number from invoices join customers on customers.id = customer_id where email = $1";

/// Whose pages they are not, or that nobody has to sign in for.
const NOT_OF_CUSTOMERS: [&str; 5] = ["/staff", "/admin", "/sign-in", "/unsubscribe", "/*"];

/// What stands as it was typed or is told apart elsewhere: from the first words to the second, and why.
const EXEMPT: &[(&str, &str, &str)] = &[
    ("<script", "</script>", "what the browser runs"),
    ("<style", "</style>", "how it looks"),
    ("<select", "</select>", "the ways of writing, each shown its own way"),
    ("<section class=\"card what-if", "</section>", "told by the browser while a slider moves, with tests of its own"),
];

#[test]
fn every_page_of_a_customer_is_looked_at() {
    let routes = leptos_axum::generate_route_list(candor::app::App);
    let theirs = routes
        .iter()
        .map(|route| route.path())
        .filter(|path| !NOT_OF_CUSTOMERS.iter().any(|not| path.starts_with(not)));
    let listed: BTreeSet<&str> = PAGES.iter().map(|(route, _)| *route).collect();
    assert_eq!(theirs.collect::<BTreeSet<_>>(), listed);
}

/// The words of a page without what is exempt, and without what people wrote, which has its own direction.
fn words_of(page: &str) -> String {
    let mut page = page.to_owned();
    for (from, to, _) in EXEMPT {
        while let Some(at) = page.find(from) {
            let end = page[at..].find(to).map_or(page.len(), |length| at + length + to.len());
            page.replace_range(at..end, " ");
        }
    }
    while let Some(said) = page.find("dir=\"auto\"") {
        let start = page[..said].rfind('<').expect("a tag begins");
        let name: String = page[start + 1..].chars().take_while(char::is_ascii_alphanumeric).collect();
        let end = page[start..].find(&format!("</{name}>")).map_or(said + 10, |length| start + length);
        page.replace_range(start..end, " ");
    }
    let mut words = String::new();
    let mut rest = page.as_str();
    while let Some((before, tag)) = rest.split_once('<') {
        words.push_str(before);
        // What is written between two of the framework's marks is one sentence; other tags part what is read.
        let is_mark = tag.starts_with('!');
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        rest = tag.split_once(end).map_or("", |(_, after)| after);
        words.push_str(if is_mark { "" } else { " " });
    }
    words.push_str(rest);
    words
}

/// An amount or a day of the page that is not written the German way.
fn not_german(words: &str) -> Option<&str> {
    let around = |at: usize| {
        let from = words[..at].char_indices().rev().nth(60).map_or(0, |(from, _)| from);
        let to = words[at..].char_indices().nth(60).map_or(words.len(), |(to, _)| at + to);
        &words[from..to]
    };
    let digit = |text: &str| text.starts_with(|letter: char| letter.is_ascii_digit());
    let ends_in_digit = |text: &str| text.ends_with(|letter: char| letter.is_ascii_digit());
    let symbols = words.match_indices('€').filter(|(at, sign)| digit(&words[at + sign.len()..]));
    let days = month::NAMES.iter().flat_map(|name| words.match_indices(name));
    let days = days.filter(|(at, _)| words[..*at].strip_suffix([' ', '\u{a0}']).is_some_and(ends_in_digit));
    // `1.204` parts thousands; anything else with a point between digits is a number in English.
    let points = words.match_indices('.').filter(|(at, _)| {
        let after: String = words[at + 1..].chars().take_while(char::is_ascii_digit).collect();
        ends_in_digit(&words[..*at]) && !after.is_empty() && after.len() != 3
    });
    symbols.chain(days).chain(points).map(|(at, _)| around(at)).next()
}

#[test]
fn what_is_not_german_is_found() {
    for english in ["from €5.00", "due 1 December", "2.4 GB", "0.0125 EUR", "€5"] {
        assert!(not_german(english).is_some(), "{english}");
    }
    for german in ["1.234,50\u{a0}€", "1. December 2026", "2,4 GB", "in November 2026", "Harbour 250"] {
        assert_eq!(not_german(german), None);
    }
    let page = r#"<p title="€5.00">a<!> <b>b</b></p><p dir="auto">€5.00 <i>x</i></p>c<script>1.5</script>"#;
    assert_eq!(words_of(page).split_whitespace().collect::<Vec<_>>(), ["a", "b", "c"]);
}

/// Everything a customer can look at, after they did a little of everything.
async fn all_pages(app: &TestApp, email: &str) -> Vec<String> {
    let mut pages = Vec::new();
    for (route, places) in PAGES {
        if places.is_empty() {
            pages.push((*route).to_owned());
            continue;
        }
        let mut conn = app.state.db.reader().await.unwrap();
        let found = sql!(conn, scalars as String, *places, email).unwrap();
        assert!(!found.is_empty(), "{email} has nothing for {route}");
        let (before, after) = route.split_once('{').unwrap();
        // What follows the last place: `/plan/change/` has two of them, which are found together.
        let after = after.rsplit_once('}').map_or("", |(_, after)| after);
        let after = if route.contains("}/{") { "" } else { after };
        pages.extend(found.into_iter().map(|place| format!("{before}{place}{after}")));
    }
    pages
}

async fn done_a_little(app: &TestApp, browser: &mut Browser, email: &str) {
    let mut conn = app.state.db.reader().await.unwrap();
    let right = "select number from invoices join customers on customers.id = customer_id
                 where email = $1 and disputed_on is null order by due_on desc";
    let right = sql!(conn, scalars as String, right, email).unwrap().remove(0);
    let fact = "select remembered_facts.id from remembered_facts join customers on customers.id = customer_id
                where email = $1 order by noted_at desc";
    let fact = sql!(conn, scalars as String, fact, email).unwrap().remove(0);
    drop(conn);
    let once = new_id();
    let form = [("number", right.as_str()), ("once", once.as_str()), ("words", "It is wrong.")];
    assert!(browser.post("/api/billing/dispute", &form).await.location().contains("?told="));
    assert!(browser.post("/api/memory/forget", &[("fact", fact.as_str())]).await.location().contains("/receipts/"));
}

#[tokio::test]
async fn no_page_has_an_amount_or_a_day_the_english_way_where_another_was_chosen() {
    on_both(async |app| {
        for email in [MIRA, "other@demo.example"] {
            let mut browser = app.signed_in(email).await;
            let before = all_pages_in_english(&mut browser).await;
            assert!(before > 2, "in English there is something to find");
            done_a_little(&app, &mut browser, email).await;
            browser.submit("/about-me", "/api/profile/save", &form("", "de-DE", "Europe/Zagreb")).await;
            let mut wrong = Vec::new();
            for page in all_pages(&app, email).await {
                let answer = browser.get(&page).await;
                assert!(answer.status < 500, "{page}: {}", answer.status);
                wrong.extend(not_german(&words_of(&answer.body)).map(|words| format!("{page}: {words}")));
            }
            assert!(wrong.is_empty(), "{email}: {wrong:#?}");
        }
    })
    .await;
}

/// On how many of these pages there is something that is not German before a way of writing is chosen.
async fn all_pages_in_english(browser: &mut Browser) -> usize {
    let mut found = 0;
    for page in ["/", "/bills", "/plan", "/credits", "/about-me"] {
        found += usize::from(not_german(&words_of(&browser.get(page).await.body)).is_some());
    }
    found
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
