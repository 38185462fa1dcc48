//! Acts on money: what a customer asks of billing, shown before it is done, and what became of it.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{credit::Because, evidence::Step, money::Money},
    error::AppError,
};

pub mod api;
#[cfg(feature = "ssr")]
mod credit_use;
#[cfg(feature = "ssr")]
mod dispute;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
mod later_date;
#[cfg(feature = "ssr")]
mod orders;
#[cfg(feature = "ssr")]
pub mod outside;
#[cfg(feature = "ssr")]
mod payment;
#[cfg(feature = "ssr")]
mod plan_change;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
pub mod staff;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod waiver;

/// The longest that a customer's words about a dispute may be.
pub const LONGEST_WORDS: u32 = 2000;

/// How many acts stand in a list that is not in pages.
const SHOWN: i64 = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    UseCredit,
    WaiveFee,
    Dispute,
    ChangePlan,
    LaterDate,
    /// Asked by Candor of an outside system, for nobody but itself.
    LateFee,
}

/// Where an act stands with billing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Asked,
    Confirmed,
    Refused,
    /// The customer took it back.
    Undone,
}

/// What exactly was asked, kept as it was shown before it was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Terms {
    UseCredit {
        bill: String,
        amount: Money,
        left_to_pay: Money,
        /// Why credit paid by itself; nothing where it was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by_itself: Option<Because>,
    },
    WaiveFee {
        bill: String,
        fee: Money,
    },
    /// `found` is how a person settled it.
    Dispute {
        bill: String,
        words: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        found: Option<Found>,
    },
    ChangePlan {
        subscription: String,
        from: String,
        to: String,
        to_code: String,
        fee: Money,
        difference: Money,
    },
    /// `agreed` is the day that a person agreed to.
    LaterDate {
        bill: String,
        wanted_on: Date,
        agreed: Option<Date>,
        words: String,
    },
    LateFee {
        bill: String,
        fee: Money,
    },
}

impl Terms {
    pub fn kind(&self) -> Kind {
        match self {
            Terms::UseCredit { .. } => Kind::UseCredit,
            Terms::WaiveFee { .. } => Kind::WaiveFee,
            Terms::Dispute { .. } => Kind::Dispute,
            Terms::ChangePlan { .. } => Kind::ChangePlan,
            Terms::LaterDate { .. } => Kind::LaterDate,
            Terms::LateFee { .. } => Kind::LateFee,
        }
    }

    /// The number of the bill it is about.
    pub fn bill(&self) -> Option<&str> {
        match self {
            Terms::UseCredit { bill, .. }
            | Terms::WaiveFee { bill, .. }
            | Terms::Dispute { bill, .. }
            | Terms::LaterDate { bill, .. }
            | Terms::LateFee { bill, .. } => Some(bill),
            Terms::ChangePlan { .. } => None,
        }
    }
}

/// An act with what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    pub id: String,
    pub terms: Terms,
    pub state: State,
    pub asked_on: Date,
    /// The first day it holds.
    pub takes_effect_on: Date,
    /// Whether it holds by now.
    pub is_booked: bool,
    /// Why billing refused it.
    pub refusal: Option<String>,
    pub answer: Option<Settled>,
    pub undo: Option<Undo>,
    pub today: Date,
}

impl Act {
    /// The day it is known by: what nobody asked for, the day it was done for.
    pub fn day(&self) -> Date {
        match self.terms {
            Terms::UseCredit { by_itself: Some(_), .. } => self.takes_effect_on,
            _ => self.asked_on,
        }
    }

    /// Whether a person said no to a later date.
    pub fn is_declined(&self) -> bool {
        matches!(self.terms, Terms::LaterDate { agreed: None, .. }) && self.state == State::Refused
    }

    /// Whether a person settled a dispute: what billing decides after that changes nothing.
    pub fn is_settled(&self) -> bool {
        matches!(self.terms, Terms::Dispute { .. }) && self.answer.is_some()
    }
}

/// Who was right about a bill in dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Right,
    Partly,
    NotRight,
}

impl Outcome {
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Right => "right",
            Outcome::Partly => "partly",
            Outcome::NotRight => "not_right",
        }
    }
}

/// How a person settled a dispute, and what it came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub outcome: Outcome,
    pub taken_off: Money,
    /// What of it had been paid already and came back as credit.
    pub credited: Money,
    /// What was left to pay of the bill then.
    pub left_to_pay: Money,
    /// Whether it is booked here; an outside system books it itself.
    pub is_booked: bool,
}

/// What a person said to settle it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// Empty where a person agreed without a word.
    pub words: String,
    /// The name of whoever settled it.
    pub by: String,
    pub on: Date,
}

/// How long an act can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Undo {
    /// This day is the last.
    Until(Date),
    UntilSettled,
    UntilAnswered,
}

/// What can be done about one bill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillWays {
    /// Where the company takes payments.
    pub pay: Option<String>,
    /// How it is paid where there is no such address: the company's lines.
    pub transfer: Vec<String>,
    /// How much of the bill credit could pay now.
    pub credit: Option<Money>,
    /// The late fee that the customer can let go by themselves.
    pub waivable: Option<Money>,
    pub can_dispute: bool,
}

