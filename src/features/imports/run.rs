//! Reading a whole file: one thread takes it apart while batches of rows are settled one after the other.

use std::{path::Path, time::Duration};

use encoding_rs::Encoding;
use tokio::sync::mpsc;

use super::{
    batch::{self, Batch, Desk, Outcome, ReadRow},
    earlier::Earlier,
    file::{self, FileProblem, Inspection, Next, Table},
    store::{self, BadRow},
};
use crate::{
    domain::import::{Cells, Kind, Mapping, MappingProblem, Reading, Tally, mapping::MappingReason},
    error::AppError,
    server::{
        clock::Clock,
        db::{Conn, Db},
    },
};

/// Rows in one transaction: enough to be quick, few enough that other writers are not kept waiting.
const ROWS_PER_BATCH: usize = 512;
/// Or so many bytes of the file, where its rows are long.
const BYTES_PER_BATCH: usize = 4 * 1024 * 1024;
/// Batches read ahead.
const READ_AHEAD: usize = 3;
/// Refused rows that are kept of one file; all are counted.
pub const KEPT_ERRORS: i64 = 10_000;
/// Columns named in a refusal.
const SHOWN_COLUMNS: usize = 30;
/// How often a dry run says that it is still at it; another run says so with each batch.
const HEARTBEAT: Duration = Duration::from_millis(400);

/// A file and what to do with it.
pub struct Job<'j> {
    pub db: &'j Db,
    pub clock: Clock,
    pub kind: Kind,
    pub path: &'j Path,
    /// As it was found; the mapping may say another.
    pub encoding: &'static Encoding,
    /// Nothing where the columns have our own names.
    pub mapping: Option<&'j Mapping>,
    /// For customers whose own time zone is not told.
    pub time_zone: &'j str,
    /// Where the progress and the refused rows are kept; nothing for a dry run of the command line.
    pub import_id: Option<&'j str>,
    pub is_dry_run: bool,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub tally: Tally,
    pub bytes_read: u64,
}

/// What became of the file.
#[derive(Debug, Default)]
pub struct Report {
    pub tally: Tally,
    /// The first refused rows, without their text.
    pub errors: Vec<BadRow>,
}

