//! What a form was answered with, kept for the page it leads to: shown once, to whoever sent it, and gone after an hour. The
//! address of that page carries an id and nothing else, so no word of anybody stands in it and no link can fill a form.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
        header::{ACCEPT, COOKIE, LOCATION, REFERER, SET_COOKIE},
        request::Parts,
    },
    middleware::Next,
    response::Response,
};
use base64::{
    Engine,
    engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD},
};
use leptos::{prelude::use_context, server_fn::error::FromServerFnError};
use leptos_axum::ResponseOptions;
use url::Url;

use super::{
    auth::{self, AuthSession, Person},
    config::Config,
    db::Conn,
    guard::{self, plain_page},
    sessions::hash,
    state::{AppState, state},
};
use crate::{
    error::{Answer, AppError, Result},
    sql,
};

/// What stands in the address of a page that has an answer to show.
const PARAMETER: &str = "told";
/// What the framework writes a refusal into, which is never shown from an address.
const OF_THE_FRAMEWORK: [&str; 2] = ["__path", "__err"];
const KEPT_MS: i64 = 60 * 60 * 1000;
/// As many answers as are kept for one person, and for everybody who is not signed in.
const OF_ONE: i64 = 50;
const OF_STRANGERS: i64 = 1000;
/// As much as somebody who is not signed in may leave with us.
const LONGEST_OF_STRANGERS: usize = 64 * 1024;
/// What opens a door is not kept.
const SECRET: &str = "token";
/// Carries our cookie from where it is decided to where it is set, after the one of the session.
static BROWSER: HeaderName = HeaderName::from_static("x-candor-browser");

/// Keeps what a plain form was refused with, and gives a page the answer its address names.
pub async fn keep(State(app): State<AppState>, session: AuthSession, mut request: Request, next: Next) -> Response {
    let person = session.user.as_ref().map(|person| person.id.clone());
    if is_form(&request) {
        return answered(&app, person, request, next).await;
    }
    if let Some(asked) = Asked::of(&request, person, &app.config)
        && let Some(answer) = taken(&app, asked).await
    {
        request.extensions_mut().insert(answer);
    }
    request = without_answer(request);
    next.run(request).await
}

