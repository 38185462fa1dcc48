//! Checks that the values compared with each other are of one type, and reads texts beside a date as dates.

use super::{
    condition::{Literal, Operand},
    day,
    mistake::{Problem, shown},
    operand::Read,
    reading::{Reading, near},
    types::{Sort, Type},
};

impl Reading<'_> {
    /// Refuses what no fact could change.
    pub(super) fn asks_a_fact(&mut self, read: &Read) -> Option<()> {
        if read.operand.has_fact() {
            return Some(());
        }
        self.mistake(&read.path, read.at, Problem::NoFact);
        None
    }

    /// Checks that these can be compared with each other, and reads texts beside a date as dates.
    pub(super) fn agree(&mut self, values: &mut [Read], needs_order: bool) -> Option<()> {
        let Some(first) = values.iter().position(|read| read.operand.has_fact()) else {
            return self.asks_a_fact(values.first()?);
        };
        let (before, rest) = values.split_at_mut(first);
        let (asked, after) = rest.split_first_mut()?;
        if let Sort::Of(of) = asked.sort
            && needs_order
            && !of.has_order()
        {
            let problem = Problem::HasNoOrder { operand: asked.operand.written(), is: of.words().to_owned() };
            self.mistake(&asked.path, asked.at, problem);
            return None;
        }
        let fitted: Vec<_> = before.iter_mut().chain(after).map(|value| self.fit(value, asked)).collect();
        fitted.into_iter().collect()
    }

    /// Checks that `value` can be compared with `asked`.
    pub(super) fn fit(&mut self, value: &mut Read, asked: &Read) -> Option<()> {
        let problem = match (&value.operand, asked.sort) {
            (Operand::Literal(Literal::Text(text)), Sort::Of(Type::Date)) => match day::read(text) {
                Some(date) => {
                    value.operand = Operand::Literal(Literal::Date(date));
                    value.sort = asked.sort;
                    return Some(());
                }
                None => Problem::NotADate,
            },
            (Operand::Literal(Literal::Text(text)), Sort::Of(Type::Text)) => match not_a_choice(&asked.operand, text) {
                Some(problem) => problem,
                None => return Some(()),
            },
            (Operand::Literal(Literal::Number(number)), Sort::Of(Type::Money)) if !number.is_whole() => {
                Problem::MoneyInMinorUnits
            }
            (Operand::Literal(Literal::Number(number)), Sort::Of(of @ (Type::Days | Type::Count)))
                if !number.is_whole() =>
            {
                Problem::NotWhole(of.words().to_owned())
            }
            (Operand::Literal(Literal::Number(number)), Sort::Of(Type::Percent)) if !number.fits_percent() => {
                Problem::PercentTooFine
            }
            (_, sort) if value.sort.beside(sort).is_some() => return Some(()),
            (_, sort) => Problem::NotComparable {
                left: asked.operand.written(),
                left_is: sort.words().to_owned(),
                right: value.operand.written(),
                right_is: value.sort.words().to_owned(),
            },
        };
        self.mistake(&value.path, value.at, problem);
        None
    }
}

fn not_a_choice(asked: &Operand, text: &str) -> Option<Problem> {
    let Operand::Fact(fact) = asked else {
        return None;
    };
    let choices = fact.choices();
    if choices.is_empty() || choices.contains(&text) {
        return None;
    }
    Some(Problem::NotAChoice {
        fact: fact.name().to_owned(),
        text: shown(text),
        choices: choices.iter().map(|choice| format!("\"{choice}\"")).collect::<Vec<_>>().join(" or "),
        nearest: near(text, choices.iter().copied()),
    })
}

#[cfg(test)]
mod tests {
    use crate::{notice::NoticeKind, rule::Condition};

