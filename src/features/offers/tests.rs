//! The plan page, and that what is tried in the browser is what the server would say.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::{collection::vec, prelude::*};

use super::{
    PlanSheet,
    sheet::{sheet, what_if},
    what_if::{Outcome, Trial, WhatIf, percent_field, read_percent, read_units, units_field},
};
use crate::{
    domain::{
        comparison::rank,
        decimal::Decimal,
        locale::Locale,
        money::Currency,
        month,
        offer::{Charge, MonthUsage, Offer},
    },
    features::fixture::{Fixture, MIRA, TOM},
    server::db::Conn,
    sql,
};

const METERS: [&str; 2] = ["GB", "roaming GB"];

fn offer(code: &str, fee: i64, charges: &str) -> Offer {
    Offer {
        code: code.to_owned(),
        name: code.to_owned(),
        currency: Currency::EUR,
        monthly_fee: Some(fee),
        minimum_commitment: None,
        charges: Charge::read_list(charges).expect("charges"),
        open_from: None,
        open_until: None,
        eligibility: None,
        provider: None,
    }
}

/// Up to `scale` digits after the point.
fn number(most: u32, scale: u8) -> impl Strategy<Value = Decimal> {
    prop_oneof![
        1 => Just(Decimal::ZERO),
        4 => (0..most, 0..=scale).prop_map(|(digits, scale)| Decimal::new(digits.into(), scale).expect("a number")),
    ]
}

