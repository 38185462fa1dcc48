//! What can go wrong, in words for the person it happens to, and as a status: the only place that knows both.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::domain::{
    late_fee::{LaterDateProblem, PolicyProblem},
    money::MoneyError,
};

pub type Result<T, E = AppError> = std::result::Result<T, E>;

/// Everything a page or a server function can answer instead of what was asked for.
///
/// Use `Invalid` for what a person can mend in a form, `NotFound` also for what belongs to somebody else, and
/// `Internal` (through `?` on a database error) for what only we can mend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    #[error("Please sign in first.")]
    SignIn,
    #[error("This page is not for your account.")]
    Forbidden,
    #[error("We could not find that.")]
    NotFound,
    #[error("Some of what you wrote needs another look. Nothing is lost: it is still in the form.")]
    Invalid { problems: Vec<Problem>, kept: Vec<(String, String)> },
    #[error("There were too many tries. Please wait {minutes} minutes and try again.")]
    TooMany { minutes: i64 },
    #[error("{0}")]
    Refused(Refusal),
    #[error(
        "Something went wrong on our side, and nothing was changed. Please try again; if it happens again, tell us the number {reference:08X}."
    )]
    Internal { reference: u32 },
    #[error(
        "We cannot reach our own records at the moment, and nothing was changed. Please try again in a minute; if it lasts, tell us the number {reference:08X}."
    )]
    Away { reference: u32 },
}

/// Why an act that was asked for cannot be done any more, although it was written well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    #[error("This link has been used, or it is more than ten minutes old. Ask for a new one; it takes a moment.")]
    LinkUsed,
    #[error("A newer link was asked for, and this one ended with it. Use the link in the latest mail.")]
    LinkReplaced,
    #[error("Somebody must set the rules: let another admin in first.")]
    LastAdmin,
    #[error("Somebody has already answered this.")]
    AlreadyAnswered,
    #[error("You have asked this already; it is with a person now.")]
    AlreadyAsked,
    #[error("This bill is paid; there is nothing left to move.")]
    BillPaid,
    #[error("This file is already being read.")]
    AlreadyRunning,
    #[error("Somebody else is saving this policy right now. Look at their version first, then try again.")]
    PolicyJustChanged,
    #[error("This version is in force, or was taken back already. Make a new version that follows it.")]
    NotComing,
    #[error("This rule would end before it starts: its last day has passed, or is before its first.")]
    RuleHasEnded,
    #[error("A rule of another kind has this id. Choose another id.")]
    RuleOfAnotherKind,
    #[error("Somebody else has just made a version of this rule. Look at theirs first, then try again.")]
    RuleJustChanged,
    #[error("Another look with other rules, or of another day, began meanwhile; what this one had finished is kept.")]
    LookReplaced,
    #[error("There is no credit that could pay for this now. Look at your credit to see what is left and until when.")]
    NothingToUse,
    #[error("Things have changed since the page was shown, and nothing was done. Look at it again, then decide.")]
    ThingsChanged,
    #[error(
        "This fee is not one you can let go by yourself: no fee has come of this bill, or one was let go within the last 12 months. Ask a person; they can."
    )]
    FeeNeedsPerson,
    #[error("This cannot be taken back any more. Ask a person; they will look at it with you.")]
    CannotUndo,
    #[error(
        "This plan was changed at once already this month. Undo that on the page of your plan, or change it when the month is over."
    )]
    ChangedThisMonth,
    #[error(
        "You have asked for this several times today, so nothing more was done. It can be asked again tomorrow, or ask a person."
    )]
    EnoughToday,
    #[error("This was decided already.")]
    AlreadySettled,
    #[error(
        "You are committed to this plan for a while yet, so it cannot be changed here. Ask a person what is possible."
    )]
    Committed,
    #[error("A change of this plan is under way already. Take that one back first, on the page of your plan.")]
    AlreadyChanging,
    #[error("The file itself is no longer here, only what became of it. Upload it again to read it again.")]
    FileGone,
    #[error("We remember this already; nothing was added.")]
    AlreadyRemembered,
    #[error("The customer wrote these words themselves. Ask them before anything in it changes.")]
    CustomersOwnWords,
    #[error("They no longer ask for this: it was withdrawn or decided meanwhile.")]
    NoLongerAsked,
    #[error("We do not know this link any more. What reaches you by e-mail can be chosen under About me.")]
    WayOutUnknown,
    #[error("Warnings of a late fee always come by e-mail, so that no fee surprises you. Nothing was changed.")]
    WarningsStay,
    #[error(
        "This one stays: a late fee would cost you money, and a dispute is ours to settle with you. You can put it aside for a while."
    )]
    NoticeStays,
    #[error("It cannot be put aside that long: it comes back while it still helps to know. Choose a sooner day.")]
    NoticeCannotWait,
    #[error("This no longer holds, so there is nothing to put aside.")]
    NoticeOver,
    #[error("There is no later day left to which this bill can be moved here. Ask a person what is possible.")]
    NoLaterDay,
    #[error(
        "This bill is in dispute: you need not pay it until that is settled, and no late fee is added. A later date can be asked for after that."
    )]
    BillInDispute,
}

