//! What holds for every kernel: its bills are those of [`Offer::price`], tried on arbitrary offers and usage.

use proptest::prelude::*;

use super::{BLOCK, Kernel, UsageColumns};
use crate::{
    decimal::Decimal,
    money::Currency,
    offer::{MonthUsage, Offer, samples},
    pricing::{ChargeModel, Tiers},
};

/// The third is not among the columns.
const METERS: [&str; 3] = ["gb", "kwh", "sms"];

fn decimal(digits: u32, scale: u8) -> Decimal {
    Decimal::new(digits.into(), scale).unwrap()
}

/// How fine the numbers of an offer are: the most digits after the point of an amount and of a bound.
#[derive(Clone, Copy)]
struct Fineness {
    amount: u8,
    bound: u8,
}

const ORDINARY: Fineness = Fineness { amount: 4, bound: 3 };
/// With bounds that no column can hold.
const FINE: Fineness = Fineness { amount: 9, bound: 8 };

/// Prices and flat amounts, often far below a cent.
fn amount(fineness: Fineness) -> impl Strategy<Value = Decimal> {
    prop_oneof![
        4 => (0..1_000_u32, 0..=fineness.amount).prop_map(|(digits, scale)| decimal(digits, scale)),
        1 => Just(Decimal::ZERO),
    ]
}

/// Units above zero.
fn width(fineness: Fineness) -> impl Strategy<Value = Decimal> {
    prop_oneof![
        (1..300_u32).prop_map(Decimal::from),
        (1..300_000_u32, 1..=fineness.bound).prop_map(|(digits, scale)| decimal(digits, scale)),
    ]
}

fn ranges(fineness: Fineness, price_field: &'static str) -> impl Strategy<Value = String> {
    prop::collection::vec((width(fineness), amount(fineness), amount(fineness)), 1..12).prop_map(move |tiers| {
        let last = tiers.len() - 1;
        let mut end = Decimal::ZERO;
        let ranges = tiers.into_iter().enumerate().map(|(index, (width, price, flat))| {
            let from = end;
            end = from.plus(width).unwrap();
            let to = if index == last { "null".to_owned() } else { format!("\"{end}\"") };
            format!(
                r#"{{"from_value": "{from}", "to_value": {to}, "{price_field}": "{price}", "flat_amount": "{flat}"}}"#
            )
        });
        ranges.collect::<Vec<_>>().join(", ")
    })
}

