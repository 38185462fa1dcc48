//! Fifteen months of believable bills, counted back from today.

use jiff::{ToSpan, civil::Date};

use super::{MONTHS, cast::Story, month_start};

/// A bill and what was paid of it.
pub struct Invoice {
    pub number: String,
    /// The first day of the month it is for.
    pub month: Date,
    pub amount: i64,
    pub issued_on: Date,
    pub due_on: Date,
    pub disputed_on: Option<Date>,
    pub paid: Option<(i64, Date)>,
}

/// The same numbers every time (a linear congruential generator; the constants are Knuth's MMIX).
pub struct Random(u64);

impl Random {
    pub fn new() -> Self {
        Self(20_260_706)
    }

    /// From 0 up to, not including, `below`.
    pub fn below(&mut self, below: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap_or_default() % below
    }
}

/// What nobody can explain on the bill that Mira disputes.
const UNEXPLAINED: i64 = 1_990;

/// The bills of customer `number`: paid ones for each month back, then the latest as their story goes. `cost` is what a
/// month came to, by its first day; every bill is for one month, and no month is on two of them.
pub fn of(story: Story, number: usize, today: Date, random: &mut Random, cost: impl Fn(Date) -> i64) -> Vec<Invoice> {
    let paid: Vec<Invoice> = (1..=MONTHS)
        .rev()
        .map(|back| paid(number, back, today, random, &cost))
        .filter(|old| old.due_on < today)
        .collect();
    let latest = latest(story, number, today, random, &cost);
    let is_billed_later = |old: &Invoice| latest.iter().any(|bill| bill.month == old.month);
    let mut invoices: Vec<Invoice> = paid.into_iter().filter(|old| !is_billed_later(old)).collect();
    invoices.extend(latest);
    invoices
}

fn latest(story: Story, number: usize, today: Date, random: &mut Random, cost: &impl Fn(Date) -> i64) -> Vec<Invoice> {
    // Sent so many days ago, due in so many days, for the month before it was sent where none is given.
    let bill = |tag: &str, month: Option<Date>, issued: i64, due: i64| {
        let issued_on = today.saturating_sub(issued.days());
        let month = month.unwrap_or_else(|| month_start(issued_on, 1));
        Invoice {
            number: format!("{}{tag}", 9_000 + number),
            month,
            amount: cost(month),
            issued_on,
            due_on: today.saturating_add(due.days()),
            disputed_on: None,
            paid: None,
        }
    };
    let yesterday = today.saturating_sub(1.days());
    let but_for = |open: i64, bill: Invoice| Invoice { paid: Some((bill.amount - open, yesterday)), ..bill };
    let disputed = |bill: Invoice| Invoice { disputed_on: Some(bill.issued_on.saturating_add(3.days())), ..bill };
    match story {
        Story::EveryNotice => {
            let back = |months| Some(month_start(today, months));
            let doubted = disputed(bill("-2", back(2), 20, 4));
            vec![
                bill("-1", back(3), 32, 2),
                // What is open of it her credit pays.
                but_for(890, bill("-4", back(4), 33, 1)),
                Invoice { amount: doubted.amount + UNEXPLAINED, ..doubted },
                but_for(2_600, bill("-3", back(1), i64::from(today.day() - 1).min(10), 3)),
            ]
        }
        Story::DueSoonAndLate => vec![bill("-5", None, 50, -10), bill("-1", None, 12, 2 + random.below(3))],
        Story::DueSoon => vec![bill("-1", None, 12, 2 + random.below(3))],
        Story::Calm => Vec::new(),
        Story::Disputed => vec![disputed(bill("-1", None, 18, random.below(4) - 1))],
        Story::Late => vec![bill("-1", None, 50, -(10 + random.below(9)))],
        Story::NotYet => vec![bill("-1", None, 4, 15 + random.below(10))],
    }
}

fn paid(number: usize, back: i32, today: Date, random: &mut Random, cost: &impl Fn(Date) -> i64) -> Invoice {
    let issued_on = month_start(today, back);
    let due_on = issued_on.saturating_add(14.days());
    let month = month_start(issued_on, 1);
    let amount = cost(month);
    // Most pay days before; now and then somebody is a few days late.
    let late = if random.below(12) == 0 { 1 + random.below(5) } else { -random.below(9) };
    Invoice {
        number: format!("{}{:02}{:02}", 1_001 + number, issued_on.year() % 100, issued_on.month()),
        month,
        amount,
        issued_on,
        due_on,
        disputed_on: None,
        paid: Some((amount, due_on.saturating_add(late.days()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// A month costs as many cents as it has been since the year 0.
    fn cost(month: Date) -> i64 {
        i64::from(month.year()) * 12 + i64::from(month.month())
    }

    #[test]
    fn the_demo_is_the_same_every_time_and_its_numbers_are_unique() {
        let all = |today| -> Vec<(String, i64)> {
            let mut random = Random::new();
            (0..40)
                .flat_map(|number| of(Story::EveryNotice, number, today, &mut random, cost))
                .map(|invoice| (invoice.number, invoice.amount))
                .collect()
        };
        let bills = all(date(2026, 11, 22));
        assert_eq!(bills, all(date(2026, 11, 22)));
        let mut numbers: Vec<_> = bills.iter().map(|(number, _)| number).collect();
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), bills.len());
    }

    #[test]
    fn nothing_old_is_left_open() {
        for story in [Story::Calm, Story::DueSoon] {
            let old = of(story, 3, date(2026, 3, 31), &mut Random::new(), cost);
            assert!(old.iter().filter(|bill| bill.due_on < date(2026, 3, 31)).all(|bill| bill.paid.is_some()));
        }
    }

    #[test]
    fn no_month_is_billed_twice_and_none_before_it_is_over_whatever_the_day() {
        let stories = [Story::EveryNotice, Story::DueSoon, Story::Calm, Story::Disputed, Story::Late, Story::NotYet];
        let mut today = date(2026, 1, 1);
        while today < date(2027, 3, 5) {
            for story in stories {
                let bills = of(story, 5, today, &mut Random::new(), cost);
                let mut months: Vec<Date> = bills.iter().map(|bill| bill.month).collect();
                months.sort();
                months.dedup();
                assert_eq!(months.len(), bills.len(), "{story:?} on {today}");
                assert!(bills.len() >= 15 && bills.iter().all(|bill| bill.issued_on <= bill.due_on));
                for bill in &bills {
                    let over = bill.month.last_of_month() < bill.issued_on;
                    assert!(over, "{story:?}, {} on {today}", bill.number);
                    let odd = story == Story::EveryNotice && bill.number.ends_with("-2");
                    assert_eq!(bill.amount, cost(bill.month) + if odd { UNEXPLAINED } else { 0 });
                }
            }
            today = today.saturating_add(1.days());
        }
    }
}
