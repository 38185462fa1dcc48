//! Requests: their rows.

use jiff::civil::Date;

use super::{Kind, Outcome};
use crate::{
    features::billing::State,
    server::db::{Conn, Text},
    sql,
};

/// A request with the names it is told by.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RequestRow {
    pub id: String,
    pub customer_id: String,
    pub customer_name: String,
    pub time_zone: String,
    pub invoice_id: Option<String>,
    pub invoice_number: Option<String>,
    pub kind: Text<Kind>,
    pub wanted_on: Option<Text<Date>>,
    pub words: String,
    pub asked_at: i64,
    pub outcome: Option<Text<Outcome>>,
    pub agreed_due_on: Option<Text<Date>>,
    pub answer: Option<String>,
    pub answered_by: Option<String>,
    pub answered_at: Option<i64>,
    pub thread_id: Option<String>,
    pub act_state: Option<Text<State>>,
}

/// The columns of a [`RequestRow`]. A macro, because a query text is put together when it is compiled.
macro_rules! requests {
    ($rest:literal) => {
        concat!(
            "select requests.id, requests.customer_id, customers.name as customer_name, customers.time_zone,
                    requests.invoice_id, invoices.number as invoice_number, requests.kind, requests.wanted_on,
                    requests.words, requests.asked_at, requests.outcome, requests.agreed_due_on, requests.answer,
                    people.name as answered_by, requests.answered_at,
                    note_threads.id as thread_id, billing_orders.state as act_state
             from requests
             join customers on customers.id = requests.customer_id
             left join invoices on invoices.id = requests.invoice_id
             left join people on people.id = requests.answered_by
             left join note_threads on note_threads.request_id = requests.id
             left join billing_orders on billing_orders.id = requests.id ",
            $rest
        )
    };
}

pub struct NewRequest<'a> {
    pub id: &'a str,
    pub customer_id: &'a str,
    pub invoice_id: Option<&'a str>,
    pub kind: Kind,
    pub wanted_on: Option<Date>,
    pub words: &'a str,
    /// What is asked, while it waits: the same is not asked twice.
    pub open_key: &'a str,
    pub asked_at: i64,
}

/// Whether it was added; not where the same waits already, or something else has its id.
pub async fn add(conn: &mut Conn<'_>, request: NewRequest<'_>) -> sqlx::Result<bool> {
    let added = sql!(
        conn,
        execute,
        "insert into requests (id, customer_id, invoice_id, kind, wanted_on, words, open_key, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        request.id,
        request.customer_id,
        request.invoice_id,
        request.kind.name(),
        request.wanted_on.map(Text),
        request.words,
        request.open_key,
        request.asked_at
    )?;
    Ok(added == 1)
}

/// Whether it was taken back; not where somebody has answered it.
pub async fn withdraw(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<bool> {
    let text = "delete from requests where id = $1 and answered_at is null";
    Ok(sql!(conn, execute, text, id)? == 1)
}

pub async fn by_id(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<Option<RequestRow>> {
    sql!(conn, optional as RequestRow, requests!("where requests.id = $1"), id)
}

/// What one customer asked, the latest first.
pub async fn of_customer(conn: &mut Conn<'_>, customer_id: &str, limit: i64) -> sqlx::Result<Vec<RequestRow>> {
    let text = requests!("where requests.customer_id = $1 order by requests.asked_at desc, requests.id desc limit $2");
    sql!(conn, all as RequestRow, text, customer_id, limit)
}

/// What one customer asked about one bill, the latest first.
pub async fn about_bill(
    conn: &mut Conn<'_>,
    customer_id: &str,
    invoice_id: &str,
    limit: i64,
) -> sqlx::Result<Vec<RequestRow>> {
    let text = requests!(
        "where requests.customer_id = $1 and requests.invoice_id = $2
         order by requests.asked_at desc, requests.id desc limit $3"
    );
    sql!(conn, all as RequestRow, text, customer_id, invoice_id, limit)
}

/// What waits for an answer, the longest first.
pub async fn waiting(conn: &mut Conn<'_>, limit: i64) -> sqlx::Result<Vec<RequestRow>> {
    let text = requests!("where requests.answered_at is null order by requests.asked_at, requests.id limit $1");
    sql!(conn, all as RequestRow, text, limit)
}

/// What waits for an answer of one customer, the longest first.
pub async fn waiting_of_customer(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<Vec<RequestRow>> {
    let text = requests!(
        "where requests.customer_id = $1 and requests.answered_at is null order by requests.asked_at, requests.id"
    );
    sql!(conn, all as RequestRow, text, customer_id)
}

pub async fn count_waiting(conn: &mut Conn<'_>) -> sqlx::Result<i64> {
    sql!(conn, scalar as i64, "select count(*) from requests where answered_at is null")
}

#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct TimesRow {
    pub asked_at: i64,
    pub answered_at: Option<i64>,
}

/// When each request was asked and answered, of those asked after `since` and of those that still wait. A conversation that
/// a customer began without a question is one as well, answered with our first words in it; until those come, it waits since
/// it was begun.
pub async fn times_since(conn: &mut Conn<'_>, since: i64) -> sqlx::Result<Vec<TimesRow>> {
    sql!(
        conn,
        all as TimesRow,
        "select asked_at, answered_at from requests where asked_at > $1
         union all select asked_at, answered_at from requests where answered_at is null and asked_at <= $1
         union all
         select note_threads.created_at, (select min(answers.written_at) from notes as answers
                                          where answers.thread_id = note_threads.id and answers.by_customer = false)
         from note_threads
         join notes on notes.thread_id = note_threads.id and notes.written_at = note_threads.created_at
         where note_threads.created_at > $1 and note_threads.request_id is null and notes.by_customer = true
         union all
         select created_at, cast(null as bigint) from note_threads
         where waiting_since is not null and waiting_since = created_at and created_at <= $1 and request_id is null",
        since
    )
}

pub struct NewAnswer<'a> {
    pub outcome: Outcome,
    pub agreed_due_on: Option<Date>,
    pub words: Option<&'a str>,
    pub by: &'a str,
    pub at: i64,
}

/// Whether this was the answer: of two who answer at once, one is.
pub async fn answer(conn: &mut Conn<'_>, id: &str, answer: NewAnswer<'_>) -> sqlx::Result<bool> {
    let answered = sql!(
        conn,
        execute,
        "update requests set outcome = $2, agreed_due_on = $3, answer = $4, answered_by = $5, answered_at = $6,
                             open_key = null
         where id = $1 and answered_at is null",
        id,
        answer.outcome.name(),
        answer.agreed_due_on.map(Text),
        answer.words,
        answer.by,
        answer.at
    )?;
    Ok(answered == 1)
}
