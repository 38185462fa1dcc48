//! Customers in turn, and the record of each run.

use jiff::civil::Date;

use crate::{
    server::db::{Conn, Text, new_id},
    sql,
};

/// A customer whose turn it is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CustomerRow {
    pub id: String,
    /// In the billing system.
    pub external_id: String,
    pub time_zone: String,
}

/// The next customers by id, after the one given.
pub async fn customers_after(conn: &mut Conn<'_>, after: &str, limit: i64) -> sqlx::Result<Vec<CustomerRow>> {
    sql!(
        conn,
        all as CustomerRow,
        "select id, external_id, time_zone from customers where id > $1 order by id limit $2",
        after,
        limit
    )
}

/// A run that has ended.
pub struct NewRun {
    pub as_of: Date,
    pub started_at: i64,
    pub finished_at: i64,
    pub customers: i64,
    pub bills: i64,
    pub written: i64,
}

pub async fn add_run(conn: &mut Conn<'_>, run: &NewRun) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into advice_runs (id, as_of, started_at, finished_at, customers, bills, written)
         values ($1, $2, $3, $4, $5, $6, $7)",
        new_id(),
        Text(run.as_of),
        run.started_at,
        run.finished_at,
        run.customers,
        run.bills,
        run.written
    )
    .map(drop)
}

pub async fn first_day(conn: &mut Conn<'_>) -> sqlx::Result<Option<Text<Date>>> {
    sql!(conn, scalar as Option<Text<Date>>, "select min(as_of) from advice_runs")
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RunRow {
    pub as_of: Text<Date>,
    pub started_at: i64,
    pub finished_at: Option<i64>,
    pub customers: i64,
    pub bills: i64,
    pub written: i64,
}

pub async fn last_run(conn: &mut Conn<'_>) -> sqlx::Result<Option<RunRow>> {
    sql!(
        conn,
        optional as RunRow,
        "select as_of, started_at, finished_at, customers, bills, written from advice_runs
         order by started_at desc, id desc limit 1"
    )
}
