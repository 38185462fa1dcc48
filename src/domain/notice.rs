//! Frank messages to customers and the names of their kinds.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a notice is about. The names are those of `candor advise`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// An open bill will draw a late fee.
    FeeWarning,
    /// The bill is covered by credit, so there is nothing to fear.
    NothingToDo,
    /// A bill is near or past its due date and the customer disputes it: we settle that first.
    Dispute,
    /// A bill is due soon, and nobody has said what being late costs.
    Due,
    /// A bill is past its day and still open, and no fee came of it.
    Overdue,
    /// A late fee was added, because a bill was still open on its day.
    FeeCame,
    /// A bill is much above what the customer is used to, or for a month that was billed before.
    UnusualBill,
    /// Another of our plans would have cost less.
    BetterPrice,
    /// The customer buys more, or less, than they need.
    RightSize,
    /// There is credit, and it may expire.
    Credit,
    /// Someone else's product fits better.
    Competitor,
}

impl NoticeKind {
    pub const ALL: [Self; 11] = [
        Self::FeeWarning,
        Self::NothingToDo,
        Self::Dispute,
        Self::Due,
        Self::Overdue,
        Self::FeeCame,
        Self::UnusualBill,
        Self::BetterPrice,
        Self::RightSize,
        Self::Credit,
        Self::Competitor,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::FeeWarning => "fee_warning",
            Self::NothingToDo => "nothing_to_do",
            Self::Dispute => "dispute",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::FeeCame => "fee_came",
            Self::UnusualBill => "unusual_bill",
            Self::BetterPrice => "better_price",
            Self::RightSize => "right_size",
            Self::Credit => "credit",
            Self::Competitor => "competitor",
        }
    }

    /// Whether it is about paying a bill.
    pub fn is_about_paying(self) -> bool {
        match self {
            Self::FeeWarning | Self::NothingToDo | Self::Dispute | Self::Due | Self::Overdue | Self::FeeCame => true,
            Self::UnusualBill | Self::BetterPrice | Self::RightSize | Self::Credit | Self::Competitor => false,
        }
    }

    /// The rule of this kind that Candor comes with, as a person names it.
    pub fn rule_title(self) -> &'static str {
        match self {
            Self::FeeWarning => "Warn before a late fee",
            Self::NothingToDo => "Credit covers the bill",
            Self::Dispute => "Settle a dispute first",
            Self::Due => "Say that a bill is due",
            Self::Overdue => "Say that a bill is overdue",
            Self::FeeCame => "Say that a late fee came",
            Self::UnusualBill => "Say that a bill is unusual",
            Self::BetterPrice => "Say when another plan costs less",
            Self::RightSize => "Say when another size fits better",
            Self::Credit => "Say that there is credit",
            Self::Competitor => "Say when someone else fits better",
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
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| UnknownKind(text.to_owned()))
    }
}
