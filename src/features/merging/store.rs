//! What is kept of a customer, and how it goes to another: the one list.

use jiff::civil::Date;

use crate::{
    server::db::{Conn, Text},
    sql,
};

/// What is kept of a bill, `$1`, and goes to the same bill of the customer who stays, `$2`. What that bill has already goes with
/// the bill that goes.
const OF_A_BILL: &[&str] = &[
    "update payments set invoice_id = $2 where invoice_id = $1 and not exists (
        select 1 from payments as same where same.invoice_id = $2 and same.reference = payments.reference)",
    "update fee_waivers set invoice_id = $2 where invoice_id = $1 and not exists (
        select 1 from fee_waivers as same where same.invoice_id = $2)",
    "update credits set invoice_id = $2 where invoice_id = $1 and not exists (
        select 1 from credits as same where same.invoice_id = $2)",
    "update late_fees set invoice_id = $2 where invoice_id = $1 and not exists (
        select 1 from late_fees as same where same.invoice_id = $2 and same.fee_on = late_fees.fee_on)",
    "update late_fees set fee_invoice_id = $2 where fee_invoice_id = $1",
    "update fee_warnings_shown set invoice_id = $2 where invoice_id = $1 and not exists (
        select 1 from fee_warnings_shown as same
        where same.invoice_id = $2 and same.fee_on = fee_warnings_shown.fee_on and same.fee = fee_warnings_shown.fee)",
    "update billing_orders set invoice_id = $2 where invoice_id = $1",
    "update notices set invoice_id = $2 where invoice_id = $1",
    "update requests set invoice_id = $2 where invoice_id = $1",
    "update note_threads set invoice_id = $2 where invoice_id = $1",
];

/// What becomes of each table about customers when `$1` goes to `$2`. People who signed in for the one who goes do not sign in for
/// the other.
pub const MOVES: &[(&str, &[&str])] = &[
    ("invoices", &["update invoices set customer_id = $2 where customer_id = $1"]),
    ("fee_waivers", &["update fee_waivers set customer_id = $2 where customer_id = $1"]),
    ("fee_exemptions", &["update fee_exemptions set customer_id = $2 where customer_id = $1"]),
    ("late_fees", &["update late_fees set customer_id = $2 where customer_id = $1"]),
    ("fee_warnings_shown", &["update fee_warnings_shown set customer_id = $2 where customer_id = $1"]),
    ("subscriptions", &["update subscriptions set customer_id = $2 where customer_id = $1"]),
    (
        "usage",
        // Use that both have of a day is one reading told twice where it is the same, and adds up where it is not.
        &[
            "update usage set quantity = quantity + (
                select other.quantity from usage as other
                where other.customer_id = $1 and other.meter = usage.meter and other.used_on = usage.used_on)
             where customer_id = $2 and exists (
                select 1 from usage as other
                where other.customer_id = $1 and other.meter = usage.meter and other.used_on = usage.used_on
                  and other.quantity <> usage.quantity)",
            "delete from usage where customer_id = $1 and exists (
                select 1 from usage as kept
                where kept.customer_id = $2 and kept.meter = usage.meter and kept.used_on = usage.used_on)",
            "update usage set customer_id = $2 where customer_id = $1",
        ],
    ),
    ("credits", &["update credits set customer_id = $2 where customer_id = $1"]),
    ("billing_orders", &["update billing_orders set customer_id = $2 where customer_id = $1"]),
    ("notices", &["update notices set customer_id = $2 where customer_id = $1"]),
    ("notice_answers", &["update notice_answers set customer_id = $2 where customer_id = $1"]),
    ("notice_mails", &["update notice_mails set customer_id = $2 where customer_id = $1"]),
    (
        "notice_preferences",
        &[
            "delete from notice_preferences where customer_id = $1 and exists (
                select 1 from notice_preferences as kept
                where kept.customer_id = $2 and kept.kind = notice_preferences.kind)",
            "update notice_preferences set customer_id = $2 where customer_id = $1",
        ],
    ),
    // A link in an old mail was sent to the address of the one who goes.
    ("unsubscribe_links", &["delete from unsubscribe_links where customer_id = $1 and customer_id <> $2"]),
    ("requests", &["update requests set customer_id = $2 where customer_id = $1"]),
    ("note_threads", &["update note_threads set customer_id = $2 where customer_id = $1"]),
    ("frictions", &["update frictions set customer_id = $2 where customer_id = $1"]),
    (
        "remembered_facts",
        &["update remembered_facts set customer_id = $2 where customer_id = $1 and not exists (
                select 1 from remembered_facts as kept
                where kept.customer_id = $2 and kept.words = remembered_facts.words)"],
    ),
    (
        "fact_receipts",
        &["update fact_receipts set customer_id = $2 where customer_id = $1 and fact_id in (
                select id from remembered_facts where customer_id = $2)"],
    ),
    (
        "erasure_requests",
        &["update erasure_requests set customer_id = $2 where customer_id = $1 and (
                withdrawn_at is not null or decided_at is not null or not exists (
                    select 1 from erasure_requests as kept
                    where kept.customer_id = $2 and kept.withdrawn_at is null and kept.decided_at is null))"],
    ),
    ("customer_aliases", &["update customer_aliases set customer_id = $2 where customer_id = $1"]),
];

