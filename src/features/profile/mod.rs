//! Profile: what a customer is called, and how and where dates and money are meant for them.

use serde::{Deserialize, Serialize};

use crate::domain::locale::Locale;

pub mod api;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

/// The longest that a name may be.
pub const LONGEST_NAME: u32 = 60;

/// What a customer can choose about themselves, with what there is to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub preferred_name: Option<String>,
    /// What they are called where they did not say.
    pub name: String,
    /// Nothing: as is usual in their country.
    pub locale: Option<Locale>,
    pub usual: Locale,
    /// BCP 47.
    pub language: Option<String>,
    /// IANA.
    pub time_zone: String,
    pub zones: Vec<Region>,
}

/// A part of the world with the IANA names of its time zones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    pub name: String,
    pub zones: Vec<String>,
}
