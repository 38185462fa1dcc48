//! Who asks for their data; then one call. The files themselves are in `http`.

use leptos::prelude::*;

use super::MyData;
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{auth, state::state};
}

/// For a customer: which files there are of what is kept of them.
#[server(endpoint = "export/my_data")]
pub async fn load_my_data() -> Result<MyData> {
    let customer = asked::auth::customer()?;
    super::service::my_data(&asked::state(), &customer.id).await
}
