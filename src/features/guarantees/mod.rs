//! The guarantee on our advice: whoever changed their plan because of it never pays more over a year than they would have.

#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;
