//! Where uploaded files are kept until they were read: beside the database, for this system's user alone.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use sqlx::sqlite::SqliteConnectOptions;

use crate::server::config::Config;

/// A file that nobody read for so long is not kept any longer.
const KEPT: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Beside a SQLite file; else in the temporary folder of this machine.
fn folder(config: &Config) -> PathBuf {
    if config.database_url.starts_with("sqlite:")
        && let Ok(options) = SqliteConnectOptions::from_str(&config.database_url)
    {
        return options.get_filename().with_extension("imports");
    }
    std::env::temp_dir().join("candor-imports")
}

pub fn path(config: &Config, id: &str) -> PathBuf {
    folder(config).join(format!("{id}.csv"))
}

/// A new file to write an upload to.
pub fn create(config: &Config, id: &str) -> io::Result<File> {
    let folder = folder(config);
    DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    let there = fs::symlink_metadata(&folder)?;
    if !there.is_dir() || there.uid() != rustix::process::geteuid().as_raw() || there.mode() & 0o022 != 0 {
        let words = format!(
            "{} belongs to another user of this machine: set TMPDIR to a folder of Candor's own",
            folder.display()
        );
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, words));
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path(config, id))
}

/// Forgets a file; it is no matter if it is gone already.
pub fn remove(config: &Config, id: &str) {
    let path = path(config, id);
    if let Err(error) = fs::remove_file(&path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, path = %path.display(), "an uploaded file could not be removed");
    }
}

/// Removes files that were left for long.
pub fn remove_old(config: &Config) {
    for entry in fs::read_dir(folder(config)).into_iter().flatten().flatten() {
        let is_old = entry.metadata().and_then(|meta| meta.modified()).is_ok_and(|at| {
            at.elapsed().is_ok_and(|age| age > KEPT) && entry.path().extension().is_some_and(|name| name == "csv")
        });
        if is_old && let Err(error) = fs::remove_file(entry.path()) {
            tracing::warn!(%error, path = %entry.path().display(), "an old upload could not be removed");
        }
    }
}
