//! A written value as a person types it into a row, and back: `5.00` is 500 minor units, `yes` is true.

use super::{
    condition::Literal,
    day,
    fact::Fact,
    mistake::Problem,
    number::Number,
    phrase::{plain, yes_or_no},
    types::Type,
};
use crate::money::{Currency, Money};

impl Literal {
    /// What was typed beside `fact`; money is read as an amount of `currency`.
    pub fn typed(text: &str, fact: Fact, currency: Currency) -> Result<Literal, Problem> {
        let text = text.trim();
        match fact.is() {
            Type::Money => {
                let money = Money::parse(text, currency).map_err(|problem| Problem::BadNumber(problem.to_string()))?;
                Ok(Literal::Number(Number::read(&money.minor.to_string())?))
            }
            Type::Days | Type::Count | Type::Percent => {
                let text = text.trim_end_matches('%').trim_end();
                let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
                if !is_number || text.is_empty() {
                    return Err(Problem::BadNumber("write a number in digits".to_owned()));
                }
                Ok(Literal::Number(Number::read(text)?))
            }
            Type::Date => day::read(text).map(Literal::Date).ok_or(Problem::NotADate),
            Type::Text => Ok(Literal::Text(text.to_owned())),
            Type::YesNo => match text.to_lowercase().as_str() {
                "yes" | "true" => Ok(Literal::YesNo(true)),
                "no" | "false" => Ok(Literal::YesNo(false)),
                _ => Err(Problem::NotYesOrNo { found: "something else".to_owned() }),
            },
        }
    }

    /// As it is shown in the field of a form, to be typed over.
    pub fn for_typing(&self, fact: Fact, currency: Currency) -> String {
        match self {
            Literal::Number(number) if fact.is() == Type::Money && number.is_whole() => {
                Money::new(number.exact().floor(), currency).plain()
            }
            Literal::Number(number) => plain(number.exact()),
            Literal::Text(text) => text.clone(),
            Literal::Date(date) => day::written(*date),
            Literal::YesNo(yes) => yes_or_no(*yes).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_shown_again() {
        for (fact, typed, json, shown) in [
            (Fact::LateFee, "5", "500", "5.00"),
            (Fact::LateFee, "12,50", "1250", "12.50"),
            (Fact::DaysUntilDue, " 3 ", "3", "3"),
            (Fact::SavingPercent, "7.5 %", "7.5", "7.5"),
            (Fact::DueOn, "2026-11-20", "\"2026-11-20\"", "2026-11-20"),
            (Fact::Plan, "basic", "\"basic\"", "basic"),
            (Fact::IsEligible, "Yes", "true", "yes"),
        ] {
            let literal = Literal::typed(typed, fact, Currency::EUR).unwrap();
            assert_eq!(literal.to_string(), json);
            assert_eq!(literal.for_typing(fact, Currency::EUR), shown);
        }
        for (fact, typed) in [
            (Fact::LateFee, "five"),
            (Fact::LateFee, "99999999999999999"),
            (Fact::DaysUntilDue, ""),
            (Fact::DaysUntilDue, "1e9"),
            (Fact::DaysUntilDue, "3-"),
            (Fact::DueOn, "20 November"),
            (Fact::IsEligible, "perhaps"),
        ] {
            assert!(Literal::typed(typed, fact, Currency::EUR).is_err(), "{typed}");
        }
    }
}
