//! Notices about credit that may expire.

use super::{
    block::{About, Block, Found},
    memory::Asking,
    store::CustomerRow,
};
use crate::{
    domain::{credit::Grant, money::Money, notice::NoticeKind},
    error::{AppError, Result},
};

impl Block {
    /// Told once for each step: 30, 7 and 1 days before the last day.
    pub(super) fn about_credit(
        &self,
        asking: &Asking<'_>,
        customer: &CustomerRow,
        grant: &Grant,
        grants: &[Grant],
    ) -> Result<Option<Found>> {
        let (day, kind) = (self.book.day, NoticeKind::Credit);
        let Some(step) = grant.warning(day) else { return Ok(None) };
        let key = format!("{kind}:{}:{}:{step}", customer.id, grant.reference);
        if asking.is_told(&key) {
            return Ok(None);
        }
        let facts = grant.facts(grants, &asking.told(customer, kind)).map_err(AppError::internal)?;
        let Some(rule) = asking.rules.that_holds(kind, &facts) else { return Ok(None) };
        let about = About {
            invoice_id: None,
            subscription_id: None,
            key,
            subject: grant.reference.clone(),
            amount: Money::new(grant.left_on(day), grant.currency),
            due_on: grant.expires_on,
            fee_on: None,
            holds_until: grant.expires_on,
        };
        self.found(customer, rule, &facts, grant.evidence(grants, day), about)
    }
}
