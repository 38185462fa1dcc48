//! Advice: finding out who must be told what today, and writing it, once.

pub mod api;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod tests;
