//! Each slice of the quantity at the price of its own tier.

use crate::decimal::Decimal;
use crate::fields::Fields;

use super::{PricingError, Reason, Step, Tiers};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graduated {
    pub tiers: Tiers,
}

impl Graduated {
    pub fn read(properties: &Fields<'_>) -> Result<Self, PricingError> {
        Ok(Self { tiers: Tiers::read(properties, "graduated_ranges", "per_unit_amount")? })
    }

    /// A tier's flat amount is due once when it is entered; the first is entered by zero already.
    pub fn steps(&self, units: Decimal) -> Result<Vec<Step>, PricingError> {
        let mut steps = Vec::new();
        for reached in self.tiers.reached(units) {
            let (tier, inside) = reached?;
            let reason = Reason::TierUnits {
                tier: tier.number,
                above: tier.above,
                up_to: tier.up_to,
                units: inside,
                price: tier.price,
            };
            steps.push(Step::new(reason, inside.times(tier.price)?));
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

    fn price(ranges: &str, units: &str) -> Result<String, String> {
        let ranges: Vec<String> = ranges.split("; ").map(range).collect();
        let properties = format!(r#"{{"graduated_ranges": [{}]}}"#, ranges.join(", "));
        price_of(&format!(r#"{{"charge_model": "graduated", "properties": {properties}, "units": {units}}}"#))
    }

    /// `0-10 @10 +2`, with `..` for no end.
    fn range(text: &str) -> String {
        let mut words = text.split(' ');
        let (from, to) = words.next().unwrap().split_once('-').unwrap();
        let to = if to == ".." { "null" } else { to };
        let per_unit = words.next().unwrap().trim_start_matches('@');
        let flat = words.next().unwrap_or("+0").trim_start_matches('+');
        format!(
            r#"{{"from_value": {from}, "to_value": {to}, "per_unit_amount": "{per_unit}", "flat_amount": "{flat}"}}"#
        )
    }

    #[test]
    fn each_slice_is_priced_in_its_own_tier() {
        let lago = "0-10 @10 +2; 11-20 @5 +3; 21-.. @5 +3";
        let stripe = "0-5 @7; 6-10 @6.5; 11-.. @6";
        let autumn = "0-1000 @0.01; 1001-10000 @0.008; 10001-.. @0.005";
        let decimal = "0-0.1 @10; 0.1-1 @5; 1-.. @2";
        for (ranges, units, expected) in [
            (lago, "0", "2"),
            (lago, "1", "12"),
            (lago, "10", "102"),
            (lago, "10.5", "107.5"),
            (lago, "11", "110"),
            (lago, "21", "163"),
            (stripe, "5", "35"),
            (stripe, "6", "41.5"),
            (stripe, "20", "127.5"),
            (stripe, "25", "157.5"),
            (autumn, "15000", "107"),
            (decimal, "0.05", "0.5"),
            (decimal, "0.5", "3"),
            (decimal, "1.5", "6.5"),
        ] {
            assert_eq!(price(ranges, units).as_deref(), Ok(expected), "{units} in {ranges}");
        }
    }

    #[test]
    fn ranges_that_do_not_follow_each_other_are_refused() {
        for (ranges, words) in [
            ("0-10 @1; 12-.. @1", "leaves a gap"),
            ("0-10 @1; 10.5-.. @1", "leaves a gap"),
            ("0-10 @1; 9-.. @1", "overlaps"),
            ("0-.. @1; 11-.. @1", "to_value must be given in all but the last range"),
            ("0-10 @1; 11-20 @1", "to_value must be null in the last range"),
            ("1-.. @1", "from_value must be 0 in the first range"),
            ("0-10 @1; 11-5 @1; 6-.. @1", "to_value must be above from_value 11"),
            ("0-10 @1; 10-10 @1; 10-.. @1", "to_value must be above from_value 10"),
            ("0-0 @1; 1-.. @1", "to_value must be above from_value 0"),
            ("0-10 @-1; 11-.. @1", "per_unit_amount must not be below zero"),
        ] {
            let error = price(ranges, "3").unwrap_err();
            assert!(error.contains(words), "{ranges}: {error}");
        }
        let none = r#"{"charge_model": "graduated", "properties": {"graduated_ranges": []}, "units": 1}"#;
        assert_eq!(price_of(none).unwrap_err(), "properties.graduated_ranges must hold at least one range");
    }

    #[test]
    fn a_range_may_hold_a_single_unit() {
        assert_eq!(price("0-10 @1; 11-11 @100; 12-.. @1", "12").as_deref(), Ok("111"));
    }
}
