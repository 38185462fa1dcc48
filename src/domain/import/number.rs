//! A number as people write it: its sign, the currency beside it, and what parts its digits.

use crate::money::{Currency, MoneyError};

/// A cell taken apart: what is left in `digits` is digits and the marks between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written<'t> {
    pub is_negative: bool,
    /// A currency's code or sign, where one stands before or after the number.
    pub sign: Option<&'t str>,
    digits: &'t str,
}

/// Why a cell is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotANumber {
    Malformed,
    Percent,
    /// Such as `1.2E+05`.
    Scientific,
}

/// What the marks between the digits say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marks {
    /// No point and no comma.
    None,
    /// This one parts whole digits from the rest; where it stands.
    Decimal(char, usize),
    /// This one can only part thousands.
    Thousands(char),
    /// This one has one to three digits before and three after it, and could be either; where it stands.
    Either(char, usize),
}

/// Signs of currencies and whose they are; a sign that several share fits each of them.
const SIGNS: [(&str, &[&str]); 43] = [
    (
        "$",
        &[
            "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS", "UYU", "BMD", "BSD", "BBD",
            "BZD", "BND", "XCD", "FJD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "DOP",
        ],
    ),
    ("US$", &["USD"]),
    ("CA$", &["CAD"]),
    ("C$", &["CAD", "NIO"]),
    ("A$", &["AUD"]),
    ("AU$", &["AUD"]),
    ("NZ$", &["NZD"]),
    ("S$", &["SGD"]),
    ("HK$", &["HKD"]),
    ("NT$", &["TWD"]),
    ("MX$", &["MXN"]),
    ("R$", &["BRL"]),
    ("€", &["EUR"]),
    ("£", &["GBP", "EGP", "LBP", "GIP", "FKP", "SHP", "SYP", "SDG"]),
    ("¥", &["JPY", "CNY"]),
    ("￥", &["JPY", "CNY"]),
    ("円", &["JPY"]),
    ("元", &["CNY"]),
    ("₹", &["INR"]),
    ("Rs", &["INR", "PKR", "LKR", "NPR", "MUR"]),
    ("₩", &["KRW"]),
    ("₫", &["VND"]),
    ("đ", &["VND"]),
    ("₽", &["RUB"]),
    ("₺", &["TRY"]),
    ("₴", &["UAH"]),
    ("₪", &["ILS"]),
    ("₦", &["NGN"]),
    ("₱", &["PHP"]),
    ("฿", &["THB"]),
    ("₵", &["GHS"]),
    ("₡", &["CRC"]),
    ("zł", &["PLN"]),
    ("kr", &["SEK", "NOK", "DKK", "ISK"]),
    ("Kč", &["CZK"]),
    ("Ft", &["HUF"]),
    ("lei", &["RON", "MDL"]),
    ("лв", &["BGN"]),
    ("Fr", &["CHF"]),
    ("SFr", &["CHF"]),
    ("R", &["ZAR"]),
    ("RM", &["MYR"]),
    ("Rp", &["IDR"]),
];

/// Whether this stands for the currency; nothing where it stands for none that is known.
pub(super) fn stands_for(sign: &str, currency: Currency) -> Option<bool> {
    let sign = sign.trim_end_matches('.');
    if let Some((_, codes)) = SIGNS.iter().find(|(known, _)| known.eq_ignore_ascii_case(sign)) {
        return Some(codes.contains(&currency.code()));
    }
    Currency::from_code(&sign.to_ascii_uppercase()).map(|named| named == currency)
}

