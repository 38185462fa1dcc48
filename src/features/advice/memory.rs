//! What customers were told before, so that nothing is told twice.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{ToSpan, civil::Date};

use super::store::CustomerRow;
use crate::{
    domain::{day, notice::NoticeKind, told::Told},
    error::Result,
    features::{
        notices::{self, service::NewNotice},
        rules::service::RulesInForce,
    },
    server::db::Conn,
};

/// How far back `days_since_told` and `times_told` look.
const REMEMBERED_DAYS: i64 = 800;

#[derive(Clone, Debug, Default)]
pub struct Memory {
    keys: HashSet<String>,
    /// By customer: how often each kind, and when last.
    times: HashMap<String, BTreeMap<NoticeKind, (i64, Date)>>,
}

impl Memory {
    /// Of the customers whose id is above `ids.0` and at most `ids.1`, as it was known at the start of `day`.
    pub async fn read(conn: &mut Conn<'_>, day: Date, ids: (&str, &str)) -> Result<Self> {
        let since = day.saturating_sub(REMEMBERED_DAYS.days());
        let mut memory = Self::default();
        for row in notices::service::told_before(conn, ids.0, ids.1, since).await? {
            // What was told on the day or later stands against telling it twice. It does not count as told before, so that
            // a second look on the same day finds what the first found.
            if row.as_of.0 < day {
                memory.count(row.customer_id, row.kind.0, row.as_of.0);
            }
            memory.keys.insert(row.dedupe_key);
        }
        Ok(memory)
    }

    pub fn add(&mut self, notice: &NewNotice) {
        self.count(notice.customer_id.clone(), notice.kind, notice.as_of);
        self.keys.insert(notice.dedupe_key.clone());
    }

    fn count(&mut self, customer_id: String, kind: NoticeKind, on: Date) {
        let (times, last) = self.times.entry(customer_id).or_default().entry(kind).or_insert((0, on));
        *times += 1;
        *last = (*last).max(on);
    }
}

/// Who decides: the rules in force, and what was told before.
pub struct Asking<'a> {
    pub rules: &'a RulesInForce,
    pub memory: &'a Memory,
    pub day: Date,
}

impl Asking<'_> {
    pub fn is_told(&self, key: &str) -> bool {
        self.memory.keys.contains(key)
    }

    /// What this customer was told before of this kind.
    pub fn told(&self, customer: &CustomerRow, kind: NoticeKind) -> Told {
        match self.memory.times.get(&customer.id).and_then(|kinds| kinds.get(&kind)) {
            None => Told::never(self.day),
            Some((times, last)) => {
                Told { today: self.day, days_since: Some(day::between(*last, self.day)), times: *times }
            }
        }
    }
}
