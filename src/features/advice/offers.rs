//! Notices about what customers buy: another plan costs less, another size fits better, someone else's product does.
//!
//! Everything is priced and asked for a block of customers at once; only what a rule holds for is put into words.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    block::{About, Block, Found},
    book::{ABOUT_OFFERS, look_back, look_backs},
    memory::Asking,
    priced::{Line, Pair, Pairs, Priced},
    why::{Asker, Compared, Why},
};
use crate::{
    domain::{
        comparison::{Comparison, OfferFacts, Totals},
        day,
        evidence::Evidence,
        money::Money,
        notice::NoticeKind,
        right_size::{Need, SizeChange, SizeFacts, SizingTerms, size},
        rule::{Facts, Rule, Subject},
        told::Told,
    },
    error::{AppError, Result},
};

/// How long such a notice is shown. It is looked at anew each quarter of a year.
const SHOWN_DAYS: i64 = 100;

impl Block {
    /// With the place of each customer: for each subscription at most one about ours, and one about someone else's.
    pub(super) fn about_offers(&self, asking: &Asking<'_>) -> Result<Vec<(usize, Found)>> {
        let priced = Priced::of(self, self.book.look_back);
        let about = Offers::new(self, asking, &priced);
        let mut found = Vec::new();
        // Where another size fits better it says more than the price alone, so that is told.
        let mut is_told = vec![false; priced.lines.len()];
        found.extend(about.right_sizes(&mut is_told)?);
        found.extend(about.better_prices(&mut is_told)?);
        found.extend(about.competitors()?);
        Ok(found)
    }

    /// Every rule about offers asked of every offer that would have cost less.
    pub(super) fn why_offers(&self, asking: &Asking<'_>, asker: Asker) -> Vec<Why> {
        let priced = Priced::of(self, self.book.look_back);
        let about = Offers::new(self, asking, &priced);
        let mut why = Vec::new();
        let of = |rule: &Rule, pair: &Pair, facts: &Facts, need: Option<&Need>| {
            let (line, other) = (&priced.lines[pair.line], &priced.item(pair.other).offer);
            let compared = Compared {
                subscription_id: line.held.subscription_id.clone(),
                has: line.offer.name.clone(),
                other: other.full_name(),
            };
            let evidence = || about.evidence(rule, pair, need).ok();
            Why { compared: Some(compared), ..Why::of(asker, rule, &other.code, facts, evidence) }
        };
        for rule in ABOUT_OFFERS.into_iter().flat_map(|kind| asking.rules.of_kind(kind)) {
            if rule.kind == NoticeKind::RightSize {
                let (needs, sizes) = about.sizes(rule, &vec![false; priced.lines.len()]);
                why.extend(sizes.iter().map(|sized| {
                    let need = &needs[sized.need];
                    of(rule, &sized.pair, &about.size_facts(sized, need, rule.kind).facts(rule.kind), Some(need))
                }));
            } else {
                let pairs = about.pairs(rule);
                let pairs = if rule.kind == NoticeKind::Competitor { &pairs.theirs } else { &pairs.pairs };
                why.extend(
                    pairs.iter().map(|pair| of(rule, pair, &about.facts(pair, rule.kind).facts(rule.kind), None)),
                );
            }
        }
        why
    }
}

struct Offers<'a> {
    block: &'a Block,
    asking: &'a Asking<'a>,
    priced: &'a Priced<'a>,
    /// By how many months are looked back.
    pairs: HashMap<i64, Pairs>,
}

/// Another size for one subscription.
struct Sized {
    pair: Pair,
    /// The place of what the customer needs among the needs.
    need: usize,
    change: SizeChange,
    /// Of the months in which the meter has readings.
    totals: Totals,
}

impl<'a> Offers<'a> {
    fn new(block: &'a Block, asking: &'a Asking<'a>, priced: &'a Priced<'a>) -> Self {
        let pairs = look_backs(asking.rules).into_iter().map(|months| (months, priced.pairs(months))).collect();
        Self { block, asking, priced, pairs }
    }

