//! What one cell says.

use std::borrow::Cow;

use jiff::civil::Date;

use super::{
    super::{RowProblem, RowReason, charges, field::Shape, reason::shortened},
    Place,
};
use crate::money::{Currency, Money};

/// Characters in a list of charges.
const LONGEST_CHARGES: usize = 20_000;

/// What stands in the place of a field.
pub(super) struct Told<'r> {
    pub place: &'r Place,
    pub text: Cow<'r, str>,
}

impl Told<'_> {
    fn refused<T>(&self, reason: RowReason) -> Result<T, RowProblem> {
        Err(RowProblem::at(self.place.field.name, reason))
    }

    pub fn text(self) -> Result<Option<String>, RowProblem> {
        let longest = match self.place.field.shape {
            Shape::Text(longest) => longest,
            _ => LONGEST_CHARGES,
        };
        if self.text.len() > longest && self.text.chars().count() > longest {
            return self.refused(RowReason::TooLong(longest));
        }
        if self.text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
            return self.refused(RowReason::ControlCharacter);
        }
        Ok((!self.text.is_empty()).then(|| self.text.into_owned()))
    }

    pub fn needed_text(self) -> Result<String, RowProblem> {
        let field = self.place.field.name;
        self.text()?.ok_or_else(|| RowProblem::at(field, RowReason::Missing))
    }

    pub fn date(&self) -> Result<Option<Date>, RowProblem> {
        if self.text.is_empty() {
            return Ok(None);
        }
        match self.place.date.read(&self.text) {
            Ok(date) => Ok(Some(date)),
            Err(reason) => self.refused(reason),
        }
    }

    pub fn needed_date(&self) -> Result<Date, RowProblem> {
        self.date()?.ok_or_else(|| RowProblem::at(self.place.field.name, RowReason::Missing))
    }

    /// An amount above zero.
    pub fn amount(&self, currency: Currency) -> Result<Money, RowProblem> {
        self.place.amount.read(&self.text, currency).or_else(|reason| self.refused(reason))
    }

    /// Minor units that may be none.
    pub fn zero_or_more(&self, currency: Currency) -> Result<Option<i64>, RowProblem> {
        if self.text.is_empty() {
            return Ok(None);
        }
        match self.place.amount.read_from_zero(&self.text, currency) {
            Ok(money) => Ok(Some(money.minor)),
            Err(reason) => self.refused(reason),
        }
    }

    pub fn needed_from_zero(&self, currency: Currency) -> Result<i64, RowProblem> {
        self.zero_or_more(currency)?.ok_or_else(|| RowProblem::at(self.place.field.name, RowReason::Missing))
    }

    /// Millionths of a unit.
    pub fn quantity(&self) -> Result<i64, RowProblem> {
        self.place.amount.read_quantity(&self.text).or_else(|reason| self.refused(reason))
    }

    /// JSON; nothing is no charge.
    pub fn charges(self) -> Result<String, RowProblem> {
        let field = self.place.field.name;
        match self.text()? {
            None => Ok(charges::NONE.to_owned()),
            Some(text) => charges::read(&text).map_err(|problem| RowProblem::at(field, RowReason::Charges(problem))),
        }
    }

    pub fn currency(&self) -> Result<Currency, RowProblem> {
        match Currency::from_code(&self.text.to_ascii_uppercase()) {
            Some(currency) => Ok(currency),
            None => self.refused(RowReason::NotACurrency(shortened(&self.text))),
        }
    }

    /// Nothing is no.
    pub fn is_yes(&self) -> Result<bool, RowProblem> {
        let text = self.text.to_lowercase();
        if !self.place.yes.is_empty() {
            return Ok(self.place.yes.iter().any(|yes| yes.trim().to_lowercase() == text));
        }
        match text.as_str() {
            "yes" | "y" | "true" | "t" | "1" | "x" => Ok(true),
            "no" | "n" | "false" | "f" | "0" | "" => Ok(false),
            _ => self.refused(RowReason::NotYesNo(shortened(&self.text))),
        }
    }
}
