//! Where each field comes from: the columns of a file, or one value for all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Kind, RowReason,
    amount_format::NotAnAmountFormat,
    columns::{self, NoColumn},
    date_format::NotADateFormat,
};

/// How to read a file: by field, and where it cannot be found out, what parts its cells and how its letters are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// `,`, `;`, `|` or a tab; found out where nothing is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// Such as `utf-8` or `windows-1252`; found out where nothing is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Lines above the row of the columns' names; found out where nothing is told.
    #[serde(default, alias = "skip", skip_serializing_if = "Option::is_none")]
    pub skip_rows: Option<u32>,
    #[serde(flatten)]
    pub fields: BTreeMap<String, Source>,
}

/// Where one field comes from: a column, or a value for all rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Of dates such as `M/D/YYYY`, of amounts and quantities `1,234.56` or `1.234,56`; `minor` for amounts in whole cents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Of dates with a time: `utc` where the time is Greenwich's, `cut` where the day is meant as it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Of days of use: `month` where each row is its whole month's, `day` where it is not. Of the amount of a bill that stands in
    /// several rows: `line` where each is a part of it, `bill` where each is the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<String>,
    /// The words that mean yes; every other then means no.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub yes: Vec<String>,
    /// Of states: what a word of the file means, such as `"Erledigt" = "paid"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub means: BTreeMap<String, String>,
    /// `text`, `date`, `amount`, `quantity`, `yes_no` or `charges`, where the mapping wants to say it.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub shape: Option<String>,
}

impl Source {
    pub fn column(name: impl Into<String>) -> Self {
        Self { column: Some(name.into()), ..Self::default() }
    }
}

impl Mapping {
    /// For a file with our own column names, whatever their case and spaces.
    pub fn own(kind: Kind, header: &[String]) -> Self {
        let fields = kind.fields().iter().filter_map(|field| {
            let own = header.iter().find(|name| columns::key(name) == columns::key(field.name));
            let column = own.cloned().or_else(|| field.is_needed.then(|| field.name.to_owned()))?;
            Some((field.name.to_owned(), Source::column(column)))
        });
        Self { fields: fields.collect(), ..Self::default() }
    }

    /// The byte that parts cells, where the mapping says it.
    pub fn delimiter(&self) -> Result<Option<u8>, MappingProblem> {
        match self.delimiter.as_deref() {
            None => Ok(None),
            Some("tab") => Ok(Some(b'\t')),
            Some(text) => match text.as_bytes() {
                [byte] if byte.is_ascii_punctuation() && *byte != b'"' || matches!(byte, b'\t' | b' ') => {
                    Ok(Some(*byte))
                }
                _ => Err(MappingProblem::new("delimiter", MappingReason::NotADelimiter)),
            },
        }
    }
}

/// What is wrong with a mapping, and with which of its entries.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct MappingProblem {
    pub field: String,
    pub reason: MappingReason,
}

impl MappingProblem {
    pub fn new(field: impl Into<String>, reason: MappingReason) -> Self {
        Self { field: field.into(), reason }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingReason {
    #[error("there is no field of this name; there are {0}")]
    UnknownField(String),
    #[error("this is needed, and the mapping does not say where it comes from")]
    NotMapped,
    #[error("{0}")]
    NoColumn(#[from] NoColumn),
    #[error("a column and a value cannot both be meant")]
    ColumnAndValue,
    #[error("{0}")]
    DateFormat(#[from] NotADateFormat),
    #[error("{0}")]
    AmountFormat(#[from] NotAnAmountFormat),
    #[error("only dates, amounts and quantities have a format")]
    NoFormat,
    #[error("a day is needed here, and this format has none")]
    MonthAlone,
    #[error("a quantity has no smallest unit: use 1,234.56 or 1.234,56")]
    NotMinor,
    #[error("only dates have a time: use utc or cut")]
    NoTime,
    #[error("only days of use cover a day or a month, and only amounts of bills a line or a bill")]
    NoCover,
    #[error("{}", two_ways_words(*is_date))]
    TwoWays { is_date: bool },
    #[error(
        "only states have words that mean something: draft, open, paid, void or written_off of a bill, paid, pending or failed of a payment"
    )]
    NoMeaning,
    #[error("only fields of yes and no have words for yes")]
    NoYes,
    #[error("this is of the type {0}")]
    OtherShape(&'static str),
    #[error("{0}")]
    Value(RowReason),
    #[error("use one of , ; | or tab")]
    NotADelimiter,
    #[error("this is not an encoding: use a name such as utf-8 or windows-1252")]
    NotAnEncoding,
}

fn two_ways_words(is_date: bool) -> &'static str {
    if is_date {
        "its days can be read in two ways, and nothing in the file says which: choose how they are written"
    } else {
        "its numbers can be read in two ways, and nothing in the file says which: choose how they are written"
    }
}
