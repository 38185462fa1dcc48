//! Sentences that are kept as they were written, in English, with their amounts, numbers and days the way of whoever reads them.
//!
//! What is kept must stay what it was to the letter, so it is only told another way where it is shown. A name with a number in it
//! cannot be told from a number: whoever knows the names in a sentence says which they are.

use jiff::civil::Date;

use super::{
    locale::Locale,
    money::{Currency, exponent},
    month::NAMES,
};

/// A year in which every month has all the days it ever has.
const LEAP_YEAR: i16 = 2024;

impl Locale {
    /// `€1,234.50 by 27 November 2026` as `1.234,50 € by 27. November 2026`. Dates of machines, references, addresses and
    /// whatever else is grown together with other letters stay as they are.
    pub fn retell(self, english: &str) -> String {
        if self == Self::English {
            return english.to_owned();
        }
        let mut told = String::with_capacity(english.len());
        let mut rest = english;
        while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit() || currency_of(letter).is_some()) {
            let (before, found) = rest.split_at(at);
            told.push_str(before);
            let (taken, words) = self.piece(&english[..english.len() - found.len()], found);
            told.push_str(&words);
            rest = &found[taken..];
        }
        told.push_str(rest);
        told
    }

    /// The same, where these names stay as they are: `Mobile 2.5`.
    pub fn retell_beside(self, english: &str, names: &[&str]) -> String {
        let has_mark = |name: &&&str| name.contains(['.', ',']);
        let found = names.iter().filter(has_mark).filter_map(|name| Some((english.find(name)?, name.len())));
        // The longest of those that begin first: `Mobile 2.5` may be a part of `Harbour Mobile 2.5`.
        match found.min_by_key(|(at, length)| (*at, usize::MAX - length)) {
            Some((at, length)) => {
                let ((before, _), (name, after)) = (english.split_at(at), english[at..].split_at(length));
                format!("{}{name}{}", self.retell(before), self.retell_beside(after, names))
            }
            None => self.retell(english),
        }
    }

    /// How much of `found` is one number, amount or day, and how that is told.
    fn piece(self, before: &str, found: &str) -> (usize, String) {
        let symbol = found.chars().next().and_then(|letter| Some((currency_of(letter)?, letter.len_utf8())));
        let start = symbol.map_or(0, |(_, length)| length);
        let run = found[start..].find(|letter: char| !is_of_a_number(letter)).unwrap_or(found.len() - start);
        let digits = found[start..start + run].trim_end_matches(['.', ',']);
        let end = start + digits.len();
        let (as_it_is, after) = ((end, found[..end].to_owned()), &found[end..]);
        let Some((whole, part)) = parts(digits).filter(|_| begins_apart(before) && ends_apart(after)) else {
            return as_it_is;
        };
        if let Some((currency, _)) = symbol {
            return (end, self.amount(&whole, part, currency));
        }
        if let Some((length, words)) = self.day_in(digits, after) {
            return (end + length, words);
        }
        if let Some(currency) = code_in(after).filter(|currency| part.len() >= usize::from(exponent(*currency))) {
            return (end + " EUR".len(), self.amount(&whole, part, currency));
        }
        (end, self.number(&whole, part, digits.contains(',')))
    }

    /// The day of which this is the number, and how much of what follows belongs to it: the month, and the year where it stands.
    fn day_in(self, digits: &str, after: &str) -> Option<(usize, String)> {
        let day = digits.parse().ok().filter(|_| digits.len() <= 2)?;
        let named = after.strip_prefix(' ')?;
        let (month, name) = (1..).zip(NAMES).find(|(_, name)| named.starts_with(name))?;
        let follows = &named[name.len()..];
        if follows.starts_with(char::is_alphabetic) {
            return None;
        }
        let year = follows.strip_prefix(' ').and_then(|year| Some((year.get(..4)?, year.get(4..)?)));
        let year = year.filter(|(year, more)| {
            year.bytes().all(|digit| digit.is_ascii_digit()) && !more.starts_with(char::is_alphanumeric)
        });
        let length = " ".len() + name.len();
        match year.and_then(|(year, _)| year.parse().ok()) {
            Some(year) => Some((length + " 2026".len(), self.day_and_year(Date::new(year, month, day).ok()?))),
            None => Some((length, self.day_of_month(Date::new(LEAP_YEAR, month, day).ok()?))),
        }
    }
}

fn currency_of(symbol: char) -> Option<Currency> {
    match symbol {
        '€' => Some(Currency::EUR),
        '$' => Some(Currency::USD),
        '£' => Some(Currency::GBP),
        '¥' => Some(Currency::JPY),
        _ => None,
    }
}

/// ` CHF`
fn code_in(after: &str) -> Option<Currency> {
    let code = after.strip_prefix(' ')?.get(..3)?;
    let is_code = code.bytes().all(|letter| letter.is_ascii_uppercase());
    let ends = !after[" EUR".len()..].starts_with(char::is_alphanumeric);
    Currency::from_code(code).filter(|_| is_code && ends)
}

fn is_of_a_number(letter: char) -> bool {
    letter.is_ascii_digit() || letter == '.' || letter == ','
}

/// The digits of `1,234.50` before and after the point; nothing where it is not written as a number is.
fn parts(digits: &str) -> Option<(String, &str)> {
    let (whole, part) = match digits.split_once('.') {
        Some((_, "")) => return None,
        Some(both) => both,
        None => (digits, ""),
    };
    let is_digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().filter(|first| !first.is_empty() && is_digits(first) && is_digits(part))?;
    let is_grouped = whole.contains(',');
    let well_grouped = groups.all(|group| group.len() == 3 && is_digits(group)) && (!is_grouped || first.len() <= 3);
    well_grouped.then(|| (whole.replace(',', ""), part))
}

