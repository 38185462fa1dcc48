//! The bill of one month: exact, rounded once, with its reasons.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{NoPrice, Offer};
use crate::{
    decimal::{Decimal, TooManyDigits},
    money::{Money, exponent},
    pricing::{BillLine, Explanation, PlanAmounts, PlanTerms, PricingError, Share, Step, Usage},
};

/// What a customer used in one calendar month. A month without any reading is not a month without use: there is no
/// `MonthUsage` for it. Within a month a meter that is not named was not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthUsage {
    /// The first day of the month.
    pub month: Date,
    /// Units by meter.
    pub units: BTreeMap<String, Decimal>,
}

/// What a month costs on an offer.
#[derive(Clone, Debug)]
pub struct MonthBill {
    pub month: Date,
    /// Rounded once, a half away from zero.
    pub total: Money,
    /// In the currency's main unit, unrounded: fee, each meter step by step, true-up. They sum to what was rounded.
    pub lines: Vec<BillLine>,
}

/// A bill before it has words, in the currency's main unit.
#[derive(Clone, Debug)]
pub struct BillParts<'a> {
    /// The steps of each charge, with its meter.
    pub charges: Vec<(&'a str, Vec<Step>)>,
    /// Exact.
    pub amounts: PlanAmounts,
    /// The total in minor units, rounded once, a half away from zero.
    pub minor: i64,
}

impl Offer {
    /// The whole bill of a month, overage and true-up included. Fee and minimum commitment are for the whole month. A
    /// charge is due also where its meter was not used, as some models have a flat amount for the first tier.
    pub fn bill(&self, usage: &MonthUsage) -> Result<MonthBill, NoPrice> {
        let parts = self.parts(usage, Share::WHOLE)?;
        let total = Money::new(parts.minor, self.currency);
        let mut lines = vec![BillLine { words: "Monthly fee".to_owned(), amount: parts.amounts.fee }];
        for (meter, steps) in &parts.charges {
            let line =
                |step: &Step| BillLine { words: format!("{meter}: {}", step.reason), amount: step.amount.into() };
            lines.extend(steps.iter().map(line));
        }
        if let Some(minimum) = self.minimum_commitment.filter(|_| parts.amounts.true_up.is_above_zero()) {
            let minimum = Money::new(minimum, self.currency);
            let words = format!("True-up to the minimum of {minimum} a month");
            lines.push(BillLine { words, amount: parts.amounts.true_up });
        }
        Ok(MonthBill { month: usage.month, total, lines })
    }

    /// What [`bill`](Self::bill) comes to, in minor units, without its words.
    pub fn price(&self, usage: &MonthUsage) -> Result<i64, NoPrice> {
        self.parts(usage, Share::WHOLE).map(|parts| parts.minor)
    }