/// Sets the cookie by which a browser is known again while nobody is signed in with it.
pub async fn set_cookie(mut response: Response) -> Response {
    if let Some(cookie) = response.headers_mut().remove(&BROWSER) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The answer that the page of this request shows; nothing outside a request.
pub fn of_this_page() -> Option<Answer> {
    use_context::<Parts>()?.extensions.get::<Answer>().cloned()
}

/// Leads the browser to `path`, where it is said once that `what` is done.
pub async fn lead(path: &str, what: &str) {
    lead_about(path, what, "").await;
}

/// The same, with the id of the thing it was done to.
pub async fn lead_about(path: &str, what: &str, about: &str) {
    let Some(parts) = use_context::<Parts>() else { return };
    let holder = match auth::person() {
        Ok(person) => Holder::Person(person.id),
        Err(_) => Holder::of_browser(&parts.headers, &state().config),
    };
    lead_for(holder, path, what, about).await;
}

/// The same for whoever was signed in a moment ago and is not any more.
pub async fn lead_out(path: &str, what: &str) {
    let Some(parts) = use_context::<Parts>() else { return };
    lead_for(Holder::of_browser(&parts.headers, &state().config), path, what, "").await;
}

async fn lead_for(holder: Holder, path: &str, what: &str, about: &str) {
    let app = state();
    if let (Some(cookie), Some(response)) = (holder.cookie(&app.config), use_context::<ResponseOptions>()) {
        response.insert_header(BROWSER.clone(), cookie);
    }
    let done = Answer::Done { what: what.to_owned(), about: about.to_owned() };
    match save(&app, &holder, &done).await {
        Ok(id) => leptos_axum::redirect(&with_answer(path, &id)),
        Err(error) => {
            tracing::warn!(%error, "what was done is not said on its page");
            leptos_axum::redirect(path);
        }
    }
}

/// Keeps what `person` was refused for outside the server functions, and gives the address of the page that shows it once.
pub async fn refused(app: &AppState, person: &Person, form: &str, error: AppError, typed: &[(&str, &str)]) -> String {
    let typed = typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let refused = Answer::Refused { action: form.to_owned(), error, typed };
    match save(app, &Holder::Person(person.id.clone()), &refused).await {
        Ok(id) => with_answer(form, &id),
        Err(error) => {
            tracing::error!(%error, "a refused form was not kept");
            form.to_owned()
        }
    }
}

/// From here on this browser is known as this person's: what somebody else left in it is not theirs to see.
pub fn signed_in(person: &Person) {
    let (Some(parts), Some(response)) = (use_context::<Parts>(), use_context::<ResponseOptions>()) else { return };
    let app = state();
    let mark = mark(&person.id);
    let known = Known::of(&parts.headers, &app.config).filter(|known| known.mark.as_ref().is_none_or(|by| *by == mark));
    let id = known.map_or_else(new_secret, |known| known.id);
    if let Some(cookie) = cookie(&app.config, &format!("{id}.{mark}")) {
        response.insert_header(BROWSER.clone(), cookie);
    }
}

/// Forgets what is older than an hour.
pub async fn forget(app: &AppState) -> Result<()> {
    let before = app.clock.now_ms() - KEPT_MS;
    let text = "delete from form_answers where made_at <= $1";
    app.db.write(async |conn: &mut Conn<'_>| sql!(conn, execute, text, before)).await?;
    Ok(())
}

fn is_form(request: &Request) -> bool {
    request.method() == Method::POST && request.uri().path().starts_with("/api/") && accepts_html(request.headers())
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|types| types.contains("text/html"))
}

/// Lets the form be answered; a refusal is kept, with all that was typed, and the browser led back to its page.
async fn answered(app: &AppState, person: Option<String>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, guard::BODY_LIMIT).await else {
        return plain_page(
            StatusCode::PAYLOAD_TOO_LARGE,
            "This is too long for us",
            "Nothing was sent on. Go back in your browser: what you wrote should still be there. Make it shorter, and try again.",
        );
    };
    // The framework tells a refusal to a page alone, and only by an address it can read.
    let page = parts.headers.get(REFERER).and_then(|value| Url::parse(value.to_str().ok()?).ok());
    if page.is_none() {
        parts.headers.insert(REFERER, HeaderValue::from_static("http://here.invalid/"));
    }
    let (action, headers) = (parts.uri.path().to_owned(), parts.headers.clone());
    let mut response = next.run(Request::from_parts(parts, Body::from(bytes.clone()))).await;
    let leads_to = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let Some(leads_to) = leads_to.and_then(|value| Url::parse(value).ok()) else { return response };
    let path = path_of(&leads_to);
    let mut location = path.clone();
    if let Some(error) = refusal(&leads_to) {
        let holder = person.map_or_else(|| Holder::of_browser(&headers, &app.config), Holder::Person);
        let typed = holder.may_leave(typed(&bytes));
        match save(app, &holder, &Answer::Refused { action, error: error.clone(), typed }).await {
            Ok(id) => location = with_answer(&path, &id),
            Err(error) => tracing::error!(%error, "a refused form was not kept"),
        }
        if error == AppError::SignIn {
            location = door(&location);
        }
        if let Some(cookie) = holder.cookie(&app.config) {
            response.headers_mut().insert(BROWSER.clone(), cookie);
        }
    }
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

/// The door, which leads on to this page of ours.
pub fn door(page: &str) -> String {
    if page == "/" {
        return "/sign-in".to_owned();
    }
    let mut address = String::from("/sign-in?to=");
    address.extend(url::form_urlencoded::byte_serialize(page.as_bytes()));
    address
}

/// What the framework wrote into the address of a refused form.
fn refusal(leads_to: &Url) -> Option<AppError> {
    let (_, kept) = leads_to.query_pairs().find(|(name, _)| name == "__err")?;
    let error = URL_SAFE.decode(kept.as_bytes()).ok()?;
    Some(AppError::de(error.into()))
}

/// An address of ours without its origin, what the framework wrote into it, and an answer from before.
fn path_of(address: &Url) -> String {
    let kept: Vec<_> = address.query_pairs().filter(|(name, _)| !is_ours(name)).collect();
    if kept.is_empty() {
        return address.path().to_owned();
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    format!("{}?{query}", address.path())
}

fn is_ours(name: &str) -> bool {
    name == PARAMETER || OF_THE_FRAMEWORK.contains(&name)
}

/// `/bills?page=2#top` with the id of an answer in it.
fn with_answer(path: &str, id: &str) -> String {
    let (path, place) = path.split_once('#').map_or((path, String::new()), |(path, place)| (path, format!("#{place}")));
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{PARAMETER}={id}{place}")
}

/// Every field that was sent, but for what opens a door.
fn typed(body: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body)
        .filter(|(name, _)| name != SECRET)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// What a request asks for, and who asks.
struct Asked {
    id_hash: String,
    person: String,
    browser: String,
}

impl Asked {
    /// Nothing where the address of the request names no answer.
    fn of(request: &Request, person: Option<String>, config: &Config) -> Option<Self> {
        let query = request.uri().query().filter(|_| request.method() == Method::GET)?;
        let (_, id) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == PARAMETER)?;
        let browser = Known::of(request.headers(), config).map(|known| hash(known.id.as_bytes()));
        Some(Self {
            id_hash: hash(id.as_bytes()),
            person: person.unwrap_or_default(),
            browser: browser.unwrap_or_default(),
        })
    }
}

/// The answer, if it is for whoever asks; it is gone then.
async fn taken(app: &AppState, asked: Asked) -> Option<Answer> {
    // Anybody can make up an address: only an id that is there costs a write.
    let text = "select id_hash from form_answers where id_hash = $1";
    let known = sql!(app.db.reader().await.ok()?, scalars as String, text, &asked.id_hash);
    if known.is_ok_and(|known| known.is_empty()) {
        return None;
    }
    let since = app.clock.now_ms() - KEPT_MS;
    let text = "delete from form_answers
                where id_hash = $1 and made_at > $2 and (person_id = $3 or browser_hash = $4) returning answer";
    let taken = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, scalars as String, text, &asked.id_hash, since, &asked.person, &asked.browser)
        })
        .await;
    match taken {
        Ok(answers) => serde_json::from_str(answers.first()?).ok(),
        Err(error) => {
            tracing::warn!(%error, "an answer was not found");
            None
        }
    }
}

