//! Time-of-use tariffs: what interval readings cost under plans whose price depends on weekday and hour.

mod band;
mod esb_hdf;
mod instant_kwh;
mod month;
mod plan;
mod readings;
mod week;

use std::fmt;

use jiff::civil::Date;

use super::decimal::{Decimal, TooManyDigits};
use super::fields::{FieldError, Fields};

pub use band::Band;
pub use month::{Month, MonthUse, missing_stretches, months_of_use};
pub use plan::{BandCost, Cost, Plan, PlanCost, Standing, StandingPer};
pub use readings::{Direction, Duplicate, Layout, Reading, Readings, RefusedRow};
pub use week::Week;

/// Letters of a name, which is written again with every month.
const MOST_LETTERS: usize = 200;
/// The longest period that is priced at once.
const MOST_YEARS: i16 = 100;

/// What `candor tariff` is asked: a period, readings and plans.
#[derive(Debug)]
pub struct Tariff {
    /// IANA name.
    pub timezone: String,
    /// First and last civil day, both included.
    pub from: Date,
    pub to: Date,
    pub readings_file: String,
    pub layout: Layout,
    /// Each with its id; a plan that cannot be read does not stop the others.
    pub plans: Vec<(String, Result<Plan, TariffError>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TariffError {
    Field(FieldError),
    /// Something was used at an hour the plan has no price for.
    NoPrice {
        weekday: i8,
        hour: u16,
        minute: u16,
    },
    /// Readings are of so long that the price changes within them: what they cost at the least and at the most, exact and
    /// without what is due whatever is used. Not a price.
    TooCoarse {
        minutes: u16,
        least: Decimal,
        most: Decimal,
    },
    TooManyDigits,
}

impl Tariff {
    pub fn read(json: &str) -> Result<Self, TariffError> {
        let fields = Fields::read("", json.trim_start_matches('\u{feff}'))?;
        let (from, to) = (date(&fields, "from")?, date(&fields, "to")?);
        if to < from {
            return Err(fields.error("to", format!("is {to}, before from {from}")).into());
        }
        if to.year() - from.year() > MOST_YEARS {
            return Err(fields.error("to", format!("is more than {MOST_YEARS} years after from")).into());
        }
        let readings = fields.required_object("readings")?;
        let format = readings.required_text("format")?;
        let plans = fields.required_list("plans")?.into_iter().enumerate().map(|(index, plan)| {
            let path = format!("plans[{index}]");
            let plan = Fields::read(&path, plan.get())?;
            let id = required_name(&plan, "id")?;
            let read = Plan::read(&plan);
            Ok((id, read))
        });
        Ok(Self {
            timezone: fields.required_text("timezone")?,
            from,
            to,
            readings_file: readings.required_text("file")?,
            layout: Layout::named(&format).ok_or_else(|| {
                readings.error("format", format!("is not known; known are {}", Layout::NAMES.join(" and ")))
            })?,
            plans: plans.collect::<Result<_, TariffError>>()?,
        })
    }
}

fn required_name(fields: &Fields<'_>, name: &str) -> Result<String, FieldError> {
    let text = fields.required_text(name)?;
    match text.chars().count() {
        0..=MOST_LETTERS => Ok(text),
        letters => Err(fields.error(name, format!("must be at most {MOST_LETTERS} letters, but has {letters}"))),
    }
}

fn date(fields: &Fields<'_>, name: &str) -> Result<Date, FieldError> {
    let text = fields.required_text(name)?;
    text.parse().map_err(|_| fields.error(name, "must be a date such as 2024-01-31"))
}

impl fmt::Display for TariffError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        match self {
            Self::Field(error) => error.fmt(f),
            Self::NoPrice { weekday, hour, minute } => {
                let day = usize::try_from(weekday - 1).ok().and_then(|index| WEEKDAYS.get(index)).unwrap_or(&"a day");
                write!(f, "no band has a price for {day} {hour:02}:{minute:02}, and something was used then")
            }
            Self::TooCoarse { minutes, least, most } => {
                let long =
                    if minutes % 60 == 0 { format!("{} hours", minutes / 60) } else { format!("{minutes} minutes") };
                write!(
                    f,
                    "each reading is of {long}, and the price changes within them: the energy cost from {least} to {most}, \
                     and nobody can tell where in between"
                )
            }
            Self::TooManyDigits => TooManyDigits.fmt(f),
        }
    }
}

impl std::error::Error for TariffError {}

impl From<FieldError> for TariffError {
    fn from(error: FieldError) -> Self {
        Self::Field(error)
    }
}

impl From<TooManyDigits> for TariffError {
    fn from(_: TooManyDigits) -> Self {
        Self::TooManyDigits
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod published;
