//! What every rule may ask, whatever it is about: the day, the currency and what the customer was told before.

use jiff::civil::Date;

use super::{
    money::Currency,
    rule::{Fact, Facts, Value, WrongType},
};

/// What a customer was told before of one matter, as it is known on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The day that is looked at, in the customer's zone.
    pub today: Date,
    /// Days since they were last told; nothing where they never were.
    pub days_since: Option<i64>,
    pub times: i64,
}

impl Told {
    /// They never heard of it.
    pub fn never(today: Date) -> Self {
        Self { today, days_since: None, times: 0 }
    }

    /// The facts that every kind of rule knows; money in them will be in `currency`. How long ago they were told is not
    /// known where they never were. An error would be a fact of another type than the catalogue's, which the tests rule
    /// out.
    pub fn facts(&self, currency: Currency) -> Result<Facts, WrongType> {
        let mut facts = Facts::new(currency);
        facts.set(Fact::Today, Value::Date(self.today))?;
        facts.set(Fact::Currency, Value::Text(currency.code().to_owned()))?;
        facts.set(Fact::TimesTold, Value::Count(self.times))?;
        if let Some(days) = self.days_since {
            facts.set(Fact::DaysSinceTold, Value::Days(days))?;
        }
        Ok(facts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn who_never_heard_of_it_was_told_no_number_of_days_ago() {
        let today = date(2026, 11, 22);
        let never = Told::never(today).facts(Currency::EUR).unwrap();
        assert_eq!(never.get(Fact::TimesTold), Some(&Value::Count(0)));
        assert_eq!(never.get(Fact::DaysSinceTold), None);
        let once = Told { days_since: Some(40), times: 1, today }.facts(Currency::EUR).unwrap();
        assert_eq!(once.get(Fact::DaysSinceTold), Some(&Value::Days(40)));
        assert_eq!(once.get(Fact::Currency), Some(&Value::Text("EUR".to_owned())));
    }
}
