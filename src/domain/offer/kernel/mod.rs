//! One offer priced on many customer-months at once, in scaled whole numbers, to the cent as [`Offer::price`] does it.

mod columns;
mod divisor;
mod fitted;
mod narrow;
mod rate;

#[cfg(test)]
mod properties;

pub use columns::UsageColumns;

use super::Offer;
use crate::money::exponent;
use columns::Column;
use divisor::Divisor;
use fitted::FittedRate;
use rate::Rate;

/// Rows worked on at once, so that their sums stay in the nearest cache.
const BLOCK: usize = 512;
const NOTHING: [u64; BLOCK] = [0; BLOCK];

/// An offer made ready to price columns.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// Each with the column of its meter.
    rates: Vec<(Option<usize>, Rate)>,
    /// Minor units.
    fee: i64,
    minimum: i64,
    /// Digits after the point of the currency.
    places: u8,
}

/// A kernel in whole numbers that fit some columns.
struct Fitted<'a> {
    /// Each with the steps of its column; nothing where nothing was used.
    rates: Vec<(Option<&'a [u64]>, FittedRate)>,
    /// Half a minor unit, with which a sum starts, so that rounding down rounds a half up.
    half: u64,
    minor_unit: Divisor,
    fee: i64,
    minimum: i64,
}

impl Kernel {
    /// `meters` are those of the columns, in order. A charge whose meter is not among them has zero use in every row,
    /// which may still cost the flat amount of a first tier. That every used meter is sold on the offer is the
    /// caller's to check: what is not sold costs nothing here, where [`Offer::price`] gives no price.
    ///
    /// Nothing where the fee is not known or below zero, where the quantity alone does not make the price (percentage
    /// and dynamic charges), or where the terms need too many digits.
    pub fn of(offer: &Offer, meters: &[&str]) -> Option<Self> {
        let column = |meter: &str| meters.iter().position(|known| *known == meter);
        let rates = offer.charges.iter().map(|charge| Some((column(&charge.meter), Rate::of(&charge.model)?)));
        Some(Self {
            rates: rates.collect::<Option<_>>()?,
            fee: offer.monthly_fee.filter(|fee| *fee >= 0)?,
            minimum: offer.minimum_commitment.unwrap_or(0),
            places: u8::try_from(exponent(offer.currency)).ok()?,
        })
    }

    /// What each row costs, into `bills`: minor units, rounded once a row, a half away from zero, with fee and minimum
    /// commitment, as [`Offer::price`] has it. False, and no bills, where the numbers are too large to be exact in 64
    /// bits: then price the rows one by one.
    pub fn price(&self, usage: &UsageColumns, bills: &mut Vec<i64>) -> bool {
        let Some(fitted) = self.fit(usage) else {
            bills.clear();
            return false;
        };
        bills.resize(usage.rows(), 0);
        pulp::Arch::new().dispatch(Pricing { fitted: &fitted, bills });
        true
    }

    /// Every bound is checked here, so that no row can be too large later.
    fn fit<'a>(&self, usage: &'a UsageColumns) -> Option<Fitted<'a>> {
        let column = |at: Option<usize>| at.and_then(|at| usage.column(at)).filter(|column| column.most() > 0);
        let reach = |at: Option<usize>| column(at).map_or((0, 0), |column| (column.most(), column.places()));
        let places_of = |&(at, ref rate): &(Option<usize>, Rate)| {
            let (largest, step_places) = reach(at);
            rate.places(largest, step_places)
        };
        let places = self.rates.iter().map(places_of).fold(self.places, u8::max);
        let minor_unit = 10_u64.checked_pow(u32::from(places - self.places))?;
        let half = minor_unit / 2;
        let (mut rates, mut most) = (Vec::with_capacity(self.rates.len()), half);
        for &(at, ref rate) in &self.rates {
            let (largest, step_places) = reach(at);
            let (fitted, amount) = rate.fit(largest, step_places, places)?;
            most = most.checked_add(amount).filter(|most| i64::try_from(*most).is_ok())?;
            rates.push((column(at).map(Column::steps), fitted));
        }
        self.fee.checked_add(i64::try_from(most / minor_unit).ok()?)?;
        let minor_unit = Divisor::of(minor_unit, most);
        Some(Fitted { rates, half, minor_unit, fee: self.fee, minimum: self.minimum })
    }
}

impl Fitted<'_> {
    #[inline(always)]
    fn price_rows(&self, bills: &mut [i64]) {
        for (at, bills) in bills.chunks_mut(BLOCK).enumerate() {
            let mut sums = [self.half; BLOCK];
            let sums = &mut sums[..bills.len()];
            for (steps, rate) in &self.rates {
                let steps = steps.map_or(&NOTHING[..], |steps| &steps[at * BLOCK..]);
                rate.add(&steps[..bills.len()], sums);
            }
            self.minor_unit.divide(sums);
            for (bill, minor) in bills.iter_mut().zip(sums) {
                *bill = (minor.cast_signed() + self.fee).max(self.minimum);
            }
        }
    }
}

/// Fitted numbers and the bills to come, to be compiled for each width of registers that a processor may have.
struct Pricing<'a> {
    fitted: &'a Fitted<'a>,
    bills: &'a mut [i64],
}

impl pulp::WithSimd for Pricing<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        self.fitted.price_rows(self.bills);
    }
}
