//! Files that come in by the pages, on both databases.

use axum::{
    body::Body,
    http::{Request, header},
};
use candor::{server::db::Conn, sql};

use crate::support::{Answer, Browser, TestApp, on_both};

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
        let names = async |conn: &mut Conn<'_>| {
            sql!(conn, scalars as String, "select name from customers where external_id like 'U_'")
        };
        assert_eq!(app.state.db.write(names).await.unwrap(), ["Una"]);
    })
    .await;
}

#[tokio::test]
async fn a_column_that_can_be_read_in_two_ways_is_asked_about() {
    let app = TestApp::new().await;
    let mut admin = app.signed_in("admin@demo.example").await;
    let file = b"Nr;Kunde;Betrag;Datum;Faellig\n7;H-1001;1.500;7/1/2026;8/1/2026\n";
    let mapping = upload(&mut admin, "invoices", "asked.csv", file).await.location().to_owned();
    let id = mapping.trim_start_matches("/admin/import/").trim_end_matches("/mapping").to_owned();
    let chosen = [
        ("id", id.as_str()),
        ("fields[number][column]", "Nr"),
        ("fields[customer][column]", "Kunde"),
        ("fields[currency][value]", "EUR"),
        ("fields[amount][column]", "Betrag"),
        ("fields[issued_on][column]", "Datum"),
        ("fields[due_on][column]", "Faellig"),
    ];
    let with = |more: &[(&'static str, &'static str)]| [&chosen[..], more].concat();
    let asked = admin.submit(&mapping, "/api/imports/match_columns", &with(&[("act", "try")])).await;
    assert_eq!(asked.status, 422);
    for field in ["Amount", "Issued on", "Due on"] {
        assert!(
            asked.body.contains(&format!("{field}: This column can be read in two ways")),
            "{field}: {}",
            asked.body
        );
    }
    let told = with(&[
        ("act", "remember"),
        ("fields[amount][format]", "1.234,56"),
        ("fields[issued_on][format]", "M/D/YYYY"),
        ("fields[due_on][format]", "M/D/YYYY"),
    ]);
    assert_eq!(admin.submit(&mapping, "/api/imports/match_columns", &told).await.status, 200);
    let page = admin.get(&mapping).await.body;
    assert!(page.contains("read as €1,500.00") && page.contains("read as 1 July 2026"), "{page}");
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
        ("cats", "a.csv", &b"id\n1\n"[..], "Choose one of the list."),
        ("invoices", "", &b""[..], "This is needed."),
    ] {
        let leads_to = upload(&mut admin, kind, name, bytes).await.location().to_owned();
        let page = admin.get(&leads_to).await;
        assert_eq!(page.status, 422, "{leads_to}");
        assert!(page.body.contains(words), "{leads_to}");
    }
    let by_link = admin.get("/admin/import?problem=empty&kind=invoices").await;
    assert!(by_link.status == 200 && !by_link.body.contains("class=\"errors\""), "no link says what was not so");
    let count = async |conn: &mut Conn<'_>| sql!(conn, scalar as i64, "select count(*) from imports");
    assert_eq!(app.state.db.write(count).await.unwrap(), 0);
}
