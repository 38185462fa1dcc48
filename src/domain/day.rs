//! Civil days, counted and read by hand where the browser does it too: the general calendar machinery of a date library
//! would more than double what the browser has to load.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// `date` and so many days more, drawn into the years -9999 to 9999.
pub fn plus(date: Date, days: i64) -> Date {
    from_count(count(date).saturating_add(days).clamp(count(Date::MIN), count(Date::MAX)))
}

/// Days from `earlier` to `later`; below zero where they are the other way round.
pub fn between(earlier: Date, later: Date) -> i64 {
    count(later) - count(earlier)
}

/// Days since 1 January 1970, by Howard Hinnant's `days_from_civil`: years are taken from March on, so that the leap day
/// is their last, and 400 of them are always 146,097 days.
fn count(date: Date) -> i64 {
    let (month, day) = (i64::from(date.month()), i64::from(date.day()));
    let year = i64::from(date.year()) - i64::from(month <= 2);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year.div_euclid(400) * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The day of a count, by Howard Hinnant's `civil_from_days`.
fn from_count(count: i64) -> Date {
    let days = count + 719_468;
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + days.div_euclid(146_097) * 400 + i64::from(month <= 2);
    Date::constant(year as i16, month as i8, day as i8)
}

/// How many days a month has.
fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads `2026-07-06`; nothing where that is not a day of the calendar.
pub fn read(text: &str) -> Option<Date> {
    let mut parts = text.trim().split('-');
    let mut part = |digits: usize| {
        let part =
            parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<i64>().ok()
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let is_a_day = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day) && parts.next().is_none();
    is_a_day.then(|| Date::constant(year as i16, month as i8, day as i8))
}

/// `2026-07-06`
pub fn write(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// A day on its way to the browser: so many days since 1 January 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(count(self.0))
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let days = i64::deserialize(deserializer)?;
        let day = plus(Date::constant(1970, 1, 1), days);
        if count(day) == days { Ok(Day(day)) } else { Err(D::Error::custom("a day beyond the calendar")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn days_are_read_as_people_write_them_and_nothing_else() {
        assert_eq!(read("2026-07-06"), Some(date(2026, 7, 6)));
        assert_eq!(read(" 2028-02-29 "), Some(date(2028, 2, 29)));
        for wrong in
            ["", "2026-02-29", "2026-13-01", "26-07-06", "2026-7-6", "2026-07-06-1", "2026/07/06", "-026-07-06"]
        {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn days_come_back_as_they_went(days in -700_000_i64..2_900_000) {
            let epoch = date(1970, 1, 1);
            let day = plus(epoch, days);
            prop_assert_eq!(day, epoch.saturating_add(jiff::ToSpan::days(days)));
            prop_assert_eq!(between(epoch, day), days);
            let text = serde_json::to_string(&Day(day)).expect("a number");
            prop_assert_eq!(serde_json::from_str::<Day>(&text).expect("a day"), Day(day));
            if day.year() >= 0 {
                prop_assert_eq!(read(&write(day)), Some(day));
                prop_assert_eq!(i64::from(day.days_in_month()), days_in(day.year().into(), day.month().into()));
                prop_assert_eq!(write(day), day.to_string());
            }
        }
    }
}
