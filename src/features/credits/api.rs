//! Who is asking for credit; then one call.

use leptos::prelude::*;

use super::CreditSheet;
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{auth, state::state};
}

/// For a customer: their own credit.
#[server(endpoint = "credits/credits")]
pub async fn load_credits() -> Result<CreditSheet> {
    let customer = asked::auth::customer()?;
    super::service::sheet(&asked::state(), &customer.id).await
}
