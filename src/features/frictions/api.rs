//! Who says what was hard, and who reads it; then one call.

use leptos::prelude::*;

use super::Hard;
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{answers, auth, state::state};
}

/// For a customer: the form, about a page, and what they said just now.
#[server(endpoint = "frictions/form")]
pub async fn load_hard(on: Option<String>, said: Option<String>) -> Result<Hard> {
    let customer = asked::auth::customer()?;
    super::service::form(&asked::state(), &customer.id, &on.unwrap_or_default(), said.as_deref()).await
}

/// For a customer: says that something was hard.
#[server(endpoint = "frictions/say")]
pub async fn say_hard(on: Option<String>, words: Option<String>, how_hard: Option<String>) -> Result<()> {
    let customer = asked::auth::customer()?;
    let (on, words, how_hard) = (on.unwrap_or_default(), words.unwrap_or_default(), how_hard.unwrap_or_default());
    let id = super::service::say(&asked::state(), &customer.id, &on, &words, &how_hard).await?;
    leptos_axum::redirect(&format!("/help/hard?said={id}"));
    Ok(())
}

/// For a customer: takes back what they said was hard.
#[server(endpoint = "frictions/take_back")]
pub async fn take_back_hard(id: String) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::take_back(&asked::state(), &customer.id, &id).await?;
    asked::answers::lead("/help/hard", "taken_back").await;
    Ok(())
}

/// For staff: marks what a customer found hard as read.
#[server(endpoint = "frictions/read")]
pub async fn read_hard(id: String) -> Result<()> {
    let person = asked::auth::staff()?;
    super::service::read(&asked::state(), &person, &id).await?;
    asked::answers::lead("/staff", "read").await;
    Ok(())
}
