//! Why no price can be stated. Without one there is no claim: only what was used is said.

use crate::{decimal::TooManyDigits, pricing::PricingError};

/// What stands in the way of a price, in words that name the offer by its code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPrice {
    #[error("the monthly fee of {offer} is not known")]
    FeeNotKnown { offer: String },
    #[error("{meter} was used, and {offer} has no price for it")]
    NotSold { offer: String, meter: String },
    /// Use below zero, such as a correction in another month: it cannot be priced by itself.
    #[error("the use of {meter} is below zero in a month, so it has no price on {offer}")]
    BelowZero { offer: String, meter: String },
    /// The charge asks for more than a month's units, such as each transaction.
    #[error("{meter} has no price on {offer} from its units alone: {why}")]
    Charge { offer: String, meter: String, why: PricingError },
    /// Nothing is converted: a rate of exchange would be a guess about a year of bills.
    #[error("{offer} is priced in another currency")]
    OtherCurrency { offer: String },
    #[error("the price on {offer} needs more digits than can be kept exactly")]
    TooManyDigits { offer: String },
}

impl NoPrice {
    pub(super) fn too_many_digits(offer: &str) -> impl Fn(TooManyDigits) -> Self {
        move |_| Self::TooManyDigits { offer: offer.to_owned() }
    }
}
