//! What customers do about money: looked at before, done once, taken back while it can be.

use std::pin::Pin;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use super::{
    Act, BillWays, CreditPreview, DisputePreview, Kind, LaterDatePreview, Payable, PlanPreview, SHOWN, State,
    WaiverPreview, When, credit_use, dispute as disputes, later_date, orders, outside, payment, plan_change, store,
    waiver,
};
pub use super::{later_date::Answered, orders::Books};
use crate::{
    domain::money::Money,
    error::{AppError, Result},
    features::{
        bills::{
            self,
            service::{Assessed, KnownBill},
        },
        credits, customers, late_fees,
    },
    server::{
        auth::{Customer, Person},
        db::{Conn, new_id},
        jobs::Stop,
        state::AppState,
    },
    ui::Page,
};

const PAGE_SIZE: i64 = 20;
/// How long a refusal by billing is news.
const NEWS_MS: i64 = 14 * 24 * 60 * 60 * 1000;

/// One act of one customer; somebody else's is not found. To look at it is to have seen what was answered.
pub async fn act(app: &AppState, customer_id: &str, id: &str) -> Result<Act> {
    let mut conn = app.db.reader().await?;
    let order = of_customer(&mut conn, customer_id, id).await?;
    drop(conn);
    if order.answered_at.is_some() && order.seen_at.is_none() {
        let now = app.clock.now_ms();
        app.db.write(async |conn: &mut Conn<'_>| store::mark_seen(conn, id, now).await).await?;
    }
    orders::shown(app, &order)
}

/// What a customer should hear on their start page: what billing refused in the last two weeks, and what a person decided,
/// until it is seen.
pub async fn news(app: &AppState, conn: &mut Conn<'_>, customer_id: &str) -> Result<Vec<Act>> {
    let orders = store::news(conn, customer_id, app.clock.now_ms() - NEWS_MS).await?;
    let mut acts = Vec::new();
    for order in &orders {
        let act = orders::shown(app, order)?;
        if is_news(conn, order, &act).await? {
            acts.push(act);
        }
    }
    Ok(acts)
}

/// Of a later date only as long as the bill is open, and is to be paid on that day.
async fn is_news(conn: &mut Conn<'_>, order: &store::OrderRow, act: &Act) -> Result<bool> {
    if (act.is_declined() || act.is_settled()) && order.seen_at.is_some() {
        return Ok(false);
    }
    match (&act.terms, &order.invoice_id) {
        (super::Terms::LaterDate { agreed, .. }, Some(bill)) => {
            let bill = bills::service::by_id(conn, bill, act.today).await?.bill;
            Ok(bill.open() > 0 && (act.state != State::Confirmed || *agreed == Some(bill.pay_by())))
        }
        _ => Ok(true),
    }
}

async fn of_customer(conn: &mut Conn<'_>, customer_id: &str, id: &str) -> Result<store::OrderRow> {
    if id.contains('\0') {
        return Err(AppError::NotFound);
    }
    let order = orders::known(conn, id).await?;
    if order.customer_id == customer_id { Ok(order) } else { Err(AppError::NotFound) }
}

/// What a customer can do about one of their bills, and what they did, the latest first.
pub async fn about_bill(app: &AppState, customer_id: &str, number: &str) -> Result<(BillWays, Vec<Act>)> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let bill = bills::service::assessed(&mut conn, customer_id, number, today).await?;
    let ways = ways(app, &mut conn, &bill).await?;
    let orders = store::about_bill(&mut conn, &bill.known.invoice_id).await?;
    let acts = orders.iter().map(|order| orders::shown(app, order));
    Ok((ways, acts.collect::<Result<_>>()?))
}

/// What can be done about a bill today.
pub async fn ways(app: &AppState, conn: &mut Conn<'_>, bill: &Assessed) -> Result<BillWays> {
    let known = &bill.known;
    let open = bill.money(known.bill.open());
    let waivable = waiver::waivable(conn, bill).await?;
    if open.minor == 0 {
        let waivable = waivable.map(|(fee, _)| bill.money(fee));
        return Ok(BillWays { waivable, ..BillWays::default() });
    }
    let pay = payment::link(&app.config, &known.bill.number, open).filter(|_| !known.bill.is_disputed);
    let is_by_transfer = pay.is_none() && !known.bill.is_disputed;
    Ok(BillWays {
        transfer: if is_by_transfer { app.config.pay_words.clone() } else { Vec::new() },
        pay,
        credit: (known.offered > 0).then(|| bill.money(known.offered)),
        waivable: waivable.map(|(fee, _)| bill.money(fee)),
        can_dispute: disputes::can_dispute(known),
    })
}

