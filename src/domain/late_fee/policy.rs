//! What a late bill costs, in one currency, from a day on.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::DueShift;
use crate::{
    day,
    evidence::Step,
    money::{Currency, Money, exponent},
    percent::Percent,
};

/// One version of a policy. It applies to bills due from `starts_on` on, so that it never reaches back to a bill that
/// was already due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeePolicy {
    pub currency: Currency,
    /// From 1 on; 0 is no policy, or one that is not saved yet.
    pub version: i64,
    pub starts_on: Date,
    /// Days after the due date that cost nothing.
    pub grace_days: i64,
    /// Minor units, charged once.
    pub flat: i64,
    /// Of what is still open, on top of `flat`.
    pub percent: Percent,
    /// A fee is at least this, in minor units, wherever there is a fee.
    pub minimum: i64,
    /// A fee is at most this, in minor units.
    pub cap: Option<i64>,
    /// How many days before the due date the customer is warned.
    pub warn_days: i64,
    /// Where a due day on a weekend or a public holiday goes.
    #[serde(default)]
    pub due_shift: DueShift,
    /// How many days before the fee a warning must have reached the customer, or there is none.
    pub guard_days: i64,
    /// Whether a customer may let go of a late fee by themselves, the first in [`TRUSTED_MONTHS`].
    pub trusts_first: bool,
}

/// Within how many months a late fee is the first that a customer lets go of.
pub const TRUSTED_MONTHS: i64 = 12;

/// What is wrong with a policy a person wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PolicyProblem {
    GraceOutOfRange,
    WarnOutOfRange,
    /// No warning could reach the customer so long before the fee.
    GuardOutOfRange,
    NegativeAmount,
    CapBelowMinimum,
    CapBelowFlat,
}

/// How many days before a fee its warning must have reached the customer, where a policy says nothing else.
pub const GUARD_DAYS: i64 = 1;

/// The longest grace or warning, in days.
const LONGEST: i64 = 90;

impl FeePolicy {
    /// What holds where nobody saved a policy: nothing is charged, and nothing may be said of a fee.
    pub fn none(currency: Currency) -> Self {
        Self {
            currency,
            version: 0,
            starts_on: Date::MIN,
            grace_days: 0,
            flat: 0,
            percent: Percent::default(),
            minimum: 0,
            cap: None,
            warn_days: 3,
            due_shift: DueShift::AsIs,
            guard_days: GUARD_DAYS,
            trusts_first: true,
        }
    }

    /// What a form is filled in with where there is no policy yet: 5 units of the currency, no grace, a warning three days
    /// before. It holds for no bill until somebody saves it.
    pub fn suggested(currency: Currency) -> Self {
        Self { version: 1, flat: 5 * 10_i64.pow(u32::from(exponent(currency))), ..Self::none(currency) }
    }

    /// Whether somebody saved it.
    pub fn is_set(&self) -> bool {
        self.version > 0
    }

    /// The version that applies to a bill due on `due_on`; the newest of those that start on the same day.
    pub fn for_bill_due(versions: &[FeePolicy], due_on: Date) -> Option<&FeePolicy> {
        versions
            .iter()
            .filter(|policy| policy.starts_on <= due_on)
            .max_by_key(|policy| (policy.starts_on, policy.version))
    }

    /// The field and the problem of each thing that is wrong.
    pub fn problems(&self) -> Vec<(&'static str, PolicyProblem)> {
        let mut problems = Vec::new();
        if !(0..=LONGEST).contains(&self.grace_days) {
            problems.push(("grace_days", PolicyProblem::GraceOutOfRange));
        }
        if !(0..=LONGEST).contains(&self.warn_days) {
            problems.push(("warn_days", PolicyProblem::WarnOutOfRange));
        }
        // The first warning is written on the first of the days between it and the fee.
        if !(0..=self.warn_days.saturating_add(self.grace_days).saturating_add(1)).contains(&self.guard_days) {
            problems.push(("guard_days", PolicyProblem::GuardOutOfRange));
        }
        for (field, amount) in [("flat", self.flat), ("minimum", self.minimum), ("cap", self.cap.unwrap_or(0))] {
            if amount < 0 {
                problems.push((field, PolicyProblem::NegativeAmount));
            }
        }
        if let Some(cap) = self.cap {
            if cap < self.minimum {
                problems.push(("cap", PolicyProblem::CapBelowMinimum));
            } else if cap < self.flat {
                problems.push(("cap", PolicyProblem::CapBelowFlat));
            }
        }
        problems
    }

