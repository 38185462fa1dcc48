//! Files of other companies' products.

use super::{Desk, refused, tally};
use crate::domain::import::Kind;

const OWN: &str = "provider,product,currency,monthly_fee,charges,eligibility,source,checked_on,open_until\n";
const KEPT: &str = "select provider || ' ' || product || ' ' || currency || ' ' ||
                           coalesce(cast(monthly_fee as text), '-') || ' ' || charges || ' ' ||
                           coalesce(eligibility, '-') || ' ' || source || ' ' || checked_on || ' ' ||
                           coalesce(open_until, '-')
                    from competitors order by provider, product";

#[tokio::test]
async fn a_product_is_kept_with_where_its_price_was_read() {
    let desk = Desk::new().await;
    let charges = r#""[{""meter"": ""kWh"", ""charge_model"": ""standard"", ""properties"": {""amount"": ""0.2""}}]""#;
    let text = format!(
        "{OWN}Other,Saver,EUR,0,{charges},under 26,other.example,2026-11-01,2026-12-31\n\
         Other,Unknown,EUR,,,,a letter,2026-11-01,\n\
         Third,Saver,GBP,9.99,,,third.example,2026-11-01,\n"
    );
    assert_eq!(desk.bring(Kind::Competitors, &text).await.tally, tally(3, 3, 0, 0, 0));
    assert_eq!(desk.bring(Kind::Competitors, &text).await.tally, tally(3, 0, 0, 3, 0));
    assert_eq!(
        desk.texts(KEPT).await,
        [
            r#"Other Saver EUR 0 [{"meter":"kWh","charge_model":"standard","properties":{"amount":"0.2"}}] under 26 other.example 2026-11-01 2026-12-31"#,
            "Other Unknown EUR - [] - a letter 2026-11-01 -",
            "Third Saver GBP 999 [] - third.example 2026-11-01 -",
        ]
    );
    let again = "provider,product,currency,monthly_fee,source,checked_on\nThird,Saver,GBP,,third.example,2026-11-15\n";
    assert_eq!(desk.bring(Kind::Competitors, again).await.tally, tally(1, 0, 1, 0, 0));
    assert_eq!(desk.texts(KEPT).await[2], "Third Saver GBP - [] - third.example 2026-11-15 -");
}

#[tokio::test]
async fn bad_products_are_refused_in_words() {
    let desk = Desk::new().await;
    let text = format!(
        "{OWN}Other,A,EUR,1,,,,2026-11-01,\n\
         Other,B,EUR,-1,,,a letter,2026-11-01,\n\
         Other,C,EUR,1,{{}},,a letter,2026-11-01,\n\
         Other,D,EUR,1,,,a letter,,\n\
         Other,E,EUR,1,,,a letter,2026-11-01,\n\
         Other,E,EUR,2,,,a letter,2026-11-01,\n"
    );
    let report = desk.bring(Kind::Competitors, text).await;
    assert_eq!(report.tally, tally(6, 1, 0, 0, 5));
    assert_eq!(
        refused(&report),
        [
            (2, "source", "this is empty, and it is needed"),
            (3, "monthly_fee", "“-1” is below zero"),
            (4, "charges", "“{}” is not a JSON list in brackets, such as []"),
            (5, "checked_on", "this is empty, and it is needed"),
            (7, "product", "“E” stands in an earlier row with other values; the earlier row holds"),
        ]
    );
    let other = "provider,product,currency,source,checked_on\nOther,E,GBP,a letter,2026-11-01\n";
    let words = "the product “E” is in EUR here, and its other amounts with it";
    assert_eq!(refused(&desk.bring(Kind::Competitors, other).await), [(2, "currency", words)]);
}

#[tokio::test]
async fn there_is_no_commission_to_bring_in() {
    let desk = Desk::new().await;
    let text = "provider,product,currency,source,checked_on,commission\nOther,A,EUR,a letter,2026-11-01,5\n";
    assert_eq!(desk.bring(Kind::Competitors, text).await.tally, tally(1, 1, 0, 0, 0), "the column is left alone");
    let mapping = "provider = { column = \"provider\" }\nproduct = { column = \"product\" }\ncurrency = { column = \"currency\" }\n\
                   source = { column = \"source\" }\nchecked_on = { column = \"checked_on\" }\ncommission = { column = \"commission\" }\n";
    let refusal =
        desk.try_to(Kind::Competitors, text, Some(mapping), false).await.expect_err("no such field").to_string();
    assert!(refusal.starts_with("commission: there is no field of this name"), "{refusal}");
}
