//! To which days a bill can be moved.

use jiff::{ToSpan, civil::Date};

use super::Bill;

/// A customer may ask for a day at most so long after the due date.
pub const ASK_WITHIN_DAYS: u32 = 30;
/// A person who answers may go so far.
pub const AGREE_WITHIN_DAYS: u32 = 90;

/// The first and the last day a bill can be moved to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LaterDates {
    pub first: Date,
    pub last: Date,
}

/// Why a day is not one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaterDateProblem {
    Passed,
    NotLater,
    TooFar(u32),
}

impl LaterDates {
    /// Nothing where no day is left, or nothing to pay.
    pub fn of(bill: &Bill, within_days: u32, today: Date) -> Option<Self> {
        let first = bill.pay_by().saturating_add(1.day()).max(today);
        let last = bill.due_on.saturating_add(i64::from(within_days).days());
        (bill.open() > 0 && first <= last).then_some(Self { first, last })
    }

    /// Whether `bill` can be moved to `day`.
    pub fn check(bill: &Bill, within_days: u32, today: Date, day: Date) -> Result<(), LaterDateProblem> {
        if day <= bill.pay_by() {
            Err(LaterDateProblem::NotLater)
        } else if day < today {
            Err(LaterDateProblem::Passed)
        } else if day > bill.due_on.saturating_add(i64::from(within_days).days()) {
            Err(LaterDateProblem::TooFar(within_days))
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::late_fee::samples::bill;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_bill_moves_only_forward_and_not_too_far() {
        let today = date(2026, 11, 22);
        let check = |day| LaterDates::check(&bill(), ASK_WITHIN_DAYS, today, day);
        assert_eq!(check(date(2026, 11, 20)), Err(LaterDateProblem::NotLater));
        assert_eq!(check(date(2026, 11, 21)), Err(LaterDateProblem::Passed));
        assert_eq!(check(date(2026, 11, 22)), Ok(()));
        assert_eq!(check(date(2026, 12, 20)), Ok(()));
        assert_eq!(check(date(2026, 12, 21)), Err(LaterDateProblem::TooFar(30)));
    }

    #[test]
    fn a_second_move_starts_from_the_first() {
        let agreed = Bill { agreed_due_on: Some(date(2026, 12, 4)), ..bill() };
        let days = LaterDates::of(&agreed, ASK_WITHIN_DAYS, date(2026, 11, 22));
        assert_eq!(days, Some(LaterDates { first: date(2026, 12, 5), last: date(2026, 12, 20) }));
    }

    #[test]
    fn a_paid_or_long_past_bill_does_not_move() {
        let paid = Bill { paid: 3_820, ..bill() };
        assert_eq!(LaterDates::of(&paid, ASK_WITHIN_DAYS, date(2026, 11, 22)), None);
        assert_eq!(LaterDates::of(&bill(), ASK_WITHIN_DAYS, date(2026, 12, 21)), None);
    }

    proptest! {
        #[test]
        fn the_days_offered_are_the_days_taken(today in 0_i32..120, day in 0_i32..240) {
            let start = date(2026, 11, 1);
            let (today, day) = (start.saturating_add(today.days()), start.saturating_add(day.days()));
            let offered = LaterDates::of(&bill(), ASK_WITHIN_DAYS, today)
                .is_some_and(|days| (days.first..=days.last).contains(&day));
            prop_assert_eq!(offered, LaterDates::check(&bill(), ASK_WITHIN_DAYS, today, day).is_ok());
        }
    }
}
