//! One database, two engines: the pools, the reader, the durable writer and the one macro that runs a text on either.

use std::{
    borrow::Cow,
    fs::{File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use sqlx::{
    AssertSqlSafe, Connection, PgConnection, PgPool, Postgres, SqlSafeStr, Sqlite, SqliteConnection, SqlitePool,
    migrate::{Migrate, MigrateError, Migration, Migrator},
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{config::DATABASE_CONNECTIONS, group_commit::Writer};

/// The database of this process. Cheap to clone.
#[derive(Clone)]
pub enum Db {
    Sqlite { readers: SqlitePool, writer: Arc<Writer> },
    Postgres(PgPool),
}

/// A connection that a store function works on, whoever lent it.
pub enum Conn<'c> {
    SqlitePooled(PoolConnection<Sqlite>),
    PostgresPooled(PoolConnection<Postgres>),
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// What [`sql!`](crate::sql) matches on.
pub enum Engine<'e> {
    Sqlite(&'e mut SqliteConnection),
    Postgres(&'e mut PgConnection),
}

impl Conn<'_> {
    pub fn engine(&mut self) -> Engine<'_> {
        match self {
            Conn::SqlitePooled(pooled) => Engine::Sqlite(pooled),
            Conn::PostgresPooled(pooled) => Engine::Postgres(pooled),
            Conn::Sqlite(borrowed) => Engine::Sqlite(borrowed),
            Conn::Postgres(borrowed) => Engine::Postgres(borrowed),
        }
    }

    /// Whether rows can be locked one by one (`for update`); SQLite has one writer and needs no row locks.
    pub fn locks_rows(&self) -> bool {
        matches!(self, Conn::PostgresPooled(_) | Conn::Postgres(_))
    }
}

/// Runs one query text on whichever engine the [`Conn`] is of.
///
/// `sql!(conn, execute, "text", binds…)` gives the number of rows touched; `all`, `one` and `optional` take a row type
/// (`all as Row`), `scalar` and `scalars` the type of the first column. Binds are evaluated once, on the engine used.
#[macro_export]
macro_rules! sql {
    ($conn:expr, execute, $text:expr $(, $bind:expr)* $(,)?) => {
        match $conn.engine() {
            $crate::server::db::Engine::Sqlite(on) => {
                sqlx::query($text)$(.bind($bind))*.execute(on).await.map(|done| done.rows_affected())
            }
            $crate::server::db::Engine::Postgres(on) => {
                sqlx::query($text)$(.bind($bind))*.execute(on).await.map(|done| done.rows_affected())
            }
        }
    };
    ($conn:expr, all as $row:ty, $text:expr $(, $bind:expr)* $(,)?) => {
        $crate::sql!(@ $conn, query_as::<_, $row>, fetch_all, $text $(, $bind)*)
    };
    ($conn:expr, one as $row:ty, $text:expr $(, $bind:expr)* $(,)?) => {
        $crate::sql!(@ $conn, query_as::<_, $row>, fetch_one, $text $(, $bind)*)
    };
    ($conn:expr, optional as $row:ty, $text:expr $(, $bind:expr)* $(,)?) => {
        $crate::sql!(@ $conn, query_as::<_, $row>, fetch_optional, $text $(, $bind)*)
    };
    ($conn:expr, scalar as $value:ty, $text:expr $(, $bind:expr)* $(,)?) => {
        $crate::sql!(@ $conn, query_scalar::<_, $value>, fetch_one, $text $(, $bind)*)
    };
    ($conn:expr, scalars as $value:ty, $text:expr $(, $bind:expr)* $(,)?) => {
        $crate::sql!(@ $conn, query_scalar::<_, $value>, fetch_all, $text $(, $bind)*)
    };
    (@ $conn:expr, $query:ident::<_, $of:ty>, $fetch:ident, $text:expr $(, $bind:expr)*) => {
        match $conn.engine() {
            $crate::server::db::Engine::Sqlite(on) => {
                sqlx::$query::<_, $of>($text)$(.bind($bind))*.$fetch(on).await
            }
            $crate::server::db::Engine::Postgres(on) => {
                sqlx::$query::<_, $of>($text)$(.bind($bind))*.$fetch(on).await
            }
        }
    };
}

/// Why the database could not be opened or brought to this program's schema.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("DATABASE_URL must start with sqlite: or postgres:, and {0:?} does not")]
    Scheme(String),
    #[error("could not open the database: {0}")]
    Connect(#[from] sqlx::Error),
    #[error(
        "this database was made by a newer Candor (its schema is {0}, this program knows up to {1}): \
         run the newer program, or restore a backup from before the upgrade"
    )]
    Newer(i64, i64),
    #[error("could not bring the schema up to date: {0}")]
    Migrate(MigrateError),
    #[error("there is no database at {0}: set DATABASE_URL to the one you mean")]
    Missing(String),
    #[error("could not lock {0} for the migration: {1}")]
    Lock(String, std::io::Error),
    #[error("there is no folder {0} for the database: make it, or set DATABASE_URL to another")]
    NoFolder(String),
    #[error("the database {0} cannot be written: {1}")]
    File(String, std::io::Error),
    #[error("a database in memory is gone when the program ends: set DATABASE_URL to a file, such as sqlite:candor.db")]
    InMemory,
}

