//! A mapping laid on a file's header, to read its rows with.

mod rows;
mod told;

use std::borrow::Cow;

use super::{
    Cells, Kind, Mapping, Row, RowProblem, RowReason, Source,
    amount_format::AmountFormat,
    columns::find_column,
    date_format::DateFormat,
    field::{Field, Shape},
    mapping::{MappingProblem, MappingReason},
};
use told::Told;

/// Reads the rows of one file.
#[derive(Clone, Debug)]
pub struct Reading {
    kind: Kind,
    width: usize,
    places: Vec<Place>,
}

/// Where a field stands and how it is written.
#[derive(Clone, Debug)]
struct Place {
    field: &'static Field,
    from: From,
    date: DateFormat,
    amount: AmountFormat,
    yes: Vec<String>,
}

#[derive(Clone, Debug)]
enum From {
    Cell { at: usize, column: String },
    Value(String),
}

impl Reading {
    /// Every problem at once, so that a person mends them in one go.
    pub fn new(kind: Kind, mapping: &Mapping, header: &[String]) -> Result<Self, Vec<MappingProblem>> {
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
            let source = mapping.fields.get(field.name);
            match source.map_or(Ok(None), |source| Place::new(field, source, header)) {
                Ok(Some(place)) => places.push(place),
                Ok(None) if field.is_needed => problems.push(MappingProblem::new(field.name, MappingReason::NotMapped)),
                Ok(None) => {}
                Err(reason) => problems.push(MappingProblem::new(field.name, reason)),
            }
        }
        let reading = Self { kind, width: header.len(), places };
        if problems.is_empty() {
            problems.extend(reading.wrong_values());
        }
        if problems.is_empty() { Ok(reading) } else { Err(problems) }
    }

    /// What is wrong with values that hold for every row, found before the first.
    fn wrong_values(&self) -> impl Iterator<Item = MappingProblem> {
        let cells = Cells::default();
        self.places.iter().filter(|place| matches!(place.from, From::Value(_))).filter_map(move |place| {
            let told = Told { place, text: place.text(&cells) };
            let read = match place.field.shape {
                Shape::Text(_) if place.field.name == "currency" => told.currency().map(drop),
                Shape::Text(_) => told.text().map(drop),
                Shape::Date => told.date().map(drop),
                Shape::YesNo => told.is_yes().map(drop),
                Shape::Quantity => told.quantity().map(drop),
                Shape::Charges => told.charges().map(drop),
                Shape::Amount => Ok(()),
            };
            read.err().map(|problem| MappingProblem::new(place.field.name, MappingReason::Value(problem.reason)))
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

    /// One row as ours.
    pub fn read(&self, cells: &Cells) -> Result<Row, RowProblem> {
        if cells.len() != self.width {
            let reason = RowReason::CellCount { found: cells.len(), wanted: self.width };
            return Err(RowProblem { field: None, reason });
        }
        match self.kind {
            Kind::Customers => self.customer(cells).map(Row::Customer),
            Kind::Plans => self.plan(cells).map(Row::Plan),
            Kind::Subscriptions => self.subscription(cells).map(Row::Subscription),
            Kind::Usage => self.usage(cells).map(Row::Usage),
            Kind::Invoices => self.invoice(cells).map(Row::Invoice),
            Kind::Payments => self.payment(cells).map(Row::Payment),
            Kind::Credits => self.credit(cells).map(Row::Credit),
            Kind::Competitors => self.competitor(cells).map(Row::Competitor),
        }
    }

    fn place(&self, field: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.field.name == field)
    }

    fn told<'r>(&'r self, field: &'static str, cells: &'r Cells) -> Option<Told<'r>> {
        self.place(field).map(|place| Told { place, text: place.text(cells) })
    }

    fn needed<'r>(&'r self, field: &'static str, cells: &'r Cells) -> Result<Told<'r>, RowProblem> {
        let told = self.told(field, cells).filter(|told| !told.text.is_empty());
        told.ok_or_else(|| RowProblem::at(field, RowReason::Missing))
    }
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
        let mut place =
            Self { field, from, date: DateFormat::iso(), amount: AmountFormat::Any, yes: source.yes.clone() };
        match (&source.format, field.shape) {
            (None, _) => {}
            (Some(format), Shape::Date) => place.date = format.parse()?,
            (Some(format), Shape::Amount | Shape::Quantity) => place.amount = format.parse()?,
            (Some(_), _) => return Err(MappingReason::NoFormat),
        }
        if !source.yes.is_empty() && field.shape != Shape::YesNo {
            return Err(MappingReason::NoYes);
        }
        Ok(Some(place))
    }

    /// What stands there, without spaces around.
    fn text<'r>(&'r self, cells: &'r Cells) -> Cow<'r, str> {
        match &self.from {
            From::Value(value) => Cow::Borrowed(value),
            From::Cell { at, .. } => match cells.get(*at) {
                Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
                Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
            },
        }
    }
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

    fn refusal(line: &str) -> (Option<&'static str>, String) {
        let problem = own(Kind::Invoices, HEADER).read(&cells(line)).expect_err(line);
        (problem.field, problem.reason.to_string())
    }

    #[test]
    fn a_row_of_our_own_columns_is_read() {
        let read = own(Kind::Invoices, "Number, Customer ,CURRENCY,Amount,Issued On,Due On,memo");
        let row = read.read(&cells("7,C1,eur,\"1,234.50\",2026-11-06,2026-11-20,=1+1")).expect("a good row");
        let Row::Invoice(invoice) = row else { panic!("not an invoice: {row:?}") };
        assert_eq!(invoice.amount.minor, 123_450);
        assert_eq!(invoice.due_on, date(2026, 11, 20));
        assert_eq!(invoice.dispute, Dispute::NotTold);
    }

    #[test]
    fn bad_rows_are_refused_with_field_and_words() {
        for (line, field, words) in [
            ("7,C1,EUR,5,2026-01-01,2026-02-01,no", None, "this row has 7 cells, and the header has 8"),
            (",C1,EUR,5,2026-01-01,2026-02-01,,", Some("number"), "this is empty, and it is needed"),
            ("7,C1,XYZ,5,2026-01-01,2026-02-01,,", Some("currency"), "“XYZ” is not a currency: use a code such as EUR"),
            ("7,C1,EUR,-5,2026-01-01,2026-02-01,,", Some("amount"), "“-5” is below zero"),
            (
                "7,C1,EUR,5,2026-02-30,2026-02-01,,",
                Some("issued_on"),
                "“2026-02-30” is written as YYYY-MM-DD, but there is no such day",
            ),
            (
                "7,C1,EUR,5,2026-02-03,2026-02-01,,",
                Some("due_on"),
                "it was due on 2026-02-01, before it was issued on 2026-02-03",
            ),
            ("7,C1,EUR,5,2026-01-01,2026-02-01,maybe,", Some("disputed"), "“maybe” is neither yes nor no"),
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
                    let _ = reading.read(&cells);
                }
                let wild: Vec<String> = cells.iter().map(Cow::into_owned).collect();
                mapping = crate::import::guess(kind, &wild, std::slice::from_ref(&wild));
                let _ = Reading::new(kind, &mapping, &wild);
            }
        }
    }
}
