//! Invoices with what was known of them on a day.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::{
    domain::{
        bill::{BillKind, BillStatus},
        day,
        money::Currency,
    },
    server::{
        bulk::Bulk,
        db::{Conn, Text},
    },
    sql,
};

/// An invoice as it was known at the end of a day: later payments, disputes and agreements are not in it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct BillRow {
    pub id: String,
    pub customer_id: String,
    pub number: String,
    pub status: Text<BillStatus>,
    pub kind: Text<BillKind>,
    pub currency: Text<Currency>,
    pub amount: i64,
    pub issued_on: Text<Date>,
    pub due_on: Text<Date>,
    pub agreed_due_on: Option<Text<Date>>,
    pub is_disputed: bool,
    /// The fee was waived, or the customer is charged none.
    pub is_exempt: bool,
    pub is_waived: bool,
    /// Credit that billing was asked to use on it and has not decided about.
    pub set_aside: i64,
    /// The customer took the use of credit on it back, so that none is used unless they ask again.
    pub is_credit_refused: bool,
    pub paid: i64,
}

/// Whether a bill was in dispute on a day.
macro_rules! is_disputed {
    ($day:literal) => {
        concat!(
            "disputed_on is not null and disputed_on <= ",
            $day,
            " and (dispute_settled_on is null or dispute_settled_on > ",
            $day,
            ")"
        )
    };
}

/// Whether the customer of a bill was charged no late fees on a day.
macro_rules! is_free_of_fees {
    ($day:literal) => {
        concat!(
            "exists (select 1 from fee_exemptions
                     where fee_exemptions.customer_id = invoices.customer_id
                       and starts_on <= ",
            $day,
            " and (ends_on is null or ends_on >= ",
            $day,
            "))"
        )
    };
}

/// The columns of a [`BillRow`] on the day `$1`. A macro, because a query text is put together when it is compiled.
macro_rules! bills_as_of {
    ($($rest:tt)+) => {
        concat!(
            "select id, customer_id, number, status, kind, currency, amount, issued_on, due_on,
                    case when agreed_on <= $1 then agreed_due_on end as agreed_due_on,
                    ",
            is_disputed!("$1"),
            " as is_disputed,
                    ",
            is_free_of_fees!("$1"),
            " or is_waived or kind = 'late_fee' as is_exempt,
                    is_waived, set_aside, is_credit_refused,
                    paid
             from (select invoices.*,
                          (select cast(coalesce(sum(payments.amount), 0) as bigint) from payments
                           where payments.invoice_id = invoices.id and payments.paid_on <= $1) as paid,
                          exists (select 1 from fee_waivers
                                  where fee_waivers.invoice_id = invoices.id and waived_on <= $1) as is_waived,
                          (select cast(coalesce(sum(credit_uses.amount), 0) as bigint)
                           from billing_orders join credit_uses on credit_uses.order_id = billing_orders.id
                           where billing_orders.invoice_id = invoices.id and state = 'asked' and used_on <= $1)
                              as set_aside,
                          exists (select 1 from billing_orders
                                  where billing_orders.invoice_id = invoices.id and kind = 'use_credit'
                                    and state = 'undone' and asked_on <= $1) as is_credit_refused
                   from invoices where issued_on <= $1) as invoices ",
            $($rest)+
        )
    };
}

/// Whether something of a bill is owed: only of an open one.
macro_rules! is_owed {
    () => {
        "status = 'open' and amount > paid"
    };
}

/// In dispute on the day `$1` and not answered: open, or paid after the customer told us here. What only a file says of a bill
/// ends when that is paid.
macro_rules! waits_in_dispute {
    () => {
        concat!(
            is_disputed!("$1"),
            " and (status = 'open' and amount > paid or exists (select 1 from billing_orders
                                       where billing_orders.invoice_id = invoices.id and kind = 'dispute'
                                         and state in ('asked', 'confirmed') and answered_at is null))"
        )
    };
}

/// Every bill that was open on `as_of`, by customer and due date.
pub async fn open_on(conn: &mut Conn<'_>, as_of: Date) -> sqlx::Result<Vec<BillRow>> {
    let text = bills_as_of!("where ", is_owed!(), " order by customer_id, due_on, id");
    sql!(conn, all as BillRow, text, Text(as_of))
}

