//! Bills: what is owed, by when, and what has been paid of it.

#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
