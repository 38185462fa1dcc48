//! Many rows in one statement, with so few different texts that each is prepared once.

use std::sync::OnceLock;

use jiff::civil::Date;
use sqlx::{FromRow, postgres::PgRow, sqlite::SqliteRow};

use super::db::{Conn, Engine, Text, values_clause};

/// Rows of one statement: a power of two, at most 2 to the power of this.
const LARGEST: u32 = 9;

/// A statement around the values of many rows; its text is the same on both engines.
pub struct Bulk {
    head: &'static str,
    columns: usize,
    tail: &'static str,
    /// The text for each power of two.
    texts: [OnceLock<String>; LARGEST as usize + 1],
}

/// One value of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'v> {
    Text(&'v str),
    Maybe(Option<&'v str>),
    Whole(i64),
    MaybeWhole(Option<i64>),
    Day(Text<Date>),
    MaybeDay(Option<Text<Date>>),
}

impl Bulk {
    /// `head`, the values in brackets with so many `columns` each, `tail`.
    pub const fn new(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self { head, columns, tail, texts: [const { OnceLock::new() }; LARGEST as usize + 1] }
    }

    /// Writes all rows; `values` holds them one after the other.
    pub async fn write(&'static self, conn: &mut Conn<'_>, values: &[Value<'_>]) -> sqlx::Result<()> {
        self.write_returning::<()>(conn, values).await.map(drop)
    }

    /// Writes all rows, and gives what the statement returns of those it wrote.
    pub async fn write_returning<R>(&'static self, conn: &mut Conn<'_>, values: &[Value<'_>]) -> sqlx::Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let mut returned = Vec::new();
        let mut left = values;
        while let Some(power) = (left.len() / self.columns).checked_ilog2() {
            let power = power.min(LARGEST);
            let (these, rest) = left.split_at(self.columns << power);
            let text = self.text(power);
            macro_rules! bound {
                ($query:expr) => {
                    these.iter().fold($query, |query, value| match value {
                        Value::Text(text) => query.bind(*text),
                        Value::Maybe(text) => query.bind(*text),
                        Value::Whole(number) => query.bind(*number),
                        Value::MaybeWhole(number) => query.bind(*number),
                        Value::Day(day) => query.bind(*day),
                        Value::MaybeDay(day) => query.bind(*day),
                    })
                };
            }
            returned.extend(match conn.engine() {
                Engine::Sqlite(on) => bound!(sqlx::query_as(text)).fetch_all(on).await?,
                Engine::Postgres(on) => bound!(sqlx::query_as(text)).fetch_all(on).await?,
            });
            left = rest;
        }
        Ok(returned)
    }

    /// What is found for these keys of `columns` texts each; a key may be answered more than once.
    pub async fn find<R>(&'static self, conn: &mut Conn<'_>, keys: &[&str]) -> sqlx::Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let mut found = Vec::new();
        for these in keys.chunks(self.columns << LARGEST) {
            let rows = (these.len() / self.columns).next_power_of_two();
            let text = self.text(rows.ilog2());
            // The last key is asked for again until the number of rows is one that has a text.
            let last = &these[these.len().saturating_sub(self.columns)..];
            let padded = these.iter().chain(last.iter().cycle()).take(rows * self.columns);
            found.extend(match conn.engine() {
                Engine::Sqlite(on) => {
                    let query = padded.fold(sqlx::query_as(text), |query, key| query.bind(*key));
                    query.fetch_all(on).await?
                }
                Engine::Postgres(on) => {
                    let query = padded.fold(sqlx::query_as(text), |query, key| query.bind(*key));
                    query.fetch_all(on).await?
                }
            });
        }
        Ok(found)
    }

    fn text(&'static self, power: u32) -> &'static str {
        self.texts[power as usize]
            .get_or_init(|| format!("{}{}{}", self.head, values_clause(1 << power, self.columns), self.tail))
    }
}
