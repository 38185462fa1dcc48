//! A charge on its way to the browser: one line, so that nothing has to be there that reads and checks JSON.

use std::str::FromStr;

use super::Charge;
use crate::{
    decimal::Decimal,
    pricing::{
        ChargeModel, Dynamic, Graduated, GraduatedPercentage, Package, Percentage, Standard, Tier, Tiers, Volume,
    },
};

/// What stands between the parts of a packed line; a line ends before the next.
pub const BETWEEN: char = '\t';

/// A name as it can stand in a packed line.
pub fn packable(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

impl Charge {
    /// The meter, a letter for the model, and its numbers: those of a tier with commas between them.
    pub fn pack(&self) -> String {
        let (letter, numbers) = match &self.model {
            ChargeModel::Standard(model) => ("s", model.amount.to_string()),
            ChargeModel::Graduated(model) => ("g", pack_tiers(&model.tiers)),
            ChargeModel::Volume(model) => ("v", pack_tiers(&model.tiers)),
            ChargeModel::GraduatedPercentage(model) => ("r", pack_tiers(&model.tiers)),
            ChargeModel::Package(model) => {
                ("p", format!("{},{},{}", model.amount, model.package_size, model.free_units))
            }
            ChargeModel::Percentage(model) => (
                "m",
                [
                    model.rate.to_string(),
                    model.fixed_amount.to_string(),
                    model.free_units_per_total_aggregation.to_string(),
                    written(model.free_units_per_events.as_ref()),
                    written(model.per_transaction_min_amount.as_ref()),
                    written(model.per_transaction_max_amount.as_ref()),
                ]
                .join(","),
            ),
            ChargeModel::Dynamic(_) => ("d", String::new()),
        };
        [packable(&self.meter).as_str(), letter, &numbers].join(&BETWEEN.to_string())
    }

    /// Reads what [`pack`](Self::pack) wrote: a charge with the same prices. What was written to be bought at least
    /// in a tier is not kept.
    pub fn unpack(line: &str) -> Option<Self> {
        let mut parts = line.split(BETWEEN);
        let (meter, letter) = (parts.next()?, parts.next()?);
        let model = match letter {
            "g" => ChargeModel::Graduated(Graduated { tiers: tiers(parts)? }),
            "v" => ChargeModel::Volume(Volume { tiers: tiers(parts)? }),
            "r" => ChargeModel::GraduatedPercentage(GraduatedPercentage { tiers: tiers(parts)? }),
            _ => of_numbers(letter, parts.next()?.split(','))?,
        };
        Some(Self { meter: meter.to_owned(), model })
    }
}

fn of_numbers<'a>(letter: &str, mut numbers: impl Iterator<Item = &'a str>) -> Option<ChargeModel> {
    let mut number = || numbers.next()?.parse::<Decimal>().ok();
    Some(match letter {
        "s" => ChargeModel::Standard(Standard { amount: number()? }),
        "p" => ChargeModel::Package(Package { amount: number()?, package_size: number()?, free_units: number()? }),
        "m" => ChargeModel::Percentage(Percentage {
            rate: number()?,
            fixed_amount: number()?,
            free_units_per_total_aggregation: number()?,
            free_units_per_events: maybe(numbers.next()?)?,
            per_transaction_min_amount: maybe(numbers.next()?)?,
            per_transaction_max_amount: maybe(numbers.next()?)?,
        }),
        "d" => ChargeModel::Dynamic(Dynamic),
        _ => return None,
    })
}

fn pack_tiers(tiers: &Tiers) -> String {
    let tier = |tier: &Tier| format!("{},{},{}", written(tier.up_to.as_ref()), tier.price, tier.flat);
    tiers.iter().map(tier).collect::<Vec<_>>().join(&BETWEEN.to_string())
}

fn tiers<'a>(parts: impl Iterator<Item = &'a str>) -> Option<Tiers> {
    let mut tiers: Vec<Tier> = Vec::new();
    for part in parts {
        let mut numbers = part.split(',');
        let up_to: Option<Decimal> = maybe(numbers.next()?)?;
        let above = match tiers.last() {
            Some(before) => before.up_to?,
            None => Decimal::ZERO,
        };
        tiers.push(Tier {
            number: tiers.len() + 1,
            above,
            up_to,
            from_value: above,
            price: numbers.next()?.parse().ok()?,
            flat: numbers.next()?.parse().ok()?,
        });
    }
    tiers.last().is_some_and(|last| last.up_to.is_none()).then(|| Tiers::of_known(tiers))
}

fn written(number: Option<&impl ToString>) -> String {
    number.map(ToString::to_string).unwrap_or_default()
}

/// Nothing where nothing stands; and nothing at all where what stands there is no number.
fn maybe<T: FromStr>(text: &str) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_model_comes_back_as_it_was() {
        let ranges = |price: &str| {
            format!(
                r#"[{{"from_value": 0, "to_value": 5, "{price}": 0}},
                    {{"from_value": 5, "to_value": 7.25, "{price}": "2.5", "flat_amount": 3}},
                    {{"from_value": 7.25, "to_value": null, "{price}": "0.0001"}}]"#
            )
        };
        let tiers = |model: &str, list: &str, price: &str| {
            format!(
                r#"{{"meter": "GB | abroad", "charge_model": "{model}", "properties": {{"{list}": {}}}}}"#,
                ranges(price)
            )
        };
        let of = |model: &str, properties: &str| {
            format!(r#"{{"meter": "GB", "charge_model": "{model}", "properties": {{{properties}}}}}"#)
        };
        let list = [
            of("standard", r#""amount": "0.2436""#),
            tiers("graduated", "graduated_ranges", "per_unit_amount"),
            tiers("volume", "volume_ranges", "per_unit_amount"),
            tiers("graduated_percentage", "graduated_percentage_ranges", "rate"),
            of("package", r#""amount": 5, "package_size": "0.5", "free_units": 10"#),
            of("percentage", r#""rate": 1.3, "free_units_per_total_aggregation": 250"#),
            of("percentage", r#""rate": 1.3, "fixed_amount": 2, "free_units_per_events": 3"#),
            of("percentage", r#""rate": 1, "per_transaction_min_amount": 1, "per_transaction_max_amount": 2"#),
            r#"{"meter": "sent", "charge_model": "dynamic"}"#.to_owned(),
        ];
        for charge in Charge::read_list(&format!("[{}]", list.join(","))).unwrap() {
            assert_eq!(Charge::unpack(&charge.pack()), Some(charge));
        }
    }

    #[test]
    fn a_name_cannot_end_its_line() {
        let charge =
            Charge::read_list(r#"[{"meter": "a\tb\nc", "charge_model": "standard", "properties": {"amount": 1}}]"#);
        let packed = charge.unwrap()[0].pack();
        assert_eq!(packed, "a b c\ts\t1");
        for broken in ["", "gb", "gb\ts", "gb\tx\t1", "gb\tg", "gb\tg\t5,0,0", "gb\tg\t,0,0\t,0,0", "gb\tp\t1,2"] {
            assert_eq!(Charge::unpack(broken), None, "{broken:?}");
        }
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line in "[a-z\t,.0-9-]{0,40}") {
            let _ = Charge::unpack(&line);
        }
    }
}
