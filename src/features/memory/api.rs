//! Who remembers and who is remembered; then one call.

use leptos::prelude::*;

use super::{Known, Memories, Receipt};
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use super::super::service::Typed;
    pub use crate::server::{answers, auth, state::state};

    /// What a form about a fact holds; an unticked box is not sent.
    pub fn typed(words: String, matters_on: Option<String>, yearly: Option<String>) -> Typed {
        Typed { words, matters_on: matters_on.unwrap_or_default(), is_yearly: yearly.is_some() }
    }

    /// Back to where it was written.
    pub async fn lead_back(customer_id: &str, flag: &str) {
        answers::lead(&format!("/staff/customers/{customer_id}"), flag).await;
    }
}

/// For a customer: what we remember of them.
#[server(endpoint = "memory/remembered")]
pub async fn load_remembered() -> Result<Memories> {
    let customer = asked::auth::customer()?;
    super::service::remembered(&asked::state(), &customer.id).await
}

/// For a customer: the receipt of something that was deleted.
#[server(endpoint = "memory/receipt")]
pub async fn load_receipt(id: String) -> Result<Receipt> {
    let customer = asked::auth::customer()?;
    super::service::receipt(&asked::state(), &customer.id, &id).await
}

/// For a customer: something we should know.
#[server(endpoint = "memory/tell")]
pub async fn tell_us(words: String, matters_on: Option<String>, yearly: Option<String>) -> Result<()> {
    let customer = asked::auth::customer()?;
    let typed = asked::typed(words, matters_on, yearly);
    super::service::tell(&asked::state(), &customer, typed).await?;
    asked::answers::lead("/about-me", "told").await;
    Ok(())
}

/// For a customer: corrects what is remembered of them.
#[server(endpoint = "memory/correct")]
pub async fn correct_mine(
    fact: String,
    words: String,
    matters_on: Option<String>,
    yearly: Option<String>,
) -> Result<()> {
    let customer = asked::auth::customer()?;
    let typed = asked::typed(words, matters_on, yearly);
    super::service::correct_own(&asked::state(), &customer, &fact, typed).await?;
    asked::answers::lead("/about-me", "corrected").await;
    Ok(())
}

/// For a customer: that we do not bring something up, or that we may again.
#[server(endpoint = "memory/hush")]
pub async fn hush_mine(fact: String, is_off_limits: bool) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::set_off_limits(&asked::state(), &customer.id, &fact, is_off_limits).await?;
    let flag = if is_off_limits { "hushed" } else { "allowed" };
    asked::answers::lead("/about-me", flag).await;
    Ok(())
}

/// For a customer: deletes what is remembered of them, for good.
#[server(endpoint = "memory/forget")]
pub async fn forget_mine(fact: String) -> Result<()> {
    let customer = asked::auth::customer()?;
    let receipt = super::service::forget_own(&asked::state(), &customer, &fact).await?;
    leptos_axum::redirect(&format!("/about-me/receipts/{receipt}"));
    Ok(())
}

/// For staff: what we remember of a customer. Whoever asks has seen it.
#[server(endpoint = "memory/known")]
pub async fn load_known(customer: String) -> Result<Known> {
    let person = asked::auth::staff()?;
    super::service::known(&asked::state(), &person, &customer).await
}

/// For staff: something new to remember.
#[server(endpoint = "memory/note_down")]
pub async fn note_down(
    customer: String,
    words: String,
    source: String,
    matters_on: Option<String>,
    yearly: Option<String>,
) -> Result<()> {
    let person = asked::auth::staff()?;
    let typed = asked::typed(words, matters_on, yearly);
    super::service::note_down(&asked::state(), &person, &customer, &source, typed).await?;
    asked::lead_back(&customer, "remembered").await;
    Ok(())
}

/// For staff: corrects what they or another of us noted.
#[server(endpoint = "memory/correct_ours")]
pub async fn correct_ours(
    fact: String,
    words: String,
    matters_on: Option<String>,
    yearly: Option<String>,
) -> Result<()> {
    let person = asked::auth::staff()?;
    let typed = asked::typed(words, matters_on, yearly);
    let customer_id = super::service::correct_ours(&asked::state(), &person, &fact, typed).await?;
    asked::lead_back(&customer_id, "corrected").await;
    Ok(())
}

/// For staff: forgets something, for good; the customer gets a receipt.
#[server(endpoint = "memory/forget_ours")]
pub async fn forget_ours(fact: String) -> Result<()> {
    let person = asked::auth::staff()?;
    let customer_id = super::service::forget_ours(&asked::state(), &person, &fact).await?;
    asked::lead_back(&customer_id, "forgotten").await;
    Ok(())
}
