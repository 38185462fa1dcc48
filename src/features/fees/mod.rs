//! Fee policies: what a late bill costs, who is exempt, and what a change would do before it is made.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        day::{self, Day},
        late_fee::{Effect, FeePolicy, OpenBill, effect},
        money::{Currency, Money, exponent},
    },
    error::Problem,
};

pub mod admin;
pub mod api;
mod draft;
#[cfg(feature = "ssr")]
pub mod exemptions;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use draft::Draft;

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
    /// What the policy in force does.
    pub live: Effect,
    pub customers: i64,
    pub exemptions: Vec<Exemption>,
}

/// One version of a policy, and who made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub policy: FeePolicy,
    pub standing: VersionStanding,
    /// The policy of a new installation, which nobody has looked at yet.
    pub is_starting: bool,
    pub made_by: Option<String>,
    /// `22 November 2026, 14:05`; nothing for the starting policy.
    pub made_at: Option<String>,
    pub reason: String,
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

/// What a policy would do today, and how it would read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    pub effect: Effect,
    /// The bill of the example, due today.
    pub example: Money,
    pub example_fee: Money,
    pub example_fee_on: Day,
}

impl Forecast {
    pub fn of(policy: &FeePolicy, bills: &[OpenBill], today: Date) -> Self {
        let example = 100 * 10_i64.pow(u32::from(exponent(policy.currency)));
        Self {
            effect: effect(policy, bills, today),
            example: Money::new(example, policy.currency),
            example_fee: Money::new(policy.fee(example), policy.currency),
            example_fee_on: Day(policy.fee_on(today)),
        }
    }
}

/// The open bills of one currency, packed for the browser: customer, minor units open, days from `today` to the due
/// date, and 1 for disputed plus 2 for exempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBills {
    pub today: Day,
    pub rows: Vec<(u32, i64, i32, u8)>,
}

impl OpenBills {
    pub fn pack(bills: &[OpenBill], today: Date) -> Self {
        let rows = bills
            .iter()
            .map(|bill| {
                let days = i32::try_from(day::between(today, bill.pay_by)).unwrap_or(i32::MAX);
                (bill.customer, bill.open, days, u8::from(bill.is_disputed) + 2 * u8::from(bill.is_exempt))
            })
            .collect();
        Self { today: Day(today), rows }
    }

    pub fn unpack(&self) -> Vec<OpenBill> {
        self.rows
            .iter()
            .map(|(customer, open, days, marks)| OpenBill {
                customer: *customer,
                open: *open,
                pay_by: day::plus(self.today.0, i64::from(*days)),
                is_disputed: marks & 1 != 0,
                is_exempt: marks & 2 != 0,
            })
            .collect()
    }
}
