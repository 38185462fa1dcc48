//! Who changes their profile; then one call.

use leptos::prelude::*;

use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{answers, auth, state::state};
}

/// For a customer: their name, the way of dates and money, their language and their zone.
#[server(endpoint = "profile/save")]
pub async fn save_profile(preferred_name: String, locale: String, language: String, time_zone: String) -> Result<()> {
    let customer = asked::auth::customer()?;
    let wanted = super::service::Wanted {
        preferred_name: &preferred_name,
        locale: &locale,
        language: &language,
        time_zone: &time_zone,
    };
    super::service::save(&asked::state(), &customer.id, &wanted).await?;
    asked::answers::lead("/about-me", "profile").await;
    Ok(())
}