/// Opens a file that its owner alone may read, whatever the mask of this process.
pub fn own_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
}

static MIGRATIONS: Migrator = sqlx::migrate!();

/// The newest migration this program knows.
pub fn newest_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// Made where it is missing, and migrated.
    UpToDate,
    AsItIs,
}

impl Db {
    /// Opens the database and brings its schema up to date, under a lock, so that several processes may start at once.
    pub async fn open(url: &str) -> Result<Db, OpenError> {
        Self::open_with(url, DATABASE_CONNECTIONS).await
    }

    /// The same with so many connections at most, where it is PostgreSQL.
    pub async fn open_with(url: &str, connections: u32) -> Result<Db, OpenError> {
        Self::open_as(url, Opening::UpToDate, connections).await
    }

    /// Opens a database as it is: for a look or a copy, which must neither make one nor change its schema.
    pub async fn open_existing(url: &str) -> Result<Db, OpenError> {
        Self::open_as(url, Opening::AsItIs, DATABASE_CONNECTIONS).await
    }

    async fn open_as(url: &str, opening: Opening, connections: u32) -> Result<Db, OpenError> {
        if url.starts_with("sqlite:") {
            Self::open_sqlite(url, opening).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url, opening, connections).await
        } else {
            Err(OpenError::Scheme(url.split(':').next().unwrap_or_default().to_owned()))
        }
    }

    async fn open_sqlite(url: &str, opening: Opening) -> Result<Db, OpenError> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(opening == Opening::UpToDate)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .pragma("cache_size", "-16384")
            .pragma("temp_store", "memory")
            // 16 MB: pages that change with every transaction are copied into the database less often.
            .pragma("wal_autocheckpoint", "4096")
            .pragma("journal_size_limit", "67108864")
            // What is deleted is overwritten in its page: a forgotten word is not left in the file.
            .pragma("secure_delete", "fast")
            .statement_cache_capacity(256)
            // A reader of many rows is woken once for some hundred of them.
            .row_buffer_size(512);
        if opening == Opening::AsItIs && !options.get_filename().exists() {
            return Err(OpenError::Missing(options.get_filename().display().to_string()));
        }
        let path = options.get_filename();
        if url.contains(":memory:") || url.contains("mode=memory") {
            return Err(OpenError::InMemory);
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
            return Err(OpenError::NoFolder(folder.display().to_string()));
        }
        if opening == Opening::UpToDate {
            // SQLite gives its journal the mode of the database.
            own_file(path).map_err(|error| OpenError::File(path.display().to_string(), error))?;
        }
        let lock_path = path.with_extension("db.lock");
        let lock = tokio::task::spawn_blocking({
            let lock_path = lock_path.clone();
            move || -> std::io::Result<File> {
                let file = own_file(&lock_path)?;
                file.lock()?;
                Ok(file)
            }
        })
        .await
        .map_err(std::io::Error::other)
        .and_then(|locked| locked)
        .map_err(|error| OpenError::Lock(lock_path.display().to_string(), error))?;
        let mut connection = SqliteConnection::connect_with(&options).await?;
        if opening == Opening::UpToDate {
            migrate(&for_sqlite(&MIGRATIONS), &mut connection).await?;
        }
        drop(lock);
        let readers = SqlitePoolOptions::new().max_connections(4).connect_with(options.read_only(true)).await?;
        Ok(Db::Sqlite { readers, writer: Writer::new(connection) })
    }

    async fn open_postgres(url: &str, opening: Opening, connections: u32) -> Result<Db, OpenError> {
        // A machine that is gone gives back what it held within a minute or two.
        let options = PgConnectOptions::from_str(url)?.application_name("candor").options([
            ("tcp_keepalives_idle", "30"),
            ("tcp_keepalives_interval", "10"),
            ("tcp_keepalives_count", "3"),
            ("idle_in_transaction_session_timeout", "60000"),
            // That a table is there already is no news.
            ("client_min_messages", "warning"),
        ]);
        // A pool waits and then says only that it waited; one connection says at once what is wrong.
        let first = tokio::time::timeout(Duration::from_secs(5), PgConnection::connect_with(&options)).await;
        first
            .map_err(|_| sqlx::Error::Io(std::io::Error::other("the server did not answer within five seconds")))??
            .close()
            .await?;
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options)
            .await?;
        if opening == Opening::UpToDate {
            migrate(&MIGRATIONS, &mut *pool.acquire().await?).await?;
        }
        Ok(Db::Postgres(pool))
    }

    /// A connection to read with.
    pub async fn reader(&self) -> sqlx::Result<Conn<'static>> {
        Ok(match self {
            Db::Sqlite { readers, .. } => Conn::SqlitePooled(readers.acquire().await?),
            Db::Postgres(pool) => Conn::PostgresPooled(pool.acquire().await?),
        })
    }

    /// Does `work` whole or not at all. When this answers `Ok`, the change is on disk.
    ///
    /// On SQLite, callers that wait at the same time share one commit; each is answered after it. Keep network calls
    /// out of `work`: everyone else waits for it.
    pub async fn write<T, E>(&self, work: impl AsyncFnOnce(&mut Conn<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<sqlx::Error>,
    {
        match self {
            Db::Sqlite { writer, .. } => writer.write(work).await,
            Db::Postgres(pool) => {
                let mut transaction = pool.begin().await?;
                let done = work(&mut Conn::Postgres(&mut transaction)).await?;
                transaction.commit().await?;
                Ok(done)
            }
        }
    }

    /// `sqlite` or `postgres`.
    pub fn engine_name(&self) -> &'static str {
        match self {
            Db::Sqlite { .. } => "sqlite",
            Db::Postgres(_) => "postgres",
        }
    }

    /// Closes every connection; what was acknowledged is already on disk.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

/// Held for as long as a server uses a SQLite file.
pub struct Claim {
    _locked: File,
}

/// Says that this process serves the SQLite file of `url`; `None` where another one does.
pub fn claim(url: &str) -> std::io::Result<Option<Claim>> {
    let options = SqliteConnectOptions::from_str(url).map_err(std::io::Error::other)?;
    let path: PathBuf = options.get_filename().with_extension("db.serving");
    let file = own_file(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Claim { _locked: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

async fn migrate<C: Migrate>(migrator: &Migrator, connection: &mut C) -> Result<(), OpenError> {
    let newest = newest_schema();
    migrator.run_direct(None, connection, false).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) if version > newest => OpenError::Newer(version, newest),
        other => OpenError::Migrate(other),
    })
}

/// The same migrations in SQLite's words: integers are `integer`, every table is `strict`, and one that is marked so is kept
/// in the order of its key.
fn for_sqlite(shared: &Migrator) -> Migrator {
    let migrations: Vec<Migration> = shared
        .iter()
        .map(|migration| {
            let text = migration
                .sql
                .as_str()
                .replace(" bigint", " integer")
                .replace(" boolean", " integer")
                .replace("\n);", "\n) strict;")
                .replace("\n) /* in the order of its key */;", "\n) strict, without rowid;");
            Migration::new(
                migration.version,
                migration.description.clone(),
                migration.migration_type,
                AssertSqlSafe(text).into_sql_str(),
                migration.no_tx,
            )
        })
        .collect();
    Migrator { migrations: Cow::Owned(migrations), ..Migrator::DEFAULT }
}

/// A value kept as text, such as a civil date or a time zone, through its `Display` and `FromStr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text<T>(pub T);

macro_rules! text_on {
    ($engine:ty) => {
        impl<T> sqlx::Type<$engine> for Text<T> {
            fn type_info() -> <$engine as sqlx::Database>::TypeInfo {
                <String as sqlx::Type<$engine>>::type_info()
            }
            fn compatible(info: &<$engine as sqlx::Database>::TypeInfo) -> bool {
                <String as sqlx::Type<$engine>>::compatible(info)
            }
        }
        impl<'q, T: std::fmt::Display> sqlx::Encode<'q, $engine> for Text<T> {
            fn encode_by_ref(
                &self,
                buffer: &mut <$engine as sqlx::Database>::ArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                <String as sqlx::Encode<'q, $engine>>::encode(self.0.to_string(), buffer)
            }
        }
        impl<'r, T: FromStr<Err: Into<sqlx::error::BoxDynError>>> sqlx::Decode<'r, $engine> for Text<T> {
            fn decode(value: <$engine as sqlx::Database>::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                let text = <&str as sqlx::Decode<'r, $engine>>::decode(value)?;
                text.parse().map(Text).map_err(Into::into)
            }
        }
    };
}
text_on!(Sqlite);
text_on!(Postgres);

/// A new id: a UUIDv7, so that ids sort by the time they were made.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixture::new_database;

    /// The newest migration from before bills were made anew.
    const BEFORE: i64 = 68;

    /// A customer with a paid bill in dispute, whose fee was let go, and everything else that leads to a bill.
    const ROWS: &str = "
        insert into customers (id, external_id, name, time_zone, search_text, created_at, updated_at)
            values ('mira', 'C-1', 'Mira', 'Europe/Zagreb', 'mira', 0, 0);
        insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, disputed_on, created_at, updated_at)
            values ('i', 'mira', '1042', 'EUR', 3820, '2026-11-01', '2026-11-20', '2026-11-03', 0, 0);
        insert into payments (id, invoice_id, reference, amount, paid_on, created_at, updated_at)
            values ('p1', 'i', 'P-1', 1000, '2026-11-02', 0, 0), ('p2', 'i', 'used', 500, '2026-11-04', 0, 0);
        insert into credits (id, reference, customer_id, currency, amount, used, granted_on, created_at, updated_at)
            values ('c', 'G-1', 'mira', 'EUR', 900, 0, '2026-10-01', 0, 0);
        insert into billing_orders (id, customer_id, invoice_id, kind, terms, state, asked_on, asked_at, takes_effect_on, booked_as)
            values ('o', 'mira', 'i', 'use_credit', '{}', 'confirmed', '2026-11-04', 0, '2026-11-04', 'used');
        insert into credit_uses (order_id, credit_id, amount, used_on) values ('o', 'c', 500, '2026-11-04');
        insert into fee_waivers (invoice_id, customer_id, order_id, fee, waived_on) values ('i', 'mira', 'o', 500, '2026-11-05');
        insert into notices (id, customer_id, invoice_id, kind, dedupe_key, subject, amount, currency, rule, rule_version,
                             evidence, as_of, created_at)
            values ('n', 'mira', 'i', 'fee_warning', 'k', '1042', 500, 'EUR', 'r', 1, '{}', '2026-11-18', 0);
        insert into requests (id, customer_id, invoice_id, kind, words, asked_at) values ('r', 'mira', 'i', 'person', 'Why?', 0);
        insert into note_threads (id, customer_id, subject, invoice_id, created_at, last_at)
            values ('t', 'mira', 'Bill 1042', 'i', 0, 0);
        insert into notes (id, thread_id, author_name, by_customer, words, written_at)
            values ('w', 't', 'Mira', true, 'Why?', 1);";

    /// What leads to the bill.
    const KEPT: [&str; 6] = [
        "payments where invoice_id = 'i'",
        "fee_waivers where invoice_id = 'i'",
        "notices where invoice_id = 'i'",
        "requests where invoice_id = 'i'",
        "billing_orders where invoice_id = 'i'",
        "note_threads where invoice_id = 'i'",
    ];

    fn until_before(all: &Migrator) -> Migrator {
        let migrations = all.iter().filter(|one| one.version <= BEFORE).cloned().collect();
        Migrator { migrations: Cow::Owned(migrations), ..Migrator::DEFAULT }
    }

    async fn count(conn: &mut Conn<'_>, of: &str) -> i64 {
        let text = AssertSqlSafe(format!("select count(*) from {of}"));
        crate::sql!(conn, scalar as i64, text).expect("a count")
    }

    #[tokio::test]
    async fn what_was_kept_before_bills_were_made_anew_is_kept_after() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = new_database(&folder).await;
        if url.starts_with("sqlite:") {
            let options =
                SqliteConnectOptions::from_str(&url).expect("a name").create_if_missing(true).foreign_keys(true);
            let mut before = SqliteConnection::connect_with(&options).await.expect("a database");
            migrate(&until_before(&for_sqlite(&MIGRATIONS)), &mut before).await.expect("the schema before");
            sqlx::raw_sql(ROWS).execute(&mut before).await.expect("rows");
            before.close().await.expect("on disk");
        } else {
            let mut before = PgConnection::connect(&url).await.expect("a database");
            migrate(&until_before(&MIGRATIONS), &mut before).await.expect("the schema before");
            sqlx::raw_sql(ROWS).execute(&mut before).await.expect("rows");
        }
        let db = Db::open(&url).await.expect("brought up to date");
        let mut conn = db.reader().await.expect("a reader");
        let mut kept = Vec::new();
        for of in KEPT {
            kept.push(count(&mut conn, of).await);
        }
        assert_eq!(kept, [2, 1, 1, 1, 1, 1]);
        assert_eq!(
            count(&mut conn, "notes").await + count(&mut conn, "credit_uses").await,
            2,
            "nothing went with a bill"
        );
        let bill = "invoices where id = 'i' and number = '1042' and amount = 3820 and due_on = '2026-11-20'
                    and disputed_on = '2026-11-03' and status = 'open' and kind = 'bill'";
        assert_eq!(count(&mut conn, bill).await, 1);
        assert_eq!(
            count(&mut conn, "payments where source = 'credit' and reference = 'used' and amount = 500").await,
            1
        );
    }
}
