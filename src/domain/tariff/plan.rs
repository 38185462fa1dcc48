//! A time-of-use plan and what months of readings cost under it, exactly.

use serde::Serialize;

use crate::decimal::{Decimal, TooManyDigits};
use crate::fields::{FieldError, Fields};
use crate::pricing::Ratio;

use super::band::{Band, DAY};
use super::month::{Month, MonthUse};
use super::week::{WEEK, Week};
use super::{TariffError, required_name};

/// Minutes of a reading that is divided evenly where its price changes within it.
const LONGEST_SPLIT: u16 = 60;
/// Digits to which a part of a reading is known; the last part has what is left of it.
const PART_DIGITS: u8 = 9;
/// As many as a week has quarter hours: each month that is priced holds all of them.
const MOST_BANDS: usize = 7 * 24 * 4;

#[derive(Clone, Debug)]
pub struct Plan {
    pub currency: String,
    pub standing: Standing,
    /// Later ones win over earlier ones.
    pub bands: Vec<Band>,
    /// Paid to the customer per kWh fed in.
    pub feed_in: Option<Decimal>,
}

/// What is due whether or not anything is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub amount: Decimal,
    pub per: StandingPer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandingPer {
    /// Each hour that has readings.
    Hour,
    /// Each civil day of the period.
    Day,
    /// Each civil month of which the period holds a day, whole: "per month" is not divided by a rule the price list does not give.
    Month,
}

/// What one plan costs, month by month and in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanCost {
    pub months: Vec<(Month, Cost)>,
    pub total: Cost,
}

/// Exact amounts; `energy` and `standing` sum to `total`, and the bands to `units` and `energy`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// kWh bought.
    pub units: Decimal,
    pub energy: Decimal,
    pub standing: Decimal,
    pub total: Decimal,
    /// In the order of the plan, those without use included.
    pub bands: Vec<BandCost>,
    pub standing_periods: u32,
    pub hours: u32,
    pub missing: Option<u64>,
    pub duplicates: u64,
    /// kWh fed in.
    pub exported: Decimal,
    /// What is paid for them, where the plan has a price. Not taken off the total; `total - feed_in` is the net.
    pub feed_in: Option<Decimal>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BandCost {
    pub name: String,
    pub units: Decimal,
    pub unit_price: Decimal,
    pub amount: Decimal,
}

impl Plan {
    /// Whether a price changes within readings of so many minutes that start on the hour.
    pub fn splits(&self, minutes: u16) -> bool {
        (2..=LONGEST_SPLIT).contains(&minutes)
            && self.bands.iter().any(|band| band.from % minutes != 0 || band.to % minutes != 0)
    }

    pub fn read(fields: &Fields<'_>) -> Result<Self, TariffError> {
        fields.only(&["id", "name", "currency", "standing", "bands", "feed_in"])?;
        let list = fields.required_list("bands")?;
        if list.len() > MOST_BANDS {
            let problem = format!("must not hold more than {MOST_BANDS} bands, but holds {}", list.len());
            return Err(fields.error("bands", problem).into());
        }
        let mut bands = Vec::with_capacity(list.len());
        for (index, band) in list.into_iter().enumerate() {
            bands.push(Band::read(&Fields::read(&format!("{}[{index}]", fields.path_of("bands")), band.get())?)?);
        }
        if bands.is_empty() {
            return Err(fields.error("bands", "must hold at least one band").into());
        }
        Ok(Self {
            currency: required_name(fields, "currency")?,
            standing: Standing::read(&fields.required_object("standing")?)?,
            feed_in: fields.amount("feed_in")?,
            bands,
        })
    }

    /// Prices each month and sums them.
    pub fn cost(&self, months: &[MonthUse]) -> Result<PlanCost, TariffError> {
        // Kept by nobody: it is larger than a plan, and a file may hold a hundred thousand plans.
        let week = Week::new(&self.bands);
        self.check_is_fine_enough(months, &week)?;
        let months = months
            .iter()
            .map(|month| Ok((month.month, self.cost_of_month(month, &week)?)))
            .collect::<Result<Vec<_>, TariffError>>()?;
        let mut total = Cost {
            bands: self.bands_without_use(),
            missing: Some(0),
            feed_in: self.feed_in.map(|_| Decimal::ZERO),
            ..Cost::default()
        };
        for (_, cost) in &months {
            total.add(cost)?;
        }
        Ok(PlanCost { months, total })
    }

