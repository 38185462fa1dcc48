//! Plans, competitors' products, who has which plan, and what was used: their rows.

use jiff::civil::Date;

use crate::{
    domain::money::Currency,
    server::{
        bulk::{Bulk, Value},
        db::{Conn, Text},
    },
    sql,
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PlanRow {
    pub code: String,
    pub name: String,
    pub currency: Text<Currency>,
    pub monthly_fee: i64,
    pub minimum_commitment: Option<i64>,
    pub charges: String,
    pub open_from: Option<Text<Date>>,
    pub open_until: Option<Text<Date>>,
    pub eligibility: Option<String>,
}

/// Every plan, by its code.
pub async fn plans(conn: &mut Conn<'_>) -> sqlx::Result<Vec<PlanRow>> {
    sql!(
        conn,
        all as PlanRow,
        "select code, name, currency, monthly_fee, minimum_commitment, charges, open_from, open_until, eligibility
         from plans order by code"
    )
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CompetitorRow {
    pub provider: String,
    pub product: String,
    pub currency: Text<Currency>,
    pub monthly_fee: Option<i64>,
    pub charges: String,
    pub eligibility: Option<String>,
    pub source: String,
    pub checked_on: Text<Date>,
    pub open_until: Option<Text<Date>>,
}

/// Every product whose price had been read by `as_of`.
pub async fn competitors(conn: &mut Conn<'_>, as_of: Date) -> sqlx::Result<Vec<CompetitorRow>> {
    sql!(
        conn,
        all as CompetitorRow,
        "select provider, product, currency, monthly_fee, charges, eligibility, source, checked_on, open_until
         from competitors where checked_on <= $1 order by provider, product",
        Text(as_of)
    )
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct HeldRow {
    pub id: String,
    pub reference: String,
    pub customer_id: String,
    pub plan: String,
    /// When it was put on this plan.
    pub since: Text<Date>,
    pub committed_until: Option<Text<Date>>,
}

/// The columns of a [`HeldRow`] on the day `$1`. A macro, because a query text is put together when it is compiled.
macro_rules! held {
    ($rest:literal) => {
        concat!(
            "select subscriptions.id, reference, customer_id, plans.code as plan,
                    coalesce(plan_since, starts_on) as since, committed_until
             from subscriptions join plans on plans.id = subscriptions.plan_id
             where starts_on <= $1 and (ends_on is null or ends_on >= $1) ",
            $rest
        )
    };
}

/// The subscriptions that ran on `as_of`, of customers whose id is above `after` and at most `until`.
pub async fn held_between(conn: &mut Conn<'_>, as_of: Date, after: &str, until: &str) -> sqlx::Result<Vec<HeldRow>> {
    let text = held!("and customer_id > $2 and customer_id <= $3 order by customer_id, subscriptions.id");
    sql!(conn, all as HeldRow, text, Text(as_of), after, until)
}

/// The subscriptions of one customer that ran on `as_of`, the oldest first.
pub async fn held_by(conn: &mut Conn<'_>, as_of: Date, customer_id: &str) -> sqlx::Result<Vec<HeldRow>> {
    let text = held!("and customer_id = $2 order by starts_on, subscriptions.id");
    sql!(conn, all as HeldRow, text, Text(as_of), customer_id)
}

/// The subscriptions that end by `last` or that a change asked for by `as_of` will put on another plan, of customers whose id
/// is above `ids.0` and at most `ids.1`.
pub async fn leaving_between(
    conn: &mut Conn<'_>,
    (as_of, last): (Date, Date),
    ids: (&str, &str),
) -> sqlx::Result<Vec<String>> {
    sql!(
        conn,
        scalars as String,
        "select id from subscriptions where customer_id > $1 and customer_id <= $2 and ends_on <= $4
         union
         select subscription_id from billing_orders
         where customer_id > $1 and customer_id <= $2 and kind = 'change_plan' and asked_on <= $3 and booked_at is null
           and state in ('asked', 'confirmed')",
        ids.0,
        ids.1,
        Text(as_of),
        Text(last)
    )
}

/// The codes of the plans that customers with such ids left from `since` to `as_of`, each with its customer.
pub async fn left_between(
    conn: &mut Conn<'_>,
    (since, as_of): (Date, Date),
    ids: (&str, &str),
) -> sqlx::Result<Vec<(String, String)>> {
    sql!(
        conn,
        all as (String, String),
        "select subscriptions.customer_id, plans.code from subscriptions join plans on plans.id = plan_id
         where customer_id > $1 and customer_id <= $2 and ends_on >= $3 and ends_on <= $4
         union
         select billing_orders.customer_id, plans.code from billing_orders join plans on plans.id = plan_before
         where customer_id > $1 and customer_id <= $2 and state = 'confirmed' and booked_at is not null
           and takes_effect_on >= $3 and takes_effect_on <= $4",
        ids.0,
        ids.1,
        Text(since),
        Text(as_of)
    )
}

/// A subscription that ran on some day of a period, with its last day where it has one.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct HeldDuringRow {
    #[sqlx(flatten)]
    pub held: HeldRow,
    pub ends_on: Option<Text<Date>>,
    /// The plan was left for another on `ends_on`, so that the day before was its last.
    pub is_left: bool,
}

/// The subscriptions of one customer that ran on any day from `from` to `to`, the oldest first.
pub async fn held_during(
    conn: &mut Conn<'_>,
    (from, to): (Date, Date),
    customer_id: &str,
) -> sqlx::Result<Vec<HeldDuringRow>> {
    sql!(
        conn,
        all as HeldDuringRow,
        "select * from (
            select subscriptions.id, reference, subscriptions.customer_id, plans.code as plan,
                   coalesce(plan_since, starts_on) as since, committed_until, ends_on, false as is_left
            from subscriptions join plans on plans.id = subscriptions.plan_id
            union all
            select subscriptions.id, reference, subscriptions.customer_id, plans.code as plan,
                   coalesce(plan_since_before, starts_on) as since, committed_until, takes_effect_on as ends_on,
                   true as is_left
            from billing_orders join subscriptions on subscriptions.id = billing_orders.subscription_id
            join plans on plans.id = plan_before
            where state = 'confirmed' and booked_at is not null) as had
         where since <= $1 and (ends_on is null or ends_on > $2 or ends_on = $2 and not is_left) and customer_id = $3
         order by since, id",
        Text(to),
        Text(from),
        customer_id
    )
}

/// What one customer used of one meter in one month.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UsageRow {
    /// `2026-03`.
    pub month: String,
    pub meter: String,
    /// Millionths of a unit.
    pub quantity: i64,
    /// A bit for each day that was read, the first of the month the lowest.
    pub days: i64,
    /// Whether a row stands for the whole month.
    pub is_whole: bool,
}

