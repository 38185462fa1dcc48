//! Orders to billing and what they booked: their rows.

use jiff::civil::Date;

use super::{Kind, SHOWN, State};
use crate::{
    server::db::{Conn, Text},
    sql,
};

/// An order with the names it is told by.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OrderRow {
    pub id: String,
    pub customer_id: String,
    pub external_id: String,
    pub time_zone: String,
    pub kind: Text<Kind>,
    pub invoice_id: Option<String>,
    pub subscription_id: Option<String>,
    pub terms: String,
    pub state: Text<State>,
    /// Nothing where nobody asked for it.
    pub asked_by: Option<String>,
    pub asked_on: Text<Date>,
    pub asked_at: i64,
    pub takes_effect_on: Text<Date>,
    pub booked_at: Option<i64>,
    pub booked_as: Option<String>,
    pub plan_before: Option<String>,
    pub plan_since_before: Option<Text<Date>>,
    pub refusal: Option<String>,
    pub answer: Option<String>,
    pub answered_by: Option<String>,
    pub answered_at: Option<i64>,
    pub seen_at: Option<i64>,
}

/// The columns of an [`OrderRow`]. A macro, because a query text is put together when it is compiled.
macro_rules! orders {
    ($rest:literal) => {
        concat!(
            "select billing_orders.id, billing_orders.customer_id, customers.external_id, customers.time_zone, kind,
                    invoice_id, subscription_id, terms, state, asked_by, asked_on, asked_at, takes_effect_on, booked_at, booked_as,
                    plan_before, plan_since_before, refusal, answer, people.name as answered_by, answered_at,
                    seen_at
             from billing_orders join customers on customers.id = billing_orders.customer_id
             left join people on people.id = billing_orders.answered_by ",
            $rest
        )
    };
}

/// Lets nobody else act for this customer before this transaction ends.
pub async fn hold(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<()> {
    // SQLite has one writer at a time.
    if conn.locks_rows() {
        sql!(conn, execute, "select id from customers where id = $1 for no key update", customer_id)?;
    }
    Ok(())
}

pub struct NewOrder<'a> {
    pub id: &'a str,
    pub customer_id: &'a str,
    pub kind: Kind,
    pub invoice_id: Option<&'a str>,
    pub subscription_id: Option<&'a str>,
    /// JSON.
    pub terms: &'a str,
    /// What is asked, while it stands.
    pub open_key: Option<&'a str>,
    pub asked_by: Option<&'a str>,
    pub asked_on: Date,
    pub asked_at: i64,
    pub takes_effect_on: Date,
}

/// Whether it was added; not where the same stands already.
pub async fn add(conn: &mut Conn<'_>, order: &NewOrder<'_>) -> sqlx::Result<bool> {
    let added = sql!(
        conn,
        execute,
        "insert into billing_orders (id, customer_id, kind, invoice_id, subscription_id, terms, state, open_key, asked_by,
                                     asked_on, asked_at, takes_effect_on)
         values ($1, $2, $3, $4, $5, $6, 'asked', $7, $8, $9, $10, $11) on conflict do nothing",
        order.id,
        order.customer_id,
        order.kind.name(),
        order.invoice_id,
        order.subscription_id,
        order.terms,
        order.open_key,
        order.asked_by,
        Text(order.asked_on),
        order.asked_at,
        Text(order.takes_effect_on)
    )?;
    Ok(added == 1)
}

pub async fn by_id(conn: &mut Conn<'_>, id: &str) -> sqlx::Result<Option<OrderRow>> {
    sql!(conn, optional as OrderRow, orders!("where billing_orders.id = $1"), id)
}

/// What was asked about one bill, the latest first, as many as are shown.
pub async fn about_bill(conn: &mut Conn<'_>, invoice_id: &str) -> sqlx::Result<Vec<OrderRow>> {
    let text = orders!("where invoice_id = $1 order by asked_at desc, billing_orders.id desc limit $2");
    sql!(conn, all as OrderRow, text, invoice_id, SHOWN)
}

