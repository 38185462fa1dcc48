//! Who is asking to sign in, out or to end a session; then one call.

use leptos::prelude::*;

use super::{Doors, OpenLink, SignedInBrowser, Viewer};
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    use crate::error::{AppError, Result};
    pub use crate::server::{
        answers, auth, peer,
        sessions::{USER_AGENT, token_hash},
        state::{AppState, state},
        telemetry,
    };

    /// The network the request came from, for the limits on tries.
    pub fn network(app: &AppState) -> String {
        let address = leptos::prelude::use_context::<axum::http::request::Parts>()
            .and_then(|parts| peer::address(&parts.extensions, &parts.headers, &app.config.proxies));
        address.map_or_else(|| "unknown".to_owned(), |address| peer::network(address).to_string())
    }

    /// Asks the browser to forget what it kept of these pages.
    pub fn clear_browser() {
        if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
            let name = axum::http::HeaderName::from_static("clear-site-data");
            response.insert_header(name, axum::http::HeaderValue::from_static("\"storage\""));
        }
    }

    /// Makes this browser the person's: a new session id, so that an id planted before is worth nothing.
    pub async fn sign_in(person: &auth::Person) -> Result<()> {
        let mut session = auth::session().ok_or(AppError::SignIn)?;
        crate::features::sign_in::service::make_room(&state(), person).await?;
        session.session.flush().await.map_err(AppError::internal)?;
        session.session.cycle_id().await.map_err(AppError::internal)?;
        session.login(person).await.map_err(AppError::internal)?;
        telemetry::security("signed_in", &format!("{} as {}", person.id, person.role));
        let user_agent = leptos::prelude::use_context::<axum::http::request::Parts>()
            .and_then(|parts| parts.headers.get("user-agent")?.to_str().ok().map(str::to_owned));
        if let Some(user_agent) = user_agent {
            let short: String = user_agent.chars().take(300).collect();
            session.session.insert(USER_AGENT, short).await.map_err(AppError::internal)?;
        }
        answers::signed_in(person);
        Ok(())
    }

    /// The hash of the session this request came with.
    pub fn this_session() -> String {
        auth::session().and_then(|session| session.session.id()).map(|id| token_hash(&id)).unwrap_or_default()
    }
}

/// For anyone: the company's name, who is signed in, and how much they have not read.
#[server(endpoint = "sign_in/viewer")]
pub async fn load_viewer() -> Result<Viewer> {
    super::service::viewer(&asked::state(), asked::auth::person().ok()).await
}

/// For anyone: the ways in.
#[server(endpoint = "sign_in/doors")]
pub async fn load_doors() -> Result<Doors> {
    super::service::doors(&asked::state()).await
}

/// For anyone: a link by e-mail, where the address is known; it leads on to the page of ours at `to`.
#[server(endpoint = "sign_in/ask_link")]
pub async fn ask_link(email: String, to: Option<String>) -> Result<()> {
    let app = asked::state();
    let to = to.unwrap_or_default();
    super::service::ask_link(&app, &email, &to, &asked::network(&app)).await?;
    asked::answers::lead(&asked::answers::door(&to), "sent").await;
    Ok(())
}

/// For anyone with the token: whom it would sign in.
#[server(endpoint = "sign_in/open_link")]
pub async fn load_link(token: String) -> Result<OpenLink> {
    super::service::open_link(&asked::state(), &token).await
}

/// For anyone with the token, once: signs them in.
#[server(endpoint = "sign_in/use_link")]
pub async fn use_link(token: String) -> Result<()> {
    let app = asked::state();
    let entered = super::service::use_link(&app, &token, &asked::network(&app)).await?;
    asked::sign_in(&entered.person).await?;
    leptos_axum::redirect(&entered.leads_to);
    Ok(())
}

/// For anyone, in a demo only: signs in as one of the cast.
#[server(endpoint = "sign_in/as_cast")]
pub async fn sign_in_as_cast(email: String, to: Option<String>) -> Result<()> {
    let person = super::service::cast_member(&asked::state(), &email).await?;
    asked::sign_in(&person).await?;
    leptos_axum::redirect(&super::wish::leads_to(person.role, to.as_deref()));
    Ok(())
}

/// For whoever is signed in: ends this session.
#[server(endpoint = "sign_in/sign_out")]
pub async fn sign_out() -> Result<()> {
    let person = asked::auth::person()?;
    if let Some(mut session) = asked::auth::session() {
        session.logout().await.map_err(crate::error::AppError::internal)?;
    }
    asked::telemetry::security("signed_out", &person.id);
    asked::clear_browser();
    asked::answers::lead_out("/sign-in", "out").await;
    Ok(())
}

/// For whoever is signed in: the browsers they are signed in with.
#[server(endpoint = "sign_in/sessions")]
pub async fn load_sessions() -> Result<Vec<SignedInBrowser>> {
    let person = asked::auth::person()?;
    super::service::sessions(&asked::state(), &person, &asked::this_session()).await
}

/// For whoever is signed in: ends one of their own sessions.
#[server(endpoint = "sign_in/end_session")]
pub async fn end_session(id: String) -> Result<()> {
    let person = asked::auth::person()?;
    super::service::end_session(&asked::state(), &person, &id).await?;
    asked::telemetry::security("session_ended", &person.id);
    asked::answers::lead("/about-me", "ended").await;
    Ok(())
}

/// For whoever is signed in: ends every session of theirs but this one.
#[server(endpoint = "sign_in/end_other_sessions")]
pub async fn end_other_sessions() -> Result<()> {
    let person = asked::auth::person()?;
    super::service::end_other_sessions(&asked::state(), &person, &asked::this_session()).await?;
    asked::telemetry::security("other_sessions_ended", &person.id);
    asked::answers::lead("/about-me", "ended").await;
    Ok(())
}
