//! What a policy, in force today, would do to the bills that are open today.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Assessment, Bill, FeePolicy, assess};

/// An open bill, as little of it as the browser needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBill {
    /// A number for the customer that means nothing outside this list.
    pub customer: u32,
    /// Minor units still open.
    pub open: i64,
    pub pay_by: Date,
    pub is_disputed: bool,
    pub is_exempt: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Different customers who would be warned.
    pub customers: i64,
    pub bills: i64,
    /// Minor units of fees that warned customers can still avoid.
    pub fees_spared: i64,
    /// Bills that would get the dispute notice instead.
    pub disputes: i64,
    /// Bills that already draw the fee, too late to warn.
    pub late: i64,
}

/// `bills` ordered by customer. The policy is taken as in force for every one of them.
pub fn effect(policy: &FeePolicy, bills: &[OpenBill], today: Date) -> Effect {
    let mut effect = Effect::default();
    let mut last_warned = None;
    for open in bills {
        let bill = Bill {
            number: String::new(),
            amount: open.open,
            paid: 0,
            due_on: open.pay_by,
            agreed_due_on: None,
            is_disputed: open.is_disputed,
            credit: Vec::new(),
            is_exempt: open.is_exempt,
        };
        match assess(policy, &bill, today) {
            Assessment::Warn { fee, .. } => {
                effect.bills += 1;
                effect.fees_spared = effect.fees_spared.saturating_add(fee);
                if last_warned.replace(open.customer) != Some(open.customer) {
                    effect.customers += 1;
                }
            }
            Assessment::Disputed => effect.disputes += 1,
            Assessment::Late { .. } => effect.late += 1,
            Assessment::Paid
            | Assessment::Exempt
            | Assessment::NoFee
            | Assessment::TooEarly { .. }
            | Assessment::Covered => {}
        }
    }
    effect
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::late_fee::policy::tests::policy;
    use jiff::civil::date;

    #[test]
    fn customers_are_counted_once_and_fees_are_summed() {
        let due = |customer, day| OpenBill {
            customer,
            open: 1_000,
            pay_by: date(2026, 11, day),
            is_disputed: false,
            is_exempt: false,
        };
        let bills = [
            due(1, 20),
            due(1, 22),
            due(2, 21),
            OpenBill { is_disputed: true, ..due(2, 21) },
            OpenBill { is_exempt: true, ..due(3, 21) },
            due(4, 10),
            due(5, 30),
        ];
        let today = date(2026, 11, 20);
        assert_eq!(
            effect(&policy(), &bills, today),
            Effect { customers: 2, bills: 3, fees_spared: 1_500, disputes: 1, late: 1 }
        );
        let none = FeePolicy { flat: 0, ..policy() };
        assert_eq!(effect(&none, &bills, today), Effect { disputes: 1, ..Effect::default() });
    }
}
