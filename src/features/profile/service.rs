//! Reading a profile, and changing it.

use std::collections::BTreeMap;

use super::{
    LONGEST_NAME, Profile, Region,
    store::{self, Chosen, ProfileRow},
};
use crate::{
    domain::{
        locale::{LANGUAGES, Locale},
        seen::{breaks_a_line, is_seen},
    },
    error::{AppError, Problem, Reason, Result},
    features::advice,
    server::{db::Conn, state::AppState},
};

/// Parts of the world in the names of time zones. The other names are aliases, or offsets that nobody lives in.
const REGIONS: [&str; 10] =
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

/// What was sent, as it was written.
pub struct Wanted<'a> {
    pub preferred_name: &'a str,
    pub locale: &'a str,
    pub language: &'a str,
    pub time_zone: &'a str,
}

impl ProfileRow {
    fn usual(&self) -> Locale {
        Locale::of_country(self.country.as_deref())
    }
}

async fn row(conn: &mut Conn<'_>, customer_id: &str) -> Result<ProfileRow> {
    store::of_customer(conn, customer_id).await?.ok_or(AppError::NotFound)
}

/// The profile of a customer, with what there is to choose from.
pub async fn of(conn: &mut Conn<'_>, customer_id: &str) -> Result<Profile> {
    let row = row(conn, customer_id).await?;
    Ok(Profile {
        usual: row.usual(),
        name: row.name,
        preferred_name: row.preferred_name.filter(|name| !name.is_empty()),
        locale: row.locale.map(|locale| locale.0),
        language: row.language,
        zones: regions(&row.time_zone),
        time_zone: row.time_zone,
    })
}

/// How money and dates are written for a customer.
pub async fn locale_of(conn: &mut Conn<'_>, customer_id: &str) -> Result<Locale> {
    let row = row(conn, customer_id).await?;
    Ok(row.locale.as_ref().map_or_else(|| row.usual(), |locale| locale.0))
}

/// The language to write to a customer in, by its own name; nothing where they did not say.
pub async fn language_of(conn: &mut Conn<'_>, customer_id: &str) -> Result<Option<String>> {
    let language = row(conn, customer_id).await?.language;
    Ok(language
        .map(|tag| LANGUAGES.iter().find(|(known, _)| *known == tag).map_or(tag, |(_, name)| (*name).to_owned())))
}

/// Every time zone people live in, by the part of the world; the `present` one is always among them.
fn regions(present: &str) -> Vec<Region> {
    let mut regions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for zone in jiff::tz::db().available() {
        let region = zone.as_str().split_once('/').map_or("", |(region, _)| region);
        if let Some(region) = REGIONS.iter().find(|known| **known == region) {
            regions.entry(region).or_default().push(zone.to_string());
        }
    }
    let mut regions: Vec<Region> =
        regions.into_iter().map(|(name, zones)| Region { name: name.to_owned(), zones }).collect();
    for region in &mut regions {
        region.zones.sort_unstable();
    }
    regions.push(Region { name: "Elsewhere".to_owned(), zones: vec!["UTC".to_owned()] });
    if !regions.iter().any(|region| region.zones.iter().any(|zone| zone == present)) {
        regions.insert(0, Region { name: "Yours now".to_owned(), zones: vec![present.to_owned()] });
    }
    regions
}

/// For a customer: keeps what they chose. Another zone has other days, so advice looks at them again.
pub async fn save(app: &AppState, customer_id: &str, wanted: &Wanted<'_>) -> Result<()> {
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let before = row(conn, customer_id).await?;
            let chosen = chosen(wanted, &before.time_zone, now)?;
            let moves = chosen.time_zone != before.time_zone;
            store::keep(conn, customer_id, chosen).await?;
            if moves {
                advice::service::changed(conn, [customer_id]).await?;
            }
            Ok(())
        })
        .await
}

fn chosen<'a>(wanted: &Wanted<'a>, present_zone: &str, now: i64) -> Result<Chosen<'a>> {
    let name = wanted.preferred_name.trim();
    let locale = match wanted.locale {
        "" => Ok(None),
        name => name.parse().map(Some).map_err(|_| Reason::NotAChoice),
    };
    let is_language = wanted.language.is_empty() || LANGUAGES.iter().any(|(tag, _)| *tag == wanted.language);
    let is_zone = regions(present_zone).iter().any(|region| region.zones.iter().any(|zone| zone == wanted.time_zone));
    let mut problems = Vec::new();
    let mut refuse = |field: &str, reason| problems.push(Problem { field: field.to_owned(), reason });
    if name.chars().count() > LONGEST_NAME as usize {
        refuse("preferred_name", Reason::TooLong(LONGEST_NAME));
    } else if name.chars().any(breaks_a_line) {
        refuse("preferred_name", Reason::NotOneLine);
    } else if !name.is_empty() && !is_seen(name) {
        refuse("preferred_name", Reason::NothingSeen);
    }
    if locale.is_err() {
        refuse("locale", Reason::NotAChoice);
    }
    if !is_language {
        refuse("language", Reason::NotAChoice);
    }
    if !is_zone {
        refuse("time_zone", Reason::NotATimeZone);
    }
    match locale {
        Ok(locale) if problems.is_empty() => Ok(Chosen {
            preferred_name: Some(name).filter(|name| !name.is_empty()),
            locale,
            language: Some(wanted.language).filter(|tag| !tag.is_empty()),
            time_zone: wanted.time_zone,
            now,
        }),
        _ => Err(AppError::Invalid { problems, kept: Vec::new() }.keeping([
            ("preferred_name", wanted.preferred_name),
            ("locale", wanted.locale),
            ("language", wanted.language),
            ("time_zone", wanted.time_zone),
        ])),
    }
}
