//! A price in words and numbers: steps that sum to the amount, and what one more unit would do.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::decimal::{Decimal, TooManyDigits};

/// Why an amount is what it is. The steps sum to the amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    pub steps: Vec<Step>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cheaper_with_more: Option<CheaperWithMore>,
}

/// One part of the amount; on the wire its reason is in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub reason: Reason,
    /// Negative where the step makes the bill smaller.
    pub amount: Decimal,
}

/// Tiers are numbered from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    NothingUsed,
    EachUnit {
        units: Decimal,
        price: Decimal,
    },
    TierUnits {
        tier: usize,
        above: Decimal,
        up_to: Option<Decimal>,
        units: Decimal,
        price: Decimal,
    },
    TierRate {
        tier: usize,
        above: Decimal,
        up_to: Option<Decimal>,
        units: Decimal,
        rate: Decimal,
    },
    TierFlat {
        tier: usize,
    },
    /// All units at the price of the one tier that `counted` falls in.
    WholeQuantity {
        tier: usize,
        counted: Decimal,
        units: Decimal,
        price: Decimal,
    },
    FreeUnits {
        units: Decimal,
    },
    Packages {
        packages: Decimal,
        size: Decimal,
        price: Decimal,
    },
    FreeTransactions {
        count: u64,
    },
    Rate {
        of: Decimal,
        rate: Decimal,
    },
    FixedPerTransaction {
        count: u64,
        fixed: Decimal,
    },
    RaisedPerTransaction {
        count: u64,
        minimum: Decimal,
    },
    CappedPerTransaction {
        count: u64,
        maximum: Decimal,
    },
    PricedBySender {
        count: u64,
    },
    /// What an earlier part of the period came to, where its own steps are not known here.
    EarlierInPeriod,
    RaisedToMinimum {
        minimum: Decimal,
    },
    CappedAtMaximum {
        maximum: Decimal,
    },
    AlreadyBilled {
        units: Decimal,
    },
}

/// A larger quantity that costs less in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CheaperWithMore {
    /// Units more than were used.
    pub more: Decimal,
    /// Units in all, those billed before in the period included.
    pub units: Decimal,
    /// What those units would cost in place of the amount.
    pub amount: Decimal,
    pub saves: Decimal,
}

impl Explanation {
    pub fn total(steps: &[Step]) -> Result<Decimal, TooManyDigits> {
        Decimal::sum(steps.iter().map(|step| step.amount))
    }
}

impl Step {
    pub const fn new(reason: Reason, amount: Decimal) -> Self {
        Self { reason, amount }
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut step = serializer.serialize_struct("Step", 2)?;
        step.serialize_field("words", &self.reason.to_string())?;
        step.serialize_field("amount", &self.amount)?;
        step.end()
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingUsed => write!(f, "Nothing was used"),
            Self::EachUnit { units, price } => write!(f, "{units} × {price}"),
            Self::TierUnits { tier, above, up_to, units, price } => {
                write!(f, "Tier {tier} ({}): {units} × {price}", Bounds(*above, *up_to))
            }
            Self::TierRate { tier, above, up_to, units, rate } => {
                write!(f, "Tier {tier} ({}): {rate} % of {units}", Bounds(*above, *up_to))
            }
            Self::TierFlat { tier } => write!(f, "Tier {tier}: flat amount, once"),
            Self::WholeQuantity { tier, counted, units, price } if counted == units => {
                write!(f, "{units} falls in tier {tier}, which prices the whole quantity: {units} × {price}")
            }
            Self::WholeQuantity { tier, counted, units, price } => {
                write!(
                    f,
                    "{counted} before proration falls in tier {tier}, which prices the whole quantity: {units} × {price}"
                )
            }
            Self::FreeUnits { units } => write!(f, "{units} free of charge"),
            Self::Packages { packages, size, price } => {
                write!(f, "{packages} started packages of {size}: {packages} × {price}")
            }
            Self::FreeTransactions { count } => write!(f, "{count} {} free of charge", transactions(*count)),
            Self::Rate { of, rate } => write!(f, "{rate} % of {of}"),
            Self::FixedPerTransaction { count, fixed } => {
                write!(f, "Fixed amount of {count} {}: {count} × {fixed}", transactions(*count))
            }
            Self::RaisedPerTransaction { count, minimum } => {
                write!(f, "{count} {} raised to the minimum of {minimum} each", transactions(*count))
            }
            Self::CappedPerTransaction { count, maximum } => {
                write!(f, "{count} {} held at the maximum of {maximum} each", transactions(*count))
            }
            Self::PricedBySender { count } => write!(f, "{count} {} at the price sent with them", transactions(*count)),
            Self::EarlierInPeriod => write!(f, "Billed for earlier use in this period"),
            Self::RaisedToMinimum { minimum } => write!(f, "Raised to the minimum of {minimum}"),
            Self::CappedAtMaximum { maximum } => write!(f, "Held at the maximum of {maximum}"),
            Self::AlreadyBilled { units } => write!(f, "Less what was already billed in this period, for {units}"),
        }
    }
}

impl fmt::Display for CheaperWithMore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { more, units, amount, saves } = self;
        write!(f, "With {more} more, {units} in all, this would be {amount}: {saves} less")
    }
}

struct Bounds(Decimal, Option<Decimal>);

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(above, Some(up_to)) if above.is_zero() => write!(f, "up to {up_to}"),
            Self(above, Some(up_to)) => write!(f, "above {above} up to {up_to}"),
            Self(above, None) if above.is_zero() => write!(f, "any quantity"),
            Self(above, None) => write!(f, "above {above}"),
        }
    }
}

const fn transactions(count: u64) -> &'static str {
    if count == 1 { "transaction" } else { "transactions" }
}
