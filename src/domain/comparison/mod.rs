//! A customer's own use priced on two offers, month by month, and on all of them in order.
//!
//! Only months with readings are compared. A month without any is not a month without use, so it is never counted as
//! zero.

mod answer;
mod competitor;
mod evidence;
mod facts;
mod ranking;

#[cfg(test)]
mod published;

pub use answer::Answer;
pub use competitor::SAYS as COMPETITOR_SAYS;
pub use evidence::SAYS as PRICE_SAYS;
pub use facts::{OfferFacts, Switching, Totals};
pub use ranking::{Ranking, Unpriced, rank, rank_bills};

use jiff::civil::Date;

use super::{
    coverage::PartRead,
    offer::{MonthUsage, NoPrice, Offer},
    percent::Percent,
};

/// What the same use costs on two offers. Amounts are minor units of their one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison<'a> {
    pub current: &'a Offer,
    pub other: &'a Offer,
    /// In the order they were given.
    pub months: Vec<ComparedMonth>,
    /// Sum of the months on the current offer, each rounded as it would be billed.
    pub now: i64,
    /// The same on the other.
    pub there: i64,
    /// Months that are not compared, as too few of their days were read.
    pub part_read: Vec<PartRead>,
}

/// One month's bill on both offers, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComparedMonth {
    /// Its first day.
    pub month: Date,
    pub now: i64,
    pub there: i64,
}

/// Prices every month on both offers, overage included. `months` are those with readings, each once. No price for a
/// single month on either offer, or two currencies, and there is no comparison.
pub fn compare<'a>(current: &'a Offer, other: &'a Offer, months: &[MonthUsage]) -> Result<Comparison<'a>, NoPrice> {
    let days: Vec<Date> = months.iter().map(|usage| usage.month).collect();
    compare_bills(current, other, &days, &price_months(current, months)?, &price_months(other, months)?)
}

/// The same where the bills were worked out elsewhere, such as by a tariff from interval readings. `now` and `there`
/// hold the bill of each of `months`, in minor units.
pub fn compare_bills<'a>(
    current: &'a Offer,
    other: &'a Offer,
    months: &[Date],
    now: &[i64],
    there: &[i64],
) -> Result<Comparison<'a>, NoPrice> {
    if other.currency != current.currency {
        return Err(NoPrice::OtherCurrency { offer: other.code.clone() });
    }
    let bills = months.iter().zip(now.iter().zip(there));
    let months = bills.map(|(month, (now, there))| ComparedMonth { month: *month, now: *now, there: *there }).collect();
    Ok(Comparison { current, other, months, now: sum(current, now)?, there: sum(other, there)?, part_read: Vec::new() })
}

/// What each month costs on an offer, in minor units.
fn price_months(offer: &Offer, months: &[MonthUsage]) -> Result<Vec<i64>, NoPrice> {
    months.iter().map(|month| offer.price(month)).collect()
}

fn sum(offer: &Offer, bills: &[i64]) -> Result<i64, NoPrice> {
    let sum = bills.iter().try_fold(0_i64, |sum, bill| sum.checked_add(*bill));
    sum.ok_or_else(|| NoPrice::TooManyDigits { offer: offer.code.clone() })
}

impl Comparison<'_> {
    /// Minor units that the other offer would have cost less; below zero where it would have cost more.
    pub fn saving(&self) -> i64 {
        self.now.saturating_sub(self.there)
    }

    /// See [`Totals::saving_percent`].
    pub fn saving_percent(&self) -> Option<Percent> {
        self.totals().saving_percent()
    }

    /// The months that would have cost more on the other offer.
    pub fn months_dearer(&self) -> impl Iterator<Item = &ComparedMonth> {
        self.months.iter().filter(|month| month.there > month.now)
    }

    /// Months compared, as rules count them.
    pub fn months_compared(&self) -> i64 {
        count(self.months.len())
    }
}

