//! Files of `candor tariff`: periods, plans and readings.

use std::mem::size_of;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::{bytes, damaged, nested, text};
use crate::tariff::{BandCost, Layout, Plan, Readings, Tariff, missing_stretches, months_of_use};

const TARIFF: &str = r#"{"timezone": "Europe/Dublin", "from": "2023-03-01", "to": "2023-04-30",
    "readings": {"file": "r.csv", "format": "instant-kwh"}, "plans": [
    {"id": "a", "currency": "EUR", "standing": {"amount": "0.0387", "per": "hour"}, "feed_in": 0.2, "bands": [
        {"name": "Day", "days": [1,2,3,4,5,6,7], "from": "08:00", "to": "23:00", "unit_price": "0.368"},
        {"name": "Night", "days": [1,2,3,4,5,6,7], "from": "23:00", "to": "08:00", "unit_price": 0.2868}]},
    {"id": "b", "name": "B", "currency": "EUR", "standing": {"amount": 10, "per": "month"}, "bands": [
        {"name": "all", "days": [1,2,3,4,5,6,7], "from": "00:00", "to": "24:00", "unit_price": 4e-1}]}]}"#;

const INSTANTS: &str = "instant,kwh,export_kwh\n2023-03-25T23:30:00Z,0.25,\n2023-03-26T00:30:00+01:00,1e-1,0.5\n\
    2023-03-26T02:00:00+01:00,0.3,0\n2023-03-26T02:00:00+01:00,0.4,0\n2023-10-29T01:00:00Z,2,\n";

const HALF_HOURS: &str = "MPRN,Meter Serial Number,Read Value,Read Type,Read Date and End Time\n\
    1,2,0.745000,Active Import Interval (kW),26-03-2023 02:30\n1,2,0.3,Active Import Interval (kWh),26-03-2023 02:00\n\
    1,2,0.1,Active Export Interval (kW),25/03/2023 23:30\n1,2,9,24 Hr Active Import Register (kWh),25-03-2023 00:00\n";

fn zones() -> [TimeZone; 3] {
    ["UTC", "Europe/Dublin", "Australia/Lord_Howe"].map(|name| TimeZone::get(name).expect("a known zone"))
}

/// How many plans of the tariff cost something or are refused in words, on readings that are right.
fn is_read_within_bounds(json: &str) -> Result<usize, TestCaseError> {
    let tariff = match Tariff::read(json) {
        Ok(tariff) => tariff,
        Err(error) => {
            prop_assert!(error.to_string().len() < 1_000, "{error}");
            return Ok(0);
        }
    };
    prop_assert!(tariff.plans.len() <= json.len() / 8);
    prop_assert!(tariff.plans.iter().map(|(id, _)| id.len()).sum::<usize>() <= json.len());
    let [zone, ..] = zones();
    let readings = Readings::read(tariff.layout, INSTANTS.as_bytes(), &zone)
        .or_else(|_| Readings::read(Layout::EsbHdf, HALF_HOURS.as_bytes(), &zone));
    let readings = readings.map_err(TestCaseError::fail)?;
    let months = match months_of_use(&readings, tariff.from, tariff.to, &zone) {
        Ok(months) => months,
        Err(error) => {
            prop_assert!(error.to_string().len() < 1_000, "{error}");
            return Ok(0);
        }
    };
    prop_assert!(months.len() <= 12 * 101);
    for (_, plan) in &tariff.plans {
        match plan.clone().and_then(|plan| plan.cost(&months)) {
            Ok(cost) => {
                prop_assert!(cost.months.len() == months.len());
                prop_assert!(cost.total.bands.len() <= json.len() / 40);
            }
            Err(error) => prop_assert!(error.to_string().len() < 1_000, "{error}"),
        }
    }
    Ok(tariff.plans.len())
}

/// Every reading of the file is of a line, and what is said of the others is short.
fn readings_are_within_bounds(file: &[u8]) -> Result<(), TestCaseError> {
    for zone in zones() {
        for layout in [Layout::EsbHdf, Layout::InstantKwh] {
            let readings = match Readings::read(layout, file, &zone) {
                Ok(readings) => readings,
                Err(words) => {
                    prop_assert!(words.len() < 1_000, "{words}");
                    continue;
                }
            };
            let read = readings.imports.len() + readings.exports.len() + readings.duplicates.len();
            prop_assert!(2 * (read + readings.refused.len()) <= file.len());
            prop_assert!(readings.passed_over.len() <= 21);
            prop_assert!(readings.passed_over.keys().all(|kind| kind.len() < 300));
            for refused in &readings.refused {
                prop_assert!(refused.to_string().len() < 1_000, "{refused}");
            }
            let (from, to) = (jiff::civil::date(2022, 12, 1), jiff::civil::date(2023, 12, 31));
            if let Ok(stretches) = missing_stretches(&readings, from, to, &zone) {
                prop_assert!(stretches.len() <= readings.imports.len() + 1);
            }
            if let Ok(months) = months_of_use(&readings, from, to, &zone) {
                prop_assert_eq!(months.len(), 13);
            }
        }
    }
    Ok(())
}

#[test]
fn a_valid_tariff_and_valid_readings_are_read() {
    assert_eq!(is_read_within_bounds(TARIFF).unwrap(), 2);
    let [zone, ..] = zones();
    assert_eq!(Readings::read(Layout::InstantKwh, INSTANTS.as_bytes(), &zone).unwrap().refused, []);
    assert_eq!(Readings::read(Layout::EsbHdf, HALF_HOURS.as_bytes(), &zone).unwrap().refused, []);
}

#[test]
fn a_tariff_nested_beyond_reason_is_refused_and_the_stack_holds() {
    for nested in nested() {
        is_read_within_bounds(&nested).unwrap();
        for name in ["timezone", "from", "readings", "plans", "more"] {
            is_read_within_bounds(&TARIFF.replacen('{', &format!(r#"{{"{name}":{nested},"#), 1)).unwrap();
        }
        is_read_within_bounds(&TARIFF.replace("\"bands\": [", &format!("\"bands\": [{nested},"))).unwrap();
        is_read_within_bounds(&TARIFF.replace("0.2868", &nested)).unwrap();
    }
}

/// What one plan may hold: itself, and for each of at most 1,201 months its bands with their names.
#[test]
fn a_plan_and_a_month_of_it_are_small() {
    assert!(size_of::<Plan>() <= 200 && size_of::<BandCost>() <= 200);
    let band = r#"{"name": "b", "days": [1], "from": "00:00", "to": "00:00", "unit_price": 1},"#;
    let many = TARIFF.replace("\"bands\": [", &format!("\"bands\": [{}", band.repeat(60_000)));
    let tariff = Tariff::read(&many).unwrap();
    assert!(tariff.plans.iter().all(|(_, plan)| plan.is_err()));
}

proptest! {
    #[test]
    fn any_bytes_are_a_tariff_or_are_refused_in_few_words(bytes in bytes()) {
        is_read_within_bounds(&text(&bytes))?;
    }

    #[test]
    fn a_damaged_tariff_is_read_or_refused_in_few_words(bytes in damaged(vec![TARIFF.to_owned()])) {
        is_read_within_bounds(&text(&bytes))?;
    }

    #[test]
    fn damaged_readings_are_read_or_refused_row_by_row(
        file in prop_oneof![damaged(vec![INSTANTS.to_owned(), HALF_HOURS.to_owned()]), bytes()],
    ) {
        readings_are_within_bounds(&file)?;
    }
}
