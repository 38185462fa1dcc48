//! The portal of customers who have nothing, very much, or what is rare: every page answers, in the right words.

use candor::{
    features::bills,
    server::db::{Conn, Text, new_id},
    sql,
};
use jiff::{ToSpan, civil::Date};

use crate::support::{Browser, TODAY, TestApp, on_both};

const PORTAL: &[&str] = &[
    "/",
    "/bills",
    "/plan",
    "/credits",
    "/notes",
    "/help",
    "/help/hard",
    "/notices",
    "/about-me",
    "/about-me/notices",
    "/about-me/erase",
];

/// A customer with nothing at all, who can sign in; their id.
async fn add_customer(app: &TestApp, email: &str, name: &str) -> String {
    let id = new_id();
    let add = app.state.db.write(async |conn: &mut Conn<'_>| {
        sql!(
            conn,
            execute,
            "insert into customers (id, external_id, name, email, time_zone, search_text, created_at, updated_at)
             values ($1, $1, $2, $3, 'Europe/Zagreb', $3, 0, 0)",
            id.as_str(),
            name,
            email
        )?;
        let text = "insert into people (id, email, name, role, customer_id, created_at)
                    values ($1, $2, $3, 'customer', $1, 0)";
        sql!(conn, execute, text, id.as_str(), email, name)
    });
    add.await.unwrap();
    id
}

async fn bill(conn: &mut Conn<'_>, customer: &str, number: &str, amount: i64, due_on: Date) -> sqlx::Result<u64> {
    sql!(
        conn,
        execute,
        "insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, created_at, updated_at)
         values ($1, $2, $3, 'EUR', $4, $5, $6, 0, 0)",
        new_id(),
        customer,
        number,
        amount,
        Text(due_on.saturating_sub(20.days()).min(TODAY)),
        Text(due_on)
    )
}

async fn add_bill(app: &TestApp, customer: &str, number: &str, amount: i64, due_on: Date) {
    app.state.db.write(async |conn: &mut Conn<'_>| bill(conn, customer, number, amount, due_on).await).await.unwrap();
}

async fn pay(app: &TestApp, number: &str, amount: i64, on: Date) {
    let text = "insert into payments (id, invoice_id, reference, amount, paid_on, created_at, updated_at)
                values ($1, (select id from invoices where number = $2), $1, $3, $4, 0, 0)";
    let add =
        app.state.db.write(async |conn: &mut Conn<'_>| sql!(conn, execute, text, new_id(), number, amount, Text(on)));
    add.await.unwrap();
}

async fn says(browser: &mut Browser, path: &str, words: &[&str]) -> String {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    for words in words {
        assert!(page.body.contains(words), "{words:?} is not on {path}: {}", page.body);
    }
    page.body
}

#[tokio::test]
async fn whoever_has_nothing_reads_so_on_every_page() {
    on_both(async |app| {
        add_customer(&app, "new@demo.example", "Nia New").await;
        let mut nia = app.signed_in("new@demo.example").await;
        for path in PORTAL {
            let page = says(&mut nia, path, &[]).await;
            assert!(!page.contains("class=\"balance"), "no credit stands on {path}: {page}");
        }
        says(&mut nia, "/", &["Nia", "Nothing needs you today"]).await;
        says(&mut nia, "/bills", &["No bills yet"]).await;
        says(&mut nia, "/plan", &["No plan yet"]).await;
        says(&mut nia, "/credits", &["No credit yet"]).await;
        says(&mut nia, "/notes", &["No notes yet"]).await;
        says(&mut nia, "/notices", &["Nothing yet"]).await;
        for path in ["/bills?page=9", "/credits?page=-1", "/bills?page=x"] {
            says(&mut nia, path, &["yet"]).await;
        }
        assert_eq!(nia.get("/bills/none").await.status, 404);
    })
    .await;
}

/// A page showed its customer the fee of a bill on the day it was due.
async fn warned(app: &TestApp, number: &str, due_on: Date) {
    let (fee_on, due_on) = (due_on.saturating_add(7.days()).to_string(), due_on.to_string());
    let write = app.state.db.write(async |conn: &mut Conn<'_>| {
        let text = "insert into fee_warnings_shown (invoice_id, fee_on, fee, customer_id, shown_on)
                    select id, $2, 500, customer_id, $3 from invoices where number = $1";
        sql!(conn, execute, text, number, fee_on.as_str(), due_on.as_str())
    });
    write.await.unwrap();
}

#[tokio::test]
async fn five_hundred_bills_are_read_in_pages() {
    on_both(async |app| {
        let id = add_customer(&app, "many@demo.example", "Max Many").await;
        let add = app.state.db.write(async |conn: &mut Conn<'_>| {
            for number in 0..500_i64 {
                // Every tenth is late, and the others are due in the days to come.
                let away = if number % 10 == 0 { -40 } else { 30 } + number / 10;
                bill(conn, &id, &format!("many-{number:03}"), 1_000 + number, TODAY.saturating_add(away.days()))
                    .await?;
            }
            Ok::<_, sqlx::Error>(())
        });
        add.await.unwrap();
        let mut max = app.signed_in("many@demo.example").await;
        for path in PORTAL {
            says(&mut max, path, &[]).await;
        }
        says(&mut max, "/bills", &["1 to 20 of 500", "500 are open", "page=2"]).await;
        says(&mut max, "/bills?page=25", &["481 to 500 of 500", "page=24"]).await;
        says(&mut max, "/bills?page=99", &["481 to 500 of 500"]).await;
        warned(&app, "many-000", TODAY.saturating_sub(40.days())).await;
        says(&mut max, "/bills/many-000", &["A late fee of", "Let the fee of"]).await;
    })
    .await;
}

