//! What every rule may ask, whatever it is about: the day, the currency and what the customer was told before.

use jiff::civil::Date;

use super::{
    money::Currency,
    rule::{Fact, Value},
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

    /// The facts that every kind of rule knows; money in `currency`. How long ago they were told is not known where they
    /// never were.
    pub fn value(&self, fact: Fact, currency: Currency) -> Option<Value> {
        match fact {
            Fact::Today => Some(Value::Date(self.today)),
            Fact::Currency => Some(Value::Text(currency.code().to_owned())),
            Fact::TimesTold => Some(Value::Count(self.times)),
            Fact::DaysSinceTold => self.days_since.map(Value::Days),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn who_never_heard_of_it_was_told_no_number_of_days_ago() {
        let today = date(2026, 11, 22);
        let never = Told::never(today);
        assert_eq!(never.value(Fact::TimesTold, Currency::EUR), Some(Value::Count(0)));
        assert_eq!(never.value(Fact::DaysSinceTold, Currency::EUR), None);
        let once = Told { days_since: Some(40), times: 1, today };
        assert_eq!(once.value(Fact::DaysSinceTold, Currency::EUR), Some(Value::Days(40)));
        assert_eq!(once.value(Fact::Currency, Currency::EUR), Some(Value::Text("EUR".to_owned())));
    }
}
