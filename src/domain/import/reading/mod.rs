//! A mapping laid on a file's header, to read its rows with.

mod line;
mod rows;
mod told;

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use jiff::tz::TimeZone;

use super::{
    Cells, Kind, Mapping, Row, RowProblem, RowReason, Source, UsageRow,
    amount_format::AmountFormat,
    columns::{find_column, key},
    date_format::DateFormat,
    field::{Field, Shape},
    mapping::{MappingProblem, MappingReason},
    reason::shortened,
};
use line::Line;
use told::Told;

/// Reads the rows of one file.
#[derive(Clone, Debug)]
pub struct Reading {
    kind: Kind,
    width: usize,
    pub(super) places: Vec<Place>,
}

/// Where a field stands and how it is written.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub field: &'static Field,
    from: From,
    pub date: DateFormat,
    /// A time that says no zone is Greenwich's.
    is_utc: bool,
    /// The day is meant as it is written, whatever time and zone follow.
    pub is_cut: bool,
    /// Whether each row is its whole month's, where the mapping says it.
    is_by_month: Option<bool>,
    /// Whether each row has a part of its bill, where the mapping or the column's name says it.
    is_line: Option<bool>,
    pub amount: AmountFormat,
    yes: Vec<String>,
    means: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
enum From {
    Cell { at: usize, column: String },
    Value(String),
}

/// In which zones the instants of a file are days: the customer's, where it is another than the company's.
#[derive(Clone, Debug)]
pub struct Zones {
    pub company: TimeZone,
    /// By the customer's id, and for rows that name none by the number of an invoice.
    pub of_customers: HashMap<String, TimeZone>,
    pub of_invoices: HashMap<String, TimeZone>,
}

impl Zones {
    /// All in one zone.
    pub fn all(company: TimeZone) -> Self {
        Self { company, of_customers: HashMap::new(), of_invoices: HashMap::new() }
    }
}

/// A row as it was read: refused for its `problems`, else there with what was `lost` of its cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadRow {
    pub row: Row,
    pub lost: Vec<RowProblem>,
}

/// What stands where a sum over the rows above does.
const TOTALS: [&str; 12] = [
    "total",
    "totals",
    "grandtotal",
    "subtotal",
    "sum",
    "summe",
    "summen",
    "gesamt",
    "gesamtsumme",
    "gesamtbetrag",
    "zwischensumme",
    "soustotal",
];

impl Reading {
    /// Every problem at once, so that a person mends them in one go.
    pub fn new(kind: Kind, mapping: &Mapping, header: &[String]) -> Result<Self, Vec<MappingProblem>> {
        let (reading, mut problems) = Self::lay(kind, mapping, header);
        if problems.is_empty() {
            problems.extend(reading.wrong_values());
        }
        if problems.is_empty() { Ok(reading) } else { Err(problems) }
    }

    /// The fields that can be found, for a first look; what is wrong with the others is not asked.
    pub fn of_what_is_there(kind: Kind, mapping: &Mapping, header: &[String]) -> Self {
        Self::lay(kind, mapping, header).0
    }

    fn lay(kind: Kind, mapping: &Mapping, header: &[String]) -> (Self, Vec<MappingProblem>) {
        let mut problems: Vec<MappingProblem> = mapping
            .fields
            .keys()
            .filter(|name| kind.field(name).is_none())
            .map(|name| {
                let known = kind.fields().iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
                MappingProblem::new(name, MappingReason::UnknownField(known))
            })
            .collect();
        let mut places = Vec::new();
        for field in kind.fields() {
            let found;
            let source = match mapping.fields.get(field.name) {
                None if field.is_telling => {
                    found = telling_column(field, kind, mapping, header).map(Source::column);
                    found.as_ref()
                }
                source => source,
            };
            match source.map_or(Ok(None), |source| Place::new(field, source, header)) {
                Ok(Some(place)) => places.push(place),
                Ok(None) if field.is_needed => problems.push(MappingProblem::new(field.name, MappingReason::NotMapped)),
                Ok(None) => {}
                Err(reason) => problems.push(MappingProblem::new(field.name, reason)),
            }
        }
        (Self { kind, width: header.len(), places }, problems)
    }

