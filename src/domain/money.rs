//! An amount of money, in whole minor units of a currency.

use std::fmt;

pub use iso_currency::Currency;
use serde::{Deserialize, Serialize};

/// So many minor units (such as cents) of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    #[serde(with = "code")]
    pub currency: Currency,
}

/// A currency on the wire as its three letters.
pub mod code {
    use iso_currency::Currency;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(currency: &Currency, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(currency.code())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        let code = String::deserialize(deserializer)?;
        Currency::from_code(&code).ok_or_else(|| D::Error::custom("not a currency"))
    }
}

/// Why a text is not an amount of money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum MoneyError {
    #[error("an amount is missing")]
    Missing,
    #[error("this is not an amount: write digits with a point, such as 12.50")]
    NotAnAmount,
    #[error("this currency has {0} digits after the point, and the amount has more")]
    TooFine(u16),
    #[error("this amount is too large to be kept exactly")]
    TooLarge,
}

impl Money {
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads `12.5`, `1250`, `1,234.50`, `1.234,50` or `-3` as an amount of `currency`.
    ///
    /// The last point or comma is the decimal mark when `decimal_mark` says so or when it cannot be a thousands mark;
    /// nothing is rounded: more digits than the currency has is an error.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        parse_scaled(text, exponent(currency)).map(|minor| Self { minor, currency })
    }

    /// The amount without its currency: `1234.50`.
    pub fn plain(&self) -> String {
        let digits = usize::from(exponent(self.currency));
        let sign = if self.minor < 0 { "-" } else { "" };
        let all = format!("{:0>width$}", self.minor.unsigned_abs(), width = digits + 1);
        let (whole, part) = all.split_at(all.len() - digits);
        if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
    }
}

/// How many digits a currency has after the point; two where the standard names none.
pub fn exponent(currency: Currency) -> u16 {
    currency.exponent().unwrap_or(2)
}

/// The number in units of its last digit, where so many `digits` may stand after the point.
pub(super) fn parse_scaled(text: &str, digits: u16) -> Result<i64, MoneyError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(MoneyError::Missing);
    }
    let (negative, text) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = match decimal_mark(text) {
        Some(at) => (&text[..at], text[at + 1..].trim_end_matches('0')),
        None => (text, ""),
    };
    if whole.is_empty() && part.is_empty() {
        return Err(MoneyError::NotAnAmount);
    }
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(MoneyError::NotAnAmount);
    }
    if part.len() > usize::from(digits) {
        return Err(MoneyError::TooFine(digits));
    }
    let whole = without_thousands_marks(whole).ok_or(MoneyError::NotAnAmount)?;
    let mut scaled: i64 = 0;
    let padded = part.bytes().chain(std::iter::repeat(b'0')).take(usize::from(digits));
    for digit in whole.bytes().chain(padded) {
        scaled = scaled
            .checked_mul(10)
            .and_then(|scaled| scaled.checked_add(i64::from(digit - b'0')))
            .ok_or(MoneyError::TooLarge)?;
    }
    Ok(if negative { -scaled } else { scaled })
}

/// Where the decimal mark stands: the later of point and comma, unless it can only part thousands.
fn decimal_mark(text: &str) -> Option<usize> {
    let point = text.rfind('.');
    let comma = text.rfind(',');
    let at = point.max(comma)?;
    let mark = &text[at..=at];
    let stands_once = text.matches(mark).count() == 1;
    let other_before = point.is_some() && comma.is_some();
    let three_follow = text.len() - at - 1 == 3;
    // `1,234` parts thousands; `1.234` in a file with points is left as a decimal and refused as too fine.
    let parts_thousands = !stands_once || (three_follow && mark == "," && !other_before);
    (!parts_thousands).then_some(at)
}

/// The digits of `1,234`, `1.234`, `1 234` or `1'234`; nothing where the groups are not of three.
fn without_thousands_marks(whole: &str) -> Option<String> {
    let mut groups = whole.split([',', '.', ' ', '\u{a0}', '\u{202f}', '\'']);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    let mut grouped = false;
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        grouped = true;
        digits.push_str(group);
    }
    let well_grouped = !grouped || (1..=3).contains(&first.len());
    (well_grouped && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

impl fmt::Display for Money {
    /// As people write it in English: `€5.00`, `-€1,234.50`, `5.00 CHF`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.plain();
        let (sign, plain) = match plain.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", plain.as_str()),
        };
        let (whole, part) = plain.split_once('.').map_or((plain, None), |(whole, part)| (whole, Some(part)));
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        if let Some(part) = part {
            grouped.push('.');
            grouped.push_str(part);
        }
        match self.currency {
            Currency::EUR => write!(out, "{sign}€{grouped}"),
            Currency::USD => write!(out, "{sign}${grouped}"),
            Currency::GBP => write!(out, "{sign}£{grouped}"),
            Currency::JPY => write!(out, "{sign}¥{grouped}"),
            other => write!(out, "{sign}{grouped} {}", other.code()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn eur(text: &str) -> Result<i64, MoneyError> {
        Money::parse(text, Currency::EUR).map(|money| money.minor)
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, minor) in [
            ("12.5", 1250),
            ("12,50", 1250),
            ("1,234.50", 123_450),
            ("1.234,50", 123_450),
            ("1 234,50", 123_450),
            ("1,234", 123_400),
            ("1,234,567", 123_456_700),
            ("-3", -300),
            ("+3.00", 300),
            (".5", 50),
            ("7.", 700),
            ("0.5000", 50),
            (" 8 ", 800),
        ] {
            assert_eq!(eur(text), Ok(minor), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_an_amount_is_refused_in_words() {
        assert_eq!(eur(""), Err(MoneyError::Missing));
        for text in ["abc", "1e5", "--1", "1..2", "12,34,56", "1,23,456.00", ".", "€5", "1-2"] {
            assert_eq!(eur(text), Err(MoneyError::NotAnAmount), "{text:?}");
        }
        assert_eq!(eur("1.005"), Err(MoneyError::TooFine(2)));
        assert_eq!(Money::parse("1.5", Currency::JPY), Err(MoneyError::TooFine(0)));
        assert_eq!(eur("99999999999999999999"), Err(MoneyError::TooLarge));
    }

    #[test]
    fn money_is_shown_with_its_currency() {
        let shown = |minor, currency| Money::new(minor, currency).to_string();
        assert_eq!(shown(500, Currency::EUR), "€5.00");
        assert_eq!(shown(-123_456_789, Currency::USD), "-$1,234,567.89");
        assert_eq!(shown(5, Currency::GBP), "£0.05");
        assert_eq!(shown(1500, Currency::JPY), "¥1,500");
        assert_eq!(shown(99_900, Currency::CHF), "999.00 CHF");
    }

    proptest! {
        #[test]
        fn what_is_written_plainly_is_read_back(minor in any::<i64>().prop_filter("negatable", |minor| *minor != i64::MIN)) {
            let money = Money::new(minor, Currency::EUR);
            prop_assert_eq!(Money::parse(&money.plain(), Currency::EUR), Ok(money));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            let _ = Money::parse(&text, Currency::EUR);
        }
    }
}
