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

/// The list as it is given, without the spaces between, when every charge in it can be priced.
pub fn read(text: &str) -> Result<String, ChargesProblem> {
    let list: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| ChargesProblem::NotAList(shortened(text)))?;
    let mut meters = Vec::with_capacity(list.len());
    for (index, charge) in list.into_iter().enumerate() {
        let meter = meter_of(charge).and_then(|meter| {
            if meters.contains(&meter) {
                return Err(PricingError::field("meter", format!("{} has a charge already", shown(&meter))));
            }
            Ok(meter)
        });
        meters.push(meter.map_err(|problem| ChargesProblem::Charge(index + 1, problem))?);
    }
    Ok(compact(text))
}

/// The meter of a charge that can be priced.
fn meter_of(charge: &RawValue) -> Result<String, PricingError> {
    let fields = Fields::read("", charge.get())
        .map_err(|error| if error.path.is_empty() { PricingError::field("it", error.problem) } else { error.into() })?;
    fields.only(&["meter", "charge_model", "properties"])?;
    let meter = fields.required_text("meter")?;
    let is_clean = meter.trim() == meter && !meter.chars().any(char::is_control);
    if meter.trim().is_empty() {
        return Err(fields.error("meter", "is empty, and it is needed").into());
    } else if !is_clean || meter.chars().count() > LONGEST_METER {
        let problem = format!("must be at most {LONGEST_METER} letters without spaces around: {}", shown(&meter));
        return Err(fields.error("meter", problem).into());
    }
    let properties = fields.object("properties")?;
    ChargeModel::read(&fields.required_text("charge_model")?, properties.as_ref())?;
    Ok(meter)
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
