//! Who is asking how things stand; then one call.

use leptos::prelude::*;

use super::Overview;
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{auth, state::state};
}

/// For an admin: how things stand today.
#[server(endpoint = "overview/overview")]
pub async fn load_overview() -> Result<Overview> {
    asked::auth::admin()?;
    super::service::overview(&asked::state()).await
}
