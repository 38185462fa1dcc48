//! Bills that stand in several rows of a file: their lines add up, or their rows say the same total.

use std::{
    collections::{BTreeMap, HashSet},
    hash::{BuildHasher, RandomState},
};

use super::earlier::Verdict;
use crate::domain::{
    import::{Cells, InvoiceRow, Reading, Row, RowReason, Zones},
    money::Money,
};

/// What a whole file says of the bills that have more than one row. Hashes with a seed of their own stand for the names of all
/// the others.
#[derive(Default)]
pub struct Parts {
    seed: RandomState,
    seen: HashSet<u64>,
    repeated: HashSet<u64>,
    /// By customer and number.
    bills: BTreeMap<(String, String), Bill>,
}

#[derive(Default)]
struct Bill {
    rows: Vec<InvoiceRow>,
    is_incomplete: bool,
    /// The whole bill and a word about it, once all its rows are known; or why none of them is kept.
    whole: Option<Result<(InvoiceRow, Option<RowReason>), RowReason>>,
    /// What the first of its rows did to what is kept; the others are part of it.
    verdict: Option<Verdict>,
}

impl Parts {
    fn key(&self, reading: &Reading, cells: &Cells) -> u64 {
        self.seed.hash_one((reading.text_of("customer", cells), reading.text_of("number", cells)))
    }

    /// The first look at a row.
    pub fn look(&mut self, reading: &Reading, cells: &Cells) {
        let key = self.key(reading, cells);
        if !self.seen.insert(key) {
            self.repeated.insert(key);
        }
    }

    /// Forgets what the first look was for; whether a second one is needed.
    pub fn are_there(&mut self) -> bool {
        self.seen = HashSet::new();
        !self.repeated.is_empty()
    }

    /// The second look, at the rows of bills that have several.
    pub fn add(&mut self, reading: &Reading, cells: &Cells, zones: &Zones) {
        if !self.repeated.contains(&self.key(reading, cells)) {
            return;
        }
        match reading.read(cells, zones).map(|read| read.row) {
            Ok(Row::Invoice(row)) => {
                self.bills.entry((row.customer.clone(), row.number.clone())).or_default().rows.push(row);
            }
            _ => {
                let text = |field| reading.text_of(field, cells).into_owned();
                self.bills.entry((text("customer"), text("number"))).or_default().is_incomplete = true;
            }
        }
    }

    /// Puts the bills together. Where the column does not say whether it holds lines, the whole file is asked.
    pub fn close(&mut self, reading: &Reading) {
        let amounts_differ = |bill: &Bill| bill.rows.iter().any(|row| row.amount != bill.rows[0].amount);
        let named = reading.amount_is_line();
        let is_line = match named {
            Some(is_line) => Some(is_line),
            None => self
                .bills
                .values()
                .any(|bill| amounts_differ(bill) && bill.rows.iter().all(|row| row.line.is_some()))
                .then_some(true),
        };
        for bill in self.bills.values_mut() {
            bill.whole = (!bill.rows.is_empty()).then(|| whole(bill, is_line));
        }
    }

    /// The whole bill of which this row is one; nothing where it is the only one.
    pub fn of(&mut self, row: &InvoiceRow) -> Option<Part<'_>> {
        if self.bills.is_empty() {
            return None;
        }
        let bill = self.bills.get_mut(&(row.customer.clone(), row.number.clone()))?;
        let whole = bill.whole.as_ref()?;
        Some(Part { whole: whole.as_ref(), verdict: &mut bill.verdict })
    }
}

/// A bill of several rows, as one of its rows finds it.
pub struct Part<'p> {
    pub whole: Result<&'p (InvoiceRow, Option<RowReason>), &'p RowReason>,
    pub verdict: &'p mut Option<Verdict>,
}

/// One row for all rows of a bill.
fn whole(bill: &Bill, is_line: Option<bool>) -> Result<(InvoiceRow, Option<RowReason>), RowReason> {
    let (rows, first) = (&bill.rows, &bill.rows[0]);
    let number = first.number.clone();
    if bill.is_incomplete {
        return Err(RowReason::BillIncomplete(number));
    }
    let all = |same: fn(&InvoiceRow, &InvoiceRow) -> bool| rows.iter().all(|row| same(row, first));
    for (agree, what) in [
        (all(|row, first| row.amount.currency == first.amount.currency), "the currency"),
        (all(|row, first| row.issued_on == first.issued_on), "the day it was issued"),
        (all(|row, first| row.status == first.status), "the status"),
        (all(|row, first| row.dispute == first.dispute), "the dispute"),
    ] {
        if !agree {
            return Err(RowReason::RowsDisagree { number, what });
        }
    }
    if !all(|row, first| row.due_on == first.due_on) {
        return Err(RowReason::DueInParts(number));
    }
    let amounts_agree = all(|row, first| row.amount == first.amount);
    let is_told_whole = all(|row, _| match (row.paid, row.open) {
        (paid, Some(open)) => paid.unwrap_or_default().saturating_add(open) == row.amount.minor,
        _ => false,
    });
    let adds_up = match is_line {
        Some(is_line) => is_line,
        None if all(|row, first| row == first) || (amounts_agree && is_told_whole) => false,
        None => return Err(RowReason::LinesOrBills { rows: rows.len(), number }),
    };
    if !adds_up && !amounts_agree {
        return Err(RowReason::RowsDisagree { number, what: "the amount" });
    }
    let told_once = |of: fn(&InvoiceRow) -> Option<i64>, what| match rows.iter().all(|row| of(row) == of(first)) {
        true => Ok(of(first)),
        false => Err(RowReason::RowsDisagree { number: number.clone(), what }),
    };
    let sum = |of: fn(&InvoiceRow) -> Option<i64>| {
        rows.iter().try_fold(0_i64, |sum, row| sum.checked_add(of(row).unwrap_or_default()))
    };
    let total = if adds_up { sum(|row| Some(row.amount.minor)) } else { Some(first.amount.minor) };
    let total = total.ok_or_else(|| RowReason::RowsDisagree { number: number.clone(), what: "the amount" })?;
    let total = Money::new(total, first.amount.currency);
    let mut lines: Vec<&str> = rows.iter().filter_map(|row| row.line.as_deref()).collect();
    lines.dedup();
    let row = InvoiceRow {
        amount: total,
        tax: if adds_up && first.tax.is_some() { sum(|row| row.tax) } else { first.tax },
        paid: told_once(|row| row.paid, "what was paid")?,
        open: told_once(|row| row.open, "what is open")?,
        kind: rows.iter().map(|row| row.kind).find(|kind| *kind != first.kind).map_or(first.kind, |_| {
            if total.minor < 0 {
                crate::domain::bill::BillKind::CreditNote
            } else {
                crate::domain::bill::BillKind::Bill
            }
        }),
        line: (!lines.is_empty()).then(|| lines.join("; ")),
        ..first.clone()
    };
    let rows = rows.len();
    let word = match adds_up {
        true => Some(RowReason::LinesAdded { rows, number, total }),
        false if all(|row, first| row == first) => None,
        false => Some(RowReason::TotalRepeated { rows, number, total }),
    };
    Ok((row, word))
}
