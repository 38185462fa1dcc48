//! How a file writes its amounts and quantities.

use std::str::FromStr;

use super::{
    RowReason,
    number::{Marks, NotANumber, Written, stands_for},
    reason::shortened,
};
use crate::money::{Currency, Money, MoneyError, exponent};

/// Which mark stands before the cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AmountFormat {
    /// `1234.50`, `1,234.50`, `1.234,50`: found cell by cell. What can be read in two ways is refused.
    #[default]
    Any,
    Point,
    Comma,
    /// Whole numbers of the currency's smallest unit, such as cents.
    Minor,
}

/// The largest amount of one row, in minor units: so small that a million of them can be summed.
const LARGEST: i64 = 10_000_000_000_000;
/// Digits after the point that a quantity keeps.
const QUANTITY_DIGITS: u16 = 6;
/// The largest quantity of one row, in millionths: so small that those of a month of days can be summed.
pub const LARGEST_QUANTITY: i64 = 200_000_000_000_000_000;

impl AmountFormat {
    pub const POINT: &str = "1,234.56";
    pub const COMMA: &str = "1.234,56";
    pub const MINOR: &str = "minor";

    /// An amount above zero.
    pub fn read(self, text: &str, currency: Currency) -> Result<Money, RowReason> {
        match self.read_from_zero(text, currency)? {
            money if money.minor == 0 => Err(RowReason::AmountZero),
            money => Ok(money),
        }
    }

    /// An amount that may be zero.
    pub fn read_from_zero(self, text: &str, currency: Currency) -> Result<Money, RowReason> {
        let money = self.read_signed(text, currency)?;
        if money.minor < 0 { Err(RowReason::BelowZero { text: shortened(text) }) } else { Ok(money) }
    }

    /// An amount that may be below zero, as credit notes and corrections have it.
    pub fn read_signed(self, text: &str, currency: Currency) -> Result<Money, RowReason> {
        let refused = |reason| RowReason::Amount { text: shortened(text), reason };
        if text.trim().is_empty() {
            return Err(RowReason::Missing);
        }
        let written = Written::read(text).map_err(|problem| self.no_number(text, problem))?;
        match written.sign.map(|sign| (sign, stands_for(sign, currency))) {
            None | Some((_, Some(true))) => {}
            Some((_, None)) => return Err(refused(MoneyError::NotAnAmount)),
            Some((sign, Some(false))) => {
                let (text, sign) = (shortened(text), sign.to_owned());
                return Err(RowReason::SignContradicted { text, sign, currency: currency.code() });
            }
        }
        let marks = written.marks().map_err(|problem| self.no_number(text, problem))?;
        let digits = exponent(currency);
        let decimal = match (self, marks) {
            (AmountFormat::Any, Marks::Either(_, _)) if digits == 0 => None,
            // A currency of three digits after the point is written with all of them.
            (AmountFormat::Any, Marks::Either('.', at)) if digits == 3 => Some(at),
            (AmountFormat::Any, Marks::Either(_, _)) => return Err(RowReason::TwoWays(shortened(text))),
            (way, marks) => way.decimal(marks).ok_or_else(|| refused(MoneyError::NotAnAmount))?,
        };
        let places = if self == AmountFormat::Minor { 0 } else { digits };
        match written.scaled(decimal, places) {
            Ok(minor) if minor.unsigned_abs() <= LARGEST.unsigned_abs() => Ok(Money::new(minor, currency)),
            Ok(_) => Err(refused(MoneyError::TooLarge)),
            Err(MoneyError::TooFine(_)) if self == AmountFormat::Minor => {
                Err(RowReason::NotMinorUnits(shortened(text)))
            }
            Err(reason) => Err(refused(reason)),
        }
    }

