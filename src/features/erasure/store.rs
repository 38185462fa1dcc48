//! Wishes to be erased, and the erasing: their rows.

use crate::{server::db::Conn, sql};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct WishRow {
    pub id: String,
    pub customer_id: String,
    pub customer_name: String,
    pub time_zone: String,
    pub asked_at: i64,
    pub words: Option<String>,
    pub withdrawn_at: Option<i64>,
    pub handed_over_at: Option<i64>,
    pub handed_over_by: Option<String>,
    pub decided_at: Option<i64>,
    pub decided_by: Option<String>,
    pub answer: Option<String>,
    pub outcome: Option<String>,
}

/// The columns of a [`WishRow`]. A macro, because a query text is put together when it is compiled.
macro_rules! wishes {
    ($rest:literal) => {
        concat!(
            "select wishes.id, wishes.customer_id, customers.name as customer_name, customers.time_zone, wishes.asked_at,
                    wishes.words, wishes.withdrawn_at, wishes.handed_over_at, bearer.name as handed_over_by,
                    wishes.decided_at, judge.name as decided_by, wishes.answer, wishes.outcome
             from erasure_requests as wishes
             join customers on customers.id = wishes.customer_id
             left join people as bearer on bearer.id = wishes.handed_over_by
             left join people as judge on judge.id = wishes.decided_by ",
            $rest
        )
    };
}

/// Whether it was added; not where one waits already.
pub async fn add(
    conn: &mut Conn<'_>,
    id: &str,
    customer_id: &str,
    words: Option<&str>,
    now: i64,
) -> sqlx::Result<bool> {
    let added = sql!(
        conn,
        execute,
        "insert into erasure_requests (id, customer_id, words, asked_at) values ($1, $2, $3, $4) on conflict do nothing",
        id,
        customer_id,
        words,
        now
    )?;
    Ok(added == 1)
}

/// How many wishes of a customer were made after `since`, what was withdrawn among them.
pub async fn count_since(conn: &mut Conn<'_>, customer_id: &str, since: i64) -> sqlx::Result<i64> {
    let text = "select count(*) from erasure_requests where customer_id = $1 and asked_at > $2";
    sql!(conn, scalar as i64, text, customer_id, since)
}

/// The latest wish of a customer.
pub async fn latest_of_customer(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<Option<WishRow>> {
    let text = wishes!("where wishes.customer_id = $1 order by wishes.asked_at desc, wishes.id desc limit 1");
    sql!(conn, optional as WishRow, text, customer_id)
}

pub async fn by_id(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<Option<WishRow>> {
    sql!(conn, optional as WishRow, wishes!("where wishes.id = $1"), id)
}

/// Every wish that waits, the longest first.
pub async fn waiting(conn: &mut Conn<'_>, limit: i64) -> sqlx::Result<Vec<WishRow>> {
    let text = wishes!(
        "where wishes.withdrawn_at is null and wishes.decided_at is null order by wishes.asked_at, wishes.id limit $1"
    );
    sql!(conn, all as WishRow, text, limit)
}

/// Whether a wish of this customer waited, and is withdrawn now.
pub async fn withdraw(conn: &mut Conn<'_>, customer_id: &str, now: i64) -> sqlx::Result<bool> {
    let text = "update erasure_requests set withdrawn_at = $2
                where customer_id = $1 and withdrawn_at is null and decided_at is null";
    Ok(sql!(conn, execute, text, customer_id, now)? == 1)
}

/// Whether it waits, and an admin has it now; who handed it over first stays.
pub async fn hand_over(conn: &mut Conn<'_>, id: &str, person_id: &str, now: i64) -> sqlx::Result<bool> {
    let text = "update erasure_requests
                set handed_over_by = case when handed_over_at is null then $2 else handed_over_by end,
                    handed_over_at = coalesce(handed_over_at, $3)
                where id = $1 and withdrawn_at is null and decided_at is null";
    Ok(sql!(conn, execute, text, id, person_id, now)? == 1)
}

pub struct Decision<'a> {
    /// `erased` or `refused`.
    pub outcome: &'a str,
    pub answer: Option<&'a str>,
    pub by: &'a str,
    pub at: i64,
}

/// Whether this was the decision: of two who decide at once, one does, and nobody after it was withdrawn.
pub async fn decide(conn: &mut Conn<'_>, id: &str, decision: Decision<'_>) -> sqlx::Result<bool> {
    let decided = sql!(
        conn,
        execute,
        "update erasure_requests set outcome = $2, answer = $3, decided_by = $4, decided_at = $5
         where id = $1 and withdrawn_at is null and decided_at is null",
        id,
        decision.outcome,
        decision.answer,
        decision.by,
        decision.at
    )?;
    Ok(decided == 1)
}

/// The addresses a customer signs in with, and the one they are known by.
pub async fn addresses(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<Vec<String>> {
    sql!(
        conn,
        scalars as String,
        "select email from people where customer_id = $1
         union select email from customers where id = $1 and email is not null",
        customer_id
    )
}

/// Erases a part of what is kept of a customer, by a statement of the list.
pub async fn erase_part(conn: &mut Conn<'_>, statement: &'static str, customer_id: &str) -> sqlx::Result<()> {
    sql!(conn, execute, statement, customer_id).map(drop)
}

/// Keeps that a customer is erased, so that no file brings them back.
pub async fn mark_erased(conn: &mut Conn<'_>, customer_id: &str, now: i64) -> sqlx::Result<()> {
    let text = "update customers set erased_at = $2, updated_at = $2 where id = $1";
    sql!(conn, execute, text, customer_id, now).map(drop)
}
