//! Versions of rules: their rows.

use jiff::civil::Date;

use crate::{
    server::db::{Conn, Text},
    sql,
};

/// Every version made by the end of `as_of`, as JSON.
pub async fn made_by(conn: &mut Conn<'_>, as_of: Date) -> sqlx::Result<Vec<String>> {
    sql!(conn, scalars as String, "select body from rules where made_on <= $1 order by id, version", Text(as_of))
}

/// The newest version of a rule; nothing where none was made.
pub async fn newest(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<Option<i64>> {
    sql!(conn, scalar as Option<i64>, "select max(version) from rules where id = $1", id)
}

pub struct NewVersion<'a> {
    pub id: &'a str,
    pub version: i64,
    pub body: &'a str,
    pub made_on: Date,
    pub made_at: i64,
}

/// False where somebody has just made this version.
pub async fn add(conn: &mut Conn<'_>, new: NewVersion<'_>) -> sqlx::Result<bool> {
    let rows = sql!(
        conn,
        execute,
        "insert into rules (id, version, body, made_on, made_at) values ($1, $2, $3, $4, $5)
         on conflict (id, version) do nothing",
        new.id,
        new.version,
        new.body,
        Text(new.made_on),
        new.made_at
    )?;
    Ok(rows == 1)
}