    /// What a month costs of which it was had for a `share`: fee and minimum commitment are for those days, charges for
    /// what was used.
    pub fn parts(&self, usage: &MonthUsage, share: Share) -> Result<BillParts<'_>, NoPrice> {
        let too_many = NoPrice::too_many_digits(&self.code);
        self.check_sold(usage)?;
        let Some(fee) = self.monthly_fee else {
            return Err(NoPrice::FeeNotKnown { offer: self.code.clone() });
        };
        let mut charges = Vec::with_capacity(self.charges.len());
        let mut sums = Vec::with_capacity(self.charges.len());
        for charge in &self.charges {
            let units = usage.units.get(&charge.meter).copied().unwrap_or_default();
            let steps = charge.model.steps(&Usage::of(units)).map_err(|why| self.unpriced(&charge.meter, why))?;
            sums.push(Explanation::total(&steps).map_err(&too_many)?);
            charges.push((charge.meter.as_str(), steps));
        }
        let minimum = self.minimum_commitment.map(|minimum| self.in_main_units(minimum)).transpose();
        let terms = PlanTerms {
            fee: self.in_main_units(fee).map_err(&too_many)?,
            minimum_commitment: minimum.map_err(&too_many)?,
        };
        let amounts = terms.amounts(&sums, share).map_err(&too_many)?;
        Ok(BillParts { charges, amounts, minor: self.rounded(&amounts)? })
    }

    /// Everything that was used has a price here.
    fn check_sold(&self, usage: &MonthUsage) -> Result<(), NoPrice> {
        for (meter, units) in &usage.units {
            let (offer, meter) = (&self.code, meter);
            if units.is_negative() {
                return Err(NoPrice::BelowZero { offer: offer.clone(), meter: meter.clone() });
            }
            if !units.is_zero() && !self.charges.iter().any(|charge| charge.meter == *meter) {
                return Err(NoPrice::NotSold { offer: offer.clone(), meter: meter.clone() });
            }
        }
        Ok(())
    }

    fn unpriced(&self, meter: &str, why: PricingError) -> NoPrice {
        let offer = self.code.clone();
        match why {
            PricingError::TooManyDigits => NoPrice::TooManyDigits { offer },
            why => NoPrice::Charge { offer, meter: meter.to_owned(), why },
        }
    }

    fn in_main_units(&self, minor: i64) -> Result<Decimal, TooManyDigits> {
        Decimal::new(minor.into(), self.places())
    }

    fn places(&self) -> u8 {
        u8::try_from(exponent(self.currency)).unwrap_or(2)
    }

    /// The one place where the bill is rounded, to minor units.
    fn rounded(&self, amounts: &PlanAmounts) -> Result<i64, NoPrice> {
        let too_many = NoPrice::too_many_digits(&self.code);
        let (digits, scale) = amounts.total.rounded(self.places()).map_err(&too_many)?.parts();
        let up = 10_i128.pow(u32::from(self.places().saturating_sub(scale)));
        let minor = digits.checked_mul(up).and_then(|minor| i64::try_from(minor).ok());
        minor.ok_or_else(|| too_many(TooManyDigits))
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{flat_fee, gb, month, offer};
    use super::*;
    use crate::{money::Currency, pricing::Ratio};
    use proptest::prelude::*;

    fn words(offer: &Offer, usage: &MonthUsage) -> Vec<String> {
        let bill = offer.bill(usage).unwrap();
        bill.lines.iter().map(|line| format!("{} = {}", line.words, line.amount)).collect()
    }

    #[test]
    fn a_bill_tells_fee_charges_and_true_up() {
        let offer = Offer { minimum_commitment: Some(3_500), ..gb("small", 2_000, 5, "2.5") };
        assert_eq!(
            words(&offer, &month(2026, 3, "gb", "8")),
            [
                "Monthly fee = 20",
                "gb: Tier 1 (up to 5): 5 × 0 = 0",
                "gb: Tier 2 (above 5): 3 × 2.5 = 7.5",
                "True-up to the minimum of €35.00 a month = 7.5"
            ]
        );
        assert_eq!(offer.price(&month(2026, 3, "gb", "8")), Ok(3_500));
        assert_eq!(offer.price(&month(2026, 3, "gb", "20")), Ok(5_750));
        assert_eq!(words(&offer, &month(2026, 3, "gb", "11")).len(), 3, "a minimum that is reached needs no true-up");
    }

    /// Example P11 of `worked-examples.md` (analyticsverve.com): 500 lines share 500 GB at $10 a line; 475 were
    /// forecast, 515 to 555 were used, each above 500 for $10.
    #[test]
    fn a_pool_that_is_outgrown_costs_its_overage() {
        let pool = gb("pool", 500_000, 500, "10");
        for (used, cents) in [("475", 500_000), ("515", 515_000), ("555", 555_000)] {
            assert_eq!(pool.price(&month(2026, 3, "gb", used)), Ok(cents), "{used} GB");
        }
    }

    #[test]
    fn a_month_is_rounded_once_a_half_away_from_zero() {
        let charge = r#"{"meter": "gb", "charge_model": "standard", "properties": {"amount": "0.0025"}}"#;
        let twice = offer("twice", 0, &format!("[{charge}, {charge}]"));
        assert_eq!(twice.price(&month(2026, 3, "gb", "1")), Ok(1), "0.0025 and 0.0025, each rounded, would be nothing");
        let yen = Offer { currency: Currency::JPY, ..gb("yen", 1_500, 5, "0.5") };
        assert_eq!(yen.price(&month(2026, 3, "gb", "6")), Ok(1_501));
    }

    #[test]
    fn where_something_has_no_price_the_month_has_none() {
        let used = month(2026, 3, "sms", "1");
        let no_price = |offer: Offer, usage: &MonthUsage| {
            assert_eq!(offer.price(usage), offer.bill(usage).map(|bill| bill.total.minor));
            offer.price(usage).unwrap_err().to_string()
        };
        let unknown_fee = Offer { monthly_fee: None, ..flat_fee("basic", 0) };
        assert_eq!(no_price(unknown_fee, &month(2026, 3, "gb", "0")), "the monthly fee of basic is not known");
        assert_eq!(no_price(flat_fee("basic", 0), &used), "sms was used, and basic has no price for it");
        assert_eq!(flat_fee("basic", 700).price(&month(2026, 3, "sms", "0")), Ok(700), "nothing was used of it");
        let below = month(2026, 3, "gb", "-1");
        assert!(no_price(flat_fee("basic", 0), &below).starts_with("the use of gb is below zero"));
        let sent = offer("sent", 0, r#"[{"meter": "gb", "charge_model": "dynamic"}]"#);
        assert!(no_price(sent, &month(2026, 3, "gb", "1")).contains("from its units alone: transactions must list"));
        let huge = month(2026, 3, "gb", "99999999999999999999999999999");
        assert_eq!(
            no_price(gb("small", 0, 5, "0.01"), &huge),
            "the price on small needs more digits than can be kept exactly"
        );
    }

    #[test]
    fn a_part_of_a_month_costs_its_days_of_the_fee_and_all_of_the_use() {
        let offer = Offer { minimum_commitment: Some(6_200), ..gb("small", 3_100, 5, "2.5") };
        let minor =
            |units, days| offer.parts(&month(2026, 3, "gb", units), Share::new(days, 31).unwrap()).unwrap().minor;
        assert_eq!((minor("0", 31), minor("0", 10), minor("25", 10)), (6_200, 2_000, 6_000));
        assert_eq!(minor("0", 0), 0);
    }

    #[test]
    fn a_meter_that_was_not_used_may_still_have_a_flat_amount() {
        let flat = r#"[{"meter": "gb", "charge_model": "graduated", "properties": {"graduated_ranges": [
            {"from_value": 0, "to_value": null, "per_unit_amount": 1, "flat_amount": 2}]}}]"#;
        assert_eq!(offer("flat", 1_000, flat).price(&month(2026, 3, "kwh", "0")), Ok(1_200));
    }

    proptest! {
        #[test]
        fn the_lines_sum_to_the_amount_that_was_rounded(
            fee in 0..10_000_000_i64, minimum in prop::option::of(0..10_000_000_i64), included in 1..50_u32,
            millionths in 0..90_000_000_u64, price in 0..99_999_u32,
        ) {
            let overage = Decimal::new(price.into(), 4).unwrap().to_string();
            let offer = Offer { minimum_commitment: minimum, ..gb("any", fee, included, &overage) };
            let units = Decimal::new(millionths.into(), 6).unwrap().to_string();
            let bill = offer.bill(&month(2026, 3, "gb", &units)).unwrap();
            let sum = Ratio::sum(bill.lines.iter().map(|line| line.amount)).unwrap();
            prop_assert_eq!(sum.rounded(2).unwrap().times(100_u32.into()).unwrap(), Decimal::from(bill.total.minor));
            prop_assert!(bill.total.minor >= fee.max(minimum.unwrap_or(0)));
        }

        #[test]
        fn more_use_never_costs_less_where_each_unit_has_a_price(
            fee in 0..10_000_i64, included in 1..50_u32, units in 0..100_u32, more in 0..100_u32,
        ) {
            let offer = gb("any", fee, included, "1.25");
            let price = |units: u32| offer.price(&month(2026, 3, "gb", &units.to_string())).unwrap();
            prop_assert!(price(units + more) >= price(units));
        }
    }
}
