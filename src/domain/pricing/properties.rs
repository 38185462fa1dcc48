//! What holds for every price, tried on arbitrary terms and usage.

use proptest::prelude::*;

use crate::decimal::Decimal;
use crate::fields::Fields;

use super::{AlreadyBilled, ChargeModel, Explanation, Line, Price, Transaction, Transactions, Usage};

fn decimal(digits: u32, scale: u8) -> Decimal {
    Decimal::new(i128::from(digits), scale).unwrap()
}

/// Up to 100,000 with up to three digits behind the point.
fn quantity() -> impl Strategy<Value = Decimal> {
    (0..100_000_u32, 0..=3_u8).prop_map(|(digits, scale)| decimal(digits, scale))
}

fn price() -> impl Strategy<Value = Decimal> {
    (0..10_000_u32, 0..=6_u8).prop_map(|(digits, scale)| decimal(digits, scale))
}

/// Ranges as Lago writes them, whole bounds or shared ones.
fn ranges(price_field: &'static str) -> impl Strategy<Value = String> {
    (prop::collection::vec((1..300_u32, price(), price()), 1..5), any::<bool>()).prop_map(move |(tiers, is_shared)| {
        let last = tiers.len() - 1;
        let mut end = 0;
        let ranges = tiers.into_iter().enumerate().map(|(index, (width, price, flat))| {
            let from = if index == 0 || is_shared { end } else { end + 1 };
            end = from + width;
            let to = if index == last { "null".to_owned() } else { end.to_string() };
            format!(
                r#"{{"from_value": {from}, "to_value": {to}, "{price_field}": "{price}", "flat_amount": "{flat}"}}"#
            )
        });
        ranges.collect::<Vec<_>>().join(", ")
    })
}

fn model_of(name: &str, properties: &str) -> ChargeModel {
    ChargeModel::read(name, Some(&Fields::read("properties", properties).unwrap())).unwrap()
}

