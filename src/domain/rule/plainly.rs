//! What a condition met, as it is said to the customer it is about: "Met: months compared: 12; needed: at least 3".

use super::{
    condition::{Condition, Ends, Literal, Operand},
    evaluate::Known,
    exact::Exact,
    explain::{Explanation, met, sort_of},
    fact::Fact,
    phrase::{Speech, listed, yes_or_no},
    types::{Sort, Type},
    value::{Facts, Value},
};

impl Condition {
    pub(super) fn plainly(&self, parts: &[Explanation], holds: bool, facts: &Facts, speech: Speech) -> String {
        let claim = self.plain_claim(parts, holds, facts, speech);
        format!("{}: {claim}", if holds { "Met" } else { "Not met" })
    }

    fn plain_claim(&self, parts: &[Explanation], holds: bool, facts: &Facts, speech: Speech) -> String {
        let held = parts.iter().filter(|part| part.holds).count();
        match self {
            Condition::Always(_) => "whatever is known".to_owned(),
            Condition::All(_) if holds => "all of these".to_owned(),
            Condition::All(_) => {
                let are = if held == 1 { "is" } else { "are" };
                format!("all of these are needed, and {held} of {} {are} met", parts.len())
            }
            Condition::Any(_) if holds => "one of these is enough".to_owned(),
            Condition::Any(_) => "one of these is needed, and none is met".to_owned(),
            Condition::Not(_) if holds => "this must not be so, and it is not".to_owned(),
            Condition::Not(_) => "this must not be so, and it is".to_owned(),
            Condition::Compare { left, comparison, right } => {
                if let Some(fact) = yes_or_no_fact(left, right).or_else(|| yes_or_no_fact(right, left)) {
                    return state(fact, facts);
                }
                let (subject, comparison, other) =
                    if left.has_fact() { (left, *comparison, right) } else { (right, comparison.turned(), left) };
                let sort = met(subject, other);
                let of = if let Sort::Of(of) = sort { of } else { Type::Count };
                let target = speech.beside(other, sort, facts);
                let target = match comparison.words(of) {
                    "" => target,
                    words => format!("{words} {target}"),
                };
                format!("{}; needed: {target}", speech.with_value(subject, sort, facts))
            }
            Condition::Between { low, value, high, ends } => {
                let sort = [value, low, high].into_iter().find(|part| part.has_fact()).map_or(Sort::Plain, sort_of);
                let ends = match ends {
                    Ends::Included => "",
                    Ends::Excluded => ", the ends not included",
                };
                let [low, high] = [low, high].map(|part| speech.beside(part, sort, facts));
                format!("{}; needed: from {low} to {high}{ends}", speech.with_value(value, sort, facts))
            }
            Condition::OneOf { value, list } => {
                let sort = sort_of(value);
                let words: Vec<String> = list.iter().map(|item| speech.literal(item, sort)).collect();
                format!("{}; needed: {}", speech.with_value(value, sort, facts), listed(&words, "or"))
            }
            Condition::Missing(asked) => {
                // What is known is said: it counts only where it is not.
                let said = |fact: &Fact| {
                    let operand = Operand::Fact(*fact);
                    speech.with_value(&operand, sort_of(&operand), facts)
                };
                let words: Vec<String> = asked.iter().map(said).collect();
                match holds {
                    true => listed(&words, "and"),
                    false => format!("{}; it counts only where that is not known", listed(&words, "and")),
                }
            }
        }
    }
}

/// A fact that is yes or no, where it is held against just that.
fn yes_or_no_fact(asked: &Operand, against: &Operand) -> Option<Fact> {
    match (asked, against) {
        (Operand::Fact(fact), Operand::Literal(Literal::YesNo(_))) => Some(*fact),
        _ => None,
    }
}

/// "you are eligible", "you are not eligible", "we do not know whether you are eligible".
fn state(fact: Fact, facts: &Facts) -> String {
    let (yes, no) = match fact {
        Fact::BillIsDisputed => ("the bill is in dispute", "the bill is not in dispute"),
        Fact::IsExemptFromFees => ("you are exempt from late fees", "you are not exempt from late fees"),
        Fact::HasAgreedDate => ("a later date is agreed", "no later date is agreed"),
        Fact::PaysAutomatically => ("the bill is paid automatically", "the bill is not paid automatically"),
        Fact::OtherPlanIsOpen => ("the other plan is open to you", "the other plan is not open to you"),
        Fact::IsEligible => ("you are eligible", "you are not eligible"),
        Fact::PriceIsKnown => ("every price in it is known", "not every price in it is known"),
        Fact::CoversAllSeasons => ("the months cover a whole year", "the months do not cover a whole year"),
        Fact::OfferIsRestricted => ("the offer is only for some people", "the offer is for everybody"),
        Fact::FeeIsSet => ("it is set what being late costs", "it is not set what being late costs"),
        Fact::MonthBilledBefore => ("its month was billed before", "its month was not billed before"),
        Fact::OneOfOursFits => ("one of our plans fits as well", "none of our plans fits as well"),
        other => {
            let said = match facts.get(other) {
                Some(Value::YesNo(yes)) => yes_or_no(*yes),
                _ => "not known",
            };
            return format!("{} ({said})", other.words_to_customer());
        }
    };
    match facts.get(fact) {
        Some(Value::YesNo(true)) => yes.to_owned(),
        Some(Value::YesNo(false)) => no.to_owned(),
        _ => format!("we do not know whether {yes}"),
    }
}

impl Speech {
    /// "days until due: 2 days", "credit that can pay this bill: none".
    fn with_value(self, operand: &Operand, sort: Sort, facts: &Facts) -> String {
        let words = self.operand(operand, sort);
        match operand.value(facts) {
            Some(Known::Number(number)) if sort == Sort::Of(Type::Money) && number.order(Exact::whole(0)).is_eq() => {
                format!("{words}: none")
            }
            Some(value) => format!("{words}: {}", self.in_full(value, sort)),
            None => format!("{words}: not known"),
        }
    }

