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
    pub now: i64,
    pub expires_at: i64,
}

/// Waits until nobody else makes a link for this person.
pub async fn take_turn(conn: &mut Conn<'_>, person_id: &str) -> sqlx::Result<()> {
    if conn.locks_rows() {
        sql!(conn, execute, "select pg_advisory_xact_lock(hashtext($1))", format!("links:{person_id}"))?;
    }
    Ok(())
}

pub async fn add_link(conn: &mut Conn<'_>, link: NewLink<'_>) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "insert into sign_in_links (token_hash, person_id, created_at, expires_at) values ($1, $2, $3, $4)",
        link.token_hash,
        link.person_id,
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
         where token_hash = $1 and used_at is null and expires_at > $2",
        token_hash,
        now
    )
}

/// Marks the link as used and gives its person; nothing where someone was faster or it is too old.
pub async fn consume_link(conn: &mut Conn<'_>, token_hash: &str, now: i64) -> sqlx::Result<Option<String>> {
    let people = sql!(
        conn,
        scalars as String,
        "update sign_in_links set used_at = $2
         where token_hash = $1 and used_at is null and expires_at > $2 returning person_id",
        token_hash,
        now
    )?;
    Ok(people.into_iter().next())
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

/// Forgets sessions and links that ended before `now`, and tries that no longer count.
pub async fn forget_ended(conn: &mut Conn<'_>, now: i64) -> sqlx::Result<()> {
    sql!(conn, execute, "delete from sessions where expires_at < $1", now)?;
    sql!(conn, execute, "delete from sign_in_links where expires_at < $1", now)?;
    sql!(conn, execute, "delete from attempts where made_at < $1", now - attempts::KEPT_MS)?;
    Ok(())
}