#[tokio::test]
async fn nothing_is_too_small_too_large_or_written_the_wrong_way_round() {
    on_both(async |app| {
        let long = "Bartholomew Featherstonehaugh ".repeat(12);
        let (long, hebrew) = (long.trim(), "נועה בן־דוד");
        for (email, name) in [("long@demo.example", long), ("noa@demo.example", hebrew)] {
            let id = add_customer(&app, email, name).await;
            let number = |tag: &str| format!("{email}-{tag}");
            add_bill(&app, &id, &number("zero"), 0, TODAY).await;
            add_bill(&app, &id, &number("huge"), i64::MAX, TODAY.saturating_sub(30.days())).await;
            warned(&app, &number("huge"), TODAY.saturating_sub(30.days())).await;
            add_bill(&app, &id, &number("next"), i64::MAX, TODAY.saturating_add(2.days())).await;
            let refused =
                app.state.db.write(async |conn: &mut Conn<'_>| bill(conn, &id, "minus", -1, TODAY).await).await;
            assert!(refused.is_err(), "what a customer is owed is credit, not a bill");
            let mut own = app.signed_in(email).await;
            let words = "שלום, זה <b>לא</b> נכון.";
            let begun = own.submit("/notes", "/api/notes/begin", &[("words", words)]).await;
            assert!(begun.body.contains("שלום, זה &lt;b&gt;לא&lt;/b&gt; נכון."), "{}", begun.body);
            assert!(begun.body.contains("dir=\"auto\""), "{}", begun.body);
            for path in PORTAL {
                says(&mut own, path, &[]).await;
            }
            says(&mut own, &bills::address(&number("zero")), &["This bill is paid.", "€0.00"]).await;
            let named = format!("<bdi>{name}</bdi>");
            let all = "€92,233,720,368,547,758.07";
            says(&mut own, &bills::address(&number("huge")), &[all, "A late fee of", &named]).await;
            says(&mut own, &bills::address(&number("next")), &[all, "will be added on"]).await;
            says(&mut own, "/bills", &[all, "Nothing to pay"]).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_bill_that_credit_covers_asks_for_nothing() {
    on_both(async |app| {
        let mut mira = app.signed_in("customer@demo.example").await;
        let bill =
            says(&mut mira, "/bills/9000-4", &["Nothing to do: your credit pays it on", "Monday 23 November"]).await;
        assert!(bill.contains("href=\"/demo/pay/9000%2D4\" class=\"button link\""), "paying is a quiet way: {bill}");
        let home = mira.get("/").await.body;
        let line = home.split_once("class=\"in-short\"").and_then(|(_, rest)| rest.split_once("</dl>"));
        assert!(line.is_some_and(|(line, _)| line.contains("/bills/") && !line.contains("/bills/9000%2D4")), "{home}");
        let credits = says(
            &mut mira,
            "/credits",
            &["Used next: no other in its currency", "For one thing alone", "for <bdi>GB</bdi> alone", "You have"],
        )
        .await;
        assert!(!credits.contains("€15.00</span></strong>"), "what is for one thing is not in it: {credits}");
    })
    .await;
}

#[tokio::test]
async fn a_fee_that_came_stays_with_its_reason_when_the_bill_is_paid() {
    on_both(async |app| {
        let id = add_customer(&app, "late@demo.example", "Lea Late").await;
        // Six days of grace: the fee came on 8 November.
        add_bill(&app, &id, "late-1", 3_820, TODAY.saturating_sub(21.days())).await;
        warned(&app, "late-1", TODAY.saturating_sub(21.days())).await;
        pay(&app, "late-1", 3_820, TODAY.saturating_sub(2.days())).await;
        let mut lea = app.signed_in("late@demo.example").await;
        let page = "/bills/late-1";
        let fee = [
            "A late fee of",
            "was added on",
            "Sunday 8 November",
            "itself is paid",
            "Why am I seeing this",
            "Let the fee of",
        ];
        let bill = says(&mut lea, page, &fee).await;
        assert!(!bill.contains("no fee can come of it") && !bill.contains("/demo/pay/"), "{bill}");
        says(&mut lea, "/bills", &["with a late fee of"]).await;
        let preview = lea.get("/bills/late-1/let-fee-go").await.body;
        let once = preview.split_once("name=\"once\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
        let form = [("number", "late-1"), ("once", once.as_str()), ("shown", "500")];
        let gone = lea.submit("/bills/late-1/let-fee-go", "/api/billing/waive_fee", &form).await;
        assert!(gone.body.contains("is gone"), "{}", gone.body);
        let bill = says(&mut lea, page, &["This bill is paid.", "Its late fee was let go."]).await;
        assert!(!bill.contains("was added on"), "{bill}");
    })
    .await;
}