fn ranges(price: &'static str) -> impl Strategy<Value = String> {
    vec((1..400_u32, number(9_000, 4), number(900, 2)), 1..6).prop_map(move |tiers| {
        let mut end = Decimal::ZERO;
        let last = tiers.len() - 1;
        let ranges = tiers.into_iter().enumerate().map(|(at, (width, each, flat))| {
            let from = end;
            end = from.plus(Decimal::new(width.into(), 1).expect("a bound")).expect("a bound");
            let to = if at == last { "null".to_owned() } else { format!(r#""{end}""#) };
            format!(r#"{{"from_value": "{from}", "to_value": {to}, "{price}": "{each}", "flat_amount": "{flat}"}}"#)
        });
        ranges.collect::<Vec<_>>().join(", ")
    })
}

/// Every model a plan may have: those whose price the quantity alone makes.
fn model() -> impl Strategy<Value = String> {
    let of = |model: &str, properties: String| format!(r#""charge_model": "{model}", "properties": {{{properties}}}"#);
    prop_oneof![
        number(9_000, 4).prop_map(move |each| of("standard", format!(r#""amount": "{each}""#))),
        ranges("per_unit_amount").prop_map(move |list| of("graduated", format!(r#""graduated_ranges": [{list}]"#))),
        ranges("per_unit_amount").prop_map(move |list| of("volume", format!(r#""volume_ranges": [{list}]"#))),
        ranges("rate").prop_map(move |list| {
            of("graduated_percentage", format!(r#""graduated_percentage_ranges": [{list}]"#))
        }),
        (number(900, 3), 1..200_u32, number(90, 1)).prop_map(move |(each, size, free)| {
            let size = Decimal::new(size.into(), 1).expect("a size");
            of("package", format!(r#""amount": "{each}", "package_size": "{size}", "free_units": "{free}""#))
        }),
        (number(500, 2), number(90, 1)).prop_map(move |(rate, free)| {
            of("percentage", format!(r#""rate": "{rate}", "free_units_per_total_aggregation": "{free}""#))
        }),
    ]
}

fn any_offer() -> impl Strategy<Value = Offer> {
    let charge = |meter: &'static str| model().prop_map(move |model| format!(r#"{{"meter": "{meter}", {model}}}"#));
    (0..9_000_i64, prop::option::of(0..20_000_i64), charge(METERS[0]), charge(METERS[1]), any::<bool>()).prop_map(
        |(fee, minimum_commitment, first, second, is_restricted)| Offer {
            minimum_commitment,
            eligibility: is_restricted.then(|| "students".to_owned()),
            ..offer("any", fee, &format!("[{first}, {second}]"))
        },
    )
}

/// Own use in millionths of a unit, percentages, and single months that were written over.
type Tried = (Vec<[u64; 2]>, [u32; 2], BTreeMap<(usize, usize), String>);

fn tried() -> impl Strategy<Value = Tried> {
    let own = vec(prop::array::uniform2(0..90_000_000_u64), 1..=12);
    let percents = prop::array::uniform2((0..=60_u32).prop_map(|steps| steps * 5));
    let written = prop::collection::btree_map((0..2_usize, 0..12_usize), number(5_000, 2), 0..6);
    (own, percents, written).prop_map(|(own, percents, written)| {
        let written = written.into_iter().map(|(place, units)| (place, units.to_string())).collect();
        (own, percents, written)
    })
}

fn months(own: &[[u64; 2]]) -> Vec<MonthUsage> {
    let of = |(at, units): (usize, &[u64; 2])| MonthUsage {
        month: month::later(date(2025, 11, 1), i32::try_from(at).expect("few")),
        units: METERS
            .iter()
            .zip(units)
            .map(|(meter, units)| ((*meter).to_owned(), Decimal::new((*units).into(), 6).expect("units")))
            .collect(),
    };
    own.iter().enumerate().map(of).collect()
}

/// What the island would show: from the packed data alone.
fn in_browser(packed: &str, typed: impl Fn(&str) -> String) -> (WhatIf, Outcome) {
    let of = WhatIf::unpack(packed).expect("it reads what was packed");
    let outcome = of.outcome(&Trial::read(&of, typed));
    (of, outcome)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_what_if_island_equals_the_server_to_the_cent(
        offers in vec(any_offer(), 2..6), (own, percents, written) in tried(),
        locale in prop::sample::select(&Locale::ALL[..]),
    ) {
        let offers: Vec<Offer> = offers
            .into_iter()
            .enumerate()
            .map(|(at, offer)| Offer { code: format!("plan-{at}"), name: format!("Plan {at}"), ..offer })
            .collect();
        let own = months(&own);
        let packed = what_if(&offers[0], offers[1..].iter(), &own, locale).pack();
        let typed = |name: &str| {
            let fields = (0..2).map(|meter| (percent_field(meter), percents[meter].to_string()));
            let written = written.iter().map(|((meter, month), units)| (units_field(*meter, *month), units.clone()));
            fields.chain(written).find(|(field, _)| field == name).map(|(_, value)| value).unwrap_or_default()
        };
        let (_, outcome) = in_browser(&packed, typed);

        // The server's way for the months as they would have been.
        let would_have_been: Vec<MonthUsage> = own
            .iter()
            .enumerate()
            .map(|(at, month)| {
                let units = METERS.iter().enumerate().map(|(meter, name)| {
                    let units = match written.get(&(meter, at)) {
                        Some(units) => units.parse().expect("units"),
                        None => {
                            let (digits, scale) = month.units[*name].parts();
                            Decimal::new(digits * i128::from(percents[meter]), scale + 2).expect("units")
                        }
                    };
                    ((*name).to_owned(), units)
                });
                MonthUsage { month: month.month, units: units.collect() }
            })
            .collect();
        let today = date(2026, 11, 22);
        let ranking = rank(&offers[0], &offers[1..], &would_have_been, today).expect("a price");
        let all = ranking.ranked.iter().chain(&ranking.restricted);
        let mut server: Vec<(String, i64, i64)> =
            all.map(|compared| (compared.other.code.clone(), compared.there, -compared.saving())).collect();
        let now: i64 = would_have_been.iter().map(|month| offers[0].price(month).expect("a price")).sum();
        server.push((offers[0].code.clone(), now, 0));
        server.sort();
        let mut browser: Vec<(String, i64, i64)> = outcome
            .rows
            .iter()
            .map(|row| (offers[row.at].code.clone(), row.cost.expect("a cost"), row.more.expect("a difference")))
            .collect();
        browser.sort();
        prop_assert_eq!(browser, server);
        let open = outcome.rows.iter().filter(|row| row.at == 0 || !offers[row.at].is_restricted());
        prop_assert!(open.map(|row| row.cost).is_sorted(), "the cheapest comes first");
    }
}

#[test]
fn what_is_packed_comes_back_whatever_it_is_called() {
    let odd = "a\tb\nc\u{0}";
    let used = MonthUsage { month: date(2026, 3, 1), units: [(odd.to_owned(), Decimal::ONE)].into() };
    let charges = format!(
        r#"[{{"meter": {}, "charge_model": "standard", "properties": {{"amount": "0.1"}}}}]"#,
        serde_json::to_string(odd).expect("json")
    );
    let named = Offer { name: "كبير\n\"<b>".to_owned(), monthly_fee: Some(i64::MAX), ..offer("one", 0, &charges) };
    let packed = what_if(&offer("own", 1, &charges), [&named].into_iter(), &[used], Locale::French).pack();
    let (of, outcome) = in_browser(&packed, |_| String::new());
    assert_eq!(of.meters, ["a b c "]);
    assert_eq!(of.offers[1].offer.name, "كبير \"<b>");
    assert_eq!(outcome.rows[0].cost, Some(11));
    assert_eq!(outcome.rows[1].cost, None, "more than can be kept has no price");
    assert_eq!((of.currency, of.locale), (Currency::EUR, Locale::French));
    assert_eq!(of.pack(), packed);
    assert!(WhatIf::unpack("EUR\tde-DE\ngb\no\tname\t\t\t1\t").is_some());
    for broken in ["", "EUR", "EUR\ngb", "EUR\txx\ngb", "euro\tde-DE\ngb", "EUR\tde-DE"] {
        assert_eq!(WhatIf::unpack(broken), None, "{broken:?}");
    }
    for broken in ["m\t2026-13-01\t1", "c\tgb\ts\t1", "o\tname"] {
        assert_eq!(WhatIf::unpack(&format!("EUR\tde-DE\ngb\n{broken}")), None, "{broken:?}");
    }
}

#[test]
fn what_is_typed_is_read_or_counted_as_wrong() {
    for (text, percent) in [("", Some(100)), (" 35 ", Some(35)), ("300", Some(300)), ("0", Some(0))] {
        assert_eq!(read_percent(text), percent);
    }
    for wrong in ["301", "-5", "half", "1e2", "99999999999999999999", "\0"] {
        assert_eq!(read_percent(wrong), None, "{wrong:?}");
    }
    let units = |text: &str| read_units(text).map(|units| units.map(|units| units.to_string()));
    assert_eq!(units(""), Some(None));
    assert_eq!(units(" 7,5 "), Some(Some("7.5".to_owned())));
    assert_eq!(units("1e3"), Some(Some("1000".to_owned())));
    for wrong in ["-1", "much", "1e30", "1,000,000", "\0", "<b>"] {
        assert_eq!(units(wrong), None, "{wrong:?}");
    }
}

#[test]
fn the_answer_is_said_in_one_sentence() {
    let each = |each: &str| {
        format!(r#"[{{"meter": "GB", "charge_model": "standard", "properties": {{"amount": "{each}"}}}}]"#)
    };
    let used = MonthUsage { month: date(2026, 3, 1), units: [("GB".to_owned(), Decimal::ONE)].into() };
    let (own, other) = (offer("own", 100, &each("1")), offer("Other", 150, &each("0.1")));
    let packed = what_if(&own, [&other].into_iter(), &[used], Locale::English).pack();
    let says = |percent: &str, units: &str| {
        let typed = |name: &str| if name == "use0" { percent.to_owned() } else { units.to_owned() };
        in_browser(&packed, typed).1.says
    };
    assert_eq!(
        says("", ""),
        "On your plan this would cost €2.00 in this month. The cheapest would be Other: €1.60, that is €0.40 less."
    );
    assert_eq!(says("0", ""), "On your plan this would cost €1.00 in this month. No other plan would cost less.");
    assert!(says("", "many").ends_with("One number could not be used, so there the slider counts."));
    assert!(says("lots", "many").ends_with("2 numbers could not be used, so there the sliders count."));
}

#[test]
fn the_answer_is_written_the_way_its_reader_is_used_to() {
    let free = r#"[{"meter": "GB", "charge_model": "standard", "properties": {"amount": "0"}}]"#;
    let own = offer("own", 250_000, free);
    let (dearer, cheaper) = (offer("Dearer", 400_050, free), offer("Cheaper", 120_000, free));
    let used = MonthUsage { month: date(2026, 3, 1), units: [("GB".to_owned(), Decimal::ONE)].into() };
    let packed = what_if(&own, [&dearer, &cheaper].into_iter(), &[used], Locale::German).pack();
    let (of, outcome) = in_browser(&packed, |_| String::new());
    assert_eq!(
        outcome.says,
        "On your plan this would cost 2.500,00\u{a0}€ in this month. The cheapest would be Cheaper: 1.200,00\u{a0}€, \
         that is 1.300,00\u{a0}€ less."
    );
    let words: Vec<_> = outcome.rows.iter().map(|row| (of.cost_in_words(row), of.more_in_words(row))).collect();
    let words: Vec<_> = words.iter().map(|(cost, more)| (cost.as_str(), more.as_str())).collect();
    assert_eq!(
        words,
        [
            ("1.200,00\u{a0}€", "1.300,00\u{a0}€ less"),
            ("2.500,00\u{a0}€", ""),
            ("4.000,50\u{a0}€", "1.500,50\u{a0}€ more")
        ]
    );
}

async fn house() -> Fixture {
    let house = Fixture::new().await;
    for (code, fee, included) in [("small", 1_200, 2), ("medium", 1_800, 8), ("large", 2_400, 20)] {
        house.add_plan(code, fee, included, None).await;
    }
    house.add_plan("student", 900, 20, Some("students")).await;
    house.add_competitor("Tidal", Some(750), 1, date(2026, 11, 3)).await;
    house.add_competitor("Foghorn", None, 1, date(2026, 11, 3)).await;
    house
}

async fn page(house: &Fixture, customer: &str) -> PlanSheet {
    sheet(&house.app, customer).await.expect("the page")
}

#[tokio::test]
async fn the_year_stands_month_by_month_beside_the_cheapest_plans() {
    let house = house().await;
    house.subscribe(MIRA, "large", date(2025, 1, 1), None).await;
    for (month, tenths) in [(8, 10), (9, 70), (10, 90)] {
        house.use_tenths(MIRA, Date::constant(2026, month, 1), tenths).await;
    }
    house.use_tenths(TOM, date(2026, 10, 1), 9_000).await;
    let sheet = page(&house, MIRA).await;
    let held = &sheet.held[0];
    let year = held.year.as_ref().expect("a year");
    let named: Vec<_> = year.offers.iter().map(|offer| (offer.name.as_str(), offer.total.minor)).collect();
    assert_eq!(named, [("large", 7_200), ("medium", 5_700), ("Tidal Data", 6_450), ("small", 7_200)]);
    assert!(year.offers[2].source.is_some());
    let september: Vec<_> = year.months[1].1.iter().map(|cost| cost.minor).collect();
    assert_eq!((year.months[1].0, september), (date(2026, 9, 1), vec![2_400, 1_800, 2_550, 2_700]));
    assert_eq!(year.unread, 9);
    let tried = WhatIf::unpack(held.what_if.as_ref().expect("something to try")).expect("it reads");
    let names: Vec<_> = tried.offers.iter().map(|priced| priced.offer.name.as_str()).collect();
    assert_eq!(names, ["large", "medium", "Tidal Data", "small", "student"]);
    assert!(tried.offers[4].is_restricted && tried.offers[4].more == "Only for students.");
    assert_eq!(tried.offers[2].more, "Price from their price list, read on 3 November 2026.");
    assert_eq!(tried.outcome(&Trial::read(&tried, |_| String::new())).rows[0].cost, Some(5_700));
}

#[tokio::test]
async fn the_sheet_is_written_the_way_its_customer_is_used_to() {
    let house = house().await;
    house.subscribe(MIRA, "large", date(2025, 1, 1), None).await;
    house.use_tenths(MIRA, date(2026, 10, 1), 12_345).await;
    house
        .write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "update customers set locale = 'de-DE' where id = $1", MIRA)
        })
        .await;
    let held = page(&house, MIRA).await.held.remove(0);
    assert_eq!(held.meters[0].months[0].1, "1.234,5");
    let tried = WhatIf::unpack(held.what_if.as_ref().expect("something to try")).expect("it reads");
    assert_eq!(tried.locale, Locale::German);
    let tidal = tried.offers.iter().find(|priced| priced.offer.name == "Tidal Data").expect("theirs");
    assert_eq!(tidal.more, "Price from their price list, read on 3. November 2026.");
}

#[tokio::test]
async fn a_plan_is_had_since_it_was_changed_to() {
    let house = house().await;
    house.subscribe(MIRA, "small", date(2025, 1, 1), None).await;
    house.subscribe(TOM, "large", date(2025, 2, 1), None).await;
    house
        .write(async |conn: &mut Conn<'_>| {
            let text = "update subscriptions set plan_since = '2026-06-01' where customer_id = $1";
            sql!(conn, execute, text, MIRA)
        })
        .await;
    assert_eq!(page(&house, MIRA).await.held[0].since, date(2026, 6, 1));
    assert_eq!(page(&house, TOM).await.held[0].since, date(2025, 2, 1), "always the same plan");
}

#[tokio::test]
async fn what_we_advise_stands_in_the_year_however_many_are_cheaper() {
    let house = house().await;
    house.subscribe(MIRA, "large", date(2025, 1, 1), None).await;
    house.subscribe(TOM, "large", date(2025, 1, 1), None).await;
    house.add_plan("mini", 500, 1, None).await;
    house.add_plan("micro", 400, 1, None).await;
    for (month, tenths) in [(8, 10), (9, 10), (10, 70)] {
        house.use_tenths(MIRA, Date::constant(2026, month, 1), tenths).await;
        house.use_tenths(TOM, Date::constant(2026, month, 1), tenths).await;
    }
    let offers = async |customer: &str| {
        let year = page(&house, customer).await.held.remove(0).year.expect("a year");
        assert!(year.months.iter().all(|(_, costs)| costs.len() == year.offers.len()));
        let named =
            year.offers.into_iter().map(|offer| format!("{}{}", offer.name, if offer.is_advised { "!" } else { "" }));
        named.collect::<Vec<_>>()
    };
    assert_eq!(offers(MIRA).await, ["large", "micro!", "mini", "Tidal Data"], "advised is what holds today");
}

#[tokio::test]
async fn without_readings_there_is_nothing_to_try() {
    let house = house().await;
    house.subscribe(MIRA, "large", date(2025, 1, 1), None).await;
    let held = page(&house, MIRA).await.held.remove(0);
    assert!(held.year.is_none() && held.what_if.is_none() && held.cost.is_none());
    assert!(page(&house, TOM).await.held.is_empty());
}
