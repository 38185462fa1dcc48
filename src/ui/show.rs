//! Money, days and people as they stand in a line of text.

use jiff::civil::Date;
use leptos::prelude::*;

use super::initials;
use crate::domain::money::Money;

/// An amount that never breaks over two lines.
#[component]
pub fn MoneyView(of: Money) -> impl IntoView {
    view! { <span class="money">{of.to_string()}</span> }
}

/// `Friday 27 November`, with the year where it is not `near`'s.
#[component]
pub fn Day(of: Date, #[prop(optional, into)] near: Option<Date>) -> impl IntoView {
    let words = if near.is_some_and(|near| near.year() != of.year()) { day_and_year(of) } else { day(of) };
    view! { <time datetime=of.to_string()>{words}</time> }
}

/// `Friday 27 November`
pub fn day(of: Date) -> String {
    of.strftime("%A %-d %B").to_string()
}

/// `Friday`
pub fn weekday(of: Date) -> String {
    day(of).split_once(' ').map_or_else(String::new, |(weekday, _)| weekday.to_owned())
}

/// `27 November`
pub fn day_of_month(of: Date) -> String {
    day(of).split_once(' ').map_or_else(String::new, |(_, rest)| rest.to_owned())
}

/// `27 November`, for a table, with the year where it is not `near`'s.
#[component]
pub fn ShortDay(of: Date, near: Date) -> impl IntoView {
    let words = if near.year() == of.year() { day_of_month(of) } else { day_and_year(of) };
    view! { <time datetime=of.to_string()>{words}</time> }
}

/// `27 November 2026`
pub fn day_and_year(of: Date) -> String {
    of.strftime("%-d %B %Y").to_string()
}

/// A person's initials in a circle; the name stands beside it, so it is not read aloud.
#[component]
pub fn Face<'a>(name: &'a str) -> impl IntoView + use<> {
    view! { <span class="face" aria-hidden="true">{initials(name)}</span> }
}
