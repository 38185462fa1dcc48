//! The costs of Irish plans for a real household, as published, and for 31 others, where the shared data folder exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::decimal::Decimal;
use crate::fields::Fields;
use crate::pricing::Ratio;
use crate::pricing::published::shared;
use crate::test_shared_data::shared_data;

use super::{Layout, MonthUse, Plan, PlanCost, Readings, months_of_use};

/// `08-23:Day 7-7:09-17:Free` and the rates by name, as bands.
fn bands(intervals: &str, rates: &str) -> String {
    let rates = Fields::read("rates", rates).unwrap();
    let band = |interval: &str| {
        let parts: Vec<&str> = interval.split(':').collect();
        let (days, hours, name) = match parts[..] {
            [hours, name] => ("1-7", hours, name),
            [days, hours, name] => (days, hours, name),
            _ => panic!("{interval}"),
        };
        let (first, last) = days
            .split_once('-')
            .map(|(first, last)| (first.parse::<u8>().unwrap(), last.parse::<u8>().unwrap()))
            .unwrap();
        let days: Vec<String> = (first..=last).map(|day| day.to_string()).collect();
        let (from, to) = hours.split_once('-').unwrap();
        let price = rates.required_amount(name).unwrap();
        format!(
            r#"{{"name": "{name}", "days": [{}], "from": "{from}:00", "to": "{to}:00", "unit_price": "{price}"}}"#,
            days.join(", ")
        )
    };
    intervals.split(' ').map(band).collect::<Vec<_>>().join(", ")
}

fn dates(from: &str, to: &str) -> (Date, Date) {
    (from.parse().unwrap(), to.parse().unwrap())
}

fn months(file: &str) -> Vec<MonthUse> {
    let dublin = TimeZone::get("Europe/Dublin").unwrap();
    let readings = Readings::read(Layout::EsbHdf, file.as_bytes(), &dublin).unwrap();
    assert!(readings.refused.is_empty() && readings.duplicates.is_empty() && readings.passed_over.is_empty());
    let (from, to) = dates("2022-12-08", "2023-06-02");
    months_of_use(&readings, from, to, &dublin).unwrap()
}

fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn costs(plans: &str, months: &[MonthUse]) -> Vec<(Vec<String>, PlanCost)> {
    let cost = |row: Vec<String>| {
        let json = format!(
            r#"{{"id": "{}", "currency": "EUR", "standing": {{"amount": "{}", "per": "hour"}}, "bands": [{}]}}"#,
            row[0],
            row[3],
            bands(&row[2], &row[1])
        );
        let cost = Plan::read(&Fields::read("plan", &json).unwrap()).unwrap().cost(months).unwrap();
        (row, cost)
    };
    rows(plans).into_iter().map(cost).collect()
}

fn assert_near(ours: Decimal, published: &str, what: &str) {
    let published: Decimal = published.parse().unwrap();
    let difference = ours.minus(published).unwrap();
    let most = Decimal::new(1, 6).unwrap();
    assert!(difference <= most && difference >= most.negated(), "{what}: {ours} and not {published}");
}

#[test]
fn all_plans_and_plan_months_of_the_irish_household_come_out_as_published() {
    let (Some(file), Some(plans), Some(monthly)) = (
        shared("esb_hdf_example_2023-06.csv"),
        shared("vectors/ie_electricity_plan_costs.csv"),
        shared("vectors/ie_electricity_plan_costs_monthly.csv"),
    ) else {
        return;
    };
    let months = months(&file);
    assert_eq!(months.iter().map(|month| month.hours).sum::<u32>(), 4209);
    let costs = costs(&plans, &months);
    assert_eq!(costs.len(), 21);
    for (row, cost) in &costs {
        assert_near(cost.total.units, &row[5], &row[0]);
        assert_near(cost.total.energy, &row[6], &row[0]);
        assert_near(cost.total.standing, &row[7], &row[0]);
        assert_near(cost.total.total, &row[8], &row[0]);
    }
    let monthly = rows(&monthly);
    assert_eq!(monthly.len(), 147);
    for row in &monthly {
        let what = format!("{} {}", row[0], row[1]);
        let (_, cost) = costs.iter().find(|(plan, _)| plan[0] == row[0]).unwrap();
        let (_, month) = cost.months.iter().find(|(month, _)| month.to_string() == row[1]).unwrap();
        assert_near(month.units, &row[2], &what);
        assert_near(month.energy, &row[3], &what);
        assert_near(month.standing, &row[4], &what);
        assert_near(month.total, &row[5], &what);
    }
}

#[test]
fn a_customer_on_ei_24h_has_seven_cheaper_plans_of_which_the_best_saves_79_08() {
    let (Some(file), Some(plans)) =
        (shared("esb_hdf_example_2023-06.csv"), shared("vectors/ie_electricity_plan_costs.csv"))
    else {
        return;
    };
    let mut costs: Vec<(String, Decimal)> =
        costs(&plans, &months(&file)).into_iter().map(|(row, cost)| (row[0].clone(), cost.total.total)).collect();
    costs.sort_by_key(|(_, total)| *total);
    let place = costs.iter().position(|(plan, _)| plan == "ei_report_24h").unwrap();
    assert_eq!((place, costs[0].0.as_str()), (7, "flogas_report_smart"));
    let saving = Ratio::from(costs[place].1.minus(costs[0].1).unwrap());
    assert_eq!(saving.rounded(2).unwrap().to_string(), "79.08");
}

