//! Durable writes per second on SQLite: `Db::write`, where callers that wait share a commit, beside one commit for each.

use std::{
    path::Path,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use candor::{
    server::db::{Conn, Db, new_id},
    sql,
};
use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::Mutex;

/// How long each measurement takes, after a warm-up of a fifth of it.
const SECONDS: u64 = 5;
const INSERT: &str = "insert into scratch (id, words) values ($1, $2)";
const WORDS: &str = "A note about as long as what people write in one go, to be found again tomorrow.";

/// A way to make one row durable.
#[derive(Clone)]
enum Way {
    Shared(Db),
    OneEach(Arc<Mutex<SqliteConnection>>),
}

impl Way {
    async fn write(&self) -> sqlx::Result<()> {
        match self {
            Way::Shared(db) => {
                db.write(async |conn: &mut Conn<'_>| sql!(conn, execute, INSERT, new_id(), WORDS).map(drop)).await
            }
            Way::OneEach(connection) => {
                let mut connection = connection.lock().await;
                let mut transaction = connection.begin_with("begin immediate").await?;
                sqlx::query(INSERT).bind(new_id()).bind(WORDS).execute(&mut *transaction).await?;
                transaction.commit().await
            }
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let shared = open(&folder.path().join("shared.db")).await?;
    let one_each = open(&folder.path().join("each.db")).await?;
    one_each.close().await;
    let options = SqliteConnectOptions::from_str(&url(&folder.path().join("each.db")))?
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .statement_cache_capacity(256);
    let plain = Arc::new(Mutex::new(SqliteConnection::connect_with(&options).await?));

    println!("SQLite, WAL, synchronous full, {SECONDS} s each; the disk of {}", folder.path().display());
    println!("{:<28} {:>7} {:>10} {:>9} {:>9}", "one row a write", "writers", "writes/s", "p50 ms", "p99 ms");
    for (name, way) in [("commits are shared", Way::Shared(shared)), ("one commit per write", Way::OneEach(plain))] {
        for writers in [1, 64] {
            measure(&way, writers, Duration::from_secs(SECONDS) / 5).await?;
            let mut took = measure(&way, writers, Duration::from_secs(SECONDS)).await?;
            took.sort_unstable();
            let at = |part: usize| took.get(took.len() * part / 100).map_or(0.0, |took| took.as_secs_f64() * 1000.0);
            let per_second = took.len() as f64 / SECONDS as f64;
            println!("{name:<28} {writers:>7} {per_second:>10.0} {:>9.2} {:>9.2}", at(50), at(99));
        }
    }
    Ok(())
}

fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

/// A database of our own with a table to scratch in.
async fn open(file: &Path) -> Result<Db, Box<dyn std::error::Error>> {
    let db = Db::open(&url(file)).await?;
    db.write(async |conn: &mut Conn<'_>| {
        sql!(conn, execute, "create table scratch (id text primary key, words text not null) strict").map(drop)
    })
    .await?;
    Ok(db)
}

/// Lets so many writers write for so long; how long each write took until it was on disk.
async fn measure(way: &Way, writers: usize, length: Duration) -> Result<Vec<Duration>, Box<dyn std::error::Error>> {
    let until = Instant::now() + length;
    let failed = Arc::new(AtomicU64::new(0));
    let tasks: Vec<_> = (0..writers)
        .map(|_| {
            let (way, failed) = (way.clone(), Arc::clone(&failed));
            tokio::spawn(async move {
                let mut took = Vec::new();
                while Instant::now() < until {
                    let since = Instant::now();
                    match way.write().await {
                        Ok(()) => took.push(since.elapsed()),
                        Err(_) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
                took
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await?);
    }
    match failed.load(Ordering::Relaxed) {
        0 => Ok(all),
        failed => Err(format!("{failed} writes failed").into()),
    }
}
