//! What the use of a block of customers costs on every offer, in columns: a row for each month of each subscription.

use std::ops::Range;

use super::{
    block::{Account, Block},
    shelf::{Item, Shelf},
    used::{Entry, Month},
};
use crate::{
    domain::{
        comparison::{Comparison, Ranking, Switching, Totals, compare_bills, rank_bills},
        coverage::{Coverage, PartRead, ReadDays, Regular},
        decimal::Decimal,
        offer::{MonthUsage, NoPrice, Offer, UsageColumns},
    },
    error::{AppError, Result},
    features::offers::service::{Held, QUANTITY_DIGITS},
};

/// A subscription whose use is its own, with the months in which its meters were read.
pub struct Line<'a> {
    pub account: Account<'a>,
    pub held: &'a Held,
    /// The place of its plan on the shelf, and the plan.
    pub current: usize,
    pub offer: &'a Offer,
    pub switching: Switching,
    /// One row a month, the oldest first, without those of which too few days were read.
    rows: Range<usize>,
    /// The month of the first reading, of those that are looked back at.
    first_read: Option<Month>,
    /// The meters of which something was used, with the last month of it.
    used: Vec<(u32, Month)>,
}

/// What each row costs on one offer.
struct Bills {
    /// Minor units.
    minor: Vec<i64>,
    /// Rows without a price; empty where every row has one.
    missing: Vec<bool>,
}

pub struct Priced<'a> {
    block: &'a Block,
    pub lines: Vec<Line<'a>>,
    /// The month of each row.
    months: Vec<Month>,
    /// By the place of the offer; nothing where it is of no matter here.
    bills: Vec<Option<Bills>>,
}

/// An offer that would have cost a subscriber less.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// The place of the subscription among the lines.
    pub line: usize,
    /// The place of the offer on the shelf.
    pub other: usize,
    pub totals: Totals,
    /// Minor units that the best of ours would have saved.
    pub our_best: i64,
}

/// Line by line, and of each those that save the most first.
#[derive(Default)]
pub struct Pairs {
    /// Of our own plans.
    pub pairs: Vec<Pair>,
    pub theirs: Vec<Pair>,
}

impl<'a> Priced<'a> {
    /// Prices the last `look_back` months on every offer that somebody could have or has.
    pub fn of(block: &'a Block, look_back: i64) -> Self {
        let shelf = &block.book.shelf;
        let this_month = Month::of(block.book.day);
        let months = this_month.before(look_back)..this_month;
        let mut rows =
            Rows { columns: UsageColumns::new(shelf.meters()), months: Vec::new(), meters: vec![0; shelf.meters()] };
        let mut lines = Vec::new();
        for account in block.accounts() {
            let all = account.held;
            // Of what a customer leaves already nothing more is advised.
            let stays = |held: &&Held| !block.left.leaving.contains(&held.subscription_id);
            for held in all.iter().filter(|held| block.book.catalogue.has_its_own_use(held, all)).filter(stays) {
                let Some(current) = shelf.plan(&held.plan) else { continue };
                let item = shelf.item(current);
                let Added { rows, first_read, used } = rows.add(item, account.usage, &months);
                let (offer, switching) = (&item.offer, held.switching(block.book.day));
                lines.push(Line { account, held, current, offer, switching, rows, first_read, used });
            }
        }
        let mut priced = Self { block, lines, months: rows.months, bills: Vec::new() };
        let is_here =
            |at: usize, item: &Item| item.is_for_everybody || priced.lines.iter().any(|line| line.current == at);
        let offers = shelf.plans().chain(shelf.competitors());
        let wanted: Vec<bool> = offers.map(|(at, item)| is_here(at, item)).collect();
        for (at, is_wanted) in wanted.into_iter().enumerate() {
            let bills = is_wanted.then(|| priced.price(shelf.item(at), &rows.columns));
            priced.bills.push(bills);
        }
        priced
    }

    fn price(&self, item: &Item, columns: &UsageColumns) -> Bills {
        let mut minor = Vec::new();
        if item.kernel.as_ref().is_some_and(|kernel| kernel.price(columns, &mut minor)) {
            return Bills { minor, missing: Vec::new() };
        }
        let one_by_one = self.lines.iter().flat_map(|line| self.months_of(line, line.rows.clone()));
        let prices: Vec<Option<i64>> = one_by_one.map(|month| item.offer.price(&month).ok()).collect();
        Bills {
            minor: prices.iter().map(|price| price.unwrap_or_default()).collect(),
            missing: prices.iter().map(Option::is_none).collect(),
        }
    }

