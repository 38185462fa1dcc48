//! What an offer includes: the units a month that cost nothing beyond its fee.

use super::{Charge, Offer};
use crate::{
    decimal::Decimal,
    pricing::{ChargeModel, Percentage, Tiers},
};

impl Offer {
    /// Units of `meter` a month that cost nothing beyond the fee, in the meter's own unit and above zero; for a
    /// percentage charge they are money. Nothing where every unit costs, where the meter is not sold, and where there
    /// is no end to what is free: then no number was bought. A minimum commitment is not counted as an allowance.
    pub fn allowance(&self, meter: &str) -> Option<Decimal> {
        let mut charges = self.charges.iter().filter(|charge| charge.meter == meter);
        let first = charges.next()?.free()?;
        // What is free is free under each charge of the meter.
        let least = charges.try_fold(first, |least, charge| charge.free().map(|free| least.least(free)))?;
        match least {
            Free::UpTo(units) => Some(units),
            Free::WithoutEnd => None,
        }
    }
}

/// Units that cost nothing, where there are some.
#[derive(Clone, Copy)]
enum Free {
    UpTo(Decimal),
    WithoutEnd,
}

impl Free {
    fn least(self, other: Self) -> Self {
        match (self, other) {
            (Self::UpTo(one), Self::UpTo(two)) => Self::UpTo(one.min(two)),
            (Self::UpTo(units), Self::WithoutEnd) | (Self::WithoutEnd, Self::UpTo(units)) => Self::UpTo(units),
            (Self::WithoutEnd, Self::WithoutEnd) => Self::WithoutEnd,
        }
    }

    fn some(units: Decimal) -> Option<Self> {
        (!units.is_zero()).then_some(Self::UpTo(units))
    }
}

impl Charge {
    fn free(&self) -> Option<Free> {
        match &self.model {
            ChargeModel::Standard(model) => model.amount.is_zero().then_some(Free::WithoutEnd),
            ChargeModel::Graduated(model) => free_tiers(&model.tiers),
            ChargeModel::GraduatedPercentage(model) => free_tiers(&model.tiers),
            // Up to the bound of a free tier the whole quantity is free.
            ChargeModel::Volume(model) => free_tiers(&model.tiers),
            ChargeModel::Package(model) if model.amount.is_zero() => Some(Free::WithoutEnd),
            ChargeModel::Package(model) => Free::some(model.free_units),
            ChargeModel::Percentage(model) => free_amount(model),
            ChargeModel::Dynamic(_) => None,
        }
    }
}

/// To the end of the leading tiers without a price and without a flat amount.
fn free_tiers(tiers: &Tiers) -> Option<Free> {
    let leading = tiers.iter().take_while(|tier| tier.price.is_zero() && tier.flat.is_zero());
    leading.last().map(|tier| tier.up_to.map_or(Free::WithoutEnd, Free::UpTo))
}

/// Free events make it a matter of transactions, which a month's units do not tell.
fn free_amount(model: &Percentage) -> Option<Free> {
    let costs_nothing = model.rate.is_zero() && model.is_of_the_total_alone();
    if costs_nothing {
        Some(Free::WithoutEnd)
    } else if model.free_units_per_events.is_some() {
        None
    } else {
        Free::some(model.free_units_per_total_aggregation)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{gb, offer};

    fn allowance(charges: &str) -> Option<String> {
        offer("any", 1_000, charges).allowance("gb").map(|units| units.to_string())
    }

    fn of_model(model: &str, properties: &str) -> Option<String> {
        allowance(&format!(r#"[{{"meter": "gb", "charge_model": "{model}", "properties": {{{properties}}}}}]"#))
    }

    fn tiers(list: &str, price: &str, bounds: &[(&str, &str, &str, &str)]) -> String {
        let ranges: Vec<String> = bounds
            .iter()
            .map(|(from, to, each, flat)| {
                format!(r#"{{"from_value": {from}, "to_value": {to}, "{price}": {each}, "flat_amount": {flat}}}"#)
            })
            .collect();
        format!(r#""{list}": [{}]"#, ranges.join(", "))
    }

    #[test]
    fn leading_tiers_that_cost_nothing_are_the_allowance() {
        for (bounds, expected) in [
            (&[("0", "10", "0", "0"), ("11", "null", "2", "0")][..], Some("10")),
            (&[("0", "10", "0", "0"), ("11", "20", "0", "0"), ("21", "null", "2", "0")], Some("20")),
            (&[("0", "10", "0", "0"), ("11", "20", "0", "5"), ("21", "null", "2", "0")], Some("10")),
            (&[("0", "10", "0", "5"), ("11", "null", "2", "0")], None),
            (&[("0", "10", "1", "0"), ("11", "null", "0", "0")], None),
            (&[("0", "null", "0", "0")], None),
        ] {
            for (model, list, price) in [
                ("graduated", "graduated_ranges", "per_unit_amount"),
                ("volume", "volume_ranges", "per_unit_amount"),
                ("graduated_percentage", "graduated_percentage_ranges", "rate"),
            ] {
                assert_eq!(of_model(model, &tiers(list, price, bounds)).as_deref(), expected, "{model} {bounds:?}");
            }
        }
    }

    #[test]
    fn free_units_are_the_allowance() {
        for (model, properties, expected) in [
            ("package", r#""amount": 5, "package_size": 10, "free_units": 25"#, Some("25")),
            ("package", r#""amount": 5, "package_size": 10"#, None),
            ("package", r#""amount": 0, "package_size": 10"#, None),
            ("percentage", r#""rate": 1.3, "free_units_per_total_aggregation": "250""#, Some("250")),
            ("percentage", r#""rate": 1.3"#, None),
            (
                "percentage",
                r#""rate": 1.3, "free_units_per_events": 3, "free_units_per_total_aggregation": "250""#,
                None,
            ),
            ("standard", r#""amount": "0.2""#, None),
            ("standard", r#""amount": 0"#, None),
        ] {
            assert_eq!(of_model(model, properties).as_deref(), expected, "{model} {properties}");
        }
        assert_eq!(allowance(r#"[{"meter": "gb", "charge_model": "dynamic"}]"#), None);
        assert_eq!(allowance("[]"), None, "a meter that is not sold has no allowance");
    }

    #[test]
    fn what_is_free_is_free_under_every_charge_of_the_meter() {
        let free = |units| {
            format!(
                r#"{{"meter": "gb", "charge_model": "package",
                     "properties": {{"amount": 1, "package_size": 1, "free_units": {units}}}}}"#
            )
        };
        let each = r#"{"meter": "gb", "charge_model": "standard", "properties": {"amount": 1}}"#;
        let for_nothing = r#"{"meter": "gb", "charge_model": "standard", "properties": {"amount": 0}}"#;
        assert_eq!(allowance(&format!("[{}, {}]", free(5), free(3))).as_deref(), Some("3"));
        assert_eq!(allowance(&format!("[{}, {for_nothing}]", free(5))).as_deref(), Some("5"));
        assert_eq!(allowance(&format!("[{}, {each}]", free(5))), None);
    }

    #[test]
    fn within_the_allowance_a_month_costs_its_fee() {
        let offer = gb("small", 2_000, 5, "10");
        assert_eq!(offer.allowance("gb").unwrap().to_string(), "5");
        let month = |units| super::super::samples::month(2026, 3, "gb", units);
        assert_eq!(offer.bill(&month("5")).unwrap().total.minor, 2_000);
        assert_eq!(offer.bill(&month("5.1")).unwrap().total.minor, 2_100);
    }
}
