//! What is remembered, who saw it, and the receipts: their rows.

use jiff::civil::Date;

use super::Source;
use crate::{
    server::db::{Conn, Text},
    sql,
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FactRow {
    pub id: String,
    pub customer_id: String,
    pub time_zone: String,
    /// Nothing once it is forgotten.
    pub words: Option<String>,
    pub source: Text<Source>,
    pub matters_on: Option<Text<Date>>,
    pub is_yearly: bool,
    pub noted_at: i64,
    pub noted_by_name: String,
    pub noted_by_customer: bool,
    pub off_limits_at: Option<i64>,
    pub corrected_at: Option<i64>,
    pub corrected_by_name: Option<String>,
    pub corrected_by_customer: bool,
}

/// The columns of a [`FactRow`]. A macro, because a query text is put together when it is compiled.
macro_rules! facts {
    ($rest:literal) => {
        concat!(
            "select remembered_facts.id, customer_id, customers.time_zone, words, source, matters_on, is_yearly, noted_at,
                    noted_by_name, noted_by_customer, off_limits_at, corrected_at, corrected_by_name, corrected_by_customer
             from remembered_facts join customers on customers.id = customer_id ",
            $rest
        )
    };
}

/// A fact by its place, also one that is forgotten.
pub async fn by_id(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<Option<FactRow>> {
    sql!(conn, optional as FactRow, facts!("where remembered_facts.id = $1"), id)
}

/// What is remembered of a customer, the latest noted first.
pub async fn of_customer(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<Vec<FactRow>> {
    let text =
        facts!("where customer_id = $1 and forgotten_at is null order by noted_at desc, remembered_facts.id desc");
    sql!(conn, all as FactRow, text, customer_id)
}

pub struct NewFact<'a> {
    pub id: &'a str,
    pub customer_id: &'a str,
    pub words: &'a str,
    pub source: Source,
    pub matters_on: Option<Date>,
    pub is_yearly: bool,
    pub noted_at: i64,
    pub noted_by: &'a str,
    pub noted_by_name: &'a str,
    pub noted_by_customer: bool,
}

/// Whether it was added; not where the same is remembered already.
pub async fn add(conn: &mut Conn<'_>, fact: NewFact<'_>) -> sqlx::Result<bool> {
    let added = sql!(
        conn,
        execute,
        "insert into remembered_facts (id, customer_id, words, source, matters_on, is_yearly, noted_at, noted_by,
                                       noted_by_name, noted_by_customer)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (customer_id, words) do nothing",
        fact.id,
        fact.customer_id,
        fact.words,
        fact.source.name(),
        fact.matters_on.map(Text),
        fact.is_yearly,
        fact.noted_at,
        fact.noted_by,
        fact.noted_by_name,
        fact.noted_by_customer
    )?;
    Ok(added == 1)
}

pub struct Correction<'a> {
    pub words: &'a str,
    pub matters_on: Option<Date>,
    pub is_yearly: bool,
    pub at: i64,
    pub by_name: &'a str,
    pub by_customer: bool,
}

/// What became of a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corrected {
    Done,
    /// Forgotten meanwhile, or, for somebody else, put into the customer's own words.
    NotTheirs,
    /// Another fact says the same.
    SaidAlready,
}

/// The old words are overwritten. Only the customer changes the customer's own.
pub async fn correct(conn: &mut Conn<'_>, id: &str, correction: Correction<'_>) -> sqlx::Result<Corrected> {
    let corrected = sql!(
        conn,
        execute,
        "update remembered_facts
         set words = $2, matters_on = $3, is_yearly = $4, corrected_at = $5, corrected_by_name = $6,
             corrected_by_customer = $7
         where id = $1 and forgotten_at is null
           and ($7 or not (corrected_by_customer or (noted_by_customer and corrected_at is null)))",
        id,
        correction.words,
        correction.matters_on.map(Text),
        correction.is_yearly,
        correction.at,
        correction.by_name,
        correction.by_customer
    );
    match corrected {
        Ok(1) => Ok(Corrected::Done),
        Ok(_) => Ok(Corrected::NotTheirs),
        Err(error) if error.as_database_error().is_some_and(|refused| refused.is_unique_violation()) => {
            Ok(Corrected::SaidAlready)
        }
        Err(error) => Err(error),
    }
}

