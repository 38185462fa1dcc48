//! One folder for each thing a person can name.

/// What is owed, by when, and what has been paid of it.
pub mod bills;
/// Files of customers, invoices and payments, and what became of their rows.
pub mod imports;
/// Proving who you are, and the browsers in which you did.
pub mod sign_in;

/// Addresses that are not pages: uploads, downloads, streams.
#[cfg(feature = "ssr")]
pub fn routes() -> axum::Router<crate::server::state::AppState> {
    axum::Router::new().merge(imports::http::routes())
}
