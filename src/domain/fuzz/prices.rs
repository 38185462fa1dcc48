//! Lines of `candor price`, and the charges of offers.

use std::mem::size_of;

use proptest::prelude::*;

use super::{DEEP, bytes, damaged, nested, text};
use crate::{
    fields::Fields,
    import::charges,
    offer::Charge,
    pricing::{Line, Step, Tier, Transaction, Transactions},
};

/// A line of every charge model, with limits and what was billed before.
const LINES: [&str; 9] = [
    r#"{"id": 1, "charge_model": "standard", "properties": {"amount": "5.12345"}, "units": 10,
        "minimum": 1, "maximum": "9e9"}"#,
    r#"{"id": "a", "charge_model": "graduated", "units": 12.5, "properties": {"graduated_ranges": [
        {"from_value": 0, "to_value": 10, "per_unit_amount": "10", "flat_amount": "2"},
        {"from_value": 11, "to_value": null, "per_unit_amount": "5", "flat_amount": "3"}]}}"#,
    r#"{"charge_model": "volume", "units": 100, "full_units_number": 120, "properties": {"volume_ranges": [
        {"from_value": 0, "to_value": 100, "per_unit_amount": "2", "flat_amount": "10"},
        {"from_value": 101, "to_value": 200, "per_unit_amount": "1.5"},
        {"from_value": 201, "to_value": null, "per_unit_amount": "1", "flat_amount": "0"}]}}"#,
    r#"{"charge_model": "volume", "units": 40, "already_billed": {"units": 60, "amount": "130"},
        "properties": {"volume_ranges": [{"from_value": 0, "to_value": 100, "per_unit_amount": "2"},
        {"from_value": 100, "to_value": null, "per_unit_amount": "1"}]}}"#,
    r#"{"charge_model": "package", "units": "121",
        "properties": {"amount": "100", "package_size": 10, "free_units": 5}}"#,
    r#"{"charge_model": "percentage", "units": 650, "transactions": [250, {"amount": 400}],
        "already_billed": {"units": 150, "amount": 0, "transactions": [50, 100]},
        "properties": {"rate": 1.3, "fixed_amount": 2, "free_units_per_events": 3,
        "free_units_per_total_aggregation": 250,
        "per_transaction_min_amount": 1.75, "per_transaction_max_amount": 12}}"#,
    r#"{"charge_model": "percentage", "units": 800, "transactions": 4, "properties": {"rate": 0, "fixed_amount": 2}}"#,
    r#"{"charge_model": "graduated_percentage", "units": 1000, "properties": {"graduated_percentage_ranges": [
        {"from_value": 0, "to_value": 500, "rate": "1", "flat_amount": "200"},
        {"from_value": 501, "to_value": null, "rate": "3"}]}}"#,
    r#"{"charge_model": "dynamic", "currency": "EUR",
        "transactions": [{"units": 2, "precise_total_amount_cents": "150.5"}]}"#,
];

const CHARGES: [&str; 2] = [
    r#"[{"meter": "kwh", "charge_model": "standard", "properties": {"amount": "0.2436"}},
        {"meter": "gb", "charge_model": "package", "properties": {"amount": 5, "package_size": 1, "free_units": 10}}]"#,
    r#"[ { "meter" : "a \" b", "charge_model" : "dynamic" } , {"meter": "c", "charge_model": "volume", "properties":
        {"volume_ranges": [{"from_value": 0, "to_value": null, "per_unit_amount": "2", "flat_amount": "10"}]}} ]"#,
];

/// Written numbers that no type holds, or hardly.
fn numbers() -> Vec<String> {
    let long = |digit: &str| digit.repeat(5_000);
    let written = ["1e999999999", "1e-999999999", "0e999999999", "-0", "-0.0e-9999999999999999999999", "1E+38", "1e37"];
    let mut numbers: Vec<String> = written.map(str::to_owned).into();
    numbers.extend([
        long("9"),
        format!("0.{}", long("3")),
        format!("1{}", long("0")),
        format!("1{}e-5000", long("0")),
        format!("0.{}1", long("0")),
        format!("0.{}1e5001", long("0")),
        format!("{}.{}", long("0"), long("0")),
        format!("1e{}", long("9")),
        format!("1e-{}", long("9")),
        format!("\"{}\"", long("7")),
        "99999999999999999999999999999999999999".to_owned(),
        "0.00000000000000000000000000000000000001".to_owned(),
    ]);
    numbers
}

/// Whether the line has a price, which and its words being no larger than the line allows.
fn is_priced_within_bounds(json: &str) -> Result<bool, TestCaseError> {
    let fields = match Fields::read("", json) {
        Ok(fields) => fields,
        Err(error) => {
            prop_assert!(error.to_string().len() < 1_000, "{error}");
            return Ok(false);
        }
    };
    let priced = Line::read(&fields).and_then(|line| {
        let listed = match &line.usage.transactions {
            Transactions::Listed(list) => list.len(),
            _ => 0,
        };
        assert!(listed <= json.len() / 2, "a transaction takes two bytes");
        line.price()
    });
    match priced {
        Ok(price) => {
            prop_assert!(price.amount.to_string().len() <= 41);
            let steps = &price.explanation.steps;
            prop_assert!(steps.len() <= json.len() / 20 + 4, "{} steps", steps.len());
            for step in steps {
                prop_assert!(step.reason.to_string().len() < 400, "{}", step.reason);
            }
            let hint = price.explanation.cheaper_with_more;
            prop_assert!(hint.is_none_or(|hint| hint.to_string().len() < 400));
            Ok(true)
        }
        Err(error) => {
            prop_assert!(error.to_string().len() < 1_000, "{error}");
            Ok(false)
        }
    }
}

