//! What was paid of bills, put together from all who say so, and what was too much.

use std::collections::HashMap;

use jiff::civil::Date;

use super::store::{self, NewPayment};
use crate::{
    domain::{
        bill::BillStatus,
        import::RowReason,
        money::{Currency, Money},
    },
    error::Result,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
};

static SUMS: Bulk = Bulk::new(
    "select invoices.id, invoices.customer_id, external_id, number, invoices.currency, invoices.amount, status, billed_paid,
            issued_on,
            cast(coalesce(sum(case when source in ('file', 'note') then payments.amount end), 0) as bigint) as told,
            cast(coalesce(sum(case when source = 'credit' then payments.amount end), 0) as bigint) as own,
            cast(coalesce(sum(case when source = 'credit' and exists (
                                            select 1 from billing_orders
                                            join billing_messages on billing_messages.order_id = billing_orders.id
                                            where billing_orders.invoice_id = payments.invoice_id
                                              and booked_as = payments.reference)
                                   then payments.amount end), 0) as bigint) as handed_over,
            cast(coalesce(sum(case when source = 'bill' then payments.amount end), 0) as bigint) as derived,
            max(case when source = 'bill' then paid_on end) as derived_on,
            max(case when payments.amount > 0 then paid_on end) as last_paid_on
     from (select distinct column1 as id from (values ",
    1,
    ") as named) as wanted join invoices on invoices.id = wanted.id
       join customers on customers.id = invoices.customer_id
       left join payments on payments.invoice_id = invoices.id
     group by invoices.id, invoices.customer_id, external_id, number, invoices.currency, invoices.amount, status,
              billed_paid, issued_on",
);
static GRANTS: Bulk = Bulk::new(
    "select credits.id, credits.invoice_id, credits.amount,
            credits.used + (select cast(coalesce(sum(credit_uses.amount), 0) as bigint) from credit_uses
                            where credit_uses.credit_id = credits.id) as used
     from (values ",
    1,
    ") as wanted join credits on credits.invoice_id = wanted.column1",
);
static TAKEN: Bulk =
    Bulk::new("select reference from (values ", 1, ") as wanted join credits on credits.reference = wanted.column1");
static FORGET: Bulk = Bulk::new(
    "delete from payments where source = 'bill' and invoice_id in (select column1 from (values ",
    1,
    ") as named)",
);
static TAKE_BACK: Bulk = Bulk::new("delete from credits where id in (select column1 from (values ", 1, ") as named)");
static GRANT: Bulk = Bulk::new(
    "insert into credits (id, reference, customer_id, currency, amount, used, granted_on, reason, source, invoice_id,
                          created_at, updated_at) values ",
    12,
    "",
);

/// What the payment is called that stands for what a bill says of itself.
const AS_BILLED: &str = "as the bill says";

#[derive(sqlx::FromRow)]
struct Sums {
    id: String,
    customer_id: String,
    external_id: String,
    number: String,
    currency: Text<Currency>,
    amount: i64,
    status: Text<BillStatus>,
    billed_paid: Option<i64>,
    issued_on: Text<Date>,
    told: i64,
    own: i64,
    handed_over: i64,
    derived: i64,
    derived_on: Option<Text<Date>>,
    last_paid_on: Option<Text<Date>>,
}

impl Sums {
    /// What the bill says was paid beyond the payments that are known. Credit that was used here and that billing was not told
    /// of comes on top, but never beyond the bill: then billing knew of it after all.
    fn to_say(&self) -> i64 {
        if !self.status.0.was_asked_for() {
            return 0;
        }
        let known = self.told.saturating_add(self.handed_over);
        let more = self.billed_paid.unwrap_or_default().saturating_sub(known);
        let room = self.amount.saturating_sub(self.told).saturating_sub(self.own);
        if self.own > 0 { more.min(room).max(0) } else { more.max(0) }
    }

    /// What was paid and is not owed.
    fn too_much(&self, said: i64) -> i64 {
        let paid = self.told.saturating_add(self.own).saturating_add(said);
        let owed = if matches!(self.status.0, BillStatus::Draft | BillStatus::Void) { 0 } else { self.amount };
        paid.saturating_sub(owed).max(0)
    }
}

#[derive(sqlx::FromRow)]
struct TooMuch {
    id: String,
    invoice_id: String,
    amount: i64,
    used: i64,
}

/// Brings what these bills say of themselves, and the credit of what was paid too much of each, in line with the payments that
/// are known. `paid_on` has the day a bill says it was paid on. Gives a word for each bill of which more was used than is left.
pub async fn settle(
    conn: &mut Conn<'_>,
    bills: &[&str],
    paid_on: &HashMap<String, Date>,
    now: i64,
) -> Result<HashMap<String, RowReason>> {
    let mut words = HashMap::new();
    if bills.is_empty() {
        return Ok(words);
    }
    let sums: Vec<Sums> = SUMS.find(conn, bills).await?;
    let grants: Vec<TooMuch> = GRANTS.find(conn, bills).await?;
    let grants: HashMap<&str, &TooMuch> = grants.iter().map(|grant| (grant.invoice_id.as_str(), grant)).collect();
    let (mut silent, mut said, mut over, mut granted) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for bill in &sums {
        let to_say = bill.to_say();
        let said_on = paid_on.get(&bill.id).map(|day| Text(*day)).or(bill.derived_on).unwrap_or(bill.issued_on);
        if to_say == 0 && bill.derived != 0 {
            silent.push(bill.id.as_str());
        } else if to_say > 0 && (to_say != bill.derived || Some(said_on) != bill.derived_on) {
            said.push((bill, to_say, said_on.0));
        }
        let too_much = bill.too_much(to_say);
        match grants.get(bill.id.as_str()) {
            Some(grant) => {
                let kept = too_much.max(grant.used);
                if kept > too_much {
                    let kept = Money::new(kept, bill.currency.0);
                    words.insert(bill.id.clone(), RowReason::TooMuchWasUsed { kept, number: bill.number.clone() });
                }
                if kept == 0 {
                    over.push(Value::Text(&grant.id));
                } else if kept != grant.amount {
                    store::set_credit(conn, &grant.id, kept, now).await?;
                }
            }
            None if too_much > 0 => granted.push((bill, new_id(), too_much, said_on)),
            None => {}
        }
    }
    if !silent.is_empty() {
        FORGET.write(conn, &silent.into_iter().map(Value::Text).collect::<Vec<_>>()).await?;
    }
    let said = said.into_iter().map(|(bill, amount, paid_on)| NewPayment {
        invoice_id: &bill.id,
        reference: AS_BILLED,
        amount,
        paid_on,
    });
    store::write_payments(conn, "bill", said, now).await?;
    TAKE_BACK.write(conn, &over).await?;
    grant(conn, granted, now).await?;
    Ok(words)
}

/// One bill, the id of its credit, how much it is, and the day on which the bill says it was paid.
type Granted<'g> = (&'g Sums, String, i64, Text<Date>);

async fn grant(conn: &mut Conn<'_>, granted: Vec<Granted<'_>>, now: i64) -> Result<()> {
    if granted.is_empty() {
        return Ok(());
    }
    let plain: Vec<String> = granted.iter().map(|(bill, ..)| format!("{}, paid too much", bill.number)).collect();
    let taken: Vec<(String,)> = TAKEN.find(conn, &plain.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    let mut plain_of: HashMap<&str, u32> = HashMap::new();
    plain.iter().for_each(|plain| *plain_of.entry(plain).or_default() += 1);
    let named: Vec<(String, String)> = granted
        .iter()
        .zip(&plain)
        .map(|((bill, ..), plain)| {
            let is_twice = plain_of.get(plain.as_str()).is_some_and(|times| *times > 1);
            let is_taken = is_twice || taken.iter().any(|(reference,)| reference == plain);
            let reference = if is_taken { format!("{plain} ({})", bill.external_id) } else { plain.clone() };
            (reference, format!("Paid too much on bill {}", bill.number))
        })
        .collect();
    let values = granted.iter().zip(&named).flat_map(|((bill, id, amount, on), (reference, reason))| {
        [
            Value::Text(id),
            Value::Text(reference),
            Value::Text(&bill.customer_id),
            Value::Text(bill.currency.0.code()),
            Value::Whole(*amount),
            Value::Whole(0),
            Value::Day(bill.last_paid_on.unwrap_or(*on)),
            Value::Text(reason),
            Value::Text("too_much"),
            Value::Text(&bill.id),
            Value::Whole(now),
            Value::Whole(now),
        ]
    });
    Ok(GRANT.write(conn, &values.collect::<Vec<_>>()).await?)
}
