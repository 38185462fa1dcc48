//! Advice that was followed, and what became of its guarantee: their rows.

use jiff::civil::Date;

use crate::{
    domain::money::Currency,
    server::db::{Conn, Text},
    sql,
};

/// Advice that was followed and whose guarantee was not worked out yet.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FollowedRow {
    pub notice_id: String,
    pub customer_id: String,
    /// In the billing system.
    pub external_id: String,
    pub currency: Text<Currency>,
    /// The code of the plan that was advised.
    pub advised: String,
    pub previous_terms: String,
    pub followed_on: Text<Date>,
}

/// The next of them by notice, after the one given, of advice from before `day`. Of several times that a plan was advised
/// for a subscription the first counts. Advice was followed when the customer has a later subscription to that plan, from
/// its first day on; or, where the billing system changes plans in place, when the subscription has that plan, from the day
/// of the advice on.
pub async fn followed_after(conn: &mut Conn<'_>, after: &str, day: Date, limit: i64) -> sqlx::Result<Vec<FollowedRow>> {
    sql!(
        conn,
        all as FollowedRow,
        "select * from (
            select notices.id as notice_id, notices.customer_id, customers.external_id, notices.currency,
                   notices.subject as advised, notices.previous_terms,
                   coalesce((select min(starts_on) from subscriptions join plans on plans.id = subscriptions.plan_id
                             where subscriptions.customer_id = notices.customer_id and plans.code = notices.subject
                               and subscriptions.id <> notices.subscription_id
                               and starts_on >= notices.as_of and starts_on < $2),
                            (select notices.as_of from subscriptions join plans on plans.id = subscriptions.plan_id
                             where subscriptions.id = notices.subscription_id and plans.code = notices.subject))
                       as followed_on
            from notices join customers on customers.id = notices.customer_id
            where notices.id > $1 and notices.previous_terms is not null and notices.as_of < $2
              and not exists (select 1 from guarantee_checks where guarantee_checks.notice_id = notices.id)
              and not exists (select 1 from notices as earlier
                              where earlier.subscription_id = notices.subscription_id
                                and earlier.subject = notices.subject and earlier.previous_terms is not null
                                and earlier.as_of < notices.as_of)) as advice
         where followed_on is not null order by notice_id limit $3",
        after,
        Text(day),
        limit
    )
}

/// What the guarantee on a piece of advice came to.
pub struct NewCheck<'a> {
    pub notice_id: &'a str,
    pub followed_on: Date,
    pub checked_on: Date,
    pub owed: i64,
    pub evidence: &'a str,
}

/// False where another process has just worked it out.
pub async fn add_check(conn: &mut Conn<'_>, new: &NewCheck<'_>) -> sqlx::Result<bool> {
    let rows = sql!(
        conn,
        execute,
        "insert into guarantee_checks (notice_id, followed_on, checked_on, owed, evidence) values ($1, $2, $3, $4, $5)
         on conflict (notice_id) do nothing",
        new.notice_id,
        Text(new.followed_on),
        Text(new.checked_on),
        new.owed,
        new.evidence
    )?;
    Ok(rows == 1)
}
