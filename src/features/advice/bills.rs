//! Notices about bills: a fee that can be avoided, one that credit avoids, a dispute.

use super::{
    block::{About, Account, Block, Found},
    memory::Asking,
    store::CustomerRow,
    why::{Asker, Why},
};
use crate::{
    domain::{
        late_fee::{BillFacts, FeePolicy},
        money::Money,
        notice::NoticeKind,
        rule::{Rule, Subject},
    },
    error::Result,
    features::bills::service::KnownBill,
};

/// What can be said about a bill, the first before the others.
const KINDS: [NoticeKind; 3] = [NoticeKind::Dispute, NoticeKind::NothingToDo, NoticeKind::FeeWarning];

/// An open bill, whose it is, and the policy that its fee goes by.
struct Open<'a> {
    /// The place of the customer in the block.
    at: usize,
    customer: &'a CustomerRow,
    known: &'a KnownBill,
    policy: FeePolicy,
}

impl Block {
    /// With the place of each customer. The first of the three kinds for which a rule holds is what is said about a bill,
    /// where it was not said before.
    pub(super) fn about_bills(&self, asking: &Asking<'_>) -> Result<Vec<(usize, Found)>> {
        let mut bills = self.open_bills();
        let mut found = Vec::new();
        for kind in KINDS {
            if kind != NoticeKind::Dispute {
                // Where no policy is set, nothing is said of a fee.
                bills.retain(|open| open.policy.is_set());
            }
            let held =
                asking.rules.that_hold(|rule| rule.kind == kind, bills.iter().map(|open| open.facts(asking, kind)));
            let mut left = Vec::with_capacity(bills.len());
            for (open, rule) in bills.into_iter().zip(held) {
                match rule {
                    Some(rule) => {
                        let notice = self.about_bill(asking, &open, rule)?;
                        found.extend(notice.map(|notice| (open.at, notice)));
                    }
                    None => left.push(open),
                }
            }
            bills = left;
        }
        Ok(found)
    }

    /// Every rule about bills asked of every open bill.
    pub(super) fn why_bills(&self, asking: &Asking<'_>, asker: Asker) -> Vec<Why> {
        let bills = self.open_bills();
        let rules = KINDS.into_iter().flat_map(|kind| asking.rules.of_kind(kind));
        let of_rule = |rule| bills.iter().map(move |open: &Open<'_>| (rule, open));
        let why = |(rule, open): (&Rule, &Open<'_>)| {
            let facts = open.facts(asking, rule.kind).facts(rule.kind);
            let bill = &open.known.bill;
            Why::of(asker, rule, &bill.number, &facts, || Some(bill.evidence(&open.policy, self.book.day)))
        };
        rules.flat_map(of_rule).map(why).collect()
    }

    fn open_bills(&self) -> Vec<Open<'_>> {
        let bills = self.accounts().flat_map(|Account { at, customer, bills, .. }| {
            bills.iter().map(move |known| {
                let policy = self.book.policies.for_bill_due(known.currency, known.bill.due_on);
                Open { at, customer, known, policy }
            })
        });
        bills.collect()
    }

    fn about_bill(&self, asking: &Asking<'_>, open: &Open<'_>, rule: &Rule) -> Result<Option<Found>> {
        let (known, bill, policy, kind) = (open.known, &open.known.bill, &open.policy, rule.kind);
        let key = match kind {
            NoticeKind::Dispute => format!("{kind}:{}", known.invoice_id),
            _ => format!("{kind}:{}:{}", known.invoice_id, bill.pay_by()),
        };
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
            previous_terms: None,
            given: None,
        };
        let Some(telling) = asking.telling(open.customer, kind, &about) else { return Ok(None) };
        let facts = open.facts(asking, kind).facts(kind);
        self.found(open.customer, rule, &facts, bill.evidence(policy, self.book.day), (about, telling))
    }
}

impl Open<'_> {
    fn facts(&self, asking: &Asking<'_>, kind: NoticeKind) -> BillFacts<'_> {
        BillFacts { bill: &self.known.bill, policy: &self.policy, told: asking.told(self.customer, kind) }
    }
}
