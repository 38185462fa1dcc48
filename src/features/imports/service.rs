//! Bringing a file in from the pages: uploaded, matched, tried, read.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
};

use encoding_rs::UTF_8;

use super::{
    FieldChoice, ImportLine, ImportList, ImportResult, MappingForm, Progress, RefusedRow, State, UploadProblem,
    balance,
    file::{self, FileProblem, Inspection, Table},
    mapping_file, matching,
    run::{self, Job, RunProblem},
    store::{self, Costs, ImportRow, NewImport},
    uploads,
};
use crate::{
    domain::import::{Cells, Kind, Mapping, Reading, Study, Tally, by_names, export, split},
    error::{AppError, Refusal, Result},
    server::{
        auth::Person,
        clock::moment,
        db::{Conn, Db},
        state::AppState,
        telemetry,
    },
    ui::Page,
};

/// Imports on a page of their list.
const LISTED: i64 = 20;
/// Refused rows on a page.
const REFUSED: i64 = 50;
/// Rows looked at to guess how dates are written.
const GUESSED_FROM: usize = 500;
/// A process that has said nothing for so long is not reading any more.
const SILENT_MS: i64 = 30_000;
/// So long after a file another may follow that belongs to it.
const SETTLED_MS: i64 = 30_000;
/// So long somebody may take over the columns of a file while others wait for it.
const WAITS_MS: i64 = 10 * 60_000;
const STOPPED: &str = "The program stopped while reading. Start it again; rows already kept stay.";

/// A file that has just been uploaded.
pub struct Upload<'u> {
    pub id: &'u str,
    pub kind: Kind,
    pub file_name: &'u str,
    /// A mapping as TOML; where there is none, the columns are guessed by their names.
    pub mapping: Option<&'u str>,
}

/// Brings what these bills say of themselves, and the credit of what was paid too much of each, in line with their payments.
pub async fn put_together(conn: &mut Conn<'_>, bills: &[String], now: i64) -> Result<()> {
    let bills: Vec<&str> = bills.iter().map(String::as_str).collect();
    balance::settle(conn, &bills, &HashMap::new(), now).await.map(drop)
}

/// Looks at an uploaded file and keeps how to read it.
pub async fn receive(app: &AppState, admin: &Person, upload: Upload<'_>) -> Result<Result<(), UploadProblem>> {
    let Ok(mapping) = upload.mapping.map(mapping_file::read).transpose() else {
        return Ok(Err(UploadProblem::Mapping));
    };
    let (path, kind) = (uploads::path(&app.config, upload.id), upload.kind);
    let looked = tokio::task::spawn_blocking(move || look(&path, kind, mapping)).await;
    telemetry::security("file_uploaded", &format!("{} by {}", upload.id, admin.id));
    let look = match looked.map_err(AppError::internal)? {
        Ok(look) => look,
        Err(FileProblem::Empty) => return Ok(Err(UploadProblem::Empty)),
        Err(FileProblem::Binary) => return Ok(Err(UploadProblem::Binary)),
        Err(FileProblem::TooWide) => return Ok(Err(UploadProblem::TooWide)),
        Err(FileProblem::Mapping(_)) => return Ok(Err(UploadProblem::Mapping)),
        Err(FileProblem::Io(error)) => return Err(AppError::internal(error)),
    };
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let import = NewImport {
                id: upload.id,
                kind: kind.name(),
                file_name: upload.file_name,
                sha256: &look.inspection.sha256,
                size_bytes: i64::try_from(look.inspection.size).unwrap_or(i64::MAX),
                mapping: &mapping_file::write(kind, &look.mapping),
                header: &export::line(look.header.iter().map(|name| name.as_str().into())),
                rows_total: Some(look.rows_total),
                made_by: Some(&admin.id),
                now,
            };
            store::add(conn, import).await
        })
        .await?;
    Ok(Ok(()))
}

struct Look {
    inspection: Inspection,
    mapping: Mapping,
    header: Vec<String>,
    rows_total: i64,
}

