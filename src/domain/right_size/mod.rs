//! Whether a customer buys more than they need, or less, with everything that speaks against the advice.

mod evidence;
mod facts;
mod no_advice;
mod percentile;
mod terms;

#[cfg(test)]
mod tests;

pub use no_advice::NoAdvice;
pub use terms::SizingTerms;

use std::borrow::Cow;

use super::{
    comparison::{Comparison, compare, count},
    decimal::{Decimal, TooManyDigits},
    month,
    offer::{MonthUsage, NoPrice, Offer},
    percent::Percent,
};

/// Fewer different months of the year than this say nothing about a year: Oracle Opower compares rates from 9 months of
/// bills on (`worked-examples.md`, P6).
pub const FEWEST_SEASONS: usize = 9;
const ALL_SEASONS: usize = 12;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SizeChange {
    Smaller,
    Larger,
}

impl SizeChange {
    /// As a rule writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Smaller => "smaller",
            Self::Larger => "larger",
        }
    }
}

/// Another size beside the one that is bought. Whether it is worth telling is the rule's to say: the saving may be
/// nothing or below. Units are those of the meter, a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizing<'a> {
    /// Of the months in which the meter has readings, overage included; its `months_dearer` speak against the change.
    pub comparison: Comparison<'a>,
    pub meter: String,
    pub change: SizeChange,
    /// What the current offer includes.
    pub bought: Decimal,
    /// What the other includes.
    pub other_allowance: Decimal,
    /// The percentile of the months, and the headroom on top.
    pub needed: Decimal,
    /// Of what was bought in the months with readings, rounded down. Use above the allowance is not set off against it.
    pub unused: Percent,
    pub terms: SizingTerms,
    /// Months with readings of the meter.
    pub covered: usize,
    /// Different months of the year among them, at most 12.
    pub seasons: usize,
}

/// `months` are those of the look-back that have readings, each once; one that does not name `meter` has none of it. An
/// answer where both offers include an amount, a different one, and enough was read:
///
/// - months with readings are at least the coverage floor of the look-back;
/// - they are at least [`FEWEST_SEASONS`] different months of the year;
/// - short of all twelve, no month may have cost more on the other size: a short look-back must not advise a change
///   that a year would undo (`worked-examples.md`, P7).
///
/// The price decides, not whether the allowance covers what is needed: a smaller size with overage may be the best
/// (P8).
pub fn size<'a>(
    current: &'a Offer,
    other: &'a Offer,
    months: &[MonthUsage],
    meter: &str,
    terms: &SizingTerms,
) -> Result<Sizing<'a>, NoAdvice> {
    let included = |offer: &Offer| {
        offer
            .allowance(meter)
            .ok_or_else(|| NoAdvice::NoAllowance { offer: offer.code.clone(), meter: meter.to_owned() })
    };
    let (bought, other_allowance) = (included(current)?, included(other)?);
    if bought == other_allowance {
        return Err(NoAdvice::SameSize);
    }
    let months = metered(months, meter);
    let (covered, seasons) = (months.len(), month::seasons(months.iter().map(|usage| usage.month)));
    if !terms.is_covered_by(covered) {
        return Err(NoAdvice::TooFewMonths { covered, looked_back: terms.look_back_months });
    }
    if seasons < FEWEST_SEASONS {
        return Err(NoAdvice::TooFewSeasons { seasons });
    }
    let comparison = compare(current, other, &months)?;
    let dearer = comparison.months_dearer().count();
    if seasons < ALL_SEASONS && dearer > 0 {
        return Err(NoAdvice::YearMayUndoIt { seasons, dearer });
    }
    let used: Vec<Decimal> = months.iter().filter_map(|month| month.units.get(meter).copied()).collect();
    let too_many = |_: TooManyDigits| NoAdvice::NoPrice(NoPrice::TooManyDigits { offer: current.code.clone() });
    Ok(Sizing {
        comparison,
        meter: meter.to_owned(),
        change: if other_allowance < bought { SizeChange::Smaller } else { SizeChange::Larger },
        bought,
        other_allowance,
        needed: terms.needed(&used).map_err(too_many)?,
        unused: unused(&used, bought).map_err(too_many)?,
        terms: *terms,
        covered,
        seasons,
    })
}

/// The months that have readings of the meter.
fn metered<'m>(months: &'m [MonthUsage], meter: &str) -> Cow<'m, [MonthUsage]> {
    let is_metered = |month: &&MonthUsage| month.units.contains_key(meter);
    if months.iter().all(|month| is_metered(&month)) {
        Cow::Borrowed(months)
    } else {
        Cow::Owned(months.iter().filter(is_metered).cloned().collect())
    }
}

/// The share of `bought` that was left over, in all months together, rounded down.
fn unused(used: &[Decimal], bought: Decimal) -> Result<Percent, TooManyDigits> {
    const WHOLE: i64 = 1_000_000;
    let within = Decimal::sum(used.iter().map(|units| units.min(&bought)).copied())?;
    let in_all = bought.times(count(used.len()).into())?;
    let millionths = within.times(WHOLE.into())?.times_to_cover(in_all)?.map_or(0, |used| used.parts().0);
    let millionths = i64::try_from(millionths).unwrap_or(WHOLE);
    Ok(Percent { millionths: (WHOLE - millionths).clamp(0, WHOLE) })
}

impl Sizing<'_> {
    /// Months with readings, of those looked back on.
    pub fn coverage(&self) -> Percent {
        self.terms.coverage(self.covered)
    }

    pub fn covers_all_seasons(&self) -> bool {
        self.seasons >= ALL_SEASONS
    }

    /// In whole percent, rounded down: the share of the months in which the other size would not have cost more.
    pub fn confidence_percent(&self) -> i64 {
        let good = self.covered - self.comparison.months_dearer().count();
        count(good * 100).checked_div(count(self.covered)).unwrap_or(0)
    }
}
