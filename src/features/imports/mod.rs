//! Bringing files in: matching their columns, trying them, reading them and saying what became of each row.

use serde::{Deserialize, Serialize};

use crate::{
    domain::import::{Kind, Tally},
    error::{Problem, Reason},
    ui::Page,
};

pub mod admin;
pub mod api;
#[cfg(feature = "ssr")]
mod balance;
#[cfg(feature = "ssr")]
mod batch;
#[cfg(feature = "ssr")]
mod competitors;
#[cfg(feature = "ssr")]
mod credits;
#[cfg(feature = "ssr")]
pub mod customers;
#[cfg(feature = "ssr")]
mod days;
#[cfg(feature = "ssr")]
mod earlier;
#[cfg(feature = "ssr")]
mod file;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
mod invoices;
mod islands;
#[cfg(feature = "ssr")]
pub mod local;
mod mapping_admin;
#[cfg(feature = "ssr")]
mod mapping_file;
#[cfg(feature = "ssr")]
mod matching;
#[cfg(feature = "ssr")]
pub mod meters;
#[cfg(feature = "ssr")]
mod names;
#[cfg(feature = "ssr")]
mod notes;
#[cfg(feature = "ssr")]
mod parts;
#[cfg(feature = "ssr")]
mod payments;
#[cfg(feature = "ssr")]
mod plans;
mod result_admin;
#[cfg(feature = "ssr")]
pub mod run;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
#[cfg(feature = "ssr")]
mod subscriptions;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod told;
#[cfg(feature = "ssr")]
mod uploads;
#[cfg(feature = "ssr")]
mod usage;

/// The largest file that can be uploaded.
pub const LARGEST_FILE_MB: u32 = 512;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Its columns are being matched.
    Mapping,
    Running,
    Done,
    Failed,
}

/// A past import, as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportLine {
    pub id: String,
    pub file_name: String,
    pub kind: Kind,
    /// In the company's zone: `22 November 2026, 14:05`.
    pub when: String,
    pub by: String,
    pub state: State,
    pub is_dry_run: bool,
    pub tally: Tally,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportList {
    pub imports: Vec<ImportLine>,
    pub page: Page,
}

/// The columns of a file beside our fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingForm {
    pub id: String,
    pub file_name: String,
    pub kind: Kind,
    pub rows_total: i64,
    pub columns: Vec<String>,
    pub fields: Vec<MappedField>,
    /// The first rows as they stand in the file.
    pub sample: Vec<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedField {
    pub name: String,
    pub label: String,
    pub is_needed: bool,
    /// The ways it may be written; none where there is only one.
    pub formats: Vec<String>,
    /// How it is read where none of them is chosen.
    pub unless_chosen: String,
    pub is_yes_or_no: bool,
    pub choice: FieldChoice,
    /// What the first row has for it.
    pub first: String,
    /// The same as it is read, where that is another thing, or why it cannot be.
    pub read: Option<Result<String, String>>,
}

/// What was chosen for one field; empty is not chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldChoice {
    pub column: String,
    pub value: String,
    pub format: String,
    /// The words for yes, parted by commas.
    pub yes: String,
}

/// How far a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub state: State,
    pub is_dry_run: bool,
    pub tally: Tally,
    /// Rows in the file, where they were counted.
    pub total: Option<i64>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportResult {
    pub id: String,
    pub file_name: String,
    pub kind: Kind,
    pub when: String,
    pub by: String,
    /// Such as `2.1 seconds`.
    pub took: Option<String>,
    pub progress: Progress,
    pub failure: Option<String>,
    /// Whether it can be read again without uploading it.
    pub has_file: bool,
    pub refused: Vec<RefusedRow>,
    /// The first words about rows that were kept, and how many there are.
    pub words: Vec<RefusedRow>,
    pub words_total: i64,
    pub page: Page,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRow {
    pub line: i64,
    pub column: Option<String>,
    pub reason: String,
}

/// A table has at most so many columns.
pub const MOST_COLUMNS: u32 = 1_000;

/// Why an upload was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadProblem {
    NoKind,
    NoFile,
    Empty,
    Binary,
    TooWide,
    TooLarge,
    Mapping,
}

impl UploadProblem {
    pub fn problem(self) -> Problem {
        let (field, reason) = match self {
            UploadProblem::NoKind => ("kind", Reason::NotAChoice),
            UploadProblem::NoFile => ("file", Reason::Missing),
            UploadProblem::Empty => ("file", Reason::EmptyFile),
            UploadProblem::Binary => ("file", Reason::BinaryFile),
            UploadProblem::TooWide => ("file", Reason::TooManyColumns(MOST_COLUMNS)),
            UploadProblem::TooLarge => ("file", Reason::FileTooLarge(LARGEST_FILE_MB)),
            UploadProblem::Mapping => ("mapping", Reason::NotAMapping),
        };
        Problem { field: field.to_owned(), reason }
    }
}
