//! How a file writes its dates.

use std::{fmt, str::FromStr};

use jiff::{
    civil::{Date, date},
    tz::Offset,
    tz::TimeZone,
};

use super::{
    RowReason,
    reason::shortened,
    written_date::{self, Hour, Scan, Written, century, month_named},
};

/// Bytes of a pattern, spaces around it among them.
const LONGEST_PATTERN: usize = 60;

/// A day or a month, as a cell says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The first of a month that is told alone.
    pub day: Date,
    pub is_month: bool,
    hour: Option<Hour>,
}

impl Read {
    /// The day in a zone; `as_written` is where the time says nothing of a zone, or nobody asks for it.
    pub fn day_in(&self, zone: &TimeZone) -> Date {
        let Some(Hour { time, offset: Some(offset) }) = self.hour else { return self.day };
        let instant = Offset::from_seconds(offset).and_then(|offset| offset.to_timestamp(self.day.to_datetime(time)));
        instant.map_or(self.day, |instant| zone.to_datetime(instant).date())
    }

    pub fn is_instant(&self) -> bool {
        self.hour.is_some_and(|hour| hour.offset.is_some())
    }

    /// The same with a time that tells no zone taken to be in Greenwich's.
    pub fn in_utc(self) -> Self {
        let hour = self.hour.map(|hour| Hour { offset: hour.offset.or(Some(0)), ..hour });
        Self { hour, ..self }
    }

    /// The day as it is written, whatever time follows.
    pub fn cut(self) -> Self {
        Self { hour: None, ..self }
    }
}

/// Which of two numbers is the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    DayFirst,
    MonthFirst,
}

/// Any way in which the order of day and month is told or known, or one pattern such as `M/D/YYYY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    pattern: String,
    way: Way,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    Any {
        order: Option<Order>,
    },
    /// Numbers of days, as spreadsheets count them.
    Serial,
    Parts(Vec<Part>),
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
    MonthName,
    Day {
        two: bool,
    },
    Mark(char),
}

/// The text is no pattern of a year, a month and a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no date format: use YYYY or YY, MMM, MM or M, DD or D and what stands between them, such as D.M.YYYY or \
     MMM D, YYYY, or serial for a spreadsheet's day numbers; a time after it is read by itself"
)]
pub struct NotADateFormat(pub String);

impl DateFormat {
    pub const SERIAL: &str = "serial";

    /// Whatever tells its day by itself, and the others in this order.
    pub fn any(order: Option<Order>) -> Self {
        Self { pattern: "YYYY-MM-DD".to_owned(), way: Way::Any { order } }
    }

    pub fn serial() -> Self {
        Self { pattern: Self::SERIAL.to_owned(), way: Way::Serial }
    }

    /// Whether nobody said how the dates are written.
    pub fn is_any(&self) -> bool {
        matches!(self.way, Way::Any { .. })
    }

    /// Whether it names months alone.
    pub fn is_month(&self) -> bool {
        matches!(&self.way, Way::Parts(parts) if !parts.iter().any(|part| matches!(part, Part::Day { .. })))
    }

