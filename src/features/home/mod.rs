//! Home: what a customer should know today, in ten seconds.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::bills::{BillLine, FeeAhead};
use crate::domain::{money::Money, role::Role};

pub mod api;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;

/// Where somebody starts: a customer here, everyone else at their own work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Start {
    Here(Box<Home>),
    Elsewhere(Role),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// `Good evening, Mira.`
    pub greeting: String,
    pub today: Date,
    /// Open bills with something to know about them, the most urgent first.
    pub matters: Vec<Matter>,
    /// The open bill that is to be paid next.
    pub next: Option<BillLine>,
    /// How many bills are open, and how much in each currency.
    pub open_bills: usize,
    pub open: Vec<Money>,
    /// Questions and wishes that wait for a person.
    pub waiting: usize,
}

/// A bill with something to know about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    pub bill: BillLine,
    pub fee: Option<FeeAhead>,
}
