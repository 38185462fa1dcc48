//! The day it is for each customer, and what a run goes by.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

use jiff::civil::Date;

use super::{
    book::Book,
    store::{self, CustomerRow},
};
use crate::{
    error::Result,
    server::{db::Conn, sessions, state::AppState},
};

/// The day it is for each customer, and what is in force on it.
pub struct Days {
    /// One day for everybody; nothing where each zone has its own.
    fixed: Option<Date>,
    by_zone: BTreeMap<String, Date>,
    pub books: BTreeMap<Date, Arc<Book>>,
}

impl Days {
    pub async fn read(app: &AppState, conn: &mut Conn<'_>, fixed: Option<Date>) -> Result<Self> {
        let zones = if fixed.is_some() { Vec::new() } else { store::zones(conn).await? };
        let by_zone: BTreeMap<String, Date> =
            zones.into_iter().map(|zone| (zone.clone(), app.clock.today_in(&zone))).collect();
        let mut books = BTreeMap::new();
        for day in fixed.into_iter().chain(by_zone.values().copied()) {
            if let Entry::Vacant(empty) = books.entry(day) {
                empty.insert(Arc::new(Book::read(conn, day).await?));
            }
        }
        Ok(Self { fixed, by_zone, books })
    }

    /// Nothing for a customer of a zone that nobody lived in when the run began; the change keeps them for the next one.
    pub fn day_of(&self, customer: &CustomerRow) -> Option<Date> {
        self.fixed.or_else(|| self.by_zone.get(&customer.time_zone).copied())
    }

    /// The same for two looks between which nothing changed but what customers did: days, rules, policies, offers, program.
    pub fn fingerprint(&self) -> String {
        let program = env!("CARGO_PKG_VERSION");
        sessions::hash(format!("{program}{:?}{:?}{:?}", self.fixed, self.by_zone, self.books).as_bytes())
    }
}
