//! Whether a condition holds for one subject: the plain way, which says what every faster way must say.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::{
    condition::{Arithmetic, Condition, Ends, Literal, Operand},
    exact::Exact,
    value::{Facts, Value},
};

/// The value of an operand.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known<'a> {
    Number(Exact),
    Date(Date),
    Text(&'a str),
    YesNo(bool),
}

impl Known<'_> {
    /// Nothing where the two are of different types.
    fn order(self, other: Known<'_>) -> Option<Ordering> {
        match (self, other) {
            (Known::Number(left), Known::Number(right)) => Some(left.order(right)),
            (Known::Date(left), Known::Date(right)) => Some(left.cmp(&right)),
            (Known::Text(left), Known::Text(right)) => Some(left.cmp(right)),
            (Known::YesNo(left), Known::YesNo(right)) => Some(left.cmp(&right)),
            _ => None,
        }
    }
}

impl Condition {
    /// Whether it holds where `facts` are known.
    pub fn holds(&self, facts: &Facts) -> bool {
        match self {
            Condition::Always(always) => *always,
            Condition::All(parts) => parts.iter().all(|part| part.holds(facts)),
            Condition::Any(parts) => parts.iter().any(|part| part.holds(facts)),
            Condition::Not(part) => !part.holds(facts),
            Condition::Compare { left, comparison, right } => {
                order(left.value(facts), right.value(facts)).is_some_and(|order| comparison.holds(order))
            }
            Condition::Between { low, value, high, ends } => {
                let value = value.value(facts);
                let above = order(low.value(facts), value);
                let below = order(value, high.value(facts));
                let within = |order: Option<Ordering>| match ends {
                    Ends::Included => order.is_some_and(Ordering::is_le),
                    Ends::Excluded => order.is_some_and(Ordering::is_lt),
                };
                within(above) && within(below)
            }
            Condition::OneOf { value, list } => {
                let value = value.value(facts);
                list.iter().any(|item| order(value, Some(item.value())).is_some_and(Ordering::is_eq))
            }
            Condition::Missing(asked) => asked.iter().any(|fact| facts.get(*fact).is_none()),
        }
    }
}

fn order(left: Option<Known<'_>>, right: Option<Known<'_>>) -> Option<Ordering> {
    left?.order(right?)
}

impl Operand {
    /// Nothing where a fact in it is not known, it divides by zero or its result does not fit.
    pub(super) fn value<'a>(&'a self, facts: &'a Facts) -> Option<Known<'a>> {
        match self {
            Operand::Fact(fact) => Some(match facts.get(*fact)? {
                Value::Date(date) => Known::Date(*date),
                Value::Text(text) => Known::Text(text),
                Value::YesNo(yes) => Known::YesNo(*yes),
                number => Known::Number(number.exact()?),
            }),
            Operand::Literal(literal) => Some(literal.value()),
            Operand::Reckoned { operator, parts } => {
                let mut numbers = parts.iter().map(|part| match part.value(facts) {
                    Some(Known::Number(number)) => Some(number),
                    _ => None,
                });
                let first = numbers.next()??;
                let result = match (operator, parts.len()) {
                    (Arithmetic::Minus, 1) => first.negated(),
                    _ => numbers.try_fold(first, |result, next| result.reckoned(*operator, next?)),
                };
                result.map(Known::Number)
            }
        }
    }
}

