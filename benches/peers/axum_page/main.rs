//! `/` as a plain axum handler with a compiled template: the same session, the same queries, the same words, links and
//! forms. `make bench` starts it beside Candor, asks both for the page and says where they differ.

mod frame;
mod home;
mod notice;
mod said;
mod text;

use std::{env, error::Error};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use candor::{
    error::Result,
    features,
    server::{
        auth::{self, Customer, People},
        config::Settings,
        serve,
        sessions::SessionRows,
        state::AppState,
    },
};
use tower_sessions::{SessionStore, session::Id};

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn Error>> {
    let (Ok(addr), Ok(url)) = (env::var("PEER_ADDR"), env::var("DATABASE_URL")) else {
        println!("a peer for `make bench`: PEER_ADDR says where to listen, DATABASE_URL where the data is");
        return Ok(());
    };
    let mut config = Settings { database_url: Some(url), ..Settings::default() }.resolve()?;
    config.today = env::var("CANDOR_TODAY").ok().map(|today| today.parse()).transpose()?;
    // As the Candor beside it, whose demo has a page to pay on.
    config.demo = true;
    let app = serve::state(config).await?;
    let routes = Router::new().route("/", get(page)).with_state(app);
    axum::serve(tokio::net::TcpListener::bind(addr).await?, routes).await?;
    Ok(())
}

async fn page(State(app): State<AppState>, headers: HeaderMap) -> Response {
    let Some(customer) = customer(&app, &headers).await else { return Redirect::to("/sign-in").into_response() };
    match html(&app, customer).await {
        Ok(html) => Html(html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn html(app: &AppState, customer: Customer) -> Result<String> {
    let home = features::home::service::home(app, &customer).await?;
    let viewer = features::sign_in::service::viewer(app, Some(customer.person)).await?;
    Ok(frame::document(&viewer, home::known(viewer.locale, &home)).into_string())
}

/// Whose session the cookie is of: two queries, as in Candor.
async fn customer(app: &AppState, headers: &HeaderMap) -> Option<Customer> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let name = auth::cookie_name(&app.config);
    let id = cookies.split("; ").find_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='))?;
    let session = SessionRows::new(app.db.clone()).load(&id.parse::<Id>().ok()?).await.ok()??;
    let person = session.data.get("axum-login.data")?.get("user_id")?.as_str()?;
    let person = People::new(app.db.clone()).by_id(person).await.ok()??;
    let id = person.customer_id.clone()?;
    Some(Customer { person, id })
}
