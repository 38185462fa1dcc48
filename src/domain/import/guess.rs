//! A mapping for a file nobody has described yet, from the names of its columns and some of its rows.

use super::{
    Kind, Mapping, Source,
    columns::key,
    date_format::DateFormat,
    field::{Field, Shape},
};

/// Dates as files write them, the least mistakable first.
pub const DATE_FORMATS: [&str; 11] = [
    "YYYY-MM-DD",
    "YYYYMMDD",
    "YYYY/M/D",
    "D.M.YYYY",
    "D/M/YYYY",
    "M/D/YYYY",
    "D-M-YYYY",
    "M-D-YYYY",
    "D.M.YY",
    "D/M/YY",
    "M/D/YY",
];

/// Fields whose columns are named so that we know them; dates as `rows` write them.
pub fn guess(kind: Kind, header: &[String], rows: &[Vec<String>]) -> Mapping {
    let mut mapping = Mapping::default();
    let mut used = Vec::new();
    for field in kind.fields() {
        let Some(at) = column_of(field, header, &used) else { continue };
        used.push(at);
        let mut source = Source::column(header[at].clone());
        if field.shape == Shape::Date {
            source.format = Some(date_format(rows.iter().filter_map(|row| row.get(at))).to_owned());
        }
        mapping.fields.insert(field.name.to_owned(), source);
    }
    mapping
}

fn column_of(field: &Field, header: &[String], used: &[usize]) -> Option<usize> {
    let own = key(field.name);
    std::iter::once(own.as_str()).chain(field.also.iter().copied()).find_map(|name| {
        header.iter().enumerate().find(|(at, column)| !used.contains(at) && key(column) == name).map(|(at, _)| at)
    })
}

/// The first format in which every one of these cells is a date; our own where there is none.
fn date_format<'r>(cells: impl Iterator<Item = &'r String> + Clone) -> &'static str {
    let reads_all = |pattern: &&&str| {
        let Ok(format) = pattern.parse::<DateFormat>() else { return false };
        cells.clone().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).all(|cell| format.read(cell).is_ok())
    };
    DATE_FORMATS.iter().find(reads_all).copied().unwrap_or(DATE_FORMATS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_their_names_and_dates_by_their_rows() {
        let header = ["customerID", "Invoice Number", "InvoiceDate", "DueDate", "InvoiceAmount", "Disputed"];
        let header: Vec<String> = header.map(str::to_owned).into();
        let rows = [["C1", "7", "1/2/2013", "2/13/2013", "5.00", "No"].map(str::to_owned).to_vec()];
        let mapping = guess(Kind::Invoices, &header, &rows);
        let column = |field: &str| mapping.fields.get(field).and_then(|source| source.column.as_deref());
        assert_eq!(column("customer"), Some("customerID"));
        assert_eq!(column("number"), Some("Invoice Number"));
        assert_eq!(column("issued_on"), Some("InvoiceDate"));
        assert_eq!(column("currency"), None);
        assert_eq!(mapping.fields["due_on"].format.as_deref(), Some("M/D/YYYY"));
        assert_eq!(mapping.fields["issued_on"].format.as_deref(), Some("D/M/YYYY"));
    }
}
