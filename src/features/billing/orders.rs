//! An order from asking to its end: the one seam to billing, the built-in ledger or an outside system.

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use super::{
    Act, Kind, Settled, State, Terms, Undo, credit_use,
    dispute::{self, Ended},
    later_date, outside, plan_change,
    store::{self, NewOrder, OrderRow},
    waiver,
};
use crate::{
    domain::plan_change::last_day_to_undo,
    error::{AppError, Refusal, Result},
    features::{advice, late_fees, requests},
    server::{clock::zone_or_utc, config::Config, db::Conn, state::AppState},
};

/// How often a customer can ask for one kind of act on a day, what was taken back among it.
pub const MOST_A_DAY: i64 = 10;

/// Who keeps the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Books {
    /// Candor: what is asked is confirmed at once.
    Ledger,
    /// An outside system, told by webhook, that confirms or refuses when it has decided.
    Outside,
}

impl Books {
    pub fn of(config: &Config) -> Self {
        if config.billing_url.is_some() { Books::Outside } else { Books::Ledger }
    }
}

/// What is to be asked, and about what.
pub struct Asking<'a> {
    /// Made when the page was shown: sent twice, it is asked once.
    pub once: &'a str,
    pub customer_id: &'a str,
    pub asked_by: Option<&'a str>,
    pub terms: Terms,
    pub invoice_id: Option<&'a str>,
    pub subscription_id: Option<&'a str>,
    pub today: Date,
    pub takes_effect_on: Date,
}

/// Whether this was asked already by the same customer; an id of somebody else's act is not found. Nobody else acts for the
/// customer before the transaction ends.
pub async fn is_asked(conn: &mut Conn<'_>, customer_id: &str, once: &str) -> Result<bool> {
    if Uuid::try_parse(once).is_err() {
        return Err(AppError::NotFound);
    }
    store::hold(conn, customer_id).await?;
    match store::by_id(conn, once).await? {
        Some(order) if order.customer_id == customer_id => Ok(true),
        Some(_) => Err(AppError::NotFound),
        None => Ok(false),
    }
}