/// Two plans of the price list of August 2023 that the smaller list of the shared folder does not have, in its columns:
/// the same author's `gen_reports.sh` at energyutils@b88448a. There `ei_report_24h` costs more than in June.
const PLANS_OF_AUGUST: &str = r#"plan,rates_eur_per_kwh,intervals,standing_eur_per_hour
ei_24h,"{""24h"": 0.4327}",00-00:24h,0.0346
flogas_community,"{""24h"": 0.2999}",00-00:24h,0.0346"#;

/// The half hours of the year to January 2014 as a file of ESB Networks, by customer; those with less than 360 days of it
/// are left out. Stamps are of the end of the half hour and know no daylight saving, but for 6 October 2013: there 02:00
/// and 02:30 stand twice and 03:00 and 03:30 not at all, so that the second are of an hour later.
fn years_of_households(path: &Path) -> BTreeMap<String, String> {
    let mut households: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for line in BufReader::new(GzDecoder::new(File::open(path).unwrap())).lines().skip(1) {
        let line = line.unwrap();
        let [customer, stamp, kwh] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        if !("2013-02-01 00:30"..="2014-02-01 00:00").contains(&stamp) {
            continue;
        }
        let household = households.entry(customer.to_owned()).or_default();
        let later = || stamp.replace(" 02:", " 03:");
        let stamp = if household.contains_key(stamp) { later() } else { stamp.to_owned() };
        assert_eq!(household.insert(stamp, kwh.to_owned()), None, "{line}");
    }
    let days = |household: &BTreeMap<String, String>| {
        household.keys().map(|stamp| &stamp[..10]).collect::<BTreeSet<_>>().len()
    };
    households.retain(|_, household| days(household) >= 360);
    let row = |(stamp, kwh): (&String, &String)| {
        let (year, month, day, time) = (&stamp[..4], &stamp[5..7], &stamp[8..10], &stamp[11..]);
        format!("{kwh},Active Import Interval (kWh),{day}-{month}-{year} {time}\n")
    };
    let file = |household: &BTreeMap<String, String>| {
        "Read Value,Read Type,Read Date and End Time\n".to_owned() + &household.iter().map(row).collect::<String>()
    };
    households.iter().map(|(customer, household)| (customer.clone(), file(household))).collect()
}

/// Each plan with its standing charge by the civil day, as this pairing of Australian use with Irish prices counts it.
fn plans_by_day(csv: &str) -> Vec<(String, Plan)> {
    let plan = |row: Vec<String>| {
        let day = row[3].parse::<Decimal>().unwrap().times(24_u32.into()).unwrap();
        let json = format!(
            r#"{{"id": "", "currency": "EUR", "standing": {{"amount": "{day}", "per": "day"}}, "bands": [{}]}}"#,
            bands(&row[2], &row[1])
        );
        (row[0].replace("_report", ""), Plan::read(&Fields::read("plan", &json).unwrap()).unwrap())
    };
    rows(csv).into_iter().map(plan).collect()
}

/// `datasets.md` §3b: no advice to anybody, since the prices are of another country; each cost was worked out by others.
#[test]
fn the_best_of_all_plans_for_31_households_comes_out_as_published() {
    let (Some(half_hours), Some(plans), Some(best)) = (
        shared_data("sgsc50_halfhourly.csv.gz"),
        shared("vectors/ie_electricity_plan_costs.csv"),
        shared("vectors/sgsc50_x_ie_plans_best.csv"),
    ) else {
        return;
    };
    let mut plans = plans_by_day(&plans);
    plans.retain(|(plan, _)| plan != "ei_24h");
    plans.extend(plans_by_day(PLANS_OF_AUGUST));
    let files = years_of_households(&half_hours);
    let best = rows(&best);
    assert_eq!(files.keys().collect::<Vec<_>>(), best.iter().map(|row| &row[0]).collect::<Vec<_>>());
    let cents = |amount: Decimal| Ratio::from(amount).rounded(2).unwrap();
    for row in &best {
        let readings = Readings::read(Layout::EsbHdf, files[&row[0]].as_bytes(), &TimeZone::UTC).unwrap();
        assert!(readings.refused.is_empty() && readings.duplicates.is_empty(), "{}", row[0]);
        let (from, to) = dates("2013-02-01", "2014-01-31");
        let months = months_of_use(&readings, from, to, &TimeZone::UTC).unwrap();
        let mut costs: Vec<(Decimal, &str)> =
            plans.iter().map(|(id, plan)| (plan.cost(&months).unwrap().total.total, id.as_str())).collect();
        costs.sort_unstable();
        let current = costs.iter().find(|(_, plan)| *plan == "ei_24h").unwrap();
        let open_to_all = costs.iter().find(|(_, plan)| *plan != "flogas_community").unwrap();
        let units = Decimal::sum(readings.imports.iter().map(|reading| reading.kwh)).unwrap();
        let days = months.iter().map(super::MonthUse::days).sum::<u32>();
        assert_eq!(
            (days.to_string().as_str(), costs[0].1, open_to_all.1),
            (&*row[1], &*row[4], &*row[6]),
            "{}",
            row[0]
        );
        assert_near(Ratio::from(units).rounded(1).unwrap(), &row[2], &row[0]);
        assert_near(cents(current.0), &row[3], &row[0]);
        assert_near(cents(costs[0].0), &row[5], &row[0]);
        assert_near(cents(open_to_all.0), &row[7], &row[0]);
        assert_near(cents(current.0.minus(open_to_all.0).unwrap()), &row[8], &row[0]);
    }
}
