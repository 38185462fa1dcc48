//! Listening, and stopping without dropping anyone.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use axum::{Router, routing::get};
use leptos::prelude::LeptosOptions;
use tokio::net::TcpListener;

use super::{
    answers,
    clock::Clock,
    config::Config,
    connections,
    db::{self, Claim, Db, OpenError},
    demo,
    health::{self, Found},
    jobs::Jobs,
    live::Live,
    mail::{MailSetupError, Mailer},
    router::router,
    state::AppState,
    telemetry,
};
use crate::{
    error::AppError,
    features::{billing, customers, imports, looks, mails},
};

/// How long requests and jobs under way may take once we were asked to stop.
const PATIENCE: Duration = Duration::from_secs(9);
/// What jobs have beyond that: they wait for the requests.
const JOBS_LONGER: Duration = Duration::from_secs(2);
/// As many connections as whoever reads the figures may have.
const ROOM_FOR_METRICS: usize = 32;
/// How often what is due with billing is looked for.
const BILLING_ROUND: Duration = Duration::from_secs(15);
/// How often answers that nobody came for are forgotten.
const ANSWERS_ROUND: Duration = Duration::from_secs(10 * 60);
/// How often it is asked whether a look is due.
const LOOK_ROUND: Duration = Duration::from_secs(15);
/// How often what waits to be sent is looked for.
const MAIL_ROUND: Duration = Duration::from_secs(30);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error(transparent)]
    Mail(#[from] MailSetupError),
    #[error("could not listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    #[error(transparent)]
    Demo(#[from] demo::DemoError),
    #[error("could not settle what was interrupted: {}", telemetry::words(.0))]
    Interrupted(#[from] AppError),
}

/// Opens the database and puts the parts together.
pub async fn state(config: Config) -> Result<AppState, StartError> {
    let db = Db::open_with(&config.database_url, config.database_connections).await?;
    customers::service::fold_all(&db).await?;
    let mailer = Mailer::from_config(&config)?;
    let hash_files = std::env::current_exe()
        .ok()
        .and_then(|program| Some(program.parent()?.join("hash.txt")))
        .is_some_and(|hashes| hashes.exists());
    let leptos = LeptosOptions::builder()
        .output_name("candor")
        .site_root(config.site_root.clone())
        .site_pkg_dir("pkg")
        .site_addr(config.addr)
        .hash_files(hash_files)
        .build();
    let clock = Clock { fixed: config.today };
    Ok(AppState {
        db,
        mailer,
        clock,
        leptos,
        metrics: telemetry::metrics(),
        live: Live::default(),
        found: Found::default(),
        config: Arc::new(config),
    })
}

/// Serves until SIGTERM or Ctrl-C, then lets requests under way finish.
pub async fn serve(config: Config) -> Result<(), StartError> {
    if config.demo {
        demo::check(&config)?;
    }
    let mut app = state(config).await?;
    if app.config.demo {
        app.clock.fixed = Some(demo::seed(&app).await?);
    } else {
        demo::check_is_none(&app.db).await?;
    }
    let _claim = claim(&app);
    if !health::has_site(&app.config.site_root) {
        tracing::warn!(
            folder = app.config.site_root,
            "the styles and scripts of the pages are not there: run make build, or set CANDOR_SITE_ROOT"
        );
    }
    imports::service::settle_interrupted(&app).await?;
    tokio::spawn(telemetry::keep_metrics_small(app.metrics.clone()));
    let listener =
        TcpListener::bind(app.config.addr).await.map_err(|error| StartError::Listen(app.config.addr, error))?;
    let (stopping, stopped) = tokio::sync::watch::channel(false);
    let room = connections::room();
    if let Some(addr) = app.config.metrics_addr {
        let metrics = TcpListener::bind(addr).await.map_err(|error| StartError::Listen(addr, error))?;
        let routes = Router::new().route("/metrics", get(health::metrics)).with_state(app.clone());
        tokio::spawn(connections::serve(metrics, routes, ROOM_FOR_METRICS, stopped.clone()));
    }
    tracing::info!(address = %app.config.base_url, database = app.db.engine_name(), "Candor is listening");
    let live = app.live.clone();
    let mut jobs = Jobs::new(stopped.clone());
    jobs.every("billing", BILLING_ROUND, billing::service::rounds(&app));
    jobs.every("messages to billing", BILLING_ROUND, billing::service::messages(&app));
    jobs.every("answers to forms", ANSWERS_ROUND, {
        let app = app.clone();
        move |_| {
            let app = app.clone();
            async move { answers::forget(&app).await }
        }
    });
    jobs.every("looks for notices", LOOK_ROUND, looks::service::rounds(&app));
    jobs.every("mails of notices", MAIL_ROUND, mails::service::rounds(&app));
    let serving = connections::serve(listener, router(app.clone()), room, stopped.clone());
    let asked_at: Arc<OnceLock<Instant>> = Arc::default();
    let asked = asked_at.clone();
    tokio::spawn(async move {
        asked_to_stop().await;
        let _ = asked.set(Instant::now());
        tracing::info!("stopping: no new requests, finishing those under way");
        live.stop();
        let _ = stopping.send(true);
    });
    let out_of_patience = async {
        let mut stopped = stopped;
        let _ = stopped.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(PATIENCE).await;
    };
    tokio::select! {
        () = serving => {}
        () = out_of_patience => {}
    }
    let left = asked_at.get().map_or(Duration::ZERO, |at| PATIENCE.saturating_sub(at.elapsed()));
    jobs.finish(left + JOBS_LONGER).await;
    // What was acknowledged is on disk: whoever still reads is not waited for.
    let _ = tokio::time::timeout(Duration::from_millis(500), app.db.close()).await;
    Ok(())
}

/// Says that this process serves a SQLite file, or that another one does too: nothing is lost then, but neither hears at once
/// of the notes that the other keeps.
fn claim(app: &AppState) -> Option<Claim> {
    if app.db.engine_name() != "sqlite" {
        return None;
    }
    match db::claim(&app.config.database_url) {
        Ok(Some(claim)) => return Some(claim),
        Ok(None) => tracing::warn!(
            "another Candor serves this file already: pages that are open here do not hear at once of notes written there. \
             Several processes belong on PostgreSQL"
        ),
        Err(error) => tracing::warn!(%error, "it could not be found out whether another Candor serves this file"),
    }
    None
}

async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupt = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}
