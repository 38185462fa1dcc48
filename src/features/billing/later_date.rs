//! Asking to pay a bill later: a person answers, and billing moves the day.

use jiff::{ToSpan, civil::Date};

use super::{
    FeeLater, Kind, LaterDatePreview, State, Terms,
    orders::{self, Asking, Books},
    outside,
    store::{self, NewOrder, OrderRow},
};
use crate::{
    domain::late_fee::{ASK_WITHIN_DAYS, LaterDates},
    error::{AppError, Refusal, Result},
    features::{
        bills::{self, BillState, service::KnownBill},
        customers, requests,
    },
    server::{
        auth::{Customer, Person},
        db::{Conn, new_id},
        state::AppState,
    },
};

/// The day that is looked at before another is chosen is so many days later.
const USUAL_DAYS: i64 = 14;

/// The days that can be asked for, where nothing was asked yet.
async fn movable(conn: &mut Conn<'_>, known: &KnownBill, today: Date) -> Result<LaterDates> {
    if known.bill.open() == 0 {
        return Err(AppError::Refused(Refusal::BillPaid));
    }
    if known.bill.is_disputed {
        return Err(AppError::Refused(Refusal::BillInDispute));
    }
    let orders = store::about_bill(conn, &known.invoice_id).await?;
    if orders.iter().any(|order| order.kind.0 == Kind::LaterDate && order.state.0 == State::Asked) {
        return Err(AppError::Refused(Refusal::AlreadyAsked));
    }
    LaterDates::of(&known.bill, ASK_WITHIN_DAYS, today).ok_or(AppError::Refused(Refusal::NoLaterDay))
}

/// With the day that was typed, or a usual one where none was or it cannot be.
pub async fn preview(
    conn: &mut Conn<'_>,
    customer_id: &str,
    number: &str,
    typed: &str,
    today: Date,
    books: Books,
) -> Result<LaterDatePreview> {
    let bill = bills::service::assessed(conn, customer_id, number, today).await?;
    let days = movable(conn, &bill.known, today).await?;
    let pay_by = bill.known.bill.pay_by();
    let usual = pay_by.saturating_add(USUAL_DAYS.days()).clamp(days.first, days.last);
    let (wanted_on, refused) = match requests::service::wish(&bill.known.bill, typed, "", today) {
        _ if typed.is_empty() => (usual, None),
        Ok((day, _)) => (day, None),
        Err(refused) => (usual, Some(refused.keeping([("wanted_on", typed)]))),
    };
    let mut moved = bill.clone();
    // A fee that came is of what was open then; with another day none has come.
    moved.came = None;
    moved.state = BillState::DateAgreed { pay_by: wanted_on };
    moved.known.bill.agreed_due_on = Some(wanted_on);
    let fee = bill.fee().map(|ahead| FeeLater {
        fee: ahead.fee,
        comes_on: ahead.fee_on,
        moved: moved.fee().map(|ahead| (ahead.fee, ahead.fee_on)),
    });
    Ok(LaterDatePreview {
        once: new_id(),
        open: bill.money(bill.known.bill.open()),
        bill: bill.known.bill.number,
        pay_by,
        wanted_on,
        first: days.first,
        last: days.last,
        fee,
        refused,
        is_outside: books == Books::Outside,
        today,
    })
}