    /// Of readings that are of longer than an hour nobody knows when in it something was used: where its price changes, they
    /// have none.
    fn check_is_fine_enough(&self, months: &[MonthUse], week: &Week) -> Result<(), TariffError> {
        let Some(minutes) = months.iter().map(|month| month.interval).max().filter(|minutes| *minutes > LONGEST_SPLIT)
        else {
            return Ok(());
        };
        let (mut least, mut most) = (Decimal::ZERO, Decimal::ZERO);
        for month in months {
            for (&minute, &units) in month.by_minute.iter().filter(|(_, units)| !units.is_zero()) {
                let places = week.bands_in(minute, month.interval).into_iter();
                let prices =
                    places.map(|(place, _)| place.and_then(|place| self.bands.get(place)).map(|band| band.unit_price));
                let prices: Option<Vec<Decimal>> = prices.collect();
                let prices = prices.ok_or_else(|| no_price(minute))?;
                least = least.plus(units.times(prices.iter().min().copied().unwrap_or_default())?)?;
                most = most.plus(units.times(prices.iter().max().copied().unwrap_or_default())?)?;
            }
        }
        if least == most { Ok(()) } else { Err(TariffError::TooCoarse { minutes, least, most }) }
    }

    fn cost_of_month(&self, month: &MonthUse, week: &Week) -> Result<Cost, TariffError> {
        let mut bands = self.bands_without_use();
        for (&minute, &units) in month.by_minute.iter().filter(|(_, units)| !units.is_zero()) {
            for (place, units) in split(week, minute, month.interval, units)? {
                if let Some(band) = bands.get_mut(place) {
                    band.units = band.units.plus(units)?;
                }
            }
        }
        for band in &mut bands {
            band.amount = band.units.times(band.unit_price)?;
        }
        let energy = Decimal::sum(bands.iter().map(|band| band.amount))?;
        let standing_periods = self.standing.per.count(month);
        let standing = self.standing.amount.times(standing_periods.into())?;
        Ok(Cost {
            units: Decimal::sum(bands.iter().map(|band| band.units))?,
            energy,
            standing,
            total: energy.plus(standing)?,
            bands,
            standing_periods,
            hours: month.hours,
            missing: month.missing,
            duplicates: month.duplicates,
            exported: month.exported,
            feed_in: self.feed_in.map(|price| month.exported.times(price)).transpose()?,
        })
    }

    fn bands_without_use(&self) -> Vec<BandCost> {
        let without = |band: &Band| BandCost {
            name: band.name.clone(),
            units: Decimal::ZERO,
            unit_price: band.unit_price,
            amount: Decimal::ZERO,
        };
        self.bands.iter().map(without).collect()
    }
}

/// What was used from `minute` on, for so many minutes, by the band that holds.
fn split(week: &Week, minute: u16, minutes: u16, units: Decimal) -> Result<Vec<(usize, Decimal)>, TariffError> {
    let place = week.band_at(minute).ok_or_else(|| no_price(minute))?;
    let is_one = (1..minutes).all(|later| week.band_at((minute + later) % WEEK) == Some(place));
    if is_one || minutes > LONGEST_SPLIT {
        return Ok(vec![(place, units)]);
    }
    let parts = week.bands_in(minute, minutes);
    let mut left = units;
    let mut split = Vec::with_capacity(parts.len());
    for (at, (place, length)) in parts.iter().enumerate() {
        let place = place.ok_or_else(|| no_price(minute))?;
        let is_last = at + 1 == parts.len();
        let part = if is_last {
            left
        } else {
            Ratio::new(units.times(u32::from(*length).into())?, minutes.into())
                .ok_or(TooManyDigits)?
                .rounded(PART_DIGITS)?
        };
        left = left.minus(part)?;
        split.push((place, part));
    }
    Ok(split)
}

fn no_price(minute: u16) -> TariffError {
    let of_day = minute % DAY;
    TariffError::NoPrice { weekday: (minute / DAY) as i8 + 1, hour: of_day / 60, minute: of_day % 60 }
}

impl Standing {
    fn read(fields: &Fields<'_>) -> Result<Self, FieldError> {
        fields.only(&["amount", "per"])?;
        let per = match fields.required_text("per")?.as_str() {
            "hour" => StandingPer::Hour,
            "day" => StandingPer::Day,
            "month" => StandingPer::Month,
            _ => return Err(fields.error("per", "must be hour, day or month")),
        };
        Ok(Self { amount: fields.required_amount("amount")?, per })
    }
}

impl StandingPer {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    fn count(self, month: &MonthUse) -> u32 {
        match self {
            Self::Hour => month.hours,
            Self::Day => month.days(),
            Self::Month => 1,
        }
    }
}

