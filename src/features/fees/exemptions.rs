//! Customers who are not charged late fees: who, for how long and why.

use jiff::civil::Date;

use super::{
    Exemption,
    service::reason_problem,
    store::{self, ExemptionRow},
};
use crate::{
    error::{AppError, Problem, Reason, Result},
    features::advice,
    server::{
        auth::Person,
        db::{Conn, new_id},
        state::AppState,
    },
};

impl From<ExemptionRow> for Exemption {
    fn from(row: ExemptionRow) -> Self {
        Self {
            id: row.id,
            customer_name: row.customer_name,
            external_id: row.external_id,
            starts_on: row.starts_on.0,
            ends_on: row.ends_on.map(|ends_on| ends_on.0),
            reason: row.reason,
            made_by: row.made_by_name,
        }
    }
}

/// Those that hold on `today` or will.
pub async fn from(conn: &mut Conn<'_>, today: Date) -> Result<Vec<Exemption>> {
    Ok(store::exemptions_from(conn, today).await?.into_iter().map(Exemption::from).collect())
}

/// An exemption as it is typed.
pub struct Typed<'a> {
    /// The customer's id in the billing system.
    pub customer: &'a str,
    pub since: &'a str,
    /// Empty for one without an end.
    pub until: &'a str,
    pub why: &'a str,
}

/// Exempts a customer from late fees.
pub async fn add(app: &AppState, admin: &Person, typed: Typed<'_>) -> Result<()> {
    let kept = [("customer", typed.customer), ("since", typed.since), ("until", typed.until), ("why", typed.why)];
    add_typed(app, admin, &typed).await.map_err(|error| error.keeping(kept))
}

async fn add_typed(app: &AppState, admin: &Person, typed: &Typed<'_>) -> Result<()> {
    let mut problems = Vec::new();
    let mut problem = |field: &str, reason| problems.push(Problem { field: field.to_owned(), reason });
    let (customer, why) = (typed.customer.trim(), typed.why.trim());
    if customer.is_empty() {
        problem("customer", Reason::Missing);
    }
    let since = match typed.since.trim() {
        "" => Err(Reason::Missing),
        since => since.parse::<Date>().map_err(|_| Reason::NotADate),
    };
    let until = match typed.until.trim() {
        "" => Ok(None),
        until => until.parse::<Date>().map(Some).map_err(|_| Reason::NotADate),
    };
    match (&since, &until) {
        (Ok(since), Ok(Some(until))) if until < since => problem("until", Reason::EndsBeforeStart),
        _ => {
            since.as_ref().err().into_iter().for_each(|reason| problem("since", reason.clone()));
            until.as_ref().err().into_iter().for_each(|reason| problem("until", reason.clone()));
        }
    }
    problems.extend(reason_problem("why", why));
    let (Ok(starts_on), Ok(ends_on), true) = (since, until, problems.is_empty()) else {
        return Err(AppError::Invalid { problems, kept: Vec::new() });
    };
    let now = app.clock.now_ms();
    let id = new_id();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let customer_id = store::customer_id_of(conn, customer)
                .await?
                .ok_or_else(|| AppError::field("customer", Reason::NoSuchCustomer))?;
            let new = store::NewExemption {
                id: &id,
                customer_id: &customer_id,
                starts_on,
                ends_on,
                reason: why,
                made_by: &admin.id,
                now,
            };
            if store::add_exemption(conn, new).await? {
                advice::service::changed(conn, [customer_id.as_str()]).await
            } else {
                Err(AppError::field("customer", Reason::AlreadyExempt))
            }
        })
        .await
}

/// Ends an exemption; today is its last day.
pub async fn end(app: &AppState, id: &str) -> Result<()> {
    let today = app.clock.today_in(&app.config.time_zone);
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let customer_id = store::end_exemption(conn, id, today).await?.ok_or(AppError::NotFound)?;
            advice::service::changed(conn, [customer_id.as_str()]).await
        })
        .await
}
