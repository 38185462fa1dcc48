//! Offers and months for tests.

use jiff::civil::{Date, date};

use super::{Charge, MonthUsage, Offer, Provider};
use crate::money::Currency;

/// `fee` in cents, `charges` as JSON.
pub fn offer(code: &str, fee: i64, charges: &str) -> Offer {
    Offer {
        code: code.to_owned(),
        name: code.to_owned(),
        currency: Currency::EUR,
        monthly_fee: Some(fee),
        minimum_commitment: None,
        charges: Charge::read_list(charges).expect("charges"),
        open_from: None,
        open_until: None,
        eligibility: None,
        provider: None,
    }
}

/// Whatever is used of `gb` and `kwh` is in the fee.
pub fn flat_fee(code: &str, fee: i64) -> Offer {
    let free = |meter| format!(r#"{{"meter": "{meter}", "charge_model": "standard", "properties": {{"amount": 0}}}}"#);
    offer(code, fee, &format!("[{}, {}]", free("gb"), free("kwh")))
}

/// So many `gb` are in the fee; each one above costs `overage` euros.
pub fn gb(code: &str, fee: i64, included: u32, overage: &str) -> Offer {
    offer(
        code,
        fee,
        &format!(
            r#"[{{"meter": "gb", "charge_model": "graduated", "properties": {{"graduated_ranges": [
                {{"from_value": 0, "to_value": {included}, "per_unit_amount": 0}},
                {{"from_value": {included}, "to_value": null, "per_unit_amount": "{overage}"}}]}}}}]"#
        ),
    )
}

pub fn of_competitor(offer: Offer) -> Offer {
    let provider = Provider {
        name: "Flogas".to_owned(),
        source: "https://flogas.example/prices".to_owned(),
        checked_on: date(2026, 11, 1),
    };
    Offer { provider: Some(provider), ..offer }
}

pub fn month(year: i16, month: i8, meter: &str, units: &str) -> MonthUsage {
    MonthUsage { month: date(year, month, 1), units: [(meter.to_owned(), units.parse().expect("a number"))].into() }
}

/// One month after the other from `first` on, so many `gb` in each.
pub fn months(first: Date, units: &[u32]) -> Vec<MonthUsage> {
    let month = |(at, units): (usize, &u32)| MonthUsage {
        month: crate::month::later(first, i32::try_from(at).expect("a few months")),
        units: [("gb".to_owned(), (*units).into())].into(),
    };
    units.iter().enumerate().map(month).collect()
}