/// Counts the rows, and guesses a mapping where none was given; delimiter, encoding and rows above are in it from now on.
fn look(path: &std::path::Path, kind: Kind, given: Option<Mapping>) -> Result<Look, FileProblem> {
    let inspection = file::inspect(path, given.as_ref())?;
    let mut table = Table::open(path, inspection.encoding, kind, given.as_ref())?;
    let header = table.header().to_vec();
    let is_guessed = given.is_none();
    let mut mapping = given.unwrap_or_else(|| by_names(kind, &header));
    let reading = Reading::of_what_is_there(kind, &mapping, &header);
    let (mut study, mut cells) = (Study::new(&reading), Cells::default());
    let (mut first, mut rows_total) = (Vec::new(), 0);
    while table.next(&mut cells)?.is_some() {
        study.look(&reading, &cells);
        if first.len() < GUESSED_FROM {
            // What is beyond the header is of no column.
            first.push(cells.iter().take(header.len()).map(std::borrow::Cow::into_owned).collect());
        }
        rows_total += 1;
    }
    if is_guessed {
        study.describe(&reading, &mut mapping, &first);
    }
    let delimiter = if table.delimiter() == b'\t' { "tab".to_owned() } else { char::from(table.delimiter()).into() };
    mapping.delimiter.get_or_insert(delimiter);
    mapping.encoding.get_or_insert(inspection.encoding.name().to_lowercase());
    if table.above() > 0 {
        mapping.skip_rows.get_or_insert(u32::try_from(table.above()).unwrap_or(u32::MAX));
    }
    Ok(Look { inspection, mapping, header, rows_total })
}

/// The columns of an uploaded file beside our fields.
pub async fn mapping_form(app: &AppState, id: &str) -> Result<MappingForm> {
    let (import, kind, mapping) = described(app, id).await?;
    let path = uploaded(app, id)?;
    let sampled = tokio::task::spawn_blocking({
        let mapping = mapping.clone();
        move || matching::sample(&path, kind, &mapping)
    })
    .await;
    let (columns, sample) = sampled.map_err(AppError::internal)?.map_err(AppError::internal)?;
    Ok(MappingForm {
        fields: matching::fields(kind, &mapping, &columns, &sample),
        id: import.id,
        file_name: import.file_name,
        kind,
        rows_total: import.rows_total.unwrap_or_default(),
        columns,
        sample,
    })
}

