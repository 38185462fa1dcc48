//! A Candor of its own in a temporary file, and short ways to put customers and bills into it.

use jiff::civil::Date;
use tempfile::TempDir;

use crate::{
    domain::{month, role::Role},
    features::fixture::{new_database, set_policy},
    features::{
        advice::service::{self, Counts, News, Reach, Summary, Told},
        sign_in,
    },
    server::{
        auth::Person,
        config::Settings,
        db::{Conn, Text},
        serve,
        state::AppState,
    },
    sql,
};

pub struct Office {
    pub app: AppState,
    _folder: TempDir,
}

/// One bill of a customer, in euros.
#[derive(Clone, Debug)]
pub struct Bill {
    pub customer: String,
    pub number: String,
    pub amount: i64,
    pub issued_on: Date,
    pub due_on: Date,
    pub disputed_on: Option<Date>,
    pub paid_on: Option<Date>,
}

impl Bill {
    pub fn due(customer: &str, number: &str, due_on: Date) -> Self {
        Self {
            customer: customer.to_owned(),
            number: number.to_owned(),
            amount: 3_820,
            issued_on: Date::constant(2026, 1, 1),
            due_on,
            disputed_on: None,
            paid_on: None,
        }
    }
}

impl Office {
    /// With the policy of the fixture; `today` stands still where it is given.
    pub async fn open(today: Option<Date>) -> Self {
        let office = Self::without_policy(today).await;
        office.app.db.write(async |conn: &mut Conn<'_>| set_policy(conn).await).await.expect("a policy");
        office
    }

    /// Nobody has said what a late bill costs.
    pub async fn without_policy(today: Option<Date>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database_url = Some(new_database(&folder).await);
        let mut config = Settings { database_url, ..Settings::default() }.resolve().expect("settings");
        config.today = today;
        Self { app: serve::state(config).await.expect("a state"), _folder: folder }
    }

    pub async fn with(today: Option<Date>, bills: &[Bill]) -> Self {
        let office = Self::open(today).await;
        office.add(bills).await;
        office
    }

    /// These bills, and the customers they are of.
    pub async fn add(&self, bills: &[Bill]) {
        let mut customers: Vec<&str> = bills.iter().map(|bill| bill.customer.as_str()).collect();
        customers.sort_unstable();
        customers.dedup();
        self.write(async |conn| {
            for customer in customers {
                add_customer(conn, customer, "UTC").await?;
            }
            for bill in bills {
                add_bill(conn, bill).await?;
            }
            Ok(())
        })
        .await;
    }

    /// Whatever was changed by hand may have to do with anybody.
    pub async fn write(&self, work: impl AsyncFnOnce(&mut Conn<'_>) -> sqlx::Result<()>) {
        let and_note = async |conn: &mut Conn<'_>| {
            work(conn).await?;
            let everybody = sql!(conn, scalars as String, "select id from customers")?;
            service::changed(conn, everybody.iter().map(String::as_str)).await
        };
        self.app.db.write(and_note).await.expect("a write");
    }

    pub async fn admin(&self) -> Person {
        sign_in::service::add_person(&self.app, "omar@example.com", Role::Admin, Some("Omar"), None)
            .await
            .expect("Omar")
    }

    /// What a run as of `day` tells.
    pub async fn look(&self, day: Option<Date>) -> Vec<Told> {
        self.look_with_counts(day, false).await.0
    }

    pub async fn look_with_counts(&self, day: Option<Date>, dry_run: bool) -> (Vec<Told>, Counts) {
        let (told, summary) = self.run(day, if dry_run { Reach::DryRun } else { Reach::Changed }).await;
        (told, summary.counts)
    }

    pub async fn run(&self, day: Option<Date>, reach: Reach) -> (Vec<Told>, Summary) {
        let mut told = Vec::new();
        let hear = |news| {
            if let News::Told(notice) = news {
                told.push(*notice);
            }
        };
        let summary = service::run(&self.app, day, reach, hear).await.expect("a run");
        (told, summary)
    }
}

pub async fn add_customer(conn: &mut Conn<'_>, id: &str, zone: &str) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into customers (id, external_id, name, time_zone, search_text, created_at, updated_at)
         values ($1, $1, $1, $2, $1, 0, 0)",
        id,
        zone
    )
    .map(drop)
}

