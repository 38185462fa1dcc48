//! Customers in turn, what changed about them, and the record of each run and its parts.

use jiff::civil::Date;

use crate::{
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
    sql,
};

/// A customer whose turn it is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CustomerRow {
    pub id: String,
    /// In the billing system.
    pub external_id: String,
    pub time_zone: String,
    /// Whether only their bills are left.
    pub is_erased: bool,
}

/// The columns of a [`CustomerRow`]. A macro, because a query text is put together when it is compiled.
macro_rules! customers {
    ($rest:literal) => {
        concat!("select id, external_id, time_zone, erased_at is not null as is_erased from customers ", $rest)
    };
}

/// The next customers by id, after the one given.
pub async fn customers_after(conn: &mut Conn<'_>, after: &str, limit: i64) -> sqlx::Result<Vec<CustomerRow>> {
    sql!(conn, all as CustomerRow, customers!("where id > $1 order by id limit $2"), after, limit)
}

/// The customers whose id is above `after` and at most `until`.
pub async fn customers_between(conn: &mut Conn<'_>, after: &str, until: &str) -> sqlx::Result<Vec<CustomerRow>> {
    sql!(conn, all as CustomerRow, customers!("where id > $1 and id <= $2 order by id"), after, until)
}

/// The customer with this id in the billing system.
pub async fn customer(conn: &mut Conn<'_>, external_id: &str) -> sqlx::Result<Option<CustomerRow>> {
    sql!(conn, optional as CustomerRow, customers!("where external_id = $1"), external_id)
}