    pub fn read(&self, text: &str) -> Result<Read, RowReason> {
        let (found, rest) = match &self.way {
            Way::Parts(parts) => by_parts(parts, text).ok_or_else(|| self.wrong(text))?,
            Way::Serial => match written_date::read(text) {
                Some((Written::Serial(days), rest)) => (Written::Serial(days), rest),
                _ => return Err(self.wrong(text)),
            },
            Way::Any { order } => match written_date::read(text).ok_or_else(|| self.wrong(text))? {
                (Written::Serial(days), _) => {
                    return Err(RowReason::DayNumber { text: shortened(text), day: day_of(days) });
                }
                (Written::Either { first, second, year, mark }, rest) => {
                    (in_order(text, (first, second), year, mark, *order)?, rest)
                }
                told => told,
            },
        };
        let (year, month, day, is_month) = match found {
            Written::Day { year, month, day } => (year, month, day, false),
            Written::Month { year, month } => (year, month, 1, true),
            Written::Either { .. } => return Err(self.wrong(text)),
            Written::Serial(days) => {
                return day_of(days)
                    .map(|day| Read { day, is_month: false, hour: None })
                    .ok_or_else(|| self.wrong(text));
            }
        };
        let hour = written_date::hour(rest).map_err(|()| self.wrong(text))?;
        if is_month && hour.is_some() {
            return Err(self.wrong(text));
        }
        let no_such_day = || RowReason::NoSuchDay { text: shortened(text), pattern: self.pattern_of(text) };
        let day = Date::new(year, month, day).map_err(|_| no_such_day())?;
        if !(1900..2200).contains(&day.year()) {
            return Err(no_such_day());
        }
        Ok(Read { day, is_month, hour })
    }

    fn wrong(&self, text: &str) -> RowReason {
        let digits = text.split('.').next().unwrap_or_default();
        match written_date::read(text) {
            Some((Written::Serial(days), _)) if digits.len() == 5 => {
                RowReason::DayNumber { text: shortened(text), day: day_of(days) }
            }
            _ => RowReason::NotADate { text: shortened(text), pattern: self.pattern.clone() },
        }
    }

    /// The pattern a reason names; where any is read, the one the text follows.
    fn pattern_of(&self, text: &str) -> String {
        match (&self.way, text.chars().find(|letter| !letter.is_ascii_digit())) {
            (Way::Any { order: Some(Order::MonthFirst) }, Some(mark @ ('/' | '-' | '.')))
                if !starts_with_year(text) =>
            {
                format!("M{mark}D{mark}YYYY")
            }
            (Way::Any { .. }, Some(mark @ ('/' | '-' | '.'))) if !starts_with_year(text) => {
                format!("D{mark}M{mark}YYYY")
            }
            _ => self.pattern.clone(),
        }
    }
}

fn starts_with_year(text: &str) -> bool {
    text.bytes().take_while(u8::is_ascii_digit).count() == 4
}

/// Day number one is the first of January 1900; the day after the 28th of February of that year is counted twice.
fn day_of(days: i32) -> Option<Date> {
    date(1899, 12, 30).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// The day of `1/2/2026`: in the order that is known, else where only one is possible or a point parts them.
fn in_order(
    text: &str,
    (first, second): (i8, i8),
    year: i16,
    mark: char,
    order: Option<Order>,
) -> Result<Written, RowReason> {
    let could = (second <= 12, first <= 12);
    let order = match (could, order) {
        ((true, false), _) => Order::DayFirst,
        ((false, true), _) => Order::MonthFirst,
        (_, Some(order)) => order,
        _ if mark == '.' || first == second => Order::DayFirst,
        _ => return Err(RowReason::DayOrMonth { text: shortened(text), mark }),
    };
    Ok(match order {
        Order::DayFirst => Written::Day { year, month: second, day: first },
        Order::MonthFirst => Written::Day { year, month: first, day: second },
    })
}

/// The parts of a pattern from the start of a text, and what follows them.
fn by_parts<'t>(parts: &[Part], text: &'t str) -> Option<(Written, &'t str)> {
    let mut scan = Scan(text);
    let (mut year, mut month, mut day) = (0, 0, None);
    for part in parts {
        match part {
            Part::Mark(mark) => scan.0 = scan.0.strip_prefix(*mark)?,
            Part::Year { digits } => {
                year = number(&mut scan, *digits, *digits)?;
                if *digits == 2 {
                    year = century(year);
                }
            }
            Part::Month { two } => month = number(&mut scan, if *two { 2 } else { 1 }, 2)?.try_into().ok()?,
            Part::MonthName => {
                month = month_named(scan.letters())?;
                scan.0 = scan.0.strip_prefix('.').unwrap_or(scan.0);
            }
            Part::Day { two } => day = Some(number(&mut scan, if *two { 2 } else { 1 }, 2)?.try_into().ok()?),
        }
    }
    // `2013` read from `20131` is no year.
    if scan.0.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    Some(match day {
        Some(day) => (Written::Day { year, month, day }, scan.0),
        None => (Written::Month { year, month }, scan.0),
    })
}

