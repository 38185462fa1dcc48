//! Plans as rows bring them.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    batch::{Desk, Outcome, ReadRow, rows_of},
    earlier::Earlier,
    told,
};
use crate::{
    domain::import::{
        PlanRow, Row, RowProblem,
        checks::{in_its_currency, in_order},
    },
    error::Result,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
};

static KNOWN: Bulk = Bulk::new(
    "select plans.id, code, name, currency, monthly_fee, minimum_commitment, charges, open_from, open_until,
            eligibility
     from (values ",
    1,
    ") as wanted join plans on plans.code = wanted.column1",
);
static WRITE: Bulk = Bulk::new(
    "insert into plans (id, code, name, currency, monthly_fee, minimum_commitment, charges, open_from, open_until,
                        eligibility, created_at, updated_at) values ",
    12,
    " on conflict (code) do update set name = excluded.name, currency = excluded.currency,
          monthly_fee = excluded.monthly_fee, minimum_commitment = excluded.minimum_commitment,
          charges = excluded.charges, open_from = excluded.open_from, open_until = excluded.open_until,
          eligibility = excluded.eligibility, updated_at = excluded.updated_at",
);

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Plan {
    id: String,
    code: String,
    name: String,
    currency: String,
    monthly_fee: i64,
    minimum_commitment: Option<i64>,
    charges: String,
    open_from: Option<Text<Date>>,
    open_until: Option<Text<Date>>,
    eligibility: Option<String>,
}

pub async fn settle(
    conn: &mut Conn<'_>,
    desk: &Desk<'_>,
    rows: &[ReadRow],
    earlier: &mut Earlier,
    outcome: &mut Outcome,
) -> Result<()> {
    let rows = rows_of(rows, |row| match row {
        Row::Plan(row) => Some(row),
        _ => None,
    });
    let codes: Vec<&str> = rows.iter().map(|(_, row)| row.code.as_str()).collect();
    let known: Vec<Plan> = KNOWN.find(conn, &codes).await?;
    let known: HashMap<&str, &Plan> = known.iter().map(|plan| (plan.code.as_str(), plan)).collect();

    let mut written = Vec::new();
    for (read, row) in rows {
        let before = known.get(row.code.as_str()).copied();
        match merged(row, before) {
            Err(problem) => outcome.refuse(desk, read, problem),
            Ok(plan) => {
                let verdict = earlier.judge(&row.code, row, before.map(|before| *before == plan));
                if outcome.takes(desk, read, verdict, ("code", &row.code)) {
                    written.push(plan);
                }
            }
        }
    }
    if desk.is_dry_run { Ok(()) } else { Ok(write(conn, &written, desk.now).await?) }
}

/// The plan as it is after this row; what the file does not tell stays.
fn merged(row: &PlanRow, before: Option<&Plan>) -> Result<Plan, RowProblem> {
    // A row that tells all amounts may bring them in another currency.
    if row.minimum_commitment.is_none() || row.charges.is_none() {
        let known = before.map(|before| before.currency.as_str());
        in_its_currency(("plan", &row.code), row.currency, known, "its other amounts")?;
    }
    let plan = Plan {
        id: before.map_or_else(new_id, |before| before.id.clone()),
        code: row.code.clone(),
        name: row.name.clone(),
        currency: row.currency.code().to_owned(),
        monthly_fee: row.monthly_fee,
        minimum_commitment: row.minimum_commitment.unwrap_or_else(|| before?.minimum_commitment),
        charges: told::charges(row.charges.as_ref(), before.map(|before| &before.charges)),
        open_from: told::day(row.open_from, before.and_then(|before| before.open_from)),
        open_until: told::day(row.open_until, before.and_then(|before| before.open_until)),
        eligibility: told::text(&row.eligibility, before.and_then(|before| before.eligibility.as_ref())),
    };
    if let Some(open_from) = plan.open_from {
        let until = plan.open_until.map(|day| day.0);
        in_order("open_until", ("it opens on", open_from.0), ("it is open until", until))?;
    }
    Ok(plan)
}

async fn write(conn: &mut Conn<'_>, written: &[Plan], now: i64) -> sqlx::Result<()> {
    let values: Vec<Value<'_>> = written
        .iter()
        .flat_map(|plan| {
            [
                Value::Text(&plan.id),
                Value::Text(&plan.code),
                Value::Text(&plan.name),
                Value::Text(&plan.currency),
                Value::Whole(plan.monthly_fee),
                Value::MaybeWhole(plan.minimum_commitment),
                Value::Text(&plan.charges),
                Value::MaybeDay(plan.open_from),
                Value::MaybeDay(plan.open_until),
                Value::Maybe(plan.eligibility.as_deref()),
                Value::Whole(now),
                Value::Whole(now),
            ]
        })
        .collect();
    WRITE.write(conn, &values).await
}
