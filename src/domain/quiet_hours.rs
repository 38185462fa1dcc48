//! Hours of the day in which somebody is left in peace, in their own zone.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::{AmbiguousOffset, TimeZone},
};
use serde::{Deserialize, Serialize};

const MINUTES: i64 = 24 * 60;

/// From one minute of the day until before another; over midnight where that is the earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    from: i64,
    until: i64,
}

/// Which way quiet hours move what is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moves {
    /// It waits until they are over.
    Later,
    /// It goes before they begin, and where they have begun already, as planned: it never comes later for them.
    Earlier,
}

impl QuietHours {
    /// Minutes of the day; nothing where one is no such minute, or where both are the same.
    pub fn new(from: i64, until: i64) -> Option<Self> {
        let is_minute = |minute: i64| (0..MINUTES).contains(&minute);
        (is_minute(from) && is_minute(until) && from != until).then_some(Self { from, until })
    }

    pub fn from(self) -> i64 {
        self.from
    }

    pub fn until(self) -> i64 {
        self.until
    }

    /// The quiet hours that `at` falls into: their first instant, and the first after them.
    ///
    /// Where a clock goes back, an hour that is quiet is quiet both times; where it goes forward over the edge of quiet
    /// hours, the edge is where it jumps.
    fn around(self, at: Timestamp, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let today = zone.to_datetime(at).date();
        [today.yesterday().ok(), Some(today)].into_iter().flatten().find_map(|day| {
            let last = if self.from < self.until { day } else { day.tomorrow().ok()? };
            let first = instant(day, self.from, zone, Side::First)?;
            let after = instant(last, self.until, zone, Side::Last)?;
            (first <= at && at < after).then_some((first, after))
        })
    }
}

/// Of an hour that comes twice, which one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    First,
    Last,
}

/// When clocks in `zone` show this minute of the day; of one that is skipped, when they jump over it.
fn instant(day: Date, minute: i64, zone: &TimeZone, side: Side) -> Option<Timestamp> {
    let time = Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0).ok()?;
    let shown = zone.to_ambiguous_timestamp(day.to_datetime(time));
    match shown.offset() {
        AmbiguousOffset::Gap { .. } => {
            let before = shown.earlier().ok()?;
            zone.following(before).next().map(|jump| jump.timestamp())
        }
        _ if side == Side::First => shown.earlier().ok(),
        _ => shown.later().ok(),
    }
}

/// When to send what is `planned`; never before `now`.
pub fn send_at(
    planned: Timestamp,
    now: Timestamp,
    quiet: Option<QuietHours>,
    zone: &TimeZone,
    moves: Moves,
) -> Timestamp {
    let planned = planned.max(now);
    let Some((first, after)) = quiet.and_then(|quiet| quiet.around(planned, zone)) else { return planned };
    match moves {
        Moves::Later => after,
        Moves::Earlier if now < first => first.saturating_sub(1.minute()).unwrap_or(first).max(now),
        Moves::Earlier => planned,
    }
}

