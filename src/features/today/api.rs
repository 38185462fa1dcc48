//! Who is asking for the day; then one call.

use leptos::prelude::*;

use super::Today;
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{auth, state::state, telemetry};
}

/// For staff: who needs a person today, and the one that was chosen.
#[server(endpoint = "today/today")]
pub async fn load_today(customer: Option<String>) -> Result<Today> {
    let person = asked::auth::staff()?;
    let today = super::service::today(&asked::state(), &person, customer.as_deref()).await?;
    if let Some(customer_id) = &customer {
        asked::telemetry::looked_at(customer_id, &person.id);
    }
    Ok(today)
}
