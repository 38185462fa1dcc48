//! The fee guard: no late fee that its customer was not warned of in time.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::day;

/// A mail that came back within so many days reached nobody; one that came back later had been there.
pub const BOUNCE_DAYS: i64 = 3;

/// How a warning reached its customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Page,
    Mail,
}

impl How {
    pub fn name(self) -> &'static str {
        match self {
            How::Page => "page",
            How::Mail => "mail",
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for How {
    type Err = UnknownReason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [How::Page, How::Mail].into_iter().find(|how| how.name() == text).ok_or_else(|| UnknownReason(text.to_owned()))
    }
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
    /// Its mail came back, or was refused for good.
    pub has_bounced: bool,
    pub delivered: Option<Delivered>,
}

/// Why a late fee is not charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoFee {
    NeverWarned,
    NotDelivered,
    Bounced,
    TooLate,
    /// Every warning named a later day.
    LaterDay,
    /// Every warning that came in time named less.
    LowerFee,
    PaidInTime,
    Disputed,
    /// The bill is not owed.
    NotOwed,
    /// The customer is charged no late fees.
    Exempt,
    /// The bill has another day now.
    OtherDay,
    /// A person, or the customer, let it go.
    Waived,
    /// The billing system charged one itself.
    ChargedByBilling,
    RefusedByBilling,
}

/// What becomes of a fee whose day has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Stands {
        warned: Delivered,
    },
    /// With the first warning that reached the customer all the same.
    Falls {
        why: NoFee,
        warned: Option<Delivered>,
    },
}

/// Whether a fee of `fee` on `fee_on` may be charged: a warning that named at least as much, for this day or an earlier one, must
/// have reached the customer at least `days` before.
pub fn guard(fee: i64, fee_on: Date, warnings: &[Warning], days: i64) -> Verdict {
    let latest = day::plus(fee_on, -days.max(0));
    let of_this_day: Vec<&Warning> = warnings.iter().filter(|warning| warning.fee_on <= fee_on).collect();
    let of_this_fee: Vec<&&Warning> = of_this_day.iter().filter(|warning| warning.fee >= fee).collect();
    let first = |delivered: Option<Delivered>, other: Delivered| match delivered {
        Some(one) if one.on <= other.on => Some(one),
        _ => Some(other),
    };
    let reached_by_this = of_this_fee.iter().filter_map(|warning| warning.delivered).fold(None, first);
    if let Some(warned) = reached_by_this.filter(|warned| warned.on <= latest) {
        return Verdict::Stands { warned };
    }
    let reached = of_this_day.iter().filter_map(|warning| warning.delivered).fold(None, first);
    let why = match (reached_by_this, reached) {
        _ if warnings.is_empty() => NoFee::NeverWarned,
        _ if of_this_day.is_empty() => NoFee::LaterDay,
        (_, Some(warned)) if warned.on <= latest => NoFee::LowerFee,
        (Some(_), _) => NoFee::TooLate,
        (None, Some(_)) => NoFee::LowerFee,
        (None, None) if of_this_day.iter().any(|warning| warning.has_bounced) => NoFee::Bounced,
        (None, None) => NoFee::NotDelivered,
    };
    Verdict::Falls { why, warned: reached_by_this.or(reached) }
}

impl NoFee {
    pub const ALL: [NoFee; 14] = [
        NoFee::NeverWarned,
        NoFee::NotDelivered,
        NoFee::Bounced,
        NoFee::TooLate,
        NoFee::LaterDay,
        NoFee::LowerFee,
        NoFee::PaidInTime,
        NoFee::Disputed,
        NoFee::NotOwed,
        NoFee::Exempt,
        NoFee::OtherDay,
        NoFee::Waived,
        NoFee::ChargedByBilling,
        NoFee::RefusedByBilling,
    ];

