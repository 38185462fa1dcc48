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
    let mut all: Vec<Settled> = Vec::new();
    service::settle(app, day, asked.dry_run, |settled| all.push(settled)).await.map_err(|error| words(&error))?;
    if asked.json {
        for Settled { customer, guarantee, owed, evidence } in &all {
            let line = Line {
                customer,
                advised: &guarantee.advised_offer,
                previous: &guarantee.previous_offer,
                since: guarantee.advised_on,
                owed: owed.plain(),
                currency: owed.currency.code(),
                evidence,
            };
            say(serde_json::to_string(&line)?)?;
        }
        return Ok(());
    }
    let mut owed: BTreeMap<&str, Money> = BTreeMap::new();
    for settled in all.iter().filter(|settled| settled.owed.minor > 0) {
        let sum = owed.entry(settled.owed.currency.code()).or_insert(Money::new(0, settled.owed.currency));
        sum.minor = sum.minor.saturating_add(settled.owed.minor);
        say(format_args!("  {:<20}{:>14}", settled.customer, settled.owed.to_string()))?;
    }
    let sums: Vec<String> = owed.values().map(Money::to_string).collect();
    let owed = if sums.is_empty() { "nothing is owed".to_owned() } else { format!("{} owed", sums.join(", ")) };
    say(format_args!("As of {day}: {} worked out, {owed}", count(all.len() as i64, "guarantee", "guarantees")))?;
    Ok(())
}
