//! Candor: the truth about an account, told before it costs the customer money. Read the modules in this order.

// The type of a page is the tree of its elements, and a page with tables in sections is deep.
#![recursion_limit = "512"]

/// What Candor decides: prices, fees, warnings, roles. Pure.
pub use candor_domain as domain;
/// What can go wrong, in words and as a status.
pub mod error;
/// One folder for each thing a person can name; the same file names in each.
pub mod features;
/// Widgets without business meaning: money, date, table, field, badge.
pub mod ui;
/// Every address of the site, the html around it and the three layouts.
pub mod app;
/// The process: settings, database, router, who is asking, mail, health.
#[cfg(feature = "ssr")]
pub mod server;
/// The commands of `candor`, one file each.
#[cfg(feature = "ssr")]
pub mod cli;

/// A PostgreSQL cluster for tests, shared with those in `tests/`.
#[cfg(all(test, feature = "ssr"))]
#[path = "../tests/support/postgres.rs"]
mod test_postgres;
/// Where real data is, for tests, shared with those in `tests/`.
#[cfg(test)]
#[path = "../tests/support/shared_data.rs"]
mod test_shared_data;

#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