/// Credit used on a bill, as it would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditPreview {
    pub once: String,
    pub bill: String,
    pub open: Money,
    /// What the customer has now.
    pub credit: Money,
    /// The one that costs the least first; of two that cost the same, the one that takes nothing from another bill.
    pub choices: Vec<CreditChoice>,
    /// Credit pays the bill by itself on its day.
    pub is_covered: bool,
    pub pay_by: Date,
    /// An outside system decides, and what it has confirmed is not taken back here.
    pub is_outside: bool,
    pub today: Date,
}

/// So much credit used on a bill, with what that does to every bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditChoice {
    pub amount: Money,
    /// Of each grant: why it was given, how much of it, and its last day.
    pub parts: Vec<(String, Money, Option<Date>)>,
    pub left_to_pay: Money,
    pub credit_after: Money,
    /// The bills for which there is less credit then.
    pub others: Vec<OtherBill>,
    /// What comes of this bill if the rest is not paid, and when.
    pub fee: Option<(Money, Date)>,
    /// How much more comes in late fees, of all bills, if nothing else is paid.
    pub fees_more: Money,
}

/// A bill for which there is less credit than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherBill {
    pub bill: String,
    /// What credit does not pay of it any more.
    pub yours: Money,
    pub pay_by: Date,
    pub was_covered: bool,
    /// What comes of it if that is not paid, and when.
    pub fee: Option<(Money, Date)>,
}

/// A late fee let go, as it would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverPreview {
    pub once: String,
    pub bill: String,
    pub fee: Money,
    pub open: Money,
    pub fee_on: Date,
    pub next_from: Date,
    pub is_outside: bool,
    pub today: Date,
}

/// A bill in dispute, as it would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputePreview {
    pub once: String,
    pub bill: String,
    pub open: Money,
}

/// A bill paid later, as it would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaterDatePreview {
    pub once: String,
    pub bill: String,
    pub open: Money,
    /// As it is.
    pub pay_by: Date,
    pub wanted_on: Date,
    /// The first and the last day that can be asked for.
    pub first: Date,
    pub last: Date,
    /// Nothing where the bill draws no fee.
    pub fee: Option<FeeLater>,
    /// Why the day that was typed cannot be asked for.
    pub refused: Option<AppError>,
    pub is_outside: bool,
    pub today: Date,
}

/// The late fee of a bill as it is, and with another day to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeLater {
    pub fee: Money,
    pub comes_on: Date,
    /// What would come with the other day, and when; nothing where none would.
    pub moved: Option<(Money, Date)>,
}

/// A change of plan, as it would be at once and at the end of the month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanPreview {
    pub once: String,
    pub subscription: String,
    pub from: String,
    pub from_fee: Money,
    pub to: String,
    pub to_code: String,
    pub to_fee: Money,
    /// Of the fees alone: what is added, or comes back, for the rest of the month.
    pub difference: Money,
    /// Each line with its own amount; they add up to what changing now costs more than waiting, as far as it is known.
    pub steps: Vec<Step>,
    /// What changing now costs more than waiting, the use of this month included; below zero it costs less. Nothing where the
    /// use cannot be told or priced.
    pub now_costs_more: Option<Money>,
    /// The use of this month that was reckoned with: each meter and its units.
    pub expected: Vec<(String, String)>,
    /// What is used has no price of its own on either plan, so that the fees are all there is.
    pub is_fee_alone: bool,
    /// The first day on the new plan where the month is waited for.
    pub next_period: Date,
    pub today: Date,
    /// What was used in the same months would have cost so much less there; nothing where it is not known.
    pub saving: Option<Money>,
    /// How many months that is of.
    pub months: usize,
    pub is_outside: bool,
}

impl PlanPreview {
    /// The moment that costs less; nothing where it cannot be told, or both come to the same.
    pub fn better(&self) -> Option<When> {
        match self.now_costs_more?.minor {
            1.. => Some(When::NextPeriod),
            0 => None,
            _ => Some(When::Now),
        }
    }
}

/// When a plan changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    Now,
    NextPeriod,
}

/// A bill to be paid on the page that stands in for the company's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payable {
    pub bill: String,
    pub open: Money,
}

/// A bill in dispute, as staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDispute {
    pub bill: String,
    /// Zero where it has been paid since.
    pub open: Money,
    /// What the customer said; nothing where billing told us of the dispute.
    pub words: Option<String>,
    pub since: Option<Date>,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::UseCredit => "use_credit",
            Kind::WaiveFee => "waive_fee",
            Kind::Dispute => "dispute",
            Kind::ChangePlan => "change_plan",
            Kind::LaterDate => "later_date",
            Kind::LateFee => "late_fee",
        }
    }
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Asked => "asked",
            State::Confirmed => "confirmed",
            State::Refused => "refused",
            State::Undone => "undone",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names no kind of act, or no state of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not known of acts")]
pub struct UnknownName(String);

impl FromStr for Kind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Kind::UseCredit, Kind::WaiveFee, Kind::Dispute, Kind::ChangePlan, Kind::LaterDate, Kind::LateFee];
        all.into_iter().find(|kind| kind.name() == text).ok_or_else(|| UnknownName(text.to_owned()))
    }
}

impl FromStr for State {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [State::Asked, State::Confirmed, State::Refused, State::Undone];
        all.into_iter().find(|state| state.name() == text).ok_or_else(|| UnknownName(text.to_owned()))
    }
}
