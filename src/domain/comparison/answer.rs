//! The standing answer on every bill: whether the plan they have is the cheapest, also where that is good news for us.

use super::{Comparison, Ranking, count};
use crate::money::Money;

/// Of the offers that everybody can have and that have a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// None of them would have cost less. A tie is no saving.
    Cheapest,
    Cheaper(&'a Comparison<'a>),
    /// There is none to compare with.
    NoOther,
    /// No month has readings yet.
    NoReadings,
}

impl<'a> Ranking<'a> {
    pub fn answer(&self) -> Answer<'_> {
        match self.best() {
            _ if self.months == 0 => Answer::NoReadings,
            Some(best) => Answer::Cheaper(best),
            None if self.ranked.is_empty() => Answer::NoOther,
            None => Answer::Cheapest,
        }
    }

    /// Whether the current offer is the cheapest of those compared; no where nothing was.
    pub fn is_cheapest(&self) -> bool {
        self.answer() == Answer::Cheapest
    }

    /// The answer as it stands on a bill, with what it does not cover.
    pub fn words(&self) -> String {
        let over = format!("Over {} of your own use,", counted(self.months, "month"));
        let mut words = match self.answer() {
            Answer::NoReadings => {
                return "We have no whole month of readings of your use yet, so we cannot compare plans.".to_owned();
            }
            Answer::NoOther => "There is no other plan to compare yours with.".to_owned(),
            Answer::Cheapest => match self.ranked.len() {
                1 => format!("{over} the other plan would not have cost you less."),
                plans => format!("{over} none of the {plans} other plans would have cost you less."),
            },
            Answer::Cheaper(best) => {
                let saving = Money::new(best.saving(), self.current.currency);
                format!("{over} {} would have cost you {saving} less.", best.other.full_name())
            }
        };
        let left_out =
            [(self.unpriced.len(), "without a price for your use"), (self.restricted.len(), "only for some people")];
        for (plans, why) in left_out.into_iter().filter(|(plans, _)| *plans > 0) {
            let are = if plans == 1 { "is" } else { "are" };
            words.push_str(&format!(" {} {why} {are} not counted.", counted(count(plans), "plan")));
        }
        words
    }
}

fn counted(number: i64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        comparison::rank,
        offer::{
            Offer,
            samples::{flat_fee, months},
        },
    };
    use jiff::civil::{Date, date};

    const TODAY: Date = date(2026, 11, 22);

    #[test]
    fn a_cheaper_plan_is_named_with_what_was_left_out() {
        let current = flat_fee("current", 1_000);
        let offers = [
            Offer { eligibility: Some("members of the community".to_owned()), ..flat_fee("community", 100) },
            Offer { monthly_fee: None, ..flat_fee("unknown", 0) },
            Offer { monthly_fee: None, ..flat_fee("not-known-either", 0) },
            flat_fee("basic", 500),
        ];
        let ranking = rank(&current, &offers, &months(date(2026, 10, 1), &[3]), TODAY).unwrap();
        assert_eq!(
            ranking.words(),
            "Over 1 month of your own use, basic would have cost you €5.00 less. 2 plans without a price for your \
             use are not counted. 1 plan only for some people is not counted."
        );
    }

    #[test]
    fn a_tie_is_no_saving_and_the_answer_says_so() {
        let (current, same, dearer) = (flat_fee("current", 1_000), flat_fee("same", 1_000), flat_fee("dearer", 1_100));
        let used = months(date(2026, 9, 1), &[3, 4]);
        let ranking = rank(&current, [&same], &used, TODAY).unwrap();
        assert!(ranking.is_cheapest() && ranking.best().is_none() && ranking.best_saving() == 0);
        assert_eq!(ranking.words(), "Over 2 months of your own use, the other plan would not have cost you less.");
        let both = rank(&current, [&same, &dearer], &used, TODAY).unwrap();
        assert_eq!(both.words(), "Over 2 months of your own use, none of the 2 other plans would have cost you less.");
    }

    #[test]
    fn where_nothing_was_compared_nothing_is_claimed() {
        let (current, other) = (flat_fee("current", 1_000), flat_fee("other", 100));
        let unread = rank(&current, [&other], &[], TODAY).unwrap();
        assert_eq!((unread.answer(), unread.is_cheapest()), (Answer::NoReadings, false));
        let alone = rank(&current, [], &months(date(2026, 9, 1), &[3]), TODAY).unwrap();
        assert_eq!((alone.answer(), alone.is_cheapest()), (Answer::NoOther, false));
        assert_eq!(alone.words(), "There is no other plan to compare yours with.");
    }
}
