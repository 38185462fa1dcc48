//! What a rule may ask about a bill.

use super::{Bill, FeePolicy};
use crate::{
    day,
    money::Currency,
    rule::{Fact, Subject, Value},
    told::Told,
};

/// A bill on the day of `told`, with the policy that its fee goes by.
pub struct BillFacts<'a> {
    pub bill: &'a Bill,
    pub policy: &'a FeePolicy,
    /// The fee that came, where its day has come: in minor units, of what was open then.
    pub late_fee: Option<i64>,
    pub told: Told,
}

impl Subject for BillFacts<'_> {
    fn currency(&self) -> Currency {
        self.policy.currency
    }

    fn value(&self, fact: Fact) -> Option<Value> {
        let (bill, policy, today) = (self.bill, self.policy, self.told.today);
        Some(match fact {
            // Where no policy is set a fee is not nought: it is not known.
            Fact::LateFee | Fact::FeeOn | Fact::DaysUntilFee if !policy.is_set() => return None,
            Fact::BillOpen => Value::Money(bill.open()),
            Fact::FeeIsSet => Value::YesNo(policy.is_set()),
            Fact::LateFee => Value::Money(self.late_fee.unwrap_or_else(|| policy.fee(bill.open()))),
            Fact::CreditForBill => Value::Money(bill.credited()),
            Fact::BillIsDisputed => Value::YesNo(bill.is_disputed),
            Fact::IsExemptFromFees => Value::YesNo(bill.is_exempt),
            Fact::HasAgreedDate => Value::YesNo(bill.pay_by() > bill.due_on),
            Fact::WarnDays => Value::Days(policy.warn_days),
            Fact::DueOn => Value::Date(bill.pay_by()),
            Fact::FeeOn => Value::Date(policy.fee_on(bill.pay_by())),
            Fact::DaysUntilDue => Value::Days(day::between(today, bill.pay_by())),
            Fact::DaysUntilFee => Value::Days(day::between(today, policy.fee_on(bill.pay_by()))),
            _ => return self.told.value(fact, self.currency()),
        })
    }
}