    /// A quantity in millionths of a unit; one below zero takes back what another row says.
    pub fn read_quantity(self, text: &str) -> Result<i64, RowReason> {
        let refused = |reason| RowReason::Quantity { text: shortened(text), reason };
        let no_number = |problem| match problem {
            NotANumber::Malformed => refused(MoneyError::NotAnAmount),
            other => self.no_number(text, other),
        };
        if text.trim().is_empty() {
            return Err(RowReason::Missing);
        }
        let written = Written::read(text).map_err(no_number)?;
        if written.sign.is_some() {
            return Err(refused(MoneyError::NotAnAmount));
        }
        let decimal = match (self, written.marks().map_err(no_number)?) {
            (AmountFormat::Any, Marks::Either(_, _)) => return Err(RowReason::TwoWays(shortened(text))),
            (way, marks) => way.decimal(marks).ok_or_else(|| refused(MoneyError::NotAnAmount))?,
        };
        match written.scaled(decimal, QUANTITY_DIGITS).map_err(refused)? {
            millionths if millionths.unsigned_abs() <= LARGEST_QUANTITY.unsigned_abs() => Ok(millionths),
            _ => Err(refused(MoneyError::TooLarge)),
        }
    }

    /// Where the decimal mark stands, if there is one; nothing at all where the marks are not this format's.
    fn decimal(self, marks: Marks) -> Option<Option<usize>> {
        match (self, marks) {
            (_, Marks::None) => Some(None),
            (AmountFormat::Any, Marks::Decimal(_, at)) => Some(Some(at)),
            (AmountFormat::Any, Marks::Thousands(_)) => Some(None),
            (AmountFormat::Any, Marks::Either(_, _)) => None,
            (AmountFormat::Minor, Marks::Decimal(_, at)) => Some(Some(at)),
            (AmountFormat::Minor, Marks::Thousands(_) | Marks::Either(_, _)) => Some(None),
            (AmountFormat::Point | AmountFormat::Comma, Marks::Decimal(mark, at) | Marks::Either(mark, at)) => {
                let is_decimal = (mark == '.') == (self == AmountFormat::Point);
                match marks {
                    Marks::Either(_, _) => Some(is_decimal.then_some(at)),
                    // One mark that is not the decimal one must part thousands; the reader of digits says whether it does.
                    _ if is_decimal => Some(Some(at)),
                    _ => Some(None),
                }
            }
            (AmountFormat::Point | AmountFormat::Comma, Marks::Thousands(mark)) => {
                ((mark == ',') == (self == AmountFormat::Point)).then_some(None)
            }
        }
    }

    fn no_number(self, text: &str, problem: NotANumber) -> RowReason {
        let text = shortened(text);
        match problem {
            NotANumber::Malformed => RowReason::Amount { text, reason: MoneyError::NotAnAmount },
            NotANumber::Percent => RowReason::Percent(text),
            NotANumber::Scientific => RowReason::Scientific(text),
        }
    }
}

/// What the cells of a file show of its decimal mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct MarksSeen {
    point: bool,
    comma: bool,
    /// A point or comma that could be either, in an amount; in a quantity as well where it is a comma.
    either: bool,
    /// A quantity with a point and three digits after it, and one without any mark.
    point_of_three: bool,
    unmarked: bool,
}

impl MarksSeen {
    /// A cell of an amount of the currency, where that is known.
    pub fn amount(&mut self, text: &str, currency: Option<Currency>) {
        let digits = currency.map_or(2, exponent);
        match Written::read(text).and_then(|written| written.marks()) {
            // In a currency without decimals a group of three is thousands, so that the other mark is the decimal one.
            Ok(Marks::Either(mark, _)) if digits == 0 => self.thousands(mark),
            Ok(Marks::Either('.', _)) if digits == 3 => {}
            Ok(Marks::Either(_, _)) => self.either = true,
            other => self.sure(other),
        }
    }

    pub fn quantity(&mut self, text: &str) {
        match Written::read(text).and_then(|written| written.marks()) {
            Ok(Marks::Either('.', _)) => self.point_of_three = true,
            Ok(Marks::Either(_, _)) => self.either = true,
            Ok(Marks::None) => self.unmarked = true,
            other => self.sure(other),
        }
    }

    fn sure(&mut self, marks: Result<Marks, NotANumber>) {
        match marks {
            Ok(Marks::Decimal('.', _)) => self.point = true,
            Ok(Marks::Decimal(_, _)) => self.comma = true,
            Ok(Marks::Thousands(mark)) => self.thousands(mark),
            _ => {}
        }
    }

