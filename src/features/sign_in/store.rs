//! Links, people and sessions: their rows.

use crate::{
    domain::role::Role,
    server::{
        attempts,
        db::{Conn, Text},
        sessions,
    },
    sql,
};

pub struct NewLink<'a> {
    pub token_hash: &'a str,
    pub person_id: &'a str,
    /// The page it leads on to.
    pub wish: Option<&'a str>,
    pub now: i64,
    pub expires_at: i64,
}

/// Waits until nobody else makes a link for this person.
pub async fn take_turn_of(conn: &mut Conn<'_>, person_id: &str) -> sqlx::Result<()> {
    if conn.locks_rows() {
        sql!(conn, execute, "select pg_advisory_xact_lock(hashtext($1))", format!("links:{person_id}"))?;
    }
    Ok(())
}

/// Ends every link of this person that was not used, for a newer one takes their place.
pub async fn replace_links(conn: &mut Conn<'_>, person_id: &str, now: i64) -> sqlx::Result<()> {
    let text =
        "update sign_in_links set replaced_at = $2 where person_id = $1 and used_at is null and replaced_at is null";
    sql!(conn, execute, text, person_id, now).map(drop)
}

pub async fn add_link(conn: &mut Conn<'_>, link: NewLink<'_>) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into sign_in_links (token_hash, person_id, wish, created_at, expires_at) values ($1, $2, $3, $4, $5)",
        link.token_hash,
        link.person_id,
        link.wish,
        link.now,
        link.expires_at
    )?;
    Ok(())
}

/// When each link of this person was made that nobody used yet.
pub async fn links_since(conn: &mut Conn<'_>, person_id: &str, since: i64) -> sqlx::Result<Vec<i64>> {
    let text = "select created_at from sign_in_links where person_id = $1 and used_at is null and created_at > $2";
    sql!(conn, scalars as i64, text, person_id, since)
}

/// Ends every link of this person that nobody used yet.
pub async fn end_links(conn: &mut Conn<'_>, person_id: &str) -> sqlx::Result<()> {
    sql!(conn, execute, "delete from sign_in_links where person_id = $1 and used_at is null", person_id).map(drop)
}

#[derive(sqlx::FromRow)]
pub struct BehindRow {
    pub name: String,
    pub preferred_name: Option<String>,
}

/// Whom a link would sign in, while it can be used.
pub async fn behind_link(conn: &mut Conn<'_>, token_hash: &str, now: i64) -> sqlx::Result<Option<BehindRow>> {
    sql!(
        conn,
        optional as BehindRow,
        "select people.name, customers.preferred_name
         from sign_in_links
         join people on people.id = sign_in_links.person_id
         left join customers on customers.id = people.customer_id
         where token_hash = $1 and used_at is null and replaced_at is null and expires_at > $2
           and people.disabled_at is null",
        token_hash,
        now
    )
}

#[derive(sqlx::FromRow)]
pub struct UsedRow {
    pub person_id: String,
    pub wish: Option<String>,
}

/// Marks the link as used and gives its person; nothing where someone was faster, it is too old or a newer one took its place.
pub async fn consume_link(conn: &mut Conn<'_>, token_hash: &str, now: i64) -> sqlx::Result<Option<UsedRow>> {
    let mut used = sql!(
        conn,
        all as UsedRow,
        "update sign_in_links set used_at = $2
         where token_hash = $1 and used_at is null and replaced_at is null and expires_at > $2
         returning person_id, wish",
        token_hash,
        now
    )?;
    Ok(used.pop())
}

/// Whether a newer link took the place of this one before it was used.
pub async fn is_replaced(conn: &mut Conn<'_>, token_hash: &str) -> sqlx::Result<bool> {
    let text =
        "select count(*) from sign_in_links where token_hash = $1 and replaced_at is not null and used_at is null";
    Ok(sql!(conn, scalar as i64, text, token_hash)? > 0)
}

