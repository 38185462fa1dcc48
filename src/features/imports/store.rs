//! Imports and their refused rows.

use jiff::civil::Date;

use crate::{
    domain::import::Tally,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
    sql,
};

static PAYMENTS: Bulk = Bulk::new(
    "insert into payments (id, invoice_id, reference, amount, paid_on, source, created_at, updated_at) values ",
    8,
    " on conflict (invoice_id, reference) do update set amount = excluded.amount, paid_on = excluded.paid_on,
          updated_at = excluded.updated_at",
);

/// A row that was refused, or a word about one that was kept, as it is shown, kept and exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    pub line: i64,
    /// The file's name of the column; none where the whole row is bad.
    pub column: Option<String>,
    pub reason: String,
    /// The row's cells, parted by commas whatever the file has.
    pub row_text: String,
    pub costs: Costs,
}

/// What a word about a row says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Costs {
    /// It is refused.
    Row,
    /// It is kept, without what stands in one of its cells, or as the word says.
    Cell,
}

impl Costs {
    fn name(self) -> &'static str {
        match self {
            Costs::Row => "row",
            Costs::Cell => "cell",
        }
    }
}

/// Where several processes share a database, lets one batch at a time settle, so that two files never write the same
/// rows crosswise. SQLite has one writer anyway.
pub async fn take_turns(conn: &mut Conn<'_>) -> sqlx::Result<()> {
    if conn.locks_rows() {
        sql!(conn, execute, "select pg_advisory_xact_lock(7301958)")?;
    }
    Ok(())
}

pub struct NewImport<'a> {
    pub id: &'a str,
    pub kind: &'a str,
    pub file_name: &'a str,
    pub sha256: &'a str,
    pub size_bytes: i64,
    pub mapping: &'a str,
    /// The names of the columns as a line of CSV.
    pub header: &'a str,
    pub rows_total: Option<i64>,
    pub made_by: Option<&'a str>,
    pub now: i64,
}

/// An import that nobody has started yet.
pub async fn add(conn: &mut Conn<'_>, import: NewImport<'_>) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into imports (id, kind, file_name, sha256, size_bytes, mapping, is_dry_run, state, rows_total, made_by,
                              started_at, header)
         values ($1, $2, $3, $4, $5, $6, $7, 'mapping', $8, $9, $10, $11)",
        import.id,
        import.kind,
        import.file_name,
        import.sha256,
        import.size_bytes,
        import.mapping,
        false,
        import.rows_total,
        import.made_by,
        import.now,
        import.header
    )?;
    Ok(())
}

pub async fn save_mapping(conn: &mut Conn<'_>, id: &str, mapping: &str) -> sqlx::Result<()> {
    sql!(conn, execute, "update imports set mapping = $2 where id = $1 and state <> 'running'", id, mapping)?;
    Ok(())
}

/// Starts it from nothing; false where it is running already.
pub async fn begin(conn: &mut Conn<'_>, id: &str, is_dry_run: bool, now: i64) -> sqlx::Result<bool> {
    let begun = sql!(
        conn,
        execute,
        "update imports set state = 'running', is_dry_run = $2, failure = null, rows_read = 0, rows_created = 0,
                            rows_updated = 0, rows_unchanged = 0, rows_rejected = 0, rows_warned = 0, started_at = $3,
                            heartbeat_at = $3, finished_at = null
         where id = $1 and state <> 'running'",
        id,
        is_dry_run,
        now
    )?;
    if begun == 1 {
        sql!(conn, execute, "delete from import_errors where import_id = $1", id)?;
    }
    Ok(begun == 1)
}

/// How far it is; says as well that somebody is still at it.
pub async fn note(conn: &mut Conn<'_>, id: &str, tally: Tally, warned: i64, now: i64) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "update imports set rows_read = $2, rows_created = $3, rows_updated = $4, rows_unchanged = $5,
                            rows_rejected = $6, rows_warned = $7, heartbeat_at = $8
         where id = $1",
        id,
        tally.read,
        tally.created,
        tally.updated,
        tally.unchanged,
        tally.rejected,
        warned,
        now
    )?;
    Ok(())
}

static KEEP_ERRORS: Bulk =
    Bulk::new("insert into import_errors (import_id, seq, line, column_name, reason, row_text, costs) values ", 7, "");

