//! A notice put aside for a while or for good: until when it can be, and what stays away with it.

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

use super::{day, money::Money, notice::NoticeKind};

/// How long something newer about what was dismissed stays away too.
pub const QUIET_DAYS: i64 = 90;

/// For how long a notice is put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    Tomorrow,
    ThreeDays,
    Week,
    Month,
}

impl Wait {
    pub const ALL: [Self; 4] = [Self::Tomorrow, Self::ThreeDays, Self::Week, Self::Month];

    pub fn name(self) -> &'static str {
        match self {
            Self::Tomorrow => "tomorrow",
            Self::ThreeDays => "three_days",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// As a person says it: "In 3 days".
    pub fn words(self) -> &'static str {
        match self {
            Self::Tomorrow => "Tomorrow",
            Self::ThreeDays => "In 3 days",
            Self::Week => "In a week",
            Self::Month => "Next month",
        }
    }

    /// The day it comes back. A month later is the same day of the next month, or its last.
    pub fn until(self, today: Date) -> Date {
        match self {
            Self::Tomorrow => day::plus(today, 1),
            Self::ThreeDays => day::plus(today, 3),
            Self::Week => day::plus(today, 7),
            Self::Month => today.saturating_add(1.months()),
        }
    }
}

/// Whether it may be dismissed. What is late costs money, and a dispute is ours to settle: neither goes away unsettled.
pub fn can_be_dismissed(kind: NoticeKind) -> bool {
    use NoticeKind::{Dispute, FeeCame, FeeWarning, Overdue};
    !matches!(kind, FeeWarning | Dispute | Overdue | FeeCame)
}

/// The last day on which a notice that is put aside comes back; nothing where any day will do. A fee warning comes back
/// while there is still a day before the last free one, anything else while it still holds.
pub fn back_by(kind: NoticeKind, fee_on: Option<Date>, holds_until: Option<Date>) -> Option<Date> {
    match (kind, fee_on) {
        (NoticeKind::FeeWarning, fee_on) => Some(fee_on.map_or(Date::MIN, |fee_on| day::plus(fee_on, -2))),
        (NoticeKind::NothingToDo, Some(fee_on)) => Some(day::plus(fee_on, -1)),
        _ => holds_until,
    }
}

/// The ways to put it aside from `today` on, each with the day it comes back, none of them later than `back_by`.
pub fn waits(today: Date, back_by: Option<Date>) -> Vec<(Wait, Date)> {
    let all = Wait::ALL.into_iter().map(|wait| (wait, wait.until(today)));
    all.filter(|(_, back)| *back > today && back_by.is_none_or(|last| *back <= last)).collect()
}

/// What was dismissed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dismissed {
    pub on: Date,
    pub amount: Money,
}

impl Dismissed {
    /// Whether a newer notice of the same kind about the same thing, worked out on `as_of`, stays away too: within
    /// [`QUIET_DAYS`] days, unless its amount has grown by half or more. Amounts of two currencies are not compared: then
    /// it is shown.
    pub fn silences(&self, as_of: Date, amount: Money) -> bool {
        let (old, new) = (i128::from(self.amount.minor), i128::from(amount.minor));
        let has_grown = new > old && 2 * (new - old) >= old.abs();
        amount.currency == self.amount.currency && day::between(self.on, as_of) <= QUIET_DAYS && !has_grown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 11, 22);

    #[test]
    fn it_comes_back_on_the_day_that_was_said() {
        for (wait, today, back) in [
            (Wait::Tomorrow, TODAY, date(2026, 11, 23)),
            (Wait::ThreeDays, TODAY, date(2026, 11, 25)),
            (Wait::Week, date(2026, 12, 28), date(2027, 1, 4)),
            (Wait::Month, TODAY, date(2026, 12, 22)),
            (Wait::Month, date(2027, 1, 31), date(2027, 2, 28)),
            (Wait::Month, date(2028, 1, 31), date(2028, 2, 29)),
            (Wait::Month, Date::MAX, Date::MAX),
        ] {
            assert_eq!(wait.until(today), back, "{wait:?} from {today}");
        }
    }

