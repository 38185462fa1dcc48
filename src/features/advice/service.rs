//! One look at every customer: what each must be told, each thing once, from nothing dated later than the day.

use std::sync::Arc;

use jiff::civil::Date;

use super::{
    block::{BLOCK, Block, Found},
    book::{Book, look_backs},
    memory::{Asking, Wanted},
    run, store,
};
pub use super::{
    memory::Memory,
    store::{Counts, PartsRow, RunRow},
};
use crate::{
    domain::{evidence::Evidence, money::Money, notice::NoticeKind},
    error::Result,
    features::{late_fees, notices::service::NewNotice, rules::service::RulesInForce},
    server::{clock::Clock, db::Conn, state::AppState},
};

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
    /// The id of the notice that it puts right.
    pub corrects: Option<String>,
}

impl From<Found> for Told {
    fn from(Found { customer, notice, evidence }: Found) -> Self {
        Self {
            customer,
            kind: notice.kind,
            subject: notice.subject,
            amount: notice.amount,
            due_on: notice.due_on,
            rule: notice.rule,
            rule_version: notice.rule_version,
            evidence,
            corrects: notice.corrects,
        }
    }
}

/// What is heard of a run while it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// Of a notice that is kept by now.
    Told(Box<Told>),
    Progress(PartsRow),
}

/// What a run looked at and what it wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub counts: Counts,
    /// Of the notices that are new, those that another process wrote, which had a share in the run.
    pub by_others: i64,
    /// Whether only those were looked at about whom something changed since the last look.
    pub only_changed: bool,
}

/// Who is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those about whom something changed since the last look; everybody where the day or what is in force is another.
    Changed,
    Everybody,
    /// Everybody, and nothing is kept.
    DryRun,
}

/// Looks at customers at the end of `as_of`; without it, of today where each lives. `tell` hears of each new notice after it
/// is written. A dry run tells the same. Late fees whose day has come are settled first.
///
/// A run may be ended at any moment and started again: each part of it is kept whole or not at all, and the next run
/// that goes by the same book goes on with the parts that are left. Processes on one PostgreSQL database share the parts.
pub async fn run(app: &AppState, as_of: Option<Date>, reach: Reach, mut tell: impl FnMut(News)) -> Result<Summary> {
    if reach != Reach::DryRun {
        let clock = Clock { fixed: as_of.or(app.clock.fixed) };
        late_fees::service::look(app, clock).await?;
    }
    match reach {
        Reach::DryRun => run::try_out(app, as_of, &mut tell).await,
        Reach::Everybody => run::keep(app, as_of, true, &mut tell).await,
        Reach::Changed => run::keep(app, as_of, false, &mut tell).await,
    }
}

/// Keeps that something changed about these customers, so that the next run looks at them. In the transaction of the change.
pub async fn changed<'c>(conn: &mut Conn<'_>, customers: impl IntoIterator<Item = &'c str>) -> Result<()> {
    let mut customers: Vec<&str> = customers.into_iter().collect();
    customers.sort_unstable();
    customers.dedup();
    Ok(store::add_changes(conn, &customers).await?)
}

/// Every customer on one day of history, block by block.
pub struct Replay {
    book: Arc<Book>,
    last: String,
}

/// Customers of a [`Replay`] that are looked at together.
pub struct ReplayBlock {
    block: Block,
}

impl Replay {
    /// For the rules in force on the day, and for `rules`.
    pub async fn on(conn: &mut Conn<'_>, day: Date, rules: Option<&RulesInForce>) -> Result<Self> {
        let mut book = Book::read(conn, day).await?;
        book.look_back = rules.into_iter().flat_map(look_backs).fold(book.look_back, i64::max);
        Ok(Self { book: Arc::new(book), last: String::new() })
    }

    pub async fn next(&mut self, conn: &mut Conn<'_>) -> Result<Option<ReplayBlock>> {
        let customers = store::customers_after(conn, &self.last, BLOCK).await?;
        let Some(end) = customers.last().map(|customer| customer.id.clone()) else { return Ok(None) };
        let after = std::mem::replace(&mut self.last, end);
        let block = Block::read(conn, Arc::clone(&self.book), customers, (&after, &self.last)).await?;
        Ok(Some(ReplayBlock { block }))
    }
}

impl ReplayBlock {
    /// The rules in force on the day.
    pub fn live_rules(&self) -> &RulesInForce {
        &self.block.book.rules
    }

    /// What `rules` would tell that is not in `memory`.
    pub fn notices(&self, rules: &RulesInForce, memory: &Memory) -> Result<Vec<NewNotice>> {
        let found = self.block.notices(&Asking { rules, memory, day: self.block.book.day, wanted: Wanted::New })?;
        Ok(found.into_iter().map(|found| found.notice).collect())
    }
}

/// What is in force on a day, in few letters: the same for two days on which rules, policies and offers are the same.
pub async fn inputs(conn: &mut Conn<'_>, day: Date) -> Result<String> {
    Ok(Book::read(conn, day).await?.inputs())
}

/// Whether something changed about a customer since the last look.
pub async fn has_changes(conn: &mut Conn<'_>) -> Result<bool> {
    Ok(store::has_changes(conn).await?)
}

pub async fn has_customers(conn: &mut Conn<'_>) -> Result<bool> {
    Ok(store::has_customers(conn).await?)
}

/// The look at everybody that began last, of those that were ended.
pub async fn last_whole_run(conn: &mut Conn<'_>) -> Result<Option<RunRow>> {
    Ok(store::last_whole_run(conn).await?)
}

/// The run that began last, if there was one; it may be under way.
pub async fn last_run(conn: &mut Conn<'_>) -> Result<Option<RunRow>> {
    Ok(store::last_run(conn).await?)
}

/// The day of the first run, if there was one.
pub async fn first_day(conn: &mut Conn<'_>) -> Result<Option<Date>> {
    Ok(store::first_day(conn).await?.map(|day| day.0))
}

/// How far the run under way is.
pub async fn progress(conn: &mut Conn<'_>, run: &RunRow) -> Result<PartsRow> {
    Ok(store::parts(conn, &run.id).await?)
}
