//! What holds for every tariff, tried on arbitrary bands and readings.

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use crate::decimal::Decimal;
use crate::fields::Fields;

use super::{Layout, Plan, Readings, months_of_use};

fn plan() -> impl Strategy<Value = Plan> {
    let band = (prop::sample::subsequence(vec![1, 2, 3, 4, 5, 6, 7], 1..=7), 0..24_u8, 0..=24_u8, 0..100_000_u32).prop_map(|(days, from, to, price)| {
        format!(r#"{{"name": "b", "days": {days:?}, "from": "{from:02}:30", "to": "{to:02}:00", "unit_price": {price}e-5}}"#)
    });
    (prop::collection::vec(band, 0..5), 0..1000_u32, prop::sample::select(vec!["hour", "day", "month"])).prop_map(|(bands, standing, per)| {
        let base = r#"{"name": "base", "days": [1,2,3,4,5,6,7], "from": "00:00", "to": "00:00", "unit_price": "0.3"}"#.to_owned();
        let bands = [vec![base], bands].concat().join(", ");
        let json = format!(r#"{{"id": "p", "currency": "EUR", "standing": {{"amount": {standing}, "per": "{per}"}}, "bands": [{bands}], "feed_in": 0.1}}"#);
        Plan::read(&Fields::read("plan", &json).unwrap()).unwrap()
    })
}

/// Half hours of two months around the autumn change, some missing, in any order.
fn file() -> impl Strategy<Value = String> {
    let start = Timestamp::from_second(1_696_000_000 / 1800 * 1800).unwrap().as_second();
    prop::collection::vec((0..3000_i64, 0..5000_u32), 0..60).prop_map(move |rows| {
        let row = |(place, watts): (i64, u32)| {
            format!("{},{watts}e-3,{watts}e-4\n", Timestamp::from_second(start + place * 1800).unwrap())
        };
        "instant,kwh,export_kwh\n".to_owned() + &rows.into_iter().map(row).collect::<String>()
    })
}

fn zone() -> impl Strategy<Value = TimeZone> {
    prop::sample::select(vec![
        "UTC",
        "Europe/Dublin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
    ])
    .prop_map(|name| TimeZone::get(name).unwrap())
}

fn sum(parts: impl IntoIterator<Item = Decimal>) -> Decimal {
    Decimal::sum(parts).unwrap()
}

proptest! {
    #[test]
    fn bands_and_standing_sum_to_the_month_and_months_to_the_total(plan in plan(), file in file(), zone in zone()) {
        let readings = Readings::read(Layout::InstantKwh, file.as_bytes(), &zone).unwrap();
        let months = months_of_use(&readings, date(2023, 9, 1), date(2023, 12, 31), &zone).unwrap();
        let cost = plan.cost(&months).unwrap();
        prop_assert_eq!(cost.total.units, sum(readings.imports.iter().map(|reading| reading.kwh)));
        prop_assert_eq!(cost.total.exported, sum(readings.exports.iter().map(|reading| reading.kwh)));
        for part in cost.months.iter().map(|(_, month)| month).chain([&cost.total]) {
            prop_assert_eq!(part.units, sum(part.bands.iter().map(|band| band.units)));
            prop_assert_eq!(part.energy, sum(part.bands.iter().map(|band| band.amount)));
            prop_assert_eq!(part.total, sum([part.energy, part.standing]));
        }
        prop_assert_eq!(cost.total.total, sum(cost.months.iter().map(|(_, month)| month.total)));
        prop_assert_eq!(cost.total.standing, sum(cost.months.iter().map(|(_, month)| month.standing)));
        prop_assert_eq!(cost.total.feed_in, Some(sum(cost.months.iter().map(|(_, month)| month.feed_in.unwrap()))));
    }

    #[test]
    fn a_period_in_two_parts_holds_the_energy_of_the_whole(plan in plan(), file in file(), zone in zone(), days in 0..100_i64) {
        let readings = Readings::read(Layout::InstantKwh, file.as_bytes(), &zone).unwrap();
        let (from, to) = (date(2023, 9, 1), date(2023, 12, 31));
        let cut = from.checked_add(jiff::Span::new().days(days)).unwrap();
        let energy = |from, to| plan.cost(&months_of_use(&readings, from, to, &zone).unwrap()).unwrap().total.energy;
        prop_assert_eq!(sum([energy(from, cut), energy(cut.tomorrow().unwrap(), to)]), energy(from, to));
    }

    #[test]
    fn the_order_of_rows_does_not_matter(rows in file(), zone in zone()) {
        let mut lines: Vec<&str> = rows.lines().collect();
        lines[1..].reverse();
        let reversed = lines.join("\n");
        let (one, other) = (Readings::read(Layout::InstantKwh, rows.as_bytes(), &zone), Readings::read(Layout::InstantKwh, reversed.as_bytes(), &zone));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), zone in zone()) {
        let header = b"Read Value,Read Type,Read Date and End Time\n";
        let _ = Readings::read(Layout::EsbHdf, &bytes, &zone);
        let _ = Readings::read(Layout::EsbHdf, &[header.as_slice(), &bytes].concat(), &zone);
        let _ = Readings::read(Layout::InstantKwh, &[b"instant,kwh\n".as_slice(), &bytes].concat(), &zone);
    }

    #[test]
    fn any_row_of_the_right_shape_is_read_or_refused(value in "[-0-9.e]{0,8}", kind in "Active (Import|Export) Interval \\((kW|kWh)\\)", stamp in "[0-9]{2}[-/][0-9]{2}[-/][0-9]{4} [0-9]{2}:[0-9]{2}", zone in zone()) {
        let file = format!("Read Value,Read Type,Read Date and End Time\n{value},{kind},{stamp}\n");
        let readings = Readings::read(Layout::EsbHdf, file.as_bytes(), &zone).unwrap();
        prop_assert_eq!(readings.imports.len() + readings.exports.len() + readings.refused.len(), 1);
    }
}
