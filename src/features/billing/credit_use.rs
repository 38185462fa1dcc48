//! Paying a bill with credit: what it would come to for every bill, doing it, and what credit pays by itself.

use jiff::{ToSpan, civil::Date};

use super::{
    CreditChoice, CreditPreview, OtherBill, Terms,
    orders::{self, Asking, Books},
    store::{self, OrderRow},
};
use crate::{
    domain::{
        credit::{self, Grant, Use, sum},
        money::{Currency, Money},
    },
    error::{AppError, Refusal, Result},
    features::{
        bills::{self, service::Assessed},
        credits::{self, service::Given},
        customers,
    },
    server::{
        auth::Customer,
        db::{Conn, new_id},
        state::AppState,
    },
};

/// A bill among all the open ones of its customer, their credit, and what of it would pay the bill.
struct Reckoned {
    at: usize,
    open: Vec<Assessed>,
    given: Vec<Given>,
    grants: Vec<Grant>,
    /// What can be used without taking what is kept for another bill, then all that can be used; the same once.
    choices: Vec<Vec<Use>>,
}

/// Refused where there is nothing to use, or nothing to pay.
async fn reckon(conn: &mut Conn<'_>, customer_id: &str, number: &str, today: Date) -> Result<Reckoned> {
    let known = bills::service::by_number(conn, customer_id, number, today).await?;
    let open = bills::service::open_of_customer(conn, customer_id, today).await?;
    let nothing = AppError::Refused(Refusal::NothingToUse);
    let Some(at) = open.iter().position(|bill| bill.known.invoice_id == known.invoice_id) else { return Err(nothing) };
    let given = credits::service::given_to(conn, customer_id, today).await?;
    let grants: Vec<Grant> = given.iter().map(|one| one.grant.clone()).collect();
    let owed = credits::service::owed(open.iter().map(|bill| &bill.known));
    let all = match owed[at].is_disputed {
        true => Vec::new(),
        false => credit::apply(&grants, Money::new(owed[at].open, owed[at].currency), None, today),
    };
    let offered = credit::offers(&owed, &grants, today).swap_remove(at);
    let mut choices = vec![offered, all];
    choices.retain(|uses| !uses.is_empty());
    choices.dedup_by_key(|uses| sum(uses));
    if choices.is_empty() { Err(nothing) } else { Ok(Reckoned { at, open, given, grants, choices }) }
}

impl Reckoned {
    fn bill(&self) -> &Assessed {
        &self.open[self.at]
    }

    /// Every open bill as it would be after `uses`.
    fn after(&self, uses: &[Use], today: Date) -> Vec<Assessed> {
        let mut after = self.open.clone();
        after[self.at].known.bill.paid += sum(uses);
        let mut grants = self.grants.clone();
        credit::take(&mut grants, uses);
        after.iter_mut().for_each(|bill| bill.known.bill.credit.clear());
        credits::service::cover(after.iter_mut().map(|bill| &mut bill.known), &grants, today);
        after
    }

    fn choice(&self, uses: &[Use], today: Date) -> CreditChoice {
        let (bill, amount, after) = (self.bill(), sum(uses), self.after(uses, today));
        let part = |taken: &Use| {
            let from = self.given.iter().find(|one| one.grant.reference == taken.reference);
            let why = from.and_then(|one| one.reason.clone()).unwrap_or_else(|| format!("Credit {}", taken.reference));
            (why, bill.money(taken.amount), from.and_then(|one| one.grant.expires_on))
        };
        let others = self.open.iter().zip(&after).enumerate().filter(|(at, _)| *at != self.at);
        let lost = others.filter_map(|(_, (before, after))| {
            let known = &after.known;
            (known.bill.credited() < before.known.bill.credited()).then(|| OtherBill {
                bill: known.bill.number.clone(),
                yours: after.money(known.bill.open() - known.bill.credited()),
                pay_by: known.bill.pay_by(),
                was_covered: before.known.bill.is_covered(),
                fee: fee_ahead(after, today).map(|ahead| (ahead.fee, ahead.fee_on)),
            })
        });
        let fees = |bills: &[Assessed]| {
            bills.iter().filter_map(|bill| fee_ahead(bill, today)).map(|ahead| ahead.fee.minor).sum::<i64>()
        };
        CreditChoice {
            amount: bill.money(amount),
            parts: uses.iter().map(part).collect(),
            left_to_pay: bill.money(bill.known.still_open() - amount),
            credit_after: bill.money(self.balance(bill.known.currency, today) - amount),
            others: lost.collect(),
            fee: fee_ahead(&after[self.at], today).map(|ahead| (ahead.fee, ahead.fee_on)),
            fees_more: bill.money((fees(&after) - fees(&self.open)).max(0)),
        }
    }

