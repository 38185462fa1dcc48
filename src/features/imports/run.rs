//! Reading a whole file: one thread takes it apart while batches of rows are settled one after the other.

use std::{collections::HashMap, path::Path, time::Duration};

use encoding_rs::Encoding;
use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::{
    batch::{self, Batch, Desk, Outcome, ReadRow},
    days::Days,
    earlier::Earlier,
    file::{self, FileProblem, Inspection, Next, Table},
    meters::Meters,
    parts::Parts,
    store,
};
use crate::{
    domain::import::{
        Cells, Kind, Mapping, MappingProblem, Reading, Study, Tally, Zones, in_words, mapping::MappingReason,
    },
    error::AppError,
    server::{
        clock::Clock,
        db::{Conn, Db},
    },
};

pub use store::BadRow;

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
    /// The first words about rows that were kept, without their text.
    pub warnings: Vec<BadRow>,
    /// All of those.
    pub warned: i64,
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
        AppError::Internal { reference } | AppError::Away { reference } => {
            format!("something went wrong on our side; the log says what under the number {reference:08X}")
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
    let table = Table::open(path, encoding, kind, mapping)?;
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

/// What the cells of the whole file show of how they are written; `each` sees every row of it.
pub fn study(
    path: &Path,
    encoding: &'static Encoding,
    kind: Kind,
    mapping: Option<&Mapping>,
    reading: &Reading,
    mut each: impl FnMut(&Cells),
) -> Result<Study, FileProblem> {
    let mut table = Table::open(path, encoding, kind, mapping)?;
    let (mut study, mut cells) = (Study::new(reading), Cells::default());
    while table.skim(&mut cells)?.is_some() {
        study.look(reading, &cells);
        each(&cells);
    }
    Ok(study)
}

/// The reading with what the whole file says, the zones in which its instants are days, for use what it comes to, and for bills
/// those that stand in several rows.
async fn prepare(job: &Job<'_>, reading: Reading) -> Result<(Reading, Zones, Days, Parts), RunProblem> {
    let (path, mapping) = (job.path.to_owned(), job.mapping.cloned());
    let (encoding, kind) = (job.encoding, job.kind);
    let studied = tokio::task::spawn_blocking(move || {
        let mut parts = Parts::default();
        let each = |cells: &Cells| {
            if kind == Kind::Invoices {
                parts.look(&reading, cells);
            }
        };
        let study = study(&path, encoding, kind, mapping.as_ref(), &reading, each)?;
        Ok::<_, FileProblem>((study.settle(&reading), study.has_instants(), parts))
    });
    let (reading, has_instants, mut parts) = studied.await.map_err(RunProblem::Reader)??;
    let mut conn = job.db.reader().await?;
    let zones = zones(&mut conn, job, has_instants).await?;
    if parts.are_there() {
        drop(conn);
        let (path, mapping) = (job.path.to_owned(), job.mapping.cloned());
        let together = tokio::task::spawn_blocking(move || {
            let mut table = Table::open(&path, encoding, kind, mapping.as_ref())?;
            let mut cells = Cells::default();
            while table.skim(&mut cells)?.is_some() {
                parts.add(&reading, &cells, &zones);
            }
            parts.close(&reading);
            Ok::<_, FileProblem>((reading, zones, Days::default(), parts))
        });
        return Ok(together.await.map_err(RunProblem::Reader)??);
    }
    if kind != Kind::Usage {
        return Ok((reading, zones, Days::default(), parts));
    }
    let meters = Meters::sold(&mut conn).await?;
    drop(conn);
    let (path, mapping) = (job.path.to_owned(), job.mapping.cloned());
    let summed = tokio::task::spawn_blocking(move || {
        let mut table = Table::open(&path, encoding, kind, mapping.as_ref())?;
        let (mut days, mut cells) = (Days::of(meters, reading.is_by_month()), Cells::default());
        while let Some(line) = table.skim(&mut cells)? {
            days.add(line, &reading, &cells, &zones);
        }
        days.close();
        Ok::<_, FileProblem>((reading, zones, days, parts))
    });
    Ok(summed.await.map_err(RunProblem::Reader)??)
}

/// The zones of those whose days may be other than the company's.
async fn zones(conn: &mut Conn<'_>, job: &Job<'_>, has_instants: bool) -> Result<Zones, RunProblem> {
    let mut zones = Zones::all(TimeZone::get(job.time_zone).unwrap_or(TimeZone::UTC));
    if has_instants && !matches!(job.kind, Kind::Customers | Kind::Plans | Kind::Competitors) {
        zones.of_customers = by_name(store::zones_of_customers(conn, job.time_zone).await?);
        if job.kind == Kind::Payments {
            zones.of_invoices = by_name(store::zones_of_invoices(conn, job.time_zone).await?);
        }
    }
    Ok(zones)
}

fn by_name(rows: Vec<(String, String)>) -> HashMap<String, TimeZone> {
    let mut known: HashMap<String, TimeZone> = HashMap::new();
    let zone = |(name, zone): (String, String)| {
        if !known.contains_key(&zone) {
            known.insert(zone.clone(), TimeZone::get(&zone).ok()?);
        }
        Some((name, known.get(&zone)?.clone()))
    };
    rows.into_iter().filter_map(zone).collect()
}

/// Reads the file to its end. What was settled stays, whatever happens after it.
pub async fn run(job: Job<'_>, mut on_progress: impl FnMut(Progress) + Send) -> Result<Report, RunProblem> {
    let (table, reading) = open(job.path, job.encoding, job.kind, job.mapping)?;
    let (reading, zones, days, parts) = prepare(&job, reading).await?;
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
        move || take_apart(table, &reading, &zones, &sender)
    });
    let mut first_words = days.words(&reading);
    let mut earlier = Earlier::new(job.is_dry_run, days, parts);
    let mut report = Report::default();
    let mut noted_at = std::time::Instant::now();
    while let Some(batch) = batches.recv().await {
        let mut outcome = if job.is_dry_run {
            let mut conn = job.db.reader().await?;
            let mut outcome = batch::settle(&mut conn, &desk, &batch, &mut earlier).await?;
            drop(conn);
            outcome.words.splice(0..0, first_words.drain(..));
            let has_words = !outcome.bad.is_empty() || !outcome.words.is_empty();
            if job.import_id.is_some() && (has_words || noted_at.elapsed() >= HEARTBEAT) {
                noted_at = std::time::Instant::now();
                let work = async |conn: &mut Conn<'_>| keep(conn, &job, &report, &outcome).await;
                job.db.write(work).await?;
            }
            outcome
        } else {
            let work = async |conn: &mut Conn<'_>| {
                let mut outcome = batch::settle(conn, &desk, &batch, &mut earlier).await?;
                outcome.words.splice(0..0, first_words.drain(..));
                keep(conn, &job, &report, &outcome).await?;
                Ok::<_, AppError>(outcome)
            };
            job.db.write(work).await?
        };
        earlier.settle();
        report.tally += outcome.tally;
        report.warned += outcome.words.len() as i64;
        take_first(&mut report.errors, &mut outcome.bad);
        take_first(&mut report.warnings, &mut outcome.words);
        on_progress(Progress { tally: report.tally, bytes_read: batch.ends_at });
    }
    reader.await.map_err(RunProblem::Reader)?.map_err(FileProblem::Io)?;
    if let Some(id) = job.import_id {
        let now = job.clock.now_ms();
        let work = async |conn: &mut Conn<'_>| store::note(conn, id, report.tally, report.warned, now).await;
        job.db.write(work).await?;
    }
    Ok(report)
}

