//! The cast and their data, for demos and tests: one fictional mobile and internet provider, the same every time.

mod cast;
mod history;
mod notes;
mod memory;
mod offers;
#[cfg(test)]
mod tests;
mod voice;

use std::net::SocketAddr;

use jiff::{ToSpan, civil::Date};

use self::history::{Invoice, Random};
use super::{
    config::Config,
    db::{Conn, Db, Text, new_id},
    state::AppState,
    telemetry,
};
use crate::{
    error::AppError,
    features::{
        advice,
        customers::service::{FOLDING, search_text},
    },
    sql,
};

pub use cast::CAST;

/// The domain of the cast's addresses.
pub const DOMAIN: &str = "@demo.example";

/// How many months of bills every customer has.
const MONTHS: i32 = 15;

/// Why there is no demo here.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("{}", failed(.0))]
    App(#[from] AppError),
    #[error("a demo lets anybody in as anybody, so it is not served at {0}: leave out --demo, or the https address")]
    Public(String),
    #[error(
        "a demo lets anybody in as anybody, and {0} can be reached from other machines: use 127.0.0.1, or allow it with \
         --demo-for-others"
    )]
    Reachable(SocketAddr),
    #[error(
        "this database has people or customers of its own, and a demo would let anybody in as them: leave out --demo, or \
         set DATABASE_URL to a new database"
    )]
    NotADemo,
    #[error("this database holds the people of a demo: serve it with --demo, or set DATABASE_URL to another one")]
    OnlyADemo,
}

fn failed(error: &AppError) -> String {
    telemetry::words(error)
}

/// Whether a demo may be served with these settings: where nobody but whoever started it comes.
pub fn check(config: &Config) -> Result<(), DemoError> {
    if config.is_https() {
        return Err(DemoError::Public(config.base_url.clone()));
    }
    if !config.addr.ip().is_loopback() && !config.demo_for_others {
        return Err(DemoError::Reachable(config.addr));
    }
    Ok(())
}

/// A database with the people of a demo is not served to customers.
pub async fn check_is_none(db: &Db) -> Result<(), DemoError> {
    let mut conn = db.reader().await?;
    let seeds = sql!(conn, scalar as i64, "select count(*) from demo_seeds")?;
    if seeds == 0 { Ok(()) } else { Err(DemoError::OnlyADemo) }
}

/// Seeds an empty database once; a demo is left as it is, and what is none is refused. Gives the day that is today in it: the
/// one it was seeded on, so that a demo left alone for a week still has every kind of notice.
pub async fn seed(app: &AppState) -> Result<Date, DemoError> {
    let today = app.clock.today_in(&app.config.time_zone);
    let is_new = seed_cast(&app.db, today, app.clock.now_ms()).await?;
    let mut conn = app.db.reader().await?;
    let unseen = "select count(*) from demo_seeds where looked_at is null";
    let is_unseen = sql!(conn, scalar as i64, unseen)? > 0;
    if is_unseen {
        drop(conn);
        // Also what an earlier start was ended in the middle of.
        advice::service::run(app, None, advice::service::Reach::Changed, |_| ()).await?;
        let now = app.clock.now_ms();
        app.db
            .write(async |conn: &mut Conn<'_>| sql!(conn, execute, "update demo_seeds set looked_at = $1", now))
            .await?;
        tracing::info!("the demo is seeded; sign in as any of the cast on /sign-in");
    } else if app.clock.fixed.is_none()
        && !is_new
        && let Some(seeded) = advice::service::first_day(&mut conn).await?.filter(|seeded| *seeded < today)
    {
        tracing::info!(%seeded, "in this demo it is still the day it was seeded on");
        return Ok(seeded);
    }
    Ok(today)
}

/// The people, their bills and the fee policy, as of `today`; false where this was done before.
pub async fn seed_cast(db: &Db, today: Date, now: i64) -> Result<bool, DemoError> {
    db.write(async |conn: &mut Conn<'_>| {
        if conn.locks_rows() {
            sql!(conn, execute, "select pg_advisory_xact_lock(hashtext('demo'))")?;
        }
        if sql!(conn, scalar as i64, "select count(*) from demo_seeds")? > 0 {
            return Ok(false);
        }
        let there =
            sql!(conn, scalar as i64, "select (select count(*) from people) + (select count(*) from customers)")?;
        if there > 0 {
            return Err(DemoError::NotADemo);
        }
        sql!(conn, execute, "insert into demo_seeds (id, seeded_at) values (1, $1)", now)?;
        add_policy(conn, now).await?;
        offers::add_catalogue(conn, today, now).await?;
        let (mut random, mut random_use, mut before) = (Random::new(), Random::new(), Random::new());
        for (number, customer) in cast::customers().into_iter().enumerate() {
            let id = new_id();
            add_customer(conn, &id, number, &customer, now).await?;
            let account = offers::Account::of(number, today, &mut random_use, &mut before);
            for invoice in history::of(customer.story, number, today, &mut random, |month| account.cost(month)) {
                add_invoice(conn, &id, &invoice, now).await?;
            }
            account.keep(conn, &id, number, today, now).await?;
        }
        warn_of_fees(conn, today).await?;
        for member in CAST {
            add_person(conn, member, now).await?;
        }
        notes::add(conn, today).await?;
        memory::add_facts(conn, today).await?;
        voice::add(conn, now).await?;
        Ok(true)
    })
    .await
}

