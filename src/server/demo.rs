//! The cast and their data, for demos and tests.

use super::state::AppState;
use crate::error::AppError;

/// The domain of the cast's addresses.
pub const DOMAIN: &str = "@demo.example";

/// Why the demo could not be seeded.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct DemoError(#[from] AppError);

/// Seeds an empty database once.
pub async fn seed(_app: &AppState) -> Result<(), DemoError> {
    Ok(())
}
