//! What changing a plan costs: at once, with the rest of the month on the new plan, or when the month is over.

use jiff::{ToSpan, civil::Date};

use super::{
    decimal::{Decimal, TooManyDigits},
    evidence::Step,
    money::{Currency, Money},
    month,
    offer::{MonthUsage, Offer},
    pricing::Share,
};

/// Digits of a unit that is reckoned from other months.
const UNIT_DIGITS: u8 = 6;

/// The fee of a plan for a month, in minor units, and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fee {
    pub name: String,
    pub monthly: i64,
}

/// What a change on a day of a month comes to. The day of the change belongs to the new plan. What is used is billed on the plan
/// of the last day of its month, so that a change never prices the same use twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtOnce {
    /// Above zero it is added to the next bill, below it comes back. Minor units.
    pub difference: i64,
    /// The same, line by line, each with its own amount; they add up to the difference.
    pub steps: Vec<Step>,
}

/// The first day on which a change at the end of the month holds.
pub fn next_period(today: Date) -> Date {
    month::after(today)
}

/// What a change on `today` comes to. Each fee is prorated by days (`worked-examples.md`, proration) and rounded once, a half away
/// from zero; the difference is that of the rounded amounts, so that it can be followed on paper.
pub fn at_once(from: &Fee, to: &Fee, currency: Currency, today: Date) -> Result<AtOnce, TooManyDigits> {
    let period = (month::of(today), today.last_of_month());
    let (_, rest) = Share::around_change(today, period).map_err(|_| TooManyDigits)?;
    let part = |monthly: i64| rest.take(Decimal::from(monthly))?.rounded(0).map(whole);
    let (back, more) = (part(from.monthly)??, part(to.monthly)??);
    let difference = more.checked_sub(back).ok_or(TooManyDigits)?;
    let money = |minor| Money::new(minor, currency);
    let days = format!("{} of {} days", rest.days(), rest.of());
    let steps = vec![
        Step { words: format!("{}, {days} of {}", to.name, money(to.monthly)), amount: money(more) },
        Step {
            words: format!("less {}, the same {days} of {}", from.name, money(from.monthly)),
            amount: money(back.saturating_neg()),
        },
    ];
    Ok(AtOnce { difference, steps })
}

fn whole(rounded: Decimal) -> Result<i64, TooManyDigits> {
    let (digits, scale) = rounded.parts();
    let power = 10_i128.checked_pow(u32::from(scale)).ok_or(TooManyDigits)?;
    i64::try_from(digits / power).map_err(|_| TooManyDigits)
}

/// What is used in the month of `today`: what was used of it so far and the usual use of the days left; where nothing of it is
/// known yet, a usual month. `usual` are whole months, of which a meter that is not named was not used. Nothing where they are
/// none, or the numbers are too large.
pub fn expected_use(so_far: Option<&MonthUsage>, usual: &[MonthUsage], today: Date) -> Option<MonthUsage> {
    let (month, length) = (month::of(today), u32::from(today.days_in_month().unsigned_abs()));
    let so_far = so_far.filter(|known| known.month == month && !known.units.is_empty());
    let left = if so_far.is_some() { length - u32::from(today.day().unsigned_abs()) } else { length };
    let days: u32 = usual.iter().map(|month| u32::from(month.month.days_in_month().unsigned_abs())).sum();
    if usual.is_empty() {
        return None;
    }
    let share = Share::new(left, days.max(left)).ok()?;
    let mut units = so_far.map(|known| known.units.clone()).unwrap_or_default();
    let meters: std::collections::BTreeSet<&String> = usual.iter().flat_map(|month| month.units.keys()).collect();
    for meter in meters {
        let all = Decimal::sum(usual.iter().filter_map(|month| month.units.get(meter).copied())).ok()?;
        let usually = if left == 0 { Decimal::ZERO } else { share.take(all).ok()?.rounded(UNIT_DIGITS).ok()? };
        let known = units.get(meter).copied().unwrap_or(Decimal::ZERO);
        units.insert(meter.clone(), known.plus(usually).ok()?);
    }
    Some(MonthUsage { month, units })
}

/// What this use costs more on `to` than on `from` beyond their fees, in minor units; below zero it costs less. Nothing where it
/// has no price on one of them.
pub fn use_costs_more(from: &Offer, to: &Offer, usage: &MonthUsage) -> Option<i64> {
    let beyond_fee = |offer: &Offer| offer.price(usage).ok()?.checked_sub(offer.monthly_fee?);
    beyond_fee(to)?.checked_sub(beyond_fee(from)?)
}

