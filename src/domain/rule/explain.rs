//! Why a condition holds or not: each part of it, with the value it met, in words.

use serde::{Deserialize, Serialize};

use super::{
    condition::{Comparison, Condition, Ends, Literal, Operand},
    fact::Fact,
    phrase::{Listener, Speech, listed, yes_or_no},
    types::{Sort, Type},
    value::{Facts, Value},
};
use crate::evidence::Tested;

/// One condition and what became of it; those joined by it are its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// "days until due is 2; it must be at most 3: holds".
    pub words: String,
    pub holds: bool,
    /// The facts this condition itself asks for; `None` where one is not known.
    pub facts: Vec<(Fact, Option<Value>)>,
    pub parts: Vec<Explanation>,
}

impl Explanation {
    /// The conditions that decided: followed from the top, those parts that made it hold or not.
    pub fn decisive(&self) -> Vec<&Explanation> {
        if self.parts.is_empty() {
            return vec![self];
        }
        let alike = self.parts.iter().any(|part| part.holds == self.holds);
        let decided = self.parts.iter().filter(|part| !alike || part.holds == self.holds);
        decided.flat_map(Explanation::decisive).collect()
    }
}

impl From<Explanation> for Tested {
    fn from(explanation: Explanation) -> Self {
        let parts = explanation.parts.into_iter().map(Tested::from).collect();
        Self { words: explanation.words, holds: explanation.holds, parts }
    }
}

impl Condition {
    /// The whole tree of conditions with the value of each fact, for whoever asks about a customer.
    pub fn explain(&self, facts: &Facts) -> Explanation {
        self.explain_to(Listener::Staff, facts)
    }

    /// The same in words for `listener`.
    pub fn explain_to(&self, listener: Listener, facts: &Facts) -> Explanation {
        let speech = Speech { currency: facts.currency(), to: listener };
        let holds = self.holds(facts);
        let parts: Vec<Explanation> = match self {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().map(|part| part.explain_to(listener, facts)).collect()
            }
            Condition::Not(part) => vec![part.explain_to(listener, facts)],
            _ => Vec::new(),
        };
        let own = match self {
            Condition::All(_) | Condition::Any(_) | Condition::Not(_) => Vec::new(),
            _ => self.facts(),
        };
        let words = match listener {
            Listener::Staff => {
                let claim = self.claim(&parts, facts, speech);
                format!("{claim}: {}", if holds { "holds" } else { "does not hold" })
            }
            Listener::Customer => self.plainly(&parts, holds, facts, speech),
        };
        let facts = own.into_iter().map(|fact| (fact, facts.get(fact).cloned())).collect();
        Explanation { words, holds, facts, parts }
    }

    fn claim(&self, parts: &[Explanation], facts: &Facts, speech: Speech) -> String {
        let held = parts.iter().filter(|part| part.holds).count();
        match self {
            Condition::Always(_) => "whatever is known".to_owned(),
            Condition::All(_) => format!("all of these must hold, {}", tally(held, parts.len(), held == parts.len())),
            Condition::Any(_) => format!("one of these must hold, {}", tally(held, parts.len(), held > 0)),
            Condition::Not(_) if held > 0 => "this must not hold, but it does".to_owned(),
            Condition::Not(_) => "this must not hold, and it does not".to_owned(),
            Condition::Compare { left, comparison, right } if left.has_fact() => {
                let sort = met(left, right);
                format!(
                    "{}; it must be {}",
                    speech.met(left, sort, facts),
                    speech.target(*comparison, right, sort, facts)
                )
            }
            Condition::Compare { left, comparison, right } => {
                let sort = met(right, left);
                let turned = comparison.turned();
                format!("{}; it must be {}", speech.met(right, sort, facts), speech.target(turned, left, sort, facts))
            }
            Condition::Between { low, value, high, ends } => {
                let sort = [value, low, high].into_iter().find(|part| part.has_fact()).map_or(Sort::Plain, sort_of);
                let ends = match ends {
                    Ends::Included => "",
                    Ends::Excluded => ", the ends not included",
                };
                let (low, high) = (speech.named(low, sort, facts), speech.named(high, sort, facts));
                format!("{}; it must be from {low} to {high}{ends}", speech.met(value, sort, facts))
            }
            Condition::OneOf { value, list } => {
                let sort = sort_of(value);
                let words: Vec<String> = list.iter().map(|item| speech.literal(item, sort)).collect();
                format!("{}; it must be {}", speech.met(value, sort, facts), listed(&words, "or"))
            }
            Condition::Missing(asked) => {
                let said = |fact: &Fact| {
                    let known = if facts.get(*fact).is_some() { "is known" } else { "is not known" };
                    format!("{} {known}", speech.fact(*fact))
                };
                let words: Vec<String> = asked.iter().map(said).collect();
                let must = if asked.len() == 1 { "it must not be" } else { "one of them must not be" };
                format!("{}; {must}", listed(&words, "and"))
            }
        }
    }
}