impl Cost {
    fn add(&mut self, other: &Self) -> Result<(), TooManyDigits> {
        self.units = self.units.plus(other.units)?;
        self.energy = self.energy.plus(other.energy)?;
        self.standing = self.standing.plus(other.standing)?;
        self.total = self.total.plus(other.total)?;
        for (sum, band) in self.bands.iter_mut().zip(&other.bands) {
            sum.units = sum.units.plus(band.units)?;
            sum.amount = sum.amount.plus(band.amount)?;
        }
        self.standing_periods += other.standing_periods;
        self.hours += other.hours;
        self.missing = self.missing.zip(other.missing).map(|(sum, month)| sum + month);
        self.duplicates += other.duplicates;
        self.exported = self.exported.plus(other.exported)?;
        self.feed_in = match (self.feed_in, other.feed_in) {
            (Some(sum), Some(month)) => Some(sum.plus(month)?),
            _ => None,
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::tariff::{Layout, Readings, months_of_use};

    fn plan(standing: &str, bands: &str) -> Result<Plan, String> {
        let json = format!(
            r#"{{"id": "p", "currency": "EUR", "standing": {standing}, "bands": [{bands}], "feed_in": "0.2"}}"#
        );
        Plan::read(&Fields::read("plans[0]", &json).unwrap()).map_err(|error| error.to_string())
    }

    const ALL_DAY: &str =
        r#"{"name": "Day", "days": [1,2,3,4,5,6,7], "from": "00:00", "to": "00:00", "unit_price": "0.4"}"#;

    /// A reading of 1 kWh and an export of 0.5 kWh at the start of each hour of a stretch.
    fn hourly(timezone: &str, from: &str, to: &str) -> Vec<MonthUse> {
        let timezone = TimeZone::get(timezone).unwrap();
        let (from, to): (jiff::civil::Date, jiff::civil::Date) = (from.parse().unwrap(), to.parse().unwrap());
        let mut file = "instant,kwh,export_kwh\n".to_owned();
        let mut at = from.to_zoned(timezone.clone()).unwrap().timestamp();
        let end = to.tomorrow().unwrap().to_zoned(timezone.clone()).unwrap().timestamp();
        while at < end {
            file += &format!("{at},1,0.5\n");
            at += jiff::SignedDuration::from_hours(1);
        }
        let readings = Readings::read(Layout::InstantKwh, file.as_bytes(), &timezone).unwrap();
        months_of_use(&readings, from, to, &timezone).unwrap()
    }

    #[test]
    fn a_standing_charge_counts_hours_with_readings_days_or_months() {
        let months = hourly("Europe/Dublin", "2023-01-31", "2023-03-26");
        for (standing, periods, amount) in [
            (r#"{"amount": "0.01", "per": "hour"}"#, 24 + 28 * 24 + 26 * 24 - 1, "13.19"),
            (r#"{"amount": "0.5", "per": "day"}"#, 1 + 28 + 26, "27.5"),
            (r#"{"amount": "10", "per": "month"}"#, 3, "30"),
        ] {
            let cost = plan(standing, ALL_DAY).unwrap().cost(&months).unwrap();
            assert_eq!(cost.months.len(), 3);
            assert_eq!((cost.total.standing_periods, cost.total.standing.to_string().as_str()), (periods, amount));
            assert_eq!(cost.total.missing, Some(0));
        }
    }

    const DAY_AND_NIGHT: &str = r#"
        {"name": "Day", "days": [1,2,3,4,5,6,7], "from": "00:00", "to": "00:00", "unit_price": "0.36"},
        {"name": "Night", "days": [1,2,3,4,5,6,7], "from": "22:30", "to": "06:00", "unit_price": "0.12"}"#;

    /// Readings that start so many minutes apart from 1 June 2026 on in Berlin, of so many kWh each.
    fn apart(minutes: i64, kwh: &[&str]) -> Vec<MonthUse> {
        let timezone = TimeZone::get("Europe/Berlin").unwrap();
        let from: jiff::civil::Date = "2026-06-01".parse().unwrap();
        let start = from.to_zoned(timezone.clone()).unwrap().timestamp();
        let mut file = "instant,kwh\n".to_owned();
        for (at, kwh) in (0..).zip(kwh) {
            file += &format!("{},{kwh}\n", start + jiff::SignedDuration::from_mins(at * minutes));
        }
        let readings = Readings::read(Layout::InstantKwh, file.as_bytes(), &timezone).unwrap();
        months_of_use(&readings, from, from.last_of_month(), &timezone).unwrap()
    }

    #[test]
    fn readings_of_a_day_have_no_price_where_day_and_night_differ() {
        let standing = r#"{"amount": "0.02", "per": "hour"}"#;
        let months = apart(24 * 60, &["10"; 30]);
        let refused = plan(standing, DAY_AND_NIGHT).unwrap().cost(&months).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "each reading is of 24 hours, and the price changes within them: the energy cost from 36 to 108, and \
             nobody can tell where in between"
        );
        let flat = plan(standing, ALL_DAY).unwrap().cost(&months).unwrap().total;
        assert_eq!((flat.energy.to_string(), flat.standing.to_string()), ("120".to_owned(), "14.4".to_owned()));
        let months = apart(24 * 60, &["10", "7", "8"]);
        assert!(plan(standing, DAY_AND_NIGHT).unwrap().cost(&months).is_err(), "three of them say enough");
        let months = apart(24 * 60, &["10", "7"]);
        assert!(plan(standing, DAY_AND_NIGHT).unwrap().cost(&months).is_ok(), "two may be of half an hour each");
    }

    #[test]
    fn an_hour_in_which_the_price_changes_is_divided() {
        let mut kwh = ["1"; 24];
        kwh[22] = "8";
        let cost =
            plan(r#"{"amount": "0", "per": "day"}"#, DAY_AND_NIGHT).unwrap().cost(&apart(60, &kwh)).unwrap().total;
        let units: Vec<String> = cost.bands.iter().map(|band| band.units.to_string()).collect();
        assert_eq!(units, ["20", "11"], "16 hours and half of 8; 7 hours and the other half");
        let thirds = DAY_AND_NIGHT.replace("22:30", "22:20");
        let cost = plan(r#"{"amount": "0", "per": "day"}"#, &thirds).unwrap().cost(&apart(60, &kwh)).unwrap().total;
        assert_eq!(cost.units.to_string(), "31", "nothing is lost in dividing");
    }

    #[test]
    fn a_day_has_23_hours_in_spring_and_25_in_autumn() {
        let standing = r#"{"amount": "1", "per": "hour"}"#;
        for (timezone, day, hours) in [
            ("Europe/Dublin", "2023-03-26", "23"),
            ("Europe/Dublin", "2023-10-29", "25"),
            ("America/New_York", "2024-03-10", "23"),
            ("Asia/Kolkata", "2024-03-10", "24"),
            ("America/Santiago", "2023-09-03", "23"),
        ] {
            let cost = plan(standing, ALL_DAY).unwrap().cost(&hourly(timezone, day, day)).unwrap();
            assert_eq!(cost.total.standing.to_string(), hours, "{timezone} {day}");
            assert_eq!(cost.total.units.to_string(), hours, "{timezone} {day}");
        }
    }

    #[test]
    fn the_hour_that_autumn_repeats_is_in_its_band_twice() {
        let bands = format!(
            r#"{ALL_DAY}, {{"name": "Boost", "days": [7], "from": "01:00", "to": "02:00", "unit_price": "0.1"}}"#
        );
        let cost = plan(r#"{"amount": 0, "per": "day"}"#, &bands)
            .unwrap()
            .cost(&hourly("Europe/Dublin", "2023-10-29", "2023-10-29"))
            .unwrap();
        assert_eq!(cost.total.bands[1].units.to_string(), "2");
        assert_eq!(cost.total.energy.to_string(), "9.4");
    }

    #[test]
    fn what_is_fed_in_is_paid_beside_the_total() {
        let cost = plan(r#"{"amount": 0, "per": "day"}"#, ALL_DAY)
            .unwrap()
            .cost(&hourly("UTC", "2024-02-29", "2024-02-29"))
            .unwrap();
        assert_eq!(cost.total.total.to_string(), "9.6");
        assert_eq!(cost.total.exported.to_string(), "12");
        assert_eq!(cost.total.feed_in.unwrap().to_string(), "2.4");
    }

    #[test]
    fn use_at_an_hour_without_a_price_is_not_priced() {
        let days = r#"{"name": "Day", "days": [1,2,3,4,5,6,7], "from": "08:00", "to": "23:00", "unit_price": 1}"#;
        let error = plan(r#"{"amount": 0, "per": "day"}"#, days)
            .unwrap()
            .cost(&hourly("UTC", "2024-01-01", "2024-01-01"))
            .unwrap_err();
        assert_eq!(error.to_string(), "no band has a price for Monday 00:00, and something was used then");
    }

    #[test]
    fn a_plan_that_cannot_be_read_is_refused_in_words() {
        for (standing, bands, words) in [
            (r#"{"amount": 1, "per": "year"}"#, ALL_DAY, "plans[0].standing.per must be hour, day or month"),
            (r#"{"per": "day"}"#, ALL_DAY, "plans[0].standing.amount is missing"),
            (r#"{"amount": 1, "per": "day"}"#, "", "plans[0].bands must hold at least one band"),
            (
                r#"{"amount": 1, "per": "day"}"#,
                &vec![ALL_DAY; 673].join(","),
                "plans[0].bands must not hold more than 672 bands, but holds 673",
            ),
            (
                r#"{"amount": 1, "per": "day"}"#,
                &ALL_DAY.replace("Day", &"Day".repeat(70)),
                "plans[0].bands[0].name must be at most 200 letters, but has 210",
            ),
            (r#"{"amount": 1, "per": "day"}"#, "{}", "plans[0].bands[0].days is missing"),
        ] {
            assert_eq!(plan(standing, bands).unwrap_err(), words);
        }
    }
}