fn model(fineness: Fineness) -> impl Strategy<Value = String> {
    let of = |name: &str, properties: String| format!(r#""charge_model": "{name}", "properties": {{{properties}}}"#);
    prop_oneof![
        amount(fineness).prop_map(move |amount| of("standard", format!(r#""amount": "{amount}""#))),
        ranges(fineness, "per_unit_amount")
            .prop_map(move |list| of("graduated", format!(r#""graduated_ranges": [{list}]"#))),
        ranges(fineness, "per_unit_amount").prop_map(move |list| of("volume", format!(r#""volume_ranges": [{list}]"#))),
        ranges(fineness, "rate").prop_map(move |list| {
            of("graduated_percentage", format!(r#""graduated_percentage_ranges": [{list}]"#))
        }),
        (amount(fineness), width(fineness), prop_oneof![Just(Decimal::ZERO), width(fineness)]).prop_map(
            move |(amount, size, free)| {
                of("package", format!(r#""amount": "{amount}", "package_size": "{size}", "free_units": "{free}""#))
            }
        ),
    ]
}

fn any_offer(fineness: Fineness) -> impl Strategy<Value = Offer> {
    let charge = (prop::sample::select(&METERS[..]), model(fineness))
        .prop_map(|(meter, model)| format!(r#"{{"meter": "{meter}", {model}}}"#));
    let currency = prop::sample::select(vec![Currency::JPY, Currency::EUR, Currency::KWD]);
    let minimum = prop::option::of(0..1_000_000_i64);
    (prop::collection::vec(charge, 0..5), 0..1_000_000_i64, minimum, currency).prop_map(
        |(charges, fee, minimum_commitment, currency)| {
            let offer = samples::offer("any", fee, &format!("[{}]", charges.join(", ")));
            Offer { minimum_commitment, currency, ..offer }
        },
    )
}

/// Millionths of a unit, of which a thousand are the finest.
fn ordinary_use() -> impl Strategy<Value = u64> {
    prop_oneof![
        1 => Just(0),
        3 => (0..3_000_u64).prop_map(|units| units * 1_000_000),
        3 => (0..3_000_000_u64).prop_map(|thousandths| thousandths * 1_000),
    ]
}

fn any_use() -> impl Strategy<Value = u64> {
    let of_any_size = (any::<u64>(), 0..64_u32).prop_map(|(most, shift)| most >> shift);
    prop_oneof![ordinary_use(), 0..1_000_000_000_u64, of_any_size]
}

fn rows(of: impl Strategy<Value = u64>) -> impl Strategy<Value = Vec<[u64; 2]>> {
    prop::collection::vec(prop::array::uniform2(of), 0..40)
}

/// Each bound of a tier or a package of the offer, and a step of so many millionths less and more.
fn rows_at_bounds(offer: &Offer, step: u64) -> Vec<[u64; 2]> {
    let of_tiers = |tiers: &Tiers| tiers.iter().map(|tier| tier.above).collect::<Vec<_>>();
    let bounds = offer.charges.iter().flat_map(|charge| match &charge.model {
        ChargeModel::Graduated(model) => of_tiers(&model.tiers),
        ChargeModel::Volume(model) => of_tiers(&model.tiers),
        ChargeModel::GraduatedPercentage(model) => of_tiers(&model.tiers),
        ChargeModel::Package(model) => {
            let packages = (0..4_u32).map(|count| model.package_size.times(count.into()).unwrap());
            packages.map(|units| units.plus(model.free_units).unwrap()).collect()
        }
        _ => Vec::new(),
    });
    let millionths = bounds.map(|bound| {
        let (digits, scale) = bound.parts();
        u64::try_from(digits * 1_000_000 / 10_i128.pow(scale.into())).unwrap()
    });
    millionths.flat_map(|at| [at.saturating_sub(step), at, at + step]).map(|at| [at, at]).collect()
}

fn columns(rows: &[[u64; 2]]) -> UsageColumns {
    let mut usage = UsageColumns::new(2);
    rows.iter().for_each(|row| usage.push(row));
    usage
}

/// One by one, with what is sold alone, as a kernel leaves that to its caller.
fn prices(offer: &Offer, rows: &[[u64; 2]]) -> Vec<Option<i64>> {
    let is_sold = |meter: &&str| offer.charges.iter().any(|charge| charge.meter == *meter);
    let price = |row: &[u64; 2]| {
        let used = METERS.iter().zip(row).filter(|(meter, _)| is_sold(meter));
        let units = used.map(|(meter, used)| ((*meter).to_owned(), Decimal::new((*used).into(), 6).unwrap()));
        offer.price(&MonthUsage { units: units.collect(), ..samples::month(2026, 3, "gb", "0") }).ok()
    };
    rows.iter().map(price).collect()
}

fn kernel(offer: &Offer) -> Kernel {
    Kernel::of(offer, &METERS[..2]).unwrap()
}

fn bills(offer: &Offer, rows: &[[u64; 2]]) -> Option<Vec<Option<i64>>> {
    let mut bills = vec![7; 3];
    let is_priced = kernel(offer).price(&columns(rows), &mut bills);
    assert!(is_priced || bills.is_empty());
    is_priced.then(|| bills.into_iter().map(Some).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_kernel_prices_every_ordinary_month_as_the_offer_does(
        offer in any_offer(ORDINARY), rows in rows(ordinary_use()),
    ) {
        prop_assert_eq!(bills(&offer, &rows), Some(prices(&offer, &rows)));
    }

    #[test]
    fn a_kernel_is_right_around_every_bound(offer in any_offer(ORDINARY), fine in any_offer(FINE)) {
        let rows = rows_at_bounds(&offer, 1_000);
        prop_assert_eq!(bills(&offer, &rows), Some(prices(&offer, &rows)));
        for row in rows_at_bounds(&fine, 1) {
            if let Some(bills) = bills(&fine, &[row]) {
                prop_assert_eq!(bills, prices(&fine, &[row]));
            }
        }
    }

    #[test]
    fn a_month_of_any_size_is_priced_as_the_offer_does_or_not_at_all(
        offer in any_offer(FINE), rows in rows(any_use()), fee in prop_oneof![Just(0), Just(i64::MAX), 0..i64::MAX],
    ) {
        let offer = Offer { monthly_fee: Some(fee), ..offer };
        for rows in rows.chunks(3) {
            if let Some(bills) = bills(&offer, rows) {
                prop_assert_eq!(bills, prices(&offer, rows));
            }
        }
    }

    #[test]
    fn columns_that_are_used_again_are_as_new(
        offer in any_offer(ORDINARY), before in rows(any_use()), rows in rows(ordinary_use()),
    ) {
        let mut usage = columns(&before);
        usage.clear();
        rows.iter().for_each(|row| usage.push(row));
        let mut again = Vec::new();
        prop_assert!(kernel(&offer).price(&usage, &mut again));
        prop_assert_eq!(again.into_iter().map(Some).collect::<Vec<_>>(), prices(&offer, &rows));
    }

    #[test]
    fn rows_of_several_blocks_are_all_priced(
        offer in any_offer(ORDINARY), rows in rows(ordinary_use()), blocks in 0..3_usize,
    ) {
        let rows: Vec<_> = rows.into_iter().chain([[5_000, 7_000]]).cycle().take(BLOCK * blocks + 11).collect();
        let bills = bills(&offer, &rows).unwrap();
        for part in [0..11, rows.len() - 11..rows.len()] {
            prop_assert_eq!(&bills[part.clone()], prices(&offer, &rows[part]));
        }
        prop_assert_eq!(bills.len(), rows.len());
    }
}

/// The one price that a kernel has for so many millionths of `gb`.
fn bill(offer: &Offer, millionths: u64) -> Option<i64> {
    bills(offer, &[[millionths, 0]])?[0]
}

#[test]
fn a_half_is_rounded_away_from_zero_once_a_month() {
    let charge = r#"{"meter": "gb", "charge_model": "standard", "properties": {"amount": "0.0025"}}"#;
    let twice = samples::offer("twice", 0, &format!("[{charge}, {charge}]"));
    assert_eq!((bill(&twice, 1_000_000), bill(&twice, 999_999)), (Some(1), Some(0)));
    let yen = Offer { currency: Currency::JPY, ..samples::gb("yen", 1_500, 5, "0.5") };
    assert_eq!(bill(&yen, 6_000_000), Some(1_501));
    let minimum = Offer { minimum_commitment: Some(1_502), ..yen };
    assert_eq!((bill(&minimum, 6_000_000), bill(&minimum, 9_000_000)), (Some(1_502), Some(1_502)));
}

#[test]
fn numbers_that_do_not_fit_are_left_to_the_exact_price() {
    let offer = samples::gb("small", 0, 5, "0.0001");
    assert_eq!(bill(&offer, 1 << 40), prices(&offer, &[[1 << 40, 0]])[0], "no longer 32 bits, and still priced");
    assert_eq!(bill(&offer, u64::MAX), None);
    let fine = samples::gb("fine", 0, 5, "0.00000000000000000000000001");
    assert_eq!(bill(&fine, 9_000_000), None);
    assert_eq!(bill(&fine, 5_000_000), Some(0), "a tier that nobody reaches need not fit");
}

#[test]
fn an_offer_whose_price_needs_more_than_the_quantity_has_no_kernel() {
    let has_kernel = |offer: &Offer| Kernel::of(offer, &METERS).is_some();
    let with = |model: &str| samples::offer("any", 0, &format!(r#"[{{"meter": "gb", "charge_model": {model}}}]"#));
    assert!(!has_kernel(&with(r#""dynamic""#)));
    assert!(!has_kernel(&with(r#""percentage", "properties": {"rate": 1}"#)));
    assert!(!has_kernel(&Offer { monthly_fee: None, ..samples::flat_fee("unknown", 0) }));
    assert!(!has_kernel(&samples::flat_fee("below zero", -1)));
    assert!(has_kernel(&samples::flat_fee("known", 0)));
}

#[test]
fn a_meter_without_a_column_was_not_used_and_may_have_a_flat_amount() {
    let flat = r#"[{"meter": "sms", "charge_model": "volume", "properties": {"volume_ranges": [
        {"from_value": 0, "to_value": null, "per_unit_amount": 1, "flat_amount": 2}]}}]"#;
    assert_eq!(bill(&samples::offer("flat", 1_000, flat), 3_000_000), Some(1_200));
}
