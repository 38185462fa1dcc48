//! A day that comes once, or again every year.

use jiff::civil::Date;

/// When `on` comes next, seen from `from`: that day itself still counts. Nothing where it came once and has passed.
///
/// 29 February is kept on the 28th in years that have none.
pub fn next(on: Date, is_yearly: bool, from: Date) -> Option<Date> {
    if on >= from {
        return Some(on);
    }
    if !is_yearly {
        return None;
    }
    let this_year = in_year(on, from.year());
    if this_year >= from { Some(this_year) } else { (from.year() < 9999).then(|| in_year(on, from.year() + 1)) }
}

fn in_year(on: Date, year: i16) -> Date {
    Date::new(year, on.month(), on.day()).unwrap_or_else(|_| Date::constant(year, 2, 28))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_day_comes_once_or_every_year() {
        let today = date(2026, 11, 22);
        for (on, is_yearly, expected) in [
            (date(2026, 12, 3), false, Some(date(2026, 12, 3))),
            (today, false, Some(today)),
            (date(2026, 11, 21), false, None),
            (date(2026, 11, 21), true, Some(date(2027, 11, 21))),
            (date(1988, 12, 3), true, Some(date(2026, 12, 3))),
            (date(1988, 11, 22), true, Some(today)),
            (date(2027, 5, 1), true, Some(date(2027, 5, 1))),
            (date(1988, 2, 29), true, Some(date(2027, 2, 28))),
            (date(9999, 12, 31), true, Some(date(9999, 12, 31))),
        ] {
            assert_eq!(next(on, is_yearly, today), expected, "{on} yearly {is_yearly}");
        }
        assert_eq!(next(date(1988, 2, 29), true, date(2028, 2, 29)), Some(date(2028, 2, 29)));
        assert_eq!(next(date(1988, 1, 1), true, date(9999, 12, 31)), None);
    }

    proptest! {
        #[test]
        fn what_comes_yearly_is_never_more_than_a_year_away(then in 0_i64..40_000, since in 0_i64..40_000) {
            let on = day::plus(date(1930, 1, 1), then);
            let from = day::plus(on, since);
            let next = next(on, true, from).expect("a day");
            prop_assert!((0..=366).contains(&day::between(from, next)), "{on} from {from}: {next}");
            prop_assert!(next.month() == on.month() && (next.day() == on.day() || (on.day(), next.day()) == (29, 28)));
            prop_assert_eq!(super::next(on, false, from).is_some(), on == from);
        }
    }
}
