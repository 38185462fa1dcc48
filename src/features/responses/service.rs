//! Saying something back to a notice, and taking it back.

use jiff::{ToSpan, civil::Date};

use super::{
    Act, CanSay, DismissReason, LONGEST_WHY,
    store::{self, DismissedRow, NewDismissal},
};
use crate::{
    domain::{
        aside::{self, Dismissed, Wait},
        money::Money,
        notice::NoticeKind,
    },
    error::{AppError, Problem, Reason, Refusal, Result},
    features::{
        customers,
        notices::{self, ToldNotice},
        requests,
    },
    server::{db::Conn, state::AppState},
};

/// Longer than what was dismissed keeps anything away: its days, and those on which a notice that came then is shown.
const LOOKED_BACK_DAYS: i64 = 400;

/// What can be said to a notice of this kind that holds on `today`.
pub fn can_say(kind: NoticeKind, fee_on: Option<Date>, holds_until: Option<Date>, today: Date) -> CanSay {
    let back_by = aside::back_by(kind, fee_on, holds_until);
    CanSay { waits: aside::waits(today, back_by), back_by, can_dismiss: aside::can_be_dismissed(kind) }
}

/// Puts a notice that still holds aside until the day `wait` says.
pub async fn snooze(app: &AppState, customer_id: &str, notice_id: &str, wait: Wait) -> Result<()> {
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let (told, _) = that_holds(app, conn, customer_id, notice_id).await?;
            let offered = told.today().can_say.waits.iter().find(|(offered, _)| *offered == wait);
            let (_, until) = offered.ok_or(AppError::Refused(Refusal::NoticeCannotWait))?;
            store::snooze(conn, customer_id, notice_id, *until, now).await?;
            Ok(())
        })
        .await
}

/// Dismisses a notice that still holds.
pub async fn dismiss(app: &AppState, customer_id: &str, notice_id: &str, reason: &str, words: &str) -> Result<()> {
    let typed = [("notice", notice_id), ("reason", reason), ("words", words)];
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let (told, today) = that_holds(app, conn, customer_id, notice_id).await?;
            if !told.today().can_say.can_dismiss {
                return Err(AppError::Refused(Refusal::NoticeStays));
            }
            let mut problems = Vec::new();
            let mut refuse = |field: &str, reason| problems.push(Problem { field: field.to_owned(), reason });
            let why: Option<DismissReason> = match reason.parse() {
                Ok(why) => Some(why),
                Err(_) => {
                    refuse("reason", if reason.is_empty() { Reason::Missing } else { Reason::NotAChoice });
                    None
                }
            };
            let words = requests::service::maybe_written("words", words, LONGEST_WHY)
                .map_err(|problem| problems.push(problem))
                .unwrap_or_default();
            match why {
                Some(reason) if problems.is_empty() => {
                    let new = NewDismissal { on: today, at: now, reason, words: &words };
                    store::dismiss(conn, customer_id, notice_id, new).await?;
                    Ok(())
                }
                _ => Err(AppError::Invalid { problems, kept: Vec::new() }.keeping(typed)),
            }
        })
        .await
}

/// Keeps whether a notice was helpful, also where it no longer holds.
pub async fn say_helpful(app: &AppState, customer_id: &str, notice_id: &str, is_helpful: bool) -> Result<()> {
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            told(app, conn, customer_id, notice_id).await?;
            store::say_helpful(conn, customer_id, notice_id, is_helpful, now).await?;
            Ok(())
        })
        .await
}

/// Takes one thing back; where nothing was said, nothing changes.
pub async fn take_back(app: &AppState, customer_id: &str, notice_id: &str, act: Act) -> Result<()> {
    app.db
        .write(async |conn: &mut Conn<'_>| {
            told(app, conn, customer_id, notice_id).await?;
            match act {
                Act::Snooze => store::wake(conn, customer_id, notice_id).await?,
                Act::Dismiss => store::bring_back(conn, customer_id, notice_id).await?,
                Act::Helpful => store::forget_helpful(conn, customer_id, notice_id).await?,
            };
            Ok(())
        })
        .await
}

/// A notice of this customer and their day; somebody else's is not found.
async fn told(app: &AppState, conn: &mut Conn<'_>, customer_id: &str, notice_id: &str) -> Result<(ToldNotice, Date)> {
    let today = customers::service::today_of(app, conn, customer_id).await?;
    Ok((notices::service::told(conn, customer_id, notice_id, today).await?, today))
}

async fn that_holds(
    app: &AppState,
    conn: &mut Conn<'_>,
    customer_id: &str,
    notice_id: &str,
) -> Result<(ToldNotice, Date)> {
    let (told, today) = told(app, conn, customer_id, notice_id).await?;
    if told.is_current() { Ok((told, today)) } else { Err(AppError::Refused(Refusal::NoticeOver)) }
}

/// What one customer dismissed, to tell what stays away with it.
pub struct AllDismissed(Vec<DismissedRow>);

/// A notice that may be about the same as one that was dismissed.
pub struct Newer<'a> {
    pub id: &'a str,
    pub kind: NoticeKind,
    pub invoice_id: Option<&'a str>,
    pub subscription_id: Option<&'a str>,
    pub subject: &'a str,
    pub amount: Money,
    pub as_of: Date,
}

impl AllDismissed {
    pub async fn of_customer(conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<Self> {
        let since = today.saturating_sub(LOOKED_BACK_DAYS.days());
        Ok(Self(store::dismissed_since(conn, customer_id, since).await?))
    }

    /// The day on which something much like it was dismissed, so that it stays away too.
    pub fn silences(&self, newer: &Newer<'_>) -> Option<Date> {
        let silencing = self.0.iter().filter(|old| {
            let is_about_the_same = match newer.invoice_id {
                Some(_) => old.invoice_id.as_deref() == newer.invoice_id,
                None => old.subject == newer.subject && old.subscription_id.as_deref() == newer.subscription_id,
            };
            let dismissed = Dismissed { on: old.dismissed_on.0, amount: Money::new(old.amount, old.currency.0) };
            let is_newer = old.notice_id != newer.id;
            is_newer && old.kind.0 == newer.kind && is_about_the_same && dismissed.silences(newer.as_of, newer.amount)
        });
        silencing.map(|old| old.dismissed_on.0).max()
    }
}