/// Whether the fact is there to be hushed, or to be allowed again. The day of the first wish stays.
pub async fn set_off_limits(conn: &mut Conn<'_>, id: &str, is_off_limits: bool, now: i64) -> sqlx::Result<bool> {
    let set = sql!(
        conn,
        execute,
        "update remembered_facts
         set is_off_limits = $2, off_limits_at = case when not $2 then null else coalesce(off_limits_at, $3) end
         where id = $1 and forgotten_at is null",
        id,
        is_off_limits,
        now
    )?;
    Ok(set == 1)
}

/// Takes the words and the day away for good, and who saw them; whether they were still there.
pub async fn forget(conn: &mut Conn<'_>, id: &str, now: i64) -> sqlx::Result<bool> {
    let forgotten = sql!(
        conn,
        execute,
        "update remembered_facts
         set words = null, matters_on = null, is_yearly = false, is_off_limits = false, off_limits_at = null,
             corrected_at = null, corrected_by_name = null, corrected_by_customer = false, forgotten_at = $2
         where id = $1 and forgotten_at is null",
        id,
        now
    )?;
    sql!(conn, execute, "delete from fact_views where fact_id = $1", id)?;
    Ok(forgotten == 1)
}

/// Keeps that a person saw all that is remembered of a customer.
pub async fn record_views(
    conn: &mut Conn<'_>,
    customer_id: &str,
    person_id: &str,
    person_name: &str,
    now: i64,
) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into fact_views (fact_id, person_id, person_name, first_seen_at, last_seen_at)
         select id, cast($2 as text), cast($3 as text), cast($4 as bigint), cast($4 as bigint) from remembered_facts
         where customer_id = $1 and forgotten_at is null
         on conflict (fact_id, person_id) do update set person_name = excluded.person_name,
                                                        last_seen_at = excluded.last_seen_at",
        customer_id,
        person_id,
        person_name,
        now
    )
    .map(drop)
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ViewRow {
    pub fact_id: String,
    pub person_name: String,
    pub last_seen_at: i64,
}

/// Who saw what is remembered of a customer, the latest first.
pub async fn views_of_customer(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<Vec<ViewRow>> {
    sql!(
        conn,
        all as ViewRow,
        "select fact_id, person_name, last_seen_at from fact_views
         join remembered_facts on remembered_facts.id = fact_id
         where customer_id = $1 order by last_seen_at desc, person_id",
        customer_id
    )
}

/// Keeps that a fact was forgotten, by whom, and what it was without its words.
pub async fn add_receipt(
    conn: &mut Conn<'_>,
    id: &str,
    fact_id: &str,
    by_name: &str,
    by_customer: bool,
    now: i64,
) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into fact_receipts (id, fact_id, customer_id, forgotten_at, forgotten_by_name, forgotten_by_customer,
                                    source, noted_at, noted_by_name, noted_by_customer)
         select $1, id, customer_id, $5, $3, $4, source, noted_at, noted_by_name, noted_by_customer
         from remembered_facts where id = $2",
        id,
        fact_id,
        by_name,
        by_customer,
        now
    )
    .map(drop)
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ReceiptRow {
    pub id: String,
    pub time_zone: String,
    pub forgotten_at: i64,
    pub forgotten_by_name: String,
    pub forgotten_by_customer: bool,
    pub source: Text<Source>,
    pub noted_at: i64,
    pub noted_by_name: String,
    pub noted_by_customer: bool,
}

macro_rules! receipts {
    ($rest:literal) => {
        concat!(
            "select fact_receipts.id, time_zone, forgotten_at, forgotten_by_name, forgotten_by_customer, source, noted_at,
                    noted_by_name, noted_by_customer
             from fact_receipts join customers on customers.id = customer_id ",
            $rest
        )
    };
}

/// What was forgotten of a customer, the latest first.
pub async fn receipts_of_customer(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<Vec<ReceiptRow>> {
    let text = receipts!("where customer_id = $1 order by forgotten_at desc, fact_receipts.id desc");
    sql!(conn, all as ReceiptRow, text, customer_id)
}

/// One receipt of one customer.
pub async fn receipt(conn: &mut Conn<'_>, customer_id: &str, id: &str) -> sqlx::Result<Option<ReceiptRow>> {
    let text = receipts!("where customer_id = $1 and fact_receipts.id = $2");
    sql!(conn, optional as ReceiptRow, text, customer_id, id)
}

/// The receipt for a fact that is forgotten.
pub async fn receipt_for(conn: &mut Conn<'_>, fact_id: &str) -> sqlx::Result<Option<String>> {
    let ids = sql!(conn, scalars as String, "select id from fact_receipts where fact_id = $1", fact_id)?;
    Ok(ids.into_iter().next())
}
