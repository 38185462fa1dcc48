//! When the next look is due, and taking it where no other process does.

use std::{future::Future, pin::Pin, time::Duration};

use jiff::{Timestamp, ToSpan, civil::Date};

use super::store;
use crate::{
    error::Result,
    features::{
        advice::{self, service::Reach},
        imports,
    },
    server::{
        clock::{Clock, moment, zone_or_utc},
        config::Config,
        db::{Conn, new_id},
        jobs::Stop,
        state::AppState,
    },
};

/// A process that is silent for so long is taken to have ended.
const LEASE: Duration = Duration::from_secs(90);
/// How often a lease is renewed while a look goes on.
const RENEWED: Duration = Duration::from_secs(25);
/// A run that nobody has ended after so long was left where it was.
const LEFT_MS: i64 = 5 * 60 * 1_000;
/// A look that did not come so long after its hour is said to be late.
const LATE_MS: i64 = 60 * 60 * 1_000;

/// Why a look is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nobody looked since the hour that was set.
    Daily,
    /// One was begun and never ended.
    Unfinished,
    /// A rule, a policy or an offer is another.
    Inputs,
    /// Something changed about some customers.
    Customers,
}

/// When everybody was looked at last, and when they are next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// `30 November 2026, 06:00`; nothing where nobody has looked yet.
    pub last: Option<String>,
    /// Nothing where the day stands still, as in a demo, and the look of that day is done.
    pub next: Option<String>,
    /// Whether the last look that was to come did not, although its hour is long over.
    pub is_late: bool,
}

/// A round of the job: looks where a look is due and no other process is at it.
pub fn rounds(app: &AppState) -> impl Fn(Stop) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + use<> {
    let (app, holder) = (app.clone(), new_id());
    move |_| {
        let (app, holder) = (app.clone(), holder.clone());
        Box::pin(async move { round(&app, &holder).await.map(drop) })
    }
}

/// Why it looked; nothing where no look was due, or another process holds the lease.
pub async fn round(app: &AppState, holder: &str) -> Result<Option<Due>> {
    if due(app).await?.is_none() || !hold(app, holder).await? {
        return Ok(None);
    }
    // Another process may have been faster.
    let why = due(app).await?;
    if let Some(why) = why {
        tracing::info!(?why, "looking for notices");
        let looked = look(app, holder).await;
        release(app, holder).await?;
        looked?;
    } else {
        release(app, holder).await?;
    }
    Ok(why)
}

/// The lease is renewed as long as it takes.
async fn look(app: &AppState, holder: &str) -> Result<()> {
    let looking = advice::service::run(app, None, Reach::Changed, |_| ());
    let mut looking = std::pin::pin!(looking);
    loop {
        tokio::select! {
            looked = &mut looking => return looked.map(drop),
            () = tokio::time::sleep(RENEWED) => {
                hold(app, holder).await?;
            }
        }
    }
}

