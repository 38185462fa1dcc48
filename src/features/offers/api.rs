//! Who is asking for offers; then one call.

use leptos::prelude::*;

use super::PlanSheet;
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{auth, state::state};
}

/// For a customer: their own plans, and what else their use would cost.
#[server(endpoint = "offers/plan")]
pub async fn load_plan() -> Result<PlanSheet> {
    let customer = asked::auth::customer()?;
    super::sheet::sheet(&asked::state(), &customer.id).await
}
