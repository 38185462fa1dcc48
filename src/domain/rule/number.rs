//! A number as a rule writes it: decimal, exact, and small enough that every JSON tool reads the same one.

use std::fmt;

use super::exact::Exact;

/// `digits / 10^decimals` in lowest terms, so that equal numbers are equal bit for bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Number {
    digits: i64,
    decimals: u8,
}

/// Fifteen digits survive in the floating-point numbers other tools use.
const MOST_DIGITS: usize = 15;
const MOST_DECIMALS: usize = 6;

/// Why a number cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NumberProblem {
    #[error("write the number in full, without an exponent")]
    Exponent,
    #[error("write a number with at most {MOST_DIGITS} digits, {MOST_DECIMALS} of them after the point")]
    TooManyDigits,
}

impl Number {
    pub const fn whole(number: i32) -> Self {
        Self { digits: number as i64, decimals: 0 }
    }

    /// `text` is a number as JSON has it.
    pub(super) fn read(text: &str) -> Result<Self, NumberProblem> {
        if text.contains(['e', 'E']) {
            return Err(NumberProblem::Exponent);
        }
        let (sign, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let part = part.trim_end_matches('0');
        if whole.len() + part.len() > MOST_DIGITS || part.len() > MOST_DECIMALS {
            return Err(NumberProblem::TooManyDigits);
        }
        let digits: i64 = format!("{whole}{part}").parse().map_err(|_| NumberProblem::TooManyDigits)?;
        Ok(Self { digits: sign * digits, decimals: part.len() as u8 })
    }

    pub fn is_whole(self) -> bool {
        self.decimals == 0
    }

    /// Whether a fact in ten-thousandths of a percent can be this.
    pub(super) fn fits_percent(self) -> bool {
        self.decimals <= 4
    }

    pub(super) fn exact(self) -> Exact {
        Exact::ratio(self.digits, 10_i64.pow(u32::from(self.decimals)))
    }
}

impl From<i32> for Number {
    fn from(number: i32) -> Self {
        Self::whole(number)
    }
}

impl fmt::Display for Number {
    /// As JSON has it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let decimals = usize::from(self.decimals);
        let all = format!("{:0>width$}", self.digits.unsigned_abs(), width = decimals + 1);
        let (whole, part) = all.split_at(all.len() - decimals);
        if part.is_empty() { write!(out, "{sign}{whole}") } else { write!(out, "{sign}{whole}.{part}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_and_written_alike() {
        for (text, written) in [
            ("0", "0"),
            ("-0", "0"),
            ("3", "3"),
            ("-3.50", "-3.5"),
            ("0.05", "0.05"),
            ("100", "100"),
            ("2.000000", "2"),
            ("999999999999999", "999999999999999"),
        ] {
            let number = Number::read(text).expect(text);
            assert_eq!(number.to_string(), written);
            assert_eq!(Number::read(written), Ok(number));
        }
        assert_eq!(Number::read("1e3"), Err(NumberProblem::Exponent));
        assert_eq!(Number::read("1000000000000000"), Err(NumberProblem::TooManyDigits));
        assert_eq!(Number::read("0.0000001"), Err(NumberProblem::TooManyDigits));
    }
}
