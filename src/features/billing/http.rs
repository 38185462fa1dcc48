//! Where an outside billing system says what it decided.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{MethodRouter, post},
};
use serde::Deserialize;

use super::{
    Kind, State as Standing,
    orders::{self, Books},
    store,
};
use crate::{
    error::{AppError, Refusal, Result},
    server::{db::Conn, state::AppState, webhook},
};

/// The longest reason that is kept.
const LONGEST_REASON: usize = 500;

/// Each address with what answers there.
pub fn routes() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![("/webhooks/billing", post(hear))]
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    data: Decision,
}

#[derive(Deserialize)]
struct Decision {
    id: String,
    reason: Option<String>,
    /// What billing calls the payment that credit made.
    reference: Option<String>,
}

/// Takes a decision once; the same one again is well, another is refused. 401 where it is not signed, 404 where no outside
/// system keeps the books or there is no such order, 409 where it was decided otherwise, 422 where it is no message.
async fn hear(State(app): State<AppState>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(secret) = app.config.billing_secret.as_deref().filter(|_| Books::of(&app.config) == Books::Outside) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    if !webhook::is_signed(secret, signed, &body, app.clock.now_ms()) {
        return (StatusCode::UNAUTHORIZED, "the signature is not ours, or too old\n").into_response();
    }
    let Ok(message) = serde_json::from_slice::<Message>(&body) else {
        return (StatusCode::UNPROCESSABLE_ENTITY, "this is not a decision about an order\n").into_response();
    };
    match decide(&app, message).await {
        Ok(true) => StatusCode::NO_CONTENT.into_response(),
        Ok(false) => (StatusCode::UNPROCESSABLE_ENTITY, "say order.confirmed or order.refused\n").into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, format!("{error}\n")).into_response()
        }
    }
}

async fn decide(app: &AppState, message: Message) -> Result<bool> {
    let Decision { id, reason, reference } = message.data;
    let is_confirmed = match message.kind.as_str() {
        "order.confirmed" => true,
        "order.refused" => false,
        _ => return Ok(false),
    };
    let clean = |text: String| text.replace('\0', "").chars().take(LONGEST_REASON).collect::<String>();
    let (reason, reference) = (reason.map(clean), reference.map(clean).filter(|reference| !reference.is_empty()));
    if id.contains('\0') {
        return Err(AppError::NotFound);
    }
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let order = orders::known(conn, &id).await?;
            store::hold(conn, &order.customer_id).await?;
            let order = orders::known(conn, &id).await?;
            // What waits for a person was never asked of billing.
            if order.kind.0 == Kind::LaterDate && order.answered_at.is_none() {
                return Err(AppError::NotFound);
            }
            match (order.state.0, is_confirmed) {
                (Standing::Asked, true) => orders::confirm(app, conn, &order, reference.as_deref()).await,
                (Standing::Asked, false) => orders::refuse(app, conn, &order, reason.as_deref()).await,
                (Standing::Confirmed, true) | (Standing::Refused, false) => Ok(()),
                _ => Err(AppError::Refused(Refusal::AlreadySettled)),
            }
        })
        .await?;
    Ok(true)
}
