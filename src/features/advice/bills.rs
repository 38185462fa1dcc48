//! Notices about bills: a fee that can be avoided, one that credit avoids, a dispute.

use super::{
    block::{About, Block, Found},
    memory::Asking,
    store::CustomerRow,
};
use crate::{
    domain::{money::Money, notice::NoticeKind},
    error::{AppError, Result},
    features::bills::service::KnownBill,
};

impl Block {
    /// The first of the three kinds for which a rule holds is what is said about the bill, where it was not said before.
    pub(super) fn about_bill(
        &self,
        asking: &Asking<'_>,
        customer: &CustomerRow,
        known: &KnownBill,
    ) -> Result<Option<Found>> {
        let (bill, day) = (&known.bill, self.book.day);
        let Some(policy) = self.book.policies.for_bill_due(known.currency, bill.due_on) else { return Ok(None) };
        for kind in [NoticeKind::Dispute, NoticeKind::NothingToDo, NoticeKind::FeeWarning] {
            let facts = bill.facts(&policy, &asking.told(customer, kind)).map_err(AppError::internal)?;
            let Some(rule) = asking.rules.that_holds(kind, &facts) else { continue };
            let key = match kind {
                NoticeKind::Dispute => format!("{kind}:{}", known.invoice_id),
                _ => format!("{kind}:{}:{}", known.invoice_id, bill.pay_by()),
            };
            if asking.is_told(&key) {
                return Ok(None);
            }
            let amount = if kind == NoticeKind::FeeWarning { policy.fee(bill.open()) } else { bill.open() };
            let about = About {
                invoice_id: Some(known.invoice_id.clone()),
                subscription_id: None,
                key,
                subject: bill.number.clone(),
                amount: Money::new(amount, known.currency),
                due_on: Some(bill.pay_by()),
                fee_on: (kind != NoticeKind::Dispute).then(|| policy.fee_on(bill.pay_by())),
                holds_until: None,
            };
            return self.found(customer, rule, &facts, bill.evidence(&policy, day), about);
        }
        Ok(None)
    }
}