async fn hold(app: &AppState, holder: &str) -> Result<bool> {
    let now = app.clock.now_ms();
    let until = now.saturating_add(i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX));
    Ok(app.db.write(async |conn: &mut Conn<'_>| store::hold(conn, holder, until, now).await).await?)
}

async fn release(app: &AppState, holder: &str) -> Result<()> {
    Ok(app.db.write(async |conn: &mut Conn<'_>| store::release(conn, holder).await).await?)
}

/// Why a look is due now. Nothing while files come in, as what is half there would be told as if it were whole.
pub async fn due(app: &AppState) -> Result<Option<Due>> {
    let (mut conn, now) = (app.db.reader().await?, app.clock.now());
    if !advice::service::has_customers(&mut conn).await?
        || imports::service::is_under_way(&mut conn, now.as_millisecond()).await?
    {
        return Ok(None);
    }
    let Some(last) = advice::service::last_run(&mut conn).await? else { return Ok(Some(Due::Daily)) };
    if last.finished_at.is_none() {
        let is_left = now.as_millisecond().saturating_sub(last.started_at) > LEFT_MS;
        return Ok(is_left.then_some(Due::Unfinished));
    }
    if is_due_daily(&app.config, app.clock, last.as_of.0, last.started_at) {
        return Ok(Some(Due::Daily));
    }
    let today = app.clock.today_in(&app.config.time_zone);
    if last.inputs != Some(advice::service::inputs(&mut conn, today).await?) {
        return Ok(Some(Due::Inputs));
    }
    Ok(advice::service::has_changes(&mut conn).await?.then_some(Due::Customers))
}

/// Whether the day's look has not been since its hour.
fn is_due_daily(config: &Config, clock: Clock, as_of: Date, started_at: i64) -> bool {
    let today = clock.today_in(&config.time_zone);
    if clock.fixed.is_some() {
        return as_of != today;
    }
    let (last, _) = hours(clock.now(), config.look_at_hour, &config.time_zone);
    let day = Timestamp::from_millisecond(last).map(|at| at.to_zoned(zone_or_utc(&config.time_zone)).date());
    started_at < last || as_of > today || day.is_ok_and(|day| as_of < day)
}

/// When the hour was last and when it is next, in milliseconds since 1970. An hour that a zone leaves out, as in spring, comes
/// with the next one.
fn hours(now: Timestamp, hour: i8, zone: &str) -> (i64, i64) {
    let zone = zone_or_utc(zone);
    let today = now.to_zoned(zone.clone()).date();
    let at = |day: Date| {
        let at = zone.to_timestamp(day.at(hour, 0, 0, 0));
        at.unwrap_or(now).as_millisecond()
    };
    let (yesterday, tomorrow) = (today.saturating_sub(1.day()), today.saturating_add(1.day()));
    if at(today) <= now.as_millisecond() { (at(today), at(tomorrow)) } else { (at(yesterday), at(today)) }
}

pub async fn times(config: &Config, clock: Clock, conn: &mut Conn<'_>) -> Result<Times> {
    let (now, zone) = (clock.now(), &config.time_zone);
    let last = advice::service::last_whole_run(conn).await?;
    let (hour, next) = hours(now, config.look_at_hour, zone);
    let is_over = clock.fixed.is_some() || now.as_millisecond().saturating_sub(hour) > LATE_MS;
    let is_due = match advice::service::last_run(conn).await? {
        Some(run) => is_due_daily(config, clock, run.as_of.0, run.started_at),
        None => true,
    };
    Ok(Times {
        last: last.map(|run| moment(run.started_at, zone)),
        next: clock.fixed.is_none().then(|| moment(next, zone)),
        is_late: is_due && is_over && advice::service::has_customers(conn).await?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_is_that_of_the_companys_zone_also_where_clocks_change() {
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        for (now, zone, last, next) in [
            ("2026-11-30T05:59:59Z", "UTC", "2026-11-29T06:00:00Z", "2026-11-30T06:00:00Z"),
            ("2026-11-30T06:00:00Z", "UTC", "2026-11-30T06:00:00Z", "2026-12-01T06:00:00Z"),
            ("2026-11-30T05:30:00Z", "Europe/Berlin", "2026-11-30T05:00:00Z", "2026-12-01T05:00:00Z"),
            ("2026-03-28T12:00:00Z", "Europe/Berlin", "2026-03-28T05:00:00Z", "2026-03-29T04:00:00Z"),
            ("2026-11-30T05:30:00Z", "Pacific/Honolulu", "2026-11-29T16:00:00Z", "2026-11-30T16:00:00Z"),
        ] {
            let expected = (at(last).as_millisecond(), at(next).as_millisecond());
            assert_eq!(hours(at(now), 6, zone), expected, "{now} in {zone}");
        }
        let spring = hours(at("2026-03-29T12:00:00Z"), 2, "Europe/Berlin");
        assert_eq!(spring.0, at("2026-03-29T01:00:00Z").as_millisecond(), "there is no 02:00 on that day");
    }
}
