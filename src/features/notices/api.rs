//! Who is asking for a notice; then one call.

use leptos::prelude::*;

use super::{NoticeList, ToldNotice, WhyNot};
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

/// For a customer: what we told them, and what not.
#[server(endpoint = "notices/list")]
pub async fn load_notices(page: Option<i64>) -> Result<NoticeList> {
    let customer = asked::auth::customer()?;
    super::service::list(&asked::state(), &customer.id, page).await
}

/// For a customer: why they are not told something of this kind today.
#[server(endpoint = "notices/why_not")]
pub async fn load_why_not(kind: String) -> Result<WhyNot> {
    let customer = asked::auth::customer()?;
    super::why_not::why_not(&asked::state(), &customer.id, &kind).await
}
