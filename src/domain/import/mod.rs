//! Reading a table of somebody else's as ours: which column is what, how it is written, and why a row is refused.

/// How a file writes its amounts and quantities.
pub mod amount_format;
/// What usage costs, as a file tells it.
pub mod charges;
/// What must agree between a row and what is kept.
pub mod checks;
/// How a file writes its dates.
pub mod date_format;
/// A line of a file that people open in a spreadsheet, where no cell may become a formula.
pub mod export;
/// What we want to know of each row, and what may stand in its cells.
pub mod field;
/// What can be brought in.
pub mod kind;
/// Where each field comes from: the columns of a file, or one value for all.
pub mod mapping;
/// Why a row was refused, in words.
pub mod reason;
/// One row as ours.
pub mod row;
/// What other systems call the state of a bill, of its payment, or what it is.
pub mod states;

mod columns;
mod delimiter;
mod guess;
mod number;
mod own;
mod reading;
mod records;
mod study;
mod written_date;

pub use columns::{NoColumn, find_column};
pub use delimiter::{DELIMITERS, guess_delimiter};
pub use guess::{DATE_AND_MONTH_FORMATS, DATE_FORMATS, by_names, guess};
pub use kind::{Kind, UnknownKind};
pub use mapping::{Mapping, MappingProblem, Source};
pub use reading::{ReadRow, Reading, Zones, quantity_words};
pub use reason::{RowProblem, RowReason, in_words};
pub use records::{Cells, Found, split};
pub use row::{CompetitorRow, CreditRow, CustomerRow, InvoiceRow, PaymentRow, PlanRow, Row, SubscriptionRow, UsageRow};
pub use study::Study;

use serde::{Deserialize, Serialize};

/// What became of the rows of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub read: i64,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub rejected: i64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.read += more.read;
        self.created += more.created;
        self.updated += more.updated;
        self.unchanged += more.unchanged;
        self.rejected += more.rejected;
    }
}
