//! The guarantee on our advice: where the plan we advised was dearer over its first year, the difference is ours to
//! pay.

use jiff::civil::Date;

use super::{
    evidence::{Evidence, Value},
    money::{Currency, Money},
    month,
};

/// How many months after the change are looked at, as a whole.
pub const MONTHS: i32 = 12;

/// Kept with advice that was followed, so that the terms stay the same later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarantee {
    /// The code of the plan we advised.
    pub advised_offer: String,
    /// The code of the plan they left, at the prices it had then.
    pub previous_offer: String,
    /// The first day of the plan we advised.
    pub followed_on: Date,
    pub currency: Currency,
}

/// What the customer's own use of a month cost on the plan we advised, and would have cost on the one before. Minor
/// units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedMonth {
    /// Its first day.
    pub month: Date,
    pub there: i64,
    pub before: i64,
}

/// Minor units owed for a year of months, each `(there, before)`: the difference of their sums where the advised plan
/// was dearer, else 0. Good and bad months are set off against each other, as PG&E's bill protection does
/// (`worked-examples.md`, P9).
pub fn owed(months: &[(i64, i64)]) -> i64 {
    let dearer: i128 = months.iter().map(|(there, before)| i128::from(*there) - i128::from(*before)).sum();
    i64::try_from(dearer.max(0)).unwrap_or(i64::MAX)
}

impl Guarantee {
    /// The first month that counts: the one after the change, or its own where it was on the first day.
    pub fn first_month(&self) -> Date {
        if self.followed_on.day() == 1 { self.followed_on } else { month::after(self.followed_on) }
    }

    /// The first day on which all months that count are over: then it is worked out, once.
    pub fn due_on(&self) -> Date {
        month::later(self.first_month(), MONTHS)
    }

    /// What is owed on `today`, in minor units; nothing before [`due_on`](Self::due_on). Months outside the year are
    /// left out, and months without readings are not among `months`.
    pub fn owed(&self, months: &[BackedMonth], today: Date) -> Option<i64> {
        let counted: Vec<(i64, i64)> = self.counted(months).map(|month| (month.there, month.before)).collect();
        (today >= self.due_on()).then(|| owed(&counted))
    }

    /// Why that is owed, or not: the terms and every month. The amount of a step is how much dearer the advised plan
    /// was so far.
    pub fn evidence(&self, months: &[BackedMonth], today: Date) -> Evidence {
        let mut evidence = Evidence {
            says: "we stand by our advice: if the plan we advised costs you more over its first 12 months than the \
                   one you had would have, we credit you the difference."
                .to_owned(),
            ..Evidence::default()
        };
        let money = |minor| Money::new(minor, self.currency);
        evidence.fact("Plan we advised", Value::Text(self.advised_offer.clone()));
        evidence.fact("Plan you had", Value::Text(self.previous_offer.clone()));
        evidence.fact("Followed on", Value::Date(self.followed_on));
        evidence.fact("Day we looked", Value::Date(today));
        let mut so_far = 0_i64;
        for line in self.counted(months) {
            so_far = so_far.saturating_add(line.there.saturating_sub(line.before));
            let words = month::words(line.month);
            evidence
                .step(format!("{words}: {} there, {} before", money(line.there), money(line.before)), money(so_far));
        }
        if let Some(owed) = self.owed(months, today) {
            evidence.step("We owe you", money(owed));
        }
        evidence
    }

    fn counted<'a>(&self, months: &'a [BackedMonth]) -> impl Iterator<Item = &'a BackedMonth> {
        let year = self.first_month()..self.due_on();
        months.iter().filter(move |month| year.contains(&month.month))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn guarantee() -> Guarantee {
        Guarantee {
            advised_offer: "small".to_owned(),
            previous_offer: "large".to_owned(),
            followed_on: date(2025, 11, 10),
            currency: Currency::EUR,
        }
    }

    fn year(months: &[(i64, i64)]) -> Vec<BackedMonth> {
        let month = |(at, (there, before)): (usize, &(i64, i64))| BackedMonth {
            month: month::later(date(2025, 12, 1), i32::try_from(at).unwrap()),
            there: *there,
            before: *before,
        };
        months.iter().enumerate().map(month).collect()
    }

    #[test]
    fn the_year_is_summed_and_only_a_dearer_one_is_owed() {
        assert_eq!(owed(&[(2_000, 3_000), (5_000, 3_000)]), 1_000);
        assert_eq!(owed(&[(2_000, 3_000), (3_500, 3_000)]), 0);
        assert_eq!(owed(&[(3_000, 3_000)]), 0);
        assert_eq!(owed(&[]), 0);
    }

    #[test]
    fn it_is_worked_out_when_twelve_whole_months_are_over() {
        let months = year(&[(3_100, 3_000); 14]);
        assert_eq!((guarantee().first_month(), guarantee().due_on()), (date(2025, 12, 1), date(2026, 12, 1)));
        assert_eq!(guarantee().owed(&months, date(2026, 11, 30)), None);
        assert_eq!(guarantee().owed(&months, date(2026, 12, 1)), Some(1_200), "later months do not count");
        let on_the_first = Guarantee { followed_on: date(2025, 12, 1), ..guarantee() };
        assert_eq!(on_the_first.due_on(), date(2026, 12, 1));
    }

    #[test]
    fn the_evidence_ends_at_what_is_owed() {
        let evidence = guarantee().evidence(&year(&[(2_000, 3_000), (5_000, 3_000)]), date(2026, 12, 1));
        let steps: Vec<_> = evidence.steps.iter().map(|step| format!("{} = {}", step.words, step.amount)).collect();
        assert_eq!(
            steps,
            [
                "December 2025: €20.00 there, €30.00 before = -€10.00",
                "January 2026: €50.00 there, €30.00 before = €10.00",
                "We owe you = €10.00"
            ]
        );
    }

    proptest! {
        #[test]
        fn who_followed_advice_never_pays_more_than_they_would_have(
            months in prop::collection::vec((0..9_000_i64, 0..9_000_i64), 0..=12),
        ) {
            let owed = owed(&months);
            let (there, before): (Vec<i64>, Vec<i64>) = months.into_iter().unzip();
            let (there, before): (i64, i64) = (there.iter().sum(), before.iter().sum());
            prop_assert!(owed >= 0);
            prop_assert_eq!(there - owed, there.min(before));
        }
    }
}
