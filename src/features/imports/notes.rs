//! Credit notes as rows bring them: money that is not owed after all, as a payment of the bill it is of or as credit.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    batch::{Desk, Outcome, ReadRow},
    earlier::Earlier,
    store::{self, NewPayment},
};
use crate::{
    domain::{
        bill::BillStatus,
        import::{InvoiceRow, RowProblem, RowReason},
        money::{Currency, Money},
    },
    error::Result,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
};

static BILLS: Bulk = Bulk::new(
    "select invoices.id, customer_id, number, currency from (values ",
    2,
    ") as wanted join invoices on invoices.customer_id = wanted.column1 and invoices.number = wanted.column2",
);
static CREDITS: Bulk = Bulk::new(
    "select credits.id, customer_id, reference, currency, amount, used, granted_on,
            (select cast(coalesce(sum(credit_uses.amount), 0) as bigint) from credit_uses
             where credit_uses.credit_id = credits.id) as used_here
     from (values ",
    1,
    ") as wanted join credits on credits.reference = wanted.column1",
);
static PAID: Bulk = Bulk::new(
    "select invoice_id, reference, payments.amount, paid_on from (values ",
    2,
    ") as wanted join payments on payments.invoice_id = wanted.column1 and payments.reference = wanted.column2",
);
static GRANT: Bulk = Bulk::new(
    "insert into credits (id, reference, customer_id, currency, amount, used, granted_on, reason, source, created_at,
                          updated_at) values ",
    11,
    " on conflict (reference) do update set amount = excluded.amount, used = excluded.used,
          granted_on = excluded.granted_on, updated_at = excluded.updated_at",
);
#[derive(sqlx::FromRow)]
struct Bill {
    id: String,
    customer_id: String,
    number: String,
    currency: Text<Currency>,
}

#[derive(Clone, sqlx::FromRow)]
struct Credit {
    id: String,
    customer_id: String,
    reference: String,
    currency: String,
    amount: i64,
    used: i64,
    granted_on: Text<Date>,
    used_here: i64,
}

#[derive(sqlx::FromRow)]
struct Paid {
    invoice_id: String,
    reference: String,
    amount: i64,
    paid_on: Text<Date>,
}

/// A note with the row that brings it.
pub struct Note<'n> {
    pub read: &'n ReadRow,
    pub row: &'n InvoiceRow,
    pub customer_id: &'n str,
}

impl Note<'_> {
    /// Minor units of the note.
    fn amount(&self) -> i64 {
        self.row.amount.minor.saturating_abs()
    }

    /// What billing used of it already.
    fn used(&self) -> i64 {
        let row = self.row;
        let paid = row.paid.map(i64::saturating_abs);
        let by_open = row.open.map(|open| self.amount().saturating_sub(open.saturating_abs()).max(0));
        match row.status {
            Some(BillStatus::Paid) => self.amount(),
            _ => paid.max(by_open).unwrap_or_default().min(self.amount()),
        }
    }

    fn holds(&self) -> bool {
        self.row.status.is_none_or(BillStatus::was_asked_for)
    }

    fn reason(&self) -> String {
        format!("Credit note {}", self.row.number)
    }
}