    pub fn item(&self, at: usize) -> &'a Item {
        self.shelf().item(at)
    }

    pub fn meter_name(&self, at: u32) -> &'a str {
        self.shelf().meter_name(at)
    }

    fn shelf(&self) -> &'a Shelf {
        &self.block.book.shelf
    }

    /// Every offer that would have cost less over the last `look_back` months.
    pub fn pairs(&self, look_back: i64) -> Pairs {
        let mut all = Pairs::default();
        for (at, line) in self.lines.iter().enumerate() {
            let saving = |(other, item): (usize, &Item)| {
                let is_another = other != line.current && item.offer.currency == line.offer.currency;
                let totals = if is_another && item.is_for_everybody {
                    self.totals(line, other, look_back, None)?
                } else {
                    return None;
                };
                (totals.saving() > 0).then_some(Pair { line: at, other, totals, our_best: 0 })
            };
            let mut ours: Vec<Pair> = self.shelf().plans().filter_map(saving).collect();
            let mut theirs: Vec<Pair> = self.shelf().competitors().filter_map(saving).collect();
            self.put_in_order(&mut ours);
            self.put_in_order(&mut theirs);
            let our_best = ours.first().map_or(0, |best| best.totals.saving());
            ours.retain(|pair| !self.was_left(line, &self.item(pair.other).offer));
            all.pairs.extend(ours.into_iter().map(|pair| Pair { our_best, ..pair }));
            all.theirs.extend(theirs.into_iter().map(|pair| Pair { our_best, ..pair }));
        }
        all
    }

    /// Whether they left this plan of ours so lately that nobody knows yet what they use without it.
    fn was_left(&self, line: &Line<'_>, offer: &Offer) -> bool {
        let left = &self.block.left.left;
        !left.is_empty() && left.contains(&(line.account.customer.id.clone(), offer.code.clone()))
    }

    /// As a ranking has them.
    fn put_in_order(&self, pairs: &mut [Pair]) {
        let offer = |pair: &Pair| &self.item(pair.other).offer;
        pairs.sort_by(|one, two| {
            let by_saving = two.totals.saving().cmp(&one.totals.saving());
            by_saving.then_with(|| offer(one).identity().cmp(&offer(two).identity()))
        });
    }

    /// What the last `look_back` months come to on the plan they have and on another offer; with a meter, of the months in
    /// which that was read alone. Nothing where one of them has no price.
    pub fn totals(&self, line: &Line<'_>, other: usize, look_back: i64, meter: Option<u32>) -> Option<Totals> {
        let rows = self.rows(line, look_back);
        let (now, there) = (self.bills(line, line.current, &rows)?, self.bills(line, other, &rows)?);
        let bills = now.iter().copied().zip(there.iter().copied());
        let Some(meter) = meter else { return Totals::of(bills) };
        let entries = line.account.usage;
        let is_read = |row: usize| {
            entries.binary_search_by_key(&(self.months[row], meter), |entry| (entry.month, entry.meter)).is_ok()
        };
        Totals::of(bills.zip(rows).filter(|(_, row)| is_read(*row)).map(|(bill, _)| bill))
    }

    /// Nothing where a month has no price, or something was used that is not sold there.
    fn bills(&self, line: &Line<'_>, offer: usize, rows: &Range<usize>) -> Option<&[i64]> {
        let bills = self.bills.get(offer)?.as_ref()?;
        let first = self.months.get(rows.start);
        let mut used = line.used.iter().filter(|(_, last)| first.is_some_and(|first| last >= first));
        let is_sold = used.all(|(meter, _)| self.item(offer).sells(*meter));
        let has_all = bills.missing.is_empty() || !bills.missing[rows.clone()].contains(&true);
        (is_sold && has_all).then(|| &bills.minor[rows.clone()])
    }

    /// The rows of the last `look_back` months.
    fn rows(&self, line: &Line<'_>, look_back: i64) -> Range<usize> {
        let first = Month::of(self.block.book.day).before(look_back);
        let before = self.months[line.rows.clone()].partition_point(|month| *month < first);
        line.rows.start + before..line.rows.end
    }

    /// How many of the months since the first reading can be priced, of the last `look_back`.
    pub fn coverage(&self, line: &Line<'_>, look_back: i64) -> Coverage {
        let this_month = Month::of(self.block.book.day);
        let first = line.first_read.map_or(this_month, |first| first.max(this_month.before(look_back)));
        let months = i64::try_from(self.rows(line, look_back).len()).unwrap_or(i64::MAX);
        Coverage { months, of: first.until(this_month) }
    }

    /// What was used of the meters of the plan in the last `look_back` months.
    pub fn months(&self, line: &Line<'_>, look_back: i64) -> Vec<MonthUsage> {
        self.months_of(line, self.rows(line, look_back)).collect()
    }

    fn months_of(&self, line: &Line<'_>, rows: Range<usize>) -> impl Iterator<Item = MonthUsage> {
        let entries = line.account.usage;
        let current = self.item(line.current);
        rows.map(move |row| {
            let month = self.months[row];
            let first = entries.partition_point(|entry| entry.month < month);
            let of_month = entries[first..].iter().take_while(move |entry| entry.month == month);
            let units = of_month
                .filter(|entry| current.sells(entry.meter))
                .map(|entry| (self.meter_name(entry.meter).to_owned(), units(entry.units)));
            MonthUsage { month: month.first_day(), units: units.collect() }
        })
    }

    /// Month by month, for an offer whose totals are known.
    pub fn comparison(&self, line: &Line<'a>, other: usize, look_back: i64) -> Result<Comparison<'a>> {
        let rows = self.rows(line, look_back);
        let days: Vec<_> = self.months[rows.clone()].iter().map(|month| month.first_day()).collect();
        let unpriced = || AppError::internal("an offer without a price was compared");
        let now = self.bills(line, line.current, &rows).ok_or_else(unpriced)?;
        let there = self.bills(line, other, &rows).ok_or_else(unpriced)?;
        let compared = compare_bills(line.offer, &self.item(other).offer, &days, now, there);
        let part_read = self.part_read(line, look_back);
        Ok(Comparison { part_read, ..compared.map_err(AppError::internal)? })
    }

    /// The months that are left out, as too few of their days were read.
    pub fn part_read(&self, line: &Line<'_>, look_back: i64) -> Vec<PartRead> {
        let this_month = Month::of(self.block.book.day);
        let looked_back = this_month.before(look_back)..this_month;
        let all = this_month.before(self.block.book.look_back)..this_month;
        let entries = of_plan(self.item(line.current), line.account.usage, &all);
        let months = by_month(&entries);
        months.filter_map(|(month, whole)| whole.err().filter(|_| looked_back.contains(&month))).collect()
    }

    /// Our own plans beside the one they have.
    pub fn ranking(&self, line: &Line<'a>, look_back: i64) -> Result<Ranking<'a>, NoPrice> {
        let rows = self.rows(line, look_back);
        let days: Vec<_> = self.months[rows.clone()].iter().map(|month| month.first_day()).collect();
        let plans = &self.block.book.catalogue.plans;
        let bills = |offer: &Offer| {
            let bills = self.shelf().plan(&offer.code).and_then(|at| self.bills(line, at, &rows));
            bills.map(<[i64]>::to_vec).ok_or_else(|| NoPrice::FeeNotKnown { offer: offer.code.clone() })
        };
        rank_bills(line.offer, plans, &days, self.block.book.day, bills)
    }
}

/// What was used of the meters of a plan in these months.
fn of_plan<'e>(plan: &Item, entries: &'e [Entry], months: &Range<Month>) -> Vec<&'e Entry> {
    entries.iter().filter(|entry| months.contains(&entry.month) && plan.sells(entry.meter)).collect()
}

