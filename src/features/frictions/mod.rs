//! Frictions: what was hard, said by a customer from the page it was hard on, and read by a person.

use jiff::civil::Date;
use leptos_router::location::Url;
use serde::{Deserialize, Serialize};

pub mod api;
pub mod portal;
#[cfg(feature = "ssr")]
pub mod service;
pub mod staff;
#[cfg(feature = "ssr")]
mod store;
#[cfg(all(test, feature = "ssr"))]
mod tests;

/// The longest that a customer may say about what was hard.
pub const LONGEST_WORDS: u32 = 1000;
/// The longest path of a page that is kept.
pub const LONGEST_PATH: usize = 200;
/// From a little to very.
pub const HARDEST: i64 = 5;

/// What `/help/hard` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hard {
    /// The page it is about; nothing where the address names none of ours.
    pub on: Option<String>,
    /// What was just said.
    pub said: Option<OwnFriction>,
}

/// What a customer said was hard, as they see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnFriction {
    pub id: String,
    /// Empty where no page was named.
    pub path: String,
    pub words: String,
    pub how_hard: Option<i64>,
}

/// The same as staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Friction {
    pub own: OwnFriction,
    pub customer_id: String,
    pub customer_name: String,
    /// In the customer's zone.
    pub on: Date,
    /// `2 days`
    pub since: String,
}

/// The address of the form, for somebody on the page `path`.
pub fn address(path: &str) -> String {
    match page_of(path) {
        Some(path) => format!("/help/hard?on={}", Url::escape(&path)),
        None => "/help/hard".to_owned(),
    }
}

/// The path of a page of ours, without query and fragment; nothing where the text is something else, or too long to keep.
pub fn page_of(text: &str) -> Option<String> {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let is_here = path.starts_with('/') && !path.starts_with("//");
    let is_plain = path.chars().all(|letter| !letter.is_control() && letter != '\\');
    (is_here && is_plain && path.chars().count() <= LONGEST_PATH).then(|| path.to_owned())
}

/// As a person says it.
pub fn how_hard_words(how_hard: i64) -> &'static str {
    match how_hard {
        ..=1 => "a little hard",
        2 => "somewhat hard",
        3 => "hard",
        4 => "very hard",
        5.. => "too hard to do",
    }
}
