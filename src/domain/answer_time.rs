//! How long people wait for an answer, from the questions of the last days: also those that still wait.

use serde::{Deserialize, Serialize};

/// How far back is looked.
pub const DAYS: i64 = 7;
/// The same, in milliseconds.
pub const WINDOW_MS: i64 = DAYS * 86_400_000;

/// A question, with instants in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    pub asked_at: i64,
    /// Nothing while it waits.
    pub answered_at: Option<i64>,
}

/// What can be said of the last days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerTime {
    /// Asked in the last days, and of these answered.
    pub asked: usize,
    pub answered: usize,
    /// Within what time half of them were answered, and nine of ten; nothing where none was.
    pub half: Option<Within>,
    pub most: Option<Within>,
    /// Those that wait longer than nine of ten did, whenever they were asked; nothing where none does.
    pub waiting: Option<Waiting>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Within {
    pub ms: i64,
    /// Otherwise it is a question that has waited so long and waits on.
    pub is_answered: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub many: usize,
    pub longest_ms: i64,
}

impl AnswerTime {
    /// Of all `questions` that were asked in the last days or that still wait.
    ///
    /// A share is by nearest rank. A question that waits counts as having taken its age as soon as that is longer than
    /// what it took to answer the same share of the others: before, it can still turn out either way, and to count it as
    /// quick would flatter us.
    pub fn of(questions: &[Question], now: i64) -> Self {
        let age = |question: &Question| (now - question.asked_at).max(0);
        let asked: Vec<&Question> = questions.iter().filter(|question| question.asked_at > now - WINDOW_MS).collect();
        let took = |question: &&Question| {
            let answered_at = question.answered_at?;
            Some(answered_at.saturating_sub(question.asked_at).max(0))
        };
        let mut answered: Vec<i64> = asked.iter().filter_map(took).collect();
        answered.sort_unstable();
        let mut ages: Vec<i64> = asked.iter().filter(|one| one.answered_at.is_none()).map(|one| age(one)).collect();
        ages.sort_unstable();
        let (half, most) = (share(&answered, &ages, 50), share(&answered, &ages, 90));
        let slow = most.map_or(0, |most| most.ms);
        let waiting: Vec<i64> = questions.iter().filter(|one| one.answered_at.is_none()).map(age).collect();
        let late: Vec<i64> = waiting.into_iter().filter(|age| most.is_none() || *age > slow).collect();
        let longest = late.iter().copied().max();
        Self {
            asked: asked.len(),
            answered: answered.len(),
            half,
            most,
            waiting: longest.map(|longest_ms| Waiting { many: late.len(), longest_ms }),
        }
    }
}

/// The shortest time within which so many of a hundred were answered, those who have waited longer than it counted among
/// them; where there is none, how long whoever stands at that rank has waited. Both are in
/// order.
fn share(answered: &[i64], ages: &[i64], percent: usize) -> Option<Within> {
    let slowest = *answered.last()?;
    let waits_longer = |than: i64| &ages[ages.partition_point(|age| *age <= than)..];
    for (place, ms) in answered.iter().enumerate() {
        let of = answered.len() + waits_longer(*ms).len();
        if (place + 1) * 100 >= percent * of {
            return Some(Within { ms: *ms, is_answered: true });
        }
    }
    let mut all: Vec<i64> = answered.iter().chain(waits_longer(slowest)).copied().collect();
    all.sort_unstable();
    let rank = (all.len() * percent).div_ceil(100).checked_sub(1)?;
    Some(Within { ms: *all.get(rank)?, is_answered: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: i64 = 3_600_000;
    const NOW: i64 = 1_000 * 24 * HOUR;

    /// Asked so many hours ago, and answered after so many.
    fn question(hours_ago: i64, after: Option<i64>) -> Question {
        let asked_at = NOW - hours_ago * HOUR;
        Question { asked_at, answered_at: after.map(|hours| asked_at + hours * HOUR) }
    }

    fn answered(hours: i64) -> Option<Within> {
        Some(Within { ms: hours * HOUR, is_answered: true })
    }

    fn waits(hours: i64) -> Option<Within> {
        Some(Within { ms: hours * HOUR, is_answered: false })
    }

    fn waiting(many: usize, hours: i64) -> Option<Waiting> {
        Some(Waiting { many, longest_ms: hours * HOUR })
    }

    #[test]
    fn shares_are_by_nearest_rank_and_whoever_waits_longer_counts_against_us() {
        let answered_in = |hours: &[i64]| hours.iter().map(|after| question(100, Some(*after))).collect::<Vec<_>>();
        let and = |mut questions: Vec<Question>, ages: &[i64]| {
            questions.extend(ages.iter().map(|age| question(*age, None)));
            questions
        };
        let ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        for (questions, half, most, late, says) in [
            (vec![], None, None, None, "nobody asked"),
            (answered_in(&[3]), answered(3), answered(3), None, "one is its own half"),
            (answered_in(&[1, 9]), answered(1), answered(9), None, "of two the first is half"),
            (answered_in(&ten), answered(5), answered(9), None, "of ten the fifth and the ninth"),
            (answered_in(&[2; 12]), answered(2), answered(2), None, "all alike"),
            (and(answered_in(&ten), &[1]), answered(5), answered(9), None, "who just asked says nothing yet"),
            (and(answered_in(&ten), &[7]), answered(6), answered(9), None, "longer than half took, not than most"),
            (and(answered_in(&ten), &[50]), answered(6), answered(10), waiting(1, 50), "longer than most took"),
            (and(answered_in(&[1]), &[48, 50, 20]), waits(20), waits(50), None, "most of them wait"),
            (and(vec![], &[2, 30]), None, None, waiting(2, 30), "none is answered"),
            (and(answered_in(&[4]), &[200]), answered(4), answered(4), waiting(1, 200), "asked before the window"),
            (vec![question(200, Some(1))], None, None, None, "answered before the window"),
            (vec![question(1, Some(-5))], answered(0), answered(0), None, "a clock that ran ahead"),
        ] {
            let time = AnswerTime::of(&questions, NOW);
            assert_eq!((time.half, time.most, time.waiting), (half, most, late), "{says}");
        }
        let time = AnswerTime::of(&and(answered_in(&ten), &[7, 300]), NOW);
        assert_eq!((time.asked, time.answered), (11, 10), "of the last days alone");
    }

    proptest! {
        #[test]
        fn one_more_who_waits_never_makes_us_look_quicker(
            hours in prop::collection::vec(0_i64..160, 0..30),
            ages in prop::collection::vec(0_i64..167, 0..10),
            more in 0_i64..167,
        ) {
            let mut questions: Vec<Question> = hours.iter().map(|after| question(167, Some(*after))).collect();
            questions.extend(ages.iter().map(|age| question(*age, None)));
            let before = AnswerTime::of(&questions, NOW);
            questions.push(question(more, None));
            let after = AnswerTime::of(&questions, NOW);
            let ms = |within: Option<Within>| within.map(|within| within.ms);
            for (before, after) in [(before.half, after.half), (before.most, after.most)] {
                let was_answered = before.is_some_and(|within| within.is_answered);
                let is_answered = after.is_some_and(|within| within.is_answered);
                prop_assert!(!is_answered || was_answered && ms(after) >= ms(before));
            }
            prop_assert!(ms(after.half) <= ms(after.most));
            prop_assert_eq!(after.half.is_some(), after.answered > 0);
            prop_assert!(after.asked == before.asked + 1 && after.answered == before.answered);
        }
    }
}
