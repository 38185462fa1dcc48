//! Files of every sort, brought into both databases.

use std::path::{Path, PathBuf};

use axum::{
    body::Body,
    http::{Request, header},
};
use candor::{
    domain::import::{Kind, Tally},
    features::imports::{
        local::{LocalFile, bring_in, read_mapping},
        run::{KEPT_ERRORS, Report, RunProblem},
        service,
    },
    server::{clock::Clock, db::Conn},
    sql,
};

use crate::support::{Answer, Browser, TestApp, on_both};

/// An app with a folder for files beside it.
struct Desk {
    app: TestApp,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new(app: TestApp) -> Self {
        Self { app, folder: tempfile::tempdir().unwrap() }
    }

    /// One with customers C1, C2 and C3.
    async fn with_customers(app: TestApp) -> Self {
        let desk = Self::new(app);
        desk.bring(Kind::Customers, "external_id,name\nC1,Mira\nC2,Omar\nC3,Ana\n").await;
        desk
    }

    async fn bring(&self, kind: Kind, text: impl AsRef<[u8]>) -> Report {
        self.try_to(kind, text, None, false).await.unwrap()
    }

    async fn refusal(&self, kind: Kind, text: impl AsRef<[u8]>) -> String {
        self.try_to(kind, text, None, false).await.unwrap_err().to_string()
    }

    async fn try_to(
        &self,
        kind: Kind,
        text: impl AsRef<[u8]>,
        mapping: Option<&str>,
        is_dry_run: bool,
    ) -> Result<Report, RunProblem> {
        let path = self.folder.path().join("file.csv");
        std::fs::write(&path, text).unwrap();
        self.read(kind, &path, mapping, is_dry_run).await
    }

    async fn read(
        &self,
        kind: Kind,
        path: &Path,
        mapping: Option<&str>,
        is_dry_run: bool,
    ) -> Result<Report, RunProblem> {
        let mapping = mapping.map(|text| read_mapping(text).unwrap());
        let file = LocalFile { kind, path, mapping: mapping.as_ref(), time_zone: "Europe/Dublin", is_dry_run };
        bring_in(&self.app.state.db, Clock::default(), file, |_, _| {}).await
    }

    async fn number(&self, text: &'static str) -> i64 {
        let mut conn = self.app.state.db.reader().await.unwrap();
        read_number(&mut conn, text).await.unwrap()
    }

