//! The address of the open bills, for the browser to reckon with.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};

use jiff::civil::Date;

use super::service;
use crate::{
    domain::{day, late_fee::OpenBill, money::Currency},
    error::AppError,
    features::imports::http::{Refused, admin},
    server::{auth::AuthSession, state::AppState},
};

/// Each address with what answers there.
pub fn routes() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![("/admin/fees/open-bills/{currency}", get(open_bills))]
}

async fn open_bills(
    State(app): State<AppState>,
    session: AuthSession,
    Path(currency): Path<String>,
) -> Result<Response, Refused> {
    admin(session)?;
    let currency = Currency::from_code(&currency).ok_or(AppError::NotFound)?;
    let (today, bills) = service::open_bills(&app, currency).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], pack(&bills, today)).into_response())
}

/// The text that [`unpack`](super::forecast::unpack) reads.
pub(super) fn pack(bills: &[OpenBill], today: Date) -> String {
    let mut text = day::write(today);
    for bill in bills {
        let marks = u8::from(bill.is_disputed) + 2 * u8::from(bill.is_exempt);
        text.push_str(&format!("\n{},{},{},{marks}", bill.customer, bill.open, day::between(today, bill.pay_by)));
        if bill.next.is_some() || bill.previous.is_some() {
            let days = |moved: Option<Date>| day::between(today, moved.unwrap_or(bill.pay_by));
            text.push_str(&format!(",{},{}", days(bill.next), days(bill.previous)));
        }
    }
    text
}
