//! Notices about what customers buy: another plan costs less, another size fits better, someone else's product does.

use jiff::civil::Date;

use super::{
    block::{About, Block, Found},
    memory::Asking,
    store::CustomerRow,
};
use crate::{
    domain::{
        comparison::{Comparison, Ranking, Switching, rank},
        day,
        evidence::Evidence,
        money::Money,
        notice::NoticeKind,
        offer::MonthUsage,
        right_size::{SizingTerms, size},
        rule::{Facts, WrongType},
        told::Told,
    },
    error::{AppError, Result},
    features::offers::service::{Held, LOOK_BACK_MONTHS, use_of},
};

/// How long such a notice is shown. It is looked at anew each quarter of a year.
const SHOWN_DAYS: i64 = 100;

impl Block {
    /// At most one about ours, and one about someone else's.
    pub(super) fn about_offers(
        &self,
        asking: &Asking<'_>,
        customer: &CustomerRow,
        held: &Held,
        usage: &[MonthUsage],
    ) -> Result<Vec<Found>> {
        let kinds = [NoticeKind::BetterPrice, NoticeKind::RightSize, NoticeKind::Competitor];
        if kinds.iter().all(|kind| asking.rules.of_kind(*kind).next().is_none()) {
            return Ok(Vec::new());
        }
        let (catalogue, day) = (&self.book.catalogue, self.book.day);
        let Some(current) = catalogue.plan(&held.plan) else { return Ok(Vec::new()) };
        let months = use_of(current, usage);
        // Without a price for the plan they have there is nothing to compare with.
        let Ok(ours) = rank(current, &catalogue.plans, &months, day) else { return Ok(Vec::new()) };
        let about = OfOne { block: self, asking, customer, held, switching: held.switching(day) };
        let mut due = Vec::new();
        // Where another size fits better it says more than the price alone, so that is told.
        match about.right_size(&ours, &months)? {
            Some(sized) => due.extend(sized),
            None => due.extend(about.better_price(&ours)?),
        }
        if let Ok(theirs) = rank(current, &catalogue.competitors, &months, day) {
            due.extend(about.competitor(&ours, &theirs)?);
        }
        Ok(due)
    }
}

/// One subscription of one customer.
struct OfOne<'a> {
    block: &'a Block,
    asking: &'a Asking<'a>,
    customer: &'a CustomerRow,
    held: &'a Held,
    switching: Switching,
}

impl OfOne<'_> {
    /// Nothing where no other size fits; an empty answer where it was told already.
    fn right_size(&self, ours: &Ranking<'_>, months: &[MonthUsage]) -> Result<Option<Option<Found>>> {
        let kind = NoticeKind::RightSize;
        let told = self.asking.told(self.customer, kind);
        for rule in self.asking.rules.of_kind(kind) {
            let terms = SizingTerms::of(&rule.settings);
            for other in ours.ranked.iter().filter(|other| other.saving() > 0) {
                let meters = ours.current.charges.iter().map(|charge| charge.meter.as_str());
                let sized = meters.filter_map(|meter| size(ours.current, other.other, months, meter, &terms).ok());
                for sizing in sized {
                    let facts = sizing.facts(&self.switching, &told).map_err(AppError::internal)?;
                    if !rule.condition.holds(&facts) {
                        continue;
                    }
                    let about = self.about(kind, &sizing.comparison);
                    if self.asking.is_told(&about.key) {
                        return Ok(Some(None));
                    }
                    let evidence = sizing.evidence(self.switching.cost, self.day());
                    return self.block.found(self.customer, rule, &facts, evidence, about).map(Some);
                }
            }
        }
        Ok(None)
    }

    fn better_price(&self, ours: &Ranking<'_>) -> Result<Option<Found>> {
        let evidence = |other: &Comparison<'_>| other.evidence(LOOK_BACK_MONTHS, self.switching.cost, self.day());
        self.first(NoticeKind::BetterPrice, ours, |other, told| other.facts(&self.switching, told), evidence)
    }

    fn competitor(&self, ours: &Ranking<'_>, theirs: &Ranking<'_>) -> Result<Option<Found>> {
        let evidence = |other: &Comparison<'_>| {
            other.competitor_evidence(Some(ours), LOOK_BACK_MONTHS, self.switching.cost, self.day())
        };
        let facts = |other: &Comparison<'_>, told: &Told| other.competitor_facts(Some(ours), &self.switching, told);
        self.first(NoticeKind::Competitor, theirs, facts, evidence)
    }

    /// The notice about the offer that saves the most of those for which a rule of this kind holds; nothing where that was told.
    fn first(
        &self,
        kind: NoticeKind,
        offers: &Ranking<'_>,
        facts: impl Fn(&Comparison<'_>, &Told) -> Result<Facts, WrongType>,
        evidence: impl Fn(&Comparison<'_>) -> Evidence,
    ) -> Result<Option<Found>> {
        let told = self.asking.told(self.customer, kind);
        for other in offers.ranked.iter().filter(|other| other.saving() > 0) {
            let facts = facts(other, &told).map_err(AppError::internal)?;
            let Some(rule) = self.asking.rules.that_holds(kind, &facts) else { continue };
            let about = self.about(kind, other);
            if self.asking.is_told(&about.key) {
                return Ok(None);
            }
            return self.block.found(self.customer, rule, &facts, evidence(other), about);
        }
        Ok(None)
    }

    fn about(&self, kind: NoticeKind, other: &Comparison<'_>) -> About {
        let (subscription, code) = (&self.held.subscription_id, &other.other.code);
        // The same plan is advised once, for its price or for its size.
        let matter = if kind == NoticeKind::Competitor { "competitor" } else { "switch" };
        About {
            invoice_id: None,
            subscription_id: Some(subscription.clone()),
            key: format!("{matter}:{subscription}:{code}:{}", quarter(self.day())),
            subject: code.clone(),
            amount: Money::new(other.saving(), other.current.currency),
            due_on: None,
            fee_on: None,
            holds_until: Some(day::plus(self.day(), SHOWN_DAYS).min(other.other.open_until.unwrap_or(Date::MAX))),
        }
    }

    fn day(&self) -> Date {
        self.block.book.day
    }
}

/// `2026-4`
fn quarter(day: Date) -> String {
    format!("{}-{}", day.year(), (day.month() + 2) / 3)
}
