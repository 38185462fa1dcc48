//! What customers used, as rows bring it.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    batch::{Desk, Outcome, ReadRow, rows_of},
    days::{in_units, named},
    earlier::{Earlier, Verdict},
    names,
};
use crate::{
    domain::{
        import::{Row, RowProblem, RowReason, Tally, UsageRow, amount_format::LARGEST_QUANTITY},
        money::MoneyError,
    },
    error::Result,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text},
    },
};

static KNOWN: Bulk = Bulk::new(
    "select customer_id, meter, used_on, covers, quantity from (values ",
    3,
    ") as wanted join usage on usage.customer_id = wanted.column1 and usage.meter = wanted.column2
                           and usage.used_on = wanted.column3",
);
static WRITE: Bulk = Bulk::new(
    "insert into usage (customer_id, meter, used_on, covers, quantity, created_at, updated_at) values ",
    7,
    " on conflict (customer_id, meter, used_on) do update set covers = excluded.covers, quantity = excluded.quantity,
          updated_at = excluded.updated_at",
);

#[derive(sqlx::FromRow)]
struct Known {
    customer_id: String,
    meter: String,
    used_on: Text<Date>,
    covers: String,
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
    let meters: Vec<String> = rows.iter().map(|(_, row)| earlier.days.meter(&row.meter).to_owned()).collect();
    let keys: Vec<&str> = rows
        .iter()
        .zip(&meters)
        .zip(&days)
        .filter_map(|(((_, row), meter), day)| Some([customers.get(&row.customer)?, meter.as_str(), day]))
        .flatten()
        .collect();
    let known: Vec<Known> = KNOWN.find(conn, &keys).await?;
    let known: HashMap<(&str, &str, Date), (i64, &str)> = known
        .iter()
        .map(|usage| {
            let key = (usage.customer_id.as_str(), usage.meter.as_str(), usage.used_on.0);
            (key, (usage.quantity, usage.covers.as_str()))
        })
        .collect();

    let mut values = Vec::new();
    for ((read, row), meter) in rows.into_iter().zip(&meters) {
        let decided = names::customer(&customers, &row.customer)
            .and_then(|customer_id| Ok((customer_id, quantity(row, meter, earlier)?)));
        let (customer_id, quantity) = match decided {
            Ok(decided) => decided,
            Err(problem) => {
                outcome.refuse(desk, read, problem);
                continue;
            }
        };
        let covers = if row.is_month || earlier.days.is_by_month(&row.meter) { "month" } else { "day" };
        let before = known.get(&(customer_id.as_str(), meter.as_str(), row.used_on));
        let verdict = match earlier.days.sum(&row.customer, meter, row.used_on).and_then(|sum| sum.verdict) {
            // The first row of the day stands for all of them; the others count as what it does.
            Some(verdict) => {
                count(&mut outcome.tally, verdict);
                continue;
            }
            None => {
                let key = (&row.customer, meter, row.used_on);
                earlier.judge(key, (quantity, covers), before.map(|before| *before == (quantity, covers)))
            }
        };
        if let Some(sum) = earlier.days.sum(&row.customer, meter, row.used_on) {
            sum.verdict = Some(verdict);
        }
        if outcome.takes(desk, read, verdict, ("used_on", named(&row.customer, meter, row.used_on))) {
            outcome.changed.push(customer_id.clone());
            values.extend([
                Value::Text(customer_id),
                Value::Text(meter),
                Value::Day(Text(row.used_on)),
                Value::Text(covers),
                Value::Whole(quantity),
                Value::Whole(desk.now),
                Value::Whole(desk.now),
            ]);
        }
    }
    if desk.is_dry_run { Ok(()) } else { Ok(WRITE.write(conn, &values).await?) }
}

/// What all rows of the day come to.
fn quantity(row: &UsageRow, meter: &str, earlier: &mut Earlier) -> std::result::Result<i64, RowProblem> {
    let key = || named(&row.customer, meter, row.used_on);
    let quantity = match earlier.days.sum(&row.customer, meter, row.used_on) {
        None => Some(row.quantity),
        Some(sum) if sum.is_incomplete => return Err(RowProblem::at("quantity", RowReason::DayIncomplete(key()))),
        Some(sum) => sum.quantity.filter(|quantity| *quantity <= LARGEST_QUANTITY),
    };
    match quantity {
        Some(quantity @ 0..) => Ok(quantity),
        Some(_) => {
            let reason = RowReason::TakesBackTooMuch { key: key(), total: in_units(quantity) };
            Err(RowProblem::at("quantity", reason))
        }
        None => {
            let reason = RowReason::Quantity { text: key(), reason: MoneyError::TooLarge };
            Err(RowProblem::at("quantity", reason))
        }
    }
}

fn count(tally: &mut Tally, verdict: Verdict) {
    match verdict {
        Verdict::Creates => tally.created += 1,
        Verdict::Updates => tally.updated += 1,
        Verdict::ChangesNothing | Verdict::Contradicts => tally.unchanged += 1,
    }
}