/// What goes with the customer: marks that are made anew, and the doors of the one who is no customer of their own any more.
#[cfg(test)]
pub const GOES: [&str; 2] = ["advice_changes", "people"];

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CustomerRow {
    pub id: String,
    pub external_id: String,
    pub name: String,
    pub erased_at: Option<i64>,
}

/// A customer by the id they have in billing, or had before they were brought into another.
pub async fn by_external_id(conn: &mut Conn<'_>, external_id: &str) -> sqlx::Result<Option<CustomerRow>> {
    let text = "select customers.id, customers.external_id, name, erased_at from customers
                where external_id = $1
                   or id = (select customer_id from customer_aliases where customer_aliases.external_id = $1)
                order by case when external_id = $1 then 0 else 1 end limit 1";
    sql!(conn, optional as CustomerRow, text, external_id)
}

/// A bill of the one who goes, and the one with its number of the one who stays.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct BothRow {
    pub gone: String,
    pub kept: String,
    pub number: String,
    /// Whether they are of one amount and one day.
    pub is_same: bool,
}

pub async fn bills_in_both(conn: &mut Conn<'_>, gone: &str, kept: &str) -> sqlx::Result<Vec<BothRow>> {
    let text = "select going.id as gone, staying.id as kept, going.number,
                       going.amount = staying.amount and going.currency = staying.currency
                         and going.issued_on = staying.issued_on and going.kind = staying.kind as is_same
                from invoices as going join invoices as staying on staying.number = going.number
                where going.customer_id = $1 and staying.customer_id = $2 order by going.number";
    sql!(conn, all as BothRow, text, gone, kept)
}

/// What is kept of a bill goes to the same bill of another customer, and the bill itself goes.
pub async fn join_bill(conn: &mut Conn<'_>, gone: &str, kept: &str) -> sqlx::Result<()> {
    for text in OF_A_BILL {
        sql!(conn, execute, *text, gone, kept)?;
    }
    sql!(conn, execute, "delete from invoices where id = $1", gone).map(drop)
}

/// A number with the id of whose it was, where that is free.
pub async fn rename_bill(conn: &mut Conn<'_>, invoice_id: &str, number: &str) -> sqlx::Result<()> {
    sql!(conn, execute, "update invoices set number = $2 where id = $1", invoice_id, number).map(drop)
}

pub async fn bring(conn: &mut Conn<'_>, gone: &CustomerRow, kept: &str, on: Date) -> sqlx::Result<()> {
    for (_, texts) in MOVES {
        for text in *texts {
            sql!(conn, execute, *text, gone.id.as_str(), kept)?;
        }
    }
    sql!(conn, execute, "delete from customers where id = $1", gone.id.as_str())?;
    add_alias(conn, &gone.external_id, kept, on).await
}

/// The old id leads to the customer from now on.
pub async fn add_alias(conn: &mut Conn<'_>, external_id: &str, kept: &str, on: Date) -> sqlx::Result<()> {
    let text = "insert into customer_aliases (external_id, customer_id, merged_on) values ($1, $2, $3)";
    sql!(conn, execute, text, external_id, kept, Text(on)).map(drop)
}
