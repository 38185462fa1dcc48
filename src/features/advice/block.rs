//! A block of customers on one day: everything about them is read at once, then each is looked at.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::civil::Date;

use super::{
    book::Book,
    memory::{Asking, Memory, Telling, Wanted},
    store::CustomerRow,
    used::{self, Entry},
};
use crate::{
    domain::{
        credit::Grant,
        evidence::Evidence,
        late_fee::FeeThatCame,
        money::Money,
        notice::NoticeKind,
        rule::{Facts, Rule},
        unusual::Beside,
    },
    error::{AppError, Result},
    features::{
        bills::service::{KnownBill, beside_between, explained, fees_of_open, open_between},
        credits,
        notices::service::NewNotice,
        offers::{
            self,
            service::{Held, Left},
        },
    },
    server::db::Conn,
};

/// How many customers are looked at together, and kept in one transaction.
pub const BLOCK: i64 = 1_024;

pub struct Block {
    pub(super) book: Arc<Book>,
    customers: Vec<CustomerRow>,
    // What there is of each customer, in the same order.
    /// The soonest due first, with the credit that pays them.
    bills: Vec<Vec<KnownBill>>,
    /// The fees that came of open bills, by the id of the bill.
    pub(super) came: HashMap<String, FeeThatCame>,
    grants: Vec<Vec<Grant>>,
    held: Vec<Vec<Held>>,
    /// What was used of the meters that are sold.
    usage: Vec<Vec<Entry>>,
    /// Of open bills that were issued lately: the id, and the bills before.
    sums: Vec<Vec<(String, Beside)>>,
    pub(super) left: Left,
}

/// What there is of one customer.
#[derive(Clone, Copy)]
pub struct Account<'b> {
    /// The place of the customer in the block.
    pub at: usize,
    pub customer: &'b CustomerRow,
    pub bills: &'b [KnownBill],
    pub grants: &'b [Grant],
    pub held: &'b [Held],
    pub usage: &'b [Entry],
    pub sums: &'b [(String, Beside)],
}

/// A notice that is due and may be new, with whom it is for.
pub struct Found {
    /// The customer's id in the billing system.
    pub customer: String,
    pub notice: NewNotice,
    pub evidence: Evidence,
}

/// What a notice is about.
pub struct About {
    pub invoice_id: Option<String>,
    pub subscription_id: Option<String>,
    /// Once: the same key is never told twice.
    pub key: String,
    pub subject: String,
    pub amount: Money,
    pub due_on: Option<Date>,
    pub fee_on: Option<Date>,
    /// The last day it is shown; nothing where the bill decides.
    pub holds_until: Option<Date>,
    /// With advice to change a plan: the id of the terms of the plan they have.
    pub previous_terms: Option<String>,
    /// Of credit: what was given at first, in minor units.
    pub given: Option<i64>,
}

impl Block {
    /// Reads what was known of `customers` at the end of the day of `book`. Everybody with an id above `ids.0` and at most
    /// `ids.1` is read; who is not among `customers` is left out.
    pub async fn read(
        conn: &mut Conn<'_>,
        book: Arc<Book>,
        customers: Vec<CustomerRow>,
        ids: (&str, &str),
    ) -> Result<Self> {
        let (after, until) = ids;
        let day = book.day;
        let places: HashMap<&str, usize> =
            customers.iter().enumerate().map(|(at, customer)| (customer.id.as_str(), at)).collect();
        let grants = placed(&places, credits::service::grants_between(conn, day, after, until).await?);
        let bills = open_between(conn, day, after, until).await?;
        let mut bills = placed(&places, bills.into_iter().map(|known| (known.customer_id.clone(), known)));
        for (bills, grants) in bills.iter_mut().zip(&grants) {
            credits::service::cover(bills, grants, day);
        }
        let came = fees_of_open(conn, bills.iter().flatten(), &book.policies, day).await?;
        let mut sums = vec![Vec::new(); customers.len()];
        if book.rules.of_kind(NoticeKind::UnusualBill).next().is_some() {
            let lately = beside_between(conn, day, ids).await?;
            sums = placed(&places, lately.into_iter().map(|(customer, id, beside)| (customer, (id, beside))));
            for (sums, bills) in sums.iter_mut().zip(&bills) {
                let open = |id: &str| bills.iter().find(|known| known.invoice_id == id && !known.bill.is_disputed);
                sums.retain(|(id, _)| open(id).is_some());
                for (id, beside) in sums.iter_mut().filter(|(_, beside)| beside.is_to_look_into()) {
                    if let Some(known) = open(id) {
                        beside.explained = explained(conn, known, day).await?;
                    }
                }
            }
        }
        let held = placed(&places, offers::service::held_between(conn, day, after, until).await?);
        let mut usage = vec![Vec::new(); customers.len()];
        for (customer, packed) in offers::service::packed_usage(conn, day, book.look_back, (after, until)).await? {
            if let Some(at) = places.get(customer.as_str()) {
                usage[*at] = used::read(&packed, &book.shelf)?;
            }
        }
        let left = offers::service::left_between(conn, day, (after, until)).await?;
        Ok(Self { book, customers, bills, came, grants, held, usage, sums, left })
    }

