//! Rows of any kind, read as they are.

use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};

use crate::{server::db::Conn, sql};

/// The cells of a row: texts as they are, numbers in digits, truths as `true` and `false` or, on SQLite, `1` and `0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells(pub Vec<Option<String>>);

impl<'r, R> FromRow<'r, R> for Cells
where
    R: Row,
    usize: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        let cell = |at: usize| {
            row.try_get::<Option<String>, _>(at)
                .or_else(|_| row.try_get::<Option<i64>, _>(at).map(|cell| cell.map(|number| number.to_string())))
                .or_else(|_| row.try_get::<Option<bool>, _>(at).map(|cell| cell.map(|truth| truth.to_string())))
        };
        (0..row.len()).map(cell).collect::<sqlx::Result<_>>().map(Cells)
    }
}

/// Every row a query of a kind gives for this customer.
pub async fn of_customer(conn: &mut Conn<'_>, query: &'static str, customer_id: &str) -> sqlx::Result<Vec<Cells>> {
    sql!(conn, all as Cells, query, customer_id)
}
