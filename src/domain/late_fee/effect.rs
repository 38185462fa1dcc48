//! What a policy, in force today, would do to the bills that are open today.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Assessment, Bill, DueShift, FeePolicy, assess};

/// An open bill, as little of it as the browser needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBill {
    /// A number for the customer that means nothing outside this list.
    pub customer: u32,
    /// Minor units still open.
    pub open: i64,
    pub pay_by: Date,
    /// The business days that count in its place where a policy moves it to the next or to the one before.
    pub next: Option<Date>,
    pub previous: Option<Date>,
    pub is_disputed: bool,
    pub is_exempt: bool,
}

impl OpenBill {
    /// The day that counts under `policy`.
    fn counts_on(&self, policy: &FeePolicy) -> Date {
        let moved = match policy.due_shift {
            DueShift::AsIs => None,
            DueShift::Next => self.next,
            DueShift::Previous => self.previous,
        };
        moved.unwrap_or(self.pay_by)
    }
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

/// What a policy would change for the bills that are open today, beside the one in force. Customers are counted once each, and
/// amounts are minor units, reckoned as if every bill were paid late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Who would pay more, and how much in all.
    pub dearer: i64,
    pub more: i64,
    /// Who would pay less.
    pub cheaper: i64,
    pub less: i64,
    /// Whose fee would come on an earlier day.
    pub sooner: i64,
    /// Whose fee would come on a later day.
    pub later: i64,
    /// Bills past the day of the fee only under the new policy.
    pub newly_late: i64,
}

/// What `draft` changes for `bills`, which are ordered by customer; without a policy in force no bill draws a fee. Nothing is
/// changed for a bill in dispute or one that is free of fees.
pub fn change(live: Option<&FeePolicy>, draft: &FeePolicy, bills: &[OpenBill], today: Date) -> Change {
    let mut change = Change::default();
    for of_customer in bills.chunk_by(|one, next| one.customer == next.customer) {
        let (mut more, mut is_sooner, mut is_later) = (0_i64, false, false);
        for bill in of_customer.iter().filter(|bill| !bill.is_disputed && !bill.is_exempt) {
            let now =
                live.map(|live| (live.fee(bill.open), live.fee_on(bill.counts_on(live)))).filter(|(fee, _)| *fee > 0);
            let (fee, fee_on) = (draft.fee(bill.open), draft.fee_on(bill.counts_on(draft)));
            more = more.saturating_add(fee).saturating_sub(now.map_or(0, |(fee, _)| fee));
            let was_late = now.is_some_and(|(_, fee_on)| fee_on <= today);
            change.newly_late += i64::from(fee > 0 && fee_on <= today && !was_late);
            if let Some((_, now_on)) = now.filter(|_| fee > 0) {
                is_sooner |= fee_on < now_on;
                is_later |= fee_on > now_on;
            }
        }
        change.dearer += i64::from(more > 0);
        change.more = change.more.saturating_add(more.max(0));
        change.cheaper += i64::from(more < 0);
        change.less = change.less.saturating_add(more.min(0).saturating_neg());
        change.sooner += i64::from(is_sooner);
        change.later += i64::from(is_later && !is_sooner);
    }
    change
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
            due_on: open.counts_on(policy),
            agreed_due_on: None,
            moved_to: None,
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
    fn a_harsher_policy_is_said_to_cost_customers_more_and_sooner() {
        let due = |customer, day, open| OpenBill {
            customer,
            open,
            pay_by: date(2026, 11, day),
            next: None,
            previous: None,
            is_disputed: false,
            is_exempt: false,
        };
        let bills = [
            due(1, 12, 1_000),
            due(1, 14, 1_000),
            due(2, 30, 1_000),
            OpenBill { is_disputed: true, ..due(3, 14, 1_000) },
            OpenBill { is_exempt: true, ..due(4, 14, 1_000) },
        ];
        let today = date(2026, 11, 18);
        let live = FeePolicy { grace_days: 6, ..policy() };
        let harsher = FeePolicy { grace_days: 2, flat: 800, ..policy() };
        let expected = Change { dearer: 2, more: 900, sooner: 2, newly_late: 2, ..Change::default() };
        assert_eq!(change(Some(&live), &harsher, &bills, today), expected);
        let back = change(Some(&harsher), &live, &bills, today);
        assert_eq!(back, Change { cheaper: 2, less: 900, later: 2, ..Change::default() });
        assert_eq!(change(Some(&live), &live, &bills, today), Change::default());
        let first = change(None, &live, &bills, today);
        assert_eq!((first.dearer, first.more, first.sooner), (2, 1_500, 0), "there was no fee before");
    }

    #[test]
    fn customers_are_counted_once_and_fees_are_summed() {
        let due = |customer, day| OpenBill {
            customer,
            open: 1_000,
            pay_by: date(2026, 11, day),
            next: None,
            previous: None,
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
