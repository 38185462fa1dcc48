//! Copies of the database, and bringing one back. Beside each copy lies a manifest that says what must be in it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;

use super::db::{Conn, Db, Engine, OpenError};
use crate::sql;

/// What a copy holds, written beside it as `FILE.manifest.json`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `sqlite` or `postgres`: a copy goes back into the engine it came from.
    pub engine: String,
    /// The newest migration in it.
    pub schema: i64,
    pub sha256: String,
    /// Rows of each table when the copy was begun.
    pub rows: Vec<(String, i64)>,
}

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    #[error("{0} is there already; choose another name, or move it away first")]
    Exists(PathBuf),
    #[error("{0} is not the manifest of a backup: {1}")]
    Manifest(PathBuf, serde_json::Error),
    #[error("{0} is not what its manifest says: it was changed or cut short. Use another backup")]
    Damaged(PathBuf),
    #[error("this backup is of {0}, and DATABASE_URL names {1}; a backup goes back into the engine it came from")]
    OtherEngine(String, &'static str),
    #[error("the database already holds data; restore into an empty one")]
    NotEmpty,
    #[error("{0} did not run: {1}. Install PostgreSQL's client programs of the server's version")]
    Program(&'static str, String),
}

/// Copies the database into `file` while it is in use, and says what is in the copy.
pub async fn backup(url: &str, file: &Path) -> Result<Manifest, BackupError> {
    if file.exists() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let db = Db::open(url).await?;
    let (schema, rows) = contents(&db).await?;
    match &db {
        Db::Sqlite { .. } => {
            // `vacuum into` cannot run in a transaction, so it has a connection of its own.
            let mut conn = db.reader().await?;
            let target = file.display().to_string();
            sql!(conn, execute, "vacuum into $1", target)?;
        }
        Db::Postgres(_) => {
            run("pg_dump", &["--format=custom", "--no-owner", "--file", &file.display().to_string(), url])?
        }
    }
    let manifest = Manifest { engine: db.engine_name().to_owned(), schema, sha256: checksum(file)?, rows };
    let text =
        serde_json::to_string_pretty(&manifest).map_err(|error| BackupError::Manifest(file.to_owned(), error))?;
    let beside = manifest_path(file);
    fs::write(&beside, text).map_err(|error| BackupError::File(beside, error))?;
    db.close().await;
    Ok(manifest)
}

/// Brings `file` back into the empty database that `url` names, and counts that everything is there.
pub async fn restore(url: &str, file: &Path) -> Result<Manifest, BackupError> {
    let beside = manifest_path(file);
    let text = fs::read_to_string(&beside).map_err(|error| BackupError::File(beside.clone(), error))?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|error| BackupError::Manifest(beside, error))?;
    if checksum(file)? != manifest.sha256 {
        return Err(BackupError::Damaged(file.to_owned()));
    }
    let target = sqlite_path(url);
    match (&target, manifest.engine.as_str()) {
        (Some(path), "sqlite") => {
            if path.exists() {
                return Err(BackupError::Exists(path.clone()));
            }
            fs::copy(file, path).map_err(|error| BackupError::File(path.clone(), error))?;
        }
        (None, "postgres") => {
            let source = file.display().to_string();
            let dbname = format!("--dbname={url}");
            // The tables are in the copy, so the target must have none; one transaction, so a failure leaves it empty.
            run("pg_restore", &["--exit-on-error", "--single-transaction", "--no-owner", &dbname, &source]).map_err(
                |error| match error {
                    BackupError::Program(_, words) if words.contains("already exists") => BackupError::NotEmpty,
                    other => other,
                },
            )?;
        }
        (Some(_), other) => return Err(BackupError::OtherEngine(other.to_owned(), "sqlite")),
        (None, other) => return Err(BackupError::OtherEngine(other.to_owned(), "postgres")),
    }
    let db = Db::open(url).await?;
    let (_, rows) = contents(&db).await?;
    let missing = manifest.rows.iter().any(|(table, count)| {
        table != "_sqlx_migrations" && rows.iter().find(|(name, _)| name == table).map(|(_, rows)| rows) != Some(count)
    });
    db.close().await;
    // Rows that came in while a PostgreSQL copy was being made may add to the counts of its beginning.
    if missing && target.is_some() { Err(BackupError::Damaged(file.to_owned())) } else { Ok(manifest) }
}

/// The newest migration, and each table with its rows.
pub async fn contents(db: &Db) -> Result<(i64, Vec<(String, i64)>), BackupError> {
    let mut conn = db.reader().await?;
    let schema = sql!(conn, scalar as i64, "select max(version) from _sqlx_migrations")?;
    let tables = match conn.engine() {
        Engine::Sqlite(on) => {
            let text = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name";
            sqlx::query_scalar::<_, String>(text).fetch_all(on).await?
        }
        Engine::Postgres(on) => {
            let text = "select cast(table_name as text) from information_schema.tables
                        where table_schema = current_schema() and table_type = 'BASE TABLE' order by table_name";
            sqlx::query_scalar::<_, String>(text).fetch_all(on).await?
        }
    };
    let mut rows = Vec::with_capacity(tables.len());
    for table in tables {
        let count = count_rows(&mut conn, &table).await?;
        rows.push((table, count));
    }
    Ok((schema, rows))
}

/// `table` comes from the catalogue, never from a person.
async fn count_rows(conn: &mut Conn<'_>, table: &str) -> sqlx::Result<i64> {
    sql!(conn, scalar as i64, AssertSqlSafe(format!("select count(*) from {table}")))
}

fn manifest_path(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".manifest.json");
    PathBuf::from(name)
}

/// The file of a `sqlite:` address.
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
}

fn checksum(file: &Path) -> Result<String, BackupError> {
    let failed = |error| BackupError::File(file.to_owned(), error);
    let mut source = fs::File::open(file).map_err(failed)?;
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 16];
    loop {
        let read = io::Read::read(&mut source, &mut block).map_err(failed)?;
        if read == 0 {
            return Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        hash.update(&block[..read]);
    }
}

fn run(program: &'static str, arguments: &[&str]) -> Result<(), BackupError> {
    let done = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| BackupError::Program(program, error.to_string()))?;
    if done.status.success() {
        Ok(())
    } else {
        let words = String::from_utf8_lossy(&done.stderr).trim().replace('\n', " ");
        Err(BackupError::Program(program, words))
    }
}
