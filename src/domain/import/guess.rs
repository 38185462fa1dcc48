//! A mapping for a file nobody has described yet, from the names of its columns and some of its rows.

use super::{
    Kind, Mapping, Reading, Source, Study,
    amount_format::AmountFormat,
    columns::key,
    date_format::{DateFormat, Order},
    field::Field,
};

/// Dates as files write them, the least mistakable first, and after them months alone.
pub const DATE_AND_MONTH_FORMATS: [&str; 19] = [
    "YYYY-MM-DD",
    "YYYYMMDD",
    "YYYY/M/D",
    "D.M.YYYY",
    "D/M/YYYY",
    "M/D/YYYY",
    "D-M-YYYY",
    "M-D-YYYY",
    "D-MMM-YYYY",
    "D MMM YYYY",
    "D. MMM YYYY",
    "MMM D, YYYY",
    "D.M.YY",
    "D/M/YY",
    "M/D/YY",
    DateFormat::SERIAL,
    "YYYY-MM",
    "M/YYYY",
    "MMM YYYY",
];
/// The same without the months.
pub const DATE_FORMATS: &[&str] = DATE_AND_MONTH_FORMATS.split_at(16).0;

/// Fields whose columns are named so that we know them, written as `rows` write them.
pub fn guess(kind: Kind, header: &[String], rows: &[Vec<String>]) -> Mapping {
    let mut mapping = by_names(kind, header);
    let reading = Reading::of_what_is_there(kind, &mapping, header);
    let mut study = Study::new(&reading);
    let mut cells = super::Cells::default();
    for row in rows {
        cells.fill(row);
        study.look(&reading, &cells);
    }
    study.describe(&reading, &mut mapping, rows);
    mapping
}

/// Fields whose columns are named so that we know them.
pub fn by_names(kind: Kind, header: &[String]) -> Mapping {
    let mut mapping = Mapping::default();
    let mut used = Vec::new();
    for field in kind.fields() {
        let Some(at) = column_of(field, header, &used) else { continue };
        used.push(at);
        mapping.fields.insert(field.name.to_owned(), Source::column(header[at].clone()));
    }
    mapping
}

fn column_of(field: &Field, header: &[String], used: &[usize]) -> Option<usize> {
    let own = key(field.name);
    std::iter::once(own.as_str()).chain(field.also.iter().copied()).find_map(|name| {
        header.iter().enumerate().find(|(at, column)| !used.contains(at) && key(column) == name).map(|(at, _)| at)
    })
}

impl Study {
    /// Writes into the mapping how columns are written, where it says nothing and the cells do: so a person sees it, and the
    /// mapping says it of the next file.
    pub fn describe(&self, reading: &Reading, mapping: &mut Mapping, rows: &[Vec<String>]) {
        let open: Vec<String> = self.open_questions(reading).into_iter().map(|problem| problem.field).collect();
        let settled = self.settle(reading);
        for (place, at) in settled.columns() {
            let Some(source) = mapping.fields.get_mut(place.field.name) else { continue };
            let is_written = place.field.shape.is_date() || place.field.shape.is_number();
            if !is_written || source.format.is_some() || open.iter().any(|field| field == place.field.name) {
                continue;
            }
            source.format = if place.field.shape.is_date() {
                let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.trim());
                date_format(place.field.shape.formats(), cells.filter(|cell| !cell.is_empty()), self.order_seen())
            } else {
                let format = match place.amount {
                    AmountFormat::Any => None,
                    AmountFormat::Point => Some(AmountFormat::POINT),
                    AmountFormat::Comma => Some(AmountFormat::COMMA),
                    AmountFormat::Minor => Some(AmountFormat::MINOR),
                };
                format.map(str::to_owned)
            };
        }
    }
}

/// The first format in which every one of these cells is a date; none where there is none, or no cell.
fn date_format<'r>(
    formats: &[&'static str],
    cells: impl Iterator<Item = &'r str> + Clone,
    order: Option<Order>,
) -> Option<String> {
    cells.clone().next()?;
    let is_in_order = |pattern: &str| match (pattern.find('D'), pattern.find('M'), order) {
        (Some(day), Some(month), Some(order)) if pattern.contains(['/', '-', '.']) && !pattern.starts_with('Y') => {
            pattern.contains("MMM") || (day < month) == (order == Order::DayFirst)
        }
        _ => true,
    };
    let reads_all = |pattern: &&&str| {
        let Ok(format) = pattern.parse::<DateFormat>() else { return false };
        is_in_order(pattern) && cells.clone().all(|cell| format.read(cell).is_ok())
    };
    formats.iter().find(reads_all).map(|format| (*format).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(rows: &[[&str; 6]]) -> Mapping {
        let header = ["customerID", "Invoice Number", "InvoiceDate", "DueDate", "InvoiceAmount", "Disputed"];
        let header: Vec<String> = header.map(str::to_owned).into();
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        guess(Kind::Invoices, &header, &rows)
    }

    #[test]
    fn columns_are_known_by_their_names_and_dates_by_their_rows() {
        let mapping = guessed(&[["C1", "7", "1/2/2013", "2/13/2013", "5.00", "No"]]);
        let column = |field: &str| mapping.fields.get(field).and_then(|source| source.column.as_deref());
        assert_eq!(column("customer"), Some("customerID"));
        assert_eq!(column("number"), Some("Invoice Number"));
        assert_eq!(column("issued_on"), Some("InvoiceDate"));
        assert_eq!(column("currency"), None);
        assert_eq!(mapping.fields["due_on"].format.as_deref(), Some("M/D/YYYY"));
        assert_eq!(mapping.fields["issued_on"].format.as_deref(), Some("M/D/YYYY"));
        assert_eq!(mapping.fields["amount"].format.as_deref(), Some("1,234.56"));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_guessed() {
        let mapping = guessed(&[["C1", "7", "1/2/2013", "2/3/2013", "1.500", "No"]]);
        assert_eq!(mapping.fields["issued_on"].format, None);
        assert_eq!(mapping.fields["amount"].format, None);
        let mapping =
            guessed(&[["C1", "7", "3.11.2026", "17.12.2026", "1.500", "No"], ["C1", "8", "", "", "9,99", "No"]]);
        assert_eq!(mapping.fields["issued_on"].format.as_deref(), Some("D.M.YYYY"));
        assert_eq!(mapping.fields["amount"].format.as_deref(), Some("1.234,56"));
    }
}
