//! Home: what a customer should know today, in ten seconds.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    billing::{Act, BillWays},
    bills::{BillLine, FeeAhead},
    notes::LatestNote,
    notices::NoticeCard,
};
use crate::domain::{money::Money, role::Role};

pub mod api;
#[cfg(feature = "ssr")]
mod known;
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
    /// The most urgent first, and only the first few.
    pub worth_knowing: Vec<WorthKnowing>,
    /// The others in a line each, as long as they are few.
    pub more: Vec<InShort>,
    /// Bills and other things that are worth knowing and too many for lines.
    pub more_bills: usize,
    pub more_notices: usize,
    /// What still holds and was put aside or dismissed.
    pub aside: Vec<NoticeCard>,
    /// The open bill that is to be paid next, none in dispute.
    pub next: Option<BillLine>,
    pub open_bills: usize,
    /// Of these, those that are the customer's to pay, not in dispute and not paid by credit: how many, and how much in each
    /// currency.
    pub bills_to_pay: usize,
    pub to_pay: Vec<Money>,
    /// Questions and wishes that wait for a person.
    pub waiting: usize,
    /// What credit can be used today, one amount for each currency.
    pub credit: Vec<Money>,
    /// Plans of theirs that no other would have cost less than, each with how many months that is of.
    pub cheapest: Vec<(String, usize)>,
    /// What billing or a person answered and they should hear.
    pub news: Vec<Act>,
    /// The latest note by a person.
    pub note: Option<LatestNote>,
}

/// One thing to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WorthKnowing {
    /// We told them, and it still holds.
    Told(NoticeCard),
    /// So it is today, although no notice was written about it.
    Seen(Matter),
}

/// One thing to know, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InShort {
    pub title: String,
    pub bill: Option<String>,
    pub amount: Money,
    /// What the day is: `Due`.
    pub when: String,
    pub on: Date,
    /// The page with all of it.
    pub address: String,
}

/// A bill with something to know about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    pub bill: BillLine,
    pub fee: Option<FeeAhead>,
    /// Whether a later date may be asked for.
    pub can_move: bool,
    pub ways: BillWays,
}

impl Home {
    /// How much there is to know, wherever it stands.
    pub fn things(&self) -> usize {
        self.worth_knowing.len() + self.more.len() + self.more_bills + self.more_notices
    }
}
