//! Letting go of a first late fee, by the customer alone.

use jiff::{ToSpan, civil::Date};

use super::{
    Terms, WaiverPreview,
    orders::{self, Asking, Books},
    store::{self, OrderRow},
};
use crate::{
    domain::late_fee::TRUSTED_MONTHS,
    error::{AppError, Refusal, Result},
    features::{
        bills::{self, service::Assessed},
        customers,
    },
    server::{
        auth::Customer,
        db::{Conn, new_id},
        state::AppState,
    },
};

/// The fee that the customer can let go of by themselves: it has come, the policy trusts them, and it is their first in twelve
/// months.
pub async fn waivable(conn: &mut Conn<'_>, bill: &Assessed) -> Result<Option<(i64, Date)>> {
    let Some(came) = &bill.came else { return Ok(None) };
    if !bill.policy.trusts_first {
        return Ok(None);
    }
    let last = store::last_waiver(conn, &bill.known.customer_id).await?;
    let is_first = last.is_none_or(|last| next_from(last.0) <= bill.today);
    Ok(is_first.then_some((came.fee, came.fee_on)))
}

fn next_from(last: Date) -> Date {
    last.saturating_add(TRUSTED_MONTHS.months())
}

pub async fn preview(
    conn: &mut Conn<'_>,
    customer_id: &str,
    number: &str,
    today: Date,
    books: Books,
) -> Result<WaiverPreview> {
    let bill = bills::service::assessed(conn, customer_id, number, today).await?;
    let (fee, fee_on) = waivable(conn, &bill).await?.ok_or(AppError::Refused(Refusal::FeeNeedsPerson))?;
    Ok(WaiverPreview {
        once: new_id(),
        bill: bill.known.bill.number.clone(),
        fee: bill.money(fee),
        open: bill.money(bill.known.bill.open()),
        fee_on,
        next_from: next_from(today),
        is_outside: books == Books::Outside,
        today,
    })
}

pub async fn ask(app: &AppState, customer: &Customer, number: &str, once: &str, shown: i64) -> Result<()> {
    app.db
        .write(async |conn: &mut Conn<'_>| {
            if orders::is_asked(conn, &customer.id, once).await? {
                return Ok(());
            }
            let today = customers::service::today_of(app, conn, &customer.id).await?;
            let preview = preview(conn, &customer.id, number, today, Books::of(&app.config)).await?;
            if preview.fee.minor != shown {
                return Err(AppError::Refused(Refusal::ThingsChanged));
            }
            let known = bills::service::by_number(conn, &customer.id, number, today).await?;
            let asking = Asking {
                once,
                customer_id: &customer.id,
                asked_by: Some(&customer.person.id),
                terms: Terms::WaiveFee { bill: known.bill.number.clone(), fee: preview.fee },
                invoice_id: Some(&known.invoice_id),
                subscription_id: None,
                today,
                takes_effect_on: today,
            };
            orders::ask(app, conn, asking, async |_: &mut Conn<'_>| Ok(())).await
        })
        .await
}

pub async fn book(conn: &mut Conn<'_>, order: &OrderRow, fee: i64) -> Result<()> {
    let bill = order.invoice_id.as_deref().unwrap_or_default();
    Ok(store::waive(conn, (bill, &order.customer_id, &order.id), fee, order.asked_on.0).await?)
}