/// "and 2 of 2 do", "but 1 of 2 does".
fn tally(held: usize, of: usize, is_enough: bool) -> String {
    format!("{} {held} of {of} {}", if is_enough { "and" } else { "but" }, if held == 1 { "does" } else { "do" })
}

pub(super) fn sort_of(operand: &Operand) -> Sort {
    operand.sort().unwrap_or(Sort::Plain)
}

/// The type two sides have together.
pub(super) fn met(left: &Operand, right: &Operand) -> Sort {
    sort_of(left).beside(sort_of(right)).unwrap_or_else(|| sort_of(left))
}

impl Speech {
    /// "days until due is 2".
    fn met(self, operand: &Operand, sort: Sort, facts: &Facts) -> String {
        let words = self.operand(operand, sort);
        match operand.value(facts) {
            Some(_) if matches!(operand, Operand::Literal(_)) => words,
            Some(value) => format!("{words} is {}", self.value(value, sort)),
            None => format!("{words} is not known"),
        }
    }

    /// "at most 3", "at most days we warn before the due date, which is 3".
    fn target(self, comparison: Comparison, operand: &Operand, sort: Sort, facts: &Facts) -> String {
        if let (Comparison::IsNot, Operand::Literal(Literal::YesNo(yes))) = (comparison, operand) {
            return yes_or_no(!yes).to_owned();
        }
        let of = if let Sort::Of(of) = sort { of } else { Type::Count };
        let named = self.named(operand, sort, facts);
        match comparison.words(of) {
            "" => named,
            words => format!("{words} {named}"),
        }
    }

