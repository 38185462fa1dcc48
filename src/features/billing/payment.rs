//! Where a bill is paid: the company's own page, or in a demo one that stands in for it.

use leptos_router::location::Url;

use super::Payable;
use crate::{
    domain::money::Money,
    error::{AppError, Refusal, Result},
    features::{advice, bills, customers},
    server::{
        config::Config,
        db::{Conn, new_id},
        state::AppState,
    },
};

use super::store;

/// The address at which so much of a bill can be paid; nothing where the company named none.
pub fn link(config: &Config, number: &str, open: Money) -> Option<String> {
    let number = Url::escape(number);
    match &config.pay_url {
        Some(template) => Some(
            template
                .replace("{bill}", &number)
                .replace("{amount}", &open.plain())
                .replace("{currency}", open.currency.code()),
        ),
        None => config.demo.then(|| format!("/demo/pay/{number}")),
    }
}

pub async fn payable(app: &AppState, customer_id: &str, number: &str) -> Result<Payable> {
    if !app.config.demo {
        return Err(AppError::NotFound);
    }
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let known = bills::service::by_number(&mut conn, customer_id, number, today).await?;
    match known.bill.open() {
        0 => Err(AppError::Refused(Refusal::BillPaid)),
        open => Ok(Payable { open: Money::new(open, known.currency), bill: known.bill.number }),
    }
}

/// Pays what is open. The payment is named for what was paid before, so that two clicks at once pay once.
pub async fn pay_in_demo(app: &AppState, customer_id: &str, number: &str) -> Result<()> {
    if !app.config.demo {
        return Err(AppError::NotFound);
    }
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            store::hold(conn, customer_id).await?;
            let today = customers::service::today_of(app, conn, customer_id).await?;
            let known = bills::service::by_number(conn, customer_id, number, today).await?;
            let open = known.bill.open();
            if open == 0 {
                return Err(AppError::Refused(Refusal::BillPaid));
            }
            let reference = match known.bill.paid {
                0 => "demo card".to_owned(),
                paid => format!("demo card, after {}", Money::new(paid, known.currency)),
            };
            store::pay(conn, &new_id(), &known.invoice_id, (&reference, "file"), open, today, now).await?;
            advice::service::changed(conn, [customer_id]).await
        })
        .await
}
