//! Numbers that other systems publish, read where the shared data folder exists.

use serde_json::value::RawValue;

use crate::decimal::Decimal;
use crate::fields::{Fields, read_decimal};
use crate::test_shared_data::shared_data;

use super::line::price_of;
use super::{Line, PlanTerms, Ratio, Share};

/// The text of a file of the shared data, or `None`, said aloud, where it is not there.
pub(crate) fn shared(file: &str) -> Option<String> {
    shared_data(file).map(|path| std::fs::read_to_string(path).unwrap())
}

fn vectors(text: &str) -> Vec<Fields<'_>> {
    let list: Vec<&RawValue> = serde_json::from_str(text).unwrap();
    list.into_iter().map(|vector| Fields::read("", vector.get()).unwrap()).collect()
}

/// The line that `candor price` would be given for a vector of Lago's, whose notes say in words what its input does not hold.
fn line_of(vector: &Fields<'_>) -> String {
    let raw = |name: &str| vector.raw(name).map_or("null", RawValue::get);
    let note = vector.text("note").unwrap().unwrap_or_default();
    let mut properties = raw("properties").to_owned();
    if note.contains("min/max ignored") {
        for limit in [r#""per_transaction_max_amount": 12"#, r#""per_transaction_min_amount": 1.75"#] {
            let name = limit.rsplit_once(' ').unwrap().0;
            properties = properties.replace(limit, &format!("{name} null"));
        }
    }
    let full_units = if note.contains("full_units_number=300") { "300" } else { "null" };
    format!(
        r#"{{"id": {}, "charge_model": {}, "properties": {properties}, "units": {}, "full_units_number": {full_units}, "transactions": {}}}"#,
        raw("id"),
        raw("charge_model"),
        raw("units"),
        transactions_of(vector)
    )
}

/// Amounts from `event_amounts` or from the running totals and the sum; else the count alone.
fn transactions_of(vector: &Fields<'_>) -> String {
    if let Some(amounts) = vector.raw("event_amounts") {
        return amounts.get().to_owned();
    }
    let running: Vec<Decimal> = vector
        .list("running_total")
        .unwrap()
        .unwrap_or_default()
        .iter()
        .map(|total| read_decimal("", total).unwrap())
        .collect();
    if running.is_empty() {
        return vector.raw("events").map_or("null", RawValue::get).to_owned();
    }
    let mut before = Decimal::ZERO;
    let mut amounts = Vec::new();
    for total in running.into_iter().chain([vector.required_amount("units").unwrap()]) {
        amounts.push(total.minus(before).unwrap().to_string());
        before = total;
    }
    format!("[{}]", amounts.join(", "))
}

#[test]
fn every_published_charge_of_lago_comes_out_exactly() {
    let Some(text) = shared("vectors/lago_charge_models.json") else { return };
    let vectors = vectors(&text);
    assert_eq!(vectors.len(), 58);
    for vector in &vectors {
        let line = line_of(vector);
        let expected = vector.required_amount("expect_amount").unwrap();
        assert_eq!(price_of(&line), Ok(expected.to_string()), "{line}");
    }
}

#[test]
fn every_published_plan_fee_and_charge_sum_to_lagos_total() {
    let Some(text) = shared("vectors/lago_charge_models.json") else { return };
    for vector in vectors(&text) {
        let (Some(fee), Some(total)) =
            (vector.amount("subscription_amount").unwrap(), vector.amount("expect_total").unwrap())
        else {
            continue;
        };
        let line = line_of(&vector);
        let charge = Line::read(&Fields::read("", &line).unwrap()).unwrap().price().unwrap().amount;
        let bill = PlanTerms { fee, minimum_commitment: None }.bill(&[charge], Share::WHOLE).unwrap();
        assert_eq!(bill.total.compare(Ratio::from(total)), Ok(std::cmp::Ordering::Equal), "{line}");
    }
}

#[test]
fn every_published_commitment_and_proration_of_lago_comes_out_to_the_cent() {
    let Some(text) = shared("vectors/lago_credits_commitments.json") else { return };
    let mut checked = 0;
    for vector in vectors(&text) {
        let id = vector.required_text("id").unwrap();
        let days = |name: &str| u32::try_from(vector.count(name).unwrap().unwrap()).unwrap();
        let money = |name: &str| vector.required_amount(name).unwrap();
        let (ours, expected) = if id.starts_with("lago-commitment") {
            let terms = PlanTerms {
                fee: money("plan_amount_cents"),
                minimum_commitment: Some(money("minimum_commitment_cents")),
            };
            let share = Share::new(days("days_used"), days("days_in_period")).unwrap();
            (terms.bill(&[money("usage_cents")], share).unwrap().true_up, money("expect_commitment_fee_cents"))
        } else if id.starts_with("lago-proration") {
            let share = Share::new(days("billed_days_inclusive"), days("days_in_period")).unwrap();
            (share.take(money("plan_amount_cents")).unwrap(), money("expect_fee_cents"))
        } else {
            continue;
        };
        assert_eq!(ours.rounded(0).unwrap(), expected, "{id}");
        checked += 1;
    }
    assert_eq!(checked, 8);
}

#[test]
fn the_published_two_tier_tariff_comes_out_exactly() {
    let Some(text) = shared("vectors/urdb_tariff.json") else { return };
    for vector in vectors(&text) {
        let mut from = "0".to_owned();
        let mut ranges = Vec::new();
        for tier in vector.required_list("tiers").unwrap() {
            let tier = Fields::read("", tier.get()).unwrap();
            let price = tier.required_amount("rate").unwrap().plus(tier.required_amount("adj").unwrap()).unwrap();
            let end = tier.raw("max_kwh_per_month").map_or("null", RawValue::get);
            ranges.push(format!(r#"{{"from_value": {from}, "to_value": {end}, "per_unit_amount": "{price}"}}"#));
            from = end.to_owned();
        }
        let monthly = vector.required_amount("annual_kwh").unwrap().to_string().parse::<u32>().unwrap() / 12;
        let line = format!(
            r#"{{"charge_model": "graduated", "properties": {{"graduated_ranges": [{}]}}, "units": {monthly}}}"#,
            ranges.join(", ")
        );
        let month: Decimal = price_of(&line).unwrap().parse().unwrap();
        assert_eq!(month.times(12_u32.into()).unwrap(), vector.required_amount("expect_energy_cost_usd").unwrap());
    }
}

#[test]
fn a_two_tier_electricity_rate_is_exact_over_a_year() {
    let line = r#"{"charge_model": "graduated", "units": 2000, "properties": {"graduated_ranges": [
        {"from_value": 0, "to_value": 1000, "per_unit_amount": "0.08721", "flat_amount": 0},
        {"from_value": 1000, "to_value": null, "per_unit_amount": "0.10803", "flat_amount": 0}]}}"#;
    let month: Decimal = price_of(line).unwrap().parse().unwrap();
    assert_eq!(month.times(12_u32.into()).unwrap().to_string(), "2342.88");
}
