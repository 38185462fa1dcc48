//! One row as ours, or why not.

use jiff::civil::Date;

use crate::domain::money::{Money, MoneyError};

/// What a row says, before anything is known of what is there already.
///
/// In optional fields `None` says that the file does not tell, and what is there stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    Customer(CustomerRow),
    Invoice(InvoiceRow),
    Payment(PaymentRow),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomerRow {
    pub external_id: String,
    pub name: String,
    pub preferred_name: Option<Option<String>>,
    pub email: Option<Option<String>>,
    pub time_zone: Option<String>,
    pub country: Option<Option<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InvoiceRow {
    pub number: String,
    pub customer: String,
    pub amount: Money,
    pub issued_on: Date,
    pub due_on: Date,
    pub dispute: Dispute,
}

/// What a row says of a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dispute {
    NotTold,
    No,
    /// There is one, and nobody says since when.
    Yes,
    Since(Date),
}

/// The amount is still text: its currency is the invoice's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRow {
    pub invoice: String,
    pub reference: String,
    pub amount: String,
    pub paid_on: Date,
}

/// Why a row was refused, and the field it is about; none where it is about the whole row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    pub field: Option<&'static str>,
    pub reason: RowReason,
}

impl RowProblem {
    pub fn at(field: &'static str, reason: RowReason) -> Self {
        Self { field: Some(field), reason }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowReason {
    #[error("this row has {found} cells, and the header has {wanted}")]
    CellCount { found: usize, wanted: usize },
    #[error("a quote is opened in this row and never closed")]
    UnclosedQuote,
    #[error("this row is longer than a megabyte; a quote may not be closed")]
    RowTooLong,
    #[error("this is empty, and it is needed")]
    Missing,
    #[error("this is longer than {0} characters")]
    TooLong(usize),
    #[error("this holds a character that no text has")]
    ControlCharacter,
    #[error("“{text}” is not a date written as {pattern}")]
    NotADate { text: String, pattern: String },
    #[error("“{text}” is written as {pattern}, but there is no such day")]
    NoSuchDay { text: String, pattern: String },
    #[error("{}", amount_words(text, reason))]
    Amount { text: String, reason: MoneyError },
    #[error("the amount is zero")]
    AmountZero,
    #[error("“{text}” is below zero")]
    AmountNegative { text: String },
    #[error("“{0}” is not a currency: use a code such as EUR")]
    NotACurrency(String),
    #[error("“{0}” is neither yes nor no")]
    NotYesNo(String),
    #[error("it was due on {due}, before it was issued on {issued}")]
    DueBeforeIssued { issued: Date, due: Date },
    #[error("there is a day of a dispute, and the row says there is none")]
    DisputeContradicted,
    #[error("“{0}” is not an e-mail address, such as mira@example.com")]
    NotAnEmail(String),
    #[error("“{0}” is not a time zone: use a name such as Europe/Dublin")]
    NotATimeZone(String),
    #[error("somebody else signs in with {0} already")]
    EmailTaken(String),
    #[error("no customer has the id “{0}”")]
    NoSuchCustomer(String),
    #[error("no invoice has the number “{0}”")]
    NoSuchInvoice(String),
    #[error("the invoice “{0}” belongs to another customer")]
    OtherCustomers(String),
    #[error("the invoice “{number}” is in {known} here, and its payments with it")]
    OtherCurrency { number: String, known: String },
    #[error("“{0}” stands in an earlier row with other values; the earlier row holds")]
    Contradicted(String),
}

fn amount_words(text: &str, reason: &MoneyError) -> String {
    match reason {
        MoneyError::Missing => "this is empty, and it is needed".to_owned(),
        MoneyError::NotAnAmount => format!("“{text}” is not an amount: write digits with a point, such as 12.50"),
        MoneyError::TooFine(0) => format!("“{text}” has digits after the point, and its currency has none"),
        MoneyError::TooFine(digits) => {
            format!("“{text}” has more than the {digits} digits its currency has after the point")
        }
        MoneyError::TooLarge => format!("“{text}” is too large to be kept exactly"),
    }
}
