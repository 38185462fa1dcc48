//! Which band holds at each minute of the week.

use super::band::{Band, DAY};

/// Minutes of a week.
pub(super) const WEEK: u16 = 7 * DAY;

/// For each minute from Monday 00:00 the place of its band in the plan's list.
#[derive(Clone, Debug)]
pub struct Week(Vec<Option<u16>>);

impl Week {
    /// Later bands win over earlier ones. A band that runs past midnight belongs to the weekday it starts on: Friday 22:00–06:00
    /// ends on Saturday morning.
    ///
    /// Some price lists count the morning to its own weekday instead (Monday to Friday 23:00–08:00 beside a weekend band would else
    /// leave Monday's small hours without a price). A morning that no band claims falls to the band that would hold it so.
    pub fn new(bands: &[Band]) -> Self {
        let mut week = Self(vec![None; usize::from(WEEK)]);
        for (place, band) in (0_u16..).zip(bands) {
            let (_, morning) = band.minutes();
            week.fill(place, band, &morning, 0);
        }
        for (place, band) in (0_u16..).zip(bands) {
            let (day, morning) = band.minutes();
            week.fill(place, band, &day, 0);
            week.fill(place, band, &morning, 1);
        }
        week
    }

    /// The place of the band that holds at a minute of the week.
    pub fn band_at(&self, minute: u16) -> Option<usize> {
        self.0.get(usize::from(minute)).copied().flatten().map(usize::from)
    }

    /// The places of the bands that hold from `minute` on for `minutes`, with how many minutes each does, in order.
    pub fn bands_in(&self, minute: u16, minutes: u16) -> Vec<(Option<usize>, u16)> {
        let mut parts: Vec<(Option<usize>, u16)> = Vec::new();
        for later in 0..minutes.min(WEEK) {
            let place = self.band_at((minute + later) % WEEK);
            match parts.last_mut() {
                Some((last, length)) if *last == place => *length += 1,
                _ => parts.push((place, 1)),
            }
        }
        parts
    }

    fn fill(&mut self, place: u16, band: &Band, minutes: &std::ops::Range<u16>, days_later: u16) {
        for day in (0..7_u16).filter(|day| band.days[usize::from(*day)]) {
            let start = (day + days_later) % 7 * DAY;
            let range = usize::from(start + minutes.start)..usize::from(start + minutes.end);
            self.0[range].fill(Some(place));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decimal::Decimal;

    const ALL: [u16; 7] = [1, 2, 3, 4, 5, 6, 7];

    fn week(bands: &[(&[u16], u16, u16)]) -> Week {
        let bands: Vec<Band> = bands
            .iter()
            .map(|(on, from, to)| {
                let mut days = [false; 7];
                on.iter().for_each(|day| days[usize::from(*day) - 1] = true);
                Band { name: String::new(), days, from: from * 60, to: to * 60, unit_price: Decimal::ONE }
            })
            .collect();
        Week::new(&bands)
    }

    fn at(week: &Week, day: u16, hour: u16) -> Option<usize> {
        week.band_at((day - 1) * DAY + hour * 60)
    }

    #[test]
    fn a_later_band_wins_over_an_earlier_one() {
        let week = week(&[(&ALL, 8, 23), (&ALL, 23, 8), (&ALL, 17, 19), (&[7], 8, 23)]);
        assert_eq!(at(&week, 1, 16), Some(0));
        assert_eq!(at(&week, 1, 17), Some(2));
        assert_eq!(at(&week, 1, 19), Some(0));
        assert_eq!(at(&week, 7, 17), Some(3));
        assert_eq!(at(&week, 7, 3), Some(1));
    }

    #[test]
    fn a_band_that_ends_when_it_starts_is_the_whole_day() {
        let week = week(&[(&ALL, 8, 8), (&[6, 7], 0, 0)]);
        assert_eq!(at(&week, 5, 3), Some(0));
        assert_eq!(at(&week, 6, 0), Some(1));
        assert_eq!(at(&week, 7, 23), Some(1));
    }

    #[test]
    fn friday_night_ends_on_saturday_morning() {
        let week = week(&[(&ALL, 0, 0), (&[5], 22, 6)]);
        assert_eq!(at(&week, 5, 3), Some(0));
        assert_eq!(at(&week, 5, 22), Some(1));
        assert_eq!(at(&week, 6, 5), Some(1));
        assert_eq!(at(&week, 6, 6), Some(0));
    }

    #[test]
    fn sunday_night_ends_on_monday_morning() {
        let week = week(&[(&ALL, 0, 0), (&[7], 22, 6)]);
        assert_eq!(at(&week, 1, 5), Some(1));
        assert_eq!(at(&week, 7, 5), Some(0));
    }

    #[test]
    fn weekday_nights_beside_a_weekend_band_leave_no_hole() {
        let workdays = &[1, 2, 3, 4, 5];
        let week = week(&[(workdays, 8, 23), (workdays, 23, 8), (&[6, 7], 0, 0)]);
        assert_eq!(at(&week, 1, 3), Some(1));
        assert_eq!(at(&week, 2, 3), Some(1));
        assert_eq!(at(&week, 6, 3), Some(2));
        assert!((0..WEEK).all(|minute| week.band_at(minute).is_some()));
    }

    #[test]
    fn a_minute_without_a_band_has_none() {
        let week = week(&[(&[1], 8, 9)]);
        assert_eq!(at(&week, 1, 8), Some(0));
        assert_eq!(at(&week, 1, 9), None);
        assert_eq!(week.band_at(WEEK), None);
    }
}
