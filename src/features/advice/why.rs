//! Why a customer is told something, or not: every rule asked of everything about them, with each condition and its value.

use std::sync::Arc;

use jiff::civil::Date;

use super::{
    block::Block,
    book::Book,
    memory::{Asking, Memory},
    store,
};
use crate::{
    domain::{
        notice::NoticeKind,
        rule::{Explanation, Facts, Rule},
    },
    error::{AppError, Result},
    server::state::AppState,
};

/// One rule asked about one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    pub kind: NoticeKind,
    /// The number of the bill, the reference of the credit, or the code of the plan or product.
    pub subject: String,
    pub rule: String,
    pub rule_version: i64,
    pub explanation: Explanation,
}

impl Why {
    pub(super) fn of(rule: &Rule, subject: &str, facts: &Facts) -> Self {
        Self {
            kind: rule.kind,
            subject: subject.to_owned(),
            rule: rule.id.clone(),
            rule_version: rule.version,
            explanation: rule.condition.explain(facts),
        }
    }
}

/// Asks every rule in force at the end of `as_of` (without it, of today where the customer lives) about every open bill, every
/// credit that expires soon and every offer that would have cost less. `NotFound` where billing has no such customer.
pub async fn why(app: &AppState, external_id: &str, as_of: Option<Date>) -> Result<Vec<Why>> {
    let mut conn = app.db.reader().await?;
    let (before, customer) = store::customer(&mut conn, external_id).await?.ok_or(AppError::NotFound)?;
    let day = as_of.unwrap_or_else(|| app.clock.today_in(&customer.time_zone));
    let ids = (before.as_str(), customer.id.clone());
    let ids = (ids.0, ids.1.as_str());
    let book = Arc::new(Book::read(&mut conn, day).await?);
    let block = Block::read(&mut conn, Arc::clone(&book), vec![customer], ids).await?;
    let memory = Memory::read(&mut conn, day, ids).await?;
    let asking = Asking { rules: &book.rules, memory: &memory, day };
    Ok([block.why_bills(&asking), block.why_credits(&asking), block.why_offers(&asking)].concat())
}
