//! `candor backtest`: a draft of a rule on history, beside the live version.

use std::{error::Error, fs, path::PathBuf};

use clap::Args;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::{say, words};
use crate::{
    domain::{
        money::{Currency, Money},
        rule::Rule,
    },
    features::rules::{
        backtest::{self, Tally},
        service::in_words,
    },
    server::state::AppState,
    ui::count,
};

#[derive(Args)]
pub struct Backtest {
    /// The rule, as JSON; what is left out is as in the rule of its kind that Candor comes with
    rule: PathBuf,
    /// The first day
    #[arg(long, env = "CANDOR_FROM", value_name = "DATE")]
    from: Date,
    /// The last day
    #[arg(long, env = "CANDOR_TO", value_name = "DATE")]
    to: Date,
    /// Answer as JSON
    #[arg(long, env = "CANDOR_JSON")]
    json: bool,
}

pub async fn backtest(app: &AppState, asked: &Backtest) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(&asked.rule).map_err(|error| format!("{}: {error}", asked.rule.display()))?;
    let draft = Rule::read(&text).map_err(|mistakes| format!("{}: {}", asked.rule.display(), in_words(&mistakes)))?;
    if asked.from > asked.to {
        return Err(format!("{} is after {}: --from is the first day", asked.from, asked.to).into());
    }
    let found = backtest::backtest(app, &draft, asked.from, asked.to).await.map_err(|error| words(&error))?;
    if asked.json {
        let mut answer = tally(&found.draft);
        answer.insert("kind".to_owned(), json!(draft.kind));
        answer.insert("from".to_owned(), json!(asked.from));
        answer.insert("to".to_owned(), json!(asked.to));
        answer.insert("only_draft".to_owned(), json!(found.only_draft));
        answer.insert("only_live".to_owned(), json!(found.only_live));
        answer.insert("live".to_owned(), Value::Object(tally(&found.live)));
        say(Value::Object(answer))?;
        return Ok(());
    }
    say(format_args!("{} from {} to {}, a day at a time", draft.name, asked.from, asked.to))?;
    say(format_args!("  {:<28}{:>14}{:>14}", "", "this draft", "live"))?;
    for (what, of) in [
        ("notices", (|tally| tally.notices) as fn(&Tally) -> i64),
        ("customers", |tally| tally.customers),
        ("paid late anyway", |tally| tally.late_anyway),
        ("would have been on time", |tally| tally.would_have_been_on_time),
        ("not paid yet", |tally| tally.still_open),
    ] {
        let number = |tally| count(of(tally), "", "");
        say(format_args!("  {what:<28}{:>14}{:>14}", number(&found.draft), number(&found.live)))?;
    }
    say(format_args!(
        "  {:<28}{:>14}{:>14}",
        "amount",
        amounts(&found.draft).join(", "),
        amounts(&found.live).join(", ")
    ))?;
    say(format_args!(
        "Only the draft tells {}, only the live rule {}.",
        count(found.only_draft, "", ""),
        count(found.only_live, "", "")
    ))?;
    Ok(())
}

/// `amount` is that of the first currency; `amounts` has every one.
fn tally(tally: &Tally) -> Map<String, Value> {
    let plain: Vec<(&str, String)> = money(tally).map(|money| (money.currency.code(), money.plain())).collect();
    let first = plain.first().cloned();
    let fields = json!({
        "notices": tally.notices,
        "customers": tally.customers,
        "amount": first.as_ref().map_or("0", |(_, amount)| amount.as_str()),
        "currency": first.as_ref().map(|(currency, _)| *currency),
        "amounts": plain.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        "late_anyway": tally.late_anyway,
        "would_have_been_on_time": tally.would_have_been_on_time,
        "still_open": tally.still_open,
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn money(tally: &Tally) -> impl Iterator<Item = Money> {
    tally.amount.iter().filter_map(|(code, minor)| Some(Money::new(*minor, Currency::from_code(code)?)))
}

fn amounts(tally: &Tally) -> Vec<String> {
    money(tally).map(|money| money.to_string()).collect()
}
