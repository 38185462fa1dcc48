//! What customers used, as rows bring it.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    batch::{Desk, Outcome, ReadRow, rows_of},
    earlier::Earlier,
    names,
};
use crate::{
    domain::import::Row,
    error::Result,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text},
    },
};

static KNOWN: Bulk = Bulk::new(
    "select customer_id, meter, used_on, quantity from (values ",
    3,
    ") as wanted join usage on usage.customer_id = wanted.column1 and usage.meter = wanted.column2
                           and usage.used_on = wanted.column3",
);
static WRITE: Bulk = Bulk::new(
    "insert into usage (customer_id, meter, used_on, quantity, created_at, updated_at) values ",
    6,
    " on conflict (customer_id, meter, used_on) do update set quantity = excluded.quantity,
          updated_at = excluded.updated_at",
);

#[derive(sqlx::FromRow)]
struct Known {
    customer_id: String,
    meter: String,
    used_on: Text<Date>,
    quantity: i64,
}

pub async fn settle(
    conn: &mut Conn<'_>,
    desk: &Desk<'_>,
    rows: &[ReadRow],
    earlier: &mut Earlier,
    outcome: &mut Outcome,
) -> Result<()> {
    let rows = rows_of(rows, |row| match row {
        Row::Usage(row) => Some(row),
        _ => None,
    });
    let customers = names::customers(conn, rows.iter().map(|(_, row)| row.customer.as_str())).await?;
    let days: Vec<String> = rows.iter().map(|(_, row)| row.used_on.to_string()).collect();
    let keys: Vec<&str> = rows
        .iter()
        .zip(&days)
        .filter_map(|((_, row), day)| Some([customers.get(&row.customer)?, row.meter.as_str(), day]))
        .flatten()
        .collect();
    let known: Vec<Known> = KNOWN.find(conn, &keys).await?;
    let known: HashMap<(&str, &str, Date), i64> = known
        .iter()
        .map(|usage| ((usage.customer_id.as_str(), usage.meter.as_str(), usage.used_on.0), usage.quantity))
        .collect();

    let mut values = Vec::new();
    for (read, row) in rows {
        match names::customer(&customers, &row.customer) {
            Err(problem) => outcome.refuse(desk, read, problem),
            Ok(customer_id) => {
                let before = known.get(&(customer_id.as_str(), row.meter.as_str(), row.used_on));
                let key = (&row.customer, &row.meter, row.used_on);
                let verdict = earlier.judge(key, row.quantity, before.map(|before| *before == row.quantity));
                let name = format_args!("{} {} {}", row.customer, row.meter, row.used_on);
                if outcome.takes(desk, read, verdict, ("used_on", name)) {
                    outcome.changed.push(customer_id.clone());
                    values.extend([
                        Value::Text(customer_id),
                        Value::Text(&row.meter),
                        Value::Day(Text(row.used_on)),
                        Value::Whole(row.quantity),
                        Value::Whole(desk.now),
                        Value::Whole(desk.now),
                    ]);
                }
            }
        }
    }
    if desk.is_dry_run { Ok(()) } else { Ok(WRITE.write(conn, &values).await?) }
}
