//! Civil days, counted and read by hand where the browser does it too: the general calendar machinery of a date library
//! would more than double what the browser has to load.

use jiff::{SignedDuration, civil::Date};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// `date` and so many days more, drawn into the years -9999 to 9999.
pub fn plus(date: Date, days: i64) -> Date {
    date.saturating_add(SignedDuration::from_hours(days.saturating_mul(24)))
}

/// Days from `earlier` to `later`; below zero where they are the other way round.
pub fn between(earlier: Date, later: Date) -> i64 {
    later.duration_since(earlier).as_hours() / 24
}

/// Reads `2026-07-06`; nothing where that is not a day of the calendar.
pub fn read(text: &str) -> Option<Date> {
    let mut parts = text.trim().split('-');
    let mut part = |digits: usize| {
        let part =
            parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<i16>().ok()
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let whole = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    parts.next().is_none().then_some(whole)
}

/// `2026-07-06`
pub fn write(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// A day on its way to the browser: so many days since 1 January 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

const EPOCH: Date = Date::constant(1970, 1, 1);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(between(EPOCH, self.0))
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let days = i64::deserialize(deserializer)?;
        let day = plus(EPOCH, days);
        if between(EPOCH, day) == days { Ok(Day(day)) } else { Err(D::Error::custom("a day beyond the calendar")) }
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
            let day = plus(EPOCH, days);
            prop_assert_eq!(between(EPOCH, day), days);
            let text = serde_json::to_string(&Day(day)).expect("a number");
            prop_assert_eq!(serde_json::from_str::<Day>(&text).expect("a day"), Day(day));
            if day.year() >= 0 {
                prop_assert_eq!(read(&write(day)), Some(day));
                prop_assert_eq!(write(day), day.to_string());
            }
        }
    }
}
