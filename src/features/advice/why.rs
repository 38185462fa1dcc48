//! Why a customer is told something, or not: every rule asked of everything about them, with each condition and its value.

use std::sync::Arc;

use jiff::civil::Date;

use super::{
    block::Block,
    book::Book,
    memory::{Asking, Memory},
    store::{self, CustomerRow},
};
use crate::{
    domain::{
        notice::NoticeKind,
        rule::{Explanation, Facts, Listener, Rule},
    },
    error::{AppError, Result},
    server::{db::Conn, state::AppState},
};

/// One rule asked about one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    pub kind: NoticeKind,
    /// The number of the bill, the reference of the credit, or the code of the plan or product.
    pub subject: String,
    /// Where a plan is compared.
    pub compared: Option<Compared>,
    pub rule: String,
    pub rule_version: i64,
    /// The first day of this version of the rule.
    pub since: Date,
    pub explanation: Explanation,
}

/// A plan that a customer has, beside another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub subscription_id: String,
    /// The names of both, the other with the company it is of.
    pub has: String,
    pub other: String,
}

/// Everything that was asked about one customer, and how much there is that could be asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub why: Vec<Why>,
    pub open_bills: usize,
    pub credits: usize,
    pub plans: usize,
}

impl Why {
    pub(super) fn of(listener: Listener, rule: &Rule, subject: &str, facts: &Facts) -> Self {
        Self {
            kind: rule.kind,
            subject: subject.to_owned(),
            compared: None,
            rule: rule.id.clone(),
            rule_version: rule.version,
            since: rule.starts_on,
            explanation: rule.condition.explain_to(listener, facts),
        }
    }
}

/// Asks every rule in force at the end of `as_of` (without it, of today where the customer lives) about every open bill, every
/// credit that expires soon and every offer that would have cost less. `NotFound` where billing has no such customer.
pub async fn why(app: &AppState, external_id: &str, as_of: Option<Date>) -> Result<Vec<Why>> {
    let mut conn = app.db.reader().await?;
    let customer = store::customer(&mut conn, external_id).await?.ok_or(AppError::NotFound)?;
    let day = as_of.unwrap_or_else(|| app.clock.today_in(&customer.time_zone));
    Ok(ask(&mut conn, customer, day, Listener::Staff).await?.why)
}

/// The same, of a customer who asks for themselves, at the end of `day`.
pub async fn asked(conn: &mut Conn<'_>, customer_id: &str, day: Date) -> Result<Asked> {
    let customer = store::customer_by_id(conn, customer_id).await?.ok_or(AppError::NotFound)?;
    ask(conn, customer, day, Listener::Customer).await
}

async fn ask(conn: &mut Conn<'_>, customer: CustomerRow, day: Date, listener: Listener) -> Result<Asked> {
    let (before, id) = (store::id_before(conn, &customer.id).await?, customer.id.clone());
    let ids = (before.as_str(), id.as_str());
    let book = Arc::new(Book::read(conn, day).await?);
    let block = Block::read(conn, Arc::clone(&book), vec![customer], ids).await?;
    let memory = Memory::read(conn, day, ids).await?;
    let asking = Asking { rules: &book.rules, memory: &memory, day };
    let why =
        [block.why_bills(&asking, listener), block.why_credits(&asking, listener), block.why_offers(&asking, listener)];
    let mut asked = Asked { why: why.concat(), open_bills: block.bills().count(), ..Asked::default() };
    for account in block.accounts() {
        asked.credits += account.grants.iter().filter(|grant| grant.left_on(day) > 0).count();
        asked.plans += account.held.len();
    }
    Ok(asked)
}