/// Somebody who can sign in or could, as an operator sees them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DoorRow {
    pub id: String,
    pub email: String,
    pub name: String,
    pub role: Text<Role>,
    pub account: Option<String>,
    pub disabled_at: Option<i64>,
    pub sessions: i64,
}

/// The columns of a [`DoorRow`]; `$1` is now, `$2` the earliest use with which a session still lives.
macro_rules! doors {
    ($rest:literal) => {
        concat!(
            "select people.id, people.email, people.name, people.role, customers.external_id as account, people.disabled_at,
                    (select count(*) from sessions where sessions.person_id = people.id and sessions.expires_at > $1
                                                     and sessions.last_seen_at > $2) as sessions
             from people left join customers on customers.id = people.customer_id ",
            $rest
        )
    };
}

/// Everybody: admins, staff, then customers.
pub async fn doors(conn: &mut Conn<'_>, now: i64) -> sqlx::Result<Vec<DoorRow>> {
    let text = doors!("order by case people.role when 'admin' then 0 when 'staff' then 1 else 2 end, people.email");
    sql!(conn, all as DoorRow, text, now, now - sessions::IDLE_MS)
}

pub async fn door(conn: &mut Conn<'_>, email: &str, now: i64) -> sqlx::Result<Option<DoorRow>> {
    sql!(conn, optional as DoorRow, doors!("where people.email = $3"), now, now - sessions::IDLE_MS, email)
}

/// Until the transaction ends, nobody else changes who may come in.
pub async fn take_turn(conn: &mut Conn<'_>) -> sqlx::Result<()> {
    if conn.locks_rows() {
        sql!(conn, execute, "select pg_advisory_xact_lock(hashtext('people'))")?;
    }
    Ok(())
}

/// How many others set the rules.
pub async fn other_admins(conn: &mut Conn<'_>, person_id: &str) -> sqlx::Result<i64> {
    let text = "select count(*) from people where role = 'admin' and disabled_at is null and id <> $1";
    sql!(conn, scalar as i64, text, person_id)
}

/// Shuts a person out from `since` on, or lets them in again.
pub async fn set_disabled(conn: &mut Conn<'_>, person_id: &str, since: Option<i64>) -> sqlx::Result<()> {
    sql!(conn, execute, "update people set disabled_at = $2 where id = $1", person_id, since).map(drop)
}

pub async fn set_role(conn: &mut Conn<'_>, person_id: &str, role: Role, customer_id: Option<&str>) -> sqlx::Result<()> {
    let text = "update people set role = $2, customer_id = $3 where id = $1";
    sql!(conn, execute, text, person_id, role.name(), customer_id).map(drop)
}

pub async fn rename(conn: &mut Conn<'_>, person_id: &str, name: &str) -> sqlx::Result<()> {
    sql!(conn, execute, "update people set name = $2 where id = $1", person_id, name).map(drop)
}

/// Ends every session of a person and every link that was sent to them; how many sessions those were.
pub async fn shut(conn: &mut Conn<'_>, person_id: &str) -> sqlx::Result<u64> {
    sql!(conn, execute, "delete from sign_in_links where person_id = $1 and used_at is null", person_id)?;
    sql!(conn, execute, "delete from sessions where person_id = $1", person_id)
}

/// Gives a person another address or name. With another address, what came in with the old one ends.
pub async fn move_door(conn: &mut Conn<'_>, person_id: &str, email: &str, name: &str) -> sqlx::Result<()> {
    let moved = sql!(conn, execute, "update people set email = $2 where id = $1 and email <> $2", person_id, email)?;
    if moved > 0 {
        shut(conn, person_id).await?;
    }
    sql!(conn, execute, "update people set name = $2 where id = $1", person_id, name).map(drop)
}

/// Takes away the door of an address that is no longer a customer's; one that an operator shut stays, shut.
pub async fn take_away(conn: &mut Conn<'_>, person_id: &str) -> sqlx::Result<()> {
    sql!(conn, execute, "delete from people where id = $1 and disabled_at is null", person_id).map(drop)
}

