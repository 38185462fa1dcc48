//! Notices about what a bill comes to, beside the others of its customer.

use super::{
    block::{About, Account, Block, Found},
    memory::Asking,
    store::CustomerRow,
    why::{Asker, Why},
};
use crate::{
    domain::{
        money::Money,
        notice::NoticeKind,
        rule::{Rule, Subject},
        unusual::{Beside, SumFacts},
    },
    error::Result,
};

const KIND: NoticeKind = NoticeKind::UnusualBill;

/// An open bill that was issued lately, and whose it is.
struct Lately<'a> {
    /// The place of the customer in the block.
    at: usize,
    customer: &'a CustomerRow,
    invoice_id: &'a str,
    beside: &'a Beside,
}

impl Block {
    /// With the place of each customer. Told once of each bill.
    pub(super) fn about_sums(&self, asking: &Asking<'_>) -> Result<Vec<(usize, Found)>> {
        let bills = self.lately();
        let held = asking.rules.that_hold(|rule| rule.kind == KIND, bills.iter().map(|one| one.facts(asking)));
        let mut found = Vec::new();
        for (bill, rule) in bills.iter().zip(held) {
            if let Some(rule) = rule {
                let notice = self.about_sum(asking, bill, rule)?;
                found.extend(notice.map(|notice| (bill.at, notice)));
            }
        }
        Ok(found)
    }

    /// Every rule about what a bill comes to asked of every open one that was issued lately.
    pub(super) fn why_sums(&self, asking: &Asking<'_>, asker: Asker) -> Vec<Why> {
        let bills = self.lately();
        let of_rule = |rule| bills.iter().map(move |one: &Lately<'_>| (rule, one));
        let why = |(rule, one): (&Rule, &Lately<'_>)| {
            let evidence = || Some(one.beside.evidence(self.book.day));
            Why::of(asker, rule, &one.beside.bill.number, &one.facts(asking).facts(KIND), evidence)
        };
        asking.rules.of_kind(KIND).flat_map(of_rule).map(why).collect()
    }

    fn lately(&self) -> Vec<Lately<'_>> {
        let bills = self.accounts().flat_map(|Account { at, customer, sums, .. }| {
            sums.iter().map(move |(invoice_id, beside)| Lately { at, customer, invoice_id, beside })
        });
        bills.collect()
    }

    fn about_sum(&self, asking: &Asking<'_>, lately: &Lately<'_>, rule: &Rule) -> Result<Option<Found>> {
        let Lately { customer, invoice_id, beside, .. } = *lately;
        let about = About {
            invoice_id: Some(invoice_id.to_owned()),
            subscription_id: None,
            key: format!("{KIND}:{invoice_id}"),
            subject: beside.bill.number.clone(),
            amount: Money::new(beside.bill.amount, beside.currency),
            due_on: None,
            fee_on: None,
            holds_until: None,
            previous_terms: None,
            given: None,
        };
        let Some(telling) = asking.telling(customer, KIND, &about) else { return Ok(None) };
        let (facts, evidence) = (lately.facts(asking).facts(KIND), beside.evidence(self.book.day));
        self.found(customer, rule, &facts, evidence, (about, telling))
    }
}

impl Lately<'_> {
    fn facts(&self, asking: &Asking<'_>) -> SumFacts<'_> {
        SumFacts { beside: self.beside, told: asking.told(self.customer, KIND) }
    }
}
