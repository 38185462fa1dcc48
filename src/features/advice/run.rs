//! A run: who has to be looked at, in parts that several tasks and processes share, each part kept whole or not at all.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::civil::Date;
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
};

use super::{
    block::{BLOCK, Block, Found},
    book::Book,
    days::Days,
    memory::Memory,
    service::{News, Summary, Told},
    store::{self, BlockRow, ChangeRow, Counts, CustomerRow, NewRun, PartsRow},
};
use crate::{
    domain::late_fee::Standing,
    error::{AppError, Refusal, Result},
    features::{
        bills::service::KnownBill,
        notices::{self, service::NewNotice},
        offers,
    },
    server::{
        db::{Conn, Db, new_id},
        state::AppState,
    },
};

/// How long to wait for other processes that are at the last parts.
const OTHERS: Duration = Duration::from_millis(250);
/// Progress is told no more often than this.
const TOLD_EVERY: Duration = Duration::from_millis(100);
/// As many tasks as may hold a connection to PostgreSQL, which serves pages too.
const MOST_TASKS: usize = 8;
/// Parts whose news wait to be told.
const UNTOLD: usize = 2;

/// Where the parts of a run stand.
enum Parts {
    Kept {
        run_id: String,
        only_changed: bool,
    },
    /// Of a dry run, of which nothing is kept.
    Counted(Vec<BlockRow>),
}

/// What the tasks of a run share.
struct Run {
    db: Db,
    days: Days,
    parts: Parts,
    now: i64,
    /// The number of the part that was taken last.
    taken: Mutex<i64>,
}

/// A part that is done.
struct Done {
    counts: Counts,
    told: Vec<Told>,
}

/// Looks at everybody, or where that was done already by the same book, at those about whom something changed.
pub async fn keep(
    app: &AppState,
    as_of: Option<Date>,
    everybody: bool,
    tell: &mut impl FnMut(News),
) -> Result<Summary> {
    let mut total: Option<Summary> = None;
    loop {
        let days = Days::read(app, &mut app.db.reader().await?, as_of).await?;
        let begun = begin(app, &days, as_of, everybody).await?;
        let parts = Parts::Kept { run_id: begun.run_id.clone(), only_changed: begun.only_changed };
        let run = Arc::new(Run::new(app, days, parts));
        let mut own = 0;
        loop {
            own += Arc::clone(&run).work(tell).await?.written;
            let parts = store::parts(&mut app.db.reader().await?, &begun.run_id).await?;
            if parts.done == parts.parts {
                break;
            }
            if parts.gone > 0 {
                return Err(AppError::Refused(Refusal::LookReplaced));
            }
            tokio::time::sleep(OTHERS).await;
            *run.taken.lock().await = 0;
        }
        let now = app.clock.now_ms();
        let finished = app.db.write(async |conn: &mut Conn<'_>| store::finish(conn, &begun.run_id, now).await).await?;
        let (counts, ended) = finished.ok_or(AppError::Refused(Refusal::LookReplaced))?;
        if ended {
            metrics::counter!("candor_advice_runs_total").increment(1);
            metrics::counter!("candor_advice_customers_total").increment(counts.customers.unsigned_abs());
            metrics::histogram!("candor_advice_run_seconds").record((now - run.now) as f64 / 1000.0);
        }
        let this = Summary { counts, by_others: counts.written - own, only_changed: begun.only_changed };
        let summary = match total {
            None => this,
            // Whoever changed meanwhile was looked at before; what they are told is new.
            Some(mut before) => {
                before.counts.written += this.counts.written;
                before.by_others += this.by_others;
                before
            }
        };
        if !begun.was_under_way {
            return Ok(summary);
        }
        total = Some(summary);
        // What changed since the other one began is looked at now.
    }
}

/// Looks at everybody and keeps nothing.
pub async fn try_out(app: &AppState, as_of: Option<Date>, tell: &mut impl FnMut(News)) -> Result<Summary> {
    let mut conn = app.db.reader().await?;
    let days = Days::read(app, &mut conn, as_of).await?;
    let parts = store::everybody(&mut conn, BLOCK).await?;
    drop(conn);
    let counts = Arc::new(Run::new(app, days, Parts::Counted(parts))).work(tell).await?;
    Ok(Summary { counts, ..Summary::default() })
}

struct Begun {
    run_id: String,
    only_changed: bool,
    /// Another process, or one that was ended too soon, had begun it.
    was_under_way: bool,
}

/// Takes part in the run under way where it goes by the same book, and begins one otherwise.
async fn begin(app: &AppState, days: &Days, as_of: Option<Date>, everybody: bool) -> Result<Begun> {
    let (id, book, now) = (new_id(), days.fingerprint(), app.clock.now_ms());
    let as_of = as_of.unwrap_or_else(|| app.clock.today_in(&app.config.time_zone));
    let inputs = match days.books.get(&as_of) {
        Some(book) => book.inputs(),
        None => Book::read(&mut app.db.reader().await?, as_of).await?.inputs(),
    };
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let latest = store::latest_alone(conn).await?;
            // Clocks of several machines differ; which run is the latest does not.
            let started_at = latest.as_ref().map_or(now, |run| now.max(run.started_at + 1));
            let only_changed = match latest.filter(|run| run.book.as_ref() == Some(&book)) {
                Some(run) if run.finished_at.is_none() && run.is_whole && !(everybody && run.only_changed) => {
                    return Ok(Begun { run_id: run.id, only_changed: run.only_changed, was_under_way: true });
                }
                Some(run) => run.finished_at.is_some() && !everybody,
                None => false,
            };
            let new = NewRun { id: &id, as_of, book: &book, inputs: &inputs, only_changed, started_at };
            store::begin(conn, &new, BLOCK).await?;
            for book in days.books.values() {
                offers::service::keep_terms(conn, &book.catalogue).await?;
            }
            Ok::<_, AppError>(Begun { run_id: id.clone(), only_changed, was_under_way: false })
        })
        .await
}

