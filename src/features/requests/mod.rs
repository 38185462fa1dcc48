//! Requests: what a customer asked of a person, and what the person answered.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{answer_time::AnswerTime, late_fee::LaterDates},
    features::billing::State,
};

pub mod api;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
pub mod staff;
#[cfg(feature = "ssr")]
mod store;

/// The longest that a question or an answer may be.
pub const LONGEST_WORDS: u32 = 2000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// To pay a bill later than it is due.
    LaterDate,
    /// A question to a person.
    Person,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    Agreed,
    Declined,
    Answered,
}

/// A request as both sides see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    pub id: String,
    pub kind: Kind,
    /// The number of the bill it is about.
    pub bill: Option<String>,
    pub wanted_on: Option<Date>,
    pub words: String,
    pub asked_on: Date,
    /// Nothing while it waits.
    pub answer: Option<Answer>,
    /// The thread it began, to go on in.
    pub thread: Option<String>,
    /// Where the act of the same id stands, to be looked at and taken back; a question has none.
    pub act: Option<State>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub outcome: Outcome,
    /// The later date that was agreed to.
    pub pay_by: Option<Date>,
    pub words: Option<String>,
    /// The name of whoever answered.
    pub by: String,
    pub on: Date,
}

/// What the page of `/help` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Help {
    /// Bills a question can be about: the open ones, and the one that was asked for.
    pub bills: Vec<String>,
    pub asks: Vec<Ask>,
    pub today: Date,
    /// How long people waited for an answer lately.
    pub answer_time: AnswerTime,
}

/// Somebody who waits for an answer, as they stand in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub customer_id: String,
    pub customer_name: String,
    pub ask: Ask,
    /// Milliseconds since 1970.
    pub asked_at: i64,
    /// `2 days`
    pub since: String,
}

/// A request with what is needed to answer it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToAnswer {
    pub ask: Ask,
    /// `2 days`
    pub since: String,
    /// The days that can be agreed to; nothing where the bill is paid or no day is left.
    pub days: Option<LaterDates>,
}

/// The page an answer was given on, to come back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnsweredOn {
    Today,
    Customer,
}

impl Ask {
    /// Whether a later date was asked for and nobody answered yet, or billing has still to move the day.
    pub fn waits_for_date(&self) -> bool {
        self.kind == Kind::LaterDate && (self.answer.is_none() || self.act == Some(State::Asked))
    }
}

impl AnsweredOn {
    pub fn name(self) -> &'static str {
        match self {
            AnsweredOn::Today => "today",
            AnsweredOn::Customer => "customer",
        }
    }
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::LaterDate => "later_date",
            Kind::Person => "person",
        }
    }
}

impl Outcome {
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Agreed => "agreed",
            Outcome::Declined => "declined",
            Outcome::Answered => "answered",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names no kind of request, or no outcome.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not known of requests")]
pub struct UnknownName(String);

impl FromStr for Kind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = [Kind::LaterDate, Kind::Person].into_iter().find(|kind| kind.name() == text);
        known.ok_or_else(|| UnknownName(text.to_owned()))
    }
}

impl FromStr for Outcome {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Outcome::Agreed, Outcome::Declined, Outcome::Answered];
        all.into_iter().find(|outcome| outcome.name() == text).ok_or_else(|| UnknownName(text.to_owned()))
    }
}
