//! Files of invoices and their payments.

use super::{Desk, INVOICES, refused, tally};
use crate::domain::import::Kind;

#[tokio::test]
async fn the_same_file_twice_changes_nothing() {
    let desk = Desk::with_customers().await;
    let invoices = format!("{INVOICES}7,C1,EUR,12.50,2026-01-01,2026-02-01\n8,C2,EUR,1,2026-01-01,2026-02-01\n");
    assert_eq!(desk.bring(Kind::Invoices, &invoices).await.tally, tally(2, 2, 0, 0, 0));
    assert_eq!(desk.bring(Kind::Invoices, &invoices).await.tally, tally(2, 0, 0, 2, 0));
    let payments = "invoice,reference,amount,paid_on\n7,P1,5,2026-01-20\n7,P2,7.50,2026-01-21\n";
    assert_eq!(desk.bring(Kind::Payments, payments).await.tally, tally(2, 2, 0, 0, 0));
    assert_eq!(desk.bring(Kind::Payments, payments).await.tally, tally(2, 0, 0, 2, 0));
}

#[tokio::test]
async fn what_changed_is_updated_and_what_is_not_told_stays() {
    let desk = Desk::new().await;
    desk.bring(Kind::Customers, "external_id,name,country,time_zone\nC1,Mira,IE,europe/london\nC2,Omar,,\n").await;
    let report = desk.bring(Kind::Customers, "name,external_id\nMira Kovac,C1\nOmar,C2\n").await;
    assert_eq!(report.tally, tally(2, 0, 1, 1, 0));
    let text = "select name || ' ' || coalesce(country, '-') || ' ' || time_zone from customers order by external_id";
    assert_eq!(desk.texts(text).await, ["Mira Kovac IE Europe/London", "Omar - Europe/Dublin"]);
    desk.bring(Kind::Invoices, format!("{INVOICES}7,C1,EUR,12.50,2026-01-01,2026-02-01\n")).await;
    let with_dispute =
        "number,customer,currency,amount,issued_on,due_on,disputed\n7,C1,EUR,13,2026-01-01,2026-02-01,yes\n";
    assert_eq!(desk.bring(Kind::Invoices, with_dispute).await.tally, tally(1, 0, 1, 0, 0));
    desk.bring(Kind::Invoices, format!("{INVOICES}7,C1,EUR,14,2026-01-01,2026-02-01\n")).await;
    assert_eq!(desk.texts("select disputed_on || ' ' || amount from invoices").await, ["2026-01-01 1400"]);
}

#[tokio::test]
async fn bad_rows_are_listed_and_good_rows_are_kept() {
    let desk = Desk::with_customers().await;
    let text = "Number;CUSTOMER ;currency;Amount;Issued On;due_on;memo\r\n\
                1;C1;EUR;12,50;2026-01-01;2026-02-01;\"two\r\nlines; \"\"quoted\"\"\"\r\n\
                2;C1;EUR;;2026-01-01;2026-02-01;\r\n\
                3;C1;EUR;12345678901234567890;2026-01-01;2026-02-01;\r\n\
                4;C1;EUR;5;2013-02-30;2026-02-01;\r\n\
                5;C1;EUR;5;13/13/2013;2026-02-01;\r\n\
                6;C1;EUR;5;2026-01-01\r\n\
                \r\n\
                7;C9;EUR;5;2026-01-01;2026-02-01;\r\n\
                1;C1;EUR;99;2026-01-01;2026-02-01;\r\n\
                8;C1;EUR;0;2026-01-01;2026-02-01;\r\n\
                9;C2;EUR;5;2026-01-01;2026-02-01;=cmd()\r\n";
    let first = desk.try_to(Kind::Invoices, text, None, true).await.expect("a try");
    assert_eq!(desk.number("select count(*) from invoices").await, 0);
    assert_eq!(desk.number("select count(*) from imports where kind = 'invoices'").await, 0);
    let report = desk.bring(Kind::Invoices, text).await;
    assert_eq!(report.tally, tally(10, 2, 0, 1, 7));
    assert_eq!((first.tally, first.errors), (report.tally, report.errors.clone()));
    let two_rows = "2 rows have the number “1”, and it is not clear whether they are lines of one bill: say in a mapping amount = \
                    { column = \"…\", covers = \"line\" } or covers = \"bill\"; none of them is kept";
    assert_eq!(
        refused(&report),
        [
            (2, "Number", two_rows),
            (4, "Amount", "this is empty, and it is needed"),
            (5, "Amount", "“12345678901234567890” is too large to be kept exactly"),
            (6, "Issued On", "“2013-02-30” is written as YYYY-MM-DD, but there is no such day"),
            (7, "Issued On", "“13/13/2013” is written as D/M/YYYY, but there is no such day"),
            (10, "CUSTOMER", "no customer has the id “C9”"),
            (11, "Number", two_rows),
        ]
    );
    assert_eq!(desk.bring(Kind::Invoices, text).await.tally, tally(10, 0, 0, 3, 7));
}

#[tokio::test]
async fn two_customers_may_have_bills_of_one_number() {
    let desk = Desk::with_customers().await;
    desk.bring(Kind::Invoices, format!("{INVOICES}7,C1,EUR,12.50,2026-01-01,2026-02-01\n")).await;
    let report = desk.bring(Kind::Invoices, format!("{INVOICES}7,C2,EUR,12.50,2026-01-01,2026-02-01\n")).await;
    assert_eq!((refused(&report).len(), report.tally.created), (0, 1));
    let report = desk.bring(Kind::Payments, "invoice,reference,amount,paid_on\n7,P1,5,2026-01-20\n").await;
    let [(2, "invoice", words)] = refused(&report)[..] else { panic!("nobody knows whose was paid: {report:?}") };
    assert!(words.starts_with("several customers have an invoice with the number “7”"), "{words}");
    assert_eq!(desk.number("select count(*) from payments").await, 0, "it pays neither");
    let report = desk.bring(Kind::Payments, "invoice,reference,amount,paid_on\n8,P1,5,2026-01-20\n").await;
    assert_eq!(refused(&report), [(2, "invoice", "no invoice has the number “8”")]);
}

#[tokio::test]
async fn a_bill_keeps_its_currency() {
    let desk = Desk::with_customers().await;
    desk.bring(Kind::Invoices, format!("{INVOICES}7,C1,EUR,12.50,2026-01-01,2026-02-01\n")).await;
    let changed = desk.bring(Kind::Invoices, format!("{INVOICES}7,C1,JPY,1250,2026-01-01,2026-02-01\n")).await;
    assert_eq!(refused(&changed), [(2, "currency", "the invoice “7” is in EUR here, and its payments with it")]);
}
