//! Policies: their rows.

use jiff::civil::Date;

use crate::{
    domain::{late_fee::FeePolicy, money::Currency, percent::Percent},
    server::db::{Conn, Text},
    sql,
};

#[derive(sqlx::FromRow)]
pub struct VersionRow {
    currency: Text<Currency>,
    version: i64,
    starts_on: Text<Date>,
    grace_days: i64,
    flat_amount: i64,
    percent_millionths: i64,
    minimum_amount: i64,
    cap_amount: Option<i64>,
    warn_days: i64,
}

impl From<VersionRow> for FeePolicy {
    fn from(row: VersionRow) -> Self {
        Self {
            currency: row.currency.0,
            version: row.version,
            starts_on: row.starts_on.0,
            grace_days: row.grace_days,
            flat: row.flat_amount,
            percent: Percent { millionths: row.percent_millionths },
            minimum: row.minimum_amount,
            cap: row.cap_amount,
            warn_days: row.warn_days,
        }
    }
}

pub async fn versions_made_by(conn: &mut Conn<'_>, as_of: Date) -> sqlx::Result<Vec<VersionRow>> {
    sql!(
        conn,
        all as VersionRow,
        "select currency, version, starts_on, grace_days, flat_amount, percent_millionths, minimum_amount, cap_amount,
                warn_days
         from fee_policies where made_on <= $1 order by currency, version",
        Text(as_of)
    )
}