/// The request without the answer in its address, and without what the framework would believe from it. Whoever is still to
/// sign in keeps the id: the page they wanted is found again with it.
fn without_answer(mut request: Request) -> Request {
    let is_signed_in = request.extensions().get::<AuthSession>().is_some_and(|session| session.user.is_some());
    let is_found = request.extensions().get::<Answer>().is_some();
    let uri = request.uri();
    let Some(query) = uri.query() else { return request };
    let is_left = |name: &str| match name {
        PARAMETER => !is_signed_in && !is_found,
        name => !OF_THE_FRAMEWORK.contains(&name),
    };
    let left: Vec<&str> = query.split('&').filter(|pair| is_left(pair.split('=').next().unwrap_or_default())).collect();
    if left.len() == query.split('&').count() {
        return request;
    }
    let path = if left.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), left.join("&")) };
    if let Ok(uri) = path.parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    request
}

/// For whom an answer is kept.
enum Holder {
    Person(String),
    /// A browser nobody is signed in with; `is_new` where it has no cookie of ours yet.
    Browser {
        id: String,
        is_new: bool,
    },
}

impl Holder {
    fn of_browser(headers: &HeaderMap, config: &Config) -> Self {
        match Known::of(headers, config) {
            Some(known) => Holder::Browser { id: known.id, is_new: false },
            None => Holder::Browser { id: new_secret(), is_new: true },
        }
    }

    /// The cookie to set, where the browser has none.
    fn cookie(&self, config: &Config) -> Option<HeaderValue> {
        match self {
            Holder::Browser { id, is_new: true } => cookie(config, id),
            _ => None,
        }
    }

    fn may_leave(&self, typed: Vec<(String, String)>) -> Vec<(String, String)> {
        let length: usize = typed.iter().map(|(name, value)| name.len() + value.len()).sum();
        if matches!(self, Holder::Browser { .. }) && length > LONGEST_OF_STRANGERS { Vec::new() } else { typed }
    }
}

/// A browser as its cookie says it: its id, and by whom it was last signed in.
struct Known {
    id: String,
    mark: Option<String>,
}

impl Known {
    fn of(headers: &HeaderMap, config: &Config) -> Option<Self> {
        let name = cookie_name(config);
        let value = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|all| all.to_str().ok())
            .flat_map(|all| all.split(';'))
            .find_map(|one| {
            one.trim().split_once('=').filter(|(named, _)| *named == name).map(|(_, value)| value.to_owned())
        })?;
        let (id, mark) = value.split_once('.').map_or((value.as_str(), None), |(id, mark)| (id, Some(mark.to_owned())));
        (id.len() == new_secret().len()).then(|| Self { id: id.to_owned(), mark })
    }
}

fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-candor-browser" } else { "candor-browser" }
}

fn cookie(config: &Config, value: &str) -> Option<HeaderValue> {
    let secure = if config.is_https() { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{}={value}; HttpOnly; SameSite=Lax; Path=/{secure}", cookie_name(config))).ok()
}

/// What a browser remembers of a person: enough to tell one from another, and not who it is.
fn mark(person_id: &str) -> String {
    hash(person_id.as_bytes()).chars().take(16).collect()
}

fn new_secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
}

/// Keeps an answer and gives its id.
async fn save(app: &AppState, holder: &Holder, answer: &Answer) -> Result<String> {
    let id = new_secret();
    let now = app.clock.now_ms();
    let (id_hash, text) = (hash(id.as_bytes()), serde_json::to_string(answer).map_err(AppError::internal)?);
    let (person, browser) = match holder {
        Holder::Person(id) => (Some(id.as_str()), None),
        Holder::Browser { id, .. } => (None, Some(hash(id.as_bytes()))),
    };
    app.db
        .write(async |conn: &mut Conn<'_>| {
            sql!(
                conn,
                execute,
                "insert into form_answers (id_hash, person_id, browser_hash, answer, made_at) values ($1, $2, $3, $4, $5)",
                &id_hash,
                person,
                browser.as_deref(),
                &text,
                now
            )?;
            let of_holder = "delete from form_answers where coalesce(person_id, '') = $1 and id_hash not in (
                 select id_hash from form_answers where coalesce(person_id, '') = $1
                 order by made_at desc, id_hash limit $2)";
            let many = if person.is_some() { OF_ONE } else { OF_STRANGERS };
            sql!(conn, execute, of_holder, person.unwrap_or_default(), many)
        })
        .await?;
    Ok(id)
}
