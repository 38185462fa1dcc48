//! How much of what was used was read: the days of a month, and the months looked back at.
//!
//! A month of which only a few days were read is not a month: its price would be a claim about days nobody knows.

use std::{collections::BTreeSet, fmt};

use jiff::civil::Date;

use super::percent::Percent;

/// In percent: of a month's days, and of the months looked back at (`worked-examples.md`, P6).
pub const FLOOR_PERCENT: u32 = 75;

/// The days of one month that have readings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadDays(u32);

impl ReadDays {
    /// What stands for the whole month.
    pub const WHOLE: Self = Self(u32::MAX);

    /// The `day` of the month alone, from 1 to 31.
    pub fn one(day: u32) -> Self {
        Self(1_u32.checked_shl(day.wrapping_sub(1)).unwrap_or_default())
    }

    /// One bit a day, the first of the month the lowest.
    pub fn of_bits(bits: u32) -> Self {
        Self(bits)
    }

    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// How many of the days from `first` to `last`, both included and both of one month, have readings.
    pub fn within(self, first: Date, last: Date) -> u32 {
        let until = |day: u32| u32::MAX >> (32_u32.saturating_sub(day).min(31));
        let (first, last) = (u32::from(first.day().unsigned_abs()), u32::from(last.day().unsigned_abs()));
        let before = if first > 1 { until(first - 1) } else { 0 };
        (self.0 & until(last) & !before).count_ones()
    }

    /// Whether enough of the days from `first` to `last` were read.
    pub fn cover_days(self, first: Date, last: Date) -> bool {
        let days = u32::from(last.day().abs_diff(first.day())) + 1;
        self.within(first, last) * 100 >= days * FLOOR_PERCENT
    }

    /// Whether enough of the month that starts on `first` was read.
    pub fn cover(self, first: Date) -> bool {
        self == Self::WHOLE || self.cover_days(first, first.last_of_month())
    }
}

/// Whether what was read of a meter stands for whole months, though nothing says so: one reading in each of several, always on
/// the same day of the month or on its last. Of each month, its first day.
pub fn stands_for_months(read: impl IntoIterator<Item = (Date, ReadDays)>) -> bool {
    let (mut months, mut is_on_one_day, mut is_at_the_end, mut first) = (0, true, true, None);
    for (month, days) in read {
        if days.0.count_ones() != 1 {
            return false;
        }
        months += 1;
        is_on_one_day &= *first.get_or_insert(days) == days;
        is_at_the_end &= days == ReadDays::one(u32::from(month.days_in_month().unsigned_abs()));
    }
    months > 1 && (is_on_one_day || is_at_the_end)
}

/// A month that is left out, and how many of its days were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartRead {
    /// Its first day.
    pub month: Date,
    pub days: u32,
}

impl fmt::Display for PartRead {
    /// `3 of 31 days were read`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} days were read", self.days, self.month.days_in_month())
    }
}

/// The meters that were read throughout some month; what others lack was not used rather than not read, such as what is used
/// abroad.
#[derive(Clone, Debug, Default)]
pub struct Regular<M>(BTreeSet<M>);

impl<M: Ord + Copy> Regular<M> {
    /// Of every meter in every month, with the first day of the month.
    pub fn of(read: impl IntoIterator<Item = (Date, M, ReadDays)>) -> Self {
        Self(read.into_iter().filter(|(month, _, days)| days.cover(*month)).map(|(_, meter, _)| meter).collect())
    }

    /// Whether the month counts: enough of its days have a reading of one of the meters that are read in it, and of each that
    /// is read throughout other months. Otherwise how much of it was read.
    pub fn whole(&self, month: Date, read: impl IntoIterator<Item = (M, ReadDays)>) -> Result<(), PartRead> {
        let (mut all, mut least) = (ReadDays::default(), ReadDays::WHOLE);
        for (meter, days) in read {
            all = all.and(days);
            if self.0.contains(&meter) && !days.cover(month) {
                least = days;
            }
        }
        let short = [all, least].into_iter().find(|days| !days.cover(month));
        short.map_or(Ok(()), |days| Err(PartRead { month, days: days.within(month, month.last_of_month()) }))
    }
}

/// Months that are priced, of those since the first reading that is looked back at: who came later has fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    pub months: i64,
    pub of: i64,
}

impl Coverage {
    /// Of so many months each.
    pub fn whole(months: i64) -> Self {
        Self { months, of: months }
    }