/// What one customer asked of one kind, the latest first; `limit` of it after `offset`.
pub async fn of_kind(
    conn: &mut Conn<'_>,
    customer_id: &str,
    kind: Kind,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<OrderRow>> {
    let text = orders!(
        "where billing_orders.customer_id = $1 and kind = $2 order by asked_at desc, billing_orders.id desc
         limit $3 offset $4"
    );
    sql!(conn, all as OrderRow, text, customer_id, kind.name(), limit, offset)
}

/// How many times one customer asked for something of one kind.
pub async fn count_of_kind(conn: &mut Conn<'_>, customer_id: &str, kind: Kind) -> sqlx::Result<i64> {
    let text = "select count(*) from billing_orders where customer_id = $1 and kind = $2";
    sql!(conn, scalar as i64, text, customer_id, kind.name())
}

/// How many times a person asked for something of one kind for a customer on a day.
pub async fn count_asked_on(conn: &mut Conn<'_>, customer_id: &str, kind: Kind, day: Date) -> sqlx::Result<i64> {
    let text = "select count(*) from billing_orders
                where customer_id = $1 and kind = $2 and asked_on = $3 and asked_by is not null";
    sql!(conn, scalar as i64, text, customer_id, kind.name(), Text(day))
}

/// Up to which day credit was looked after everywhere; nothing where it never was.
pub async fn looked_after_credit_on(conn: &mut Conn<'_>) -> sqlx::Result<Option<Text<Date>>> {
    sql!(conn, scalar as Option<Text<Date>>, "select max(looked_on) from credit_looks")
}

pub async fn keep_look_after_credit(conn: &mut Conn<'_>, day: Date) -> sqlx::Result<()> {
    let text = "insert into credit_looks (id, looked_on) values (1, $1)
                on conflict (id) do update set looked_on = excluded.looked_on";
    sql!(conn, execute, text, Text(day)).map(drop)
}

/// Since when a customer is known here.
pub async fn customer_known_since(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<i64> {
    sql!(conn, scalar as i64, "select created_at from customers where id = $1", customer_id)
}

/// What of one customer's was refused or settled after `since`, and which later dates were agreed to and not seen yet, where
/// the same was not asked again about the bill; the latest first.
pub async fn news(conn: &mut Conn<'_>, customer_id: &str, since: i64) -> sqlx::Result<Vec<OrderRow>> {
    let text = orders!(
        "where billing_orders.customer_id = $1
           and ((state = 'refused' and settled_at > $2)
                or (state <> 'refused' and seen_at is null and answered_at is not null
                    and (kind = 'later_date' or answered_at > $2)))
           and not exists (select 1 from billing_orders as newer
                           where newer.invoice_id = billing_orders.invoice_id and newer.kind = billing_orders.kind
                             and (newer.asked_at, newer.id) > (billing_orders.asked_at, billing_orders.id))
         order by asked_at desc, billing_orders.id desc limit 20"
    );
    sql!(conn, all as OrderRow, text, customer_id, since)
}

/// Keeps that the customer saw what was answered.
pub async fn mark_seen(conn: &mut Conn<'_>, id: &str, now: i64) -> sqlx::Result<()> {
    sql!(conn, execute, "update billing_orders set seen_at = $2 where id = $1 and seen_at is null", id, now).map(drop)
}

/// Confirmed and not booked, where the day has come somewhere.
pub async fn to_book(conn: &mut Conn<'_>, latest_today: Date) -> sqlx::Result<Vec<OrderRow>> {
    let text = orders!(
        "where state = 'confirmed' and booked_at is null and takes_effect_on <= $1
         order by takes_effect_on, billing_orders.id limit 500"
    );
    sql!(conn, all as OrderRow, text, Text(latest_today))
}

/// Whether it moved from `from` to `to`; of two who move it at once, one does.
pub async fn settle(conn: &mut Conn<'_>, id: &str, from: State, to: State, now: i64) -> sqlx::Result<bool> {
    let moved = sql!(
        conn,
        execute,
        "update billing_orders set state = $3, settled_at = $4,
                open_key = case when $3 in ('refused', 'undone') then null else open_key end
         where id = $1 and state = $2",
        id,
        from.name(),
        to.name(),
        now
    )?;
    Ok(moved == 1)
}

pub async fn keep_refusal(conn: &mut Conn<'_>, id: &str, reason: Option<&str>) -> sqlx::Result<()> {
    sql!(conn, execute, "update billing_orders set refusal = $2 where id = $1", id, reason).map(drop)
}

/// Keeps that it was booked, and as what; false where somebody has just booked it.
pub async fn mark_booked(conn: &mut Conn<'_>, id: &str, as_what: Option<&str>, now: i64) -> sqlx::Result<bool> {
    let text = "update billing_orders set booked_at = $2, booked_as = $3
                where id = $1 and booked_at is null and state = 'confirmed'";
    Ok(sql!(conn, execute, text, id, now, as_what)? == 1)
}

/// Keeps what a person answered; false where somebody has just done so.
pub async fn answer(conn: &mut Conn<'_>, id: &str, words: &str, by: &str, now: i64) -> sqlx::Result<bool> {
    let text = "update billing_orders set answer = $2, answered_by = $3, answered_at = $4, open_key = null
                where id = $1 and answered_at is null and state in ('asked', 'confirmed')";
    Ok(sql!(conn, execute, text, id, words, by, now)? == 1)
}

/// Keeps what is asked as it is now.
pub async fn keep_terms(conn: &mut Conn<'_>, id: &str, terms: &str) -> sqlx::Result<()> {
    sql!(conn, execute, "update billing_orders set terms = $2 where id = $1", id, terms).map(drop)
}

/// Takes so much of a grant for an order; false where not so much is left, whatever day it is where the customer is.
pub async fn use_credit(
    conn: &mut Conn<'_>,
    order_id: &str,
    credit_id: &str,
    amount: i64,
    used_on: Date,
) -> sqlx::Result<bool> {
    let text = "insert into credit_uses (order_id, credit_id, amount, used_on)
                select $1, id, $3, $4 from credits
                where id = $2 and amount - used - (select coalesce(sum(credit_uses.amount), 0) from credit_uses
                                                   where credit_id = $2) >= $3";
    Ok(sql!(conn, execute, text, order_id, credit_id, amount, Text(used_on))? == 1)
}

/// Counts what an order used as used by billing, whose files carry it from now on.
pub async fn hand_credit_over(conn: &mut Conn<'_>, order_id: &str) -> sqlx::Result<()> {
    let text = "update credits set used = used + (select amount from credit_uses
                                                  where credit_id = credits.id and order_id = $1)
                where id in (select credit_id from credit_uses where order_id = $1)";
    sql!(conn, execute, text, order_id)?;
    sql!(conn, execute, "delete from credit_uses where order_id = $1", order_id).map(drop)
}

/// Whether credit that an order used has expired, and was given some days more before.
pub async fn would_be_lost(conn: &mut Conn<'_>, order_id: &str, today: Date) -> sqlx::Result<bool> {
    let text = "select count(*) from credits where expires_on < $2 and expired_on is not null
                and id in (select credit_id from credit_uses where order_id = $1)";
    Ok(sql!(conn, scalar as i64, text, order_id, Text(today))? > 0)
}

/// Gives back what an order took; what expired meanwhile can be used until `until`, where it was not given more days before.
pub async fn give_credit_back(conn: &mut Conn<'_>, order_id: &str, today: Date, until: Date) -> sqlx::Result<()> {
    let text = "update credits set expired_on = expires_on, expires_on = $3
                where expires_on < $2 and expired_on is null
                  and id in (select credit_id from credit_uses where order_id = $1)";
    sql!(conn, execute, text, order_id, Text(today), Text(until))?;
    sql!(conn, execute, "delete from credit_uses where order_id = $1", order_id).map(drop)
}

/// A payment, under a name of its own for this bill, and who says so.
pub async fn pay(
    conn: &mut Conn<'_>,
    id: &str,
    invoice_id: &str,
    (reference, source): (&str, &str),
    amount: i64,
    paid_on: Date,
    now: i64,
) -> sqlx::Result<()> {
    let text = "insert into payments (id, invoice_id, reference, amount, paid_on, source, created_at, updated_at)
                values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (invoice_id, reference) do nothing";
    sql!(conn, execute, text, id, invoice_id, reference, amount, Text(paid_on), source, now).map(drop)
}

pub async fn take_payment_back(conn: &mut Conn<'_>, invoice_id: &str, reference: &str) -> sqlx::Result<()> {
    let text = "delete from payments where invoice_id = $1 and reference = $2";
    sql!(conn, execute, text, invoice_id, reference).map(drop)
}

pub async fn waive(
    conn: &mut Conn<'_>,
    (invoice_id, customer_id, order_id): (&str, &str, &str),
    fee: i64,
    on: Date,
) -> sqlx::Result<()> {
    let text = "insert into fee_waivers (invoice_id, customer_id, order_id, fee, waived_on) values ($1, $2, $3, $4, $5)
                on conflict (invoice_id) do nothing";
    sql!(conn, execute, text, invoice_id, customer_id, order_id, fee, Text(on)).map(drop)
}

pub async fn take_waiver_back(conn: &mut Conn<'_>, order_id: &str) -> sqlx::Result<()> {
    sql!(conn, execute, "delete from fee_waivers where order_id = $1", order_id).map(drop)
}

/// Since which day this customer last let go of a fee themselves, or asked to; nothing where they did not.
pub async fn last_waiver(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<Option<Text<Date>>> {
    sql!(
        conn,
        scalar as Option<Text<Date>>,
        "select max(asked_on) from billing_orders
         where customer_id = $1 and kind = 'waive_fee' and asked_by is not null and state in ('asked', 'confirmed')",
        customer_id
    )
}

/// The bill is in dispute from `on` on.
pub async fn open_dispute(conn: &mut Conn<'_>, invoice_id: &str, on: Date, now: i64) -> sqlx::Result<()> {
    let text = "update invoices set disputed_on = $2, dispute_settled_on = null, updated_at = $3 where id = $1";
    sql!(conn, execute, text, invoice_id, Text(on), now).map(drop)
}

/// The bill is not in dispute any more from `on` on.
pub async fn end_dispute(conn: &mut Conn<'_>, invoice_id: &str, on: Date, now: i64) -> sqlx::Result<()> {
    let text = "update invoices set dispute_settled_on = $2, updated_at = $3 where id = $1";
    sql!(conn, execute, text, invoice_id, Text(on), now).map(drop)
}

/// A subscription that runs, with its plan.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RunningRow {
    pub id: String,
    /// The code of its plan.
    pub plan: String,
    pub committed_until: Option<Text<Date>>,
}

/// One running subscription of one customer by its reference.
pub async fn running(
    conn: &mut Conn<'_>,
    customer_id: &str,
    reference: &str,
    today: Date,
) -> sqlx::Result<Option<RunningRow>> {
    sql!(
        conn,
        optional as RunningRow,
        "select subscriptions.id, plans.code as plan, committed_until
         from subscriptions join plans on plans.id = subscriptions.plan_id
         where customer_id = $1 and reference = $2 and starts_on <= $3 and (ends_on is null or ends_on >= $3)",
        customer_id,
        reference,
        Text(today)
    )
}

/// Whether this subscription was changed at once on `since` or later.
pub async fn was_changed_at_once(conn: &mut Conn<'_>, subscription_id: &str, since: Date) -> sqlx::Result<bool> {
    let text = "select count(*) from billing_orders where subscription_id = $1 and kind = 'change_plan'
                and state in ('asked', 'confirmed') and takes_effect_on = asked_on and asked_on >= $2";
    Ok(sql!(conn, scalar as i64, text, subscription_id, Text(since))? > 0)
}

/// Whether a change of this subscription waits for its day or for billing.
pub async fn is_changing(conn: &mut Conn<'_>, subscription_id: &str) -> sqlx::Result<bool> {
    let text = "select count(*) from billing_orders where subscription_id = $1 and kind = 'change_plan'
                and booked_at is null and state in ('asked', 'confirmed')";
    Ok(sql!(conn, scalar as i64, text, subscription_id)? > 0)
}

/// Puts a subscription on another plan from `since` on, and keeps with the order what it was before. False where the plan is
/// not there any more, or the subscription has ended.
pub async fn change_plan(
    conn: &mut Conn<'_>,
    order_id: &str,
    subscription_id: &str,
    to_code: &str,
    since: Date,
    now: i64,
) -> sqlx::Result<bool> {
    sql!(
        conn,
        execute,
        "update billing_orders
         set plan_before = (select plan_id from subscriptions where id = $2),
             plan_since_before = (select plan_since from subscriptions where id = $2)
         where id = $1",
        order_id,
        subscription_id
    )?;
    let text =
        "update subscriptions set plan_id = (select id from plans where code = $2), plan_since = $3, updated_at = $4
                where id = $1 and (ends_on is null or ends_on >= $3) and exists (select 1 from plans where code = $2)";
    Ok(sql!(conn, execute, text, subscription_id, to_code, Text(since), now)? == 1)
}

/// Puts it back as it was before the order; false where its plan was changed again since.
pub async fn change_plan_back(conn: &mut Conn<'_>, order: &OrderRow, from_code: &str, now: i64) -> sqlx::Result<bool> {
    let text = "update subscriptions set plan_id = $2, plan_since = $3, updated_at = $4
                where id = $1 and plan_id = (select id from plans where code = $5)";
    let changed = sql!(
        conn,
        execute,
        text,
        order.subscription_id.as_deref(),
        order.plan_before.as_deref(),
        order.plan_since_before,
        now,
        from_code
    )?;
    Ok(changed == 1)
}

pub struct NewGrant<'a> {
    pub id: &'a str,
    pub reference: &'a str,
    pub customer_id: &'a str,
    pub currency: &'a str,
    pub amount: i64,
    pub granted_on: Date,
    pub reason: &'a str,
    pub now: i64,
}

