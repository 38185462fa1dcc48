//! What must agree between a row and what is kept, whichever of the two a value comes from.

use jiff::civil::Date;

use super::{RowProblem, RowReason};
use crate::money::{Currency, Money};

/// A day and what it is, such as `it ends on`.
pub type DayIs = (&'static str, Date);

/// Refuses the day of `field` when it is before the `first`.
pub fn in_order(field: &'static str, first: DayIs, then: (&'static str, Option<Date>)) -> Result<(), RowProblem> {
    match then {
        (what, Some(day)) if day < first.1 => {
            let reason = RowReason::DayBefore { what, day, first: first.0, since: first.1 };
            Err(RowProblem::at(field, reason))
        }
        _ => Ok(()),
    }
}

/// Refuses another currency than the one in which `with` is kept of it.
pub fn in_its_currency(
    (what, name): (&'static str, &str),
    told: Currency,
    known: Option<&str>,
    with: &'static str,
) -> Result<(), RowProblem> {
    match known {
        Some(known) if known != told.code() => {
            let (name, known) = (name.to_owned(), known.to_owned());
            Err(RowProblem::at("currency", RowReason::OtherCurrency { what, name, known, with }))
        }
        _ => Ok(()),
    }
}

/// Refuses a credit of which more was used than there was.
pub fn used_of(amount: Money, used: i64) -> Result<(), RowProblem> {
    if used <= amount.minor {
        return Ok(());
    }
    let used = Money::new(used, amount.currency);
    Err(RowProblem::at("used", RowReason::MoreUsedThanGranted { used, amount }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn words(checked: Result<(), RowProblem>) -> Option<(Option<&'static str>, String)> {
        checked.err().map(|problem| (problem.field, problem.reason.to_string()))
    }

    #[test]
    fn nothing_ends_before_it_starts() {
        let start = date(2026, 3, 1);
        let ends = |day| words(in_order("ends_on", ("it starts on", start), ("it ends on", day)));
        assert_eq!(ends(None), None);
        assert_eq!(ends(Some(start)), None);
        let refused = "it ends on 2026-02-28, before it starts on 2026-03-01".to_owned();
        assert_eq!(ends(Some(date(2026, 2, 28))), Some((Some("ends_on"), refused)));
    }

    #[test]
    fn money_that_is_kept_stays_in_its_currency() {
        let invoice = |known| words(in_its_currency(("invoice", "7"), Currency::JPY, known, "its payments"));
        assert_eq!(invoice(None), None);
        assert_eq!(invoice(Some("JPY")), None);
        let refused = "the invoice “7” is in EUR here, and its payments with it".to_owned();
        assert_eq!(invoice(Some("EUR")), Some((Some("currency"), refused)));
    }

    #[test]
    fn no_more_is_used_than_was_granted() {
        let credit = Money::new(2_000, Currency::EUR);
        assert_eq!(words(used_of(credit, 2_000)), None);
        let refused = "€20.01 of it was used, which is more than the €20.00 it was granted with".to_owned();
        assert_eq!(words(used_of(credit, 2_001)), Some((Some("used"), refused)));
    }
}
