//! Who is asking for customers; then one call.

use leptos::prelude::*;

use super::{CustomerList, CustomerSheet};
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{auth, state::state};
}

/// For staff: a page of the customers that hold `sought` in their name, e-mail address or number.
#[server(endpoint = "customers/list")]
pub async fn load_customers(sought: Option<String>, order: Option<String>, page: Option<i64>) -> Result<CustomerList> {
    asked::auth::staff()?;
    let order = super::Order::from_address(&order.unwrap_or_default());
    super::service::list(&asked::state(), &sought.unwrap_or_default(), order, page).await
}

/// For staff: one customer.
#[server(endpoint = "customers/customer")]
pub async fn load_customer(id: String) -> Result<CustomerSheet> {
    asked::auth::staff()?;
    super::service::sheet(&asked::state(), &id).await
}