pub struct NewPerson<'a> {
    pub id: &'a str,
    pub email: &'a str,
    pub name: &'a str,
    pub role: Role,
    pub customer_id: Option<&'a str>,
    pub now: i64,
}

/// Adds a person; nothing where the e-mail is taken.
pub async fn add_person(conn: &mut Conn<'_>, person: NewPerson<'_>) -> sqlx::Result<bool> {
    let rows = sql!(
        conn,
        execute,
        "insert into people (id, email, name, role, customer_id, created_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (email) do nothing",
        person.id,
        person.email,
        person.name,
        person.role.name(),
        person.customer_id,
        person.now
    )?;
    Ok(rows == 1)
}

#[derive(sqlx::FromRow)]
pub struct CustomerRow {
    pub id: String,
    pub name: String,
}

/// The account with this id in the billing system.
pub async fn customer_by_external_id(conn: &mut Conn<'_>, external_id: &str) -> sqlx::Result<Option<CustomerRow>> {
    sql!(conn, optional as CustomerRow, "select id, name from customers where external_id = $1", external_id)
}

#[derive(sqlx::FromRow)]
pub struct PersonRow {
    pub email: String,
    pub name: String,
    pub role: Text<Role>,
}

/// People whose address ends with `domain`, such as `@demo.example`: admins, staff, then customers.
pub async fn people_at(conn: &mut Conn<'_>, domain: &str) -> sqlx::Result<Vec<PersonRow>> {
    sql!(
        conn,
        all as PersonRow,
        "select email, name, role from people where email like '%' || $1 order by role desc, email",
        domain
    )
}

#[derive(sqlx::FromRow)]
pub struct SessionRow {
    pub id: String,
    pub token_hash: String,
    pub user_agent: Option<String>,
    pub created_at: i64,
    pub last_seen_at: i64,
}

/// Sessions of a person that have not ended, the latest used first.
pub async fn sessions_of(conn: &mut Conn<'_>, person_id: &str, now: i64) -> sqlx::Result<Vec<SessionRow>> {
    sql!(
        conn,
        all as SessionRow,
        "select id, token_hash, user_agent, created_at, last_seen_at from sessions
         where person_id = $1 and expires_at > $2 and last_seen_at > $3 order by last_seen_at desc, id desc",
        person_id,
        now,
        now - sessions::IDLE_MS
    )
}

/// Ends one session of this person; false where it is not theirs or has ended.
pub async fn end_session(conn: &mut Conn<'_>, person_id: &str, id: &str) -> sqlx::Result<bool> {
    let rows = sql!(conn, execute, "delete from sessions where person_id = $1 and id = $2", person_id, id)?;
    Ok(rows == 1)
}

/// Ends every session of this person but the one with `token_hash`.
pub async fn end_other_sessions(conn: &mut Conn<'_>, person_id: &str, token_hash: &str) -> sqlx::Result<u64> {
    let text = "delete from sessions where person_id = $1 and token_hash <> $2";
    sql!(conn, execute, text, person_id, token_hash)
}

/// Ends every session of this person but the `kept` that were used last.
pub async fn end_oldest_sessions(conn: &mut Conn<'_>, person_id: &str, kept: i64) -> sqlx::Result<u64> {
    let text = "delete from sessions where person_id = $1 and id not in (
                    select id from sessions where person_id = $1 order by last_seen_at desc, id desc limit $2)";
    sql!(conn, execute, text, person_id, kept)
}

/// Forgets sessions and links that ended before `now`, and tries that no longer count.
pub async fn forget_ended(conn: &mut Conn<'_>, now: i64) -> sqlx::Result<()> {
    sql!(conn, execute, "delete from sessions where expires_at < $1", now)?;
    sql!(conn, execute, "delete from sign_in_links where expires_at < $1", now)?;
    sql!(conn, execute, "delete from attempts where made_at < $1", now - attempts::KEPT_MS)?;
    Ok(())
}
