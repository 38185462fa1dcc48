//! The half-hourly file of ESB Networks: stamped at the end, local time, newest first, in kW or in kWh.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::decimal::Decimal;
use crate::fields::shown;

use super::readings::{Direction, Reading, Readings, RefusedRow};

const HALF_HOUR: i64 = 30 * 60;
/// Read types told apart before the rest are counted together, so that a file of nonsense stays small in memory.
const MOST_TYPES: usize = 20;

/// One half hour as it stands in the file.
struct Row {
    line: u64,
    direction: Direction,
    /// Local, of the end of the interval.
    end: DateTime,
    kwh: Decimal,
}

/// The columns needed, wherever they stand.
struct Columns {
    value: usize,
    kind: usize,
    end: usize,
}

pub fn read(file: &[u8], timezone: &TimeZone) -> Result<Readings, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let headers = reader.byte_headers().map_err(|error| format!("the header could not be read: {error}"))?.clone();
    let columns = Columns::find(&headers)?;
    let (mut rows, mut refused, mut passed_over) = (Vec::new(), Vec::new(), BTreeMap::new());
    let mut record = csv::ByteRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => match columns.row(&record) {
                Ok(Some(row)) => rows.push(row),
                Ok(None) => pass_over(&mut passed_over, record.get(columns.kind).unwrap_or_default()),
                Err(reason) => {
                    refused.push(RefusedRow { line: record.position().map_or(line, csv::Position::line), reason })
                }
            },
            Err(error) => refused.push(RefusedRow { line, reason: shown(&error.to_string()) }),
        }
    }
    let readings = in_time(rows, timezone, &mut refused);
    refused.sort_by_key(|row| row.line);
    Ok(Readings { refused, passed_over, ..Readings::in_order(readings, Some(HALF_HOUR)) })
}

