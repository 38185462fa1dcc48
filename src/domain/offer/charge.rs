//! What one meter costs on an offer, in the shapes of the Lago API.

use serde_json::value::RawValue;

use crate::{
    fields::{FieldError, Fields},
    pricing::{ChargeModel, PricingError},
};

/// The price of what one meter counts in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub meter: String,
    pub model: ChargeModel,
}

impl Charge {
    /// Reads a JSON list of `{"meter", "charge_model", "properties"}`; an empty one is an offer that is its fee alone.
    ///
    /// An error names the field and its place, as in `charges[1].properties.amount is missing`. A name that is not
    /// known is refused, since it could change the price.
    pub fn read_list(json: &str) -> Result<Vec<Self>, PricingError> {
        let list: Vec<&RawValue> =
            serde_json::from_str(json).map_err(|_| FieldError::new("charges", "must be a list in brackets"))?;
        list.into_iter().enumerate().map(|(at, charge)| Self::read(&format!("charges[{at}]"), charge.get())).collect()
    }

    fn read(path: &str, json: &str) -> Result<Self, PricingError> {
        let fields = Fields::read(path, json)?;
        fields.only(&["meter", "charge_model", "properties"])?;
        let meter = fields.required_text("meter")?;
        if meter.trim().is_empty() {
            return Err(fields.error("meter", "must name what is counted").into());
        }
        let properties = fields.object("properties")?;
        Ok(Self { meter, model: ChargeModel::read(&fields.required_text("charge_model")?, properties.as_ref())? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn charges_are_read_in_the_shapes_of_the_lago_api() {
        let charges = Charge::read_list(
            r#"[{"meter": "kwh", "charge_model": "standard", "properties": {"amount": "0.2436"}},
                {"meter": "gb", "charge_model": "package",
                 "properties": {"amount": 5, "package_size": 1, "free_units": 10}}]"#,
        )
        .unwrap();
        assert_eq!(charges.iter().map(|charge| charge.meter.as_str()).collect::<Vec<_>>(), ["kwh", "gb"]);
        assert_eq!(Charge::read_list(" [] "), Ok(Vec::new()));
    }

    #[test]
    fn a_mistake_is_named_with_the_charge_it_is_in() {
        for (json, words) in [
            ("{}", "charges must be a list in brackets"),
            ("", "charges must be a list in brackets"),
            ("[1]", "charges[0] must be an object in braces"),
            (r#"[{"charge_model": "standard"}]"#, "charges[0].meter is missing"),
            (r#"[{"meter": " ", "charge_model": "dynamic"}]"#, "charges[0].meter must name what is counted"),
            (r#"[{"meter": "gb", "charge_model": "dynamic"}, {"meter": "gb"}]"#, "charges[1].charge_model is missing"),
            (
                r#"[{"meter": "gb", "charge_model": "standard", "properties": {}}]"#,
                "charges[0].properties.amount is missing",
            ),
            (
                r#"[{"meter": "gb", "charge_model": "dynamic", "commission": 5}]"#,
                "charges[0].commission is not a field that is known here",
            ),
        ] {
            assert_eq!(Charge::read_list(json).unwrap_err().to_string(), words, "{json}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}") {
            let _ = Charge::read_list(&text);
        }
    }
}