pub async fn customer_by_id(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<Option<CustomerRow>> {
    sql!(conn, optional as CustomerRow, customers!("where id = $1"), id)
}

/// The id of the customer before this one, or nothing in words before the first.
pub async fn id_before(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<String> {
    sql!(conn, scalar as String, "select coalesce(max(id), '') from customers where id < $1", id)
}

/// Every zone that customers live in.
pub async fn zones(conn: &mut Conn<'_>) -> sqlx::Result<Vec<String>> {
    sql!(conn, scalars as String, "select distinct time_zone from customers order by time_zone")
}

static CHANGE: Bulk = Bulk::new(
    "insert into advice_changes (customer_id, change) values ",
    2,
    " on conflict (customer_id) do update set change = excluded.change",
);
static FORGET: Bulk = Bulk::new("delete from advice_changes where (customer_id, change) in (values ", 2, ")");

/// Keeps that something changed about these customers, each named once.
pub async fn add_changes(conn: &mut Conn<'_>, customers: &[&str]) -> sqlx::Result<()> {
    let change = new_id();
    let values: Vec<Value<'_>> = customers.iter().flat_map(|id| [Value::Text(id), Value::Text(&change)]).collect();
    CHANGE.write(conn, &values).await
}

/// Who changed, and the name of the change.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ChangeRow {
    pub customer_id: String,
    pub change: String,
}

/// Those whose id is above `after` and at most `until`.
pub async fn changes_between(conn: &mut Conn<'_>, after: &str, until: &str) -> sqlx::Result<Vec<ChangeRow>> {
    let text = "select customer_id, change from advice_changes where customer_id > $1 and customer_id <= $2";
    sql!(conn, all as ChangeRow, text, after, until)
}

/// Lets nobody add a change before this transaction ends, so that two that touch many rows cannot wait for each other.
async fn hold_changes(conn: &mut Conn<'_>) -> sqlx::Result<()> {
    // SQLite has one writer at a time.
    if conn.locks_rows() {
        sql!(conn, execute, "lock table advice_changes in share row exclusive mode")?;
    }
    Ok(())
}

/// Forgets these changes; where something changed again meanwhile, that stays.
pub async fn forget_changes(conn: &mut Conn<'_>, changes: &[ChangeRow]) -> sqlx::Result<()> {
    hold_changes(conn).await?;
    let values: Vec<Value<'_>> =
        changes.iter().flat_map(|row| [Value::Text(&row.customer_id), Value::Text(&row.change)]).collect();
    FORGET.write(conn, &values).await
}

/// A run that is to begin.
pub struct NewRun<'a> {
    pub id: &'a str,
    pub as_of: Date,
    /// What it goes by.
    pub book: &'a str,
    /// What is in force, whatever the day.
    pub inputs: &'a str,
    pub only_changed: bool,
    pub started_at: i64,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LatestRow {
    pub id: String,
    pub book: Option<String>,
    pub only_changed: bool,
    pub started_at: i64,
    pub finished_at: Option<i64>,
    /// Whether none of its parts is gone, as they are when another run takes its place.
    pub is_whole: bool,
}

/// The run that began last; nobody else begins one before this transaction ends.
pub async fn latest_alone(conn: &mut Conn<'_>) -> sqlx::Result<Option<LatestRow>> {
    // SQLite has one writer at a time.
    if conn.locks_rows() {
        sql!(conn, execute, "lock table advice_runs in share row exclusive mode")?;
    }
    sql!(
        conn,
        optional as LatestRow,
        "select id, book, only_changed, started_at, finished_at,
                blocks = (select count(*) from advice_blocks where run_id = advice_runs.id) as is_whole
         from advice_runs order by started_at desc, id desc limit 1"
    )
}

/// The parts of the ids `$1` chooses, each of `$2` of them. A macro, because a query text is put together when it is
/// compiled.
macro_rules! parts {
    ($ids:literal) => {
        concat!(
            "select (place + $1 - 1) / $1 as number, lag(id, 1, '') over (order by id) as after_id, id as until_id
             from (select id, row_number() over (order by id) as place, count(*) over () as many from (",
            $ids,
            ") as chosen) as numbered where place % $1 = 0 or place = many"
        )
    };
}

/// Begins a run: its record, and its parts of at most `size` customers. Looking at everybody takes care of every change.
pub async fn begin(conn: &mut Conn<'_>, new: &NewRun<'_>, size: i64) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into advice_runs (id, as_of, book, inputs, only_changed, started_at, customers, bills, written)
         values ($1, $2, $3, $4, $5, $6, 0, 0, 0)",
        new.id,
        Text(new.as_of),
        new.book,
        new.inputs,
        new.only_changed,
        new.started_at
    )?;
    sql!(conn, execute, "delete from advice_blocks where run_id <> $1", new.id)?;
    if new.only_changed {
        // Parts of everybody, those in which somebody changed: few changes among many customers stay many small parts.
        let text = concat!(
            "insert into advice_blocks (run_id, number, after_id, until_id)
             select $2, number, after_id, until_id from (",
            parts!("select id from customers where exists (select 1 from advice_changes)"),
            ") as parts
             where exists (select 1 from advice_changes where customer_id > after_id and customer_id <= until_id)"
        );
        sql!(conn, execute, text, size, new.id)?;
    } else {
        // Before the parts are made: whoever comes in after this keeps their change.
        hold_changes(conn).await?;
        sql!(conn, execute, "delete from advice_changes")?;
        let text = concat!(
            "insert into advice_blocks (run_id, number, after_id, until_id) select $2, number, after_id, until_id from (",
            parts!("select id from customers"),
            ") as parts"
        );
        sql!(conn, execute, text, size, new.id)?;
    }
    let text = "update advice_runs set blocks = (select count(*) from advice_blocks where run_id = $1) where id = $1";
    sql!(conn, execute, text, new.id).map(drop)
}

/// Customers that are looked at together.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct BlockRow {
    pub number: i64,
    pub after_id: String,
    pub until_id: String,
}

/// Everybody, in parts of at most `size`.
pub async fn everybody(conn: &mut Conn<'_>, size: i64) -> sqlx::Result<Vec<BlockRow>> {
    sql!(conn, all as BlockRow, concat!(parts!("select id from customers"), " order by 1"), size)
}

/// The first part after `number` that is not done and that no other process is at.
pub async fn next_block(conn: &mut Conn<'_>, run_id: &str, number: i64) -> sqlx::Result<Option<BlockRow>> {
    macro_rules! next {
        ($lock:literal) => {
            concat!(
                "select number, after_id, until_id from advice_blocks
                 where run_id = $1 and number > $2 and done_at is null order by number limit 1",
                $lock
            )
        };
    }
    if conn.locks_rows() {
        sql!(conn, optional as BlockRow, next!(" for update skip locked"), run_id, number)
    } else {
        sql!(conn, optional as BlockRow, next!(""), run_id, number)
    }
}

/// What a part, or a whole run, came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    pub customers: i64,
    /// Open bills.
    pub bills: i64,
    pub overdue: i64,
    /// Due in one to three days.
    pub due_soon: i64,
    pub due_today: i64,
    /// Notices that are new; in a dry run, those that would be.
    pub written: i64,
}

/// Marks a part as done; false where another process has done it.
pub async fn finish_block(conn: &mut Conn<'_>, run_id: &str, number: i64, now: i64) -> sqlx::Result<bool> {
    let text = "update advice_blocks set done_at = $3 where run_id = $1 and number = $2 and done_at is null";
    Ok(sql!(conn, execute, text, run_id, number, now)? == 1)
}