/// The models in which the quantity alone makes the price.
fn of_the_total_alone() -> impl Strategy<Value = ChargeModel> {
    prop_oneof![
        price().prop_map(|amount| model_of("standard", &format!(r#"{{"amount": "{amount}"}}"#))),
        ranges("per_unit_amount")
            .prop_map(|list| model_of("graduated", &format!(r#"{{"graduated_ranges": [{list}]}}"#))),
        ranges("per_unit_amount").prop_map(|list| model_of("volume", &format!(r#"{{"volume_ranges": [{list}]}}"#))),
        ranges("rate").prop_map(|list| model_of(
            "graduated_percentage",
            &format!(r#"{{"graduated_percentage_ranges": [{list}]}}"#)
        )),
        (price(), 1..1000_u32, quantity()).prop_map(|(amount, size, free)| {
            model_of("package", &format!(r#"{{"amount": "{amount}", "package_size": {size}, "free_units": "{free}"}}"#))
        }),
        (price(), quantity()).prop_map(|(rate, free)| {
            model_of("percentage", &format!(r#"{{"rate": "{rate}", "free_units_per_total_aggregation": "{free}"}}"#))
        }),
    ]
}

/// Percentage terms of every kind.
fn percentage() -> impl Strategy<Value = ChargeModel> {
    let optional = || prop::option::of(price());
    (price(), price(), prop::option::of(0..6_u32), prop::option::of(quantity()), optional(), optional()).prop_map(
        |(rate, fixed, events, free, one, other)| {
            let (least, most) = match (one, other) {
                (Some(one), Some(other)) => (Some(one.min(other)), Some(one.max(other))),
                either => either,
            };
            let quoted = |number: Option<Decimal>| number.map_or("null".to_owned(), |number| format!("\"{number}\""));
            let events = events.map_or("null".to_owned(), |events| events.to_string());
            model_of(
                "percentage",
                &format!(
                    r#"{{"rate": "{rate}", "fixed_amount": "{fixed}", "free_units_per_events": {events},
                    "free_units_per_total_aggregation": {}, "per_transaction_min_amount": {},
                    "per_transaction_max_amount": {}}}"#,
                    quoted(free),
                    quoted(least),
                    quoted(most)
                ),
            )
        },
    )
}

fn usage_of(amounts: &[Decimal]) -> Usage {
    let list = amounts.iter().map(|&amount| Transaction { amount, units: None }).collect();
    Usage {
        units: Decimal::sum(amounts.iter().copied()).unwrap(),
        full_units: None,
        transactions: Transactions::Listed(list),
    }
}

fn any_line() -> impl Strategy<Value = Line> {
    let amounts = || prop::collection::vec(quantity(), 0..8);
    let line = prop_oneof![
        (of_the_total_alone(), quantity()).prop_map(|(model, units)| Line::new(model, Usage::of(units))),
        (percentage(), amounts()).prop_map(|(model, amounts)| Line::new(model, usage_of(&amounts))),
        amounts().prop_map(|amounts| Line::new(ChargeModel::read("dynamic", None).unwrap(), usage_of(&amounts))),
    ];
    (line, prop::option::of(quantity()), prop::option::of(quantity())).prop_map(|(mut line, one, other)| {
        (line.limits.minimum, line.limits.maximum) = match (one, other) {
            (Some(one), Some(other)) => (Some(one.min(other)), Some(one.max(other))),
            either => either,
        };
        line
    })
}

fn priced(line: &Line) -> Price {
    line.price().unwrap()
}

/// What the rest costs after a first part was billed.
fn rest_after(line: &Line, first: Usage, rest: Usage) -> Decimal {
    let first_part = Line { usage: first.clone(), already_billed: None, ..line.clone() };
    let amount = priced(&first_part).amount;
    let second_part =
        Line { usage: rest, already_billed: Some(AlreadyBilled { usage: first, amount }), ..line.clone() };
    amount.plus(priced(&second_part).amount).unwrap()
}

proptest! {
    #[test]
    fn the_steps_of_an_explanation_sum_to_the_amount(line in any_line()) {
        let price = priced(&line);
        prop_assert_eq!(Explanation::total(&price.explanation.steps), Ok(price.amount));
        prop_assert!(price.explanation.steps.iter().all(|step| !step.reason.to_string().is_empty()));
    }

    #[test]
    fn a_price_is_within_its_limits(line in any_line()) {
        let amount = priced(&line).amount;
        prop_assert!(line.limits.minimum.is_none_or(|minimum| amount >= minimum));
        prop_assert!(line.limits.maximum.is_none_or(|maximum| amount <= maximum));
        prop_assert!(!amount.is_negative());
    }

    #[test]
    fn a_hint_is_true_and_is_given_wherever_a_tier_ahead_is_cheaper(line in any_line(), more in quantity()) {
        let price = priced(&line);
        if let Some(hint) = price.explanation.cheaper_with_more {
            let there = priced(&Line { usage: Usage::of(hint.units), ..line.clone() });
            prop_assert_eq!(there.amount, hint.amount);
            prop_assert_eq!(price.amount.minus(hint.saves), Ok(there.amount));
            prop_assert!(hint.saves > Decimal::ZERO && hint.more > Decimal::ZERO);
        } else if line.model.is_of_the_total_alone() {
            let whole = Decimal::new(more.parts().0, 0).unwrap();
            let ahead = Line { usage: Usage::of(line.usage.units.plus(whole).unwrap()), ..line.clone() };
            // Just above a bound that two ranges share, less than a whole unit in, lies a stretch that no hint names.
            let starts_whole = priced(&ahead).amount >= price.amount || line.usage.units.parts().1 > 0;
            let is_shared = matches!(&line.model, ChargeModel::Volume(volume) if volume.tiers.iter().skip(1).any(|tier| tier.from_value == tier.above));
            prop_assert!(starts_whole || is_shared, "{:?}", line);
        }
    }

    #[test]
    fn a_period_in_two_parts_costs_what_it_costs_in_one(line in any_line(), cut in 0..=100_u32) {
        let part = line.usage.units.percent(cut.into()).unwrap();
        let (first, rest) = match &line.usage.transactions {
            Transactions::Listed(list) => {
                let at = list.len() * cut as usize / 100;
                let amounts: Vec<Decimal> = list.iter().map(|one| one.amount).collect();
                (usage_of(&amounts[..at]), usage_of(&amounts[at..]))
            }
            _ => (Usage::of(part), Usage::of(line.usage.units.minus(part).unwrap())),
        };
        prop_assert_eq!(rest_after(&line, first, rest), priced(&line).amount);
    }

    #[test]
    fn more_units_never_cost_less_within_a_tier(model in of_the_total_alone(), units in quantity(), more in quantity()) {
        let larger = units.plus(more).unwrap();
        if let ChargeModel::Volume(volume) = &model
            && volume.tiers.of(units) != volume.tiers.of(larger)
        {
            return Ok(());
        }
        prop_assert!(priced(&Line::new(model.clone(), Usage::of(larger))).amount >= priced(&Line::new(model, Usage::of(units))).amount);
    }

    #[test]
    fn the_order_of_transactions_does_not_matter_without_allowances(
        (model, amounts, shuffled) in (percentage(), prop::collection::vec(quantity(), 0..8))
            .prop_flat_map(|(model, amounts)| (Just(model), Just(amounts.clone()), Just(amounts).prop_shuffle())),
    ) {
        let ChargeModel::Percentage(terms) = &model else { unreachable!() };
        if terms.is_by_transaction_alone() || terms.is_of_the_total_alone() {
            let of = |amounts: &[Decimal]| priced(&Line::new(model.clone(), usage_of(amounts))).amount;
            prop_assert_eq!(of(&amounts), of(&shuffled));
        }
    }

    #[test]
    fn the_order_of_transactions_does_not_matter_where_each_brings_its_price(
        (amounts, shuffled) in prop::collection::vec(quantity(), 0..8)
            .prop_flat_map(|amounts| (Just(amounts.clone()), Just(amounts).prop_shuffle())),
    ) {
        let of = |amounts: &[Decimal]| priced(&Line::new(ChargeModel::read("dynamic", None).unwrap(), usage_of(amounts))).amount;
        prop_assert_eq!(of(&amounts), of(&shuffled));
    }

    #[test]
    fn graduated_slices_are_the_whole_quantity(list in ranges("per_unit_amount"), units in quantity()) {
        let ChargeModel::Graduated(model) = model_of("graduated", &format!(r#"{{"graduated_ranges": [{list}]}}"#)) else { unreachable!() };
        let slices: Vec<Decimal> = model.tiers.reached(units).map(|reached| reached.unwrap().1).collect();
        prop_assert_eq!(Decimal::sum(slices), Ok(units));
    }

    #[test]
    fn percentage_of_transactions_is_the_sum_of_each_alone_without_allowances(
        model in percentage(), amounts in prop::collection::vec(quantity(), 1..8),
    ) {
        let ChargeModel::Percentage(terms) = &model else { unreachable!() };
        let amounts: Vec<Decimal> = amounts.into_iter().filter(|amount| !amount.is_zero()).collect();
        if terms.is_by_transaction_alone() {
            let each = amounts.iter().map(|&amount| priced(&Line::new(model.clone(), usage_of(&[amount]))).amount);
            prop_assert_eq!(Decimal::sum(each), Ok(priced(&Line::new(model.clone(), usage_of(&amounts))).amount));
        }
    }
}
