//! Saying that a bill is not right, and settling that.

use jiff::{ToSpan, civil::Date};

use super::{
    DisputePreview, Found, Kind, LONGEST_WORDS, Outcome, State, Terms,
    orders::{self, Asking, Books},
    outside,
    store::{self, NewGrant, NewOrder, OrderRow},
};
use crate::{
    domain::money::Money,
    error::{AppError, Problem, Reason, Refusal, Result},
    features::{
        advice,
        bills::{self, service::KnownBill},
        customers,
        notes::{self, writing::Decision},
        requests,
    },
    server::{
        auth::{Customer, Person},
        db::{Conn, new_id},
        state::AppState,
    },
};

/// A bill with something open that is not in dispute yet.
pub fn can_dispute(known: &KnownBill) -> bool {
    known.bill.open() > 0 && !known.bill.is_disputed
}

async fn disputable(conn: &mut Conn<'_>, customer_id: &str, number: &str, today: Date) -> Result<KnownBill> {
    let known = bills::service::by_number(conn, customer_id, number, today).await?;
    match (known.bill.open(), known.bill.is_disputed) {
        (0, _) => Err(AppError::Refused(Refusal::BillPaid)),
        (_, true) => Err(AppError::Refused(Refusal::AlreadyAsked)),
        _ => Ok(known),
    }
}

pub async fn preview(conn: &mut Conn<'_>, customer_id: &str, number: &str, today: Date) -> Result<DisputePreview> {
    let known = disputable(conn, customer_id, number, today).await?;
    Ok(DisputePreview { once: new_id(), open: Money::new(known.bill.open(), known.currency), bill: known.bill.number })
}

pub async fn ask(app: &AppState, customer: &Customer, number: &str, once: &str, words: &str) -> Result<()> {
    let typed = [("words", words)];
    app.db
        .write(async |conn: &mut Conn<'_>| {
            if orders::is_asked(conn, &customer.id, once).await? {
                return Ok(());
            }
            let today = customers::service::today_of(app, conn, &customer.id).await?;
            let known = disputable(conn, &customer.id, number, today).await?;
            let words = requests::service::written("words", words, LONGEST_WORDS)
                .map_err(|problem| AppError::Invalid { problems: vec![problem], kept: Vec::new() }.keeping(typed))?;
            let asking = Asking {
                once,
                customer_id: &customer.id,
                asked_by: Some(&customer.person.id),
                terms: Terms::Dispute { bill: known.bill.number.clone(), words, found: None },
                invoice_id: Some(&known.invoice_id),
                subscription_id: None,
                today,
                takes_effect_on: today,
            };
            // It holds from the moment it is raised: nobody is asked to pay what they say is wrong.
            let now = app.clock.now_ms();
            orders::ask(app, conn, asking, async |conn: &mut Conn<'_>| {
                Ok(store::open_dispute(conn, &known.invoice_id, today, now).await?)
            })
            .await
        })
        .await
}

/// How a dispute ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By the customer: the bill is as it was.
    TakenBack,
    /// By us or by billing: nobody was asked to pay meanwhile, so there is time to pay now, without a fee.
    WithTimeToPay,
}

/// How many days there are at least to pay once a dispute has been settled.
const TIME_TO_PAY: i64 = 14;

pub async fn end(app: &AppState, conn: &mut Conn<'_>, order: &OrderRow, on: Date, now: i64, how: Ended) -> Result<()> {
    let bill = order.invoice_id.as_deref().unwrap_or_default();
    store::end_dispute(conn, bill, on, now).await?;
    if how == Ended::TakenBack {
        return Ok(());
    }
    let pay_by = on.saturating_add(TIME_TO_PAY.days());
    let known = bills::service::by_id(conn, bill, on).await?.bill;
    let gave_way =
        matches!(orders::terms(order)?, Terms::Dispute { found: Some(found), .. } if found.taken_off.minor > 0);
    // Where the customer was right, no fee stays of the time in which the bill was not.
    let is_moved = (known.open() > 0 || gave_way) && known.pay_by() < pay_by;
    if is_moved {
        bills::service::agree_later_date(conn, bill, pay_by, on, now).await?;
    }
    match Books::of(&app.config) {
        Books::Ledger => Ok(()),
        Books::Outside => outside::tell_settled(app, conn, order, is_moved.then_some(pay_by)).await,
    }
}

/// Who was right and how much is taken off, as typed; or everything that is wrong with it.
fn read_found(
    known: &KnownBill,
    (outcome, taken_off): (&str, &str),
) -> std::result::Result<(Outcome, i64), Vec<Problem>> {
    let problem = |field: &str, reason| vec![Problem { field: field.to_owned(), reason }];
    let outcome = match outcome {
        "" | "not_right" => return Ok((Outcome::NotRight, 0)),
        "right" => Outcome::Right,
        "partly" => Outcome::Partly,
        _ => return Err(problem("outcome", Reason::NotAChoice)),
    };
    if taken_off.trim().is_empty() {
        return Err(problem("taken_off", Reason::Missing));
    }
    let amount = Money::parse(taken_off, known.currency).map_err(|reason| problem("taken_off", reason.into()))?;
    match amount.minor {
        ..0 => Err(problem("taken_off", Reason::AmountNegative)),
        0 => Err(problem("taken_off", Reason::Missing)),
        minor if minor > known.bill.amount => Err(problem("taken_off", Reason::AmountTooLarge)),
        minor => Ok((outcome, minor)),
    }
}

