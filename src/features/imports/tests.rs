//! Files brought into a database of their own.

use std::path::Path;

use super::{
    local::{LocalFile, bring_in, read_mapping},
    run::{KEPT_ERRORS, Report, RunProblem},
    service, store,
};
use crate::{
    domain::import::{Kind, Tally},
    server::{
        clock::Clock,
        db::{Conn, Db},
    },
    sql,
    test_shared_data::shared_data,
};

/// A database with a folder for files beside it.
struct Desk {
    db: Db,
    folder: tempfile::TempDir,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = crate::features::fixture::new_database(&folder).await;
        Self { db: Db::open(&url).await.expect("a database"), folder }
    }

    /// One with customers C1, C2 and C3.
    async fn with_customers() -> Self {
        let desk = Self::new().await;
        desk.bring(Kind::Customers, "external_id,name\nC1,Mira\nC2,Omar\nC3,Ana\n").await;
        desk
    }

    async fn bring(&self, kind: Kind, text: impl AsRef<[u8]>) -> Report {
        self.try_to(kind, text, None, false).await.expect("a file that can be read")
    }

    async fn refusal(&self, kind: Kind, text: impl AsRef<[u8]>) -> String {
        self.try_to(kind, text, None, false).await.expect_err("a file that cannot be read").to_string()
    }

    async fn try_to(
        &self,
        kind: Kind,
        text: impl AsRef<[u8]>,
        mapping: Option<&str>,
        is_dry_run: bool,
    ) -> Result<Report, RunProblem> {
        let path = self.folder.path().join("file.csv");
        std::fs::write(&path, text).expect("a written file");
        self.read(kind, &path, mapping, is_dry_run).await
    }

    async fn read(
        &self,
        kind: Kind,
        path: &Path,
        mapping: Option<&str>,
        is_dry_run: bool,
    ) -> Result<Report, RunProblem> {
        let mapping = mapping.map(|text| read_mapping(text).expect("a mapping"));
        let file = LocalFile { kind, path, mapping: mapping.as_ref(), time_zone: "Europe/Dublin", is_dry_run };
        bring_in(&self.db, Clock::default(), file, |_, _| {}).await
    }

    async fn number(&self, text: &'static str) -> i64 {
        let mut conn = self.db.reader().await.expect("a reader");
        read_number(&mut conn, text).await.expect("a number")
    }

    async fn texts(&self, text: &'static str) -> Vec<String> {
        let mut conn = self.db.reader().await.expect("a reader");
        read_texts(&mut conn, text).await.expect("texts")
    }
}

async fn read_number(conn: &mut Conn<'_>, text: &'static str) -> sqlx::Result<i64> {
    sql!(conn, scalar as i64, text)
}

async fn read_texts(conn: &mut Conn<'_>, text: &'static str) -> sqlx::Result<Vec<String>> {
    sql!(conn, scalars as String, text)
}

fn tally(read: i64, created: i64, updated: i64, unchanged: i64, rejected: i64) -> Tally {
    Tally { read, created, updated, unchanged, rejected }
}

/// Line, column and words of each refused row.
fn refused(report: &Report) -> Vec<(i64, &str, &str)> {
    let errors = report.errors.iter();
    errors.map(|row| (row.line, row.column.as_deref().unwrap_or_default(), row.reason.as_str())).collect()
}

const INVOICES: &str = "number,customer,currency,amount,issued_on,due_on\n";

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
                2;C1;EUR;-3;2026-01-01;2026-02-01;\r\n\
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
    assert_eq!(report.tally, tally(10, 2, 0, 0, 8));
    assert_eq!((first.tally, first.errors), (report.tally, report.errors.clone()));
    assert_eq!(
        refused(&report),
        [
            (4, "Amount", "“-3” is below zero"),
            (5, "Amount", "“12345678901234567890” is too large to be kept exactly"),
            (6, "Issued On", "“2013-02-30” is written as YYYY-MM-DD, but there is no such day"),
            (7, "Issued On", "“13/13/2013” is not a date written as YYYY-MM-DD"),
            (8, "", "this row has 5 cells, and the header has 7"),
            (10, "CUSTOMER", "no customer has the id “C9”"),
            (11, "Number", "“1” stands in an earlier row with other values; the earlier row holds"),
            (12, "Amount", "the amount is zero"),
        ]
    );
    assert_eq!(desk.bring(Kind::Invoices, text).await.tally, tally(10, 0, 0, 2, 8));
}

#[tokio::test]
async fn a_number_of_one_customer_is_not_taken_by_another() {
    let desk = Desk::with_customers().await;
    desk.bring(Kind::Invoices, format!("{INVOICES}7,C1,EUR,12.50,2026-01-01,2026-02-01\n")).await;
    let report = desk.bring(Kind::Invoices, format!("{INVOICES}7,C2,EUR,12.50,2026-01-01,2026-02-01\n")).await;
    assert_eq!(refused(&report), [(2, "number", "the invoice “7” belongs to another customer")]);
    let report = desk.bring(Kind::Payments, "invoice,reference,amount,paid_on\n8,P1,5,2026-01-20\n").await;
    assert_eq!(refused(&report), [(2, "invoice", "no invoice has the number “8”")]);
}

