//! Credit that customers have, and which bills it pays.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::{
    CreditSheet, GrantLine, GrantStanding,
    store::{self, GrantRow},
};
use crate::{
    domain::{
        credit::{self, Grant, Turn, Use},
        late_fee::Bill,
        money::{Currency, Money},
    },
    error::Result,
    features::{
        bills::{self, service::KnownBill},
        customers,
    },
    server::{db::Conn, state::AppState},
};

impl From<GrantRow> for Grant {
    fn from(row: GrantRow) -> Self {
        Self {
            reference: row.reference,
            currency: row.currency.0,
            amount: row.amount,
            used: row.used,
            granted_on: row.granted_on.0,
            expires_on: row.expires_on.map(|day| day.0),
            scope: row.scope,
        }
    }
}

/// Grants with something left at the end of `as_of`, each with its customer, of those whose id is above `after` and at most
/// `until`.
pub async fn grants_between(
    conn: &mut Conn<'_>,
    as_of: Date,
    after: &str,
    until: &str,
) -> Result<Vec<(String, Grant)>> {
    let rows = store::with_something_left(conn, as_of, after, until).await?;
    Ok(rows.into_iter().map(|mut row| (std::mem::take(&mut row.customer_id), row.into())).collect())
}

fn by_customer(rows: Vec<GrantRow>) -> HashMap<String, Vec<Grant>> {
    let mut grants: HashMap<String, Vec<Grant>> = HashMap::new();
    for row in rows {
        grants.entry(row.customer_id.clone()).or_default().push(row.into());
    }
    grants
}

/// Grants with something left at the end of `as_of`, by customer.
pub async fn grants(conn: &mut Conn<'_>, as_of: Date) -> Result<HashMap<String, Vec<Grant>>> {
    Ok(by_customer(store::all_with_something_left(conn, as_of).await?))
}

/// Lets credit pay the open bills of everybody, each customer's own.
pub async fn cover_all(conn: &mut Conn<'_>, bills: &mut [KnownBill], as_of: Date) -> Result<()> {
    let grants = grants(conn, as_of).await?;
    let mut bills_of: HashMap<String, Vec<&mut KnownBill>> = HashMap::new();
    for bill in bills.iter_mut().filter(|bill| grants.contains_key(&bill.customer_id)) {
        bills_of.entry(bill.customer_id.clone()).or_default().push(bill);
    }
    for (customer, bills) in bills_of {
        cover(bills, grants.get(&customer).map_or(&[], Vec::as_slice), as_of);
    }
    Ok(())
}

/// Grants of one customer with something left at the end of `as_of`.
pub async fn grants_of(conn: &mut Conn<'_>, customer_id: &str, as_of: Date) -> Result<Vec<Grant>> {
    Ok(given_to(conn, customer_id, as_of).await?.into_iter().map(|one| one.grant).collect())
}

/// A grant with its place in the database and why it was given.
#[derive(Clone, Debug)]
pub struct Given {
    pub id: String,
    pub grant: Grant,
    pub reason: Option<String>,
}

/// Every grant of one customer with something left at the end of `as_of`.
pub async fn given_to(conn: &mut Conn<'_>, customer_id: &str, as_of: Date) -> Result<Vec<Given>> {
    let rows = store::of_customer(conn, customer_id, as_of).await?;
    let given = rows.into_iter().map(|row| Given { id: row.id.clone(), reason: row.reason.clone(), grant: row.into() });
    Ok(given.filter(|one| one.grant.left_on(as_of) > 0).collect())
}

/// What of these grants can pay a bill on a day, one amount for each currency; first that of which some is used next. What can
/// pay for one thing alone is not in it.
pub fn balance(grants: &[Grant], day: Date) -> Vec<Money> {
    let mut balance = Vec::new();
    for grant in credit::burn_order(grants, day).into_iter().filter(|grant| grant.pays_for(None)) {
        customers::service::add(&mut balance, Money::new(grant.left_on(day), grant.currency));
    }
    balance
}

