//! Copies of the database, and bringing one back. Beside each copy lies a manifest that says what must be in it.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::db::{Conn, Db, Engine, OpenError, own_file};
use crate::sql;

/// What a copy holds, written beside it as `FILE.manifest.json`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `sqlite` or `postgres`: a copy goes back into the engine it came from.
    pub engine: String,
    /// The newest migration in it.
    pub schema: i64,
    pub sha256: String,
    /// Rows of each table in the copy; on PostgreSQL, when it was begun.
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
    NoProgram(&'static str, io::Error),
    #[error("{0} refused: {1}")]
    Program(&'static str, String),
    #[error("there is no folder {0}: make it, or choose another")]
    NoFolder(PathBuf),
    #[error("another backup is being written to {0}")]
    UnderWay(PathBuf),
}

/// Copies the database into `file` while it is in use, and says what is in the copy. When this answers, the copy is on disk.
pub async fn backup(url: &str, file: &Path) -> Result<Manifest, BackupError> {
    if file.exists() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        return Err(BackupError::NoFolder(folder.to_owned()));
    }
    let db = Db::open_existing(url).await?;
    let partial = with_ending(file, ".partial");
    let copied = copy(&db, url, &partial, file).await;
    db.close().await;
    if copied.is_err() && !matches!(copied, Err(BackupError::UnderWay(_))) {
        let _ = fs::remove_file(&partial);
    }
    copied
}

/// Copies beside `file` and gives the copy its name when it is whole: one that is cut short never has it, and what an
/// earlier one left is written over.
async fn copy(db: &Db, url: &str, partial: &Path, file: &Path) -> Result<Manifest, BackupError> {
    let failed = |error| BackupError::File(partial.to_owned(), error);
    let held = own_file(partial).map_err(failed)?;
    held.set_permissions(fs::Permissions::from_mode(0o600)).map_err(failed)?;
    match held.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => return Err(BackupError::UnderWay(file.to_owned())),
        Err(fs::TryLockError::Error(error)) => return Err(failed(error)),
    }
    held.set_len(0).map_err(failed)?;
    let mut conn = db.reader().await?;
    let (schema, rows) = match &conn {
        Conn::SqlitePooled(_) | Conn::Sqlite(_) => {
            // `vacuum into` cannot run in a transaction, so it has a connection of its own.
            let target = partial.display().to_string();
            sql!(conn, execute, "vacuum into $1", target)?;
            let options = SqliteConnectOptions::new().filename(partial).read_only(true);
            let mut copied = SqliteConnection::connect_with(&options).await?;
            let found = contents(&mut Conn::Sqlite(&mut copied)).await?;
            copied.close().await?;
            found
        }
        Conn::PostgresPooled(_) | Conn::Postgres(_) => {
            let found = contents(&mut conn).await?;
            let target = format!("--file={}", partial.display());
            run("pg_dump", url, |dbname| {
                ["--format=custom", "--no-owner", &target, dbname].map(str::to_owned).to_vec()
            })?;
            found
        }
    };
    kept(partial)?;
    let manifest = Manifest { engine: db.engine_name().to_owned(), schema, sha256: checksum(partial)?, rows };
    let text =
        serde_json::to_string_pretty(&manifest).map_err(|error| BackupError::Manifest(file.to_owned(), error))?;
    let beside = manifest_path(file);
    own_file(&beside)
        .and_then(|mut out| out.set_len(0).and_then(|()| io::Write::write_all(&mut out, text.as_bytes())))
        .map_err(|error| BackupError::File(beside.clone(), error))?;
    kept(&beside)?;
    fs::rename(partial, file).map_err(|error| BackupError::File(file.to_owned(), error))?;
    kept(file)?;
    Ok(manifest)
}

