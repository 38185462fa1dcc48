//! Who is asking for a look at every bill; then one call.

use leptos::prelude::*;

use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{auth, state::state};
}

/// For an admin: looks for notices now, as of today, and writes what is new.
#[server(endpoint = "advice/look_now")]
pub async fn look_now() -> Result<()> {
    asked::auth::admin()?;
    super::service::run(&asked::state(), None, false, |_| ()).await?;
    leptos_axum::redirect("/admin?looked=1");
    Ok(())
}
