//! Files of customers.

use super::{Desk, refused, tally, warned};
use crate::{domain::import::Kind, server::db::Conn, sql};

#[tokio::test]
async fn a_customer_with_an_address_can_sign_in_and_nobody_else_with_it() {
    let desk = Desk::new().await;
    let text = "external_id,name,email\nC1,Mira,Mira@Example.com\nC2,Omar,mira@example.com\nC3,Ana,nobody\nC4,Jo,\n";
    let tried = desk.try_to(Kind::Customers, text, None, true).await.expect("a try");
    let report = desk.bring(Kind::Customers, text).await;
    assert_eq!(report.tally, tally(4, 4, 0, 0, 0));
    assert_eq!(tried.warnings, report.warnings);
    let taken =
        "somebody else signs in with mira@example.com already; the customer is kept, and nobody signs in for them";
    assert_eq!(
        warned(&report),
        [(3, "email", taken), (4, "email", "“nobody” is not an e-mail address, such as mira@example.com")]
    );
    assert_eq!(desk.number("select count(*) from import_errors where costs = 'cell'").await, 2);
    assert_eq!(desk.number("select rows_warned from imports").await, 2);
    assert_eq!(desk.bring(Kind::Customers, text).await.tally, tally(4, 0, 0, 4, 0));
    let people = "select email || ' ' || people.name || ' ' || role from people order by email";
    assert_eq!(desk.texts(people).await, ["mira@example.com Mira customer"]);
    let moved = desk.bring(Kind::Customers, "external_id,name,email\nC1,Mira K,mk@example.com\n").await;
    assert_eq!(moved.tally, tally(1, 0, 1, 0, 0));
    assert_eq!(desk.texts(people).await, ["mk@example.com Mira K customer"]);
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
async fn who_was_erased_is_not_brought_back_by_a_file() {
    let desk = Desk::new().await;
    let text = "external_id,name,email\nC1,Mira,mira@example.com\n";
    desk.bring(Kind::Customers, text).await;
    desk.db
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "delete from people")?;
            sql!(conn, execute, "update customers set name = 'Erased customer', email = null, erased_at = 1")
        })
        .await
        .expect("erased");
    assert_eq!(desk.bring(Kind::Customers, text).await.tally, tally(1, 0, 0, 1, 0));
    assert_eq!(desk.texts("select name || coalesce(email, '') from customers").await, ["Erased customer"]);
    assert!(desk.texts("select email from people").await.is_empty());
}

