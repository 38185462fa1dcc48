//! Credits a customer has: what is left, what goes first, what a bill can be paid with, and when one is about to be lost.

mod ahead;
mod burn;
mod evidence;
mod expiry;
mod grant;

#[cfg(test)]
mod properties;

pub use ahead::{Because, ByItself, Owed, by_itself, kept, offers, sum};
pub use burn::{Turn, Use, apply, burn_order, take, turns};
pub use evidence::GrantFacts;
pub use expiry::{WARNING_DAYS, expiry_warning};
pub use grant::{Grant, balance};
