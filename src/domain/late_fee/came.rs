//! The late fee that a bill drew, also where it was paid afterwards.

use jiff::civil::Date;

use super::{Bill, FeePolicy};
use crate::{
    evidence::{Evidence, Value},
    money::Money,
};

/// A fee whose day has come, on what was open when that day began. Amounts are minor units of the policy's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeThatCame {
    pub fee: i64,
    pub fee_on: Date,
    /// What was open when that day began.
    pub open: i64,
    /// When the bill was paid in full, where it is.
    pub settled_on: Option<Date>,
}

/// The fee that `bill`, as it is known on `today`, drew by then; `payments` are its own, by day. Nothing where it was paid in
/// time, is in dispute, or draws none.
pub fn fee_that_came(policy: &FeePolicy, bill: &Bill, payments: &[(Date, i64)], today: Date) -> Option<FeeThatCame> {
    let fee_on = policy.fee_on(bill.pay_by());
    if today < fee_on || bill.is_exempt || bill.is_disputed {
        return None;
    }
    let in_time = payments.iter().filter(|(on, _)| *on < fee_on);
    let paid_in_time = in_time.fold(0_i64, |sum, (_, paid)| sum.saturating_add(*paid));
    let open = bill.amount.saturating_sub(paid_in_time.max(0)).max(0);
    let fee = policy.fee(open);
    let settled_on = if bill.open() == 0 { settled_on(bill.amount, payments) } else { None };
    (fee > 0).then_some(FeeThatCame { fee, fee_on, open, settled_on })
}

/// The day of the payment that made a bill of `amount` whole, and since which nothing went back that left it open; `payments`
/// are its own, by day. Nothing where it is not whole.
pub fn settled_on(amount: i64, payments: &[(Date, i64)]) -> Option<Date> {
    let (mut sum, mut since) = (0_i64, None);
    for (on, paid) in payments {
        sum = sum.saturating_add(*paid);
        since = if sum >= amount { since.or(Some(*on)) } else { None };
    }
    since
}

impl FeeThatCame {
    /// The rule, the facts on the day of the fee and the arithmetic; the last step's amount is the fee.
    pub fn evidence(&self, bill: &Bill, policy: &FeePolicy, today: Date) -> Evidence {
        let money = |minor| Value::Money(Money::new(minor, policy.currency));
        let mut evidence = Evidence { says: policy.words(), ..Evidence::default() };
        evidence.fact("Bill", Value::Text(bill.number.clone()));
        evidence.fact("Amount of the bill", money(bill.amount));
        evidence.fact("Due date", Value::Date(bill.due_on));
        if let Some(agreed) = bill.agreed_due_on {
            evidence.fact("Later date we agreed", Value::Date(agreed));
        }
        if let Some(moved) = bill.moved_to {
            evidence.fact("Business day that counts for it", Value::Date(moved));
        }
        evidence.fact("Version of the fee policy", Value::Text(policy.version.to_string()));
        evidence.fact("Days of grace", Value::Days(policy.grace_days));
        evidence.fact("A fee is added on", Value::Date(self.fee_on));
        evidence.fact("Paid before that day", money(bill.amount.saturating_sub(self.open)));
        evidence.fact("Open when that day began", money(self.open));
        if let Some(settled_on) = self.settled_on {
            evidence.fact("Paid in full on", Value::Date(settled_on));
        }
        evidence.fact("Day we looked", Value::Date(today));
        evidence.steps = policy.fee_steps(self.open);
        evidence
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::late_fee::{policy::tests::policy, samples};
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 12, 20);

    /// Due on 20 November, so that the fee comes on the 21st.
    fn bill(paid: i64) -> Bill {
        Bill { paid, ..samples::bill() }
    }

    fn ten_percent() -> FeePolicy {
        FeePolicy { flat: 0, percent: "10".parse().expect("a percentage"), ..policy() }
    }

    #[test]
    fn a_bill_that_was_paid_late_keeps_its_fee() {
        let late = fee_that_came(&policy(), &bill(3_820), &[(date(2026, 11, 21), 3_820)], TODAY);
        let came =
            FeeThatCame { fee: 500, fee_on: date(2026, 11, 21), open: 3_820, settled_on: Some(date(2026, 11, 21)) };
        assert_eq!(late, Some(came));
        assert_eq!(fee_that_came(&policy(), &bill(3_820), &[(date(2026, 11, 20), 3_820)], TODAY), None);
        assert_eq!(fee_that_came(&policy(), &bill(0), &[], date(2026, 11, 20)), None, "its day has not come");
    }

    #[test]
    fn a_payment_that_went_back_did_not_settle_the_bill() {
        let day = |day| date(2026, 11, day);
        assert_eq!(settled_on(100, &[(day(1), 100), (day(3), -100)]), None);
        assert_eq!(settled_on(100, &[(day(1), 100), (day(3), -100), (day(9), 120)]), Some(day(9)));
        assert_eq!(settled_on(100, &[(day(1), 150), (day(3), -20)]), Some(day(1)), "it stayed paid");
    }

    #[test]
    fn a_share_is_taken_of_what_was_open_on_the_day_of_the_fee() {
        let payments = [(date(2026, 11, 2), 1_820), (date(2026, 12, 1), 1_500)];
        let came = fee_that_came(&ten_percent(), &bill(3_320), &payments, TODAY).expect("a fee");
        assert_eq!((came.open, came.fee, came.settled_on), (2_000, 200, None));
        let evidence = came.evidence(&bill(3_320), &ten_percent(), TODAY);
        assert_eq!(evidence.steps.last().map(|step| step.amount.minor), Some(200));
        let open = Value::Money(Money::new(2_000, policy().currency));
        assert!(evidence.facts.iter().any(|fact| fact.name == "Open when that day began" && fact.value == open));
    }

    #[test]
    fn nothing_comes_of_a_bill_that_draws_no_fee() {
        let none = |bill: Bill, policy: FeePolicy| assert_eq!(fee_that_came(&policy, &bill, &[], TODAY), None);
        none(Bill { is_exempt: true, ..bill(0) }, policy());
        none(Bill { is_disputed: true, ..bill(0) }, policy());
        none(Bill { amount: 0, ..bill(0) }, policy());
        none(Bill { agreed_due_on: Some(TODAY), ..bill(0) }, policy());
        none(bill(0), FeePolicy { flat: 0, ..policy() });
    }

    proptest! {
        #[test]
        fn no_amount_is_too_large(amount: i64, paid: Vec<i64>) {
            let payments: Vec<_> = paid.into_iter().map(|paid| (date(2026, 11, 1), paid)).collect();
            let came = fee_that_came(&ten_percent(), &Bill { amount, ..bill(0) }, &payments, TODAY);
            prop_assert!(came.is_none_or(|came| came.fee > 0 && came.open > 0));
        }
    }
}
