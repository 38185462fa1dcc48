//! Interval readings of a meter, in order, each once, with what was wrong in the file.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::decimal::Decimal;

use super::{esb_hdf, instant_kwh};

/// A named layout of a readings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// ESB Networks' harmonised download file, in kW or kWh.
    EsbHdf,
    /// Our own: `instant,kwh` and perhaps `export_kwh`, the instant being the start of the interval in RFC 3339.
    InstantKwh,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Bought from the grid.
    Import,
    /// Fed into it.
    Export,
}

/// What was used in the interval that starts at `start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub start: Timestamp,
    /// The instant whose local clock picks day, hour and band: the start, but for one half hour a year of `esb-hdf`.
    pub priced_at: Timestamp,
    pub kwh: Decimal,
}

/// Two readings for one interval. The smaller counts, in whatever order they came: a customer is not charged on doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate {
    pub direction: Direction,
    pub start: Timestamp,
    pub kept: Decimal,
    pub dropped: Decimal,
}

/// A row that could not be read; the others were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// From 1, the header included.
    pub line: u64,
    pub reason: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// In order of their start, each start once.
    pub imports: Vec<Reading>,
    pub exports: Vec<Reading>,
    /// Seconds from one reading to the next; `None` where too few readings tell.
    pub step: Option<i64>,
    /// Seconds that a reading is of; `None` where they come too seldom or too unevenly to tell.
    pub interval: Option<i64>,
    pub duplicates: Vec<Duplicate>,
    pub refused: Vec<RefusedRow>,
    /// Rows of a kind that is not priced, such as register totals: how many of which.
    pub passed_over: BTreeMap<String, u64>,
}

impl Reading {
    pub const fn new(start: Timestamp, kwh: Decimal) -> Self {
        Self { start, priced_at: start, kwh }
    }
}

impl Layout {
    pub const NAMES: [&str; 2] = ["esb-hdf", "instant-kwh"];

    pub fn named(name: &str) -> Option<Self> {
        match name {
            "esb-hdf" => Some(Self::EsbHdf),
            "instant-kwh" => Some(Self::InstantKwh),
            _ => None,
        }
    }
}

impl Readings {
    /// Reads the bytes of a CSV file; local times are those of `timezone`. An error means that the file is of another layout.
    pub fn read(layout: Layout, file: &[u8], timezone: &TimeZone) -> Result<Self, String> {
        match layout {
            Layout::EsbHdf => esb_hdf::read(file, timezone),
            Layout::InstantKwh => instant_kwh::read(file),
        }
    }

    /// Puts readings in order and sets duplicates apart. `step` may be told by the layout; else it is the most common distance.
    pub(super) fn in_order(mut rows: Vec<(Direction, Reading)>, step: Option<i64>) -> Self {
        rows.sort_by_key(|(direction, reading)| (*direction, reading.start, reading.kwh));
        let mut readings = Self::default();
        for (direction, reading) in rows {
            let list = match direction {
                Direction::Import => &mut readings.imports,
                Direction::Export => &mut readings.exports,
            };
            match list.last() {
                Some(kept) if kept.start == reading.start => readings.duplicates.push(Duplicate {
                    direction,
                    start: reading.start,
                    kept: kept.kwh,
                    dropped: reading.kwh,
                }),
                _ => list.push(reading),
            }
        }
        let distances = distances(&readings.imports);
        readings.step = step.or_else(|| most_common(&distances));
        readings.interval = step.or_else(|| readings.step.filter(|step| is_even(&distances, *step)));
        readings
    }
}

/// How many readings follow another so many seconds later.
fn distances(readings: &[Reading]) -> BTreeMap<i64, usize> {
    let mut distances: BTreeMap<i64, usize> = BTreeMap::new();
    for pair in readings.windows(2) {
        *distances.entry(pair[1].start.as_second() - pair[0].start.as_second()).or_default() += 1;
    }
    distances
}

fn most_common(distances: &BTreeMap<i64, usize>) -> Option<i64> {
    let most = distances.values().copied().max()?;
    distances.iter().find(|(seconds, count)| **count == most && **seconds > 0).map(|(seconds, _)| *seconds)
}

/// Whether one reading ends where the next begins, but for gaps: many come after the same time, or none within a day (the
/// shortest has 23 hours) and most after the same number of days.
fn is_even(distances: &BTreeMap<i64, usize>, step: i64) -> bool {
    const FEWEST: usize = 5;
    const SHORTEST_DAY: i64 = 23 * 3_600;
    let all: usize = distances.values().sum();
    let as_usual = distances.get(&step).copied().unwrap_or_default();
    let is_often = as_usual >= FEWEST && 10 * as_usual >= 9 * all;
    let is_by_days = as_usual > 1 && 2 * as_usual >= all && distances.keys().all(|distance| *distance >= SHORTEST_DAY);
    is_often || is_by_days
}

impl fmt::Display for RefusedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the readings was not read: {}", self.line, self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(start: i64, kwh: i64) -> (Direction, Reading) {
        (Direction::Import, Reading::new(Timestamp::from_second(start).unwrap(), kwh.into()))
    }

    #[test]
    fn of_two_readings_for_one_interval_the_smaller_counts() {
        let readings =
            Readings::in_order(vec![reading(1800, 3), reading(0, 1), reading(1800, 2), reading(3600, 1)], None);
        let kept: Vec<String> = readings.imports.iter().map(|reading| reading.kwh.to_string()).collect();
        assert_eq!(kept, ["1", "2", "1"]);
        assert_eq!(readings.duplicates.len(), 1);
        assert_eq!(readings.duplicates[0].dropped.to_string(), "3");
    }

    #[test]
    fn the_step_is_the_most_common_distance() {
        let rows = [0, 900, 1800, 3600, 4500].map(|start| reading(start, 1)).to_vec();
        assert_eq!(Readings::in_order(rows, None).step, Some(900));
        assert_eq!(Readings::in_order(vec![reading(0, 1)], None).step, None);
    }
}