/// Waits until a file, and its name in its folder, is on disk.
fn kept(file: &Path) -> Result<(), BackupError> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let sync = |path: &Path| fs::File::open(path).and_then(|file| file.sync_all());
    sync(file).and_then(|()| sync(folder)).map_err(|error| BackupError::File(file.to_owned(), error))
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
        (Some(path), "sqlite") => put_in_place(file, path)?,
        (None, "postgres") => {
            let source = file.display().to_string();
            // The tables are in the copy, so the target must have none; one transaction, so a failure leaves it empty.
            run("pg_restore", url, |dbname| {
                let flags = ["--exit-on-error", "--single-transaction", "--no-owner"].map(str::to_owned);
                flags.into_iter().chain([format!("--dbname={dbname}"), source.clone()]).collect()
            })
            .map_err(|error| match error {
                BackupError::Program(_, words) if words.contains("already exists") => BackupError::NotEmpty,
                other => other,
            })?;
        }
        (Some(_), other) => return Err(BackupError::OtherEngine(other.to_owned(), "sqlite")),
        (None, other) => return Err(BackupError::OtherEngine(other.to_owned(), "postgres")),
    }
    let db = Db::open(url).await?;
    let (_, rows) = contents(&mut db.reader().await?).await?;
    let missing = manifest.rows.iter().any(|(table, count)| {
        table != "_sqlx_migrations" && rows.iter().find(|(name, _)| name == table).map(|(_, rows)| rows) != Some(count)
    });
    db.close().await;
    // Rows that came in while a PostgreSQL copy was being made may add to the counts of its beginning.
    if missing && target.is_some() { Err(BackupError::Damaged(file.to_owned())) } else { Ok(manifest) }
}

/// Copies a SQLite file to where none is. A journal of an earlier database there would be played into this one, so it
/// must be gone too.
fn put_in_place(file: &Path, path: &Path) -> Result<(), BackupError> {
    let beside = |ending| with_ending(path, ending);
    if let Some(there) = [path.to_owned(), beside("-wal"), beside("-shm")].into_iter().find(|path| path.exists()) {
        return Err(BackupError::Exists(there));
    }
    let partial = beside(".partial");
    own_file(&partial)
        .and_then(|mut out| {
            out.set_permissions(fs::Permissions::from_mode(0o600))?;
            out.set_len(0)?;
            io::copy(&mut fs::File::open(file)?, &mut out)?;
            out.sync_all()
        })
        .and_then(|()| fs::rename(&partial, path))
        .map_err(|error| BackupError::File(path.to_owned(), error))?;
    kept(path)
}

/// The newest migration, and each table with its rows.
pub async fn contents(conn: &mut Conn<'_>) -> Result<(i64, Vec<(String, i64)>), BackupError> {
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
        let count = count_rows(conn, &table).await?;
        rows.push((table, count));
    }
    Ok((schema, rows))
}

/// `table` comes from the catalogue, never from a person.
async fn count_rows(conn: &mut Conn<'_>, table: &str) -> sqlx::Result<i64> {
    sql!(conn, scalar as i64, AssertSqlSafe(format!("select count(*) from {table}")))
}

fn manifest_path(file: &Path) -> PathBuf {
    with_ending(file, ".manifest.json")
}

/// The same path with `ending` behind its name.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
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

/// Runs one of PostgreSQL's programs on `url`. The password goes through the environment: arguments can be seen by everyone
/// on the machine.
fn run(program: &'static str, url: &str, arguments: impl FnOnce(&str) -> Vec<String>) -> Result<(), BackupError> {
    let (dbname, password) = without_password(url);
    let mut command = Command::new(program);
    command.args(arguments(&dbname));
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let done = command.output().map_err(|error| BackupError::NoProgram(program, error))?;
    if done.status.success() {
        Ok(())
    } else {
        let words = String::from_utf8_lossy(&done.stderr).trim().replace('\n', " ");
        Err(BackupError::Program(program, words))
    }
}

/// `postgres://user:password@host/name` in two: without its password, and the password as it is.
fn without_password(url: &str) -> (String, Option<String>) {
    let parted = url.split_once("://").and_then(|(scheme, rest)| {
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, after) = rest.split_at(end);
        let (person, host) = authority.rsplit_once('@')?;
        let (user, password) = person.split_once(':')?;
        let password = percent_encoding::percent_decode_str(password).decode_utf8().ok()?;
        Some((format!("{scheme}://{user}@{host}{after}"), password.into_owned()))
    });
    parted.map_or_else(|| (url.to_owned(), None), |(dbname, password)| (dbname, Some(password)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_in_the_arguments() {
        let parted = without_password("postgres://candor:s%40cret@db.example:5432/candor?sslmode=require");
        let dbname = "postgres://candor@db.example:5432/candor?sslmode=require";
        assert_eq!(parted, (dbname.to_owned(), Some("s@cret".to_owned())));
        for url in ["postgres://candor@db.example/candor", "postgres:///candor?host=/tmp"] {
            assert_eq!(without_password(url), (url.to_owned(), None));
        }
    }
}
