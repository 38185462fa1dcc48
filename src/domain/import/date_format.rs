//! How a file writes its dates.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

use super::{RowReason, reason::shortened};

/// Bytes of a pattern, spaces around it among them.
const LONGEST_PATTERN: usize = 60;

/// A pattern of YYYY or YY, MM or M, DD or D and what stands between them, such as `M/D/YYYY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    pattern: String,
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Year {
        digits: usize,
    },
    /// One or two digits, or two always.
    Month {
        two: bool,
    },
    Day {
        two: bool,
    },
    Mark(char),
}

/// The text is no pattern of a year, a month and a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no date format: use YYYY or YY, MM or M, DD or D and what stands between them, such as D.M.YYYY")]
pub struct NotADateFormat(pub String);

impl DateFormat {
    /// `YYYY-MM-DD`, as our own columns write dates.
    pub fn iso() -> Self {
        use Part::{Day, Mark, Month, Year};
        let parts = vec![Year { digits: 4 }, Mark('-'), Month { two: true }, Mark('-'), Day { two: true }];
        Self { pattern: "YYYY-MM-DD".to_owned(), parts }
    }

    pub fn read(&self, text: &str) -> Result<Date, RowReason> {
        let wrong = || RowReason::NotADate { text: shortened(text), pattern: self.pattern.clone() };
        let (year, month, day) = self.numbers(text).ok_or_else(wrong)?;
        let no_such_day = || RowReason::NoSuchDay { text: shortened(text), pattern: self.pattern.clone() };
        let date = Date::new(year, month, day).map_err(|_| no_such_day())?;
        if (1900..2200).contains(&date.year()) { Ok(date) } else { Err(no_such_day()) }
    }

    fn numbers(&self, text: &str) -> Option<(i16, i8, i8)> {
        let (mut rest, mut year, mut month, mut day) = (text, 0, 0, 0);
        for part in &self.parts {
            match part {
                Part::Mark(mark) => rest = rest.strip_prefix(*mark)?,
                Part::Year { digits } => {
                    year = number(&mut rest, *digits, *digits)?;
                    if *digits == 2 {
                        year += if year < 70 { 2000 } else { 1900 };
                    }
                }
                Part::Month { two } => month = number(&mut rest, if *two { 2 } else { 1 }, 2)?,
                Part::Day { two } => day = number(&mut rest, if *two { 2 } else { 1 }, 2)?,
            }
        }
        rest.is_empty().then_some((year, i8::try_from(month).ok()?, i8::try_from(day).ok()?))
    }
}

/// Takes `least` to `most` digits from the start of `rest`.
fn number(rest: &mut &str, least: usize, most: usize) -> Option<i16> {
    let length = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if length < least {
        return None;
    }
    let (digits, after) = rest.split_at(length);
    *rest = after;
    digits.parse().ok()
}

impl FromStr for DateFormat {
    type Err = NotADateFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotADateFormat(shortened(text));
        // Every row that is refused quotes the pattern.
        if text.len() > LONGEST_PATTERN {
            return Err(wrong());
        }
        let mut parts = Vec::new();
        let mut letters = text.trim().chars().map(|letter| letter.to_ascii_uppercase()).peekable();
        while let Some(letter) = letters.next() {
            let mut length = 1;
            while letter.is_ascii_alphabetic() && letters.next_if_eq(&letter).is_some() {
                length += 1;
            }
            parts.push(match (letter, length) {
                ('Y', 2 | 4) => Part::Year { digits: length },
                ('M', 1 | 2) => Part::Month { two: length == 2 },
                ('D', 1 | 2) => Part::Day { two: length == 2 },
                (mark, _) if !mark.is_alphanumeric() => Part::Mark(mark),
                _ => return Err(wrong()),
            });
        }
        let once = |is: fn(&Part) -> bool| parts.iter().filter(|part| is(part)).count() == 1;
        let is_whole = once(|part| matches!(part, Part::Year { .. }))
            && once(|part| matches!(part, Part::Month { .. }))
            && once(|part| matches!(part, Part::Day { .. }));
        // One or two digits right before other digits could be read in two ways.
        let is_ambiguous = parts.windows(2).any(|pair| {
            matches!(pair[0], Part::Month { two: false } | Part::Day { two: false })
                && !matches!(pair[1], Part::Mark(_))
        });
        if !is_whole || is_ambiguous { Err(wrong()) } else { Ok(Self { pattern: text.trim().to_owned(), parts }) }
    }
}

impl fmt::Display for DateFormat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn read(pattern: &str, text: &str) -> Result<Date, RowReason> {
        pattern.parse::<DateFormat>().expect(pattern).read(text)
    }

    #[test]
    fn dates_are_read_as_the_file_writes_them() {
        for (pattern, text) in [
            ("M/D/YYYY", "1/2/2013"),
            ("M/D/YYYY", "01/02/2013"),
            ("DD.MM.YYYY", "02.01.2013"),
            ("YYYY-MM-DD", "2013-01-02"),
            ("YYYYMMDD", "20130102"),
            ("D. M. YY", "2. 1. 13"),
            ("yyyy/m/d", "2013/1/2"),
        ] {
            assert_eq!(read(pattern, text), Ok(date(2013, 1, 2)), "{pattern} {text}");
        }
        assert_eq!(read("D.M.YY", "2.1.99"), Ok(date(1999, 1, 2)));
    }

    #[test]
    fn wrong_dates_are_refused_with_the_pattern() {
        let words = |pattern, text| read(pattern, text).expect_err(text).to_string();
        assert_eq!(
            words("YYYY-MM-DD", "2013-02-30"),
            "“2013-02-30” is written as YYYY-MM-DD, but there is no such day"
        );
        assert_eq!(words("M/D/YYYY", "13/13/2013"), "“13/13/2013” is written as M/D/YYYY, but there is no such day");
        for (pattern, text) in
            [("YYYY-MM-DD", "1/2/2013"), ("DD.MM.YYYY", "2.1.2013"), ("M/D/YYYY", "1/2/13"), ("M/D/YYYY", "1/2/2013 ")]
        {
            assert_eq!(words(pattern, text), format!("“{text}” is not a date written as {pattern}"));
        }
    }

    #[test]
    fn a_pattern_needs_year_month_and_day_once() {
        for wrong in ["", "YYYY-MM", "DD/MM/YYYY/DD", "YYY-MM-DD", "DMYYYY", "MMM D YYYY", "hello", "1/D/M/YYYY"] {
            assert_eq!(wrong.parse::<DateFormat>(), Err(NotADateFormat(wrong.to_owned())), "{wrong:?}");
        }
    }

    #[test]
    fn a_pattern_as_long_as_a_file_is_refused() {
        assert!(format!("{}YYYYMMDD", "-".repeat(LONGEST_PATTERN - 8)).parse::<DateFormat>().is_ok());
        let refused = format!("{}YYYYMMDD", "-".repeat(60_000)).parse::<DateFormat>().expect_err("too long");
        assert!(refused.to_string().len() < 300);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(pattern in "[YMDymd/. -]{0,12}|.{0,12}", text in ".{0,20}") {
            if let Ok(format) = pattern.parse::<DateFormat>() {
                let _ = format.read(&text);
            }
        }
    }
}
