//! A price that comes with each transaction.

use crate::decimal::Decimal;

use super::{PricingError, Reason, Step, Transactions, Usage};

/// Has no properties; each transaction brings its amount (or `precise_total_amount_cents`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dynamic;

impl Dynamic {
    /// Nothing used costs nothing, whatever was sent (as in Lago).
    pub fn steps(&self, usage: &Usage) -> Result<Vec<Step>, PricingError> {
        if usage.units.is_zero() {
            return Ok(vec![Step::new(Reason::NothingUsed, Decimal::ZERO)]);
        }
        let Transactions::Listed(list) = &usage.transactions else {
            return Err(PricingError::field(
                "transactions",
                "must list the amount of each transaction: they are the price",
            ));
        };
        if let Some(units) = list.iter().map(|one| one.units).collect::<Option<Vec<_>>>()
            && !units.is_empty()
        {
            let total = Decimal::sum(units)?;
            if total != usage.units {
                return Err(PricingError::field(
                    "units",
                    format!("is {}, but those of the transactions sum to {total}", usage.units),
                ));
            }
        }
        let amount = Decimal::sum(list.iter().map(|one| one.amount))?;
        Ok(vec![Step::new(Reason::PricedBySender { count: list.len() as u64 }, amount)])
    }
}

#[cfg(test)]
mod tests {
    use crate::pricing::line::price_of;

    fn price(rest: &str) -> Result<String, String> {
        price_of(&format!(r#"{{"charge_model": "dynamic", {rest}}}"#))
    }

    #[test]
    fn each_transaction_brings_its_price() {
        for (rest, expected) in [
            (r#""units": 3, "transactions": [1.005, "2", 3]"#, "6.005"),
            (r#""properties": {}, "units": 2, "transactions": [{"amount": "1.5"}, {"amount": 2}]"#, "3.5"),
            (r#""transactions": [{"units": 2, "precise_total_amount_cents": "150.5"}]"#, "1.505"),
            (r#""transactions": [{"units": 2, "precise_total_amount_cents": "150.5"}], "currency": "JPY""#, "150.5"),
            (r#""units": 0, "transactions": [1]"#, "0"),
            (r#""units": 1, "transactions": [4], "already_billed": {"units": 1, "amount": 3}, "maximum": 5"#, "2"),
        ] {
            assert_eq!(price(rest).as_deref(), Ok(expected), "{rest}");
        }
    }

    #[test]
    fn a_price_that_was_not_sent_is_not_guessed() {
        assert!(price(r#""units": 3"#).unwrap_err().starts_with("transactions must list the amount"));
        assert!(
            price(r#""units": 3, "transactions": [{"units": 1}]"#)
                .unwrap_err()
                .contains("transactions[0].amount is missing")
        );
        assert!(price(r#""units": 3, "transactions": [{"units": 1, "amount": 1}]"#).unwrap_err().contains("sum to 1"));
    }
}