/// Keeps words about rows, numbered from `first`.
pub async fn keep_errors(conn: &mut Conn<'_>, id: &str, first: i64, rows: &[BadRow]) -> sqlx::Result<()> {
    let values: Vec<Value<'_>> = rows
        .iter()
        .zip(first..)
        .flat_map(|(row, seq)| {
            [
                Value::Text(id),
                Value::Whole(seq),
                Value::Whole(row.line),
                Value::Maybe(row.column.as_deref()),
                Value::Text(&row.reason),
                Value::Text(&row.row_text),
                Value::Text(row.costs.name()),
            ]
        })
        .collect();
    KEEP_ERRORS.write(conn, &values).await
}

pub async fn finish(conn: &mut Conn<'_>, id: &str, failure: Option<&str>, now: i64) -> sqlx::Result<()> {
    let text = "update imports set state = $2, failure = $3, finished_at = $4 where id = $1 and state = 'running'";
    sql!(conn, execute, text, id, if failure.is_some() { "failed" } else { "done" }, failure, now)?;
    Ok(())
}

/// Marks as failed what was running and has not been heard of since `silent_since`; of the imports started on the pages,
/// all of them where `of_pages` says so.
pub async fn fail_silent(
    conn: &mut Conn<'_>,
    failure: &str,
    silent_since: i64,
    of_pages: bool,
    now: i64,
) -> sqlx::Result<u64> {
    sql!(
        conn,
        execute,
        "update imports set state = 'failed', failure = $1, finished_at = $2
         where state = 'running' and (coalesce(heartbeat_at, 0) < $3 or ($4 = 1 and made_by is not null))",
        failure,
        now,
        silent_since,
        i64::from(of_pages)
    )
}

/// Whether a file runs that was heard of since `heard_since`, waits for its columns since `waits_since` or later, or was
/// brought in since `ended_since`.
pub async fn is_under_way(
    conn: &mut Conn<'_>,
    (heard_since, waits_since, ended_since): (i64, i64, i64),
) -> sqlx::Result<bool> {
    let text = "select cast(1 as bigint) from imports
                where state = 'running' and coalesce(heartbeat_at, started_at) >= $1
                   or state = 'mapping' and started_at >= $2
                   or finished_at >= $3 and not is_dry_run limit 1";
    Ok(sql!(conn, optional as (i64,), text, heard_since, waits_since, ended_since)?.is_some())
}

