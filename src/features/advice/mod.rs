//! Advice: finding out who must be told what today, and writing it, once.

pub mod api;
#[cfg(feature = "ssr")]
mod bills;
#[cfg(feature = "ssr")]
mod block;
#[cfg(feature = "ssr")]
mod book;
#[cfg(feature = "ssr")]
mod credits;
#[cfg(feature = "ssr")]
mod days;
#[cfg(feature = "ssr")]
pub mod judge;
#[cfg(feature = "ssr")]
mod memory;
#[cfg(feature = "ssr")]
mod offers;
#[cfg(feature = "ssr")]
mod priced;
#[cfg(feature = "ssr")]
mod run;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod shelf;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod sums;
#[cfg(feature = "ssr")]
mod used;
#[cfg(feature = "ssr")]
pub mod why;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod tests;
