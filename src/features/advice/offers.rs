//! Notices about what customers buy: another plan costs less, another size fits better, someone else's product does.
//!
//! Everything is priced and asked for a block of customers at once; only what a rule holds for is put into words.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    block::{About, Block, Found},
    book::{ABOUT_OFFERS, look_back, look_backs},
    memory::{Asking, Memory, Telling, Wanted},
    priced::{Line, Pair, Pairs, Priced},
    why::{Asker, Compared, Why},
};
use crate::{
    domain::{
        comparison::{Comparison, OfferFacts, Totals},
        day,
        evidence::{Evidence, Value},
        locale::Locale,
        money::Money,
        notice::NoticeKind,
        right_size::{Need, SizeChange, SizeFacts, SizingTerms, size},
        rule::{Facts, Rule, Subject},
        told::Told,
    },
    error::{AppError, Result},
    features::notices::service::Topic,
};

/// How long such a notice is shown. It is looked at anew each quarter of a year.
const SHOWN_DAYS: i64 = 100;
/// How long is shown that such a notice is no longer so.
const WITHDRAWN_DAYS: i64 = 14;

/// Why advice to change to an offer holds no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gone {
    /// The subscription has ended.
    Left,
    OnItNow,
    /// Nobody sells it any more.
    NotSold,
    /// Closed to new customers, after this day.
    Closed {
        name: String,
        last_day: Option<Date>,
    },
    /// It costs no less than what they have, but so much more.
    NoLess {
        name: String,
        has: String,
        more: Money,
    },
    /// It still costs less, and not by so much that a rule speaks of it.
    NotEnough {
        name: String,
        saving: Money,
    },
    /// Nothing can be said of its price today.
    NotKnown,
}

impl Gone {
    /// What is told of it, where that is worse for the customer than what they were told before.
    fn withdrawal(&self) -> Option<String> {
        match self {
            Self::Closed { name, last_day } => {
                let since = last_day
                    .as_ref()
                    .map(|day| format!(" since {}", Locale::English.day_and_year(day::plus(*day, 1))))
                    .unwrap_or_default();
                Some(format!("{name} is closed to new customers{since}, so you cannot change to it any more."))
            }
            Self::NoLess { name, has, more } if more.minor == 0 => {
                Some(format!("{name} no longer costs you less: for your own use it comes to the same as {has}."))
            }
            Self::NoLess { name, has, more } => {
                Some(format!("{name} no longer costs you less: for your own use it would cost {more} more than {has}."))
            }
            Self::Left | Self::OnItNow | Self::NotSold | Self::NotEnough { .. } | Self::NotKnown => None,
        }
    }
}

impl Block {
    /// With the place of each customer: for each subscription at most one about ours, and one about someone else's.
    pub(super) fn about_offers(&self, asking: &Asking<'_>) -> Result<Vec<(usize, Found)>> {
        let priced = Priced::of(self, self.book.look_back);
        let about = Offers::new(self, asking, &priced);
        let mut found = Vec::new();
        // Where another size fits better it says more than the price alone, so that is told.
        let mut is_told = vec![false; priced.lines.len()];
        found.extend(about.right_sizes(&mut is_told)?);
        found.extend(about.prices(NoticeKind::BetterPrice, &mut is_told)?);
        let mut is_told_of_others = vec![false; priced.lines.len()];
        found.extend(about.prices(NoticeKind::Competitor, &mut is_told_of_others)?);
        if matches!(asking.wanted, Wanted::NewAndWorse) {
            found.extend(about.withdrawn(&is_told, &is_told_of_others)?);
        }
        Ok(found)
    }

