//! Profiles: what of a customer's row is theirs to choose.

use crate::{
    domain::locale::Locale,
    server::db::{Conn, Text},
    sql,
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ProfileRow {
    pub name: String,
    pub preferred_name: Option<String>,
    pub time_zone: String,
    pub country: Option<String>,
    pub locale: Option<Text<Locale>>,
    pub language: Option<String>,
}

pub async fn of_customer(conn: &mut Conn<'_>, customer_id: &str) -> sqlx::Result<Option<ProfileRow>> {
    sql!(
        conn,
        optional as ProfileRow,
        "select name, preferred_name, time_zone, country, locale, language from customers where id = $1",
        customer_id
    )
}

pub struct Chosen<'a> {
    pub preferred_name: Option<&'a str>,
    pub locale: Option<Locale>,
    pub language: Option<&'a str>,
    pub time_zone: &'a str,
    pub now: i64,
}

/// Keeps what was chosen; a name or a zone that is another than before is from now on theirs, whatever a file says.
pub async fn keep(conn: &mut Conn<'_>, customer_id: &str, chosen: Chosen<'_>) -> sqlx::Result<()> {
    sql!(
        conn,
        execute,
        "update customers set
             chose_name_at = case when coalesce(preferred_name, '') <> coalesce($2, '') then $6 else chose_name_at end,
             preferred_name = $2,
             chose_zone_at = case when time_zone <> $3 then $6 else chose_zone_at end,
             time_zone = $3, locale = $4, language = $5, updated_at = $6
         where id = $1",
        customer_id,
        chosen.preferred_name,
        chosen.time_zone,
        chosen.locale.map(Text),
        chosen.language,
        chosen.now
    )
    .map(drop)
}
