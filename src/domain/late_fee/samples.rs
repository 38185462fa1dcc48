//! A bill for tests.

use jiff::civil::date;

use super::Bill;

/// Of 38.20, due on 20 November 2026, with nothing paid.
pub fn bill() -> Bill {
    Bill {
        number: "1042".to_owned(),
        amount: 3_820,
        paid: 0,
        due_on: date(2026, 11, 20),
        agreed_due_on: None,
        moved_to: None,
        is_disputed: false,
        credit: Vec::new(),
        is_exempt: false,
    }
}
