//! The steps of a price as a customer reads them on a bill.

use super::Reason;
use crate::decimal::Decimal;

impl Reason {
    /// `The first 8 GB cost nothing`, `2.4 GB above 8 at €3.00 each`. `meter` names what was counted, `money` writes an
    /// amount of the bill's currency.
    pub fn plainly(&self, meter: &str, money: &impl Fn(Decimal) -> String) -> String {
        match self {
            Self::NothingUsed => format!("No {meter} used"),
            Self::EachUnit { units, price } => each(&format!("{units} {meter}"), *price, money),
            Self::TierUnits { above, up_to: Some(up_to), units, price, .. } if above.is_zero() && price.is_zero() => {
                let used = if units == up_to { String::new() } else { format!("; you used {units}") };
                format!("The first {up_to} {meter} cost nothing{used}")
            }
            Self::TierUnits { above, up_to, units, price, .. } => {
                each(&slice(*above, *up_to, *units, meter), *price, money)
            }
            Self::TierRate { above, up_to, units, rate, .. } => {
                format!("{rate} % of {}", slice(*above, *up_to, *units, meter))
            }
            Self::TierFlat { tier: 1 } => format!("A fixed amount for {meter}, once"),
            Self::TierFlat { tier } => format!("A fixed amount for reaching step {tier} of {meter}, once"),
            Self::WholeQuantity { units, price, .. } if price.is_zero() => format!("{units} {meter} cost nothing"),
            Self::WholeQuantity { units, price, .. } => {
                format!("{units} {meter}, all of them at the price for that many: {} each", money(*price))
            }
            Self::FreeUnits { units } => format!("{units} {meter} cost nothing"),
            Self::Packages { packages, size, price } => {
                let packs = if *packages == Decimal::ONE { "package" } else { "packages" };
                format!("{packages} started {packs} of {size} {meter} at {} each", money(*price))
            }
            Self::Rate { of, rate } => format!("{rate} % of {of} {meter}"),
            other => format!("{meter}: {other}"),
        }
    }
}

fn each(what: &str, price: Decimal, money: &impl Fn(Decimal) -> String) -> String {
    if price.is_zero() { format!("{what} cost nothing") } else { format!("{what} at {} each", money(price)) }
}

/// `The first 5 GB`, `3 GB above 5`; a first tier that was not used up is just `3 GB`.
fn slice(above: Decimal, up_to: Option<Decimal>, units: Decimal, meter: &str) -> String {
    match up_to {
        _ if !above.is_zero() => format!("{units} {meter} above {above}"),
        Some(up_to) if units == up_to => format!("The first {units} {meter}"),
        _ => format!("{units} {meter}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        decimal::Decimal,
        offer::samples::{gb, month, offer},
        pricing::Share,
    };

    fn words(charges: &str, used: &str) -> Vec<String> {
        let offer = offer("any", 0, charges);
        steps(&offer, used)
    }

    fn steps(offer: &crate::offer::Offer, used: &str) -> Vec<String> {
        let parts = offer.parts(&month(2026, 3, "gb", used), Share::WHOLE).unwrap();
        let money = |amount: Decimal| format!("€{amount}");
        let steps = parts.charges.iter().flat_map(|(meter, steps)| steps.iter().map(move |step| (*meter, step)));
        steps.map(|(meter, step)| format!("{}: {}", step.reason.plainly(meter, &money), step.amount)).collect()
    }

    #[test]
    fn an_allowance_and_what_is_above_it_are_told_as_people_tell_them() {
        let small = gb("small", 0, 8, "3");
        assert_eq!(steps(&small, "10.4"), ["The first 8 gb cost nothing: 0", "2.4 gb above 8 at €3 each: 7.2"]);
        assert_eq!(steps(&small, "5"), ["The first 8 gb cost nothing; you used 5: 0"]);
        assert_eq!(steps(&small, "8"), ["The first 8 gb cost nothing: 0"]);
    }

    #[test]
    fn every_model_has_plain_words() {
        let of = |model: &str, properties: &str| {
            format!(r#"[{{"meter": "gb", "charge_model": "{model}", "properties": {{{properties}}}}}]"#)
        };
        let tiers = |list: &str, price: &str| {
            format!(
                r#""{list}": [{{"from_value": 0, "to_value": 10, "{price}": 2, "flat_amount": 1}},
                              {{"from_value": 10, "to_value": null, "{price}": 1, "flat_amount": 4}}]"#
            )
        };
        let cases: [(String, &str, &[&str]); 7] = [
            (of("standard", r#""amount": "0.5""#), "3", &["3 gb at €0.5 each: 1.5"]),
            (of("standard", r#""amount": 0"#), "3", &["3 gb cost nothing: 0"]),
            (
                of("graduated", &tiers("graduated_ranges", "per_unit_amount")),
                "12",
                &[
                    "The first 10 gb at €2 each: 20",
                    "A fixed amount for gb, once: 1",
                    "2 gb above 10 at €1 each: 2",
                    "A fixed amount for reaching step 2 of gb, once: 4",
                ],
            ),
            (
                of("volume", &tiers("volume_ranges", "per_unit_amount")),
                "12",
                &[
                    "12 gb, all of them at the price for that many: €1 each: 12",
                    "A fixed amount for reaching step 2 of gb, once: 4",
                ],
            ),
            (
                of("package", r#""amount": 5, "package_size": 10, "free_units": 2"#),
                "13",
                &["2 gb cost nothing: 0", "2 started packages of 10 gb at €5 each: 10"],
            ),
            (of("percentage", r#""rate": 1.5"#), "200", &["1.5 % of 200 gb: 3"]),
            (
                of("graduated_percentage", &tiers("graduated_percentage_ranges", "rate")),
                "4",
                &["2 % of 4 gb: 0.08", "A fixed amount for gb, once: 1"],
            ),
        ];
        for (charges, used, expected) in cases {
            assert_eq!(words(&charges, used), expected, "{charges}");
        }
    }
}
