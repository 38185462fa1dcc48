//! Bills: what is owed, by when, and what has been paid of it.

use jiff::civil::Date;
use leptos_router::location::Url;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{bill::BillKind, evidence::Evidence, late_fee::LaterDates, money::Money},
    features::late_fees::SettledFee,
    ui::Page,
};

pub mod api;
pub mod fee;
#[cfg(feature = "ssr")]
mod lines;
mod lines_portal;
pub mod parts;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
pub mod state;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use state::{BillState, StateBadge};

/// A bill in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillLine {
    pub number: String,
    pub amount: Money,
    pub open: Money,
    /// The agreed day where a person agreed to a later one.
    pub pay_by: Date,
    pub paid_on: Option<Date>,
    /// What came of it because it was not paid in time, also where it is paid now.
    pub late_fee: Option<Money>,
    pub state: BillState,
}

/// One page of a customer's bills, the latest due first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillList {
    pub bills: Vec<BillLine>,
    pub page: Page,
    pub today: Date,
    /// Of all bills, not only those on this page.
    pub open: usize,
    /// Open bills for which the day of the fee has come.
    pub with_fee: usize,
}

/// One bill with everything known of it today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillSheet {
    pub number: String,
    /// Whose it is, by name.
    pub customer: String,
    pub today: Date,
    pub issued_on: Date,
    pub due_on: Date,
    pub agreed_due_on: Option<Date>,
    /// The business day that counts in place of the due day, where the policy moves it.
    pub moved_to: Option<Date>,
    /// The agreed day where a person agreed to a later one, or the business day it moves to.
    pub pay_by: Date,
    pub amount: Money,
    /// The tax in it, where it is known.
    pub tax: Option<Money>,
    pub paid: Money,
    pub open: Money,
    pub state: BillState,
    pub is_exempt: bool,
    /// Its late fee was let go.
    pub is_waived: bool,
    pub payments: Vec<Payment>,
    pub fee: Option<FeeAhead>,
    /// What became of its fee, where that was decided.
    pub late_fee: Option<SettledFee>,
    pub kind: BillKind,
    /// The number of the bill for which this one is the late fee.
    pub fee_for: Option<String>,
    /// The days a customer may ask to pay by, while there are any.
    pub later: Option<LaterDates>,
    /// What it is for.
    pub lines: parts::BillParts,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Nothing where the bill says that it was paid, and not when.
    pub on: Option<Date>,
    pub reference: String,
    pub amount: Money,
}

/// The fee a bill draws unless it is paid in time, or drew because it was not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeAhead {
    pub fee: Money,
    pub fee_on: Date,
    /// The last day on which paying costs nothing more.
    pub free_until: Date,
    pub policy_version: i64,
    pub evidence: Evidence,
}

/// The address of a bill's page; a number may hold anything.
pub fn address(number: &str) -> String {
    format!("/bills/{}", Url::escape(number))
}
