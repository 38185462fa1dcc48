//! How a file writes its amounts and quantities.

use std::{borrow::Cow, str::FromStr};

use super::{RowReason, reason::shortened};
use crate::money::{Currency, Money, MoneyError, parse_scaled};

/// Which mark stands before the cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AmountFormat {
    /// `1234.50`, `1,234.50`, `1.234,50`: found cell by cell.
    #[default]
    Any,
    Point,
    Comma,
}

/// The largest amount of one row, in minor units: so small that a million of them can be summed.
const LARGEST: i64 = 10_000_000_000_000;
/// Digits after the point that a quantity keeps.
const QUANTITY_DIGITS: u16 = 6;
/// The largest quantity of one row, in millionths: so small that those of a month of days can be summed.
const LARGEST_QUANTITY: i64 = 200_000_000_000_000_000;

impl AmountFormat {
    pub const POINT: &str = "1,234.56";
    pub const COMMA: &str = "1.234,56";

    /// An amount above zero.
    pub fn read(self, text: &str, currency: Currency) -> Result<Money, RowReason> {
        match self.read_from_zero(text, currency)? {
            money if money.minor == 0 => Err(RowReason::AmountZero),
            money => Ok(money),
        }
    }

    /// An amount that may be zero.
    pub fn read_from_zero(self, text: &str, currency: Currency) -> Result<Money, RowReason> {
        let refused = |reason| RowReason::Amount { text: shortened(text), reason };
        let money = Money::parse(&self.with_point(text), currency).map_err(refused)?;
        match money.minor {
            ..0 => Err(RowReason::BelowZero { text: shortened(text) }),
            0..=LARGEST => Ok(money),
            _ => Err(refused(MoneyError::TooLarge)),
        }
    }

    /// A quantity that may be zero, in millionths of a unit.
    pub fn read_quantity(self, text: &str) -> Result<i64, RowReason> {
        let refused = |reason| RowReason::Quantity { text: shortened(text), reason };
        if self == AmountFormat::Any && could_part_thousands(text) {
            return Err(RowReason::TwoWays(shortened(text)));
        }
        match parse_scaled(&self.with_point(text), QUANTITY_DIGITS).map_err(refused)? {
            ..0 => Err(RowReason::BelowZero { text: shortened(text) }),
            millionths @ 0..=LARGEST_QUANTITY => Ok(millionths),
            _ => Err(refused(MoneyError::TooLarge)),
        }
    }

    /// With a decimal point whatever is written, so that a comma can only part thousands; as it is where nothing is told.
    fn with_point(self, text: &str) -> Cow<'_, str> {
        let swapped: String = match self {
            AmountFormat::Any => return Cow::Borrowed(text),
            AmountFormat::Point => text.trim().to_owned(),
            AmountFormat::Comma => text.trim().chars().map(swapped).collect(),
        };
        Cow::Owned(match swapped.split_once('.') {
            // A comma after the point is left for the reader of money to refuse.
            Some((_, part)) if part.contains(',') => "?".to_owned(),
            Some(_) => swapped,
            None if swapped.is_empty() => swapped,
            None => swapped + ".",
        })
    }
}

fn swapped(letter: char) -> char {
    match letter {
        ',' => '.',
        '.' => ',',
        other => other,
    }
}

/// Whether `1,234` stands there: thousands where points are decimal, and a little more than one where commas are. No
/// amount of money has three decimals often enough to ask; quantities do.
fn could_part_thousands(text: &str) -> bool {
    let text = text.trim();
    let after = text.split_once(',').map(|(before, after)| (before.contains('.'), after));
    matches!(after, Some((false, after)) if after.len() == 3 && after.bytes().all(|byte| byte.is_ascii_digit()))
}

impl FromStr for AmountFormat {
    type Err = NotAnAmountFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "" => Ok(AmountFormat::Any),
            Self::POINT | "1234.56" | "." => Ok(AmountFormat::Point),
            Self::COMMA | "1234,56" | "," => Ok(AmountFormat::Comma),
            other => Err(NotAnAmountFormat(shortened(other))),
        }
    }
}

