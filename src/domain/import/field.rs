//! The fields of each kind, in the order of our own columns.

use super::Kind;

/// One thing we want to know of each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Our own column's name.
    pub name: &'static str,
    /// As an admin reads it.
    pub label: &'static str,
    pub shape: Shape,
    pub is_needed: bool,
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
    Date,
    YesNo,
}

impl Shape {
    /// As a mapping may name it.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Text(_) => "text",
            Shape::Amount => "amount",
            Shape::Date => "date",
            Shape::YesNo => "yes_no",
        }
    }
}

const fn needed(name: &'static str, label: &'static str, shape: Shape, example: &'static str) -> Field {
    Field { name, label, shape, is_needed: true, example, also: &[] }
}

const fn optional(name: &'static str, label: &'static str, shape: Shape, example: &'static str) -> Field {
    Field { is_needed: false, ..needed(name, label, shape, example) }
}

const fn also(field: Field, also: &'static [&'static str]) -> Field {
    Field { also, ..field }
}

const CUSTOMER_ID: &[&str] =
    &["customerid", "customernumber", "customerno", "customer", "custid", "custref", "account"];
const INVOICE_NUMBER: &[&str] = &["invoicenumber", "invoiceno", "invoiceid", "invoice", "billnumber", "number"];

const CUSTOMERS: &[Field] = &[
    also(needed("external_id", "Customer id", Shape::Text(100), "C-1007"), CUSTOMER_ID),
    also(needed("name", "Name", Shape::Text(200), "Mira Kovač"), &["customername", "fullname", "company"]),
    also(optional("preferred_name", "Preferred name", Shape::Text(100), "Mira"), &["firstname", "nickname", "callme"]),
    also(optional("email", "E-mail address", Shape::Text(254), "mira@example.com"), &["emailaddress", "mail"]),
    also(optional("time_zone", "Time zone", Shape::Text(60), "Europe/Dublin"), &["timezone", "tz"]),
    also(optional("country", "Country", Shape::Text(100), "IE"), &["countrycode"]),
];

const INVOICES: &[Field] = &[
    also(needed("number", "Number", Shape::Text(100), "1042"), INVOICE_NUMBER),
    also(
        needed("customer", "Customer id", Shape::Text(100), "C-1007"),
        &["externalid", "customerid", "customernumber", "customerno", "custid", "custref", "account"],
    ),
    also(needed("currency", "Currency", Shape::Text(3), "EUR"), &["currencycode", "ccy"]),
    also(needed("amount", "Amount", Shape::Amount, "38.20"), &["invoiceamount", "total", "totalamount", "grossamount"]),
    also(
        needed("issued_on", "Issued on", Shape::Date, "2026-11-06"),
        &["issued", "issuedate", "invoicedate", "billdate", "date"],
    ),
    also(needed("due_on", "Due on", Shape::Date, "2026-11-20"), &["due", "duedate", "payby"]),
    also(optional("disputed", "Disputed", Shape::YesNo, ""), &["isdisputed", "dispute"]),
    also(optional("disputed_on", "Disputed on", Shape::Date, ""), &["disputedate", "disputeddate"]),
];

const PAYMENTS: &[Field] = &[
    also(needed("invoice", "Invoice number", Shape::Text(100), "1042"), INVOICE_NUMBER),
    also(
        needed("reference", "Reference", Shape::Text(200), "P-2231"),
        &["paymentid", "paymentreference", "paymentnumber", "transactionid"],
    ),
    also(needed("amount", "Amount", Shape::Amount, "38.20"), &["paidamount", "paymentamount", "amountpaid", "total"]),
    also(
        needed("paid_on", "Paid on", Shape::Date, "2026-11-18"),
        &["paid", "paymentdate", "paiddate", "settleddate", "date"],
    ),
];

type Labels = &'static [(&'static str, &'static str)];

const fn labels<const N: usize>(fields: &[Field]) -> [(&'static str, &'static str); N] {
    let mut labels = [("", ""); N];
    let mut at = 0;
    while at < N {
        labels[at] = (fields[at].name, fields[at].label);
        at += 1;
    }
    labels
}

impl Kind {
    /// Each field's name and label.
    pub fn labels(self) -> Labels {
        const OF_CUSTOMERS: Labels = &labels::<{ CUSTOMERS.len() }>(CUSTOMERS);
        const OF_INVOICES: Labels = &labels::<{ INVOICES.len() }>(INVOICES);
        const OF_PAYMENTS: Labels = &labels::<{ PAYMENTS.len() }>(PAYMENTS);
        match self {
            Kind::Customers => OF_CUSTOMERS,
            Kind::Invoices => OF_INVOICES,
            Kind::Payments => OF_PAYMENTS,
        }
    }

    pub fn fields(self) -> &'static [Field] {
        match self {
            Kind::Customers => CUSTOMERS,
            Kind::Invoices => INVOICES,
            Kind::Payments => PAYMENTS,
        }
    }

    pub fn field(self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.name == name)
    }

    /// Our own columns and one row, as a file to start from.
    pub fn template(self) -> String {
        let fields = self.fields();
        let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
        let row: Vec<&str> = fields.iter().map(|field| field.example).collect();
        format!("{}\n{}\n", names.join(","), row.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_a_header_and_a_row_of_as_many_cells() {
        let template = Kind::Invoices.template();
        let mut lines = template.lines();
        assert_eq!(lines.next(), Some("number,customer,currency,amount,issued_on,due_on,disputed,disputed_on"));
        assert_eq!(lines.next(), Some("1042,C-1007,EUR,38.20,2026-11-06,2026-11-20,,"));
    }
}