    /// What something is held against: "3 days", "3 days (days we warn before the due date)".
    fn beside(self, operand: &Operand, sort: Sort, facts: &Facts) -> String {
        let words = self.operand(operand, sort);
        match (operand, operand.value(facts)) {
            (Operand::Literal(_), Some(value)) => self.in_full(value, sort),
            (Operand::Literal(_), None) => words,
            (_, Some(value)) => format!("{} ({words})", self.in_full(value, sort)),
            (_, None) => format!("{words} (not known)"),
        }
    }

    /// A number of days with the word, and as passed where it is below zero.
    fn in_full(self, value: Known<'_>, sort: Sort) -> String {
        let Known::Number(_) = value else { return self.value(value, sort) };
        if sort != Sort::Of(Type::Days) {
            return self.value(value, sort);
        }
        let (said, is_past) = match self.value(value, sort) {
            said if said.starts_with('-') => (said.trim_start_matches('-').to_owned(), true),
            said => (said, false),
        };
        let days = if said == "1" { "day" } else { "days" };
        match is_past {
            true => format!("{said} {days} ago"),
            false => format!("{said} {days}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{money::Currency, notice::NoticeKind, rule::Listener};

    #[test]
    fn a_customer_reads_each_condition_in_natural_words() {
        let mut bill = Facts::new(Currency::EUR);
        for (fact, value) in [
            (Fact::DaysUntilDue, Value::Days(2)),
            (Fact::WarnDays, Value::Days(3)),
            (Fact::BillOpen, Value::Money(3_820)),
            (Fact::BillIsDisputed, Value::YesNo(true)),
        ] {
            bill.set(fact, value).unwrap();
        }
        for (condition, words) in [
            (r#"{"==": [{"var": "bill_is_disputed"}, false]}"#, "Not met: the bill is in dispute"),
            (r#"{"!=": [{"var": "bill_is_disputed"}, false]}"#, "Met: the bill is in dispute"),
            (
                r#"{"==": [false, {"var": "is_exempt_from_fees"}]}"#,
                "Not met: we do not know whether you are exempt from late fees",
            ),
            (r#"{"<=": [{"var": "days_until_due"}, 3]}"#, "Met: days until due: 2 days; needed: at most 3 days"),
            (r#"{">": [1, {"var": "days_until_due"}]}"#, "Not met: days until due: 2 days; needed: less than 1 day"),
            (
                r#"{"<=": [{"var": "days_until_due"}, {"var": "warn_days"}]}"#,
                "Met: days until due: 2 days; needed: at most 3 days (days we warn before the due date)",
            ),
            (
                r#"{">": [{"var": "bill_open"}, 5000]}"#,
                "Not met: still open on the bill: €38.20; needed: more than €50.00",
            ),
            (
                r#"{">": [{"var": "late_fee"}, 0]}"#,
                "Not met: late fee the bill would draw: not known; needed: more than €0.00",
            ),
            (
                r#"{"<=": [0, {"var": "days_until_due"}, 3]}"#,
                "Met: days until due: 2 days; needed: from 0 days to 3 days",
            ),
            (r#"{"in": [{"var": "days_until_due"}, [30, 7]]}"#, "Not met: days until due: 2 days; needed: 30 or 7"),
            (r#"{"missing": ["late_fee"]}"#, "Met: late fee the bill would draw: not known"),
            (
                r#"{"missing": ["bill_open"]}"#,
                "Not met: still open on the bill: €38.20; it counts only where that is not known",
            ),
            (r#"{"!": [{"var": "bill_is_disputed"}]}"#, "Not met: this must not be so, and it is"),
            (
                r#"{"and": [{"var": "bill_is_disputed"}, {">": [{"var": "days_until_due"}, 3]}]}"#,
                "Not met: all of these are needed, and 1 of 2 is met",
            ),
            (r#"{"or": [{"missing": ["late_fee"]}, {"var": "bill_is_disputed"}]}"#, "Met: one of these is enough"),
            ("true", "Met: whatever is known"),
        ] {
            let condition = Condition::read(condition, NoticeKind::FeeWarning).unwrap();
            assert_eq!(condition.explain_to(Listener::Customer, &bill).words, words);
        }
    }

    #[test]
    fn what_is_not_there_is_none_and_what_has_passed_was_days_ago() {
        let mut bill = Facts::new(Currency::EUR);
        bill.set(Fact::DaysUntilDue, Value::Days(-10)).unwrap();
        bill.set(Fact::CreditForBill, Value::Money(0)).unwrap();
        for (condition, words) in [
            (r#"{"<=": [{"var": "days_until_due"}, 3]}"#, "Met: days until due: 10 days ago; needed: at most 3 days"),
            (
                r#"{">": [{"var": "credit_for_bill"}, 0]}"#,
                "Not met: credit that can pay this bill: none; needed: more than €0.00",
            ),
            (
                r#"{"missing": ["credit_for_bill"]}"#,
                "Not met: credit that can pay this bill: none; it counts only where that is not known",
            ),
        ] {
            let condition = Condition::read(condition, NoticeKind::FeeWarning).unwrap();
            assert_eq!(condition.explain_to(Listener::Customer, &bill).words, words);
        }
    }

    #[test]
    fn every_fact_that_is_yes_or_no_has_words_of_its_own() {
        let none = Facts::new(Currency::EUR);
        for fact in Fact::all().filter(|fact| fact.is() == Type::YesNo) {
            assert!(state(fact, &none).starts_with("we do not know whether "), "{fact}");
        }
    }
}
