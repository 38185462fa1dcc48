//! Someone else's offer beside ours: where its price was read, and whether one of ours would do.

use jiff::civil::Date;

use super::{Comparison, Ranking};
use crate::{
    evidence::{Evidence, Value},
    offer::Offer,
};

/// The rule in plain words.
pub const SAYS: &str = "we price your own use on what other companies publish, as on our own plans. Where none of ours \
                    fits you as well we name theirs. Nobody pays us for it. A price is only as new as the day we \
                    read it.";

impl Comparison<'_> {
    /// As it is kept with a notice of kind `competitor`; see [`Comparison::evidence`]. The steps end at the saving.
    pub fn competitor_evidence(
        &self,
        ours: Option<&Ranking<'_>>,
        looked_back: i64,
        switching_cost: Option<i64>,
        today: Date,
    ) -> Evidence {
        let mut evidence = Evidence { says: SAYS.to_owned(), ..Evidence::default() };
        evidence.fact("Your plan", Value::Text(self.current.full_name()));
        add_source(&mut evidence, self.other);
        if let Some(ours) = ours {
            let best = ours.best().map_or("none of them", |best| best.other.name.as_str());
            evidence.fact("Our own plan that would have saved the most", Value::Text(best.to_owned()));
            evidence.fact("What it would have saved", Value::Money(self.money(ours.best_saving())));
        }
        self.add_comparison(&mut evidence, looked_back, switching_cost, today);
        evidence
    }
}

fn add_source(evidence: &mut Evidence, offer: &Offer) {
    evidence.fact("The other product", Value::Text(offer.full_name()));
    if let Some(provider) = &offer.provider {
        evidence.fact("Price read at", Value::Text(provider.source.clone()));
        evidence.fact("Price read on", Value::Date(provider.checked_on));
    }
    if let Some(whom) = offer.only_for() {
        evidence.fact("Only for", Value::Text(whom.to_owned()));
    }
    if let Some(until) = offer.open_until {
        evidence.fact("The offer stands until", Value::Date(until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        comparison::{Switching, compare, rank},
        notice::NoticeKind,
        offer::samples::{flat_fee, months, of_competitor},
        rule::{self, Fact, Facts, Rule, Subject},
        told::Told,
    };
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 22);

    fn facts(theirs: &Offer, ours: &[Offer]) -> Facts {
        let current = flat_fee("current", 1_000);
        let used = months(date(2026, 1, 1), &[1, 1, 1]);
        let ranking = rank(&current, ours, &used, TODAY).unwrap();
        let comparison = compare(&current, theirs, &used).unwrap();
        let told = Told { today: TODAY, days_since: Some(30), times: 1 };
        comparison.asked(Some(ranking.best_saving()), Switching::FREE, told).facts(NoticeKind::Competitor)
    }

    #[test]
    fn every_fact_a_competitor_rule_may_ask_is_there() {
        let facts = facts(&of_competitor(flat_fee("smart", 800)), &[flat_fee("ours", 900)]);
        for fact in NoticeKind::Competitor.facts() {
            assert!(facts.get(fact).is_some(), "{fact} is missing");
        }
        assert_eq!(facts.get(Fact::PriceAgeDays), Some(&rule::Value::Days(21)));
        assert_eq!(facts.get(Fact::OurBestSaving), Some(&rule::Value::Money(300)));
    }

    #[test]
    fn a_competitor_is_named_only_where_ours_does_not_do_as_well() {
        let holds = |facts: &Facts| Rule::usual(NoticeKind::Competitor).condition.holds(facts);
        let smart = of_competitor(flat_fee("smart", 800));
        assert!(holds(&facts(&smart, &[flat_fee("ours", 900)])));
        assert!(!holds(&facts(&smart, &[flat_fee("ours", 800)])), "ours does as well");
        let one_fits = |theirs, ours: &[Offer]| facts(theirs, ours).get(Fact::OneOfOursFits).cloned();
        assert_eq!(one_fits(&smart, &[flat_fee("ours", 800)]), Some(rule::Value::YesNo(true)));
        assert_eq!(one_fits(&smart, &[flat_fee("ours", 801)]), Some(rule::Value::YesNo(false)));
        let dearer = of_competitor(flat_fee("dearer", 1_100));
        assert_eq!(one_fits(&dearer, &[]), Some(rule::Value::YesNo(true)), "the plan they have does");
        let restricted = Offer { eligibility: Some("farmers".to_owned()), ..smart };
        assert!(!holds(&facts(&restricted, &[])));
        let mut old = of_competitor(flat_fee("old", 500));
        old.provider.as_mut().unwrap().checked_on = date(2026, 8, 1);
        assert!(!holds(&facts(&old, &[])), "a price of long ago is no price");
    }

    #[test]
    fn the_evidence_carries_the_date_and_the_source_of_the_price() {
        let (current, theirs) = (flat_fee("current", 1_000), of_competitor(flat_fee("smart", 800)));
        let used = months(date(2026, 10, 1), &[1]);
        let ranking = rank(&current, [], &used, TODAY).unwrap();
        let comparison = compare(&current, &theirs, &used).unwrap();
        let evidence = comparison.competitor_evidence(Some(&ranking), 12, None, TODAY);
        let has = |name: &str, value: Value| evidence.facts.iter().any(|fact| fact.name == name && fact.value == value);
        assert!(has("The other product", Value::Text("Flogas smart".to_owned())));
        assert!(has("Price read on", Value::Date(date(2026, 11, 1))));
        assert!(has("Price read at", Value::Text("https://flogas.example/prices".to_owned())));
        assert_eq!(evidence.steps.last().map(|step| step.amount.minor), Some(200));
    }
}