/// What a customer did about their plans, the latest first.
pub async fn plan_changes(app: &AppState, customer_id: &str) -> Result<Vec<Act>> {
    let mut conn = app.db.reader().await?;
    let orders = store::of_kind(&mut conn, customer_id, Kind::ChangePlan, SHOWN, 0).await?;
    orders.iter().map(|order| orders::shown(app, order)).collect()
}

/// What a customer did with their credit, the latest first, in pages.
pub async fn credit_uses(app: &AppState, customer_id: &str, asked_page: Option<i64>) -> Result<(Vec<Act>, Page)> {
    let mut conn = app.db.reader().await?;
    let total = store::count_of_kind(&mut conn, customer_id, Kind::UseCredit).await?;
    let page = Page::of(asked_page, PAGE_SIZE, total);
    let orders = store::of_kind(&mut conn, customer_id, Kind::UseCredit, page.size, page.offset()).await?;
    let acts = orders.iter().map(|order| orders::shown(app, order));
    Ok((acts.collect::<Result<_>>()?, page))
}

/// A dispute that waits for a person, as staff see it.
pub async fn open_disputes(app: &AppState, conn: &mut Conn<'_>, customer_id: &str) -> Result<Vec<super::OpenDispute>> {
    let today = customers::service::today_of(app, conn, customer_id).await?;
    let mut words = Vec::new();
    for order in store::of_kind(conn, customer_id, Kind::Dispute, SHOWN, 0).await? {
        let stands = matches!(order.state.0, State::Asked | State::Confirmed) && order.answered_at.is_none();
        if let (true, super::Terms::Dispute { bill, words: said, .. }) = (stands, orders::terms(&order)?) {
            words.push((bill, said, order.asked_on.0));
        }
    }
    let disputed = bills::service::in_dispute_of(conn, customer_id, today).await?;
    Ok(disputed
        .into_iter()
        .map(|known| {
            let said = words.iter().find(|(number, ..)| *number == known.bill.number);
            super::OpenDispute {
                open: Money::new(known.bill.open(), known.currency),
                words: said.map(|(_, words, _)| words.clone()).filter(|words| !words.is_empty()),
                since: said.map(|(.., on)| *on),
                bill: known.bill.number,
            }
        })
        .collect())
}

pub async fn credit_preview(app: &AppState, customer_id: &str, number: &str) -> Result<CreditPreview> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    credit_use::preview(&mut conn, customer_id, number, today, Books::of(&app.config)).await
}

pub async fn use_credit(app: &AppState, customer: &Customer, number: &str, once: &str, shown: i64) -> Result<()> {
    credit_use::ask(app, customer, number, once, shown).await
}

pub async fn waiver_preview(app: &AppState, customer_id: &str, number: &str) -> Result<WaiverPreview> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    waiver::preview(&mut conn, customer_id, number, today, Books::of(&app.config)).await
}

pub async fn waive_fee(app: &AppState, customer: &Customer, number: &str, once: &str, shown: i64) -> Result<()> {
    waiver::ask(app, customer, number, once, shown).await
}

pub async fn dispute_preview(app: &AppState, customer_id: &str, number: &str) -> Result<DisputePreview> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    disputes::preview(&mut conn, customer_id, number, today).await
}

pub async fn dispute(app: &AppState, customer: &Customer, number: &str, once: &str, words: &str) -> Result<()> {
    disputes::ask(app, customer, number, once, words).await
}

/// `of` is the customer and the number of their bill; `found` is who was right, and the amount that is taken off, as typed.
pub async fn settle_dispute(
    app: &AppState,
    person: &Person,
    of: (&str, &str),
    found: (&str, &str),
    answer: &str,
) -> Result<()> {
    disputes::settle(app, person, of, found, answer).await
}

pub async fn later_date_preview(
    app: &AppState,
    customer_id: &str,
    number: &str,
    wanted_on: &str,
) -> Result<LaterDatePreview> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    later_date::preview(&mut conn, customer_id, number, wanted_on, today, Books::of(&app.config)).await
}

/// `wish` is the day, and words with it.
pub async fn ask_later_date(
    app: &AppState,
    customer: &Customer,
    number: &str,
    once: &str,
    wish: (&str, &str),
) -> Result<()> {
    later_date::ask(app, customer, number, once, wish).await
}

