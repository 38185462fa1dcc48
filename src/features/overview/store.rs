//! The last files that were brought in.

use crate::{server::db::Conn, sql};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ImportRow {
    pub id: String,
    pub kind: String,
    pub file_name: String,
    pub state: String,
    pub is_dry_run: bool,
    pub started_at: i64,
    pub rows_created: i64,
    pub rows_updated: i64,
    pub rows_rejected: i64,
}

/// The latest first.
pub async fn last_imports(conn: &mut Conn<'_>, limit: i64) -> sqlx::Result<Vec<ImportRow>> {
    sql!(
        conn,
        all as ImportRow,
        "select id, kind, file_name, state, is_dry_run, started_at, rows_created, rows_updated, rows_rejected
         from imports order by started_at desc, id desc limit $1",
        limit
    )
}

/// Of which kinds there is anything.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct KindsOfData {
    pub customers: bool,
    pub plans: bool,
    pub subscriptions: bool,
    pub usage: bool,
}

pub async fn kinds_of_data(conn: &mut Conn<'_>) -> sqlx::Result<KindsOfData> {
    sql!(
        conn,
        one as KindsOfData,
        "select exists (select 1 from customers) as customers, exists (select 1 from plans) as plans,
                exists (select 1 from subscriptions) as subscriptions, exists (select 1 from usage) as usage"
    )
}
