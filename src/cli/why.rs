//! `candor why`: each rule asked of everything about one customer, with each condition and its value.

use std::error::Error;

use clap::Args;
use jiff::civil::Date;

use super::{say, words};
use crate::{
    domain::{notice::NoticeKind, rule::Explanation},
    error::AppError,
    features::advice::why::{left_out, why as asked},
    server::state::AppState,
};

#[derive(Args)]
pub struct Why {
    /// The customer's id in the billing system
    customer: String,
    /// Only rules of this kind, such as fee_warning
    #[arg(long, env = "CANDOR_KIND", value_parser = parse_kind)]
    kind: Option<NoticeKind>,
    /// As of the end of this day [default: today where the customer lives]
    #[arg(long, env = "CANDOR_AS_OF", value_name = "DATE")]
    as_of: Option<Date>,
}

pub async fn why(app: &AppState, ask: &Why) -> Result<(), Box<dyn Error>> {
    let all = asked(app, &ask.customer, ask.as_of).await.map_err(|error| match error {
        AppError::NotFound => format!("we know no customer {}: their id in the billing system is meant", ask.customer),
        other => words(&other),
    })?;
    let mut shown = 0;
    for one in all.iter().filter(|one| ask.kind.is_none_or(|kind| kind == one.kind)) {
        shown += 1;
        let verdict = if one.explanation.holds { "holds" } else { "does not hold" };
        let rule = format_args!("rule {} version {}", one.rule, one.rule_version);
        say(format_args!("{} about {}: {rule} {verdict}", one.kind, one.subject))?;
        tell(std::slice::from_ref(&one.explanation), 1)?;
    }
    let left_out = left_out(app, &ask.customer, ask.as_of).await.map_err(|error| words(&error))?;
    for words in left_out {
        shown += 1;
        say(format_args!("{words}"))?;
    }
    if shown == 0 {
        say(
            "There is nothing that a rule could be asked about: no open bill, no credit that expires soon, no offer that would have cost less.",
        )?;
    }
    Ok(())
}

fn parse_kind(text: &str) -> Result<NoticeKind, String> {
    let names = || NoticeKind::ALL.map(NoticeKind::name).join(", ");
    text.parse().map_err(|_| format!("the kinds are {}", names()))
}

fn tell(parts: &[Explanation], depth: usize) -> std::io::Result<()> {
    for part in parts {
        say(format_args!("{:indent$}{}", "", part.words, indent = 2 * depth))?;
        tell(&part.parts, depth + 1)?;
    }
    Ok(())
}