/// A hyphen before it is the sign of a number, unless a word ends there.
fn begins_apart(before: &str) -> bool {
    let mut letters = before.chars().rev();
    match letters.next() {
        Some('-') => letters.next().is_none_or(|letter| !letter.is_alphanumeric()),
        Some(letter) => !letter.is_alphanumeric() && !"/_.,:@#".contains(letter),
        None => true,
    }
}

fn ends_apart(after: &str) -> bool {
    let mut letters = after.chars();
    match letters.next() {
        Some(letter) if "-/_:@.,".contains(letter) => letters.next().is_none_or(|letter| !letter.is_alphanumeric()),
        Some(letter) => !letter.is_alphanumeric(),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Money;
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;

    #[test]
    fn sentences_are_told_the_way_of_their_reader() {
        for (english, german) in [
            (
                "Your bill of €1,234.50 is due on 1 December 2026. From 2 December 2026 a late fee of €5.00 would be added.",
                "Your bill of 1.234,50\u{a0}€ is due on 1. December 2026. From 2. December 2026 a late fee of 5,00\u{a0}€ would be added.",
            ),
            ("March 2026: €35.00 now, €40.00 there", "March 2026: 35,00\u{a0}€ now, 40,00\u{a0}€ there"),
            ("less €5.00 of credit GC-1.5", "less 5,00\u{a0}€ of credit GC-1.5"),
            ("0.3 gb above 8 at €0.0125 each", "0,3 gb above 8 at 0,0125\u{a0}€ each"),
            ("The first 8 gb cost nothing; you used 5.2", "The first 8 gb cost nothing; you used 5,2"),
            ("1.5 % of -12.25 CHF, 1,204 times", "1,5 % of -12,25\u{a0}CHF, 1.204 times"),
            ("it must be 30, 7 or 1: holds", "it must be 30, 7 or 1: holds"),
            ("22 November 2026, 14:05", "22. November 2026, 14:05"),
            ("on 3 May or 31 Marches", "on 3. May or 31 Marches"),
            ("(€3.00; 10.5).", "(3,00\u{a0}€; 10,5)."),
            ("1,500 KRW or 500 ALL", "1.500\u{a0}KRW or 500 ALL"),
            (
                "US$5.00, 2026-11-20, 1.2.3, v1.2, 5.5GB, a/1.5, 1.5:2",
                "US$5.00, 2026-11-20, 1.2.3, v1.2, 5.5GB, a/1.5, 1.5:2",
            ),
            ("12,34 and 1.234,50 and .5 and €", "12,34 and 1.234,50 and .5 and €"),
            ("30 February", "30 February"),
            ("31 February 2026", "31 February 2026"),
            ("", ""),
            ("كبير 2.5 €", "كبير 2,5 €"),
        ] {
            assert_eq!(Locale::German.retell(english), german);
            assert_eq!(Locale::English.retell(english), english);
        }
        let kept = "€1,234.50 by 27 November 2026, 2.4 GB";
        assert_eq!(Locale::American.retell(kept), "€1,234.50 by November 27, 2026, 2.4 GB");
        assert_eq!(Locale::Swiss.retell(kept), "€\u{a0}1’234.50 by 27. November 2026, 2.4 GB");
        assert_eq!(Locale::French.retell(kept), "1\u{202f}234,50\u{a0}€ by 27 November 2026, 2,4 GB");
    }

    #[test]
    fn names_stay_as_they_are() {
        let told = |names: &[&str]| {
            Locale::German.retell_beside("1.5 GB on Mobile 2.5 for €2.50 (2.5 GB), not 2.5 Net", names)
        };
        assert_eq!(
            told(&["Mobile 2.5", "2.5 Net", "7", ""]),
            "1,5 GB on Mobile 2.5 for 2,50\u{a0}€ (2,5 GB), not 2.5 Net"
        );
        assert_eq!(
            told(&["Mobile", "GB on Mobile 2.5", "Mobile 2.5"]),
            "1,5 GB on Mobile 2.5 for 2,50\u{a0}€ (2,5 GB), not 2,5 Net"
        );
    }

    fn currency() -> impl Strategy<Value = Currency> {
        prop::sample::select(vec![
            Currency::EUR,
            Currency::USD,
            Currency::GBP,
            Currency::JPY,
            Currency::CHF,
            Currency::KRW,
            Currency::KWD,
        ])
    }

    proptest! {
        #[test]
        fn what_is_retold_is_what_would_have_been_written(minor: i64, currency in currency(), days in 0..200_000_i32) {
            let (money, day) = (Money::new(minor, currency), date(1900, 1, 1) + days.days());
            for locale in Locale::ALL {
                let written = |by: Locale| format!("It is {}, since {} ({}).", by.money(money), by.day_and_year(day), by.day_of_month(day));
                prop_assert_eq!(locale.retell(&written(Locale::English)), written(locale));
            }
        }

        #[test]
        fn nothing_but_marks_changes_whatever_is_told(text in "[a-z€$0-9., /:-]{0,40}|\\PC{0,40}") {
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            for locale in [Locale::German, Locale::French, Locale::Swiss] {
                prop_assert_eq!(digits(&locale.retell(&text)), digits(&text));
            }
        }
    }
}
