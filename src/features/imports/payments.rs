//! Payments as rows bring them.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::{
    balance,
    batch::{Desk, Outcome, ReadRow, rows_of},
    earlier::{Earlier, Verdict},
    names::{self, Ids},
    store::{self, NewPayment},
};
use crate::{
    domain::{
        import::{PaymentRow, Row, RowProblem, RowReason, states::PaymentState},
        money::{Currency, Money},
    },
    error::Result,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
};

static INVOICES: Bulk = Bulk::new(
    "select invoices.id, customer_id, number, currency, billed_paid from (values ",
    1,
    ") as wanted join invoices on invoices.number = wanted.column1",
);
static KNOWN: Bulk = Bulk::new(
    "select payments.id, invoice_id, reference, amount, paid_on from (values ",
    2,
    ") as wanted join payments on payments.invoice_id = wanted.column1 and payments.reference = wanted.column2",
);
static ON_ACCOUNT: Bulk = Bulk::new(
    "select credits.id, reference, customer_id, currency, amount, granted_on,
            used + (select cast(coalesce(sum(credit_uses.amount), 0) as bigint) from credit_uses
                    where credit_uses.credit_id = credits.id) as used, source, awaits
     from (values ",
    1,
    ") as wanted join credits on credits.reference = wanted.column1",
);
static TAKE_BACK: Bulk = Bulk::new("delete from payments where id in (select column1 from (values ", 1, ") as named)");
static GRANT: Bulk = Bulk::new(
    "insert into credits (id, reference, customer_id, currency, amount, used, granted_on, reason, source, awaits, created_at,
                          updated_at) values ",
    12,
    " on conflict (reference) do update set amount = excluded.amount, granted_on = excluded.granted_on,
          reason = excluded.reason, awaits = excluded.awaits, updated_at = excluded.updated_at",
);

