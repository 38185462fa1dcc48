//! Proving who you are by a link that works once, and the browsers in which you did.

use serde::{Deserialize, Serialize};

use crate::domain::{locale::Locale, money::Money, role::Role};

pub mod api;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
pub mod wish;

/// Whoever looks at the page, as its head needs them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// `None` for someone not signed in.
    pub person: Option<ViewerPerson>,
    /// The company's name.
    pub company: String,
    /// Whether anybody may come in as anybody, and nobody is real.
    pub is_demo: bool,
    /// Notes of people that a customer has not opened.
    pub unread: i64,
    /// The credit that a customer can use today, one amount for each currency.
    pub credit: Vec<Money>,
    /// How they are used to reading money and dates.
    pub locale: Locale,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewerPerson {
    pub name: String,
    pub role: Role,
}

/// What the sign-in page can offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doors {
    /// Whether links are sent by e-mail.
    pub sends_mail: bool,
    /// Who helps somebody who cannot get in.
    pub help_contact: Option<String>,
    /// In a demo, everyone one can sign in as.
    pub cast: Vec<CastMember>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CastMember {
    pub email: String,
    pub name: String,
    pub role: Role,
}

/// A link that was opened but not used yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenLink {
    pub name: String,
    /// How to greet them.
    pub called: String,
}

/// A browser in which the person is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedInBrowser {
    pub id: String,
    /// Such as `Firefox on Linux`.
    pub browser: String,
    /// In a customer's own zone, the company's for whoever works here: `22 November 2026, 14:05`.
    pub since: String,
    pub last_seen: String,
    pub is_this_one: bool,
}
