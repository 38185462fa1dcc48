//! Tiers of a quantity, read from Lago's ranges without gap or overlap.

use crate::decimal::Decimal;
use crate::fields::Fields;

use super::PricingError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiers(Vec<Tier>);

/// Quantities above `above` up to and including `up_to`. The first tier also holds zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// From 1.
    pub number: usize,
    pub above: Decimal,
    /// `None` in the last tier alone.
    pub up_to: Option<Decimal>,
    /// The first quantity that is written as belonging to this tier (`from_value`).
    pub from_value: Decimal,
    /// Per unit, or a rate in percent.
    pub price: Decimal,
    /// Charged once when the tier is entered.
    pub flat: Decimal,
}

impl Tiers {
    /// Tiers that were read before: in order, without gap or overlap, the last without an end.
    pub(crate) fn of_known(tiers: Vec<Tier>) -> Self {
        Self(tiers)
    }

    /// Reads ranges whose price stands in `price_field`; `flat_amount` may be left out and is then zero.
    ///
    /// A range starts where the one before ends, or one above it: Lago writes 0–10, 11–20. A quantity between, such as 10.5,
    /// belongs to the second range, as in Lago's own examples. The first starts at 0 and the last has no end.
    pub fn read(fields: &Fields<'_>, name: &str, price_field: &str) -> Result<Self, PricingError> {
        let ranges = fields.required_list(name)?;
        if ranges.is_empty() {
            return Err(fields.error(name, "must hold at least one range").into());
        }
        let last = ranges.len() - 1;
        let mut tiers: Vec<Tier> = Vec::with_capacity(ranges.len());
        for (index, range) in ranges.into_iter().enumerate() {
            let range = Fields::read(&format!("{}[{index}]", fields.path_of(name)), range.get())?;
            range.only(&["from_value", "to_value", price_field, "flat_amount"])?;
            let from_value = range.required_amount("from_value")?;
            let above = match tiers.last() {
                None if from_value.is_zero() => Decimal::ZERO,
                None => {
                    return Err(range
                        .error("from_value", format!("must be 0 in the first range, but is {from_value}"))
                        .into());
                }
                Some(before) => continued(&range, before, from_value)?,
            };
            let up_to = range.amount("to_value")?;
            match up_to {
                Some(up_to) if up_to <= above || up_to < from_value => {
                    return Err(range
                        .error("to_value", format!("must be above from_value {from_value}, but is {up_to}"))
                        .into());
                }
                Some(up_to) if index == last => {
                    return Err(range
                        .error(
                            "to_value",
                            format!("must be null in the last range, so that more than {up_to} has a price"),
                        )
                        .into());
                }
                None if index < last => {
                    return Err(range.error("to_value", "must be given in all but the last range").into());
                }
                _ => {}
            }
            tiers.push(Tier {
                number: index + 1,
                above,
                up_to,
                from_value,
                price: range.required_amount(price_field)?,
                flat: range.amount("flat_amount")?.unwrap_or_default(),
            });
        }
        Ok(Self(tiers))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Tier> {
        self.0.iter()
    }

    /// The tier that a quantity falls in.
    pub fn of(&self, units: Decimal) -> Option<&Tier> {
        self.0.get(self.0.partition_point(|tier| tier.up_to.is_some_and(|up_to| up_to < units)))
    }

    /// The tiers a quantity reaches, each with the units that lie in it. Zero reaches the first, whose flat amount is due (Lago and
    /// OpenMeter agree).
    pub fn reached(&self, units: Decimal) -> impl Iterator<Item = Result<(&Tier, Decimal), PricingError>> {
        self.0
            .iter()
            .take_while(move |tier| tier.number == 1 || units > tier.above)
            .map(move |tier| Ok((tier, tier.up_to.map_or(units, |up_to| units.min(up_to)).minus(tier.above)?)))
    }
}

impl Tier {
    /// The least quantity of this tier that a person would buy: its written start, or one more than the bound it shares.
    pub fn first_quantity(&self) -> Result<Decimal, PricingError> {
        if self.number == 1 || self.from_value > self.above {
            Ok(self.from_value)
        } else {
            Ok(self.above.plus(Decimal::ONE)?)
        }
    }
}

/// The bound between two ranges that follow each other; anything else is a gap or an overlap.
fn continued(range: &Fields<'_>, before: &Tier, from_value: Decimal) -> Result<Decimal, PricingError> {
    let Some(end) = before.up_to else {
        return Err(range.error("from_value", "follows a range that has no end").into());
    };
    let next = end.plus(Decimal::ONE)?;
    if from_value == end || from_value == next {
        return Ok(end);
    }
    let problem = if from_value > end { "leaves a gap" } else { "overlaps" };
    Err(range
        .error("from_value", format!("is {from_value}, which {problem}: the range before ends at {end}, so this one starts at {end} or {next}"))
        .into())
}
