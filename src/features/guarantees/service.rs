//! Works out the guarantees whose year is over.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::store::{self, FollowedRow, NewCheck};
use crate::{
    domain::{
        day::plus,
        evidence::Evidence,
        guarantee::{BackedMonth, Guarantee},
        money::Money,
        month,
        offer::{MonthUsage, Offer, OwnUse, ReadMonth},
    },
    error::{AppError, Result},
    features::offers::{self, service::Catalogue},
    server::{
        db::{Conn, Db},
        state::AppState,
    },
};

/// Guarantees that are looked at together.
const BLOCK: i64 = 500;

/// The guarantee on advice that was followed, after its year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The customer's id in the billing system.
    pub customer: String,
    pub guarantee: Guarantee,
    /// What we owe the customer; zero where the advice was good.
    pub owed: Money,
    pub evidence: Evidence,
}

/// How many months to wait for readings that are late.
const PATIENCE: i32 = 2;

/// Works out every guarantee whose twelve months are over on `day`, each once, and tells each after it is kept; a dry run
/// tells the same and keeps nothing. Months are priced by the customer's own use: on the plan that was advised as it is now,
/// and on the one before at the prices it had when the advice was given, without what that did not sell. Months in which
/// they had left the plan are left out, and those without a reading, for which it waits a while. Where two subscriptions
/// share a meter, or the currency is another now, nothing is worked out: that is for a person.
pub async fn settle(app: &AppState, day: Date, dry_run: bool, mut tell: impl FnMut(Settled)) -> Result<()> {
    let mut conn = app.db.reader().await?;
    let catalogue = offers::service::catalogue(&mut conn, day).await?;
    let mut last = String::new();
    loop {
        let rows = store::followed_after(&mut conn, &last, day, BLOCK).await?;
        let Some(end) = rows.last() else { return Ok(()) };
        last = end.notice_id.clone();
        for row in rows {
            if let Some(settled) = worked_out(&mut conn, &catalogue, &row, day).await?
                && (dry_run || keep(&app.db, &row, &settled, day).await?)
            {
                tell(settled);
            }
        }
    }
}

/// Every guarantee that was worked out by the end of `day`.
pub async fn settled_by(app: &AppState, day: Date) -> Result<Vec<Settled>> {
    let mut conn = app.db.reader().await?;
    let mut all = Vec::new();
    for row in store::checks(&mut conn, day).await? {
        let before = offers::service::kept_terms(&mut conn, &row.previous_terms).await?;
        let guarantee = Guarantee {
            advised_offer: row.advised,
            previous_offer: before.map(|before| before.code).unwrap_or_default(),
            followed_on: row.followed_on.0,
            currency: row.currency.0,
        };
        all.push(Settled {
            customer: row.external_id,
            guarantee,
            owed: Money::new(row.owed, row.currency.0),
            evidence: serde_json::from_str(&row.evidence).map_err(AppError::internal)?,
        });
    }
    Ok(all)
}

/// Nothing before the year is over, and where nothing can be said.
async fn worked_out(
    conn: &mut Conn<'_>,
    catalogue: &Catalogue,
    row: &FollowedRow,
    day: Date,
) -> Result<Option<Settled>> {
    let Some(before) = offers::service::kept_terms(conn, &row.previous_terms).await? else { return Ok(None) };
    let Some(there) = catalogue.plan(&row.advised) else { return Ok(None) };
    let held = offers::service::held_by(conn, day, &row.customer_id).await?;
    let mut on_plan = held.iter().filter(|held| held.plan == row.advised);
    let shares_meters = on_plan.any(|own| !catalogue.has_its_own_use(own, &held));
    if shares_meters || [there.currency, before.currency] != [row.currency.0; 2] {
        return Ok(None);
    }
    let guarantee = Guarantee {
        advised_offer: row.advised.clone(),
        previous_offer: before.code.clone(),
        followed_on: row.followed_on.0,
        currency: row.currency.0,
    };
    let (first, due_on) = (guarantee.first_month(), guarantee.due_on());
    if day < due_on {
        return Ok(None);
    }
    let last = row.until.map_or(due_on, |until| month::of(plus(until.0, 1)).min(due_on));
    let used = offers::service::used_between(conn, &row.customer_id, (first, last)).await?;
    let months = backed(there, &before, &used);
    let is_complete = month::later(first, months.len() as i32) >= last;
    if months.is_empty() || (!is_complete && day < month::later(due_on, PATIENCE)) {
        return Ok(None);
    }
    let Some(owed) = guarantee.owed(&months, day) else { return Ok(None) };
    let evidence = guarantee.evidence(&months, day);
    let owed = Money::new(owed, row.currency.0);
    Ok(Some(Settled { customer: row.external_id.clone(), guarantee, owed, evidence }))
}

/// What each month cost on the plan that was advised, and would have cost on the one before.
fn backed(there: &Offer, before: &Offer, used: &[ReadMonth]) -> Vec<BackedMonth> {
    let month = |usage: MonthUsage| {
        let sold_before = ReadMonth::from(usage.clone()).so_far(before);
        let without = MonthUsage { month: usage.month, units: BTreeMap::new() };
        let cost = there.price(&usage).ok()?;
        Some(BackedMonth {
            month: usage.month,
            there: cost,
            before: before.price(&sold_before.unwrap_or(without)).ok()?,
        })
    };
    OwnUse::of(there, used).months.into_iter().filter_map(month).collect()
}

async fn keep(db: &Db, row: &FollowedRow, settled: &Settled, day: Date) -> Result<bool> {
    let evidence = serde_json::to_string(&settled.evidence).map_err(AppError::internal)?;
    let check = NewCheck {
        notice_id: &row.notice_id,
        followed_on: row.followed_on.0,
        checked_on: day,
        owed: settled.owed.minor,
        evidence: &evidence,
    };
    Ok(db.write(async |conn: &mut Conn<'_>| store::add_check(conn, &check).await).await?)
}
