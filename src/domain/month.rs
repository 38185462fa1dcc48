//! Calendar months, each known by its first day.

use std::collections::BTreeSet;

use jiff::civil::Date;

/// In English, January first.
pub const NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The first day of the month that `date` lies in.
pub fn of(date: Date) -> Date {
    Date::constant(date.year(), date.month(), 1)
}

/// The month after the one that `date` lies in; the last of the calendar, December 9999, stays itself.
pub fn after(date: Date) -> Date {
    later(date, 1)
}

/// The month so many months after the one that `date` lies in, drawn into the years -9999 to 9999.
pub fn later(date: Date, months: i32) -> Date {
    let count = (i32::from(date.year()) * 12 + i32::from(date.month()) - 1).saturating_add(months);
    let count = count.clamp(-9_999 * 12, 9_999 * 12 + 11);
    Date::constant(count.div_euclid(12) as i16, (count.rem_euclid(12) + 1) as i8, 1)
}

/// `March 2026`
pub fn words(month: Date) -> String {
    format!("{} {}", NAMES[usize::from(month.month().unsigned_abs()) - 1], month.year())
}

/// How many of the twelve months of a year there are among these, whatever their years.
pub fn seasons(months: impl IntoIterator<Item = Date>) -> usize {
    months.into_iter().map(|month| month.month()).collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn months_follow_each_other_over_the_years() {
        assert_eq!(of(date(2026, 3, 17)), date(2026, 3, 1));
        assert_eq!(after(date(2026, 12, 31)), date(2027, 1, 1));
        assert_eq!(later(date(2026, 3, 17), 12), date(2027, 3, 1));
        assert_eq!(later(date(2026, 3, 17), -3), date(2025, 12, 1));
        assert_eq!(after(Date::MAX), date(9999, 12, 1));
        assert_eq!(words(date(2026, 3, 1)), "March 2026");
    }

    #[test]
    fn the_same_month_of_two_years_is_one_season() {
        assert_eq!(seasons([date(2025, 3, 1), date(2026, 3, 1), date(2026, 4, 1)]), 2);
    }
}
