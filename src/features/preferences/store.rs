//! Preferences and the links that end mails: their rows.

use crate::{
    domain::notice::NoticeKind,
    server::db::{Conn, Text},
    sql,
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PreferenceRow {
    pub kind: Text<NoticeKind>,
    pub by_mail: bool,
    pub quiet_from: Option<i64>,
    pub quiet_until: Option<i64>,
}

pub async fn of_customer(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<Vec<PreferenceRow>> {
    sql!(
        conn,
        all as PreferenceRow,
        "select kind, by_mail, quiet_from, quiet_until from notice_preferences where customer_id = $1",
        customer_id
    )
}

pub async fn keep(conn: &mut Conn<'_>, customer_id: &str, row: &PreferenceRow, now: i64) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into notice_preferences (customer_id, kind, by_mail, quiet_from, quiet_until, chosen_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (customer_id, kind) do update set by_mail = excluded.by_mail, quiet_from = excluded.quiet_from,
             quiet_until = excluded.quiet_until, chosen_at = excluded.chosen_at",
        customer_id,
        row.kind.0.name(),
        row.by_mail,
        row.quiet_from,
        row.quiet_until,
        now
    )
    .map(drop)
}

/// No more mail of this kind; its quiet hours stay.
pub async fn switch_off(conn: &mut Conn<'_>, customer_id: &str, kind: NoticeKind, now: i64) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into notice_preferences (customer_id, kind, by_mail, chosen_at) values ($1, $2, false, $3)
         on conflict (customer_id, kind) do update set by_mail = false, chosen_at = excluded.chosen_at",
        customer_id,
        kind.name(),
        now
    )
    .map(drop)
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LinkRow {
    pub customer_id: String,
    pub kind: Text<NoticeKind>,
}

pub async fn add_link(conn: &mut Conn<'_>, token_hash: &str, link: &LinkRow, now: i64) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into unsubscribe_links (token_hash, customer_id, kind, made_at) values ($1, $2, $3, $4)",
        token_hash,
        link.customer_id.as_str(),
        link.kind.0.name(),
        now
    )
    .map(drop)
}

pub async fn link(conn: &mut Conn<'_>, token_hash: &str) -> sqlx::Result<Option<LinkRow>> {
    let text = "select customer_id, kind from unsubscribe_links where token_hash = $1";
    sql!(conn, optional as LinkRow, text, token_hash)
}

pub async fn forget_links(conn: &mut Conn<'_>, made_before: i64) -> sqlx::Result<()> {
    sql!(conn, execute, "delete from unsubscribe_links where made_at < $1", made_before).map(drop)
}
