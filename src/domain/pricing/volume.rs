//! The whole quantity at the price of the one tier it falls in.

use crate::decimal::Decimal;
use crate::fields::Fields;

use super::{PricingError, Reason, Step, Tiers};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    pub tiers: Tiers,
}

impl Volume {
    pub fn read(properties: &Fields<'_>) -> Result<Self, PricingError> {
        Ok(Self { tiers: Tiers::read(properties, "volume_ranges", "per_unit_amount")? })
    }

    /// `counted` picks the tier and `units` are charged; they differ for prorated units only. Zero falls in the first tier, whose
    /// flat amount is due.
    pub fn steps(&self, counted: Decimal, units: Decimal) -> Result<Vec<Step>, PricingError> {
        let Some(tier) = self.tiers.of(counted) else {
            return Ok(Vec::new());
        };
        let reason = Reason::WholeQuantity { tier: tier.number, counted, units, price: tier.price };
        let mut steps = vec![Step::new(reason, units.times(tier.price)?)];
        if !tier.flat.is_zero() {
            steps.push(Step::new(Reason::TierFlat { tier: tier.number }, tier.flat));
        }
        Ok(steps)
    }
}

#[cfg(test)]
mod tests {
    use crate::pricing::line::price_of;

    fn price(rest: &str) -> String {
        let properties = r#"{"volume_ranges": [
            {"from_value": 0, "to_value": 100, "per_unit_amount": 2, "flat_amount": 10},
            {"from_value": 101, "to_value": 200, "per_unit_amount": 1, "flat_amount": 0},
            {"from_value": 201, "to_value": null, "per_unit_amount": 0.5, "flat_amount": 50}]}"#;
        price_of(&format!(r#"{{"charge_model": "volume", "properties": {properties}, {rest}}}"#)).unwrap()
    }

    #[test]
    fn the_whole_quantity_has_the_price_of_its_tier() {
        for (units, expected) in [
            ("0", "10"),
            ("1", "12"),
            ("100", "210"),
            ("100.5", "100.5"),
            ("101", "101"),
            ("200", "200"),
            ("210", "155"),
            ("300", "200"),
        ] {
            assert_eq!(price(&format!(r#""units": {units}"#)), expected, "{units}");
        }
    }

    #[test]
    fn what_was_held_before_proration_picks_the_tier() {
        assert_eq!(price(r#""units": 198.6, "full_units_number": 300"#), "149.3");
    }
}