impl<'t> Written<'t> {
    /// Takes the signs off: a minus before or after, parentheses, `CR`, and what names the currency.
    pub fn read(text: &'t str) -> Result<Self, NotANumber> {
        let mut written = Self { is_negative: false, sign: None, digits: text.trim() };
        let mut is_signed = false;
        loop {
            let rest = written.digits;
            let (Some(first), Some(last)) = (rest.chars().next(), rest.chars().next_back()) else {
                return Err(NotANumber::Malformed);
            };
            if first.is_ascii_digit() && last.is_ascii_digit() {
                break;
            }
            // `12,-` is twelve and no cents.
            let is_round = [",-", ".-", ",–", ".–", ",--", ",—"].iter().find_map(|end| rest.strip_suffix(end));
            if let Some(whole) = is_round.filter(|whole| whole.ends_with(|letter: char| letter.is_ascii_digit())) {
                written.digits = whole;
                continue;
            }
            let signed = match (first, last) {
                ('(', ')') => Some((true, rest[1..rest.len() - 1].trim())),
                ('-' | '\u{2212}' | '\u{2013}', _) => Some((true, rest[first.len_utf8()..].trim_start())),
                (_, '-' | '\u{2212}' | '\u{2013}') => Some((true, rest[..rest.len() - last.len_utf8()].trim_end())),
                ('+', _) => Some((false, rest[1..].trim_start())),
                _ => None,
            };
            if let Some((is_negative, rest)) = signed {
                if is_signed {
                    return Err(NotANumber::Malformed);
                }
                (is_signed, written.is_negative, written.digits) = (true, is_negative, rest);
                continue;
            }
            if last == '%' {
                return Err(NotANumber::Percent);
            }
            let (sign, rest) = if is_of_sign(first) {
                let end = rest.find(|letter| !is_of_sign(letter) && letter != '.').unwrap_or(rest.len());
                (&rest[..end], rest[end..].trim_start())
            } else if is_of_sign(last) || (last == '.' && rest.chars().rev().nth(1).is_some_and(is_of_sign)) {
                let start = rest.rfind(|letter| !is_of_sign(letter) && letter != '.');
                let start = start.map_or(0, |at| at + rest[at..].chars().next().map_or(1, char::len_utf8));
                (&rest[start..], rest[..start].trim_end())
            } else {
                break;
            };
            if !is_signed && ["CR", "DR"].iter().any(|side| sign.eq_ignore_ascii_case(side)) {
                (is_signed, written.is_negative) = (true, sign.eq_ignore_ascii_case("CR"));
            } else if written.sign.is_none() {
                written.sign = Some(sign);
            } else {
                return Err(NotANumber::Malformed);
            }
            written.digits = rest;
        }
        match written.digits {
            digits if digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => Ok(written),
            digits if is_scientific(digits) => Err(NotANumber::Scientific),
            digits if digits.chars().all(|letter| letter.is_ascii_digit() || is_mark(letter)) => Ok(written),
            _ => Err(NotANumber::Malformed),
        }
    }

    /// What its points and commas can be.
    pub fn marks(&self) -> Result<Marks, NotANumber> {
        let digits = self.digits;
        let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
        let last = match (points, commas) {
            (0, 0) => return Ok(Marks::None),
            _ => digits.rfind(['.', ',']).unwrap_or_default(),
        };
        let mark = if digits[last..].starts_with('.') { '.' } else { ',' };
        let (of_mark, of_other) = if mark == '.' { (points, commas) } else { (commas, points) };
        let (before, after) = (&digits[..last], &digits[last + 1..]);
        match (of_mark, of_other) {
            (1, 0) => {
                let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
                let could_part = (1..=3).contains(&before.len())
                    && after.len() == 3
                    && !before.starts_with('0')
                    && is_plain(before)
                    && is_plain(after);
                Ok(if could_part { Marks::Either(mark, last) } else { Marks::Decimal(mark, last) })
            }
            (1, _) => Ok(Marks::Decimal(mark, last)),
            (_, 0) => Ok(Marks::Thousands(mark)),
            _ => Err(NotANumber::Malformed),
        }
    }

    /// In units of its last digit, where so many `places` may follow the mark, which stands at `decimal`. What other marks
    /// there are must part groups of digits.
    pub fn scaled(&self, decimal: Option<usize>, places: u16) -> Result<i64, MoneyError> {
        let (whole, part) = match decimal {
            Some(at) => (&self.digits[..at], self.digits[at + 1..].trim_end_matches('0')),
            None => (self.digits, ""),
        };
        if (whole.is_empty() && decimal.is_none_or(|at| at + 1 == self.digits.len()))
            || !part.bytes().all(|byte| byte.is_ascii_digit())
            || !is_grouped(whole)
        {
            return Err(MoneyError::NotAnAmount);
        }
        if part.len() > usize::from(places) {
            return Err(MoneyError::TooFine(places));
        }
        let padded = part.bytes().chain(std::iter::repeat(b'0')).take(usize::from(places));
        let digits = whole.bytes().filter(u8::is_ascii_digit).chain(padded);
        let scaled = digits.into_iter().try_fold(0_i64, |scaled, digit| {
            scaled.checked_mul(10).and_then(|scaled| scaled.checked_add(i64::from(digit - b'0')))
        });
        let scaled = scaled.ok_or(MoneyError::TooLarge)?;
        Ok(if self.is_negative { -scaled } else { scaled })
    }
}

/// Whether the letter may stand in what names a currency.
fn is_of_sign(letter: char) -> bool {
    letter.is_alphabetic() || matches!(letter, '$' | '£' | '¥' | '￥' | '\u{20a0}'..='\u{20cf}')
}

/// What may stand between digits.
fn is_mark(letter: char) -> bool {
    matches!(letter, '.' | ',' | '\'' | '\u{2019}')
        || letter == ' '
        || matches!(letter, '\u{a0}' | '\u{202f}' | '\u{2009}')
}

fn is_scientific(text: &str) -> bool {
    let Some((number, power)) = text.split_once(['e', 'E']) else { return false };
    let power = power.strip_prefix(['+', '-']).unwrap_or(power);
    let is_number = |text: &str, more: &[u8]| {
        text.bytes().any(|byte| byte.is_ascii_digit())
            && text.bytes().all(|byte| byte.is_ascii_digit() || more.contains(&byte))
    };
    is_number(number, b".,") && is_number(power, b"")
}