impl Columns {
    fn find(headers: &csv::ByteRecord) -> Result<Self, String> {
        let place = |name: &str| {
            headers
                .iter()
                .position(|header| header.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
                .ok_or_else(|| format!("the column {name:?} of layout esb-hdf is missing from the readings"))
        };
        Ok(Self { value: place("Read Value")?, kind: place("Read Type")?, end: place("Read Date and End Time")? })
    }

    /// `None` where the row is of a kind that is not priced.
    fn row(&self, record: &csv::ByteRecord) -> Result<Option<Row>, String> {
        let field = |place: usize| {
            let bytes = record.get(place).ok_or("the row has too few columns")?;
            std::str::from_utf8(bytes).map(str::trim).map_err(|_| "the row is not UTF-8 text")
        };
        let kind = field(self.kind)?.to_ascii_lowercase();
        let direction = match kind.strip_prefix("active ").and_then(|rest| rest.split_once(" interval")) {
            Some(("import", _)) => Direction::Import,
            Some(("export", _)) => Direction::Export,
            _ => return Ok(None),
        };
        let value: Decimal = {
            let text = field(self.value)?;
            text.parse().map_err(|problem| format!("the value {:?} {problem}", shown(text)))?
        };
        if value.is_negative() {
            return Err(format!("the value {value} is below zero"));
        }
        let kwh = if kind.ends_with("(kwh)") {
            value
        } else if kind.ends_with("(kw)") {
            value.times(Decimal::HALF).map_err(|error| error.to_string())?
        } else {
            return Err(format!("the read type {:?} is neither in kW nor in kWh", shown(&kind)));
        };
        let end = field(self.end)?;
        let end =
            read_end(end).ok_or_else(|| format!("{:?} is not a date and time such as 31-01-2024 23:30", shown(end)))?;
        Ok(Some(Row { line: record.position().map_or(0, csv::Position::line), direction, end, kwh }))
    }
}

fn pass_over(passed_over: &mut BTreeMap<String, u64>, kind: &[u8]) {
    let name = shown(&String::from_utf8_lossy(kind));
    let is_room = passed_over.len() < MOST_TYPES || passed_over.contains_key(&name);
    *passed_over.entry(if is_room { name } else { "other".to_owned() }).or_default() += 1;
}

/// `31-01-2024 23:30`; older files have slashes.
fn read_end(text: &str) -> Option<DateTime> {
    let text = text.replace('/', "-");
    let well_formed = text.len() == 16 && text.is_ascii();
    well_formed.then(|| DateTime::strptime("%d-%m-%Y %H:%M", &text).ok()).flatten()
}

/// Local end stamps to starting instants. In the hour that autumn repeats each stamp stands twice, and the order of the file tells
/// which is which; one that stands once there is taken for the first.
fn in_time(rows: Vec<Row>, timezone: &TimeZone, refused: &mut Vec<RefusedRow>) -> Vec<(Direction, Reading)> {
    let is_newest_first = rows.first().map(|row| row.end) > rows.last().map(|row| row.end);
    let mut repeated: BTreeMap<(Direction, DateTime), (u32, u32)> = BTreeMap::new();
    let is_repeated =
        |row: &Row| matches!(timezone.to_ambiguous_timestamp(row.end).offset(), AmbiguousOffset::Fold { .. });
    for row in rows.iter().filter(|row| is_repeated(row)) {
        repeated.entry((row.direction, row.end)).or_default().0 += 1;
    }
    let mut readings = Vec::with_capacity(rows.len());
    for row in rows {
        let is_later = match repeated.get_mut(&(row.direction, row.end)) {
            Some((in_all, met)) => {
                *met += 1;
                *in_all > 1 && (*met == 1) == is_newest_first
            }
            None => false,
        };
        match start_of(row.end, is_later, timezone) {
            Some(start) => {
                let priced_at = priced_at(row.end, start, timezone);
                readings.push((row.direction, Reading { start, priced_at, kwh: row.kwh }));
            }
            None => refused.push(RefusedRow { line: row.line, reason: format!("{} is out of range", row.end) }),
        }
    }
    readings
}

fn start_of(end: DateTime, is_later: bool, timezone: &TimeZone) -> Option<Timestamp> {
    let ambiguous = timezone.to_ambiguous_timestamp(end);
    let end = if is_later { ambiguous.later() } else { ambiguous.compatible() };
    end.ok()?.checked_sub(SignedDuration::from_secs(HALF_HOUR)).ok()
}

/// Half an hour before the stamp on the meter's clock. That is the start, but for the half hour that ends as spring moves the clock
/// on: half an hour before its stamp the clock never stood, and it counts to the first hour after, as in the published costs of
/// energyutils (which is also where the Irish plans with a boost are cheaper).
fn priced_at(end: DateTime, start: Timestamp, timezone: &TimeZone) -> Timestamp {
    let Ok(before) = end.checked_sub(SignedDuration::from_secs(HALF_HOUR)) else { return start };
    let on_the_clock = timezone.to_ambiguous_timestamp(before);
    match on_the_clock.offset() {
        AmbiguousOffset::Gap { .. } => on_the_clock.compatible().unwrap_or(start),
        _ => start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "MPRN,Meter Serial Number,Read Value,Read Type,Read Date and End Time\n";

    fn read_rows(rows: &[&str]) -> Readings {
        let file = format!("{HEADER}{}\n", rows.join("\n"));
        read(file.as_bytes(), &TimeZone::get("Europe/Dublin").unwrap()).unwrap()
    }

    fn imports(rows: &[&str]) -> Vec<String> {
        read_rows(rows).imports.iter().map(|reading| format!("{} {}", reading.start, reading.kwh)).collect()
    }

    #[test]
    fn kilowatts_are_halved_and_kilowatt_hours_are_not() {
        assert_eq!(
            imports(&[
                "X,X,0.745000,Active Import Interval (kW),09-12-2022 00:00",
                "X,X,0.372500,Active Import Interval (kWh),08/12/2022 23:30"
            ]),
            ["2022-12-08T23:00:00Z 0.3725", "2022-12-08T23:30:00Z 0.3725"]
        );
    }

    #[test]
    fn the_hour_that_autumn_repeats_is_told_apart_by_the_order_of_the_file() {
        let newest_first = [
            "X,X,6,Active Import Interval (kWh),29-10-2023 02:00",
            "X,X,5,Active Import Interval (kWh),29-10-2023 01:30",
            "X,X,4,Active Import Interval (kWh),29-10-2023 01:00",
            "X,X,3,Active Import Interval (kWh),29-10-2023 01:30",
            "X,X,2,Active Import Interval (kWh),29-10-2023 01:00",
            "X,X,1,Active Import Interval (kWh),29-10-2023 00:30",
        ];
        let expected = [
            "2023-10-28T23:00:00Z 1",
            "2023-10-28T23:30:00Z 2",
            "2023-10-29T00:00:00Z 3",
            "2023-10-29T00:30:00Z 4",
            "2023-10-29T01:00:00Z 5",
            "2023-10-29T01:30:00Z 6",
        ];
        assert_eq!(imports(&newest_first), expected);
        let oldest_first: Vec<&str> = newest_first.iter().rev().copied().collect();
        assert_eq!(imports(&oldest_first), expected);
        assert_eq!(read_rows(&newest_first).duplicates, []);
    }

    #[test]
    fn the_hour_that_spring_leaves_out_leaves_no_gap() {
        assert_eq!(
            imports(&[
                "X,X,2,Active Import Interval (kWh),26-03-2023 02:00",
                "X,X,1,Active Import Interval (kWh),26-03-2023 00:30"
            ]),
            ["2023-03-26T00:00:00Z 1", "2023-03-26T00:30:00Z 2"]
        );
    }

    #[test]
    fn the_half_hour_that_ends_as_spring_moves_the_clock_counts_to_the_hour_after() {
        let readings = read_rows(&[
            "X,X,2,Active Import Interval (kWh),26-03-2023 02:30",
            "X,X,1,Active Import Interval (kWh),26-03-2023 02:00",
        ]);
        let priced_at: Vec<String> = readings.imports.iter().map(|reading| reading.priced_at.to_string()).collect();
        assert_eq!(priced_at, ["2023-03-26T01:30:00Z", "2023-03-26T01:00:00Z"]);
        assert!(readings.imports[0].start < readings.imports[1].start);
    }

    #[test]
    fn a_bad_row_does_not_stop_the_good_ones() {
        let readings = read_rows(&[
            "X,X,abc,Active Import Interval (kW),09-12-2022 00:00",
            "X,X,1,Active Import Interval (kW),31-02-2022 00:00",
            "X,X,-1,Active Import Interval (kW),09-12-2022 00:30",
            "X,X,1,Active Import Interval (MW),09-12-2022 00:30",
            "X,X",
            "X,X,1,24 Hr Active Import Register (kWh),09-12-2022 00:00",
            "X,X,2,Active Import Interval (kW),09-12-2022 01:00",
        ]);
        assert_eq!(readings.imports.len(), 1);
        assert_eq!(
            readings.passed_over.into_iter().collect::<Vec<_>>(),
            [("24 Hr Active Import Register (kWh)".to_owned(), 1)]
        );
        let reasons: Vec<String> = readings.refused.iter().map(ToString::to_string).collect();
        assert_eq!(reasons.len(), 5, "{reasons:?}");
        assert_eq!(reasons[0], "line 2 of the readings was not read: the value \"abc\" is not a decimal number");
        assert!(reasons[4].starts_with("line 6 "), "{reasons:?}");
    }

    #[test]
    fn another_layout_is_refused() {
        let error = read(b"instant,kwh\n", &TimeZone::UTC).unwrap_err();
        assert_eq!(error, "the column \"Read Value\" of layout esb-hdf is missing from the readings");
        assert!(read(b"", &TimeZone::UTC).is_err());
    }
}
