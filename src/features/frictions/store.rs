//! What was hard: its rows.

use crate::{server::db::Conn, sql};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FrictionRow {
    pub id: String,
    pub customer_id: String,
    pub customer_name: String,
    pub time_zone: String,
    pub path: String,
    pub words: String,
    pub how_hard: Option<i64>,
    pub said_at: i64,
    pub taken_back_at: Option<i64>,
}

/// The columns of a [`FrictionRow`]. A macro, because a query text is put together when it is compiled.
macro_rules! frictions {
    ($rest:literal) => {
        concat!(
            "select frictions.id, frictions.customer_id, customers.name as customer_name, customers.time_zone,
                    frictions.path, frictions.words, frictions.how_hard, frictions.said_at, frictions.taken_back_at
             from frictions join customers on customers.id = frictions.customer_id ",
            $rest
        )
    };
}

pub struct NewFriction<'a> {
    pub id: &'a str,
    pub customer_id: &'a str,
    pub path: &'a str,
    pub words: &'a str,
    pub how_hard: Option<i64>,
    pub said_at: i64,
}

pub async fn add(conn: &mut Conn<'_>, new: NewFriction<'_>) -> sqlx::Result<u64> {
    sql!(
        conn,
        execute,
        "insert into frictions (id, customer_id, path, words, how_hard, said_at) values ($1, $2, $3, $4, $5, $6)",
        new.id,
        new.customer_id,
        new.path,
        new.words,
        new.how_hard,
        new.said_at
    )
}

/// Waits until nobody else says something for this customer.
pub async fn take_turn(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<()> {
    if conn.locks_rows() {
        sql!(conn, execute, "select pg_advisory_xact_lock(hashtext($1))", format!("frictions:{customer_id}"))?;
    }
    Ok(())
}

/// The same, said by the same customer after `since` and not taken back.
pub async fn said_since(conn: &mut Conn<'_>, new: &NewFriction<'_>, since: i64) -> sqlx::Result<Option<String>> {
    let text = "select id from frictions
                where customer_id = $1 and path = $2 and words = $3 and coalesce(how_hard, 0) = coalesce($4, 0)
                  and said_at > $5 and taken_back_at is null order by said_at";
    let same = sql!(conn, scalars as String, text, new.customer_id, new.path, new.words, new.how_hard, since)?;
    Ok(same.into_iter().next())
}

pub async fn of_customer(conn: &mut Conn<'_>, customer_id: &str, id: &str) -> sqlx::Result<Option<FrictionRow>> {
    let text = frictions!("where frictions.customer_id = $1 and frictions.id = $2");
    sql!(conn, optional as FrictionRow, text, customer_id, id)
}

pub async fn is_there(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<bool> {
    Ok(sql!(conn, scalar as i64, "select count(*) from frictions where id = $1", id)? == 1)
}

/// Takes it back, with its words; nothing changes where that was done before.
pub async fn take_back(conn: &mut Conn<'_>, customer_id: &str, id: &str, now: i64) -> sqlx::Result<u64> {
    let text = "update frictions set taken_back_at = $3, words = '', how_hard = null
                where customer_id = $1 and id = $2 and taken_back_at is null";
    sql!(conn, execute, text, customer_id, id, now)
}

/// Marks it as read; whoever was first stays the reader.
pub async fn read(conn: &mut Conn<'_>, id: &str, person_id: &str, now: i64) -> sqlx::Result<u64> {
    let text = "update frictions set read_at = $3, read_by = $2
                where id = $1 and read_at is null and taken_back_at is null";
    sql!(conn, execute, text, id, person_id, now)
}

/// What nobody read yet, the latest first.
pub async fn unread(conn: &mut Conn<'_>, limit: i64) -> sqlx::Result<Vec<FrictionRow>> {
    let text = frictions!(
        "where frictions.read_at is null and frictions.taken_back_at is null
         order by frictions.said_at desc, frictions.id desc limit $1"
    );
    sql!(conn, all as FrictionRow, text, limit)
}

pub async fn count_unread(conn: &mut Conn<'_>) -> sqlx::Result<i64> {
    sql!(conn, scalar as i64, "select count(*) from frictions where read_at is null and taken_back_at is null")
}
