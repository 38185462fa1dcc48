//! What a rule about a better price may ask.

use jiff::civil::Date;

use super::{Comparison, count};
use crate::{
    coverage::Coverage,
    day,
    money::Currency,
    offer::Offer,
    percent::Percent,
    rule::{Fact, Subject, Value},
    told::Told,
};

/// What changing to another offer means for one customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Switching {
    /// Minor units that changing costs them once, such as what is left of a commitment; 0 where it is free, nothing
    /// where it is not known. Then a rule that asks for it stays silent.
    pub cost: Option<i64>,
    /// The last day of the commitment they are in.
    pub committed_until: Option<Date>,
    /// Whether they meet the condition of a restricted offer, where a person found out. Offers without one are for
    /// everybody.
    pub meets_condition: Option<bool>,
}

impl Switching {
    /// Changing is free at any time.
    pub const FREE: Self = Self { cost: Some(0), committed_until: None, meets_condition: None };
}

/// What the months of a comparison come to, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// On the current offer.
    pub now: i64,
    pub there: i64,
    /// Months compared.
    pub months: i64,
    /// Those that would have cost more on the other.
    pub dearer: i64,
}

impl Totals {
    /// What each of the same months costs on both; nothing where the sum has too many digits.
    pub fn of(months: impl Iterator<Item = (i64, i64)>) -> Option<Self> {
        let mut totals = Self { now: 0, there: 0, months: 0, dearer: 0 };
        for (now, there) in months {
            totals.now = totals.now.checked_add(now)?;
            totals.there = totals.there.checked_add(there)?;
            totals.months += 1;
            totals.dearer += i64::from(there > now);
        }
        Some(totals)
    }

    /// Minor units that the other offer would have cost less; below zero where it would have cost more.
    pub fn saving(&self) -> i64 {
        self.now.saturating_sub(self.there)
    }

    /// The saving as a share of what is paid now, rounded down, so that it is never too large; below zero where the
    /// other costs more. Nothing where nothing is paid now.
    pub fn saving_percent(&self) -> Option<Percent> {
        let millionths = (i128::from(self.saving()) * 1_000_000).checked_div_euclid(self.now.into())?;
        Some(Percent { millionths: i64::try_from(millionths).ok()? })
    }
}

/// Another offer beside the current one on the day of `told`, as rules ask about it.
#[derive(Clone, Copy, Debug)]
pub struct OfferFacts<'a> {
    pub current: &'a Offer,
    pub other: &'a Offer,
    /// Nothing where the other has no price for this use: no saving and no months are known then, so that no rule can
    /// claim one.
    pub totals: Option<Totals>,
    /// What the best of our own offers would save. One of ours fits where it, or the plan they have, costs no more than a
    /// competitor's. Nothing where it is not looked at.
    pub our_best: Option<i64>,
    /// How many of the months looked back at are compared.
    pub coverage: Coverage,
    pub switching: Switching,
    pub told: Told,
}

impl Subject for OfferFacts<'_> {
    fn currency(&self) -> Currency {
        self.current.currency
    }

    fn value(&self, fact: Fact) -> Option<Value> {
        let (other, switching, today) = (self.other, &self.switching, self.told.today);
        let provider = other.provider.as_ref();
        match fact {
            Fact::Plan => Some(Value::Text(self.current.name.clone())),
            Fact::OtherPlan => Some(Value::Text(other.full_name())),
            Fact::OtherPlanIsOpen => Some(Value::YesNo(other.is_open_to_new(today))),
            Fact::PriceIsKnown => Some(Value::YesNo(self.totals.is_some())),
            Fact::IsEligible if other.is_restricted() => switching.meets_condition.map(Value::YesNo),
            Fact::IsEligible => Some(Value::YesNo(true)),
            Fact::SwitchingCost => switching.cost.map(Value::Money),
            Fact::CommitmentDaysLeft => {
                let left = switching.committed_until.map_or(0, |until| day::between(today, until).max(0));
                Some(Value::Days(left))
            }
            Fact::Saving => self.totals.map(|totals| Value::Money(totals.saving())),
            Fact::SavingPercent => self.totals.and_then(|totals| totals.saving_percent()).map(Value::Percent),
            Fact::MonthsCompared => self.totals.map(|totals| Value::Count(totals.months)),
            Fact::CoveragePercent => self.totals.map(|_| Value::Percent(self.coverage.percent())),
            Fact::MonthsDearer => self.totals.map(|totals| Value::Count(totals.dearer)),
            Fact::OfferIsRestricted => Some(Value::YesNo(other.is_restricted())),
            Fact::Competitor => provider.map(|provider| Value::Text(provider.name.clone())),
            Fact::PriceAgeDays => provider.map(|provider| Value::Days(day::between(provider.checked_on, today))),
            Fact::OurBestSaving => self.our_best.map(Value::Money),
            Fact::OneOfOursFits => {
                let (ours, totals) = (self.our_best?, self.totals?);
                Some(Value::YesNo(ours >= totals.saving()))
            }
            _ => self.told.value(fact, self.currency()),
        }
    }
}

