//! The address that ends mails of a kind, for the page of a link and for mail programs (RFC 8058).

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{MethodRouter, post},
};

use super::{BY_PAGE, service};
use crate::server::{guard, state::AppState};

/// Each address with what answers there.
pub fn routes() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![("/unsubscribe/{token}", post(unsubscribe))]
}

/// A person is led back to the page; a mail program must not be led anywhere.
async fn unsubscribe(State(app): State<AppState>, Path(token): Path<String>, form: Bytes) -> Response {
    let is_by_page = form == format!("by={BY_PAGE}");
    match service::use_way_out(&app, &token).await {
        Ok(()) if is_by_page => Redirect::to(&format!("/unsubscribe/{token}?done=1")).into_response(),
        Ok(()) => guard::plain_page(StatusCode::OK, "No more mail of this kind", "It stands on the site, as always."),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            guard::plain_page(status, "Nothing was changed", &error.to_string())
        }
    }
}
