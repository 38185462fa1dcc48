//! What was used: a quantity, and the transactions it is made of where the model asks for them.

use iso_currency::Currency;

use crate::decimal::Decimal;
use crate::fields::{Fields, read_decimal, shown};

use super::PricingError;

/// Most transactions one line may stand for, so that a mistyped count is refused and not priced.
const MOST_TRANSACTIONS: u64 = 1_000_000_000_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Zero or more; for percentage models the money the percentage is taken of.
    pub units: Decimal,
    /// Lago's `full_units_number`: what was held before proration. It picks the volume tier, `units` are charged.
    pub full_units: Option<Decimal>,
    pub transactions: Transactions,
}

/// What came before in the period, where it is not priced again; `count` matters to free events alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Earlier {
    pub units: Decimal,
    pub count: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transactions {
    NotGiven,
    /// Only their number is known.
    Counted(u64),
    /// In the order in which they happened.
    Listed(Vec<Transaction>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transaction {
    pub amount: Decimal,
    /// Given by some senders for the dynamic model.
    pub units: Option<Decimal>,
}

impl Usage {
    pub fn of(units: Decimal) -> Self {
        Self { units, full_units: None, transactions: Transactions::NotGiven }
    }

    /// Reads `units`, `full_units_number` and `transactions`. Where `units` is left out the listed transactions are summed.
    pub fn read(fields: &Fields<'_>, currency: Option<&str>) -> Result<Self, PricingError> {
        let transactions = Transactions::read(fields, currency)?;
        let units = match (fields.amount("units")?, &transactions) {
            (Some(units), _) => units,
            (None, Transactions::Listed(list)) => match list.iter().map(|one| one.units).collect::<Option<Vec<_>>>() {
                Some(units) if !units.is_empty() => Decimal::sum(units)?,
                _ => Decimal::sum(list.iter().map(|one| one.amount))?,
            },
            (None, _) => return Err(fields.missing("units").into()),
        };
        Ok(Self { units, full_units: fields.amount("full_units_number")?, transactions })
    }

    /// This usage after an earlier one of the same period, as one.
    pub fn after(&self, earlier: &Self) -> Result<Self, PricingError> {
        Ok(Self {
            units: earlier.units.plus(self.units)?,
            full_units: self.full_units,
            transactions: earlier.transactions.followed_by(&self.transactions)?,
        })
    }
}

impl Transactions {
    /// A count, or a list of amounts, each a decimal or an object with `amount` or `precise_total_amount_cents` and perhaps `units`.
    pub fn read(fields: &Fields<'_>, currency: Option<&str>) -> Result<Self, PricingError> {
        let Some(value) = fields.raw("transactions") else {
            return Ok(Self::NotGiven);
        };
        if !value.get().starts_with('[') {
            let count = fields.count("transactions")?.unwrap_or_default();
            return if count <= MOST_TRANSACTIONS {
                Ok(Self::Counted(count))
            } else {
                Err(fields.error("transactions", "is too large a count").into())
            };
        }
        let list = fields.required_list("transactions")?;
        let mut transactions = Vec::with_capacity(list.len());
        for (index, value) in list.into_iter().enumerate() {
            let path = format!("{}[{index}]", fields.path_of("transactions"));
            transactions.push(if value.get().starts_with('{') {
                Transaction::read(&Fields::read(&path, value.get())?, currency)?
            } else {
                Transaction { amount: read_decimal(&path, value)?, units: None }
            });
        }
        Ok(Self::Listed(transactions))
    }

    pub fn count(&self) -> Option<u64> {
        match self {
            Self::NotGiven => None,
            Self::Counted(count) => Some(*count),
            Self::Listed(list) => Some(list.len() as u64),
        }
    }

    fn followed_by(&self, later: &Self) -> Result<Self, PricingError> {
        Ok(match (self, later) {
            (Self::Listed(first), Self::Listed(second)) => Self::Listed([first.as_slice(), second.as_slice()].concat()),
            (first, second) => match (first.count(), second.count()) {
                (Some(first), Some(second)) => Self::Counted(first.saturating_add(second)),
                _ => Self::NotGiven,
            },
        })
    }
}

impl Transaction {
    fn read(fields: &Fields<'_>, currency: Option<&str>) -> Result<Self, PricingError> {
        let amount = match (fields.decimal("amount")?, fields.decimal("precise_total_amount_cents")?) {
            (Some(amount), None) => amount,
            (None, Some(cents)) => cents.shifted_right(minor_digits(currency)?)?,
            (Some(_), Some(_)) => {
                return Err(fields.error("amount", "and precise_total_amount_cents are both given").into());
            }
            (None, None) => return Err(fields.missing("amount").into()),
        };
        Ok(Self { amount, units: fields.amount("units")? })
    }
}

/// Digits behind the point of amounts in the currency (ISO 4217); two where none is named.
fn minor_digits(currency: Option<&str>) -> Result<u8, PricingError> {
    let Some(code) = currency else { return Ok(2) };
    let exponent = Currency::from_code(code).and_then(|currency| currency.exponent());
    exponent
        .and_then(|digits| u8::try_from(digits).ok())
        .ok_or_else(|| PricingError::field("currency", format!("{} is not a currency with minor units", shown(code))))
}
