//! Works out the guarantees whose year is over.

use jiff::civil::Date;

use super::store::{self, FollowedRow, NewCheck};
use crate::{
    domain::{
        evidence::Evidence,
        guarantee::{BackedMonth, Guarantee},
        money::Money,
        offer::Offer,
    },
    error::{AppError, Result},
    features::offers::{
        self,
        service::{Catalogue, use_of},
    },
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

/// Works out every guarantee whose twelve months are over on `day`, each once, and tells each after it is kept; a dry run
/// tells the same and keeps nothing. Months are priced by the customer's own use: on the plan that was advised as it is
/// now, and on the one before at the prices it had when the advice was given. A month without a reading, or without a price
/// on one of both, is left out.
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

/// Nothing before the year is over.
async fn worked_out(
    conn: &mut Conn<'_>,
    catalogue: &Catalogue,
    row: &FollowedRow,
    day: Date,
) -> Result<Option<Settled>> {
    let Some(before) = offers::service::kept_terms(conn, &row.previous_terms).await? else { return Ok(None) };
    let Some(there) = catalogue.plan(&row.advised) else { return Ok(None) };
    let guarantee = Guarantee {
        advised_offer: row.advised.clone(),
        previous_offer: before.code.clone(),
        advised_on: row.followed_on.0,
        currency: row.currency.0,
    };
    let year = (guarantee.first_month(), guarantee.due_on());
    if day < year.1 {
        return Ok(None);
    }
    let months = backed(conn, &row.customer_id, there, &before, year).await?;
    let Some(owed) = guarantee.owed(&months, day) else { return Ok(None) };
    let evidence = guarantee.evidence(&months, day);
    let owed = Money::new(owed, row.currency.0);
    Ok(Some(Settled { customer: row.external_id.clone(), guarantee, owed, evidence }))
}

async fn backed(
    conn: &mut Conn<'_>,
    customer_id: &str,
    there: &Offer,
    before: &Offer,
    year: (Date, Date),
) -> Result<Vec<BackedMonth>> {
    let used = use_of(there, &offers::service::used_between(conn, customer_id, year).await?);
    let month = |usage| {
        let (there, before) = (there.price(usage).ok()?, before.price(usage).ok()?);
        Some(BackedMonth { month: usage.month, there, before })
    };
    Ok(used.iter().filter_map(month).collect())
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