    /// Rounded down; never above the whole.
    pub fn percent(self) -> Percent {
        const WHOLE: i64 = 1_000_000;
        let millionths = self.months.saturating_mul(WHOLE).checked_div(self.of);
        Percent { millionths: millionths.unwrap_or_default().clamp(0, WHOLE) }
    }

    /// Below this nothing is advised.
    pub fn is_enough(self) -> bool {
        self.percent().millionths >= i64::from(FLOOR_PERCENT) * 10_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const FEBRUARY: Date = date(2026, 2, 1);
    const MARCH: Date = date(2026, 3, 1);

    fn days(days: impl IntoIterator<Item = u32>) -> ReadDays {
        days.into_iter().map(ReadDays::one).fold(ReadDays::default(), ReadDays::and)
    }

    #[test]
    fn a_month_is_one_where_three_quarters_of_its_days_were_read() {
        for (month, read, is_whole) in [
            (FEBRUARY, days(1..=21), true),
            (FEBRUARY, days(1..=20), false),
            (FEBRUARY, days(1..=3), false),
            (MARCH, days(8..=31), true),
            (MARCH, days(1..=23), false),
            (MARCH, ReadDays::WHOLE, true),
            (MARCH, ReadDays::default(), false),
        ] {
            assert_eq!(read.cover(month), is_whole, "{read:?}");
        }
    }

    #[test]
    fn of_half_a_month_half_the_days_are_asked_for() {
        let second_half = days(17..=31);
        assert!(!second_half.cover(MARCH));
        assert!(second_half.cover_days(date(2026, 3, 16), date(2026, 3, 31)));
        assert!(!second_half.cover_days(MARCH, date(2026, 3, 31)));
        assert_eq!(second_half.within(date(2026, 3, 20), date(2026, 3, 25)), 6);
        assert_eq!(ReadDays::WHOLE.within(FEBRUARY, date(2026, 2, 28)), 28);
        assert_eq!(days([1, 31]).within(MARCH, MARCH), 1);
    }

    #[test]
    fn a_meter_that_stopped_in_a_month_spoils_it_and_one_that_is_read_now_and_then_does_not() {
        let (home, night, roaming) = (0, 1, 2);
        let all = days(1..=31);
        let read = [(FEBRUARY, home, all), (FEBRUARY, night, all), (FEBRUARY, roaming, days([4, 5]))];
        let regular = Regular::of(read);
        assert_eq!(regular.whole(MARCH, [(home, all), (night, all), (roaming, days([9]))]), Ok(()));
        assert_eq!(regular.whole(MARCH, [(home, all)]), Ok(()), "what is not named was not used");
        let few = PartRead { month: MARCH, days: 3 };
        assert_eq!(regular.whole(MARCH, [(home, all), (night, days(1..=3))]), Err(few));
        assert_eq!(regular.whole(MARCH, [(home, days(1..=3))]), Err(few));
    }

    #[test]
    fn one_reading_a_month_on_its_usual_day_stands_for_the_month() {
        let (february, march) = (|days| (FEBRUARY, days), |days| (MARCH, days));
        assert!(stands_for_months([february(days([1])), march(days([1]))]));
        assert!(stands_for_months([february(days([28])), march(days([31]))]));
        assert!(!stands_for_months([february(days([1])), march(days([2]))]));
        assert!(!stands_for_months([february(days([1, 2])), march(days([1, 2]))]));
        assert!(!stands_for_months([march(days([1]))]), "one month says nothing");
        assert!(!stands_for_months([]));
    }

    #[test]
    fn coverage_is_a_share_of_the_months_since_the_first_reading() {
        let coverage = |months, of| Coverage { months, of };
        assert_eq!(coverage(3, 12).percent().to_string(), "25");
        assert!(coverage(9, 12).is_enough() && coverage(4, 4).is_enough());
        assert!(!coverage(8, 12).is_enough() && !coverage(3, 12).is_enough() && !coverage(0, 0).is_enough());
    }

    proptest! {
        #[test]
        fn days_are_counted_one_by_one(bits: u32, first in 1_i8..=31, last in 1_i8..=31) {
            prop_assume!(first <= last);
            let read = ReadDays::of_bits(bits);
            let counted = (first..=last).filter(|day| bits >> (day - 1) & 1 == 1).count();
            prop_assert_eq!(read.within(date(2026, 3, first), date(2026, 3, last)) as usize, counted);
        }
    }
}
