//! What a whole file of use says of each day: its rows of one customer, meter and day are one day's use.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasher, RandomState},
};

use jiff::civil::Date;

use super::{
    earlier::Verdict,
    meters::Meters,
    store::{BadRow, Costs},
};
use crate::domain::import::{Cells, Reading, Row, Zones, quantity_words};

/// The sums of a file. As in [`Earlier`](super::earlier::Earlier), hashes with a seed of their own stand for the keys.
#[derive(Default)]
pub struct Days {
    seed: RandomState,
    /// Days of more than one row, or of one that takes back or could not be read.
    sums: HashMap<u64, Sum>,
    meters: Meters,
    /// By the meter as the file names it.
    seen: BTreeMap<String, Seen>,
    /// Whether each row is its whole month's, where the mapping says it.
    is_by_month: Option<bool>,
    added_rows: u64,
    added_days: u64,
    first_added: u64,
}

/// What the rows of one day come to.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// Millionths of a unit; nothing where they are too many to be kept.
    pub quantity: Option<i64>,
    rows: u32,
    /// A row of it was refused, so that nobody knows the rest.
    pub is_incomplete: bool,
    /// What the first of its rows did to what is kept; the others are part of it.
    pub verdict: Option<Verdict>,
    line: u64,
}

/// How a meter stands in the file.
#[derive(Clone, Debug)]
struct Seen {
    line: u64,
    /// The one day of the month on which all its rows are, or the last of each.
    day: Option<i8>,
    is_month_end: bool,
    first: Date,
    last: Date,
    /// Whether some row names a month.
    names_months: bool,
}

/// Meters told apart; of more, none is told about.
const MOST_METERS: usize = 1_000;

impl Days {
    pub fn of(meters: Meters, is_by_month: Option<bool>) -> Self {
        Self { meters, is_by_month, ..Self::default() }
    }

    /// Adds a row, also one that will be refused when its key can be read.
    pub fn add(&mut self, line: u64, reading: &Reading, cells: &Cells, zones: &Zones) {
        let (row, is_incomplete) = match reading.read(cells, zones) {
            Ok(read) => match read.row {
                Row::Usage(row) => (row, false),
                _ => return,
            },
            Err(_) => match reading.use_without_quantity(cells, zones) {
                Some(row) => (row, true),
                None => return,
            },
        };
        let key = self.key(&row.customer, self.meters.meant(&row.meter), row.used_on);
        let sum = Sum { quantity: Some(0), rows: 0, is_incomplete: false, verdict: None, line };
        let sum = self.sums.entry(key).or_insert(sum);
        sum.quantity = sum.quantity.and_then(|quantity| quantity.checked_add(row.quantity));
        sum.rows += 1;
        sum.is_incomplete |= is_incomplete;
        if let Some(seen) = self.seen.get_mut(&row.meter) {
            seen.day = seen.day.filter(|day| *day == row.used_on.day());
            seen.is_month_end &= row.used_on == row.used_on.last_of_month();
            (seen.first, seen.last) = (seen.first.min(row.used_on), seen.last.max(row.used_on));
            seen.names_months |= row.is_month;
        } else if self.seen.len() < MOST_METERS {
            let seen = Seen {
                line,
                day: Some(row.used_on.day()),
                is_month_end: row.used_on == row.used_on.last_of_month(),
                first: row.used_on,
                last: row.used_on,
                names_months: row.is_month,
            };
            self.seen.insert(row.meter, seen);
        }
    }

    /// Forgets the days of one row, which are most.
    pub fn close(&mut self) {
        let several = self.sums.values().filter(|sum| sum.rows > 1 && !sum.is_incomplete);
        (self.added_rows, self.added_days, self.first_added) = several
            .fold((0, 0, u64::MAX), |(rows, days, line), sum| {
                (rows + u64::from(sum.rows), days + 1, line.min(sum.line))
            });
        self.sums.retain(|_, sum| sum.rows > 1);
        self.sums.shrink_to_fit();
    }

    fn key(&self, customer: &str, meter: &str, day: Date) -> u64 {
        self.seed.hash_one((customer, meter, day))
    }

    /// The meter as the plan that sells it names it.
    pub fn meter<'m>(&'m self, meter: &'m str) -> &'m str {
        self.meters.meant(meter)
    }

    /// What the rows of the day come to, where there is more than one.
    pub fn sum(&mut self, customer: &str, meter: &str, day: Date) -> Option<&mut Sum> {
        if self.sums.is_empty() {
            return None;
        }
        let key = self.key(customer, meter, day);
        self.sums.get_mut(&key)
    }

    /// Whether a row that names a day stands for its month: all of its meter do that stand on one day of several months.
    pub fn is_by_month(&self, meter: &str) -> bool {
        self.is_by_month.unwrap_or_else(|| self.seen.get(meter).is_some_and(Seen::is_by_month))
    }

    /// How rows were understood, once for each way.
    pub fn words(&self, reading: &Reading) -> Vec<BadRow> {
        let word = |line: u64, field: &'static str, words: String| BadRow {
            costs: Costs::Cell,
            ..BadRow::new(line, Some(reading.column_of(field)), &words, "", b',')
        };
        let mut told = Vec::new();
        if self.added_days > 0 {
            let words = format!(
                "{} rows are added up to {} days: rows of one customer, meter and day are one day's use. A day is replaced by \
                 what a later file says of it, so send it whole.",
                self.added_rows, self.added_days
            );
            told.push(word(self.first_added, "quantity", words));
        }
        for (meter, seen) in &self.seen {
            let meant = self.meters.meant(meter);
            if meant != meter {
                told.push(word(
                    seen.line,
                    "meter",
                    format!("“{meter}” is taken for the meter “{meant}” that a plan sells"),
                ));
            } else if self.meters.is_unsold(meter) {
                told.push(word(seen.line, "meter", self.meters.words(meter)));
            }
            if self.is_by_month.is_none() && !seen.names_months {
                if seen.is_by_month() {
                    let words = format!(
                        "the rows of “{meter}” stand on one day of each month, so each is kept as its whole month's use; if it is \
                         a day's, say in a mapping covers = \"day\""
                    );
                    told.push(word(seen.line, "used_on", words));
                } else if seen.first == seen.last && seen.first.day() == 1 {
                    let words = format!(
                        "all rows of “{meter}” are of {}, and each is kept as that day's use; if it is the month's, write the \
                         month alone or say in a mapping covers = \"month\"",
                        seen.first
                    );
                    told.push(word(seen.line, "used_on", words));
                }
            }
        }
        told.sort_by_key(|word| word.line);
        told
    }
}

impl Seen {
    fn is_by_month(&self) -> bool {
        let has_several = (self.first.year(), self.first.month()) != (self.last.year(), self.last.month());
        has_several && (self.day.is_some() || self.is_month_end)
    }
}

/// A day's key as a reason names it.
pub fn named(customer: &str, meter: &str, day: Date) -> String {
    format!("{customer} {meter} {day}")
}

/// A sum as a reason names it.
pub fn in_units(millionths: Option<i64>) -> String {
    millionths.map_or_else(|| "more than can be kept".to_owned(), quantity_words)
}