/// Keeps what a part came to.
pub async fn count_block(conn: &mut Conn<'_>, run_id: &str, number: i64, counts: &Counts) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "update advice_blocks set customers = $3, bills = $4, overdue = $5, due_soon = $6, due_today = $7, written = $8
         where run_id = $1 and number = $2",
        run_id,
        number,
        counts.customers,
        counts.bills,
        counts.overdue,
        counts.due_soon,
        counts.due_today,
        counts.written
    )
    .map(drop)
}

/// How many parts a run has, and how many are done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct PartsRow {
    pub parts: i64,
    pub done: i64,
    /// Those that are gone, because another run took its place.
    pub gone: i64,
}

pub async fn parts(conn: &mut Conn<'_>, run_id: &str) -> sqlx::Result<PartsRow> {
    sql!(
        conn,
        one as PartsRow,
        "select blocks as parts,
                case when finished_at is not null then blocks
                     else (select count(*) from advice_blocks where run_id = $1 and done_at is not null) end as done,
                case when finished_at is not null then 0
                     else blocks - (select count(*) from advice_blocks where run_id = $1) end as gone
         from advice_runs where id = $1",
        run_id
    )
}

/// Ends a run whose parts are all done, and gives their sum and whether it was ended now; another process may have ended
/// it already. Nothing where another run took its place.
pub async fn finish(conn: &mut Conn<'_>, run_id: &str, now: i64) -> sqlx::Result<Option<(Counts, bool)>> {
    macro_rules! sum {
        ($column:literal) => {
            concat!("(select cast(coalesce(sum(", $column, "), 0) as bigint) from advice_blocks where run_id = $1)")
        };
    }
    let text = concat!(
        "update advice_runs set finished_at = $2, customers = ",
        sum!("customers"),
        ", bills = ",
        sum!("bills"),
        ", overdue = ",
        sum!("overdue"),
        ", due_soon = ",
        sum!("due_soon"),
        ", due_today = ",
        sum!("due_today"),
        ", written = ",
        sum!("written"),
        " where id = $1 and finished_at is null
            and blocks = (select count(*) from advice_blocks where run_id = $1 and done_at is not null)"
    );
    let ended = sql!(conn, execute, text, run_id, now)? == 1;
    let counts = sql!(
        conn,
        optional as Counts,
        "select customers, bills, overdue, due_soon, due_today, written from advice_runs
         where id = $1 and finished_at is not null",
        run_id
    )?;
    Ok(counts.map(|counts| (counts, ended)))
}

pub async fn first_day(conn: &mut Conn<'_>) -> sqlx::Result<Option<Text<Date>>> {
    sql!(conn, scalar as Option<Text<Date>>, "select min(as_of) from advice_runs")
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RunRow {
    pub id: String,
    pub as_of: Text<Date>,
    pub started_at: i64,
    pub finished_at: Option<i64>,
    pub only_changed: bool,
    pub customers: i64,
    pub bills: i64,
    pub written: i64,
    /// What was in force, see [`super::service::inputs`]; nothing in runs from before that was kept.
    pub inputs: Option<String>,
}

/// The columns of a [`RunRow`]. A macro, because a query text is put together when it is compiled.
macro_rules! runs {
    ($rest:literal) => {
        concat!(
            "select id, as_of, started_at, finished_at, only_changed, customers, bills, written, inputs from advice_runs ",
            $rest,
            " order by started_at desc, id desc limit 1"
        )
    };
}

/// The run that began last, ended or not.
pub async fn last_run(conn: &mut Conn<'_>) -> sqlx::Result<Option<RunRow>> {
    sql!(conn, optional as RunRow, runs!(""))
}

/// The run at everybody that began last, of those that were ended.
pub async fn last_whole_run(conn: &mut Conn<'_>) -> sqlx::Result<Option<RunRow>> {
    sql!(conn, optional as RunRow, runs!("where finished_at is not null and not only_changed"))
}

pub async fn has_changes(conn: &mut Conn<'_>) -> sqlx::Result<bool> {
    Ok(sql!(conn, optional as (i64,), "select cast(1 as bigint) from advice_changes limit 1")?.is_some())
}

pub async fn has_customers(conn: &mut Conn<'_>) -> sqlx::Result<bool> {
    Ok(sql!(conn, optional as (i64,), "select cast(1 as bigint) from customers limit 1")?.is_some())
}
