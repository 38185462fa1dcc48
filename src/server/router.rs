//! Every address and its handler.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, StatusCode},
    middleware,
    response::Response,
    routing::{MethodRouter, get},
};
use leptos::{prelude::provide_context, server_fn::error::SERVER_FN_ERROR_HEADER};
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    csrf::CsrfLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    services::ServeDir,
    trace::{DefaultOnResponse, TraceLayer},
};

use super::{answers, auth, guard, health, manifest, peer, state::AppState};
use crate::{app, error::AppError, features, ui::Told};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The whole site over one state.
pub fn router(app: AppState) -> Router {
    let pages = generate_route_list(app::App);
    let context = provide(&app);
    let shell = {
        let options = app.leptos.clone();
        move || app::shell(options.clone())
    };
    let site = Router::new()
        .merge(answering(features::routes()))
        .leptos_routes_with_context(&app, pages, context, shell)
        .fallback(render_missing)
        .layer(middleware::map_response(with_true_status))
        .layer(middleware::from_fn_with_state(app.clone(), answers::keep))
        .layer(auth::layer(&app.db, &app.config))
        .layer(middleware::map_response(answers::set_cookie))
        .layer(middleware::from_fn_with_state(app.clone(), guard::with_words))
        .layer(middleware::from_fn_with_state(app.clone(), guard::same_origin_redirects))
        .layer(csrf(&app).with_rejection_response(|_| guard::cross_site()));
    let files = ServeDir::new(&app.config.site_root).precompressed_br().precompressed_gzip();
    Router::new()
        .merge(site)
        .nest_service(
            "/pkg",
            ServeDir::new(format!("{}/pkg", app.config.site_root)).precompressed_br().precompressed_gzip(),
        )
        .nest_service("/fonts", ServeDir::new(format!("{}/fonts", app.config.site_root)))
        .route_service("/favicon.svg", files.clone())
        .route_service("/icon-180.png", files.clone())
        .route_service("/icon-512.png", files.clone())
        .route_service("/plain.css", files.clone())
        .route_service("/robots.txt", files)
        .merge(answering(machine_routes()))
        .layer(DefaultBodyLimit::max(guard::BODY_LIMIT))
        .layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn(guard::known_ids))
                .layer(SetRequestIdLayer::new(REQUEST_ID.clone(), MakeRequestUuid))
                .layer(
                    TraceLayer::new_for_http()
                        .make_span_with(span(&app))
                        .on_response(DefaultOnResponse::new().level(tracing::Level::INFO)),
                )
                .layer(PropagateRequestIdLayer::new(REQUEST_ID.clone()))
                .layer(middleware::from_fn(health::measure))
                .layer(middleware::from_fn_with_state(app.clone(), guard::headers))
                .layer(middleware::from_fn(guard::caching))
                .layer(CompressionLayer::new())
                .layer(CatchPanicLayer::custom(guard::panicked))
                .layer(middleware::from_fn_with_state(app.clone(), guard::by_our_name))
                .layer(middleware::from_fn(guard::plain_paths))
                .layer(middleware::from_fn(guard::timely)),
        )
        .with_state(app)
}

/// Addresses for machines, each with what answers there; the figures have an address of their own.
pub fn machine_routes() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![
        ("/livez", get(health::livez)),
        ("/readyz", get(health::readyz)),
        ("/site.webmanifest", get(manifest::manifest)),
    ]
}

/// What is no page, no server function and no file of the site is served from a list; `tests/access.rs` has a row for
/// each address on one.
fn answering(routes: Vec<(&'static str, MethodRouter<AppState>)>) -> Router<AppState> {
    routes.into_iter().fold(Router::new(), |router, (path, answer)| router.route(path, answer))
}

/// What pages and server functions find in their context.
fn provide(app: &AppState) -> impl Fn() + Clone + Send + Sync + 'static + use<> {
    let app = app.clone();
    move || {
        provide_context(app.leptos.clone());
        provide_context(app.clone());
        if let Some(answer) = answers::of_this_page() {
            provide_context(Told::new(answer));
        }
    }
}

/// One line per request: its id, from where, its route without query (a link's token is in the path's last part and is left
/// out).
fn span(app: &AppState) -> impl Fn(&Request) -> tracing::Span + Clone + use<> {
    let config = app.config.clone();
    move |request| {
        let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
        let path = match request.uri().path() {
            path if !guard::is_plain(path) => "…",
            path if path.starts_with("/sign-in/") => "/sign-in/…",
            path if path.starts_with("/unsubscribe/") => "/unsubscribe/…",
            path => path,
        };
        let address =
            peer::address(request.extensions(), request.headers(), &config.proxies).map(tracing::field::display);
        tracing::info_span!("request", id = id.unwrap_or_default(), address, method = %request.method(), path)
    }
}

/// Refuses what another site made a browser send. Our own address counts as ours behind any proxy.
fn csrf(app: &AppState) -> CsrfLayer {
    CsrfLayer::new().add_trusted_origin(&app.config.base_url).unwrap_or_else(|error| {
        tracing::warn!(%error, "the base URL cannot be trusted as an origin");
        CsrfLayer::new()
    })
}

/// Leptos answers every error of a server function with 500; this gives each its own status. Redirects of plain forms
/// are left as they are.
async fn with_true_status(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR
        || !response.headers().contains_key(SERVER_FN_ERROR_HEADER)
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, guard::BODY_LIMIT).await else {
        return guard::panicked(Box::new("an answer without end"));
    };
    let status =
        serde_json::from_slice::<AppError>(&bytes).ok().and_then(|error| StatusCode::from_u16(error.status()).ok());
    parts.status = status.unwrap_or(parts.status);
    Response::from_parts(parts, axum::body::Body::from(bytes))
}

/// The app's own page for an address that does not exist.
async fn render_missing(State(app): State<AppState>, request: Request) -> Response {
    let options = app.leptos.clone();
    let context = provide(&app);
    let render = leptos_axum::render_app_async_with_context(context, move || app::shell(options.clone()));
    let mut response = render(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