#[tokio::test]
async fn a_customer_with_an_address_can_sign_in_and_nobody_else_with_it() {
    let desk = Desk::new().await;
    let text = "external_id,name,email\nC1,Mira,Mira@Example.com\nC2,Omar,mira@example.com\nC3,Ana,nobody\nC4,Jo,\n";
    let tried = desk.try_to(Kind::Customers, text, None, true).await.expect("a try");
    let report = desk.bring(Kind::Customers, text).await;
    assert_eq!(report.tally, tally(4, 2, 0, 0, 2));
    assert_eq!(tried.errors, report.errors);
    assert_eq!(
        refused(&report),
        [
            (3, "email", "somebody else signs in with mira@example.com already"),
            (4, "email", "“nobody” is not an e-mail address, such as mira@example.com"),
        ]
    );
    assert_eq!(desk.bring(Kind::Customers, text).await.tally, tally(4, 0, 0, 2, 2));
    let people = "select email || ' ' || people.name || ' ' || role from people order by email";
    assert_eq!(desk.texts(people).await, ["mira@example.com Mira customer"]);
    let moved = desk.bring(Kind::Customers, "external_id,name,email\nC1,Mira K,mk@example.com\n").await;
    assert_eq!(moved.tally, tally(1, 0, 1, 0, 0));
    assert_eq!(desk.texts(people).await, ["mk@example.com Mira K customer"]);
}

#[tokio::test]
async fn letters_are_read_in_the_encoding_of_the_file() {
    let text = "external_id\tname\nC1\tKovač é\n";
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for bytes in [wide, marked, text.as_bytes().to_vec()] {
        let desk = Desk::new().await;
        assert_eq!(desk.bring(Kind::Customers, bytes).await.tally.created, 1);
        assert_eq!(desk.texts("select name from customers").await, ["Kovač é"]);
    }
    let desk = Desk::new().await;
    desk.bring(Kind::Customers, b"external_id;name\nC1;Ren\xe9e \x80\n").await;
    assert_eq!(desk.texts("select name from customers").await, ["Renée €"]);
}

#[tokio::test]
async fn what_is_no_table_is_refused_in_words() {
    let desk = Desk::new().await;
    for empty in ["", "\n\n", "\u{feff}"] {
        assert_eq!(desk.refusal(Kind::Customers, empty).await, "this file is empty");
    }
    for binary in [&b"\x7fELF\x02\x01\x00\x00name"[..], b"PK\x03\x04sheet.xml", b"external_id,name\nC1,M\0ra\n"] {
        let words = desk.refusal(Kind::Customers, binary).await;
        assert!(words.starts_with("this file is not a table of text"), "{words}");
    }
    assert_eq!(
        desk.refusal(Kind::Customers, "id,name\n").await,
        "external_id: the file has no column \"external_id\"; its columns are id, name"
    );
    assert!(desk.refusal(Kind::Customers, "name,name ,external_id\n").await.contains("several columns"));
    assert_eq!(desk.bring(Kind::Customers, "external_id,name\n").await.tally, Tally::default());
    assert_eq!(desk.number("select count(*) from imports where state = 'done'").await, 1);
}

#[tokio::test]
async fn an_open_quote_costs_one_row() {
    let desk = Desk::new().await;
    let report = desk.bring(Kind::Customers, "external_id,name\nC1,\"Mira\nC2,Omar\nC3,Ana\n").await;
    assert_eq!(report.tally, tally(3, 2, 0, 0, 1));
    assert_eq!(refused(&report), [(2, "", "a quote is opened in this row and never closed")]);
    let long = format!("external_id,name\nC4,\"{}\nC5,Jo\n", "x\n".repeat(700_000));
    let report = desk.bring(Kind::Customers, long).await;
    assert_eq!(refused(&report)[0], (2, "", "this row is longer than a megabyte; a quote may not be closed"));
    assert_eq!(report.tally.created, 1);
}

#[tokio::test]
async fn many_rows_are_counted_and_the_first_refused_are_kept() {
    let desk = Desk::with_customers().await;
    let good = 3_000;
    let bad = KEPT_ERRORS + 20;
    let mut text = INVOICES.to_owned();
    for number in 0..good {
        text.push_str(&format!("{number},C{},EUR,1,2026-01-01,2026-02-01\n", 1 + number % 3));
    }
    for number in 0..bad {
        text.push_str(&format!("bad {number},C1,EUR,nothing,2026-01-01,2026-02-01\n"));
    }
    let report = desk.bring(Kind::Invoices, &text).await;
    assert_eq!(report.tally, tally(good + bad, good, 0, 0, bad));
    assert_eq!(report.errors.len() as i64, KEPT_ERRORS);
    assert_eq!(desk.number("select count(*) from import_errors").await, KEPT_ERRORS);
    assert_eq!(desk.number("select max(seq) from import_errors").await, KEPT_ERRORS);
    assert_eq!(desk.number("select rows_rejected from imports where kind = 'invoices'").await, bad);
}

