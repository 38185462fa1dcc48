//! What a policy means for one bill on one day.

use jiff::civil::Date;

use super::FeePolicy;
use crate::{
    credit::Use,
    evidence::{Evidence, Step, Value},
    money::{Currency, Money},
    notice::NoticeKind,
};

/// What a disputed bill is treated by, whatever the policy.
const DISPUTES_FIRST: &str = "when you tell us that a bill is wrong, we settle that with you first. Until then we do \
                              not ask you to pay it, and we reckon no late fee.";

/// What a bill is treated by where credit pays all of it.
const CREDIT_FIRST: &str = "credit pays a bill before we speak of paying or of a late fee. Only credit that lasts until the \
                            bill is due is counted, the soonest to expire first. Where it covers the bill there is \
                            nothing to do.";

/// What is said of a bill in a currency for which nobody saved a policy.
const NO_POLICY: &str = "no rule for late fees is set here, so we reckon none.";

/// A bill as it was known at the end of a day; amounts in minor units of the policy's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    pub number: String,
    pub amount: i64,
    /// What had been paid by then.
    pub paid: i64,
    /// In the customer's zone.
    pub due_on: Date,
    /// The later date a person agreed to, where one did.
    pub agreed_due_on: Option<Date>,
    /// The business day that counts in place of the later of the two, where the policy moves it.
    pub moved_to: Option<Date>,
    pub is_disputed: bool,
    /// The customer's credit that will pay this bill, after the bills that are due before it.
    pub credit: Vec<Use>,
    /// The customer is not charged late fees.
    pub is_exempt: bool,
}

impl Bill {
    pub fn open(&self) -> i64 {
        self.amount.saturating_sub(self.paid).max(0)
    }

    /// How much of it credit will pay, in minor units.
    pub fn credited(&self) -> i64 {
        self.credit.iter().fold(0, |sum: i64, taken| sum.saturating_add(taken.amount))
    }

    /// Whether there is something open and credit pays all of it.
    pub fn is_covered(&self) -> bool {
        self.open() > 0 && self.credited() >= self.open()
    }

    /// The day that counts: the agreed one where a person agreed to one, moved to a business day where the policy does so.
    pub fn pay_by(&self) -> Date {
        self.moved_to.unwrap_or_else(|| self.agreed_due_on.map_or(self.due_on, |agreed| agreed.max(self.due_on)))
    }

    /// Paid on the due date is not late; the day after is.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.open() > 0 && today > self.pay_by()
    }
}

/// The answer for one bill on one day. Every bill has exactly one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assessment {
    Paid,
    /// The customer says the bill is wrong; that is settled before anyone speaks of paying.
    Disputed,
    Exempt,
    /// The policy charges nothing for this bill.
    NoFee,
    /// A fee may come, but the day to warn has not.
    TooEarly {
        warn_from: Date,
    },
    /// A fee would come, but the customer's credit pays the bill: there is nothing to do.
    Covered,
    /// Pay by the day before `fee_on` and there is no fee.
    Warn {
        fee: i64,
        fee_on: Date,
    },
    /// The day of the fee has come: warning would be too late to help.
    Late {
        fee: i64,
        fee_on: Date,
    },
}

/// What `policy` means for `bill` on `today`. A dispute is told from the day a warning would be, without an end.
pub fn assess(policy: &FeePolicy, bill: &Bill, today: Date) -> Assessment {
    let fee = policy.fee(bill.open());
    let warn_from = policy.warn_from(bill.pay_by());
    let fee_on = policy.fee_on(bill.pay_by());
    if bill.open() == 0 {
        Assessment::Paid
    } else if bill.is_disputed && today >= warn_from {
        Assessment::Disputed
    } else if bill.is_exempt {
        Assessment::Exempt
    } else if fee == 0 {
        Assessment::NoFee
    } else if today < warn_from {
        Assessment::TooEarly { warn_from }
    } else if today < fee_on && bill.is_covered() {
        Assessment::Covered
    } else if today < fee_on {
        Assessment::Warn { fee, fee_on }
    } else {
        Assessment::Late { fee, fee_on }
    }
}

impl Assessment {
    /// The notice this calls for, if any.
    pub fn notice(&self) -> Option<NoticeKind> {
        match self {
            Assessment::Warn { .. } => Some(NoticeKind::FeeWarning),
            Assessment::Covered => Some(NoticeKind::NothingToDo),
            Assessment::Disputed => Some(NoticeKind::Dispute),
            Assessment::Late { .. } => Some(NoticeKind::FeeCame),
            Assessment::Paid | Assessment::Exempt | Assessment::NoFee | Assessment::TooEarly { .. } => None,
        }
    }
}