/// Whether one and the same mark parts groups of three digits or, with commas, the last three and groups of two before.
fn is_grouped(whole: &str) -> bool {
    let Some(mark) = whole.chars().find(|letter| !letter.is_ascii_digit()) else { return true };
    let mut groups = whole.split(mark);
    let first = groups.next().unwrap_or_default();
    if !first.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let (mut are_of_three, mut are_of_two, mut last) = ((1..=3).contains(&first.len()), mark == ',', 0);
    are_of_two &= (1..=2).contains(&first.len());
    let mut groups = groups.peekable();
    while let Some(group) = groups.next() {
        if !group.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        are_of_three &= group.len() == 3;
        are_of_two &= group.len() == if groups.peek().is_some() { 2 } else { 3 };
        last += 1;
    }
    last > 0 && (are_of_three || are_of_two)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn signs_are_taken_off_wherever_they_stand() {
        for (text, is_negative, sign, digits) in [
            ("12.50", false, None, "12.50"),
            ("-3", true, None, "3"),
            ("\u{2212}3", true, None, "3"),
            ("25,00-", true, None, "25,00"),
            ("($25.00)", true, Some("$"), "25.00"),
            ("$(0.01)", true, Some("$"), "0.01"),
            ("-$5", true, Some("$"), "5"),
            ("$-5", true, Some("$"), "5"),
            ("38,20 €", false, Some("€"), "38,20"),
            ("38,20\u{a0}€", false, Some("€"), "38,20"),
            ("€ 38.20", false, Some("€"), "38.20"),
            ("CHF 1'250.00", false, Some("CHF"), "1'250.00"),
            ("Fr. 12", false, Some("Fr."), "12"),
            ("12 kr.", false, Some("kr."), "12"),
            ("R$ 1.250,00", false, Some("R$"), "1.250,00"),
            ("25.00 CR", true, None, "25.00"),
            ("12,-", false, None, "12"),
            ("+7", false, None, "7"),
            (".5", false, None, ".5"),
        ] {
            assert_eq!(Written::read(text), Ok(Written { is_negative, sign, digits }), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_told_apart() {
        for text in ["", "--1", "(-5)", "-5-", "1-2", "#5", "()", "€5$", "5 x 3"] {
            assert_eq!(Written::read(text), Err(NotANumber::Malformed), "{text}");
        }
        assert_eq!(Written::read("5 %"), Err(NotANumber::Percent));
        for text in ["1e5", "1.2E+05", "-1,5e-3"] {
            assert_eq!(Written::read(text), Err(NotANumber::Scientific), "{text}");
        }
    }

    #[test]
    fn a_sign_fits_its_currencies_alone() {
        assert_eq!(stands_for("$", Currency::CAD), Some(true));
        assert_eq!(stands_for("$", Currency::EUR), Some(false));
        assert_eq!(stands_for("chf", Currency::CHF), Some(true));
        assert_eq!(stands_for("kr.", Currency::SEK), Some(true));
        assert_eq!(stands_for("apples", Currency::EUR), None);
    }

    #[test]
    fn marks_say_what_they_can_be() {
        let marks = |text| Written::read(text).and_then(|written| written.marks());
        assert_eq!(marks("1250"), Ok(Marks::None));
        assert_eq!(marks("1,234.50"), Ok(Marks::Decimal('.', 5)));
        assert_eq!(marks("1.234,5"), Ok(Marks::Decimal(',', 5)));
        assert_eq!(marks("1 234,567"), Ok(Marks::Decimal(',', 5)));
        assert_eq!(marks("0.125"), Ok(Marks::Decimal('.', 1)));
        assert_eq!(marks("1234.567"), Ok(Marks::Decimal('.', 4)));
        assert_eq!(marks("1.500"), Ok(Marks::Either('.', 1)));
        assert_eq!(marks("1,00,000"), Ok(Marks::Thousands(',')));
        assert_eq!(marks("1.2,3.4"), Err(NotANumber::Malformed));
    }

    #[test]
    fn groups_are_of_three_or_as_in_india() {
        let whole = |text| Written::read(text).ok().and_then(|written| written.scaled(None, 0).ok());
        for (text, number) in [
            ("1,234,567", 1_234_567),
            ("1'234'567", 1_234_567),
            ("12,34,567", 1_234_567),
            ("1 234", 1_234),
            ("1,00,000", 100_000),
        ] {
            assert_eq!(whole(text), Some(number), "{text}");
        }
        for text in ["1,00", "1,2345", "12,34,56", "1,234'567", "1..2", "1.00.000", ",234"] {
            assert_eq!(whole(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[-+()$€£ 0-9.,'eECRkFr%\u{a0}]{0,14}|.{0,20}") {
            if let Ok(written) = Written::read(&text) {
                let at = match written.marks() {
                    Ok(Marks::Decimal(_, at) | Marks::Either(_, at)) => Some(at),
                    _ => None,
                };
                let _ = written.scaled(at, 2);
            }
        }
    }
}
