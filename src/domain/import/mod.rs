//! Reading a table of somebody else's as ours: which column is what, how it is written, and why a row is refused.

/// A line of a file that people open in a spreadsheet, where no cell may become a formula.
pub mod export;
/// The fields of each kind.
pub mod field;
/// What can be brought in.
pub mod kind;
/// Where each field comes from: the columns of a file, or one value for all.
pub mod mapping;
/// One row as ours, or why not.
pub mod row;
/// How a file writes its dates and amounts.
pub mod written;

mod columns;
mod delimiter;
mod guess;
mod reading;
mod records;

pub use columns::{NoColumn, find_column};
pub use delimiter::{DELIMITERS, guess_delimiter};
pub use guess::{DATE_FORMATS, guess};
pub use kind::{Kind, UnknownKind};
pub use mapping::{Mapping, MappingProblem, Source};
pub use reading::Reading;
pub use records::{Cells, Found, split};
pub use row::{CustomerRow, InvoiceRow, PaymentRow, Row, RowProblem, RowReason};

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
