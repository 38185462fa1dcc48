//! Erasure: a customer asks to be erased, a person decides, and what is erased then. The list of what goes and what stays is
//! in one place, `fates`, which the page reads from too.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub mod api;
#[cfg(feature = "ssr")]
mod fates;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
pub mod staff;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

/// The longest that words with a wish or an answer may be.
pub const LONGEST_WORDS: u32 = 1000;

/// A customer's wish to be erased, as both sides see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub id: String,
    pub words: Option<String>,
    pub asked_on: Date,
    pub standing: Standing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Since when an admin has it, and who of the staff handed it over.
    Waiting {
        handed_over: Option<(Date, String)>,
    },
    Withdrawn {
        on: Date,
    },
    Refused {
        on: Date,
        by: String,
        answer: String,
    },
    Erased {
        on: Date,
        by: String,
    },
}

/// What the page of `/about-me/erase` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The latest wish.
    pub wish: Option<Wish>,
    pub list: ErasureList,
    pub today: Date,
}

/// What goes and what stays when a customer is erased, in words for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureList {
    pub goes: Vec<String>,
    /// With the reason.
    pub stays: Vec<(String, String)>,
}

/// A wish with what is needed to decide on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToDecide {
    pub wish: Wish,
    /// `2 days`
    pub since: String,
    /// Whether the one who looks may erase.
    pub may_erase: bool,
    pub list: ErasureList,
    pub today: Date,
}

/// Somebody who asked to be erased, as they stand in the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedToGo {
    pub customer_id: String,
    pub customer_name: String,
    /// `2 days`
    pub since: String,
    pub is_handed_over: bool,
}

impl Wish {
    pub fn waits(&self) -> bool {
        matches!(self.standing, Standing::Waiting { .. })
    }
}
