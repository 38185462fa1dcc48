//! The seven charge models under their Lago names.

use crate::fields::Fields;

use super::usage::Earlier;
use super::{
    Dynamic, Graduated, GraduatedPercentage, Package, Percentage, PricingError, Standard, Step, Tiers, Usage, Volume,
};

/// Every property that a Lago charge may carry: one that belongs to another model, or only groups usage, does not change the
/// price and is let pass; any other name is a slip of the pen and is refused.
const KNOWN_PROPERTIES: [&str; 16] = [
    "amount",
    "custom_properties",
    "fixed_amount",
    "free_units",
    "free_units_per_events",
    "free_units_per_total_aggregation",
    "graduated_percentage_ranges",
    "graduated_ranges",
    "grouped_by",
    "package_size",
    "per_transaction_max_amount",
    "per_transaction_min_amount",
    "presentation_group_keys",
    "pricing_group_keys",
    "rate",
    "volume_ranges",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChargeModel {
    Standard(Standard),
    Graduated(Graduated),
    Volume(Volume),
    Package(Package),
    Percentage(Percentage),
    GraduatedPercentage(GraduatedPercentage),
    Dynamic(Dynamic),
}

impl ChargeModel {
    /// `name` is Lago's `charge_model`, `properties` its properties; the dynamic model needs none.
    pub fn read(name: &str, properties: Option<&Fields<'_>>) -> Result<Self, PricingError> {
        type Reader = fn(&Fields<'_>) -> Result<ChargeModel, PricingError>;
        let read: Reader = match name {
            "standard" => |fields| Standard::read(fields).map(Self::Standard),
            "graduated" => |fields| Graduated::read(fields).map(Self::Graduated),
            "volume" => |fields| Volume::read(fields).map(Self::Volume),
            "package" => |fields| Package::read(fields).map(Self::Package),
            "percentage" => |fields| Percentage::read(fields).map(Self::Percentage),
            "graduated_percentage" => |fields| GraduatedPercentage::read(fields).map(Self::GraduatedPercentage),
            "dynamic" => |_| Ok(Self::Dynamic(Dynamic)),
            _ => return Err(PricingError::UnknownModel(name.to_owned())),
        };
        if name == "dynamic" && properties.is_none() {
            return Ok(Self::Dynamic(Dynamic));
        }
        let properties = properties.ok_or_else(|| PricingError::field("properties", "is missing"))?;
        properties.only(&KNOWN_PROPERTIES)?;
        read(properties)
    }

    /// The price of a usage in steps, before limits and what was billed earlier.
    pub fn steps(&self, usage: &Usage) -> Result<Vec<Step>, PricingError> {
        self.steps_after(usage, &Earlier::default())
    }

    /// Like [`steps`](Self::steps) for a usage that follows an earlier one; only percentage models look at that.
    pub(super) fn steps_after(&self, usage: &Usage, earlier: &Earlier) -> Result<Vec<Step>, PricingError> {
        match self {
            Self::Standard(model) => model.steps(usage.units),
            Self::Graduated(model) => model.steps(usage.units),
            Self::Volume(model) => model.steps(usage.full_units.unwrap_or(usage.units), usage.units),
            Self::Package(model) => model.steps(usage.units),
            Self::Percentage(model) => model.steps(usage, earlier),
            Self::GraduatedPercentage(model) => model.steps(usage.units),
            Self::Dynamic(model) => model.steps(usage),
        }
    }

    /// Whether the quantity alone makes the price, so that a period may be split anywhere.
    pub fn is_of_the_total_alone(&self) -> bool {
        match self {
            Self::Percentage(model) => model.is_of_the_total_alone(),
            Self::Dynamic(_) => false,
            _ => true,
        }
    }

    /// The tiers, where a larger quantity may cost less: under volume pricing alone.
    pub(super) fn falling_tiers(&self) -> Option<&Tiers> {
        match self {
            Self::Volume(model) => Some(&model.tiers),
            _ => None,
        }
    }
}