    /// What is wrong with values that hold for every row, found before the first.
    fn wrong_values(&self) -> impl Iterator<Item = MappingProblem> {
        let cells = Cells::default();
        self.places.iter().filter(|place| matches!(place.from, From::Value(_))).filter_map(move |place| {
            let told = Told { place, text: place.text(&cells) };
            let read = match place.field.shape {
                Shape::Text(_) if place.field.name == "currency" => told.currency().map(drop),
                Shape::Text(_) => told.text().map(drop),
                Shape::Date | Shape::DateOrMonth => told.date(&TimeZone::UTC).map(drop),
                Shape::YesNo => told.is_yes().map(drop),
                Shape::Quantity => told.quantity().map(drop),
                Shape::Charges => told.charges().map(drop),
                Shape::Amount => Ok(()),
            };
            read.err().map(|reason| MappingProblem::new(place.field.name, MappingReason::Value(reason)))
        })
    }

    /// The file's column for a field; the field's own name where it is a value for all rows.
    pub fn column_of(&self, field: &'static str) -> String {
        match self.place(field).map(|place| &place.from) {
            Some(From::Cell { column, .. }) => column.clone(),
            _ => field.to_owned(),
        }
    }

    /// How the amounts of this file are written.
    pub fn amount_format(&self) -> AmountFormat {
        self.place("amount").map(|place| place.amount).unwrap_or_default()
    }

    /// Whether the mapping says that each row of use is its month's, or that it is not.
    pub fn is_by_month(&self) -> Option<bool> {
        self.place("used_on").and_then(|place| place.is_by_month)
    }

    /// Whether each row has a part of its bill, or the whole; nothing where that is not said.
    pub fn amount_is_line(&self) -> Option<bool> {
        self.place("amount").and_then(|place| place.is_line)
    }

    /// Whether the column of the amount is one of what is still open.
    pub(super) fn amount_is_open_part(&self) -> bool {
        let open = self.kind.field("amount_open");
        match self.place("amount").map(|place| &place.from) {
            Some(From::Cell { column, .. }) => open.is_some_and(|open| open.also.contains(&key(column).as_str())),
            _ => false,
        }
    }

    /// What stands in the place of a field, as it is.
    pub fn text_of<'r>(&'r self, field: &'static str, cells: &'r Cells) -> Cow<'r, str> {
        self.place(field).map(|place| place.text(cells)).unwrap_or_default()
    }

    /// One row as ours, or all that is wrong with it.
    pub fn read(&self, cells: &Cells, zones: &Zones) -> Result<ReadRow, Vec<RowProblem>> {
        // What a spreadsheet leaves out at the end of a row is empty, and what it puts there too much as well.
        if (self.width..cells.len()).any(|at| !cells.get(at).trim().is_empty()) {
            let reason = RowReason::CellCount { found: cells.len(), wanted: self.width };
            return Err(vec![RowProblem { field: None, reason }]);
        }
        let mut line = Line::new(self, cells, zones);
        let row = match self.kind {
            Kind::Customers => line.customer().map(Row::Customer),
            Kind::Plans => line.plan().map(Row::Plan),
            Kind::Subscriptions => line.subscription().map(Row::Subscription),
            Kind::Usage => line.usage().map(Row::Usage),
            Kind::Invoices => line.invoice().map(Row::Invoice),
            Kind::Payments => line.payment().map(Row::Payment),
            Kind::Credits => line.credit().map(Row::Credit),
            Kind::Competitors => line.competitor().map(Row::Competitor),
        };
        match row {
            Some(row) if line.problems.is_empty() => Ok(ReadRow { row, lost: line.lost }),
            _ => Err(self.whole(cells).map_or(line.problems, |reason| vec![RowProblem { field: None, reason }])),
        }
    }

    /// Of a row of use whose quantity cannot be read, whose and when it is.
    pub fn use_without_quantity(&self, cells: &Cells, zones: &Zones) -> Option<UsageRow> {
        Line::new(self, cells, zones).use_of(|_| Some(0))
    }

    /// Why a row that cannot be read is no row of the table at all: a sum over others, or a stamp below them.
    fn whole(&self, cells: &Cells) -> Option<RowReason> {
        let mut filled = cells.iter().filter(|cell| !cell.trim().is_empty());
        let first = filled.next()?;
        let is_alone = filled.next().is_none();
        let lacks = |place: &Place| place.field.is_needed && place.text(cells).is_empty();
        if !self.places.iter().any(lacks) {
            None
        } else if TOTALS.contains(&key(&first).as_str()) {
            Some(RowReason::Total(shortened(first.trim())))
        } else {
            (is_alone && self.width > 2).then(|| RowReason::Stamp(shortened(first.trim())))
        }
    }

    pub(super) fn place(&self, field: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.field.name == field)
    }

    /// The places that are columns of the file, and which.
    pub(super) fn columns(&self) -> impl Iterator<Item = (&Place, usize)> {
        self.places.iter().filter_map(|place| match place.from {
            From::Cell { at, .. } => Some((place, at)),
            From::Value(_) => None,
        })
    }

    /// The first cells of a field's column as they are read, or why they cannot be.
    pub fn preview(&self, field: &'static str, rows: &[Vec<String>], zones: &Zones) -> Vec<Result<String, String>> {
        let Some(place) = self.place(field) else { return Vec::new() };
        let mut cells = Cells::default();
        rows.iter()
            .filter_map(|row| {
                cells.fill(row);
                let line = Line::new(self, &cells, zones);
                let told = Told { place, text: place.text(&cells) };
                if told.text.is_empty() {
                    return None;
                }
                let read = match place.field.shape {
                    Shape::Date | Shape::DateOrMonth => told.day(line.zone()).map(|day| {
                        let words = if day.is_month { "%B %Y" } else { "%-d %B %Y" };
                        day.day.strftime(words).to_string()
                    }),
                    Shape::Amount => match line.currency() {
                        Some(currency) => told.signed(currency).map(|money| money.to_string()),
                        None => told.plain_amount(),
                    },
                    Shape::Quantity => told.quantity().map(quantity_words),
                    Shape::YesNo => told.is_yes().map(|yes| if yes { "yes" } else { "no" }.to_owned()),
                    Shape::Text(_) | Shape::Charges => told.text().map(Option::unwrap_or_default),
                };
                Some(read.map_err(|reason| reason.to_string()))
            })
            .collect()
    }
}

