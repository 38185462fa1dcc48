//! Changing a plan, at once or at the end of the month, with the exact money of both.

use jiff::{ToSpan, civil::Date};

use super::{
    PlanPreview, Terms, When,
    orders::{self, Asking, Books},
    store::{self, NewGrant, OrderRow},
};
use crate::{
    domain::{
        decimal::Decimal,
        evidence::Step,
        money::Money,
        month,
        offer::{Offer, OwnUse},
        plan_change::{Fee, at_once, expected_use, next_period, use_costs_more},
        pricing::Share,
    },
    error::{AppError, Refusal, Result},
    features::{customers, offers},
    server::{
        auth::Customer,
        db::{Conn, new_id},
        state::AppState,
    },
};

/// What is changed, and what it would come to.
struct Change {
    subscription_id: String,
    preview: PlanPreview,
}

/// Refused where a commitment runs, where a change is under way, or where the plan is not one that they can choose.
async fn change(
    conn: &mut Conn<'_>,
    customer_id: &str,
    (reference, to): (&str, &str),
    today: Date,
    books: Books,
) -> Result<Change> {
    if reference.contains('\0') || to.contains('\0') {
        return Err(AppError::NotFound);
    }
    let running = store::running(conn, customer_id, reference, today).await?.ok_or(AppError::NotFound)?;
    let catalogue = offers::service::catalogue(conn, today).await?;
    let from = catalogue.plan(&running.plan).ok_or(AppError::NotFound)?;
    let to = catalogue.plan(to).filter(|plan| is_for_sale(plan, from, today)).ok_or(AppError::NotFound)?;
    if running.committed_until.is_some_and(|until| until.0 >= today) {
        return Err(AppError::Refused(Refusal::Committed));
    }
    if store::is_changing(conn, &running.id).await? {
        return Err(AppError::Refused(Refusal::AlreadyChanging));
    }
    let fee = |offer: &Offer| Fee { name: offer.name.clone(), monthly: offer.monthly_fee.unwrap_or_default() };
    let money = |minor| Money::new(minor, from.currency);
    let now = at_once(&fee(from), &fee(to), from.currency, today).map_err(AppError::internal)?;
    let usage = offers::service::usage_of(conn, today, customer_id).await?;
    let months = OwnUse::of(from, &usage).months;
    let held = offers::service::held_by(conn, today, customer_id).await?;
    let is_own = held
        .iter()
        .find(|held| held.subscription_id == running.id)
        .is_some_and(|one| catalogue.has_its_own_use(one, &held));
    let saving = offers::service::cost(from, &months).zip(offers::service::cost(to, &months));
    let saving = saving.filter(|_| is_own && !months.is_empty()).map(|(here, there)| money(here - there));
    let this_month =
        offers::service::used_between(conn, customer_id, (month::of(today), today.saturating_add(1.day()))).await?;
    let so_far = this_month.first().and_then(|month| month.so_far(from));
    let expected = expected_use(so_far.as_ref(), &months, today).filter(|_| is_own);
    let is_fee_alone = from.charges.is_empty() && to.charges.is_empty();
    let use_more =
        if is_fee_alone { Some(0) } else { expected.as_ref().and_then(|usage| use_costs_more(from, to, usage)) };
    let mut steps = now.steps;
    if let Some(more) = use_more.filter(|more| *more != 0) {
        let words = format!("What you use in {}, at the prices of {} instead", month::words(today), to.name);
        steps.push(Step { words, amount: money(more) });
    }
    let expected =
        expected.filter(|_| use_more.is_some() && !is_fee_alone).map(|usage| usage.units).unwrap_or_default();
    let preview = PlanPreview {
        once: new_id(),
        subscription: reference.to_owned(),
        from: from.name.clone(),
        from_fee: money(from.monthly_fee.unwrap_or_default()),
        to: to.name.clone(),
        to_code: to.code.clone(),
        to_fee: money(to.monthly_fee.unwrap_or_default()),
        difference: money(now.difference),
        steps,
        now_costs_more: use_more.map(|more| money(now.difference.saturating_add(more))),
        expected: expected.into_iter().map(|(meter, units)| (meter, about(units))).collect(),
        is_fee_alone,
        next_period: next_period(today),
        today,
        saving,
        months: months.len(),
        is_outside: books == Books::Outside,
    };
    Ok(Change { subscription_id: running.id, preview })
}

