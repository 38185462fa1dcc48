//! `candor import`: a file of customers, or of one of the things that are theirs.

use std::{error::Error, path::PathBuf};

use clap::Args;
use serde::Serialize;

use super::{line::Line, say, words};
use crate::{
    domain::import::{Kind, Mapping, Tally},
    features::imports::{
        local::{self, LocalFile},
        run::{BadRow, KEPT_ERRORS, Progress, Report, RunProblem},
    },
    server::{clock::Clock, config::Config, db::Db},
    ui::count,
};

/// Bring a file in: good rows are kept, bad ones are listed, and the same file twice changes nothing
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Import {
    /// What is in the file: customers, plans, subscriptions, usage, invoices, payments, credits or competitors
    kind: String,
    /// A table as text: delimiter and encoding are found
    #[arg(required_unless_present = "template")]
    file: Option<PathBuf>,
    /// A TOML file that says which column is which, and how dates are written
    #[arg(long, env = "CANDOR_IMPORT_MAPPING", value_name = "TOML")]
    mapping: Option<PathBuf>,
    /// Say what would happen, and change nothing
    #[arg(long, env = "CANDOR_IMPORT_DRY_RUN")]
    dry_run: bool,
    /// Answer as JSON
    #[arg(long, env = "CANDOR_IMPORT_JSON")]
    json: bool,
    /// Print our own columns and one row, as a file to start from
    #[arg(long)]
    template: bool,
}

const EXAMPLES: &str = "Examples:
  candor import invoices --template > invoices.csv
  candor import customers customers.csv --dry-run
  candor import invoices export.csv --mapping invoices.toml --json

A mapping names for each field a column, and where needed how it is written, or one value for all rows:
  number   = { column = \"Invoice no.\" }
  due_on   = { column = \"Due\", format = \"D.M.YYYY\" }
  currency = { value = \"EUR\" }

What the file shows needs no word. Where it can be read in two ways, format says how: 1,234.56 or 1.234,56 or minor (whole
cents) of amounts; D.M.YYYY, M/D/YYYY, D-MMM-YYYY, MMM D, YYYY, serial (a spreadsheet's day numbers) or, of use, YYYY-MM of
dates. Dates with a time are days in the customer's zone; time = \"utc\" says the time is Greenwich's, time = \"cut\" leaves
it away. covers = \"month\" or \"day\" says what a day of use stands for. skip_rows = 3 passes over titles, delimiter and
encoding go before what is found.";

/// Refused rows shown to a person; `--json` lists more.
const SHOWN_ERRORS: usize = 20;

/// The answer of `--json`.
#[derive(Serialize)]
struct Answer<'a> {
    read: i64,
    created: i64,
    updated: i64,
    unchanged: i64,
    rejected: i64,
    errors: Vec<AnswerError<'a>>,
    /// Words about rows that were kept.
    warnings: Vec<AnswerError<'a>>,
}

#[derive(Serialize)]
struct AnswerError<'a> {
    line: i64,
    column: Option<&'a str>,
    reason: &'a str,
}

pub async fn import(config: Config, import: Import) -> Result<(), Box<dyn Error>> {
    let kind: Kind = import.kind.parse()?;
    let Some(path) = import.file.filter(|_| !import.template) else {
        say(kind.template().trim_end())?;
        return Ok(());
    };
    let mapping = import.mapping.as_ref().map(read_mapping).transpose()?;
    let named = |problem: &dyn std::fmt::Display| format!("{}: {problem}", path.display());
    if let Err(error) = std::fs::File::open(&path) {
        return Err(named(&error).into());
    }
    let db = Db::open(&config.database_url).await?;
    let local = LocalFile {
        kind,
        path: &path,
        mapping: mapping.as_ref(),
        time_zone: &config.time_zone,
        is_dry_run: import.dry_run,
    };
    let name = plain(&path.file_name().unwrap_or_default().to_string_lossy());
    let mut line = Line::default();
    let clock = Clock { fixed: config.today };
    let read = local::bring_in(&db, clock, local, |progress, size| line.show(|| how_far(&name, progress, size))).await;
    line.clear();
    db.close().await;
    let report = read.map_err(|problem| match &problem {
        RunProblem::App(error) => named(&words(error)),
        other => named(other),
    })?;
    if import.json {
        print_json(&report)?
    } else {
        print_words(&report, import.dry_run)?
    }
    if report.tally.rejected > KEPT_ERRORS {
        eprintln!("candor: the first {KEPT_ERRORS} refused rows are listed; all {} are counted", report.tally.rejected);
    }
    if report.tally.read > 0 && report.tally.rejected == report.tally.read {
        let rows = count(report.tally.read, "row", "rows");
        return Err(named(&format_args!("nothing was brought in: {rows} read, and every one refused")).into());
    }
    Ok(())
}

fn read_mapping(path: &PathBuf) -> Result<Mapping, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    local::read_mapping(&text).map_err(|problem| format!("{}: {problem}", path.display()).into())
}

fn print_json(report: &Report) -> Result<(), Box<dyn Error>> {
    let Tally { read, created, updated, unchanged, rejected } = report.tally;
    let errors = report.errors.iter().map(answer).collect();
    let warnings = report.warnings.iter().map(answer).collect();
    say(serde_json::to_string(&Answer { read, created, updated, unchanged, rejected, errors, warnings })?)?;
    Ok(())
}

fn answer(row: &BadRow) -> AnswerError<'_> {
    AnswerError { line: row.line, column: row.column.as_deref(), reason: &row.reason }
}

fn print_words(report: &Report, is_dry_run: bool) -> std::io::Result<()> {
    let tally = report.tally;
    let number = |of: i64| count(of, "", "");
    let did = if is_dry_run { "A try, nothing was changed. " } else { "" };
    say(format_args!(
        "{did}{} read: {} new, {} changed, {} as before, {} refused.",
        count(tally.read, "row", "rows"),
        number(tally.created),
        number(tally.updated),
        number(tally.unchanged),
        number(tally.rejected),
    ))?;
    for row in report.errors.iter().take(SHOWN_ERRORS) {
        let column = row.column.as_ref().map(|column| format!(", {}", plain(column))).unwrap_or_default();
        say(format_args!("  line {}{column}: {}", row.line, plain(&row.reason)))?;
    }
    if report.errors.len() > SHOWN_ERRORS {
        say(format_args!("  … and {} more; --json lists them", number(tally.rejected - SHOWN_ERRORS as i64)))?;
    }
    for (at, row) in report.warnings.iter().take(SHOWN_ERRORS).enumerate() {
        if at == 0 {
            say("Kept, with a word:")?;
        }
        let column = row.column.as_ref().map(|column| format!(", {}", plain(column))).unwrap_or_default();
        say(format_args!("  line {}{column}: {}", row.line, plain(&row.reason)))?;
    }
    if report.warned > SHOWN_ERRORS as i64 {
        say(format_args!("  … and {} more; --json lists them", number(report.warned - SHOWN_ERRORS as i64)))?;
    }
    Ok(())
}

fn how_far(name: &str, progress: Progress, size: u64) -> String {
    let percent = progress.bytes_read.saturating_mul(100) / size.max(1);
    let rows = count(progress.tally.read, "row", "rows");
    let refused = count(progress.tally.rejected, "", "");
    format!("Reading {name}: {rows}, {percent} %, {refused} refused")
}

/// Without control characters, so that no cell of a file can steer the terminal it is shown on.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}