/// Credit that does not expire.
pub async fn grant(conn: &mut Conn<'_>, new: NewGrant<'_>) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into credits (id, reference, customer_id, currency, amount, used, granted_on, reason, created_at, updated_at)
         values ($1, $2, $3, $4, $5, 0, $6, $7, $8, $8)",
        new.id,
        new.reference,
        new.customer_id,
        new.currency,
        new.amount,
        Text(new.granted_on),
        new.reason,
        new.now
    )
    .map(drop)
}

/// Takes a grant back that nothing was used of; false where something was.
pub async fn take_grant_back(conn: &mut Conn<'_>, reference: &str) -> sqlx::Result<bool> {
    let text = "delete from credits where reference = $1 and used = 0
                and not exists (select 1 from credit_uses where credit_uses.credit_id = credits.id)";
    Ok(sql!(conn, execute, text, reference)? == 1)
}

/// Keeps a message for the outside billing system.
pub async fn add_message(conn: &mut Conn<'_>, id: &str, order_id: &str, body: &str, now: i64) -> sqlx::Result<()> {
    let text = "insert into billing_messages (id, order_id, body, made_at, not_before) values ($1, $2, $3, $4, $4)";
    sql!(conn, execute, text, id, order_id, body, now).map(drop)
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MessageRow {
    pub id: String,
    pub body: String,
    pub tries: i64,
}

/// The next message whose time has come, which nobody else takes before `until`: where this process ends in between, it is
/// sent again after that.
pub async fn take_message(conn: &mut Conn<'_>, now: i64, until: i64) -> sqlx::Result<Option<MessageRow>> {
    sql!(
        conn,
        optional as MessageRow,
        "update billing_messages set not_before = $2, tries = tries + 1
         where id = (select id from billing_messages as one where sent_at is null and not_before <= $1
                       and not exists (select 1 from billing_messages as before
                                       where before.order_id = one.order_id and before.sent_at is null
                                         and before.id < one.id)
                     order by id limit 1)
           and sent_at is null and not_before <= $1
         returning id, body, tries",
        now,
        until
    )
}

pub async fn mark_sent(conn: &mut Conn<'_>, id: &str, now: i64) -> sqlx::Result<()> {
    sql!(conn, execute, "update billing_messages set sent_at = $2, last_error = null where id = $1", id, now).map(drop)
}

pub async fn put_off(conn: &mut Conn<'_>, id: &str, error: &str, until: i64) -> sqlx::Result<()> {
    let text = "update billing_messages set not_before = $3, last_error = $2 where id = $1";
    sql!(conn, execute, text, id, error, until).map(drop)
}
