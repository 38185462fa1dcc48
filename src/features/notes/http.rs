//! The stream that tells open pages of new notes: which, and never their words.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    http::{HeaderName, StatusCode},
    response::{
        IntoResponse, Redirect, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{MethodRouter, get},
};
use futures_util::stream::{Stream, unfold};
use tokio::time::{Instant, Interval, interval_at};

use crate::server::{
    auth::{AuthSession, People, Person},
    live::{Told, Watch},
    sessions::{SessionRows, token_hash},
    state::AppState,
};

/// A connection over which nothing came for so long would be given up by what lies between.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// How long a stream that has nothing to tell may outlive the session it was opened with.
const ASK_AGAIN: Duration = Duration::from_secs(60);
/// The name of every event, and what stands in one that names no note.
const EVENT: &str = "note";
const ANY: &str = "*";

/// Each address with what answers there.
pub fn routes() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![("/notes/live", get(live))]
}

async fn live(State(app): State<AppState>, session: AuthSession) -> Response {
    let Some(person) = session.user else { return Redirect::to("/sign-in").into_response() };
    let token = session.session.id().map(|id| token_hash(&id)).unwrap_or_default();
    let Some(watch) = app.live.watch(&app.db, &person.id).await else {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    };
    let events = Sse::new(events(Following::new(app, person, token, watch, ASK_AGAIN)));
    // A proxy that gathers an answer before it passes it on would keep the events for itself.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    (unbuffered, events.keep_alive(KeepAlive::new().interval(KEEP_ALIVE))).into_response()
}

pub(super) fn events(following: Following) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(following, async |mut following| Some((Ok(following.next().await?), following)))
}

/// One open page and what it may hear.
pub(super) struct Following {
    app: AppState,
    person: Person,
    /// The hash of the session the page was opened with.
    session: String,
    watch: Watch,
    ask_again: Interval,
}

impl Following {
    pub(super) fn new(app: AppState, person: Person, session: String, watch: Watch, every: Duration) -> Self {
        Self { app, person, session, watch, ask_again: interval_at(Instant::now() + every, every) }
    }

    /// The next event for this person; nothing once they have signed out, or the server is about to stop.
    async fn next(&mut self) -> Option<Event> {
        loop {
            tokio::select! {
                _ = self.ask_again.tick() => {
                    if !self.is_signed_in().await {
                        return None;
                    }
                }
                told = self.watch.next() => match told? {
                    Told::Missed => return Some(Event::default().event(EVENT).data(ANY)),
                    Told::Written(note) if self.may_hear(&note.customer_id) => {
                        // Whoever is out by now hears of nothing that was written since.
                        if !self.is_signed_in().await {
                            return None;
                        }
                        return Some(Event::default().event(EVENT).id(note.note_id).data(note.thread_id));
                    }
                    Told::Written(_) => {}
                }
            }
        }
    }

    /// Staff hear of every customer's notes, a customer of their own.
    fn may_hear(&self, customer_id: &str) -> bool {
        self.person.role.helps_customers() || self.person.customer_id.as_deref() == Some(customer_id)
    }

    /// A session of whoever the person is now: who lost a role hears nothing more. Where nobody can tell, the stream ends,
    /// and the page asks for another.
    async fn is_signed_in(&self) -> bool {
        let db = &self.app.db;
        let is_open = SessionRows::new(db.clone()).is_open(&self.session, &self.person.id).await;
        let person = People::new(db.clone()).by_id(&self.person.id).await;
        matches!((is_open, person), (Ok(true), Ok(Some(person))) if person.has_same_standing(&self.person))
    }
}