impl Run {
    fn new(app: &AppState, days: Days, parts: Parts) -> Self {
        Self { db: app.db.clone(), days, parts, now: app.clock.now_ms(), taken: Mutex::new(0) }
    }

    /// Does every part that nobody else is at, on all cores.
    async fn work(self: Arc<Self>, tell: &mut impl FnMut(News)) -> Result<Counts> {
        let (sender, mut done) = mpsc::channel::<Done>(UNTOLD);
        let mut tasks = JoinSet::new();
        // While one part is read or kept another is reckoned.
        let tasks_wanted = 2 * std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..tasks_wanted.min(MOST_TASKS) {
            let (run, sender) = (Arc::clone(&self), sender.clone());
            tasks.spawn(async move {
                while let Some(part) = run.next_part().await? {
                    // Nobody listens only where the run was given up.
                    let _ = sender.send(part).await;
                }
                Ok::<_, AppError>(())
            });
        }
        drop(sender);
        let mut counts = Counts::default();
        let mut told_at: Option<Instant> = None;
        while let Some(part) = done.recv().await {
            counts += part.counts;
            for told in part.told {
                tell(News::Told(Box::new(told)));
            }
            if told_at.is_none_or(|at| at.elapsed() >= TOLD_EVERY) {
                told_at = Some(Instant::now());
                // A look goes on where nobody can say how far it is.
                self.progress().await.into_iter().for_each(|progress| tell(News::Progress(progress)));
            }
        }
        while let Some(task) = tasks.join_next().await {
            task.map_err(AppError::internal)??;
        }
        Ok(counts)
    }

    async fn progress(&self) -> Result<PartsRow> {
        match &self.parts {
            Parts::Kept { run_id, .. } => Ok(store::parts(&mut self.db.reader().await?, run_id).await?),
            Parts::Counted(parts) => {
                Ok(PartsRow { parts: parts.len() as i64, done: *self.taken.lock().await, gone: 0 })
            }
        }
    }

