//! What one cell says.

use std::borrow::Cow;

use jiff::{civil::Date, tz::TimeZone};

use super::{
    super::{RowReason, charges, field::Shape, number, reason::shortened},
    Place,
    line::folded,
};
use crate::{
    money::{Currency, Money},
    seen::{breaks_a_line, is_seen},
};

/// Characters in a list of charges.
const LONGEST_CHARGES: usize = 20_000;
/// Characters in the longest name or number, which stand on one line; what may be longer is prose, or several addresses.
const LONGEST_LINE: usize = 200;
/// What stands where bytes are no letter.
const LOST: char = '\u{fffd}';

/// What stands in the place of a field.
pub(super) struct Told<'r> {
    pub place: &'r Place,
    pub text: Cow<'r, str>,
}

/// A day, or a month told alone by its first.
pub(super) struct Day {
    pub day: Date,
    pub is_month: bool,
}

impl Told<'_> {
    pub fn lost_letter(&self) -> Option<RowReason> {
        self.text.contains(LOST).then(|| RowReason::LostLetter(shortened(&self.text)))
    }

    pub fn text(self) -> Result<Option<String>, RowReason> {
        self.lost_letter().map_or(Ok(()), Err)?;
        self.marked_text()
    }

    /// A text in which a letter may be lost.
    pub fn marked_text(self) -> Result<Option<String>, RowReason> {
        let longest = match self.place.field.shape {
            Shape::Text(longest) => longest,
            _ => LONGEST_CHARGES,
        };
        if self.text.len() > longest && self.text.chars().count() > longest {
            return Err(RowReason::TooLong(longest));
        }
        if self.text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
            return Err(RowReason::ControlCharacter);
        }
        let breaks = longest <= LONGEST_LINE && self.text.chars().any(breaks_a_line);
        let text = self.text.into_owned();
        let text = if breaks { folded(text) } else { text };
        if breaks && text.chars().any(breaks_a_line) {
            return Err(RowReason::Turns);
        }
        if !text.is_empty() && !is_seen(&text) {
            return Err(RowReason::NothingSeen);
        }
        Ok((!text.is_empty()).then_some(text))
    }

    /// The word for a state, as the mapping reads it; nothing where there is none.
    pub fn meaning(&self) -> Option<Cow<'_, str>> {
        if self.text.is_empty() {
            return None;
        }
        let same = |(word, _): &(&String, &String)| word.trim().to_lowercase() == self.text.to_lowercase();
        let means = self.place.means.iter().find(same).map(|(_, meaning)| Cow::Borrowed(meaning.as_str()));
        Some(means.unwrap_or(Cow::Borrowed(&self.text)))
    }

    /// The day in a zone, or the month where that may be told.
    pub fn day(&self, zone: &TimeZone) -> Result<Day, RowReason> {
        let read = self.place.date.read(&self.text)?;
        if read.is_month && self.place.field.shape != Shape::DateOrMonth {
            return Err(RowReason::MonthAlone(shortened(&self.text)));
        }
        let day = match (self.place.is_cut, self.place.is_utc) {
            (true, _) => read.day,
            (false, true) => read.in_utc().day_in(zone),
            (false, false) => read.day_in(zone),
        };
        Ok(Day { day, is_month: read.is_month })
    }

    pub fn date(&self, zone: &TimeZone) -> Result<Option<Date>, RowReason> {
        if self.text.is_empty() { Ok(None) } else { self.day(zone).map(|day| Some(day.day)) }
    }

    /// An amount above zero.
    pub fn amount(&self, currency: Currency) -> Result<Money, RowReason> {
        self.place.amount.read(&self.text, currency)
    }

    /// An amount of any sign.
    pub fn signed(&self, currency: Currency) -> Result<Money, RowReason> {
        self.place.amount.read_signed(&self.text, currency)
    }

    /// An amount whose currency is not known, as it is written.
    pub fn plain_amount(&self) -> Result<String, RowReason> {
        match number::Written::read(&self.text) {
            Ok(_) => Ok(self.text.clone().into_owned()),
            Err(_) => self.signed(Currency::EUR).map(|money| money.plain()),
        }
    }

    /// Whether it is a number of more than one digit.
    pub fn is_number(&self) -> bool {
        self.text.len() > 1 && number::Written::read(&self.text).is_ok()
    }

    /// Minor units that may be none.
    pub fn zero_or_more(&self, currency: Currency) -> Result<Option<i64>, RowReason> {
        if self.text.is_empty() {
            return Ok(None);
        }
        self.place.amount.read_from_zero(&self.text, currency).map(|money| Some(money.minor))
    }

    /// Millionths of a unit.
    pub fn quantity(&self) -> Result<i64, RowReason> {
        self.place.amount.read_quantity(&self.text)
    }

    /// JSON; nothing is no charge.
    pub fn charges(self) -> Result<String, RowReason> {
        match self.text()? {
            None => Ok(charges::NONE.to_owned()),
            Some(text) => charges::read(&text).map_err(RowReason::Charges),
        }
    }

    pub fn currency(&self) -> Result<Currency, RowReason> {
        Currency::from_code(&self.text.to_ascii_uppercase())
            .ok_or_else(|| RowReason::NotACurrency(shortened(&self.text)))
    }

    /// Nothing is no.
    pub fn is_yes(&self) -> Result<bool, RowReason> {
        let text = self.text.to_lowercase();
        if !self.place.yes.is_empty() {
            return Ok(self.place.yes.iter().any(|yes| yes.trim().to_lowercase() == text));
        }
        match text.as_str() {
            "yes" | "y" | "true" | "t" | "1" | "x" => Ok(true),
            "no" | "n" | "false" | "f" | "0" | "" => Ok(false),
            _ => Err(RowReason::NotYesNo(shortened(&self.text))),
        }
    }
}
