//! Late fees whose day came, what warned of them, and the days on which they were looked after: their rows.

use jiff::civil::Date;

use super::{FeeState, Shown};
use crate::{
    domain::{
        late_fee::{How, NoFee},
        money::Currency,
    },
    server::{
        bulk::Bulk,
        db::{Conn, Text},
    },
    sql,
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FeeRow {
    pub id: String,
    pub invoice_id: String,
    pub fee_on: Text<Date>,
    pub fee: i64,
    pub guard_days: i64,
    pub state: Text<FeeState>,
    pub why: Option<Text<NoFee>>,
    /// The number of the bill that asks for it, and what was paid of that.
    pub fee_number: Option<String>,
    pub fee_paid: i64,
}

static OF_BILLS: Bulk = Bulk::new(
    "select late_fees.id, late_fees.invoice_id, late_fees.fee_on, late_fees.fee, late_fees.guard_days, late_fees.state,
            late_fees.why, asking.number as fee_number,
            (select cast(coalesce(sum(payments.amount), 0) as bigint) from payments
             where payments.invoice_id = late_fees.fee_invoice_id) as fee_paid
     from (select distinct column1 as id from (values ",
    1,
    ") as named) as wanted join late_fees on late_fees.invoice_id = wanted.id
       left join invoices as asking on asking.id = late_fees.fee_invoice_id
     order by late_fees.invoice_id, late_fees.fee_on",
);

/// What became of the fees of these bills, each bill's by day.
pub async fn of_bills(conn: &mut Conn<'_>, invoice_ids: &[&str]) -> sqlx::Result<Vec<FeeRow>> {
    OF_BILLS.find(conn, invoice_ids).await
}

/// The bill for which this bill is the late fee, by its number; nothing where it is none of ours.
pub async fn bill_behind(conn: &mut Conn<'_>, fee_invoice_id: &str) -> sqlx::Result<Option<String>> {
    let text =
        "select number from late_fees join invoices on invoices.id = late_fees.invoice_id where fee_invoice_id = $1";
    Ok(sql!(conn, scalars as String, text, fee_invoice_id)?.into_iter().next())
}

/// A warning of a fee as a page showed it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SeenRow {
    pub invoice_id: String,
    pub fee: i64,
    pub fee_on: Text<Date>,
    pub shown_on: Text<Date>,
}

static SEEN: Bulk = Bulk::new(
    "select invoice_id, fee, fee_on, shown_on from (select distinct column1 as id from (values ",
    1,
    ") as named) as wanted join fee_warnings_shown on fee_warnings_shown.invoice_id = wanted.id",
);

/// Which fees pages showed of these bills, and when first.
pub async fn seen(conn: &mut Conn<'_>, invoice_ids: &[&str]) -> sqlx::Result<Vec<SeenRow>> {
    SEEN.find(conn, invoice_ids).await
}

/// A warning of a fee that was written, and its mail.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WrittenRow {
    pub invoice_id: String,
    pub fee: i64,
    pub fee_on: Text<Date>,
    pub time_zone: String,
    /// When its mail was handed over, and the customer's day then where that was kept.
    pub sent_at: Option<i64>,
    pub sent_on: Option<Text<Date>>,
    pub bounced_at: Option<i64>,
}

static WRITTEN: Bulk = Bulk::new(
    "select notices.invoice_id, notices.amount as fee, notices.fee_on, customers.time_zone, notice_mails.sent_at,
            notice_mails.sent_on, notice_mails.bounced_at
     from (select distinct column1 as id from (values ",
    1,
    ") as named) as wanted join notices on notices.invoice_id = wanted.id
       join customers on customers.id = notices.customer_id
       left join notice_mails on notice_mails.notice_id = notices.id
     where notices.kind = 'fee_warning' and notices.fee_on is not null",
);

/// The warnings that were written of these bills.
pub async fn written(conn: &mut Conn<'_>, invoice_ids: &[&str]) -> sqlx::Result<Vec<WrittenRow>> {
    WRITTEN.find(conn, invoice_ids).await
}

/// A late fee that the billing system charged.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ChargedRow {
    pub customer_id: String,
    pub number: String,
    pub currency: Text<Currency>,
    pub issued_on: Text<Date>,
}

static CHARGED: Bulk = Bulk::new(
    "select customer_id, number, currency, issued_on from (select distinct column1 as id from (values ",
    1,
    ") as named) as wanted join invoices on invoices.customer_id = wanted.id
     where invoices.kind = 'late_fee' and invoices.status in ('open', 'paid')
       and not exists (select 1 from late_fees where late_fees.fee_invoice_id = invoices.id)",
);

/// The late fees of these customers that are not ours.
pub async fn charged_by_billing(conn: &mut Conn<'_>, customer_ids: &[&str]) -> sqlx::Result<Vec<ChargedRow>> {
    CHARGED.find(conn, customer_ids).await
}

/// The first and the last day on which fees were looked after; nothing where they never were.
pub async fn looks(conn: &mut Conn<'_>) -> sqlx::Result<Option<(Text<Date>, Text<Date>)>> {
    sql!(conn, optional as (Text<Date>, Text<Date>), "select first_on, looked_on from fee_looks where id = 1")
}

pub async fn keep_look(conn: &mut Conn<'_>, day: Date) -> sqlx::Result<()> {
    let text = "insert into fee_looks (id, first_on, looked_on) values (1, $1, $1)
                on conflict (id) do update set looked_on = excluded.looked_on where fee_looks.looked_on < excluded.looked_on";
    sql!(conn, execute, text, Text(day)).map(drop)
}

/// Keeps what a page showed a customer, where it is the first time.
pub async fn keep_shown(conn: &mut Conn<'_>, customer_id: &str, shown: &Shown, on: Date) -> sqlx::Result<()> {
    let text = "insert into fee_warnings_shown (invoice_id, fee_on, fee, customer_id, shown_on)
                values ($1, $2, $3, $4, $5) on conflict (invoice_id, fee_on, fee) do nothing";
    sql!(conn, execute, text, shown.invoice_id.as_str(), Text(shown.fee_on), shown.fee, customer_id, Text(on)).map(drop)
}

pub struct NewFee<'a> {
    pub id: &'a str,
    pub customer_id: &'a str,
    pub invoice_id: &'a str,
    pub fee_on: Date,
    pub fee: i64,
    pub policy_version: i64,
    pub guard_days: i64,
    pub state: FeeState,
    pub why: Option<NoFee>,
    pub warned: Option<(Date, How)>,
    pub decided_on: Date,
    pub now: i64,
}

/// Keeps what became of a fee; false where that was decided already.
pub async fn add(conn: &mut Conn<'_>, new: &NewFee<'_>) -> sqlx::Result<bool> {
    let added = sql!(
        conn,
        execute,
        "insert into late_fees (id, customer_id, invoice_id, fee_on, fee, policy_version, guard_days, state, why,
                                warned_on, warned_how, decided_on, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (invoice_id, fee_on) do nothing",
        new.id,
        new.customer_id,
        new.invoice_id,
        Text(new.fee_on),
        new.fee,
        new.policy_version,
        new.guard_days,
        new.state.name(),
        new.why.map(NoFee::name),
        new.warned.map(|(on, _)| Text(on)),
        new.warned.map(|(_, how)| how.name()),
        Text(new.decided_on),
        new.now
    )?;
    Ok(added == 1)
}

/// Moves a fee to another state; false where it is in it already.
pub async fn move_to(
    conn: &mut Conn<'_>,
    id: &str,
    state: FeeState,
    why: Option<NoFee>,
    on: Date,
) -> sqlx::Result<bool> {
    let text = "update late_fees set state = $2, why = $3, changed_on = $4 where id = $1 and state <> $2";
    Ok(sql!(conn, execute, text, id, state.name(), why.map(NoFee::name), Text(on))? == 1)
}

pub async fn lower(conn: &mut Conn<'_>, id: &str, fee: i64, on: Date) -> sqlx::Result<()> {
    let text = "update late_fees set fee = $2, changed_on = $3 where id = $1 and fee > $2";
    sql!(conn, execute, text, id, fee, Text(on))?;
    let text = "update invoices set amount = $2 where amount > $2 and id = (select fee_invoice_id from late_fees where id = $1)";
    sql!(conn, execute, text, id, fee).map(drop)
}

/// Whether a customer has a bill of this number.
pub async fn has_bill(conn: &mut Conn<'_>, customer_id: &str, number: &str) -> sqlx::Result<bool> {
    let text = "select count(*) from invoices where customer_id = $1 and number = $2";
    Ok(sql!(conn, scalar as i64, text, customer_id, number)? > 0)
}

/// The bill that asks for a fee, due on the day it came.
pub async fn add_fee_bill(
    conn: &mut Conn<'_>,
    (late_fee_id, invoice_id): (&str, &str),
    number: &str,
    new: &NewFee<'_>,
) -> sqlx::Result<()> {
    let text = "insert into invoices (id, customer_id, number, currency, amount, status, kind, issued_on, due_on, created_at,
                                      updated_at)
                select $1, customer_id, $3, currency, $4, 'open', 'late_fee', $5, $5, $6, $6 from invoices where id = $2";
    sql!(conn, execute, text, invoice_id, new.invoice_id, number, new.fee, Text(new.fee_on), new.now)?;
    sql!(conn, execute, "update late_fees set fee_invoice_id = $2 where id = $1", late_fee_id, invoice_id).map(drop)
}