    fn named(self, operand: &Operand, sort: Sort, facts: &Facts) -> String {
        let words = self.operand(operand, sort);
        match (operand, operand.value(facts)) {
            (Operand::Literal(_), _) => words,
            (_, Some(value)) => format!("{words}, which is {}", self.value(value, sort)),
            (_, None) => format!("{words}, which is not known"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{money::Currency, notice::NoticeKind};
    use jiff::civil::date;

    fn facts() -> Facts {
        let mut facts = Facts::new(Currency::EUR);
        for (fact, value) in [
            (Fact::Today, Value::Date(date(2026, 11, 17))),
            (Fact::DaysUntilDue, Value::Days(2)),
            (Fact::WarnDays, Value::Days(3)),
            (Fact::BillOpen, Value::Money(3_820)),
            (Fact::CreditForBill, Value::Money(1_000)),
            (Fact::BillIsDisputed, Value::YesNo(false)),
        ] {
            facts.set(fact, value).unwrap();
        }
        facts
    }

    fn explained(condition: &str) -> Explanation {
        Condition::read(condition, NoticeKind::FeeWarning).unwrap().explain(&facts())
    }

    #[test]
    fn each_condition_is_said_with_its_value() {
        for (condition, words) in [
            (r#"{"<=": [{"var": "days_until_due"}, 3]}"#, "days until due is 2; it must be at most 3: holds"),
            (r#"{">": [1, {"var": "days_until_due"}]}"#, "days until due is 2; it must be less than 1: does not hold"),
            (
                r#"{"<=": [{"var": "days_until_due"}, {"var": "warn_days"}]}"#,
                "days until due is 2; it must be at most days we warn before the due date, which is 3: holds",
            ),
            (
                r#"{">": [{"-": [{"var": "bill_open"}, {"var": "credit_for_bill"}]}, 5000]}"#,
                "still open on the bill less credit that can pay this bill is €28.20; it must be more than €50.00: does not hold",
            ),
            (
                r#"{">=": [{"*": [{"var": "credit_for_bill"}, 2]}, {"var": "bill_open"}]}"#,
                "credit that can pay this bill times 2 is €20.00; it must be at least still open on the bill, which is €38.20: does not hold",
            ),
            (r#"{"!": [{"var": "bill_is_disputed"}]}"#, "this must not hold, and it does not: holds"),
            (r#"{"!=": [{"var": "bill_is_disputed"}, true]}"#, "the bill is in dispute is no; it must be no: holds"),
            (
                r#"{"<": [{"var": "today"}, "2026-11-20"]}"#,
                "today is 17 November 2026; it must be before 20 November 2026: holds",
            ),
            (r#"{"<=": [0, {"var": "days_until_due"}, 3]}"#, "days until due is 2; it must be from 0 to 3: holds"),
            (
                r#"{"in": [{"var": "days_until_due"}, [30, 7, 1]]}"#,
                "days until due is 2; it must be 30, 7 or 1: does not hold",
            ),
            (
                r#"{">": [{"var": "late_fee"}, 0]}"#,
                "late fee the bill would draw is not known; it must be more than €0.00: does not hold",
            ),
            (r#"{"missing": ["late_fee"]}"#, "late fee the bill would draw is not known; it must not be: holds"),
            (r#"true"#, "whatever is known: holds"),
        ] {
            assert_eq!(explained(condition).words, words, "{condition}");
        }
    }

    #[test]
    fn a_customer_is_told_in_the_second_person_what_staff_are_told_in_the_third() {
        let condition = Condition::read(
            r#"{"and": [{">": [{"var": "times_told"}, 0]}, {"missing": ["days_since_told"]}]}"#,
            NoticeKind::FeeWarning,
        )
        .unwrap();
        let tested = Tested::from(condition.explain_to(Listener::Customer, &facts()));
        let words: Vec<&str> = tested.parts.iter().map(|part| part.words.as_str()).collect();
        assert_eq!(
            words,
            [
                "Not met: times we told you this before: not known; needed: more than 0",
                "Met: days since we last told you this: not known"
            ]
        );
        assert!(condition.explain(&facts()).parts[1].words.contains("told them this"));
    }

    #[test]
    fn the_tree_says_which_parts_held_and_which_decided() {
        let tree = explained(
            r#"{"and": [{"<=": [{"var": "days_until_due"}, 3]}, {"or": [{"var": "bill_is_disputed"}, {">": [{"var": "late_fee"}, 0]}]}]}"#,
        );
        assert_eq!(tree.words, "all of these must hold, but 1 of 2 does: does not hold");
        assert_eq!(tree.parts[1].words, "one of these must hold, but 0 of 2 do: does not hold");
        assert_eq!(tree.parts[0].facts, [(Fact::DaysUntilDue, Some(Value::Days(2)))]);
        assert_eq!(tree.parts[1].parts[1].facts, [(Fact::LateFee, None)]);
        let decisive: Vec<_> = tree.decisive().iter().map(|part| part.facts[0].0).collect();
        assert_eq!(decisive, [Fact::BillIsDisputed, Fact::LateFee]);
    }
}