/// To two digits, as far as an estimate goes.
fn about(units: Decimal) -> String {
    let rounded = Share::WHOLE.take(units).and_then(|ratio| ratio.rounded(2));
    rounded.unwrap_or(units).to_string()
}

/// Another plan in the same currency, open to new customers, that everybody can have and that sells what is used.
fn is_for_sale(to: &Offer, from: &Offer, today: Date) -> bool {
    let sells = |meter: &str| to.charges.iter().any(|charge| charge.meter == meter);
    !to.is_same_as(from)
        && to.is_open_to_new(today)
        && !to.is_restricted()
        && to.currency == from.currency
        && from.charges.iter().all(|charge| sells(&charge.meter))
}

pub async fn preview(
    conn: &mut Conn<'_>,
    customer_id: &str,
    what: (&str, &str),
    today: Date,
    books: Books,
) -> Result<PlanPreview> {
    Ok(change(conn, customer_id, what, today, books).await?.preview)
}

pub async fn ask(
    app: &AppState,
    customer: &Customer,
    (subscription, to): (&str, &str),
    once: &str,
    when: When,
    shown: i64,
) -> Result<()> {
    app.db
        .write(async |conn: &mut Conn<'_>| {
            if orders::is_asked(conn, &customer.id, once).await? {
                return Ok(());
            }
            let today = customers::service::today_of(app, conn, &customer.id).await?;
            let Change { subscription_id, preview } =
                change(conn, &customer.id, (subscription, to), today, Books::of(&app.config)).await?;
            if preview.difference.minor != shown {
                return Err(AppError::Refused(Refusal::ThingsChanged));
            }
            if when == When::Now && store::was_changed_at_once(conn, &subscription_id, month::of(today)).await? {
                return Err(AppError::Refused(Refusal::ChangedThisMonth));
            }
            let nothing = Money::new(0, preview.difference.currency);
            let (takes_effect_on, difference) = match when {
                When::Now => (today, preview.difference),
                When::NextPeriod => (preview.next_period, nothing),
            };
            let asking = Asking {
                once,
                customer_id: &customer.id,
                asked_by: Some(&customer.person.id),
                terms: Terms::ChangePlan {
                    subscription: preview.subscription,
                    from: preview.from,
                    to: preview.to,
                    to_code: preview.to_code,
                    fee: preview.to_fee,
                    difference,
                },
                invoice_id: None,
                subscription_id: Some(&subscription_id),
                today,
                takes_effect_on,
            };
            orders::ask(app, conn, asking, async |_: &mut Conn<'_>| Ok(())).await
        })
        .await
}

/// Puts the subscription on the plan. With the ledger, what comes back is given as credit; what is added stands with the order
/// until the next bill.
pub async fn book(
    conn: &mut Conn<'_>,
    order: &OrderRow,
    (to_code, to): (&str, &str),
    by_us: Option<(&str, Money)>,
    now: i64,
) -> Result<()> {
    let subscription = order.subscription_id.as_deref().unwrap_or_default();
    let day = order.takes_effect_on.0;
    if !store::change_plan(conn, &order.id, subscription, to_code, day, now).await? {
        return Err(AppError::Refused(Refusal::ThingsChanged));
    }
    if let Some((reference, difference)) = by_us.filter(|(_, difference)| difference.minor < 0) {
        let grant = NewGrant {
            id: &new_id(),
            reference,
            customer_id: &order.customer_id,
            currency: difference.currency.code(),
            amount: difference.minor.saturating_neg(),
            granted_on: day,
            reason: &format!("For the rest of the month, since you changed to {to}."),
            now,
        };
        store::grant(conn, grant).await?;
    }
    Ok(())
}

/// Puts the subscription back; false where the credit it gave has been used, or the plan was changed again.
pub async fn take_back(conn: &mut Conn<'_>, order: &OrderRow, terms: &Terms, now: i64) -> Result<bool> {
    let Terms::ChangePlan { difference, to_code, .. } = terms else { return Ok(false) };
    let gave = difference.minor < 0;
    if gave && !store::take_grant_back(conn, order.booked_as.as_deref().unwrap_or_default()).await? {
        return Ok(false);
    }
    Ok(store::change_plan_back(conn, order, to_code, now).await?)
}
