//! Money, days and counts, written the way their reader is used to.

use candor::{
    domain::{locale::Locale, money::Money},
    ui::initials,
};
use jiff::civil::Date;
use maud::{Markup, html};

pub fn money(way: Locale, amount: Money) -> Markup {
    html! { span class="money" { (way.money(amount)) } }
}

/// With the year where it is not `near`'s.
pub fn date(way: Locale, on: Date, near: Date) -> Markup {
    let words = if on.year() == near.year() { way.day(on) } else { way.day_and_year(on) };
    html! { time datetime=(on) { (words) } }
}

pub fn short_date(way: Locale, on: Date, near: Date) -> Markup {
    let words = if on.year() == near.year() { way.day_of_month(on) } else { way.day_and_year(on) };
    html! { time class="nowrap" datetime=(on) { (words) } }
}

/// `1 bill`, `2 bills`
pub fn count(way: Locale, number: i64, one: &str, many: &str) -> String {
    format!("{} {}", way.whole(number), if number == 1 { one } else { many })
}

pub fn face(name: &str) -> Markup {
    html! { span class="face" aria-hidden="true" { (initials(name)) } }
}
