//! Notices and the bills they are about: their rows.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::{
    domain::{
        bill::BillStatus,
        money::{Currency, Money},
        notice::NoticeKind,
    },
    features::responses::DismissReason,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
    sql,
};

/// A notice that may have to be written.
#[derive(Clone, Debug)]
pub struct NewNotice {
    pub customer_id: String,
    /// The bill it is about.
    pub invoice_id: Option<String>,
    /// The subscription it is about.
    pub subscription_id: Option<String>,
    pub kind: NoticeKind,
    /// What it is about, once: the same key is never written twice.
    pub dedupe_key: String,
    /// The number of the bill, the code of the plan, the reference of the credit or the name of the offer.
    pub subject: String,
    pub amount: Money,
    pub due_on: Option<Date>,
    pub fee_on: Option<Date>,
    /// The last day it is shown; nothing where the bill decides.
    pub holds_until: Option<Date>,
    /// The id of the rule.
    pub rule: String,
    pub rule_version: i64,
    /// What the rule says, with the facts filled in.
    pub words: String,
    /// JSON.
    pub evidence: String,
    pub as_of: Date,
    /// With advice to change a plan: the id of the terms of the plan they have, for the guarantee.
    pub previous_terms: Option<String>,
    /// The id of the notice that it puts right.
    pub corrects: Option<String>,
}

static WRITE: Bulk = Bulk::new(
    "insert into notices (id, customer_id, invoice_id, subscription_id, kind, dedupe_key, subject, amount, currency,
                          due_on, fee_on, holds_until, rule, rule_version, words, evidence, as_of, previous_terms,
                          corrects, created_at) values ",
    20,
    " on conflict (dedupe_key) do nothing returning id",
);

/// Writes those whose key is not there yet; for each, in order, whether it was written.
pub async fn insert_new(conn: &mut Conn<'_>, notices: &[&NewNotice], now: i64) -> sqlx::Result<Vec<bool>> {
    let ids: Vec<String> = notices.iter().map(|_| new_id()).collect();
    let rows = notices.iter().zip(&ids).flat_map(|(notice, id)| {
        [
            Value::Text(id),
            Value::Text(&notice.customer_id),
            Value::Maybe(notice.invoice_id.as_deref()),
            Value::Maybe(notice.subscription_id.as_deref()),
            Value::Text(notice.kind.name()),
            Value::Text(&notice.dedupe_key),
            Value::Text(&notice.subject),
            Value::Whole(notice.amount.minor),
            Value::Text(notice.amount.currency.code()),
            Value::MaybeDay(notice.due_on.map(Text)),
            Value::MaybeDay(notice.fee_on.map(Text)),
            Value::MaybeDay(notice.holds_until.map(Text)),
            Value::Text(&notice.rule),
            Value::Whole(notice.rule_version),
            Value::Text(&notice.words),
            Value::Text(&notice.evidence),
            Value::Day(Text(notice.as_of)),
            Value::Maybe(notice.previous_terms.as_deref()),
            Value::Maybe(notice.corrects.as_deref()),
            Value::Whole(now),
        ]
    });
    let values: Vec<Value<'_>> = rows.collect();
    let written: Vec<(String,)> = WRITE.write_returning(conn, &values).await?;
    let written: HashSet<&str> = written.iter().map(|(id,)| id.as_str()).collect();
    Ok(ids.iter().map(|id| written.contains(id.as_str())).collect())
}

/// What customers were told before, of those whose id is above `after` and at most `until`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EarlierRow {
    pub id: String,
    pub customer_id: String,
    pub kind: Text<NoticeKind>,
    pub dedupe_key: String,
    pub invoice_id: Option<String>,
    pub subscription_id: Option<String>,
    pub subject: String,
    pub amount: i64,
    pub currency: Text<Currency>,
    pub due_on: Option<Text<Date>>,
    pub fee_on: Option<Text<Date>>,
    pub as_of: Text<Date>,
    /// The customer said that it is not for them.
    pub is_dismissed: bool,
}

