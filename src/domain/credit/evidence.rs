//! What a rule about credit may ask, and why we say that there is some.

use jiff::civil::Date;

use super::{Grant, balance, expiry_warning};
use crate::{
    day,
    evidence::{Evidence, Value},
    money::Currency,
    rule::{self, Fact, Subject},
    told::Told,
};

const SAYS: &str = "of several credits the soonest to expire is used first, then what can pay for one thing alone, \
                    then the oldest. We tell you 30, 7 and 1 days before some of it expires.";

/// A grant on the day of `told`. When it expires is not known where it does not.
pub struct GrantFacts<'a> {
    pub grant: &'a Grant,
    /// All of the customer's, this one among them.
    pub grants: &'a [Grant],
    pub told: Told,
}

impl Subject for GrantFacts<'_> {
    fn currency(&self) -> Currency {
        self.grant.currency
    }

    fn value(&self, fact: Fact) -> Option<rule::Value> {
        let (grant, today) = (self.grant, self.told.today);
        match fact {
            Fact::CreditLeft => Some(rule::Value::Money(grant.left_on(today))),
            Fact::CreditInAll => {
                let scope = grant.scope.as_deref();
                Some(rule::Value::Money(balance(self.grants, grant.currency, scope, today)))
            }
            Fact::DaysUntilExpiry => grant.days_left(today).map(rule::Value::Days),
            Fact::ExpiresOn => grant.expires_on.map(rule::Value::Date),
            _ => self.told.value(fact, grant.currency),
        }
    }
}

impl Grant {
    /// Days until the last day it can be used, which counts as 0; below zero once it has expired. Nothing where it does
    /// not expire.
    pub fn days_left(&self, today: Date) -> Option<i64> {
        self.expires_on.map(|last| day::between(today, last))
    }

    /// The step of [`expiry_warning`] that it is in; nothing where none of it is left.
    pub fn warning(&self, today: Date) -> Option<i64> {
        self.days_left(today).and_then(expiry_warning).filter(|_| self.left_on(today) > 0)
    }

    /// As it is kept with a notice of kind `credit`. The last step's amount is what is left.
    pub fn evidence(&self, grants: &[Grant], today: Date) -> Evidence {
        let mut evidence = Evidence { says: SAYS.to_owned(), ..Evidence::default() };
        let money = |minor| Value::Money(self.money(minor));
        evidence.fact("Credit", Value::Text(self.reference.clone()));
        evidence.fact("Given on", Value::Date(self.granted_on));
        if let Some(scope) = &self.scope {
            evidence.fact("Only for", Value::Text(scope.clone()));
        }
        if let (Some(last), Some(days)) = (self.expires_on, self.days_left(today)) {
            evidence.fact("Can be used until", Value::Date(last));
            evidence.fact("Days left", Value::Days(days));
        }
        let in_all = balance(grants, self.currency, self.scope.as_deref(), today);
        evidence.fact("Credit you can use today, in all", money(in_all));
        evidence.fact("Day we looked", Value::Date(today));
        evidence.step("The credit", self.money(self.amount));
        if self.used > 0 {
            let left = self.amount.saturating_sub(self.used).max(0);
            evidence.step(format!("less {} used already", self.money(self.used)), self.money(left));
        }
        evidence
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credit::grant::samples::grant, notice::NoticeKind, rule::Rule};
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 13);

    #[test]
    fn every_fact_a_credit_rule_may_ask_is_there() {
        let grants = [Grant { used: 300, ..grant("welcome", 1_000, 20) }, grant("never", 500, 0)];
        let told = Told { today: TODAY, days_since: Some(23), times: 1 };
        let facts = GrantFacts { grant: &grants[0], grants: &grants, told }.facts(NoticeKind::Credit);
        for fact in NoticeKind::Credit.facts() {
            assert!(facts.get(fact).is_some(), "{fact} is missing");
        }
        assert_eq!(facts.get(Fact::CreditLeft), Some(&rule::Value::Money(700)));
        assert_eq!(facts.get(Fact::CreditInAll), Some(&rule::Value::Money(1_200)));
        assert_eq!(facts.get(Fact::DaysUntilExpiry), Some(&rule::Value::Days(7)));
        let rule = Rule::usual(NoticeKind::Credit);
        assert!(rule.condition.holds(&facts));
        assert!(
            !rule.condition.holds(&GrantFacts { grant: &grants[1], grants: &grants, told }.facts(NoticeKind::Credit)),
            "what does not expire is no hurry"
        );
    }

    #[test]
    fn a_grant_without_anything_left_is_not_warned_about() {
        assert_eq!(grant("welcome", 1_000, 20).warning(TODAY), Some(7));
        assert_eq!(Grant { used: 1_000, ..grant("spent", 1_000, 20) }.warning(TODAY), None);
        assert_eq!(grant("expired", 1_000, 12).warning(TODAY), None);
        assert_eq!(grant("never", 1_000, 0).warning(TODAY), None);
    }

    #[test]
    fn the_evidence_ends_at_what_is_left() {
        let grants = [Grant { used: 300, scope: Some("kwh".to_owned()), ..grant("welcome", 1_000, 20) }];
        let evidence = grants[0].evidence(&grants, TODAY);
        let steps: Vec<_> = evidence.steps.iter().map(|step| format!("{} = {}", step.words, step.amount)).collect();
        assert_eq!(steps, ["The credit = €10.00", "less €3.00 used already = €7.00"]);
        assert!(evidence.facts.iter().any(|fact| fact.name == "Only for"));
    }
}
