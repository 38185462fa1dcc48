//! Why a row was refused, in words.

use jiff::civil::Date;

use super::charges::ChargesProblem;
use crate::money::{Money, MoneyError};

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
    #[error("this row has {found} cells, and the header has {wanted}; a cell that holds what parts cells needs quotes")]
    CellCount { found: usize, wanted: usize },
    #[error("this is a sum over other rows (“{0}”), and no row of its own")]
    Total(String),
    #[error("this row has a word in one cell alone (“{0}”), and is no row of the table")]
    Stamp(String),
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
    #[error("this holds a letter that turns the others around, so that another name would be read")]
    Turns,
    #[error("nothing of this can be seen")]
    NothingSeen,
    #[error("“{0}” has lost a letter: its bytes are no text")]
    LostLetter(String),
    #[error("“{text}” is not a date written as {pattern}")]
    NotADate { text: String, pattern: String },
    #[error("“{text}” is written as {pattern}, but there is no such day")]
    NoSuchDay { text: String, pattern: String },
    #[error("{}", day_number_words(text, *day))]
    DayNumber { text: String, day: Option<Date> },
    #[error(
        "“{text}” can be read in two ways: say in a mapping format = \"D{mark}M{mark}YYYY\" or \"M{mark}D{mark}YYYY\""
    )]
    DayOrMonth { text: String, mark: char },
    #[error("“{0}” is a month, and a day is needed")]
    MonthAlone(String),
    #[error("{}", amount_words(text, reason))]
    Amount { text: String, reason: MoneyError },
    #[error("the amount is zero")]
    AmountZero,
    #[error("“{text}” is below zero")]
    BelowZero { text: String },
    #[error("“{0}” is not a currency: use a code such as EUR")]
    NotACurrency(String),
    #[error("“{0}” is neither yes nor no")]
    NotYesNo(String),
    #[error("“{text}” {}", quantity_words(reason))]
    Quantity { text: String, reason: MoneyError },
    #[error(
        "“{0}” can be read in two ways: say in a mapping that it is written as 1,234.56 or as 1.234,56 (format = \"1,234.56\")"
    )]
    TwoWays(String),
    #[error("“{0}” is a percentage, and an amount of money is needed")]
    Percent(String),
    #[error(
        "“{0}” is a number in the short form of spreadsheets, which has lost digits: format the column as a number"
    )]
    Scientific(String),
    #[error("“{text}” says {sign}, and the row says {currency}")]
    SignContradicted { text: String, sign: String, currency: &'static str },
    #[error("“{0}” is no whole number of the currency's smallest unit, such as cents")]
    NotMinorUnits(String),
    #[error(
        "the use of “{key}” comes to {total} in this file, which is below zero: send the day's corrected total, or the rows it takes \
         back with it"
    )]
    TakesBackTooMuch { key: String, total: String },
    #[error("another row of “{0}” was refused, and the rows of one day are kept together")]
    DayIncomplete(String),
    #[error("{0}")]
    Charges(ChargesProblem),
    #[error("{what} {day}, before {first} {since}")]
    DayBefore { what: &'static str, day: Date, first: &'static str, since: Date },
    #[error("{used} of it was used, which is more than the {amount} it was granted with")]
    MoreUsedThanGranted { used: Money, amount: Money },
    #[error("there is a day of a dispute, and the row says there is none")]
    DisputeContradicted,
    #[error("“{0}” is not an e-mail address, such as mira@example.com")]
    NotAnEmail(String),
    #[error("“{0}” is not a time zone: use a name such as Europe/Dublin")]
    NotATimeZone(String),
    #[error("“{text}” holds more than one e-mail address; {kept} is kept")]
    SeveralEmails { text: String, kept: String },
    #[error("somebody else signs in with {0} already; the customer is kept, and nobody signs in for them")]
    EmailTaken(String),
    #[error(
        "the customer “{other}” signs in with {email} already, so that nobody else does. Where both are \
         one, say so: candor customer merge {other} {own}, or a column “merged_into” in the row of {other}"
    )]
    EmailOfCustomer { email: String, other: String, own: String },
    #[error("this customer was brought into “{0}”, and everything of theirs is there: the row is passed over")]
    WasMerged(String),
    #[error("{0}, so this customer stays as they are")]
    CannotMerge(String),
    #[error("no customer has the id “{0}”")]
    NoSuchCustomer(String),
    #[error("no plan has the code “{0}”")]
    NoSuchPlan(String),
    #[error("no invoice has the number “{0}”")]
    NoSuchInvoice(String),
    #[error(
        "several customers have an invoice with the number “{0}”, so that it does not say whose was paid: name the customer in a column “customer”"
    )]
    NumberOfSeveral(String),
    #[error("“{0}” is no bill: payments and credits are brought in by themselves, and offers are not brought in")]
    NoBill(String),
    #[error(
        "the rows of the bill “{0}” are due on several days, so none of them is kept: give each part a number of its own, such as \
         {0}-1 and {0}-2"
    )]
    DueInParts(String),
    #[error("no invoice has the number “{0}” yet: it is kept as money on account, and pays that bill when it comes")]
    AwaitsBill(String),
    #[error("the bill “{0}” is another customer's")]
    BillOfAnother(String),
    #[error("this names neither a bill nor a customer: with a customer, money paid on account becomes their credit")]
    PaymentOfNobody,
    #[error(
        "this is money that goes back, and names no bill: name the bill, or, where it was paid on account, bring that payment in again \
         with what is left of it"
    )]
    BackOfNoBill,
    #[error("the payment is in {paid}, and the bill is in {billed}: say what it came to in {billed}")]
    PaidInOtherCurrency { paid: &'static str, billed: &'static str },
    #[error("this names no bill, so that nobody knows its currency: add a column “currency”")]
    NoCurrency,
    #[error(
        "“{0}” is no state we know: say in a mapping what it means, such as status = {{ column = \"…\", means = {{ \"{0}\" = \"open\" }} }}"
    )]
    UnknownState(String),
    #[error(
        "this bill has no day to pay by and is not paid: nothing can be late, and it is passed over until it has one"
    )]
    NoDueDay,
    #[error("it was due on {due}, before it was issued: it counts as due on {issued}")]
    DueBeforeIssue { due: Date, issued: Date },
    #[error("{rows} rows are the lines of the bill “{number}”: together {total}")]
    LinesAdded { rows: usize, number: String, total: Money },
    #[error("{rows} rows say the same total of the bill “{number}”: it is one bill of {total}")]
    TotalRepeated { rows: usize, number: String, total: Money },
    #[error("the rows of the bill “{number}” do not agree on {what}, so none of them is kept")]
    RowsDisagree { number: String, what: &'static str },
    #[error(
        "{rows} rows have the number “{number}”, and it is not clear whether they are lines of one bill: say in a mapping amount = {{ column = \"…\", covers = \"line\" }} or covers = \"bill\"; none of them is kept"
    )]
    LinesOrBills { rows: usize, number: String },
    #[error("another row of the bill “{0}” was refused, and a bill is kept whole or not at all")]
    BillIncomplete(String),
    #[error("{kept} of what was paid too much of the bill “{number}” was used as credit already, and that stays used")]
    TooMuchWasUsed { kept: Money, number: String },
    #[error("the credit note “{number}” was used before ({used}), and what was used stays")]
    NoteWasUsed { number: String, used: Money },
    #[error("the {what} “{name}” belongs to another customer")]
    OtherCustomers { what: &'static str, name: String },
    #[error("the {what} “{name}” is in {known} here, and {with} with it")]
    OtherCurrency { what: &'static str, name: String, known: String, with: &'static str },
    #[error("“{0}” stands in an earlier row with other values; the earlier row holds")]
    Contradicted(String),
}

fn day_number_words(text: &str, day: Option<Date>) -> String {
    let day = day.map(|day| format!(" of {}", day.strftime("%-d %B %Y"))).unwrap_or_default();
    format!(
        "“{text}” may be a spreadsheet's number{day}: format the column as a date, or say in a mapping format = \"serial\""
    )
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

fn quantity_words(reason: &MoneyError) -> String {
    match reason {
        MoneyError::Missing | MoneyError::NotAnAmount => {
            "is not a quantity: write digits with a point, such as 12.50".to_owned()
        }
        MoneyError::TooFine(digits) => format!("has more than the {digits} digits after the point that are kept"),
        MoneyError::TooLarge => "is too large to be kept exactly".to_owned(),
    }
}

/// All that is wrong with a row, in one line: the first problem without its field, which stands beside the line.
pub fn in_words(problems: &[RowProblem], column_of: impl Fn(&'static str) -> String) -> String {
    let words = problems.iter().enumerate().map(|(at, problem)| match problem.field {
        Some(field) if at > 0 => format!("{}: {}", column_of(field), problem.reason),
        _ => problem.reason.to_string(),
    });
    words.collect::<Vec<_>>().join("; ")
}

/// At most forty characters of what stands in a cell, to be quoted in a reason.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
