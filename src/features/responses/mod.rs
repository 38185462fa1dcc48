//! Responses: what a customer says back to a notice. Later, not for me, helpful or not; each can be taken back.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::aside::Wait;

pub mod api;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
pub mod staff;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

/// The longest that a customer may say about why a notice is not for them.
pub const LONGEST_WHY: u32 = 500;

/// Why a notice is not for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DismissReason {
    NotTrue,
    NotNow,
    WillNotChange,
    AlreadyDone,
    Other,
}

/// What a customer said back to a notice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The day it comes back, which may have passed.
    pub snoozed_until: Option<Date>,
    pub dismissed: Option<Dismissal>,
    pub is_helpful: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissal {
    pub reason: DismissReason,
    /// Empty where none were written.
    pub words: String,
    pub on: Date,
}

/// Why a notice does not stand on the first page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Aside {
    /// Put aside until this day.
    Until(Date),
    Dismissed,
    /// Much the same was dismissed on this day.
    LikeDismissed(Date),
}

/// What a customer can still say to a notice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanSay {
    /// Each with the day it comes back.
    pub waits: Vec<(Wait, Date)>,
    /// The last day on which it comes back; nothing where any day will do.
    pub back_by: Option<Date>,
    pub can_dismiss: bool,
}

/// Something said, which can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Snooze,
    Dismiss,
    Helpful,
}

/// The page something was said on, to come back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaidOn {
    Home,
    /// What was put aside.
    Aside,
    Notice,
}

impl DismissReason {
    pub const ALL: [Self; 5] = [Self::NotTrue, Self::NotNow, Self::WillNotChange, Self::AlreadyDone, Self::Other];

    pub fn name(self) -> &'static str {
        match self {
            Self::NotTrue => "not_true",
            Self::NotNow => "not_now",
            Self::WillNotChange => "will_not_change",
            Self::AlreadyDone => "already_done",
            Self::Other => "other",
        }
    }

    /// As the customer says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotTrue => "This is not so",
            Self::NotNow => "Not now",
            Self::WillNotChange => "I want to keep things as they are",
            Self::AlreadyDone => "I have done it already",
            Self::Other => "Another reason",
        }
    }

    /// As staff read it: "they say it is not so".
    pub fn words_to_staff(self) -> &'static str {
        match self {
            Self::NotTrue => "they say it is not so",
            Self::NotNow => "not now",
            Self::WillNotChange => "they want to keep things as they are",
            Self::AlreadyDone => "they have done it already",
            Self::Other => "another reason",
        }
    }
}

impl Act {
    pub fn name(self) -> &'static str {
        match self {
            Self::Snooze => "snooze",
            Self::Dismiss => "dismiss",
            Self::Helpful => "helpful",
        }
    }
}

impl SaidOn {
    pub fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Aside => "aside",
            Self::Notice => "notice",
        }
    }
}

impl fmt::Display for DismissReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names no reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a reason to dismiss a notice")]
pub struct UnknownReason(String);

impl FromStr for DismissReason {
    type Err = UnknownReason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|reason| reason.name() == text).ok_or_else(|| UnknownReason(text.to_owned()))
    }
}
