//! The overview: how things stand today, for admins.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::fees::{Version, WithoutPolicy};
use crate::domain::{late_fee::FeePolicy, money::Money};

pub mod admin;
pub mod api;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod setup;
#[cfg(feature = "ssr")]
mod store;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    pub today: Date,
    pub open: Tally,
    pub due_today: Tally,
    /// Due in one to three days.
    pub due_soon: Tally,
    pub overdue: Tally,
    pub last_run: Option<LastRun>,
    /// Customers whose address refuses our mail: the latest of them, and how many there are.
    pub refusing_mail: (Vec<RefusesMail>, i64),
    pub looks: Looks,
    /// What nobody has set, what matters most first.
    pub unset: Vec<Unset>,
    /// The version in force for each currency.
    pub policies: Vec<Version>,
    /// Those that are to start, the soonest first.
    pub coming: Vec<FeePolicy>,
    /// The currencies that have none.
    pub without_policy: Vec<WithoutPolicy>,
    /// The latest first.
    pub imports: Vec<LastImport>,
}

/// When everybody was looked at last, `22 November 2026, 07:00`, and when they are next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looks {
    pub last: Option<String>,
    /// Nothing where the day stands still, as in a demo.
    pub next: Option<String>,
    pub is_late: bool,
}

/// Something that nobody has set yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unset {
    pub name: String,
    /// What is so without it.
    pub words: String,
    /// How it is set.
    pub how: String,
    /// The page on which it is set, where there is one.
    pub href: Option<String>,
}

/// So many bills, and what is open on them in each currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub bills: i64,
    pub open: Vec<Money>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastRun {
    /// `22 November 2026, 07:00`
    pub started: String,
    /// How long it took; nothing while it is under way.
    pub milliseconds: Option<i64>,
    /// Its parts, and how many of them are done.
    pub parts: (i64, i64),
    /// Whether only those were looked at about whom something had changed.
    pub only_changed: bool,
    pub as_of: Date,
    pub customers: i64,
    pub bills: i64,
    pub written: i64,
}

/// A customer whom no mail of ours reaches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusesMail {
    pub id: String,
    pub name: String,
    pub email: String,
    /// In the words of the mail server.
    pub why: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastImport {
    pub id: String,
    pub kind: String,
    pub file_name: String,
    pub state: String,
    pub is_dry_run: bool,
    pub started: String,
    pub created: i64,
    pub updated: i64,
    pub rejected: i64,
}

impl Looks {
    pub fn words(&self) -> String {
        let last = match &self.last {
            Some(last) => format!("Everybody was looked at on {last}."),
            None => "Nobody has looked at everybody yet.".to_owned(),
        };
        let late = if self.is_late { " That is overdue: does candor serve run?" } else { "" };
        let next = match &self.next {
            Some(next) => format!(" The next such look is on {next}"),
            None => " The day stands still here".to_owned(),
        };
        format!("{last}{late}{next}; whoever something changes about is looked at soon after.")
    }
}
