//! Products of other companies as rows bring them.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    batch::{Desk, Outcome, ReadRow, rows_of},
    earlier::Earlier,
    told,
};
use crate::{
    domain::import::{CompetitorRow, Row, RowProblem, checks::in_its_currency},
    error::Result,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
};

static KNOWN: Bulk = Bulk::new(
    "select competitors.id, provider, product, currency, monthly_fee, charges, eligibility, source, checked_on,
            open_until
     from (values ",
    2,
    ") as wanted join competitors on competitors.provider = wanted.column1 and competitors.product = wanted.column2",
);
static WRITE: Bulk = Bulk::new(
    "insert into competitors (id, provider, product, currency, monthly_fee, charges, eligibility, source, checked_on,
                              open_until, created_at, updated_at) values ",
    12,
    " on conflict (provider, product) do update set currency = excluded.currency, monthly_fee = excluded.monthly_fee,
          charges = excluded.charges, eligibility = excluded.eligibility, source = excluded.source,
          checked_on = excluded.checked_on, open_until = excluded.open_until, updated_at = excluded.updated_at",
);

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Competitor {
    id: String,
    provider: String,
    product: String,
    currency: String,
    monthly_fee: Option<i64>,
    charges: String,
    eligibility: Option<String>,
    source: String,
    checked_on: Text<Date>,
    open_until: Option<Text<Date>>,
}

pub async fn settle(
    conn: &mut Conn<'_>,
    desk: &Desk<'_>,
    rows: &[ReadRow],
    earlier: &mut Earlier,
    outcome: &mut Outcome,
) -> Result<()> {
    let rows = rows_of(rows, |row| match row {
        Row::Competitor(row) => Some(row),
        _ => None,
    });
    let keys: Vec<&str> = rows.iter().flat_map(|(_, row)| [row.provider.as_str(), row.product.as_str()]).collect();
    let known: Vec<Competitor> = KNOWN.find(conn, &keys).await?;
    let known: HashMap<(&str, &str), &Competitor> =
        known.iter().map(|other| ((other.provider.as_str(), other.product.as_str()), other)).collect();

    let mut written = Vec::new();
    for (read, row) in rows {
        let before = known.get(&(row.provider.as_str(), row.product.as_str())).copied();
        match merged(row, before) {
            Err(problem) => outcome.refuse(desk, read, problem),
            Ok(competitor) => {
                let as_before = before.map(|before| *before == competitor);
                let verdict = earlier.judge((&row.provider, &row.product), row, as_before);
                if outcome.takes(desk, read, verdict, ("product", &row.product)) {
                    written.push(competitor);
                }
            }
        }
    }
    if desk.is_dry_run { Ok(()) } else { Ok(write(conn, &written, desk.now).await?) }
}

/// The product as it is after this row; what the file does not tell stays.
fn merged(row: &CompetitorRow, before: Option<&Competitor>) -> Result<Competitor, RowProblem> {
    // A row that tells all prices may bring them in another currency.
    if row.monthly_fee.is_none() || row.charges.is_none() {
        let known = before.map(|before| before.currency.as_str());
        in_its_currency(("product", &row.product), row.currency, known, "its other amounts")?;
    }
    Ok(Competitor {
        id: before.map_or_else(new_id, |before| before.id.clone()),
        provider: row.provider.clone(),
        product: row.product.clone(),
        currency: row.currency.code().to_owned(),
        monthly_fee: row.monthly_fee.unwrap_or_else(|| before?.monthly_fee),
        charges: told::charges(row.charges.as_ref(), before.map(|before| &before.charges)),
        eligibility: told::text(&row.eligibility, before.and_then(|before| before.eligibility.as_ref())),
        source: row.source.clone(),
        checked_on: Text(row.checked_on),
        open_until: told::day(row.open_until, before.and_then(|before| before.open_until)),
    })
}

async fn write(conn: &mut Conn<'_>, written: &[Competitor], now: i64) -> sqlx::Result<()> {
    let values: Vec<Value<'_>> = written
        .iter()
        .flat_map(|other| {
            [
                Value::Text(&other.id),
                Value::Text(&other.provider),
                Value::Text(&other.product),
                Value::Text(&other.currency),
                Value::MaybeWhole(other.monthly_fee),
                Value::Text(&other.charges),
                Value::Maybe(other.eligibility.as_deref()),
                Value::Text(&other.source),
                Value::Day(other.checked_on),
                Value::MaybeDay(other.open_until),
                Value::Whole(now),
                Value::Whole(now),
            ]
        })
        .collect();
    WRITE.write(conn, &values).await
}