/// Whether the bill that asks for a fee is owed.
pub async fn set_owed(conn: &mut Conn<'_>, late_fee_id: &str, is_owed: bool, now: i64) -> sqlx::Result<()> {
    let text = "update invoices set status = $2, updated_at = $3
                where id = (select fee_invoice_id from late_fees where id = $1)";
    sql!(conn, execute, text, late_fee_id, if is_owed { "open" } else { "void" }, now).map(drop)
}

/// A fee with whose it is, as admins read it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedRow {
    pub customer_id: String,
    pub customer_name: String,
    pub bill: String,
    pub currency: Text<Currency>,
    pub fee: i64,
    pub fee_on: Text<Date>,
    pub state: Text<FeeState>,
    pub why: Option<Text<NoFee>>,
    pub warned_on: Option<Text<Date>>,
    pub warned_how: Option<Text<How>>,
    pub changed_on: Option<Text<Date>>,
    /// What is not paid of it.
    pub open: i64,
}

/// The latest first, of one state or of all; `limit` of them after `offset`.
pub async fn listed(
    conn: &mut Conn<'_>,
    state: Option<FeeState>,
    (limit, offset): (i64, i64),
) -> sqlx::Result<Vec<ListedRow>> {
    sql!(
        conn,
        all as ListedRow,
        "select late_fees.customer_id, customers.name as customer_name, invoices.number as bill, invoices.currency,
                late_fees.fee, late_fees.fee_on, late_fees.state, late_fees.why, late_fees.warned_on,
                late_fees.warned_how, late_fees.changed_on,
                case when asking.status = 'open' then asking.amount -
                          (select cast(coalesce(sum(payments.amount), 0) as bigint) from payments
                           where payments.invoice_id = asking.id)
                     else 0 end as open
         from late_fees join customers on customers.id = late_fees.customer_id
              join invoices on invoices.id = late_fees.invoice_id
              left join invoices as asking on asking.id = late_fees.fee_invoice_id
         where $1 = '' or late_fees.state = $1
         order by late_fees.fee_on desc, late_fees.id desc limit $2 offset $3",
        state.map_or("", FeeState::name),
        limit,
        offset
    )
}

/// How many there are in each state.
pub async fn counts(conn: &mut Conn<'_>) -> sqlx::Result<Vec<(Text<FeeState>, i64)>> {
    sql!(conn, all as (Text<FeeState>, i64), "select state, count(*) from late_fees group by state")
}
