//! Exact arithmetic for conditions: fractions of 64-bit integers, and no answer rather than a rounded one.

use std::cmp::Ordering;

use super::condition::Arithmetic;

/// `above / below`, `below` positive. Not always in lowest terms, so compare with [`Exact::order`].
///
/// A result exists exactly where its lowest terms fit in 64 bits; whether its parts were in lowest terms does not matter,
/// because every step is taken in 128 bits, where none can overflow. So a column of plain integers with checked arithmetic
/// gives the same answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exact {
    above: i64,
    below: i64,
}

impl Exact {
    pub const fn whole(number: i64) -> Self {
        Self { above: number, below: 1 }
    }

    /// `below` must be positive.
    pub const fn ratio(above: i64, below: i64) -> Self {
        debug_assert!(below > 0);
        Self { above, below }
    }

    pub fn parts(self) -> (i64, i64) {
        (self.above, self.below)
    }

    fn fitted(above: i128, below: i128) -> Option<Self> {
        let (above, below) = if below < 0 { (-above, -below) } else { (above, below) };
        if below == 0 {
            return None;
        }
        if let (Ok(above), Ok(below)) = (i64::try_from(above), i64::try_from(below)) {
            return Some(Self { above, below });
        }
        let (above, below) = in_lowest_terms(above, below);
        Some(Self { above: i64::try_from(above).ok()?, below: i64::try_from(below).ok()? })
    }

    fn wide(self) -> (i128, i128) {
        (i128::from(self.above), i128::from(self.below))
    }

    pub fn negated(self) -> Option<Self> {
        let (above, below) = self.wide();
        Self::fitted(-above, below)
    }

    /// Division by zero has no result. The remainder has the sign of `self`, as in JSONLogic.
    pub fn reckoned(self, operator: Arithmetic, other: Self) -> Option<Self> {
        let ((above, below), (other_above, other_below)) = (self.wide(), other.wide());
        match operator {
            Arithmetic::Plus => Self::fitted(above * other_below + other_above * below, below * other_below),
            Arithmetic::Minus => Self::fitted(above * other_below - other_above * below, below * other_below),
            Arithmetic::Times => Self::fitted(above * other_above, below * other_below),
            Arithmetic::Over => Self::fitted(above * other_below, below * other_above),
            Arithmetic::Remainder => {
                let rest = (above * other_below).checked_rem(other_above * below)?;
                Self::fitted(rest, below * other_below)
            }
            Arithmetic::Least => Some(if self.order(other).is_le() { self } else { other }),
            Arithmetic::Most => Some(if self.order(other).is_ge() { self } else { other }),
        }
    }

    pub fn order(self, other: Self) -> Ordering {
        let ((above, below), (other_above, other_below)) = (self.wide(), other.wide());
        (above * other_below).cmp(&(other_above * below))
    }

    /// The largest whole number that is not above it.
    pub fn floor(self) -> i64 {
        self.above.div_euclid(self.below)
    }

    pub fn is_whole(self) -> bool {
        self.above % self.below == 0
    }

    /// Numerator and denominator with nothing in common.
    pub fn lowest_terms(self) -> (i64, i64) {
        let (above, below) = self.wide();
        let (above, below) = in_lowest_terms(above, below);
        (above as i64, below as i64)
    }
}

fn in_lowest_terms(above: i128, below: i128) -> (i128, i128) {
    let (mut larger, mut smaller) = (above.unsigned_abs(), below.unsigned_abs());
    while smaller != 0 {
        (larger, smaller) = (smaller, larger % smaller);
    }
    let common = larger.max(1) as i128;
    (above / common, below / common)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Arithmetic::{Minus, Over, Plus, Remainder, Times};

    fn reckoned(left: (i64, i64), operator: Arithmetic, right: (i64, i64)) -> Option<(i64, i64)> {
        let result = Exact::ratio(left.0, left.1).reckoned(operator, Exact::ratio(right.0, right.1))?;
        Some(result.lowest_terms())
    }

    #[test]
    fn a_third_of_a_thing_three_times_is_the_thing() {
        assert_eq!(reckoned((1, 1), Over, (3, 1)), Some((1, 3)));
        assert_eq!(reckoned((1, 3), Times, (3, 1)), Some((1, 1)));
        assert_eq!(reckoned((1, 10), Plus, (2, 10)), Some((3, 10)));
        assert_eq!(reckoned((-7, 2), Remainder, (1, 1)), Some((-1, 2)));
        assert_eq!(reckoned((7, 1), Remainder, (-4, 1)), Some((3, 1)));
        assert_eq!(reckoned((7, 1), Over, (-2, 1)), Some((-7, 2)));
    }

    #[test]
    fn what_divides_by_zero_or_does_not_fit_has_no_result() {
        assert_eq!(reckoned((1, 1), Over, (0, 1)), None);
        assert_eq!(reckoned((0, 1), Over, (0, 5)), None);
        assert_eq!(reckoned((1, 1), Remainder, (0, 1)), None);
        assert_eq!(reckoned((i64::MAX, 1), Plus, (1, 1)), None);
        assert_eq!(reckoned((i64::MIN, 1), Minus, (1, 1)), None);
        assert_eq!(reckoned((i64::MIN, 1), Over, (-1, 1)), None);
        assert_eq!(reckoned((i64::MIN, 1), Remainder, (-1, 1)), Some((0, 1)));
    }

    #[test]
    fn a_result_that_fits_in_lowest_terms_is_kept_however_it_came() {
        assert_eq!(reckoned((i64::MAX - 1, 2), Plus, (i64::MAX - 1, 2)), Some((i64::MAX - 1, 1)));
        assert_eq!(reckoned((i64::MAX, i64::MAX), Times, (i64::MAX, 1)), Some((i64::MAX, 1)));
    }
}
