//! An export holds everything of one customer, and nothing of another.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{kinds::KINDS, service};
use crate::{
    error::AppError,
    features::fixture::{Fixture, MIRA, TOM},
    server::db::Conn,
    sql,
};

/// Tables about customers that are in no kind, each with the reason.
const NOT_EXPORTED: &[(&str, &str)] = &[
    ("advice_changes", "a mark that advice is to look again, which holds nothing but the id of the account"),
    (
        "form_answers",
        "what a form was answered with, for the page that shows it: it is gone when it was shown, or after an hour",
    ),
    ("billing_messages", "an act as it is told to billing, which the acts hold already"),
    ("unsubscribe_links", "hashes of links in mails, which hold nothing but the kind of mail"),
];

async fn data(house: &Fixture, customer: &str) -> Value {
    let text = service::json(&house.app, customer).await.expect("an export");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test]
async fn every_table_about_customers_is_in_the_export_or_has_a_reason_not_to_be() {
    let house = Fixture::new().await;
    let there = house.tables_of_customers().await;
    let named: BTreeSet<String> = KINDS
        .iter()
        .filter_map(|kind| kind.query.split_whitespace().skip_while(|word| *word != "from").nth(1))
        .chain(NOT_EXPORTED.iter().map(|(table, _)| *table))
        .map(str::to_owned)
        .collect();
    assert_eq!(there, named, "a table that nobody thought about, or one that is no more");
    let names: BTreeSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
    assert_eq!(names.len(), KINDS.len());
}

#[tokio::test]
async fn an_export_holds_everything_of_one_customer_and_nothing_of_another() {
    let house = Fixture::new().await;
    house.fill(MIRA, "Marigold").await;
    house.fill(TOM, "Thistle").await;
    for (customer, own, others) in [(MIRA, "Marigold", "Thistle"), (TOM, "Thistle", "Marigold")] {
        let data = data(&house, customer).await;
        for kind in KINDS {
            let things = data[kind.name].as_array().unwrap_or_else(|| panic!("{} is no list", kind.name));
            assert!(!things.is_empty(), "{} is empty", kind.name);
            for thing in things {
                let fields: BTreeSet<&str> = thing.as_object().expect("fields").keys().map(String::as_str).collect();
                assert_eq!(fields, kind.columns.iter().map(|(name, _)| *name).collect(), "{}", kind.name);
            }
            let table = service::csv(&house.app, customer, kind.name).await.expect("a table");
            assert_eq!(table.lines().count(), things.len() + 1, "{table}");
            assert!(!table.contains(others), "{table}");
        }
        assert!(data["acts"][0].get("seen_at").is_some(), "when they first saw an answer");
        let text = data.to_string();
        assert!(text.contains(own) && !text.contains(others), "{text}");
        assert_eq!(data["requests"].as_array().map(Vec::len), Some(2));
        assert_eq!(data["notices"].as_array().map(Vec::len), Some(2));
    }
    let data = data(&house, MIRA).await;
    assert_eq!(data["bills"][0]["amount"], "38.20");
    assert_eq!(data["payments"][0]["amount"], "10.05");
    assert_eq!(data["usage"][0]["quantity"], "1.25");
    assert_eq!(data["guarantees"][0]["owed"], "0.25");
    assert_eq!(data["notices"][0]["evidence"]["mark"], "Marigold");
    assert_eq!(data["notices"][0]["rule_version"], 1);
    assert_eq!(data["remembered"][0]["is_off_limits"], false);
    assert_eq!(data["remembered"][0]["noted_at"], "1970-01-01T00:00:00Z");
    assert_eq!(data["remembered"].as_array().map(Vec::len), Some(1), "what is forgotten is not in it");
    assert_eq!(data["bills"][0]["disputed_on"], Value::Null);
    let text = data.to_string();
    assert!(!text.contains("th-mira") && !text.contains("tl-mira"), "no hash that opens a door");
}

#[tokio::test]
async fn everything_is_in_it_and_not_only_a_page() {
    let house = Fixture::new().await;
    house
        .write(async |conn: &mut Conn<'_>| {
            let text = "with recursive days(n) as (select 0 union all select n + 1 from days where n < 2999)
                        insert into usage (customer_id, meter, used_on, quantity, created_at, updated_at)
                        select 'mira', 'm' || n, '2026-01-01', n, 0, 0 from days";
            sql!(conn, execute, text)
        })
        .await;
    assert_eq!(data(&house, MIRA).await["usage"].as_array().map(Vec::len), Some(3_000));
    assert_eq!(service::csv(&house.app, MIRA, "usage").await.map(|table| table.lines().count()), Ok(3_001));
    assert_eq!(data(&house, TOM).await["usage"], serde_json::json!([]));
}

#[tokio::test]
async fn no_cell_of_a_table_becomes_a_formula_and_no_text_breaks_the_export() {
    let house = Fixture::new().await;
    for (at, words) in ["=1+1", "@now", "say \"hi\",\r\n\u{202e}مرحبا </script>\u{7}"].into_iter().enumerate() {
        house
            .write(async |conn: &mut Conn<'_>| {
                let text = "insert into remembered_facts (id, customer_id, words, source, noted_at, noted_by_name,
                                                          noted_by_customer)
                            values ($1, 'mira', $2, 'call', 0, '+Jonas', false)";
                sql!(conn, execute, text, format!("f{at}"), words)
            })
            .await;
    }
    let table = service::csv(&house.app, MIRA, "remembered").await.expect("a table");
    for cell in ["'=1+1", "'@now", "'+Jonas", "\"say \"\"hi\"\",\r\n"] {
        assert!(table.contains(cell), "{cell} is not in {table}");
    }
    assert!(!table.contains(",=1") && !table.contains(",@now") && !table.contains(",+J"), "{table}");
    let data = data(&house, MIRA).await;
    assert_eq!(data["remembered"][2]["words"], "say \"hi\",\r\n\u{202e}مرحبا </script>\u{7}");
}

#[tokio::test]
async fn an_unknown_kind_is_not_found() {
    let house = Fixture::new().await;
    for name in ["", "people", "../bills", "\0"] {
        assert_eq!(service::csv(&house.app, MIRA, name).await, Err(AppError::NotFound), "{name:?}");
    }
    let tables = service::my_data(&house.app, MIRA).await.expect("the list").tables;
    assert_eq!(tables.len(), KINDS.len());
}
