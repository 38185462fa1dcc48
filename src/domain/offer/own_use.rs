//! A customer's own use of what a plan sells: the months of which enough was read, and those that are left out.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{MonthUsage, Offer};
use crate::{
    coverage::{Coverage, PartRead, ReadDays, Regular, stands_for_months},
    decimal::Decimal,
};

/// What was used in a month as far as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadMonth {
    /// The first day of the month.
    pub month: Date,
    /// Units, and the days that were read, by meter.
    pub meters: BTreeMap<String, (Decimal, ReadDays)>,
}

/// Months of which every day was read.
impl From<MonthUsage> for ReadMonth {
    fn from(usage: MonthUsage) -> Self {
        let meters = usage.units.into_iter().map(|(meter, units)| (meter, (units, ReadDays::WHOLE)));
        Self { month: usage.month, meters: meters.collect() }
    }
}

impl ReadMonth {
    fn sold<'m>(&'m self, plan: &'m Offer) -> impl Iterator<Item = (&'m String, &'m (Decimal, ReadDays))> {
        self.meters.iter().filter(|(meter, _)| plan.charges.iter().any(|charge| charge.meter == **meter))
    }

    /// What is sold by `plan`, however little of the month was read; nothing where none of it was.
    pub fn so_far(&self, plan: &Offer) -> Option<MonthUsage> {
        let units: BTreeMap<String, Decimal> =
            self.sold(plan).map(|(meter, (units, _))| (meter.clone(), *units)).collect();
        (!units.is_empty()).then_some(MonthUsage { month: self.month, units })
    }

    /// The days with a reading of something that `plan` sells.
    pub fn days(&self, plan: &Offer) -> ReadDays {
        self.sold(plan).fold(ReadDays::default(), |all, (_, (_, days))| all.and(*days))
    }
}

/// What was used of the meters of one plan, the oldest month first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnUse {
    pub months: Vec<MonthUsage>,
    /// Months that are not months, as too few of their days were read.
    pub part_read: Vec<PartRead>,
    first_read: Option<Date>,
}

impl OwnUse {
    /// `usage` has the oldest month first.
    pub fn of(plan: &Offer, usage: &[ReadMonth]) -> Self {
        let read = |month: &ReadMonth| -> Vec<(Date, String, ReadDays)> {
            month.sold(plan).map(|(meter, (_, days))| (month.month, meter.clone(), *days)).collect()
        };
        let mut all: Vec<(Date, String, ReadDays)> = usage.iter().flat_map(read).collect();
        let meters: BTreeSet<String> = all.iter().map(|(_, meter, _)| meter.clone()).collect();
        for meter in meters {
            let of_meter = all.iter().filter(|(_, other, _)| *other == meter);
            if stands_for_months(of_meter.map(|(month, _, days)| (*month, *days))) {
                let of_meter = all.iter_mut().filter(|(_, other, _)| *other == meter);
                of_meter.for_each(|(_, _, days)| *days = ReadDays::WHOLE);
            }
        }
        let regular = Regular::of(all.iter().map(|(month, meter, days)| (*month, meter.as_str(), *days)));
        let mut own = Self::default();
        for month in usage {
            let Some(used) = month.so_far(plan) else { continue };
            own.first_read.get_or_insert(month.month);
            let of_month = all.iter().filter(|(other, _, _)| *other == month.month);
            match regular.whole(month.month, of_month.map(|(_, meter, days)| (meter.as_str(), *days))) {
                Ok(()) => own.months.push(used),
                Err(part) => own.part_read.push(part),
            }
        }
        own
    }

    /// Of the months since the first reading, up to the one before that of `today`.
    pub fn coverage(&self, today: Date) -> Coverage {
        let number = |day: Date| i64::from(day.year()) * 12 + i64::from(day.month());
        let of = self.first_read.map_or(0, |first| number(today) - number(first));
        Coverage { months: i64::try_from(self.months.len()).unwrap_or(i64::MAX), of }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offer::samples::{gb, months};
    use jiff::civil::date;

    fn read(month: Date, meter: &str, units: u32, days: std::ops::RangeInclusive<u32>) -> ReadMonth {
        let days = days.map(ReadDays::one).fold(ReadDays::default(), ReadDays::and);
        ReadMonth { month, meters: [(meter.to_owned(), (units.into(), days))].into() }
    }

    #[test]
    fn a_month_with_three_days_of_readings_is_not_a_month() {
        let (plan, today) = (gb("small", 2_000, 5, "5"), date(2026, 7, 6));
        let mut usage: Vec<ReadMonth> = months(date(2025, 7, 1), &[9, 8, 9]).into_iter().map(ReadMonth::from).collect();
        usage.push(read(date(2025, 10, 1), "gb", 1, 5..=7));
        usage.push(read(date(2025, 11, 1), "a meter it does not sell", 1, 1..=30));
        let own = OwnUse::of(&plan, &usage);
        assert_eq!(own.months.len(), 3);
        assert_eq!(own.part_read, [PartRead { month: date(2025, 10, 1), days: 3 }]);
        assert_eq!(own.coverage(today), Coverage { months: 3, of: 12 });
        assert!(!own.coverage(today).is_enough());
        assert_eq!(own.coverage(date(2025, 10, 31)), Coverage::whole(3), "who came lately has few months");
        assert_eq!(usage[3].so_far(&plan).map(|used| used.units["gb"]), Some(1_u32.into()));
        assert_eq!(usage[4].so_far(&plan), None);
        assert_eq!(OwnUse::of(&plan, &[]).coverage(today), Coverage::whole(0));
        let by_month = [read(date(2026, 5, 1), "gb", 4, 1..=1), read(date(2026, 6, 1), "gb", 4, 1..=1)];
        assert_eq!(OwnUse::of(&plan, &by_month).coverage(today), Coverage::whole(2), "each stands for its month");
    }
}
