//! Who is asking for bills; then one call.

use leptos::prelude::*;

use super::{BillList, BillSheet};
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{auth, state::state};
}

/// For a customer: a page of their own bills.
#[server(endpoint = "bills/list")]
pub async fn load_bills(page: Option<i64>) -> Result<BillList> {
    let customer = asked::auth::customer()?;
    super::service::list(&asked::state(), &customer.id, page).await
}

/// For a customer: one of their own bills.
#[server(endpoint = "bills/bill")]
pub async fn load_bill(number: String) -> Result<BillSheet> {
    let customer = asked::auth::customer()?;
    super::service::sheet(&asked::state(), &customer.id, &number).await
}
