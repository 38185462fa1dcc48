//! One look at every open bill: who must be told what, each thing once, from nothing dated later than the day.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;

pub use super::store::RunRow;
use super::store::{self, NewRun};
use crate::{
    domain::{
        evidence::Evidence,
        late_fee::{Assessment, FeePolicy, Standing, assess},
        money::Money,
        notice::NoticeKind,
    },
    error::{AppError, Result},
    features::{
        bills::service::{KnownBill, open_on},
        fees, notices,
        notices::service::NewNotice,
    },
    server::{
        db::{Conn, Db},
        state::AppState,
    },
};

/// How many notices are written in one transaction.
const BATCH: usize = 300;

/// Something a customer is told now and was not told before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The customer's id in the billing system.
    pub customer: String,
    pub kind: NoticeKind,
    /// The number of the bill.
    pub subject: String,
    /// The fee that can be avoided; of a dispute, what is open.
    pub amount: Money,
    /// The day the bill is due, which is the agreed one where a person agreed to a later date. The evidence has the day
    /// of the fee.
    pub due_on: Date,
    pub rule_version: i64,
    pub evidence: Evidence,
}

/// What a run looked at and what it wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Customers with an open bill.
    pub customers: i64,
    pub open: i64,
    pub overdue: i64,
    /// Due in one to three days.
    pub due_soon: i64,
    pub due_today: i64,
    /// Notices that are new; in a dry run, those that would be.
    pub written: i64,
}

/// Looks at every bill that was open at the end of `as_of`; without it, of today where each customer lives. `tell` is
/// given each new notice after it is written. A dry run writes nothing and tells the same.
pub async fn run(app: &AppState, as_of: Option<Date>, dry_run: bool, mut tell: impl FnMut(Told)) -> Result<Summary> {
    let started_at = app.clock.now_ms();
    let mut summary = Summary::default();
    for (day, zones) in days(app, as_of).await? {
        let look = Look { db: &app.db, day, now: started_at, dry_run };
        look.at(zones.as_deref(), &mut summary, &mut tell).await?;
    }
    if !dry_run {
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
    }
    Ok(summary)
}

/// The last run, if there was one.
pub async fn last_run(conn: &mut Conn<'_>) -> Result<Option<RunRow>> {
    Ok(store::last_run(conn).await?)
}

/// The day of the first run, if there was one.
pub async fn first_day(conn: &mut Conn<'_>) -> Result<Option<Date>> {
    Ok(store::first_day(conn).await?.map(|day| day.0))
}

/// The days to look at, each with the zones in which it is today; no zones where the day is everybody's.
async fn days(app: &AppState, as_of: Option<Date>) -> Result<Vec<(Date, Option<Vec<String>>)>> {
    if let Some(day) = as_of.or(app.clock.fixed) {
        return Ok(vec![(day, None)]);
    }
    let mut conn = app.db.reader().await?;
    let mut days: BTreeMap<Date, Vec<String>> = BTreeMap::new();
    for zone in store::zones(&mut conn).await? {
        days.entry(app.clock.today_in(&zone)).or_default().push(zone);
    }
    let is_one = days.len() == 1;
    Ok(days.into_iter().map(|(day, zones)| (day, (!is_one).then_some(zones))).collect())
}

/// One day's look.
struct Look<'a> {
    db: &'a Db,
    day: Date,
    now: i64,
    dry_run: bool,
}

impl Look<'_> {
    async fn at(&self, zones: Option<&[String]>, summary: &mut Summary, tell: &mut impl FnMut(Told)) -> Result<()> {
        let mut conn = self.db.reader().await?;
        let mut here: Option<HashSet<String>> = None;
        for zone in zones.unwrap_or_default() {
            here.get_or_insert_default().extend(store::customers_in(&mut conn, zone).await?);
        }
        let policies = fees::service::policies(&mut conn, self.day).await?;
        let told: HashSet<String> =
            notices::service::keys_about_open_bills(&mut conn, self.day).await?.into_iter().collect();
        let bills = open_on(&mut conn, self.day).await?;
        drop(conn);
        let mut last_customer = None;
        let mut batch = Vec::with_capacity(BATCH);
        for known in &bills {
            if here.as_ref().is_some_and(|here| !here.contains(&known.customer_id)) {
                continue;
            }
            summary.count(known, self.day);
            summary.customers += i64::from(last_customer.replace(&known.customer_id) != Some(&known.customer_id));
            let Some(policy) = policies.for_bill_due(known.currency, known.bill.due_on) else { continue };
            if let Some((notice, evidence)) = self.due_notice(known, &policy, &told)? {
                batch.push((notice, evidence));
            }
            if batch.len() == BATCH {
                summary.written += self.write(&mut batch, tell).await?;
            }
        }
        summary.written += self.write(&mut batch, tell).await?;
        Ok(())
    }

    /// The notice that is due about this bill and was not written yet.
    fn due_notice(
        &self,
        known: &KnownBill,
        policy: &FeePolicy,
        told: &HashSet<String>,
    ) -> Result<Option<(NewNotice, Evidence)>> {
        let bill = &known.bill;
        let (kind, dedupe_key, amount, fee_on) = match assess(policy, bill, self.day) {
            Assessment::Warn { fee, fee_on } => {
                let key = format!("fee_warning:{}:{}", known.invoice_id, bill.pay_by());
                (NoticeKind::FeeWarning, key, fee, Some(fee_on))
            }
            Assessment::Disputed => (NoticeKind::Dispute, format!("dispute:{}", known.invoice_id), bill.open(), None),
            _ => return Ok(None),
        };
        if told.contains(&dedupe_key) {
            return Ok(None);
        }
        let evidence = bill.evidence(policy, self.day);
        let notice = NewNotice {
            customer_id: known.customer_id.clone(),
            invoice_id: known.invoice_id.clone(),
            kind,
            dedupe_key,
            subject: bill.number.clone(),
            amount: Money::new(amount, known.currency),
            due_on: bill.pay_by(),
            fee_on,
            rule_version: policy.version,
            evidence: serde_json::to_string(&evidence).map_err(AppError::internal)?,
            as_of: self.day,
        };
        Ok(Some((notice, evidence)))
    }

    /// Writes a batch, tells what was new in it, and gives how many. Another run may have been faster with some.
    async fn write(&self, batch: &mut Vec<(NewNotice, Evidence)>, tell: &mut impl FnMut(Told)) -> Result<i64> {
        if batch.is_empty() {
            return Ok(0);
        }
        let (notices, evidence): (Vec<NewNotice>, Vec<Evidence>) = std::mem::take(batch).into_iter().unzip();
        let is_new = if self.dry_run {
            vec![true; notices.len()]
        } else {
            self.db
                .write(async |conn: &mut Conn<'_>| notices::service::write_new(conn, &notices, self.now).await)
                .await?
        };
        let mut conn = self.db.reader().await?;
        let mut written = 0;
        for ((notice, evidence), _) in notices.into_iter().zip(evidence).zip(is_new).filter(|(_, is_new)| *is_new) {
            written += 1;
            if !self.dry_run {
                metrics::counter!("candor_notices_written_total", "kind" => notice.kind.name()).increment(1);
            }
            tell(Told {
                customer: store::external_id(&mut conn, &notice.customer_id).await?,
                kind: notice.kind,
                subject: notice.subject,
                amount: notice.amount,
                due_on: notice.due_on,
                rule_version: notice.rule_version,
                evidence,
            });
        }
        Ok(written)
    }
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
