//! What is known about one subject: a value for some of the facts.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    exact::Exact,
    fact::Fact,
    phrase::{plain, yes_or_no},
    types::Type,
};
use crate::{
    evidence,
    money::{Currency, Money},
    percent::Percent,
};

/// The value of a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// In minor units of the customer's currency.
    Money(i64),
    Days(i64),
    Count(i64),
    Percent(Percent),
    Date(Date),
    Text(String),
    YesNo(bool),
}

/// How many parts of a percent fact make one percent.
pub(super) const PARTS_OF_A_PERCENT: i64 = 10_000;

impl Value {
    pub fn is(&self) -> Type {
        match self {
            Value::Money(_) => Type::Money,
            Value::Days(_) => Type::Days,
            Value::Count(_) => Type::Count,
            Value::Percent(_) => Type::Percent,
            Value::Date(_) => Type::Date,
            Value::Text(_) => Type::Text,
            Value::YesNo(_) => Type::YesNo,
        }
    }

    /// The number a rule compares; nothing where it is not a number.
    pub(super) fn exact(&self) -> Option<Exact> {
        match self {
            Value::Money(whole) | Value::Days(whole) | Value::Count(whole) => Some(Exact::whole(*whole)),
            Value::Percent(percent) => Some(Exact::ratio(percent.millionths, PARTS_OF_A_PERCENT)),
            Value::Date(_) | Value::Text(_) | Value::YesNo(_) => None,
        }
    }
}

/// The value is of another type than the fact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fact} is {}, not {}", .needed.words(), .found.words())]
pub struct WrongType {
    pub fact: Fact,
    pub needed: Type,
    pub found: Type,
}

/// What is known about one subject on one day. A fact that was never set is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    currency: Currency,
    values: Vec<Option<Value>>,
}

impl Facts {
    /// Nothing is known yet; money will be in `currency`.
    pub fn new(currency: Currency) -> Self {
        Self { currency, values: vec![None; Fact::COUNT] }
    }

    pub fn set(&mut self, fact: Fact, value: Value) -> Result<(), WrongType> {
        if fact.is() != value.is() {
            return Err(WrongType { fact, needed: fact.is(), found: value.is() });
        }
        self.put(fact, value);
        Ok(())
    }

    /// The type has been checked.
    pub(super) fn put(&mut self, fact: Fact, value: Value) {
        self.values[fact as usize] = Some(value);
    }

    /// The same with one more known.
    pub fn with(mut self, fact: Fact, value: Value) -> Result<Self, WrongType> {
        self.set(fact, value)?;
        Ok(self)
    }

    pub fn forget(&mut self, fact: Fact) {
        self.values[fact as usize] = None;
    }

    pub fn get(&self, fact: Fact) -> Option<&Value> {
        self.values[fact as usize].as_ref()
    }

    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// Those of `facts` that are known, as they are kept with a notice.
    pub fn evidence(&self, facts: &[Fact]) -> Vec<evidence::Fact> {
        let known = facts.iter().filter_map(|fact| Some((fact, self.get(*fact)?)));
        known.map(|(fact, value)| evidence::Fact { name: fact.words().to_owned(), value: self.kept(value) }).collect()
    }

    fn kept(&self, value: &Value) -> evidence::Value {
        match value {
            Value::Money(minor) => evidence::Value::Money(Money::new(*minor, self.currency)),
            Value::Days(days) => evidence::Value::Days(*days),
            Value::Count(count) => evidence::Value::Text(count.to_string()),
            Value::Percent(_) => evidence::Value::Percent(value.exact().map(plain).unwrap_or_default()),
            Value::Date(date) => evidence::Value::Date(*date),
            Value::Text(text) => evidence::Value::Text(text.clone()),
            Value::YesNo(yes) => evidence::Value::Text(yes_or_no(*yes).to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_another_type_is_refused_in_words() {
        let error = Facts::new(Currency::EUR).with(Fact::LateFee, Value::Days(3)).unwrap_err();
        assert_eq!(error.to_string(), "late_fee is money, not a number of days");
    }

    #[test]
    fn only_what_is_known_is_kept_with_a_notice() {
        let facts = Facts::new(Currency::EUR).with(Fact::LateFee, Value::Money(500)).unwrap();
        let kept = facts.evidence(&[Fact::LateFee, Fact::DueOn]);
        assert_eq!(
            kept,
            [evidence::Fact {
                name: "late fee the bill would draw".to_owned(),
                value: evidence::Value::Money(Money::new(500, Currency::EUR)),
            }]
        );
    }
}
