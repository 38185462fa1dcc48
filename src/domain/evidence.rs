//! Why a notice was written: the facts and each step of the arithmetic.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::money::Money;

/// What was known and how the amount came about, kept with the notice so that the answer stays the same later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The rule in plain words, as it was then.
    #[serde(default)]
    pub says: String,
    pub facts: Vec<Fact>,
    pub steps: Vec<Step>,
}

/// A condition in words with the value it met, and what became of it; those joined by it are its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tested {
    pub words: String,
    pub holds: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Tested>,
}

/// One thing that was known on the day, in words a customer uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub name: String,
    pub value: Value,
}

/// One line of the arithmetic and the amount after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub words: String,
    pub amount: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Money(Money),
    Date(Date),
    Days(i64),
    Percent(String),
    Text(String),
}

/// The facts of [`crate::right_size`] that are an amount of units, `10.8 gb a month`, and no name.
const QUANTITIES: [&str; 3] = ["It includes", "You need, room included", "That includes"];

impl Fact {
    pub fn is_quantity(&self) -> bool {
        QUANTITIES.contains(&self.name.as_str())
    }
}

impl Evidence {
    /// What is called by name in it: plans, bills, companies.
    pub fn names(&self) -> Vec<&str> {
        let texts = self.facts.iter().filter(|fact| !fact.is_quantity()).map(|fact| &fact.value);
        let named = texts.filter_map(|value| if let Value::Text(name) = value { Some(name.as_str()) } else { None });
        named.collect()
    }

    pub fn fact(&mut self, name: &str, value: Value) {
        self.facts.push(Fact { name: name.to_owned(), value });
    }

    pub fn step(&mut self, words: impl Into<String>, amount: Money) {
        self.steps.push(Step { words: words.into(), amount });
    }
}
