//! What a civil month of readings holds: units by minute of the week, hours with readings, and what is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::ser::{Serialize, Serializer};

use crate::decimal::Decimal;
use crate::fields::FieldError;

use super::TariffError;
use super::band::DAY;
use super::readings::{Reading, Readings};
use super::week::WEEK;

/// A civil month, written `2023-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    pub year: i16,
    /// From 1.
    pub month: i8,
}

/// The days of one month that lie in the period, and the readings whose intervals start in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthUse {
    pub month: Month,
    /// First and last day of the month that lie in the period.
    pub from: Date,
    pub to: Date,
    /// kWh bought, by minute of the week in local time at which their interval starts.
    pub by_minute: BTreeMap<u16, Decimal>,
    /// How many minutes an interval has, at most a week; 1 where that is not known, so that its start decides.
    pub interval: u16,
    /// kWh fed in.
    pub exported: Decimal,
    /// Local hours of which there is a reading; a repeated hour in autumn counts twice.
    pub hours: u32,
    /// Intervals of these days without a reading; `None` where the length of an interval is not known.
    pub missing: Option<u64>,
    /// Intervals with more than one reading.
    pub duplicates: u64,
}

impl Month {
    pub fn of(date: Date) -> Self {
        Self { year: date.year(), month: date.month() }
    }
}

impl MonthUse {
    pub fn days(&self) -> u32 {
        u32::try_from((self.to - self.from).get_days() + 1).unwrap_or(0)
    }
}

/// Lays readings into the civil months of a period; those outside are left out, months without readings are kept.
///
/// A reading belongs to the day and month in which its interval starts.
pub fn months_of_use(
    readings: &Readings,
    from: Date,
    to: Date,
    timezone: &TimeZone,
) -> Result<Vec<MonthUse>, TariffError> {
    let mut months = Vec::new();
    let mut first = from;
    while first <= to {
        let last = first.last_of_month().min(to);
        months.push(month_of_use(readings, first, last, timezone)?);
        match last.tomorrow() {
            Ok(next) => first = next,
            Err(_) => break,
        }
    }
    Ok(months)
}

fn month_of_use(readings: &Readings, from: Date, to: Date, timezone: &TimeZone) -> Result<MonthUse, TariffError> {
    let start = midnight(from, timezone)?;
    let end = midnight(to.tomorrow().map_err(|_| out_of_range(to))?, timezone)?;
    let (imports, exports) = (within(&readings.imports, start, end), within(&readings.exports, start, end));
    let mut by_minute: BTreeMap<u16, Decimal> = BTreeMap::new();
    let mut hours = BTreeSet::new();
    for reading in imports {
        let local = reading.priced_at.to_zoned(timezone.clone());
        let minute =
            local.weekday().to_monday_zero_offset() as u16 * DAY + local.hour() as u16 * 60 + local.minute() as u16;
        let units = by_minute.entry(minute).or_default();
        *units = units.plus(reading.kwh)?;
    }
    let interval = readings.interval.unwrap_or_default();
    for reading in imports.iter().chain(exports) {
        // One that is of several hours is a reading of each of them.
        for later in (0..interval.max(1)).step_by(3_600) {
            let Ok(instant) = reading.priced_at.checked_add(SignedDuration::from_secs(later)) else { continue };
            if later == 0 || instant < end {
                let offset = timezone.to_offset(instant).seconds();
                hours.insert(((instant.as_second() + i64::from(offset)).div_euclid(3_600), offset));
            }
        }
    }
    let missing = readings.step.filter(|step| *step > 0).map(|step| {
        let expected = (end.as_second() - start.as_second()) / step;
        u64::try_from(expected).unwrap_or(0).saturating_sub(imports.len() as u64)
    });
    Ok(MonthUse {
        month: Month::of(from),
        from,
        to,
        by_minute,
        interval: u16::try_from((interval + 59) / 60).unwrap_or(WEEK).clamp(1, WEEK),
        exported: Decimal::sum(exports.iter().map(|reading| reading.kwh))?,
        hours: u32::try_from(hours.len()).unwrap_or(u32::MAX),
        missing,
        duplicates: readings.duplicates.iter().filter(|one| start <= one.start && one.start < end).count() as u64,
    })
}

/// The first instant of a civil day, also where midnight itself is left out by daylight saving.
fn midnight(date: Date, timezone: &TimeZone) -> Result<Timestamp, TariffError> {
    let start = date.to_zoned(timezone.clone()).map_err(|_| out_of_range(date))?;
    Ok(start.timestamp())
}

fn within(readings: &[Reading], start: Timestamp, end: Timestamp) -> &[Reading] {
    let place = |instant: Timestamp| readings.partition_point(|reading| reading.start < instant);
    &readings[place(start)..place(end)]
}

/// Stretches of a period without readings, each with its first and last missing interval's start.
pub fn missing_stretches(
    readings: &Readings,
    from: Date,
    to: Date,
    timezone: &TimeZone,
) -> Result<Vec<(Timestamp, Timestamp)>, TariffError> {
    let Some(step) = readings.step.filter(|step| *step > 0) else { return Ok(Vec::new()) };
    let start = midnight(from, timezone)?;
    let end = midnight(to.checked_add(1.day()).map_err(|_| out_of_range(to))?, timezone)?;
    let step = SignedDuration::from_secs(step);
    let mut stretches = Vec::new();
    let mut next = start;
    let starts = within(&readings.imports, start, end).iter().map(|reading| reading.start);
    for met in starts.chain([end]) {
        if let Ok(last) = met.checked_sub(step)
            && next <= last
        {
            stretches.push((next, last));
        }
        next = met.checked_add(step).unwrap_or(end);
    }
    Ok(stretches)
}

fn out_of_range(date: Date) -> TariffError {
    FieldError::new("to", format!("reaches beyond the calendar, at {date}")).into()
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