    #[test]
    fn a_fee_warning_comes_back_before_its_last_free_day() {
        let names = |kind, fee_on, holds_until| -> Vec<&str> {
            let offered = waits(TODAY, back_by(kind, fee_on, holds_until));
            offered.into_iter().map(|(wait, _)| wait.name()).collect()
        };
        let fee = |day| names(NoticeKind::FeeWarning, Some(date(2026, 11, day)), None);
        // With the fee on the 25th the 24th is free and the last such day: the 23rd is the day before it.
        assert_eq!(fee(24), [""; 0]);
        assert_eq!(fee(25), ["tomorrow"]);
        assert_eq!(fee(26), ["tomorrow"]);
        assert_eq!(fee(27), ["tomorrow", "three_days"]);
        assert_eq!(fee(30), ["tomorrow", "three_days"]);
        assert_eq!(names(NoticeKind::FeeWarning, Some(date(2027, 1, 30)), None).len(), 4);
        assert_eq!(names(NoticeKind::FeeWarning, None, None), [""; 0], "without a day nothing can be promised");
        assert_eq!(names(NoticeKind::NothingToDo, Some(date(2026, 11, 26)), None), ["tomorrow", "three_days"]);
        assert_eq!(names(NoticeKind::Dispute, Some(date(2026, 11, 23)), None).len(), 4);
        assert_eq!(names(NoticeKind::Credit, None, Some(date(2026, 11, 29))).last(), Some(&"week"));
        assert_eq!(names(NoticeKind::Credit, None, Some(TODAY)), [""; 0], "after today it would never come back");
    }

    #[test]
    fn what_costs_money_and_what_is_ours_to_settle_cannot_be_dismissed() {
        let kept: Vec<_> = NoticeKind::ALL.into_iter().filter(|kind| !can_be_dismissed(*kind)).collect();
        assert_eq!(kept, [NoticeKind::FeeWarning, NoticeKind::Dispute, NoticeKind::Overdue, NoticeKind::FeeCame]);
    }

    #[test]
    fn what_was_dismissed_stays_away_for_ninety_days_unless_it_grows_by_half() {
        let euros = |minor| Money::new(minor, Currency::EUR);
        for (old, new, days, stays) in [
            (1_000, 1_000, 0, true),
            (1_000, 1_499, 90, true),
            (1_000, 1_500, 90, false),
            (1_000, 1_000, 91, false),
            (1_000, 0, 90, true),
            (0, 0, 1, true),
            (0, 1, 1, false),
            (3, 4, 1, true),
            (3, 5, 1, false),
            (-100, -60, 1, true),
            (-100, -50, 1, false),
            (i64::MAX, i64::MAX, 1, true),
            (i64::MIN, i64::MAX, 1, false),
        ] {
            let dismissed = Dismissed { on: TODAY, amount: euros(old) };
            assert_eq!(dismissed.silences(day::plus(TODAY, days), euros(new)), stays, "{old} to {new} after {days}");
        }
        let dismissed = Dismissed { on: TODAY, amount: euros(1_000) };
        assert!(!dismissed.silences(TODAY, Money::new(1_000, Currency::USD)), "another currency is another amount");
    }

    proptest! {
        #[test]
        fn nothing_is_put_aside_past_its_limit_nor_into_the_past(days in 0_i64..40_000, limit in -10_i64..50) {
            let today = day::plus(date(1970, 1, 1), days);
            let last = day::plus(today, limit);
            for (wait, back) in waits(today, Some(last)) {
                prop_assert!(today < back && back <= last);
                prop_assert_eq!(wait.until(today), back);
            }
            prop_assert_eq!(waits(today, None).len(), 4);
        }
    }
}