pub(super) fn count(items: usize) -> i64 {
    i64::try_from(items).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        money::Currency,
        offer::samples::{flat_fee, gb, months},
    };
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn every_month_is_priced_on_both_with_its_overage() {
        let (large, small) = (gb("large", 3_500, 10, "5"), gb("small", 2_000, 5, "5"));
        let used = months(date(2026, 1, 1), &[4, 9, 12, 8]);
        let comparison = compare(&large, &small, &used).unwrap();
        let lines: Vec<_> = comparison.months.iter().map(|month| (month.now, month.there)).collect();
        assert_eq!(lines, [(3_500, 2_000), (3_500, 4_000), (4_500, 5_500), (3_500, 3_500)]);
        assert_eq!((comparison.now, comparison.there, comparison.saving()), (15_000, 15_000, 0));
        let dearer: Vec<_> = comparison.months_dearer().map(|month| month.month).collect();
        assert_eq!(dearer, [date(2026, 2, 1), date(2026, 3, 1)], "a month that costs the same is not dearer");
    }

    /// Trap P8 of `worked-examples.md`: who looks only at plans whose allowance covers the use misses "lower plan and
    /// overage".
    #[test]
    fn a_smaller_plan_with_overage_can_cost_less_than_one_that_covers_the_use() {
        let (covers, lower) = (gb("covers", 10_000, 10, "5"), gb("lower", 1_500, 5, "10"));
        let comparison = compare(&covers, &lower, &months(date(2026, 1, 1), &[6, 6])).unwrap();
        assert_eq!(comparison.saving(), 15_000);
    }

    #[test]
    fn a_share_is_rounded_down_and_needs_something_to_be_a_share_of() {
        let used = months(date(2026, 1, 1), &[1, 1, 1]);
        let share = |now, there| {
            let (now, there) = (flat_fee("now", now), flat_fee("there", there));
            compare(&now, &there, &used).unwrap().saving_percent().map(|share| share.millionths)
        };
        assert_eq!(share(300, 200), Some(333_333));
        assert_eq!(share(300, 400), Some(-333_334));
        assert_eq!(share(0, 100), None);
    }

    #[test]
    fn two_currencies_or_a_month_without_a_price_make_no_comparison() {
        let used = months(date(2026, 1, 1), &[1]);
        let (euro, franc) = (flat_fee("euro", 1), Offer { currency: Currency::CHF, ..flat_fee("franc", 1) });
        assert_eq!(compare(&euro, &franc, &used), Err(NoPrice::OtherCurrency { offer: "franc".to_owned() }));
        let unknown = Offer { monthly_fee: None, ..flat_fee("unknown", 0) };
        let not_known = Err(NoPrice::FeeNotKnown { offer: "unknown".to_owned() });
        assert_eq!(compare(&euro, &unknown, &used), not_known);
        assert_eq!(compare(&unknown, &euro, &used), not_known);
        let most = flat_fee("most", i64::MAX);
        let twice = months(date(2026, 1, 1), &[1, 1]);
        assert_eq!(compare(&euro, &most, &twice), Err(NoPrice::TooManyDigits { offer: "most".to_owned() }));
    }

    proptest! {
        #[test]
        fn the_months_sum_to_the_saving_and_the_way_back_costs_it(
            used in prop::collection::vec(0..60_u32, 0..24), fees in (0..9_000_i64, 0..9_000_i64),
            included in (1..30_u32, 1..30_u32),
        ) {
            let (one, two) = (gb("one", fees.0, included.0, "1.005"), gb("two", fees.1, included.1, "0.995"));
            let used = months(date(2025, 1, 1), &used);
            let there = compare(&one, &two, &used).unwrap();
            let back = compare(&two, &one, &used).unwrap();
            prop_assert_eq!(there.saving(), there.months.iter().map(|month| month.now - month.there).sum::<i64>());
            prop_assert_eq!(there.saving(), -back.saving());
            prop_assert!(there.months_dearer().count() + back.months_dearer().count() <= used.len());
            prop_assert_eq!(compare(&one, &one, &used).unwrap().saving(), 0);
        }
    }
}
