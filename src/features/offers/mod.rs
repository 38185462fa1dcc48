//! What can be bought: our plans and other companies' products, priced on a customer's own use.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::{evidence::Evidence, money::Money};

pub mod api;
mod chart;
pub mod islands;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod sheet;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
pub mod what_if;
mod what_if_portal;
mod year_portal;

/// Everything on `/plan`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSheet {
    pub today: Date,
    pub held: Vec<HeldPlan>,
}

/// A plan the customer has, and what else their use would cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldPlan {
    pub code: String,
    /// Of the subscription, in the billing system.
    pub reference: String,
    pub name: String,
    /// When they came to this plan.
    pub since: Date,
    pub monthly_fee: Money,
    pub committed_until: Option<Date>,
    /// One for each meter of the plan that was used.
    pub meters: Vec<MeterUse>,
    /// What the metered months cost on this plan.
    pub cost: Option<Money>,
    /// How many months are compared.
    pub months: usize,
    /// Month by month on this plan and on the cheapest of the others.
    pub year: Option<Year>,
    /// Ours and others', the cheapest first.
    pub others: Vec<OtherOffer>,
    /// Offers that say nothing: only for some people, or without a price for this use.
    pub left_out: Vec<LeftOut>,
    /// A packed [`WhatIf`](what_if::WhatIf), where there is something to try.
    pub what_if: Option<String>,
}

/// What each month costs on a few offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Year {
    /// The plan they have, then the cheapest others, then what we advise them today where it is not among these.
    pub offers: Vec<YearOffer>,
    /// The first day of each month with readings, and its cost on each of the offers.
    pub months: Vec<(Date, Vec<Money>)>,
    /// Months looked back at that have no readings, or of too few days.
    pub unread: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearOffer {
    pub name: String,
    pub total: Money,
    /// Where another company's price was read, and when.
    pub source: Option<(String, Date)>,
    /// A notice that still holds speaks of it.
    pub is_advised: bool,
}

/// Use of one meter, month by month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterUse {
    pub meter: String,
    /// Units a month that cost nothing beyond the fee, as they are written.
    pub included: Option<String>,
    /// The first day of the month, the units as they are written, and as a share of the largest in thousandths.
    pub months: Vec<(Date, String, u32)>,
    /// The included units as a share of the largest month, in thousandths.
    pub included_share: Option<u32>,
}

/// Another offer on the same use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherOffer {
    /// The code, where it is a plan of ours that they can change to.
    pub change_to: Option<String>,
    pub name: String,
    pub monthly_fee: Option<Money>,
    pub cost: Money,
    /// Above zero where it would have cost less.
    pub saving: Money,
    /// Months in which it would have cost more.
    pub months_dearer: usize,
    /// Where another company's price was read, and when.
    pub source: Option<(String, Date)>,
    pub evidence: Evidence,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub name: String,
    pub why: String,
}
