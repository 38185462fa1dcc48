//! Frank messages to customers and the names of their kinds.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a notice is about. The names are those of `candor advise`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// An open bill will draw a late fee.
    FeeWarning,
    /// A bill is near or past its due date and the customer disputes it: we settle that first.
    Dispute,
}

impl NoticeKind {
    pub fn name(self) -> &'static str {
        match self {
            NoticeKind::FeeWarning => "fee_warning",
            NoticeKind::Dispute => "dispute",
        }
    }

    /// The rule that calls for this kind of notice.
    pub fn rule(self) -> &'static str {
        match self {
            NoticeKind::FeeWarning => "warn_before_late_fee",
            NoticeKind::Dispute => "settle_dispute_first",
        }
    }

    /// The same rule, as a person names it.
    pub fn rule_title(self) -> &'static str {
        match self {
            NoticeKind::FeeWarning => "Warn before a late fee",
            NoticeKind::Dispute => "Settle a dispute first",
        }
    }
}

impl fmt::Display for NoticeKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names no kind of notice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a kind of notice")]
pub struct UnknownKind(String);

impl FromStr for NoticeKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [NoticeKind::FeeWarning, NoticeKind::Dispute]
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| UnknownKind(text.to_owned()))
    }
}