#[tokio::test]
async fn what_a_customer_chose_themselves_survives_a_file() {
    let desk = Desk::new().await;
    let text = "external_id,name,preferred_name,time_zone\nC1,Mira Kovač,M,Europe/Zagreb\nC2,Omar,O,Europe/Zagreb\n";
    desk.bring(Kind::Customers, text).await;
    let choose =
        "update customers set preferred_name = null, chose_name_at = 1, time_zone = 'Asia/Tokyo', chose_zone_at = 1
                  where external_id = 'C1'";
    desk.db.write(async |conn: &mut Conn<'_>| sql!(conn, execute, choose)).await.expect("a choice");
    let known =
        "select name || ' ' || coalesce(preferred_name, '-') || ' ' || time_zone from customers order by external_id";
    assert_eq!(desk.bring(Kind::Customers, text).await.tally, tally(2, 0, 0, 2, 0), "the same file again");
    let other = "external_id,name,preferred_name,time_zone\nC1,Mira K,Mi,Europe/Dublin\nC2,Omar,Om,Europe/Dublin\n";
    assert_eq!(desk.bring(Kind::Customers, other).await.tally, tally(2, 0, 2, 0, 0));
    assert_eq!(desk.texts(known).await, ["Mira K - Asia/Tokyo", "Omar Om Europe/Dublin"]);
    let wrong = desk.bring(Kind::Customers, "external_id,name,time_zone\nC1,Mira K,Nowhere\n").await;
    assert_eq!(wrong.tally, tally(1, 0, 0, 1, 0), "a zone that is none changes nothing, and is told all the same");
    assert_eq!(warned(&wrong)[0].1, "time_zone");
}

#[tokio::test]
async fn the_first_of_several_addresses_is_kept_and_none_loses_the_customer() {
    let desk = Desk::new().await;
    let text = "external_id,name,email,time_zone\n\
                E1,Tall Oaks,\"ap@tall.example, owner@tall.example\",Europe/London\n\
                E2,Low Field,ap@low.example;owner@low.example,Nowhere\n\
                E3,Nina Roy,Nina Roy <nina@roy.example>,\n\
                E4,No Mail,n/a,\n";
    let report = desk.bring(Kind::Customers, text).await;
    assert_eq!(report.tally, tally(4, 4, 0, 0, 0));
    let told: Vec<(i64, &str)> = warned(&report).iter().map(|(line, column, _)| (*line, *column)).collect();
    assert_eq!(told, [(2, "email"), (3, "email"), (3, "time_zone"), (5, "email")]);
    assert!(warned(&report)[0].2.ends_with("more than one e-mail address; ap@tall.example is kept"));
    let kept = "select coalesce(email, '-') || ' ' || time_zone from customers order by external_id";
    assert_eq!(
        desk.texts(kept).await,
        [
            "ap@tall.example Europe/London",
            "ap@low.example Europe/Dublin",
            "nina@roy.example Europe/Dublin",
            "- Europe/Dublin"
        ]
    );
}

#[tokio::test]
async fn an_address_that_billing_changes_or_takes_away_closes_the_old_door() {
    let desk = Desk::new().await;
    desk.bring(
        Kind::Customers,
        "external_id,name,email\nC1,Mira,a@example.com\nC2,Omar,b@example.com\nC3,Ana,c@example.com\n",
    )
    .await;
    for text in [
        "insert into sessions (token_hash, id, person_id, data, created_at, last_seen_at, expires_at)
         select 's-' || email, id, id, '{}', 0, 0, 9 from people",
        "insert into sign_in_links (token_hash, person_id, created_at, expires_at) select 'l-' || email, id, 0, 9 from people",
    ] {
        desk.db.write(async |conn: &mut Conn<'_>| sql!(conn, execute, text)).await.expect("rows");
    }
    desk.bring(Kind::Customers, "external_id,name,email\nC1,Mira,new@example.com\nC2,Omar,\nC3,Ana D,c@example.com\n")
        .await;
    let texts = async |text: &'static str| desk.texts(text).await;
    assert_eq!(texts("select email from people order by email").await, ["c@example.com", "new@example.com"]);
    assert_eq!(texts("select token_hash from sessions").await, ["s-c@example.com"], "another name ends nothing");
    assert_eq!(texts("select token_hash from sign_in_links").await, ["l-c@example.com"]);
    desk.bring(Kind::Customers, "external_id,name,email\nC2,Omar,b@example.com\n").await;
    assert_eq!(
        texts("select email from people order by email").await,
        ["b@example.com", "c@example.com", "new@example.com"]
    );
}

#[tokio::test]
async fn a_name_or_a_number_stands_on_one_line_and_something_of_it_is_seen() {
    let desk = Desk::new().await;
    let text = "external_id,name,preferred_name,email\n\
                N1,\"Mira\r\nKovač\",,\n\
                \"N\t2\",Omar,,\n\
                N3,Ana \u{202e}oiD,,\n\
                N4,\u{3164}\u{200b},,\n\
                N5,Ida Ek,\"I\nE\",\"ida@example.com\nek@example.com\"\n\
                N6,مي\u{200c}خواهم,\u{2800},\n";
    let report = desk.bring(Kind::Customers, text).await;
    assert_eq!(report.tally, tally(6, 4, 0, 0, 2));
    let columns: Vec<&str> = refused(&report).iter().map(|(_, column, _)| *column).collect();
    assert_eq!(columns, ["name", "name"]);
    let lost: Vec<&str> = warned(&report).iter().map(|(_, column, _)| *column).collect();
    assert_eq!(lost, ["email", "preferred_name"], "what a row is as good without costs itself alone");
    let mut kept = desk.texts("select external_id || ':' || name from customers").await;
    kept.sort();
    assert_eq!(kept, ["N 2:Omar", "N1:Mira Kovač", "N5:Ida Ek", "N6:مي\u{200c}خواهم"]);
    // A bill's number with a line break would stand as two lines wherever it is told.
    let bills = "number,customer,currency,amount,issued_on,due_on\n\
                 \"B\n1\",N5,EUR,12.00,2026-11-06,2026-12-05\nB2,N5,EUR,12.00,2026-11-06,2026-12-05\n";
    assert_eq!(desk.bring(Kind::Invoices, bills).await.tally, tally(2, 2, 0, 0, 0));
    assert_eq!(desk.texts("select number from invoices where number like '% %'").await, ["B 1"]);
}
