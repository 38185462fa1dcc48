//! A policy as it is typed, before it is one.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        day,
        late_fee::{DueShift, FeePolicy, GUARD_DAYS},
        money::{Currency, Money},
        percent::Percent,
    },
    error::{Problem, Reason},
};

/// The fields of the form, as they are typed. An empty amount or percentage is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub starts_on: String,
    pub grace_days: String,
    pub flat: String,
    pub percent: String,
    pub minimum: String,
    pub cap: String,
    pub warn_days: String,
    /// Where a due day that is no business day goes, by its name; empty where it stays.
    #[serde(default)]
    pub due_shift: String,
    /// Empty: as usual.
    pub guard_days: String,
    /// Who lets go of a first late fee: `customer`, or a `person` of ours.
    pub first_fee: String,
}

/// No fee is meant to be larger than this many minor units.
const LARGEST: i64 = 100_000_000_000;

impl Draft {
    /// The form filled in with a policy, to change it from `starts_on` on.
    pub fn of(policy: &FeePolicy, starts_on: Date) -> Self {
        let amount = |minor| Money::new(minor, policy.currency).plain();
        let unless_none = |minor| if minor == 0 { String::new() } else { amount(minor) };
        Self {
            starts_on: starts_on.to_string(),
            grace_days: policy.grace_days.to_string(),
            flat: amount(policy.flat),
            percent: policy.percent.to_string(),
            minimum: unless_none(policy.minimum),
            cap: policy.cap.map(amount).unwrap_or_default(),
            warn_days: policy.warn_days.to_string(),
            due_shift: policy.due_shift.to_string(),
            guard_days: policy.guard_days.to_string(),
            first_fee: if policy.trusts_first { "customer" } else { "person" }.to_owned(),
        }
    }

    /// What `typed` gives for each field.
    pub fn typed(typed: impl Fn(&str) -> String) -> Self {
        Self {
            starts_on: typed("starts_on"),
            grace_days: typed("grace_days"),
            flat: typed("flat"),
            percent: typed("percent"),
            minimum: typed("minimum"),
            cap: typed("cap"),
            warn_days: typed("warn_days"),
            due_shift: typed("due_shift"),
            guard_days: typed("guard_days"),
            first_fee: typed("first_fee"),
        }
    }

    /// Each field's name and what is typed in it.
    pub fn fields(&self) -> [(&'static str, &str); 10] {
        [
            ("starts_on", &self.starts_on),
            ("grace_days", &self.grace_days),
            ("flat", &self.flat),
            ("percent", &self.percent),
            ("minimum", &self.minimum),
            ("cap", &self.cap),
            ("warn_days", &self.warn_days),
            ("due_shift", &self.due_shift),
            ("guard_days", &self.guard_days),
            ("first_fee", &self.first_fee),
        ]
    }

    /// The policy this says, still without a version, or everything that is wrong with it. It may start after
    /// `promised_until`: the due dates up to there are of bills whose fee was told already.
    pub fn policy(&self, currency: Currency, today: Date, promised_until: Date) -> Result<FeePolicy, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut amount = |field, text: &str| read(field, amount(text, currency), &mut problems);
        let flat = amount("flat", &self.flat);
        let minimum = amount("minimum", &self.minimum);
        let cap = amount("cap", &self.cap);
        let percent = read("percent", percent(&self.percent), &mut problems);
        let policy = FeePolicy {
            currency,
            version: 0,
            starts_on: read("starts_on", first_day(&self.starts_on, today, promised_until), &mut problems)
                .unwrap_or(today),
            grace_days: read("grace_days", days(&self.grace_days), &mut problems).unwrap_or_default(),
            flat: flat.flatten().unwrap_or_default(),
            percent: percent.unwrap_or_default(),
            minimum: minimum.flatten().unwrap_or_default(),
            cap: cap.flatten(),
            warn_days: read("warn_days", days(&self.warn_days), &mut problems).unwrap_or_default(),
            due_shift: read("due_shift", shift(&self.due_shift), &mut problems).unwrap_or_default(),
            guard_days: read("guard_days", guard_days(&self.guard_days), &mut problems).unwrap_or(GUARD_DAYS),
            trusts_first: read("first_fee", trusts(&self.first_fee), &mut problems).unwrap_or_default(),
        };
        for (field, problem) in policy.problems() {
            if !problems.iter().any(|known| known.field == field) {
                problems.push(Problem { field: field.to_owned(), reason: problem.into() });
            }
        }
        if problems.is_empty() { Ok(policy) } else { Err(problems) }
    }
}

fn read<T>(field: &str, read: Result<T, Reason>, problems: &mut Vec<Problem>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(reason) => {
            problems.push(Problem { field: field.to_owned(), reason });
            None
        }
    }
}

fn amount(text: &str, currency: Currency) -> Result<Option<i64>, Reason> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let minor = Money::parse(text, currency)?.minor;
    if minor > LARGEST { Err(Reason::AmountTooLarge) } else { Ok(Some(minor)) }
}

