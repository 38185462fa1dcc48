//! What a rule about a better price may ask.

use jiff::civil::Date;

use super::{Comparison, count};
use crate::domain::{
    day,
    offer::Offer,
    rule::{Fact, Facts, Value, WrongType},
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

/// The facts about another offer whose price is not known for this use: no saving and no months are among them, so no
/// rule can claim one.
pub fn unpriced_facts(current: &Offer, other: &Offer, switching: &Switching, told: &Told) -> Result<Facts, WrongType> {
    let mut facts = told.facts(current.currency)?;
    facts.set(Fact::Plan, Value::Text(current.name.clone()))?;
    facts.set(Fact::OtherPlan, Value::Text(other.full_name()))?;
    facts.set(Fact::OtherPlanIsOpen, Value::YesNo(other.is_open_to_new(told.today)))?;
    facts.set(Fact::PriceIsKnown, Value::YesNo(false))?;
    let is_eligible = if other.is_restricted() { switching.meets_condition } else { Some(true) };
    if let Some(is_eligible) = is_eligible {
        facts.set(Fact::IsEligible, Value::YesNo(is_eligible))?;
    }
    if let Some(cost) = switching.cost {
        facts.set(Fact::SwitchingCost, Value::Money(cost))?;
    }
    let days_left = switching.committed_until.map_or(0, |until| day::between(told.today, until).max(0));
    facts.set(Fact::CommitmentDaysLeft, Value::Days(days_left))?;
    Ok(facts)
}

impl Comparison<'_> {
    /// Every fact that a rule of kind `better_price` may ask. The share saved is not known where nothing is paid now;
    /// whether they may have a restricted offer is not known unless `switching` says so.
    pub fn facts(&self, switching: &Switching, told: &Told) -> Result<Facts, WrongType> {
        let mut facts = unpriced_facts(self.current, self.other, switching, told)?;
        facts.set(Fact::PriceIsKnown, Value::YesNo(true))?;
        facts.set(Fact::Saving, Value::Money(self.saving()))?;
        if let Some(percent) = self.saving_percent() {
            facts.set(Fact::SavingPercent, Value::Percent(percent))?;
        }
        facts.set(Fact::MonthsCompared, Value::Count(self.months_compared()))?;
        facts.set(Fact::MonthsDearer, Value::Count(count(self.months_dearer().count())))?;
        Ok(facts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        comparison::compare,
        notice::NoticeKind,
        offer::samples::{flat_fee, gb, months},
        rule::Rule,
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
        let facts = compare(&current, &other, &used).unwrap().facts(&until, &told()).unwrap();
        for fact in NoticeKind::BetterPrice.facts() {
            assert!(facts.get(fact).is_some(), "{fact} is missing");
        }
        assert_eq!(facts.get(Fact::Saving), Some(&Value::Money(2_500)));
        assert_eq!(facts.get(Fact::MonthsDearer), Some(&Value::Count(1)));
        assert_eq!(facts.get(Fact::CommitmentDaysLeft), Some(&Value::Days(10)));
        assert!(holds(&facts));
        let free = Switching { cost: Some(2_500), ..until };
        let dear = compare(&current, &other, &used).unwrap().facts(&free, &told()).unwrap();
        assert!(!holds(&dear), "a saving that changing eats up is none");
    }

    #[test]
    fn a_restricted_offer_is_recommended_only_to_whom_we_know_to_meet_its_condition() {
        let current = flat_fee("current", 1_000);
        let restricted = Offer { eligibility: Some("students".to_owned()), ..flat_fee("student", 500) };
        let used = months(date(2026, 1, 1), &[1, 1, 1]);
        let comparison = compare(&current, &restricted, &used).unwrap();
        for (meets_condition, is_told) in [(None, false), (Some(false), false), (Some(true), true)] {
            let facts = comparison.facts(&Switching { meets_condition, ..Switching::FREE }, &told()).unwrap();
            assert_eq!(holds(&facts), is_told, "{meets_condition:?}");
        }
    }

    #[test]
    fn without_a_price_there_is_no_saving_to_ask_for() {
        let (current, other) = (flat_fee("current", 1_000), flat_fee("other", 0));
        let facts = unpriced_facts(&current, &other, &Switching::FREE, &told()).unwrap();
        assert_eq!(facts.get(Fact::PriceIsKnown), Some(&Value::YesNo(false)));
        assert_eq!((facts.get(Fact::Saving), facts.get(Fact::SavingPercent)), (None, None));
        assert!(!holds(&facts));
    }
}
