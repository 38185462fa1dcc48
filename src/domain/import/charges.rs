//! What usage costs, as a file tells it: a JSON list of charges in the words of the Lago API.

use std::fmt;

use serde_json::value::RawValue;

use super::reason::shortened;
use crate::{
    fields::{Fields, shown},
    pricing::{ChargeModel, PricingError},
};

/// What a plan without charges has.
pub const NONE: &str = "[]";
/// As long as the meter of a row of usage may be.
const LONGEST_METER: usize = 100;

/// What is wrong with a list of charges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChargesProblem {
    NotAList(String),
    /// What is wrong with the charge of this number, from 1.
    Charge(usize, PricingError),
}

impl fmt::Display for ChargesProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAList(text) => write!(out, "“{text}” is not a JSON list in brackets, such as []"),
            Self::Charge(number, problem) => write!(out, "in charge {number}, {problem}"),
        }
    }
}

/// Fields of the Lago API's charge object that change no price here: what the charge is called, and when it is billed.
const PASSED_OVER: [&str; 22] = [
    "id",
    "lago_id",
    "code",
    "name",
    "invoice_display_name",
    "description",
    "billable_metric_id",
    "lago_billable_metric_id",
    "lago_plan_id",
    "plan_code",
    "parent_id",
    "lago_parent_id",
    "created_at",
    "updated_at",
    "deleted_at",
    "invoiceable",
    "pay_in_advance",
    "regroup_paid_fees",
    "taxes",
    "tax_codes",
    "accepts_target_wallet",
    "cascade_updates",
];
/// Fields of it that do change a price, and what they would have to be so that they do not.
const PRICED: [(&str, &str); 5] = [
    ("min_amount_cents", "a minimum for one charge is not known here: say the plan's minimum_commitment instead"),
    ("filters", "prices by filter are not known here: give each its own meter"),
    ("group_properties", "prices by group are not known here: give each its own meter"),
    ("prorated", "a price by days of use is not known here"),
    ("applied_pricing_unit", "prices in another unit than money are not known here"),
];

/// The list in our own words, without the spaces between, when every charge in it can be priced.
pub fn read(text: &str) -> Result<String, ChargesProblem> {
    let list: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| ChargesProblem::NotAList(shortened(text)))?;
    let mut meters = Vec::with_capacity(list.len());
    let mut ours = Vec::with_capacity(list.len());
    for (index, charge) in list.into_iter().enumerate() {
        let read = meter_of(charge).and_then(|(meter, charge)| {
            if meters.contains(&meter) {
                return Err(PricingError::field("meter", format!("{} has a charge already", shown(&meter))));
            }
            meters.push(meter);
            Ok(charge)
        });
        ours.push(read.map_err(|problem| ChargesProblem::Charge(index + 1, problem))?);
    }
    Ok(format!("[{}]", ours.join(",")))
}

/// The meter of a charge that can be priced, and the charge without what changes no price.
fn meter_of(charge: &RawValue) -> Result<(String, String), PricingError> {
    let fields = Fields::read("", charge.get())
        .map_err(|error| if error.path.is_empty() { PricingError::field("it", error.problem) } else { error.into() })?;
    let own = ["meter", "charge_model", "properties"];
    let theirs = ["billable_metric_code", "billable_metric"];
    let priced = PRICED.map(|(name, _)| name);
    fields.only(&[&own[..], &theirs, &PASSED_OVER, &priced].concat())?;
    for (name, words) in PRICED {
        let is_nothing = fields
            .raw(name)
            .is_none_or(|value| matches!(compact(value.get()).as_str(), "0" | "\"0\"" | "false" | "[]" | "{}"));
        if !is_nothing {
            return Err(fields.error(name, format!("changes the price: {words}")).into());
        }
    }
    let metric = match fields.text("billable_metric_code")? {
        Some(code) => Some(code),
        None => fields.object("billable_metric")?.map(|metric| metric.required_text("code")).transpose()?,
    };
    let meter = match (fields.text("meter")?, metric) {
        (Some(meter), Some(metric)) if meter != metric => {
            return Err(fields
                .error("meter", format!("is not the same as the billable metric {}", shown(&metric)))
                .into());
        }
        (Some(meter), _) | (None, Some(meter)) => meter,
        (None, None) => fields.required_text("meter")?,
    };
    let is_clean = meter.trim() == meter && !meter.chars().any(char::is_control);
    if meter.trim().is_empty() {
        return Err(fields.error("meter", "is empty, and it is needed").into());
    } else if !is_clean || meter.chars().count() > LONGEST_METER {
        let problem = format!("must be at most {LONGEST_METER} letters without spaces around: {}", shown(&meter));
        return Err(fields.error("meter", problem).into());
    }
    let properties = fields.object("properties")?;
    ChargeModel::read(&fields.required_text("charge_model")?, properties.as_ref())?;
    Ok((meter.clone(), ours(charge, &fields, &meter)))
}

/// A charge in our own words stays as it is given; of another, what has a price.
fn ours(charge: &RawValue, fields: &Fields<'_>, meter: &str) -> String {
    if fields.only(&["meter", "charge_model", "properties"]).is_ok() {
        return compact(charge.get());
    }
    let kept = ["charge_model", "properties"].into_iter().filter_map(|name| Some((name, fields.raw(name)?)));
    let kept: String = kept.map(|(name, value)| format!(",\"{name}\":{}", compact(value.get()))).collect();
    format!("{{\"meter\":{}{kept}}}", serde_json::Value::from(meter))
}

