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

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn name(names: &'static [&'static str], from_one: i8) -> &'static str {
    usize::try_from(from_one - 1).ok().and_then(|at| names.get(at)).copied().unwrap_or_default()
}

/// `Friday 27 November`. Its own few words, because `strftime` would be the largest thing in the WASM.
pub fn day(of: Date) -> String {
    let weekday = name(&WEEKDAYS, of.weekday().to_monday_one_offset());
    format!("{weekday} {} {}", of.day(), name(&MONTHS, of.month()))
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
    view! { <time class="nowrap" datetime=of.to_string()>{words}</time> }
}

/// `27 November 2026`
pub fn day_and_year(of: Date) -> String {
    format!("{} {} {}", of.day(), name(&MONTHS, of.month()), of.year())
}

/// A person's initials in a circle; the name stands beside it, so it is not read aloud.
#[component]
pub fn Face<'a>(name: &'a str) -> impl IntoView + use<> {
    view! { <span class="face" aria-hidden="true">{initials(name)}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_written_out() {
        assert_eq!(day(date(2026, 11, 27)), "Friday 27 November");
        assert_eq!(day(date(2024, 1, 7)), "Sunday 7 January");
        assert_eq!(day_and_year(date(2026, 12, 1)), "1 December 2026");
    }
}