    fn balance(&self, currency: Currency, today: Date) -> i64 {
        credit::balance(&self.grants, currency, None, today)
    }
}

/// The fee that comes of a bill where nothing more is paid, if its day has not come.
fn fee_ahead(bill: &Assessed, today: Date) -> Option<bills::FeeAhead> {
    bill.fee().filter(|ahead| bill.known.bill.open() > 0 && ahead.fee_on > today)
}

/// What using credit on a bill would come to, the choice that costs the least first.
pub async fn preview(
    conn: &mut Conn<'_>,
    customer_id: &str,
    number: &str,
    today: Date,
    books: Books,
) -> Result<CreditPreview> {
    let reckoned = reckon(conn, customer_id, number, today).await?;
    let bill = reckoned.bill();
    let mut choices: Vec<CreditChoice> = reckoned.choices.iter().map(|uses| reckoned.choice(uses, today)).collect();
    choices.sort_by_key(|choice| choice.fees_more.minor);
    Ok(CreditPreview {
        once: new_id(),
        bill: bill.known.bill.number.clone(),
        open: bill.money(bill.known.still_open()),
        credit: bill.money(reckoned.balance(bill.known.currency, today)),
        choices,
        is_covered: bill.known.bill.is_covered(),
        pay_by: bill.known.bill.pay_by(),
        is_outside: books == Books::Outside,
        today,
    })
}

pub async fn ask(app: &AppState, customer: &Customer, number: &str, once: &str, shown: i64) -> Result<()> {
    app.db
        .write(async |conn: &mut Conn<'_>| {
            if orders::is_asked(conn, &customer.id, once).await? {
                return Ok(());
            }
            let today = customers::service::today_of(app, conn, &customer.id).await?;
            let reckoned = reckon(conn, &customer.id, number, today).await?;
            let uses = reckoned.choices.iter().find(|uses| sum(uses) == shown);
            let uses = uses.ok_or(AppError::Refused(Refusal::ThingsChanged))?;
            let bill = reckoned.bill();
            let terms = Terms::UseCredit {
                bill: bill.known.bill.number.clone(),
                amount: bill.money(shown),
                left_to_pay: bill.money(bill.known.still_open() - shown),
                by_itself: None,
            };
            let asking = Asking {
                once,
                customer_id: &customer.id,
                asked_by: Some(&customer.person.id),
                terms,
                invoice_id: Some(&bill.known.invoice_id),
                subscription_id: None,
                today,
                takes_effect_on: today,
            };
            use_on(app, conn, asking, uses, &reckoned.given).await
        })
        .await
}

/// Takes the credit and asks for the act.
async fn use_on(app: &AppState, conn: &mut Conn<'_>, asking: Asking<'_>, uses: &[Use], given: &[Given]) -> Result<()> {
    let (once, on) = (asking.once, asking.takes_effect_on);
    orders::ask(app, conn, asking, async |conn: &mut Conn<'_>| {
        for taken in uses {
            let from = given.iter().find(|one| one.grant.reference == taken.reference);
            let id = from.map(|one| one.id.as_str()).ok_or(AppError::NotFound)?;
            if !store::use_credit(conn, once, id, taken.amount, on).await? {
                return Err(AppError::Refused(Refusal::ThingsChanged));
            }
        }
        Ok(())
    })
    .await
}

