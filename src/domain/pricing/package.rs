//! Packages of units; one that is started is charged whole.

use crate::decimal::Decimal;
use crate::fields::Fields;

use super::{PricingError, Reason, Step};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Price of one package.
    pub amount: Decimal,
    /// Above zero.
    pub package_size: Decimal,
    pub free_units: Decimal,
}

impl Package {
    pub fn read(properties: &Fields<'_>) -> Result<Self, PricingError> {
        let package_size = properties.required_amount("package_size")?;
        if package_size.is_zero() {
            return Err(properties.error("package_size", "must be above zero").into());
        }
        Ok(Self {
            amount: properties.required_amount("amount")?,
            package_size,
            free_units: properties.amount("free_units")?.unwrap_or_default(),
        })
    }

    pub fn steps(&self, units: Decimal) -> Result<Vec<Step>, PricingError> {
        let mut steps = Vec::new();
        let free = units.min(self.free_units);
        if !free.is_zero() {
            steps.push(Step::new(Reason::FreeUnits { units: free }, Decimal::ZERO));
        }
        let packages = units.minus(free)?.times_to_cover(self.package_size)?.unwrap_or_default();
        let reason = Reason::Packages { packages, size: self.package_size, price: self.amount };
        steps.push(Step::new(reason, packages.times(self.amount)?));
        Ok(steps)
    }
}

#[cfg(test)]
mod tests {
    use crate::pricing::line::price_of;

    fn price(properties: &str, units: &str) -> Result<String, String> {
        price_of(&format!(r#"{{"charge_model": "package", "properties": {properties}, "units": {units}}}"#))
    }

    #[test]
    fn a_started_package_is_charged_whole() {
        for (free, units, expected) in [
            ("0", "121", "1300"),
            ("10", "121", "1200"),
            ("200", "121", "0"),
            ("0", "0", "0"),
            ("0", "0.001", "100"),
            ("5", "5", "0"),
            ("5", "5.5", "100"),
            ("null", "20", "200"),
        ] {
            let properties = format!(r#"{{"amount": "100", "package_size": 10, "free_units": {free}}}"#);
            assert_eq!(price(&properties, units).as_deref(), Ok(expected), "{units} with {free} free");
        }
    }

    #[test]
    fn a_package_of_nothing_is_refused() {
        assert_eq!(
            price(r#"{"amount": 1, "package_size": 0}"#, "1").unwrap_err(),
            "properties.package_size must be above zero"
        );
        assert_eq!(price(r#"{"amount": 1}"#, "1").unwrap_err(), "properties.package_size is missing");
    }
}
