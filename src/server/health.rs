//! Alive, ready, measured.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use tokio::sync::Mutex;

use super::{
    db::{Conn, Db, Engine},
    state::AppState,
};
use crate::sql;

/// Below this many free bytes a write may soon fail, so no new work should come here.
pub const LEAST_FREE: u64 = 64 * 1024 * 1024;

/// The process answers.
pub async fn livez() -> &'static str {
    "alive\n"
}

/// Whether the database takes a write, as it was found at most so long ago: anybody may ask, as often as they like.
const FOUND_FOR: Duration = Duration::from_secs(1);

/// What was found last, and when. Whoever asks while somebody looks waits for what they find.
pub type Found = Arc<Mutex<Option<(Instant, bool)>>>;

/// The database takes a write and its disk has room; why not stands in the log alone.
pub async fn readyz(State(app): State<AppState>) -> Response {
    let mut found = app.found.lock().await;
    let is_ready = match *found {
        Some((at, is_ready)) if at.elapsed() < FOUND_FOR => is_ready,
        _ => {
            let looked = ready(&app).await;
            if let Err(reason) = &looked {
                tracing::warn!(%reason, "not ready");
            }
            *found = Some((Instant::now(), looked.is_ok()));
            looked.is_ok()
        }
    };
    match is_ready {
        true if has_site(&app.config.site_root) => (StatusCode::OK, "ready\n").into_response(),
        true => (StatusCode::OK, "ready, but without styles and scripts\n").into_response(),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response(),
    }
}

/// Whether the styles and scripts of the pages are there.
pub fn has_site(root: &str) -> bool {
    Path::new(root).join("pkg").is_dir()
}

async fn ready(app: &AppState) -> Result<(), String> {
    let free = free_space(&app.db, &app.config.database_url)?;
    if free.is_some_and(|free| free < LEAST_FREE) {
        return Err("the disk of the database is nearly full".to_owned());
    }
    let now = app.clock.now_ms();
    let probe = app
        .db
        .write(async |conn: &mut Conn<'_>| sql!(conn, execute, "update probe set written_at = $1 where id = 1", now));
    match tokio::time::timeout(std::time::Duration::from_secs(2), probe).await {
        Ok(Ok(1)) => Ok(()),
        Ok(Ok(_)) => Err("the database has lost its probe row".to_owned()),
        Ok(Err(error)) => Err(format!("the database does not take a write: {error}")),
        Err(_) => Err("the database did not take a write within two seconds".to_owned()),
    }
}

/// Free bytes on the disk of a SQLite file; nothing for a database elsewhere.
pub fn free_space(db: &Db, url: &str) -> Result<Option<u64>, String> {
    if db.engine_name() != "sqlite" {
        return Ok(None);
    }
    let Some(path) = super::backup::sqlite_path(url) else { return Ok(None) };
    let space = rustix::fs::statvfs(&path).map_err(|error| format!("the database file cannot be found: {error}"))?;
    Ok(Some(space.f_bavail * space.f_frsize))
}

/// Whether every page and index of a SQLite file is whole, in words.
pub async fn integrity(db: &Db) -> Result<String, String> {
    let mut conn = db.reader().await.map_err(|error| error.to_string())?;
    match conn.engine() {
        Engine::Sqlite(on) => {
            let found = sqlx::query_scalar::<_, String>("pragma integrity_check").fetch_all(on).await;
            match found.map_err(|error| error.to_string())?.as_slice() {
                [only] if only == "ok" => Ok("every page and index is whole".to_owned()),
                problems => Err(format!("{}. Restore a backup", problems.join("; "))),
            }
        }
        Engine::Postgres(_) => Ok("PostgreSQL looks after its own".to_owned()),
    }
}

/// How long one durable write takes, in words.
pub async fn write_time(db: &Db) -> Result<String, String> {
    let started = std::time::Instant::now();
    db.write(async |conn: &mut Conn<'_>| sql!(conn, execute, "update probe set written_at = written_at where id = 1"))
        .await
        .map_err(|error| error.to_string())?;
    Ok(format!("a durable write took {:.1} ms", started.elapsed().as_secs_f64() * 1000.0))
}

/// Figures for Prometheus.
pub async fn metrics(State(app): State<AppState>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], app.metrics.render())
}

/// The method as a label: a client may invent others, and each would be a figure kept for ever.
fn known_method(method: &Method) -> &str {
    match *method {
        Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::PATCH | Method::DELETE | Method::OPTIONS => {
            method.as_str()
        }
        _ => "OTHER",
    }
}

/// Counts and times every request by its route, never by its ids.
pub async fn measure(request: Request, next: Next) -> Response {
    let started = std::time::Instant::now();
    let method = known_method(request.method()).to_owned();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    let labels = [("method", method), ("route", route), ("status", status)];
    metrics::counter!("candor_http_requests_total", &labels).increment(1);
    metrics::histogram!("candor_http_request_seconds", &labels).record(started.elapsed().as_secs_f64());
    response
}
