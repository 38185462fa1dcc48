//! The staff's day: who needs a person, people before numbers.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{customers::CustomerSheet, frictions::Friction, memory, notes::Wrote, requests::Waiting};
use crate::domain::money::Money;

pub mod api;
#[cfg(feature = "ssr")]
pub mod service;
pub mod staff;

/// What `/staff` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Today {
    /// The longest waiting first.
    pub waiting: Vec<Waiting>,
    /// Of all, not only of those shown.
    pub waiting_in_all: i64,
    /// Who wrote and has no answer yet, the longest waiting first.
    pub wrote: Vec<Wrote>,
    pub wrote_in_all: i64,
    /// Who will be charged a late fee and can still be helped, the soonest first.
    pub near_a_fee: Vec<NearFee>,
    pub near_in_all: usize,
    /// Of whom a late fee came that is not paid, the longest ago first.
    pub with_a_fee: Vec<NearFee>,
    pub with_a_fee_in_all: usize,
    /// The longest in dispute first.
    pub in_dispute: Vec<InDispute>,
    pub disputes_in_all: usize,
    /// What customers found hard and nobody read yet, the latest first.
    pub hard: Vec<Friction>,
    pub hard_in_all: i64,
    /// The person the address names.
    pub chosen: Option<CustomerSheet>,
    /// What we remember of them, the latest noted first.
    pub remembered: Vec<memory::Fact>,
    pub today: Date,
}

/// A person and the first of their fees, to come or come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearFee {
    pub customer_id: String,
    pub name: String,
    pub bill: String,
    pub fee: Money,
    pub fee_on: Date,
    /// Days until then, or since then.
    pub days: i64,
    /// Other bills of theirs of which that is so too.
    pub more: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InDispute {
    pub customer_id: String,
    pub name: String,
    pub bill: String,
    /// Zero where it has been paid since.
    pub open: Money,
    pub more: usize,
}
