//! `candor doctor`: what is well and what is not, one line each.

use std::path::Path;

use crate::server::{
    backup,
    config::Config,
    db::{Conn, Db, Engine},
    health,
    mail::Mailer,
};
use crate::sql;

/// Looks at everything an operator can get wrong. False where something needs them.
pub async fn run(config: &Config) -> bool {
    let mut well = true;
    let mut say = |what: &str, found: Result<String, String>| match found {
        Ok(words) => println!("ok       {what}: {words}"),
        Err(words) => {
            well = false;
            println!("problem  {what}: {words}");
        }
    };
    let opened = Db::open(&config.database_url).await.map_err(|error| error.to_string());
    match &opened {
        Ok(db) => {
            say("database", Ok(db.engine_name().to_owned()));
            say("schema", schema(db).await);
            say("integrity", integrity(db).await);
            say("writing", writing(db).await);
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
    let (version, tables) = backup::contents(db).await.map_err(|error| error.to_string())?;
    Ok(format!("version {version}, {} tables", tables.len()))
}

async fn integrity(db: &Db) -> Result<String, String> {
    let mut conn = db.reader().await.map_err(|error| error.to_string())?;
    match conn.engine() {
        Engine::Sqlite(on) => {
            let found = sqlx::query_scalar::<_, String>("pragma integrity_check").fetch_all(on).await;
            match found.map_err(|error| error.to_string())?.as_slice() {
                [only] if only == "ok" => Ok("every page and index is whole".to_owned()),
                problems => Err(format!("{}. Restore a backup", problems.join("; "))),
            }
        }
        Engine::Postgres(_) => Ok("PostgreSQL looks after its own".to_owned()),
    }
}

async fn writing(db: &Db) -> Result<String, String> {
    let started = std::time::Instant::now();
    let written = db
        .write(async |conn: &mut Conn<'_>| sql!(conn, execute, "update probe set written_at = written_at where id = 1"))
        .await;
    written.map_err(|error| error.to_string())?;
    Ok(format!("a durable write took {:.1} ms", started.elapsed().as_secs_f64() * 1000.0))
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