/// Takes `least` to `most` digits from the start.
fn number(scan: &mut Scan<'_>, least: usize, most: usize) -> Option<i16> {
    let length = scan.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if length < least {
        return None;
    }
    let (digits, after) = scan.0.split_at(length);
    scan.0 = after;
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
        if ["serial", "excel"].contains(&text.trim().to_ascii_lowercase().as_str()) {
            return Ok(Self::serial());
        }
        let upper = text.trim().to_uppercase();
        let mut parts = Vec::new();
        let mut letters = without_time(&upper).ok_or_else(wrong)?.chars().peekable();
        while let Some(letter) = letters.next() {
            let mut length = 1;
            while letter.is_ascii_alphabetic() && letters.next_if_eq(&letter).is_some() {
                length += 1;
            }
            parts.push(match (letter, length) {
                ('Y', 2 | 4) => Part::Year { digits: length },
                ('M', 1 | 2) => Part::Month { two: length == 2 },
                ('M', 3 | 4) => Part::MonthName,
                ('D', 1 | 2) => Part::Day { two: length == 2 },
                // `YYYY-MM-01` is a month that is written as its first day.
                ('0' | '1', 1) => Part::Mark(letter),
                (mark, _) if !mark.is_alphanumeric() => Part::Mark(mark),
                _ => return Err(wrong()),
            });
        }
        let count = |is: fn(&Part) -> bool| parts.iter().filter(|part| is(part)).count();
        let is_whole = count(|part| matches!(part, Part::Year { .. })) == 1
            && count(|part| matches!(part, Part::Month { .. } | Part::MonthName)) == 1
            && count(|part| matches!(part, Part::Day { .. })) <= 1;
        // One or two digits right before other digits could be read in two ways.
        let is_ambiguous = parts.windows(2).any(|pair| {
            matches!(pair[0], Part::Month { two: false } | Part::Day { two: false })
                && !matches!(pair[1], Part::Mark(mark) if !mark.is_ascii_digit())
        });
        if !is_whole || is_ambiguous {
            return Err(wrong());
        }
        Ok(Self { pattern: text.trim().to_owned(), way: Way::Parts(parts) })
    }
}

/// The pattern up to its hours: a time after a day is read however it is written.
fn without_time(upper: &str) -> Option<&str> {
    let Some(at) = upper.find('H') else { return Some(upper) };
    let is_time = |letter: char| "HMSAPZTX:.,+- ".contains(letter);
    upper[at..].chars().all(is_time).then(|| upper[..at].trim_end_matches(['T', ' ', ',']))
}

impl fmt::Display for DateFormat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.pattern)
    }
}

/// What the cells of a file show of the order of day and month, and whether they are numbers of days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OrderSeen {
    day_first: bool,
    month_first: bool,
    either: bool,
}

impl OrderSeen {
    pub fn date(&mut self, written: Written) {
        if let Written::Either { first, second, mark, .. } = written {
            match (second <= 12, first <= 12) {
                (true, false) => self.day_first = true,
                (false, true) => self.month_first = true,
                _ => self.either |= mark != '.' && first != second,
            }
        }
    }

    /// The one order that all cells agree on.
    pub fn order(self) -> Option<Order> {
        match (self.day_first, self.month_first) {
            (true, false) => Some(Order::DayFirst),
            (false, true) => Some(Order::MonthFirst),
            _ => None,
        }
    }

    /// Whether days can be read in two ways and nothing in the file says which.
    pub fn is_open(self) -> bool {
        self.order().is_none() && self.either
    }