fn percent(text: &str) -> Result<Percent, Reason> {
    if text.trim().is_empty() {
        return Ok(Percent::default());
    }
    text.parse().map_err(|_| Reason::NotAPercentage)
}

fn days(text: &str) -> Result<i64, Reason> {
    match text.trim() {
        "" => Err(Reason::Missing),
        text => text.parse().map_err(|_| Reason::NotANumber),
    }
}

/// Where nothing is said, the day stays.
fn shift(text: &str) -> Result<DueShift, Reason> {
    if text.is_empty() { Ok(DueShift::AsIs) } else { text.parse().map_err(|_| Reason::NotAChoice) }
}

fn guard_days(text: &str) -> Result<i64, Reason> {
    if text.trim().is_empty() { Ok(GUARD_DAYS) } else { days(text) }
}

/// Where nothing is said, the customer is trusted.
fn trusts(text: &str) -> Result<bool, Reason> {
    match text {
        "" | "customer" => Ok(true),
        "person" => Ok(false),
        _ => Err(Reason::NotAChoice),
    }
}

fn first_day(text: &str, today: Date, promised_until: Date) -> Result<Date, Reason> {
    match text.trim() {
        "" => Err(Reason::Missing),
        text => match day::read(text) {
            Some(day) if day < today => Err(Reason::DatePassed),
            Some(day) if day <= promised_until => {
                Err(Reason::StartsTooSoon(u32::try_from(day::between(today, promised_until)).unwrap_or_default()))
            }
            Some(day) => Ok(day),
            None => Err(Reason::NotADate),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{ToSpan, civil::date};

    const TODAY: Date = date(2026, 11, 20);

    fn suggested() -> Draft {
        Draft::of(&FeePolicy::suggested(Currency::EUR), TODAY)
    }

    fn problems(draft: Draft) -> Vec<(String, Reason)> {
        let problems = draft.policy(Currency::EUR, TODAY, TODAY.saturating_sub(1.day())).expect_err("a problem");
        problems.into_iter().map(|problem| (problem.field, problem.reason)).collect()
    }

    #[test]
    fn a_policy_in_the_form_is_the_same_policy() {
        let policy = FeePolicy {
            version: 0,
            starts_on: TODAY,
            percent: "1.5".parse().expect("a percentage"),
            minimum: 200,
            cap: Some(5_000),
            due_shift: DueShift::Previous,
            ..FeePolicy::suggested(Currency::EUR)
        };
        assert_eq!(Draft::of(&policy, TODAY).policy(Currency::EUR, TODAY, TODAY.saturating_sub(1.day())), Ok(policy));
        let free = Draft { flat: String::new(), percent: String::new(), ..suggested() };
        assert_eq!(
            free.policy(Currency::EUR, TODAY, TODAY.saturating_sub(1.day())).map(|policy| policy.fee(10_000)),
            Ok(0)
        );
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let wrong = Draft {
            starts_on: "2026-11-19".to_owned(),
            grace_days: "soon".to_owned(),
            flat: "-5".to_owned(),
            percent: "101".to_owned(),
            minimum: "1.005".to_owned(),
            cap: "99999999999999999999".to_owned(),
            warn_days: String::new(),
            due_shift: "sideways".to_owned(),
            guard_days: "never".to_owned(),
            first_fee: "nobody".to_owned(),
        };
        let mut found = problems(wrong);
        found.sort_by(|one, other| one.0.cmp(&other.0));
        let expected = [
            ("cap", Reason::AmountTooLarge),
            ("due_shift", Reason::NotAChoice),
            ("first_fee", Reason::NotAChoice),
            ("flat", Reason::AmountNegative),
            ("grace_days", Reason::NotANumber),
            ("guard_days", Reason::NotANumber),
            ("minimum", Reason::AmountTooFine(2)),
            ("percent", Reason::NotAPercentage),
            ("starts_on", Reason::DatePassed),
            ("warn_days", Reason::Missing),
        ];
        assert_eq!(found, expected.map(|(field, reason)| (field.to_owned(), reason)));
    }

    #[test]
    fn what_customers_were_told_holds() {
        let until = date(2026, 11, 23);
        let start = |day| {
            Draft { starts_on: day, ..suggested() }.policy(Currency::EUR, TODAY, until).map(|policy| policy.starts_on)
        };
        assert_eq!(start("2026-11-24".to_owned()), Ok(date(2026, 11, 24)));
        let refused = start("2026-11-23".to_owned()).expect_err("too soon");
        assert_eq!(refused[0].reason, Reason::StartsTooSoon(3));
    }

    #[test]
    fn a_cap_below_the_minimum_is_refused_where_it_is_typed() {
        let wrong = Draft { minimum: "6".to_owned(), cap: "5.50".to_owned(), ..suggested() };
        assert_eq!(problems(wrong), [("cap".to_owned(), Reason::CapBelowMinimum)]);
    }
}
