//! A draft of a rule on history, day by day, beside the live version: what each would have told, and what really happened.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{ToSpan, civil::Date};

use super::service::RulesInForce;
use crate::{
    domain::{money::Money, rule::Rule},
    error::Result,
    features::{
        advice::service::{Memory, Replay},
        bills,
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
        let mut replay = Replay::on(&mut conn, day, draft.rules.as_ref()).await?;
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
    Ok(Backtest {
        draft: draft.tally(&mut conn).await?,
        live: live.tally(&mut conn).await?,
        only_draft: draft.only_here(&live),
        only_live: live.only_here(&draft),
    })
}

/// One of the two, with what it told so far.
struct Side {
    /// Nothing for the live rules, which may change from day to day.
    rules: Option<RulesInForce>,
    memory: Memory,
    /// By the key of the notice.
    told: HashMap<String, Kept>,
}

/// What the tally needs of a notice.
struct Kept {
    customer_id: String,
    /// The bill, and the day it was due.
    bill: Option<(String, Date)>,
    amount: Money,
}

impl Side {
    fn new(rules: Option<RulesInForce>) -> Self {
        Self { rules, memory: Memory::default(), told: HashMap::new() }
    }

    fn add(&mut self, new: Vec<NewNotice>) {
        for notice in new {
            self.memory.add(&notice);
            let kept = Kept {
                customer_id: notice.customer_id,
                bill: notice.invoice_id.zip(notice.due_on),
                amount: notice.amount,
            };
            self.told.insert(notice.dedupe_key, kept);
        }
    }

    fn only_here(&self, other: &Self) -> i64 {
        self.told.keys().filter(|key| !other.told.contains_key(*key)).count() as i64
    }

    async fn tally(&self, conn: &mut Conn<'_>) -> Result<Tally> {
        let customers: BTreeSet<&str> = self.told.values().map(|told| told.customer_id.as_str()).collect();
        let bills: BTreeSet<&str> =
            self.told.values().filter_map(|told| told.bill.as_ref()).map(|(id, _)| id.as_str()).collect();
        let settled = bills::service::settled(conn, &bills.into_iter().collect::<Vec<_>>()).await?;
        let mut tally =
            Tally { notices: self.told.len() as i64, customers: customers.len() as i64, ..Tally::default() };
        for Kept { bill, amount, .. } in self.told.values() {
            let sum = tally.amount.entry(amount.currency.code()).or_default();
            *sum = sum.saturating_add(amount.minor);
            let Some((invoice, due_on)) = bill else { continue };
            match settled.get(invoice).copied().flatten() {
                Some(day) if day > *due_on => tally.late_anyway += 1,
                Some(_) => tally.would_have_been_on_time += 1,
                None => tally.still_open += 1,
            }
        }
        Ok(tally)
    }
}