    pub fn with(self, other: Self) -> Self {
        Self {
            day_first: self.day_first | other.day_first,
            month_first: self.month_first | other.month_first,
            either: self.either | other.either,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(pattern: &str, text: &str) -> Result<Date, RowReason> {
        pattern.parse::<DateFormat>().expect(pattern).read(text).map(|read| read.day)
    }

    #[test]
    fn dates_are_read_as_the_file_writes_them() {
        for (pattern, text) in [
            ("M/D/YYYY", "1/2/2013"),
            ("M/D/YYYY", "01/02/2013"),
            ("M/D/YYYY", "1/2/2013 "),
            ("DD.MM.YYYY", "02.01.2013"),
            ("YYYY-MM-DD", "2013-01-02"),
            ("YYYYMMDD", "20130102"),
            ("D. M. YY", "2. 1. 13"),
            ("yyyy/m/d", "2013/1/2"),
            ("DD-MMM-YYYY", "02-Jan-2013"),
            ("MMM D, YYYY", "Jan 2, 2013"),
            ("D. MMMM YYYY", "2. Januar 2013"),
            ("YYYY-MM-DD HH:MM", "2013-01-02 09:14"),
            ("YYYY-MM-DDTHH:MM:SSZ", "2013-01-02T09:14:59Z"),
            ("M/D/YYYY", "1/2/2013 9:14 PM"),
            ("serial", "41276"),
        ] {
            assert_eq!(read(pattern, text), Ok(date(2013, 1, 2)), "{pattern} {text}");
        }
        assert_eq!(read("D.M.YY", "2.1.99"), Ok(date(1999, 1, 2)));
        for (pattern, text) in
            [("YYYY-MM", "2026-04"), ("MMM YYYY", "Apr 2026"), ("M/YYYY", "04/2026"), ("YYYY-MM-01", "2026-04-01")]
        {
            let month = pattern.parse::<DateFormat>().expect(pattern).read(text).expect(text);
            assert_eq!((month.day, month.is_month), (date(2026, 4, 1), true), "{pattern} {text}");
        }
    }

    #[test]
    fn dates_that_tell_their_day_need_no_pattern() {
        let any = DateFormat::any(None);
        for text in [
            "2026-06-15",
            "2026/6/15",
            "20260615",
            "15-Jun-2026",
            "15 June 2026",
            "15th June 2026",
            "Jun 15, 2026",
            "June 15 2026",
            "15. Juni 2026",
            "15 juin 2026",
            "15.06.2026",
            "15.6.26",
            "15/06/2026",
            "6/15/2026",
            "Monday, June 15, 2026",
            "Mo., 15.06.2026",
            "2026-06-15T08:00:00",
            "2026-06-15 08:02",
            "2026-Jun-15",
        ] {
            assert_eq!(any.read(text).map(|read| read.day), Ok(date(2026, 6, 15)), "{text}");
        }
        for text in ["2026-04", "04/2026", "Apr 2026", "April 2026", "avril 2026", "202604", "2026/4"] {
            let month = any.read(text).expect(text);
            assert_eq!((month.day, month.is_month), (date(2026, 4, 1), true), "{text}");
        }
    }

    #[test]
    fn an_order_that_is_known_is_the_order_of_all() {
        let day = |order, text| DateFormat::any(Some(order)).read(text).map(|read| read.day);
        assert_eq!(day(Order::MonthFirst, "7/1/2026"), Ok(date(2026, 7, 1)));
        assert_eq!(day(Order::DayFirst, "7/1/2026"), Ok(date(2026, 1, 7)));
        let mut seen = OrderSeen::default();
        let mut look = |text: &str| {
            seen.date(written_date::read(text).expect(text).0);
            (seen.order(), seen.is_open())
        };
        assert_eq!(look("7/7/2026"), (None, false));
        assert_eq!(look("7/1/2026"), (None, true));
        assert_eq!(look("7/13/2026"), (Some(Order::MonthFirst), false));
        assert_eq!(look("13/7/2026"), (None, true));
    }

    #[test]
    fn an_instant_is_a_day_in_a_zone() {
        let read = |text: &str| DateFormat::any(None).read(text).expect(text);
        let east = TimeZone::fixed(jiff::tz::offset(2));
        let west = TimeZone::fixed(jiff::tz::offset(-8));
        let instant = read("2025-12-31T23:30:00Z");
        assert!(instant.is_instant());
        assert_eq!((instant.day_in(&east), instant.day_in(&west)), (date(2026, 1, 1), date(2025, 12, 31)));
        assert_eq!(read("2026-01-01T00:30:00+01:00").day_in(&west), date(2025, 12, 31));
        assert_eq!(read("2026-01-01 00:30:00.000 UTC").day_in(&west), date(2025, 12, 31));
        let local = read("2025-12-31 23:30");
        assert!(!local.is_instant());
        assert_eq!((local.day_in(&east), local.in_utc().day_in(&east)), (date(2025, 12, 31), date(2026, 1, 1)));
        assert_eq!(instant.cut().day_in(&east), date(2025, 12, 31));
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
            [("YYYY-MM-DD", "1/2/2013"), ("DD.MM.YYYY", "2.1.2013"), ("M/D/YYYY", "1/2/13"), ("M/D/YYYY", "1/2/2013 x")]
        {
            assert_eq!(words(pattern, text), format!("“{text}” is not a date written as {pattern}"));
        }
        let words = |text: &str| DateFormat::any(None).read(text).expect_err(text).to_string();
        assert_eq!(words("29.02.2026"), "“29.02.2026” is written as D.M.YYYY, but there is no such day");
        assert_eq!(words("2026-02-29"), "“2026-02-29” is written as YYYY-MM-DD, but there is no such day");
        assert_eq!(words("soon"), "“soon” is not a date written as YYYY-MM-DD");
        assert!(
            words("46188").starts_with("“46188” may be a spreadsheet's number of 15 June 2026"),
            "{}",
            words("46188")
        );
        assert!(words("7/1/2026").starts_with("“7/1/2026” can be read in two ways"), "{}", words("7/1/2026"));
        assert_eq!(DateFormat::any(None).read("29.02.2028").map(|read| read.day), Ok(date(2028, 2, 29)));
        assert_eq!(DateFormat::any(None).read("Feb 29, 2024").map(|read| read.day), Ok(date(2024, 2, 29)));
    }

    #[test]
    fn a_pattern_needs_year_and_month_once() {
        for wrong in ["", "YYYY", "DD/MM/YYYY/DD", "YYY-MM-DD", "DMYYYY", "MM/DD", "hello", "2/D/M/YYYY"] {
            assert_eq!(wrong.parse::<DateFormat>(), Err(NotADateFormat(wrong.to_owned())), "{wrong:?}");
        }
    }

    #[test]
    fn a_pattern_as_long_as_a_file_is_refused() {
        assert!(format!("{}YYYYMMDD", "-".repeat(LONGEST_PATTERN - 8)).parse::<DateFormat>().is_ok());
        let refused = format!("{}YYYYMMDD", "-".repeat(60_000)).parse::<DateFormat>().expect_err("too long");
        assert!(refused.to_string().len() < 400);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(
            pattern in "[YMDHSymd/. -]{0,12}|.{0,12}",
            text in ".{0,20}|[0-9]{1,6}[-/. T][0-9]{0,4}[-/. :][0-9:+Z]{0,9}|[A-Za-zéû]{3,9}[ .,-][0-9, ]{0,8}",
        ) {
            if let Ok(format) = pattern.parse::<DateFormat>() {
                let _ = format.read(&text);
            }
            if let Ok(read) = DateFormat::any(None).read(&text) {
                let _ = read.in_utc().day_in(&TimeZone::fixed(jiff::tz::offset(14)));
            }
        }
    }
}
