//! Saying that something was hard, taking it back, and reading it.

use jiff::Timestamp;

use super::{
    Friction, HARDEST, Hard, LONGEST_WORDS, OwnFriction, page_of,
    store::{self, FrictionRow, NewFriction},
};
use crate::{
    error::{AppError, Problem, Reason, Result},
    features::requests,
    server::{
        attempts::{self, Limit},
        auth::Person,
        clock::zone_or_utc,
        db::{Conn, new_id},
        state::AppState,
    },
    ui::how_long,
};

/// Nobody has so much to say by hand.
const PER_CUSTOMER: Limit = Limit { tries: 60, minutes: 60 };
/// The same of the same page, so soon, is one thing said: it was sent twice.
const TWICE_MS: i64 = 10 * 60_000;
/// As many as the staff's day shows.
const SHOWN: i64 = 20;

impl FrictionRow {
    fn own(self) -> OwnFriction {
        OwnFriction { id: self.id, path: self.path, words: self.words, how_hard: self.how_hard }
    }
}

/// The page of `/help/hard`. What somebody else said is not found.
pub async fn form(app: &AppState, customer_id: &str, on: &str, said: Option<&str>) -> Result<Hard> {
    let said = match said.filter(|id| !id.is_empty()) {
        Some(id) => Some(own(&mut app.db.reader().await?, customer_id, id).await?),
        None => None,
    };
    let said = said.filter(|row| row.taken_back_at.is_none()).map(FrictionRow::own);
    Ok(Hard { on: page_of(on), said })
}

async fn own(conn: &mut Conn<'_>, customer_id: &str, id: &str) -> Result<FrictionRow> {
    if id.contains('\0') {
        return Err(AppError::NotFound);
    }
    store::of_customer(conn, customer_id, id).await?.ok_or(AppError::NotFound)
}

/// Keeps it and gives its id. Everything but the page may be left out: that somebody presses here says something too.
pub async fn say(app: &AppState, customer_id: &str, on: &str, words: &str, how_hard: &str) -> Result<String> {
    let typed = [("on", on), ("words", words), ("how_hard", how_hard)];
    let mut problems = Vec::new();
    let mut refuse = |field: &str, reason| problems.push(Problem { field: field.to_owned(), reason });
    let path = if on.is_empty() { Some(String::new()) } else { page_of(on) };
    if path.is_none() {
        refuse("on", Reason::NotAPage);
    }
    let degree = match how_hard.trim() {
        "" => None,
        text => {
            let degree = text.parse().ok().filter(|degree| (1..=HARDEST).contains(degree));
            if degree.is_none() {
                refuse("how_hard", Reason::NotAChoice);
            }
            degree
        }
    };
    let kept = requests::service::maybe_written("words", words, LONGEST_WORDS)
        .map_err(|problem| problems.push(problem))
        .unwrap_or_default();
    let Some(path) = path.filter(|_| problems.is_empty()) else {
        return Err(AppError::Invalid { problems, kept: Vec::new() }.keeping(typed));
    };
    let (id, said_at) = (new_id(), app.clock.now_ms());
    let new = || NewFriction { id: &id, customer_id, path: &path, words: &kept, how_hard: degree, said_at };
    app.db
        .write(async |conn: &mut Conn<'_>| {
            store::take_turn(conn, customer_id).await?;
            if let Some(said) = store::said_since(conn, &new(), said_at - TWICE_MS).await? {
                return Ok(said);
            }
            attempts::count_in(conn, &format!("friction:{customer_id}"), PER_CUSTOMER, said_at).await?;
            store::add(conn, new()).await?;
            Ok(id.clone())
        })
        .await
}

/// Takes it back, with its words; once is as good as twice.
pub async fn take_back(app: &AppState, customer_id: &str, id: &str) -> Result<()> {
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            own(conn, customer_id, id).await?;
            store::take_back(conn, customer_id, id, now).await?;
            Ok(())
        })
        .await
}

/// For staff: marks it as read by this person; of two who read it at once, the first.
pub async fn read(app: &AppState, person: &Person, id: &str) -> Result<()> {
    if id.contains('\0') {
        return Err(AppError::NotFound);
    }
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            if store::read(conn, id, &person.id, now).await? == 1 || store::is_there(conn, id).await? {
                Ok(())
            } else {
                Err(AppError::NotFound)
            }
        })
        .await
}

/// What nobody read yet, the latest first, and how much there is in all.
pub async fn unread(app: &AppState, conn: &mut Conn<'_>) -> Result<(Vec<Friction>, i64)> {
    let now = app.clock.now_ms();
    let unread = store::unread(conn, SHOWN).await?.into_iter().map(|row| Friction {
        customer_id: row.customer_id.clone(),
        customer_name: row.customer_name.clone(),
        on: Timestamp::from_millisecond(row.said_at).unwrap_or_default().to_zoned(zone_or_utc(&row.time_zone)).date(),
        since: how_long(now - row.said_at),
        own: row.own(),
    });
    Ok((unread.collect(), store::count_unread(conn).await?))
}
