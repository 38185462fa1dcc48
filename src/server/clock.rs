//! What day it is. The only place that reads a clock.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The clock of this process; a fixed date stands for today everywhere, for demos and tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    pub fixed: Option<Date>,
}

impl Clock {
    pub fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// Milliseconds since 1970, as instants are stored.
    pub fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }

    /// Today where `zone` (IANA) is; UTC where the zone is not known.
    pub fn today_in(&self, zone: &str) -> Date {
        self.fixed.unwrap_or_else(|| self.now().to_zoned(zone_or_utc(zone)).date())
    }

    /// The latest today there is anywhere: nothing that is known already is dated later.
    pub fn latest_today(&self) -> Date {
        self.today_in("Pacific/Kiritimati")
    }

    /// The earliest today there is anywhere.
    pub fn earliest_today(&self) -> Date {
        self.today_in("Pacific/Pago_Pago")
    }

    /// The hour of the day in `zone`, for a greeting.
    pub fn hour_in(&self, zone: &str) -> i8 {
        self.now().to_zoned(zone_or_utc(zone)).hour()
    }
}

pub fn zone_or_utc(zone: &str) -> TimeZone {
    TimeZone::get(zone).unwrap_or(TimeZone::UTC)
}

/// `22 November 2026, 14:05` in `zone`, from milliseconds since 1970; a page tells it the way of its reader.
pub fn moment(ms: i64, zone: &str) -> String {
    Timestamp::from_millisecond(ms)
        .map(|at| at.to_zoned(zone_or_utc(zone)).strftime("%-d %B %Y, %H:%M").to_string())
        .unwrap_or_default()
}