static PAID_A_BILL: Bulk = Bulk::new(
    "select distinct customer_id, reference from (values ",
    2,
    ") as wanted join invoices on invoices.customer_id = wanted.column1
                 join payments on payments.invoice_id = invoices.id and payments.reference = wanted.column2",
);
static AWAITED: Bulk = Bulk::new(
    "select credits.id, credits.reference, invoices.id as invoice_id, credits.amount, granted_on,
            used + (select cast(coalesce(sum(credit_uses.amount), 0) as bigint) from credit_uses
                    where credit_uses.credit_id = credits.id) as used
     from (values ",
    2,
    ") as wanted join invoices on invoices.customer_id = wanted.column1 and invoices.number = wanted.column2
       join credits on credits.customer_id = invoices.customer_id and credits.awaits = invoices.number
                   and credits.currency = invoices.currency",
);

#[derive(sqlx::FromRow)]
struct Invoice {
    id: String,
    customer_id: String,
    number: String,
    currency: Text<Currency>,
    billed_paid: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Payment {
    id: String,
    invoice_id: String,
    reference: String,
    amount: i64,
    paid_on: Text<Date>,
}

/// Money a customer paid without naming a bill.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct OnAccount {
    id: String,
    reference: String,
    customer_id: String,
    currency: String,
    amount: i64,
    granted_on: Text<Date>,
    used: i64,
    source: String,
    /// The number of the bill it was paid for, while that is not here.
    awaits: Option<String>,
}

/// Where a payment goes.
enum Target<'t> {
    Bill(&'t Invoice),
    /// Whose account, and the number of the bill that is to come.
    Account(&'t str, Currency, Option<&'t str>),
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
    let numbers: Vec<&str> = rows.iter().filter_map(|(_, row)| row.invoice.as_deref()).collect();
    let invoices: Vec<Invoice> = INVOICES.find(conn, &numbers).await?;
    let mut by_number: HashMap<&str, Vec<&Invoice>> = HashMap::new();
    let mut seen = HashSet::new();
    for invoice in invoices.iter().filter(|invoice| seen.insert(invoice.id.as_str())) {
        by_number.entry(invoice.number.as_str()).or_default().push(invoice);
    }
    let customers = names::customers(conn, rows.iter().filter_map(|(_, row)| row.customer.as_deref())).await?;
    let decided: Vec<Result<(Target<'_>, Money, String), RowProblem>> =
        rows.iter().map(|(_, row)| decide(row, &by_number, &customers, desk)).collect();
    let keys = decided.iter().filter_map(|decided| match decided {
        Ok((Target::Bill(invoice), _, reference)) => Some([invoice.id.as_str(), reference.as_str()]),
        _ => None,
    });
    let known: Vec<Payment> = KNOWN.find(conn, &keys.flatten().collect::<Vec<_>>()).await?;
    let known: HashMap<(&str, &str), &Payment> =
        known.iter().map(|payment| ((payment.invoice_id.as_str(), payment.reference.as_str()), payment)).collect();
    let references: Vec<&str> = rows.iter().map(|(_, row)| row.reference.as_str()).collect();
    let accounts: Vec<OnAccount> = ON_ACCOUNT.find(conn, &references).await?;
    let accounts: HashMap<&str, &OnAccount> = accounts.iter().map(|one| (one.reference.as_str(), one)).collect();
    let keys = rows.iter().zip(&decided).filter_map(|((_, row), decided)| match decided {
        Ok((Target::Account(customer_id, ..), ..)) => Some([*customer_id, row.reference.as_str()]),
        _ => None,
    });
    let keys: Vec<&str> = keys.flatten().collect();
    let on_bills: HashSet<(String, String)> = PAID_A_BILL.find(conn, &keys).await?.into_iter().collect();

    let mut books = Books::default();
    for ((read, row), decided) in rows.iter().zip(decided) {
        let (target, amount, reference) = match decided {
            Ok(decided) => decided,
            Err(problem) => {
                outcome.refuse(desk, read, problem);
                continue;
            }
        };
        // A file that does not name the bill does not take the money off it.
        if let Target::Account(customer_id, ..) = target
            && on_bills.contains(&(customer_id.to_owned(), row.reference.clone()))
        {
            outcome.tally.unchanged += 1;
            continue;
        }
        let is_gone = !counts(row, amount);
        let on_account = accounts.get(row.reference.as_str()).copied().filter(|one| one.source == "on_account");
        let (before, customer_id) = match &target {
            Target::Bill(invoice) => (
                known.get(&(invoice.id.as_str(), reference.as_str())).map(|before| (before.amount, before.paid_on)),
                invoice.customer_id.as_str(),
            ),
            Target::Account(customer_id, currency, _) => {
                let other = accounts.get(row.reference.as_str()).filter(|one| {
                    one.source != "on_account" || one.customer_id != *customer_id || one.currency != currency.code()
                });
                if other.is_some() {
                    let reason = RowReason::OtherCustomers { what: "credit", name: row.reference.clone() };
                    outcome.refuse(desk, read, RowProblem::at("reference", reason));
                    continue;
                }
                (on_account.map(|one| (one.amount, one.granted_on)), *customer_id)
            }
        };
        let now_is = (!is_gone).then_some((amount.minor, Text(row.paid_on)));
        let verdict = if now_is.is_none() && before.is_none() {
            Verdict::ChangesNothing
        } else {
            let as_before = before.map(|before| Some(before) == now_is);
            let key = (customer_id, row.invoice.as_deref(), &reference);
            earlier.judge(key, (now_is.map(|(amount, on)| (amount, on.0)), is_gone), as_before)
        };
        if let (Target::Account(_, _, Some(number)), false) = (&target, is_gone) {
            outcome.warn(desk, read, &RowProblem::at("invoice", RowReason::AwaitsBill((*number).to_owned())));
        }
        if outcome.takes(desk, read, verdict, ("reference", &row.reference)) {
            outcome.changed.push(customer_id.to_owned());
            match target {
                Target::Bill(invoice) => {
                    let id = known.get(&(invoice.id.as_str(), reference.as_str())).map(|before| before.id.clone());
                    let less = before.map_or(0, |(before, _)| before) - now_is.map_or(0, |(amount, _)| amount);
                    books.of_bill(invoice, less, read);
                    // It was paid on account before it was known for which bill.
                    books.gone_accounts.extend(on_account.filter(|one| one.customer_id == customer_id).cloned());
                    match (now_is, id) {
                        (Some((amount, paid_on)), id) => books.written.push(Payment {
                            id: id.unwrap_or_else(new_id),
                            invoice_id: invoice.id.clone(),
                            reference,
                            amount,
                            paid_on,
                        }),
                        (None, Some(id)) => books.gone.push(id),
                        (None, None) => {}
                    }
                }
                Target::Account(customer_id, currency, awaits) => match (now_is, on_account) {
                    (Some((amount, granted_on)), one) => books.granted.push(OnAccount {
                        id: one.map_or_else(new_id, |one| one.id.clone()),
                        reference: row.reference.clone(),
                        customer_id: customer_id.to_owned(),
                        currency: currency.code().to_owned(),
                        amount: amount.max(one.map_or(0, |one| one.used)),
                        granted_on,
                        used: 0,
                        source: "on_account".to_owned(),
                        awaits: awaits.map(str::to_owned),
                    }),
                    (None, Some(one)) => books.gone_accounts.push(one.clone()),
                    (None, None) => {}
                },
            }
        }
    }
    if desk.is_dry_run { Ok(()) } else { books.write(conn, desk, outcome).await }
}

/// Whether it is money that came, or that went back: what is on its way is not yet, and what did not come or went back whole is no
/// payment.
fn counts(row: &PaymentRow, amount: Money) -> bool {
    let is_there = match row.state {
        PaymentState::Arrived => true,
        PaymentState::OnItsWay | PaymentState::Failed => false,
        // A row below zero is the going back itself; one of which a part was refunded says what is left.
        PaymentState::WentBack => amount.minor < 0 || row.refunded.is_some(),
    };
    is_there && amount.minor != 0
}

/// Where the payment goes, how much it is and under which name it is kept; what went back is kept beside what came.
fn decide<'t>(
    row: &'t PaymentRow,
    by_number: &HashMap<&str, Vec<&'t Invoice>>,
    customers: &'t Ids,
    desk: &Desk<'_>,
) -> Result<(Target<'t>, Money, String), RowProblem> {
    let customer_id = row.customer.as_deref().map(|name| names::customer(customers, name)).transpose()?;
    let target = match (&row.invoice, customer_id) {
        (Some(number), customer_id) => {
            let bills = by_number.get(number.as_str()).map_or(&[][..], Vec::as_slice);
            let of_theirs = bills.iter().filter(|bill| customer_id.is_none_or(|id| bill.customer_id == *id));
            let mut of_theirs = of_theirs.copied();
            match (of_theirs.next(), of_theirs.next()) {
                (Some(bill), None) => Target::Bill(bill),
                (Some(_), Some(_)) => {
                    return Err(RowProblem::at("invoice", RowReason::NumberOfSeveral(number.clone())));
                }
                (None, _) if bills.is_empty() => match (customer_id, row.currency) {
                    (Some(customer_id), Some(currency)) => Target::Account(customer_id, currency, Some(number)),
                    _ => return Err(RowProblem::at("invoice", RowReason::NoSuchInvoice(number.clone()))),
                },
                (None, _) => return Err(RowProblem::at("customer", RowReason::BillOfAnother(number.clone()))),
            }
        }
        (None, Some(customer_id)) => {
            let currency = row.currency.ok_or_else(|| RowProblem::at("currency", RowReason::NoCurrency))?;
            Target::Account(customer_id, currency, None)
        }
        (None, None) => return Err(RowProblem::at("invoice", RowReason::PaymentOfNobody)),
    };
    let currency = match &target {
        Target::Bill(bill) => bill.currency.0,
        Target::Account(_, currency, _) => *currency,
    };
    if let Some(paid) = row.currency.filter(|paid| *paid != currency) {
        let reason = RowReason::PaidInOtherCurrency { paid: paid.code(), billed: currency.code() };
        return Err(RowProblem::at("currency", reason));
    }
    let read = |field, text: &str| {
        let read = desk.reading.amount_format().read_signed(text, currency);
        read.map_err(|reason| RowProblem::at(field, reason))
    };
    let mut amount = read("amount", &row.amount)?;
    if row.goes_back {
        amount.minor = amount.minor.saturating_abs().saturating_neg();
    }
    if let Some(refunded) = row.refunded.as_deref().filter(|_| amount.minor > 0) {
        let refunded = read("amount_refunded", refunded)?.minor.saturating_abs();
        amount.minor = amount.minor.saturating_sub(refunded).max(0);
    }
    if amount.minor < 0 && matches!(target, Target::Account(..)) {
        return Err(RowProblem::at("amount", RowReason::BackOfNoBill));
    }
    let went_back = amount.minor < 0;
    let reference = if went_back { format!("{}, taken back", row.reference) } else { row.reference.clone() };
    Ok((target, amount, reference))
}

#[derive(sqlx::FromRow)]
struct Awaited {
    id: String,
    reference: String,
    invoice_id: String,
    amount: i64,
    granted_on: Text<Date>,
    used: i64,
}

/// Money that was paid for these bills before they came, by customer and number, pays them now, as far as nothing else was paid
/// with it. Gives the bills.
pub async fn pay_awaited(conn: &mut Conn<'_>, bills: &[(String, String)], now: i64) -> Result<Vec<String>> {
    let keys: Vec<&str> =
        bills.iter().flat_map(|(customer_id, number)| [customer_id.as_str(), number.as_str()]).collect();
    let mut found: Vec<Awaited> = AWAITED.find(conn, &keys).await?;
    found.sort_by(|one, other| one.id.cmp(&other.id));
    found.dedup_by(|one, other| one.id == other.id);
    let mut books = Books::default();
    for one in &found {
        store::take_rest_of_credit_back(conn, &one.id, one.used, now).await?;
        if one.amount > one.used {
            books.written.push(Payment {
                id: new_id(),
                invoice_id: one.invoice_id.clone(),
                reference: one.reference.clone(),
                amount: one.amount - one.used,
                paid_on: one.granted_on,
            });
        }
    }
    books.write_payments(conn, now).await?;
    Ok(found.into_iter().map(|one| one.invoice_id).collect())
}

/// What a batch does to what is kept.
#[derive(Default)]
struct Books<'b> {
    written: Vec<Payment>,
    gone: Vec<String>,
    granted: Vec<OnAccount>,
    gone_accounts: Vec<OnAccount>,
    /// By bill: how much less was paid of it than before, and the row that says so.
    bills: HashMap<&'b str, (&'b Invoice, i64, &'b ReadRow)>,
}

