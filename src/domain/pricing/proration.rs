//! The share of a period that was used, counted in civil days.

use jiff::civil::Date;

use crate::decimal::{Decimal, TooManyDigits};
use crate::fields::FieldError;

use super::Ratio;

/// `days` of the `of` days of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    days: u32,
    of: u32,
}

impl Share {
    pub const WHOLE: Self = Self { days: 1, of: 1 };

    pub fn new(days: u32, of: u32) -> Result<Self, FieldError> {
        match (days, of) {
            (_, 0) => Err(FieldError::new("period", "must have at least one day")),
            (days, of) if days > of => {
                Err(FieldError::new("period", format!("has {of} days, fewer than the {days} used")))
            }
            _ => Ok(Self { days, of }),
        }
    }

    /// The days from `from` to `to` that lie within a period; all four days are included.
    pub fn of_period(from: Date, to: Date, period: (Date, Date)) -> Result<Self, FieldError> {
        Self::new(days_in(from.max(period.0), to.min(period.1)), days_in(period.0, period.1))
    }

    /// The shares of the old and of the new plan where it changes on `day`. The day of the change belongs to the new plan alone: Lago
    /// bills it under both in arrears, 32 days in a month of 31.
    pub fn around_change(day: Date, period: (Date, Date)) -> Result<(Self, Self), FieldError> {
        let new = Self::of_period(day, period.1, period)?;
        Ok((Self { days: new.of - new.days, of: new.of }, new))
    }

    pub const fn days(self) -> u32 {
        self.days
    }

    pub const fn of(self) -> u32 {
        self.of
    }

    pub const fn is_whole(self) -> bool {
        self.days == self.of
    }

    /// This share of an amount, exact.
    pub fn take(self, amount: Decimal) -> Result<Ratio, TooManyDigits> {
        if self.is_whole() {
            return Ok(amount.into());
        }
        Ok(Ratio::new(amount.times(self.days.into())?, u64::from(self.of)).unwrap_or(Ratio::ZERO))
    }
}

/// Days from the first to the last, both included; none where they are in the wrong order.
fn days_in(first: Date, last: Date) -> u32 {
    u32::try_from((last - first).get_days().saturating_add(1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn share(from: &str, to: &str, first: &str, last: &str) -> (u32, u32) {
        let share = Share::of_period(date(from), date(to), (date(first), date(last))).unwrap();
        (share.days(), share.of())
    }

    fn cents(days: u32, of: u32, amount: u64) -> String {
        Share::new(days, of).unwrap().take(amount.into()).unwrap().rounded(0).unwrap().to_string()
    }

    #[test]
    fn days_are_counted_with_both_ends() {
        assert_eq!(share("2023-02-04", "2023-12-31", "2023-02-01", "2023-02-28"), (25, 28));
        assert_eq!(share("2024-05-20", "2024-06-20", "2024-04-15", "2024-07-14"), (32, 91));
        assert_eq!(share("2024-01-01", "2024-01-31", "2024-02-01", "2024-02-29"), (0, 29));
        assert_eq!(share("2023-06-28", "2024-06-28", "2023-06-29", "2024-06-28"), (366, 366));
    }

    #[test]
    fn published_prorations_come_out_to_the_cent() {
        for (amount, days, of, expected) in [
            (91_000, 32, 91, "32000"),
            (1_000, 13, 31, "419"),
            (1_500, 13, 31, "629"),
            (100, 20, 31, "65"),
            (2_000, 11, 31, "710"),
            (5_000_000, 17, 31, "2741935"),
            (12_000, 275, 366, "9016"),
            (118_800, 243, 366, "78875"),
            (800, 20, 30, "533"),
            (1_250, 29, 30, "1208"),
            (20_000, 29, 30, "19333"),
            (16_000, 29, 30, "15467"),
        ] {
            assert_eq!(cents(days, of, amount), expected, "{amount} for {days} of {of} days");
        }
    }

    #[test]
    fn the_day_of_a_change_belongs_to_the_new_plan_alone() {
        let august = (date("2023-08-01"), date("2023-08-31"));
        let (old, new) = Share::around_change(date("2023-08-21"), august).unwrap();
        assert_eq!((old.days(), new.days(), new.of()), (20, 11, 31));
        let price = "100".parse().unwrap();
        let both = old.take(price).unwrap().plus(new.take(price).unwrap()).unwrap();
        assert_eq!(both.compare(price.into()), Ok(std::cmp::Ordering::Equal));
    }

    #[test]
    fn a_period_without_days_is_refused() {
        assert!(Share::new(0, 0).is_err());
        assert!(Share::new(32, 31).is_err());
    }
}
