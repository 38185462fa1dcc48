//! Memory: what we remember of a customer. It belongs to them: they see who noted it and who saw it, correct it, ask us not
//! to bring it up, and delete it for good.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub mod api;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
pub mod staff;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

/// The longest that one thing to remember may be.
pub const LONGEST_WORDS: u32 = 300;
/// How many days ahead a day that matters is pointed out.
pub const SOON_DAYS: i64 = 60;

/// How we came to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// The customer told us.
    Customer,
    Call,
    Note,
    /// A person noticed it.
    Observed,
}

/// One thing that is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub id: String,
    pub words: String,
    pub source: Source,
    pub matters_on: Option<Date>,
    pub is_yearly: bool,
    pub noted_on: Date,
    pub noted_by: Writer,
    /// Since when it is not to be brought up.
    pub off_limits_on: Option<Date>,
    pub corrected: Option<(Date, Writer)>,
    /// The next day that matters, where it is near.
    pub soon: Option<Soon>,
    pub seen: Vec<Seen>,
}

/// Who put something into words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    pub name: String,
    pub is_customer: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Soon {
    pub on: Date,
    /// Until then.
    pub days: i64,
}

/// A person of the staff who saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub by: String,
    /// `22 November 2026, 14:05`, in the customer's zone.
    pub last: String,
}

/// That something was deleted, without its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub id: String,
    pub source: Source,
    pub noted_on: Date,
    pub noted_by: Writer,
    /// `22 November 2026, 14:05`, in the customer's zone.
    pub forgotten: String,
    pub forgotten_by: Writer,
}

/// What a customer reads about themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memories {
    /// The latest noted first.
    pub facts: Vec<Fact>,
    pub receipts: Vec<Receipt>,
    pub today: Date,
}

/// What staff read about a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    pub customer_id: String,
    /// The latest noted first.
    pub facts: Vec<Fact>,
    pub today: Date,
}

impl Fact {
    /// Whether the words are the customer's: then nobody else changes them.
    pub fn is_own_words(&self) -> bool {
        self.corrected.as_ref().map_or(self.noted_by.is_customer, |(_, by)| by.is_customer)
    }
}

impl Soon {
    /// `in 11 days`
    pub fn words(self) -> String {
        match self.days {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            days => format!("in {days} days"),
        }
    }
}

impl Source {
    pub const ALL: [Source; 4] = [Source::Customer, Source::Call, Source::Note, Source::Observed];

    pub fn name(self) -> &'static str {
        match self {
            Source::Customer => "customer",
            Source::Call => "call",
            Source::Note => "note",
            Source::Observed => "observed",
        }
    }

    /// As the customer reads it.
    pub fn for_customer(self) -> &'static str {
        match self {
            Source::Customer => "You told us",
            Source::Call => "From a call with you",
            Source::Note => "From a note of yours",
            Source::Observed => "One of us noticed",
        }
    }

    /// As staff read it.
    pub fn for_staff(self) -> &'static str {
        match self {
            Source::Customer => "They told us",
            Source::Call => "From a call",
            Source::Note => "From a note",
            Source::Observed => "Noticed by a person",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names no way we come to know something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no source of what we remember")]
pub struct UnknownSource(String);

impl FromStr for Source {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Source::ALL.into_iter().find(|source| source.name() == text).ok_or_else(|| UnknownSource(text.to_owned()))
    }
}
