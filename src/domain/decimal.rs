//! An exact decimal number: up to 38 digits, and an error rather than a rounded result.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::ser::{Serialize, Serializer};

/// Digits that fit; also the most that may stand behind the point.
const MOST_DIGITS: u8 = 38;
const BOUND: i128 = 10_i128.pow(MOST_DIGITS as u32);

/// `digits / 10^scale`, kept in lowest terms, so equal numbers are equal bit for bit.
///
/// Ours because the need is narrow and strict: add, subtract and multiply without ever rounding. `rust_decimal` rounds
/// silently beyond 28 digits; `bigdecimal` is exact but has no bound, so `1e999999999` in one line of input could take all
/// memory. Here a result either fits in 38 digits or is refused. A property test holds it equal to `bigdecimal`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decimal {
    digits: i128,
    scale: u8,
}

/// The exact result has more digits than can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyDigits;

impl fmt::Display for TooManyDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the exact result needs more than {MOST_DIGITS} digits, so it was not computed")
    }
}

impl std::error::Error for TooManyDigits {}

/// Why a text is not a decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseDecimalError {
    NotANumber,
    TooManyDigits,
}

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotANumber => f.write_str("is not a decimal number"),
            Self::TooManyDigits => write!(f, "has more than the {MOST_DIGITS} digits that can be kept exactly"),
        }
    }
}

impl std::error::Error for ParseDecimalError {}

impl Decimal {
    pub const ZERO: Self = Self { digits: 0, scale: 0 };
    pub const ONE: Self = Self { digits: 1, scale: 0 };
    pub const HALF: Self = Self { digits: 5, scale: 1 };

    /// `digits / 10^scale`, for example `new(1995, 2)` is 19.95.
    pub fn new(digits: i128, scale: u8) -> Result<Self, TooManyDigits> {
        let mut lowest = Self { digits, scale };
        while lowest.scale > 0 && lowest.digits % 10 == 0 {
            lowest.digits /= 10;
            lowest.scale -= 1;
        }
        if lowest.digits <= -BOUND || lowest.digits >= BOUND || lowest.scale > MOST_DIGITS {
            return Err(TooManyDigits);
        }
        Ok(lowest)
    }

    pub fn plus(self, other: Self) -> Result<Self, TooManyDigits> {
        let (left, right, scale) = self.aligned(other)?;
        Self::new(left.checked_add(right).ok_or(TooManyDigits)?, scale)
    }

    pub fn minus(self, other: Self) -> Result<Self, TooManyDigits> {
        self.plus(other.negated())
    }

    pub fn times(self, other: Self) -> Result<Self, TooManyDigits> {
        // Factors of ten are taken out before multiplying, so that a product overflows only if the result itself does not fit.
        let (mut left, mut right, mut scale) = (self.digits, other.digits, self.scale + other.scale);
        while scale > 0 {
            (left, right) = match (left % 10, right % 10) {
                (0, _) => (left / 10, right),
                (_, 0) => (left, right / 10),
                (l, r) if l % 2 == 0 && r % 5 == 0 => (left / 2, right / 5),
                (l, r) if l % 5 == 0 && r % 2 == 0 => (left / 5, right / 2),
                _ => break,
            };
            scale -= 1;
        }
        Self::new(left.checked_mul(right).ok_or(TooManyDigits)?, scale)
    }

    /// `rate` percent of this number.
    pub fn percent(self, rate: Self) -> Result<Self, TooManyDigits> {
        self.times(rate)?.shifted_right(2)
    }

    /// Divided by `10^places`, which is always exact.
    pub fn shifted_right(self, places: u8) -> Result<Self, TooManyDigits> {
        Self::new(self.digits, self.scale.saturating_add(places))
    }

    /// How many times `size` must be taken to reach this number: the quotient rounded up to a whole number. A `size` of zero or
    /// less has no such count and gives `None`.
    pub fn times_to_cover(self, size: Self) -> Result<Option<Self>, TooManyDigits> {
        if size <= Self::ZERO {
            return Ok(None);
        }
        let (whole, part, _) = self.aligned(size)?;
        let started = whole.div_euclid(part) + i128::from(whole.rem_euclid(part) != 0);
        Self::new(started, 0).map(Some)
    }

    pub const fn negated(self) -> Self {
        Self { digits: -self.digits, scale: self.scale }
    }

    pub const fn is_zero(self) -> bool {
        self.digits == 0
    }

    pub const fn is_negative(self) -> bool {
        self.digits < 0
    }

    /// The integer over a power of ten that this number is: `(digits, scale)`.
    pub const fn parts(self) -> (i128, u8) {
        (self.digits, self.scale)
    }

