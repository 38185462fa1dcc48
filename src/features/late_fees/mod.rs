//! Late fees whose day came: each decided once, charged as money where its customer was warned in time, and taken back by itself
//! where that was not right after all.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        late_fee::{Delivered, NoFee},
        money::Money,
    },
    ui::Page,
};

pub mod admin;
pub mod api;
#[cfg(feature = "ssr")]
mod judgement;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

/// What became of a fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeState {
    Charged,
    /// It was never charged.
    LetGo,
    /// It was charged, and is not any more.
    TakenBack,
}

impl FeeState {
    pub const ALL: [FeeState; 3] = [FeeState::Charged, FeeState::LetGo, FeeState::TakenBack];

    pub fn name(self) -> &'static str {
        match self {
            FeeState::Charged => "charged",
            FeeState::LetGo => "let_go",
            FeeState::TakenBack => "taken_back",
        }
    }
}

impl fmt::Display for FeeState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names no state of a late fee.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a state of a late fee")]
pub struct UnknownState(String);

impl FromStr for FeeState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.name() == text).ok_or_else(|| UnknownState(text.to_owned()))
    }
}

/// What became of the fee of a bill, as its customer reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledFee {
    pub fee: Money,
    pub fee_on: Date,
    pub state: FeeState,
    pub why: Option<NoFee>,
    /// The bill that asks for it, and what of it is not paid; nothing where an outside system books it.
    pub asked_by: Option<(String, Money)>,
}

/// A fee that a page shows its customer before it comes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shown {
    pub invoice_id: String,
    pub fee: i64,
    pub fee_on: Date,
}

/// One late fee, as admins read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedFee {
    pub customer_id: String,
    pub customer: String,
    pub bill: String,
    pub fee: Money,
    pub fee_on: Date,
    pub state: FeeState,
    pub why: Option<NoFee>,
    pub warned: Option<Delivered>,
    pub changed_on: Option<Date>,
    /// Of one that is charged: what is not paid.
    pub open: Money,
}

/// A page of them, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateFees {
    pub fees: Vec<ListedFee>,
    pub page: Page,
    /// Those in one state alone.
    pub only: Option<FeeState>,
    /// How many there are in each state.
    pub counts: Vec<(FeeState, i64)>,
    /// The first day fees were looked after here: those of earlier days are the billing system's.
    pub since: Option<Date>,
    pub today: Date,
}
