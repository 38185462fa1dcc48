//! Who asks to be erased and who decides; then one call.

use leptos::prelude::*;

use super::{AskedToGo, Erasure, ToDecide};
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{answers, auth, state::state};

    /// Back to the page of the customer it is about.
    pub async fn lead_back(customer_id: &str, flag: &str) {
        answers::lead(&format!("/staff/customers/{customer_id}"), flag).await;
    }
}

/// For a customer: what would go and what would stay, and their wish if they have one.
#[server(endpoint = "erasure/erasure")]
pub async fn load_erasure() -> Result<Erasure> {
    let customer = asked::auth::customer()?;
    super::service::erasure(&asked::state(), &customer.id).await
}

/// For a customer: asks to be erased.
#[server(endpoint = "erasure/ask")]
pub async fn ask_erasure(reason: Option<String>) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::ask(&asked::state(), &customer.id, &reason.unwrap_or_default()).await?;
    asked::answers::lead("/about-me/erase", "asked").await;
    Ok(())
}

/// For a customer: takes the wish back.
#[server(endpoint = "erasure/withdraw")]
pub async fn withdraw_erasure() -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::withdraw(&asked::state(), &customer.id).await?;
    asked::answers::lead("/about-me/erase", "withdrawn").await;
    Ok(())
}

/// For staff: everybody who asked to be erased and waits.
#[server(endpoint = "erasure/waiting")]
pub async fn load_asked_to_go() -> Result<Vec<AskedToGo>> {
    asked::auth::staff()?;
    super::service::waiting(&asked::state()).await
}

/// For staff: the wish of one customer, while it waits.
#[server(endpoint = "erasure/to_decide")]
pub async fn load_to_decide(customer: String) -> Result<Option<ToDecide>> {
    let person = asked::auth::staff()?;
    super::service::to_decide(&asked::state(), &person, &customer).await
}

/// For staff: hands a wish to an admin.
#[server(endpoint = "erasure/hand_over")]
pub async fn hand_over_erasure(wish: String) -> Result<()> {
    let person = asked::auth::staff()?;
    let customer_id = super::service::hand_over(&asked::state(), &person, &wish).await?;
    asked::lead_back(&customer_id, "handed_over").await;
    Ok(())
}

/// For staff: refuses a wish, with the reason the customer reads.
#[server(endpoint = "erasure/refuse")]
pub async fn refuse_erasure(wish: String, refusal: String) -> Result<()> {
    let person = asked::auth::staff()?;
    let customer_id = super::service::refuse(&asked::state(), &person, &wish, &refusal).await?;
    asked::lead_back(&customer_id, "erasure_refused").await;
    Ok(())
}

/// For admins: erases the customer who asked for it, for good.
#[server(endpoint = "erasure/erase")]
pub async fn erase_customer(wish: String, farewell: String) -> Result<()> {
    let person = asked::auth::admin()?;
    let customer_id = super::service::erase(&asked::state(), &person, &wish, &farewell).await?;
    asked::lead_back(&customer_id, "erased").await;
    Ok(())
}
