//! Notices: what we told a customer, with everything needed to say later why.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::billing::BillWays;
use crate::domain::{evidence::Evidence, money::Money, notice::NoticeKind};

pub mod api;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;

/// A notice as it stands on a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeCard {
    pub id: String,
    pub kind: NoticeKind,
    /// What the rule says, with the facts filled in.
    pub words: String,
    /// The number of the bill, the code of the plan, the reference of the credit or the name of the offer.
    pub subject: String,
    pub bill: Option<BillAbout>,
    /// The fee that can still be avoided, what would be saved, the credit that is left; of a dispute, what was open when
    /// it was told.
    pub amount: Money,
    /// The day the bill is due, the agreed one where a person agreed to a later date; the day a credit expires.
    pub due_on: Option<Date>,
    /// The day the fee is added.
    pub fee_on: Option<Date>,
    /// The day whose facts it was worked out from.
    pub as_of: Date,
    pub rule: String,
    pub rule_version: i64,
    pub evidence: Evidence,
    /// Of advice about a plan: the reference of the subscription.
    pub subscription: Option<String>,
    /// What can be done about the bill today.
    pub ways: BillWays,
    /// Whether a later date can be asked for.
    pub can_move: bool,
}

/// The bill a notice is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillAbout {
    pub number: String,
    /// What is open on it on the day the card is shown.
    pub open: Money,
}

/// A notice with what became of it since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldNotice {
    pub card: NoticeCard,
    /// Still true today.
    pub is_current: bool,
    pub is_paid: bool,
    /// When it was worked out, in the customer's zone: `22 November 2026, 07:00`.
    pub written: String,
    /// Whether the customer has opened it.
    pub is_seen: bool,
    /// Nothing where it is no advice that we stand by.
    pub guarantee: Option<Guarantee>,
}

/// That whoever follows our advice never pays more over a year than they would have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Guarantee {
    Stands,
    /// What we owe for the year, and the day it was worked out.
    WorkedOut {
        owed: Money,
        on: Date,
    },
}