/// What these customers were told from the day `since` on, in the order it was told.
pub async fn told_before(conn: &mut Conn<'_>, after: &str, until: &str, since: Date) -> sqlx::Result<Vec<EarlierRow>> {
    sql!(
        conn,
        all as EarlierRow,
        "select notices.id, notices.customer_id, kind, dedupe_key, invoice_id, subscription_id, subject, amount, currency,
                due_on, fee_on, as_of, dismissed_on is not null as is_dismissed
         from notices left join notice_answers on notice_answers.notice_id = notices.id
         where notices.customer_id > $1 and notices.customer_id <= $2 and as_of >= $3
         order by as_of, created_at, notices.id",
        after,
        until,
        Text(since)
    )
}

/// A notice, and its bill as it was known at the end of a day.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NoticeRow {
    pub id: String,
    pub kind: Text<NoticeKind>,
    pub subject: String,
    pub amount: i64,
    pub currency: Text<Currency>,
    pub due_on: Option<Text<Date>>,
    pub fee_on: Option<Text<Date>>,
    pub holds_until: Option<Text<Date>>,
    pub as_of: Text<Date>,
    pub rule: String,
    pub rule_version: i64,
    pub words: String,
    pub evidence: String,
    pub created_at: i64,
    pub seen_at: Option<i64>,
    pub time_zone: String,
    pub subscription_id: Option<String>,
    /// Its reference.
    pub subscription: Option<String>,
    /// Advice that we stand by, and what became of that: minor units, and the day it was worked out.
    pub is_guaranteed: bool,
    pub owed: Option<i64>,
    pub checked_on: Option<Text<Date>>,
    pub invoice_id: Option<String>,
    pub corrects: Option<String>,
    pub corrected_by: Option<String>,
    #[sqlx(flatten)]
    pub said: SaidColumns,
    #[sqlx(flatten)]
    pub bill: BillColumns,
}

/// What the customer said back; nothing in them where they said nothing.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SaidColumns {
    pub snoozed_until: Option<Text<Date>>,
    pub dismissed_on: Option<Text<Date>>,
    pub dismiss_reason: Option<Text<DismissReason>>,
    pub dismiss_words: Option<String>,
    pub is_helpful: Option<bool>,
}

/// The columns of the bill; nothing in them where the notice is about something else.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct BillColumns {
    pub invoice_number: Option<String>,
    pub invoice_amount: Option<i64>,
    pub bill_status: Option<Text<BillStatus>>,
    pub is_disputed: bool,
    pub disputed_on: Option<Text<Date>>,
    pub dispute_settled_on: Option<Text<Date>>,
    pub is_exempt: bool,
    pub waived_on: Option<Text<Date>>,
    pub paid: i64,
}

/// The columns of a [`NoticeRow`] on the day `$1`, for the customer `$2`. A macro, because a query text is put together
/// when it is compiled.
macro_rules! notices_as_of {
    ($rest:literal) => {
        concat!(
            "select * from (
                select notices.id, notices.kind, notices.subject, notices.amount, notices.currency, notices.fee_on,
                       notices.holds_until, notices.as_of, notices.rule, notices.rule_version,
                       coalesce(notices.words, '') as words, notices.evidence, notices.created_at, notices.seen_at,
                       coalesce(notices.due_on, invoices.due_on) as due_on,
                       customers.time_zone,
                       notices.corrects,
                       (select later.id from notices as later where later.corrects = notices.id
                          and later.as_of <= $1 order by later.id limit 1) as corrected_by,
                       notices.subscription_id, notices.previous_terms is not null as is_guaranteed,
                       (select reference from subscriptions where subscriptions.id = notices.subscription_id)
                           as subscription,
                       (select owed from guarantee_checks join notices as told on told.id = guarantee_checks.notice_id
                        where told.subscription_id = notices.subscription_id and told.subject = notices.subject
                          and followed_on >= notices.as_of order by followed_on limit 1) as owed,
                       (select checked_on from guarantee_checks
                        join notices as told on told.id = guarantee_checks.notice_id
                        where told.subscription_id = notices.subscription_id and told.subject = notices.subject
                          and followed_on >= notices.as_of order by followed_on limit 1) as checked_on,
                       notice_answers.snoozed_until, notice_answers.dismissed_on, notice_answers.dismiss_reason,
                       notice_answers.dismiss_words, notice_answers.is_helpful,
                       notices.invoice_id,
                       invoices.number as invoice_number, invoices.amount as invoice_amount,
                       invoices.status as bill_status,
                       coalesce(invoices.disputed_on <= $1, false)
                           and (dispute_settled_on is null or dispute_settled_on > $1) as is_disputed,
                       invoices.disputed_on, invoices.dispute_settled_on,
                       (select max(waived_on) from fee_waivers
                        where fee_waivers.invoice_id = invoices.id and waived_on <= $1) as waived_on,
                       exists (select 1 from fee_exemptions
                               where fee_exemptions.customer_id = notices.customer_id and starts_on <= $1
                                 and (ends_on is null or ends_on >= $1))
                           or exists (select 1 from fee_waivers
                                      where fee_waivers.invoice_id = invoices.id and waived_on <= $1) as is_exempt,
                       case when invoices.status = 'open'
                            then (select cast(coalesce(sum(payments.amount), 0) as bigint) from payments
                                  where payments.invoice_id = invoices.id and payments.paid_on <= $1)
                            else coalesce(invoices.amount, 0) end as paid
                from notices
                left join invoices on invoices.id = notices.invoice_id
                left join notice_answers on notice_answers.notice_id = notices.id
                join customers on customers.id = notices.customer_id
                where notices.customer_id = $2 and notices.as_of <= $1) as told ",
            $rest
        )
    };
}

