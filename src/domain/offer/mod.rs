//! What can be bought, ours or a competitor's, and what a month of a customer's own use costs on it.

mod allowance;
mod bill;
mod charge;
mod kernel;
mod no_price;
mod own_use;
mod packed;

#[cfg(any(test, feature = "samples"))]
pub mod samples;

use jiff::civil::Date;

pub use bill::{BillParts, MonthBill, MonthUsage};
pub use charge::Charge;
pub use kernel::{Kernel, UsageColumns};
pub use no_price::NoPrice;
pub use own_use::{OwnUse, ReadMonth};
pub use packed::{BETWEEN, packable};

use super::money::Currency;

/// A plan as it is sold by the month. The prices of a competitor's are what `provider` says it published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Unique among the offers of one provider.
    pub code: String,
    pub name: String,
    pub currency: Currency,
    /// Minor units a month; nothing where it is not known, and then nothing on this offer has a price.
    pub monthly_fee: Option<i64>,
    /// Minor units a month that fee and charges come to at least.
    pub minimum_commitment: Option<i64>,
    /// The charges of one meter add up. A meter without a charge is not sold here.
    pub charges: Vec<Charge>,
    /// The first and the last day on which a new customer can choose it; nothing where there is no such day.
    pub open_from: Option<Date>,
    pub open_until: Option<Date>,
    /// What one must be to have it, in words; nothing where everybody can.
    pub eligibility: Option<String>,
    /// Whose it is; nothing where it is ours.
    pub provider: Option<Provider>,
}

/// Another company, and where and when its price was read. That it would pay us for a customer cannot be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    pub name: String,
    /// Where the price stands, such as an address.
    pub source: String,
    pub checked_on: Date,
}

impl Offer {
    /// Whether a new customer can choose it on `day`: the first and the last day are both good.
    pub fn is_open_to_new(&self, day: Date) -> bool {
        self.open_from.is_none_or(|from| from <= day) && self.open_until.is_none_or(|until| day <= until)
    }

    /// Whether there is a condition that a customer must meet.
    pub fn is_restricted(&self) -> bool {
        self.eligibility.is_some()
    }

    /// Whom it is for, as it goes on after “Only for”: `students`, where the condition is written as “Students only.”.
    pub fn only_for(&self) -> Option<&str> {
        let mut whom = self.eligibility.as_deref()?.trim().trim_end_matches('.');
        for start in ["only ", "for "] {
            let cut = whom.split_at_checked(start.len()).filter(|(cut, _)| cut.eq_ignore_ascii_case(start));
            whom = cut.map_or(whom, |(_, left)| left.trim_start());
        }
        let end = " only";
        let cut = whom.len().checked_sub(end.len()).and_then(|at| whom.split_at_checked(at));
        Some(cut.filter(|(_, cut)| cut.eq_ignore_ascii_case(end)).map_or(whom, |(left, _)| left.trim_end()))
    }

    /// Whether both are the same offer: the same code from the same provider.
    pub fn is_same_as(&self, other: &Offer) -> bool {
        self.identity() == other.identity()
    }

    /// Orders offers and tells them apart: the code, then the provider; ours before a competitor's of the same code.
    pub fn identity(&self) -> (&str, Option<&str>) {
        (&self.code, self.provider.as_ref().map(|provider| provider.name.as_str()))
    }

    /// The name as a customer reads it, with the provider's before it: `Flogas Smart`.
    pub fn full_name(&self) -> String {
        match &self.provider {
            Some(provider) => format!("{} {}", provider.name, self.name),
            None => self.name.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_offer_is_open_from_its_first_to_its_last_day() {
        let offer = Offer {
            open_from: Some(date(2026, 1, 1)),
            open_until: Some(date(2026, 6, 30)),
            ..samples::flat_fee("spring", 1_000)
        };
        for (day, is_open) in [
            (date(2025, 12, 31), false),
            (date(2026, 1, 1), true),
            (date(2026, 6, 30), true),
            (date(2026, 7, 1), false),
        ] {
            assert_eq!(offer.is_open_to_new(day), is_open, "{day}");
        }
        assert!(samples::flat_fee("always", 1_000).is_open_to_new(date(1999, 1, 1)));
    }

    #[test]
    fn a_condition_goes_on_after_only_for_however_it_is_written() {
        for (written, whom) in [
            ("students", "students"),
            ("Students only.", "Students"),
            ("Only for students", "students"),
            ("for members of the community", "members of the community"),
            ("ONLY farmers", "farmers"),
            ("only", "only"),
            ("forestry workers", "forestry workers"),
            ("élèves only", "élèves"),
            ("é", "é"),
        ] {
            let offer = Offer { eligibility: Some(written.to_owned()), ..samples::flat_fee("a", 1) };
            assert_eq!(offer.only_for(), Some(whom), "{written}");
        }
    }

    #[test]
    fn a_competitors_offer_of_the_same_code_is_another_offer() {
        let ours = samples::flat_fee("basic", 1_000);
        let theirs = samples::of_competitor(ours.clone());
        assert!(ours.is_same_as(&ours.clone()));
        assert!(!ours.is_same_as(&theirs));
        assert_eq!(theirs.full_name(), "Flogas basic");
    }
}
