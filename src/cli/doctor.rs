//! `candor doctor`: what is well and what is not, one line each.

use std::{cmp::Ordering, path::Path};

use crate::server::{
    backup,
    config::Config,
    db::{Db, OpenError, newest_schema},
    health,
    mail::Mailer,
};

/// Looks at everything an operator can get wrong. False where something needs them.
pub async fn run(config: &Config) -> bool {
    let mut well = true;
    let mut say = |what: &str, found: Result<String, String>| match found {
        Ok(words) => drop(super::say(format_args!("ok       {what}: {words}"))),
        Err(words) => {
            well = false;
            drop(super::say(format_args!("problem  {what}: {words}")));
        }
    };
    let opened = Db::open_existing(&config.database_url).await.map_err(|error| error.to_string());
    match &opened {
        Ok(db) => {
            say("database", Ok(db.engine_name().to_owned()));
            say("schema", schema(db).await);
            say("integrity", health::integrity(db).await);
            say("writing", health::write_time(db).await);
            say("disk", disk(db, config));
        }
        Err(error) => say("database", Err(error.clone())),
    }
    say("site", site(&config.site_root));
    say("mail", mail(config).await);
    say("address", address(config));
    if let Ok(db) = opened {
        db.close().await;
    }
    well
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
    match health::free_space(db, &config.database_url)? {
        Some(free) => Ok(format!("{} MB free beside the database", free / 1_000_000)),
        None => Ok("the database is on another machine".to_owned()),
    }
}

fn site(root: &str) -> Result<String, String> {
    if Path::new(root).join("pkg").is_dir() {
        Ok(format!("built, in {root}"))
    } else {
        Err(format!("there is no built site in {root}: run make build, or set --site-root"))
    }
}

async fn mail(config: &Config) -> Result<String, String> {
    match Mailer::from_config(config).map_err(|error| error.to_string())? {
        None => Ok("not set; links are made with candor sign-in-link".to_owned()),
        Some(mailer) => match mailer.answers().await {
            Ok(true) => Ok("the mail server answers".to_owned()),
            Ok(false) => Err("the mail server answered, but would not talk to us".to_owned()),
            Err(error) => Err(error.to_string()),
        },
    }
}

fn address(config: &Config) -> Result<String, String> {
    if config.is_https() || config.addr.ip().is_loopback() {
        Ok(config.base_url.clone())
    } else {
        Err(format!("{} is not https: put a proxy with a certificate before it and set --base-url", config.base_url))
    }
}
