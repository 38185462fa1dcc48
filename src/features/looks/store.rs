//! Who looks by itself now.

use crate::{server::db::Conn, sql};

/// Takes the lease, or holds it longer; false where another process holds it.
pub async fn hold(conn: &mut Conn<'_>, holder: &str, until: i64, now: i64) -> sqlx::Result<bool> {
    let text = "insert into look_leases (id, holder, held_until) values (1, $1, $2)
                on conflict (id) do update set holder = excluded.holder, held_until = excluded.held_until
                where look_leases.holder = excluded.holder or look_leases.held_until < $3";
    Ok(sql!(conn, execute, text, holder, until, now)? == 1)
}

/// Gives the lease back.
pub async fn release(conn: &mut Conn<'_>, holder: &str) -> sqlx::Result<()> {
    sql!(conn, execute, "update look_leases set held_until = 0 where holder = $1", holder).map(drop)
}