/// The text says nothing about points and commas.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no amount format: use 1,234.56 or 1.234,56")]
pub struct NotAnAmountFormat(pub String);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mark_that_is_told_is_the_only_one_read() {
        let read = |format: AmountFormat, text| format.read(text, Currency::EUR).map(|money| money.minor).ok();
        assert_eq!(read(AmountFormat::Comma, "1.234"), Some(123_400));
        assert_eq!(read(AmountFormat::Comma, "1.234,5"), Some(123_450));
        assert_eq!(read(AmountFormat::Comma, "1,234.5"), None);
        assert_eq!(read(AmountFormat::Point, "1,234"), Some(123_400));
        assert_eq!(read(AmountFormat::Point, "12,34"), None);
        assert_eq!(read(AmountFormat::Point, "1.234,5"), None);
        assert_eq!(read(AmountFormat::Any, "12,34"), Some(1234));
    }

    #[test]
    fn amounts_that_are_no_bill_are_refused_in_words() {
        let words = |text| AmountFormat::Any.read(text, Currency::EUR).expect_err(text).to_string();
        assert_eq!(words("-5"), "“-5” is below zero");
        assert_eq!(words("0.00"), "the amount is zero");
        assert_eq!(words("12345678901234567890"), "“12345678901234567890” is too large to be kept exactly");
        assert_eq!(words("100000000000.01"), "“100000000000.01” is too large to be kept exactly");
        assert_eq!(words("1e5"), "“1e5” is not an amount: write digits with a point, such as 12.50");
    }

    #[test]
    fn a_fee_may_be_nothing() {
        let read = |text| AmountFormat::Any.read_from_zero(text, Currency::EUR);
        assert_eq!(read("0").map(|money| money.minor), Ok(0));
        assert_eq!(read("-1"), Err(RowReason::BelowZero { text: "-1".to_owned() }));
        assert_eq!(
            read("1.005").expect_err("too fine"),
            AmountFormat::Any.read("1.005", Currency::EUR).expect_err("too")
        );
    }

    #[test]
    fn quantities_are_read_in_millionths() {
        use AmountFormat::{Any, Comma, Point};
        for (format, text, millionths) in [
            (Any, "0", 0),
            (Any, "312.5", 312_500_000),
            (Any, "312,5", 312_500_000),
            (Any, "1.234", 1_234_000),
            (Any, "0.000001", 1),
            (Any, "0.0000010", 1),
            (Any, "1,234,567", 1_234_567_000_000),
            (Any, "1,234.5", 1_234_500_000),
            (Point, "1,234", 1_234_000_000),
            (Comma, "1,234", 1_234_000),
            (Comma, "0,125", 125_000),
            (Any, "200000000000", LARGEST_QUANTITY),
        ] {
            assert_eq!(format.read_quantity(text), Ok(millionths), "{format:?} {text}");
        }
    }

    #[test]
    fn quantities_that_are_none_are_refused_in_words() {
        for (text, words) in [
            ("0.0000001", "“0.0000001” has more than the 6 digits after the point that are kept"),
            ("-1", "“-1” is below zero"),
            ("200000000000.000001", "“200000000000.000001” is too large to be kept exactly"),
            ("99999999999999999999", "“99999999999999999999” is too large to be kept exactly"),
            ("1e5", "“1e5” is not a quantity: write digits with a point, such as 12.50"),
            ("many", "“many” is not a quantity: write digits with a point, such as 12.50"),
            ("1,234", "“1,234” can be read in two ways: say that it is written as 1,234.56 or as 1.234,56"),
            ("0,125", "“0,125” can be read in two ways: say that it is written as 1,234.56 or as 1.234,56"),
        ] {
            assert_eq!(AmountFormat::Any.read_quantity(text).expect_err(text).to_string(), words);
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,20}|[-0-9.,]{0,20}") {
            for format in [AmountFormat::Any, AmountFormat::Point, AmountFormat::Comma] {
                let _ = format.read(&text, Currency::USD);
                let _ = format.read_quantity(&text);
            }
        }

        #[test]
        fn a_quantity_is_read_as_it_is_written(millionths in 0..=LARGEST_QUANTITY) {
            let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
            prop_assert_eq!(AmountFormat::Any.read_quantity(&text), Ok(millionths));
        }
    }
}