/// What a form was answered with, as the page it leads to shows it once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// By the server function at `action`, with every field as it was typed.
    Refused { action: String, error: AppError, typed: Vec<(String, String)> },
    /// `what` names the line to show, `about` the id of the thing it was done to, where a page holds several.
    Done { what: String, about: String },
}

/// One thing to mend: the name of the field and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub field: String,
    pub reason: Reason,
}

/// Why a field was refused. A closed list, so that no address can be made to show words of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Reason {
    #[error("This is needed.")]
    Missing,
    #[error("Nothing of this can be seen: its letters leave no mark. Write it in letters people can read.")]
    NothingSeen,
    #[error("This is longer than {0} characters.")]
    TooLong(u32),
    #[error("This does not look like an e-mail address, such as mira@example.com.")]
    NotAnEmail,
    #[error("Somebody already signs in with this address.")]
    EmailTaken,
    #[error("Write a date as year-month-day, such as 2026-07-06.")]
    NotADate,
    #[error("This date has passed.")]
    DatePassed,
    #[error(
        "Customers may be warned already of bills due in the next {0} days, and what we said holds: choose a later day."
    )]
    StartsTooSoon(u32),
    #[error("Choose a date within {0} days of the due date.")]
    DateTooFar(u32),
    #[error("Choose a date after the due date.")]
    DateNotLater,
    #[error("Write a whole number.")]
    NotANumber,
    #[error("Write a percentage from 0 to 100, such as 1.5.")]
    NotAPercentage,
    #[error("Write digits with a point, such as 12.50.")]
    NotAnAmount,
    #[error("This currency has {0} digits after the point.")]
    AmountTooFine(u32),
    #[error("This amount is too large.")]
    AmountTooLarge,
    #[error("This amount cannot be below zero.")]
    AmountNegative,
    #[error("Choose from 0 to 90 days.")]
    DaysOutOfRange,
    #[error("No warning is written so long before the fee: warn earlier, or choose fewer days.")]
    GuardTooLong,
    #[error("The cap is below the minimum, so no fee could satisfy both.")]
    CapBelowMinimum,
    #[error("The cap is below the fixed fee, so the fixed fee could never be charged.")]
    CapBelowFlat,
    #[error("This is before the first day.")]
    EndsBeforeStart,
    #[error("This customer is already exempt on some of these days.")]
    AlreadyExempt,
    #[error("Choose one of the list.")]
    NotAChoice,
    #[error("Nobody signs in with this address.")]
    NoSuchPerson,
    #[error("We know no customer with this id.")]
    NoSuchCustomer,
    #[error("This file is empty.")]
    EmptyFile,
    #[error("This file is not a table of text: it holds bytes that no text has.")]
    BinaryFile,
    #[error("The first line of this file has more than {0} columns. Save a table with the columns that are needed.")]
    TooManyColumns(u32),
    #[error("This file is larger than {0} MB.")]
    FileTooLarge(u32),
    #[error("The file has no column of this name.")]
    NoSuchColumn,
    #[error("The file has several columns of this name, so it is not clear which is meant.")]
    AmbiguousColumn,
    #[error("This is read from no column yet, and it is needed.")]
    NotMapped,
    #[error("Choose a column or write one value for all rows, not both.")]
    ColumnOrValue,
    #[error("This value does not fit: it would be refused in every row.")]
    ValueDoesNotFit,
    #[error("This column can be read in two ways, and nothing in the file says which: choose how it is written.")]
    TwoWays,
    #[error("This is not a way to write it that we know.")]
    NotAFormat,
    #[error("This is not a mapping, or it is for another kind of file.")]
    NotAMapping,
    #[error("Part of the form was missing or had the wrong shape.")]
    Malformed,
    #[error("Write it in letters, on one line.")]
    NotOneLine,
    #[error("We know no time zone of this name. Choose one of the list.")]
    NotATimeZone,
    #[error("Write a time of the day, such as 22:00.")]
    NotATime,
    #[error("Quiet hours need both a beginning and an end.")]
    HalfQuiet,
    #[error("This would be quiet all day. Leave both empty, or leave some minutes in which we may write.")]
    QuietAllDay,
    #[error("This is not the address of a page here.")]
    NotAPage,
    #[error("You wrote a lot just now. Please wait {0} minutes; your words are still here.")]
    TooManyNotes(i64),
}

