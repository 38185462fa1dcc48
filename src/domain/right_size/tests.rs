//! Sizes of customers: steady, seasonal, outgrown, and hardly read.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::{
    comparison::Switching,
    notice::NoticeKind,
    offer::samples::{flat_fee, gb, months, offer},
    pricing::published::shared,
    rule::{Rule, Subject},
    told::Told,
};

/// Heats in winter: much from November to March, little else.
const SEASONAL: [u32; 12] = [30, 28, 20, 4, 3, 2, 2, 2, 3, 5, 22, 29];

fn large() -> Offer {
    gb("large", 3_000, 30, "3")
}

fn small() -> Offer {
    gb("small", 2_000, 5, "3")
}

fn year(used: &[u32]) -> Vec<MonthUsage> {
    months(date(2026, 1, 1), used)
}

fn is_told(sizing: &Sizing<'_>) -> bool {
    let facts = sizing.asked(Switching::FREE, Told::never(date(2027, 1, 5))).facts(NoticeKind::RightSize);
    Rule::usual(NoticeKind::RightSize).condition.holds(&facts)
}

/// Trap P7 of `worked-examples.md` (predbat #337): a short look-back advised a change that the year showed to cost
/// more.
#[test]
fn a_short_look_back_does_not_advise_what_a_year_would_undo() {
    let (large, small) = (large(), small());
    let whole = year(&SEASONAL);
    let over_a_year = size(&large, &small, &whole, "gb", &SizingTerms::default()).unwrap();
    assert!(over_a_year.need.covers_all_seasons() && over_a_year.comparison.saving() < 0);
    assert_eq!(over_a_year.need.confidence_percent(&over_a_year.comparison.totals()), 58);
    assert!(!is_told(&over_a_year));

    let summer = &whole[3..10];
    let looked_at = SizingTerms { look_back_months: 7, ..SizingTerms::default() };
    assert!(compare(&large, &small, summer).unwrap().saving() > 0, "the summer alone tempts one");
    assert_eq!(size(&large, &small, summer, "gb", &looked_at), Err(NoAdvice::TooFewSeasons { seasons: 7 }));
    let nine = &whole[2..11];
    let undone = NoAdvice::YearMayUndoIt { seasons: 9, dearer: 2 };
    assert_eq!(size(&large, &small, nine, "gb", &SizingTerms::default()), Err(undone));
}

#[test]
fn short_of_a_year_no_month_may_have_cost_more() {
    let (large, small) = (large(), small());
    let steady = size(&large, &small, &year(&[4; 10]), "gb", &SizingTerms::default()).unwrap();
    assert_eq!(
        (steady.need.confidence_percent(&steady.comparison.totals()), steady.need.covers_all_seasons()),
        (100, false)
    );
    assert!(!is_told(&steady), "the rule that Candor comes with waits for a whole year");
    let two_years_of_nine: Vec<_> = year(&[4; 9]).into_iter().chain(months(date(2027, 1, 1), &[4; 9])).collect();
    let terms = SizingTerms { look_back_months: 24, ..SizingTerms::default() };
    let sizing = size(&large, &small, &two_years_of_nine, "gb", &terms).unwrap();
    assert_eq!((sizing.need.seasons, sizing.need.covered), (9, 18), "the same nine months twice are no year");
}

#[test]
fn below_the_coverage_floor_nothing_is_advised() {
    let (large, small) = (large(), small());
    let few = size(&large, &small, &year(&[4; 8]), "gb", &SizingTerms::default());
    assert_eq!(few, Err(NoAdvice::TooFewMonths { covered: 8, looked_back: 12 }));
    assert_eq!(few.unwrap_err().to_string(), "only 8 of 12 months have readings");
    let other_meter = crate::offer::samples::month(2026, 12, "kwh", "0");
    let read: Vec<_> = year(&[4; 8]).into_iter().chain([other_meter]).collect();
    let still = size(&large, &small, &read, "gb", &SizingTerms::default());
    assert_eq!(
        still,
        Err(NoAdvice::TooFewMonths { covered: 8, looked_back: 12 }),
        "a month without the meter is not zero"
    );
}

#[test]
fn who_has_outgrown_a_size_is_told_so_too() {
    let (large, small) = (large(), small());
    let sizing = size(&small, &large, &year(&[20; 12]), "gb", &SizingTerms::default()).unwrap();
    assert_eq!(sizing.change, SizeChange::Larger);
    assert_eq!((sizing.need.bought.to_string(), sizing.need.needed.to_string()), ("5".into(), "24".into()));
    assert_eq!((sizing.need.unused.millionths, sizing.comparison.saving()), (0, 12 * (6_500 - 3_000)));
    assert!(is_told(&sizing));
}

