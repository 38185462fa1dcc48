//! `candor doctor`: what is well and what is not, one line each.

use std::{cmp::Ordering, io, net::IpAddr};

use url::Url;

use crate::{
    error::AppError,
    features::{
        imports::meters::unsold,
        looks,
        overview::{Looks, Unset, setup},
    },
    server::{
        backup,
        clock::Clock,
        config::Config,
        db::{Db, OpenError, newest_schema},
        health,
        mail::Mailer,
    },
    ui::count,
};

/// Looks at everything an operator can get wrong. False where something needs them.
pub async fn run(config: &Config) -> io::Result<bool> {
    let (mut well, mut said) = (true, Ok(()));
    let mut say = |what: &str, found: Result<String, String>| {
        let line = match &found {
            Ok(words) => super::say(format_args!("ok       {what}: {words}")),
            Err(words) => super::say(format_args!("problem  {what}: {words}")),
        };
        well &= found.is_ok();
        if said.is_ok() {
            said = line;
        }
    };
    let mut missing = Vec::new();
    let opened = Db::open_existing(&config.database_url).await.map_err(|error| error.to_string());
    match &opened {
        Ok(db) => {
            say("database", Ok(db.engine_name().to_owned()));
            say("schema", schema(db).await);
            say("integrity", health::integrity(db).await);
            say("writing", health::write_time(db).await);
            say("disk", disk(db, config));
            match house(db, config).await {
                // What an older schema lacks is there after the next start.
                _ if !is_current(db).await => {}
                Ok(House { unset, looks, unsold }) => {
                    say("looks", if looks.is_late { Err(looks.words()) } else { Ok(looks.words()) });
                    for (words, customers) in unsold {
                        let of = count(customers, "customer", "customers");
                        say("meters", Err(format!("{words} ({of} used it)")));
                    }
                    missing = unset;
                }
                Err(error) => say("what is set", Err(super::words(&error))),
            }
        }
        Err(error) => say("database", Err(error.clone())),
    }
    say("site", site(&config.site_root));
    say("mail", mail(config).await);
    say("address", address(config));
    say("proxy", proxy(config));
    if let Ok(db) = opened {
        db.close().await;
    }
    for Unset { name, words, how, .. } in &missing {
        super::say(format_args!("NOT SET  {name}: {words} To mend it, {how}"))?;
    }
    said.map(|()| well)
}

async fn schema(db: &Db) -> Result<String, String> {
    let mut conn = db.reader().await.map_err(|error| error.to_string())?;
    let (version, tables) = backup::contents(&mut conn).await.map_err(|error| error.to_string())?;
    let known = newest_schema();
    match version.cmp(&known) {
        Ordering::Less => Ok(format!("version {version}; candor migrate, or the next start, brings it to {known}")),
        Ordering::Equal => Ok(format!("version {version}, {} tables", tables.len())),
        Ordering::Greater => Err(OpenError::Newer(version, known).to_string()),
    }
}

fn disk(db: &Db, config: &Config) -> Result<String, String> {
    Ok(match health::free_space(db, &config.database_url)? {
        Some(free) => room(free)?,
        None => "the database is on another machine".to_owned(),
    })
}

fn room(free: u64) -> Result<String, String> {
    let words = format!("{} MB free beside the database", free / 1_000_000);
    if free < health::LEAST_FREE { Err(format!("{words}: writes will fail, make room")) } else { Ok(words) }
}

/// What an operator should know that is about nothing broken.
struct House {
    unset: Vec<Unset>,
    looks: Looks,
    /// Meters that no plan sells, in words, each with how many customers used it.
    unsold: Vec<(String, i64)>,
}

async fn house(db: &Db, config: &Config) -> Result<House, AppError> {
    let clock = Clock { fixed: config.today };
    let mut conn = db.reader().await?;
    let unset = setup::unset(config, &mut conn, clock.today_in(&config.time_zone)).await?;
    let times = looks::service::times(config, clock, &mut conn).await?;
    let looks = Looks { last: times.last, next: times.next, is_late: times.is_late };
    Ok(House { unset, looks, unsold: unsold(&mut conn, None).await? })
}

async fn is_current(db: &Db) -> bool {
    let Ok(mut conn) = db.reader().await else { return false };
    backup::contents(&mut conn).await.is_ok_and(|(version, _)| version == newest_schema())
}

fn site(root: &str) -> Result<String, String> {
    if health::has_site(root) {
        Ok(format!("built, in {root}"))
    } else {
        Err(format!("there is no built site in {root}: run make build, or set --site-root"))
    }
}

async fn mail(config: &Config) -> Result<String, String> {
    if config.smtp_url.as_deref().is_some_and(is_read_on_the_way) {
        return Err("links that sign people in go to the mail server in plain text: use smtps://, or smtp:// with \
                    ?tls=required"
            .to_owned());
    }
    match Mailer::from_config(config).map_err(|error| error.to_string())? {
        None => Ok("not set; links are made with candor sign-in-link".to_owned()),
        Some(mailer) => match mailer.answers().await {
            Ok(true) => Ok("the mail server answers".to_owned()),
            Ok(false) => Err("the mail server answered, but would not talk to us".to_owned()),
            Err(error) => Err(error.to_string()),
        },
    }
}

/// Whether mail goes to another machine without TLS.
fn is_read_on_the_way(smtp_url: &str) -> bool {
    let Ok(url) = Url::parse(smtp_url) else { return false };
    let is_here = match url.host_str() {
        Some(name) => {
            name == "localhost" || name.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
        }
        None => true,
    };
    url.scheme() == "smtp" && !is_here && !url.query_pairs().any(|(name, value)| name == "tls" && value == "required")
}

fn address(config: &Config) -> Result<String, String> {
    if config.is_https() || config.addr.ip().is_loopback() {
        Ok(config.base_url.clone())
    } else {
        Err(format!("{} is not https: put a proxy with a certificate before it and set --base-url", config.base_url))
    }
}

/// With https a proxy stands before us, for Candor itself has no certificate.
fn proxy(config: &Config) -> Result<String, String> {
    match (config.is_https(), config.proxies.as_slice()) {
        (true, []) => Err("everybody shares one limit on tries to sign in, as all come from the proxy that has the \
                           certificate: set CANDOR_TRUST_PROXY=true, or CANDOR_PROXIES to its address"
            .to_owned()),
        (_, []) => Ok("none expected".to_owned()),
        (_, proxies) => {
            let all: Vec<String> = proxies.iter().map(ToString::to_string).collect();
            Ok(format!("told by {} where people are", all.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_takes_no_more_is_a_problem() {
        assert_eq!(room(200_000_000), Ok("200 MB free beside the database".to_owned()));
        assert!(room(0).is_err_and(|words| words.starts_with("0 MB free")));
    }

    #[test]
    fn mail_that_others_can_read_on_its_way_is_a_problem() {
        for open in ["smtp://mail.example", "smtp://user:secret@mail.example:587", "smtp://10.0.0.7?tls=opportunistic"]
        {
            assert!(is_read_on_the_way(open), "{open}");
        }
        for closed in
            ["smtps://mail.example", "smtp://mail.example?tls=required", "smtp://127.0.0.1:25", "smtp://[::1]"]
        {
            assert!(!is_read_on_the_way(closed), "{closed}");
        }
    }
}
