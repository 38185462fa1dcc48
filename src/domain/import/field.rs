//! What we want to know of each row, and what may stand in its cells.

use super::{DATE_AND_MONTH_FORMATS, DATE_FORMATS, Kind, amount_format::AmountFormat, export};

/// One thing we want to know of each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Our own column's name.
    pub name: &'static str,
    /// As an admin reads it.
    pub label: &'static str,
    pub shape: Shape,
    pub is_needed: bool,
    /// Whether a row is as good without it, so that a cell that cannot be used costs itself and not the row.
    pub is_spare: bool,
    /// Whether it can say that money is not owed, or not in this currency: it is found by its name also where a mapping does
    /// not name it. A mapping that leaves it empty leaves it out.
    pub is_telling: bool,
    pub example: &'static str,
    /// What other systems call it, lower case and letters and digits alone.
    pub also: &'static [&'static str],
}

/// What may stand in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// At most so many characters.
    Text(usize),
    Amount,
    /// Of units, such as kilowatt hours.
    Quantity,
    Date,
    /// Of use: a day, or a month as a whole.
    DateOrMonth,
    YesNo,
    /// What usage costs, as JSON.
    Charges,
}

impl Shape {
    /// As a mapping may name it.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Text(_) => "text",
            Shape::Amount => "amount",
            Shape::Quantity => "quantity",
            Shape::Date | Shape::DateOrMonth => "date",
            Shape::YesNo => "yes_no",
            Shape::Charges => "charges",
        }
    }

    /// The ways in which files write it; none where there is only one.
    pub fn formats(self) -> &'static [&'static str] {
        match self {
            Shape::Date => DATE_FORMATS,
            Shape::DateOrMonth => &DATE_AND_MONTH_FORMATS,
            Shape::Amount => &[AmountFormat::POINT, AmountFormat::COMMA, AmountFormat::MINOR],
            Shape::Quantity => &[AmountFormat::POINT, AmountFormat::COMMA],
            Shape::Text(_) | Shape::YesNo | Shape::Charges => &[],
        }
    }
}

impl Shape {
    pub fn is_date(self) -> bool {
        matches!(self, Shape::Date | Shape::DateOrMonth)
    }

    pub fn is_number(self) -> bool {
        matches!(self, Shape::Amount | Shape::Quantity)
    }
}

impl Kind {
    pub fn field(self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// Our own columns and one row, as a file to start from.
    pub fn template(self) -> String {
        let line =
            |cell: fn(&Field) -> &'static str| export::line(self.fields().iter().map(|field| cell(field).into()));
        format!("{}\n{}\n", line(|field| field.name), line(|field| field.example))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_a_header_and_a_row_of_as_many_cells() {
        let template = Kind::Invoices.template();
        let mut lines = template.lines();
        let header = "number,customer,currency,amount,issued_on,due_on,disputed,disputed_on,status,payment_status,amount_paid,\
                      amount_open,paid_on,tax,kind,refers_to,line";
        assert_eq!(lines.next(), Some(header));
        assert_eq!(lines.next(), Some("1042,C-1007,EUR,38.20,2026-11-06,2026-11-20,,,,,,,,,,,"));
    }

    #[test]
    fn the_columns_of_each_kind_are_those_of_its_template() {
        for (kind, header) in [
            (Kind::Plans, "code,name,currency,monthly_fee,minimum_commitment,charges,open_from,open_until,eligibility"),
            (Kind::Subscriptions, "reference,customer,plan,starts_on,ends_on,committed_until"),
            (Kind::Usage, "customer,meter,used_on,quantity"),
            (Kind::Credits, "reference,customer,currency,amount,used,granted_on,expires_on,scope,reason"),
            (
                Kind::Competitors,
                "provider,product,currency,monthly_fee,charges,eligibility,source,checked_on,open_until",
            ),
        ] {
            assert_eq!(kind.template().lines().next(), Some(header));
        }
    }

    #[test]
    fn no_field_takes_a_name_that_another_of_its_kind_has() {
        for kind in Kind::ALL {
            for field in kind.fields() {
                let mut others = kind.fields().iter().filter(|other| other.name != field.name);
                let taken = others.find(|other| field.also.contains(&other.name.replace('_', "").as_str()));
                assert_eq!(taken.map(|other| other.name), None, "{kind}: {} takes its name", field.name);
            }
        }
    }
}
