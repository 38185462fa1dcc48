//! One look at every customer: what each must be told, each thing once, from nothing dated later than the day.

use std::collections::{BTreeMap, btree_map::Entry};

use jiff::civil::Date;

use super::{
    block::Block,
    book::Book,
    memory::Asking,
    store::{self, CustomerRow, NewRun},
};
pub use super::{memory::Memory, store::RunRow};
use crate::{
    domain::{evidence::Evidence, late_fee::Standing, money::Money, notice::NoticeKind},
    error::Result,
    features::{bills::service::KnownBill, notices, notices::service::NewNotice, rules::service::RulesInForce},
    server::{
        db::{Conn, Db},
        state::AppState,
    },
};

/// How many customers are looked at together, and written in one transaction.
const BLOCK: i64 = 1_000;

/// Something a customer is told now and was not told before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The customer's id in the billing system.
    pub customer: String,
    pub kind: NoticeKind,
    /// The number of the bill, the code of the plan, the reference of the credit or the name of the offer.
    pub subject: String,
    /// The fee that can be avoided, what would be saved, the credit that is left; of a dispute, what is open.
    pub amount: Money,
    /// The day the bill is due, which is the agreed one where a person agreed to a later date, or the day a credit
    /// expires. The evidence has the day of the fee.
    pub due_on: Option<Date>,
    pub rule: String,
    pub rule_version: i64,
    pub evidence: Evidence,
}

/// What a run looked at and what it wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub customers: i64,
    pub open: i64,
    pub overdue: i64,
    /// Due in one to three days.
    pub due_soon: i64,
    pub due_today: i64,
    /// Notices that are new; in a dry run, those that would be.
    pub written: i64,
}

/// Looks at every customer at the end of `as_of`; without it, of today where each lives. `tell` is given each new notice
/// after it is written. A dry run writes nothing and tells the same.
pub async fn run(app: &AppState, as_of: Option<Date>, dry_run: bool, mut tell: impl FnMut(Told)) -> Result<Summary> {
    let started_at = app.clock.now_ms();
    let mut summary = Summary::default();
    let mut last = String::new();
    let mut conn = app.db.reader().await?;
    let mut books: BTreeMap<Date, Book> = BTreeMap::new();
    loop {
        let customers = store::customers_after(&mut conn, &last, BLOCK).await?;
        let Some(end) = customers.last().map(|customer| customer.id.clone()) else { break };
        let mut new = Vec::new();
        // Customers live in different zones, so that a block may have two days, three at most.
        summary.customers += customers.len() as i64;
        let mut days: BTreeMap<Date, Vec<CustomerRow>> = BTreeMap::new();
        for customer in customers {
            let day = as_of.unwrap_or_else(|| app.clock.today_in(&customer.time_zone));
            days.entry(day).or_default().push(customer);
        }
        for (day, there) in days {
            let book = match books.entry(day) {
                Entry::Occupied(book) => book.into_mut(),
                Entry::Vacant(empty) => empty.insert(Book::read(&mut conn, day).await?),
            };
            let block = Block::read(&mut conn, book, there, (&last, &end)).await?;
            let memory = Memory::read(&mut conn, day, (&last, &end)).await?;
            block.bills().for_each(|bill| summary.count(bill, day));
            new.extend(block.notices(&Asking { rules: &book.rules, memory: &memory, day })?);
        }
        summary.written += write(&app.db, new, started_at, dry_run, &mut tell).await?;
        last = end;
    }
    drop(conn);
    if !dry_run {
        record(app, as_of, started_at, &summary).await?;
    }
    Ok(summary)
}

/// Every customer on one day of history, block by block.
pub struct Replay {
    book: Book,
    last: String,
}

/// Customers of a [`Replay`] that are looked at together.
pub struct ReplayBlock<'b> {
    block: Block<'b>,
}

impl Replay {
    pub async fn on(conn: &mut Conn<'_>, day: Date) -> Result<Self> {
        Ok(Self { book: Book::read(conn, day).await?, last: String::new() })
    }