pub async fn ask(
    app: &AppState,
    customer: &Customer,
    number: &str,
    once: &str,
    (wanted_on, words): (&str, &str),
) -> Result<()> {
    let typed = [("wanted_on", wanted_on), ("words", words)];
    app.db
        .write(async |conn: &mut Conn<'_>| {
            if orders::is_asked(conn, &customer.id, once).await? {
                return Ok(());
            }
            let today = customers::service::today_of(app, conn, &customer.id).await?;
            let known = bills::service::by_number(conn, &customer.id, number, today).await?;
            movable(conn, &known, today).await?;
            let (day, words) = requests::service::wish(&known.bill, wanted_on, words, today)
                .map_err(|refused| refused.keeping(typed))?;
            let terms = Terms::LaterDate {
                bill: known.bill.number.clone(),
                wanted_on: day,
                agreed: None,
                words: words.clone(),
            };
            let asking = Asking {
                once,
                customer_id: &customer.id,
                asked_by: Some(&customer.person.id),
                terms,
                invoice_id: Some(&known.invoice_id),
                subscription_id: None,
                today,
                takes_effect_on: today,
            };
            let now = app.clock.now_ms();
            orders::ask(app, conn, asking, async |conn: &mut Conn<'_>| {
                requests::service::keep_wish(conn, once, &known, day, &words, now).await
            })
            .await
        })
        .await
}

/// What a person answered to a wish.
pub struct Answered<'a> {
    pub request_id: &'a str,
    pub bill: &'a KnownBill,
    pub wanted_on: Date,
    /// What the customer said with it, and when.
    pub asked: &'a str,
    pub asked_on: Date,
    pub person: &'a Person,
    /// Empty where the person said nothing with it.
    pub words: &'a str,
    pub now: i64,
}

/// A person agreed to `pay_by`: billing moves the day, or is asked to.
pub async fn agree(app: &AppState, conn: &mut Conn<'_>, answered: &Answered<'_>, pay_by: Date) -> Result<()> {
    let order = answer(conn, answered, Some(pay_by)).await?;
    match Books::of(&app.config) {
        Books::Ledger => orders::confirm(app, conn, &order, None).await,
        Books::Outside => outside::tell(app, conn, "order.asked", &order).await,
    }
}

/// A person said no: billing hears nothing of it.
pub async fn decline(conn: &mut Conn<'_>, answered: &Answered<'_>) -> Result<()> {
    let order = answer(conn, answered, None).await?;
    store::settle(conn, &order.id, State::Asked, State::Refused, answered.now).await?;
    Ok(())
}

async fn answer(conn: &mut Conn<'_>, answered: &Answered<'_>, agreed: Option<Date>) -> Result<OrderRow> {
    let id = answered.request_id;
    let terms = Terms::LaterDate {
        bill: answered.bill.bill.number.clone(),
        wanted_on: answered.wanted_on,
        agreed,
        words: answered.asked.to_owned(),
    };
    let terms = serde_json::to_string(&terms).map_err(AppError::internal)?;
    match store::by_id(conn, id).await? {
        Some(_) => store::keep_terms(conn, id, &terms).await?,
        // It was asked before later dates were orders.
        None => {
            let order = NewOrder {
                id,
                customer_id: &answered.bill.customer_id,
                kind: Kind::LaterDate,
                invoice_id: Some(&answered.bill.invoice_id),
                subscription_id: None,
                terms: &terms,
                open_key: None,
                asked_by: None,
                asked_on: answered.asked_on,
                asked_at: answered.now,
                takes_effect_on: answered.asked_on,
            };
            store::add(conn, &order).await?;
        }
    }
    if !store::answer(conn, id, answered.words, &answered.person.id, answered.now).await? {
        return Err(AppError::Refused(Refusal::AlreadyAnswered));
    }
    orders::known(conn, id).await
}

/// Moves the day, where the bill is not to be paid later still.
pub async fn book(app: &AppState, conn: &mut Conn<'_>, order: &OrderRow, pay_by: Date, now: i64) -> Result<()> {
    let bill = order.invoice_id.as_deref().unwrap_or_default();
    // Known from the earlier of both days on, so that neither side waits until tomorrow to see it.
    let on = app.clock.today_in(&order.time_zone).min(app.clock.today_in(&app.config.time_zone));
    if bills::service::by_id(conn, bill, on).await?.bill.pay_by() < pay_by {
        bills::service::agree_later_date(conn, bill, pay_by, on, now).await?;
    }
    Ok(())
}
