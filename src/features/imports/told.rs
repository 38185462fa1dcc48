//! What a row tells, or else what is kept.

use jiff::civil::Date;

use crate::{domain::import::charges, server::db::Text};

pub fn day(told: Option<Option<Date>>, kept: Option<Text<Date>>) -> Option<Text<Date>> {
    told.map_or(kept, |told| told.map(Text))
}

pub fn text(told: &Option<Option<String>>, kept: Option<&String>) -> Option<String> {
    told.as_ref().map_or(kept, Option::as_ref).cloned()
}

/// JSON; none where nobody has told any.
pub fn charges(told: Option<&String>, kept: Option<&String>) -> String {
    told.or(kept).map_or_else(|| charges::NONE.to_owned(), String::clone)
}
