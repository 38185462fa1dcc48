//! A stretch of the day, on some weekdays, with its price.

use crate::decimal::Decimal;
use crate::fields::{FieldError, Fields, read_decimal};

use super::required_name;

/// Minutes of a day.
pub(super) const DAY: u16 = 24 * 60;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Band {
    pub name: String,
    /// Weekdays on which it starts: index 0 is Monday.
    pub days: [bool; 7],
    /// Minute of the day at which it starts.
    pub from: u16,
    /// Minute at which it ends. Equal to `from`: the whole civil day. Before `from`: it runs past midnight into the next day.
    pub to: u16,
    /// Per kWh.
    pub unit_price: Decimal,
}

impl Band {
    pub fn read(fields: &Fields<'_>) -> Result<Self, FieldError> {
        fields.only(&["name", "days", "from", "to", "unit_price"])?;
        let mut days = [false; 7];
        for (index, day) in fields.required_list("days")?.into_iter().enumerate() {
            let path = format!("{}[{index}]", fields.path_of("days"));
            match read_decimal(&path, day)?.parts() {
                (day @ 1..=7, 0) => days[day as usize - 1] = true,
                _ => return Err(FieldError::new(path, "must be a day from 1 (Monday) to 7 (Sunday)")),
            }
        }
        if days == [false; 7] {
            return Err(fields.error("days", "must hold at least one day"));
        }
        let from = minute(fields, "from")?;
        if from == DAY {
            return Err(fields.error("from", "must be before 24:00"));
        }
        Ok(Self {
            name: required_name(fields, "name")?,
            days,
            from,
            to: minute(fields, "to")?,
            unit_price: fields.required_amount("unit_price")?,
        })
    }

    /// The minutes of the day it starts on, and those of the next day it runs into.
    pub(super) fn minutes(&self) -> (std::ops::Range<u16>, std::ops::Range<u16>) {
        match self.from.cmp(&self.to) {
            std::cmp::Ordering::Less => (self.from..self.to, 0..0),
            std::cmp::Ordering::Equal => (0..DAY, 0..0),
            std::cmp::Ordering::Greater => (self.from..DAY, 0..self.to),
        }
    }
}

/// `HH:MM` from 00:00 to 24:00.
fn minute(fields: &Fields<'_>, name: &str) -> Result<u16, FieldError> {
    let text = fields.required_text(name)?;
    read_minute(&text).ok_or_else(|| fields.error(name, "must be a time such as 07:30"))
}

fn read_minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |digits: &str| {
        (digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
    };
    let (hour, minute): (u16, u16) = (number(hour)?, number(minute)?);
    let in_day = hour * 60 + minute;
    (minute < 60 && in_day <= DAY).then_some(in_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_to_the_minute() {
        for (text, minute) in [("00:00", Some(0)), ("07:30", Some(450)), ("24:00", Some(1440))] {
            assert_eq!(read_minute(text), minute);
        }
        for text in ["24:01", "12:60", "7:30", "0730", "", ":", "-1:00", "+1:00", "99:99", "１２:00"] {
            assert_eq!(read_minute(text), None, "{text}");
        }
    }

    #[test]
    fn a_band_that_cannot_be_read_is_refused_in_words() {
        let band = |days: &str, from: &str, price: &str| {
            let json =
                format!(r#"{{"name": "Day", "days": {days}, "from": "{from}", "to": "23:00", "unit_price": {price}}}"#);
            Band::read(&Fields::read("band", &json).unwrap()).map_err(|error| error.to_string())
        };
        assert!(band("[1, 7]", "08:00", "\"0.1\"").is_ok());
        assert_eq!(band("[0]", "08:00", "1").unwrap_err(), "band.days[0] must be a day from 1 (Monday) to 7 (Sunday)");
        assert_eq!(band("[]", "08:00", "1").unwrap_err(), "band.days must hold at least one day");
        assert_eq!(band("[1]", "8", "1").unwrap_err(), "band.from must be a time such as 07:30");
        assert_eq!(band("[1]", "24:00", "1").unwrap_err(), "band.from must be before 24:00");
        assert_eq!(band("[1]", "08:00", "-1").unwrap_err(), "band.unit_price must not be below zero, but is -1");
    }
}