/// The last day on which money that was moved on `asked_on` can be moved back: the day after.
pub fn last_day_to_undo(asked_on: Date) -> Date {
    asked_on.saturating_add(1.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offer::samples;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn fee(name: &str, monthly: i64) -> Fee {
        Fee { name: name.to_owned(), monthly }
    }

    fn difference(from: i64, to: i64, today: Date) -> i64 {
        at_once(&fee("old", from), &fee("new", to), Currency::EUR, today).expect("an amount").difference
    }

    #[test]
    fn the_rest_of_the_month_is_counted_in_days() {
        for (from, to, today, expected) in [
            // The first day: the whole month is the new plan's.
            (2_400, 1_200, date(2026, 11, 1), -1_200),
            // 22 to 30 November are 9 of 30 days: 3.60 less 7.20.
            (2_400, 1_200, date(2026, 11, 22), -360),
            (1_200, 2_400, date(2026, 11, 22), 360),
            // The last day is one of 30.
            (2_400, 1_200, date(2026, 11, 30), -40),
            // 11 of 31 days, each rounded: 7.10 less 3.55.
            (1_000, 2_000, date(2023, 8, 21), 355),
            (1_800, 1_800, date(2026, 2, 10), 0),
            (0, 0, date(2024, 2, 29), 0),
        ] {
            assert_eq!(difference(from, to, today), expected, "{from} to {to} on {today}");
        }
    }

    #[test]
    fn the_lines_lead_to_the_difference() {
        let change = at_once(&fee("Harbour L", 2_400), &fee("Harbour S", 1_200), Currency::EUR, date(2026, 11, 22));
        let words: Vec<String> = change
            .expect("an amount")
            .steps
            .into_iter()
            .map(|step| format!("{}: {}", step.words, step.amount.plain()))
            .collect();
        assert_eq!(
            words,
            ["Harbour S, 9 of 30 days of €12.00: 3.60", "less Harbour L, the same 9 of 30 days of €24.00: -7.20"]
        );
    }

    fn used(month: Date, tenths: i128) -> MonthUsage {
        MonthUsage { month, units: [("gb".to_owned(), Decimal::new(tenths, 1).expect("a number"))].into() }
    }

    fn gigabytes(so_far: Option<&MonthUsage>, usual: &[MonthUsage], today: Date) -> Option<String> {
        expected_use(so_far, usual, today).map(|month| month.units["gb"].to_string())
    }

    #[test]
    fn the_month_is_what_was_used_and_the_usual_use_of_the_days_left() {
        // 31 and 30 days, a tenth a day.
        let usual = [used(date(2026, 8, 1), 31), used(date(2026, 9, 1), 30)];
        let so_far = used(date(2026, 11, 1), 25);
        assert_eq!(gigabytes(Some(&so_far), &usual, date(2026, 11, 20)).as_deref(), Some("3.5"), "2.5 and ten days");
        assert_eq!(
            gigabytes(Some(&so_far), &usual, date(2026, 11, 30)).as_deref(),
            Some("2.5"),
            "nothing is left of it"
        );
        assert_eq!(gigabytes(None, &usual, date(2026, 11, 30)).as_deref(), Some("3"), "not read yet is not unused");
        assert_eq!(gigabytes(Some(&so_far), &[], date(2026, 11, 20)), None);
    }

    #[test]
    fn use_is_priced_on_the_plan_of_the_last_day() {
        let (large, small) = (samples::gb("l", 2_400, 10, "2"), samples::gb("s", 1_200, 2, "4"));
        let month = used(date(2026, 11, 1), 36);
        assert_eq!(use_costs_more(&large, &small, &month), Some(640), "1.6 above two at four");
        assert_eq!(use_costs_more(&small, &large, &month), Some(-640));
        assert_eq!(use_costs_more(&small, &samples::offer("none", 500, "[]"), &month), None, "it does not sell them");
    }

    #[test]
    fn the_next_period_is_the_next_month() {
        assert_eq!(next_period(date(2026, 12, 31)), date(2027, 1, 1));
        assert_eq!(last_day_to_undo(date(2026, 11, 30)), date(2026, 12, 1));
    }

    proptest! {
        #[test]
        fn there_and_back_on_one_day_costs_nothing(from in 0_i64..10_000_000, to in 0_i64..10_000_000, day in 1_i8..=28) {
            let today = date(2026, 2, day);
            prop_assert_eq!(difference(from, to, today), -difference(to, from, today));
        }

        #[test]
        fn a_change_never_moves_more_than_both_fees_differ(from in 0_i64..10_000_000, to in 0_i64..10_000_000, day in 1_i8..=30) {
            let moved = difference(from, to, date(2026, 11, day));
            prop_assert!(moved.abs() <= (to - from).abs() + 1);
        }
    }
}
