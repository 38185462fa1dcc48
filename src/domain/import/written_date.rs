//! A date as people write it: its parts, and the time that may follow.

use jiff::civil::Time;

/// What a text says of a day, before it is known to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Day {
        year: i16,
        month: i8,
        day: i8,
    },
    Month {
        year: i16,
        month: i8,
    },
    /// `1/2/2026` or `1.2.2026`: a day and a month in an order that the text does not tell, and what parts them.
    Either {
        first: i8,
        second: i8,
        year: i16,
        mark: char,
    },
    /// Days since the start of the year 1900, as spreadsheets count them.
    Serial(i32),
}

/// What follows the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hour {
    pub time: Time,
    /// Seconds east of Greenwich.
    pub offset: Option<i32>,
}

/// Months in English, German and French, in the order of the year.
const MONTHS: [[&str; 3]; 12] = [
    ["january", "januar", "janvier"],
    ["february", "februar", "février"],
    ["march", "märz", "mars"],
    ["april", "april", "avril"],
    ["may", "mai", "mai"],
    ["june", "juni", "juin"],
    ["july", "juli", "juillet"],
    ["august", "august", "août"],
    ["september", "september", "septembre"],
    ["october", "oktober", "octobre"],
    ["november", "november", "novembre"],
    ["december", "dezember", "décembre"],
];
/// The same without their marks, and what is no start of the full name.
const SPELLINGS: [(&str, i8); 9] = [
    ("jänner", 1),
    ("fevrier", 2),
    ("feber", 2),
    ("maerz", 3),
    ("mrz", 3),
    ("sept", 9),
    ("aout", 8),
    ("decembre", 12),
    ("juil", 7),
];
const WEEKDAYS: [&str; 21] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
];
/// Day numbers of 1954 to 2119: five digits that a spreadsheet shows where a cell has lost its date.
const SERIALS: std::ops::RangeInclusive<i32> = 20_000..=80_000;

/// The month of a name or of its first letters, at least three; nothing where they start two months.
pub(super) fn month_named(name: &str) -> Option<i8> {
    let name = name.trim_end_matches('.').to_lowercase();
    if name.chars().count() < 3 {
        return None;
    }
    if let Some((_, month)) = SPELLINGS.iter().find(|(spelling, _)| *spelling == name) {
        return Some(*month);
    }
    let starts = |names: &[&str; 3]| names.iter().any(|month| month.starts_with(&name));
    let mut found = (1..=12).zip(&MONTHS).filter(|(_, names)| starts(names)).map(|(month, _)| month);
    let month = found.next()?;
    found.next().is_none().then_some(month)
}

/// Two digits of a year.
pub(super) fn century(year: i16) -> i16 {
    year + if year < 70 { 2000 } else { 1900 }
}

/// A text that is being taken apart from its start.
pub(super) struct Scan<'t>(pub &'t str);

impl<'t> Scan<'t> {
    pub fn digits(&mut self) -> &'t str {
        let end = self.0.bytes().take_while(u8::is_ascii_digit).count();
        self.take(end)
    }

    /// A year of four digits, or of two.
    pub fn year(&mut self) -> Option<i16> {
        let digits = self.digits();
        match digits.len() {
            4 => digits.parse().ok(),
            2 => digits.parse().ok().map(century),
            _ => None,
        }
    }

    pub fn letters(&mut self) -> &'t str {
        let end = self.0.find(|letter: char| !letter.is_alphabetic()).unwrap_or(self.0.len());
        self.take(end)
    }

    fn take(&mut self, end: usize) -> &'t str {
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }

    fn skip(&mut self, letters: &[char]) -> bool {
        let rest = self.0.trim_start_matches(letters);
        let has_skipped = rest.len() < self.0.len();
        self.0 = rest;
        has_skipped
    }
}

/// The day a text starts with, and what follows it.
pub(super) fn read(text: &str) -> Option<(Written, &str)> {
    let mut scan = Scan(text.trim());
    if scan.0.starts_with(|letter: char| letter.is_ascii_digit()) {
        return starting_with_digits(scan);
    }
    let mut name = scan.letters();
    if WEEKDAYS.iter().any(|day| name.len() >= 2 && day.starts_with(&name.to_lowercase()))
        && month_named(name).is_none()
    {
        if !scan.skip(&['.', ',', ' ']) {
            return None;
        }
        if scan.0.starts_with(|letter: char| letter.is_ascii_digit()) {
            return starting_with_digits(scan);
        }
        name = scan.letters();
    }
    let month = month_named(name)?;
    if !scan.skip(&['.', ' ', '-', '/', '\u{a0}']) {
        return None;
    }
    match scan.digits() {
        year if year.len() == 4 => Some((Written::Month { year: year.parse().ok()?, month }, scan.0)),
        day if matches!(day.len(), 1 | 2) => {
            for ordinal in ["st", "nd", "rd", "th"] {
                scan.0 = scan.0.strip_prefix(ordinal).unwrap_or(scan.0);
            }
            let is_parted = scan.skip(&[',', ' ', '-', '/', '\u{a0}']);
            let year = scan.digits();
            (is_parted && year.len() == 4).then_some(())?;
            Some((Written::Day { year: year.parse().ok()?, month, day: day.parse().ok()? }, scan.0))
        }
        _ => None,
    }
}