/// Each month, and whether enough of it was read.
fn by_month<'e>(entries: &'e [&Entry]) -> impl Iterator<Item = (Month, std::result::Result<(), PartRead>)> + use<'e> {
    let is_whole = entries.iter().all(|entry| entry.days == ReadDays::WHOLE);
    // Most are read by the month, and then there is nothing to look for.
    let read = entries.iter().filter(move |_| !is_whole);
    let regular = Regular::of(read.map(|entry| (entry.month.first_day(), entry.meter, entry.days)));
    entries.chunk_by(|one, next| one.month == next.month).filter_map(move |of_month| {
        let month = of_month.first()?.month;
        let days = of_month.iter().map(|entry| (entry.meter, entry.days));
        Some((month, if is_whole { Ok(()) } else { regular.whole(month.first_day(), days) }))
    })
}

/// The rows of a subscription.
struct Added {
    rows: Range<usize>,
    first_read: Option<Month>,
    /// The meters of which something was used, with the last month of it.
    used: Vec<(u32, Month)>,
}

/// Rows while they are being made.
struct Rows {
    columns: UsageColumns,
    months: Vec<Month>,
    /// The row at hand, by the place of the meter.
    meters: Vec<u64>,
}

impl Rows {
    /// Adds a row for each of `months` of which enough was read of the meters of the plan.
    fn add(&mut self, plan: &Item, entries: &[Entry], months: &Range<Month>) -> Added {
        let start = self.columns.rows();
        let mut used: Vec<(u32, Month)> = Vec::new();
        let entries = of_plan(plan, entries, months);
        let by_month = entries.chunk_by(|one, next| one.month == next.month).zip(by_month(&entries));
        for (month, _) in by_month.filter(|(_, (_, whole))| whole.is_ok()) {
            self.meters.fill(0);
            for entry in month {
                self.meters[entry.meter as usize] = entry.units;
                if entry.units > 0 {
                    match used.iter_mut().find(|(meter, _)| *meter == entry.meter) {
                        Some((_, last)) => *last = entry.month,
                        None => used.push((entry.meter, entry.month)),
                    }
                }
            }
            self.columns.push(&self.meters);
            self.months.extend(month.first().map(|entry| entry.month));
        }
        Added { rows: start..self.columns.rows(), first_read: entries.first().map(|entry| entry.month), used }
    }
}

fn units(millionths: u64) -> Decimal {
    // Every number of 64 bits fits.
    Decimal::new(millionths.into(), QUANTITY_DIGITS).unwrap_or_default()
}
