//! What a notice is about, so that what was told is found beside what holds now.

use crate::domain::notice::NoticeKind;

/// One thing of a customer's of which one thing is so at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Paying a bill: by its id.
    Bill(String),
    /// What a bill comes to: by its id.
    Sum(String),
    /// Changing a plan for another of ours: by the id of the subscription.
    Switch(String),
    /// Changing it for someone else's.
    Elsewhere(String),
    /// A credit: by its reference.
    Credit(String),
}

impl Topic {
    pub fn of(kind: NoticeKind, invoice_id: Option<&str>, subscription_id: Option<&str>, subject: &str) -> Self {
        let or_subject = |id: Option<&str>| id.unwrap_or(subject).to_owned();
        match kind {
            NoticeKind::FeeWarning
            | NoticeKind::NothingToDo
            | NoticeKind::Dispute
            | NoticeKind::Due
            | NoticeKind::Overdue
            | NoticeKind::FeeCame => Self::Bill(or_subject(invoice_id)),
            NoticeKind::UnusualBill => Self::Sum(or_subject(invoice_id)),
            NoticeKind::BetterPrice | NoticeKind::RightSize => Self::Switch(or_subject(subscription_id)),
            NoticeKind::Competitor => Self::Elsewhere(or_subject(subscription_id)),
            NoticeKind::Credit => Self::Credit(subject.to_owned()),
        }
    }
}
