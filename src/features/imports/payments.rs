//! Payments as rows bring them.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    batch::{Desk, Outcome, ReadRow, rows_of},
    earlier::Earlier,
};
use crate::{
    domain::{
        import::{PaymentRow, Row, RowProblem, RowReason},
        money::Currency,
    },
    error::Result,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
};

static INVOICES: Bulk = Bulk::new(
    "select invoices.id, customer_id, number, currency from (values ",
    1,
    ") as wanted join invoices on invoices.number = wanted.column1",
);
static KNOWN: Bulk = Bulk::new(
    "select payments.id, invoice_id, reference, amount, paid_on from (values ",
    2,
    ") as wanted join payments on payments.invoice_id = wanted.column1 and payments.reference = wanted.column2",
);
static WRITE: Bulk = Bulk::new(
    "insert into payments (id, invoice_id, reference, amount, paid_on, created_at, updated_at) values ",
    7,
    " on conflict (invoice_id, reference) do update set amount = excluded.amount, paid_on = excluded.paid_on,
          updated_at = excluded.updated_at",
);

#[derive(sqlx::FromRow)]
struct Invoice {
    id: String,
    customer_id: String,
    number: String,
    currency: Text<Currency>,
}

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Payment {
    id: String,
    invoice_id: String,
    reference: String,
    amount: i64,
    paid_on: Text<Date>,
}

/// The bills that a file names. Two customers may have bills of one number: then the number does not say whose was paid.
struct Invoices<'k>(HashMap<&'k str, Vec<&'k Invoice>>);

impl<'k> Invoices<'k> {
    fn by_number(invoices: &'k [Invoice]) -> Self {
        let mut of: HashMap<&str, Vec<&Invoice>> = HashMap::new();
        for invoice in invoices {
            let same = of.entry(&invoice.number).or_default();
            // A number that a file names twice is found twice.
            if same.iter().all(|other| other.id != invoice.id) {
                same.push(invoice);
            }
        }
        Self(of)
    }

    fn named(&self, number: &str) -> Result<&'k Invoice, RowProblem> {
        let reason = match self.0.get(number).map(Vec::as_slice) {
            Some([one]) => return Ok(one),
            Some([_, _, ..]) => RowReason::SeveralInvoices(number.to_owned()),
            _ => RowReason::NoSuchInvoice(number.to_owned()),
        };
        Err(RowProblem::at("invoice", reason))
    }
}

pub async fn settle(
    conn: &mut Conn<'_>,
    desk: &Desk<'_>,
    rows: &[ReadRow],
    earlier: &mut Earlier,
    outcome: &mut Outcome,
) -> Result<()> {
    let rows = rows_of(rows, |row| match row {
        Row::Payment(row) => Some(row),
        _ => None,
    });
    let numbers: Vec<&str> = rows.iter().map(|(_, row)| row.invoice.as_str()).collect();
    let invoices: Vec<Invoice> = INVOICES.find(conn, &numbers).await?;
    let invoices = Invoices::by_number(&invoices);
    let keys: Vec<&str> = rows
        .iter()
        .filter_map(|(_, row)| Some([invoices.named(&row.invoice).ok()?.id.as_str(), row.reference.as_str()]))
        .flatten()
        .collect();
    let known: Vec<Payment> = KNOWN.find(conn, &keys).await?;
    let known: HashMap<(&str, &str), &Payment> =
        known.iter().map(|payment| ((payment.invoice_id.as_str(), payment.reference.as_str()), payment)).collect();

    let mut written = Vec::new();
    for (read, row) in rows {
        match merged(row, &invoices, &known, desk) {
            Err(problem) => outcome.refuse(desk, read, problem),
            Ok((payment, before, customer_id)) => {
                let values = (payment.amount, payment.paid_on.0);
                let as_before = before.map(|before| *before == payment);
                let verdict = earlier.judge((&row.invoice, &row.reference), values, as_before);
                if outcome.takes(desk, read, verdict, ("reference", &row.reference)) {
                    outcome.changed.push(customer_id.to_owned());
                    written.push(payment);
                }
            }
        }
    }
    if desk.is_dry_run { Ok(()) } else { Ok(write(conn, &written, desk.now).await?) }
}

/// The payment as it is after this row, as it was, and whose bill it pays.
fn merged<'k>(
    row: &PaymentRow,
    invoices: &Invoices<'k>,
    known: &HashMap<(&str, &str), &'k Payment>,
    desk: &Desk<'_>,
) -> Result<(Payment, Option<&'k Payment>, &'k str), RowProblem> {
    let invoice = invoices.named(&row.invoice)?;
    let amount = desk
        .reading
        .amount_format()
        .read(&row.amount, invoice.currency.0)
        .map_err(|reason| RowProblem::at("amount", reason))?;
    let before = known.get(&(invoice.id.as_str(), row.reference.as_str())).copied();
    let payment = Payment {
        id: before.map_or_else(new_id, |before| before.id.clone()),
        invoice_id: invoice.id.clone(),
        reference: row.reference.clone(),
        amount: amount.minor,
        paid_on: Text(row.paid_on),
    };
    Ok((payment, before, &invoice.customer_id))
}

async fn write(conn: &mut Conn<'_>, written: &[Payment], now: i64) -> sqlx::Result<()> {
    let values: Vec<Value<'_>> = written
        .iter()
        .flat_map(|payment| {
            [
                Value::Text(&payment.id),
                Value::Text(&payment.invoice_id),
                Value::Text(&payment.reference),
                Value::Whole(payment.amount),
                Value::Day(payment.paid_on),
                Value::Whole(now),
                Value::Whole(now),
            ]
        })
        .collect();
    WRITE.write(conn, &values).await
}