    /// The first day on which a bill due on `due_on` draws a fee; paid on the day before, it is free.
    pub fn fee_on(&self, due_on: Date) -> Date {
        day::plus(due_on, self.grace_days + 1)
    }

    /// The first day on which the customer is warned.
    pub fn warn_from(&self, due_on: Date) -> Date {
        day::plus(due_on, -self.warn_days)
    }

    /// The fee on `open` minor units, in minor units. Rounded down once, where the percentage is taken.
    pub fn fee(&self, open: i64) -> i64 {
        if open <= 0 {
            return 0;
        }
        let raw = self.flat.saturating_add(self.percent.of(open));
        if raw == 0 {
            return 0;
        }
        let raised = raw.max(self.minimum);
        self.cap.map_or(raised, |cap| raised.min(cap))
    }

    /// The fee in a few words: `€5.00 plus 1.5 % of what is open, at most €50.00`.
    pub fn fee_words(&self) -> String {
        let money = |minor| Money::new(minor, self.currency).to_string();
        let mut words = match (self.flat > 0, self.percent.millionths > 0) {
            (false, false) => return "no late fee".to_owned(),
            (true, false) => money(self.flat),
            (false, true) => format!("{} % of what is open", self.percent),
            (true, true) => format!("{} plus {} % of what is open", money(self.flat), self.percent),
        };
        if self.minimum > self.flat {
            words.push_str(&format!(", at least {}", money(self.minimum)));
        }
        if let Some(cap) = self.cap {
            words.push_str(&format!(", at most {}", money(cap)));
        }
        words
    }

    /// The whole policy as a customer reads it after "our rule says:".
    pub fn words(&self) -> String {
        let days = |days| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
        if self.flat == 0 && self.percent.millionths == 0 {
            return "a bill that is paid late costs nothing more.".to_owned();
        }
        let paid_by = match self.grace_days {
            0 => "by its due date".to_owned(),
            grace => format!("within {} after its due date", days(grace)),
        };
        let warned = match self.warn_days {
            0 => "on the due date".to_owned(),
            warn => format!("{} before the due date", days(warn)),
        };
        let shift = self.due_shift.words().map(|words| format!(" {words}")).unwrap_or_default();
        format!(
            "a bill that is not paid {paid_by} draws a late fee, once: {}. We tell you from {warned} on.{shift}",
            self.fee_words()
        )
    }