/// What a customer can pay a bill with today.
pub async fn balance_of(app: &AppState, conn: &mut Conn<'_>, customer_id: &str) -> Result<Vec<Money>> {
    let today = customers::service::today_of(app, conn, customer_id).await?;
    Ok(balance(&grants_of(conn, customer_id, today).await?, today))
}

/// What stands for credit that billing was asked to use and has not decided about.
const SET_ASIDE: &str = "asked of billing";

/// Lets the credit of one customer pay their bills in the order in which they are due. A bill in dispute is not paid before it
/// is settled, nor is one on which the customer took the use of credit back.
pub fn cover<'b>(bills: impl IntoIterator<Item = &'b mut KnownBill>, grants: &[Grant], day: Date) {
    let mut grants = grants.to_vec();
    let mut bills: Vec<&mut KnownBill> = bills.into_iter().filter(|known| !known.bill.is_disputed).collect();
    bills.sort_by_key(|known| known.bill.pay_by());
    for known in bills {
        // What billing was asked to use on it counts as used on it, and is not among the grants any more.
        let rest = Bill { paid: known.bill.paid.saturating_add(known.set_aside), ..known.bill.clone() };
        let grants_for_it = if known.is_credit_refused { &[] } else { grants.as_slice() };
        known.bill.credit = credit::cover(&rest, known.currency, grants_for_it, day);
        credit::take(&mut grants, &known.bill.credit);
        if known.set_aside > 0 {
            known.bill.credit.push(Use { reference: SET_ASIDE.to_owned(), amount: known.set_aside });
        }
    }
}

/// Why a grant has its place among those of its currency, which alone pay the same bills.
fn turn(grant: &Grant, in_order: &[&Grant]) -> Turn {
    let same: Vec<&Grant> = in_order.iter().copied().filter(|other| other.currency == grant.currency).collect();
    let at = same.iter().position(|other| other.reference == grant.reference).unwrap_or_default();
    credit::turns(&same).get(at).copied().unwrap_or(Turn::Only)
}

/// The page of `/credits`.
pub async fn sheet(app: &AppState, customer_id: &str) -> Result<CreditSheet> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let rows = store::of_customer(&mut conn, customer_id, today).await?;
    let reasons: HashMap<String, Option<String>> =
        rows.iter().map(|row| (row.reference.clone(), row.reason.clone())).collect();
    let all: Vec<Grant> = rows.into_iter().map(Grant::from).collect();
    let (in_order, apart): (Vec<&Grant>, Vec<&Grant>) =
        credit::burn_order(&all, today).into_iter().partition(|grant| grant.pays_for(None));
    let over = all.iter().filter(|grant| grant.left_on(today) == 0);
    let line = |grant: &Grant, standing| GrantLine {
        reason: reasons.get(&grant.reference).cloned().flatten(),
        reference: grant.reference.clone(),
        amount: Money::new(grant.amount, grant.currency),
        left: Money::new(grant.left_on(today), grant.currency),
        granted_on: grant.granted_on,
        expires_on: grant.expires_on,
        scope: grant.scope.clone(),
        standing,
    };
    let mut next: HashSet<Currency> = HashSet::new();
    let usable = in_order.iter().map(|grant| {
        let is_next = next.insert(grant.currency);
        let turn = turn(grant, &in_order);
        line(grant, if is_next { GrantStanding::Next(turn) } else { GrantStanding::Waiting(turn) })
    });
    let apart = apart.into_iter().map(|grant| line(grant, GrantStanding::Apart));
    let over = over.map(|grant| {
        let is_used_up = grant.used >= grant.amount;
        line(grant, if is_used_up { GrantStanding::UsedUp } else { GrantStanding::Expired })
    });
    let grants: Vec<GrantLine> = usable.chain(apart).chain(over).collect();
    let open = bills::service::open_of_customer(&mut conn, customer_id, today).await?;
    let paid = open.iter().filter(|bill| bill.known.bill.credited() > 0);
    let pays = paid.map(|bill| (bill.known.bill.number.clone(), bill.money(bill.known.bill.credited()))).collect();
    Ok(CreditSheet { today, balance: balance(&all, today), grants, pays })
}
