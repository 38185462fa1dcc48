//! Fifteen months of believable bills, counted back from today.

use jiff::{ToSpan, civil::Date};

use super::{MONTHS, cast::Story, month_start};

/// A bill and what was paid of it.
pub struct Invoice {
    pub number: String,
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

/// The bills of customer `number`: paid ones for each month back, then the latest as their story goes.
pub fn of(story: Story, number: usize, today: Date, random: &mut Random) -> Vec<Invoice> {
    let plan = [1_200, 1_800, 2_400, 3_900][number % 4];
    let mut invoices: Vec<Invoice> = (1..=MONTHS)
        .rev()
        .map(|back| paid(number, back, plan, today, random))
        .filter(|old| old.due_on < today)
        .collect();
    let mut add = |tag: &str, issued: i64, due: i64, amount: i64, disputed: bool, paid: i64| {
        let issued_on = today.saturating_sub(issued.days());
        invoices.push(Invoice {
            number: format!("{}{tag}", 9_000 + number),
            amount,
            issued_on,
            due_on: today.saturating_add(due.days()),
            disputed_on: disputed.then(|| issued_on.saturating_add(3.days())),
            paid: (paid > 0).then(|| (paid, today.saturating_sub(1.days()))),
        });
    };
    let extra = random.below(1_500);
    match story {
        Story::EveryNotice => {
            add("-1", 32, -2, plan + 2_020, false, 0);
            add("-4", 33, -3, 890, false, 0);
            add("-2", 20, 4, 4_990, true, 0);
            add("-3", 10, 3, 3_600, false, 1_000);
        }
        Story::DueSoon => add("-1", 12, 2 + random.below(3), plan + extra, false, 0),
        Story::Calm => {}
        Story::Disputed => add("-1", 18, random.below(4) - 1, plan + extra, true, 0),
        Story::Late => add("-1", 50, -(10 + random.below(9)), plan + extra, false, 0),
        Story::NotYet => add("-1", 4, 15 + random.below(10), plan + extra, false, 0),
    }
    invoices
}

fn paid(number: usize, back: i32, plan: i64, today: Date, random: &mut Random) -> Invoice {
    let issued_on = month_start(today, back);
    let due_on = issued_on.saturating_add(14.days());
    let overage = if random.below(4) == 0 { random.below(1_900) } else { 0 };
    let amount = plan + overage;
    // Most pay days before; now and then somebody is a few days late.
    let late = if random.below(12) == 0 { 1 + random.below(5) } else { -random.below(9) };
    Invoice {
        number: format!("{}{:02}{:02}", 1_001 + number, issued_on.year() % 100, issued_on.month()),
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

    #[test]
    fn the_demo_is_the_same_every_time_and_its_numbers_are_unique() {
        let all = |today| -> Vec<(String, i64)> {
            let mut random = Random::new();
            (0..40)
                .flat_map(|number| of(Story::EveryNotice, number, today, &mut random))
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
            let old = of(story, 3, date(2026, 3, 31), &mut Random::new());
            assert!(old.iter().filter(|bill| bill.due_on < date(2026, 3, 31)).all(|bill| bill.paid.is_some()));
        }
    }
}