    pub fn sum(numbers: impl IntoIterator<Item = Self>) -> Result<Self, TooManyDigits> {
        numbers.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    fn aligned(self, other: Self) -> Result<(i128, i128, u8), TooManyDigits> {
        let scale = self.scale.max(other.scale);
        Ok((self.digits_at(scale)?, other.digits_at(scale)?, scale))
    }

    fn digits_at(self, scale: u8) -> Result<i128, TooManyDigits> {
        self.digits.checked_mul(ten_to(scale - self.scale)).ok_or(TooManyDigits)
    }
}

const fn ten_to(power: u8) -> i128 {
    10_i128.pow(power as u32)
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let parts = |number: &Self| {
            let unit = ten_to(number.scale);
            (number.digits / unit, (number.digits % unit) * ten_to(MOST_DIGITS - number.scale))
        };
        parts(self).cmp(&parts(other))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<i64> for Decimal {
    fn from(whole: i64) -> Self {
        Self { digits: i128::from(whole), scale: 0 }
    }
}

impl From<u64> for Decimal {
    fn from(whole: u64) -> Self {
        Self { digits: i128::from(whole), scale: 0 }
    }
}

impl From<u32> for Decimal {
    fn from(whole: u32) -> Self {
        Self { digits: i128::from(whole), scale: 0 }
    }
}

/// Reads the JSON number grammar, `1e3` style included, leading zeros allowed; nothing is rounded.
impl FromStr for Decimal {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        use ParseDecimalError::{NotANumber, TooManyDigits};

        let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return Err(NotANumber),
            Some((whole, fraction)) => (whole, fraction),
            None => (mantissa, ""),
        };
        if whole.is_empty() {
            return Err(NotANumber);
        }
        let mut digits: i128 = 0;
        let mut zeros_held_back: usize = 0;
        for digit in whole.bytes().chain(fraction.bytes()) {
            match digit {
                b'0' if digits == 0 => {}
                b'0' => zeros_held_back += 1,
                b'1'..=b'9' if zeros_held_back >= usize::from(MOST_DIGITS) => return Err(TooManyDigits),
                b'1'..=b'9' => {
                    let room = 10_i128.pow(zeros_held_back as u32 + 1);
                    digits = digits
                        .checked_mul(room)
                        .and_then(|digits| digits.checked_add(i128::from(digit - b'0')))
                        .ok_or(TooManyDigits)?;
                    zeros_held_back = 0;
                }
                _ => return Err(NotANumber),
            }
        }
        if digits == 0 {
            return Ok(Self::ZERO);
        }
        let tens = exponent.saturating_add(zeros_held_back as i64).saturating_sub(fraction.len() as i64);
        let signed = if is_negative { -digits } else { digits };
        let most = i64::from(MOST_DIGITS);
        let number = match tens {
            0.. if tens <= most => {
                signed.checked_mul(ten_to(tens as u8)).ok_or(TooManyDigits).map(|digits| (digits, 0))
            }
            ..0 if -tens <= most => Ok((signed, -tens as u8)),
            _ => Err(TooManyDigits),
        };
        number.and_then(|(digits, scale)| Self::new(digits, scale).map_err(|_| TooManyDigits))
    }
}

/// An exponent too long for its type is as good as infinite: it is refused later, unless the number is zero.
fn read_exponent(text: &str) -> Result<i64, ParseDecimalError> {
    let (is_negative, digits) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(ParseDecimalError::NotANumber);
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX);
    Ok(if is_negative { -size } else { size })
}

