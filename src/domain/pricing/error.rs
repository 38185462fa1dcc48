//! Why a price was not computed, in words for the person who wrote the line.

use std::fmt;

use crate::decimal::TooManyDigits;
use crate::fields::{FieldError, shown};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PricingError {
    /// A field is missing, misspelt or of the wrong shape.
    Field(FieldError),
    UnknownModel(String),
    /// The exact result does not fit; no rounded number is given instead.
    TooManyDigits,
}

impl PricingError {
    pub fn field(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Field(FieldError::new(path, problem))
    }
}

impl fmt::Display for PricingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(error) => error.fmt(f),
            Self::UnknownModel(name) => write!(
                f,
                "charge_model {} is not known; known are standard, graduated, volume, package, percentage, \
                 graduated_percentage and dynamic",
                shown(name)
            ),
            Self::TooManyDigits => TooManyDigits.fmt(f),
        }
    }
}

impl std::error::Error for PricingError {}

impl From<FieldError> for PricingError {
    fn from(error: FieldError) -> Self {
        Self::Field(error)
    }
}

impl From<TooManyDigits> for PricingError {
    fn from(_: TooManyDigits) -> Self {
        Self::TooManyDigits
    }
}
