//! What can be bought, what customers have of it, and what they used.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::store::{self, CompetitorRow, HeldRow, PlanRow, UsageRow};
use crate::{
    domain::{
        comparison::Switching,
        coverage::ReadDays,
        day,
        decimal::Decimal,
        money::Currency,
        month,
        offer::{Charge, MonthUsage, Offer, Provider, ReadMonth},
    },
    error::{AppError, Result},
    server::{
        db::{Conn, Text},
        sessions,
    },
};

/// How many whole months are looked back at.
pub const LOOK_BACK_MONTHS: i64 = 12;

/// Digits behind the point of a quantity as it is kept.
pub const QUANTITY_DIGITS: u8 = 6;

/// Our plans and other companies' products.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    pub plans: Vec<Offer>,
    pub competitors: Vec<Offer>,
    /// Of our plans, by their codes.
    pub terms: BTreeMap<String, Terms>,
}

/// What a plan charges, as it is kept for later.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The same for the same body.
    pub id: String,
    /// JSON, as [`kept_terms`] reads it.
    body: String,
}

#[derive(Serialize, Deserialize)]
struct TermsBody {
    code: String,
    name: String,
    currency: Currency,
    monthly_fee: i64,
    minimum_commitment: Option<i64>,
    /// JSON.
    charges: String,
}

impl Terms {
    fn of(row: &PlanRow) -> Option<Self> {
        let body = TermsBody {
            code: row.code.clone(),
            name: row.name.clone(),
            currency: row.currency.0,
            monthly_fee: row.monthly_fee,
            minimum_commitment: row.minimum_commitment,
            charges: row.charges.clone(),
        };
        let body = serde_json::to_string(&body).ok()?;
        Some(Self { id: sessions::hash(body.as_bytes()), body })
    }
}

/// Keeps what our plans charge, each version once.
pub async fn keep_terms(conn: &mut Conn<'_>, catalogue: &Catalogue) -> Result<()> {
    let terms: Vec<(&str, &str)> =
        catalogue.terms.values().map(|terms| (terms.id.as_str(), terms.body.as_str())).collect();
    Ok(store::add_terms(conn, &terms).await?)
}

/// The plan as it was when its terms were kept, open to nobody any more.
pub async fn kept_terms(conn: &mut Conn<'_>, id: &str) -> Result<Option<Offer>> {
    let Some(body) = store::terms(conn, id).await? else { return Ok(None) };
    let body: TermsBody = serde_json::from_str(&body).map_err(AppError::internal)?;
    Ok(plan(PlanRow {
        code: body.code,
        name: body.name,
        currency: Text(body.currency),
        monthly_fee: body.monthly_fee,
        minimum_commitment: body.minimum_commitment,
        charges: body.charges,
        open_from: None,
        open_until: None,
        eligibility: None,
    }))
}

impl Catalogue {
    pub fn plan(&self, code: &str) -> Option<&Offer> {
        self.plans.iter().find(|plan| plan.code == code)
    }

    /// Whether no other of `all` that a customer has sells a meter of this one: use is known by customer and meter, so that
    /// what two subscriptions used of one meter cannot be told apart, and nothing is claimed about it.
    pub fn has_its_own_use(&self, held: &Held, all: &[Held]) -> bool {
        let meters = |held: &Held| self.plan(&held.plan).map_or(&[][..], |plan| plan.charges.as_slice());
        let shares =
            |other: &Held| meters(other).iter().any(|one| meters(held).iter().any(|own| own.meter == one.meter));
        all.iter().all(|other| other.subscription_id == held.subscription_id || !shares(other))
    }
}

/// A subscription that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub subscription_id: String,
    /// In the billing system.
    pub reference: String,
    /// The code of the plan.
    pub plan: String,
    /// When it was put on this plan.
    pub since: Date,
    pub committed_until: Option<Date>,
}

impl From<HeldRow> for Held {
    fn from(row: HeldRow) -> Self {
        Self {
            subscription_id: row.id,
            reference: row.reference,
            plan: row.plan,
            since: row.since.0,
            committed_until: row.committed_until.map(|day| day.0),
        }
    }
}