/// Reads `22:00` or `7:30` as a minute of the day.
pub fn read_minute(text: &str) -> Option<i64> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let number = |part: &str, longest: usize| {
        let is_number = (1..=longest).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i64>().ok().filter(|_| is_number)
    };
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2).filter(|_| minutes.len() == 2)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// `22:00`
pub fn write_minute(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone")
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn hours(from: &str, until: &str) -> Option<QuietHours> {
        QuietHours::new(read_minute(from).expect("a time"), read_minute(until).expect("a time"))
    }

    /// Hours, zone, now and when it may be sent, as clocks of UTC show it.
    #[test]
    fn mail_waits_until_quiet_hours_are_over() {
        for (from, until, name, now, sent) in [
            // Within a day, at both edges.
            ("12:00", "14:00", "UTC", "2026-11-22T11:59:59Z", "2026-11-22T11:59:59Z"),
            ("12:00", "14:00", "UTC", "2026-11-22T12:00:00Z", "2026-11-22T14:00:00Z"),
            ("12:00", "14:00", "UTC", "2026-11-22T14:00:00Z", "2026-11-22T14:00:00Z"),
            // Over midnight, from both of its sides.
            ("22:00", "07:00", "UTC", "2026-11-22T23:30:00Z", "2026-11-23T07:00:00Z"),
            ("22:00", "07:00", "UTC", "2026-11-23T00:00:00Z", "2026-11-23T07:00:00Z"),
            ("22:00", "07:00", "UTC", "2026-11-23T06:59:59Z", "2026-11-23T07:00:00Z"),
            ("22:00", "07:00", "UTC", "2026-11-23T07:00:00Z", "2026-11-23T07:00:00Z"),
            ("22:00", "00:00", "UTC", "2026-12-31T23:00:00Z", "2027-01-01T00:00:00Z"),
            ("00:00", "23:59", "UTC", "2026-11-22T05:00:00Z", "2026-11-22T23:59:00Z"),
            // Where the customer is.
            ("22:00", "07:00", "Europe/Zagreb", "2026-11-22T21:00:00Z", "2026-11-23T06:00:00Z"),
            ("22:00", "07:00", "Pacific/Auckland", "2026-11-22T12:00:00Z", "2026-11-22T18:00:00Z"),
            ("22:00", "07:00", "Asia/Kathmandu", "2026-11-22T16:15:00Z", "2026-11-23T01:15:00Z"),
            // The night is an hour shorter, and an hour longer.
            ("22:00", "07:00", "Europe/Dublin", "2026-03-28T23:00:00Z", "2026-03-29T06:00:00Z"),
            ("22:00", "07:00", "Europe/Dublin", "2026-10-24T22:00:00Z", "2026-10-25T07:00:00Z"),
            // An edge in the hour that is skipped is where the clock jumps.
            ("22:00", "01:30", "Europe/Dublin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"),
            ("01:30", "04:00", "Europe/Dublin", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z"),
            ("01:15", "01:45", "Europe/Dublin", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"),
            // An hour that comes twice is quiet both times.
            ("22:00", "01:30", "Europe/Dublin", "2026-10-25T00:45:00Z", "2026-10-25T01:30:00Z"),
            ("01:00", "01:30", "Europe/Dublin", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"),
        ] {
            let sent_at = send_at(at(now), at(now), hours(from, until), &zone(name), Moves::Later);
            assert_eq!(sent_at, at(sent), "{from} to {until} in {name}, at {now}");
        }
    }

    /// Now, when it is planned, and when it goes.
    #[test]
    fn a_fee_warning_is_moved_earlier_or_goes_as_planned() {
        let quiet = hours("22:00", "07:00");
        for (now, planned, sent) in [
            // Written by day.
            ("2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z", "2026-11-22T12:00:00Z"),
            // Written at night: at once.
            ("2026-11-22T23:00:00Z", "2026-11-22T23:00:00Z", "2026-11-22T23:00:00Z"),
            // Planned for the night while it is still day: before the night.
            ("2026-11-22T21:00:00Z", "2026-11-22T23:00:00Z", "2026-11-22T21:59:00Z"),
            ("2026-11-22T21:59:30Z", "2026-11-22T22:10:00Z", "2026-11-22T21:59:30Z"),
            ("2026-11-22T22:30:00Z", "2026-11-22T23:30:00Z", "2026-11-22T23:30:00Z"),
            // What was planned for before is sent now.
            ("2026-11-22T12:00:00Z", "2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z"),
        ] {
            let sent_at = send_at(at(planned), at(now), quiet, &zone("UTC"), Moves::Earlier);
            assert_eq!(sent_at, at(sent), "planned for {planned}, at {now}");
        }
    }

    #[test]
    fn minutes_are_read_as_browsers_and_people_write_them() {
        for (text, minute) in [("00:00", 0), ("7:30", 450), ("22:00", 1_320), (" 23:59 ", 1_439)] {
            assert_eq!(read_minute(text), Some(minute), "{text:?}");
        }
        for wrong in ["", "22", "24:00", "12:60", "1:2", "-1:00", "12:00:00", "+1:00", "１２:00", "12:0x"] {
            assert_eq!(read_minute(wrong), None, "{wrong:?}");
        }
        assert_eq!(write_minute(450), "07:30");
    }

    #[test]
    fn hours_are_of_a_day_and_never_all_of_it() {
        assert_eq!(QuietHours::new(60, 60), None);
        assert_eq!(QuietHours::new(-1, 60), None);
        assert_eq!(QuietHours::new(0, 1_440), None);
        assert!(QuietHours::new(0, 1_439).is_some());
    }

    proptest! {
        #[test]
        fn no_mail_is_sent_while_a_clock_shows_a_quiet_hour(
            from in 0..MINUTES,
            until in 0..MINUTES,
            // The years 2020 to 2030.
            second in 1_577_836_800_i64..1_893_456_000,
            name in prop::sample::select(vec!["UTC", "Europe/Dublin", "America/New_York", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"]),
        ) {
            prop_assume!(from != until);
            let (zone, now) = (zone(name), Timestamp::from_second(second).expect("an instant"));
            let quiet = QuietHours::new(from, until);
            let sent = send_at(now, now, quiet, &zone, Moves::Later);
            let shown = zone.to_datetime(sent);
            let minute = i64::from(shown.hour()) * 60 + i64::from(shown.minute());
            let is_quiet = if from < until { from <= minute && minute < until } else { from <= minute || minute < until };
            prop_assert!(!is_quiet, "{shown} lies from {from} until {until}");
            prop_assert!(sent >= now && sent.as_second() - now.as_second() <= 26 * 3_600);
            let warned = send_at(now, now, quiet, &zone, Moves::Earlier);
            prop_assert_eq!(warned, now);
        }

        #[test]
        fn a_minute_is_read_as_it_is_written(minute in 0..MINUTES) {
            prop_assert_eq!(read_minute(&write_minute(minute)), Some(minute));
        }
    }
}
