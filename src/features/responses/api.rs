//! Who says something back; then one call.

use leptos::prelude::*;

use super::{Act, SaidOn};
use crate::{domain::aside::Wait, error::Result};

#[cfg(feature = "ssr")]
mod asked {
    use super::super::SaidOn;
    pub use crate::server::{answers, auth, state::state};

    /// Back to where it was said, with what was done and to which notice.
    pub async fn lead_back(on: SaidOn, done: &str, notice: &str) {
        let address = match on {
            SaidOn::Home => "/".to_owned(),
            SaidOn::Aside => "/?aside=1".to_owned(),
            SaidOn::Notice => format!("/notices/{}", leptos_router::location::Url::escape(notice)),
        };
        answers::lead_about(&address, done, notice).await;
    }
}

/// For a customer: puts one of their notices aside for a while.
#[server(endpoint = "responses/snooze")]
pub async fn snooze(notice: String, wait: Wait, on: SaidOn) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::snooze(&asked::state(), &customer.id, &notice, wait).await?;
    asked::lead_back(on, "later", &notice).await;
    Ok(())
}

/// For a customer: dismisses one of their notices, with a reason.
#[server(endpoint = "responses/dismiss")]
pub async fn dismiss(notice: String, reason: Option<String>, words: Option<String>, on: SaidOn) -> Result<()> {
    let customer = asked::auth::customer()?;
    let (reason, words) = (reason.unwrap_or_default(), words.unwrap_or_default());
    super::service::dismiss(&asked::state(), &customer.id, &notice, &reason, &words).await?;
    asked::lead_back(on, "not_for_me", &notice).await;
    Ok(())
}

/// For a customer: whether one of their notices was helpful.
#[server(endpoint = "responses/helpful")]
pub async fn say_helpful(notice: String, is_helpful: bool, on: SaidOn) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::say_helpful(&asked::state(), &customer.id, &notice, is_helpful).await?;
    asked::lead_back(on, "helpful", &notice).await;
    Ok(())
}

/// For a customer: takes back what they said to one of their notices.
#[server(endpoint = "responses/take_back")]
pub async fn take_back(notice: String, act: Act, on: SaidOn) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::take_back(&asked::state(), &customer.id, &notice, act).await?;
    asked::lead_back(on, "undone", &notice).await;
    Ok(())
}
