//! Some hundred rows that are settled together, and what becomes of them.

use std::fmt::Display;

use jiff::civil::Date;

use super::{
    competitors, credits, customers,
    earlier::{Earlier, Verdict},
    invoices, payments, plans, store,
    store::{BadRow, Costs},
    subscriptions, usage,
};
use crate::{
    domain::import::{Kind, Reading, Row, RowProblem, RowReason, Tally},
    error::Result,
    features::advice,
    server::db::Conn,
};

/// Rows as they were read, in the order of the file.
#[derive(Default)]
pub struct Batch {
    pub rows: Vec<ReadRow>,
    pub bad: Vec<BadRow>,
    /// How far into the file this batch ends, in bytes.
    pub ends_at: u64,
}

/// A row that could be read.
pub struct ReadRow {
    pub line: u64,
    /// As it stands in the file, should it be refused yet.
    pub text: Box<str>,
    pub row: Row,
    /// Cells of it that could not be used.
    pub lost: Vec<RowProblem>,
}

/// The rows of one kind, as `of` takes them out.
pub fn rows_of<'r, R>(rows: &'r [ReadRow], of: impl Fn(&'r Row) -> Option<&'r R>) -> Vec<(&'r ReadRow, &'r R)> {
    rows.iter().filter_map(|read| Some((read, of(&read.row)?))).collect()
}

/// What every batch of a file is settled with.
pub struct Desk<'d> {
    pub kind: Kind,
    pub reading: &'d Reading,
    pub delimiter: u8,
    /// For customers whose own time zone is not told.
    pub time_zone: &'d str,
    pub is_dry_run: bool,
    pub today: Date,
    pub now: i64,
}

/// What a batch came to.
#[derive(Default)]
pub struct Outcome {
    pub tally: Tally,
    pub bad: Vec<BadRow>,
    /// Words about rows that are kept.
    pub words: Vec<BadRow>,
    /// The ids of customers about whom a row that is written says something new.
    pub changed: Vec<String>,
}

impl Outcome {
    fn of_unread(batch: &Batch) -> Self {
        let rejected = batch.bad.len() as i64;
        let read = rejected + batch.rows.len() as i64;
        Self { tally: Tally { read, rejected, ..Tally::default() }, bad: batch.bad.clone(), ..Self::default() }
    }

    pub fn refuse(&mut self, desk: &Desk<'_>, row: &ReadRow, problem: RowProblem) {
        let column = problem.field.map(|field| desk.reading.column_of(field));
        self.tally.rejected += 1;
        self.bad.push(BadRow::new(row.line, column, &problem.reason, &row.text, desk.delimiter));
    }

    /// A word about a row that is kept.
    pub fn warn(&mut self, desk: &Desk<'_>, row: &ReadRow, problem: &RowProblem) {
        let column = problem.field.map(|field| desk.reading.column_of(field));
        let word = BadRow::new(row.line, column, &problem.reason, &row.text, desk.delimiter);
        self.words.push(BadRow { costs: Costs::Cell, ..word });
    }

    /// Counts what the row does, and says whether it is to be written. A row that contradicts an earlier one of its
    /// `name` is refused.
    pub fn takes(
        &mut self,
        desk: &Desk<'_>,
        read: &ReadRow,
        verdict: Verdict,
        (field, name): (&'static str, impl Display),
    ) -> bool {
        match verdict {
            Verdict::Creates => self.tally.created += 1,
            Verdict::Updates => self.tally.updated += 1,
            Verdict::ChangesNothing => self.tally.unchanged += 1,
            Verdict::Contradicts => {
                let reason = RowReason::Contradicted(name.to_string());
                self.refuse(desk, read, RowProblem::at(field, reason));
            }
        }
        matches!(verdict, Verdict::Creates | Verdict::Updates)
    }
}

/// Decides about every row and, unless it is a dry run, writes what is new.
pub async fn settle(conn: &mut Conn<'_>, desk: &Desk<'_>, batch: &Batch, earlier: &mut Earlier) -> Result<Outcome> {
    let mut outcome = Outcome::of_unread(batch);
    if !desk.is_dry_run {
        store::take_turns(conn).await?;
    }
    let rows = &batch.rows;
    match desk.kind {
        Kind::Customers => customers::settle(conn, desk, rows, earlier, &mut outcome).await?,
        Kind::Plans => plans::settle(conn, desk, rows, earlier, &mut outcome).await?,
        Kind::Subscriptions => subscriptions::settle(conn, desk, rows, earlier, &mut outcome).await?,
        Kind::Usage => usage::settle(conn, desk, rows, earlier, &mut outcome).await?,
        Kind::Invoices => invoices::settle(conn, desk, rows, earlier, &mut outcome).await?,
        Kind::Payments => payments::settle(conn, desk, rows, earlier, &mut outcome).await?,
        Kind::Credits => credits::settle(conn, desk, rows, earlier, &mut outcome).await?,
        Kind::Competitors => competitors::settle(conn, desk, rows, earlier, &mut outcome).await?,
    }
    if !desk.is_dry_run {
        advice::service::changed(conn, outcome.changed.iter().map(String::as_str)).await?;
    }
    for row in rows.iter().filter(|row| !row.lost.is_empty()) {
        if !outcome.bad.iter().any(|bad| bad.line == i64::try_from(row.line).unwrap_or(i64::MAX)) {
            row.lost.iter().for_each(|problem| outcome.warn(desk, row, problem));
        }
    }
    outcome.bad.sort_by_key(|row| row.line);
    outcome.words.sort_by_key(|row| row.line);
    Ok(outcome)
}
