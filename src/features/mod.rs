//! One folder for each thing a person can name.

/// Finding out who must be told what today, and writing it.
pub mod advice;
/// What is owed, by when, and what has been paid of it.
pub mod bills;
/// What a late bill costs, who is exempt, and what a change would do.
pub mod fees;
/// What customers were told, and why.
pub mod notices;
/// How things stand today, for admins.
pub mod overview;
/// Proving who you are, and the browsers in which you did.
pub mod sign_in;

/// Addresses that are not pages: uploads, downloads, streams.
#[cfg(feature = "ssr")]
pub fn routes() -> axum::Router<crate::server::state::AppState> {
    axum::Router::new()
}
