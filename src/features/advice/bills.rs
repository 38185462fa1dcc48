//! Notices about paying a bill: a dispute, credit that covers it, a fee that is near or came, a day that is near or passed.

use jiff::civil::Date;

use super::{
    block::{About, Account, Block, Found},
    memory::Asking,
    store::CustomerRow,
    why::{Asker, Why},
};
use crate::{
    domain::{
        evidence::Evidence,
        late_fee::{BillFacts, FeePolicy, FeeThatCame},
        money::Money,
        notice::NoticeKind,
        rule::{Rule, Subject},
    },
    error::Result,
    features::bills::service::KnownBill,
};

/// What can be said about a bill, the first before the others.
const KINDS: [NoticeKind; 6] = [
    NoticeKind::Dispute,
    NoticeKind::NothingToDo,
    NoticeKind::FeeWarning,
    NoticeKind::FeeCame,
    NoticeKind::Overdue,
    NoticeKind::Due,
];

const DUE_SAYS: &str = "a few days before a bill is due we tell you what is open and until when to pay.";
const OVERDUE_SAYS: &str = "where a bill is still open after its day we tell you, also where being late costs nothing.";

/// An open bill, whose it is, and the policy that its fee goes by.
struct Open<'a> {
    /// The place of the customer in the block.
    at: usize,
    customer: &'a CustomerRow,
    known: &'a KnownBill,
    /// One that charges nothing where none is set.
    policy: FeePolicy,
    came: Option<&'a FeeThatCame>,
}

impl Block {
    /// With the place of each customer. The first of the kinds for which a rule holds is what is said about a bill, where it
    /// was not said before.
    pub(super) fn about_bills(&self, asking: &Asking<'_>) -> Result<Vec<(usize, Found)>> {
        let mut bills = self.open_bills();
        let mut found = Vec::new();
        for kind in KINDS {
            // Where no policy is set, nothing is said of a fee.
            let (asked, mut left): (Vec<_>, Vec<_>) =
                bills.into_iter().partition(|open| open.policy.is_set() || !is_about_a_fee(kind));
            let held =
                asking.rules.that_hold(|rule| rule.kind == kind, asked.iter().map(|open| open.facts(asking, kind)));
            for (open, rule) in asked.into_iter().zip(held) {
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
            Why::of(asker, rule, &bill.number, &facts, || Some(open.evidence(rule.kind, self.book.day)))
        };
        rules.flat_map(of_rule).map(why).collect()
    }

    fn open_bills(&self) -> Vec<Open<'_>> {
        let bills = self.accounts().flat_map(|Account { at, customer, bills, .. }| {
            bills.iter().map(move |known| {
                let policy = self.book.policies.for_bill_due(known.currency, known.bill.due_on);
                Open { at, customer, known, policy, came: self.came.get(&known.invoice_id) }
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
        let amount = match kind {
            NoticeKind::FeeWarning => policy.fee(bill.open()),
            NoticeKind::FeeCame => open.came.map_or_else(|| policy.fee(bill.open()), |came| came.fee),
            _ => bill.open(),
        };
        let about = About {
            invoice_id: Some(known.invoice_id.clone()),
            subscription_id: None,
            key,
            subject: bill.number.clone(),
            amount: Money::new(amount, known.currency),
            due_on: Some(bill.pay_by()),
            fee_on: is_about_a_fee(kind).then(|| policy.fee_on(bill.pay_by())),
            holds_until: (kind == NoticeKind::Due).then(|| bill.pay_by()),
            previous_terms: None,
            given: None,
        };
        let Some(telling) = asking.telling(open.customer, kind, &about) else { return Ok(None) };
        let facts = open.facts(asking, kind).facts(kind);
        self.found(open.customer, rule, &facts, open.evidence(kind, self.book.day), (about, telling))
    }
}

/// Whether there is nothing to say where no fee is known.
fn is_about_a_fee(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::FeeWarning | NoticeKind::NothingToDo | NoticeKind::FeeCame)
}

impl Open<'_> {
    fn facts(&self, asking: &Asking<'_>, kind: NoticeKind) -> BillFacts<'_> {
        // Where the day of the fee has passed and none came, none is near either.
        let has_passed = self.policy.fee_on(self.known.bill.pay_by()) <= asking.day;
        BillFacts {
            bill: &self.known.bill,
            policy: &self.policy,
            late_fee: self.came.map(|came| came.fee).or(has_passed.then_some(0)),
            told: asking.told(self.customer, kind),
        }
    }

    fn evidence(&self, kind: NoticeKind, today: Date) -> Evidence {
        let bill = &self.known.bill;
        match (kind, self.came) {
            (NoticeKind::FeeCame, Some(came)) => came.evidence(bill, &self.policy, today),
            (NoticeKind::Due, _) => bill.evidence_without_fee(DUE_SAYS, self.known.currency, today),
            (NoticeKind::Overdue, _) => bill.evidence_without_fee(OVERDUE_SAYS, self.known.currency, today),
            _ => bill.evidence(&self.policy, today),
        }
    }
}
