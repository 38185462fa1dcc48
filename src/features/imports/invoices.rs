//! Invoices as rows bring them.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    batch::{Desk, Outcome, ReadRow},
    earlier::{Earlier, Verdict},
};
use crate::{
    domain::import::{InvoiceRow, Row, RowProblem, RowReason, row::Dispute},
    error::Result,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
};

static CUSTOMERS: Bulk = Bulk::new(
    "select external_id, customers.id from (values ",
    1,
    ") as wanted join customers on customers.external_id = wanted.column1",
);
static KNOWN: Bulk = Bulk::new(
    "select invoices.id, number, customer_id, currency, amount, issued_on, due_on, disputed_on from (values ",
    1,
    ") as wanted join invoices on invoices.number = wanted.column1",
);
static WRITE: Bulk = Bulk::new(
    "insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, disputed_on, created_at,
                           updated_at) values ",
    10,
    " on conflict (number) do update set currency = excluded.currency, amount = excluded.amount,
          issued_on = excluded.issued_on, due_on = excluded.due_on, disputed_on = excluded.disputed_on,
          updated_at = excluded.updated_at",
);

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Invoice {
    id: String,
    number: String,
    customer_id: String,
    currency: String,
    amount: i64,
    issued_on: Text<Date>,
    due_on: Text<Date>,
    disputed_on: Option<Text<Date>>,
}

pub async fn settle(
    conn: &mut Conn<'_>,
    desk: &Desk<'_>,
    rows: &[ReadRow],
    earlier: &mut Earlier,
    outcome: &mut Outcome,
) -> Result<()> {
    let customers = customers(conn, rows).await?;
    let numbers: Vec<&str> = invoice_rows(rows).map(|(_, row)| row.number.as_str()).collect();
    let known: Vec<Invoice> = KNOWN.find(conn, &numbers).await?;
    let known: HashMap<&str, &Invoice> = known.iter().map(|invoice| (invoice.number.as_str(), invoice)).collect();

    let mut written = Vec::new();
    for (read, row) in invoice_rows(rows) {
        let before = known.get(row.number.as_str()).copied();
        let invoice = match merged(row, before, &customers) {
            Ok(invoice) => invoice,
            Err(problem) => {
                outcome.refuse(desk, read, problem);
                continue;
            }
        };
        let verdict = earlier.judge(&row.number, row, before.map(|before| *before == invoice));
        if !outcome.count(verdict) {
            let reason = RowReason::Contradicted(row.number.clone());
            outcome.refuse(desk, read, RowProblem::at("number", reason));
        } else if matches!(verdict, Verdict::Creates | Verdict::Updates) {
            written.push(invoice);
        }
    }
    if desk.is_dry_run { Ok(()) } else { Ok(write(conn, &written, desk.now).await?) }
}

fn invoice_rows(rows: &[ReadRow]) -> impl Iterator<Item = (&ReadRow, &InvoiceRow)> {
    rows.iter().filter_map(|read| match &read.row {
        Row::Invoice(row) => Some((read, row)),
        _ => None,
    })
}

/// The ids of the customers these rows name.
async fn customers(conn: &mut Conn<'_>, rows: &[ReadRow]) -> Result<HashMap<String, String>> {
    let mut keys: Vec<&str> = invoice_rows(rows).map(|(_, row)| row.customer.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    Ok(CUSTOMERS.find::<(String, String)>(conn, &keys).await?.into_iter().collect())
}

/// The invoice as it is after this row; what the file does not tell stays.
fn merged(
    row: &InvoiceRow,
    before: Option<&Invoice>,
    customers: &HashMap<String, String>,
) -> Result<Invoice, RowProblem> {
    let customer_id = customers
        .get(&row.customer)
        .ok_or_else(|| RowProblem::at("customer", RowReason::NoSuchCustomer(row.customer.clone())))?;
    if before.is_some_and(|before| before.customer_id != *customer_id) {
        return Err(RowProblem::at("number", RowReason::OtherCustomers(row.number.clone())));
    }
    // Its payments are kept in the old currency's minor units.
    if let Some(before) = before.filter(|before| before.currency != row.amount.currency.code()) {
        let reason = RowReason::OtherCurrency { number: row.number.clone(), known: before.currency.clone() };
        return Err(RowProblem::at("currency", reason));
    }
    let known_dispute = before.and_then(|before| before.disputed_on);
    let disputed_on = match row.dispute {
        Dispute::NotTold => known_dispute,
        Dispute::No => None,
        Dispute::Since(day) => Some(Text(day)),
        Dispute::Yes => known_dispute.or(Some(Text(row.issued_on))),
    };
    Ok(Invoice {
        id: before.map_or_else(new_id, |before| before.id.clone()),
        number: row.number.clone(),
        customer_id: customer_id.clone(),
        currency: row.amount.currency.code().to_owned(),
        amount: row.amount.minor,
        issued_on: Text(row.issued_on),
        due_on: Text(row.due_on),
        disputed_on,
    })
}

async fn write(conn: &mut Conn<'_>, written: &[Invoice], now: i64) -> sqlx::Result<()> {
    let days: Vec<[Option<String>; 3]> = written
        .iter()
        .map(|invoice| {
            let text = |day: Text<Date>| day.0.to_string();
            [Some(text(invoice.issued_on)), Some(text(invoice.due_on)), invoice.disputed_on.map(text)]
        })
        .collect();
    let values: Vec<Value<'_>> = written
        .iter()
        .zip(&days)
        .flat_map(|(invoice, [issued_on, due_on, disputed_on])| {
            [
                Value::Text(&invoice.id),
                Value::Text(&invoice.customer_id),
                Value::Text(&invoice.number),
                Value::Text(&invoice.currency),
                Value::Whole(invoice.amount),
                Value::Maybe(issued_on.as_deref()),
                Value::Maybe(due_on.as_deref()),
                Value::Maybe(disputed_on.as_deref()),
                Value::Whole(now),
                Value::Whole(now),
            ]
        })
        .collect();
    WRITE.write(conn, &values).await
}
