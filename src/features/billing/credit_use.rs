//! Paying a bill with credit: what it would come to, and doing it.

use jiff::{ToSpan, civil::Date};

use super::{
    CreditPreview, Terms,
    orders::{self, Asking, Books},
    store::{self, OrderRow},
};
use crate::{
    domain::{
        credit::{self, Grant, Use},
        money::Money,
    },
    error::{AppError, Refusal, Result},
    features::{
        bills::{self, service::KnownBill},
        credits::{self, service::Given},
        customers,
    },
    server::{
        auth::Customer,
        db::{Conn, new_id},
        state::AppState,
    },
};

/// What these grants would pay of this bill now, whatever other bills there are. A bill in dispute is not paid before it is
/// settled.
pub fn usable(known: &KnownBill, given: &[Given], today: Date) -> Vec<Use> {
    if known.bill.is_disputed {
        return Vec::new();
    }
    let grants: Vec<Grant> = given.iter().map(|one| one.grant.clone()).collect();
    credit::apply(&grants, Money::new(known.still_open(), known.currency), None, today)
}

pub fn sum(uses: &[Use]) -> i64 {
    uses.iter().fold(0, |sum: i64, taken| sum.saturating_add(taken.amount))
}

/// A bill, the credit of its customer, and what of it would pay the bill.
struct Reckoned {
    known: KnownBill,
    given: Vec<Given>,
    uses: Vec<Use>,
}

/// Refused where there is nothing to use, or nothing to pay.
async fn reckon(conn: &mut Conn<'_>, customer_id: &str, number: &str, today: Date) -> Result<Reckoned> {
    let known = bills::service::by_number(conn, customer_id, number, today).await?;
    let given = credits::service::given_to(conn, customer_id, today).await?;
    let uses = usable(&known, &given, today);
    if uses.is_empty() { Err(AppError::Refused(Refusal::NothingToUse)) } else { Ok(Reckoned { known, given, uses }) }
}

/// What using credit on a bill would come to.
pub async fn preview(
    conn: &mut Conn<'_>,
    customer_id: &str,
    number: &str,
    today: Date,
    books: Books,
) -> Result<CreditPreview> {
    let Reckoned { known, given, uses } = reckon(conn, customer_id, number, today).await?;
    let money = |minor| Money::new(minor, known.currency);
    let amount = sum(&uses);
    let balance: i64 = given
        .iter()
        .filter(|one| one.grant.currency == known.currency && one.grant.pays_for(None))
        .fold(0, |sum: i64, one| sum.saturating_add(one.grant.left_on(today)));
    let part = |taken: &Use| {
        let from = given.iter().find(|one| one.grant.reference == taken.reference);
        let why = from.and_then(|one| one.reason.clone()).unwrap_or_else(|| format!("Credit {}", taken.reference));
        (why, money(taken.amount), from.and_then(|one| one.grant.expires_on))
    };
    let open = bills::service::open_of_customer(conn, customer_id, today).await?;
    let before = open.into_iter().map(|bill| bill.known).find(|other| {
        let is_sooner = other.bill.pay_by() < known.bill.pay_by();
        is_sooner && !other.bill.is_disputed && other.currency == known.currency
    });
    Ok(CreditPreview {
        once: new_id(),
        bill: known.bill.number.clone(),
        open: money(known.still_open()),
        parts: uses.iter().map(part).collect(),
        amount: money(amount),
        left_to_pay: money(known.still_open() - amount),
        credit_after: money(balance - amount),
        is_outside: books == Books::Outside,
        due_before: before.map(|other| (other.bill.number.clone(), other.bill.pay_by())),
        today,
    })
}

pub async fn ask(app: &AppState, customer: &Customer, number: &str, once: &str, shown: i64) -> Result<()> {
    app.db
        .write(async |conn: &mut Conn<'_>| {
            if orders::is_asked(conn, &customer.id, once).await? {
                return Ok(());
            }
            let asked_by = Some(customer.person.id.as_str());
            use_on(app, conn, (&customer.id, number), once, asked_by, Some(shown)).await
        })
        .await
}

/// Lets credit pay a bill on the day it is to be paid, as we said it would; false where the customer took that back before.
pub async fn use_when_due(app: &AppState, customer_id: &str, number: &str) -> Result<bool> {
    app.db
        .write(async |conn: &mut Conn<'_>| {
            store::hold(conn, customer_id).await?;
            let today = customers::service::today_of(app, conn, customer_id).await?;
            if bills::service::by_number(conn, customer_id, number, today).await?.is_credit_refused {
                return Ok(false);
            }
            use_on(app, conn, (customer_id, number), &new_id(), None, None).await?;
            Ok(true)
        })
        .await
}

async fn use_on(
    app: &AppState,
    conn: &mut Conn<'_>,
    (customer_id, number): (&str, &str),
    once: &str,
    asked_by: Option<&str>,
    shown: Option<i64>,
) -> Result<()> {
    let today = customers::service::today_of(app, conn, customer_id).await?;
    let Reckoned { known, given, uses } = reckon(conn, customer_id, number, today).await?;
    let amount = sum(&uses);
    if shown.is_some_and(|shown| amount != shown) {
        return Err(AppError::Refused(Refusal::ThingsChanged));
    }
    let money = |minor| Money::new(minor, known.currency);
    let terms = Terms::UseCredit {
        bill: known.bill.number.clone(),
        amount: money(amount),
        left_to_pay: money(known.still_open() - amount),
    };
    let asking = Asking {
        once,
        customer_id,
        asked_by,
        terms,
        invoice_id: Some(&known.invoice_id),
        subscription_id: None,
        today,
        takes_effect_on: today,
    };
    orders::ask(app, conn, asking, async |conn: &mut Conn<'_>| {
        for taken in &uses {
            let from = given.iter().find(|one| one.grant.reference == taken.reference);
            let id = from.map(|one| one.id.as_str()).ok_or(AppError::NotFound)?;
            if !store::use_credit(conn, once, id, taken.amount, today).await? {
                return Err(AppError::Refused(Refusal::ThingsChanged));
            }
        }
        Ok(())
    })
    .await
}

/// The payment that the credit makes.
pub async fn book(
    conn: &mut Conn<'_>,
    order: &OrderRow,
    (amount, reference): (i64, &str),
    books: Books,
    now: i64,
) -> Result<()> {
    let bill = order.invoice_id.as_deref().unwrap_or_default();
    store::pay(conn, &new_id(), bill, reference, amount, order.asked_on.0, now).await?;
    if books == Books::Outside {
        store::hand_credit_over(conn, &order.id).await?;
    }
    Ok(())
}

pub async fn take_back(conn: &mut Conn<'_>, order: &OrderRow, today: Date) -> Result<()> {
    if let (Some(bill), Some(reference)) = (order.invoice_id.as_deref(), order.booked_as.as_deref()) {
        store::take_payment_back(conn, bill, reference).await?;
    }
    Ok(store::give_credit_back(conn, &order.id, last_day(today)).await?)
}

/// What was given back can be used for a week at least.
pub fn last_day(today: Date) -> Date {
    today.saturating_add(7.days())
}
