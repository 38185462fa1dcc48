//! The least and the most a line may cost in a period, and what of it was billed before.

use crate::decimal::Decimal;
use crate::fields::Fields;

use super::{Explanation, PricingError, Reason, Step, Transactions, Usage};

/// For the whole period, whatever was billed before in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpendLimits {
    pub minimum: Option<Decimal>,
    pub maximum: Option<Decimal>,
}

/// An earlier part of the same period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlreadyBilled {
    /// Its units and, where known, its transactions; the line's own `units` come on top.
    pub usage: Usage,
    pub amount: Decimal,
}

impl SpendLimits {
    pub fn read(fields: &Fields<'_>) -> Result<Self, PricingError> {
        let limits = Self { minimum: fields.amount("minimum")?, maximum: fields.amount("maximum")? };
        match (limits.minimum, limits.maximum) {
            (Some(least), Some(most)) if least > most => {
                Err(fields.error("minimum", format!("is {least}, above the maximum {most}")).into())
            }
            _ => Ok(limits),
        }
    }

    /// Adds the step that brings the sum of the steps within the limits, if it is outside.
    pub fn apply(&self, steps: &mut Vec<Step>) -> Result<(), PricingError> {
        let total = Explanation::total(steps)?;
        match (self.minimum, self.maximum) {
            (Some(minimum), _) if total < minimum => {
                steps.push(Step::new(Reason::RaisedToMinimum { minimum }, minimum.minus(total)?));
            }
            (_, Some(maximum)) if total > maximum => {
                steps.push(Step::new(Reason::CappedAtMaximum { maximum }, maximum.minus(total)?));
            }
            _ => {}
        }
        Ok(())
    }
}

impl AlreadyBilled {
    /// Reads `already_billed` of a line: `units`, `amount`, and `transactions` where the model asks for them.
    pub fn read(line: &Fields<'_>, currency: Option<&str>) -> Result<Option<Self>, PricingError> {
        let Some(fields) = line.object("already_billed")? else {
            return Ok(None);
        };
        fields.only(&["units", "amount", "transactions"])?;
        let usage = Usage {
            units: fields.required_amount("units")?,
            full_units: None,
            transactions: Transactions::read(&fields, currency)?,
        };
        Ok(Some(Self { usage, amount: fields.required_amount("amount")? }))
    }
}