/// Plain digits, never an exponent, no trailing zeros: `51.2345`, `1300`, `-0.5`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = ten_to(self.scale).unsigned_abs();
        let size = self.digits.unsigned_abs();
        let sign = if self.is_negative() { "-" } else { "" };
        if self.scale == 0 {
            write!(f, "{sign}{size}")
        } else {
            write!(f, "{sign}{}.{:0width$}", size / unit, size % unit, width = usize::from(self.scale))
        }
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Written as a string, so that no reader turns it into a float.
impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads a string or a whole number; a float is refused, since its source text is gone. JSON that may hold `1.5` bare is read with
/// [`Fields`](super::fields::Fields), which keeps the text.
impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Decimal;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal written as a string")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Decimal, E> {
                text.parse().map_err(|problem| E::custom(format_args!("{text:?} {problem}")))
            }

            fn visit_i64<E: serde::de::Error>(self, whole: i64) -> Result<Decimal, E> {
                Ok(whole.into())
            }

            fn visit_u64<E: serde::de::Error>(self, whole: u64) -> Result<Decimal, E> {
                Ok(whole.into())
            }
        }
        deserializer.deserialize_any(Text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use bigdecimal::BigDecimal;
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_number_is_read_and_written_without_change() {
        for (text, written) in [
            ("0", "0"),
            ("-0", "0"),
            ("-0.0", "0"),
            ("1300", "1300"),
            ("5.12345", "5.12345"),
            ("-0.5", "-0.5"),
            ("1.50", "1.5"),
            ("1e3", "1000"),
            ("1.5E+2", "150"),
            ("25e-4", "0.0025"),
            ("0e99999999999999999999999", "0"),
            ("0.1234567890123456789012345678901234567", "0.1234567890123456789012345678901234567"),
            ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
            ("1.000000000000000000000000000000000000000000000000000000", "1"),
            ("10000000000000000000000000000000000000000e-10", "1000000000000000000000000000000"),
        ] {
            assert_eq!(decimal(text).to_string(), written, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        for text in [
            "", "-", ".", "5.", ".5", "+1", "1,5", "1 ", "e3", "1e", "1e+", "--1", "NaN", "inf", "0x1", "1.2.3",
            "1e3.5", "١",
        ] {
            assert_eq!(text.parse::<Decimal>(), Err(ParseDecimalError::NotANumber), "{text:?}");
        }
    }

    #[test]
    fn a_number_that_would_have_to_be_rounded_is_refused() {
        for text in [
            "123456789012345678901234567890123456789",
            "0.123456789012345678901234567890123456789",
            "1e38",
            "1e-39",
            "1e999999999999999999999",
            "1e-999999999999999999999",
            "100000000000000000000000000000000000000000001",
        ] {
            assert_eq!(text.parse::<Decimal>(), Err(ParseDecimalError::TooManyDigits), "{text}");
        }
    }

    #[test]
    fn a_result_that_does_not_fit_is_an_error_and_not_a_rounded_number() {
        let wide = decimal("12345678901234567890123456789");
        assert_eq!(wide.times(wide), Err(TooManyDigits));
        assert_eq!(wide.plus(decimal("0.12345678901")), Err(TooManyDigits));
        assert_eq!(decimal("1e37").times(decimal("1e-37")), Ok(Decimal::ONE));
        assert_eq!(decimal("99999999999999999999999999999999999999").plus(Decimal::ONE), Err(TooManyDigits));
    }

    #[test]
    fn a_started_part_is_counted_whole() {
        let covered = |whole: &str, size: &str| decimal(whole).times_to_cover(decimal(size)).unwrap();
        assert_eq!(covered("121", "10"), Some(decimal("13")));
        assert_eq!(covered("120", "10"), Some(decimal("12")));
        assert_eq!(covered("0.3", "0.1"), Some(decimal("3")));
        assert_eq!(covered("0", "7"), Some(Decimal::ZERO));
        assert_eq!(covered("1", "0"), None);
    }

    #[test]
    fn a_float_is_refused_where_its_text_is_gone() {
        assert_eq!(serde_json::from_str::<Decimal>("\"0.1\"").unwrap(), decimal("0.1"));
        assert_eq!(serde_json::from_str::<Decimal>("3").unwrap(), decimal("3"));
        assert!(serde_json::from_str::<Decimal>("0.1").is_err());
        assert_eq!(serde_json::to_string(&decimal("0.10")).unwrap(), "\"0.1\"");
    }

    fn any_decimal() -> impl Strategy<Value = Decimal> {
        (any::<i128>(), 0..=38_u8, 0..=37_u32)
            .prop_filter_map("fits", |(digits, scale, cut)| Decimal::new(digits / 10_i128.pow(cut), scale).ok())
    }

    fn has_room_for(number: &BigDecimal) -> bool {
        let (digits, scale) = number.normalized().into_bigint_and_scale();
        let zeros = i64::from(MOST_DIGITS) - digits.magnitude().to_string().len() as i64;
        zeros >= 0 && (-zeros..=i64::from(MOST_DIGITS)).contains(&scale)
    }

    fn big(number: Decimal) -> BigDecimal {
        number.to_string().parse().unwrap()
    }

    proptest! {
        #[test]
        fn every_number_reads_back_from_its_text(number in any_decimal()) {
            prop_assert_eq!(number.to_string().parse::<Decimal>(), Ok(number));
        }

        #[test]
        fn results_equal_those_of_an_unbounded_decimal_or_are_refused(left in any_decimal(), right in any_decimal()) {
            for (ours, theirs) in [
                (left.plus(right), big(left) + big(right)),
                (left.minus(right), big(left) - big(right)),
                (left.times(right), big(left) * big(right)),
            ] {
                match ours {
                    Ok(ours) => prop_assert_eq!(big(ours), theirs),
                    Err(TooManyDigits) => prop_assert!(!has_room_for(&theirs), "{} was refused", theirs),
                }
            }
            prop_assert_eq!(left.cmp(&right), big(left).cmp(&big(right)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[-+0-9.eE ]{0,60}") {
            let _ = text.parse::<Decimal>();
        }
    }
}
