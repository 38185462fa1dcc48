//! Who asks about themselves; then one call.

use leptos::prelude::*;

use super::AboutMe;
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::{
        features::sign_in::api::load_sessions,
        server::{auth, state::state},
    };
}

/// For whoever is signed in: what we know of them, and where they are signed in.
#[server(endpoint = "about_me/about_me")]
pub async fn load_about_me() -> Result<AboutMe> {
    let person = asked::auth::person()?;
    let sessions = asked::load_sessions().await?;
    super::service::about(&asked::state(), person, sessions).await
}