/// Lets the credit of one customer pay what it pays by itself on each day from `since` to today, dated on that day: who was told
/// that there is nothing to do finds it done, also where nobody looked on the day. How many bills.
pub async fn pay_by_itself(app: &AppState, customer_id: &str, since: Date) -> Result<usize> {
    let mut conn = app.db.reader().await?;
    let is_due = !due_by_itself(app, &mut conn, customer_id, since).await?.1.is_empty();
    drop(conn);
    if !is_due {
        return Ok(0);
    }
    app.db
        .write(async |conn: &mut Conn<'_>| {
            store::hold(conn, customer_id).await?;
            let today = customers::service::today_of(app, conn, customer_id).await?;
            let (open, due) = due_by_itself(app, conn, customer_id, since).await?;
            let given = credits::service::ever_given_to(conn, customer_id, today).await?;
            for one in &due {
                let known = &open[one.at].known;
                let money = |minor| Money::new(minor, known.currency);
                let id = new_id();
                let terms = Terms::UseCredit {
                    bill: known.bill.number.clone(),
                    amount: money(one.amount()),
                    left_to_pay: money(one.left),
                    by_itself: Some(one.because),
                };
                let asking = Asking {
                    once: &id,
                    customer_id,
                    asked_by: None,
                    terms,
                    invoice_id: Some(&known.invoice_id),
                    subscription_id: None,
                    today,
                    takes_effect_on: one.on,
                };
                use_on(app, conn, asking, &one.uses, &given).await?;
            }
            Ok(due.len())
        })
        .await
}

async fn due_by_itself(
    app: &AppState,
    conn: &mut Conn<'_>,
    customer_id: &str,
    since: Date,
) -> Result<(Vec<Assessed>, Vec<credit::ByItself>)> {
    let today = customers::service::today_of(app, conn, customer_id).await?;
    let open = bills::service::open_of_customer(conn, customer_id, today).await?;
    let given = credits::service::ever_given_to(conn, customer_id, today).await?;
    let grants: Vec<Grant> = given.into_iter().map(|one| one.grant).collect();
    let owed = credits::service::owed(open.iter().map(|bill| &bill.known));
    let due = credit::by_itself(&owed, &grants, since.min(today), today);
    Ok((open, due))
}

/// The payment that the credit makes, on the day it was for.
pub async fn book(
    conn: &mut Conn<'_>,
    order: &OrderRow,
    (amount, reference): (i64, &str),
    books: Books,
    now: i64,
) -> Result<()> {
    let bill = order.invoice_id.as_deref().unwrap_or_default();
    store::pay(conn, &new_id(), bill, (reference, "credit"), amount, order.takes_effect_on.0, now).await?;
    if books == Books::Outside {
        store::hand_credit_over(conn, &order.id).await?;
    }
    Ok(())
}

/// False where the credit would be lost by it.
pub async fn take_back(conn: &mut Conn<'_>, order: &OrderRow, today: Date) -> Result<bool> {
    if store::would_be_lost(conn, &order.id, today).await? {
        return Ok(false);
    }
    if let (Some(bill), Some(reference)) = (order.invoice_id.as_deref(), order.booked_as.as_deref()) {
        store::take_payment_back(conn, bill, reference).await?;
    }
    give_back(conn, &order.id, today).await?;
    Ok(true)
}

/// How many days what expired while it was in use can be used once it is given back, once.
const DAYS_TO_USE: i64 = 7;

pub async fn give_back(conn: &mut Conn<'_>, order_id: &str, today: Date) -> Result<()> {
    Ok(store::give_credit_back(conn, order_id, today, today.saturating_add(DAYS_TO_USE.days())).await?)
}
