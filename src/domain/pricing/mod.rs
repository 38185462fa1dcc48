//! What a quantity costs under a charge model, exactly, with the reasons for every part of it.
//!
//! Names and fields are those of the Lago API. Amounts are in the currency's main unit, are never rounded here and are in full:
//! rounding happens once, in [`Ratio::rounded`](crate::pricing::Ratio::rounded). Where published systems disagree the reading is the one fairer to the customer,
//! and the function that chooses says so.

mod charge_model;
mod commitment;
mod dynamic;
mod error;
mod explanation;
mod graduated;
mod graduated_percentage;
mod line;
mod package;
mod percentage;
mod plain;
mod proration;
mod ratio;
mod spend_limit;
mod standard;
mod tier;
mod usage;
mod volume;

#[cfg(test)]
mod properties;
#[cfg(test)]
pub(crate) mod published;

pub use charge_model::ChargeModel;
pub use commitment::{BillLine, PlanAmounts, PlanBill, PlanTerms};
pub use dynamic::Dynamic;
pub use error::PricingError;
pub use explanation::{CheaperWithMore, Explanation, Reason, Step};
pub use graduated::Graduated;
pub use graduated_percentage::GraduatedPercentage;
pub use line::{Line, Price};
pub use package::Package;
pub use percentage::Percentage;
pub use proration::Share;
pub use ratio::Ratio;
pub use spend_limit::{AlreadyBilled, SpendLimits};
pub use standard::Standard;
pub use tier::{Tier, Tiers};
pub use usage::{Transaction, Transactions, Usage};
pub use volume::Volume;