impl Bill {
    /// The rule, the facts of this bill and the arithmetic of its fee, as they are kept with a notice. While a bill is
    /// disputed no fee is reckoned.
    pub fn evidence(&self, policy: &FeePolicy, today: Date) -> Evidence {
        let money = |minor| Value::Money(Money::new(minor, policy.currency));
        let says = match (self.is_disputed, self.is_covered()) {
            (true, _) => DISPUTES_FIRST.to_owned(),
            (false, true) => CREDIT_FIRST.to_owned(),
            (false, false) if !policy.is_set() => NO_POLICY.to_owned(),
            (false, false) => policy.words(),
        };
        let mut evidence = Evidence { says, ..Evidence::default() };
        evidence.fact("Bill", Value::Text(self.number.clone()));
        evidence.fact("Amount of the bill", money(self.amount));
        evidence.fact("Paid so far", money(self.paid));
        evidence.fact("Still open", money(self.open()));
        evidence.fact("Due date", Value::Date(self.due_on));
        if let Some(agreed) = self.agreed_due_on {
            evidence.fact("Later date we agreed", Value::Date(agreed));
        }
        if let Some(moved) = self.moved_to {
            evidence.fact("Business day that counts for it", Value::Date(moved));
        }
        evidence.fact("In dispute", Value::Text(if self.is_disputed { "yes" } else { "no" }.to_owned()));
        if self.credited() > 0 {
            evidence.fact("Credit that pays for it", money(self.credited()));
        }
        if policy.is_set() {
            evidence.fact("Version of the fee policy", Value::Text(policy.version.to_string()));
            evidence.fact("Days of grace", Value::Days(policy.grace_days));
            evidence.fact("Days we warn before", Value::Days(policy.warn_days));
        }
        if policy.is_set() && !self.is_disputed {
            evidence.fact("A fee is added on", Value::Date(policy.fee_on(self.pay_by())));
            evidence.steps = if self.is_covered() { self.credit_steps(policy) } else { policy.fee_steps(self.open()) };
        }
        evidence.fact("Day we looked", Value::Date(today));
        evidence
    }
}

impl Bill {
    /// The facts of a bill of which no fee is reckoned, and what is open of it step by step.
    pub fn evidence_without_fee(&self, says: &str, currency: Currency, today: Date) -> Evidence {
        let money = |minor| Money::new(minor, currency);
        let mut evidence = Evidence { says: says.to_owned(), ..Evidence::default() };
        evidence.fact("Bill", Value::Text(self.number.clone()));
        evidence.fact("Due date", Value::Date(self.due_on));
        if let Some(agreed) = self.agreed_due_on {
            evidence.fact("Later date we agreed", Value::Date(agreed));
        }
        if let Some(moved) = self.moved_to {
            evidence.fact("Business day that counts for it", Value::Date(moved));
        }
        evidence.fact("Day we looked", Value::Date(today));
        evidence.step("Amount of the bill", money(self.amount));
        if self.paid != 0 {
            evidence.step(format!("less {} paid so far, leaves", money(self.paid)), money(self.open()));
        }
        evidence
    }

