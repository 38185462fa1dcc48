//! A draft of a rule on history, day by day, beside the live version: what each would have told, and what really happened.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::{ToSpan, civil::Date};

use super::service::RulesInForce;
use crate::{
    domain::rule::Rule,
    error::Result,
    features::{
        advice::service::{Memory, Replay},
        bills::{self, service::Settled},
        notices::service::NewNotice,
    },
    server::{db::Conn, state::AppState},
};

/// What one rule would have told between two days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub notices: i64,
    /// Different customers.
    pub customers: i64,
    /// Minor units by currency: fees that could have been avoided, or what would have been saved.
    pub amount: BTreeMap<&'static str, i64>,
    /// Of notices about bills: those that were paid late in history, where nobody was told.
    pub late_anyway: i64,
    /// Those that were paid in time without being told.
    pub would_have_been_on_time: i64,
    /// Those that were not paid by the last day that is known.
    pub still_open: i64,
}

/// The draft and the live rule of its kind on the same days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backtest {
    pub draft: Tally,
    pub live: Tally,
    /// Notices of the draft that the live rule does not write, and the other way round.
    pub only_draft: i64,
    pub only_live: i64,
}

/// Replays `draft` and the live rules of its kind on every day from `from` to `to`. Each day knows what was known on it;
/// what happened afterwards is read only to tell the outcome. Nothing is written.
pub async fn backtest(app: &AppState, draft: &Rule, from: Date, to: Date) -> Result<Backtest> {
    let mut conn = app.db.reader().await?;
    let kind = draft.kind;
    let draft = RulesInForce::only(Rule { starts_on: Date::MIN, ends_on: None, ..draft.clone() });
    let (mut draft, mut live) = (Side::new(Some(draft)), Side::new(None));
    let mut day = from;
    loop {
        let mut replay = Replay::on(&mut conn, day).await?;
        while let Some(block) = replay.next(&mut conn).await? {
            for side in [&mut draft, &mut live] {
                let own = side.rules.as_ref();
                let rules = own.cloned().unwrap_or_else(|| block.live_rules().of_one_kind(kind));
                let new = block.notices(&rules, &side.memory)?;
                side.add(new);
            }
        }
        if day >= to {
            break;
        }
        day = day.saturating_add(1.day());
    }
    let keys = |side: &Side| -> HashSet<String> { side.notices.iter().map(|one| one.dedupe_key.clone()).collect() };
    let (of_draft, of_live) = (keys(&draft), keys(&live));
    Ok(Backtest {
        draft: draft.tally(&mut conn).await?,
        live: live.tally(&mut conn).await?,
        only_draft: of_draft.difference(&of_live).count() as i64,
        only_live: of_live.difference(&of_draft).count() as i64,
    })
}

/// One of the two, with what it told so far.
struct Side {
    /// Nothing for the live rules, which may change from day to day.
    rules: Option<RulesInForce>,
    memory: Memory,
    notices: Vec<NewNotice>,
}

impl Side {
    fn new(rules: Option<RulesInForce>) -> Self {
        Self { rules, memory: Memory::default(), notices: Vec::new() }
    }

    fn add(&mut self, new: Vec<NewNotice>) {
        new.iter().for_each(|notice| self.memory.add(notice));
        self.notices.extend(new);
    }

    async fn tally(&self, conn: &mut Conn<'_>) -> Result<Tally> {
        let customers: BTreeSet<&str> = self.notices.iter().map(|notice| notice.customer_id.as_str()).collect();
        let mut tally =
            Tally { notices: self.notices.len() as i64, customers: customers.len() as i64, ..Tally::default() };
        for notice in &self.notices {
            let sum = tally.amount.entry(notice.amount.currency.code()).or_default();
            *sum = sum.saturating_add(notice.amount.minor);
            let (Some(invoice), Some(due_on)) = (&notice.invoice_id, notice.due_on) else { continue };
            match bills::service::settled(conn, invoice).await? {
                Settled::On(day) if day > due_on => tally.late_anyway += 1,
                Settled::On(_) => tally.would_have_been_on_time += 1,
                Settled::NotYet => tally.still_open += 1,
            }
        }
        Ok(tally)
    }
}