impl Literal {
    pub(super) fn value(&self) -> Known<'_> {
        match self {
            Literal::Number(number) => Known::Number(number.exact()),
            Literal::Text(text) => Known::Text(text),
            Literal::Date(date) => Known::Date(*date),
            Literal::YesNo(yes) => Known::YesNo(*yes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{money::Currency, notice::NoticeKind, rule::Fact};
    use jiff::civil::date;

    fn known() -> Facts {
        let mut facts = Facts::new(Currency::EUR);
        for (fact, value) in [
            (Fact::Today, Value::Date(date(2026, 11, 17))),
            (Fact::Currency, Value::Text("EUR".to_owned())),
            (Fact::Plan, Value::Text("basic".to_owned())),
            (Fact::Saving, Value::Money(1_200)),
            (Fact::SavingPercent, Value::Percent("12.5".parse().unwrap())),
            (Fact::SwitchingCost, Value::Money(0)),
            (Fact::MonthsCompared, Value::Count(7)),
            (Fact::IsEligible, Value::YesNo(true)),
        ] {
            facts.set(fact, value).unwrap();
        }
        facts
    }

    #[track_caller]
    fn assert_holds(condition: &str, expected: bool) {
        let read =
            Condition::read(condition, NoticeKind::BetterPrice).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        assert_eq!(read.holds(&known()), expected, "{condition}");
    }

    #[test]
    fn conditions_hold_as_they_read() {
        for (condition, expected) in [
            (r#"true"#, true),
            (r#"{"==": [{"var": "saving"}, 1200]}"#, true),
            (r#"{"===": [{"var": "plan"}, "basic"]}"#, true),
            (r#"{"!==": [{"var": "plan"}, "basic"]}"#, false),
            (r#"{">=": [{"var": "saving_percent"}, 12.5]}"#, true),
            (r#"{">": [{"var": "saving_percent"}, 12.5]}"#, false),
            (r#"{"<": [{"var": "today"}, "2026-11-18"]}"#, true),
            (r#"{"<=": ["2026-11-17", {"var": "today"}, "2026-11-17"]}"#, true),
            (r#"{"<": ["2026-11-17", {"var": "today"}, "2026-12-01"]}"#, false),
            (r#"{"<=": [7, {"var": "months_compared"}, 7]}"#, true),
            (r#"{"<": [6, {"var": "months_compared"}, 8]}"#, true),
            (r#"{"in": [{"var": "plan"}, ["basic", "plus"]]}"#, true),
            (r#"{"in": [{"var": "months_compared"}, [30, 7, 1]]}"#, true),
            (r#"{"var": "is_eligible"}"#, true),
            (r#"{"!": {"var": "is_eligible"}}"#, false),
            (r#"{"!": [{"==": [{"var": "is_eligible"}, false]}]}"#, true),
            (r#"{"and": [true, {"or": [false, {"var": "is_eligible"}]}]}"#, true),
            (r#"{"==": [{"/": [{"var": "saving"}, {"var": "months_compared"}]}, 171]}"#, false),
            (r#"{"==": [{"*": [{"/": [{"var": "saving"}, 7]}, 7]}, {"var": "saving"}]}"#, true),
            (r#"{"==": [{"%": [{"var": "months_compared"}, 4]}, 3]}"#, true),
            (r#"{"==": [{"-": [{"var": "months_compared"}]}, -7]}"#, true),
            (r#"{"==": [{"min": [{"var": "saving"}, 1000, 5000]}, 1000]}"#, true),
            (r#"{"==": [{"max": [{"var": "saving"}, 1000]}, {"+": [1000, 100, 100]}]}"#, true),
        ] {
            assert_holds(condition, expected);
        }
    }

    #[test]
    fn a_comparison_with_what_is_not_known_does_not_hold() {
        for condition in [
            r#"{"==": [{"var": "months_dearer"}, 0]}"#,
            r#"{"!=": [{"var": "months_dearer"}, 0]}"#,
            r#"{"<": [{"var": "months_dearer"}, 1]}"#,
            r#"{"<=": [-5, {"var": "months_dearer"}, 5]}"#,
            r#"{"in": [{"var": "other_plan"}, ["basic"]]}"#,
            r#"{"var": "price_is_known"}"#,
            r#"{">=": [{"+": [{"var": "months_compared"}, {"var": "months_dearer"}]}, 0]}"#,
            r#"{">=": [{"max": [{"var": "months_compared"}, {"var": "months_dearer"}]}, 0]}"#,
        ] {
            assert_holds(condition, false);
            assert_holds(&format!(r#"{{"!": {condition}}}"#), true);
        }
        assert_holds(r#"{"missing": ["months_dearer", "saving"]}"#, true);
        assert_holds(r#"{"missing": "saving"}"#, false);
    }

    #[test]
    fn nothing_divides_by_zero() {
        for comparison in ["==", "!=", "<", "<=", ">", ">="] {
            assert_holds(
                &format!(r#"{{"{comparison}": [{{"/": [{{"var": "saving"}}, {{"var": "switching_cost"}}]}}, 1]}}"#),
                false,
            );
            assert_holds(&format!(r#"{{"{comparison}": [{{"%": [{{"var": "saving"}}, 0]}}, 1]}}"#), false);
        }
    }
}
