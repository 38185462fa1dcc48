//! The addresses of a customer's files.

use axum::{
    extract::{Path, State},
    response::Response,
    routing::{MethodRouter, get},
};

use super::service;
use crate::{
    domain::role::Role,
    error::AppError,
    features::imports::http::{Refused, download},
    server::{
        auth::{self, AuthSession},
        state::AppState,
        telemetry,
    },
};

/// Each address with what answers there. No answer may be kept by a cache, as of every address that is not a file of ours.
pub fn routes() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![("/about-me/data.json", get(json)), ("/about-me/data/{file}", get(csv))]
}

/// The account of whoever is signed in; the address says nothing of it.
fn customer(session: AuthSession) -> Result<String, AppError> {
    let person = session.user.ok_or(AppError::SignIn)?;
    person.customer_id.filter(|_| person.role == Role::Customer).ok_or_else(auth::forbidden)
}

async fn json(State(app): State<AppState>, session: AuthSession) -> Result<Response, Refused> {
    let customer_id = customer(session)?;
    let text = service::json(&app, &customer_id).await?;
    telemetry::security("data_taken_along", &customer_id);
    Ok(download("my-data.json", "application/json; charset=utf-8", text))
}

async fn csv(State(app): State<AppState>, session: AuthSession, Path(file): Path<String>) -> Result<Response, Refused> {
    let customer_id = customer(session)?;
    let kind = file.strip_suffix(".csv").ok_or(AppError::NotFound)?;
    let text = service::csv(&app, &customer_id, kind).await?;
    telemetry::security("data_taken_along", &customer_id);
    // Without this mark a spreadsheet reads the letters of another alphabet as those of its own.
    Ok(download(&file, "text/csv; charset=utf-8", format!("\u{feff}{text}")))
}
