//! A percentage of each slice of the money moved, at the rate of its own tier.

use crate::decimal::Decimal;
use crate::fields::Fields;

use super::{PricingError, Reason, Step, Tiers};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraduatedPercentage {
    /// A tier's price is its rate in percent.
    pub tiers: Tiers,
}

impl GraduatedPercentage {
    pub fn read(properties: &Fields<'_>) -> Result<Self, PricingError> {
        Ok(Self { tiers: Tiers::read(properties, "graduated_percentage_ranges", "rate")? })
    }

    /// The flat amount belongs to the tier, not to each transaction (Lago's documentation).
    pub fn steps(&self, units: Decimal) -> Result<Vec<Step>, PricingError> {
        let mut steps = Vec::new();
        for reached in self.tiers.reached(units) {
            let (tier, inside) = reached?;
            let reason = Reason::TierRate {
                tier: tier.number,
                above: tier.above,
                up_to: tier.up_to,
                units: inside,
                rate: tier.price,
            };
            steps.push(Step::new(reason, inside.percent(tier.price)?));
            if !tier.flat.is_zero() {
                steps.push(Step::new(Reason::TierFlat { tier: tier.number }, tier.flat));
            }
        }
        Ok(steps)
    }
}

#[cfg(test)]
mod tests {
    use crate::pricing::line::price_of;

    fn price(rest: &str) -> String {
        let properties = r#"{"graduated_percentage_ranges": [
            {"from_value": 0, "to_value": 1000, "rate": "1", "flat_amount": "200"},
            {"from_value": 1001, "to_value": 10000, "rate": "2", "flat_amount": "300"},
            {"from_value": 10001, "to_value": null, "rate": "3", "flat_amount": "400"}]}"#;
        price_of(&format!(r#"{{"charge_model": "graduated_percentage", "properties": {properties}, {rest}}}"#)).unwrap()
    }

    #[test]
    fn a_rate_is_taken_of_each_slice_and_a_flat_amount_once_per_tier() {
        for (units, expected) in
            [("0", "200"), ("500", "205"), ("1000.5", "510.01"), ("1050", "511"), ("20000", "1390")]
        {
            assert_eq!(price(&format!(r#""units": {units}"#)), expected, "{units}");
        }
    }

    #[test]
    fn successive_transactions_of_a_period_cost_what_lago_publishes() {
        assert_eq!(price(r#""units": 550, "already_billed": {"units": 500, "amount": 205}"#), "306");
        assert_eq!(price(r#""units": 4000, "already_billed": {"units": 1050, "amount": 511}"#), "80");
    }
}
