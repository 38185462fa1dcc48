//! Dividing many numbers by the same one.

use super::narrow::narrow_product;

/// Divides whole numbers up to a bound that is known before, rounding down.
#[derive(Clone, Copy, Debug)]
pub(super) enum Divisor {
    /// By a product with the reciprocal, which is at most one too low, and a look at the rest.
    Reciprocal {
        divisor: u64,
        shift: u32,
        reciprocal: u64,
        shift_product: u32,
    },
    Plain {
        divisor: u64,
    },
}

impl Divisor {
    /// `divisor` is above zero; no number to divide is above `most`.
    ///
    /// A number is first shifted to 32 bits, and the reciprocal has 32 at most, so that their product fits 64. Let the
    /// divisor D have n bits and the quotient be below 2^29. The reciprocal is `2^(30 + n) / D`, rounded down, which
    /// makes the product too low by less than `2^29 × D / 2^(30 + n)`, which is below 1/2. The shift is by n - 3 at
    /// most, so what is shifted out is worth less than `2^(n - 3) / D`, which is 1/4 at most. So the quotient, rounded
    /// down, is right or one too low.
    pub(super) fn of(divisor: u64, most: u64) -> Self {
        let bits = |number: u64| u64::BITS - number.leading_zeros();
        if divisor > u64::from(u32::MAX) || most / divisor >= 1 << 29 {
            return Self::Plain { divisor };
        }
        let shift = bits(most).saturating_sub(32);
        let power = 30 + bits(divisor);
        Self::Reciprocal { divisor, shift, reciprocal: (1 << power) / divisor, shift_product: power - shift }
    }

    #[inline(always)]
    pub(super) fn divide(&self, numbers: &mut [u64]) {
        match *self {
            Self::Reciprocal { divisor, shift, reciprocal, shift_product } => {
                for number in numbers {
                    let low = narrow_product(*number >> shift, reciprocal) >> shift_product;
                    let rest = *number - narrow_product(low, divisor);
                    let is_too_low = (divisor - 1).wrapping_sub(rest) >> 63;
                    *number = low + is_too_low;
                }
            }
            Self::Plain { divisor } => {
                for number in numbers {
                    *number /= divisor;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quotient_of(divisor: Divisor, number: u64) -> u64 {
        let mut numbers = [number];
        divisor.divide(&mut numbers);
        numbers[0]
    }

    proptest! {
        #[test]
        fn a_quotient_is_that_of_a_plain_division(
            divisor in prop_oneof![1..=u64::from(u32::MAX), (0..=18_u32).prop_map(|power| 10_u64.pow(power))],
            most in (0..64_u32, any::<u64>()).prop_map(|(shift, most)| most >> shift),
            quotient in any::<u64>(), below in 0..2_u64,
        ) {
            let near_a_multiple = (quotient % (most / divisor + 1) * divisor).saturating_sub(below);
            let reciprocal = Divisor::of(divisor, most);
            for number in [most, most / 2, near_a_multiple, quotient % most.max(1), 0] {
                prop_assert_eq!(quotient_of(reciprocal, number), number / divisor);
            }
        }
    }

    #[test]
    fn the_largest_quotients_of_a_reciprocal_are_right() {
        for divisor in [1_u64, 2, 3, 10, 100_000, 1_000_000_000, (1 << 31) - 1, 1 << 31, u64::from(u32::MAX)] {
            let most = (divisor << 29) - 1;
            let reciprocal = Divisor::of(divisor, most);
            assert!(matches!(reciprocal, Divisor::Reciprocal { .. }));
            for number in [most, most - divisor, most - divisor + 1, most / 3 * 2] {
                assert_eq!(quotient_of(reciprocal, number), number / divisor, "{number} / {divisor}");
            }
            assert!(matches!(Divisor::of(divisor, most + 1), Divisor::Plain { .. }));
        }
    }
}
