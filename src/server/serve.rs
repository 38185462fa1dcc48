//! Listening, and stopping without dropping anyone.

use std::{
    future::IntoFuture,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use axum::{Router, routing::get};
use leptos::prelude::LeptosOptions;
use tokio::net::TcpListener;

use super::{
    clock::Clock,
    config::Config,
    db::{Db, OpenError},
    demo, health,
    jobs::Jobs,
    live::Live,
    mail::{MailSetupError, Mailer},
    router::router,
    state::AppState,
    telemetry,
};
use crate::{
    error::AppError,
    features::{billing, customers, imports, mails},
};

/// How long requests and jobs under way may take once we were asked to stop.
const PATIENCE: Duration = Duration::from_secs(9);
/// What jobs have beyond that: they wait for the requests.
const JOBS_LONGER: Duration = Duration::from_secs(2);
/// How often what is due with billing is looked for.
const BILLING_ROUND: Duration = Duration::from_secs(15);
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
    #[error("could not seed the demo: {0}")]
    Demo(#[from] demo::DemoError),
    #[error("could not settle what was interrupted: {0}")]
    Interrupted(#[from] AppError),
    #[error("the server stopped: {0}")]
    Stopped(std::io::Error),
}

/// Opens the database and puts the parts together.
pub async fn state(config: Config) -> Result<AppState, StartError> {
    let db = Db::open(&config.database_url).await?;
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
        config: Arc::new(config),
    })
}

/// Serves until SIGTERM or Ctrl-C, then lets requests under way finish.
pub async fn serve(config: Config) -> Result<(), StartError> {
    let mut app = state(config).await?;
    if app.config.demo {
        app.clock.fixed = Some(demo::seed(&app).await?);
    }
    imports::service::settle_interrupted(&app).await?;
    tokio::spawn(telemetry::keep_metrics_small(app.metrics.clone()));
    let listener =
        TcpListener::bind(app.config.addr).await.map_err(|error| StartError::Listen(app.config.addr, error))?;
    if let Some(addr) = app.config.metrics_addr {
        let metrics = TcpListener::bind(addr).await.map_err(|error| StartError::Listen(addr, error))?;
        let routes = Router::new().route("/metrics", get(health::metrics)).with_state(app.clone());
        tokio::spawn(axum::serve(metrics, routes).into_future());
    }
    tracing::info!(address = %app.config.base_url, database = app.db.engine_name(), "Candor is listening");
    let live = app.live.clone();
    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, stopped) = tokio::sync::watch::channel(false);
    let mut jobs = Jobs::new(stopped.clone());
    jobs.every("billing", BILLING_ROUND, billing::service::rounds(&app));
    jobs.every("messages to billing", BILLING_ROUND, billing::service::messages(&app));
    jobs.every("mails of notices", MAIL_ROUND, mails::service::rounds(&app));
    let asked_at: Arc<OnceLock<Instant>> = Arc::default();
    let asked = asked_at.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
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
    let ended = tokio::select! {
        ended = server.into_future() => ended.map_err(StartError::Stopped),
        () = out_of_patience => Ok(()),
    };
    let left = asked_at.get().map_or(Duration::ZERO, |at| PATIENCE.saturating_sub(at.elapsed()));
    jobs.finish(left + JOBS_LONGER).await;
    // What was acknowledged is on disk: whoever still reads is not waited for.
    let _ = tokio::time::timeout(Duration::from_millis(500), app.db.close()).await;
    ended
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
