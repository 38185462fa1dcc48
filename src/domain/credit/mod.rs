//! Credits a customer has: what is left, what goes first, what a bill can be paid with, and when one is about to be lost.

mod burn;
mod cover;
mod evidence;
mod expiry;
mod grant;

#[cfg(test)]
mod properties;

pub use burn::{Turn, Use, apply, burn_order, take, turns};
pub use cover::cover;
pub use evidence::GrantFacts;
pub use expiry::{WARNING_DAYS, expiry_warning};
pub use grant::{Grant, balance};
