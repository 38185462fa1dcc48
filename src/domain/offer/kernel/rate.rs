//! A charge as straight lines or as packages, exact, and how it is made to fit a column.

use super::{
    columns::millionths_in_step,
    divisor::Divisor,
    fitted::{FittedLine, FittedRate},
    narrow::is_narrow,
};
use crate::{
    decimal::{Decimal, TooManyDigits},
    pricing::{ChargeModel, Package, Tier, Tiers},
};

/// What one charge costs, in the currency's main unit.
#[derive(Clone, Debug)]
pub(super) enum Rate {
    /// In rising order, the first from zero on. A quantity is priced by the last one that it is above.
    Lines(Vec<Line>),
    Packages(Package),
}

/// `base + price × units` for all quantities above a bound, none of them below zero but perhaps the base.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// Millionths of a unit, rounded down: a quantity in whole millionths is above both or none.
    above: u64,
    price: Decimal,
    base: Decimal,
}

impl Rate {
    /// Nothing where the model needs more than a quantity, or its terms more digits than can be kept.
    pub(super) fn of(model: &ChargeModel) -> Option<Self> {
        match model {
            ChargeModel::Standard(model) => {
                let line = Line { above: 0, price: model.amount, base: Decimal::ZERO };
                Some(Self::Lines(vec![line]))
            }
            ChargeModel::Graduated(model) => slices(&model.tiers, 0).ok().map(Self::Lines),
            ChargeModel::GraduatedPercentage(model) => slices(&model.tiers, 2).ok().map(Self::Lines),
            ChargeModel::Volume(model) => {
                let line =
                    |tier: &Tier| Line { above: whole_millionths(tier.above), price: tier.price, base: tier.flat };
                Some(Self::Lines(model.tiers.iter().map(line).collect()))
            }
            ChargeModel::Package(model) => Some(Self::Packages(model.clone())),
            ChargeModel::Percentage(_) | ChargeModel::Dynamic(_) => None,
        }
    }

    /// How many digits after the point its amounts have at most, for quantities of up to so many `steps` with
    /// `step_places` after the point.
    pub(super) fn places(&self, steps: u64, step_places: u8) -> u8 {
        match self {
            Self::Lines(lines) => {
                let of_line = |line: &Line| line.base.parts().1.max(line.price.parts().1.saturating_add(step_places));
                reached(lines, steps, step_places).iter().map(of_line).max().unwrap_or(0)
            }
            Self::Packages(package) => package.amount.parts().1,
        }
    }

    /// The rate for quantities of so many `steps` with `step_places` after the point, in amounts with `places`; and the
    /// largest amount there is. Nothing where that does not fit.
    pub(super) fn fit(&self, steps: u64, step_places: u8, places: u8) -> Option<(FittedRate, u64)> {
        match self {
            Self::Lines(lines) => fit_lines(lines, steps, step_places, places),
            Self::Packages(package) => fit_package(package, steps, step_places, places),
        }
    }
}

/// Each slice of a quantity at its own price: with the flat amounts so far, and less what the slices below would cost
/// more at the price of this one.
fn slices(tiers: &Tiers, percent_places: u8) -> Result<Vec<Line>, TooManyDigits> {
    let mut lines: Vec<Line> = Vec::new();
    for tier in tiers.iter() {
        let price = tier.price.shifted_right(percent_places)?;
        let below = match lines.last() {
            Some(last) => last.base.plus(last.price.minus(price)?.times(tier.above)?)?,
            None => Decimal::ZERO,
        };
        lines.push(Line { above: whole_millionths(tier.above), price, base: below.plus(tier.flat)? });
    }
    Ok(lines)
}

/// Rounded down; the most there can be where it is more.
fn whole_millionths(units: Decimal) -> u64 {
    let (digits, scale) = units.parts();
    let power = |places: u8| 10_i128.pow(u32::from(places));
    let millionths = match scale.checked_sub(6) {
        Some(finer) => digits / power(finer),
        None => digits.saturating_mul(power(6 - scale)),
    };
    u64::try_from(millionths).unwrap_or(u64::MAX)
}

/// In units of the last of so many places after the point.
fn scaled(number: Decimal, places: u8) -> Option<i64> {
    let (digits, scale) = number.parts();
    let up = 10_i64.checked_pow(u32::from(places.checked_sub(scale)?))?;
    i64::try_from(digits).ok()?.checked_mul(up)
}

fn scaled_amount(number: Decimal, places: u8) -> Option<u64> {
    u64::try_from(scaled(number, places)?).ok()
}

/// The lines that price quantities of up to so many `steps`: the first, and those whose bound is below.
fn reached(lines: &[Line], steps: u64, step_places: u8) -> &[Line] {
    let step = millionths_in_step(step_places);
    let end = lines.iter().skip(1).position(|line| line.above / step >= steps);
    end.map_or(lines, |end| &lines[..=end])
}

fn fit_lines(lines: &[Line], steps: u64, step_places: u8, places: u8) -> Option<(FittedRate, u64)> {
    let step = millionths_in_step(step_places);
    let lines = reached(lines, steps, step_places);
    let ends = lines.iter().skip(1).map(|next| next.above / step).chain([steps]);
    let mut fitted: Vec<FittedLine> = Vec::with_capacity(lines.len().next_power_of_two());
    let (mut largest, mut widest) = (0, steps);
    for (line, end) in lines.iter().zip(ends) {
        let price = scaled_amount(line.price, places.checked_sub(step_places)?)?;
        let base = scaled(line.base, places)?;
        let at_end = i64::try_from(price.checked_mul(end)?).ok()?.checked_add(base)?;
        largest = largest.max(at_end);
        widest = widest.max(price);
        fitted.push(FittedLine { above: line.above / step, price, base: base.cast_unsigned() });
    }
    // The last line once more changes nothing, and leaves few lengths to compile a loop for.
    fitted.resize(fitted.len().next_power_of_two(), *fitted.last()?);
    let rate = FittedRate::Lines { lines: fitted, is_narrow: is_narrow(widest) };
    Some((rate, u64::try_from(largest).ok()?))
}

fn fit_package(package: &Package, steps: u64, step_places: u8, places: u8) -> Option<(FittedRate, u64)> {
    let part_places = step_places.max(package.package_size.parts().1).max(package.free_units.parts().1);
    let parts_in_step = 10_u64.checked_pow(u32::from(part_places - step_places))?;
    let free = scaled_amount(package.free_units, part_places)?;
    let size = scaled_amount(package.package_size, part_places).filter(|size| *size > 0)?;
    let most = steps.checked_mul(parts_in_step)?.saturating_sub(free).checked_add(size - 1)?;
    let amount = scaled_amount(package.amount, places)?;
    let divisor = Divisor::of(size, most);
    let rate = FittedRate::Packages { parts_in_step, free, size, divisor, amount };
    Some((rate, amount.checked_mul(most / size)?))
}
