//! Credit that customers have, and which bills it pays.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::{
    CreditSheet, GrantLine, GrantStanding, Pays, When,
    store::{self, GrantRow},
};
use crate::{
    domain::{
        credit::{self, Because, ByItself, Grant, Owed, Turn, Use},
        money::{Currency, Money},
    },
    error::Result,
    features::{
        billing::service::Books,
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

impl From<&KnownBill> for Owed {
    fn from(known: &KnownBill) -> Self {
        Self {
            currency: known.currency,
            // What billing was asked to use on it counts as used on it, and is not among the grants any more.
            open: known.still_open(),
            issued_on: known.issued_on,
            pay_by: known.bill.pay_by(),
            is_disputed: known.bill.is_disputed,
            is_refused: known.is_credit_refused,
        }
    }
}

pub fn owed<'b>(bills: impl IntoIterator<Item = &'b KnownBill>) -> Vec<Owed> {
    bills.into_iter().map(Owed::from).collect()
}

/// Keeps the credit of one customer for their bills in the order in which they are due. A bill in dispute is not paid before it
/// is settled, nor is one on which the customer took the use of credit back.
pub fn cover<'b>(bills: impl IntoIterator<Item = &'b mut KnownBill>, grants: &[Grant], day: Date) {
    let mut bills: Vec<&mut KnownBill> = bills.into_iter().collect();
    if !grants.is_empty() {
        let owed = owed(bills.iter().map(|known| &**known));
        for (known, uses) in bills.iter_mut().zip(credit::kept(&owed, grants, day)) {
            known.bill.credit = uses;
        }
    }
    for known in bills.into_iter().filter(|known| known.set_aside > 0 && !known.bill.is_disputed) {
        known.bill.credit.push(Use { reference: SET_ASIDE.to_owned(), amount: known.set_aside });
    }
}

/// Says of each bill of one customer with how much credit it could be paid now: what is kept for another is not offered twice.
pub fn offer(bills: &mut [KnownBill], grants: &[Grant], day: Date) {
    if grants.is_empty() {
        return;
    }
    let offers = credit::offers(&owed(bills.iter()), grants, day);
    for (known, uses) in bills.iter_mut().zip(offers) {
        known.offered = credit::sum(&uses);
    }
}

/// Customers with credit that could pay a bill on some day from `since` to `today`, and whether some of it expires in that time.
pub async fn customers_between(conn: &mut Conn<'_>, since: Date, today: Date) -> Result<Vec<(String, bool)>> {
    Ok(store::customers_between(conn, since, today).await?)
}

/// Every grant of one customer, also what has expired or is used up.
pub async fn ever_given_to(conn: &mut Conn<'_>, customer_id: &str, as_of: Date) -> Result<Vec<Given>> {
    let rows = store::of_customer(conn, customer_id, as_of).await?;
    Ok(rows
        .into_iter()
        .map(|row| Given { id: row.id.clone(), reason: row.reason.clone(), grant: row.into() })
        .collect())
}

/// What credit will pay from today on without a word of anybody. Where the books are kept elsewhere that is a bill that it
/// covers, on its day, and nothing because it expires.
pub fn ahead(owed: &[Owed], grants: &[Grant], today: Date, books: Books) -> Vec<ByItself> {
    if books == Books::Ledger {
        return credit::by_itself(owed, grants, today, Date::MAX);
    }
    let kept = credit::kept(owed, grants, today).into_iter().enumerate();
    let covered = kept.filter(|(at, uses)| !uses.is_empty() && credit::sum(uses) == owed[*at].open);
    covered
        .map(|(at, uses)| ByItself { at, on: owed[at].pay_by.max(today), because: Because::Due, uses, left: 0 })
        .collect()
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
    let given = ever_given_to(&mut conn, customer_id, today).await?;
    let all: Vec<Grant> = given.iter().map(|one| one.grant.clone()).collect();
    let open = bills::service::open_of_customer(&mut conn, customer_id, today).await?;
    let owed = owed(open.iter().map(|bill| &bill.known));
    let books = Books::of(&app.config);
    let ahead = ahead(&owed, &all, today, books);
    let (in_order, apart): (Vec<&Grant>, Vec<&Grant>) =
        credit::burn_order(&all, today).into_iter().partition(|grant| grant.pays_for(None));
    let over = all.iter().filter(|grant| grant.left_on(today) == 0);
    let number = |at: usize| open[at].known.bill.number.clone();
    let pays_of = |grant: &Grant| {
        let of_grant = |one: &ByItself| {
            let amount = one.uses.iter().find(|taken| taken.reference == grant.reference)?.amount;
            Some(Pays {
                bill: number(one.at),
                amount: Money::new(amount, grant.currency),
                when: When::ByItself { on: one.on, because: one.because },
            })
        };
        ahead.iter().filter_map(of_grant).collect::<Vec<_>>()
    };
    let line = |grant: &Grant, standing| {
        let pays = pays_of(grant);
        let kept = pays.iter().fold(0, |sum: i64, one| sum.saturating_add(one.amount.minor));
        GrantLine {
            reason: given.iter().find(|one| one.grant.reference == grant.reference).and_then(|one| one.reason.clone()),
            reference: grant.reference.clone(),
            amount: Money::new(grant.amount, grant.currency),
            left: Money::new(grant.left_on(today), grant.currency),
            granted_on: grant.granted_on,
            expires_on: grant.expires_on,
            scope: grant.scope.clone(),
            standing,
            free: Money::new(grant.left_on(today).saturating_sub(kept).max(0), grant.currency),
            pays,
        }
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
    let balance = balance(&all, today);
    let free = balance.iter().map(|all| {
        let spoken = ahead.iter().filter(|one| owed[one.at].currency == all.currency);
        let spoken = spoken.fold(0, |sum: i64, one| sum.saturating_add(one.amount()));
        Money::new(all.minor.saturating_sub(spoken).max(0), all.currency)
    });
    let free: Vec<Money> = free.collect();
    let by_itself = ahead.iter().map(|one| Pays {
        bill: number(one.at),
        amount: open[one.at].money(one.amount()),
        when: When::ByItself { on: one.on, because: one.because },
    });
    let asked = open.iter().filter(|bill| bill.known.set_aside > 0).map(|bill| Pays {
        bill: bill.known.bill.number.clone(),
        amount: bill.money(bill.known.set_aside),
        when: When::AskedOfBilling,
    });
    let mut pays: Vec<Pays> = asked.chain(by_itself).collect();
    pays.extend(if_asked(&open, &ahead, &free));
    Ok(CreditSheet { today, balance, free, grants, pays, is_outside: books == Books::Outside })
}

/// What of the free credit is offered for each bill, and pays nothing without a word.
fn if_asked(open: &[bills::service::Assessed], ahead: &[ByItself], free: &[Money]) -> Vec<Pays> {
    let mut free = free.to_vec();
    let mut pays = Vec::new();
    for (at, bill) in open.iter().enumerate() {
        let by_itself =
            ahead.iter().filter(|one| one.at == at).fold(0, |sum: i64, one| sum.saturating_add(one.amount()));
        let Some(left) = free.iter_mut().find(|money| money.currency == bill.known.currency) else { continue };
        let amount = bill.known.offered.saturating_sub(by_itself).min(left.minor);
        if amount > 0 {
            left.minor -= amount;
            let bill_number = bill.known.bill.number.clone();
            pays.push(Pays { bill: bill_number, amount: bill.money(amount), when: When::IfAsked });
        }
    }
    pays
}
