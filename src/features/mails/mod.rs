//! Mails of notices: each notice at most once by mail, where its customer wants it, and not at quiet hours.

#[cfg(feature = "ssr")]
mod letter;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
