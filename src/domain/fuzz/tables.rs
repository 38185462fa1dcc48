//! Tables of every kind: from their bytes to rows of ours.

use std::borrow::Cow;

use proptest::prelude::*;

use super::{bytes, damaged};
use crate::import::{
    Cells, Found, Kind, Mapping, ReadRow, Reading, Row, Source, Zones, charges, field::Shape, guess, guess_delimiter,
    split,
};

/// Two rows of every kind as valid files, with commas and, where no cell holds one, with semicolons.
fn files() -> Vec<String> {
    let with_commas: Vec<String> = Kind::ALL.into_iter().map(file).collect();
    let simple = with_commas.iter().filter(|file| !file.contains('"')).map(|file| file.replace(',', ";"));
    simple.collect::<Vec<_>>().into_iter().chain(with_commas).collect()
}

fn file(kind: Kind) -> String {
    let template = kind.template();
    let row = template.lines().nth(1).unwrap_or_default().to_owned();
    format!("{template}{row}\n")
}

/// Every record of a file with the bytes it took; a line that never ends is passed over, as in an import.
fn records(file: &[u8], delimiter: u8) -> Vec<(usize, Vec<String>)> {
    let (mut at, mut records, mut cells) = (0, Vec::new(), Cells::default());
    while at < file.len() {
        match split(&file[at..], delimiter, true, &mut cells) {
            Found::Record { used, lines } => {
                assert!(used > 0 && lines > 0 && used <= file.len() - at, "every record takes some of the file");
                records.push((used, cells.iter().map(Cow::into_owned).collect()));
                at += used;
            }
            Found::Incomplete => panic!("nothing follows the end"),
            Found::Unclosed => {
                let end = file[at..].iter().position(|byte| *byte == b'\n').map_or(file.len(), |end| at + end + 1);
                at = end;
            }
        }
    }
    records
}

/// The records again, from pieces of so many bytes, as a file is read that is larger than memory.
fn records_in_pieces(file: &[u8], delimiter: u8, piece: usize) -> Vec<(usize, Vec<String>)> {
    let (mut at, mut end, mut records, mut cells) = (0, 0, Vec::new(), Cells::default());
    while at < file.len() {
        match split(&file[at..end], delimiter, end == file.len(), &mut cells) {
            Found::Record { used, .. } => {
                records.push((used, cells.iter().map(Cow::into_owned).collect()));
                at += used;
                end = end.max(at);
            }
            Found::Incomplete => end = (end + piece).min(file.len()),
            Found::Unclosed => {
                at = file[at..].iter().position(|byte| *byte == b'\n').map_or(file.len(), |end| at + end + 1);
                end = end.max(at);
            }
        }
    }
    records
}

/// Reads the file as each kind, with our own columns and with guessed ones, and looks at the size of all that comes of it.
fn is_read_within_bounds(file: &[u8]) -> Result<usize, TestCaseError> {
    let delimiter = guess_delimiter(file, true);
    let records = records(file, delimiter);
    for (used, cells) in &records {
        prop_assert!(cells.len() <= used + 1);
        // A byte that is no text becomes a letter of three.
        prop_assert!(cells.iter().map(String::len).sum::<usize>() <= 3 * used);
    }
    let Some(((_, header), rows)) = records.split_first() else { return Ok(0) };
    let first: Vec<Vec<String>> = rows.iter().map(|(_, cells)| cells.clone()).collect();
    let mut read = 0;
    for kind in Kind::ALL {
        for mapping in [Mapping::own(kind, header), guess(kind, header, &first)] {
            prop_assert!(mapping.fields.len() <= kind.fields().len());
            read += rows_within_bounds(file, delimiter, kind, &mapping, header)?;
        }
    }
    Ok(read)
}

/// How many rows were read under the mapping.
fn rows_within_bounds(
    file: &[u8],
    delimiter: u8,
    kind: Kind,
    mapping: &Mapping,
    header: &[String],
) -> Result<usize, TestCaseError> {
    let reading = match Reading::new(kind, mapping, header) {
        Ok(reading) => reading,
        Err(problems) => {
            prop_assert!(!problems.is_empty() && problems.len() <= mapping.fields.len() + kind.fields().len());
            let words: usize = problems.iter().map(|problem| problem.to_string().len()).sum();
            let told: usize = mapping.fields.iter().map(|(field, source)| field.len() + length(source)).sum();
            // A control character is shown as its number, in up to eight letters.
            prop_assert!(words <= 9 * told + 500 * problems.len(), "{words} of words");
            return Ok(0);
        }
    };
    let zones = Zones::all(jiff::tz::TimeZone::UTC);
    let constant: usize = mapping.fields.values().map(length).sum();
    let (mut at, mut cells, mut read) = (0, Cells::default(), 0);
    while let Some(rest) = file.get(at..).filter(|rest| !rest.is_empty()) {
        let Found::Record { used, .. } = split(rest, delimiter, true, &mut cells) else { break };
        at += used;
        match reading.read(&cells, &zones) {
            Ok(ReadRow { row, lost }) => {
                read += 1;
                prop_assert!(lost.iter().all(|problem| problem.reason.to_string().len() < 1_000));
                prop_assert!(format!("{row:?}").len() <= 8 * (used + constant) + 1_000, "{row:?}");
                is_within_its_fields(kind, &row)?;
            }
            Err(problems) => {
                prop_assert!(!problems.is_empty() && problems.len() <= kind.fields().len());
                for problem in problems {
                    let words = problem.reason.to_string();
                    prop_assert!(words.len() < 1_000, "{words}");
                }
            }
        }
    }
    Ok(read)
}

fn length(source: &Source) -> usize {
    let texts = [&source.column, &source.value, &source.format, &source.shape];
    texts.into_iter().flatten().chain(&source.yes).map(String::len).sum()
}