    pub fn name(self) -> &'static str {
        match self {
            NoFee::NeverWarned => "never_warned",
            NoFee::NotDelivered => "not_delivered",
            NoFee::Bounced => "bounced",
            NoFee::TooLate => "too_late",
            NoFee::LaterDay => "later_day",
            NoFee::LowerFee => "lower_fee",
            NoFee::PaidInTime => "paid_in_time",
            NoFee::Disputed => "disputed",
            NoFee::NotOwed => "not_owed",
            NoFee::Exempt => "exempt",
            NoFee::OtherDay => "other_day",
            NoFee::Waived => "waived",
            NoFee::ChargedByBilling => "charged_by_billing",
            NoFee::RefusedByBilling => "refused_by_billing",
        }
    }

    /// Whether the customer was not warned of it in time.
    pub fn is_unwarned(self) -> bool {
        matches!(
            self,
            NoFee::NeverWarned
                | NoFee::NotDelivered
                | NoFee::Bounced
                | NoFee::TooLate
                | NoFee::LaterDay
                | NoFee::LowerFee
        )
    }

    /// To the people of the company, after the state of the fee.
    pub fn words(self) -> &'static str {
        match self {
            NoFee::NeverWarned => "No warning of it was written, and no page showed it.",
            NoFee::NotDelivered => "Its warning was not mailed, and nobody saw it on a page.",
            NoFee::Bounced => "The mail that warned of it came back, and nobody saw it on a page.",
            NoFee::TooLate => "The warning reached the customer too late.",
            NoFee::LaterDay => "Every warning named a later day.",
            NoFee::LowerFee => "The warnings that came in time named a lower fee.",
            NoFee::PaidInTime => "The bill had been paid in time.",
            NoFee::Disputed => "The bill is in dispute.",
            NoFee::NotOwed => "The bill is not owed.",
            NoFee::Exempt => "The customer is charged no late fees.",
            NoFee::OtherDay => "The bill is to be paid by another day now.",
            NoFee::Waived => "It was let go.",
            NoFee::ChargedByBilling => "The billing system charged its own.",
            NoFee::RefusedByBilling => "The billing system refused it.",
        }
    }
}

impl fmt::Display for NoFee {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The text names neither a reason nor a way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not known of late fees")]
pub struct UnknownReason(String);

impl FromStr for NoFee {
    type Err = UnknownReason;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|one| one.name() == text).ok_or_else(|| UnknownReason(text.to_owned()))
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

    fn falls(fee: i64, warnings: &[Warning]) -> Option<NoFee> {
        match guard(fee, FEE_ON, warnings, 1) {
            Verdict::Falls { why, .. } => Some(why),
            Verdict::Stands { .. } => None,
        }
    }

    #[test]
    fn a_fee_stands_where_its_warning_was_seen_the_day_before() {
        let warned = Delivered { on: date(2026, 11, 20), how: How::Page };
        assert_eq!(guard(500, FEE_ON, &[seen(500, 20)], 1), Verdict::Stands { warned });
        assert_eq!(falls(500, &[seen(500, 21)]), Some(NoFee::TooLate), "on the day itself nobody can pay in time");
        let earlier = guard(500, FEE_ON, &[seen(500, 20)], 2);
        assert_eq!(earlier, Verdict::Falls { why: NoFee::TooLate, warned: Some(warned) });
        assert!(matches!(guard(500, FEE_ON, &[seen(500, 21)], 0), Verdict::Stands { .. }));
    }

    #[test]
    fn a_fee_falls_with_the_reason_why_nobody_was_warned() {
        assert_eq!(falls(500, &[]), Some(NoFee::NeverWarned));
        assert_eq!(falls(500, &[unseen(false)]), Some(NoFee::NotDelivered));
        assert_eq!(falls(500, &[unseen(true)]), Some(NoFee::Bounced));
        assert_eq!(falls(500, &[unseen(true), seen(500, 19)]), None, "seen on a page all the same");
    }

    #[test]
    fn of_a_corrected_warning_the_one_that_named_this_day_and_this_fee_counts() {
        let later = Warning { fee_on: date(2026, 11, 22), ..seen(500, 18) };
        assert_eq!(falls(500, &[later]), Some(NoFee::LaterDay));
        assert_eq!(falls(500, &[later, seen(500, 20)]), None);
        assert_eq!(falls(500, &[later, seen(500, 21)]), Some(NoFee::TooLate));
        let earlier = Warning { fee_on: date(2026, 11, 19), ..seen(500, 18) };
        assert_eq!(falls(500, &[earlier]), None, "whoever was told an earlier day was told in time");
        assert_eq!(falls(1_000, &[seen(500, 18), seen(1_000, 20)]), None);
        assert_eq!(falls(1_000, &[seen(500, 18), seen(1_000, 21)]), Some(NoFee::LowerFee));
        assert_eq!(falls(1_000, &[seen(500, 18), Warning { fee: 1_000, ..unseen(true) }]), Some(NoFee::LowerFee));
        assert_eq!(falls(300, &[seen(500, 18)]), None, "more was told than comes");
    }

    #[test]
    fn every_reason_has_a_name_of_its_own() {
        for reason in NoFee::ALL {
            assert_eq!(reason.name().parse(), Ok(reason));
        }
    }

    proptest! {
        #[test]
        fn no_more_is_ever_charged_than_was_told_in_time(
            fee in 1_i64..2_000, days in 0_i64..5,
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
            let told_in_time = |one: &Warning| {
                let is_in_time = one.delivered.is_some_and(|delivered| day::between(delivered.on, FEE_ON) >= days);
                one.fee >= fee && one.fee_on <= FEE_ON && is_in_time
            };
            let stands = matches!(guard(fee, FEE_ON, &told, days), Verdict::Stands { .. });
            prop_assert_eq!(stands, told.iter().any(told_in_time));
        }
    }
}
