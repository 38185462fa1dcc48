//! How many tries are left: counted in the database, so that every process counts the same.

use super::{
    db::{Conn, new_id},
    state::AppState,
    telemetry,
};
use crate::{
    error::{AppError, Result},
    sql,
};

/// How long a try is kept: longer than any limit looks back.
pub const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// At most so many tries in so many minutes.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub tries: i64,
    pub minutes: i64,
}

/// Counts a try under `scope`, such as `link:mira@example.com`, or refuses it. A refused try does not count again, so
/// the wait ends.
pub async fn count(app: &AppState, scope: &str, limit: Limit) -> Result<()> {
    let now = app.clock.now_ms();
    app.db.write(async |conn: &mut Conn<'_>| count_in(conn, scope, limit, now).await).await
}

/// The same in a transaction: where that is taken back, nothing was tried.
pub async fn count_in(conn: &mut Conn<'_>, scope: &str, limit: Limit, now: i64) -> Result<()> {
    let since = now - limit.minutes * 60_000;
    if conn.locks_rows() {
        sql!(conn, execute, "select pg_advisory_xact_lock(hashtext($1))", scope)?;
    }
    let text = "select count(*) from attempts where scope = $1 and made_at > $2";
    let made = sql!(conn, scalar as i64, text, scope, since)?;
    if made >= limit.tries {
        telemetry::security("limit_reached", scope);
        return Err(AppError::TooMany { minutes: limit.minutes });
    }
    let text = "insert into attempts (id, scope, made_at) values ($1, $2, $3)";
    sql!(conn, execute, text, new_id(), scope, now)?;
    Ok(())
}