/// What customers whose id is above `ids.0` and at most `ids.1` used from the day `days.0` to the day before `days.1`,
/// packed into one text each.
pub async fn packed_usage(
    conn: &mut Conn<'_>,
    days: (Date, Date),
    ids: (&str, &str),
) -> sqlx::Result<Vec<(String, String)>> {
    sql!(
        conn,
        all as (String, String),
        "select customer_id, string_agg(used_on || case covers when 'month' then 'm' else ' ' end || quantity || ' ' || meter, $5)
         from usage where customer_id > $1 and customer_id <= $2 and used_on >= $3 and used_on < $4
         group by customer_id",
        ids.0,
        ids.1,
        Text(days.0),
        Text(days.1),
        "\u{1f}"
    )
}

/// What one customer used from the day `from` to the day before `to`, by month and meter.
pub async fn usage_of(conn: &mut Conn<'_>, from: Date, to: Date, customer_id: &str) -> sqlx::Result<Vec<UsageRow>> {
    sql!(
        conn,
        all as UsageRow,
        "select substr(used_on, 1, 7) as month, meter, cast(sum(quantity) as bigint) as quantity,
                cast(sum(1 << (cast(substr(used_on, 9, 2) as integer) - 1)) as bigint) as days,
                max(case covers when 'month' then 1 else 0 end) = 1 as is_whole
         from usage where used_on >= $1 and used_on < $2 and customer_id = $3
         group by substr(used_on, 1, 7), meter order by substr(used_on, 1, 7), meter",
        Text(from),
        Text(to),
        customer_id
    )
}

/// Every meter that was used, with how many customers used it.
pub async fn meters_used(conn: &mut Conn<'_>, customer_id: Option<&str>) -> sqlx::Result<Vec<(String, i64)>> {
    match customer_id {
        Some(customer_id) => {
            let text =
                "select meter, cast(1 as bigint) from usage where customer_id = $1 group by meter order by meter";
            sql!(conn, all as (String, i64), text, customer_id)
        }
        None => {
            let text = "select meter, count(distinct customer_id) from usage group by meter order by meter";
            sql!(conn, all as (String, i64), text)
        }
    }
}

static ADD_TERMS: Bulk = Bulk::new("insert into plan_terms (id, body) values ", 2, " on conflict (id) do nothing");

/// Keeps terms, each with its id.
pub async fn add_terms(conn: &mut Conn<'_>, terms: &[(&str, &str)]) -> sqlx::Result<()> {
    let values: Vec<Value<'_>> = terms.iter().flat_map(|(id, body)| [Value::Text(id), Value::Text(body)]).collect();
    ADD_TERMS.write(conn, &values).await
}

pub async fn terms(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<Option<String>> {
    let row = sql!(conn, optional as (String,), "select body from plan_terms where id = $1", id)?;
    Ok(row.map(|(body,)| body))
}
