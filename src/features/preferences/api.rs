//! Who chooses how we reach them; then one call.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::{Reach, WayOut, Wish};
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{answers, auth, state::state};
}

/// For a customer: how we reach them with each kind of notice.
#[server(endpoint = "preferences/reach")]
pub async fn load_reach() -> Result<Reach> {
    let customer = asked::auth::customer()?;
    super::service::reach(&asked::state(), &customer.id).await
}

/// For a customer: changes how we reach them; kinds are by their names.
#[server(endpoint = "preferences/save")]
pub async fn save_preferences(kinds: BTreeMap<String, Wish>) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::save(&asked::state(), &customer.id, &kinds).await?;
    asked::answers::lead("/about-me/notices", "saved").await;
    Ok(())
}

/// For anyone with the token of a mail: what its link would end.
#[server(endpoint = "preferences/way_out")]
pub async fn load_way_out(token: String) -> Result<WayOut> {
    super::service::open_way_out(&asked::state(), &token).await
}
