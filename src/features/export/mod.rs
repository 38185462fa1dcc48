//! Export: everything kept of a customer, as files for them alone: all of it as JSON, and a table of each kind.

use serde::{Deserialize, Serialize};

use super::erasure::Wish;

pub mod api;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
mod kinds;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

/// What the section of `/about-me` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyData {
    pub tables: Vec<Table>,
    /// The latest wish to be erased.
    pub wish: Option<Wish>,
}

/// A kind of thing that is kept, as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// As in its address: `bills`.
    pub name: String,
    /// What it holds, in words.
    pub holds: String,
}