    /// Each step takes one credit off what is open; the last one's amount is what is left to pay.
    fn credit_steps(&self, policy: &FeePolicy) -> Vec<Step> {
        let money = |minor| Money::new(minor, policy.currency);
        let mut left = self.open();
        let mut steps = vec![Step { words: "Still open on the bill".to_owned(), amount: money(left) }];
        for taken in &self.credit {
            left -= taken.amount;
            let words = format!("less {} of credit {}", money(taken.amount), taken.reference);
            steps.push(Step { words, amount: money(left) });
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::late_fee::{policy::tests::policy, samples::bill};
    use jiff::civil::date;

    #[test]
    fn a_bill_paid_on_its_due_date_is_not_late() {
        let on_the_day = assess(&policy(), &bill(), date(2026, 11, 20));
        assert_eq!(on_the_day, Assessment::Warn { fee: 500, fee_on: date(2026, 11, 21) });
        assert!(!bill().is_overdue(date(2026, 11, 20)));
        assert!(bill().is_overdue(date(2026, 11, 21)));
    }

    #[test]
    fn credit_that_covers_the_bill_leaves_nothing_to_do() {
        let on = date(2026, 11, 19);
        let credit = |amount| vec![Use { reference: "a".to_owned(), amount }];
        assert_eq!(assess(&policy(), &Bill { credit: credit(3_820), ..bill() }, on), Assessment::Covered);
        assert!(matches!(assess(&policy(), &Bill { credit: credit(3_819), ..bill() }, on), Assessment::Warn { .. }));
        let disputed = Bill { credit: credit(3_820), is_disputed: true, ..bill() };
        assert_eq!(assess(&policy(), &disputed, on), Assessment::Disputed);
    }

    #[test]
    fn the_warning_starts_as_many_days_before_as_the_policy_says() {
        assert_eq!(
            assess(&policy(), &bill(), date(2026, 11, 16)),
            Assessment::TooEarly { warn_from: date(2026, 11, 17) }
        );
        assert!(matches!(assess(&policy(), &bill(), date(2026, 11, 17)), Assessment::Warn { .. }));
    }

    #[test]
    fn once_the_fee_has_come_a_warning_would_be_too_late() {
        assert!(matches!(assess(&policy(), &bill(), date(2026, 11, 21)), Assessment::Late { .. }));
        let graced = FeePolicy { grace_days: 6, ..policy() };
        assert_eq!(
            assess(&graced, &bill(), date(2026, 11, 26)),
            Assessment::Warn { fee: 500, fee_on: date(2026, 11, 27) }
        );
    }

    #[test]
    fn a_disputed_bill_is_never_told_to_pay() {
        let disputed = Bill { is_disputed: true, ..bill() };
        for day in [date(2026, 11, 17), date(2026, 11, 20), date(2027, 3, 1)] {
            assert_eq!(assess(&policy(), &disputed, day), Assessment::Disputed);
        }
        assert!(matches!(assess(&policy(), &disputed, date(2026, 11, 1)), Assessment::TooEarly { .. }));
    }

    #[test]
    fn the_evidence_of_a_disputed_bill_reckons_no_fee() {
        let plain = bill().evidence(&policy(), date(2026, 11, 18));
        assert!(plain.facts.iter().any(|fact| fact.value == Value::Date(date(2026, 11, 21))), "{plain:?}");
        assert_eq!(plain.steps.last().map(|step| step.amount.minor), Some(500));
        let disputed = Bill { is_disputed: true, ..bill() }.evidence(&policy(), date(2026, 11, 18));
        assert!(disputed.steps.is_empty());
        assert!(!disputed.facts.iter().any(|fact| fact.value == Value::Date(date(2026, 11, 21))), "{disputed:?}");
    }

    #[test]
    fn partial_payments_count() {
        let percent = FeePolicy { flat: 0, percent: "10".parse().expect("a percentage"), ..policy() };
        let part_paid = Bill { paid: 1_820, ..bill() };
        assert_eq!(
            assess(&percent, &part_paid, date(2026, 11, 20)),
            Assessment::Warn { fee: 200, fee_on: date(2026, 11, 21) }
        );
        assert_eq!(assess(&percent, &Bill { paid: 3_820, ..bill() }, date(2026, 11, 20)), Assessment::Paid);
        assert_eq!(assess(&percent, &Bill { paid: 9_999, ..bill() }, date(2026, 11, 20)), Assessment::Paid);
    }

    #[test]
    fn an_agreed_later_date_moves_the_fee() {
        let agreed = Bill { agreed_due_on: Some(date(2026, 12, 1)), ..bill() };
        assert!(matches!(assess(&policy(), &agreed, date(2026, 11, 25)), Assessment::TooEarly { .. }));
        assert_eq!(
            assess(&policy(), &agreed, date(2026, 12, 1)),
            Assessment::Warn { fee: 500, fee_on: date(2026, 12, 2) }
        );
        let earlier = Bill { agreed_due_on: Some(date(2026, 11, 1)), ..bill() };
        assert_eq!(earlier.pay_by(), date(2026, 11, 20), "an agreement never makes a bill due sooner");
    }

    #[test]
    fn a_day_moved_to_a_business_day_moves_warning_and_fee_with_it() {
        let moved = Bill { moved_to: Some(date(2026, 11, 23)), ..bill() };
        assert_eq!(
            assess(&policy(), &moved, date(2026, 11, 19)),
            Assessment::TooEarly { warn_from: date(2026, 11, 20) }
        );
        assert_eq!(
            assess(&policy(), &moved, date(2026, 11, 23)),
            Assessment::Warn { fee: 500, fee_on: date(2026, 11, 24) }
        );
        assert!(!moved.is_overdue(date(2026, 11, 23)));
    }

    #[test]
    fn exempt_customers_and_free_policies_are_left_in_peace() {
        let exempt = Bill { is_exempt: true, ..bill() };
        assert_eq!(assess(&policy(), &exempt, date(2026, 11, 20)), Assessment::Exempt);
        let both = Bill { is_disputed: true, ..exempt };
        assert_eq!(assess(&policy(), &both, date(2026, 11, 20)), Assessment::Disputed);
        let free = FeePolicy { flat: 0, ..policy() };
        assert_eq!(assess(&free, &bill(), date(2026, 11, 20)), Assessment::NoFee);
    }
}