/// Millionths of a unit as people write them.
pub fn quantity_words(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, part) = (millionths.unsigned_abs() / 1_000_000, millionths.unsigned_abs() % 1_000_000);
    let text = format!("{sign}{whole}.{part:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The column of a field that is found by its name: one that no other field has.
fn telling_column(field: &Field, kind: Kind, mapping: &Mapping, header: &[String]) -> Option<String> {
    let is_taken = |column: &String| {
        let mapped = mapping.fields.values().filter_map(|source| source.column.as_ref());
        let by_name = kind.fields().iter().filter(|other| other.name != field.name && key(other.name) == key(column));
        mapped.into_iter().any(|taken| key(taken) == key(column)) || by_name.count() > 0
    };
    let own = key(field.name);
    let names = std::iter::once(own.as_str()).chain(field.also.iter().copied());
    let with_unit = |column: &String, name: &str| key(column) == name || key(column) == format!("{name}cents");
    names
        .into_iter()
        .find_map(|name| header.iter().find(|column| with_unit(column, name) && !is_taken(column)).cloned())
}

/// Whether a column of amounts is named as one of lines, or of whole bills.
fn is_of_lines(name: &str) -> bool {
    ["line", "item", "position"].iter().any(|word| name.contains(word))
}

fn is_of_bills(name: &str) -> bool {
    ["total", "invoice", "gross", "due", "balance"].iter().any(|word| name.contains(word))
}

impl Place {
    /// `None` where the mapping names a field and leaves it empty.
    fn new(field: &'static Field, source: &Source, header: &[String]) -> Result<Option<Self>, MappingReason> {
        if source.shape.as_ref().is_some_and(|shape| shape != field.shape.name()) {
            return Err(MappingReason::OtherShape(field.shape.name()));
        }
        let from = match (&source.column, &source.value) {
            (Some(_), Some(_)) => return Err(MappingReason::ColumnAndValue),
            (None, None) => return Ok(None),
            (None, Some(value)) => From::Value(value.trim().to_owned()),
            (Some(column), None) => {
                let at = find_column(header, column)?;
                From::Cell { at, column: header[at].clone() }
            }
        };
        let name = match &from {
            From::Cell { column, .. } => column.to_lowercase(),
            From::Value(_) => String::new(),
        };
        let mut place = Self {
            field,
            is_utc: name.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "utc" || word == "gmt"),
            is_cut: false,
            is_by_month: None,
            is_line: None,
            date: DateFormat::any(None),
            amount: AmountFormat::Any,
            yes: source.yes.clone(),
            means: source.means.clone(),
            from,
        };
        match (&source.format, field.shape) {
            (None, Shape::Amount) if is_of_minor_units(&name) => place.amount = AmountFormat::Minor,
            (None, _) => {}
            (Some(format), Shape::Date | Shape::DateOrMonth) => {
                place.date = format.parse()?;
                if field.shape == Shape::Date && place.date.is_month() {
                    return Err(MappingReason::MonthAlone);
                }
            }
            (Some(format), Shape::Amount | Shape::Quantity) => {
                place.amount = format.parse()?;
                if field.shape == Shape::Quantity && place.amount == AmountFormat::Minor {
                    return Err(MappingReason::NotMinor);
                }
            }
            (Some(_), _) => return Err(MappingReason::NoFormat),
        }
        match source.time.as_deref() {
            None => {}
            Some(time) if field.shape.is_date() && time.eq_ignore_ascii_case("cut") => place.is_cut = true,
            Some(time) if field.shape.is_date() && time.eq_ignore_ascii_case("utc") => place.is_utc = true,
            Some(_) => return Err(MappingReason::NoTime),
        }
        place.is_by_month = match source.covers.as_deref() {
            None => None,
            Some("month") if field.shape == Shape::DateOrMonth => Some(true),
            Some("day") if field.shape == Shape::DateOrMonth => Some(false),
            Some("line" | "bill") if field.shape == Shape::Amount => None,
            Some(_) => return Err(MappingReason::NoCover),
        };
        place.is_line = match source.covers.as_deref() {
            Some(covers) => Some(covers == "line"),
            None if is_of_lines(&name) => Some(true),
            None => is_of_bills(&name).then_some(false),
        };
        if !source.means.is_empty() && !matches!(field.name, "status" | "payment_status") {
            return Err(MappingReason::NoMeaning);
        }
        if !source.yes.is_empty() && field.shape != Shape::YesNo {
            return Err(MappingReason::NoYes);
        }
        Ok(Some(place))
    }

    /// What stands there, without spaces around.
    pub fn text<'r>(&'r self, cells: &'r Cells) -> Cow<'r, str> {
        match &self.from {
            From::Value(value) => Cow::Borrowed(value),
            From::Cell { at, .. } => match cells.get(*at) {
                Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
                Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
            },
        }
    }
}

