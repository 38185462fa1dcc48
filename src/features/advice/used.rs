//! What a customer used, as it is read packed into one text.

use jiff::civil::Date;

use super::shelf::Shelf;
use crate::{
    domain::coverage::{ReadDays, stands_for_months},
    error::{AppError, Result},
};

/// Separates the entries of a packed text.
const BETWEEN: char = '\u{1f}';

/// A month: the number of months since the year 0, so that the next is one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(i32);

impl Month {
    pub fn of(day: Date) -> Self {
        Self(i32::from(day.year()) * 12 + i32::from(day.month()) - 1)
    }

    pub fn first_day(self) -> Date {
        // Both come from a date.
        let (year, month) = (self.0.div_euclid(12), self.0.rem_euclid(12) + 1);
        Date::new(year.try_into().unwrap_or(Date::MIN.year()), month.try_into().unwrap_or(1), 1).unwrap_or(Date::MIN)
    }

    /// How many months later the other is.
    pub fn until(self, later: Self) -> i64 {
        i64::from(later.0) - i64::from(self.0)
    }

    pub fn before(self, months: i64) -> Self {
        Self(self.0.saturating_sub(i32::try_from(months).unwrap_or(i32::MAX)))
    }
}

/// What was used of a meter in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub month: Month,
    /// Its place on the shelf.
    pub meter: u32,
    /// Millionths of a unit.
    pub units: u64,
    /// Which of its days were read.
    pub days: ReadDays,
}

/// Reads entries as `2026-03-01 1500000 gb`, or `2026-03-01m1500000 gb` where the whole month is meant, one for each month and meter at the end, in that order; what was used of a
/// meter in a month is summed. Meters that nobody sells are left out.
pub fn read(packed: &str, shelf: &Shelf) -> Result<Vec<Entry>> {
    let mut entries = Vec::with_capacity(16);
    for text in packed.split(BETWEEN) {
        let entry = entry(text, shelf).ok_or_else(|| AppError::internal("usage that cannot be read"))?;
        entries.extend(entry);
    }
    entries.sort_unstable();
    let mut summed: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        match summed.last_mut() {
            Some(last) if (last.month, last.meter) == (entry.month, entry.meter) => {
                last.units = last.units.checked_add(entry.units).ok_or_else(|| AppError::internal("too much usage"))?;
                last.days = last.days.and(entry.days);
            }
            _ => summed.push(entry),
        }
    }
    mark_months(&mut summed);
    Ok(summed)
}

/// Where one reading a month stands for all of it.
fn mark_months(entries: &mut [Entry]) {
    if entries.iter().all(|entry| entry.days == ReadDays::WHOLE) {
        return;
    }
    let mut meters: Vec<u32> = entries.iter().map(|entry| entry.meter).collect();
    meters.sort_unstable();
    meters.dedup();
    for meter in meters {
        let of_meter = entries.iter().filter(|entry| entry.meter == meter);
        if stands_for_months(of_meter.map(|entry| (entry.month.first_day(), entry.days))) {
            entries.iter_mut().filter(|entry| entry.meter == meter).for_each(|entry| entry.days = ReadDays::WHOLE);
        }
    }
}

/// Nothing in it where nobody sells the meter.
fn entry(text: &str, shelf: &Shelf) -> Option<Option<Entry>> {
    let (day, rest) = text.split_at_checked("2026-03-01".len())?;
    let (is_whole, rest) = match rest.strip_prefix('m') {
        Some(rest) => (true, rest),
        None => (false, rest.strip_prefix(' ')?),
    };
    let (units, meter) = rest.split_once(' ')?;
    let Some(meter) = shelf.meter(meter) else { return Some(None) };
    let (year, month, day) = (day.get(..4)?, day.get(5..7)?, day.get(8..)?);
    let days = if is_whole { ReadDays::WHOLE } else { ReadDays::one(day.parse().ok()?) };
    let month = Month(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()? - 1);
    Some(Some(Entry { month, meter, units: units.parse().ok()?, days }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::offer::samples::gb, features::offers::service::Catalogue};
    use jiff::civil::date;

    #[test]
    fn days_of_a_month_are_summed_and_months_are_in_order() {
        let day = date(2026, 3, 1);
        let catalogue = Catalogue { plans: vec![gb("small", 1_000, 5, "1")], ..Catalogue::default() };
        let shelf = Shelf::new(&catalogue, day);
        let packed =
            ["2026-03-01 1500000 gb", "2026-02-28 7 gb", "2026-03-31 1 gb", "2026-03-01 9 a meter nobody sells"]
                .join("\u{1f}");
        let march = Month::of(day);
        let entry = |month, units, days| Entry { month, meter: 0, units, days };
        let (first, last) = (ReadDays::one(1), ReadDays::one(31));
        assert_eq!(
            read(&packed, &shelf).expect("usage"),
            [entry(march.before(1), 7, ReadDays::one(28)), entry(march, 1_500_001, first.and(last))]
        );
        assert_eq!(read("2026-03-01m5 gb", &shelf).expect("usage"), [entry(march, 5, ReadDays::WHOLE)]);
        assert_eq!((march.first_day(), march.before(3).first_day()), (day, date(2025, 12, 1)));
        for wrong in ["2026-03-01", "2026-03-01 x gb", "2026 1 gb", "2026-03-01x5 gb", ""] {
            assert!(read(wrong, &shelf).is_err(), "{wrong}");
        }
    }
}
