//! Notices: what we told a customer, with everything needed to say later why.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::billing::BillWays;
use crate::{
    domain::{
        evidence::{Evidence, Tested},
        locale::Locale,
        money::Money,
        notice::NoticeKind,
    },
    features::responses::{Aside, CanSay, Said},
    ui::Page,
};

pub mod api;
pub mod list_portal;
pub mod plan_words;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod standing;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod topic;
#[cfg(feature = "ssr")]
pub mod why_not;
pub mod why_not_portal;

/// A notice as it stands on a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeCard {
    pub id: String,
    pub kind: NoticeKind,
    /// What the rule says, with the facts filled in.
    pub words: String,
    /// The number of the bill, the code of the plan, the reference of the credit or the name of the offer.
    pub subject: String,
    pub bill: Option<BillAbout>,
    /// The fee that can still be avoided, what would be saved, the credit that is left; of a dispute, what was open when
    /// it was told.
    pub amount: Money,
    /// The day the bill is due, the agreed one where a person agreed to a later date; the day a credit expires.
    pub due_on: Option<Date>,
    /// The day the fee is added.
    pub fee_on: Option<Date>,
    /// The day whose facts it was worked out from: of what holds now today, of what was told the day it was told.
    pub as_of: Date,
    pub rule: String,
    pub rule_version: i64,
    pub evidence: Evidence,
    /// Of advice about a plan: the reference of the subscription.
    pub subscription: Option<String>,
    /// What can be done about the bill today.
    pub ways: BillWays,
    /// Whether a later date can be asked for.
    pub can_move: bool,
    /// What the customer said back to it, and what they can say.
    pub said: Said,
    pub can_say: CanSay,
    /// Why it does not stand on the first page; nothing where it does.
    pub aside: Option<Aside>,
}

impl NoticeCard {
    /// What the rule says, with amounts, numbers and days written this way.
    pub fn words_in(&self, locale: Locale) -> String {
        locale.retell_beside(&self.words, &self.evidence.names())
    }

    /// That advice holds no longer: it saves nothing.
    pub fn is_withdrawal(&self) -> bool {
        let is_advice = matches!(self.kind, NoticeKind::BetterPrice | NoticeKind::RightSize | NoticeKind::Competitor);
        is_advice && self.amount.minor == 0
    }
}

/// The bill a notice is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillAbout {
    pub number: String,
    /// What is open on it on the day the card is shown.
    pub open: Money,
}

/// A notice with what became of it since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldNotice {
    /// To the letter as it was told, but for what the customer said back.
    pub card: NoticeCard,
    pub standing: Standing,
    /// What holds of the same thing today, with today's amounts and days; nothing where nothing does.
    pub now: Option<NoticeCard>,
    /// The notice that put this one right, and the one that this one puts right.
    pub corrected_by: Option<String>,
    pub corrects: Option<String>,
    /// The day this is said on, where the customer is.
    pub on: Date,
    /// When it was worked out, in the customer's zone: `22 November 2026, 07:00`.
    pub written: String,
    /// Whether the customer has opened it.
    pub is_seen: bool,
    /// The condition of the rule with the values it met, worked out again from what was known on that day; nothing where what
    /// was known has changed since, or where nobody asked for it.
    pub tested: Option<Tested>,
    /// Nothing where it is no advice that we stand by.
    pub guarantee: Option<Guarantee>,
    /// The first day of the version of the rule, the beginning of days where it holds since ever; told on its own page.
    pub rule_since: Option<Date>,
}

/// What became of what was told, by today's facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub is: Stands,
    /// Why it is other than it was told, in a sentence; empty where it is still so.
    pub why: String,
    /// Since when, where that is known.
    pub since: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stands {
    StillSo,
    /// Other amounts, days or a dearer way: something is still to know.
    Changed,
    Over,
    /// It was about a bill, which is paid.
    Paid,
}

impl ToldNotice {
    /// Whether what was told is still to know, perhaps with other amounts or days.
    pub fn is_current(&self) -> bool {
        matches!(self.standing.is, Stands::StillSo | Stands::Changed)
    }

    /// What there is to say and to do today: what holds now, and otherwise what was told.
    pub fn today(&self) -> &NoticeCard {
        self.now.as_ref().filter(|_| self.is_current()).unwrap_or(&self.card)
    }
}

/// That whoever follows our advice never pays more over a year than they would have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Guarantee {
    Stands,
    /// What we owe for the year, and the day it was worked out.
    WorkedOut {
        owed: Money,
        on: Date,
    },
}

/// What `/notices` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeList {
    pub today: Date,
    /// Still true, the most urgent first; on the first page of the list alone.
    pub current: Vec<ToldNotice>,
    /// The others, the latest first.
    pub earlier: Vec<ToldNotice>,
    pub page: Page,
    pub not_told: Vec<NotTold>,
}

/// A kind of notice that is not told today, and in short why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotTold {
    pub kind: NoticeKind,
    pub because: Because,
}

/// Why a kind of notice is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Because {
    /// There is nothing it could be about.
    Nothing(NothingAbout),
    /// Its rule was asked about so many things, and holds for so many; of which so many give way to what is told instead.
    Asked { things: usize, held: usize, instead: usize },
}

/// What there is not, so that a rule has nothing to be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NothingAbout {
    OpenBill,
    /// None that was issued lately is open and not in dispute.
    RecentBill,
    /// There are open bills, and no late fee for them.
    LateFee,
    Credit,
    ExpiringCredit,
    Plan,
    CheaperPlan,
    OtherSize,
    CheaperProduct,
}

/// What `/notices/why-not/{kind}` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyNot {
    pub kind: NoticeKind,
    pub today: Date,
    /// Where no rule was asked about anything.
    pub nothing: Option<NothingAbout>,
    pub asked: Vec<AskedRule>,
    /// The rules of this kind in force, where none was asked about anything.
    pub rules: Vec<RuleInForce>,
    /// What was looked at for them all the same.
    pub compared: Vec<ComparedPlan>,
}

/// A rule that there is, whether or not it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleInForce {
    pub rule: String,
    pub version: i64,
    /// The first day of this version; the beginning of days where it holds since ever.
    pub since: Date,
    pub says: Option<String>,
}

/// A plan that they have, and what the same use costs elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedPlan {
    pub has: String,
    pub months: usize,
    pub cost: Money,
    /// The cheapest first; of another company with the day its price was read.
    pub others: Vec<(String, Money, Option<Date>)>,
}

/// One rule asked about one thing of the customer's today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedRule {
    pub about: Matter,
    pub rule: String,
    pub rule_version: i64,
    /// The first day of this version; the beginning of days where it holds since ever.
    pub since: Date,
    pub tested: Tested,
    pub evidence: Option<Evidence>,
    pub verdict: Verdict,
}

/// What a rule is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Matter {
    Bill {
        number: String,
    },
    Credit {
        reference: String,
    },
    /// The names of the plan they have and of what it is compared with; of our own, or of another company.
    Plan {
        has: String,
        other: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    DoesNotHold,
    /// It is told already: the id of the notice.
    Told(String),
    /// Something else is told about the same bill or plan, which comes first: the id of the notice.
    OtherComesFirst(String),
    /// It was told before, and once is enough: the id of the notice, and the day.
    ToldBefore(String, Date),
    /// It is told with the next look.
    Next,
}
