//! The fee guard: no late fee that its customer was not warned of in time.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::day;

/// A mail that the other side gave back within so many days did not reach anyone; one given back later had been there.
pub const BOUNCE_DAYS: i64 = 3;

/// How many days before a fee its warning must have reached the customer, where a policy says nothing else.
pub const GUARD_DAYS: i64 = 1;

/// How a warning reached its customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Page,
    Mail,
}

/// The first time a warning reached its customer, on their own day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    pub on: Date,
    pub how: How,
}

/// What was told of a fee. Amounts are minor units of the bill's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    pub fee: i64,
    pub fee_on: Date,
    /// On no page was it seen, and its mail came back.
    pub has_bounced: bool,
    pub delivered: Option<Delivered>,
}

/// Why a fee is let go by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fall {
    NeverWarned,
    Bounced,
    NotDelivered,
    TooLate,
    /// Every warning named a later day.
    OtherDay,
}

/// What becomes of a fee whose day has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// So much of it was told in time.
    Stands { fee: i64, warned: Delivered },
    /// With the first that reached the customer all the same.
    Falls { why: Fall, warned: Option<Delivered> },
}

/// Whether a fee of `fee` on `fee_on` may be charged: at most as much as was told, at least `days` before, for this day or an
/// earlier one.
pub fn guard(fee: i64, fee_on: Date, warnings: &[Warning], days: i64) -> Verdict {
    let latest = day::plus(fee_on, -days.max(0));
    let of_this = || warnings.iter().filter(|warning| warning.fee_on <= fee_on);
    let reached = |warning: &Warning| warning.delivered.map(|delivered| (warning.fee.min(fee), delivered));
    let in_time = of_this().filter_map(reached).filter(|(told, delivered)| *told > 0 && delivered.on <= latest);
    let best = in_time.max_by_key(|(told, delivered)| (*told, std::cmp::Reverse(delivered.on)));
    if let Some((fee, warned)) = best {
        return Verdict::Stands { fee, warned };
    }
    let first = of_this().filter_map(|warning| warning.delivered).min_by_key(|delivered| delivered.on);
    let why = match first {
        _ if warnings.is_empty() => Fall::NeverWarned,
        _ if of_this().next().is_none() => Fall::OtherDay,
        Some(_) => Fall::TooLate,
        None if of_this().any(|warning| warning.has_bounced) => Fall::Bounced,
        None => Fall::NotDelivered,
    };
    Verdict::Falls { why, warned: first }
}

/// When a mail handed over on `sent_on` counts as delivered: not where it came back within [`BOUNCE_DAYS`].
pub fn mail_delivered(sent_on: Date, bounced_on: Option<Date>) -> Option<Delivered> {
    let came_back = bounced_on.is_some_and(|on| day::between(sent_on, on) <= BOUNCE_DAYS);
    (!came_back).then_some(Delivered { on: sent_on, how: How::Mail })
}

impl Fall {
    /// Why, to whoever reads what became of a fee.
    pub fn words(self) -> &'static str {
        match self {
            Fall::NeverWarned => "no warning of it was written before its day",
            Fall::Bounced => "the mail that warned of it came back, and nobody saw it on a page",
            Fall::NotDelivered => "no mail of it was handed over, and nobody saw it on a page",
            Fall::TooLate => "the warning reached the customer too late",
            Fall::OtherDay => "the warning named a later day",
        }
    }
}