/// JSON without the spaces outside of its texts; every number stays as it is written.
fn compact(json: &str) -> String {
    let (mut is_in_text, mut is_escaped) = (false, false);
    let stays = |letter: &char| {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_in_text = !is_in_text,
            _ => {}
        }
        is_in_text || !letter.is_ascii_whitespace()
    };
    json.chars().filter(stays).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn charges_are_kept_as_they_are_given_without_the_spaces_between() {
        for (given, kept) in [
            ("[]", "[]"),
            (" [ ]\n", "[]"),
            (
                r#"[ {"meter": "kWh used", "charge_model": "standard", "properties": {"amount": 0.10000000000000000001} } ]"#,
                r#"[{"meter":"kWh used","charge_model":"standard","properties":{"amount":0.10000000000000000001}}]"#,
            ),
            (
                r#"[{"charge_model": "dynamic", "meter": "a \" b\\"}]"#,
                r#"[{"charge_model":"dynamic","meter":"a \" b\\"}]"#,
            ),
        ] {
            assert_eq!(read(given).as_deref(), Ok(kept));
            assert_eq!(read(kept).as_deref(), Ok(kept));
        }
    }

    #[test]
    fn the_charge_of_a_billing_system_is_kept_as_what_it_costs() {
        let given = r#"[{"lago_id": "1a", "billable_metric_code": "gb", "charge_model": "standard", "invoiceable": true,
            "pay_in_advance": false, "prorated": false, "min_amount_cents": 0, "filters": [], "taxes": [{"code": "vat"}],
            "properties": {"amount": "0.10"}}]"#;
        let kept = r#"[{"meter":"gb","charge_model":"standard","properties":{"amount":"0.10"}}]"#;
        assert_eq!(read(given).as_deref(), Ok(kept));
        let nested =
            r#"[{"billable_metric": {"code": "gb"}, "charge_model": "standard", "properties": {"amount": "0.10"}}]"#;
        assert_eq!(read(nested).as_deref(), Ok(kept));
        let words = |more: &str| {
            let charge =
                r#"[{"billable_metric_code": "gb", "charge_model": "standard", "properties": {"amount": "1"}, "#;
            read(&format!("{charge}{more}}}]")).expect_err(more).to_string()
        };
        assert!(words(r#""min_amount_cents": 500"#).starts_with("in charge 1, min_amount_cents changes the price"));
        assert!(words(r#""filters": [{"values": {}}]"#).starts_with("in charge 1, filters changes the price"));
        assert!(words(r#""prorated": true"#).starts_with("in charge 1, prorated changes the price"));
        assert!(words(r#""meter": "kWh""#).contains("is not the same as the billable metric gb"));
    }

    #[test]
    fn charges_that_cannot_be_priced_are_refused_in_words() {
        let good = r#"{"meter": "kWh", "charge_model": "standard", "properties": {"amount": "0.25"}}"#;
        for (charges, words) in [
            ("", "“” is not a JSON list in brackets, such as []".to_owned()),
            ("0.25", "“0.25” is not a JSON list in brackets, such as []".to_owned()),
            ("[{]", "“[{]” is not a JSON list in brackets, such as []".to_owned()),
            ("[5]", "in charge 1, it must be an object in braces".to_owned()),
            (r#"[{"meter": "kWh"}]"#, "in charge 1, charge_model is missing".to_owned()),
            (
                r#"[{"charge_model": "standard", "properties": {"amount": 1}}]"#,
                "in charge 1, meter is missing".to_owned(),
            ),
            (
                r#"[{"meter": " ", "charge_model": "standard", "properties": {"amount": 1}}]"#,
                "in charge 1, meter is empty, and it is needed".to_owned(),
            ),
            (
                r#"[{"meter": "kWh ", "charge_model": "dynamic"}]"#,
                "in charge 1, meter must be at most 100 letters without spaces around: kWh ".to_owned(),
            ),
            (&format!("[{good}, {good}]"), "in charge 2, meter kWh has a charge already".to_owned()),
            (
                &format!(r#"[{good}, {{"meter": "calls", "charge_model": "standard", "properties": {{}}}}]"#),
                "in charge 2, properties.amount is missing".to_owned(),
            ),
            (
                r#"[{"meter": "kWh", "charge_model": "flat", "properties": {}}]"#,
                "in charge 1, charge_model flat is not known; known are standard, graduated, volume, package, \
                 percentage, graduated_percentage and dynamic"
                    .to_owned(),
            ),
            (
                r#"[{"meter": "kWh", "charge_model": "standard", "properties": {"amount": 1}, "price": 2}]"#,
                "in charge 1, price is not a field that is known here".to_owned(),
            ),
            (
                r#"[{"meter": "kWh", "charge_model": "standard", "properties": {"amount": -1}}]"#,
                "in charge 1, properties.amount must not be below zero, but is -1".to_owned(),
            ),
        ] {
            assert_eq!(read(charges).expect_err(charges).to_string(), words);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in r#"[\[\]{}":,a-z0-9 \\]{0,60}|.{0,40}"#) {
            let _ = read(&text);
        }

        #[test]
        fn compact_json_says_the_same(names in proptest::collection::vec(r#".{0,8}"#, 0..5)) {
            let value = serde_json::json!({ "list": names, "more": { "n": 1.5 } });
            let spaced = serde_json::to_string_pretty(&value).expect("JSON");
            prop_assert_eq!(compact(&spaced), serde_json::to_string(&value).expect("JSON"));
        }
    }
}