impl Held {
    /// Whether no commitment runs on `day`.
    pub fn can_change(&self, day: Date) -> bool {
        self.committed_until.is_none_or(|until| until < day)
    }

    /// Changing is free unless a commitment runs; what that costs is not known here, so nothing is claimed about it.
    pub fn switching(&self, day: Date) -> Switching {
        Switching {
            cost: self.can_change(day).then_some(0),
            committed_until: self.committed_until,
            meets_condition: None,
        }
    }
}

/// What these months cost on an offer, in minor units; nothing where one of them has no price there.
pub fn cost(offer: &Offer, months: &[MonthUsage]) -> Option<i64> {
    months.iter().try_fold(0_i64, |sum, month| sum.checked_add(offer.price(month).ok()?))
}

/// Every plan, and every product whose price had been read by `as_of`.
pub async fn catalogue(conn: &mut Conn<'_>, as_of: Date) -> Result<Catalogue> {
    let plans = store::plans(conn).await?;
    let terms = plans.iter().filter_map(|row| Some((row.code.clone(), Terms::of(row)?))).collect();
    let plans = plans.into_iter().filter_map(plan).collect();
    let competitors = store::competitors(conn, as_of).await?.into_iter().filter_map(competitor).collect();
    Ok(Catalogue { plans, competitors, terms })
}

/// Every meter that a plan sells.
pub async fn meters_sold(conn: &mut Conn<'_>) -> Result<BTreeSet<String>> {
    let plans = store::plans(conn).await?;
    let charges = plans.iter().filter_map(|plan| charges(&plan.code, &plan.charges)).flatten();
    Ok(charges.map(|charge| charge.meter).collect())
}

/// Every meter that was used, of one customer or of all, with how many of them used it.
pub async fn meters_used(conn: &mut Conn<'_>, customer_id: Option<&str>) -> Result<Vec<(String, i64)>> {
    Ok(store::meters_used(conn, customer_id).await?)
}

/// What is charged. Charges were checked when they came in; should a stored one not be read any more, that offer is left out
/// and the others stand.
fn charges(code: &str, json: &str) -> Option<Vec<Charge>> {
    let read = Charge::read_list(json);
    read.inspect_err(|error| tracing::error!(code, %error, "the charges of an offer cannot be read")).ok()
}

fn plan(row: PlanRow) -> Option<Offer> {
    Some(Offer {
        charges: charges(&row.code, &row.charges)?,
        code: row.code,
        name: row.name,
        currency: row.currency.0,
        monthly_fee: Some(row.monthly_fee),
        minimum_commitment: row.minimum_commitment,
        open_from: row.open_from.map(|day| day.0),
        open_until: row.open_until.map(|day| day.0),
        eligibility: row.eligibility,
        provider: None,
    })
}

fn competitor(row: CompetitorRow) -> Option<Offer> {
    Some(Offer {
        charges: charges(&row.product, &row.charges)?,
        code: format!("{} {}", row.provider, row.product),
        name: row.product,
        currency: row.currency.0,
        monthly_fee: row.monthly_fee,
        minimum_commitment: None,
        open_from: None,
        open_until: row.open_until.map(|day| day.0),
        eligibility: row.eligibility,
        provider: Some(Provider { name: row.provider, source: row.source, checked_on: row.checked_on.0 }),
    })
}

/// What ran on `as_of`, each with its customer, of those whose id is above `after` and at most `until`.
pub async fn held_between(conn: &mut Conn<'_>, as_of: Date, after: &str, until: &str) -> Result<Vec<(String, Held)>> {
    let rows = store::held_between(conn, as_of, after, until).await?;
    Ok(rows.into_iter().map(|mut row| (std::mem::take(&mut row.customer_id), row.into())).collect())
}

