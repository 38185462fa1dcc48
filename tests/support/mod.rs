//! An app to test: a fresh database, the cast, and browsers that are signed in.

mod browser;
mod postgres;
mod shared_data;
mod smtp;

use std::sync::Arc;

use axum::Router;
use candor::server::{
    config::{Config, Settings},
    demo, router, serve,
    state::AppState,
};
use jiff::civil::{Date, date};

pub use browser::{Answer, Browser};
pub use postgres::is_there as postgres_is_there;
pub use shared_data::shared_data;
pub use smtp::MailServer;

/// The day it is in every test.
pub const TODAY: Date = date(2026, 11, 22);

/// A Candor on a database of its own, seeded with the cast.
pub struct TestApp {
    pub state: AppState,
    pub router: Router,
    _folder: Option<tempfile::TempDir>,
}

/// Which database a [`TestApp`] runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl TestApp {
    /// On SQLite, with the cast, as in a demo.
    pub async fn new() -> Self {
        Self::with(Engine::Sqlite, |_| {}).await
    }

    /// On `engine`, with settings changed by `change`.
    pub async fn with(engine: Engine, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Settings::default().resolve().unwrap();
        config.demo = true;
        config.today = Some(TODAY);
        let folder = match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                config.database_url = format!("sqlite:{}", folder.path().join("test.db").display());
                Some(folder)
            }
            Engine::Postgres => {
                config.database_url = postgres::new_database().await;
                None
            }
        };
        change(&mut config);
        let state = serve::state(config).await.unwrap();
        demo::seed(&state).await.unwrap();
        Self { router: router::router(state.clone()), state, _folder: folder }
    }

    /// The same database with settings changed by `change`, as a second process would have it.
    pub fn changed(&self, change: impl FnOnce(&mut Config)) -> AppState {
        let mut config = (*self.state.config).clone();
        change(&mut config);
        AppState { config: Arc::new(config), ..self.state.clone() }
    }

    /// A browser nobody has signed in with.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A browser in which this member of the cast is signed in.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.post("/api/sign_in/as_cast", &[("email", email)]).await;
        assert_eq!(answer.status, 302, "{email} could not sign in: {}", answer.body);
        browser
    }
}

/// Tells `story` on SQLite and on PostgreSQL; without PostgreSQL's programs it says so and tells it once.
pub async fn on_both<F: Future<Output = ()>>(story: impl Fn(TestApp) -> F) {
    story(TestApp::with(Engine::Sqlite, |_| {}).await).await;
    if postgres::is_there() {
        story(TestApp::with(Engine::Postgres, |_| {}).await).await;
    }
}
