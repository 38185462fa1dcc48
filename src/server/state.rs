//! What every handler can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::prelude::{LeptosOptions, expect_context};
use metrics_exporter_prometheus::PrometheusHandle;

use super::{clock::Clock, config::Config, db::Db, health::Found, live::Live, mail::Mailer};

/// The parts of a running Candor. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub db: Db,
    pub config: Arc<Config>,
    pub clock: Clock,
    /// `None` where no mail server is set.
    pub mailer: Option<Mailer>,
    pub leptos: LeptosOptions,
    pub metrics: PrometheusHandle,
    /// What is written while pages are open.
    pub live: Live,
    /// Whether the database took a write when somebody last asked.
    pub found: Found,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

/// The state of the process that renders this page or runs this server function.
pub fn state() -> AppState {
    expect_context()
}