/// Whether the charges are read; those that an import takes are read where an offer is priced.
fn charges_are_read_within_bounds(json: &str) -> Result<bool, TestCaseError> {
    let read = Charge::read_list(json);
    match &read {
        Ok(charges) => prop_assert!(charges.len() <= json.len() / 20),
        Err(error) => prop_assert!(error.to_string().len() < 1_000, "{error}"),
    }
    match charges::read(json) {
        Ok(kept) => {
            prop_assert!(kept.len() <= json.len());
            prop_assert_eq!(Charge::read_list(&kept), read.clone());
            prop_assert!(read.is_ok(), "taken, and never read again: {}", kept);
        }
        Err(problem) => prop_assert!(problem.to_string().len() < 1_000, "{problem}"),
    }
    Ok(read.is_ok())
}

fn ranges(count: usize) -> String {
    let range = |at: usize| {
        let to = if at + 1 == count { "null".to_owned() } else { (at + 1).to_string() };
        format!(r#"{{"from_value":{at},"to_value":{to},"per_unit_amount":1}}"#)
    };
    (0..count).map(range).collect::<Vec<_>>().join(",")
}

#[test]
fn valid_lines_have_a_price_and_valid_charges_are_read() {
    for line in LINES {
        assert!(is_priced_within_bounds(line).unwrap(), "{line}");
    }
    for list in CHARGES {
        assert!(charges_are_read_within_bounds(list).unwrap(), "{list}");
    }
}

#[test]
fn numbers_beyond_every_type_are_priced_or_refused() {
    for number in numbers() {
        for line in [
            format!(r#"{{"charge_model":"standard","properties":{{"amount":{number}}},"units":{number}}}"#),
            format!(r#"{{"charge_model":"percentage","properties":{{"rate":1}},"transactions":[{number},{number}]}}"#),
            format!(r#"{{"charge_model":"percentage","properties":{{"rate":1}},"units":1,"transactions":{number}}}"#),
            format!(
                r#"{{"charge_model":"package","properties":{{"amount":1,"package_size":{number}}},"units":{number}}}"#
            ),
            format!(
                r#"{{"charge_model":"volume","properties":{{"volume_ranges":[{{"from_value":0,"to_value":{number},
                    "per_unit_amount":{number}}},{{"from_value":{number},"to_value":null,"per_unit_amount":0}}]}},
                    "units":{number},"already_billed":{{"units":{number},"amount":{number}}},"minimum":{number}}}"#
            ),
        ] {
            is_priced_within_bounds(&line).unwrap();
        }
    }
}

#[test]
fn a_line_nested_beyond_reason_is_answered_and_the_stack_holds() {
    for nested in nested() {
        is_priced_within_bounds(&nested).unwrap();
        charges_are_read_within_bounds(&nested).unwrap();
        for name in ["id", "properties", "units", "transactions", "already_billed", "charge_model", "minimum"] {
            let line = LINES[0].replacen('{', &format!(r#"{{"{name}":{nested},"#), 1);
            is_priced_within_bounds(&line).unwrap();
        }
        charges_are_read_within_bounds(&format!("[{{\"meter\":\"a\",\"properties\":{nested}}}]")).unwrap();
    }
    charges_are_read_within_bounds(&"[{\"properties\":".repeat(DEEP / 10)).unwrap();
}

/// As many ranges as fit into the longest line that `candor price` takes, 4 MiB.
#[test]
fn a_line_as_long_as_is_taken_is_priced() {
    for (model, units) in [("volume", "1"), ("volume", "70000"), ("graduated", "70000")] {
        let ranges = ranges(70_000);
        let line = format!(
            r#"{{"charge_model":"{model}","properties":{{"{model}_ranges":[{ranges}]}},"units":{units},"minimum":2}}"#
        );
        assert!(line.len() < 4 << 20 && is_priced_within_bounds(&line).unwrap());
    }
    let transactions = vec!["1"; 1_000_000].join(",");
    let line = format!(r#"{{"charge_model":"percentage","properties":{{"rate":1}},"transactions":[{transactions}]}}"#);
    assert!(is_priced_within_bounds(&line).unwrap());
}

/// What a byte of a line may become, at most, with the shortest text of each part.
#[test]
fn no_part_of_a_line_is_much_larger_than_its_text() {
    assert!(size_of::<Transaction>() <= 50 * "0,".len());
    assert!(size_of::<Tier>() <= 5 * r#"{"from_value":0,"to_value":1,"per_unit_amount":1},"#.len());
    assert!(size_of::<Step>() <= 5 * r#"{"from_value":0,"to_value":1,"per_unit_amount":1},"#.len());
}

proptest! {
    #[test]
    fn any_bytes_are_priced_or_refused_in_few_words(bytes in bytes()) {
        is_priced_within_bounds(&text(&bytes))?;
        charges_are_read_within_bounds(&text(&bytes))?;
    }

    #[test]
    fn a_damaged_line_is_priced_or_refused_in_few_words(bytes in damaged(LINES.map(str::to_owned).into())) {
        is_priced_within_bounds(&text(&bytes))?;
    }

    #[test]
    fn damaged_charges_are_read_or_refused_in_few_words(bytes in damaged(CHARGES.map(str::to_owned).into())) {
        charges_are_read_within_bounds(&text(&bytes))?;
    }
}