/// What customers leave, and what they left.
#[derive(Clone, Debug, Default)]
pub struct Left {
    /// The ids of the subscriptions that end this month, or that wait for a change to another plan.
    pub leaving: HashSet<String>,
    /// Customers with the codes of plans that they left when no whole month has gone by since.
    pub left: HashSet<(String, String)>,
}

/// Of customers whose id is above `ids.0` and at most `ids.1`.
pub async fn left_between(conn: &mut Conn<'_>, as_of: Date, ids: (&str, &str)) -> Result<Left> {
    let leaving = store::leaving_between(conn, (as_of, as_of.last_of_month()), ids).await?;
    let left = store::left_between(conn, (month::later(as_of, -1), as_of), ids).await?;
    Ok(Left { leaving: leaving.into_iter().collect(), left: left.into_iter().collect() })
}

/// What was used in the last `months` whole months, by customer: for each row `2026-03-01 1500000 gb`, or `2026-03-01m1500000 gb`
/// where it stands for the whole month, the quantity in millionths, in any order, with a unit separator between them.
pub async fn packed_usage(
    conn: &mut Conn<'_>,
    as_of: Date,
    months: i64,
    (after, until): (&str, &str),
) -> Result<Vec<(String, String)>> {
    let (from, to) = look_back(as_of, months);
    Ok(store::packed_usage(conn, (from, to), (after, until)).await?)
}

/// The first day of the months looked back at, and the day after the last.
fn look_back(as_of: Date, months: i64) -> (Date, Date) {
    let this_month = as_of.first_of_month();
    (this_month.saturating_sub(months.months()), this_month)
}

fn by_month(rows: Vec<UsageRow>) -> Result<Vec<ReadMonth>> {
    let mut usage: Vec<ReadMonth> = Vec::new();
    for row in rows {
        let month =
            day::read(&format!("{}-01", row.month)).ok_or_else(|| AppError::internal("a month that is none"))?;
        let units = Decimal::new(row.quantity.into(), QUANTITY_DIGITS).map_err(AppError::internal)?;
        if usage.last().is_none_or(|last| last.month != month) {
            usage.push(ReadMonth { month, meters: BTreeMap::new() });
        }
        let days =
            if row.is_whole { ReadDays::WHOLE } else { ReadDays::of_bits(row.days.try_into().unwrap_or_default()) };
        if let Some(last) = usage.last_mut() {
            last.meters.insert(row.meter, (units, days));
        }
    }
    Ok(usage)
}

/// What one customer has on `as_of`.
pub async fn held_by(conn: &mut Conn<'_>, as_of: Date, customer_id: &str) -> Result<Vec<Held>> {
    Ok(store::held_by(conn, as_of, customer_id).await?.into_iter().map(Held::from).collect())
}

/// What one customer had on any day of a period, both days included, each with its last day where it has one.
pub async fn held_during(
    conn: &mut Conn<'_>,
    period: (Date, Date),
    customer_id: &str,
) -> Result<Vec<(Held, Option<Date>)>> {
    let rows = store::held_during(conn, period, customer_id).await?;
    let last_day = |row: &store::HeldDuringRow| match (row.ends_on, row.is_left) {
        (Some(left), true) => left.0.yesterday().ok(),
        (ends_on, _) => ends_on.map(|day| day.0),
    };
    Ok(rows.into_iter().map(|row| (last_day(&row), row.held)).map(|(last, held)| (held.into(), last)).collect())
}

/// What one customer used in the whole months looked back at, the oldest first.
pub async fn usage_of(conn: &mut Conn<'_>, as_of: Date, customer_id: &str) -> Result<Vec<ReadMonth>> {
    used_between(conn, customer_id, look_back(as_of, LOOK_BACK_MONTHS)).await
}

/// What one customer used from the day `days.0` to the day before `days.1`, by month, the oldest first. A month with no row is
/// not there: nothing was metered, which is not the same as nothing used.
pub async fn used_between(conn: &mut Conn<'_>, customer_id: &str, days: (Date, Date)) -> Result<Vec<ReadMonth>> {
    by_month(store::usage_of(conn, days.0, days.1, customer_id).await?)
}
