//! Bringing a file in from the command line.

use std::path::Path;

use super::{
    file::Inspection,
    mapping_file,
    run::{self, Job, Progress, Report, RunProblem},
    store::{self, NewImport},
};
use crate::{
    domain::import::{Kind, Mapping, export},
    server::{
        clock::Clock,
        db::{Conn, Db, new_id},
    },
};

/// A file on this machine, read by an operator.
pub struct LocalFile<'f> {
    pub kind: Kind,
    pub path: &'f Path,
    pub mapping: Option<&'f Mapping>,
    pub time_zone: &'f str,
    pub is_dry_run: bool,
}

/// Reads the file to its end and keeps a record of it beside those of the pages; a dry run leaves no trace.
pub async fn bring_in(
    db: &Db,
    clock: Clock,
    local: LocalFile<'_>,
    mut on_progress: impl FnMut(Progress, u64) + Send,
) -> Result<Report, RunProblem> {
    let inspection = run::inspect(local.path, local.mapping).await?;
    // What cannot be read at all leaves no record.
    let (table, _) = run::open(local.path, inspection.encoding, local.kind, local.mapping)?;
    let header = export::line(table.header().iter().map(|name| name.as_str().into()));
    drop(table);
    let id = if local.is_dry_run { None } else { Some(begin(db, clock, &local, &inspection, &header).await?) };
    let size = inspection.size;
    let job = Job {
        db,
        clock,
        kind: local.kind,
        path: local.path,
        encoding: inspection.encoding,
        mapping: local.mapping,
        time_zone: local.time_zone,
        import_id: id.as_deref(),
        is_dry_run: local.is_dry_run,
    };
    let read = run::run(job, |progress| on_progress(progress, size)).await;
    if let Some(id) = &id {
        finish(db, clock, id, &read).await?;
    }
    read
}

async fn begin(
    db: &Db,
    clock: Clock,
    local: &LocalFile<'_>,
    inspection: &Inspection,
    header: &str,
) -> Result<String, RunProblem> {
    let id = new_id();
    let mapping = local.mapping.map(|mapping| mapping_file::write(local.kind, mapping)).unwrap_or_default();
    let file_name = local.path.file_name().unwrap_or_default().to_string_lossy();
    let now = clock.now_ms();
    db.write(async |conn: &mut Conn<'_>| {
        let import = NewImport {
            id: &id,
            kind: local.kind.name(),
            file_name: &file_name,
            sha256: &inspection.sha256,
            size_bytes: i64::try_from(inspection.size).unwrap_or(i64::MAX),
            mapping: &mapping,
            header,
            rows_total: None,
            made_by: None,
            now,
        };
        store::add(conn, import).await?;
        store::begin(conn, &id, false, now).await
    })
    .await?;
    Ok(id)
}

async fn finish(db: &Db, clock: Clock, id: &str, read: &Result<Report, RunProblem>) -> Result<(), RunProblem> {
    let failure = read.as_ref().err().map(RunProblem::to_string);
    let now = clock.now_ms();
    db.write(async |conn: &mut Conn<'_>| store::finish(conn, id, failure.as_deref(), now).await).await?;
    Ok(())
}

/// A mapping as a person wrote it.
pub fn read_mapping(text: &str) -> Result<Mapping, mapping_file::NotAMapping> {
    mapping_file::read(text)
}
