//! Why nothing is said about another size.

use crate::offer::NoPrice;

/// In words for staff who ask why a customer was not told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAdvice {
    #[error("{offer} includes no set amount of {meter}, so it has no size")]
    NoAllowance { offer: String, meter: String },
    #[error("both include the same amount")]
    SameSize,
    #[error("only {covered} of {looked_back} months have readings")]
    TooFewMonths { covered: usize, looked_back: u32 },
    #[error("only {seasons} different months of a year have readings")]
    TooFewSeasons { seasons: usize },
    #[error("{dearer} of the months would have cost more, and with {seasons} months of a year the rest may undo it")]
    YearMayUndoIt { seasons: usize, dearer: i64 },
    #[error(transparent)]
    NoPrice(#[from] NoPrice),
}
