//! Invoices as rows bring them.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use jiff::civil::Date;

use super::{
    balance,
    batch::{Desk, Outcome, ReadRow, rows_of},
    earlier::{Earlier, Verdict},
    names::{self, Ids},
    notes::{self, Note},
    parts::Part,
    payments,
};
use crate::{
    domain::{
        bill::{BillKind, BillStatus},
        import::{InvoiceRow, Row, RowProblem, RowReason, Tally, checks::in_its_currency, row::Dispute},
    },
    error::Result,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
};

static KNOWN: Bulk = Bulk::new(
    "select invoices.id, number, customer_id, currency, amount, tax, billed_paid, status, kind, issued_on, due_on,
            disputed_on from (values ",
    1,
    ") as wanted join invoices on invoices.number = wanted.column1",
);
static WRITE: Bulk = Bulk::new(
    "insert into invoices (id, customer_id, number, currency, amount, tax, billed_paid, status, kind, issued_on,
                           due_on, disputed_on, created_at, updated_at) values ",
    14,
    " on conflict (customer_id, number) do update set currency = excluded.currency, amount = excluded.amount,
          tax = excluded.tax, billed_paid = excluded.billed_paid, status = excluded.status, kind = excluded.kind,
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
    tax: Option<i64>,
    billed_paid: Option<i64>,
    status: Text<BillStatus>,
    kind: Text<BillKind>,
    issued_on: Text<Date>,
    due_on: Text<Date>,
    disputed_on: Option<Text<Date>>,
}

type Known<'k> = HashMap<(&'k str, &'k str), &'k Invoice>;