    fn thousands(&mut self, mark: char) {
        if mark == ',' { self.point = true } else { self.comma = true }
    }

    pub fn with(self, other: Self) -> Self {
        Self {
            point: self.point | other.point,
            comma: self.comma | other.comma,
            either: self.either | other.either,
            point_of_three: self.point_of_three | other.point_of_three,
            unmarked: self.unmarked | other.unmarked,
        }
    }

    /// The one mark that all cells agree on.
    pub fn format(self) -> AmountFormat {
        match (self.point, self.comma) {
            (true, false) => AmountFormat::Point,
            (false, true) => AmountFormat::Comma,
            // Quantities that all have three digits after a point are kept so, as meters are.
            (false, false) if self.point_of_three && !self.unmarked && !self.either => AmountFormat::Point,
            _ => AmountFormat::Any,
        }
    }

    /// Whether cells can be read in two ways and nothing in the file says which.
    pub fn is_open(self) -> bool {
        self.format() == AmountFormat::Any && (self.either || self.point_of_three)
    }
}

impl FromStr for AmountFormat {
    type Err = NotAnAmountFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "" => Ok(AmountFormat::Any),
            Self::POINT | "1234.56" | "." => Ok(AmountFormat::Point),
            Self::COMMA | "1234,56" | "," => Ok(AmountFormat::Comma),
            Self::MINOR | "cents" => Ok(AmountFormat::Minor),
            other => Err(NotAnAmountFormat(shortened(other))),
        }
    }
}

