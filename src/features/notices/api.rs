//! Who is asking for a notice; then one call.

use leptos::prelude::*;

use super::ToldNotice;
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{auth, state::state};
}

/// For a customer: one of their own notices, with everything it was worked out from.
#[server(endpoint = "notices/notice")]
pub async fn load_notice(id: String) -> Result<ToldNotice> {
    let customer = asked::auth::customer()?;
    super::service::open(&asked::state(), &customer.id, &id).await
}