    /// The same fee, step by step; the last step's amount is [`FeePolicy::fee`].
    pub fn fee_steps(&self, open: i64) -> Vec<Step> {
        let money = |minor| Money::new(minor, self.currency);
        let mut steps = Vec::new();
        let mut amount = 0_i64;
        if open <= 0 {
            return steps;
        }
        if self.flat > 0 || self.percent.millionths == 0 {
            amount = self.flat;
            steps.push(Step { words: "A fixed fee".to_owned(), amount: money(amount) });
        }
        if self.percent.millionths > 0 {
            let share = self.percent.of(open);
            amount = amount.saturating_add(share);
            let plus = if steps.is_empty() { "" } else { "plus " };
            let words =
                format!("{plus}{} % of the {} still open, which is {}", self.percent, money(open), money(share));
            steps.push(Step { words, amount: money(amount) });
        }
        if amount > 0 && amount < self.minimum {
            amount = self.minimum;
            steps.push(Step { words: "but at least".to_owned(), amount: money(amount) });
        }
        if let Some(cap) = self.cap
            && amount > cap
        {
            amount = cap;
            steps.push(Step { words: "but at most".to_owned(), amount: money(amount) });
        }
        steps
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    pub fn policy() -> FeePolicy {
        FeePolicy::suggested(Currency::EUR)
    }

    #[test]
    fn fees_follow_flat_percent_minimum_and_cap() {
        let five_percent_up_to_fifty =
            FeePolicy { flat: 0, percent: "5".parse().expect("a percentage"), cap: Some(5_000), ..policy() };
        assert_eq!(five_percent_up_to_fifty.fee(20_000), 1_000);
        assert_eq!(five_percent_up_to_fifty.fee(200_000), 5_000);
        let with_minimum = FeePolicy { minimum: 200, ..five_percent_up_to_fifty };
        assert_eq!(with_minimum.fee(1_000), 200);
        assert_eq!(with_minimum.fee(0), 0);
        let both = FeePolicy { percent: "1.5".parse().expect("a percentage"), ..policy() };
        assert_eq!(both.fee(3_333), 549);
        let nothing = FeePolicy { flat: 0, minimum: 300, ..policy() };
        assert_eq!(nothing.fee(10_000), 0, "a minimum alone makes no fee");
    }

    #[test]
    fn a_policy_is_told_in_words() {
        assert_eq!(
            policy().words(),
            "a bill that is not paid by its due date draws a late fee, once: €5.00. We tell you from 3 days before the \
             due date on."
        );
        let all = FeePolicy {
            percent: "1.5".parse().expect("a percentage"),
            minimum: 600,
            cap: Some(5_000),
            grace_days: 1,
            warn_days: 0,
            ..policy()
        };
        assert_eq!(all.fee_words(), "€5.00 plus 1.5 % of what is open, at least €6.00, at most €50.00");
        assert!(all.words().starts_with("a bill that is not paid within 1 day after its due date"), "{}", all.words());
        let free = FeePolicy { flat: 0, ..policy() };
        assert_eq!(free.words(), "a bill that is paid late costs nothing more.");
    }

    #[test]
    fn a_bill_keeps_the_version_in_force_on_its_due_date() {
        let versions = [
            policy(),
            FeePolicy { version: 2, starts_on: date(2026, 3, 1), ..policy() },
            FeePolicy { version: 3, starts_on: date(2026, 3, 1), ..policy() },
        ];
        let version = |due| FeePolicy::for_bill_due(&versions, due).map(|policy| policy.version);
        assert_eq!(version(date(2026, 2, 28)), Some(1));
        assert_eq!(version(date(2026, 3, 1)), Some(3));
        assert_eq!(FeePolicy::for_bill_due(&versions[1..], date(2026, 2, 28)), None);
    }

    #[test]
    fn a_policy_that_cannot_be_meant_is_refused() {
        let wrong = FeePolicy { grace_days: -1, warn_days: 91, flat: -5, cap: Some(1), minimum: 2, ..policy() };
        let fields: Vec<_> = wrong.problems().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["grace_days", "warn_days", "flat", "cap"]);
        let unguarded = FeePolicy { guard_days: 5, ..policy() };
        assert_eq!(
            unguarded.problems(),
            [("guard_days", PolicyProblem::GuardOutOfRange)],
            "the first warning is later"
        );
        assert!(FeePolicy { guard_days: 4, ..policy() }.problems().is_empty());
        assert!(policy().problems().is_empty());
    }

    proptest! {
        #[test]
        fn the_steps_end_at_the_fee(
            open in 0_i64..10_000_000, flat in 0_i64..10_000, millionths in 0_i64..200_000,
            minimum in 0_i64..5_000, cap in proptest::option::of(5_000_i64..20_000),
        ) {
            let policy = FeePolicy { flat, percent: Percent { millionths }, minimum, cap, ..policy() };
            let last = policy.fee_steps(open).last().map_or(0, |step| step.amount.minor);
            prop_assert_eq!(last, policy.fee(open));
        }

        #[test]
        fn owing_more_never_costs_less(open in 0_i64..10_000_000, more in 0_i64..10_000, millionths in 0_i64..200_000) {
            let policy = FeePolicy { percent: Percent { millionths }, ..policy() };
            prop_assert!(policy.fee(open + more) >= policy.fee(open));
        }
    }
}