    async fn texts(&self, text: &'static str) -> Vec<String> {
        let mut conn = self.app.state.db.reader().await.unwrap();
        read_texts(&mut conn, text).await.unwrap()
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
    on_both(|app| async move {
        let desk = Desk::with_customers(app).await;
        let invoices = format!("{INVOICES}7,C1,EUR,12.50,2026-01-01,2026-02-01\n8,C2,EUR,1,2026-01-01,2026-02-01\n");
        assert_eq!(desk.bring(Kind::Invoices, &invoices).await.tally, tally(2, 2, 0, 0, 0));
        assert_eq!(desk.bring(Kind::Invoices, &invoices).await.tally, tally(2, 0, 0, 2, 0));
        let payments = "invoice,reference,amount,paid_on\n7,P1,5,2026-01-20\n7,P2,7.50,2026-01-21\n";
        assert_eq!(desk.bring(Kind::Payments, payments).await.tally, tally(2, 2, 0, 0, 0));
        assert_eq!(desk.bring(Kind::Payments, payments).await.tally, tally(2, 0, 0, 2, 0));
    })
    .await;
}

#[tokio::test]
async fn what_changed_is_updated_and_what_is_not_told_stays() {
    on_both(|app| async move {
        let desk = Desk::new(app);
        desk.bring(Kind::Customers, "external_id,name,country,time_zone\nC1,Mira,IE,europe/london\nC2,Omar,,\n").await;
        let report = desk.bring(Kind::Customers, "name,external_id\nMira Kovac,C1\nOmar,C2\n").await;
        assert_eq!(report.tally, tally(2, 0, 1, 1, 0));
        let text = "select name || ' ' || coalesce(country, '-') || ' ' || time_zone from customers
                    where external_id like 'C_' order by external_id";
        assert_eq!(desk.texts(text).await, ["Mira Kovac IE Europe/London", "Omar - Europe/Dublin"]);
        desk.bring(Kind::Invoices, format!("{INVOICES}7,C1,EUR,12.50,2026-01-01,2026-02-01\n")).await;
        let with_dispute =
            "number,customer,currency,amount,issued_on,due_on,disputed\n7,C1,EUR,13,2026-01-01,2026-02-01,yes\n";
        assert_eq!(desk.bring(Kind::Invoices, with_dispute).await.tally, tally(1, 0, 1, 0, 0));
        desk.bring(Kind::Invoices, format!("{INVOICES}7,C1,EUR,14,2026-01-01,2026-02-01\n")).await;
        assert_eq!(
            desk.texts("select disputed_on || ' ' || amount from invoices where number = '7'").await,
            ["2026-01-01 1400"]
        );
    })
    .await;
}

#[tokio::test]
async fn bad_rows_are_listed_and_good_rows_are_kept() {
    on_both(|app| async move {
        let desk = Desk::with_customers(app).await;
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
        let first = desk.try_to(Kind::Invoices, text, None, true).await.unwrap();
        assert_eq!(desk.number("select count(*) from invoices where number in ('1', '9')").await, 0);
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
    })
    .await;
}

#[tokio::test]
async fn a_number_of_one_customer_is_not_taken_by_another() {
    on_both(|app| async move {
        let desk = Desk::with_customers(app).await;
        desk.bring(Kind::Invoices, format!("{INVOICES}7,C1,EUR,12.50,2026-01-01,2026-02-01\n")).await;
        let report = desk.bring(Kind::Invoices, format!("{INVOICES}7,C2,EUR,12.50,2026-01-01,2026-02-01\n")).await;
        assert_eq!(refused(&report), [(2, "number", "the invoice “7” belongs to another customer")]);
        let report = desk.bring(Kind::Payments, "invoice,reference,amount,paid_on\n8,P1,5,2026-01-20\n").await;
        assert_eq!(refused(&report), [(2, "invoice", "no invoice has the number “8”")]);
    })
    .await;
}

#[tokio::test]
async fn a_customer_with_an_address_can_sign_in_and_nobody_else_with_it() {
    on_both(|app| async move {
        let desk = Desk::new(app);
        let text =
            "external_id,name,email\nC1,Mira,Mira@Example.com\nC2,Omar,mira@example.com\nC3,Ana,nobody\nC4,Jo,\n";
        let tried = desk.try_to(Kind::Customers, text, None, true).await.unwrap();
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
        let people = "select email || ' ' || people.name || ' ' || role from people
                      where email like '%@example.com' order by email";
        assert_eq!(desk.texts(people).await, ["mira@example.com Mira customer"]);
        let moved = desk.bring(Kind::Customers, "external_id,name,email\nC1,Mira K,mk@example.com\n").await;
        assert_eq!(moved.tally, tally(1, 0, 1, 0, 0));
        assert_eq!(desk.texts(people).await, ["mk@example.com Mira K customer"]);
    })
    .await;
}

#[tokio::test]
async fn letters_are_read_in_the_encoding_of_the_file() {
    on_both(|app| async move {
        let desk = Desk::new(app);
        let text = "external_id\tname\nC1\tKovač é\n";
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        assert_eq!(desk.bring(Kind::Customers, wide).await.tally, tally(1, 1, 0, 0, 0));
        assert_eq!(desk.texts("select name from customers where external_id = 'C1'").await, ["Kovač é"]);
        for bytes in [marked, text.as_bytes().to_vec()] {
            assert_eq!(desk.bring(Kind::Customers, bytes).await.tally, tally(1, 0, 0, 1, 0));
        }
        desk.bring(Kind::Customers, b"external_id;name\nC2;Ren\xe9e \x80\n").await;
        assert_eq!(desk.texts("select name from customers where external_id = 'C2'").await, ["Renée €"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_table_is_refused_in_words() {
    on_both(|app| async move {
        let desk = Desk::new(app);
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
    })
    .await;
}

#[tokio::test]
async fn an_open_quote_costs_one_row() {
    on_both(|app| async move {
        let desk = Desk::new(app);
        let report = desk.bring(Kind::Customers, "external_id,name\nC1,\"Mira\nC2,Omar\nC3,Ana\n").await;
        assert_eq!(report.tally, tally(3, 2, 0, 0, 1));
        assert_eq!(refused(&report), [(2, "", "a quote is opened in this row and never closed")]);
        let long = format!("external_id,name\nC4,\"{}\nC5,Jo\n", "x\n".repeat(700_000));
        let report = desk.bring(Kind::Customers, long).await;
        assert_eq!(refused(&report)[0], (2, "", "this row is longer than a megabyte; a quote may not be closed"));
        assert_eq!(report.tally.created, 1);
    })
    .await;
}

#[tokio::test]
async fn many_rows_are_counted_and_the_first_refused_are_kept() {
    on_both(|app| async move {
        let desk = Desk::with_customers(app).await;
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
    })
    .await;
}

#[tokio::test]
async fn no_cell_of_the_refused_rows_becomes_a_formula() {
    on_both(|app| async move {
        let desk = Desk::with_customers(app).await;
        let text = "number,customer,currency,amount,issued_on,due_on,=memo\n\
                @1,=C9,EUR,-5.00,2026-01-01,2026-02-01,\"+cmd|' /C calc'!A0, \"\"x\"\"\"\n";
        desk.bring(Kind::Invoices, text).await;
        let id = desk.texts("select id from imports where kind = 'invoices'").await.remove(0);
        let (name, exported) = service::refused_rows(&desk.app.state.db, &id).await.unwrap();
        assert_eq!(name, "file.csv");
        assert_eq!(
            exported,
            "line,column,reason,number,customer,currency,amount,issued_on,due_on,'=memo\r\n\
         2,amount,“-5.00” is below zero,'@1,'=C9,EUR,-5.00,2026-01-01,2026-02-01,\"'+cmd|' /C calc'!A0, \"\"x\"\"\"\r\n"
        );
    })
    .await;
}

#[tokio::test]
async fn an_import_nobody_reads_any_more_has_failed() {
    on_both(|app| async move {
        let desk = Desk::with_customers(app).await;
        let silent = "update imports set state = 'running', heartbeat_at = 1000";
        let work = async |conn: &mut Conn<'_>| sql!(conn, execute, silent);
        assert_eq!(desk.app.state.db.write(work).await.unwrap(), 1);
        service::settle_interrupted(&desk.app.state).await.unwrap();
        assert_eq!(
            desk.texts("select state || ': ' || failure from imports").await,
            ["failed: The program stopped while reading. Start it again; rows already kept stay."]
        );
    })
    .await;
}

#[tokio::test]
async fn the_real_file_gives_customers_invoices_and_payments() {
    on_both(|app| async move {
        let shared = std::env::var_os("CANDOR_SHARED_DATA")
            .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")), PathBuf::from);
        let path = shared.join("ibm_accounts_receivable.csv");
        if !path.exists() {
            eprintln!("skipped: {} is not here", path.display());
            return;
        }
        let desk = Desk::new(app);
        let files = [
            (Kind::Customers, include_str!("../examples/mappings/ibm-customers.toml"), 100),
            (Kind::Invoices, include_str!("../examples/mappings/ibm-invoices.toml"), 2_466),
            (Kind::Payments, include_str!("../examples/mappings/ibm-payments.toml"), 2_466),
        ];
        for (kind, mapping, created) in files {
            let report = desk.read(kind, &path, Some(mapping), false).await.unwrap();
            assert_eq!(report.tally, tally(2_466, created, 0, 2_466 - created, 0), "{kind}");
        }
        for (kind, mapping, _) in files {
            let report = desk.read(kind, &path, Some(mapping), false).await.unwrap();
            assert_eq!(report.tally, tally(2_466, 0, 0, 2_466, 0), "{kind}");
        }
        assert_eq!(
            desk.number("select cast(sum(amount) as bigint) from invoices where currency = 'USD'").await,
            14_770_318
        );
        assert_eq!(
            desk.number("select count(*) from invoices where currency = 'USD' and disputed_on is not null").await,
            561
        );
        let open = "select count(*) from invoices where currency = 'USD' and issued_on <= '2012-06-30' and not exists
                (select 1 from payments where invoice_id = invoices.id and paid_on <= '2012-06-30')";
        assert_eq!(desk.number(open).await, 98);
    })
    .await;
}

/// A file as a browser uploads it.
async fn upload(browser: &mut Browser, kind: &str, name: &str, bytes: &[u8]) -> Answer {
    let part = |head: String| format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n");
    let mut body = part("name=\"kind\"".to_owned()).into_bytes();
    body.extend_from_slice(kind.as_bytes());
    body.extend_from_slice(b"\r\n");
    body.extend_from_slice(part(format!("name=\"file\"; filename=\"{name}\"")).as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    let request = Request::post("/admin/import")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .body(Body::from(body))
        .unwrap();
    browser.send(request).await
}

/// The page of an import once it is read.
async fn read_to_its_end(browser: &mut Browser, page: &str) -> String {
    for _ in 0..200 {
        let answer = browser.get(page).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        if !answer.body.contains("Look again") {
            return answer.body;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("{page} is never read to its end");
}

#[tokio::test]
async fn an_admin_uploads_matches_tries_and_brings_in() {
    on_both(|app| async move {
        let mut admin = app.signed_in("admin@demo.example").await;
        let file = b"id;name;memo\nU1;Una;=1+1\nU2;;x\n";
        let mapping = upload(&mut admin, "customers", "../up.csv", file).await.location().to_owned();
        let page = admin.get(&mapping).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("Match the columns of up.csv"), "{}", page.body);
        let id = mapping.trim_start_matches("/admin/import/").trim_end_matches("/mapping").to_owned();
        let choose = |act: &'static str, column: &'static str| {
            [("id", id.clone()), ("act", act.to_owned()), ("fields[name][column]", "name".to_owned())]
                .into_iter()
                .chain([("fields[external_id][column]", column.to_owned())])
                .collect::<Vec<_>>()
        };
        let send = async |admin: &mut Browser, act, column| {
            let form = choose(act, column);
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            admin.submit(&mapping, "/api/imports/match_columns", &form).await
        };
        let refused = send(&mut admin, "try", "").await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("Customer id: This is read from no column yet"), "{}", refused.body);
        assert_eq!(send(&mut admin, "try", "id").await.status, 200);
        let result = format!("/admin/import/{id}");
        let tried = read_to_its_end(&mut admin, &result).await;
        assert!(tried.contains("Nothing was booked") && tried.contains("this is empty, and it is needed"), "{tried}");
        assert!(admin.get(&format!("{result}/mapping.toml")).await.body.contains("external_id = { column = \"id\" }"));
        let refused = admin.get(&format!("{result}/rejected.csv")).await;
        assert_eq!(
            refused.body,
            "line,column,reason,id,name,memo\r\n3,name,\"this is empty, and it is needed\",U2,,x\r\n"
        );
        assert_eq!(admin.submit(&result, "/api/imports/bring_in", &[("id", &id)]).await.status, 200);
        let done = read_to_its_end(&mut admin, &result).await;
        assert!(done.contains("The other rows are in") && !done.contains("Bring it in"), "{done}");
        assert!(admin.get("/admin/import").await.body.contains("up.csv"));
        let desk = Desk::new(app);
        assert_eq!(desk.texts("select name from customers where external_id like 'U_'").await, ["Una"]);
    })
    .await;
}

#[tokio::test]
async fn only_admins_upload_and_download() {
    let app = TestApp::new().await;
    let file = b"external_id,name\nU1,Una\n";
    assert_eq!(upload(&mut app.browser(), "customers", "up.csv", file).await.location(), "/sign-in");
    for email in ["customer@demo.example", "staff@demo.example"] {
        let mut browser = app.signed_in(email).await;
        assert_eq!(upload(&mut browser, "customers", "up.csv", file).await.status, 403);
        for path in
            ["/admin/import/x/rejected.csv", "/admin/import/x/mapping.toml", "/admin/import/template/invoices.csv"]
        {
            assert_eq!(browser.get(path).await.status, 403, "{path} as {email}");
        }
    }
    let mut admin = app.signed_in("admin@demo.example").await;
    assert_eq!(admin.get("/admin/import/x/rejected.csv").await.status, 404);
    assert!(admin.get("/admin/import/template/invoices.csv").await.body.starts_with("number,customer,"));
}

#[tokio::test]
async fn an_upload_that_is_no_table_is_refused_on_the_page() {
    let app = TestApp::new().await;
    let mut admin = app.signed_in("admin@demo.example").await;
    for (kind, name, bytes, words) in [
        ("invoices", "a.csv", &b""[..], "This file is empty."),
        ("invoices", "a.png", &b"\x89PNG\r\n\x1a\n\0\0"[..], "This file is not a table of text"),
        ("plans", "a.csv", &b"id\n1\n"[..], "Choose one of the list."),
        ("invoices", "", &b""[..], "This is needed."),
    ] {
        let leads_to = upload(&mut admin, kind, name, bytes).await.location().to_owned();
        let page = admin.get(&leads_to).await;
        assert_eq!(page.status, 422, "{leads_to}");
        assert!(page.body.contains(words), "{leads_to}");
    }
    let count = async |conn: &mut Conn<'_>| sql!(conn, scalar as i64, "select count(*) from imports");
    assert_eq!(app.state.db.write(count).await.unwrap(), 0);
}
