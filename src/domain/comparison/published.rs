//! Claims that real and sample data tempt one to make, read where the shared data folder exists.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::{compare, rank, rank_bills};
use crate::{
    decimal::Decimal,
    offer::{
        MonthUsage, NoPrice, Offer,
        samples::{flat_fee, offer},
    },
    pricing::{Ratio, published::shared},
};

/// The columns `names` of a file without quotes.
fn columns<'a, const N: usize>(text: &'a str, names: [&str; N]) -> Vec<[&'a str; N]> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let places = names.map(|name| header.iter().position(|column| *column == name).unwrap());
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            places.map(|place| fields[place])
        })
        .collect()
}

/// `datasets.md` §3c: a minute abroad costs 0.27 with and without the international plan, and what the plan costs is
/// not given.
#[test]
fn a_plan_whose_fee_is_not_known_never_makes_a_saving() {
    let Some(text) = shared("telecom_churn_bigml_3333.csv") else { return };
    let minutes =
        r#"[{"meter": "international minutes", "charge_model": "standard", "properties": {"amount": "0.27"}}]"#;
    let with = Offer { monthly_fee: None, ..offer("with", 0, minutes) };
    let without = offer("without", 0, minutes);
    let (mut customers, mut holders, mut under_five) = (0, 0, 0);
    for [plan, used] in columns(&text, ["International plan", "Total intl minutes"]) {
        let month = MonthUsage {
            month: date(2026, 10, 1),
            units: [("international minutes".to_owned(), used.parse().unwrap())].into(),
        };
        let used = month.units["international minutes"];
        let not_known = NoPrice::FeeNotKnown { offer: "with".to_owned() };
        let month = [month];
        if plan == "Yes" {
            assert_eq!(compare(&with, &without, &month).err(), Some(not_known.clone()));
            assert_eq!(rank(&with, [&without], &month, date(2026, 11, 22)).err(), Some(not_known));
            holders += 1;
            under_five += i32::from(used < 5_u32.into());
        } else {
            let ranking = rank(&without, [&with], &month, date(2026, 11, 22)).unwrap();
            assert!(ranking.ranked.is_empty() && ranking.best().is_none());
            assert_eq!(ranking.unpriced[0].why, not_known);
        }
        customers += 1;
    }
    assert_eq!((customers, holders, under_five), (3_333, 323, 7));
}

/// `datasets.md` §3d: the length of the contract does not change the implied price list, and 1,202 customers by the
/// month tempt one to say that it does.
#[test]
fn a_yearly_contract_at_the_same_price_is_no_saving() {
    let Some(text) = shared("WA_Fn-UseC_-Telco-Customer-Churn.csv") else { return };
    let mut tempted = 0;
    let names = ["Contract", "tenure", "PhoneService", "InternetService"];
    for [contract, tenure, phone, internet] in columns(&text, names) {
        if contract != "Month-to-month" || tenure.parse::<u32>().unwrap() < 24 {
            continue;
        }
        let fee = i64::from(phone == "Yes") * 2_000
            + match internet {
                "DSL" => 2_500,
                "Fiber optic" => 5_000,
                _ => 0,
            };
        let (monthly, yearly) = (flat_fee("monthly", fee), flat_fee("yearly", fee));
        let year = crate::offer::samples::months(date(2025, 11, 1), &[0; 12]);
        let ranking = rank(&monthly, [&yearly], &year, date(2026, 11, 22)).unwrap();
        assert!(ranking.is_cheapest());
        tempted += 1;
    }
    assert_eq!(tempted, 1_202);
}

/// `datasets.md` §3a: a real household on real plans of 2023, each month priced by somebody else. That the best plan
/// were for some people alone is supposed here, as that of a community is which the list has for other households.
#[test]
fn a_household_on_ei_24h_is_shown_the_best_plan_that_everybody_can_have() {
    let Some(text) = shared("vectors/ie_electricity_plan_costs_monthly.csv") else { return };
    let mut costs: BTreeMap<&str, BTreeMap<Date, i64>> = BTreeMap::new();
    for [plan, month, euros] in columns(&text, ["plan", "month", "total_cost_eur"]) {
        let euros: Ratio = euros.parse::<Decimal>().unwrap().into();
        let cents = euros.rounded(2).unwrap().times(100_u32.into()).unwrap();
        let month = format!("{month}-01").parse().unwrap();
        costs.entry(plan).or_default().insert(month, i64::try_from(cents.parts().0).unwrap());
    }
    let mut offers: Vec<Offer> = costs.keys().map(|plan| offer(plan, 0, "[]")).collect();
    let current = offer("ei_report_24h", 0, "[]");
    let months: Vec<Date> = costs["ei_report_24h"].keys().copied().collect();
    assert_eq!((offers.len(), months.len()), (21, 7));
    let bills = |offer: &Offer| Ok(costs[offer.code.as_str()].values().copied().collect());
    let best = |offers: &[Offer]| {
        let ranking = rank_bills(&current, offers, &months, date(2023, 6, 3), bills).unwrap();
        let cheaper = ranking.ranked.iter().filter(|comparison| comparison.saving() > 0).count();
        (cheaper, ranking.best().unwrap().other.code.clone(), ranking.best_saving())
    };
    assert_eq!(best(&offers), (7, "flogas_report_smart".to_owned(), 7_908));
    let smart = offers.iter_mut().find(|offer| offer.code == "flogas_report_smart").unwrap();
    smart.eligibility = Some("members of the community".to_owned());
    assert_eq!(best(&offers), (6, "ei_report_dualplus".to_owned(), 3_286));
}