/// Asks, and with the ledger confirms at once. `reserve` takes what must not be taken twice while it is asked.
pub async fn ask(
    app: &AppState,
    conn: &mut Conn<'_>,
    asking: Asking<'_>,
    reserve: impl AsyncFnOnce(&mut Conn<'_>) -> Result<()>,
) -> Result<()> {
    let now = app.clock.now_ms();
    let terms = serde_json::to_string(&asking.terms).map_err(AppError::internal)?;
    let kind = asking.terms.kind();
    // The others are held apart by what is left of the credit, and by the change under way.
    let open_key = match (kind, asking.invoice_id) {
        (Kind::WaiveFee | Kind::Dispute | Kind::LaterDate, Some(bill)) => Some(format!("{kind}:{bill}")),
        _ => None,
    };
    let order = NewOrder {
        id: asking.once,
        customer_id: asking.customer_id,
        kind,
        invoice_id: asking.invoice_id,
        subscription_id: asking.subscription_id,
        terms: &terms,
        open_key: open_key.as_deref(),
        asked_by: asking.asked_by,
        asked_on: asking.today,
        asked_at: now,
        takes_effect_on: asking.takes_effect_on,
    };
    let asked_today = match asking.asked_by {
        Some(_) => store::count_asked_on(conn, asking.customer_id, kind, asking.today).await?,
        None => 0,
    };
    if asked_today >= MOST_A_DAY {
        return Err(AppError::Refused(Refusal::EnoughToday));
    }
    if !store::add(conn, &order).await? {
        return Err(AppError::Refused(Refusal::AlreadyAsked));
    }
    reserve(conn).await?;
    let order = known(conn, asking.once).await?;
    match Books::of(&app.config) {
        // A person answers first.
        _ if kind == Kind::LaterDate => {}
        Books::Ledger => confirm(app, conn, &order, None).await?,
        Books::Outside => outside::tell(app, conn, "order.asked", &order).await?,
    }
    settle_fee(app, conn, order.invoice_id.as_deref()).await?;
    advice::service::changed(conn, [asking.customer_id]).await
}

pub async fn known(conn: &mut Conn<'_>, id: &str) -> Result<OrderRow> {
    store::by_id(conn, id).await?.ok_or(AppError::NotFound)
}

pub fn terms(order: &OrderRow) -> Result<Terms> {
    serde_json::from_str(&order.terms).map_err(AppError::internal)
}

/// Confirms what was asked and books it, where its day has come. `reference` is what billing calls it, for the payment.
pub async fn confirm(app: &AppState, conn: &mut Conn<'_>, order: &OrderRow, reference: Option<&str>) -> Result<()> {
    let now = app.clock.now_ms();
    if !store::settle(conn, &order.id, State::Asked, State::Confirmed, now).await? {
        return Err(AppError::Refused(Refusal::AlreadySettled));
    }
    if order.takes_effect_on.0 <= app.clock.today_in(&order.time_zone) {
        book(app, conn, order, reference).await?;
    }
    advice::service::changed(conn, [order.customer_id.as_str()]).await
}

/// Books what was confirmed, once.
pub async fn book(app: &AppState, conn: &mut Conn<'_>, order: &OrderRow, reference: Option<&str>) -> Result<bool> {
    let now = app.clock.now_ms();
    let as_what = match order.kind.0 {
        Kind::UseCredit => Some(reference.map_or_else(|| format!("credit {}", order.id), str::to_owned)),
        Kind::ChangePlan => Some(format!("CHANGE-{}", order.id)),
        Kind::WaiveFee | Kind::Dispute | Kind::LaterDate | Kind::LateFee => None,
    };
    if !store::mark_booked(conn, &order.id, as_what.as_deref(), now).await? {
        return Ok(false);
    }
    let as_what = as_what.as_deref().unwrap_or_default();
    match terms(order)? {
        Terms::UseCredit { amount, .. } => {
            credit_use::book(conn, order, (amount.minor, as_what), Books::of(&app.config), now).await?
        }
        Terms::WaiveFee { fee, .. } => waiver::book(conn, order, fee.minor).await?,
        Terms::LaterDate { agreed: Some(pay_by), .. } => later_date::book(app, conn, order, pay_by, now).await?,
        Terms::Dispute { .. } | Terms::LaterDate { .. } | Terms::LateFee { .. } => {}
        Terms::ChangePlan { to_code, to, difference, .. } => {
            let by_us = (Books::of(&app.config) == Books::Ledger).then_some((as_what, difference));
            plan_change::book(conn, order, (&to_code, &to), by_us, now).await?;
        }
    }
    settle_fee(app, conn, order.invoice_id.as_deref()).await?;
    advice::service::changed(conn, [order.customer_id.as_str()]).await?;
    Ok(true)
}

/// Billing says no: what was reserved is free again.
pub async fn refuse(app: &AppState, conn: &mut Conn<'_>, order: &OrderRow, reason: Option<&str>) -> Result<()> {
    let now = app.clock.now_ms();
    if !store::settle(conn, &order.id, State::Asked, State::Refused, now).await? {
        return Err(AppError::Refused(Refusal::AlreadySettled));
    }
    store::keep_refusal(conn, &order.id, reason).await?;
    let today = app.clock.today_in(&order.time_zone);
    match order.kind.0 {
        Kind::UseCredit => credit_use::give_back(conn, &order.id, today).await?,
        Kind::Dispute if order.answered_at.is_none() => {
            dispute::end(app, conn, order, today, now, Ended::WithTimeToPay).await?
        }
        Kind::LateFee => {
            let bill = order.invoice_id.as_deref().unwrap_or_default();
            late_fees::service::refused_by_billing(conn, bill, today).await?;
        }
        Kind::Dispute | Kind::WaiveFee | Kind::ChangePlan | Kind::LaterDate => {}
    }
    settle_fee(app, conn, order.invoice_id.as_deref()).await?;
    advice::service::changed(conn, [order.customer_id.as_str()]).await
}

/// The late fee of the bill that an order is about stands no longer, or again.
pub async fn settle_fee(app: &AppState, conn: &mut Conn<'_>, invoice_id: Option<&str>) -> Result<()> {
    match invoice_id {
        Some(bill) => late_fees::service::bill_changed(app, conn, bill).await,
        None => Ok(()),
    }
}

/// An outside system is not to charge the late fee of a bill after all, whether or not it has.
pub async fn withdraw_late_fee(app: &AppState, conn: &mut Conn<'_>, invoice_id: &str) -> Result<()> {
    let now = app.clock.now_ms();
    for order in store::about_bill(conn, invoice_id).await? {
        let stands = matches!(order.state.0, State::Asked | State::Confirmed);
        if order.kind.0 == Kind::LateFee
            && stands
            && store::settle(conn, &order.id, order.state.0, State::Undone, now).await?
        {
            outside::tell(app, conn, "order.undone", &order).await?;
        }
    }
    Ok(())
}

/// What was confirmed cannot be booked any more: it is kept as refused, with the reason.
pub async fn give_up(app: &AppState, conn: &mut Conn<'_>, order: &OrderRow) -> Result<()> {
    store::hold(conn, &order.customer_id).await?;
    if store::settle(conn, &order.id, State::Confirmed, State::Refused, app.clock.now_ms()).await? {
        store::keep_refusal(conn, &order.id, Some("The plan or the subscription had ended by then.")).await?;
    }
    Ok(())
}

/// Takes back what can be taken back.
pub async fn undo(app: &AppState, conn: &mut Conn<'_>, order: &OrderRow) -> Result<()> {
    let (now, today) = (app.clock.now_ms(), app.clock.today_in(&order.time_zone));
    let cannot = || AppError::Refused(Refusal::CannotUndo);
    undo_of(order, today, Books::of(&app.config)).ok_or_else(cannot)?;
    if !store::settle(conn, &order.id, order.state.0, State::Undone, now).await? {
        return Err(cannot());
    }
    let is_booked = order.booked_at.is_some();
    match order.kind.0 {
        Kind::UseCredit if !credit_use::take_back(conn, order, today).await? => return Err(cannot()),
        Kind::WaiveFee => store::take_waiver_back(conn, &order.id).await?,
        Kind::Dispute => dispute::end(app, conn, order, today, now, Ended::TakenBack).await?,
        Kind::LaterDate if !requests::service::withdraw(conn, &order.id).await? => return Err(cannot()),
        Kind::ChangePlan if is_booked && !plan_change::take_back(conn, order, &terms(order)?, now).await? => {
            return Err(cannot());
        }
        Kind::UseCredit | Kind::ChangePlan | Kind::LaterDate | Kind::LateFee => {}
    }
    // Of a wish that no person has answered billing never heard.
    if Books::of(&app.config) == Books::Outside && order.kind.0 != Kind::LaterDate {
        outside::tell(app, conn, "order.undone", order).await?;
    }
    settle_fee(app, conn, order.invoice_id.as_deref()).await?;
    advice::service::changed(conn, [order.customer_id.as_str()]).await
}

/// How long it can be taken back. What an outside system has booked, a person must ask back there.
fn undo_of(order: &OrderRow, today: Date, books: Books) -> Option<Undo> {
    let is_for_person = matches!(order.kind.0, Kind::Dispute | Kind::LaterDate);
    match order.state.0 {
        // What Candor asked about a late fee is no act of the customer.
        _ if matches!(order.kind.0, Kind::LateFee | Kind::WaiveFee) && order.asked_by.is_none() => None,
        State::Asked | State::Confirmed if is_for_person => order.answered_at.is_none().then_some(Undo::UntilAnswered),
        State::Asked => Some(Undo::UntilSettled),
        State::Confirmed if books == Books::Outside => None,
        State::Confirmed if order.booked_at.is_none() => {
            let last = order.takes_effect_on.0.yesterday().ok()?;
            (today <= last).then_some(Undo::Until(last))
        }
        State::Confirmed => {
            let last = last_day_to_undo(order.asked_on.0);
            // What was found late is dated earlier, and can be taken back as long as anything else.
            let is_on_time = today <= last && order.takes_effect_on.0 <= order.asked_on.0;
            is_on_time.then_some(Undo::Until(last))
        }
        State::Refused | State::Undone => None,
    }
}

/// As the customer sees it.
pub fn shown(app: &AppState, order: &OrderRow) -> Result<Act> {
    let today = app.clock.today_in(&order.time_zone);
    let civil = |ms| {
        let at = Timestamp::from_millisecond(ms).unwrap_or_default();
        at.to_zoned(zone_or_utc(&order.time_zone)).date()
    };
    let answer = order.answer.clone().zip(order.answered_at).map(|(words, at)| Settled {
        words,
        by: order.answered_by.clone().unwrap_or_else(|| "One of us".to_owned()),
        on: app.clock.fixed.unwrap_or_else(|| civil(at)),
    });
    Ok(Act {
        id: order.id.clone(),
        terms: terms(order)?,
        state: order.state.0,
        asked_on: order.asked_on.0,
        takes_effect_on: order.takes_effect_on.0,
        is_booked: order.booked_at.is_some(),
        refusal: order.refusal.clone(),
        answer,
        undo: undo_of(order, today, Books::of(&app.config)),
        today,
    })
}