impl From<sqlx::Error> for DemoError {
    fn from(error: sqlx::Error) -> Self {
        DemoError::App(error.into())
    }
}

/// Six days of grace, then five euros.
const GRACE_DAYS: i64 = 6;
const FEE: i64 = 500;

async fn add_policy(conn: &mut Conn<'_>, now: i64) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into fee_policies (id, currency, version, starts_on, grace_days, flat_amount, percent_millionths,
                                   minimum_amount, cap_amount, warn_days, reason, made_at)
         values ($1, 'EUR', 1, '2020-01-01', $3, $4, 0, 0, null, 5, 'The fee on the price list, with a week to spare.', $2)",
        new_id(),
        now,
        GRACE_DAYS,
        FEE
    )?;
    Ok(())
}

/// Fees have been looked after for two months, and whoever is late was warned on a page two days before the bill was due.
async fn warn_of_fees(conn: &mut Conn<'_>, today: Date) -> sqlx::Result<()> {
    let first = today.saturating_sub(60.days());
    let text = "insert into fee_looks (id, first_on, looked_on) values (1, $1, $1)";
    sql!(conn, execute, text, Text(first))?;
    let text = "select id, customer_id, due_on from invoices
                where due_on between $1 and $2 and not exists (select 1 from payments where invoice_id = invoices.id)";
    for (invoice, customer, due_on) in sql!(conn, all as (String, String, Text<Date>), text, Text(first), Text(today))?
    {
        let (fee_on, seen_on) = (due_on.0.saturating_add((GRACE_DAYS + 1).days()), due_on.0.saturating_sub(2.days()));
        let text = "insert into fee_warnings_shown (invoice_id, fee_on, fee, customer_id, shown_on)
                    values ($1, $2, $3, $4, $5)";
        sql!(conn, execute, text, invoice, Text(fee_on), FEE, customer, Text(seen_on))?;
    }
    Ok(())
}

async fn add_customer(
    conn: &mut Conn<'_>,
    id: &str,
    number: usize,
    customer: &cast::Account,
    now: i64,
) -> sqlx::Result<()> {
    let external_id = format!("H-{:04}", 1001 + number);
    let email = customer.email.map(str::to_owned);
    let search = search_text(customer.name, customer.email, &external_id);
    sql!(
        conn,
        execute,
        "insert into customers (id, external_id, name, preferred_name, email, time_zone, country, search_text,
                                search_folding, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        id,
        external_id,
        customer.name,
        customer.preferred_name,
        email,
        customer.time_zone,
        customer.country,
        search,
        FOLDING,
        now
    )?;
    Ok(())
}

async fn add_invoice(conn: &mut Conn<'_>, customer_id: &str, invoice: &Invoice, now: i64) -> sqlx::Result<()> {
    let id = new_id();
    sql!(
        conn,
        execute,
        "insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, disputed_on, period_from,
                               period_to, created_at, updated_at)
         values ($1, $2, $3, 'EUR', $4, $5, $6, $7, $8, $9, $10, $10)",
        &id,
        customer_id,
        &invoice.number,
        invoice.amount,
        invoice.issued_on.to_string(),
        invoice.due_on.to_string(),
        invoice.disputed_on.map(|day| day.to_string()),
        invoice.month.to_string(),
        invoice.month.last_of_month().to_string(),
        now
    )?;
    if let Some((paid, on)) = invoice.paid {
        sql!(
            conn,
            execute,
            "insert into payments (id, invoice_id, reference, amount, paid_on, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $6)",
            new_id(),
            &id,
            format!("P-{}", invoice.number),
            paid,
            on.to_string(),
            now
        )?;
    }
    Ok(())
}

async fn add_person(conn: &mut Conn<'_>, member: &cast::Member, now: i64) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into people (id, email, name, role, customer_id, created_at)
         values ($1, $2, $3, $4, (select id from customers where email = $2), $5)",
        new_id(),
        member.email,
        member.name,
        member.role.name(),
        now
    )?;
    Ok(())
}

/// The first of the month `back` months before the month of `today`.
fn month_start(today: Date, back: i32) -> Date {
    today.first_of_month().saturating_sub(back.months())
}
