//! Who is asking for a look at every bill; then one call.

use leptos::prelude::*;

use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{answers, auth, state::state};
}

/// For an admin: looks for notices now, as of today, and writes what is new.
#[server(endpoint = "advice/look_now")]
pub async fn look_now() -> Result<()> {
    asked::auth::admin()?;
    // A task of its own: a page is given up after a while, a look at everybody is not.
    let app = asked::state();
    tokio::spawn(async move { super::service::run(&app, None, super::service::Reach::Changed, |_| ()).await })
        .await
        .map_err(crate::error::AppError::internal)??;
    asked::answers::lead("/admin", "looked").await;
    Ok(())
}