/// Every bill that was open on `as_of`, of the customers whose id is above `after` and at most `until`.
pub async fn open_between(conn: &mut Conn<'_>, as_of: Date, after: &str, until: &str) -> sqlx::Result<Vec<BillRow>> {
    let text = bills_as_of!(
        "where ",
        is_owed!(),
        " and customer_id > $2 and customer_id <= $3 order by customer_id, due_on, id"
    );
    sql!(conn, all as BillRow, text, Text(as_of), after, until)
}

/// A bill and one payment of it, or none.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TowardsRow {
    pub id: String,
    /// Of the bill.
    pub amount: i64,
    pub paid_on: Option<Text<Date>>,
    pub paid: Option<i64>,
}

static TOWARDS: Bulk = Bulk::new(
    "select invoices.id, invoices.amount, payments.paid_on, payments.amount as paid
     from (select distinct column1 as id from (values ",
    1,
    ") as named) as wanted join invoices on invoices.id = wanted.id
                 left join payments on payments.invoice_id = invoices.id
     order by invoices.id, payments.paid_on, payments.id",
);

/// What was paid of these bills, each bill's payments by day.
pub async fn payments_towards(conn: &mut Conn<'_>, invoice_ids: &[&str]) -> sqlx::Result<Vec<TowardsRow>> {
    TOWARDS.find(conn, invoice_ids).await
}

static COULD_DRAW: Bulk = Bulk::new(
    "select invoices.id from (select distinct column1 as id, column2 as eve from (values ",
    2,
    concat!(
        ") as named) as wanted join invoices on invoices.id = wanted.id
         where issued_on <= eve and status in ('open', 'paid') and kind <> 'late_fee' and not (",
        is_disputed!("eve"),
        ") and not ",
        is_free_of_fees!("eve")
    ),
);

/// Those of these bills that could draw a fee on the day after the one beside each: they were known then, asked for, no late
/// fees themselves, and neither in dispute nor free of fees.
pub async fn could_draw(conn: &mut Conn<'_>, bills: &[(String, Date)]) -> sqlx::Result<HashSet<String>> {
    let eves: Vec<String> = bills.iter().map(|(_, eve)| eve.to_string()).collect();
    let keys: Vec<&str> = bills.iter().zip(&eves).flat_map(|((id, _), eve)| [id.as_str(), eve.as_str()]).collect();
    let found: Vec<(String,)> = COULD_DRAW.find(conn, &keys).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// The bills of one customer, first the open ones, the soonest due above, then the others, the latest first; `limit` of them
/// after `offset`.
pub async fn of_customer(
    conn: &mut Conn<'_>,
    customer_id: &str,
    as_of: Date,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<BillRow>> {
    let text = bills_as_of!(
        "where customer_id = $2 order by case when ",
        is_owed!(),
        " then due_on else '9999-12-31' end, case when ",
        is_owed!(),
        " then id else '' end, due_on desc, id desc limit $3 offset $4"
    );
    sql!(conn, all as BillRow, text, Text(as_of), customer_id, limit, offset)
}

/// How many bills a customer had had by `as_of`.
pub async fn count_of_customer(conn: &mut Conn<'_>, customer_id: &str, as_of: Date) -> sqlx::Result<i64> {
    let text = "select count(*) from invoices where customer_id = $1 and issued_on <= $2";
    sql!(conn, scalar as i64, text, customer_id, Text(as_of))
}

/// The day on which the last bill of a customer was issued, by `as_of`.
pub async fn last_issued(conn: &mut Conn<'_>, customer_id: &str, as_of: Date) -> sqlx::Result<Option<Text<Date>>> {
    let text = "select max(issued_on) from invoices where customer_id = $1 and issued_on <= $2";
    sql!(conn, scalar as Option<Text<Date>>, text, customer_id, Text(as_of))
}

/// The open bills of one customer, the soonest due first.
pub async fn open_of_customer(conn: &mut Conn<'_>, customer_id: &str, as_of: Date) -> sqlx::Result<Vec<BillRow>> {
    let text = bills_as_of!("where customer_id = $2 and ", is_owed!(), " order by due_on, id");
    sql!(conn, all as BillRow, text, Text(as_of), customer_id)
}

/// One bill of one customer by its number.
pub async fn by_number(
    conn: &mut Conn<'_>,
    customer_id: &str,
    number: &str,
    as_of: Date,
) -> sqlx::Result<Option<BillRow>> {
    let text = bills_as_of!("where customer_id = $2 and number = $3");
    sql!(conn, optional as BillRow, text, Text(as_of), customer_id, number)
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PaymentRow {
    pub reference: String,
    pub source: String,
    pub amount: i64,
    /// Nothing where the bill says that it was paid, and not when.
    pub paid_on: Option<Text<Date>>,
}

impl PaymentRow {
    /// What a customer knows the payment by, which an id of ours is not.
    pub fn told(&self) -> String {
        let id = self.reference.strip_prefix("credit ").filter(|_| self.source == "credit");
        if id.is_some_and(|id| uuid::Uuid::try_parse(id).is_ok()) {
            "your credit".to_owned()
        } else {
            self.reference.clone()
        }
    }
}

/// What had been paid on an invoice by `as_of`, the earliest first.
pub async fn payments(conn: &mut Conn<'_>, invoice_id: &str, as_of: Date) -> sqlx::Result<Vec<PaymentRow>> {
    let text = "select reference, payments.source, payments.amount,
                       case when payments.source = 'bill' and paid_on = issued_on then null else paid_on end as paid_on
                from payments join invoices on invoices.id = invoice_id
                where invoice_id = $1 and paid_on <= $2 order by payments.paid_on, payments.id";
    sql!(conn, all as PaymentRow, text, invoice_id, Text(as_of))
}

/// One bill by its place.
pub async fn by_id(conn: &mut Conn<'_>, invoice_id: &str, as_of: Date) -> sqlx::Result<Option<BillRow>> {
    let text = bills_as_of!("where id = $2");
    sql!(conn, optional as BillRow, text, Text(as_of), invoice_id)
}

/// The tax in a bill, in its minor units, where it says so.
pub async fn tax(conn: &mut Conn<'_>, invoice_id: &str) -> sqlx::Result<Option<i64>> {
    sql!(conn, scalar as Option<i64>, "select tax from invoices where id = $1", invoice_id)
}

/// The first and the last day that a bill is for, where it says so.
pub async fn period(conn: &mut Conn<'_>, invoice_id: &str) -> sqlx::Result<Option<(Text<Date>, Text<Date>)>> {
    let text = "select period_from, period_to from invoices
                where id = $1 and period_from is not null and period_to is not null";
    sql!(conn, optional as (Text<Date>, Text<Date>), text, invoice_id)
}

/// What a bill comes to, when it was issued, and the days it is for where it says so.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SumRow {
    pub id: String,
    pub customer_id: String,
    pub number: String,
    pub currency: Text<Currency>,
    pub amount: i64,
    pub issued_on: Text<Date>,
    pub period_from: Option<Text<Date>>,
    pub period_to: Option<Text<Date>>,
}

/// The bills issued after `since`, by customer and day, of those whose id is above `ids.0` and at most `ids.1` and who have an
/// open one issued after `recent`.
pub async fn sums_between(
    conn: &mut Conn<'_>,
    as_of: Date,
    (since, recent): (Date, Date),
    ids: (&str, &str),
) -> sqlx::Result<Vec<SumRow>> {
    let text = "select id, customer_id, number, currency, amount, issued_on, period_from, period_to from invoices
                where customer_id > $4 and customer_id <= $5 and issued_on <= $1 and issued_on > $2
                  and kind = 'bill' and status in ('open', 'paid')
                  and exists (select 1 from invoices as open
                              where open.customer_id = invoices.customer_id and open.status = 'open'
                                and open.kind = 'bill' and open.issued_on > $3 and open.issued_on <= $1)
                order by customer_id, issued_on, id";
    sql!(conn, all as SumRow, text, Text(as_of), Text(since), Text(recent), ids.0, ids.1)
}

/// The day of the last payment on each bill of a customer, where it is known.
pub async fn last_payments(
    conn: &mut Conn<'_>,
    customer_id: &str,
    as_of: Date,
) -> sqlx::Result<Vec<(String, Text<Date>)>> {
    sql!(
        conn,
        all as (String, Text<Date>),
        "select invoice_id, max(paid_on) from payments join invoices on invoices.id = payments.invoice_id
         where customer_id = $1 and paid_on <= $2 and not (source = 'bill' and paid_on = issued_on) group by invoice_id",
        customer_id,
        Text(as_of)
    )
}

/// A bill with its customer's name and zone.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NamedBillRow {
    #[sqlx(flatten)]
    pub bill: BillRow,
    pub customer_name: String,
    pub time_zone: String,
}

/// Bills open on `as_of` that are due, or agreed to be paid, between two days.
pub async fn open_due_between(
    conn: &mut Conn<'_>,
    as_of: Date,
    from: Date,
    to: Date,
) -> sqlx::Result<Vec<NamedBillRow>> {
    let text = concat!(
        "select bills.*, customers.name as customer_name, customers.time_zone from (",
        bills_as_of!("where ", is_owed!(), " and (due_on between $2 and $3 or agreed_due_on between $2 and $3)"),
        ") as bills join customers on customers.id = bills.customer_id"
    );
    sql!(conn, all as NamedBillRow, text, Text(as_of), Text(from), Text(to))
}

/// The day a bill is to be paid by.
macro_rules! pay_by {
    () => {
        "(case when agreed_due_on > due_on then agreed_due_on else due_on end)"
    };
}

/// How far a due day on a weekend or a holiday may move.
const MOST_MOVED_DAYS: i64 = 14;

/// Bills that were to be paid between two days and were not paid by then; where due days move, all that may be.
pub async fn late_between(
    conn: &mut Conn<'_>,
    as_of: Date,
    (from, to): (Date, Date),
    due_days_move: bool,
) -> sqlx::Result<Vec<NamedBillRow>> {
    let to = if due_days_move { day::plus(to, MOST_MOVED_DAYS) } else { to };
    let text = concat!(
        "select bills.*, customers.name as customer_name, customers.time_zone from (",
        bills_as_of!(
            "where (due_on between $2 and $3 or agreed_due_on between $2 and $3) and status in ('open', 'paid')
                   and kind = 'bill' and ",
            pay_by!(),
            " <= $3 and ($4 or amount > (select cast(coalesce(sum(payments.amount), 0) as bigint) from payments
                                  where payments.invoice_id = invoices.id and payments.paid_on <= ",
            pay_by!(),
            "))"
        ),
        ") as bills join customers on customers.id = bills.customer_id"
    );
    sql!(conn, all as NamedBillRow, text, Text(as_of), Text(from), Text(to), due_days_move)
}

/// Bills of which a fee was charged, also where it was taken back, with a fee of `since` or later.
pub async fn with_fee_since(conn: &mut Conn<'_>, as_of: Date, since: Date) -> sqlx::Result<Vec<NamedBillRow>> {
    let text = concat!(
        "select bills.*, customers.name as customer_name, customers.time_zone from (",
        bills_as_of!("where id in (select invoice_id from late_fees where fee_on >= $2 and state <> 'let_go')"),
        ") as bills join customers on customers.id = bills.customer_id"
    );
    sql!(conn, all as NamedBillRow, text, Text(as_of), Text(since))
}

/// One bill by its place, with its customer's name and zone.
pub async fn named_by_id(conn: &mut Conn<'_>, invoice_id: &str, as_of: Date) -> sqlx::Result<Option<NamedBillRow>> {
    let text = concat!(
        "select bills.*, customers.name as customer_name, customers.time_zone from (",
        bills_as_of!("where id = $2"),
        ") as bills join customers on customers.id = bills.customer_id"
    );
    sql!(conn, optional as NamedBillRow, text, Text(as_of), invoice_id)
}

/// Bills of one customer whose dispute waits on `as_of`, the soonest due first.
pub async fn disputed_of(conn: &mut Conn<'_>, customer_id: &str, as_of: Date) -> sqlx::Result<Vec<BillRow>> {
    let text = bills_as_of!("where customer_id = $2 and ", waits_in_dispute!(), " order by due_on, id");
    sql!(conn, all as BillRow, text, Text(as_of), customer_id)
}

/// Bills whose dispute waits on `as_of`, the longest in dispute first.
pub async fn disputed(conn: &mut Conn<'_>, as_of: Date) -> sqlx::Result<Vec<NamedBillRow>> {
    let text = concat!(
        "select bills.*, customers.name as customer_name, customers.time_zone from (",
        bills_as_of!("where ", waits_in_dispute!()),
        ") as bills join customers on customers.id = bills.customer_id
         join invoices on invoices.id = bills.id
         order by invoices.disputed_on, bills.due_on, bills.id"
    );
    sql!(conn, all as NamedBillRow, text, Text(as_of))
}

/// Sets the later day a bill is to be paid by, and the day from which that is known.
pub async fn agree_later_date(
    conn: &mut Conn<'_>,
    invoice_id: &str,
    pay_by: Date,
    on: Date,
    now: i64,
) -> sqlx::Result<()> {
    let text = "update invoices set agreed_due_on = $2, agreed_on = $3, updated_at = $4 where id = $1";
    sql!(conn, execute, text, invoice_id, Text(pay_by), Text(on), now).map(drop)
}
