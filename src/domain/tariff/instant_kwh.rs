//! Our own layout of readings: the instant an interval starts, what was bought in it, and perhaps what was fed in.

use jiff::Timestamp;

use crate::decimal::Decimal;
use crate::fields::shown;

use super::readings::{Direction, Reading, Readings, RefusedRow};

pub fn read(file: &[u8]) -> Result<Readings, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let headers = reader.byte_headers().map_err(|error| format!("the header could not be read: {error}"))?.clone();
    let place =
        |name: &str| headers.iter().position(|header| header.trim_ascii().eq_ignore_ascii_case(name.as_bytes()));
    let needed = |name: &str| {
        place(name).ok_or_else(|| format!("the column {name:?} of layout instant-kwh is missing from the readings"))
    };
    let columns = (needed("instant")?, needed("kwh")?, place("export_kwh"));
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    let mut record = csv::ByteRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => match row(&record, columns) {
                Ok(readings) => rows.extend(readings),
                Err(reason) => {
                    refused.push(RefusedRow { line: record.position().map_or(line, csv::Position::line), reason })
                }
            },
            Err(error) => refused.push(RefusedRow { line, reason: shown(&error.to_string()) }),
        }
    }
    Ok(Readings { refused, ..Readings::in_order(rows, None) })
}

/// The readings of a row; an empty field is no reading.
fn row(record: &csv::ByteRecord, columns: (usize, usize, Option<usize>)) -> Result<Vec<(Direction, Reading)>, String> {
    let field = |place: usize| {
        let bytes = record.get(place).ok_or("the row has too few columns")?;
        std::str::from_utf8(bytes).map(str::trim).map_err(|_| "the row is not UTF-8 text")
    };
    let text = field(columns.0)?;
    let start: Timestamp =
        text.parse().map_err(|_| format!("{:?} is not an instant such as 2024-01-31T23:30:00Z", shown(text)))?;
    let mut readings = Vec::new();
    for (direction, column) in [(Direction::Import, Some(columns.1)), (Direction::Export, columns.2)] {
        let Some(text) = column.map(field).transpose()?.filter(|text| !text.is_empty()) else { continue };
        let kwh: Decimal = text.parse().map_err(|problem| format!("the value {:?} {problem}", shown(text)))?;
        if kwh.is_negative() {
            return Err(format!("the value {kwh} is below zero"));
        }
        readings.push((direction, Reading::new(start, kwh)));
    }
    Ok(readings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_with_their_offset() {
        let file = "instant,kwh,export_kwh\n2024-01-31T23:30:00+01:00,0.25,\n2024-01-31T22:45:00Z,1e-1,0.5\nyesterday,1,\n2024-01-31T23:00:00Z,-1,\n";
        let readings = read(file.as_bytes()).unwrap();
        let imports: Vec<String> =
            readings.imports.iter().map(|reading| format!("{} {}", reading.start, reading.kwh)).collect();
        assert_eq!(imports, ["2024-01-31T22:30:00Z 0.25", "2024-01-31T22:45:00Z 0.1"]);
        assert_eq!(readings.exports.len(), 1);
        assert_eq!(readings.step, Some(900));
        assert_eq!(
            readings.refused.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "line 4 of the readings was not read: \"yesterday\" is not an instant such as 2024-01-31T23:30:00Z",
                "line 5 of the readings was not read: the value -1 is below zero"
            ]
        );
    }

    #[test]
    fn a_missing_column_is_named() {
        assert_eq!(
            read(b"instant,kw\n").unwrap_err(),
            "the column \"kwh\" of layout instant-kwh is missing from the readings"
        );
    }
}