impl How {
    pub fn words(self) -> &'static str {
        match self {
            How::Page => "seen on a page",
            How::Mail => "sent by mail",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const FEE_ON: Date = date(2026, 11, 21);

    fn seen(fee: i64, day: i8) -> Warning {
        let delivered = Some(Delivered { on: date(2026, 11, day), how: How::Page });
        Warning { fee, fee_on: FEE_ON, has_bounced: false, delivered }
    }

    fn unseen(has_bounced: bool) -> Warning {
        Warning { has_bounced, delivered: None, ..seen(500, 1) }
    }

    fn falls(warnings: &[Warning]) -> Option<Fall> {
        match guard(500, FEE_ON, warnings, 1) {
            Verdict::Falls { why, .. } => Some(why),
            Verdict::Stands { .. } => None,
        }
    }

    #[test]
    fn a_fee_stands_where_its_warning_was_seen_the_day_before() {
        let Verdict::Stands { fee, warned } = guard(500, FEE_ON, &[seen(500, 20)], 1) else { panic!("it was told") };
        assert_eq!((fee, warned.on, warned.how), (500, date(2026, 11, 20), How::Page));
        assert_eq!(falls(&[seen(500, 21)]), Some(Fall::TooLate), "on the day itself nobody can pay in time any more");
        assert!(matches!(guard(500, FEE_ON, &[seen(500, 20)], 2), Verdict::Falls { why: Fall::TooLate, .. }));
    }

    #[test]
    fn a_fee_falls_with_the_reason_why_nobody_was_warned() {
        assert_eq!(falls(&[]), Some(Fall::NeverWarned));
        assert_eq!(falls(&[unseen(false)]), Some(Fall::NotDelivered));
        assert_eq!(falls(&[unseen(true)]), Some(Fall::Bounced));
        let later = Warning { fee_on: date(2026, 11, 22), ..seen(500, 18) };
        assert_eq!(falls(&[later]), Some(Fall::OtherDay));
        let earlier = Warning { fee_on: date(2026, 11, 19), ..seen(500, 18) };
        assert_eq!(falls(&[earlier]), None, "whoever was told an earlier day was told in time");
    }

    #[test]
    fn of_a_warning_that_was_raised_too_late_the_lower_fee_stands() {
        let raised = guard(1_000, FEE_ON, &[seen(500, 18), seen(1_000, 21)], 1);
        assert!(matches!(raised, Verdict::Stands { fee: 500, .. }), "{raised:?}");
        let lowered = guard(300, FEE_ON, &[seen(500, 18)], 1);
        assert!(matches!(lowered, Verdict::Stands { fee: 300, .. }), "more was told than comes: {lowered:?}");
        let in_time = guard(1_000, FEE_ON, &[seen(500, 18), seen(1_000, 20)], 1);
        assert!(matches!(in_time, Verdict::Stands { fee: 1_000, .. }), "{in_time:?}");
    }

    #[test]
    fn a_mail_that_came_back_in_time_reached_nobody() {
        let sent = date(2026, 11, 17);
        assert_eq!(mail_delivered(sent, None), Some(Delivered { on: sent, how: How::Mail }));
        assert_eq!(mail_delivered(sent, Some(date(2026, 11, 20))), None);
        assert!(mail_delivered(sent, Some(date(2026, 11, 21))).is_some());
    }

    proptest! {
        #[test]
        fn no_more_is_ever_charged_than_was_told_in_time(
            fee in 0_i64..2_000, days in 0_i64..5,
            warnings in prop::collection::vec((0_i64..2_000, -3_i64..3, prop::option::of(-9_i64..3)), 0..5),
        ) {
            let told: Vec<Warning> = warnings
                .iter()
                .map(|(fee, fee_on, seen)| Warning {
                    fee: *fee,
                    fee_on: day::plus(FEE_ON, *fee_on),
                    has_bounced: false,
                    delivered: seen.map(|seen| Delivered { on: day::plus(FEE_ON, seen), how: How::Mail }),
                })
                .collect();
            if let Verdict::Stands { fee: stands, warned } = guard(fee, FEE_ON, &told, days) {
                prop_assert!(stands > 0 && stands <= fee && day::between(warned.on, FEE_ON) >= days);
                let told_that = |one: &Warning| one.fee >= stands && one.fee_on <= FEE_ON && one.delivered == Some(warned);
                prop_assert!(told.iter().any(told_that));
            }
        }
    }
}