/// A row that is taken keeps the promises of its fields, so that what is kept in the database is as small as they say.
fn is_within_its_fields(kind: Kind, row: &Row) -> Result<(), TestCaseError> {
    let texts: Vec<(&str, &str)> = match row {
        Row::Customer(row) => vec![("external_id", &row.external_id), ("name", &row.name)],
        Row::Plan(row) => vec![("code", &row.code), ("name", &row.name)],
        Row::Subscription(row) => {
            vec![("reference", &row.reference), ("customer", &row.customer), ("plan", &row.plan)]
        }
        Row::Usage(row) => vec![("customer", &row.customer), ("meter", &row.meter)],
        Row::Invoice(row) => vec![("number", &row.number), ("customer", &row.customer)],
        Row::Payment(row) => {
            let invoice = row.invoice.as_deref().map(|invoice| ("invoice", invoice));
            invoice.into_iter().chain([("reference", row.reference.as_str())]).collect()
        }
        Row::Credit(row) => vec![("reference", &row.reference), ("customer", &row.customer)],
        Row::Competitor(row) => {
            vec![("provider", &row.provider), ("product", &row.product), ("source", &row.source)]
        }
    };
    for (name, text) in texts {
        let Some(Shape::Text(longest)) = kind.field(name).map(|field| field.shape) else { continue };
        prop_assert!(!text.is_empty() && text.chars().count() <= longest, "{name}: {text:?}");
    }
    let charges = match row {
        Row::Plan(row) => row.charges.as_deref(),
        Row::Competitor(row) => row.charges.as_deref(),
        _ => None,
    };
    prop_assert_eq!(charges.map(charges::read).transpose().map(|read| read.as_deref() == charges), Ok(true));
    Ok(())
}

/// A mapping of anything to anything.
fn mapping() -> impl Strategy<Value = Mapping> {
    let told =
        || prop::option::of(prop_oneof!["[A-Za-z_ ]{0,12}", "[YMDymd/. -]{0,12}", ".{0,12}", "-{0,400}YYYYMMDD"]);
    let source = (told(), told(), told(), prop::collection::vec(".{0,6}", 0..3), told()).prop_map(
        |(column, value, format, yes, shape)| Source { column, value, format, yes, shape, ..Source::default() },
    );
    let names: Vec<&str> = Kind::ALL.iter().flat_map(|kind| kind.fields()).map(|field| field.name).collect();
    let name = prop_oneof![4 => prop::sample::select(names).prop_map(str::to_owned), 1 => ".{0,12}"];
    (told(), prop::collection::btree_map(name, source, 0..8)).prop_map(|(delimiter, fields)| Mapping {
        delimiter,
        encoding: None,
        skip_rows: None,
        fields,
    })
}

/// What a mapping may look like, as it is kept with an import.
const MAPPING: &str = r#"{"delimiter":";","encoding":"utf-8","number":{"column":"No."},"currency":{"value":"EUR"},
    "due_on":{"column":"Due","format":"M/D/YYYY"},"disputed":{"column":"State","yes":["open"],"type":"yes_no"}}"#;

#[test]
fn valid_files_of_every_kind_are_read_whole() {
    for (at, file) in files().iter().enumerate() {
        let read = is_read_within_bounds(file.as_bytes()).unwrap();
        assert!(read >= 2 * 2, "file {at} gave {read} rows: {file}");
    }
}

#[test]
fn one_field_as_large_as_a_file_is_refused_row_by_row() {
    for filling in ["x", "\"\"", ",", " ", "9", "\u{feff}", "\0"] {
        for kind in Kind::ALL {
            let header = kind.template().lines().next().unwrap().to_owned();
            let file =
                format!("{header}\n\"{}\"{}\n", filling.repeat(200_000), ",".repeat(header.matches(',').count()));
            is_read_within_bounds(file.as_bytes()).unwrap();
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_as_a_table_within_bounds(file in bytes()) {
        is_read_within_bounds(&file)?;
    }

    #[test]
    fn a_damaged_file_of_any_kind_is_read_within_bounds(file in damaged(files())) {
        is_read_within_bounds(&file)?;
    }

    #[test]
    fn a_file_in_pieces_holds_the_records_of_the_whole(
        file in prop_oneof![bytes(), damaged(files())], piece in 1..64_usize,
    ) {
        let delimiter = guess_delimiter(&file, true);
        prop_assert_eq!(records_in_pieces(&file, delimiter, piece), records(&file, delimiter));
    }

    #[test]
    fn a_file_under_any_mapping_is_read_within_bounds(file in damaged(files()), mapping in mapping()) {
        let delimiter = mapping.delimiter().ok().flatten().unwrap_or_else(|| guess_delimiter(&file, true));
        let header = records(&file, delimiter).into_iter().next().map(|(_, cells)| cells).unwrap_or_default();
        for kind in Kind::ALL {
            rows_within_bounds(&file, delimiter, kind, &mapping, &header)?;
        }
    }

    #[test]
    fn a_damaged_mapping_is_read_or_refused(json in damaged(vec![MAPPING.to_owned()])) {
        if let Ok(mapping) = serde_json::from_slice::<Mapping>(&json) {
            let kept: usize = mapping.fields.iter().map(|(field, source)| field.len() + length(source)).sum();
            prop_assert!(kept <= json.len());
            prop_assert!(mapping.fields.len() <= json.len() / 4);
            let header = ["No.", "Due", "State"].map(str::to_owned);
            let _ = mapping.delimiter();
            for kind in Kind::ALL {
                rows_within_bounds(b"No.,Due,State\n1,1/2/2024,open\n", b',', kind, &mapping, &header)?;
            }
        }
    }
}
