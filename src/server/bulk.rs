//! Many rows in one statement, with so few different texts that each is prepared once.
//!
//! On SQLite the values are `?` without a number: a number counts as a name there, and finding the name of each of thousands
//! of values takes most of the time of the whole statement.

use std::sync::OnceLock;

use jiff::civil::Date;
use sqlx::{FromRow, postgres::PgRow, sqlite::SqliteRow};

use super::db::{Conn, Engine, Text};

/// Rows of one statement: a power of two, at most 2 to the power of this.
const LARGEST: u32 = 9;

/// A statement around the values of many rows; but for the marks of the values its text is the same on both engines.
pub struct Bulk {
    head: &'static str,
    columns: usize,
    tail: &'static str,
    /// The text for each power of two, with `?` and with `$1`.
    unnumbered: [OnceLock<String>; LARGEST as usize + 1],
    numbered: [OnceLock<String>; LARGEST as usize + 1],
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
        Self {
            head,
            columns,
            tail,
            unnumbered: [const { OnceLock::new() }; LARGEST as usize + 1],
            numbered: [const { OnceLock::new() }; LARGEST as usize + 1],
        }
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
                Engine::Sqlite(on) => bound!(sqlx::query_as(self.unnumbered(power))).fetch_all(on).await?,
                Engine::Postgres(on) => bound!(sqlx::query_as(self.numbered(power))).fetch_all(on).await?,
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
            let power = rows.ilog2();
            // The last key is asked for again until the number of rows is one that has a text.
            let last = &these[these.len().saturating_sub(self.columns)..];
            let padded = these.iter().chain(last.iter().cycle()).take(rows * self.columns);
            found.extend(match conn.engine() {
                Engine::Sqlite(on) => {
                    let query = padded.fold(sqlx::query_as(self.unnumbered(power)), |query, key| query.bind(*key));
                    query.fetch_all(on).await?
                }
                Engine::Postgres(on) => {
                    let query = padded.fold(sqlx::query_as(self.numbered(power)), |query, key| query.bind(*key));
                    query.fetch_all(on).await?
                }
            });
        }
        Ok(found)
    }

    fn unnumbered(&'static self, power: u32) -> &'static str {
        self.unnumbered[power as usize].get_or_init(|| {
            let row = format!("({})", vec!["?"; self.columns].join(", "));
            format!("{}{}{}", self.head, vec![row; 1 << power].join(", "), self.tail)
        })
    }

    fn numbered(&'static self, power: u32) -> &'static str {
        self.numbered[power as usize].get_or_init(|| {
            let mark = |row: usize, column: usize| format!("${}", row * self.columns + column + 1);
            let row =
                |row| format!("({})", (0..self.columns).map(|column| mark(row, column)).collect::<Vec<_>>().join(", "));
            format!("{}{}{}", self.head, (0..1 << power).map(row).collect::<Vec<_>>().join(", "), self.tail)
        })
    }
}
