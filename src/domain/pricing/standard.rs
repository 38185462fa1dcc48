//! The same price for each unit.

use crate::decimal::Decimal;
use crate::fields::Fields;

use super::{PricingError, Reason, Step};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standard {
    pub amount: Decimal,
}

impl Standard {
    pub fn read(properties: &Fields<'_>) -> Result<Self, PricingError> {
        Ok(Self { amount: properties.required_amount("amount")? })
    }

    pub fn steps(&self, units: Decimal) -> Result<Vec<Step>, PricingError> {
        Ok(vec![Step::new(Reason::EachUnit { units, price: self.amount }, units.times(self.amount)?)])
    }
}

#[cfg(test)]
mod tests {
    use crate::pricing::line::price_of;

    #[test]
    fn a_sub_cent_price_is_not_rounded() {
        for (amount, units, expected) in
            [("5.12345", "10", "51.2345"), ("1e-9", "3", "0.000000003"), ("0.1", "0.2", "0.02"), ("7", "0", "0")]
        {
            let json =
                format!(r#"{{"charge_model": "standard", "properties": {{"amount": {amount}}}, "units": "{units}"}}"#);
            assert_eq!(price_of(&json).as_deref(), Ok(expected), "{json}");
        }
    }
}
