//! What customers were told before, so that nothing is told twice.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{ToSpan, civil::Date};

use super::{block::About, store::CustomerRow};
use crate::{
    domain::{day, money::Money, notice::NoticeKind, told::Told},
    error::Result,
    features::{
        notices::{
            self,
            service::{EarlierRow, NewNotice, Topic},
        },
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
    /// By customer: what was said last of each thing, and of which more was said later than the day.
    last: HashMap<String, HashMap<Topic, Last>>,
}

/// What a customer was told last of one thing.
#[derive(Clone, Debug)]
pub enum Last {
    Told(Box<EarlierRow>),
    /// Something dated later than the day that is looked at.
    Later,
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
                memory.count(row.customer_id.clone(), row.kind.0, row.as_of.0);
            }
            memory.keys.insert(row.dedupe_key.clone());
            let of_customer = memory.last.entry(row.customer_id.clone()).or_default();
            let last = if row.as_of.0 > day { Last::Later } else { Last::Told(Box::new(row.clone())) };
            of_customer.insert(row.topic(), last);
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

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What was not told before.
    New,
    /// The same, and what was told before and is worse for the customer now.
    NewAndWorse,
    /// What is worse alone, asked as if nothing had been told: a rule that tells a thing once puts it right all the same.
    Worse,
    /// Whatever holds, told or not.
    Everything,
}

/// Who decides: the rules in force, and what was told before.
pub struct Asking<'a> {
    pub rules: &'a RulesInForce,
    pub memory: &'a Memory,
    pub day: Date,
    pub wanted: Wanted,
}

/// Under which key something is told, and which notice it puts right.
pub struct Telling {
    pub key: String,
    pub corrects: Option<String>,
}

impl Telling {
    pub fn correcting(last: &EarlierRow) -> Self {
        Self { key: format!("corrects:{}", last.id), corrects: Some(last.id.clone()) }
    }
}

impl Asking<'_> {
    /// How what holds is told; nothing where it is not.
    pub fn telling(&self, customer: &CustomerRow, kind: NoticeKind, about: &About) -> Option<Telling> {
        let last = self.last(customer, kind, about).filter(|last| is_worse(last, kind, about));
        let is_told = self.memory.keys.contains(&about.key);
        match self.wanted {
            Wanted::Everything => Some(Telling { key: about.key.clone(), corrects: None }),
            Wanted::New | Wanted::NewAndWorse if !is_told => {
                Some(Telling { key: about.key.clone(), corrects: last.map(|last| last.id.clone()) })
            }
            Wanted::NewAndWorse | Wanted::Worse if is_told => last.map(Telling::correcting),
            _ => None,
        }
    }

    fn last(&self, customer: &CustomerRow, kind: NoticeKind, about: &About) -> Option<&EarlierRow> {
        let (invoice, subscription) = (about.invoice_id.as_deref(), about.subscription_id.as_deref());
        self.last_of(customer, &Topic::of(kind, invoice, subscription, &about.subject))
    }

    /// What this customer was told last of a thing, where what is worse is asked for.
    pub fn last_of(&self, customer: &CustomerRow, topic: &Topic) -> Option<&EarlierRow> {
        match self.memory.last.get(&customer.id)?.get(topic)? {
            Last::Told(row) => Some(row),
            Last::Later => None,
        }
    }

    /// What this customer was told before of this kind.
    pub fn told(&self, customer: &CustomerRow, kind: NoticeKind) -> Told {
        if matches!(self.wanted, Wanted::Worse | Wanted::Everything) {
            return Told::never(self.day);
        }
        match self.memory.times.get(&customer.id).and_then(|kinds| kinds.get(&kind)) {
            None => Told::never(self.day),
            Some((times, last)) => {
                Told { today: self.day, days_since: Some(day::between(*last, self.day)), times: *times }
            }
        }
    }
}

/// A saving this much smaller than what was told is worth a correction: three quarters. Months go by, and with each the sum
/// of the last twelve is a little different.
const SMALLER: (i64, i64) = (3, 4);

/// Whether what holds now is worse for the customer than what they were told last of the same thing.
fn is_worse(last: &EarlierRow, kind: NoticeKind, now: &About) -> bool {
    let told = Money::new(last.amount, last.currency.0);
    let is_earlier =
        |before: Option<Date>, now: Option<Date>| before.zip(now).is_some_and(|(before, now)| now < before);
    let (due_on, fee_on) = (last.due_on.map(|day| day.0), last.fee_on.map(|day| day.0));
    let is_sooner = is_earlier(due_on, now.due_on) || is_earlier(fee_on, now.fee_on);
    let is_more = told.currency != now.amount.currency || now.amount.minor > told.minor;
    match kind {
        NoticeKind::FeeWarning => match last.kind.0 {
            NoticeKind::FeeWarning | NoticeKind::FeeCame => is_more || is_sooner,
            _ => true,
        },
        NoticeKind::NothingToDo | NoticeKind::Dispute => false,
        NoticeKind::Due | NoticeKind::Overdue | NoticeKind::FeeCame => match last.kind.0 {
            NoticeKind::NothingToDo | NoticeKind::Dispute => true,
            // That no fee came, and then one did.
            NoticeKind::Due | NoticeKind::Overdue if kind == NoticeKind::FeeCame => true,
            // That a fee came of what was warned of is no other fee; that it is another one is.
            NoticeKind::FeeWarning => kind == NoticeKind::FeeCame && (is_more || is_sooner),
            same => same == kind && (is_more || is_sooner),
        },
        NoticeKind::BetterPrice | NoticeKind::RightSize | NoticeKind::Competitor => {
            let is_less =
                i128::from(now.amount.minor) * i128::from(SMALLER.1) < i128::from(told.minor) * i128::from(SMALLER.0);
            last.subject == now.subject && !last.is_dismissed && is_less
        }
        NoticeKind::UnusualBill => is_more,
        // What was used of it is less by the customer's own act.
        NoticeKind::Credit => is_sooner || now.given.is_some_and(|given| given < told.minor),
    }
}
