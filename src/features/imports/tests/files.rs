//! Any file, whatever is in it.

use super::{
    super::{run::KEPT_ERRORS, service, store},
    Desk, INVOICES, refused, tally, warned,
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
async fn letters_of_two_bytes_need_no_mark() {
    let text = "external_id\tname\nC1\tZoë 花子\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [little.clone(), big] {
        let desk = Desk::new().await;
        assert_eq!(desk.bring(Kind::Customers, bytes).await.tally.created, 1);
        assert_eq!(desk.texts("select name from customers").await, ["Zoë 花子"]);
    }
    let desk = Desk::new().await;
    let mapping = "encoding = \"utf-16le\"\nexternal_id = { column = \"external_id\" }\nname = { column = \"name\" }\n";
    assert_eq!(desk.try_to(Kind::Customers, little, Some(mapping), false).await.expect("a file").tally.created, 1);
}

#[tokio::test]
async fn one_broken_byte_costs_one_cell() {
    let desk = Desk::new().await;
    let text = ["external_id,name\nB1,José Núñez\nB2,Zoë\nB3,Iba".as_bytes(), b"\xc3\n"].concat();
    let report = desk.bring(Kind::Customers, text).await;
    assert_eq!(report.tally, tally(3, 3, 0, 0, 0));
    assert_eq!(warned(&report), [(4, "name", "“Iba\u{fffd}” has lost a letter: its bytes are no text")]);
    assert_eq!(desk.texts("select name from customers order by external_id").await[..2], ["José Núñez", "Zoë"]);
}

#[tokio::test]
async fn a_report_is_read_past_its_titles_and_totals() {
    let desk = Desk::with_customers().await;
    let mapping = "number = { column = \"Num\" }\ncustomer = { column = \"Name\" }\ncurrency = { value = \"CAD\" }\n\
                   amount = { column = \"Amount\" }\nissued_on = { column = \"Date\" }\ndue_on = { column = \"Due date\" }\n";
    let text = "Invoice List,,,,\n\"June 1-30, 2026\",,,,\n\nDate,Num,Name,Due date,Amount\n\
                06/05/2026,1041,C1,07/07/2026,\"1,356.50\"\n06/16/2026,1042,C2,07/08/2026,92.00\n\
                TOTAL,,,,\"$1,448.50\"\n\n\"Monday, July 06, 2026 09:12 AM GMT-3\",,,,\n";
    let skipped = format!("skip_rows = 3\n{mapping}");
    for mapping in [mapping, &skipped] {
        let tried = desk.try_to(Kind::Invoices, text, Some(mapping), true).await.expect("a file");
        assert_eq!(tried.tally, tally(4, 2, 0, 0, 2));
        assert_eq!(refused(&tried)[0].2, "this is a sum over other rows (“TOTAL”), and no row of its own");
        assert!(refused(&tried)[1].2.starts_with("this row has a word in one cell alone"));
    }
    desk.try_to(Kind::Invoices, text, Some(mapping), false).await.expect("a file");
    let kept = "select number || ' ' || issued_on || ' ' || amount from invoices order by number";
    assert_eq!(desk.texts(kept).await, ["1041 2026-06-05 135650", "1042 2026-06-16 9200"]);
}

#[tokio::test]
async fn a_spreadsheets_hint_is_no_header() {
    let desk = Desk::with_customers().await;
    let text =
        "\u{feff}sep=;\nnumber;customer;currency;amount;issued_on;due_on\nS1;C1;EUR;38,20;2026-06-15;2026-07-07\n";
    assert_eq!(desk.bring(Kind::Invoices, text).await.tally, tally(1, 1, 0, 0, 0));
    assert_eq!(desk.number("select amount from invoices").await, 3_820);
}

#[tokio::test]
async fn amounts_are_read_by_their_column() {
    let desk = Desk::with_customers().await;
    let text = "number;customer;currency;amount;issued_on;due_on\nR1;C1;EUR;1.355,90;2026-06-15;2026-07-07\n\
                R2;C1;EUR;1.500;2026-06-15;2026-07-07\n";
    assert_eq!(desk.bring(Kind::Invoices, text).await.tally, tally(2, 2, 0, 0, 0));
    assert_eq!(desk.number("select amount from invoices where number = 'R2'").await, 150_000);
    let open = format!("{INVOICES}R3,C1,EUR,1.500,2026-06-15,2026-07-07\nR4,C1,EUR,5,1/2/2026,2026-07-07\n");
    let report = desk.bring(Kind::Invoices, open).await;
    assert_eq!(report.tally, tally(2, 0, 0, 0, 2));
    assert!(refused(&report).iter().all(|row| row.2.contains("can be read in two ways: say in a mapping")));
}

#[tokio::test]
async fn an_instant_is_a_day_where_the_customer_lives() {
    let desk = Desk::new().await;
    let customers = "external_id,name,time_zone\nT1,Berta,Europe/Berlin\nT2,Lou,America/Los_Angeles\n";
    desk.bring(Kind::Customers, customers).await;
    let text = format!(
        "{INVOICES}I1,T1,EUR,5,2025-12-01T08:00:00Z,2025-12-31T23:30:00Z\nI2,T2,USD,5,2025-12-01T08:00:00Z,2026-01-01T06:59:59Z\n"
    );
    assert_eq!(desk.bring(Kind::Invoices, &text).await.tally, tally(2, 2, 0, 0, 0));
    let due = "select issued_on || ' ' || due_on from invoices order by number";
    assert_eq!(desk.texts(due).await, ["2025-12-01 2026-01-01", "2025-12-01 2025-12-31"]);
    assert_eq!(desk.bring(Kind::Invoices, &text).await.tally, tally(2, 0, 0, 2, 0), "the same file again");
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
         2,customer,no customer has the id “=C9”,'@1,'=C9,EUR,-5.00,2026-01-01,2026-02-01,\"'+cmd|' /C calc'!A0, \"\"x\"\"\"\r\n"
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