/// Whether a column of amounts is named as systems name those they keep in cents.
fn is_of_minor_units(column: &str) -> bool {
    let words: Vec<&str> =
        column.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    matches!(words.as_slice(), [_, .., "cents" | "minor"] | [_, .., "minor", "units" | "unit"])
        || words.join("").ends_with("amountcents")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Found, row::Dispute, split};
    use jiff::civil::date;
    use proptest::prelude::*;

    const HEADER: &str = "number,customer,currency,amount,issued_on,due_on,disputed,disputed_on";

    fn cells(line: &str) -> Cells {
        let mut cells = Cells::default();
        assert!(matches!(split(line.as_bytes(), b',', true, &mut cells), Found::Record { .. }));
        cells
    }

    fn header(line: &str) -> Vec<String> {
        cells(line).iter().map(Cow::into_owned).collect()
    }

    fn own(kind: Kind, line: &str) -> Reading {
        let header = header(line);
        Reading::new(kind, &Mapping::own(kind, &header), &header).expect("our own columns")
    }

    fn zones() -> Zones {
        Zones::all(TimeZone::UTC)
    }

    fn refusal(line: &str) -> (Option<&'static str>, String) {
        let reading = own(Kind::Invoices, HEADER);
        let problems = reading.read(&cells(line), &zones()).expect_err(line);
        (problems[0].field, crate::import::in_words(&problems, |field| reading.column_of(field)))
    }

    #[test]
    fn a_row_of_our_own_columns_is_read() {
        let read = own(Kind::Invoices, "Number, Customer ,CURRENCY,Amount,Issued On,Due On,memo");
        let row = read.read(&cells("7,C1,eur,\"1,234.50\",2026-11-06,2026-11-20,=1+1"), &zones()).expect("a good row");
        let Row::Invoice(invoice) = row.row else { panic!("not an invoice: {row:?}") };
        assert_eq!(invoice.amount.minor, 123_450);
        assert_eq!(invoice.due_on, Some(date(2026, 11, 20)));
        assert_eq!(invoice.dispute, Dispute::NotTold);
    }

    #[test]
    fn bad_rows_are_refused_with_field_and_words() {
        for (line, field, words) in [
            (
                "7,C1,EUR,5,2026-01-01,2026-02-01,no,,Smith",
                None,
                "this row has 9 cells, and the header has 8; a cell that holds what parts cells needs quotes",
            ),
            (
                "7,C1,EUR,,2026-02-30,soon,,",
                Some("amount"),
                "this is empty, and it is needed; issued_on: “2026-02-30” is written as YYYY-MM-DD, but there is no such day; \
                 due_on: “soon” is not a date written as YYYY-MM-DD",
            ),
            ("TOTAL,,,55.00,,,,", None, "this is a sum over other rows (“TOTAL”), and no row of its own"),
            (
                "\"Monday, July 6\",,,,,,,",
                None,
                "this row has a word in one cell alone (“Monday, July 6”), and is no row of the table",
            ),
            (",C1,EUR,5,2026-01-01,2026-02-01,,", Some("number"), "this is empty, and it is needed"),
            ("7,C1,XYZ,5,2026-01-01,2026-02-01,,", Some("currency"), "“XYZ” is not a currency: use a code such as EUR"),
            (
                "7,C1,EUR,5,2026-02-30,2026-02-01,,",
                Some("issued_on"),
                "“2026-02-30” is written as YYYY-MM-DD, but there is no such day",
            ),
            (
                "7,C1,EUR,5,2026-01-01,2026-02-01,no,2026-01-05",
                Some("disputed_on"),
                "there is a day of a dispute, and the row says there is none",
            ),
            ("7,C\u{1}1,EUR,5,2026-01-01,2026-02-01,,", Some("customer"), "this holds a character that no text has"),
        ] {
            assert_eq!(refusal(line), (field, words.to_owned()), "{line}");
        }
        let long = format!("{},C1,EUR,5,2026-01-01,2026-02-01,,", "n".repeat(101));
        assert_eq!(refusal(&long), (Some("number"), "this is longer than 100 characters".to_owned()));
    }

    #[test]
    fn rows_with_ragged_ends_are_read_whole() {
        let reading = own(Kind::Invoices, HEADER);
        for line in ["7,C1,EUR,5,2026-01-01,2026-02-01", "7,C1,EUR,5,2026-01-01,2026-02-01,,,,\" \","] {
            assert!(reading.read(&cells(line), &zones()).is_ok(), "{line}");
        }
    }

    #[test]
    fn a_cell_the_row_is_good_without_costs_itself() {
        let read = own(Kind::Invoices, HEADER).read(&cells("7,C1,EUR,5,2026-01-01,2026-02-01,maybe,"), &zones());
        let read = read.expect("a row");
        assert_eq!(read.lost, [RowProblem::at("disputed", RowReason::NotYesNo("maybe".to_owned()))]);
        let Row::Invoice(invoice) = read.row else { panic!("not an invoice") };
        assert_eq!(invoice.dispute, Dispute::NotTold);
        let reading = own(Kind::Customers, "external_id,name,country");
        let read = reading.read(&cells("C1,Iba\u{fffd},I\u{fffd}"), &zones()).expect("a row");
        let lost: Vec<_> = read.lost.iter().map(|problem| problem.field).collect();
        assert_eq!(lost, [Some("name"), Some("country")]);
        assert!(reading.read(&cells("C\u{fffd},Ana,"), &zones()).is_err());
    }

    #[test]
    fn an_instant_is_the_day_of_whom_it_is_about() {
        let reading = own(Kind::Invoices, HEADER);
        let mut zones = zones();
        zones.of_customers.insert("C1".to_owned(), TimeZone::fixed(jiff::tz::offset(2)));
        let due = |customer: &str| {
            let line = format!("7,{customer},EUR,5,2026-07-01,2026-07-06T22:30:00Z,,");
            let read = reading.read(&cells(&line), &zones).expect("a row");
            let Row::Invoice(invoice) = read.row else { panic!("not an invoice") };
            invoice.due_on
        };
        assert_eq!((due("C1"), due("C2")), (Some(date(2026, 7, 7)), Some(date(2026, 7, 6))));
    }

    #[test]
    fn a_column_is_read_as_a_whole() {
        let header = header("number,customer,currency,total_amount_cents,issued (UTC),due_on");
        let mut mapping = Mapping::own(Kind::Invoices, &header);
        mapping.fields.insert("amount".to_owned(), Source::column("total_amount_cents"));
        mapping.fields.insert("issued_on".to_owned(), Source::column("issued (UTC)"));
        let reading = Reading::new(Kind::Invoices, &mapping, &header).expect("a mapping");
        let rows = ["7,C1,EUR,1190,7/1/2026 23:30,7/15/2026", "8,C1,EUR,5,7/2/2026,7/16/2026"].map(cells);
        let mut study = crate::import::Study::new(&reading);
        rows.iter().for_each(|row| study.look(&reading, row));
        assert!(study.has_instants() && study.open_questions(&reading).is_empty());
        let zones = Zones::all(TimeZone::fixed(jiff::tz::offset(2)));
        let read = study.settle(&reading).read(&rows[0], &zones).expect("a row");
        let Row::Invoice(invoice) = read.row else { panic!("not an invoice") };
        assert_eq!(
            (invoice.amount.minor, invoice.issued_on, invoice.due_on),
            (1_190, date(2026, 7, 2), Some(date(2026, 7, 15)))
        );
    }

    #[test]
    fn what_a_column_does_not_say_is_asked() {
        let reading = own(Kind::Invoices, HEADER);
        let mut study = crate::import::Study::new(&reading);
        study.look(&reading, &cells("7,C1,EUR,1.500,7/1/2026,2026-08-01,,"));
        let open: Vec<String> = study.open_questions(&reading).into_iter().map(|problem| problem.field).collect();
        assert_eq!(open, ["amount", "issued_on"]);
        study.look(&reading, &cells("7,C1,EUR,\"38,20\",7/1/2026,8/15/2026,,"));
        assert_eq!(study.open_questions(&reading), []);
    }

    #[test]
    fn a_mapping_that_does_not_fit_is_refused_whole() {
        let header = header("a,b,b");
        let mut mapping = Mapping::default();
        let mut map = |field: &str, source| mapping.fields.insert(field.to_owned(), source);
        map("number", Source::column("b"));
        map("customer", Source::column("c"));
        map("currency", Source { value: Some("EURO".to_owned()), ..Source::default() });
        map("due_on", Source { format: Some("D/M".to_owned()), ..Source::column("a") });
        map("amounts", Source::column("a"));
        let problems = Reading::new(Kind::Invoices, &mapping, &header).expect_err("nothing fits");
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["amounts", "number", "customer", "amount", "issued_on", "due_on"]);
        assert_eq!(problems[2].to_string(), "customer: the file has no column \"c\"");
    }

    #[test]
    fn a_value_for_all_rows_is_checked_before_the_first() {
        let header = header("number,customer,amount,issued_on,due_on");
        let mut mapping = Mapping::own(Kind::Invoices, &header);
        mapping.fields.insert("currency".to_owned(), Source { value: Some("EURO".to_owned()), ..Source::default() });
        let problems = Reading::new(Kind::Invoices, &mapping, &header).expect_err("no such currency");
        assert_eq!(problems[0].to_string(), "currency: “EURO” is not a currency: use a code such as EUR");
    }

    proptest! {
        #[test]
        fn no_row_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let mut cells = Cells::default();
            let _ = split(&bytes, b',', true, &mut cells);
            for kind in Kind::ALL {
                let header: Vec<String> = kind.fields().iter().map(|field| field.name.to_owned()).collect();
                let mut mapping = Mapping::own(kind, &header);
                if let Ok(reading) = Reading::new(kind, &mapping, &header) {
                    let _ = reading.read(&cells, &zones());
                }
                let wild: Vec<String> = cells.iter().map(Cow::into_owned).collect();
                mapping = crate::import::guess(kind, &wild, std::slice::from_ref(&wild));
                let _ = Reading::new(kind, &mapping, &wild);
            }
        }
    }
}
