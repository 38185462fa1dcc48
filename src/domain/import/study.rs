//! What the cells of a whole file show of how its numbers and dates are written.

use super::{
    Cells, MappingProblem,
    amount_format::{AmountFormat, MarksSeen},
    date_format::{DateFormat, Order, OrderSeen},
    mapping::MappingReason,
    reading::Reading,
    written_date,
};
use crate::money::Currency;

/// Looks at every row before the first is judged: one cell that tells how it is written tells it of all others.
#[derive(Clone, Debug)]
pub struct Study {
    /// Of each place of the reading.
    seen: Vec<Seen>,
    has_instants: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    marks: MarksSeen,
    order: OrderSeen,
    /// Cells that are numbers of days, and other cells that are not empty.
    serials: u64,
    others: u64,
}

impl Study {
    pub fn new(reading: &Reading) -> Self {
        Self { seen: vec![Seen::default(); reading.places.len()], has_instants: false }
    }

    pub fn look(&mut self, reading: &Reading, cells: &Cells) {
        for (place, seen) in reading.places.iter().zip(&mut self.seen) {
            let shape = place.field.shape;
            let is_open = shape.is_number() && place.amount == AmountFormat::Any;
            if !(shape.is_date() || is_open) {
                continue;
            }
            let text = place.text(cells);
            if text.is_empty() {
                continue;
            }
            if !shape.is_date() {
                if shape == super::field::Shape::Quantity {
                    seen.marks.quantity(&text);
                } else {
                    let currency = reading.place("currency").map(|place| place.text(cells).to_ascii_uppercase());
                    seen.marks.amount(&text, currency.and_then(|code| Currency::from_code(&code)));
                }
                continue;
            }
            // A time is written with colons; most dates have none.
            self.has_instants |= !place.is_cut && text.contains(':');
            if place.date.is_any() {
                match written_date::read(&text) {
                    Some((written_date::Written::Serial(_), _)) => seen.serials += 1,
                    Some((written, _)) => {
                        seen.others += 1;
                        seen.order.date(written);
                    }
                    None => seen.others += 1,
                }
            }
        }
    }

    /// Whether some date has a time, which may be another day elsewhere.
    pub fn has_instants(&self) -> bool {
        self.has_instants
    }

    fn marks(&self) -> MarksSeen {
        self.seen.iter().fold(MarksSeen::default(), |all, seen| all.with(seen.marks))
    }

    fn order(&self) -> OrderSeen {
        self.seen.iter().fold(OrderSeen::default(), |all, seen| all.with(seen.order))
    }

    /// The one order of day and month that the file's dates agree on.
    pub(super) fn order_seen(&self) -> Option<Order> {
        self.order().order()
    }

    /// The fields whose column can be read in two ways, with nothing in the file that says which.
    pub fn open_questions(&self, reading: &Reading) -> Vec<MappingProblem> {
        let (marks, order) = (self.marks(), self.order());
        let asked = reading.places.iter().zip(&self.seen).filter_map(|(place, seen)| {
            let is_date = place.field.shape.is_date();
            let is_open = if is_date {
                place.date.is_any() && seen.order.is_open() && order.order().is_none()
            } else {
                place.amount == AmountFormat::Any && seen.marks.is_open() && marks.format() == AmountFormat::Any
            };
            is_open.then(|| MappingProblem::new(place.field.name, MappingReason::TwoWays { is_date }))
        });
        asked.collect()
    }

    /// The reading with what was found out.
    pub fn settle(&self, reading: &Reading) -> Reading {
        let (marks, order) = (self.marks().format(), self.order().order());
        let mut settled = reading.clone();
        for (place, seen) in settled.places.iter_mut().zip(&self.seen) {
            if place.amount == AmountFormat::Any {
                place.amount = marks;
            }
            if place.date.is_any() {
                place.date =
                    if seen.serials > 0 && seen.others == 0 { DateFormat::serial() } else { DateFormat::any(order) };
            }
        }
        settled
    }
}