impl AppError {
    /// A form with one thing to mend.
    pub fn field(field: &str, reason: Reason) -> Self {
        AppError::Invalid { problems: vec![Problem { field: field.to_owned(), reason }], kept: Vec::new() }
    }

    /// Too many tries, said at a field: a refused form keeps what the person typed.
    pub fn said_at(self, field: &str) -> Self {
        match self {
            AppError::TooMany { minutes } => AppError::field(field, Reason::TooManyNotes(minutes)),
            other => other,
        }
    }

    /// The same error, with what the person typed, so that the form can show it again.
    pub fn keeping<'a>(self, typed: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        match self {
            AppError::Invalid { problems, .. } => AppError::Invalid {
                problems,
                kept: typed.into_iter().map(|(field, value)| (field.to_owned(), value.to_owned())).collect(),
            },
            other => other,
        }
    }

    /// The HTTP status this is answered with.
    pub fn status(&self) -> u16 {
        match self {
            AppError::SignIn => 401,
            AppError::Forbidden => 403,
            AppError::NotFound => 404,
            AppError::Refused(_) => 409,
            AppError::Invalid { .. } => 422,
            AppError::TooMany { .. } => 429,
            AppError::Internal { .. } => 500,
            AppError::Away { .. } => 503,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => AppError::field("form", Reason::Malformed),
            other => AppError::internal(other),
        }
    }
}

impl AppError {
    /// Logs what happened under a new reference and tells the person only the reference.
    #[cfg(feature = "ssr")]
    pub fn internal(error: impl std::fmt::Display) -> Self {
        AppError::Internal { reference: crate::server::telemetry::failed(&error) }
    }

    /// In the browser there is no log to find it in.
    #[cfg(not(feature = "ssr"))]
    fn internal(_: impl std::fmt::Display) -> Self {
        AppError::Internal { reference: 0 }
    }
}

#[cfg(feature = "ssr")]
impl From<sqlx::Error> for AppError {
    /// A text with a zero byte, which PostgreSQL cannot hold (22021), is the sender's to mend.
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error().and_then(|refused| refused.code()).as_deref() {
            Some("22021") => AppError::field("form", Reason::Malformed),
            _ if is_away(&error) => AppError::Away { reference: crate::server::telemetry::failed(&error) },
            _ => AppError::internal(error),
        }
    }
}

/// Whether the database is away, full or held, so that the same may be well in a minute.
#[cfg(feature = "ssr")]
fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
        sqlx::Error::Database(refused) => refused.code().is_some_and(|code| match code.parse::<u32>() {
            // SQLite: busy, locked, read-only, an error of the disk, full, cannot be opened; the lowest byte says which.
            Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 8 | 10 | 13 | 14),
            // PostgreSQL: no connection, no resources, shutting down or starting, read-only.
            _ => ["08", "53", "57P", "25006"].iter().any(|class| code.starts_with(class)),
        }),
        _ => false,
    }
}

impl From<MoneyError> for Reason {
    fn from(error: MoneyError) -> Self {
        match error {
            MoneyError::Missing => Reason::Missing,
            MoneyError::NotAnAmount => Reason::NotAnAmount,
            MoneyError::TooFine(digits) => Reason::AmountTooFine(digits.into()),
            MoneyError::TooLarge => Reason::AmountTooLarge,
        }
    }
}

impl From<LaterDateProblem> for Reason {
    fn from(problem: LaterDateProblem) -> Self {
        match problem {
            LaterDateProblem::Passed => Reason::DatePassed,
            LaterDateProblem::NotLater => Reason::DateNotLater,
            LaterDateProblem::TooFar(days) => Reason::DateTooFar(days),
        }
    }
}

impl From<PolicyProblem> for Reason {
    fn from(problem: PolicyProblem) -> Self {
        match problem {
            PolicyProblem::GraceOutOfRange | PolicyProblem::WarnOutOfRange => Reason::DaysOutOfRange,
            PolicyProblem::GuardOutOfRange => Reason::GuardTooLong,
            PolicyProblem::NegativeAmount => Reason::AmountNegative,
            PolicyProblem::CapBelowMinimum => Reason::CapBelowMinimum,
            PolicyProblem::CapBelowFlat => Reason::CapBelowFlat,
        }
    }
}