/// The number of a bill is its id too.
pub async fn add_bill(conn: &mut Conn<'_>, bill: &Bill) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, disputed_on, created_at,
                               updated_at)
         values ($1, $2, $1, 'EUR', $3, $4, $5, $6, 0, 0)",
        bill.number.as_str(),
        bill.customer.as_str(),
        bill.amount,
        Text(bill.issued_on),
        Text(bill.due_on),
        bill.disputed_on.map(Text)
    )?;
    match bill.paid_on {
        Some(paid_on) => pay(conn, &bill.number, bill.amount, paid_on).await,
        None => Ok(()),
    }
}

pub async fn pay(conn: &mut Conn<'_>, number: &str, amount: i64, on: Date) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into payments (id, invoice_id, reference, amount, paid_on, created_at, updated_at)
         values ($1, $2, $1, $3, $4, 0, 0)",
        format!("{number}-{on}"),
        number,
        amount,
        Text(on)
    )
    .map(drop)
}

pub async fn agree(conn: &mut Conn<'_>, number: &str, later: Date, on: Date) -> sqlx::Result<()> {
    let text = "update invoices set agreed_due_on = $2, agreed_on = $3 where number = $1";
    sql!(conn, execute, text, number, Text(later), Text(on)).map(drop)
}

pub async fn dispute(conn: &mut Conn<'_>, number: &str, on: Option<Date>) -> sqlx::Result<()> {
    let text = "update invoices set disputed_on = $2 where number = $1";
    sql!(conn, execute, text, number, on.map(Text)).map(drop)
}

/// A plan of a monthly fee with so many gigabytes included, and ten euros for each above.
pub async fn add_plan(conn: &mut Conn<'_>, code: &str, fee: i64, included: i64) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into plans (id, code, name, currency, monthly_fee, charges, created_at, updated_at)
         values ($1, $1, $1, 'EUR', $2, $3, 0, 0)",
        code,
        fee,
        gigabytes(included)
    )
    .map(drop)
}

/// Mira on a plan of 20 GB for €35, beside one of 5 GB for €20, with `used` in the months before `day`'s.
pub async fn add_two_plans(conn: &mut Conn<'_>, day: Date, used: &[i64]) -> sqlx::Result<()> {
    add_customer(conn, "mira", "UTC").await?;
    add_plan(conn, "large", 3_500, 20).await?;
    add_plan(conn, "small", 2_000, 5).await?;
    subscribe(conn, "mira", "large", Date::constant(2025, 1, 1)).await?;
    use_gigabytes(conn, "mira", day, used).await
}

fn gigabytes(included: i64) -> String {
    format!(
        r#"[{{"meter":"GB","charge_model":"graduated","properties":{{"graduated_ranges":[
            {{"from_value":0,"to_value":{included},"per_unit_amount":"0"}},
            {{"from_value":{included},"to_value":null,"per_unit_amount":"10"}}]}}}}]"#
    )
}

pub async fn add_competitor(conn: &mut Conn<'_>, name: &str, fee: Option<i64>, checked_on: Date) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into competitors (id, provider, product, currency, monthly_fee, charges, source, checked_on, created_at,
                                  updated_at)
         values ($1, $1, 'Free', 'EUR', $2, $3, 'their price list', $4, 0, 0)",
        name,
        fee,
        gigabytes(1_000),
        Text(checked_on)
    )
    .map(drop)
}

pub async fn subscribe(conn: &mut Conn<'_>, customer: &str, plan: &str, since: Date) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into subscriptions (id, reference, customer_id, plan_id, starts_on, created_at, updated_at)
         values ($1, $1, $2, $3, $4, 0, 0)",
        format!("{customer}-{plan}"),
        customer,
        plan,
        Text(since)
    )
    .map(drop)
}

/// So many gigabytes in each of the months before `day`'s, the latest last.
pub async fn use_gigabytes(conn: &mut Conn<'_>, customer: &str, day: Date, units: &[i64]) -> sqlx::Result<()> {
    for (back, units) in units.iter().rev().enumerate() {
        let months = i32::try_from(back).unwrap_or_default() + 1;
        sql!(
            conn,
            execute,
            "insert into usage (customer_id, meter, used_on, covers, quantity, created_at, updated_at)
             values ($1, 'GB', $2, 'month', $3, 0, 0)",
            customer,
            Text(month::later(day, -months)),
            units * 1_000_000
        )?;
    }
    Ok(())
}

pub async fn grant(
    conn: &mut Conn<'_>,
    customer: &str,
    reference: &str,
    amount: i64,
    expires_on: Option<Date>,
) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into credits (id, reference, customer_id, currency, amount, used, granted_on, expires_on, created_at,
                              updated_at)
         values ($1, $1, $2, 'EUR', $3, 0, '2026-01-01', $4, 0, 0)",
        reference,
        customer,
        amount,
        expires_on.map(Text)
    )
    .map(drop)
}
