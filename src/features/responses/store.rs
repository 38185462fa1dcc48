//! What was said back to notices: their rows. Whatever is said last stands.

use jiff::civil::Date;

use super::DismissReason;
use crate::{
    domain::{money::Currency, notice::NoticeKind},
    server::db::{Conn, Text},
    sql,
};

/// Puts a notice aside until a day; it is no longer dismissed.
pub async fn snooze(
    conn: &mut Conn<'_>,
    customer_id: &str,
    notice_id: &str,
    until: Date,
    now: i64,
) -> sqlx::Result<u64> {
    sql!(
        conn,
        execute,
        "insert into notice_answers (notice_id, customer_id, snoozed_until, snoozed_at) values ($1, $2, $3, $4)
         on conflict (notice_id) do update set
            snoozed_until = excluded.snoozed_until, snoozed_at = excluded.snoozed_at,
            dismissed_on = null, dismissed_at = null, dismiss_reason = null, dismiss_words = null",
        notice_id,
        customer_id,
        Text(until),
        now
    )
}

pub struct NewDismissal<'a> {
    pub on: Date,
    pub at: i64,
    pub reason: DismissReason,
    pub words: &'a str,
}

/// Dismisses a notice; it is no longer put aside for a while. Dismissed twice, the day stays that of the first time.
pub async fn dismiss(
    conn: &mut Conn<'_>,
    customer_id: &str,
    notice_id: &str,
    new: NewDismissal<'_>,
) -> sqlx::Result<u64> {
    sql!(
        conn,
        execute,
        "insert into notice_answers (notice_id, customer_id, dismissed_on, dismissed_at, dismiss_reason, dismiss_words)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (notice_id) do update set
            dismissed_on = coalesce(notice_answers.dismissed_on, excluded.dismissed_on),
            dismissed_at = coalesce(notice_answers.dismissed_at, excluded.dismissed_at),
            dismiss_reason = excluded.dismiss_reason, dismiss_words = excluded.dismiss_words,
            snoozed_until = null, snoozed_at = null",
        notice_id,
        customer_id,
        Text(new.on),
        new.at,
        new.reason.name(),
        new.words
    )
}

pub async fn say_helpful(
    conn: &mut Conn<'_>,
    customer_id: &str,
    notice_id: &str,
    is_helpful: bool,
    now: i64,
) -> sqlx::Result<u64> {
    sql!(
        conn,
        execute,
        "insert into notice_answers (notice_id, customer_id, is_helpful, helpful_at) values ($1, $2, $3, $4)
         on conflict (notice_id) do update set is_helpful = excluded.is_helpful, helpful_at = excluded.helpful_at",
        notice_id,
        customer_id,
        is_helpful,
        now
    )
}

pub async fn wake(conn: &mut Conn<'_>, customer_id: &str, notice_id: &str) -> sqlx::Result<u64> {
    let text = "update notice_answers set snoozed_until = null, snoozed_at = null
                where notice_id = $1 and customer_id = $2";
    sql!(conn, execute, text, notice_id, customer_id)
}

pub async fn bring_back(conn: &mut Conn<'_>, customer_id: &str, notice_id: &str) -> sqlx::Result<u64> {
    let text = "update notice_answers
                set dismissed_on = null, dismissed_at = null, dismiss_reason = null, dismiss_words = null
                where notice_id = $1 and customer_id = $2";
    sql!(conn, execute, text, notice_id, customer_id)
}

pub async fn forget_helpful(conn: &mut Conn<'_>, customer_id: &str, notice_id: &str) -> sqlx::Result<u64> {
    let text = "update notice_answers set is_helpful = null, helpful_at = null
                where notice_id = $1 and customer_id = $2";
    sql!(conn, execute, text, notice_id, customer_id)
}

/// A notice that was dismissed, with what tells what it was about.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DismissedRow {
    pub notice_id: String,
    pub kind: Text<NoticeKind>,
    pub invoice_id: Option<String>,
    pub subscription_id: Option<String>,
    pub subject: String,
    pub amount: i64,
    pub currency: Text<Currency>,
    pub dismissed_on: Text<Date>,
}

/// What one customer dismissed from the day `since` on.
pub async fn dismissed_since(conn: &mut Conn<'_>, customer_id: &str, since: Date) -> sqlx::Result<Vec<DismissedRow>> {
    sql!(
        conn,
        all as DismissedRow,
        "select notices.id as notice_id, notices.kind, notices.invoice_id, notices.subscription_id, notices.subject,
                notices.amount, notices.currency, notice_answers.dismissed_on
         from notice_answers join notices on notices.id = notice_answers.notice_id
         where notice_answers.customer_id = $1 and notice_answers.dismissed_on >= $2",
        customer_id,
        Text(since)
    )
}