/// What one customer was told from the day `since` on, the latest first.
pub async fn told_since(
    conn: &mut Conn<'_>,
    customer_id: &str,
    today: Date,
    since: Date,
) -> sqlx::Result<Vec<NoticeRow>> {
    let text = notices_as_of!("where as_of >= $3 order by as_of desc, created_at desc, id desc");
    sql!(conn, all as NoticeRow, text, Text(today), customer_id, Text(since))
}

/// What one customer was told, the latest first.
pub async fn of_customer(
    conn: &mut Conn<'_>,
    customer_id: &str,
    today: Date,
    limit: i64,
) -> sqlx::Result<Vec<NoticeRow>> {
    let text = notices_as_of!("order by as_of desc, id desc limit $3");
    sql!(conn, all as NoticeRow, text, Text(today), customer_id, limit)
}

/// A part of what one customer was told, the latest first, without those whose ids stand in `left_out`.
pub async fn part_of_customer(
    conn: &mut Conn<'_>,
    customer_id: &str,
    today: Date,
    left_out: &str,
    (limit, offset): (i64, i64),
) -> sqlx::Result<Vec<NoticeRow>> {
    let text = notices_as_of!("where $3 not like '%' || id || '%' order by as_of desc, id desc limit $4 offset $5");
    sql!(conn, all as NoticeRow, text, Text(today), customer_id, left_out, limit, offset)
}

/// How many notices [`part_of_customer`] takes parts of.
pub async fn count_of_customer(
    conn: &mut Conn<'_>,
    customer_id: &str,
    today: Date,
    left_out: &str,
) -> sqlx::Result<i64> {
    let text = "select count(*) from notices where customer_id = $1 and as_of <= $2 and $3 not like '%' || id || '%'";
    sql!(conn, scalar as i64, text, customer_id, Text(today), left_out)
}

/// One notice of one customer.
pub async fn by_id(conn: &mut Conn<'_>, customer_id: &str, id: &str, today: Date) -> sqlx::Result<Option<NoticeRow>> {
    let text = notices_as_of!("where id = $3");
    sql!(conn, optional as NoticeRow, text, Text(today), customer_id, id)
}

/// The zone of a customer's civil dates.
pub async fn zone_of(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<Option<String>> {
    sql!(conn, optional as (String,), "select time_zone from customers where id = $1", customer_id)
        .map(|row| row.map(|(zone,)| zone))
}

/// Keeps when the customer first opened it.
pub async fn mark_seen(conn: &mut Conn<'_>, customer_id: &str, id: &str, now: i64) -> sqlx::Result<()> {
    let text = "update notices set seen_at = $3 where customer_id = $1 and id = $2 and seen_at is null";
    sql!(conn, execute, text, customer_id, id, now).map(drop)
}
