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
    /// The last day on the plan that was advised; nothing while it runs.
    pub until: Option<Text<Date>>,
}

/// Whether the guarantee on a notice of this subscription and plan was worked out for a change after it. A macro, because a
/// query text is put together when it is compiled.
macro_rules! is_settled {
    ($notice:literal) => {
        concat!(
            "exists (select 1 from guarantee_checks join notices as told on told.id = guarantee_checks.notice_id
                     where told.subscription_id = ",
            $notice,
            ".subscription_id and told.subject = ",
            $notice,
            ".subject and guarantee_checks.followed_on >= ",
            $notice,
            ".as_of)"
        )
    };
}

/// The next of them by notice, after the one given, of advice from before `day`. Of several times that a plan was advised
/// for a subscription the first counts. Advice was followed when the subscription ended and another of the same customer, to
/// the plan that was advised, began after that; or when billing changed the subscription to that plan.
pub async fn followed_after(conn: &mut Conn<'_>, after: &str, day: Date, limit: i64) -> sqlx::Result<Vec<FollowedRow>> {
    let text = concat!(
        "select * from (
            select notices.id as notice_id, notices.customer_id, customers.external_id, notices.currency,
                   notices.subject as advised, notices.previous_terms,
                   coalesce(taken.starts_on, own.plan_since) as followed_on,
                   case when taken.id is null then own.ends_on else taken.ends_on end as until,
                   row_number() over (partition by notices.id order by taken.starts_on) as choice
            from notices
            join customers on customers.id = notices.customer_id
            join subscriptions as own on own.id = notices.subscription_id
            join plans on plans.code = notices.subject
            left join subscriptions as taken on taken.customer_id = notices.customer_id and taken.id <> own.id
                 and taken.plan_id = plans.id and taken.starts_on >= notices.as_of and taken.starts_on < $2
                 and own.ends_on >= notices.as_of and own.ends_on <= taken.starts_on
            where notices.id > $1 and notices.previous_terms is not null and notices.as_of < $2
              and (taken.id is not null or own.plan_id = plans.id and own.plan_since >= notices.as_of)
              and not ",
        is_settled!("notices"),
        " and not exists (select 1 from notices as earlier
                          where earlier.subscription_id = notices.subscription_id and earlier.subject = notices.subject
                            and earlier.previous_terms is not null and earlier.as_of < notices.as_of
                            and not ",
        is_settled!("earlier"),
        ")) as advice
         where choice = 1 order by notice_id limit $3"
    );
    sql!(conn, all as FollowedRow, text, after, Text(day), limit)
}

/// A guarantee that was worked out.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CheckRow {
    pub external_id: String,
    pub currency: Text<Currency>,
    pub advised: String,
    pub previous_terms: String,
    pub followed_on: Text<Date>,
    pub owed: i64,
    pub evidence: String,
}

/// All that were worked out by the end of `day`, the first first.
pub async fn checks(conn: &mut Conn<'_>, day: Date) -> sqlx::Result<Vec<CheckRow>> {
    sql!(
        conn,
        all as CheckRow,
        "select customers.external_id, notices.currency, notices.subject as advised, notices.previous_terms,
                guarantee_checks.followed_on, guarantee_checks.owed, guarantee_checks.evidence
         from guarantee_checks join notices on notices.id = guarantee_checks.notice_id
         join customers on customers.id = notices.customer_id
         where guarantee_checks.checked_on <= $1 order by guarantee_checks.checked_on, notices.id",
        Text(day)
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