/// Why a file was not read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunProblem {
    #[error(transparent)]
    File(#[from] FileProblem),
    #[error("{}", all_words(problems, header))]
    Mapping { problems: Vec<MappingProblem>, header: Vec<String> },
    #[error("{}", app_words(.0))]
    App(#[from] AppError),
    #[error("the file could not be read to its end: {0}")]
    Reader(tokio::task::JoinError),
}

impl From<sqlx::Error> for RunProblem {
    fn from(error: sqlx::Error) -> Self {
        RunProblem::App(error.into())
    }
}

/// Other than for a form, some of it may be done already.
fn app_words(error: &AppError) -> String {
    match error {
        AppError::Internal { reference } => {
            format!("something went wrong on our side; the log says what under the number {reference}")
        }
        other => other.to_string(),
    }
}

fn all_words(problems: &[MappingProblem], header: &[String]) -> String {
    let mut words: Vec<String> = problems.iter().map(MappingProblem::to_string).collect();
    if problems.iter().any(|problem| matches!(problem.reason, MappingReason::NoColumn(_))) {
        let shown: Vec<&str> = header.iter().take(SHOWN_COLUMNS).map(String::as_str).collect();
        let more = if header.len() > SHOWN_COLUMNS { ", …" } else { "" };
        words.push(format!("its columns are {}{more}", shown.join(", ")));
    }
    words.join("; ")
}

/// Opens the table and lays the mapping on its header.
pub fn open(
    path: &Path,
    encoding: &'static Encoding,
    kind: Kind,
    mapping: Option<&Mapping>,
) -> Result<(Table, Reading), RunProblem> {
    let table = Table::open(path, encoding, mapping)?;
    let own;
    let mapping = match mapping {
        Some(mapping) => mapping,
        None => {
            own = Mapping::own(kind, table.header());
            &own
        }
    };
    let reading = Reading::new(kind, mapping, table.header())
        .map_err(|problems| RunProblem::Mapping { problems, header: table.header().to_vec() })?;
    Ok((table, reading))
}

/// Reads the file to its end. What was settled stays, whatever happens after it.
pub async fn run(job: Job<'_>, mut on_progress: impl FnMut(Progress) + Send) -> Result<Report, RunProblem> {
    let (table, reading) = open(job.path, job.encoding, job.kind, job.mapping)?;
    let desk = Desk {
        kind: job.kind,
        reading: &reading,
        delimiter: table.delimiter(),
        time_zone: job.time_zone,
        is_dry_run: job.is_dry_run,
        today: job.clock.today_in(job.time_zone),
        now: job.clock.now_ms(),
    };
    let (sender, mut batches) = mpsc::channel(READ_AHEAD);
    let reader = tokio::task::spawn_blocking({
        let reading = reading.clone();
        move || take_apart(table, &reading, &sender)
    });
    let mut earlier = Earlier::new(job.is_dry_run);
    let mut report = Report::default();
    let mut noted_at = std::time::Instant::now();
    while let Some(batch) = batches.recv().await {
        let first_error = report.errors.len() as i64;
        let outcome = if job.is_dry_run {
            let mut conn = job.db.reader().await?;
            let outcome = batch::settle(&mut conn, &desk, &batch, &mut earlier).await?;
            drop(conn);
            if job.import_id.is_some() && (!outcome.bad.is_empty() || noted_at.elapsed() >= HEARTBEAT) {
                noted_at = std::time::Instant::now();
                let work = async |conn: &mut Conn<'_>| keep(conn, &job, &report, &outcome, first_error).await;
                job.db.write(work).await?;
            }
            outcome
        } else {
            let work = async |conn: &mut Conn<'_>| {
                let outcome = batch::settle(conn, &desk, &batch, &mut earlier).await?;
                keep(conn, &job, &report, &outcome, first_error).await?;
                Ok::<_, AppError>(outcome)
            };
            job.db.write(work).await?
        };
        earlier.settle();
        report.tally += outcome.tally;
        let room = usize::try_from(KEPT_ERRORS - first_error).unwrap_or_default();
        report.errors.extend(outcome.bad.into_iter().take(room).map(|row| BadRow { row_text: String::new(), ..row }));
        on_progress(Progress { tally: report.tally, bytes_read: batch.ends_at });
    }
    reader.await.map_err(RunProblem::Reader)?.map_err(FileProblem::Io)?;
    if let Some(id) = job.import_id {
        let now = job.clock.now_ms();
        job.db.write(async |conn: &mut Conn<'_>| store::note(conn, id, report.tally, now).await).await?;
    }
    Ok(report)
}

/// Keeps how far it is, and the refused rows of this batch while there is room.
async fn keep(
    conn: &mut Conn<'_>,
    job: &Job<'_>,
    report: &Report,
    outcome: &Outcome,
    first_error: i64,
) -> Result<(), AppError> {
    let Some(id) = job.import_id else { return Ok(()) };
    let mut tally = report.tally;
    tally += outcome.tally;
    store::note(conn, id, tally, job.clock.now_ms()).await?;
    let room = usize::try_from(KEPT_ERRORS - first_error).unwrap_or_default();
    let kept = &outcome.bad[..outcome.bad.len().min(room)];
    Ok(store::keep_errors(conn, id, first_error + 1, kept).await?)
}

/// Takes the table apart until its end, or until nobody wants more.
fn take_apart(mut table: Table, reading: &Reading, batches: &mpsc::Sender<Batch>) -> std::io::Result<()> {
    let mut cells = Cells::default();
    let mut batch = Batch::default();
    let mut bytes = 0;
    while let Some(next) = table.next(&mut cells)? {
        bytes += next.size();
        match next {
            Next::Bad { line, text, reason } => {
                batch.bad.push(BadRow::new(line, None, &reason, &text, table.delimiter()));
            }
            Next::Row { line, text } => match reading.read(&cells) {
                Ok(row) => batch.rows.push(ReadRow { line, text, row }),
                Err(problem) => {
                    let column = problem.field.map(|field| reading.column_of(field));
                    batch.bad.push(BadRow::new(line, column, &problem.reason, &text, table.delimiter()));
                }
            },
        }
        if batch.rows.len() + batch.bad.len() == ROWS_PER_BATCH || bytes >= BYTES_PER_BATCH {
            bytes = 0;
            batch.ends_at = table.bytes_read();
            if batches.blocking_send(std::mem::take(&mut batch)).is_err() {
                return Ok(());
            }
        }
    }
    batch.ends_at = table.bytes_read();
    let _ = batches.blocking_send(batch);
    Ok(())
}

/// A first look on the blocking threads, where reading a large file holds up nobody.
pub async fn inspect(path: &Path) -> Result<Inspection, RunProblem> {
    let path = path.to_owned();
    let inspected = tokio::task::spawn_blocking(move || file::inspect(&path)).await;
    Ok(inspected.map_err(RunProblem::Reader)??)
}
