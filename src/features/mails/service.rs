//! Deciding once whether a notice is mailed, and sending what is due.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::{Timestamp, tz::TimeZone};

use super::{
    letter::Letter,
    store::{self, MailState, NewMail, Outcome, UndecidedRow, WaitingRow},
};
use crate::{
    domain::{
        locale::Locale,
        notice::NoticeKind,
        quiet_hours::{QuietHours, send_at},
    },
    error::Result,
    features::{
        customers::{self, service::Account},
        notices::{self, NoticeCard},
        preferences::{self, Preference, is_certain},
        profile,
    },
    server::{
        clock::zone_or_utc,
        db::Conn,
        jobs::Stop,
        mail::{Mail, Mailer},
        state::AppState,
    },
};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// Notices older than this are not mailed: where mail is switched on, nobody hears of what is past.
const NEWS: i64 = 72 * HOUR;
/// A look at customers may take so long from the time it writes on a notice until that can be read.
const LATE_TO_APPEAR: i64 = 6 * HOUR;
/// A mail that was taken and neither sent nor failed is taken again after this, so a process that stops between sending
/// and saying so sends it twice: better that than not at all.
const LEASE: i64 = 10 * MINUTE;
/// Minutes from each failed try to the next; after the last of them comes the last try, but of a mail that is certain: that
/// is tried every hour for five days more, as long as what it says holds.
const GAPS: [i64; 5] = [1, 5, 30, 120, 480];
const CERTAIN_GAP: i64 = 60;
const CERTAIN_TRIES: i64 = 5 * 24;
/// Notices decided on, and mails sent, in one go.
const BATCH: i64 = 100;
/// As much of an error as is kept.
const LONGEST_ERROR: usize = 500;

type Round = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// What a round goes by beside the database.
pub struct Guide<'g> {
    /// Milliseconds since 1970.
    pub now: &'g (dyn Fn() -> i64 + Sync),
    pub is_asked_to_stop: &'g (dyn Fn() -> bool + Sync),
}

/// The rounds of the job of this process. What an earlier round of it decided about is not looked at again.
pub fn rounds(app: &AppState) -> impl Fn(Stop) -> Round + Send + 'static {
    let app = app.clone();
    let looked = Arc::new(AtomicI64::new(i64::MIN));
    move |stop| {
        let (app, looked) = (app.clone(), looked.clone());
        Box::pin(async move {
            let guide = Guide { now: &|| app.clock.now_ms(), is_asked_to_stop: &|| stop.is_asked() };
            let began = app.clock.now_ms();
            work(&app, &guide, looked.load(Ordering::Relaxed)).await?;
            looked.store(began - LATE_TO_APPEAR, Ordering::Relaxed);
            Ok(())
        })
    }
}

/// One round: decides about what was written from `since` on, and sends what is due. Nothing where no mail server is set.
pub async fn work(app: &AppState, guide: &Guide<'_>, since: i64) -> Result<()> {
    let Some(mailer) = &app.mailer else { return Ok(()) };
    let now = (guide.now)();
    decide(app, now, since.max(now - NEWS)).await?;
    loop {
        let rows = store::due(&mut app.db.reader().await?, (guide.now)(), BATCH).await?;
        for row in &rows {
            if (guide.is_asked_to_stop)() {
                return Ok(());
            }
            if let Err(error) = send_one(app, mailer, row, (guide.now)()).await {
                // The others do not wait for what is wrong with one.
                tracing::error!(notice = row.notice_id, %error, "the mail of a notice was left for later");
                let not_before = (guide.now)() + LEASE;
                app.db.write(async |conn: &mut Conn<'_>| store::put_off(conn, row, not_before).await).await?;
            }
        }
        if (rows.len() as i64) < BATCH {
            return Ok(());
        }
    }
}

/// Decides about every notice written from `since` on.
async fn decide(app: &AppState, now: i64, since: i64) -> Result<()> {
    loop {
        let rows = store::undecided(&mut app.db.reader().await?, since, BATCH).await?;
        app.db
            .write(async |conn: &mut Conn<'_>| {
                for row in &rows {
                    store::decide(conn, decided(row, now)).await?;
                }
                Ok::<_, sqlx::Error>(())
            })
            .await?;
        if (rows.len() as i64) < BATCH {
            return Ok(());
        }
    }
}

const NO_ADDRESS: &str = "no address is known";
const NOT_WANTED: &str = "this kind is not wanted by mail";
const NOT_SO: &str = "this was no longer so";
const PUT_ASIDE: &str = "this was put aside";

fn decided(row: &UndecidedRow, now: i64) -> NewMail<'_> {
    let quiet = row.quiet_from.zip(row.quiet_until).and_then(|(from, until)| QuietHours::new(from, until));
    let preference = Preference::of(row.kind.0, row.by_mail, quiet);
    let why_none = match row.email.as_deref().unwrap_or_default() {
        "" => Some(NO_ADDRESS),
        _ if !preference.by_mail => Some(NOT_WANTED),
        _ => None,
    };
    NewMail {
        notice_id: &row.notice_id,
        customer_id: &row.customer_id,
        state: if why_none.is_some() { MailState::Dropped } else { MailState::Waiting },
        not_before: out_of_quiet_hours(now, now, preference, &zone_or_utc(&row.time_zone)),
        last_error: why_none,
    }
}

/// When to send what is `planned`, in milliseconds as everything here.
fn out_of_quiet_hours(planned: i64, now: i64, preference: Preference, zone: &TimeZone) -> i64 {
    let at = |ms| Timestamp::from_millisecond(ms).unwrap_or_default();
    send_at(at(planned), at(now), preference.quiet, zone, preference.moves()).as_millisecond()
}

