//! The status and headers of the answer that carries a page.

use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use leptos::{nonce::use_nonce, prelude::use_context};
use leptos_axum::ResponseOptions;

use crate::server::{answers, guard};

/// Answers with this status instead of 200.
pub fn set(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

/// Sends the browser to the door, which leads on to the page that was asked for.
pub fn lead_to_door() {
    let wanted = use_context::<Parts>().and_then(|parts| Some(parts.uri.path_and_query()?.as_str().to_owned()));
    lead_to(&answers::door(wanted.as_deref().unwrap_or("/")));
}

/// Sends the browser to another page of ours.
pub fn lead_to(path: &str) {
    if let (Some(response), Ok(path)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(path)) {
        response.insert_header(header::LOCATION, path);
        response.set_status(StatusCode::SEE_OTHER);
    }
}

/// Lets only this answer's own scripts run.
pub fn content_security_policy() {
    let nonce = use_nonce();
    let policy = guard::content_security_policy(nonce.as_deref());
    if let (Some(response), Ok(policy)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&policy)) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}
