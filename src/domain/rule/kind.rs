//! What a rule of each kind looks at, and what it may ask.

use super::fact::{About, Fact};
use crate::notice::NoticeKind;

impl NoticeKind {
    /// What the rule looks at, one at a time, for each customer.
    pub fn subject(self) -> &'static str {
        match self {
            kind if kind.is_about_paying() => "a bill",
            Self::UnusualBill => "what a bill comes to",
            Self::BetterPrice => "another plan",
            Self::RightSize => "another size",
            Self::Credit => "a credit",
            _ => "a competitor's offer",
        }
    }

    /// Whether facts of this group can be known where such a rule is asked.
    pub fn knows(self, about: About) -> bool {
        match about {
            About::Everyone => true,
            About::Bill => self.is_about_paying(),
            About::Sum => self == Self::UnusualBill,
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