/// A person agreed that a bill is paid by `pay_by`, in the transaction in which they did; see [`hold`].
pub async fn later_date_agreed(
    app: &AppState,
    conn: &mut Conn<'_>,
    answered: &Answered<'_>,
    pay_by: Date,
) -> Result<()> {
    later_date::agree(app, conn, answered, pay_by).await
}

/// A person said no to a later date, in the transaction in which they did; see [`hold`].
pub async fn later_date_declined(conn: &mut Conn<'_>, answered: &Answered<'_>) -> Result<()> {
    later_date::decline(conn, answered).await
}

/// Lets nobody else act for this customer before this transaction ends; taken before a request is answered.
pub async fn hold(conn: &mut Conn<'_>, customer_id: &str) -> Result<()> {
    Ok(store::hold(conn, customer_id).await?)
}

/// What was paid of the late fee of a bill, which is not owed after all, is the customer's credit; see [`hold`].
pub async fn give_fee_back(
    conn: &mut Conn<'_>,
    bill: &KnownBill,
    late_fee_id: &str,
    paid: Money,
    (on, now): (Date, i64),
) -> Result<()> {
    let grant = store::NewGrant {
        id: &new_id(),
        reference: &format!("FEE-{late_fee_id}"),
        customer_id: &bill.customer_id,
        currency: paid.currency.code(),
        amount: paid.minor,
        granted_on: on,
        reason: &format!("You had paid a late fee for bill {}, and it was taken back", bill.bill.number),
        now,
    };
    Ok(store::grant(conn, grant).await?)
}

/// Asks an outside system to charge a late fee on `fee_on`, or to let go of one that its customer was not warned of in time; see
/// [`hold`]. Boxed, because what is asked may in turn settle a fee.
pub fn ask_about_fee<'f>(
    app: &'f AppState,
    conn: &'f mut Conn<'_>,
    bill: &'f KnownBill,
    (fee, fee_on): (Money, Date),
    is_charged: bool,
    today: Date,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'f>> {
    Box::pin(async move {
        let id = new_id();
        let number = bill.bill.number.clone();
        let asking = orders::Asking {
            once: &id,
            customer_id: &bill.customer_id,
            asked_by: None,
            terms: match is_charged {
                true => super::Terms::LateFee { bill: number, fee },
                false => super::Terms::WaiveFee { bill: number, fee },
            },
            invoice_id: Some(&bill.invoice_id),
            subscription_id: None,
            today,
            takes_effect_on: fee_on,
        };
        match orders::ask(app, conn, asking, async |_: &mut Conn<'_>| Ok(())).await {
            // The customer asked the same before.
            Err(AppError::Refused(_)) => Ok(()),
            other => other,
        }
    })
}

/// An outside system is not to charge the late fee of a bill after all; see [`hold`].
pub async fn withdraw_late_fee(app: &AppState, conn: &mut Conn<'_>, invoice_id: &str) -> Result<()> {
    orders::withdraw_late_fee(app, conn, invoice_id).await
}

/// Whether this is an act that a customer took back.
pub async fn was_taken_back(conn: &mut Conn<'_>, id: &str) -> Result<bool> {
    Ok(store::by_id(conn, id).await?.is_some_and(|order| order.state.0 == State::Undone))
}

pub async fn plan_preview(app: &AppState, customer_id: &str, subscription: &str, to: &str) -> Result<PlanPreview> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    plan_change::preview(&mut conn, customer_id, (subscription, to), today, Books::of(&app.config)).await
}

pub async fn change_plan(
    app: &AppState,
    customer: &Customer,
    what: (&str, &str),
    once: &str,
    when: When,
    shown: i64,
) -> Result<()> {
    plan_change::ask(app, customer, what, once, when, shown).await
}

/// Takes an act back, while it can be.
pub async fn undo(app: &AppState, customer_id: &str, id: &str) -> Result<()> {
    app.db
        .write(async |conn: &mut Conn<'_>| {
            store::hold(conn, customer_id).await?;
            let order = of_customer(conn, customer_id, id).await?;
            orders::undo(app, conn, &order).await
        })
        .await
}

