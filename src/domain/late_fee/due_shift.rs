//! What becomes of a due day that is no business day.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Where a due day on a weekend or a public holiday goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueShift {
    /// It stays.
    #[default]
    AsIs,
    Next,
    Previous,
}

impl DueShift {
    pub const ALL: [DueShift; 3] = [DueShift::AsIs, DueShift::Next, DueShift::Previous];

    pub fn name(self) -> &'static str {
        match self {
            DueShift::AsIs => "as_is",
            DueShift::Next => "next",
            DueShift::Previous => "previous",
        }
    }

    /// What a policy says of it; nothing where the day stays.
    pub fn words(self) -> Option<&'static str> {
        match self {
            DueShift::AsIs => None,
            DueShift::Next => Some("A due date on a weekend or public holiday moves to the next business day."),
            DueShift::Previous => Some("A due date on a weekend or public holiday moves to the business day before."),
        }
    }
}

/// The text is none of the names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no way to move a due day")]
pub struct NoSuchShift(pub String);

impl fmt::Display for DueShift {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for DueShift {
    type Err = NoSuchShift;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|one| one.name() == text).ok_or_else(|| NoSuchShift(text.to_owned()))
    }
}
