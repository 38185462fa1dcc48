//! Signed-in browsers, in the database. The cookie holds a token; only its hash is kept.

use std::fmt;

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use tower_sessions::{
    SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
    session_store::{Error, Result},
};

use super::{
    clock::Clock,
    db::{Conn, Db, new_id},
};
use crate::sql;

/// A session that nobody used for this long has ended.
pub const IDLE_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// How exactly we remember when a session was last used.
const SEEN_STEP_MS: i64 = 5 * 60 * 1000;
/// Where a session keeps the name of its browser.
pub const USER_AGENT: &str = "user_agent";

/// The store behind tower-sessions.
#[derive(Clone)]
pub struct SessionRows {
    db: Db,
    clock: Clock,
}

impl SessionRows {
    pub fn new(db: Db) -> Self {
        Self { db, clock: Clock::default() }
    }
}

impl fmt::Debug for SessionRows {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SessionRows")
    }
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    data: String,
    last_seen_at: i64,
    expires_at: i64,
}

/// The hash under which a session is kept.
pub fn token_hash(id: &Id) -> String {
    hash(&id.0.to_be_bytes())
}

/// SHA-256 in hex: the tokens hashed are random, so no salt is needed.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[async_trait]
impl SessionStore for SessionRows {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let inserted = self.insert(record).await?;
            if inserted {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let kept = Kept::of(record)?;
        let hash = token_hash(&record.id);
        self.db
            .write(async |conn: &mut Conn<'_>| {
                sql!(
                    conn,
                    execute,
                    "update sessions set person_id = $2, data = $3, user_agent = $4, expires_at = $5 where token_hash = $1",
                    &hash,
                    kept.person_id.as_deref(),
                    &kept.data,
                    kept.user_agent.as_deref(),
                    kept.expires_at
                )
            })
            .await
            .map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let hash = token_hash(id);
        let mut conn = self.db.reader().await.map_err(backend)?;
        let text = "select data, last_seen_at, expires_at from sessions where token_hash = $1";
        let row = sql!(conn, optional as SessionRow, text, &hash).map_err(backend)?;
        drop(conn);
        let now = self.clock.now_ms();
        let Some(row) = row.filter(|row| row.expires_at > now && row.last_seen_at + IDLE_MS > now) else {
            return Ok(None);
        };
        if row.last_seen_at + SEEN_STEP_MS < now {
            self.seen(hash, now);
        }
        Ok(Some(Record {
            id: *id,
            data: serde_json::from_str(&row.data).map_err(|error| Error::Decode(error.to_string()))?,
            expiry_date: OffsetDateTime::from_unix_timestamp(row.expires_at / 1000)
                .map_err(|error| Error::Decode(error.to_string()))?,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let hash = token_hash(id);
        self.db
            .write(async |conn: &mut Conn<'_>| sql!(conn, execute, "delete from sessions where token_hash = $1", &hash))
            .await
            .map_err(backend)?;
        Ok(())
    }
}

impl SessionRows {
    async fn insert(&self, record: &Record) -> Result<bool> {
        let kept = Kept::of(record)?;
        let hash = token_hash(&record.id);
        let now = self.clock.now_ms();
        let id = new_id();
        let rows = self
            .db
            .write(async |conn: &mut Conn<'_>| {
                sql!(
                    conn,
                    execute,
                    "insert into sessions
                         (token_hash, id, person_id, data, user_agent, created_at, last_seen_at, expires_at)
                     values ($1, $2, $3, $4, $5, $6, $6, $7)
                     on conflict (token_hash) do nothing",
                    &hash,
                    &id,
                    kept.person_id.as_deref(),
                    &kept.data,
                    kept.user_agent.as_deref(),
                    now,
                    kept.expires_at
                )
            })
            .await
            .map_err(backend)?;
        Ok(rows == 1)
    }

    /// Whether this person is still signed in with the session of this hash. To ask is not to use it.
    pub async fn is_open(&self, hash: &str, person_id: &str) -> sqlx::Result<bool> {
        let now = self.clock.now_ms();
        let mut conn = self.db.reader().await?;
        let text = "select count(*) from sessions
                    where token_hash = $1 and person_id = $2 and expires_at > $3 and last_seen_at > $4";
        Ok(sql!(conn, scalar as i64, text, hash, person_id, now, now - IDLE_MS)? > 0)
    }

    /// Remembers the use without making the page wait for the disk.
    fn seen(&self, hash: String, now: i64) {
        let db = self.db.clone();
        tokio::spawn(async move {
            let seen = db
                .write(async |conn: &mut Conn<'_>| {
                    sql!(conn, execute, "update sessions set last_seen_at = $2 where token_hash = $1", &hash, now)
                })
                .await;
            if let Err(error) = seen {
                tracing::warn!(%error, "could not note when a session was last used");
            }
        });
    }
}

/// The columns of a record.
struct Kept {
    person_id: Option<String>,
    user_agent: Option<String>,
    data: String,
    expires_at: i64,
}

impl Kept {
    fn of(record: &Record) -> Result<Self> {
        let text = |value: Option<&serde_json::Value>| value.and_then(|value| value.as_str()).map(str::to_owned);
        Ok(Self {
            person_id: text(record.data.get("axum-login.data").and_then(|login| login.get("user_id"))),
            user_agent: text(record.data.get(USER_AGENT)),
            data: serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?,
            expires_at: record.expiry_date.unix_timestamp().saturating_mul(1000),
        })
    }
}

fn backend(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}
