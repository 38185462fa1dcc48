//! A charge in whole numbers that fit a column, and what it adds to the sums of many rows.

use super::{BLOCK, divisor::Divisor, narrow::narrow_product};

/// A rate in whole numbers: a quantity in steps of its column gives an amount in parts of the main unit.
#[derive(Clone, Debug)]
pub(super) enum FittedRate {
    Lines {
        lines: Vec<FittedLine>,
        is_narrow: bool,
    },
    Packages {
        /// Of the size and the free units there may be more to a unit than steps.
        parts_in_step: u64,
        free: u64,
        size: u64,
        divisor: Divisor,
        amount: u64,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct FittedLine {
    pub above: u64,
    pub price: u64,
    /// In two's complement, as a sum that is not below zero may start below it.
    pub base: u64,
}

impl FittedRate {
    /// Adds what so many `steps` cost to the `sums` of their rows, which are a block at most.
    #[inline(always)]
    pub(super) fn add(&self, steps: &[u64], sums: &mut [u64]) {
        match self {
            Self::Lines { lines, is_narrow: true } => {
                if let Some(lines) = lines.as_array::<1>() {
                    add_narrow(*lines, steps, sums);
                } else if let Some(lines) = lines.as_array::<2>() {
                    add_narrow(*lines, steps, sums);
                } else if let Some(lines) = lines.as_array::<4>() {
                    add_narrow(*lines, steps, sums);
                } else if let Some(lines) = lines.as_array::<8>() {
                    add_narrow(*lines, steps, sums);
                } else {
                    add_any(lines, steps, sums);
                }
            }
            Self::Lines { lines, is_narrow: false } => add_any(lines, steps, sums),
            Self::Packages { parts_in_step, free, size, divisor, amount } => {
                let mut packages = [0; BLOCK];
                let packages = &mut packages[..steps.len()];
                for (units, steps) in packages.iter_mut().zip(steps) {
                    *units = (steps * parts_in_step).saturating_sub(*free) + (size - 1);
                }
                divisor.divide(packages);
                for (sum, packages) in sums.iter_mut().zip(packages) {
                    *sum += *packages * amount;
                }
            }
        }
    }
}

/// No row takes a branch of its own: each line's terms replace those before wherever the steps are above its bound.
#[inline(always)]
fn add_narrow<const N: usize>(lines: [FittedLine; N], steps: &[u64], sums: &mut [u64]) {
    for (sum, steps) in sums.iter_mut().zip(steps) {
        let (mut price, mut base) = (lines[0].price, lines[0].base);
        for line in &lines[1..] {
            let is_above = steps.cast_signed() > line.above.cast_signed();
            price = if is_above { line.price } else { price };
            base = if is_above { line.base } else { base };
        }
        *sum = sum.wrapping_add(base).wrapping_add(narrow_product(price, *steps));
    }
}

#[inline(always)]
fn add_any(lines: &[FittedLine], steps: &[u64], sums: &mut [u64]) {
    for (sum, steps) in sums.iter_mut().zip(steps) {
        let above = lines.iter().rfind(|line| *steps > line.above).or(lines.first());
        if let Some(line) = above {
            *sum = sum.wrapping_add(line.base).wrapping_add(line.price * steps);
        }
    }
}
