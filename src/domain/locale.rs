//! How a person is used to reading money and dates: the marks between digits and the order of a date. Words are English.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    decimal::Decimal,
    money::{Currency, Money},
    month::NAMES,
};

/// A way to write money and dates, named by where it is at home.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Locale {
    /// `€1,234.50`, `27 November 2026`
    #[default]
    English,
    /// `€1,234.50`, `November 27, 2026`
    American,
    /// `1.234,50 €`, `27. November 2026`
    German,
    /// `1 234,50 €`, `27 November 2026`
    French,
    /// `€ 1’234.50`, `27. November 2026`
    Swiss,
}

/// Languages people can be asked to write in: the BCP 47 tag and the language's own name.
pub const LANGUAGES: [(&str, &str); 14] = [
    ("ar", "العربية"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "Español"),
    ("fr", "Français"),
    ("hr", "Hrvatski"),
    ("it", "Italiano"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("sv", "Svenska"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
];

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
fn named(names: &'static [&'static str], from_one: i8) -> &'static str {
    usize::try_from(from_one - 1).ok().and_then(|at| names.get(at)).copied().unwrap_or_default()
}

/// `Friday`
pub fn weekday(of: Date) -> &'static str {
    named(&WEEKDAYS, of.weekday().to_monday_one_offset())
}

impl Locale {
    pub const ALL: [Self; 5] = [Self::English, Self::American, Self::German, Self::French, Self::Swiss];

    pub fn name(self) -> &'static str {
        match self {
            Self::English => "en-IE",
            Self::American => "en-US",
            Self::German => "de-DE",
            Self::French => "fr-FR",
            Self::Swiss => "de-CH",
        }
    }

    /// What is usual in a country (ISO 3166); the English way where nothing else is known to be.
    pub fn of_country(country: Option<&str>) -> Self {
        let is =
            |codes: &[&str]| country.is_some_and(|country| codes.iter().any(|code| country.eq_ignore_ascii_case(code)));
        match () {
            () if is(&["US"]) => Self::American,
            () if is(&["DE", "AT"]) => Self::German,
            () if is(&["FR"]) => Self::French,
            () if is(&["CH", "LI"]) => Self::Swiss,
            () => Self::English,
        }
    }

    /// The mark between thousands, and the one before the part of a whole.
    fn marks(self) -> (&'static str, &'static str) {
        match self {
            Self::English | Self::American => (",", "."),
            Self::German => (".", ","),
            Self::French => ("\u{202f}", ","),
            Self::Swiss => ("’", "."),
        }
    }

    /// An amount with its currency.
    pub fn money(self, money: Money) -> String {
        let plain = money.plain();
        let (sign, whole, part) = parts(&plain);
        format!("{sign}{}", self.amount(whole, part, money.currency))
    }

    /// An amount from its digits before and after the point, which may be more than the currency has.
    pub fn amount(self, whole: &str, part: &str, currency: Currency) -> String {
        let number = self.number(whole, part, true);
        let symbol = match currency {
            Currency::EUR => Some("€"),
            Currency::USD => Some("$"),
            Currency::GBP => Some("£"),
            Currency::JPY => Some("¥"),
            _ => None,
        };
        let unit = symbol.unwrap_or_else(|| currency.code());
        match self {
            Self::English | Self::American if symbol.is_some() => format!("{unit}{number}"),
            Self::English | Self::American => format!("{number} {unit}"),
            Self::German | Self::French => format!("{number}\u{a0}{unit}"),
            Self::Swiss => format!("{unit}\u{a0}{number}"),
        }
    }

    /// A number from its digits before and after the point.
    pub(super) fn number(self, whole: &str, part: &str, is_grouped: bool) -> String {
        let mut number = if is_grouped { self.grouped(whole) } else { whole.to_owned() };
        if !part.is_empty() {
            number.push_str(self.marks().1);
            number.push_str(part);
        }
        number
    }

    /// A whole number: `1,204`.
    pub fn whole(self, number: i64) -> String {
        let grouped = self.grouped(&number.unsigned_abs().to_string());
        if number < 0 { format!("-{grouped}") } else { grouped }
    }

    /// A number with all of its digits: `1,204.5`.
    pub fn decimal(self, number: Decimal) -> String {
        let plain = number.to_string();
        let (sign, whole, part) = parts(&plain);
        format!("{sign}{}", self.number(whole, part, true))
    }

    fn grouped(self, digits: &str) -> String {
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push_str(self.marks().0);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// `27 November`
    pub fn day_of_month(self, of: Date) -> String {
        let (day, month) = (of.day(), named(&NAMES, of.month()));
        match self {
            Self::English | Self::French => format!("{day} {month}"),
            Self::American => format!("{month} {day}"),
            Self::German | Self::Swiss => format!("{day}. {month}"),
        }
    }

    /// `Friday 27 November`
    pub fn day(self, of: Date) -> String {
        let after = if self == Self::American { "," } else { "" };
        format!("{}{after} {}", weekday(of), self.day_of_month(of))
    }

    /// `27 November 2026`
    pub fn day_and_year(self, of: Date) -> String {
        let after = if self == Self::American { "," } else { "" };
        format!("{}{after} {}", self.day_of_month(of), of.year())
    }
}

