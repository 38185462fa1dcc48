//! What a rule decides about: one kind for each kind of notice.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::fact::{About, Fact};

/// The names are those of `candor advise`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// An open bill will draw a late fee.
    FeeWarning,
    /// The bill is covered by credit, so there is nothing to fear.
    NothingToDo,
    /// A bill is near its due date and the customer disputes it: we settle that first.
    Dispute,
    /// Another of our plans would have cost less.
    BetterPrice,
    /// The customer buys more, or less, than they need.
    RightSize,
    /// There is credit, and it may expire.
    Credit,
    /// Someone else's product fits better.
    Competitor,
}

impl RuleKind {
    pub const ALL: [Self; 7] = [
        Self::FeeWarning,
        Self::NothingToDo,
        Self::Dispute,
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
            Self::BetterPrice => "better_price",
            Self::RightSize => "right_size",
            Self::Credit => "credit",
            Self::Competitor => "competitor",
        }
    }

    /// What the rule looks at, one at a time, for each customer.
    pub fn subject(self) -> &'static str {
        match self {
            Self::FeeWarning | Self::NothingToDo | Self::Dispute => "a bill",
            Self::BetterPrice => "another plan",
            Self::RightSize => "another size",
            Self::Credit => "a credit",
            Self::Competitor => "a competitor's offer",
        }
    }

    /// Whether facts of this group can be known where such a rule is asked.
    pub fn knows(self, about: About) -> bool {
        match about {
            About::Everyone => true,
            About::Bill => matches!(self, Self::FeeWarning | Self::NothingToDo | Self::Dispute),
            About::Price => matches!(self, Self::BetterPrice | Self::RightSize | Self::Competitor),
            About::Size => self == Self::RightSize,
            About::Credit => self == Self::Credit,
            About::Competitor => self == Self::Competitor,
        }
    }

    /// What a rule of this kind may ask, in the order of the catalogue.
    pub fn facts(self) -> impl Iterator<Item = Fact> {
        Fact::all().filter(move |fact| self.knows(fact.about()))
    }
}

impl fmt::Display for RuleKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names no kind of rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a kind of rule")]
pub struct UnknownRuleKind(String);

impl FromStr for RuleKind {
    type Err = UnknownRuleKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| UnknownRuleKind(text.to_owned()))
    }
}