/// What a row is to us.
enum Brought<'k> {
    Bill(Invoice, Option<&'k Invoice>),
    Note(&'k str),
    /// Nothing to keep, and nothing to mend.
    PassedOver,
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
    let known: Known<'_> =
        known.iter().map(|invoice| ((invoice.customer_id.as_str(), invoice.number.as_str()), invoice)).collect();

    let (mut firsts, mut others, mut bills) = (HashSet::new(), Vec::new(), Vec::with_capacity(rows.len()));
    for (read, row) in rows {
        match earlier.parts.of(row) {
            None => bills.push((read, row, Cow::Borrowed(row))),
            Some(Part { whole: Err(reason), .. }) => {
                outcome.refuse(desk, read, RowProblem::at("number", reason.clone()));
            }
            // The first row of a bill stands for all of them.
            Some(part) if part.verdict.is_some() || !firsts.insert((&row.customer, &row.number)) => {
                others.push((read, row));
            }
            Some(Part { whole: Ok((whole, word)), .. }) => {
                if let Some(word) = word {
                    outcome.warn(desk, read, &RowProblem::at("amount", word.clone()));
                }
                bills.push((read, row, Cow::Owned(whole.clone())));
            }
        }
    }
    let (mut written, mut notes, mut owed, mut paid_on) = (Vec::new(), Vec::new(), HashMap::new(), HashMap::new());
    // Bills that are here for the first time.
    let mut came = Vec::new();
    for (read, first, row) in &bills {
        let verdict = match brought(row, &known, &customers) {
            Err(problem) => {
                outcome.refuse(desk, read, problem);
                None
            }
            Ok(Brought::PassedOver) => {
                outcome.tally.unchanged += 1;
                outcome.warn(desk, read, &RowProblem::at("due_on", RowReason::NoDueDay));
                Some(Verdict::ChangesNothing)
            }
            Ok(Brought::Note(customer_id)) => {
                notes.push(Note { read, row, customer_id });
                Some(Verdict::ChangesNothing)
            }
            Ok(Brought::Bill(invoice, before)) => {
                let verdict = earlier.judge((&row.customer, &row.number), row, before.map(|before| *before == invoice));
                if outcome.takes(desk, read, verdict, ("number", &row.number)) {
                    outcome.changed.push(invoice.customer_id.clone());
                    if is_settled_anew(&invoice, before) {
                        owed.insert(invoice.id.clone(), *read);
                        paid_on.extend(row.paid_on.map(|day| (invoice.id.clone(), day)));
                    }
                    if before.is_none() {
                        came.push((invoice.customer_id.clone(), invoice.number.clone()));
                    }
                    written.push(invoice);
                }
                Some(verdict)
            }
        };
        if let (Some(verdict), Some(part)) = (verdict, earlier.parts.of(first)) {
            *part.verdict = Some(verdict);
        }
    }
    for (read, row) in others {
        match earlier.parts.of(row).and_then(|part| *part.verdict) {
            Some(verdict) => count(&mut outcome.tally, verdict),
            None => {
                let reason = RowReason::BillIncomplete(row.number.clone());
                outcome.refuse(desk, read, RowProblem::at("number", reason));
            }
        }
    }
    if !desk.is_dry_run {
        write(conn, &written, desk.now).await?;
    }
    let mut touched = notes::settle(conn, desk, &notes, earlier, outcome).await?;
    if !desk.is_dry_run {
        touched.extend(payments::pay_awaited(conn, &came, desk.now).await?);
        let anew: Vec<&str> = owed.keys().chain(&touched).map(String::as_str).collect();
        for (bill, reason) in balance::settle(conn, &anew, &paid_on, desk.now).await? {
            if let Some(read) = owed.get(&bill) {
                outcome.warn(desk, read, &RowProblem::at("amount", reason));
            }
        }
    }
    Ok(())
}

fn count(tally: &mut Tally, verdict: Verdict) {
    match verdict {
        Verdict::Creates => tally.created += 1,
        Verdict::Updates => tally.updated += 1,
        Verdict::ChangesNothing | Verdict::Contradicts => tally.unchanged += 1,
    }
}

/// Whether what was paid of it must be put together anew.
fn is_settled_anew(invoice: &Invoice, before: Option<&Invoice>) -> bool {
    match before {
        None => invoice.billed_paid.is_some_and(|paid| paid > 0),
        Some(before) => {
            invoice.billed_paid.is_some()
                || before.billed_paid.is_some()
                || (before.amount, before.status) != (invoice.amount, invoice.status)
        }
    }
}

/// What the row brings; what the file does not tell stays.
fn brought<'k>(row: &InvoiceRow, known: &Known<'k>, customers: &'k Ids) -> Result<Brought<'k>, RowProblem> {
    let customer_id = names::customer(customers, &row.customer)?;
    let before = known.get(&(customer_id.as_str(), row.number.as_str())).copied();
    if row.kind == BillKind::CreditNote {
        return Ok(Brought::Note(customer_id));
    }
    // Its payments are kept in the old currency's minor units.
    let known_currency = before.map(|before| before.currency.as_str());
    in_its_currency(("invoice", &row.number), row.amount.currency, known_currency, "its payments")?;
    let amount = match (row.is_open_part, row.paid, before) {
        (false, ..) => row.amount.minor,
        // What is open alone does not say how much the bill was: it never makes it smaller.
        (true, None, Some(before)) => row.amount.minor.max(before.amount),
        (true, paid, _) => row.amount.minor.saturating_add(paid.unwrap_or_default()),
    };
    let open = if row.is_open_part { Some(row.amount.minor) } else { row.open };
    let by_open = open.map(|open| amount.saturating_sub(open).max(0));
    let told_paid = match row.paid {
        Some(paid) => Some(paid.max(by_open.unwrap_or_default())),
        None => by_open,
    };
    let status = row.status.or(before.map(|before| before.status.0)).unwrap_or(BillStatus::Open);
    let (status, billed_paid) = match (row.status, told_paid) {
        (Some(BillStatus::Paid), paid) => (BillStatus::Open, Some(paid.unwrap_or_default().max(amount))),
        (Some(BillStatus::Open), None) => (BillStatus::Open, before.map(|_| 0).filter(|_| was_paid_by_word(before))),
        (_, Some(paid)) => (status, Some(paid)),
        (_, None) => (status, before.and_then(|before| before.billed_paid)),
    };
    let is_paid = billed_paid.is_some_and(|paid| paid >= amount);
    let due_on = match (row.due_on, before) {
        (Some(day), _) => day,
        (None, Some(before)) => before.due_on.0.max(row.issued_on),
        (None, None) if is_paid || !status.is_owed() => row.issued_on,
        (None, None) => return Ok(Brought::PassedOver),
    };
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
        amount,
        tax: row.tax.or(before.and_then(|before| before.tax)),
        billed_paid,
        status: Text(status),
        kind: Text(match (row.kind, before) {
            (BillKind::Bill, Some(before)) => before.kind.0,
            (kind, _) => kind,
        }),
        issued_on: Text(row.issued_on),
        due_on: Text(due_on),
        disputed_on,
    };
    Ok(Brought::Bill(invoice, before))
}

/// Whether the bill said of itself that all of it was paid, which an open one takes back.
fn was_paid_by_word(before: Option<&Invoice>) -> bool {
    before.is_some_and(|before| before.billed_paid.is_some_and(|paid| paid >= before.amount))
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
                Value::MaybeWhole(invoice.tax),
                Value::MaybeWhole(invoice.billed_paid),
                Value::Text(invoice.status.0.name()),
                Value::Text(invoice.kind.0.name()),
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
