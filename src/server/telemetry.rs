//! Log lines and reference numbers.

use std::{
    fmt::Display,
    io::IsTerminal,
    sync::{Mutex, OnceLock, PoisonError},
    time::Duration,
};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use super::config::{Config, LogFormat};
use crate::error::AppError;

/// Whether these say which log lines there are.
pub fn are_directives(text: &str) -> bool {
    EnvFilter::try_new(text).is_ok()
}

/// What never becomes a log line, whatever is asked for: addresses that hold a token.
const NEVER: &str = "tower_http::csrf=info";

/// Sends log lines to stderr, for people or as JSON, each inside a request with that request's id. A command that is done when
/// it is done says itself what failed, so that it has no lines of its own unless somebody asks for them.
pub fn start_logs(config: &Config, is_server: bool) {
    let asked = match (&config.log, is_server) {
        (Some(asked), _) => asked.as_str(),
        (None, true) => "info",
        (None, false) => "off",
    };
    let filter = EnvFilter::try_new(asked).unwrap_or_else(|_| EnvFilter::new("info"));
    let filter = match NEVER.parse() {
        Ok(never) => filter.add_directive(never),
        Err(_) => filter,
    };
    let registry = tracing_subscriber::registry().with(filter);
    let has_colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let lines = fmt::layer().with_writer(std::io::stderr).with_target(false).with_ansi(has_colours);
    // A second start, as in tests, keeps the first.
    let _ = match config.log_format {
        LogFormat::Text => registry.with(lines).try_init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
    };
}

/// The last failure of this process, by its reference: a command says at its end why.
static LAST: Mutex<Option<(u32, String)>> = Mutex::new(None);

/// Logs what happened and gives the reference under which it is found there.
pub fn failed(error: &dyn Display) -> u32 {
    let reference = reference();
    tracing::error!(reference = %format_args!("{reference:08X}"), %error, "a request failed");
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some((reference, error.to_string()));
    reference
}

/// Why the last thing failed, where it has this reference.
pub fn reason(reference: u32) -> Option<String> {
    let last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    last.as_ref().filter(|(known, _)| *known == reference).map(|(_, reason)| reason.clone())
}

/// An error in one line for whoever runs the program: they are told why, where a customer is told a number.
pub fn words(error: &AppError) -> String {
    match error {
        AppError::Invalid { problems, .. } => problems
            .iter()
            .map(|problem| format!("{}: {}", problem.field, problem.reason))
            .collect::<Vec<_>>()
            .join(" "),
        AppError::Internal { reference } | AppError::Away { reference } => match reason(*reference) {
            Some(reason) => format!("{}; what was finished before is kept", reason.replace('\n', " ")),
            None => format!("something failed; the log says what under the number {reference:08X}"),
        },
        other => other.to_string(),
    }
}

/// Something about who may do what: in the log with the request, its address and its person, for whoever must find out
/// later what happened.
pub fn security(event: &'static str, about: &str) {
    tracing::info!(event, about, "security");
}

/// Somebody of ours read what a customer told us, and what we know of them.
pub fn looked_at(customer_id: &str, person_id: &str) {
    security("customer_looked_at", &format!("{customer_id} by {person_id}"));
}

/// The one recorder of this process.
pub fn metrics() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let builder = PrometheusBuilder::new().set_buckets_for_metric(
                Matcher::Suffix("_seconds".to_owned()),
                &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0],
            );
            let recorder = match builder {
                Ok(builder) => builder.build_recorder(),
                Err(_) => PrometheusBuilder::new().build_recorder(),
            };
            let handle = recorder.handle();
            let _ = metrics::set_global_recorder(recorder);
            handle
        })
        .clone()
}

/// Keeps the figures small where nobody asks for them; never ends.
pub async fn keep_metrics_small(metrics: PrometheusHandle) {
    let mut every = tokio::time::interval(Duration::from_secs(5));
    loop {
        every.tick().await;
        metrics.run_upkeep();
    }
}

/// A short number to tell a person, that finds the log line; shown in hexadecimal.
pub fn reference() -> u32 {
    rand::random()
}