/// As many as there is room for, without the text of their rows.
fn take_first(kept: &mut Vec<BadRow>, more: &mut Vec<BadRow>) {
    let room = usize::try_from(KEPT_ERRORS).unwrap_or_default() - kept.len();
    kept.extend(more.drain(..).take(room).map(|row| BadRow { row_text: String::new(), ..row }));
}

/// Keeps how far it is, and the words about rows of this batch while there is room.
async fn keep(conn: &mut Conn<'_>, job: &Job<'_>, report: &Report, outcome: &Outcome) -> Result<(), AppError> {
    let Some(id) = job.import_id else { return Ok(()) };
    let mut tally = report.tally;
    tally += outcome.tally;
    store::note(conn, id, tally, report.warned + outcome.words.len() as i64, job.clock.now_ms()).await?;
    let mut next = 1 + (report.errors.len() + report.warnings.len()) as i64;
    for (kept, more) in [(&report.errors, &outcome.bad), (&report.warnings, &outcome.words)] {
        let room = usize::try_from(KEPT_ERRORS).unwrap_or_default() - kept.len();
        let more = &more[..more.len().min(room)];
        store::keep_errors(conn, id, next, more).await?;
        next += more.len() as i64;
    }
    Ok(())
}

/// Takes the table apart until its end, or until nobody wants more.
fn take_apart(
    mut table: Table,
    reading: &Reading,
    zones: &Zones,
    batches: &mpsc::Sender<Batch>,
) -> std::io::Result<()> {
    let mut cells = Cells::default();
    let mut batch = Batch::default();
    let mut bytes = 0;
    while let Some(next) = table.next(&mut cells)? {
        bytes += next.size();
        match next {
            Next::Bad { line, text, reason } => {
                batch.bad.push(BadRow::new(line, None, &reason, &text, table.delimiter()));
            }
            Next::Row { line, text } => match reading.read(&cells, zones) {
                Ok(read) => batch.rows.push(ReadRow { line, text, row: read.row, lost: read.lost }),
                Err(problems) => {
                    let column = problems.first().and_then(|problem| problem.field);
                    let words = in_words(&problems, |field| reading.column_of(field));
                    let column = column.map(|field| reading.column_of(field));
                    batch.bad.push(BadRow::new(line, column, &words, &text, table.delimiter()));
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
pub async fn inspect(path: &Path, mapping: Option<&Mapping>) -> Result<Inspection, RunProblem> {
    let (path, mapping) = (path.to_owned(), mapping.cloned());
    let inspected = tokio::task::spawn_blocking(move || file::inspect(&path, mapping.as_ref())).await;
    Ok(inspected.map_err(RunProblem::Reader)??)
}