    /// Why advice about this subscription to change to the offer of this code holds no longer.
    pub(super) fn gone(&self, kind: NoticeKind, subscription_id: &str, code: &str) -> Gone {
        let (priced, memory) = (Priced::of(self, self.book.look_back), Memory::default());
        let asking =
            Asking { rules: &self.book.rules, memory: &memory, day: self.book.day, wanted: Wanted::Everything };
        let about = Offers::new(self, &asking, &priced);
        if !self.accounts().flat_map(|account| account.held).any(|held| held.subscription_id == subscription_id) {
            return Gone::Left;
        }
        let line = priced.lines.iter().find(|line| line.held.subscription_id == subscription_id);
        line.map_or(Gone::NotKnown, |line| about.gone(line, kind, code))
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
                    of(rule, &sized.pair, &about.size_facts(sized, need, rule).facts(rule.kind), Some(need))
                }));
            } else {
                let pairs = about.pairs(rule);
                let pairs = if rule.kind == NoticeKind::Competitor { &pairs.theirs } else { &pairs.pairs };
                why.extend(
                    pairs.iter().map(|pair| {
                        of(rule, pair, &about.facts(pair, rule.kind, look_back(rule)).facts(rule.kind), None)
                    }),
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
            let subjects = sizes.iter().map(|sized| self.size_facts(sized, &needs[sized.need], rule));
            let held = self.asking.rules.that_hold(|asked| asked.id == rule.id, subjects);
            for (sized, _) in sizes.iter().zip(held).filter(|(_, held)| held.is_some()) {
                let line = &self.priced.lines[sized.pair.line];
                if !std::mem::replace(&mut is_told[sized.pair.line], true) {
                    let need = &needs[sized.need];
                    let facts = self.size_facts(sized, need, rule).facts(kind);
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

    fn size_facts<'s>(&'s self, sized: &Sized, need: &'s Need, rule: &Rule) -> SizeFacts<'s> {
        let facts = self.facts(&sized.pair, rule.kind, look_back(rule));
        let offer = OfferFacts { totals: Some(sized.totals), ..facts };
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
        let mut sizing = size(line.offer, other, &months, &need.meter, &need.terms).map_err(AppError::internal)?;
        sizing.comparison.part_read = self.priced.part_read(line, look_back(rule));
        let about = self.about(rule.kind, line, &sizing.comparison);
        let customer = line.account.customer;
        let Some(telling) = self.asking.telling(customer, rule.kind, &about) else { return Ok(None) };
        let evidence = sizing.evidence(line.switching.cost, self.day());
        let found = self.block.found(customer, rule, facts, evidence, (about, telling))?;
        Ok(found.map(|found| (line.account.at, found)))
    }

    /// Why a rule says of an offer what it says, whether or not it is told.
    fn evidence(&self, rule: &Rule, pair: &Pair, need: Option<&Need>) -> Result<Evidence> {
        let (line, months) = (&self.priced.lines[pair.line], look_back(rule));
        if let Some(need) = need {
            let (other, used) = (&self.priced.item(pair.other).offer, self.priced.months(line, months));
            let mut sizing = size(line.offer, other, &used, &need.meter, &need.terms).map_err(AppError::internal)?;
            sizing.comparison.part_read = self.priced.part_read(line, months);
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

    fn prices(&self, kind: NoticeKind, is_told: &mut [bool]) -> Result<Vec<(usize, Found)>> {
        let held = self.first_that_hold(kind, is_told);
        held.into_iter().filter_map(|(rule, pair)| self.about_price(rule, &pair).transpose()).collect()
    }

    /// Advice of which nothing is left: what was told costs them no less today, or nobody can have it any more. They are told
    /// so, once.
    fn withdrawn(&self, is_told: &[bool], is_told_of_others: &[bool]) -> Result<Vec<(usize, Found)>> {
        let mut found = Vec::new();
        for (at, line) in self.priced.lines.iter().enumerate() {
            let (customer, subscription) = (line.account.customer, &line.held.subscription_id);
            let ours = (!is_told[at]).then(|| Topic::Switch(subscription.clone()));
            let theirs = (!is_told_of_others[at]).then(|| Topic::Elsewhere(subscription.clone()));
            for last in ours.into_iter().chain(theirs).filter_map(|topic| self.asking.last_of(customer, &topic)) {
                let is_fresh = last.amount > 0 && day::between(last.as_of.0, self.day()) <= SHOWN_DAYS;
                let rule = self.asking.rules.of_kind(last.kind.0).next();
                let gone = self.gone(line, last.kind.0, &last.subject);
                if let (true, false, Some(rule), Some(words)) = (is_fresh, last.is_dismissed, rule, gone.withdrawal()) {
                    let mut evidence = Evidence { says: words.clone(), ..Evidence::default() };
                    evidence.fact("We told you on", Value::Date(last.as_of.0));
                    evidence.fact("That you would pay less by", Value::Money(Money::new(last.amount, last.currency.0)));
                    evidence.fact("Your plan", Value::Text(line.offer.name.clone()));
                    evidence.fact("Day we looked", Value::Date(self.day()));
                    let about = About {
                        invoice_id: None,
                        subscription_id: Some(subscription.clone()),
                        key: String::new(),
                        subject: last.subject.clone(),
                        amount: Money::new(0, last.currency.0),
                        due_on: None,
                        fee_on: None,
                        holds_until: Some(day::plus(self.day(), WITHDRAWN_DAYS)),
                        previous_terms: None,
                        given: None,
                    };
                    let told = (about, Telling::correcting(last));
                    found.extend(
                        self.block
                            .found_in_words(customer, rule, words, evidence, told)?
                            .map(|one| (line.account.at, one)),
                    );
                }
            }
        }
        Ok(found)
    }

    /// What became of advice of this kind to change to the offer of this code, where it holds no longer.
    fn gone(&self, line: &Line<'_>, kind: NoticeKind, code: &str) -> Gone {
        let shelf = &self.block.book.shelf;
        let other = match kind {
            NoticeKind::Competitor => shelf.competitors().find(|(_, item)| item.offer.code == code).map(|(at, _)| at),
            _ => shelf.plan(code),
        };
        let Some(other) = other else { return Gone::NotSold };
        let (offer, current) = (&self.priced.item(other).offer, line.offer);
        if other == line.current {
            return Gone::OnItNow;
        }
        if !offer.is_open_to_new(self.day()) {
            return Gone::Closed { name: offer.full_name(), last_day: offer.open_until };
        }
        match self.priced.totals(line, other, self.block.book.look_back, None) {
            Some(totals) if totals.saving() <= 0 => Gone::NoLess {
                name: offer.full_name(),
                has: current.name.clone(),
                more: Money::new(totals.saving().saturating_neg(), current.currency),
            },
            Some(totals) => {
                Gone::NotEnough { name: offer.full_name(), saving: Money::new(totals.saving(), current.currency) }
            }
            None => Gone::NotKnown,
        }
    }

    fn about_price(&self, rule: &Rule, pair: &Pair) -> Result<Option<(usize, Found)>> {
        let line = &self.priced.lines[pair.line];
        let other = self.priced.comparison(line, pair.other, look_back(rule))?;
        let (about, customer) = (self.about(rule.kind, line, &other), line.account.customer);
        let Some(telling) = self.asking.telling(customer, rule.kind, &about) else { return Ok(None) };
        let evidence = self.price_evidence(rule, line, &other)?;
        let facts = self.facts(pair, rule.kind, look_back(rule)).facts(rule.kind);
        let found = self.block.found(customer, rule, &facts, evidence, (about, telling))?;
        Ok(found.map(|found| (line.account.at, found)))
    }

    /// For each subscription that nothing is told about yet, the offer that saves the most of those for which a rule of this
    /// kind holds, and the rule. Rules that look back equally far are asked together.
    fn first_that_hold(&self, kind: NoticeKind, is_told: &mut [bool]) -> Vec<(&'a Rule, Pair)> {
        let mut first = Vec::new();
        for months in look_backs(&self.asking.rules.of_one_kind(kind)) {
            let Some(of_months) = self.pairs.get(&months) else { continue };
            let pairs = if kind == NoticeKind::Competitor { &of_months.theirs } else { &of_months.pairs };
            // Whatever a rule asks: below the floor nothing is claimed.
            let is_covered = |pair: &&Pair| self.priced.coverage(&self.priced.lines[pair.line], months).is_enough();
            let left: Vec<Pair> = pairs.iter().filter(|pair| !is_told[pair.line]).filter(is_covered).copied().collect();
            let asked = |rule: &Rule| rule.kind == kind && look_back(rule) == months;
            let held = self.asking.rules.that_hold(asked, left.iter().map(|pair| self.facts(pair, kind, months)));
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

    fn facts(&self, pair: &Pair, kind: NoticeKind, look_back: i64) -> OfferFacts<'_> {
        let line = &self.priced.lines[pair.line];
        OfferFacts {
            current: line.offer,
            other: &self.priced.item(pair.other).offer,
            totals: Some(pair.totals),
            our_best: Some(pair.our_best),
            coverage: self.priced.coverage(line, look_back),
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
            given: None,
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