impl<'b> Books<'b> {
    fn of_bill(&mut self, invoice: &'b Invoice, less: i64, read: &'b ReadRow) {
        self.bills.entry(invoice.id.as_str()).or_insert((invoice, 0, read)).1 += less;
    }

    async fn write_payments(&self, conn: &mut Conn<'_>, now: i64) -> sqlx::Result<()> {
        let payments = self.written.iter().map(|payment| NewPayment {
            invoice_id: &payment.invoice_id,
            reference: &payment.reference,
            amount: payment.amount,
            paid_on: payment.paid_on.0,
        });
        store::write_payments(conn, "file", payments, now).await
    }

    async fn write(self, conn: &mut Conn<'_>, desk: &Desk<'_>, outcome: &mut Outcome) -> Result<()> {
        let now = desk.now;
        self.write_payments(conn, now).await?;
        TAKE_BACK.write(conn, &self.gone.iter().map(|id| Value::Text(id)).collect::<Vec<_>>()).await?;
        let reasons: Vec<String> = self
            .granted
            .iter()
            .map(|one| match &one.awaits {
                Some(number) => format!("Paid for bill {number}, which is not here yet"),
                None => "Paid on account".to_owned(),
            })
            .collect();
        let values = self.granted.iter().zip(&reasons).flat_map(|(one, reason)| {
            [
                Value::Text(&one.id),
                Value::Text(&one.reference),
                Value::Text(&one.customer_id),
                Value::Text(&one.currency),
                Value::Whole(one.amount),
                Value::Whole(0),
                Value::Day(one.granted_on),
                Value::Text(reason),
                Value::Text("on_account"),
                Value::Maybe(one.awaits.as_deref()),
                Value::Whole(now),
                Value::Whole(now),
            ]
        });
        GRANT.write(conn, &values.collect::<Vec<_>>()).await?;
        for one in &self.gone_accounts {
            store::take_rest_of_credit_back(conn, &one.id, one.used, now).await?;
        }
        // What went back is not paid any more, whatever the bill said of itself before.
        for (invoice, less, _) in
            self.bills.values().filter(|(invoice, less, _)| *less > 0 && invoice.billed_paid.is_some())
        {
            store::say_less_paid(conn, &invoice.id, *less, now).await?;
        }
        let bills: Vec<&str> = self.bills.keys().copied().collect();
        for (bill, reason) in balance::settle(conn, &bills, &HashMap::new(), now).await? {
            if let Some((_, _, read)) = self.bills.get(bill.as_str()) {
                outcome.warn(desk, read, &RowProblem::at("amount", reason));
            }
        }
        Ok(())
    }
}
