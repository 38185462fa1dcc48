//! Notices about credit that may expire.

use super::{
    block::{About, Account, Block, Found},
    memory::Asking,
    store::CustomerRow,
    why::{Asker, Why},
};
use crate::{
    domain::{
        credit::{Grant, GrantFacts},
        money::Money,
        notice::NoticeKind,
        rule::{Rule, Subject},
    },
    error::Result,
};

const KIND: NoticeKind = NoticeKind::Credit;

/// A grant that expires soon, whose it is, and how soon.
struct Expiring<'a> {
    /// The place of the customer in the block.
    at: usize,
    customer: &'a CustomerRow,
    grant: &'a Grant,
    grants: &'a [Grant],
    step: i64,
}

impl Block {
    /// With the place of each customer. Told once for each step: 30, 7 and 1 days before the last day.
    pub(super) fn about_credits(&self, asking: &Asking<'_>) -> Result<Vec<(usize, Found)>> {
        let grants = self.expiring();
        let held = asking.rules.that_hold(|rule| rule.kind == KIND, grants.iter().map(|one| one.facts(asking)));
        let mut found = Vec::new();
        for (expiring, rule) in grants.iter().zip(held) {
            if let Some(rule) = rule {
                let notice = self.about_credit(asking, expiring, rule)?;
                found.extend(notice.map(|notice| (expiring.at, notice)));
            }
        }
        Ok(found)
    }

    /// Every rule about credit asked of every grant that expires soon.
    pub(super) fn why_credits(&self, asking: &Asking<'_>, asker: Asker) -> Vec<Why> {
        let grants = self.expiring();
        let of_rule = |rule| grants.iter().map(move |one: &Expiring<'_>| (rule, one));
        let why = |(rule, one): (&Rule, &Expiring<'_>)| {
            let evidence = || Some(one.grant.evidence(one.grants, self.book.day));
            Why::of(asker, rule, &one.grant.reference, &one.facts(asking).facts(KIND), evidence)
        };
        asking.rules.of_kind(KIND).flat_map(of_rule).map(why).collect()
    }

    fn expiring(&self) -> Vec<Expiring<'_>> {
        let grants = self.accounts().flat_map(|Account { at, customer, grants, .. }| {
            grants.iter().filter_map(move |grant| {
                Some(Expiring { at, customer, grant, grants, step: grant.warning(self.book.day)? })
            })
        });
        grants.collect()
    }

    fn about_credit(&self, asking: &Asking<'_>, expiring: &Expiring<'_>, rule: &Rule) -> Result<Option<Found>> {
        let Expiring { customer, grant, grants, step, .. } = *expiring;
        let key = format!("{KIND}:{}:{}:{step}", customer.id, grant.reference);
        let day = self.book.day;
        let about = About {
            invoice_id: None,
            subscription_id: None,
            key,
            subject: grant.reference.clone(),
            amount: Money::new(grant.left_on(day), grant.currency),
            due_on: grant.expires_on,
            fee_on: None,
            holds_until: grant.expires_on,
            previous_terms: None,
            given: Some(grant.amount),
        };
        let Some(telling) = asking.telling(customer, KIND, &about) else { return Ok(None) };
        self.found(customer, rule, &expiring.facts(asking).facts(KIND), grant.evidence(grants, day), (about, telling))
    }
}

impl Expiring<'_> {
    fn facts(&self, asking: &Asking<'_>) -> GrantFacts<'_> {
        GrantFacts { grant: self.grant, grants: self.grants, told: asking.told(self.customer, KIND) }
    }
}
