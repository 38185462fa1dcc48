//! The cast and their data, for demos and tests: one fictional mobile and internet provider, the same every time.

mod cast;
mod history;
mod notes;
mod memory;
mod offers;
#[cfg(test)]
mod tests;
mod voice;

use jiff::{ToSpan, civil::Date};

use self::history::{Invoice, Random};
use super::{
    db::{Conn, Db, new_id},
    state::AppState,
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

/// Why the demo could not be seeded.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct DemoError(#[from] AppError);

/// Seeds an empty database once; one that has people or customers is left as it is. Gives the day that is today in it: the
/// one it was seeded on, so that a demo left alone for a week still has every kind of notice.
pub async fn seed(app: &AppState) -> Result<Date, DemoError> {
    let today = app.clock.today_in(&app.config.time_zone);
    if seed_cast(&app.db, today, app.clock.now_ms()).await? {
        advice::service::run(app, None, advice::service::Reach::Changed, |_| ()).await?;
        tracing::info!("the demo is seeded; sign in as any of the cast on /sign-in");
    } else if app.clock.fixed.is_none() {
        let mut conn = app.db.reader().await.map_err(AppError::from)?;
        if let Some(seeded) = advice::service::first_day(&mut conn).await?.filter(|seeded| *seeded < today) {
            tracing::info!(%seeded, "in this demo it is still the day it was seeded on");
            return Ok(seeded);
        }
    }
    Ok(today)
}

/// The people, their bills and the fee policy, as of `today`; false where there was something already.
pub async fn seed_cast(db: &Db, today: Date, now: i64) -> Result<bool, AppError> {
    db.write(async |conn: &mut Conn<'_>| {
        let there =
            sql!(conn, scalar as i64, "select (select count(*) from people) + (select count(*) from customers)")?;
        if there > 0 {
            return Ok(false);
        }
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

/// Six days of grace, then five euros.
async fn add_policy(conn: &mut Conn<'_>, now: i64) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into fee_policies (id, currency, version, starts_on, grace_days, flat_amount, percent_millionths,
                                   minimum_amount, cap_amount, warn_days, reason, made_at)
         values ($1, 'EUR', 1, '2020-01-01', 6, 500, 0, 0, null, 5, 'The fee on the price list, with a week to spare.', $2)",
        new_id(),
        now
    )?;
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
