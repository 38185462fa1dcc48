//! Who is asking for customers; then one call.

use leptos::prelude::*;

use super::{CustomerList, CustomerSheet};
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{auth, state::state, telemetry};
}

/// For staff: a page of the customers that hold `sought` in their name, e-mail address or number.
#[server(endpoint = "customers/list")]
pub async fn load_customers(sought: Option<String>, order: Option<String>, page: Option<i64>) -> Result<CustomerList> {
    asked::auth::staff()?;
    let order = super::Order::from_address(&order.unwrap_or_default());
    super::service::list(&asked::state(), &sought.unwrap_or_default(), order, page).await
}

/// For staff: one customer, with a page of the threads, of the notes of one `thread`, and of what they were told.
#[server(endpoint = "customers/customer")]
pub async fn load_customer(
    id: String,
    threads: Option<i64>,
    thread: Option<String>,
    notes: Option<i64>,
    notices: Option<i64>,
) -> Result<CustomerSheet> {
    let person = asked::auth::staff()?;
    let wanted = crate::features::notes::Wanted { threads, thread, notes };
    let sheet = super::service::sheet(&asked::state(), &id, &wanted, notices).await?;
    asked::telemetry::looked_at(&id, &person.id);
    Ok(sheet)
}