    /// Rule by rule, and for each the offers that save the most first.
    fn right_sizes(&self, is_told: &mut [bool]) -> Result<Vec<(usize, Found)>> {
        let kind = NoticeKind::RightSize;
        let mut found = Vec::new();
        for rule in self.asking.rules.of_kind(kind) {
            let (needs, sizes) = self.sizes(rule, is_told);
            let subjects = sizes.iter().map(|sized| self.size_facts(sized, &needs[sized.need], kind));
            let held = self.asking.rules.that_hold(|asked| asked.id == rule.id, subjects);
            for (sized, _) in sizes.iter().zip(held).filter(|(_, held)| held.is_some()) {
                let line = &self.priced.lines[sized.pair.line];
                if !std::mem::replace(&mut is_told[sized.pair.line], true) {
                    let need = &needs[sized.need];
                    let facts = self.size_facts(sized, need, kind).facts(kind);
                    found.extend(self.right_size(rule, line, &sized.pair, need, &facts)?);
                }
            }
        }
        Ok(found)
    }

    /// What is needed and which other sizes there are, of subscriptions that nothing is told about yet.
    fn sizes(&self, rule: &Rule, is_told: &[bool]) -> (Vec<Need>, Vec<Sized>) {
        let terms = SizingTerms::of(&rule.settings);
        let (mut needs, mut sizes): (Vec<Need>, Vec<Sized>) = (Vec::new(), Vec::new());
        let mut of_line: Option<(usize, Vec<(u32, usize)>)> = None;
        for pair in self.pairs(rule).pairs.iter().filter(|pair| !is_told[pair.line]) {
            let line = &self.priced.lines[pair.line];
            if of_line.as_ref().is_none_or(|(at, _)| *at != pair.line) {
                let months = self.priced.months(line, look_back(rule));
                let mut own = Vec::new();
                for (meter, _) in &self.priced.item(line.current).sizes {
                    if let Ok(need) = Need::of(line.offer, &months, self.priced.meter_name(*meter), &terms) {
                        own.push((*meter, needs.len()));
                        needs.push(need);
                    }
                }
                of_line = Some((pair.line, own));
            }
            for (meter, need) in of_line.iter().flat_map(|(_, own)| own) {
                let totals = self.priced.totals(line, pair.other, look_back(rule), Some(*meter));
                if let Some(totals) = totals
                    && let Ok(change) = needs[*need].change_to(&self.priced.item(pair.other).offer, &totals)
                {
                    sizes.push(Sized { pair: *pair, need: *need, change, totals });
                }
            }
        }
        (needs, sizes)
    }

    fn size_facts<'s>(&'s self, sized: &Sized, need: &'s Need, kind: NoticeKind) -> SizeFacts<'s> {
        let offer = OfferFacts { totals: Some(sized.totals), ..self.facts(&sized.pair, kind) };
        SizeFacts { offer, need, change: sized.change }
    }

    fn right_size(
        &self,
        rule: &Rule,
        line: &Line<'_>,
        pair: &Pair,
        need: &Need,
        facts: &Facts,
    ) -> Result<Option<(usize, Found)>> {
        let months = self.priced.months(line, look_back(rule));
        let other = &self.priced.item(pair.other).offer;
        let sizing = size(line.offer, other, &months, &need.meter, &need.terms).map_err(AppError::internal)?;
        let about = self.about(rule.kind, line, &sizing.comparison);
        if self.asking.is_told(&about.key) {
            return Ok(None);
        }
        let evidence = sizing.evidence(line.switching.cost, self.day());
        let found = self.block.found(line.account.customer, rule, facts, evidence, about)?;
        Ok(found.map(|found| (line.account.at, found)))
    }

    /// Why a rule says of an offer what it says, whether or not it is told.
    fn evidence(&self, rule: &Rule, pair: &Pair, need: Option<&Need>) -> Result<Evidence> {
        let (line, months) = (&self.priced.lines[pair.line], look_back(rule));
        if let Some(need) = need {
            let (other, used) = (&self.priced.item(pair.other).offer, self.priced.months(line, months));
            let sizing = size(line.offer, other, &used, &need.meter, &need.terms).map_err(AppError::internal)?;
            return Ok(sizing.evidence(line.switching.cost, self.day()));
        }
        self.price_evidence(rule, line, &self.priced.comparison(line, pair.other, months)?)
    }

