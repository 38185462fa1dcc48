//! One row while it is read: all that is wrong with it is told, not the first alone.

use jiff::{civil::Date, tz::TimeZone};

use super::{
    super::{Cells, RowProblem, RowReason},
    Reading, Told, Zones,
};
use crate::money::Currency;

pub(super) struct Line<'r> {
    pub reading: &'r Reading,
    pub cells: &'r Cells,
    zones: &'r Zones,
    /// Why the row is refused.
    pub problems: Vec<RowProblem>,
    /// Cells that cannot be used, in a row that is as good without them.
    pub lost: Vec<RowProblem>,
}

impl<'r> Line<'r> {
    pub fn new(reading: &'r Reading, cells: &'r Cells, zones: &'r Zones) -> Self {
        Self { reading, cells, zones, problems: Vec::new(), lost: Vec::new() }
    }

    /// What stands in the place of a field; nothing where the file does not tell it.
    pub fn told(&self, field: &'static str) -> Option<Told<'r>> {
        let place = self.reading.place(field)?;
        Some(Told { place, text: place.text(self.cells) })
    }

    pub fn refuse<T>(&mut self, field: &'static str, reason: RowReason) -> Option<T> {
        self.problems.push(RowProblem::at(field, reason));
        None
    }

    /// A field that must be there.
    pub fn needed<T>(&mut self, field: &'static str, read: impl FnOnce(Told<'r>) -> Result<T, RowReason>) -> Option<T> {
        let Some(told) = self.told(field).filter(|told| !told.text.is_empty()) else {
            return self.refuse(field, RowReason::Missing);
        };
        read(told).map_or_else(|reason| self.refuse(field, reason), Some)
    }

    /// A field that may be empty or not be told. Where it cannot be read it is as if it were not told; the row is refused,
    /// unless it is as good without it.
    pub fn optional<T>(
        &mut self,
        field: &'static str,
        read: impl FnOnce(Told<'r>) -> Result<T, RowReason>,
    ) -> Option<T> {
        let told = self.told(field)?;
        let is_spare = told.place.field.is_spare;
        match read(told) {
            Ok(read) => Some(read),
            Err(reason) => {
                let problem = RowProblem::at(field, reason);
                if is_spare {
                    self.lost.push(problem)
                } else {
                    self.problems.push(problem)
                }
                None
            }
        }
    }

    pub fn needed_text(&mut self, field: &'static str) -> Option<String> {
        self.needed(field, |told| told.text()?.ok_or(RowReason::Missing))
    }

    /// A name by which something is found again: on one line, with single spaces.
    pub fn needed_key(&mut self, field: &'static str) -> Option<String> {
        self.needed_text(field).map(folded)
    }

    pub fn optional_key(&mut self, field: &'static str) -> Option<String> {
        self.optional_text(field).flatten().map(folded)
    }

    /// A name with a letter that is lost is kept with a mark in its place.
    pub fn needed_name(&mut self, field: &'static str) -> Option<String> {
        let lost = self.told(field).and_then(|told| told.lost_letter());
        self.lost.extend(lost.map(|reason| RowProblem::at(field, reason)));
        self.needed(field, |told| told.marked_text()?.ok_or(RowReason::Missing))
    }

    pub fn optional_text(&mut self, field: &'static str) -> Option<Option<String>> {
        self.optional(field, Told::text)
    }

    pub fn needed_date(&mut self, field: &'static str) -> Option<Date> {
        let zone = self.zone();
        self.needed(field, |told| told.date(zone)?.ok_or(RowReason::Missing))
    }

    pub fn optional_date(&mut self, field: &'static str) -> Option<Option<Date>> {
        let zone = self.zone();
        self.optional(field, |told| told.date(zone))
    }

    /// Minor units from zero.
    pub fn optional_amount(&mut self, field: &'static str, currency: Currency) -> Option<Option<i64>> {
        self.optional(field, |told| told.zero_or_more(currency))
    }

    /// Minor units of any sign; nothing where the cell is empty.
    pub fn optional_signed(&mut self, field: &'static str, currency: Currency) -> Option<i64> {
        let read = |told: Told<'r>| match told.text.is_empty() {
            true => Ok(None),
            false => told.signed(currency).map(|money| Some(money.minor)),
        };
        self.optional(field, read).flatten()
    }

    pub fn currency(&self) -> Option<Currency> {
        self.told("currency").and_then(|told| told.currency().ok())
    }

    /// The zone of whom the row is about.
    pub fn zone(&self) -> &'r TimeZone {
        let of = |field, zones: &'r std::collections::HashMap<String, TimeZone>| {
            if zones.is_empty() { None } else { self.told(field).and_then(|told| zones.get(told.text.as_ref())) }
        };
        let by_customer = of("customer", &self.zones.of_customers);
        by_customer.or_else(|| of("invoice", &self.zones.of_invoices)).unwrap_or(&self.zones.company)
    }
}

/// On one line, with single spaces.
pub(super) fn folded(text: String) -> String {
    if !text.contains(char::is_whitespace) {
        return text;
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
