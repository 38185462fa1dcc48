//! An exact amount over a whole number, for money prorated by days, and the one place where it is rounded.

use std::cmp::Ordering;
use std::fmt;

use crate::decimal::{Decimal, TooManyDigits};

/// `amount / over`: 1,000 for 25 of 28 days is 25,000 / 28, which no decimal can hold. Not comparable by `==`,
/// since one value has many forms: see [`compare`](Self::compare).
#[derive(Clone, Copy)]
pub struct Ratio {
    amount: Decimal,
    over: u64,
}

impl Ratio {
    pub const ZERO: Self = Self { amount: Decimal::ZERO, over: 1 };

    /// `None` where `over` is zero.
    pub fn new(amount: Decimal, over: u64) -> Option<Self> {
        (over > 0).then_some(Self { amount, over })
    }

    pub fn plus(self, other: Self) -> Result<Self, TooManyDigits> {
        let common = greatest_common_divisor(self.over, other.over);
        let (left, right) = (other.over / common, self.over / common);
        let amount = self.amount.times(left.into())?.plus(other.amount.times(right.into())?)?;
        Ok(Self { amount, over: self.over.checked_mul(left).ok_or(TooManyDigits)? })
    }

    pub fn minus(self, other: Self) -> Result<Self, TooManyDigits> {
        self.plus(Self { amount: other.amount.negated(), over: other.over })
    }

    pub const fn is_negative(self) -> bool {
        self.amount.is_negative()
    }

    pub const fn is_above_zero(self) -> bool {
        !self.amount.is_negative() && !self.amount.is_zero()
    }

    /// Which of two is larger; an error where that takes more digits than can be kept.
    pub fn compare(self, other: Self) -> Result<Ordering, TooManyDigits> {
        let difference = self.minus(other)?;
        Ok(difference.amount.cmp(&Decimal::ZERO))
    }

    pub fn sum(ratios: impl IntoIterator<Item = Self>) -> Result<Self, TooManyDigits> {
        ratios.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// The named place where money is rounded, once per amount that is booked: to `places` digits behind the point (2 for EUR), a
    /// half away from zero, as Lago does.
    pub fn rounded(self, places: u8) -> Result<Decimal, TooManyDigits> {
        let (digits, scale) = self.amount.parts();
        let power = |of: u8| 10_i128.checked_pow(u32::from(of)).ok_or(TooManyDigits);
        let (up, down) = (places.saturating_sub(scale), scale.saturating_sub(places));
        let dividend = digits.checked_mul(power(up)?).ok_or(TooManyDigits)?;
        let divisor = i128::from(self.over).checked_mul(power(down)?).ok_or(TooManyDigits)?;
        let rest = (dividend % divisor).unsigned_abs();
        let is_half_or_more = rest >= divisor.unsigned_abs() - rest;
        let whole = dividend / divisor + if is_half_or_more { dividend.signum() } else { 0 };
        Decimal::new(whole, places)
    }
}

const fn greatest_common_divisor(mut left: u64, mut right: u64) -> u64 {
    while right > 0 {
        (left, right) = (right, left % right);
    }
    left
}

impl From<Decimal> for Ratio {
    fn from(amount: Decimal) -> Self {
        Self { amount, over: 1 }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.over == 1 { self.amount.fmt(f) } else { write!(f, "{} / {}", self.amount, self.over) }
    }
}

impl fmt::Debug for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(amount: &str, over: u64) -> Ratio {
        Ratio::new(amount.parse().unwrap(), over).unwrap()
    }

    fn rounded(amount: &str, over: u64, places: u8) -> String {
        ratio(amount, over).rounded(places).unwrap().to_string()
    }

    #[test]
    fn a_half_is_rounded_away_from_zero() {
        assert_eq!(rounded("1", 8, 2), "0.13");
        assert_eq!(rounded("-1", 8, 2), "-0.13");
        assert_eq!(rounded("2.674999", 1, 2), "2.67");
        assert_eq!(rounded("1000", 3, 0), "333");
        assert_eq!(rounded("2000", 3, 0), "667");
        assert_eq!(rounded("0", 7, 2), "0");
    }

    #[test]
    fn thirds_sum_to_a_whole() {
        let third = ratio("100", 3);
        assert_eq!(Ratio::sum([third; 3]).unwrap().compare(ratio("100", 1)), Ok(Ordering::Equal));
        assert_eq!(third.plus(ratio("1", 6)).unwrap().rounded(1).unwrap().to_string(), "33.5");
        assert!(Ratio::new(Decimal::ONE, 0).is_none());
    }
}