/// The sign of a number that is written with a point, and its digits before and after that.
pub fn parts(plain: &str) -> (&'static str, &str, &str) {
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain), |plain| ("-", plain));
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    (sign, whole, part)
}

impl fmt::Display for Locale {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names no way to write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a way to write money and dates")]
pub struct UnknownLocale(String);

impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|locale| locale.name() == text).ok_or_else(|| UnknownLocale(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn money_is_written_as_people_are_used_to() {
        use Locale::{American, English, French, German, Swiss};
        for (locale, minor, currency, written) in [
            (English, 123_450, Currency::EUR, "€1,234.50"),
            (American, 123_450, Currency::USD, "$1,234.50"),
            (German, 123_450, Currency::EUR, "1.234,50\u{a0}€"),
            (French, 123_450, Currency::EUR, "1\u{202f}234,50\u{a0}€"),
            (Swiss, 123_450, Currency::CHF, "CHF\u{a0}1’234.50"),
            (German, 0, Currency::EUR, "0,00\u{a0}€"),
            (German, 5, Currency::EUR, "0,05\u{a0}€"),
            (German, -123_456_789, Currency::EUR, "-1.234.567,89\u{a0}€"),
            (Swiss, -500, Currency::CHF, "-CHF\u{a0}5.00"),
            (French, 99_999, Currency::GBP, "999,99\u{a0}£"),
            (German, 1_500, Currency::JPY, "1.500\u{a0}¥"),
            (French, 1_234_567, Currency::KWD, "1\u{202f}234,567\u{a0}KWD"),
            (German, i64::MAX, Currency::EUR, "92.233.720.368.547.758,07\u{a0}€"),
            (Swiss, i64::MIN, Currency::EUR, "-€\u{a0}92’233’720’368’547’758.08"),
            (English, i64::MIN, Currency::EUR, "-€92,233,720,368,547,758.08"),
        ] {
            assert_eq!(locale.money(Money::new(minor, currency)), written, "{locale}");
        }
    }

    #[test]
    fn dates_are_written_as_people_are_used_to() {
        let day = date(2026, 11, 27);
        for (locale, with_weekday, with_year) in [
            (Locale::English, "Friday 27 November", "27 November 2026"),
            (Locale::American, "Friday, November 27", "November 27, 2026"),
            (Locale::German, "Friday 27. November", "27. November 2026"),
            (Locale::French, "Friday 27 November", "27 November 2026"),
            (Locale::Swiss, "Friday 27. November", "27. November 2026"),
        ] {
            assert_eq!((locale.day(day).as_str(), locale.day_and_year(day).as_str()), (with_weekday, with_year));
        }
        assert_eq!(Locale::English.day(date(2024, 1, 7)), "Sunday 7 January");
        assert_eq!(Locale::English.day_and_year(date(2026, 12, 1)), "1 December 2026");
    }

    #[test]
    fn a_country_has_its_usual_way() {
        for (country, locale) in [
            (Some("DE"), Locale::German),
            (Some("at"), Locale::German),
            (Some("FR"), Locale::French),
            (Some("CH"), Locale::Swiss),
            (Some("US"), Locale::American),
            (Some("IE"), Locale::English),
            (Some("Germany"), Locale::English),
            (Some(""), Locale::English),
            (None, Locale::English),
        ] {
            assert_eq!(Locale::of_country(country), locale, "{country:?}");
        }
    }

    #[test]
    fn whole_numbers_are_parted_by_thousands() {
        assert_eq!(Locale::English.whole(1_204), "1,204");
        assert_eq!(Locale::German.whole(-1_204), "-1.204");
        assert_eq!(Locale::Swiss.whole(999), "999");
        assert_eq!(Locale::English.whole(i64::MIN), "-9,223,372,036,854,775,808");
    }

    #[test]
    fn numbers_keep_all_of_their_digits() {
        for (locale, number, written) in [
            (Locale::English, "1204.5", "1,204.5"),
            (Locale::American, "0.000001", "0.000001"),
            (Locale::German, "1204.5", "1.204,5"),
            (Locale::French, "-1234567.25", "-1\u{202f}234\u{202f}567,25"),
            (Locale::Swiss, "1204", "1’204"),
            (Locale::German, "0", "0"),
        ] {
            assert_eq!(locale.decimal(number.parse().expect("a number")), written, "{locale}");
        }
    }

    #[test]
    fn a_way_is_read_by_its_name() {
        for locale in Locale::ALL {
            assert_eq!(locale.name().parse(), Ok(locale));
        }
        assert!("de".parse::<Locale>().is_err());
    }

    proptest! {
        #[test]
        fn the_usual_way_is_what_it_was(minor in any::<i64>()) {
            for currency in [Currency::EUR, Currency::CHF, Currency::JPY] {
                let money = Money::new(minor, currency);
                prop_assert_eq!(Locale::default().money(money), money.to_string());
            }
        }

        #[test]
        fn every_way_has_the_same_digits(minor in any::<i64>()) {
            let digits = |text: String| text.chars().filter(char::is_ascii_digit).collect::<String>();
            let money = Money::new(minor, Currency::EUR);
            for locale in Locale::ALL {
                prop_assert_eq!(digits(locale.money(money)), digits(money.plain()));
            }
        }
    }
}