    pub(super) fn accounts(&self) -> impl Iterator<Item = Account<'_>> {
        self.customers.iter().enumerate().map(|(at, customer)| Account {
            at,
            customer,
            bills: &self.bills[at],
            grants: &self.grants[at],
            held: &self.held[at],
            usage: &self.usage[at],
            sums: &self.sums[at],
        })
    }

    /// The open bills of these customers.
    pub fn bills(&self) -> impl Iterator<Item = &KnownBill> {
        self.bills.iter().flatten()
    }

    /// What is to be told: what is new, and what became worse since it was told.
    pub fn to_tell(&self, memory: &Memory) -> Result<Vec<Found>> {
        let asking = |wanted| Asking { rules: &self.book.rules, memory, day: self.book.day, wanted };
        let mut found = self.notices(&asking(Wanted::NewAndWorse))?;
        if self.book.rules.ask_what_was_told() {
            let keys: HashSet<String> = found.iter().map(|found| found.notice.dedupe_key.clone()).collect();
            let worse = self.notices(&asking(Wanted::Worse))?;
            found.extend(worse.into_iter().filter(|found| !keys.contains(&found.notice.dedupe_key)));
        }
        Ok(found)
    }

    /// Everything that is due by the rules and is wanted, customer by customer.
    pub fn notices(&self, asking: &Asking<'_>) -> Result<Vec<Found>> {
        let mut found = self.about_bills(asking)?;
        found.extend(self.about_sums(asking)?);
        found.extend(self.about_credits(asking)?);
        found.extend(self.about_offers(asking)?);
        found.sort_by_key(|(customer, _)| *customer);
        Ok(found.into_iter().map(|(_, found)| found).collect())
    }

    /// The notice that `rule` writes; nothing where its words speak of something that is not known, and nothing but what is
    /// about a bill to somebody who was erased.
    pub(super) fn found(
        &self,
        customer: &CustomerRow,
        rule: &Rule,
        facts: &Facts,
        evidence: Evidence,
        told: (About, Telling),
    ) -> Result<Option<Found>> {
        let Ok(words) = rule.words.fill(facts) else { return Ok(None) };
        self.found_in_words(customer, rule, words, evidence, told)
    }

    /// The same in words that are not the rule's.
    pub(super) fn found_in_words(
        &self,
        customer: &CustomerRow,
        rule: &Rule,
        words: String,
        evidence: Evidence,
        (about, telling): (About, Telling),
    ) -> Result<Option<Found>> {
        if customer.is_erased && about.invoice_id.is_none() {
            return Ok(None);
        }
        let notice = NewNotice {
            customer_id: customer.id.clone(),
            invoice_id: about.invoice_id,
            subscription_id: about.subscription_id,
            kind: rule.kind,
            dedupe_key: telling.key,
            corrects: telling.corrects,
            subject: about.subject,
            amount: about.amount,
            due_on: about.due_on,
            fee_on: about.fee_on,
            holds_until: about.holds_until,
            rule: rule.id.clone(),
            rule_version: rule.version,
            words,
            evidence: serde_json::to_string(&evidence).map_err(AppError::internal)?,
            as_of: self.book.day,
            previous_terms: about.previous_terms,
        };
        Ok(Some(Found { customer: customer.external_id.clone(), notice, evidence }))
    }
}

/// What belongs to each customer, by their places.
fn placed<T>(places: &HashMap<&str, usize>, items: impl IntoIterator<Item = (String, T)>) -> Vec<Vec<T>> {
    let mut of: Vec<Vec<T>> = std::iter::repeat_with(Vec::new).take(places.len()).collect();
    for (customer, item) in items {
        if let Some(at) = places.get(customer.as_str()) {
            of[*at].push(item);
        }
    }
    of
}
