//! What a bill is for: plan and use, line by line, and what the same use would have cost elsewhere.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{domain::money::Money, features::offers::LeftOut};

/// As far as we know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillParts {
    /// The first and the last day it is for.
    pub from: Date,
    pub to: Date,
    /// One for each plan the customer had then; none where we know of none.
    pub plans: Vec<PlanPart>,
    /// What the plans come to, and how much of the bill that leaves; below zero where the bill is smaller.
    pub sum: Money,
    pub unexplained: Money,
    /// One for each plan whose use is known.
    pub elsewhere: Vec<SameUse>,
}

/// What one plan came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanPart {
    pub name: String,
    /// Words and an exact amount, as they are written in English.
    pub lines: Vec<(String, String)>,
    /// Rounded once a month; nothing where the plan has no price in the currency of the bill.
    pub total: Option<Money>,
    /// Whether an amount was rounded on the way to the total.
    pub is_rounded: bool,
    /// Why use is not in the lines.
    pub missing: Option<String>,
}

/// What the use of the bill would have cost on other plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SameUse {
    /// The plan they had, and what it came to.
    pub plan: String,
    pub cost: Money,
    /// The cheapest first.
    pub open: Vec<Beside>,
    /// Only for some people.
    pub restricted: Vec<Beside>,
    /// Those without a price.
    pub unpriced: Vec<LeftOut>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    pub name: String,
    pub cost: Money,
    /// Above what the plan they had came to; below zero where it is less.
    pub more: Money,
    /// Where another company's price was read, and when.
    pub source: Option<(String, Date)>,
    /// Who can have it, where not everybody can.
    pub only_for: Option<String>,
}
