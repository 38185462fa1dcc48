//! What a bill is, and whether it is owed at all.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Where a bill stands by itself, whatever was paid of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillStatus {
    /// Not sent yet.
    Draft,
    /// Sent, and owed as far as it is not paid.
    Open,
    /// Paid in full, as its source says without saying how.
    Paid,
    /// Taken back: nothing was ever owed.
    Void,
    /// Nobody asks for it any more.
    WrittenOff,
}

impl BillStatus {
    pub const ALL: [BillStatus; 5] =
        [BillStatus::Draft, BillStatus::Open, BillStatus::Paid, BillStatus::Void, BillStatus::WrittenOff];

    pub fn name(self) -> &'static str {
        match self {
            BillStatus::Draft => "draft",
            BillStatus::Open => "open",
            BillStatus::Paid => "paid",
            BillStatus::Void => "void",
            BillStatus::WrittenOff => "written_off",
        }
    }

    /// Whether what is not paid of it is owed. Of every other bill nothing is open anywhere.
    pub fn is_owed(self) -> bool {
        self == BillStatus::Open
    }

    /// Whether it was asked for: only then can it have drawn a late fee.
    pub fn was_asked_for(self) -> bool {
        matches!(self, BillStatus::Open | BillStatus::Paid)
    }
}

/// What a bill is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillKind {
    Bill,
    /// Money that is not owed after all: it becomes the customer's credit.
    CreditNote,
    /// A late fee draws no late fee.
    LateFee,
}

impl BillKind {
    pub const ALL: [BillKind; 3] = [BillKind::Bill, BillKind::CreditNote, BillKind::LateFee];

    pub fn name(self) -> &'static str {
        match self {
            BillKind::Bill => "bill",
            BillKind::CreditNote => "credit_note",
            BillKind::LateFee => "late_fee",
        }
    }
}

/// The text is none of the names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not known of a bill")]
pub struct NotOfABill(pub String);

impl fmt::Display for BillStatus {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for BillStatus {
    type Err = NotOfABill;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|one| one.name() == text).ok_or_else(|| NotOfABill(text.to_owned()))
    }
}

impl fmt::Display for BillKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for BillKind {
    type Err = NotOfABill;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|one| one.name() == text).ok_or_else(|| NotOfABill(text.to_owned()))
    }
}
