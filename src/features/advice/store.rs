//! Customers by zone, and the record of each run.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::{
    server::db::{Conn, Text, new_id},
    sql,
};

/// Every zone that a customer lives in.
pub async fn zones(conn: &mut Conn<'_>) -> sqlx::Result<Vec<String>> {
    sql!(conn, scalars as String, "select distinct time_zone from customers")
}

/// The ids of the customers in one zone.
pub async fn customers_in(conn: &mut Conn<'_>, zone: &str) -> sqlx::Result<HashSet<String>> {
    let ids = sql!(conn, scalars as String, "select id from customers where time_zone = $1", zone)?;
    Ok(ids.into_iter().collect())
}

/// The id of a customer in the billing system.
pub async fn external_id(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<String> {
    sql!(conn, scalar as String, "select external_id from customers where id = $1", customer_id)
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