/// Whether anything runs that has not been heard of since then.
pub async fn has_silent(conn: &mut Conn<'_>, silent_since: i64) -> sqlx::Result<bool> {
    let text = "select count(*) from imports where state = 'running' and coalesce(heartbeat_at, 0) < $1";
    Ok(sql!(conn, scalar as i64, text, silent_since)? > 0)
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ImportRow {
    pub id: String,
    pub kind: String,
    pub file_name: String,
    pub mapping: String,
    pub header: Option<String>,
    pub is_dry_run: bool,
    pub state: String,
    pub failure: Option<String>,
    pub rows_total: Option<i64>,
    pub rows_read: i64,
    pub rows_created: i64,
    pub rows_updated: i64,
    pub rows_unchanged: i64,
    pub rows_rejected: i64,
    pub rows_warned: i64,
    /// The name of who started it; nothing for the command line.
    pub made_by: Option<String>,
    pub started_at: i64,
    pub finished_at: Option<i64>,
}

/// The columns of an [`ImportRow`]. A macro, because a query text is put together when it is compiled.
macro_rules! imports {
    ($rest:literal) => {
        concat!(
            "select imports.id, kind, file_name, mapping, header, is_dry_run, state, failure, rows_total, rows_read,
                    rows_created, rows_updated, rows_unchanged, rows_rejected, rows_warned, people.name as made_by, started_at,
                    finished_at
             from imports left join people on people.id = imports.made_by ",
            $rest
        )
    };
}

pub async fn by_id(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<Option<ImportRow>> {
    sql!(conn, optional as ImportRow, imports!("where imports.id = $1"), id)
}

/// The latest first.
pub async fn latest(conn: &mut Conn<'_>, limit: i64, offset: i64) -> sqlx::Result<Vec<ImportRow>> {
    let text = imports!("order by started_at desc, imports.id desc limit $1 offset $2");
    sql!(conn, all as ImportRow, text, limit, offset)
}

pub async fn count(conn: &mut Conn<'_>) -> sqlx::Result<i64> {
    sql!(conn, scalar as i64, "select count(*) from imports")
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ErrorRow {
    pub line: i64,
    pub column_name: Option<String>,
    pub reason: String,
    pub row_text: String,
}

/// Words about rows in the order in which they were found.
pub async fn errors(
    conn: &mut Conn<'_>,
    id: &str,
    costs: Costs,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<ErrorRow>> {
    let text = "select line, column_name, reason, row_text from import_errors
                where import_id = $1 and costs = $2 order by seq limit $3 offset $4";
    sql!(conn, all as ErrorRow, text, id, costs.name(), limit, offset)
}

/// How many of them were kept.
pub async fn count_errors(conn: &mut Conn<'_>, id: &str, costs: Costs) -> sqlx::Result<i64> {
    let text = "select count(*) from import_errors where import_id = $1 and costs = $2";
    sql!(conn, scalar as i64, text, id, costs.name())
}

/// Customers by their id, and the zones of those who live in another than `zone`.
pub async fn zones_of_customers(conn: &mut Conn<'_>, zone: &str) -> sqlx::Result<Vec<(String, String)>> {
    sql!(conn, all as (String, String), "select external_id, time_zone from customers where time_zone <> $1", zone)
}

/// Invoices by their number, and the zones of those whose customer lives in another than `zone`.
pub async fn zones_of_invoices(conn: &mut Conn<'_>, zone: &str) -> sqlx::Result<Vec<(String, String)>> {
    let text =
        "select number, time_zone from invoices join customers on customers.id = customer_id where time_zone <> $1";
    sql!(conn, all as (String, String), text, zone)
}

/// A credit comes to so much, in minor units.
pub async fn set_credit(conn: &mut Conn<'_>, id: &str, amount: i64, now: i64) -> sqlx::Result<()> {
    let text = "update credits set amount = $2, updated_at = $3 where id = $1";
    sql!(conn, execute, text, id, amount, now).map(drop)
}

/// Money that was paid of a bill, or that went back, in minor units.
pub struct NewPayment<'p> {
    pub invoice_id: &'p str,
    pub reference: &'p str,
    pub amount: i64,
    pub paid_on: Date,
}

/// Keeps payments that `source` tells of; those of a bill and reference that are there already are changed.
pub async fn write_payments(
    conn: &mut Conn<'_>,
    source: &str,
    payments: impl IntoIterator<Item = NewPayment<'_>>,
    now: i64,
) -> sqlx::Result<()> {
    let payments: Vec<(String, NewPayment<'_>)> = payments.into_iter().map(|payment| (new_id(), payment)).collect();
    let values = payments.iter().flat_map(|(id, payment)| {
        [
            Value::Text(id),
            Value::Text(payment.invoice_id),
            Value::Text(payment.reference),
            Value::Whole(payment.amount),
            Value::Day(Text(payment.paid_on)),
            Value::Text(source),
            Value::Whole(now),
            Value::Whole(now),
        ]
    });
    PAYMENTS.write(conn, &values.collect::<Vec<_>>()).await
}

/// As much of a credit as was used stays, the rest is not there any more.
pub async fn take_rest_of_credit_back(conn: &mut Conn<'_>, id: &str, used: i64, now: i64) -> sqlx::Result<()> {
    match used {
        0 => take_credit_back(conn, id).await,
        used => set_credit(conn, id, used, now).await,
    }
}

/// A credit of which nothing was used is not there any more.
pub async fn take_credit_back(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<()> {
    sql!(conn, execute, "delete from credits where id = $1", id).map(drop)
}

pub async fn take_payment_back(conn: &mut Conn<'_>, invoice_id: &str, reference: &str) -> sqlx::Result<()> {
    let text = "delete from payments where invoice_id = $1 and reference = $2";
    sql!(conn, execute, text, invoice_id, reference).map(drop)
}

/// So much less was paid of a bill than it said of itself.
pub async fn say_less_paid(conn: &mut Conn<'_>, invoice_id: &str, less: i64, now: i64) -> sqlx::Result<()> {
    let text = "update invoices
                set billed_paid = case when billed_paid > $2 then billed_paid - $2 else 0 end,
                    status = case when status = 'paid' then 'open' else status end, updated_at = $3
                where id = $1";
    sql!(conn, execute, text, invoice_id, less, now).map(drop)
}
