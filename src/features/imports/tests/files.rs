//! Any file, whatever is in it.

use super::{
    super::{run::KEPT_ERRORS, service, store},
    Desk, INVOICES, refused, tally,
};
use crate::{
    domain::import::{Kind, Tally},
    server::db::Conn,
    test_shared_data::shared_data,
};

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
        (Kind::Customers, include_str!("../../../../examples/mappings/ibm-customers.toml"), 100),
        (Kind::Invoices, include_str!("../../../../examples/mappings/ibm-invoices.toml"), 2_466),
        (Kind::Payments, include_str!("../../../../examples/mappings/ibm-payments.toml"), 2_466),
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
