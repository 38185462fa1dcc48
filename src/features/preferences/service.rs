//! How customers want to be reached, and the links in mails that end them.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    Preference, Reach, WayOut, Wish, is_certain,
    store::{self, LinkRow, PreferenceRow},
};
use crate::{
    domain::{
        notice::NoticeKind,
        quiet_hours::{QuietHours, read_minute},
    },
    error::{AppError, Problem, Reason, Refusal, Result},
    features::customers,
    server::{
        db::{Conn, Text},
        sessions::hash,
        state::AppState,
    },
};

/// How long a link in a mail works.
const LINK_DAYS: i64 = 400;

impl From<PreferenceRow> for Preference {
    fn from(row: PreferenceRow) -> Self {
        let quiet = row.quiet_from.zip(row.quiet_until).and_then(|(from, until)| QuietHours::new(from, until));
        Preference::of(row.kind.0, Some(row.by_mail), quiet)
    }
}

/// One preference of each kind.
pub async fn of_customer(conn: &mut Conn<'_>, customer_id: &str) -> Result<Vec<Preference>> {
    let chosen: Vec<Preference> =
        store::of_customer(conn, customer_id).await?.into_iter().map(Preference::from).collect();
    let of = |kind| chosen.iter().find(|one| one.kind == kind).copied();
    Ok(NoticeKind::ALL.map(|kind| of(kind).unwrap_or_else(|| Preference::of(kind, None, None))).into())
}

/// How a customer wants to be told what is of this kind.
pub async fn of_kind(conn: &mut Conn<'_>, customer_id: &str, kind: NoticeKind) -> Result<Preference> {
    let all = of_customer(conn, customer_id).await?;
    Ok(all.into_iter().find(|one| one.kind == kind).unwrap_or_else(|| Preference::of(kind, None, None)))
}

/// The page of `/about-me/notices`.
pub async fn reach(app: &AppState, customer_id: &str) -> Result<Reach> {
    let mut conn = app.db.reader().await?;
    let account = customers::service::account(&mut conn, customer_id).await?;
    Ok(Reach {
        email: account.email,
        sends_mail: app.mailer.is_some(),
        time_zone: account.time_zone,
        preferences: of_customer(&mut conn, customer_id).await?,
    })
}

/// For a customer: keeps what they chose about the kinds that are named; the others stay as they are.
pub async fn save(app: &AppState, customer_id: &str, wishes: &BTreeMap<String, Wish>) -> Result<()> {
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    for (name, wish) in wishes {
        let kind: NoticeKind = name.parse().map_err(|_| AppError::field("form", Reason::Malformed))?;
        match quiet(wish) {
            Ok(quiet) => rows.push(PreferenceRow {
                kind: Text(kind),
                by_mail: is_certain(kind) || wish.by_mail.is_some(),
                quiet_from: quiet.map(QuietHours::from),
                quiet_until: quiet.map(QuietHours::until),
            }),
            Err((part, reason)) => problems.push(Problem { field: format!("{kind}-{part}"), reason }),
        }
    }
    if !problems.is_empty() {
        let kept = wishes.iter().flat_map(|(kind, wish)| {
            [
                (format!("{kind}-by_mail"), wish.by_mail.clone().unwrap_or_default()),
                (format!("{kind}-quiet_from"), wish.quiet_from.clone()),
                (format!("{kind}-quiet_until"), wish.quiet_until.clone()),
            ]
        });
        return Err(AppError::Invalid { problems, kept: kept.collect() });
    }
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            for row in &rows {
                store::keep(conn, customer_id, row, now).await?;
            }
            Ok(())
        })
        .await
}

/// The hours, or the part of them that cannot be so.
fn quiet(wish: &Wish) -> Result<Option<QuietHours>, (&'static str, Reason)> {
    let time = |part: &'static str, text: &str| match text.trim() {
        "" => Ok(None),
        text => read_minute(text).map(Some).ok_or((part, Reason::NotATime)),
    };
    match (time("quiet_from", &wish.quiet_from)?, time("quiet_until", &wish.quiet_until)?) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(("quiet_from", Reason::HalfQuiet)),
        (Some(_), None) => Err(("quiet_until", Reason::HalfQuiet)),
        (Some(from), Some(until)) => QuietHours::new(from, until).map(Some).ok_or(("quiet_until", Reason::QuietAllDay)),
    }
}

/// A new link for a mail, as a path, with which mails of this kind can be ended without signing in.
pub async fn new_way_out(app: &AppState, customer_id: &str, kind: NoticeKind, now: i64) -> Result<String> {
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let token_hash = hash(token.as_bytes());
    let link = LinkRow { customer_id: customer_id.to_owned(), kind: Text(kind) };
    app.db
        .write(async |conn: &mut Conn<'_>| {
            store::forget_links(conn, now - LINK_DAYS * 86_400_000).await?;
            store::add_link(conn, &token_hash, &link, now).await
        })
        .await?;
    Ok(format!("/unsubscribe/{token}"))
}

async fn behind(conn: &mut Conn<'_>, token: &str) -> Result<LinkRow> {
    let link = store::link(conn, &hash(token.as_bytes())).await?;
    link.ok_or(AppError::Refused(Refusal::WayOutUnknown))
}

/// What a link would end. Looking changes nothing: mail programs look at links too.
pub async fn open_way_out(app: &AppState, token: &str) -> Result<WayOut> {
    let mut conn = app.db.reader().await?;
    let LinkRow { customer_id, kind: Text(kind) } = behind(&mut conn, token).await?;
    Ok(WayOut { kind, by_mail: of_kind(&mut conn, &customer_id, kind).await?.by_mail })
}

/// Ends mails of the link's kind, as often as it is asked; a warning of a late fee cannot be ended.
pub async fn use_way_out(app: &AppState, token: &str) -> Result<()> {
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let LinkRow { customer_id, kind: Text(kind) } = behind(conn, token).await?;
            if is_certain(kind) {
                return Err(AppError::Refused(Refusal::WarningsStay));
            }
            Ok(store::switch_off(conn, &customer_id, kind, now).await?)
        })
        .await
}