fn starting_with_digits(mut scan: Scan<'_>) -> Option<(Written, &str)> {
    let first = scan.digits();
    let number = |text: &str| text.parse::<i16>().ok();
    let small = |text: &str| (1..=2).contains(&text.len()).then(|| text.parse::<i8>().ok()).flatten();
    match first.len() {
        8 => {
            let (year, month, day) = (number(&first[..4])?, first[4..6].parse().ok()?, first[6..].parse().ok()?);
            Some((Written::Day { year, month, day }, scan.0))
        }
        6 if scan.0.is_empty() => {
            Some((Written::Month { year: number(&first[..4])?, month: first[4..].parse().ok()? }, ""))
        }
        5 => {
            let days: i32 = first.parse().ok()?;
            let part = scan
                .0
                .strip_prefix('.')
                .map_or(scan.0, |part| part.trim_start_matches(|one: char| one.is_ascii_digit()));
            (part.is_empty() && SERIALS.contains(&days)).then_some((Written::Serial(days), ""))
        }
        4 => {
            let year = number(first)?;
            let mark = scan.0.chars().next().filter(|mark| "-/. ".contains(*mark))?;
            scan.0 = &scan.0[mark.len_utf8()..];
            let month = match scan.digits() {
                "" => month_named(scan.letters())?,
                digits => small(digits)?,
            };
            let before = scan.0;
            let is_parted = scan.0.starts_with(mark) && {
                scan.0 = scan.0[mark.len_utf8()..].trim_start();
                scan.0.starts_with(|letter: char| letter.is_ascii_digit())
            };
            match if is_parted { small(scan.digits()) } else { None } {
                Some(day) => Some((Written::Day { year, month, day }, scan.0)),
                None if is_parted => None,
                None => Some((Written::Month { year, month }, before)),
            }
        }
        1 | 2 => {
            let first = small(first)?;
            let mark = scan.0.chars().next()?;
            if !scan.skip(&['.', '/', '-', ' ', '\u{a0}']) && !"snrt".contains(mark) {
                return None;
            }
            for ordinal in ["st", "nd", "rd", "th"] {
                scan.0 = scan.0.strip_prefix(ordinal).unwrap_or(scan.0).trim_start();
            }
            let second = scan.digits();
            if second.is_empty() {
                let month = month_named(scan.letters())?;
                if !scan.skip(&['.', ',', '-', '/', ' ', '\'', '\u{a0}']) {
                    return None;
                }
                let year = scan.year()?;
                return Some((Written::Day { year, month, day: first }, scan.0));
            }
            if second.len() == 4 {
                return Some((Written::Month { year: number(second)?, month: first }, scan.0));
            }
            let second = small(second)?;
            if !scan.skip(&[mark, ' ']) {
                return None;
            }
            let year = scan.year()?;
            Some((Written::Either { first, second, year, mark }, scan.0))
        }
        _ => None,
    }
}

/// The time that follows a day: `T08:00:00.000Z`, ` 23:30`, `, 9:12 PM GMT-3`; nothing where nothing follows.
pub(super) fn hour(rest: &str) -> Result<Option<Hour>, ()> {
    let mut scan = Scan(rest);
    if rest.trim().is_empty() {
        return Ok(None);
    }
    if !scan.skip(&['T', 't', ' ', ',', '\u{a0}']) {
        return Err(());
    }
    let mut clock = [0_i8; 3];
    let mut parts = 0;
    for part in &mut clock {
        let digits = scan.digits();
        if !matches!(digits.len(), 1 | 2) || (parts > 0 && digits.len() != 2) {
            return Err(());
        }
        *part = digits.parse().map_err(|_| ())?;
        parts += 1;
        if parts == 3 || !scan.0.starts_with(':') {
            break;
        }
        scan.0 = &scan.0[1..];
    }
    if parts < 2 {
        return Err(());
    }
    if parts == 3 && scan.0.starts_with(['.', ',']) {
        scan.0 = &scan.0[1..];
        if !(1..=9).contains(&scan.digits().len()) {
            return Err(());
        }
    }
    let mut after = scan.0.trim().to_ascii_lowercase();
    for (half, is_later) in [("am", false), ("pm", true), ("a.m.", false), ("p.m.", true)] {
        if let Some(rest) = after.strip_prefix(half) {
            if !(1..=12).contains(&clock[0]) {
                return Err(());
            }
            clock[0] = clock[0] % 12 + if is_later { 12 } else { 0 };
            after = rest.trim_start().to_owned();
            break;
        }
    }
    let time = Time::new(clock[0], clock[1], clock[2].min(59), 0).map_err(|_| ())?;
    Ok(Some(Hour { time, offset: offset(&after)? }))
}

/// `Z`, `UTC`, `GMT-3`, `+02:00`; nothing where nothing stands there.
fn offset(text: &str) -> Result<Option<i32>, ()> {
    let is_named = ["utc", "gmt", "z"].iter().find_map(|name| text.strip_prefix(name));
    let rest = is_named.unwrap_or(text).trim();
    let Some(sign) = rest.chars().next() else { return Ok(is_named.map(|_| 0)) };
    let mut scan = Scan(rest.strip_prefix(['+', '-', '\u{2212}']).ok_or(())?);
    let digits = scan.digits();
    let minutes = match scan.0.strip_prefix(':') {
        Some(minutes) => minutes,
        None if digits.len() == 4 && scan.0.is_empty() => &digits[2..],
        None if scan.0.is_empty() => "00",
        None => return Err(()),
    };
    let hours: i32 = digits[..digits.len().min(2)].parse().map_err(|_| ())?;
    let is_whole = minutes.len() == 2 && minutes.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() <= 4;
    let minutes: i32 = minutes.parse().map_err(|_| ())?;
    if !is_whole || hours > 15 || minutes > 59 {
        return Err(());
    }
    let seconds = hours * 3_600 + minutes * 60;
    Ok(Some(if sign == '+' { seconds } else { -seconds }))
}
