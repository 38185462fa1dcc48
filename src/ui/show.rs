//! Money, days and people as they stand in a line of text.

use jiff::civil::Date;
use leptos::prelude::*;

use super::initials;
use crate::domain::{
    locale::{self, Locale},
    money::Money,
};

/// An amount that never breaks over two lines.
#[component]
pub fn MoneyView(of: Money) -> impl IntoView {
    view! { <span class="money">{money(of)}</span> }
}

/// `Friday 27 November`, with the year where it is not `near`'s.
#[component]
pub fn Day(of: Date, #[prop(optional, into)] near: Option<Date>) -> impl IntoView {
    let words = if near.is_some_and(|near| near.year() != of.year()) { day_and_year(of) } else { day(of) };
    view! { <time datetime=of.to_string()>{words}</time> }
}

/// How whoever looks at this page is used to reading money and dates; the page tells in its context.
pub fn locale() -> Locale {
    use_context().unwrap_or_default()
}

/// `€1,234.50`, for words that are put together.
pub fn money(of: Money) -> String {
    locale().money(of)
}

/// What is kept as an English sentence, with its amounts, numbers and days as this reader is used to them.
pub fn retold(english: &str) -> String {
    locale().retell(english)
}

/// The same, where these names stay as they are.
pub fn retold_beside(english: &str, names: &[&str]) -> String {
    locale().retell_beside(english, names)
}

/// `Friday 27 November`. Its own few words, because `strftime` would be the largest thing in the WASM.
pub fn day(of: Date) -> String {
    locale().day(of)
}

/// `Friday`
pub fn weekday(of: Date) -> String {
    locale::weekday(of).to_owned()
}

/// `27 November`
pub fn day_of_month(of: Date) -> String {
    locale().day_of_month(of)
}

/// `27 November`, for a table, with the year where it is not `near`'s.
#[component]
pub fn ShortDay(of: Date, near: Date) -> impl IntoView {
    let words = if near.year() == of.year() { day_of_month(of) } else { day_and_year(of) };
    view! { <time class="nowrap" datetime=of.to_string()>{words}</time> }
}

/// `27 November 2026`
pub fn day_and_year(of: Date) -> String {
    locale().day_and_year(of)
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
    fn a_page_is_written_the_way_its_reader_is_used_to() {
        use crate::domain::money::Currency;
        let shown =
            || view! { <MoneyView of=Money::new(123_450, Currency::EUR)/> <Day of=date(2026, 11, 27)/> }.to_html();
        Owner::new().with(|| {
            assert!(shown().contains("€1,234.50") && shown().contains("Friday 27 November"), "{}", shown());
            provide_context(Locale::German);
            assert!(shown().contains("1.234,50\u{a0}€") && shown().contains("Friday 27. November"), "{}", shown());
        });
    }

    #[test]
    fn days_are_written_out() {
        assert_eq!(day(date(2026, 11, 27)), "Friday 27 November");
        assert_eq!(day(date(2024, 1, 7)), "Sunday 7 January");
        assert_eq!(day_and_year(date(2026, 12, 1)), "1 December 2026");
    }
}
