//! Dates as rules write them, 2026-11-20, and as people say them, 20 November 2026.
//!
//! Read and written by hand: a general date reader with the words of its errors adds 37 kB of compressed WASM to a preview.

use jiff::civil::Date;

use crate::month::NAMES;

/// Four digits, two and two, with hyphens between; nothing where that is no day.
pub(super) fn read(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |from: usize, to: usize| {
        let digits = &bytes[from..to];
        let all_digits = digits.iter().all(u8::is_ascii_digit);
        all_digits.then(|| digits.iter().fold(0_i16, |number, digit| number * 10 + i16::from(digit - b'0')))
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

pub(super) fn written(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

pub(super) fn words(date: Date) -> String {
    let month = NAMES[usize::from(date.month().unsigned_abs()) - 1];
    format!("{} {month} {}", date.day(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_day_is_said_as_people_say_it() {
        assert_eq!(words(date(2026, 11, 20)), "20 November 2026");
        assert_eq!(words(date(2027, 1, 1)), "1 January 2027");
    }

    #[test]
    fn what_is_no_day_is_not_read() {
        for text in [
            "",
            "2026-02-30",
            "2026-13-01",
            "20261120",
            "2026-11-20T00:00",
            "2026-1-20",
            "2026-11-2\u{660}",
            "é026-11-2",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn days_are_read_and_written_as_everywhere_else(year in 0_i16..=9999, month in 1_i8..=12, day in 1_i8..=28) {
            let date = date(year, month, day);
            prop_assert_eq!(written(date), date.to_string());
            prop_assert_eq!(read(&date.to_string()), Some(date));
        }
    }
}
