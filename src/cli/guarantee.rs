//! `candor guarantee`: works out what we owe to whoever followed our advice and paid more for it.

use std::{collections::BTreeMap, error::Error};

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::{say, words};
use crate::{
    domain::{evidence::Evidence, money::Money},
    features::guarantees::service::{self, Settled},
    server::state::AppState,
    ui::count,
};

#[derive(Args)]
pub struct Guarantees {
    /// Work out those whose year is over on this day [default: today]
    #[arg(long, env = "CANDOR_AS_OF", value_name = "DATE")]
    as_of: Option<Date>,
    /// List those that were worked out already, and work out none
    #[arg(long, env = "CANDOR_LIST")]
    list: bool,
    /// Say what would be owed, and keep nothing
    #[arg(long, env = "CANDOR_DRY_RUN")]
    dry_run: bool,
    /// One JSON object per line for each guarantee, and nothing else
    #[arg(long, env = "CANDOR_JSON")]
    json: bool,
}

/// One guarantee, as outside programs read it.
#[derive(Serialize)]
struct Line<'a> {
    customer: &'a str,
    advised: &'a str,
    previous: &'a str,
    /// The day the advice was followed.
    since: Date,
    owed: String,
    currency: &'static str,
    evidence: &'a Evidence,
}

pub async fn guarantee(app: &AppState, asked: &Guarantees) -> Result<(), Box<dyn Error>> {
    let day = asked.as_of.unwrap_or_else(|| app.clock.today_in(&app.config.time_zone));
    if day > app.clock.latest_today() && !asked.dry_run {
        return Err(format!("{day} has not come yet: use --dry-run to see what would be owed then").into());
    }
    let mut owed: BTreeMap<&str, Money> = BTreeMap::new();
    let (mut many, mut spoken) = (0, Ok(()));
    let mut hear = |settled: Settled| {
        many += 1;
        if settled.owed.minor > 0 {
            let sum = owed.entry(settled.owed.currency.code()).or_insert(Money::new(0, settled.owed.currency));
            sum.minor = sum.minor.saturating_add(settled.owed.minor);
        }
        // What is kept by now is kept also where nobody listens.
        if spoken.is_ok() {
            spoken = tell(&settled, asked.json);
        }
    };
    if asked.list {
        let all = service::settled_by(app, day).await.map_err(|error| words(&error))?;
        all.into_iter().for_each(&mut hear);
    } else {
        service::settle(app, day, asked.dry_run, &mut hear).await.map_err(|error| words(&error))?;
    }
    spoken?;
    if !asked.json {
        let sums: Vec<String> = owed.values().map(Money::to_string).collect();
        let owed = if sums.is_empty() { "nothing is owed".to_owned() } else { format!("{} owed", sums.join(", ")) };
        say(format_args!("As of {day}: {} worked out, {owed}", count(many, "guarantee", "guarantees")))?;
    }
    Ok(())
}

fn tell(settled: &Settled, json: bool) -> std::io::Result<()> {
    let Settled { customer, guarantee, owed, evidence } = settled;
    if !json {
        return say(format_args!("  {customer:<20}{:>14}", owed.to_string()));
    }
    let line = Line {
        customer,
        advised: &guarantee.advised_offer,
        previous: &guarantee.previous_offer,
        since: guarantee.followed_on,
        owed: owed.plain(),
        currency: owed.currency.code(),
        evidence,
    };
    say(serde_json::to_string(&line)?)
}