#[test]
fn a_smaller_size_with_overage_may_be_the_best_and_its_dear_months_are_shown() {
    let (large, small) = (gb("large", 4_000, 30, "1"), gb("small", 1_000, 5, "1"));
    let used = year(&[6, 6, 6, 40, 6, 6, 6, 6, 6, 6, 6, 6]);
    let sizing = size(&large, &small, &used, "gb", &SizingTerms::default()).unwrap();
    assert_eq!(sizing.need.needed.to_string(), "48", "more than either includes");
    assert_eq!(sizing.comparison.saving(), 12 * 3_000 - 11 * 100 - 3_500 + 1_000);
    assert_eq!(sizing.need.confidence_percent(&sizing.comparison.totals()), 100);
}

#[test]
fn what_has_no_size_is_not_sized() {
    let (large, without) = (large(), flat_fee("without", 900));
    let none = NoAdvice::NoAllowance { offer: "without".to_owned(), meter: "gb".to_owned() };
    let used = year(&[4; 12]);
    assert_eq!(size(&large, &without, &used, "gb", &SizingTerms::default()), Err(none));
    let same = gb("same", 2_500, 30, "9");
    assert_eq!(size(&large, &same, &used, "gb", &SizingTerms::default()), Err(NoAdvice::SameSize));
    let unknown = Offer { monthly_fee: None, ..small() };
    let no_price = NoAdvice::NoPrice(NoPrice::FeeNotKnown { offer: "small".to_owned() });
    assert_eq!(size(&large, &unknown, &used, "gb", &SizingTerms::default()), Err(no_price));
}

/// Real households (Smart-Grid Smart-City, `datasets.md` §3b) on sizes of ours: an engine test, no claim about them.
#[test]
fn of_real_households_none_below_the_floor_is_advised() {
    let Some(text) = shared("sgsc50_monthly.csv") else { return };
    let sized = |code: &str, fee, included: u32| {
        offer(
            code,
            fee,
            &format!(
                r#"[{{"meter": "kwh", "charge_model": "graduated", "properties": {{"graduated_ranges": [
                {{"from_value": 0, "to_value": {included}, "per_unit_amount": 0}},
                {{"from_value": {included}, "to_value": null, "per_unit_amount": "0.3"}}]}}}}]"#
            ),
        )
    };
    let (large, small) = (sized("large", 9_000, 400), sized("small", 5_000, 250));
    let mut customers: BTreeMap<&str, Vec<MonthUsage>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let month: Date = format!("{}-01", fields[1]).parse().unwrap();
        // A full month, as `datasets.md` counts it; the look-back is the year to January 2014.
        let is_full = fields[2].parse::<u32>().unwrap() >= 1_344;
        let of = customers.entry(fields[0]).or_default();
        if is_full && (date(2013, 2, 1)..=date(2014, 1, 1)).contains(&month) {
            of.push(MonthUsage { month, units: [("kwh".to_owned(), fields[3].parse().unwrap())].into() });
        }
    }
    assert_eq!(customers.len(), 50);
    let mut advised = 0;
    for months in customers.values() {
        match size(&large, &small, months, "kwh", &SizingTerms::default()) {
            Ok(sizing) => {
                assert!(
                    months.len() >= 9
                        && (sizing.need.covers_all_seasons()
                            || sizing.need.confidence_percent(&sizing.comparison.totals()) == 100)
                );
                advised += 1;
            }
            Err(NoAdvice::TooFewMonths { covered, .. }) => assert!(covered < 9),
            Err(NoAdvice::YearMayUndoIt { seasons, dearer }) => assert!(seasons < 12 && dearer > 0),
            Err(other) => panic!("{other}"),
        }
    }
    assert!(advised > 0);
}

proptest! {
    #[test]
    fn shares_stay_shares_and_needs_cover_their_percentile(
        used in prop::collection::vec(0..60_u32, 0..30), look_back_months in 1..37_u32, percentile in 50..=100_u32,
        headroom_percent in 0..=100_u32,
    ) {
        let (large, small) = (large(), small());
        let terms = SizingTerms { look_back_months, percentile, headroom_percent, ..SizingTerms::default() };
        if let Ok(sizing) = size(&large, &small, &year(&used), "gb", &terms) {
            prop_assert!((0..=100).contains(&sizing.need.confidence_percent(&sizing.comparison.totals())));
            prop_assert!((0..=1_000_000).contains(&sizing.need.unused.millionths));
            prop_assert!((750_000..=1_000_000).contains(&sizing.need.coverage().millionths));
            prop_assert!(sizing.need.seasons >= FEWEST_SEASONS);
            let enough = used.iter().filter(|units| Decimal::from(**units) <= sizing.need.needed).count();
            prop_assert!(enough * 100 >= used.len() * usize::try_from(percentile).unwrap());
        }
    }
}