/// What is to be done with a mail that is due.
enum Verdict {
    Send(Box<Ready>),
    PutOff(i64),
    Drop(&'static str),
}

/// A mail but for the link that ends its kind.
struct Ready {
    account: Account,
    email: String,
    card: NoticeCard,
    locale: Locale,
    preference: Preference,
}

async fn send_one(app: &AppState, mailer: &Mailer, row: &WaitingRow, now: i64) -> Result<()> {
    let tries = row.tries + 1;
    let ready = match verdict(app, row, now).await? {
        Verdict::Send(ready) => ready,
        Verdict::PutOff(not_before) => {
            app.db.write(async |conn: &mut Conn<'_>| store::put_off(conn, row, not_before).await).await?;
            return Ok(());
        }
        Verdict::Drop(why) => {
            let outcome = Outcome::ended(MailState::Dropped, row, why);
            return settle(app, &row.notice_id, row.tries, outcome).await;
        }
    };
    if tries > last_try(row.kind.0) {
        // Its last try was begun, and whoever began it stopped.
        let outcome = Outcome::ended(MailState::Failed, row, "the last try did not end");
        return settle(app, &row.notice_id, row.tries, outcome).await;
    }
    // Of several processes that read the same row, one has it from here on.
    if !app.db.write(async |conn: &mut Conn<'_>| store::claim(conn, row, now + LEASE).await).await? {
        return Ok(());
    }
    let way_out = match is_certain(row.kind.0) {
        true => None,
        false => {
            let path = preferences::service::new_way_out(app, &row.customer_id, row.kind.0, now).await?;
            Some(format!("{}{path}", app.config.base_url))
        }
    };
    let sent = mailer.send_with_way_out(ready.mail(app, way_out.as_deref()), way_out.as_deref()).await;
    let Err(error) = sent else {
        let outcome = Outcome {
            state: MailState::Sent,
            not_before: now,
            last_error: None,
            sent_at: Some(now),
            sent_on: Some(app.clock.today_in(&ready.account.time_zone)),
            bounced_at: None,
        };
        if ready.account.refused_mail.is_some() {
            customers::service::takes_mail(app, &row.customer_id, &ready.email).await?;
        }
        return settle(app, &row.notice_id, tries, outcome).await;
    };
    let words: String = error.to_string().chars().filter(|letter| *letter != '\0').take(LONGEST_ERROR).collect();
    tracing::warn!(notice = row.notice_id, tries, error = words, "the mail of a notice was not sent");
    let gap = (tries < last_try(row.kind.0))
        .then(|| usize::try_from(tries - 1).ok().and_then(|at| GAPS.get(at).copied()).unwrap_or(CERTAIN_GAP));
    let outcome = match gap {
        _ if error.is_of_the_address() => {
            Outcome { bounced_at: Some(now), ..Outcome::ended(MailState::Bounced, row, &words) }
        }
        Some(gap) => {
            let zone = zone_or_utc(&ready.account.time_zone);
            let not_before = out_of_quiet_hours(now + gap * MINUTE, now, ready.preference, &zone);
            Outcome { not_before, ..Outcome::ended(MailState::Waiting, row, &words) }
        }
        None => Outcome::ended(MailState::Failed, row, &words),
    };
    if outcome.state == MailState::Bounced {
        customers::service::refuses_mail(app, &row.customer_id, &ready.email, &words, now).await?;
    }
    settle(app, &row.notice_id, tries, outcome).await
}

/// The number of the try after which there is none.
fn last_try(kind: NoticeKind) -> i64 {
    GAPS.len() as i64 + 1 + if is_certain(kind) { CERTAIN_TRIES } else { 0 }
}

async fn settle(app: &AppState, notice_id: &str, tries: i64, outcome: Outcome<'_>) -> Result<()> {
    Ok(app.db.write(async |conn: &mut Conn<'_>| store::settle(conn, notice_id, tries, outcome).await).await?)
}

/// What holds now may be other than when the mail was decided on: the customer chose or put it aside, the bill was paid.
async fn verdict(app: &AppState, row: &WaitingRow, now: i64) -> Result<Verdict> {
    let mut conn = app.db.reader().await?;
    let account = customers::service::account(&mut conn, &row.customer_id).await?;
    let Some(email) = account.email.clone() else { return Ok(Verdict::Drop(NO_ADDRESS)) };
    let preference = preferences::service::of_kind(&mut conn, &row.customer_id, row.kind.0).await?;
    if !preference.by_mail {
        return Ok(Verdict::Drop(NOT_WANTED));
    }
    let not_before = out_of_quiet_hours(now, now, preference, &zone_or_utc(&account.time_zone));
    if not_before > now {
        return Ok(Verdict::PutOff(not_before));
    }
    let today = app.clock.today_in(&account.time_zone);
    // With today's amounts and days, whatever they were when the mail was decided on.
    let current = notices::service::current_for_customer(&mut conn, &row.customer_id, today).await?;
    let card = current.into_iter().find(|card| card.id == row.notice_id);
    let Some(card) = card else { return Ok(Verdict::Drop(NOT_SO)) };
    if card.aside.is_some() && !is_certain(row.kind.0) {
        return Ok(Verdict::Drop(PUT_ASIDE));
    }
    let locale = profile::service::locale_of(&mut conn, &row.customer_id).await?;
    Ok(Verdict::Send(Box::new(Ready { account, email, card, locale, preference })))
}

impl Ready {
    fn mail(&self, app: &AppState, way_out: Option<&str>) -> Mail {
        Letter {
            to: &self.email,
            name: self.account.called(),
            company: &app.config.company,
            base_url: &app.config.base_url,
            locale: self.locale,
            card: &self.card,
            way_out,
        }
        .mail()
    }
}
