//! What a phone is told when somebody puts Candor on its home screen: <https://www.w3.org/TR/appmanifest/>.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde_json::json;

use super::state::AppState;

/// The manifest, under the company's own name.
pub async fn manifest(State(app): State<AppState>) -> impl IntoResponse {
    let manifest = json!({
        "name": app.config.company,
        "short_name": app.config.company,
        "id": "/",
        "start_url": "/",
        "display": "standalone",
        "background_color": "#faf7f2",
        "theme_color": "#faf7f2",
        "icons": [
            { "src": "/favicon.svg", "sizes": "any", "type": "image/svg+xml" },
            { "src": "/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any maskable" },
        ],
    });
    ([(header::CONTENT_TYPE, "application/manifest+json")], Json(manifest))
}
