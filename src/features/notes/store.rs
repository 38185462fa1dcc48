//! Notes: the rows of threads and of what was written in them.

use std::ops::RangeInclusive;

use crate::{
    features::billing::Kind,
    server::db::{Conn, Text},
    sql,
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ThreadRow {
    pub id: String,
    pub customer_id: String,
    pub time_zone: String,
    pub subject: String,
    pub invoice_number: Option<String>,
    pub request_id: Option<String>,
    pub act_id: Option<String>,
    pub act_kind: Option<Text<Kind>>,
    pub last_at: i64,
    pub waiting_since: Option<i64>,
}

/// The columns of a [`ThreadRow`]. A macro, because a query text is put together when it is compiled.
macro_rules! threads {
    ($rest:literal) => {
        concat!(
            "select note_threads.id, note_threads.customer_id, customers.time_zone, note_threads.subject,
                    invoices.number as invoice_number, note_threads.request_id, note_threads.act_id,
                    billing_orders.kind as act_kind, note_threads.last_at, note_threads.waiting_since
             from note_threads
             join customers on customers.id = note_threads.customer_id
             left join invoices on invoices.id = note_threads.invoice_id
             left join billing_orders on billing_orders.id = note_threads.act_id ",
            $rest
        )
    };
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NoteRow {
    pub author_name: String,
    pub by_customer: bool,
    pub words: String,
    pub written_at: i64,
    pub read_at: Option<i64>,
}

/// A thread with its last note.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LineRow {
    pub id: String,
    pub subject: String,
    pub author_name: String,
    pub by_customer: bool,
    pub words: String,
    pub written_at: i64,
    pub unread: i64,
}

/// The latest note by a person, with its thread.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LatestRow {
    pub thread_id: String,
    pub author_name: String,
    pub words: String,
    pub written_at: i64,
    pub read_at: Option<i64>,
}

/// A thread that waits for words of ours.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WaitingRow {
    pub customer_id: String,
    pub customer_name: String,
    pub subject: String,
    pub waiting_since: i64,
}

/// Until the transaction ends, nobody else writes in a thread of this customer.
pub async fn take_turn(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<()> {
    if conn.locks_rows() {
        sql!(conn, execute, "select pg_advisory_xact_lock(hashtext($1))", format!("notes:{customer_id}"))?;
    }
    Ok(())
}

pub async fn by_id(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<Option<ThreadRow>> {
    sql!(conn, optional as ThreadRow, threads!("where note_threads.id = $1"), id)
}

pub async fn by_request(conn: &mut Conn<'_>, request_id: &str) -> sqlx::Result<Option<ThreadRow>> {
    sql!(conn, optional as ThreadRow, threads!("where note_threads.request_id = $1"), request_id)
}

/// Who writes what, and when.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    pub author_id: Option<&'a str>,
    pub author_name: &'a str,
    pub by_customer: bool,
    pub words: &'a str,
    pub at: i64,
}

pub struct NewThread<'a> {
    pub id: &'a str,
    pub customer_id: &'a str,
    pub subject: &'a str,
    pub invoice_id: Option<&'a str>,
    pub request_id: Option<&'a str>,
    pub act_id: Option<&'a str>,
    pub at: i64,
}

pub async fn add_thread(conn: &mut Conn<'_>, thread: &NewThread<'_>) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into note_threads (id, customer_id, subject, invoice_id, request_id, act_id, created_at, last_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)",
        thread.id,
        thread.customer_id,
        thread.subject,
        thread.invoice_id,
        thread.request_id,
        thread.act_id,
        thread.at
    )?;
    Ok(())
}

/// Whether it was added; not where the same side has written the same in this thread after `since`, and the other nothing
/// after it.
pub async fn add_note(
    conn: &mut Conn<'_>,
    id: &str,
    thread_id: &str,
    said: Said<'_>,
    since: i64,
) -> sqlx::Result<bool> {
    let added = sql!(
        conn,
        execute,
        "insert into notes (id, thread_id, author_id, author_name, by_customer, words, written_at)
         select $1, $2, $3, $4, $5, $6, $7
         where not exists (select 1 from notes as same
                           where same.thread_id = $2 and same.written_at > $8 and same.words = $6
                             and same.by_customer = $5 and (same.by_customer or same.author_id = $3)
                             and not exists (select 1 from notes as reply
                                             where reply.thread_id = $2 and reply.by_customer <> same.by_customer
                                               and reply.written_at > same.written_at))",
        id,
        thread_id,
        said.author_id,
        said.author_name,
        said.by_customer,
        said.words,
        said.at,
        since
    )?;
    Ok(added == 1)
}

/// A thread that the same side began after `since` with the same words, about the same.
pub async fn begun_since(
    conn: &mut Conn<'_>,
    thread: &NewThread<'_>,
    said: Said<'_>,
    since: i64,
) -> sqlx::Result<Option<String>> {
    let found = sql!(
        conn,
        scalars as String,
        "select note_threads.id from note_threads
         join notes on notes.thread_id = note_threads.id and notes.written_at = note_threads.created_at
         where note_threads.customer_id = $1 and note_threads.last_at > $2 and note_threads.created_at > $2
           and note_threads.subject = $3 and coalesce(note_threads.invoice_id, '') = $4
           and note_threads.request_id is null and notes.words = $5 and notes.by_customer = $6
           and (notes.by_customer or notes.author_id = $7)
         limit 1",
        thread.customer_id,
        since,
        thread.subject,
        thread.invoice_id.unwrap_or_default(),
        said.words,
        said.by_customer,
        said.author_id
    )?;
    Ok(found.into_iter().next())
}

