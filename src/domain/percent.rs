//! Shares such as 5 %, exact.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A share in millionths of the whole: 5 % is 50,000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Percent {
    pub millionths: i64,
}

/// The text is not a percentage between 0 and 100 with at most four digits after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write a percentage from 0 to 100, such as 1.5")]
pub struct NotAPercentage;

impl Percent {
    /// This share of `minor` units, rounded down: what is lost in rounding, the customer keeps.
    pub fn of(self, minor: i64) -> i64 {
        let exact = i128::from(minor) * i128::from(self.millionths);
        i64::try_from(exact.div_euclid(1_000_000)).unwrap_or(i64::MAX)
    }
}

impl FromStr for Percent {
    type Err = NotAPercentage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().trim_end_matches('%').trim_end();
        let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 3 || part.len() > 4 || !is_digits(whole) || !is_digits(part) {
            return Err(NotAPercentage);
        }
        let digits = format!("{whole}{part:0<4}");
        let millionths = digits.parse().map_err(|_| NotAPercentage)?;
        if millionths > 1_000_000 { Err(NotAPercentage) } else { Ok(Self { millionths }) }
    }
}

impl fmt::Display for Percent {
    /// `5`, `1.5` or `0.0125`, without the sign.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.millionths / 10_000, self.millionths % 10_000);
        if part == 0 {
            write!(out, "{whole}")
        } else {
            write!(out, "{whole}.{}", format!("{part:04}").trim_end_matches('0'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_read_and_written_alike() {
        for (text, millionths) in [("5", 50_000), ("1.5", 15_000), ("0.0125", 125), ("100", 1_000_000), ("0", 0)] {
            let percent: Percent = text.parse().expect(text);
            assert_eq!(percent.millionths, millionths);
            assert_eq!(percent.to_string(), text);
        }
        for text in ["", "-1", "100.1", "1.23456", "abc", "1000"] {
            assert_eq!(text.parse::<Percent>(), Err(NotAPercentage), "{text:?}");
        }
    }

    #[test]
    fn a_share_is_rounded_in_the_customers_favour() {
        let percent: Percent = "1.5".parse().expect("a percentage");
        assert_eq!(percent.of(3_333), 49);
        assert_eq!(percent.of(0), 0);
    }
}