    pub async fn next(&mut self, conn: &mut Conn<'_>) -> Result<Option<ReplayBlock<'_>>> {
        let customers = store::customers_after(conn, &self.last, BLOCK).await?;
        let Some(end) = customers.last().map(|customer| customer.id.clone()) else { return Ok(None) };
        let after = std::mem::replace(&mut self.last, end);
        let block = Block::read(conn, &self.book, customers, (&after, &self.last)).await?;
        Ok(Some(ReplayBlock { block }))
    }
}

impl ReplayBlock<'_> {
    /// The rules in force on the day.
    pub fn live_rules(&self) -> &RulesInForce {
        &self.block.book.rules
    }

    /// What `rules` would tell that is not in `memory`.
    pub fn notices(&self, rules: &RulesInForce, memory: &Memory) -> Result<Vec<NewNotice>> {
        let due = self.block.notices(&Asking { rules, memory, day: self.block.book.day })?;
        Ok(due.into_iter().map(|due| due.notice).collect())
    }
}

async fn record(app: &AppState, as_of: Option<Date>, started_at: i64, summary: &Summary) -> Result<()> {
    let finished_at = app.clock.now_ms();
    let run = NewRun {
        as_of: as_of.unwrap_or_else(|| app.clock.today_in(&app.config.time_zone)),
        started_at,
        finished_at,
        customers: summary.customers,
        bills: summary.open,
        written: summary.written,
    };
    app.db.write(async |conn: &mut Conn<'_>| store::add_run(conn, &run).await).await?;
    metrics::counter!("candor_advice_runs_total").increment(1);
    metrics::histogram!("candor_advice_run_seconds").record((finished_at - started_at) as f64 / 1000.0);
    Ok(())
}

/// A notice that may be new, with whom it is for.
pub struct Due {
    /// The customer's id in the billing system.
    pub customer: String,
    pub notice: NewNotice,
    pub evidence: Evidence,
}

/// Writes a block whole or not at all, tells what was new in it, and gives how many. Another run may have been faster
/// with some.
async fn write(db: &Db, due: Vec<Due>, now: i64, dry_run: bool, tell: &mut impl FnMut(Told)) -> Result<i64> {
    if due.is_empty() {
        return Ok(0);
    }
    let notices: Vec<&NewNotice> = due.iter().map(|due| &due.notice).collect();
    let is_new = if dry_run {
        vec![true; due.len()]
    } else {
        db.write(async |conn: &mut Conn<'_>| notices::service::write_new(conn, &notices, now).await).await?
    };
    let mut written = 0;
    for (Due { customer, notice, evidence }, _) in due.into_iter().zip(is_new).filter(|(_, is_new)| *is_new) {
        written += 1;
        if !dry_run {
            metrics::counter!("candor_notices_written_total", "kind" => notice.kind.name()).increment(1);
        }
        tell(Told {
            customer,
            kind: notice.kind,
            subject: notice.subject,
            amount: notice.amount,
            due_on: notice.due_on,
            rule: notice.rule,
            rule_version: notice.rule_version,
            evidence,
        });
    }
    Ok(written)
}

impl Summary {
    fn count(&mut self, known: &KnownBill, day: Date) {
        self.open += 1;
        match known.bill.standing(day) {
            Some(Standing::Overdue) => self.overdue += 1,
            Some(Standing::DueToday) => self.due_today += 1,
            Some(Standing::DueSoon) => self.due_soon += 1,
            Some(Standing::DueLater) | None => {}
        }
    }
}

/// The last run, if there was one.
pub async fn last_run(conn: &mut Conn<'_>) -> Result<Option<RunRow>> {
    Ok(store::last_run(conn).await?)
}

/// The day of the first run, if there was one.
pub async fn first_day(conn: &mut Conn<'_>) -> Result<Option<Date>> {
    Ok(store::first_day(conn).await?.map(|day| day.0))
}
