//! What is written while pages are open, told to them: within this process, and on PostgreSQL in all that share the
//! database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use sqlx::{
    PgPool,
    postgres::{PgListener, PgNotification},
};
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;

use super::db::{Conn, Db};
use crate::sql;

/// As many streams as one person may have open: a few browsers with a few pages each.
pub const STREAMS_EACH: usize = 32;
const CHANNEL: &str = "candor_notes";
/// As far as a stream may fall behind before it is told that it missed something.
const BACKLOG: usize = 256;
/// How long a stream waits until the database tells this process what others write.
const FIRST_WAIT: Duration = Duration::from_secs(3);
const TRY_AGAIN: Duration = Duration::from_secs(2);

/// A note was written: where, and never what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    pub customer_id: String,
    pub thread_id: String,
    pub note_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Written(Written),
    /// Something may have been written that nobody heard of.
    Missed,
}

/// The hub of this process. Cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Hub>);

struct Hub {
    told: broadcast::Sender<Told>,
    stopping: CancellationToken,
    /// How many streams each person has open.
    streams: Mutex<HashMap<String, usize>>,
    /// Whether the database tells this process what others write; nothing before somebody watches.
    listening: OnceLock<watch::Receiver<bool>>,
}

impl Default for Live {
    fn default() -> Self {
        Self(Arc::new(Hub {
            told: broadcast::channel(BACKLOG).0,
            stopping: CancellationToken::new(),
            streams: Mutex::default(),
            listening: OnceLock::new(),
        }))
    }
}

/// Within the transaction of a note: on PostgreSQL it is told with the commit, to every process.
pub async fn announce(conn: &mut Conn<'_>, written: &Written) -> sqlx::Result<()> {
    if conn.locks_rows() {
        let told = serde_json::to_string(written).map_err(|error| sqlx::Error::Encode(error.into()))?;
        sql!(conn, execute, "select pg_notify($1, $2)", CHANNEL, told)?;
    }
    Ok(())
}

impl Live {
    /// After the commit: a SQLite database has this one process, so that nobody else needs to hear of it.
    pub fn publish(&self, db: &Db, written: Option<Written>) {
        if let (Db::Sqlite { .. }, Some(written)) = (db, written) {
            // Nobody listening is no failure.
            let _ = self.0.told.send(Told::Written(written));
        }
    }

    /// A stream of this person; nothing where they have as many as they may.
    pub async fn watch(&self, db: &Db, person_id: &str) -> Option<Watch> {
        let seat = Seat::take(&self.0, person_id)?;
        if let Db::Postgres(pool) = db {
            let mut listening = self.0.listening.get_or_init(|| self.listen(pool.clone())).clone();
            let _ = tokio::time::timeout(FIRST_WAIT, listening.wait_for(|is_listening| *is_listening)).await;
        }
        Some(Watch { told: self.0.told.subscribe(), stopping: self.0.stopping.clone(), _seat: seat })
    }

    /// Ends every stream: this process is about to stop.
    pub fn stop(&self) {
        self.0.stopping.cancel();
    }

    /// Starts to hear what other processes write, the first time somebody watches.
    fn listen(&self, pool: PgPool) -> watch::Receiver<bool> {
        let (is_ready, listening) = watch::channel(false);
        let (told, stopping) = (self.0.told.clone(), self.0.stopping.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = stopping.cancelled() => {}
                () = hear(pool, told, is_ready) => {}
            }
        });
        listening
    }
}

/// Passes on what the database tells, and connects again for as long as there is one.
async fn hear(pool: PgPool, told: broadcast::Sender<Told>, is_ready: watch::Sender<bool>) {
    while !pool.is_closed() {
        if let Err(error) = hear_once(&pool, &told, &is_ready).await
            && !pool.is_closed()
        {
            tracing::warn!(%error, "the database does not tell of new notes; trying again");
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

async fn hear_once(pool: &PgPool, told: &broadcast::Sender<Told>, is_ready: &watch::Sender<bool>) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    if is_ready.send_replace(true) {
        let _ = told.send(Told::Missed);
    }
    loop {
        // Where the connection was lost, it is there again when this says so, and something may have been missed.
        let heard = listener.try_recv().await?.as_ref().and_then(written_in);
        let _ = told.send(heard.map_or(Told::Missed, Told::Written));
    }
}

fn written_in(notification: &PgNotification) -> Option<Written> {
    serde_json::from_str(notification.payload()).ok()
}

/// What one stream hears. Dropping it lets the person open another.
pub struct Watch {
    told: broadcast::Receiver<Told>,
    stopping: CancellationToken,
    _seat: Seat,
}

impl Watch {
    /// The next thing that was told; nothing once this process is about to stop.
    pub async fn next(&mut self) -> Option<Told> {
        tokio::select! {
            () = self.stopping.cancelled() => None,
            told = self.told.recv() => match told {
                Ok(told) => Some(told),
                Err(broadcast::error::RecvError::Lagged(_)) => Some(Told::Missed),
                Err(broadcast::error::RecvError::Closed) => None,
            },
        }
    }
}

/// One of the streams a person may have.
struct Seat {
    hub: Arc<Hub>,
    person_id: String,
}

impl Seat {
    fn take(hub: &Arc<Hub>, person_id: &str) -> Option<Self> {
        let mut streams = hub.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let open = streams.entry(person_id.to_owned()).or_default();
        if *open >= STREAMS_EACH {
            return None;
        }
        *open += 1;
        Some(Self { hub: Arc::clone(hub), person_id: person_id.to_owned() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut streams = self.hub.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = streams.get_mut(&self.person_id) {
            *open -= 1;
            if *open == 0 {
                streams.remove(&self.person_id);
            }
        }
    }
}