/// Keeps what was chosen, and then says what is wrong with it.
pub async fn match_columns(app: &AppState, id: &str, choices: &BTreeMap<String, FieldChoice>) -> Result<()> {
    let (import, kind, before) = described(app, id).await?;
    if import.state == "running" {
        return Err(AppError::Refused(Refusal::AlreadyRunning));
    }
    let path = uploaded(app, id)?;
    let chosen = matching::chosen(kind, &before, choices);
    let studied = tokio::task::spawn_blocking(move || matching::studied(&path, kind, chosen)).await;
    let (mapping, problems) = studied.map_err(AppError::internal)?.map_err(AppError::internal)?;
    let text = mapping_file::write(kind, &mapping);
    app.db.write(async |conn: &mut Conn<'_>| store::save_mapping(conn, id, &text).await).await?;
    if problems.is_empty() { Ok(()) } else { Err(matching::refusal(&problems)) }
}

/// The mapping as a file to keep.
pub async fn mapping_text(app: &AppState, id: &str) -> Result<(Kind, String)> {
    let (import, kind, _) = described(app, id).await?;
    Ok((kind, import.mapping))
}

/// Reads the uploaded file in the background, as its columns were matched.
pub async fn start(app: &AppState, id: &str, is_dry_run: bool) -> Result<()> {
    let (_, kind, mapping) = described(app, id).await?;
    let path = uploaded(app, id)?;
    if let Err(RunProblem::Mapping { problems, .. }) = run::open(&path, UTF_8, kind, Some(&mapping)) {
        return Err(matching::refusal(&problems));
    }
    let now = app.clock.now_ms();
    let has_begun = app.db.write(async |conn: &mut Conn<'_>| store::begin(conn, id, is_dry_run, now).await).await?;
    if !has_begun {
        return Err(AppError::Refused(Refusal::AlreadyRunning));
    }
    let (app, id) = (app.clone(), id.to_owned());
    tokio::spawn(async move { read(&app, &id, kind, &mapping, path, is_dry_run).await });
    Ok(())
}

async fn read(app: &AppState, id: &str, kind: Kind, mapping: &Mapping, path: PathBuf, is_dry_run: bool) {
    let job = Job {
        db: &app.db,
        clock: app.clock,
        kind,
        path: &path,
        encoding: UTF_8,
        mapping: Some(mapping),
        time_zone: &app.config.time_zone,
        import_id: Some(id),
        is_dry_run,
    };
    let read = run::run(job, |_| {}).await;
    let failure =
        read.as_ref().err().map(|problem| format!("It stopped: {problem}. Rows already kept stay; start it again."));
    let now = app.clock.now_ms();
    let finished =
        app.db.write(async |conn: &mut Conn<'_>| store::finish(conn, id, failure.as_deref(), now).await).await;
    if let Err(error) = finished {
        tracing::error!(%error, import = id, "the end of an import could not be kept");
    } else if failure.is_none() && !is_dry_run {
        uploads::remove(&app.config, id);
    }
}

/// Past imports, the latest first.
pub async fn list(app: &AppState, page: Option<i64>) -> Result<ImportList> {
    fail_silent(app).await?;
    let mut conn = app.db.reader().await?;
    let page = Page::of(page, LISTED, store::count(&mut conn).await?);
    let rows = store::latest(&mut conn, page.size, page.offset()).await?;
    let line = |row: ImportRow| {
        Ok(ImportLine {
            kind: kind_of(&row)?,
            when: moment(row.started_at, &app.config.time_zone),
            state: state_of(&row),
            is_dry_run: row.is_dry_run,
            tally: tally_of(&row),
            by: by(&row),
            id: row.id,
            file_name: row.file_name,
        })
    };
    Ok(ImportList { imports: rows.into_iter().map(line).collect::<Result<_>>()?, page })
}

/// What became of a file, with a page of its refused rows.
pub async fn result(app: &AppState, id: &str, page: Option<i64>) -> Result<ImportResult> {
    fail_silent(app).await?;
    let mut conn = app.db.reader().await?;
    let row = store::by_id(&mut conn, id).await?.ok_or(AppError::NotFound)?;
    let page = Page::of(page, REFUSED, store::count_errors(&mut conn, id, Costs::Row).await?);
    let refused = store::errors(&mut conn, id, Costs::Row, page.size, page.offset()).await?;
    let words = store::errors(&mut conn, id, Costs::Cell, REFUSED, 0).await?;
    let shown = |row: store::ErrorRow| RefusedRow { line: row.line, column: row.column_name, reason: row.reason };
    let took = row.finished_at.map(|end| match end - row.started_at {
        ..1_000 => "less than a second".to_owned(),
        took => format!("{:.1} seconds", took as f64 / 1_000.0),
    });
    Ok(ImportResult {
        kind: kind_of(&row)?,
        when: moment(row.started_at, &app.config.time_zone),
        by: by(&row),
        took,
        progress: progress_of(&row),
        has_file: uploads::path(&app.config, id).exists(),
        refused: refused.into_iter().map(shown).collect(),
        words: words.into_iter().map(shown).collect(),
        words_total: row.rows_warned,
        page,
        failure: row.failure,
        id: row.id,
        file_name: row.file_name,
    })
}

/// The refused rows that were kept, as a file to mend them in: no cell can become a formula.
pub async fn refused_rows(db: &Db, id: &str) -> Result<(String, String)> {
    let mut conn = db.reader().await?;
    let import = store::by_id(&mut conn, id).await?.ok_or(AppError::NotFound)?;
    let mut text = String::new();
    let mut cells = Cells::default();
    let mut add = |before: [&str; 3], row: &str| {
        split(row.as_bytes(), b',', true, &mut cells);
        let row = cells.iter().map(|cell| export::harmless(&cell).into_owned().into());
        text.push_str(&export::line(before.into_iter().map(export::harmless).chain(row)));
        text.push_str("\r\n");
    };
    add(["line", "column", "reason"], import.header.as_deref().unwrap_or_default());
    for costs in [Costs::Row, Costs::Cell] {
        let mut offset = 0;
        loop {
            let rows = store::errors(&mut conn, id, costs, 1_000, offset).await?;
            for row in &rows {
                let column = row.column_name.as_deref().unwrap_or_default();
                add([&row.line.to_string(), column, &row.reason], &row.row_text);
            }
            offset += 1_000;
            if rows.len() < 1_000 {
                break;
            }
        }
    }
    Ok((import.file_name, text))
}

/// Marks as failed what a process was reading that has stopped, and forgets files nobody came back for. Called when a
/// process starts to serve.
pub async fn settle_interrupted(app: &AppState) -> Result<()> {
    let now = app.clock.now_ms();
    // Only one process serves a SQLite file, and it has just started.
    let of_pages = app.db.engine_name() == "sqlite";
    let work = async |conn: &mut Conn<'_>| store::fail_silent(conn, STOPPED, now - SILENT_MS, of_pages, now).await;
    let failed = app.db.write(work).await?;
    if failed > 0 {
        tracing::warn!(failed, "imports were interrupted when the program stopped");
    }
    let config = app.config.clone();
    tokio::task::spawn_blocking(move || uploads::remove_old(&config));
    Ok(())
}

/// Whether files are coming in, one of which may say what another does not: bills, and then what was paid of them.
pub async fn is_under_way(conn: &mut Conn<'_>, now: i64) -> Result<bool> {
    Ok(store::is_under_way(conn, (now - SILENT_MS, now - WAITS_MS, now - SETTLED_MS)).await?)
}

/// The same for other processes, when somebody looks.
async fn fail_silent(app: &AppState) -> Result<()> {
    let now = app.clock.now_ms();
    let mut conn = app.db.reader().await?;
    let has_silent = store::has_silent(&mut conn, now - SILENT_MS).await?;
    drop(conn);
    if has_silent {
        let work = async |conn: &mut Conn<'_>| store::fail_silent(conn, STOPPED, now - SILENT_MS, false, now).await;
        app.db.write(work).await?;
    }
    Ok(())
}

async fn described(app: &AppState, id: &str) -> Result<(ImportRow, Kind, Mapping)> {
    let mut conn = app.db.reader().await?;
    let row = store::by_id(&mut conn, id).await?.ok_or(AppError::NotFound)?;
    let kind = kind_of(&row)?;
    let mapping = mapping_file::read(&row.mapping).map_err(AppError::internal)?;
    Ok((row, kind, mapping))
}

/// The uploaded file, while it is kept. The id is one the database knows.
fn uploaded(app: &AppState, id: &str) -> Result<PathBuf> {
    let path = uploads::path(&app.config, id);
    if path.exists() { Ok(path) } else { Err(AppError::Refused(Refusal::FileGone)) }
}

fn kind_of(row: &ImportRow) -> Result<Kind> {
    row.kind.parse().map_err(AppError::internal)
}

fn by(row: &ImportRow) -> String {
    row.made_by.clone().unwrap_or_else(|| "candor import".to_owned())
}

fn state_of(row: &ImportRow) -> State {
    match row.state.as_str() {
        "mapping" => State::Mapping,
        "running" => State::Running,
        "done" => State::Done,
        _ => State::Failed,
    }
}

fn tally_of(row: &ImportRow) -> Tally {
    Tally {
        read: row.rows_read,
        created: row.rows_created,
        updated: row.rows_updated,
        unchanged: row.rows_unchanged,
        rejected: row.rows_rejected,
    }
}

fn progress_of(row: &ImportRow) -> Progress {
    Progress { state: state_of(row), is_dry_run: row.is_dry_run, tally: tally_of(row), total: row.rows_total }
}
