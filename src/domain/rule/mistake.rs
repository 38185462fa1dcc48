//! What is wrong in a rule a person wrote, where it stands, and what to write instead.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::number::NumberProblem;
use crate::notice::NoticeKind;

/// One mistake with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mistake {
    /// A JSON pointer: `/condition/and/0/<=/1`; empty for the whole.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// From 1, counted in letters.
    pub column: u32,
    pub problem: Problem,
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}, column {}", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(out, " ({})", self.path)?;
        }
        write!(out, ": {}", self.problem)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Problem {
    #[error("this is not JSON: {0}")]
    NotJson(String),
    #[error("this is too long: a rule has at most {most} bytes")]
    TooLong { most: usize },
    #[error("this is nested too deeply: at most {most} levels can be read")]
    TooDeep { most: usize },
    #[error("this has too many parts: at most {most} can be read")]
    TooManyParts { most: usize },
    #[error("there are more mistakes than are listed here")]
    MoreMistakes,
    #[error("{0} stands twice")]
    StandsTwice(String),

    #[error("here a condition is needed, such as {{\"<=\": [{{\"var\": \"days_until_due\"}}, 3]}}, but this is {0}")]
    NotACondition(String),
    #[error("here a value is needed, but this is {0}")]
    NotAValue(String),
    #[error("null is not a value: to ask whether a fact is known, write {{\"missing\": [\"the_fact\"]}}")]
    NullIsNotAValue,
    #[error("an operator in braces stands alone, but here are {0}: join conditions with \"and\" or \"or\"")]
    NotOneOperator(usize),
    #[error("{name} is not an operator{}", meant(nearest))]
    UnknownOperator { name: String, nearest: Option<String> },
    #[error("{name} is JSONLogic, but not used in rules: {instead}")]
    NotUsed { name: String, instead: String },
    #[error("{operator} takes {takes}, but here {}", counted(*found))]
    WrongNumberOfParts { operator: String, takes: String, found: usize },

    #[error("{name} is not a fact{}", meant(nearest))]
    UnknownFact { name: String, nearest: Option<String> },
    #[error(
        "Candor treats every customer alike: there is no fact about what a customer is worth, so {0} cannot be asked; \
         ask about the bill, the use or the price"
    )]
    AboutWorth(String),
    #[error("{fact} is about {about}, and a {kind} rule looks at {subject}, where that is not known")]
    FactOfAnotherKind { fact: String, about: String, kind: NoticeKind, subject: String },
    #[error("here the name of a fact is needed, in quotes")]
    NotAFactName,
    #[error("a fact that is not known has no value to stand in for it: ask with \"missing\"")]
    NoDefault,

    #[error("this gives {found}, but here yes or no is needed: compare it with something")]
    NotYesOrNo { found: String },
    #[error("{left} and {right} cannot be compared: {left} is {left_is}, {right} is {right_is}")]
    NotComparable { left: String, left_is: String, right: String, right_is: String },
    #[error("{operand} is {is}: it can be equal to another, or not, but not above or below it")]
    HasNoOrder { operand: String, is: String },
    #[error("{left_is} and {right_is} cannot be taken together by {operator}{hint}")]
    NotReckonable { operator: String, left_is: String, right_is: String, hint: String },
    #[error("{operator} works on numbers, and this is {found}")]
    NotANumber { operator: String, found: String },
    #[error("this compares written values with each other: name a fact in it")]
    NoFact,

    #[error("{0}")]
    BadNumber(String),
    #[error("money is written in minor units: for 12.50 write 1250")]
    MoneyInMinorUnits,
    #[error("{0} is a whole number")]
    NotWhole(String),
    #[error("a percentage has at most four digits after the point")]
    PercentTooFine,
    #[error("this is not a date: write the year, month and day as in 2026-11-20")]
    NotADate,
    #[error("{fact} is never {}: it is {choices}{}", quoted(text), meant(nearest))]
    NotAChoice { fact: String, text: String, choices: String, nearest: Option<String> },
    #[error("the list after \"in\" is of written values in brackets, such as [30, 7, 1]")]
    NotAList,
    #[error("this list is empty, so nothing could ever be in it")]
    EmptyList,
    #[error("nothing lies between {low} and {high}")]
    NothingBetween { low: String, high: String },

    #[error("a rule is an object in braces")]
    NotARule,
    #[error("{name} is not part of a rule{}", meant(nearest))]
    UnknownField { name: String, nearest: Option<String> },
    #[error("{0} is missing")]
    FieldMissing(String),
    #[error("{0} must be text in quotes")]
    NotText(String),
    #[error("this has {length} letters, but at most {most} are kept")]
    TextTooLong { length: usize, most: usize },
    #[error("an id has small letters, digits and hyphens only")]
    BadId,
    #[error("{name} is not a kind of rule{}", meant(nearest))]
    UnknownKind { name: String, nearest: Option<String> },
    #[error("write a whole number from {low} to {high}")]
    NotInRange { low: i64, high: i64 },
    #[error("the rule would end before it starts")]
    EndsBeforeItStarts,
    #[error("{name} is not a setting of a {kind} rule{}", meant(nearest))]
    UnknownSetting { name: String, kind: NoticeKind, nearest: Option<String> },
    #[error("a brace is left open: a fact in a message stands in braces, such as {{late_fee}}")]
    OpenBrace,
}

impl From<NumberProblem> for Problem {
    fn from(problem: NumberProblem) -> Self {
        Problem::BadNumber(problem.to_string())
    }
}

fn meant(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("; did you mean {name}?")).unwrap_or_default()
}

fn counted(found: usize) -> String {
    if found == 1 { "is 1".to_owned() } else { format!("are {found}") }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// Text from outside, cut to what a person reads in an error.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let mut letters = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let mut start: String = letters.by_ref().take(MOST).collect();
    if letters.next().is_some() {
        start.push('…');
    }
    start
}
