//! Preferences: which kinds of notice come by e-mail as well, and at which hours none may.

use serde::{Deserialize, Serialize};

use crate::domain::{
    notice::NoticeKind,
    quiet_hours::{Moves, QuietHours},
};

pub mod api;
#[cfg(feature = "ssr")]
pub mod http;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

/// What the form on the page of a link says it is, so that it is not taken for a mail program's.
pub const BY_PAGE: &str = "page";

/// How one kind of notice reaches a customer beside this site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preference {
    pub kind: NoticeKind,
    pub by_mail: bool,
    pub quiet: Option<QuietHours>,
}

/// What the page of `/about-me/notices` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Where mail goes; nothing where no address is known.
    pub email: Option<String>,
    /// Whether a mail server is set.
    pub sends_mail: bool,
    pub time_zone: String,
    /// One of each kind.
    pub preferences: Vec<Preference>,
}

/// What was sent about one kind, as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wish {
    pub by_mail: Option<String>,
    pub quiet_from: String,
    pub quiet_until: String,
}

/// What a link in a mail ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayOut {
    pub kind: NoticeKind,
    /// Whether mail of this kind still comes.
    pub by_mail: bool,
}

impl Preference {
    /// Of somebody who chose this; what they did not choose is as usual. A warning comes by mail whatever is kept.
    pub fn of(kind: NoticeKind, by_mail: Option<bool>, quiet: Option<QuietHours>) -> Self {
        Self { kind, by_mail: is_certain(kind) || by_mail.unwrap_or_else(|| is_usual(kind)), quiet }
    }

    pub fn moves(self) -> Moves {
        if is_certain(self.kind) { Moves::Earlier } else { Moves::Later }
    }
}

/// Whether mail of this kind cannot be switched off, nor come later for quiet hours.
pub fn is_certain(kind: NoticeKind) -> bool {
    kind == NoticeKind::FeeWarning
}

/// Whether mail of this kind comes where nobody chose.
fn is_usual(kind: NoticeKind) -> bool {
    let is_of_a_bill = kind.is_about_paying() && kind != NoticeKind::NothingToDo || kind == NoticeKind::UnusualBill;
    is_of_a_bill || kind == NoticeKind::Credit
}

/// A kind of notice in the words of whoever gets it.
pub fn title(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::FeeWarning => "A late fee is near",
        NoticeKind::NothingToDo => "Your credit pays a bill",
        NoticeKind::Dispute => "A bill you dispute is due",
        NoticeKind::Due => "A bill is due soon",
        NoticeKind::Overdue => "A bill is overdue",
        NoticeKind::UnusualBill => "A bill is unusual",
        NoticeKind::FeeCame => "A late fee came",
        NoticeKind::BetterPrice => "Another of our plans costs you less",
        NoticeKind::RightSize => "Another size fits you better",
        NoticeKind::Credit => "You have credit to use",
        NoticeKind::Competitor => "Someone else’s product fits you better",
    }
}