#[tokio::test]
async fn no_cell_of_the_refused_rows_becomes_a_formula() {
    let desk = Desk::with_customers().await;
    let text = "number,customer,currency,amount,issued_on,due_on,=memo\n\
                @1,=C9,EUR,-5.00,2026-01-01,2026-02-01,\"+cmd|' /C calc'!A0, \"\"x\"\"\"\n";
    desk.bring(Kind::Invoices, text).await;
    let id = desk.texts("select id from imports where kind = 'invoices'").await.remove(0);
    let (name, exported) = service::refused_rows(&desk.db, &id).await.expect("an export");
    assert_eq!(name, "file.csv");
    assert_eq!(
        exported,
        "line,column,reason,number,customer,currency,amount,issued_on,due_on,'=memo\r\n\
         2,amount,“-5.00” is below zero,'@1,'=C9,EUR,-5.00,2026-01-01,2026-02-01,\"'+cmd|' /C calc'!A0, \"\"x\"\"\"\r\n"
    );
}

#[tokio::test]
async fn an_import_nobody_reads_any_more_has_failed() {
    let desk = Desk::with_customers().await;
    let fail = async |since: i64, of_pages: bool| {
        let work = async |conn: &mut Conn<'_>| store::fail_silent(conn, "stopped", since, of_pages, 9).await;
        desk.db.write(work).await.expect("a write")
    };
    let id = desk.texts("select id from imports").await.remove(0);
    let begun = async |conn: &mut Conn<'_>| store::begin(conn, &id, false, 1_000).await;
    assert!(desk.db.write(begun).await.expect("a write"));
    assert_eq!(fail(900, true).await, 0);
    assert_eq!(fail(1_001, false).await, 1);
    assert_eq!(desk.texts("select state || ': ' || failure from imports").await, ["failed: stopped"]);
}

#[tokio::test]
async fn the_real_file_gives_customers_invoices_and_payments() {
    let Some(path) = shared_data("ibm_accounts_receivable.csv") else { return };
    let desk = Desk::new().await;
    let files = [
        (Kind::Customers, include_str!("../../../examples/mappings/ibm-customers.toml"), 100),
        (Kind::Invoices, include_str!("../../../examples/mappings/ibm-invoices.toml"), 2_466),
        (Kind::Payments, include_str!("../../../examples/mappings/ibm-payments.toml"), 2_466),
    ];
    for (kind, mapping, created) in files {
        let report = desk.read(kind, &path, Some(mapping), false).await.expect("the real file");
        assert_eq!(report.tally, tally(2_466, created, 0, 2_466 - created, 0), "{kind}");
    }
    for (kind, mapping, _) in files {
        let report = desk.read(kind, &path, Some(mapping), false).await.expect("the real file");
        assert_eq!(report.tally, tally(2_466, 0, 0, 2_466, 0), "{kind}");
    }
    assert_eq!(desk.number("select cast(sum(amount) as bigint) from invoices").await, 14_770_318);
    assert_eq!(desk.number("select count(*) from invoices where disputed_on is not null").await, 561);
    let open = "select count(*) from invoices where issued_on <= '2012-06-30' and not exists
                (select 1 from payments where invoice_id = invoices.id and paid_on <= '2012-06-30')";
    assert_eq!(desk.number(open).await, 98);
}

#[tokio::test]
async fn an_address_that_is_given_up_in_a_file_can_be_taken_in_it() {
    let desk = Desk::new().await;
    desk.bring(Kind::Customers, "external_id,name,email\nC1,Mira,a@example.com\nC2,Omar,b@example.com\n").await;
    let moved = "external_id,name,email\nC1,Mira,c@example.com\nC2,Omar,a@example.com\nC3,Ana,b@example.com\n";
    assert_eq!(desk.bring(Kind::Customers, moved).await.tally, tally(3, 1, 2, 0, 0));
    assert_eq!(desk.bring(Kind::Customers, moved).await.tally, tally(3, 0, 0, 3, 0), "the same file again");
    let doors = desk.texts("select email || ' ' || name from people order by email").await;
    assert_eq!(doors, ["a@example.com Omar", "b@example.com Ana", "c@example.com Mira"]);
}

#[tokio::test]
async fn a_bill_keeps_its_currency() {
    let desk = Desk::with_customers().await;
    desk.bring(Kind::Invoices, format!("{INVOICES}7,C1,EUR,12.50,2026-01-01,2026-02-01\n")).await;
    let changed = desk.bring(Kind::Invoices, format!("{INVOICES}7,C1,JPY,1250,2026-01-01,2026-02-01\n")).await;
    assert_eq!(refused(&changed), [(2, "currency", "the invoice “7” is in EUR here, and its payments with it")]);
}
