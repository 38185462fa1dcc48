//! The costs of 21 Irish plans for a real household, as published, where the shared data folder exists.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::decimal::Decimal;
use crate::domain::fields::Fields;
use crate::domain::pricing::Ratio;
use crate::domain::pricing::published::shared;

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