    fn price_evidence(&self, rule: &Rule, line: &Line<'a>, other: &Comparison<'_>) -> Result<Evidence> {
        let (months, cost) = (look_back(rule), line.switching.cost);
        if rule.kind == NoticeKind::Competitor {
            let ours = self.priced.ranking(line, months).map_err(AppError::internal)?;
            return Ok(other.competitor_evidence(Some(&ours), months, cost, self.day()));
        }
        Ok(other.evidence(months, cost, self.day()))
    }

    fn better_prices(&self, is_told: &mut [bool]) -> Result<Vec<(usize, Found)>> {
        let mut found = Vec::new();
        for (rule, pair) in self.first_that_hold(NoticeKind::BetterPrice, is_told) {
            let line = &self.priced.lines[pair.line];
            let other = self.priced.comparison(line, pair.other, look_back(rule))?;
            let about = self.about(rule.kind, line, &other);
            if !self.asking.is_told(&about.key) {
                let evidence = self.price_evidence(rule, line, &other)?;
                let facts = self.facts(&pair, rule.kind).facts(rule.kind);
                let notice = self.block.found(line.account.customer, rule, &facts, evidence, about)?;
                found.extend(notice.map(|notice| (line.account.at, notice)));
            }
        }
        Ok(found)
    }

    fn competitors(&self) -> Result<Vec<(usize, Found)>> {
        let mut found = Vec::new();
        let mut is_told = vec![false; self.priced.lines.len()];
        for (rule, pair) in self.first_that_hold(NoticeKind::Competitor, &mut is_told) {
            let line = &self.priced.lines[pair.line];
            let other = self.priced.comparison(line, pair.other, look_back(rule))?;
            let about = self.about(rule.kind, line, &other);
            if !self.asking.is_told(&about.key) {
                let evidence = self.price_evidence(rule, line, &other)?;
                let facts = self.facts(&pair, rule.kind).facts(rule.kind);
                let notice = self.block.found(line.account.customer, rule, &facts, evidence, about)?;
                found.extend(notice.map(|notice| (line.account.at, notice)));
            }
        }
        Ok(found)
    }

    /// For each subscription that nothing is told about yet, the offer that saves the most of those for which a rule of this
    /// kind holds, and the rule. Rules that look back equally far are asked together.
    fn first_that_hold(&self, kind: NoticeKind, is_told: &mut [bool]) -> Vec<(&'a Rule, Pair)> {
        let mut first = Vec::new();
        for months in look_backs(&self.asking.rules.of_one_kind(kind)) {
            let Some(of_months) = self.pairs.get(&months) else { continue };
            let pairs = if kind == NoticeKind::Competitor { &of_months.theirs } else { &of_months.pairs };
            let left: Vec<Pair> = pairs.iter().filter(|pair| !is_told[pair.line]).copied().collect();
            let asked = |rule: &Rule| rule.kind == kind && look_back(rule) == months;
            let held = self.asking.rules.that_hold(asked, left.iter().map(|pair| self.facts(pair, kind)));
            for (pair, rule) in left.iter().zip(held) {
                if let Some(rule) = rule
                    && !std::mem::replace(&mut is_told[pair.line], true)
                {
                    first.push((rule, *pair));
                }
            }
        }
        first
    }

    fn pairs(&self, rule: &Rule) -> &Pairs {
        &self.pairs[&look_back(rule)]
    }

    fn facts(&self, pair: &Pair, kind: NoticeKind) -> OfferFacts<'_> {
        let line = &self.priced.lines[pair.line];
        OfferFacts {
            current: line.offer,
            other: &self.priced.item(pair.other).offer,
            totals: Some(pair.totals),
            our_best: Some(pair.our_best),
            switching: line.switching,
            told: self.told(line, kind),
        }
    }

    fn told(&self, line: &Line<'_>, kind: NoticeKind) -> Told {
        self.asking.told(line.account.customer, kind)
    }

    fn about(&self, kind: NoticeKind, line: &Line<'_>, other: &Comparison<'_>) -> About {
        let (subscription, code) = (&line.held.subscription_id, &other.other.code);
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
            // Our own advice alone is guaranteed.
            previous_terms: self
                .block
                .book
                .catalogue
                .terms
                .get(&line.held.plan)
                .filter(|_| kind != NoticeKind::Competitor)
                .map(|terms| terms.id.clone()),
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
