//! Credit: money a customer can pay bills with, what of it will be used next, and what expires.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::{
    credit::{Because, Turn},
    money::Money,
};

pub mod api;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

/// Everything on `/credits`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditSheet {
    pub today: Date,
    /// What can pay a bill today, one amount for each currency.
    pub balance: Vec<Money>,
    /// What of it no bill will take by itself, one amount for each currency of `balance`.
    pub free: Vec<Money>,
    /// In the order in which they will be used; then those for one thing alone; then those that are used up or over, the latest
    /// first.
    pub grants: Vec<GrantLine>,
    /// What billing was asked to use, then what happens by itself, in its order, then what only happens when it is asked for.
    pub pays: Vec<Pays>,
    /// An outside system keeps the books.
    pub is_outside: bool,
}

/// So much credit on one bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pays {
    pub bill: String,
    pub amount: Money,
    pub when: When,
}

/// When credit pays a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    AskedOfBilling,
    ByItself {
        on: Date,
        because: Because,
    },
    /// Nothing happens by itself.
    IfAsked,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantLine {
    pub reference: String,
    pub reason: Option<String>,
    pub amount: Money,
    pub left: Money,
    pub granted_on: Date,
    pub expires_on: Option<Date>,
    /// What it can pay for alone.
    pub scope: Option<String>,
    pub standing: GrantStanding,
    /// What of it pays bills by itself, in the order in which it happens.
    pub pays: Vec<Pays>,
    /// What is left of it after that.
    pub free: Money,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GrantStanding {
    /// The first of its currency that will be used.
    Next(Turn),
    Waiting(Turn),
    /// It can pay for one thing alone, and so no whole bill.
    Apart,
    UsedUp,
    /// Its last day has passed with something left.
    Expired,
}
