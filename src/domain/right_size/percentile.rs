//! Percentiles by nearest rank: always one of the numbers, never one between two.

use crate::decimal::Decimal;

/// The least of `numbers` that at least `percent` % of them do not exceed; `percent` is drawn into 1 to 100. Nothing
/// where there are no numbers.
pub(super) fn nearest_rank(numbers: &[Decimal], percent: u32) -> Option<Decimal> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    let percent = usize::try_from(percent.clamp(1, 100)).unwrap_or(100);
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(numbers: &[u32], percent: u32) -> Option<Decimal> {
        nearest_rank(&numbers.iter().map(|number| (*number).into()).collect::<Vec<_>>(), percent)
    }

    #[test]
    fn the_nearest_rank_is_one_of_the_numbers() {
        let five = [50, 20, 15, 40, 35];
        for (percent, expected) in [(5, 15_u32), (30, 20), (40, 20), (50, 35), (95, 50), (100, 50), (0, 15)] {
            assert_eq!(of(&five, percent), Some(expected.into()), "{percent} %");
        }
        assert_eq!(of(&[7], 95), Some(7_u32.into()));
        assert_eq!(of(&[], 95), None);
    }

    proptest! {
        #[test]
        fn it_is_enough_for_its_share_and_the_next_smaller_is_not(
            numbers in prop::collection::vec(0..40_u32, 1..40), percent in 1..=100_u32,
        ) {
            let found = of(&numbers, percent).unwrap();
            let share = |enough: &dyn Fn(Decimal) -> bool| {
                numbers.iter().filter(|number| enough((**number).into())).count() * 100
            };
            let asked = usize::try_from(percent).unwrap() * numbers.len();
            prop_assert!(share(&|number| number <= found) >= asked);
            prop_assert!(share(&|number| number < found) < asked);
        }
    }
}
