//! Whether a customer buys more than they need, or less, with everything that speaks against the advice.

mod evidence;
mod facts;
mod no_advice;
mod percentile;
mod terms;

#[cfg(test)]
mod tests;

pub use facts::SizeFacts;
pub use no_advice::NoAdvice;
pub use terms::SizingTerms;

use std::{borrow::Cow, cmp::Ordering};

use super::{
    comparison::{Comparison, Totals, compare, count},
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

/// What a customer needs of a meter, beside what they buy of it. Units are those of the meter, a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    pub meter: String,
    /// What the current offer includes.
    pub bought: Decimal,
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

/// Another size beside the one that is bought. Whether it is worth telling is the rule's to say: the saving may be
/// nothing or below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizing<'a> {
    /// Of the months in which the meter has readings, overage included; its `months_dearer` speak against the change.
    pub comparison: Comparison<'a>,
    pub need: Need,
    pub change: SizeChange,
    /// What the other includes.
    pub other_allowance: Decimal,
}

/// `months` are those of the look-back that have readings, each once; one that does not name `meter` has none of it. An
/// answer where both offers include an amount, a different one, and enough was read; see [`Need::of`] and
/// [`Need::change_to`].
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
    let need = Need::of(current, months, meter, terms)?;
    let comparison = compare(current, other, &metered(months, meter))?;
    let change = need.change_to(other, &comparison.totals())?;
    let other_allowance = allowance(other, meter)?;
    Ok(Sizing { comparison, need, change, other_allowance })
}

fn allowance(offer: &Offer, meter: &str) -> Result<Decimal, NoAdvice> {
    let none = || NoAdvice::NoAllowance { offer: offer.code.clone(), meter: meter.to_owned() };
    offer.allowance(meter).ok_or_else(none)
}

impl Need {
    /// Nothing where the offer includes no amount of the meter, or not enough was read:
    ///
    /// - months with readings are at least the coverage floor of the look-back;
    /// - they are at least [`FEWEST_SEASONS`] different months of the year.
    pub fn of(current: &Offer, months: &[MonthUsage], meter: &str, terms: &SizingTerms) -> Result<Self, NoAdvice> {
        let bought = allowance(current, meter)?;
        let months = metered(months, meter);
        let (covered, seasons) = (months.len(), month::seasons(months.iter().map(|usage| usage.month)));
        if !terms.is_covered_by(covered) {
            return Err(NoAdvice::TooFewMonths { covered, looked_back: terms.look_back_months });
        }
        if seasons < FEWEST_SEASONS {
            return Err(NoAdvice::TooFewSeasons { seasons });
        }
        let used: Vec<Decimal> = months.iter().filter_map(|month| month.units.get(meter).copied()).collect();
        let too_many = |_: TooManyDigits| NoAdvice::NoPrice(NoPrice::TooManyDigits { offer: current.code.clone() });
        Ok(Self {
            meter: meter.to_owned(),
            bought,
            needed: terms.needed(&used).map_err(too_many)?,
            unused: unused(&used, bought).map_err(too_many)?,
            terms: *terms,
            covered,
            seasons,
        })
    }

    /// What changing to `other` would be, where it includes another amount. `totals` are of the months with readings of
    /// the meter: short of all twelve months of a year, none of them may have cost more on the other size, as a short
    /// look-back must not advise a change that a year would undo (`worked-examples.md`, P7).
    pub fn change_to(&self, other: &Offer, totals: &Totals) -> Result<SizeChange, NoAdvice> {
        let (seasons, dearer) = (self.seasons, totals.dearer);
        match allowance(other, &self.meter)?.cmp(&self.bought) {
            Ordering::Equal => Err(NoAdvice::SameSize),
            _ if !self.covers_all_seasons() && dearer > 0 => Err(NoAdvice::YearMayUndoIt { seasons, dearer }),
            Ordering::Less => Ok(SizeChange::Smaller),
            Ordering::Greater => Ok(SizeChange::Larger),
        }
    }

    /// Months with readings, of those looked back on.
    pub fn coverage(&self) -> Percent {
        self.terms.coverage(self.covered)
    }

    pub fn covers_all_seasons(&self) -> bool {
        self.seasons >= ALL_SEASONS
    }

    /// In whole percent, rounded down: the share of the months in which the other size would not have cost more.
    pub fn confidence_percent(&self, totals: &Totals) -> i64 {
        let covered = count(self.covered);
        ((covered - totals.dearer) * 100).checked_div(covered).unwrap_or(0)
    }
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
