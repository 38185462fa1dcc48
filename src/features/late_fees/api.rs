//! Who is asking for late fees; then one call.

use leptos::prelude::*;

use super::{FeeState, LateFees};
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{auth, state::state};
}

/// For an admin: what became of each late fee.
#[server(endpoint = "late_fees/list")]
pub async fn load_late_fees(only: Option<FeeState>, page: Option<i64>) -> Result<LateFees> {
    asked::auth::admin()?;
    super::service::list(&asked::state(), only, page).await
}
