//! Credits as rows bring them.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    batch::{Desk, Outcome, ReadRow, rows_of},
    earlier::Earlier,
    names::{self, Ids},
    told,
};
use crate::{
    domain::import::{
        CreditRow, Row, RowProblem, RowReason,
        checks::{in_its_currency, in_order, used_of},
    },
    error::Result,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
};

static KNOWN: Bulk = Bulk::new(
    "select credits.id, reference, customer_id, currency, amount, used, granted_on, expires_on, scope, reason
     from (values ",
    1,
    ") as wanted join credits on credits.reference = wanted.column1",
);
static WRITE: Bulk = Bulk::new(
    "insert into credits (id, reference, customer_id, currency, amount, used, granted_on, expires_on, scope, reason,
                          created_at, updated_at) values ",
    12,
    " on conflict (reference) do update set amount = excluded.amount, used = excluded.used,
          granted_on = excluded.granted_on, expires_on = excluded.expires_on, scope = excluded.scope,
          reason = excluded.reason, updated_at = excluded.updated_at",
);

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Credit {
    id: String,
    reference: String,
    customer_id: String,
    currency: String,
    amount: i64,
    used: i64,
    granted_on: Text<Date>,
    expires_on: Option<Text<Date>>,
    scope: Option<String>,
    reason: Option<String>,
}

pub async fn settle(
    conn: &mut Conn<'_>,
    desk: &Desk<'_>,
    rows: &[ReadRow],
    earlier: &mut Earlier,
    outcome: &mut Outcome,
) -> Result<()> {
    let rows = rows_of(rows, |row| match row {
        Row::Credit(row) => Some(row),
        _ => None,
    });
    let customers = names::customers(conn, rows.iter().map(|(_, row)| row.customer.as_str())).await?;
    let references: Vec<&str> = rows.iter().map(|(_, row)| row.reference.as_str()).collect();
    let known: Vec<Credit> = KNOWN.find(conn, &references).await?;
    let known: HashMap<&str, &Credit> = known.iter().map(|credit| (credit.reference.as_str(), credit)).collect();

    let mut written = Vec::new();
    for (read, row) in rows {
        let before = known.get(row.reference.as_str()).copied();
        match merged(row, before, &customers) {
            Err(problem) => outcome.refuse(desk, read, problem),
            Ok(credit) => {
                let verdict = earlier.judge(&row.reference, row, before.map(|before| *before == credit));
                if outcome.takes(desk, read, verdict, ("reference", &row.reference)) {
                    outcome.changed.push(credit.customer_id.clone());
                    written.push(credit);
                }
            }
        }
    }
    if desk.is_dry_run { Ok(()) } else { Ok(write(conn, &written, desk.now).await?) }
}

/// The credit as it is after this row; what the file does not tell stays.
fn merged(row: &CreditRow, before: Option<&Credit>, customers: &Ids) -> Result<Credit, RowProblem> {
    let customer_id = names::customer(customers, &row.customer)?;
    if before.is_some_and(|before| before.customer_id != *customer_id) {
        let reason = RowReason::OtherCustomers { what: "credit", name: row.reference.clone() };
        return Err(RowProblem::at("reference", reason));
    }
    let known = before.map(|before| before.currency.as_str());
    in_its_currency(("credit", &row.reference), row.amount.currency, known, "what was used of it")?;
    let used = row.used.or(before.map(|before| before.used)).unwrap_or_default();
    used_of(row.amount, used)?;
    let expires_on = told::day(row.expires_on, before.and_then(|before| before.expires_on));
    let expires = ("it can be used until", expires_on.map(|day| day.0));
    in_order("expires_on", ("it was granted on", row.granted_on), expires)?;
    Ok(Credit {
        id: before.map_or_else(new_id, |before| before.id.clone()),
        reference: row.reference.clone(),
        customer_id: customer_id.clone(),
        currency: row.amount.currency.code().to_owned(),
        amount: row.amount.minor,
        used,
        granted_on: Text(row.granted_on),
        expires_on,
        scope: told::text(&row.scope, before.and_then(|before| before.scope.as_ref())),
        reason: told::text(&row.reason, before.and_then(|before| before.reason.as_ref())),
    })
}

async fn write(conn: &mut Conn<'_>, written: &[Credit], now: i64) -> sqlx::Result<()> {
    let values: Vec<Value<'_>> = written
        .iter()
        .flat_map(|credit| {
            [
                Value::Text(&credit.id),
                Value::Text(&credit.reference),
                Value::Text(&credit.customer_id),
                Value::Text(&credit.currency),
                Value::Whole(credit.amount),
                Value::Whole(credit.used),
                Value::Day(credit.granted_on),
                Value::MaybeDay(credit.expires_on),
                Value::Maybe(credit.scope.as_deref()),
                Value::Maybe(credit.reason.as_deref()),
                Value::Whole(now),
                Value::Whole(now),
            ]
        })
        .collect();
    WRITE.write(conn, &values).await
}
