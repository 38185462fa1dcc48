//! Invoices as rows bring them.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    batch::{Desk, Outcome, ReadRow, rows_of},
    earlier::Earlier,
    names::{self, Ids},
};
use crate::{
    domain::import::{InvoiceRow, Row, RowProblem, checks::in_its_currency, row::Dispute},
    error::Result,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
};

static KNOWN: Bulk = Bulk::new(
    "select invoices.id, number, customer_id, currency, amount, issued_on, due_on, disputed_on from (values ",
    1,
    ") as wanted join invoices on invoices.number = wanted.column1",
);
static WRITE: Bulk = Bulk::new(
    "insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, disputed_on, created_at,
                           updated_at) values ",
    10,
    " on conflict (customer_id, number) do update set currency = excluded.currency, amount = excluded.amount,
          issued_on = excluded.issued_on, due_on = excluded.due_on,
          disputed_on = case when excluded.disputed_on is null and exists (
                                      select 1 from billing_orders
                                      where billing_orders.invoice_id = invoices.id and kind = 'dispute'
                                        and state in ('asked', 'confirmed') and answered_at is null)
                             then invoices.disputed_on else excluded.disputed_on end,
          dispute_settled_on = case when excluded.disputed_on > invoices.dispute_settled_on then null
                                    else invoices.dispute_settled_on end,
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
    let rows = rows_of(rows, |row| match row {
        Row::Invoice(row) => Some(row),
        _ => None,
    });
    let customers = names::customers(conn, rows.iter().map(|(_, row)| row.customer.as_str())).await?;
    let numbers: Vec<&str> = rows.iter().map(|(_, row)| row.number.as_str()).collect();
    let known: Vec<Invoice> = KNOWN.find(conn, &numbers).await?;
    let known: HashMap<(&str, &str), &Invoice> =
        known.iter().map(|invoice| ((invoice.customer_id.as_str(), invoice.number.as_str()), invoice)).collect();

    let mut written = Vec::new();
    for (read, row) in rows {
        match merged(row, &known, &customers) {
            Err(problem) => outcome.refuse(desk, read, problem),
            Ok((invoice, before)) => {
                let verdict = earlier.judge((&row.customer, &row.number), row, before.map(|before| *before == invoice));
                if outcome.takes(desk, read, verdict, ("number", &row.number)) {
                    outcome.changed.push(invoice.customer_id.clone());
                    written.push(invoice);
                }
            }
        }
    }
    if desk.is_dry_run { Ok(()) } else { Ok(write(conn, &written, desk.now).await?) }
}

/// The invoice as it is after this row; what the file does not tell stays.
fn merged<'k>(
    row: &InvoiceRow,
    known: &HashMap<(&str, &str), &'k Invoice>,
    customers: &Ids,
) -> Result<(Invoice, Option<&'k Invoice>), RowProblem> {
    let customer_id = names::customer(customers, &row.customer)?;
    let before = known.get(&(customer_id.as_str(), row.number.as_str())).copied();
    // Its payments are kept in the old currency's minor units.
    let known = before.map(|before| before.currency.as_str());
    in_its_currency(("invoice", &row.number), row.amount.currency, known, "its payments")?;
    let known_dispute = before.and_then(|before| before.disputed_on);
    let disputed_on = match row.dispute {
        Dispute::NotTold => known_dispute,
        Dispute::No => None,
        Dispute::Since(day) => Some(Text(day)),
        Dispute::Yes => known_dispute.or(Some(Text(row.issued_on))),
    };
    let invoice = Invoice {
        id: before.map_or_else(new_id, |before| before.id.clone()),
        number: row.number.clone(),
        customer_id: customer_id.clone(),
        currency: row.amount.currency.code().to_owned(),
        amount: row.amount.minor,
        issued_on: Text(row.issued_on),
        due_on: Text(row.due_on),
        disputed_on,
    };
    Ok((invoice, before))
}

async fn write(conn: &mut Conn<'_>, written: &[Invoice], now: i64) -> sqlx::Result<()> {
    let values: Vec<Value<'_>> = written
        .iter()
        .flat_map(|invoice| {
            [
                Value::Text(&invoice.id),
                Value::Text(&invoice.customer_id),
                Value::Text(&invoice.number),
                Value::Text(&invoice.currency),
                Value::Whole(invoice.amount),
                Value::Day(invoice.issued_on),
                Value::Day(invoice.due_on),
                Value::MaybeDay(invoice.disputed_on),
                Value::Whole(now),
                Value::Whole(now),
            ]
        })
        .collect();
    WRITE.write(conn, &values).await
}
