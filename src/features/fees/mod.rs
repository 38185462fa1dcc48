//! Fee policies: what a late bill costs, who is exempt, and what a change would do before it is made.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        late_fee::{Effect, FeePolicy},
        money::Currency,
    },
    error::Problem,
    ui::count,
};

pub mod admin;
pub mod api;
mod draft;
mod forecast;
#[cfg(feature = "ssr")]
pub mod exemptions;
#[cfg(feature = "ssr")]
pub mod http;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use draft::Draft;
pub use forecast::Forecast;

/// Everything on `/admin/fees` for one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fees {
    pub today: Date,
    /// A new version starts after this day.
    pub promised_until: Date,
    pub currency: Currency,
    /// Those of bills and policies, the most used first; always with `currency`.
    pub currencies: Vec<Currency>,
    /// The newest first.
    pub versions: Vec<Version>,
    /// What stands in the form.
    pub draft: Draft,
    /// What is wrong with a draft that was asked for.
    pub problems: Vec<Problem>,
    /// What the draft would do; nothing where it is no policy.
    pub forecast: Option<Forecast>,
    /// Those that credit does not pay.
    pub open_bills: i64,
    /// The policy in force, and what it does.
    pub policy: Option<FeePolicy>,
    pub live: Effect,
    pub customers: i64,
    pub exemptions: Vec<Exemption>,
}

/// One version of a policy, and who made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub policy: FeePolicy,
    pub standing: VersionStanding,
    /// Nobody where it was made on the command line.
    pub made_by: Option<String>,
    /// `22 November 2026, 14:05`
    pub made_at: String,
    /// The day it was taken back before it started, and by whom.
    pub withdrawn: Option<(Date, Option<String>)>,
    pub reason: String,
}

/// A currency that has bills and no policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithoutPolicy {
    pub currency: Currency,
    pub open_bills: i64,
}

impl WithoutPolicy {
    /// How one is made.
    pub fn how(&self) -> String {
        let code = self.currency.code();
        format!(
            "say what a late bill costs on /admin/fees, or with: candor fee-policy set {code} --flat 5.00 --reason \"Our terms\""
        )
    }

    /// What that means today.
    pub fn words(&self) -> String {
        let bills = match self.open_bills {
            0 => "bills".to_owned(),
            many => count(many, "open bill", "open bills"),
        };
        let draw = if self.open_bills == 1 { "draws" } else { "draw" };
        format!(
            "Candor knows of no late fee in {}: {bills} {draw} none, and nobody is warned of one.",
            self.currency.code()
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VersionStanding {
    Past,
    InForce,
    Coming,
}

/// A customer who is not charged late fees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    pub id: String,
    pub customer_name: String,
    pub external_id: String,
    pub starts_on: Date,
    pub ends_on: Option<Date>,
    pub reason: String,
    pub made_by: Option<String>,
}
