//! `candor rule`: the rules in force, one as a file, and publishing a version.

use std::{error::Error, fs, path::PathBuf};

use clap::Subcommand;

use super::{say, words};
use crate::{
    domain::{notice::NoticeKind, rule::Rule},
    features::rules::service::{self, in_words},
    server::state::AppState,
};

#[derive(Subcommand)]
pub enum Ask {
    /// The rules in force today
    List,
    /// Print a rule in force as JSON, as a file to start a draft from
    Show { id: String },
    /// Make the next version of a rule from a file; it holds from today or from its own first day
    Publish { file: PathBuf },
}

pub async fn rule(app: &AppState, ask: &Ask) -> Result<(), Box<dyn Error>> {
    let today = app.clock.today_in(&app.config.time_zone);
    match ask {
        Ask::List => {
            let rules = service::in_force(&mut app.db.reader().await?, today).await.map_err(|error| words(&error))?;
            let all = || NoticeKind::ALL.into_iter().flat_map(|kind| rules.of_kind(kind));
            let wide = all().map(|rule| rule.id.chars().count()).max().unwrap_or_default();
            for rule in all() {
                say(format_args!(
                    "{:<wide$}  {:<14}  version {:<3}  {}",
                    rule.id,
                    rule.kind.name(),
                    rule.version,
                    rule.name
                ))?;
            }
        }
        Ask::Show { id } => {
            let rules = service::in_force(&mut app.db.reader().await?, today).await.map_err(|error| words(&error))?;
            let rule = NoticeKind::ALL.into_iter().flat_map(|kind| rules.of_kind(kind)).find(|rule| rule.id == *id);
            let rule =
                rule.ok_or_else(|| format!("no rule {id} is in force: candor rule list names those that are"))?;
            say(rule.to_json().trim_end())?;
        }
        Ask::Publish { file } => {
            let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            let rule = Rule::read(&text).map_err(|mistakes| format!("{}: {}", file.display(), in_words(&mistakes)))?;
            let version = service::publish(app, &rule).await.map_err(|error| words(&error))?;
            say(format_args!("{} is version {version} now", rule.id))?;
        }
    }
    Ok(())
}