    #[test]
    fn what_does_not_fit_together_is_refused_with_the_reason() {
        for (text, problem) in [
            (
                r#"{"==": [{"var": "late_fee"}, null]}"#,
                "null is not a value: to ask whether a fact is known, write {\"missing\": [\"the_fact\"]}",
            ),
            (r#"{"==": [{"var": "late_fee"}, [5]]}"#, "here a value is needed, but this is a list"),
            (r#"{"==": [{"var": "late_fee"}, {}]}"#, "here a value is needed, but this is an empty pair of braces"),
            (
                r#"{"==": [{"var": "late_fee"}, {"==": [1, 2]}]}"#,
                "here a value is needed, but this is a condition (==), which is yes or no",
            ),
            (r#"{"==": [{"var": "late_fee"}, 12.5]}"#, "money is written in minor units: for 12.50 write 1250"),
            (r#"{"==": [{"var": "late_fee"}, 1e3]}"#, "write the number in full, without an exponent"),
            (r#"{"==": [{"var": "warn_days"}, 2.5]}"#, "a number of days is a whole number"),
            (r#"{"<": [{"var": "unused_percent"}, 0.00001]}"#, "a percentage has at most four digits after the point"),
            (
                r#"{"==": [{"var": "late_fee"}, true]}"#,
                "late_fee and true cannot be compared: late_fee is money, true is yes or no",
            ),
            (
                r#"{"==": [{"var": "late_fee"}, {"var": "warn_days"}]}"#,
                "late_fee and warn_days cannot be compared: late_fee is money, warn_days is a number of days",
            ),
            (
                r#"{"<": [{"var": "due_on"}, "20 November"]}"#,
                "this is not a date: write the year, month and day as in 2026-11-20",
            ),
            (
                r#"{"<": [{"var": "due_on"}, "2026-02-30"]}"#,
                "this is not a date: write the year, month and day as in 2026-11-20",
            ),
            (r#"{"<": [{"var": "due_on"}, 3]}"#, "due_on and 3 cannot be compared: due_on is a date, 3 is a number"),
            (
                r#"{"<": [{"var": "currency"}, "EUR"]}"#,
                "currency is text: it can be equal to another, or not, but not above or below it",
            ),
            (
                r#"{">": [{"var": "bill_is_disputed"}, false]}"#,
                "bill_is_disputed is yes or no: it can be equal to another, or not, but not above or below it",
            ),
            (
                r#"{"==": [{"var": "size_change"}, "smaler"]}"#,
                "size_change is never \"smaler\": it is \"smaller\" or \"larger\"; did you mean \"smaller\"?",
            ),
            (
                r#"{"in": [{"var": "warn_days"}, [3, "x"]]}"#,
                "warn_days and \"x\" cannot be compared: warn_days is a number of days, \"x\" is text",
            ),
            (
                r#"{"in": [{"var": "warn_days"}, [[3]]]}"#,
                "the list after \"in\" is of written values in brackets, such as [30, 7, 1]",
            ),
            (
                r#"{"==": [{"var": ["late_fee", 0]}, 1]}"#,
                "a fact that is not known has no value to stand in for it: ask with \"missing\"",
            ),
            (r#"{"==": [{"var": ""}, 1]}"#, "here the name of a fact is needed, in quotes"),
            (r#"{"==": [{"var": []}, 1]}"#, "here the name of a fact is needed, in quotes"),
            (
                r#"{">": [{"+": [{"var": "late_fee"}, {"var": "warn_days"}]}, 1]}"#,
                "money and a number of days cannot be taken together by +",
            ),
            (
                r#"{">": [{"*": [{"var": "saving"}, {"var": "saving_percent"}]}, 1]}"#,
                "money and a percentage cannot be taken together by *: a percentage counts percent, so for a share of money divide money by money and compare with a number such as 0.05",
            ),
            (r#"{">": [{"+": [{"var": "due_on"}, 3]}, "2026-11-20"]}"#, "+ works on numbers, and this is a date"),
            (r#"{">": [{"/": [{"var": "late_fee"}]}, 1]}"#, "\"/\" takes two values, but here is 1"),
            (r#"{">": [{"+": {"var": "late_fee"}}, 1]}"#, "\"+\" takes at least two values, but here is 1"),
            (
                r#"{"==": [{"cat": ["a", "b"]}, {"var": "currency"}]}"#,
                "\"cat\" is JSONLogic, but not used in rules: texts are compared whole",
            ),
        ] {
            // A kind that knows the facts of the text, so that the one mistake is the one meant.
            let found: Vec<String> = NoticeKind::ALL
                .into_iter()
                .map(|kind| Condition::read(text, kind).expect_err(text))
                .filter(|mistakes| mistakes.len() == 1)
                .map(|mistakes| mistakes[0].problem.to_string())
                .collect();
            assert!(found.iter().any(|found| found == problem), "{text}: {found:#?}");
        }
    }
}