/// Decides about the notes of a batch, after its bills were written, and gives the bills that some of them pay.
pub async fn settle(
    conn: &mut Conn<'_>,
    desk: &Desk<'_>,
    notes: &[Note<'_>],
    earlier: &mut Earlier,
    outcome: &mut Outcome,
) -> Result<Vec<String>> {
    let mut touched = Vec::new();
    if notes.is_empty() {
        return Ok(touched);
    }
    let keys: Vec<&str> =
        notes.iter().filter_map(|note| Some([note.customer_id, note.row.refers_to.as_deref()?])).flatten().collect();
    let bills: Vec<Bill> = BILLS.find(conn, &keys).await?;
    let bills: HashMap<(&str, &str), &Bill> =
        bills.iter().map(|bill| ((bill.customer_id.as_str(), bill.number.as_str()), bill)).collect();
    let of = |note: &Note<'_>| {
        let bill = bills.get(&(note.customer_id, note.row.refers_to.as_deref()?)).copied()?;
        (bill.currency.0 == note.row.amount.currency).then_some(bill)
    };
    // Where another customer has a note of this number, this one's goes by the customer as well.
    let named: Vec<(String, String)> = notes
        .iter()
        .map(|note| (note.row.number.clone(), format!("{} ({})", note.row.number, note.row.customer)))
        .collect();
    let references: Vec<&str> = named.iter().flat_map(|(plain, full)| [plain.as_str(), full.as_str()]).collect();
    let known: Vec<Credit> = CREDITS.find(conn, &references).await?;
    let known: HashMap<&str, &Credit> = known.iter().map(|credit| (credit.reference.as_str(), credit)).collect();
    let reasons: Vec<String> = notes.iter().map(Note::reason).collect();
    let paid: Vec<&str> = notes
        .iter()
        .zip(&reasons)
        .filter_map(|(note, reason)| Some([of(note)?.id.as_str(), reason.as_str()]))
        .flatten()
        .collect();
    let paid: Vec<Paid> = PAID.find(conn, &paid).await?;
    let paid: HashMap<(&str, &str), &Paid> =
        paid.iter().map(|paid| ((paid.invoice_id.as_str(), paid.reference.as_str()), paid)).collect();

    let mut grants: Vec<Credit> = Vec::new();
    let mut payments: Vec<(String, usize)> = Vec::new();
    let mut taken: HashMap<&str, &str> = HashMap::new();
    for (at, (note, (plain, full))) in notes.iter().zip(&named).enumerate() {
        let is_anothers = known.get(plain.as_str()).is_some_and(|credit| credit.customer_id != note.customer_id)
            || taken.get(plain.as_str()).is_some_and(|customer| *customer != note.customer_id);
        let reference = if is_anothers { full } else { plain };
        taken.insert(reference, note.customer_id);
        let before = known.get(reference.as_str()).copied();
        let used_here = before.map_or(0, |before| before.used_here);
        let key = ("note", &note.row.customer, &note.row.number);
        if let Some(bill) = of(note).filter(|_| before.is_none() || used_here == 0) {
            let amount = if note.holds() { note.amount() } else { 0 };
            let as_before = paid
                .get(&(bill.id.as_str(), reasons[at].as_str()))
                .map(|paid| paid.amount == amount && paid.paid_on.0 == note.row.issued_on);
            let as_before = if amount == 0 && as_before.is_none() { Some(before.is_none()) } else { as_before };
            let verdict = earlier.judge(key, note.row, as_before);
            if outcome.takes(desk, note.read, verdict, ("number", &note.row.number)) {
                outcome.changed.push(note.customer_id.to_owned());
                touched.push(bill.id.clone());
                if desk.is_dry_run {
                    continue;
                }
                if let Some(before) = before {
                    store::take_credit_back(conn, &before.id).await?;
                }
                match amount {
                    0 => store::take_payment_back(conn, &bill.id, &reasons[at]).await?,
                    _ => payments.push((bill.id.clone(), at)),
                }
            }
            continue;
        }
        if let Some(before) = before.filter(|before| before.currency != note.row.amount.currency.code()) {
            let reason = RowReason::OtherCurrency {
                what: "credit note",
                name: note.row.number.clone(),
                known: before.currency.clone(),
                with: "what was used of it",
            };
            outcome.refuse(desk, note.read, RowProblem::at("currency", reason));
            continue;
        }
        let told = if note.holds() { note.amount() } else { 0 };
        if told < used_here {
            let used = Money::new(used_here, note.row.amount.currency);
            let reason = RowReason::NoteWasUsed { number: note.row.number.clone(), used };
            outcome.warn(desk, note.read, &RowProblem::at("amount", reason));
        }
        let amount = told.max(used_here);
        let credit = Credit {
            id: before.map_or_else(new_id, |before| before.id.clone()),
            customer_id: note.customer_id.to_owned(),
            reference: reference.clone(),
            currency: note.row.amount.currency.code().to_owned(),
            amount,
            used: note.used().min(amount - used_here),
            granted_on: Text(note.row.issued_on),
            used_here,
        };
        let same = |before: &Credit| {
            (before.amount, before.used, before.granted_on) == (credit.amount, credit.used, credit.granted_on)
        };
        let as_before = if amount == 0 { Some(before.is_none()) } else { before.map(same) };
        let verdict = earlier.judge(key, note.row, as_before);
        if outcome.takes(desk, note.read, verdict, ("number", &note.row.number)) {
            outcome.changed.push(note.customer_id.to_owned());
            match (before, amount) {
                _ if desk.is_dry_run => {}
                (Some(before), 0) => store::take_credit_back(conn, &before.id).await?,
                _ => grants.push(credit),
            }
        }
    }
    if desk.is_dry_run {
        return Ok(Vec::new());
    }
    let paid = payments.iter().map(|(bill, at)| NewPayment {
        invoice_id: bill,
        reference: &reasons[*at],
        amount: notes[*at].amount(),
        paid_on: notes[*at].row.issued_on,
    });
    store::write_payments(conn, "note", paid, desk.now).await?;
    let reasons: Vec<String> = grants.iter().map(|credit| format!("Credit note {}", credit.reference)).collect();
    let values = grants.iter().zip(&reasons).flat_map(|(credit, reason)| {
        [
            Value::Text(&credit.id),
            Value::Text(&credit.reference),
            Value::Text(&credit.customer_id),
            Value::Text(&credit.currency),
            Value::Whole(credit.amount),
            Value::Whole(credit.used),
            Value::Day(credit.granted_on),
            Value::Text(reason),
            Value::Text("note"),
            Value::Whole(desk.now),
            Value::Whole(desk.now),
        ]
    });
    GRANT.write(conn, &values.collect::<Vec<_>>()).await?;
    Ok(touched)
}