/// Something was written in the thread: who wrote last decides who waits.
pub async fn wrote(conn: &mut Conn<'_>, thread_id: &str, at: i64, by_customer: bool) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "update note_threads set last_at = $2, waiting_since = case when $3 then coalesce(waiting_since, $2) end
         where id = $1",
        thread_id,
        at,
        by_customer
    )?;
    Ok(())
}

/// The other side has seen what this one wrote in the thread within this time.
pub async fn saw(
    conn: &mut Conn<'_>,
    thread_id: &str,
    by_customer: bool,
    within: RangeInclusive<i64>,
    now: i64,
) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "update notes set read_at = $5
         where thread_id = $1 and by_customer = $2 and written_at between $3 and $4 and read_at is null",
        thread_id,
        by_customer,
        *within.start(),
        *within.end(),
        now
    )?;
    Ok(())
}

pub async fn count_of_customer(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<i64> {
    sql!(conn, scalar as i64, "select count(*) from note_threads where customer_id = $1", customer_id)
}

/// The threads of one customer, the latest first.
pub async fn of_customer(
    conn: &mut Conn<'_>,
    customer_id: &str,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<LineRow>> {
    sql!(
        conn,
        all as LineRow,
        "select note_threads.id, note_threads.subject, notes.author_name, notes.by_customer, notes.words,
                notes.written_at,
                (select count(*) from notes as unread
                 where unread.thread_id = note_threads.id and unread.by_customer = false and unread.read_at is null)
                    as unread
         from note_threads
         join notes on notes.thread_id = note_threads.id and notes.written_at = note_threads.last_at
         where note_threads.customer_id = $1
         order by note_threads.last_at desc, note_threads.id desc limit $2 offset $3",
        customer_id,
        limit,
        offset
    )
}

/// Of one customer the very latest, those that wait, then the others, the latest of them first.
pub async fn latest_of_customer(
    conn: &mut Conn<'_>,
    customer_id: &str,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<ThreadRow>> {
    let text = threads!(
        "where note_threads.customer_id = $1
         order by case when note_threads.last_at = (select max(latest.last_at) from note_threads as latest
                                                    where latest.customer_id = $1) then 0
                       when note_threads.waiting_since is not null then 1 else 2 end,
                  note_threads.last_at desc, note_threads.id desc
         limit $2 offset $3"
    );
    sql!(conn, all as ThreadRow, text, customer_id, limit, offset)
}

pub async fn count_notes(conn: &mut Conn<'_>, thread_id: &str) -> sqlx::Result<i64> {
    sql!(conn, scalar as i64, "select count(*) from notes where thread_id = $1", thread_id)
}

/// Notes of a thread, as they were written.
pub async fn notes_of(conn: &mut Conn<'_>, thread_id: &str, limit: i64, offset: i64) -> sqlx::Result<Vec<NoteRow>> {
    sql!(
        conn,
        all as NoteRow,
        "select author_name, by_customer, words, written_at, read_at from notes
         where thread_id = $1 order by written_at limit $2 offset $3",
        thread_id,
        limit,
        offset
    )
}

/// Notes of people that a customer has not opened.
pub async fn unread_of_customer(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<i64> {
    sql!(
        conn,
        scalar as i64,
        "select count(*) from notes
         where by_customer = false and read_at is null
           and thread_id in (select id from note_threads where customer_id = $1)",
        customer_id
    )
}

/// The latest note that a person wrote to a customer.
pub async fn latest_by_person(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<Option<LatestRow>> {
    sql!(
        conn,
        optional as LatestRow,
        "select thread_id, author_name, words, written_at, read_at from notes
         where by_customer = false and thread_id in (select id from note_threads where customer_id = $1)
         order by written_at desc, id desc limit 1",
        customer_id
    )
}

/// A note of a customer with what its thread is about.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OwnWordsRow {
    pub words: String,
    pub subject: String,
    pub written_at: i64,
}

/// The latest note that a customer wrote.
pub async fn latest_by_customer(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<Option<OwnWordsRow>> {
    sql!(
        conn,
        optional as OwnWordsRow,
        "select notes.words, note_threads.subject, notes.written_at
         from notes join note_threads on note_threads.id = notes.thread_id
         where notes.by_customer = true and note_threads.customer_id = $1
         order by notes.written_at desc, notes.id desc limit 1",
        customer_id
    )
}

/// Threads that wait for words of ours, the longest first. A question that waits stands in a queue of its own.
pub async fn waiting(conn: &mut Conn<'_>, limit: i64) -> sqlx::Result<Vec<WaitingRow>> {
    sql!(
        conn,
        all as WaitingRow,
        "select note_threads.customer_id, customers.name as customer_name, note_threads.subject,
                note_threads.waiting_since
         from note_threads
         join customers on customers.id = note_threads.customer_id
         left join requests on requests.id = note_threads.request_id and requests.answered_at is null
         where note_threads.waiting_since is not null and requests.id is null
         order by note_threads.waiting_since, note_threads.id limit $1",
        limit
    )
}

/// How many people that is.
pub async fn count_waiting(conn: &mut Conn<'_>) -> sqlx::Result<i64> {
    sql!(
        conn,
        scalar as i64,
        "select count(distinct note_threads.customer_id)
         from note_threads
         left join requests on requests.id = note_threads.request_id and requests.answered_at is null
         where note_threads.waiting_since is not null and requests.id is null"
    )
}
