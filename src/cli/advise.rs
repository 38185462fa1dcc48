//! `candor advise`: looks at customers and writes what they must be told.

use std::{
    collections::BTreeMap,
    error::Error,
    io::{self, ErrorKind, Write},
};

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::{line::Line as Shown, words};
use crate::{
    domain::{evidence::Evidence, notice::NoticeKind},
    features::{
        advice::service::{self, News, Reach, Summary, Told},
        fees,
    },
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
    /// Look at everybody, also where nothing changed since the last look at the same day
    #[arg(long, env = "CANDOR_ALL")]
    all: bool,
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
    /// The id of the notice that this one puts right.
    #[serde(skip_serializing_if = "Option::is_none")]
    corrects: Option<&'a str>,
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
            corrects: told.corrects.as_deref(),
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
    let mut line = Shown::default();
    let reach = match (asked.dry_run, asked.all) {
        (true, _) => Reach::DryRun,
        (false, true) => Reach::Everybody,
        (false, false) => Reach::Changed,
    };
    let summary = service::run(app, asked.as_of, reach, |news| match news {
        News::Told(told) => {
            *by_kind.entry(told.kind).or_default() += 1;
            if asked.json && spoken.is_ok() {
                spoken = say(&mut out, &told);
            }
        }
        News::Progress(parts) => line.show(|| format!("Looking at customers: {} of {} parts", parts.done, parts.parts)),
    })
    .await;
    line.clear();
    let summary = summary.map_err(|error| words(&error))?;
    say_what_has_no_policy(app, asked.as_of.unwrap_or(today)).await?;
    if !asked.json {
        spoken = summarize(&mut out, asked, &summary, &by_kind);
    }
    match spoken.and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Nobody is warned of a fee that nobody set: whoever runs this should know, once for each currency.
async fn say_what_has_no_policy(app: &AppState, day: Date) -> Result<(), Box<dyn Error>> {
    let mut conn = app.db.reader().await?;
    let without = fees::service::without_policy(&mut conn, day).await.map_err(|error| words(&error))?;
    for without in without.into_iter().filter(|without| without.open_bills > 0) {
        let bills = count(without.open_bills, "open bill", "open bills");
        let (code, how) = (without.currency.code(), without.how());
        // Nobody may be listening: the run is done all the same.
        let _ = writeln!(
            io::stderr(),
            "no fee policy is set for {bills} in {code}, so nobody was warned of a late fee: {how}"
        );
    }
    Ok(())
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
    let counts = &summary.counts;
    let customers = count(counts.customers, "customer", "customers");
    let bills = count(counts.bills, "open bill", "open bills");
    let verb = if asked.dry_run { "would write" } else { "wrote" };
    if summary.only_changed {
        writeln!(out, "As of {day}, of what changed since the last look: {customers} with {bills}")?;
    } else {
        writeln!(out, "As of {day}: {customers} with {bills}")?;
    }
    writeln!(out, "  overdue             {:>8}", count(counts.overdue, "", ""))?;
    writeln!(out, "  due in 1 to 3 days  {:>8}", count(counts.due_soon, "", ""))?;
    writeln!(out, "  due that day        {:>8}", count(counts.due_today, "", ""))?;
    writeln!(out, "{verb} {}", count(counts.written, "new notice", "new notices"))?;
    for (kind, many) in by_kind {
        writeln!(out, "  {:<20}{:>8}", kind.name(), count(*many, "", ""))?;
    }
    if summary.by_others != 0 {
        writeln!(out, "  {:<20}{:>8}", "by other processes", count(summary.by_others, "", ""))?;
    }
    Ok(())
}