    /// Looks at the next part; nothing where there is none left.
    async fn next_part(&self) -> Result<Option<Done>> {
        match (&self.parts, &self.db) {
            (Parts::Counted(parts), db) => {
                let mut conn = db.reader().await?;
                let Some(block) = self.take(async |last| Ok(parts.get(last as usize).cloned())).await? else {
                    return Ok(None);
                };
                Ok(Some(self.look(&mut conn, &block, None).await?.dry()))
            }
            (Parts::Kept { run_id, only_changed }, Db::Sqlite { .. }) => {
                let mut conn = self.db.reader().await?;
                let next = async |last| Ok(store::next_block(&mut conn, run_id, last).await?);
                let Some(block) = self.take(next).await? else { return Ok(None) };
                let changes = self.changes(&mut conn, *only_changed, &block).await?;
                let seen = self.look(&mut conn, &block, changes.as_deref()).await?;
                drop(conn);
                let kept = async |conn: &mut Conn<'_>| self.keep(conn, run_id, &block, seen, changes).await;
                self.db.write(kept).await.map(Some)
            }
            (Parts::Kept { run_id, only_changed }, Db::Postgres(_)) => {
                let whole = async |conn: &mut Conn<'_>| {
                    let next = async |last| Ok(store::next_block(conn, run_id, last).await?);
                    let Some(block) = self.take(next).await? else { return Ok(None) };
                    let changes = self.changes(conn, *only_changed, &block).await?;
                    let seen = self.look(conn, &block, changes.as_deref()).await?;
                    self.keep(conn, run_id, &block, seen, changes).await.map(Some)
                };
                self.db.write(whole).await
            }
        }
    }

    /// Takes the part after the last that was taken.
    async fn take(&self, next: impl AsyncFnOnce(i64) -> Result<Option<BlockRow>>) -> Result<Option<BlockRow>> {
        let mut taken = self.taken.lock().await;
        let block = next(*taken).await?;
        if let Some(block) = &block {
            *taken = block.number;
        }
        Ok(block)
    }

    /// Where a run looks only at those who changed: who did. Read before anything about them is.
    async fn changes(
        &self,
        conn: &mut Conn<'_>,
        only_changed: bool,
        block: &BlockRow,
    ) -> Result<Option<Vec<ChangeRow>>> {
        if !only_changed {
            return Ok(None);
        }
        Ok(Some(store::changes_between(conn, &block.after_id, &block.until_id).await?))
    }

    async fn look(&self, conn: &mut Conn<'_>, block: &BlockRow, only: Option<&[ChangeRow]>) -> Result<Seen> {
        let ids = (block.after_id.as_str(), block.until_id.as_str());
        let mut customers = store::customers_between(conn, ids.0, ids.1).await?;
        if let Some(changes) = only {
            let changed: HashSet<&str> = changes.iter().map(|change| change.customer_id.as_str()).collect();
            customers.retain(|customer| changed.contains(customer.id.as_str()));
        }
        // Customers live in different zones, so that a block may have two days, three at most.
        let mut there: BTreeMap<Date, Vec<CustomerRow>> = BTreeMap::new();
        let mut seen = Seen::default();
        for customer in customers {
            match self.days.day_of(&customer) {
                Some(day) => there.entry(day).or_default().push(customer),
                None => seen.skipped.push(customer.id),
            }
        }
        for (day, customers) in there {
            let Some(book) = self.days.books.get(&day).map(Arc::clone) else { continue };
            seen.counts.customers += customers.len() as i64;
            let block = Block::read(conn, book, customers, ids).await?;
            let memory = Memory::read(conn, day, ids).await?;
            // Reckoning keeps a core busy for a while, which the tasks that serve pages must not wait for.
            let reckoned = tokio::task::spawn_blocking(move || {
                let mut counts = Counts::default();
                block.bills().for_each(|bill| counts.count(bill, day));
                block.to_tell(&memory).map(|found| (counts, found))
            });
            let (counts, found) = reckoned.await.map_err(AppError::internal)??;
            seen.counts += counts;
            seen.found.extend(found);
        }
        Ok(seen)
    }

    /// Keeps a part whole. Another run may have been faster with some notices, or with all of it.
    async fn keep(
        &self,
        conn: &mut Conn<'_>,
        run_id: &str,
        block: &BlockRow,
        seen: Seen,
        changes: Option<Vec<ChangeRow>>,
    ) -> Result<Done> {
        if !store::finish_block(conn, run_id, block.number, self.now).await? {
            return Ok(Done { counts: Counts::default(), told: Vec::new() });
        }
        let notices: Vec<&NewNotice> = seen.found.iter().map(|found| &found.notice).collect();
        let is_new = notices::service::write_new(conn, &notices, self.now).await?;
        if let Some(mut changes) = changes {
            changes.retain(|change| !seen.skipped.contains(&change.customer_id));
            store::forget_changes(conn, &changes).await?;
        }
        let done = seen.done(&is_new);
        store::count_block(conn, run_id, block.number, &done.counts).await?;
        for told in &done.told {
            metrics::counter!("candor_notices_written_total", "kind" => told.kind.name()).increment(1);
        }
        Ok(done)
    }
}

/// What is due in a part.
#[derive(Default)]
struct Seen {
    counts: Counts,
    found: Vec<Found>,
    /// The ids of those whose day is not known.
    skipped: Vec<String>,
}

impl Seen {
    fn dry(self) -> Done {
        let all = vec![true; self.found.len()];
        self.done(&all)
    }

    /// `is_new` says of each notice whether it was not told before.
    fn done(self, is_new: &[bool]) -> Done {
        let told = self.found.into_iter().zip(is_new).filter(|(_, is_new)| **is_new);
        let told: Vec<Told> = told.map(|(found, _)| found.into()).collect();
        let counts = Counts { written: told.len() as i64, ..self.counts };
        Done { counts, told }
    }
}

impl Counts {
    fn count(&mut self, known: &KnownBill, day: Date) {
        self.bills += 1;
        match known.bill.standing(day) {
            Some(Standing::Overdue) => self.overdue += 1,
            Some(Standing::DueToday) => self.due_today += 1,
            Some(Standing::DueSoon) => self.due_soon += 1,
            Some(Standing::DueLater) | None => {}
        }
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.customers += other.customers;
        self.bills += other.bills;
        self.overdue += other.overdue;
        self.due_soon += other.due_soon;
        self.due_today += other.due_today;
        self.written += other.written;
    }
}