/// Books what was confirmed for a day that has come; how many. Each once, whichever process does it.
pub async fn book_due(app: &AppState) -> Result<usize> {
    let mut conn = app.db.reader().await?;
    let mut due = store::to_book(&mut conn, app.clock.latest_today()).await?;
    drop(conn);
    due.retain(|order| order.takes_effect_on.0 <= app.clock.today_in(&order.time_zone));
    let mut booked = 0;
    for order in due {
        let done = app.db.write(async |conn: &mut Conn<'_>| orders::book(app, conn, &order, None).await).await;
        match done {
            Ok(done) => booked += usize::from(done),
            // The plan was withdrawn, or the subscription ended.
            Err(AppError::Refused(_)) => {
                app.db.write(async |conn: &mut Conn<'_>| orders::give_up(app, conn, &order).await).await?;
            }
            Err(error) => tracing::error!(order = order.id, %error, "what was confirmed could not be booked"),
        }
    }
    Ok(booked)
}

type Round = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// Does what is due, as a job: books what was confirmed for a day that has come, lets credit pay the bills it covers on the day
/// they are to be paid, and settles the late fees whose day has come.
pub fn rounds(app: &AppState) -> impl Fn(Stop) -> Round + Send + 'static + use<> {
    let app = app.clone();
    move |_| {
        let app = app.clone();
        Box::pin(async move {
            book_due(&app).await?;
            pay_due_with_credit(&app).await?;
            late_fees::service::look(&app, app.clock).await.map(drop)
        })
    }
}

/// Tells an outside billing system what it must know, as a job.
pub fn messages(app: &AppState) -> impl Fn(Stop) -> Round + Send + 'static + use<> {
    let app = app.clone();
    move |stop| {
        let app = app.clone();
        Box::pin(async move { outside::deliver(&app, || stop.is_asked()).await.map(drop) })
    }
}

/// How many days back a bill that was not looked after is still paid on its day.
const LOOK_BACK_DAYS: i64 = 91;

/// Lets credit pay what it pays by itself, as the customers were told, on each day since the last look; how many bills. Who keeps
/// the books elsewhere does that there.
pub async fn pay_due_with_credit(app: &AppState) -> Result<usize> {
    if Books::of(&app.config) == Books::Outside {
        return Ok(0);
    }
    let (earliest, latest) = (app.clock.earliest_today(), app.clock.latest_today());
    let first = earliest.saturating_sub(LOOK_BACK_DAYS.days());
    let mut conn = app.db.reader().await?;
    let last_look = store::looked_after_credit_on(&mut conn).await?.map(|day| day.0);
    let since = last_look.map_or(first, |day| day.clamp(first, earliest));
    let with_credit = credits::service::customers_between(&mut conn, since, latest).await?;
    let owing = bills::service::owing(app.clock, &mut conn).await?;
    let mut paid = 0;
    for (customer_id, is_expiring) in with_credit {
        if !is_expiring && !owing.contains(&customer_id) {
            continue;
        }
        let since = match last_look {
            Some(_) => since,
            // Nobody was told anything before they were known here.
            None => known_since(&mut conn, &customer_id).await?.clamp(first, earliest),
        };
        match credit_use::pay_by_itself(app, &customer_id, since).await {
            Ok(done) => paid += done,
            Err(AppError::Refused(_)) => {}
            Err(error) => tracing::error!(%error, "credit could not pay a bill on its day"),
        }
    }
    drop(conn);
    if last_look != Some(earliest) {
        app.db.write(async |conn: &mut Conn<'_>| store::keep_look_after_credit(conn, earliest).await).await?;
    }
    Ok(paid)
}

async fn known_since(conn: &mut Conn<'_>, customer_id: &str) -> Result<Date> {
    let ms = store::customer_known_since(conn, customer_id).await?;
    Ok(Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(TimeZone::UTC).date())
}

pub async fn payable(app: &AppState, customer_id: &str, number: &str) -> Result<Payable> {
    payment::payable(app, customer_id, number).await
}

pub async fn pay_in_demo(app: &AppState, customer_id: &str, number: &str) -> Result<()> {
    payment::pay_in_demo(app, customer_id, number).await
}

/// What is added to the next bill for plans that were changed since the last one.
pub async fn on_next_bill(app: &AppState, customer_id: &str) -> Result<Vec<(Act, Money)>> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let last = bills::service::last_issued(&mut conn, customer_id, today).await?;
    drop(conn);
    let mut added = Vec::new();
    for act in plan_changes(app, customer_id).await? {
        let is_new = last.is_none_or(|last| act.asked_on >= last);
        if let super::Terms::ChangePlan { difference, .. } = &act.terms
            && act.is_booked
            && act.state == State::Confirmed
            && difference.minor > 0
            && is_new
        {
            let difference = *difference;
            added.push((act, difference));
        }
    }
    Ok(added)
}
