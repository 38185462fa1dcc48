//! A Candor of its own in a temporary file, and short ways to put customers and bills into it.

use jiff::civil::Date;
use tempfile::TempDir;

use crate::{
    domain::role::Role,
    features::fixture::new_database,
    features::{
        advice::service::{self, Summary, Told},
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
    /// `today` stands still where it is given.
    pub async fn open(today: Option<Date>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database_url = Some(new_database(&folder).await);
        let mut config = Settings { database_url, ..Settings::default() }.resolve().expect("settings");
        config.today = today;
        Self { app: serve::state(config).await.expect("a state"), _folder: folder }
    }

    pub async fn with(today: Option<Date>, bills: &[Bill]) -> Self {
        let office = Self::open(today).await;
        let mut customers: Vec<&str> = bills.iter().map(|bill| bill.customer.as_str()).collect();
        customers.sort_unstable();
        customers.dedup();
        office
            .write(async |conn| {
                for customer in customers {
                    add_customer(conn, customer, "UTC").await?;
                }
                for bill in bills {
                    add_bill(conn, bill).await?;
                }
                Ok(())
            })
            .await;
        office
    }

    pub async fn write(&self, work: impl AsyncFnOnce(&mut Conn<'_>) -> sqlx::Result<()>) {
        self.app.db.write(work).await.expect("a write");
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

    pub async fn look_with_counts(&self, day: Option<Date>, dry_run: bool) -> (Vec<Told>, Summary) {
        let mut told = Vec::new();
        let summary = service::run(&self.app, day, dry_run, |notice| told.push(notice)).await.expect("a run");
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