impl<'a> Comparison<'a> {
    /// The sums of its months.
    pub fn totals(&self) -> Totals {
        Totals {
            now: self.now,
            there: self.there,
            months: self.months_compared(),
            dearer: count(self.months_dearer().count()),
        }
    }

    /// As rules ask about it, where its months are all that are looked back at.
    pub fn asked(&self, our_best: Option<i64>, switching: Switching, told: Told) -> OfferFacts<'a> {
        let totals = Some(self.totals());
        let coverage = Coverage::whole(self.months_compared());
        OfferFacts { current: self.current, other: self.other, totals, our_best, coverage, switching, told }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        comparison::compare,
        notice::NoticeKind,
        offer::samples::{flat_fee, gb, months},
        rule::{Facts, Rule},
    };
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 22);

    fn told() -> Told {
        Told { today: TODAY, days_since: Some(30), times: 1 }
    }

    fn holds(facts: &Facts) -> bool {
        Rule::usual(NoticeKind::BetterPrice).condition.holds(facts)
    }

    #[test]
    fn every_fact_a_better_price_rule_may_ask_is_there() {
        let (current, other) = (gb("large", 3_500, 10, "5"), gb("small", 2_000, 5, "5"));
        let used = months(date(2026, 1, 1), &[4, 4, 9]);
        let until = Switching { committed_until: Some(date(2026, 12, 2)), ..Switching::FREE };
        let facts = compare(&current, &other, &used).unwrap().asked(None, until, told()).facts(NoticeKind::BetterPrice);
        for fact in NoticeKind::BetterPrice.facts() {
            assert!(facts.get(fact).is_some(), "{fact} is missing");
        }
        assert_eq!(facts.get(Fact::Saving), Some(&Value::Money(2_500)));
        assert_eq!(facts.get(Fact::MonthsDearer), Some(&Value::Count(1)));
        assert_eq!(facts.get(Fact::CommitmentDaysLeft), Some(&Value::Days(10)));
        assert!(holds(&facts));
        let free = Switching { cost: Some(2_500), ..until };
        let dear = compare(&current, &other, &used).unwrap().asked(None, free, told()).facts(NoticeKind::BetterPrice);
        assert!(!holds(&dear), "a saving that changing eats up is none");
    }

    #[test]
    fn a_restricted_offer_is_recommended_only_to_whom_we_know_to_meet_its_condition() {
        let current = flat_fee("current", 1_000);
        let restricted = Offer { eligibility: Some("students".to_owned()), ..flat_fee("student", 500) };
        let used = months(date(2026, 1, 1), &[1, 1, 1]);
        let comparison = compare(&current, &restricted, &used).unwrap();
        for (meets_condition, is_told) in [(None, false), (Some(false), false), (Some(true), true)] {
            let facts = comparison
                .asked(None, Switching { meets_condition, ..Switching::FREE }, told())
                .facts(NoticeKind::BetterPrice);
            assert_eq!(holds(&facts), is_told, "{meets_condition:?}");
        }
    }

    #[test]
    fn without_a_price_there_is_no_saving_to_ask_for() {
        let (current, other) = (flat_fee("current", 1_000), flat_fee("other", 0));
        let asked = OfferFacts {
            current: &current,
            other: &other,
            totals: None,
            our_best: None,
            coverage: Coverage::whole(0),
            switching: Switching::FREE,
            told: told(),
        };
        let facts = asked.facts(NoticeKind::BetterPrice);
        assert_eq!(facts.get(Fact::PriceIsKnown), Some(&Value::YesNo(false)));
        assert_eq!((facts.get(Fact::Saving), facts.get(Fact::SavingPercent)), (None, None));
        assert!(!holds(&facts));
    }
}
