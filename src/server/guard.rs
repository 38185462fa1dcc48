//! Headers, limits and the pages for what goes wrong outside the app.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;

use url::{Host, Url};

use super::{auth, peer, state::AppState, telemetry};
use crate::error::AppError;

/// The largest body of a form or a call; files have a limit of their own.
pub const BODY_LIMIT: usize = 256 * 1024;
/// Where files are sent to.
pub const UPLOADS: &str = "/admin/import";
/// The longest a page may take.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// What a page may load and run: our own files, and scripts with this answer's nonce. WebKit refuses WASM under
/// `strict-dynamic` alone, so `'self'` stays.
pub fn content_security_policy(nonce: Option<&str>) -> String {
    let nonce = nonce.map(|nonce| format!(" 'nonce-{nonce}'")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'{nonce} 'wasm-unsafe-eval'; style-src 'self'{nonce}; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

/// Gives up on what takes too long; uploads may take as long as a slow line needs.
pub async fn timely(request: Request, next: Next) -> Response {
    let is_upload = request.method() == Method::POST && request.uri().path() == UPLOADS;
    if is_upload {
        return next.run(request).await;
    }
    tokio::time::timeout(TIMEOUT, next.run(request)).await.unwrap_or_else(|_| too_slow())
}

/// Puts the headers every answer needs on it; a page has set its own policy, with its nonce.
pub async fn headers(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let is_file = is_static(request.uri().path());
    let mut response = next.run(request).await;
    let is_away = response.status() == StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    if let Ok(policy) = HeaderValue::from_str(&content_security_policy(None)) {
        set(header::CONTENT_SECURITY_POLICY, policy);
    }
    set(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    set(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    set(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    set(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    set(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    set(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    );
    if is_away {
        set(header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    if app.config.is_https() {
        // Of this name alone: what else the company runs beside it is not ours to promise.
        set(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
    if !is_file {
        // A page is about one person: no shared cache may keep it, and Back after signing out shows nothing.
        set(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

fn is_static(path: &str) -> bool {
    path.starts_with("/pkg/")
        || path.starts_with("/fonts/")
        || matches!(path, "/favicon.svg" | "/icon-180.png" | "/icon-512.png" | "/robots.txt" | "/plain.css")
}

/// Files whose name holds their hash may be kept for ever, the others for a day.
pub async fn caching(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let keep = if path.starts_with("/pkg/") {
        Some("public, max-age=31536000, immutable")
    } else if is_static(path) {
        Some("public, max-age=86400")
    } else {
        None
    };
    let mut response = next.run(request).await;
    if let Some(keep) = keep
        && response.status().is_success()
    {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    }
    response
}

/// Keeps the redirects of plain forms on this site: a server function sends the browser back to its `Referer`, which a
/// stranger could have chosen.
///
/// Our own address counts as ours too: a proxy may have put another name into `Host`.
pub async fn same_origin_redirects(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
    let is_ours = |address: &str| match address.split_once("://") {
        Some(("http" | "https", rest)) => {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            Some(authority) == host.as_deref()
                || app.config.base_url.split_once("://").is_some_and(|(_, our)| our == authority)
        }
        Some(_) => false,
        None => address.starts_with('/') && !address.starts_with("//") && !address.contains('\\'),
    };
    let referer_is_ours =
        request.headers().get(header::REFERER).and_then(|value| value.to_str().ok()).is_some_and(is_ours);
    if !referer_is_ours && request.headers().contains_key(header::REFERER) {
        request.headers_mut().insert(header::REFERER, HeaderValue::from_static("/"));
    }
    let mut response = next.run(request).await;
    let leads_away =
        response.headers().get(header::LOCATION).is_some_and(|location| !location.to_str().is_ok_and(is_ours));
    if leads_away {
        response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/"));
    }
    response
}

/// Answers with a page of ours where the layers that read the session could not: they answer an error with nothing at all.
/// What they take back, the cookie of a session, is also taken back the way the browser was given it.
pub async fn with_words(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let is_sign_out = request.method() == Method::POST && request.uri().path().ends_with("/sign_in/sign_out");
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_none_or(|accept| accept.contains("text/html") || accept.contains("*/*"));
    let is_call = request.uri().path().starts_with("/api/") && !wants_page;
    let mut response = next.run(request).await;
    secure_removal(&mut response, &app);
    if response.status() == StatusCode::UNAUTHORIZED {
        telemetry::security("not_signed_in", "");
    }
    if !response.status().is_server_error() || response.headers().contains_key(header::CONTENT_TYPE) {
        return response;
    }
    let reference = telemetry::failed(&"the session could not be read or kept");
    let set_cookie = response.headers_mut().remove(header::SET_COOKIE);
    let mut page = match (is_call, is_sign_out) {
        (true, _) => {
            let error = AppError::Away { reference };
            let headers = [(SERVER_FN_ERROR_HEADER, "/"), (header::CONTENT_TYPE.as_str(), "application/json")];
            (StatusCode::SERVICE_UNAVAILABLE, headers, serde_json::to_string(&error).unwrap_or_default())
                .into_response()
        }
        (false, true) => plain_page(
            StatusCode::SERVICE_UNAVAILABLE,
            "You are still signed in",
            &format!(
                "We cannot reach our own records at the moment, so we could not sign you out. Please try again in a \
                 minute; if it lasts, tell us the number {reference:08X}. On a computer that others use, clear the cookies \
                 of this site before you go."
            ),
        ),
        (false, false) => plain_page(
            StatusCode::SERVICE_UNAVAILABLE,
            "Something went wrong on our side",
            &AppError::Away { reference }.to_string(),
        ),
    };
    if let Some(cookie) = set_cookie {
        page.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    page
}

/// A browser keeps a `__Host-` cookie that is taken back without `Secure`.
fn secure_removal(response: &mut Response, app: &AppState) {
    if !app.config.is_https() {
        return;
    }
    let removal = format!("{}=;", auth::cookie_name(&app.config));
    let headers = response.headers_mut();
    let cookies: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        let text = cookie.to_str().unwrap_or_default();
        let whole = match text.starts_with(&removal) && !text.contains("Secure") {
            true => HeaderValue::from_str(&format!("{text}; Secure; HttpOnly; SameSite=Lax")).ok(),
            false => None,
        };
        headers.append(header::SET_COOKIE, whole.unwrap_or(cookie));
    }
}

/// Whether a path says where it leads: one with dots to resolve, or with nothing between two slashes, leads elsewhere for the
/// router than for a proxy or a log.
pub fn is_plain(path: &str) -> bool {
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let dots = segment.to_ascii_lowercase().replace("%2e", ".");
        if dots == "." || dots == ".." || segment.contains('\\') || (segment.is_empty() && segments.peek().is_some()) {
            return false;
        }
    }
    path.starts_with('/')
}

/// Nothing is found at an address that is another one in disguise.
pub async fn plain_paths(request: Request, next: Next) -> Response {
    if is_plain(request.uri().path()) {
        return next.run(request).await;
    }
    plain_page(StatusCode::NOT_FOUND, "We could not find that page", "The address may be mistyped.")
}

/// Answers by the name we are known by alone. Another name that leads here may be a stranger's, whose page a browser would
/// then take for one of ours. An address in digits is nobody's to give away, and a proxy that we trust may have put a name of
/// its own there; machines that ask whether we are well, or bring what they signed, call us what they like.
pub async fn by_our_name(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or_default());
    let is_known = host.is_none_or(|host| is_our_name(host, &app.config.base_url))
        || is_for_machines(request.uri().path())
        || peer::is_proxy(request.extensions(), &app.config.proxies);
    if is_known {
        return next.run(request).await;
    }
    telemetry::security("other_host_refused", "");
    plain_page(
        StatusCode::MISDIRECTED_REQUEST,
        "This is not our address",
        "Candor is here, but it is known by another name. Open it by the address that stands in its mails.",
    )
}

fn is_for_machines(path: &str) -> bool {
    matches!(path, "/livez" | "/readyz") || path.starts_with("/webhooks/")
}

/// Whether a `Host` may be ours: the name in our own address, where that is one others know, or no name at all.
fn is_our_name(host: &str, base_url: &str) -> bool {
    let here = |host: Host<String>| match host {
        Host::Domain(name) => (name == "localhost" || name.ends_with(".localhost")).then_some(name),
        address => Some(address.to_string()),
    };
    let named = |address: &str| match Url::parse(address).ok()?.host()?.to_owned() {
        Host::Domain(name) => Some(Host::Domain(name.trim_end_matches('.').to_owned())),
        address => Some(address),
    };
    let Some(ours) = named(base_url).filter(|ours| here(ours.clone()).is_none()) else { return true };
    named(&format!("http://{host}")).is_some_and(|host| host == ours || here(host).is_some())
}

/// A number that a request brings along stands in our log: a short one, or we make our own.
pub async fn known_ids(mut request: Request, next: Next) -> Response {
    let name = HeaderName::from_static("x-request-id");
    let is_id = |value: &HeaderValue| {
        let bytes = value.as_bytes();
        (1..=64).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    if request.headers().get(&name).is_some_and(|value| !is_id(value)) {
        request.headers_mut().remove(&name);
    }
    next.run(request).await
}

/// A whole small page for what cannot be rendered by the app: it needs no script and no database.
pub fn plain_page(status: StatusCode, title: &str, words: &str) -> Response {
    let body = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/plain.css\"></head>\
         <body><main><h1>{title}</h1><p>{words}</p><p><a href=\"/\">Back to the start</a></p></main></body></html>"
    );
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}

/// The answer to a request that another site made a browser send.
pub fn cross_site() -> Response {
    telemetry::security("cross_site_refused", "");
    plain_page(
        StatusCode::FORBIDDEN,
        "That did not come from our own page",
        "Another site asked for this in your name, so we did nothing. Open the page yourself and try again.",
    )
}

/// The answer to what took longer than [`TIMEOUT`].
fn too_slow() -> Response {
    plain_page(
        StatusCode::SERVICE_UNAVAILABLE,
        "This took too long",
        "We stopped after half a minute. What you sent may still be under way: look before you send it again.",
    )
}

/// The answer when a handler panicked; the log has the details.
pub fn panicked(_: Box<dyn std::any::Any + Send>) -> Response<Body> {
    let reference = super::telemetry::reference();
    tracing::error!(reference = %format_args!("{reference:08X}"), "a handler panicked");
    plain_page(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong on our side",
        &format!("Nothing was changed. Please try again; if it happens again, tell us the number {reference:08X}."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_name_is_not_ours_where_we_have_one() {
        let ours = "https://portal.example";
        for host in
            ["portal.example", "Portal.Example:443", "portal.example.", "127.0.0.1:3000", "[::1]", "localhost:8080"]
        {
            assert!(is_our_name(host, ours), "{host}");
        }
        for host in [
            "rebound.example",
            "portal.example.rebound.example",
            "x.portal.example",
            "",
            "a b",
            "portal.example@x.example",
        ] {
            assert!(!is_our_name(host, ours), "{host}");
        }
        for ours in ["http://127.0.0.1:3000", "http://localhost:3000", "http://10.0.0.7"] {
            assert!(is_our_name("any.example", ours), "nobody was told a name: {ours}");
        }
    }

    #[test]
    fn an_address_in_disguise_is_none() {
        for plain in
            ["/", "/bills", "/bills/", "/sign-in/T", "/bills/A%2F1", "/bills/a.b", "/pkg/candor.css", "/bills/..."]
        {
            assert!(is_plain(plain), "{plain}");
        }
        for other in
            ["/./sign-in/T", "/x/%2e%2e/sign-in/T", "/x/.%2E/admin", "/staff/../admin", "//admin", "/staff/\\..", "*"]
        {
            assert!(!is_plain(other), "{other}");
        }
    }
}
