//! Who starts here; then one call.

use leptos::prelude::*;

use super::Start;
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{auth, state::state};
}

/// For whoever is signed in: what a customer should know, or where everyone else's work is.
#[server(endpoint = "home/start")]
pub async fn load_start() -> Result<Start> {
    let person = asked::auth::person()?;
    if person.role.helps_customers() {
        return Ok(Start::Elsewhere(person.role));
    }
    let customer = asked::auth::customer()?;
    super::service::home(&asked::state(), &customer).await.map(|home| Start::Here(Box::new(home)))
}
