//! What a rule may ask about a bill.

use super::{Bill, FeePolicy};
use crate::domain::{
    day,
    rule::{Fact, Facts, Value, WrongType},
    told::Told,
};

impl Bill {
    /// What is known about this bill on the day of `told`, as rules ask for it.
    pub fn facts(&self, policy: &FeePolicy, told: &Told) -> Result<Facts, WrongType> {
        let (pay_by, fee_on) = (self.pay_by(), policy.fee_on(self.pay_by()));
        let mut facts = told.facts(policy.currency)?;
        for (fact, value) in [
            (Fact::BillOpen, Value::Money(self.open())),
            (Fact::LateFee, Value::Money(policy.fee(self.open()))),
            (Fact::CreditForBill, Value::Money(self.credited())),
            (Fact::BillIsDisputed, Value::YesNo(self.is_disputed)),
            (Fact::IsExemptFromFees, Value::YesNo(self.is_exempt)),
            (Fact::HasAgreedDate, Value::YesNo(pay_by > self.due_on)),
            (Fact::WarnDays, Value::Days(policy.warn_days)),
            (Fact::DueOn, Value::Date(pay_by)),
            (Fact::FeeOn, Value::Date(fee_on)),
            (Fact::DaysUntilDue, Value::Days(day::between(told.today, pay_by))),
            (Fact::DaysUntilFee, Value::Days(day::between(told.today, fee_on))),
        ] {
            facts.set(fact, value)?;
        }
        Ok(facts)
    }
}