/// The text says nothing about points and commas.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no amount format: use 1,234.56 or 1.234,56, or minor for whole cents")]
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
    fn amounts_are_read_as_spreadsheets_and_banks_write_them() {
        let read = |text, currency| AmountFormat::Any.read(text, currency).map(|money| money.minor).ok();
        for (text, currency, minor) in [
            ("$1,234.50", Currency::USD, 123_450),
            ("38,20 €", Currency::EUR, 3_820),
            ("CHF 1'250.00", Currency::CHF, 125_000),
            ("£12", Currency::GBP, 1_200),
            ("1 355,90", Currency::EUR, 135_590),
            ("1\u{202f}355,90", Currency::EUR, 135_590),
            ("1,00,000.00", Currency::INR, 10_000_000),
            ("12,34,567.50", Currency::INR, 123_456_750),
            ("1,250,000", Currency::USD, 125_000_000),
            ("12.000", Currency::JPY, 12_000),
            ("150,000", Currency::VND, 150_000),
            ("4.275", Currency::KWD, 4_275),
            ("1,250.500", Currency::KWD, 1_250_500),
            ("12,-", Currency::EUR, 1_200),
        ] {
            assert_eq!(read(text, currency), Some(minor), "{text}");
        }
    }

    #[test]
    fn amounts_that_are_no_bill_are_refused_in_words() {
        let words = |text| AmountFormat::Any.read(text, Currency::EUR).expect_err(text).to_string();
        for (text, reason) in [
            ("-5", "“-5” is below zero"),
            ("(5.00)", "“(5.00)” is below zero"),
            ("25,00-", "“25,00-” is below zero"),
            ("25.00 CR", "“25.00 CR” is below zero"),
            ("0.00", "the amount is zero"),
            ("12345678901234567890", "“12345678901234567890” is too large to be kept exactly"),
            ("100000000000.01", "“100000000000.01” is too large to be kept exactly"),
            ("1,00.00", "“1,00.00” is not an amount: write digits with a point, such as 12.50"),
            ("zwanzig", "“zwanzig” is not an amount: write digits with a point, such as 12.50"),
            ("5 %", "“5 %” is a percentage, and an amount of money is needed"),
            ("$38.20", "“$38.20” says $, and the row says EUR"),
            ("USD 5", "“USD 5” says USD, and the row says EUR"),
        ] {
            assert_eq!(words(text), reason);
        }
        assert!(words("1e5").starts_with("“1e5” is a number in the short form of spreadsheets"));
        assert!(words("1.500").starts_with("“1.500” can be read in two ways"));
    }

    #[test]
    fn minor_units_are_whole() {
        let read = |text| AmountFormat::Minor.read(text, Currency::EUR);
        assert_eq!(read("1190").map(|money| money.minor), Ok(1_190));
        assert_eq!(read("1,190").map(|money| money.minor), Ok(1_190));
        assert_eq!(read("1190.0").map(|money| money.minor), Ok(1_190));
        let words = read("11.90").expect_err("a fraction").to_string();
        assert_eq!(words, "“11.90” is no whole number of the currency's smallest unit, such as cents");
    }

    #[test]
    fn a_fee_may_be_nothing() {
        let read = |text| AmountFormat::Any.read_from_zero(text, Currency::EUR);
        assert_eq!(read("0").map(|money| money.minor), Ok(0));
        assert_eq!(read("-1"), Err(RowReason::BelowZero { text: "-1".to_owned() }));
        assert_eq!(AmountFormat::Any.read_signed("-1", Currency::EUR).map(|money| money.minor), Ok(-100));
    }

    #[test]
    fn quantities_are_read_in_millionths() {
        use AmountFormat::{Any, Comma, Point};
        for (format, text, millionths) in [
            (Any, "0", 0),
            (Any, "312.5", 312_500_000),
            (Any, "312,5", 312_500_000),
            (Any, "0.000001", 1),
            (Any, "0.0000010", 1),
            (Any, "1,234,567", 1_234_567_000_000),
            (Any, "1,234.5", 1_234_500_000),
            (Any, "-4", -4_000_000),
            (Any, "(2)", -2_000_000),
            (Point, "1,234", 1_234_000_000),
            (Point, "1.234", 1_234_000),
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
            ("200000000000.000001", "“200000000000.000001” is too large to be kept exactly"),
            ("99999999999999999999", "“99999999999999999999” is too large to be kept exactly"),
            ("many", "“many” is not a quantity: write digits with a point, such as 12.50"),
            ("5 kWh", "“5 kWh” is not a quantity: write digits with a point, such as 12.50"),
        ] {
            assert_eq!(AmountFormat::Any.read_quantity(text).expect_err(text).to_string(), words);
        }
    }

    #[test]
    fn one_cell_settles_the_mark_of_all() {
        let seen = |cells: &[&str]| {
            let mut seen = MarksSeen::default();
            cells.iter().for_each(|cell| seen.amount(cell, Some(Currency::EUR)));
            (seen.format(), seen.is_open())
        };
        assert_eq!(seen(&["1.500", "38,20"]), (AmountFormat::Comma, false));
        assert_eq!(seen(&["1,500", "1,00,000"]), (AmountFormat::Point, false));
        assert_eq!(seen(&["1.500", "12"]), (AmountFormat::Any, true));
        assert_eq!(seen(&["1.500", "38,20", "12.5"]), (AmountFormat::Any, true));
        assert_eq!(seen(&["12", "15"]), (AmountFormat::Any, false));
        let mut seen = MarksSeen::default();
        seen.amount("150.000", Some(Currency::VND));
        assert_eq!(seen.format(), AmountFormat::Comma);
        let quantities = |cells: &[&str]| {
            let mut seen = MarksSeen::default();
            cells.iter().for_each(|cell| seen.quantity(cell));
            (seen.format(), seen.is_open())
        };
        assert_eq!(quantities(&["1.234", "12.500"]), (AmountFormat::Point, false));
        assert_eq!(quantities(&["1.234", "567"]), (AmountFormat::Any, true));
        assert_eq!(quantities(&["1.234", "0.5"]), (AmountFormat::Point, false));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,20}|[-0-9.,]{0,20}") {
            for format in [AmountFormat::Any, AmountFormat::Point, AmountFormat::Comma, AmountFormat::Minor] {
                let _ = format.read(&text, Currency::USD);
                let _ = format.read_quantity(&text);
            }
            MarksSeen::default().amount(&text, None);
        }

        #[test]
        fn a_quantity_is_read_as_it_is_written(millionths in 0..=LARGEST_QUANTITY) {
            let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
            prop_assert_eq!(AmountFormat::Any.read_quantity(&text), Ok(millionths));
        }
    }
}
