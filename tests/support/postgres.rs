//! A PostgreSQL cluster of this test run's own: in a temporary folder, on a socket, gone when the run ends.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use sqlx::{Connection, PgConnection};

/// The folder of the socket, and the process that stops the cluster when this one ends.
struct Cluster {
    folder: String,
    _keeper: Child,
}

/// Makes the cluster, says where it is, waits until the test run's end closes its standard input, and clears up.
const KEEPER: &str = r#"
set -eu
folder=$(mktemp -d "${TMPDIR:-/tmp}/candor-postgres.XXXXXX")
trap 'pg_ctl -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
initdb -D "$folder/data" -U candor -A trust -E UTF8 --locale=C.UTF-8 -N >/dev/null
pg_ctl -D "$folder/data" -w -l "$folder/log" \
    -o "-k $folder -c listen_addresses='' -c fsync=off -c max_connections=200" start >/dev/null
echo "$folder"
cat >/dev/null
"#;

/// Whether PostgreSQL's programs are here. Where they are required (`make test` installs them) their lack is a failure.
pub fn is_there() -> bool {
    let there = programs().is_some();
    if !there {
        let required = std::env::var_os("CANDOR_TEST_POSTGRES").is_some_and(|value| value == "required");
        assert!(!required, "PostgreSQL's initdb was not found: install the package postgresql");
        eprintln!("skipped on PostgreSQL: initdb was not found");
    }
    there
}

/// The URL of a new, empty database.
pub async fn new_database() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let folder = tokio::task::spawn_blocking(|| cluster().folder.clone()).await.expect("PostgreSQL for tests");
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let url = |database: &str| format!("postgres://candor@localhost/{database}?host={folder}");
    let mut connection = PgConnection::connect(&url("postgres")).await.expect("PostgreSQL for tests");
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&mut connection)
        .await
        .expect("PostgreSQL for tests");
    connection.close().await.expect("PostgreSQL for tests");
    url(&name)
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let programs = programs().expect("PostgreSQL's programs");
        let path = format!("{programs}:{}", std::env::var("PATH").unwrap_or_default());
        // initdb refuses to run as root.
        let mut command = if rustix::process::getuid().is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "sh", "-c", KEEPER]);
            command
        } else {
            let mut command = Command::new("sh");
            command.args(["-c", KEEPER]);
            command
        };
        let mut keeper = command
            .env("PATH", path)
            .env("LC_ALL", "C.UTF-8")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("PostgreSQL for tests");
        let mut folder = String::new();
        BufReader::new(keeper.stdout.take().expect("PostgreSQL for tests"))
            .read_line(&mut folder)
            .expect("PostgreSQL for tests");
        assert!(!folder.is_empty(), "the PostgreSQL cluster did not start");
        Cluster { folder: folder.trim().to_owned(), _keeper: keeper }
    })
}

/// The newest folder with PostgreSQL's server programs.
fn programs() -> Option<String> {
    let mut found: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .filter_map(|version| {
            let number: u32 = version.file_name().to_str()?.parse().ok()?;
            let folder = version.path().join("bin");
            folder.join("initdb").exists().then(|| (number, folder.display().to_string()))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, folder)| folder)
}