/// Takes an amount off a bill: what is open falls, and what had been paid of it already is the customer's credit.
async fn take_off(
    conn: &mut Conn<'_>,
    known: &KnownBill,
    order: &OrderRow,
    amount: i64,
    (on, now): (Date, i64),
) -> Result<i64> {
    let off_open = amount.min(known.bill.open());
    let settled = store::about_bill(conn, &known.invoice_id).await?;
    let before = settled.iter().filter(|other| other.id != order.id && other.kind.0 == Kind::Dispute).count();
    let reference = match before {
        0 => "taken off after your dispute".to_owned(),
        more => format!("taken off after your dispute ({})", more + 1),
    };
    if off_open > 0 {
        store::pay(conn, &new_id(), &known.invoice_id, (&reference, "note"), off_open, on, now).await?;
    }
    let credited = amount - off_open;
    if credited > 0 {
        let grant = NewGrant {
            id: &new_id(),
            reference: &format!("DISPUTE-{}", order.id),
            customer_id: &known.customer_id,
            currency: known.currency.code(),
            amount: credited,
            granted_on: on,
            reason: &format!("Taken off bill {} after your dispute", known.bill.number),
            now,
        };
        store::grant(conn, grant).await?;
    }
    Ok(credited)
}

/// For staff: ends the dispute about a bill of this customer, as `found`, in words that the customer reads, signed. The number
/// alone may be another customer's too.
pub async fn settle(
    app: &AppState,
    person: &Person,
    (customer_id, number): (&str, &str),
    found: (&str, &str),
    answer: &str,
) -> Result<()> {
    if customer_id.contains('\0') {
        return Err(AppError::NotFound);
    }
    let typed = [("bill", number), ("outcome", found.0), ("taken_off", found.1), ("answer", answer)];
    let written = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            store::hold(conn, customer_id).await?;
            let (now, today) = (app.clock.now_ms(), customers::service::today_of(app, conn, customer_id).await?);
            let known = bills::service::by_number(conn, customer_id, number, today).await?;
            if !known.bill.is_disputed {
                return Err(AppError::Refused(Refusal::AlreadyAnswered));
            }
            let words = requests::service::written("answer", answer, LONGEST_WORDS);
            let read = read_found(&known, found);
            let (Ok(words), Ok((outcome, taken_off))) = (&words, &read) else {
                let mut problems = read.err().unwrap_or_default();
                problems.extend(words.err());
                return Err(AppError::Invalid { problems, kept: Vec::new() }.keeping(typed));
            };
            let id = standing(conn, &known, today, now).await?;
            if !store::answer(conn, &id, words, &person.id, now).await? {
                return Err(AppError::Refused(Refusal::AlreadyAnswered));
            }
            let order = orders::known(conn, &id).await?;
            let is_booked = Books::of(&app.config) == Books::Ledger && *taken_off > 0;
            let credited = match is_booked {
                true => take_off(conn, &known, &order, *taken_off, (today, now)).await?,
                false => 0,
            };
            let money = |minor| Money::new(minor, known.currency);
            let found = Found {
                outcome: *outcome,
                taken_off: money(*taken_off),
                credited: money(credited),
                left_to_pay: money((known.bill.open() - taken_off).max(0)),
                is_booked,
            };
            keep_found(conn, &order, found).await?;
            let order = orders::known(conn, &id).await?;
            end(app, conn, &order, today, now, Ended::WithTimeToPay).await?;
            orders::settle_fee(app, conn, Some(&known.invoice_id)).await?;
            advice::service::changed(conn, [customer_id]).await?;
            let decision = Decision {
                customer_id,
                invoice_id: &known.invoice_id,
                bill: number,
                request_id: None,
                act_id: &id,
                words,
                at: now,
            };
            notes::writing::tell_decision(conn, person, decision).await
        })
        .await?;
    app.live.publish(&app.db, written);
    Ok(())
}

async fn keep_found(conn: &mut Conn<'_>, order: &OrderRow, found: Found) -> Result<()> {
    let Terms::Dispute { bill, words, .. } = orders::terms(order)? else { return Ok(()) };
    let terms = Terms::Dispute { bill, words, found: Some(found) };
    Ok(store::keep_terms(conn, &order.id, &serde_json::to_string(&terms).map_err(AppError::internal)?).await?)
}

/// The order that stands for the dispute; one that was raised with billing gets one.
async fn standing(conn: &mut Conn<'_>, known: &KnownBill, today: Date, now: i64) -> Result<String> {
    for order in store::about_bill(conn, &known.invoice_id).await? {
        let is_open = order.answered_at.is_none() && matches!(orders::terms(&order)?, Terms::Dispute { .. });
        if is_open && matches!(order.state.0, State::Asked | State::Confirmed) {
            return Ok(order.id);
        }
    }
    let id = new_id();
    let terms = Terms::Dispute { bill: known.bill.number.clone(), words: String::new(), found: None };
    let order = NewOrder {
        id: &id,
        customer_id: &known.customer_id,
        kind: Kind::Dispute,
        invoice_id: Some(&known.invoice_id),
        subscription_id: None,
        terms: &serde_json::to_string(&terms).map_err(AppError::internal)?,
        open_key: None,
        asked_by: None,
        asked_on: today,
        asked_at: now,
        takes_effect_on: today,
    };
    store::add(conn, &order).await?;
    store::settle(conn, &id, State::Asked, State::Confirmed, now).await?;
    store::mark_booked(conn, &id, None, now).await?;
    Ok(id)
}
