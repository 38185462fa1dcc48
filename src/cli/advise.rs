//! `candor advise`: looks at every open bill and writes what customers must be told.

use std::{
    collections::BTreeMap,
    error::Error,
    io::{self, ErrorKind, Write},
};

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::words;
use crate::{
    domain::{evidence::Evidence, notice::NoticeKind},
    features::advice::service::{self, Summary, Told},
    server::state::AppState,
    ui::count,
};

#[derive(Args)]
pub struct Advise {
    /// Look as of the end of this day, reading nothing dated later [default: today where each customer lives]
    #[arg(long, env = "CANDOR_AS_OF", value_name = "DATE")]
    as_of: Option<Date>,
    /// Say what would be written, and write nothing
    #[arg(long, env = "CANDOR_DRY_RUN")]
    dry_run: bool,
    /// One JSON object per line for each new notice, and nothing else
    #[arg(long, env = "CANDOR_JSON")]
    json: bool,
}

/// One new notice, as outside programs read it. `due` is the day the bill is due; the evidence has the day of the fee.
#[derive(Serialize)]
struct Line<'a> {
    customer: &'a str,
    kind: NoticeKind,
    subject: &'a str,
    amount: String,
    currency: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<Date>,
    rule: &'a str,
    rule_version: i64,
    evidence: &'a Evidence,
}

impl<'a> From<&'a Told> for Line<'a> {
    fn from(told: &'a Told) -> Self {
        Self {
            customer: &told.customer,
            kind: told.kind,
            subject: &told.subject,
            amount: told.amount.plain(),
            currency: told.amount.currency.code(),
            due: told.due_on,
            rule: &told.rule,
            rule_version: told.rule_version,
            evidence: &told.evidence,
        }
    }
}

pub async fn advise(app: &AppState, asked: &Advise) -> Result<(), Box<dyn Error>> {
    let today = app.clock.latest_today();
    if let Some(day) = asked.as_of.filter(|day| *day > today && !asked.dry_run) {
        return Err(format!(
            "{day} has not come yet: a notice would be dated then. Use --dry-run to see what it would be"
        )
        .into());
    }
    let mut out = io::BufWriter::new(io::stdout());
    // The run goes on where nobody listens any more: what is due is written all the same.
    let mut spoken = Ok(());
    let mut by_kind: BTreeMap<NoticeKind, i64> = BTreeMap::new();
    let summary = service::run(app, asked.as_of, asked.dry_run, |told| {
        *by_kind.entry(told.kind).or_default() += 1;
        if asked.json && spoken.is_ok() {
            spoken = say(&mut out, &told);
        }
    })
    .await
    .map_err(|error| words(&error))?;
    if !asked.json {
        spoken = summarize(&mut out, asked, &summary, &by_kind);
    }
    match spoken.and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn say(out: &mut impl Write, told: &Told) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line::from(told))?;
    out.write_all(b"\n")
}

fn summarize(
    out: &mut impl Write,
    asked: &Advise,
    summary: &Summary,
    by_kind: &BTreeMap<NoticeKind, i64>,
) -> io::Result<()> {
    let day = asked.as_of.map_or_else(|| "today".to_owned(), |day| day.to_string());
    let customers = count(summary.customers, "customer", "customers");
    let verb = if asked.dry_run { "would write" } else { "wrote" };
    writeln!(out, "As of {day}: {customers} with {}", count(summary.open, "open bill", "open bills"))?;
    writeln!(out, "  overdue             {:>8}", count(summary.overdue, "", ""))?;
    writeln!(out, "  due in 1 to 3 days  {:>8}", count(summary.due_soon, "", ""))?;
    writeln!(out, "  due that day        {:>8}", count(summary.due_today, "", ""))?;
    writeln!(out, "{verb} {}", count(summary.written, "new notice", "new notices"))?;
    by_kind.iter().try_for_each(|(kind, many)| writeln!(out, "  {:<20}{:>8}", kind.name(), count(*many, "", "")))
}
