//! Files of plans.

use super::{Desk, refused, tally};
use crate::domain::import::Kind;

const OWN: &str = "code,name,currency,monthly_fee,minimum_commitment,charges,open_from,open_until,eligibility\n";
/// All that was told of the plans, in one text each.
const KEPT: &str = "select code || ' ' || name || ' ' || currency || ' ' || monthly_fee || ' ' ||
                           coalesce(cast(minimum_commitment as text), '-') || ' ' || charges || ' ' ||
                           coalesce(open_from, '-') || ' ' || coalesce(open_until, '-') || ' ' ||
                           coalesce(eligibility, '-')
                    from plans order by code";

#[tokio::test]
async fn plans_are_kept_with_what_they_charge() {
    let desk = Desk::new().await;
    let charges = r#""[ {""meter"": ""kWh"", ""charge_model"": ""standard"", ""properties"": {""amount"": 0.250 }} ]""#;
    let text =
        format!("{OWN}home,Home,EUR,0,,,,,\nplus,Plus,JPY,\"1,200\",500,{charges},2026-01-01,2026-12-31,new homes\n");
    let tried = desk.try_to(Kind::Plans, &text, None, true).await.expect("a try");
    assert_eq!(tried.tally, tally(2, 2, 0, 0, 0));
    assert_eq!(desk.number("select count(*) from plans").await, 0);
    assert_eq!(desk.bring(Kind::Plans, &text).await.tally, tally(2, 2, 0, 0, 0));
    let kept = r#"plus Plus JPY 1200 500 [{"meter":"kWh","charge_model":"standard","properties":{"amount":0.250}}] 2026-01-01 2026-12-31 new homes"#;
    assert_eq!(desk.texts(KEPT).await, ["home Home EUR 0 - [] - - -", kept]);
    assert_eq!(desk.bring(Kind::Plans, &text).await.tally, tally(2, 0, 0, 2, 0));
    let denser = text.replace("[ {", "[{").replace("\": ", "\":");
    assert_eq!(desk.bring(Kind::Plans, denser).await.tally, tally(2, 0, 0, 2, 0), "spaces between change nothing");
}

#[tokio::test]
async fn what_a_file_does_not_tell_of_a_plan_stays() {
    let desk = Desk::new().await;
    let charges = r#""[{""meter"":""kWh"",""charge_model"":""dynamic""}]""#;
    desk.bring(Kind::Plans, format!("{OWN}home,Home,EUR,10,5,{charges},2026-01-01,2026-12-31,new homes\n")).await;
    let short = "code,name,currency,monthly_fee\nhome,At home,EUR,12\n";
    assert_eq!(desk.bring(Kind::Plans, short).await.tally, tally(1, 0, 1, 0, 0));
    let kept =
        r#"home At home EUR 1200 500 [{"meter":"kWh","charge_model":"dynamic"}] 2026-01-01 2026-12-31 new homes"#;
    assert_eq!(desk.texts(KEPT).await, [kept]);
    assert_eq!(desk.bring(Kind::Plans, format!("{OWN}home,At home,EUR,12,,,,,\n")).await.tally, tally(1, 0, 1, 0, 0));
    assert_eq!(desk.texts(KEPT).await, ["home At home EUR 1200 - [] - - -"]);
}

#[tokio::test]
async fn bad_plans_are_refused_in_words() {
    let desk = Desk::new().await;
    let twice =
        r#""[{""meter"":""kWh"",""charge_model"":""dynamic""},{""meter"":""kWh"",""charge_model"":""dynamic""}]""#;
    let text = format!(
        "{OWN}a,A,EUR,-1,,,,,\n\
         b,B,EUR,1,,free,,,\n\
         c,C,EUR,1,,{twice},,,\n\
         d,D,EUR,1,,,2026-02-01,2026-01-31,\n\
         e,E,EUR,1,,,,,\n\
         e,E,EUR,2,,,,,\n"
    );
    let report = desk.bring(Kind::Plans, &text).await;
    assert_eq!(report.tally, tally(6, 1, 0, 0, 5));
    assert_eq!(
        refused(&report),
        [
            (2, "monthly_fee", "“-1” is below zero"),
            (3, "charges", "“free” is not a JSON list in brackets, such as []"),
            (4, "charges", "in charge 2, meter kWh has a charge already"),
            (5, "open_until", "it is open until 2026-01-31, before it opens on 2026-02-01"),
            (7, "code", "“e” stands in an earlier row with other values; the earlier row holds"),
        ]
    );
}

#[tokio::test]
async fn a_plan_changes_its_currency_with_all_its_amounts_or_not_at_all() {
    let desk = Desk::with_plans().await;
    let report = desk.bring(Kind::Plans, "code,name,currency,monthly_fee\nbasic,Basic,JPY,10\n").await;
    let words = "the plan “basic” is in EUR here, and its other amounts with it";
    assert_eq!(refused(&report), [(2, "currency", words)]);
    assert_eq!(desk.bring(Kind::Plans, format!("{OWN}basic,Basic,JPY,10,,,,,\n")).await.tally, tally(1, 0, 1, 0, 0));
}

#[tokio::test]
async fn charges_can_be_the_same_for_all_rows() {
    let desk = Desk::new().await;
    let mapping = "code = { column = \"Tariff\" }\nname = { column = \"Tariff\" }\ncurrency = { value = \"EUR\" }\n\
                   monthly_fee = { column = \"Price\", format = \"1.234,56\" }\n\
                   charges = { value = '[{\"meter\": \"kWh\", \"charge_model\": \"standard\", \"properties\": {\"amount\": 1}}]' }\n\
                   open_from = { column = \"From\", format = \"D.M.YYYY\" }\n";
    let text = "Tariff;Price;From\nBasic;1.234;1.2.2026\n";
    let report = desk.try_to(Kind::Plans, text, Some(mapping), false).await.expect("a file");
    assert_eq!(report.tally, tally(1, 1, 0, 0, 0));
    let kept = r#"Basic Basic EUR 123400 - [{"meter":"kWh","charge_model":"standard","properties":{"amount":1}}] 2026-02-01 - -"#;
    assert_eq!(desk.texts(KEPT).await, [kept]);
    let wrong = mapping.replace("{\"amount\": 1}", "{}");
    let refusal = desk.try_to(Kind::Plans, text, Some(&wrong), false).await.expect_err("no amount").to_string();
    assert_eq!(refusal, "charges: in charge 1, properties.amount is missing");
}
