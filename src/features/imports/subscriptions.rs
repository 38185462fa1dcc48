//! Subscriptions as rows bring them.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    batch::{Desk, Outcome, ReadRow, rows_of},
    earlier::Earlier,
    names::{self, Ids},
    told,
};
use crate::{
    domain::import::{Row, RowProblem, RowReason, SubscriptionRow, checks::in_order},
    error::Result,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text, new_id},
    },
};

static KNOWN: Bulk = Bulk::new(
    "select subscriptions.id, reference, customer_id, plan_id, starts_on, ends_on, committed_until from (values ",
    1,
    ") as wanted join subscriptions on subscriptions.reference = wanted.column1",
);
static WRITE: Bulk = Bulk::new(
    "insert into subscriptions (id, reference, customer_id, plan_id, starts_on, ends_on, committed_until, plan_since,
                                created_at, updated_at) values ",
    10,
    " on conflict (reference) do update set
          plan_since = case when subscriptions.plan_id = excluded.plan_id or excluded.plan_id = (
                                     select plan_before from billing_orders
                                     where billing_orders.subscription_id = subscriptions.id and kind = 'change_plan'
                                       and state = 'confirmed' and booked_at is not null
                                     order by booked_at desc limit 1) then subscriptions.plan_since
                            else excluded.plan_since end,
          plan_id = case when excluded.plan_id = (
                                  select plan_before from billing_orders
                                  where billing_orders.subscription_id = subscriptions.id and kind = 'change_plan'
                                    and state = 'confirmed' and booked_at is not null
                                  order by booked_at desc limit 1) then subscriptions.plan_id
                         else excluded.plan_id end,
          starts_on = excluded.starts_on,
          ends_on = excluded.ends_on, committed_until = excluded.committed_until, updated_at = excluded.updated_at",
);

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Subscription {
    id: String,
    reference: String,
    customer_id: String,
    plan_id: String,
    starts_on: Text<Date>,
    ends_on: Option<Text<Date>>,
    committed_until: Option<Text<Date>>,
}

pub async fn settle(
    conn: &mut Conn<'_>,
    desk: &Desk<'_>,
    rows: &[ReadRow],
    earlier: &mut Earlier,
    outcome: &mut Outcome,
) -> Result<()> {
    let rows = rows_of(rows, |row| match row {
        Row::Subscription(row) => Some(row),
        _ => None,
    });
    let customers = names::customers(conn, rows.iter().map(|(_, row)| row.customer.as_str())).await?;
    let plans = names::plans(conn, rows.iter().map(|(_, row)| row.plan.as_str())).await?;
    let references: Vec<&str> = rows.iter().map(|(_, row)| row.reference.as_str()).collect();
    let known: Vec<Subscription> = KNOWN.find(conn, &references).await?;
    let known: HashMap<&str, &Subscription> =
        known.iter().map(|subscription| (subscription.reference.as_str(), subscription)).collect();

    let mut written = Vec::new();
    for (read, row) in rows {
        let before = known.get(row.reference.as_str()).copied();
        match merged(row, before, &customers, &plans) {
            Err(problem) => outcome.refuse(desk, read, problem),
            Ok(subscription) => {
                let verdict = earlier.judge(&row.reference, row, before.map(|before| *before == subscription));
                if outcome.takes(desk, read, verdict, ("reference", &row.reference)) {
                    outcome.changed.push(subscription.customer_id.clone());
                    // For where the plan is another than before; a new one has its plan since it starts.
                    written.push((subscription, before.map(|_| Text(desk.today))));
                }
            }
        }
    }
    if desk.is_dry_run { Ok(()) } else { Ok(write(conn, &written, desk).await?) }
}

/// The subscription as it is after this row; what the file does not tell stays.
fn merged(
    row: &SubscriptionRow,
    before: Option<&Subscription>,
    customers: &Ids,
    plans: &Ids,
) -> Result<Subscription, RowProblem> {
    let customer_id = names::customer(customers, &row.customer)?;
    if before.is_some_and(|before| before.customer_id != *customer_id) {
        let reason = RowReason::OtherCustomers { what: "subscription", name: row.reference.clone() };
        return Err(RowProblem::at("reference", reason));
    }
    let subscription = Subscription {
        id: before.map_or_else(new_id, |before| before.id.clone()),
        reference: row.reference.clone(),
        customer_id: customer_id.clone(),
        plan_id: names::plan(plans, &row.plan)?.clone(),
        starts_on: Text(row.starts_on),
        ends_on: told::day(row.ends_on, before.and_then(|before| before.ends_on)),
        committed_until: told::day(row.committed_until, before.and_then(|before| before.committed_until)),
    };
    let starts = ("it starts on", row.starts_on);
    in_order("ends_on", starts, ("it ends on", subscription.ends_on.map(|day| day.0)))?;
    let committed_until = subscription.committed_until.map(|day| day.0);
    in_order("committed_until", starts, ("it is committed until", committed_until))?;
    Ok(subscription)
}

async fn write(
    conn: &mut Conn<'_>,
    written: &[(Subscription, Option<Text<Date>>)],
    desk: &Desk<'_>,
) -> sqlx::Result<()> {
    let values: Vec<Value<'_>> = written
        .iter()
        .flat_map(|(subscription, plan_since)| {
            [
                Value::Text(&subscription.id),
                Value::Text(&subscription.reference),
                Value::Text(&subscription.customer_id),
                Value::Text(&subscription.plan_id),
                Value::Day(subscription.starts_on),
                Value::MaybeDay(subscription.ends_on),
                Value::MaybeDay(subscription.committed_until),
                Value::MaybeDay(*plan_since),
                Value::Whole(desk.now),
                Value::Whole(desk.now),
            ]
        })
        .collect();
    WRITE.write(conn, &values).await
}
