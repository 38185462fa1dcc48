//! Where a bill stands today, and the badge that says so.

use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        bill::BillStatus,
        late_fee::{Assessment, Bill, FeePolicy, assess},
        money::Money,
    },
    ui::{count, day_of_month, weekday},
};

/// Every bill is in exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BillState {
    Paid,
    /// Not sent yet, taken back or not asked for any more.
    NotOwed(BillStatus),
    Disputed,
    /// Nothing to do: the customer's credit pays the bill on the day it is to be paid.
    Covered,
    /// A late fee is near and can still be avoided.
    FeeNear {
        fee: Money,
        fee_on: Date,
        days: i64,
    },
    /// The day of the fee has come.
    FeeCame {
        fee: Money,
        fee_on: Date,
    },
    /// A person agreed to a later date, and it has not passed.
    DateAgreed {
        pay_by: Date,
    },
    Open {
        days: i64,
    },
    /// Past its date, and we know of no fee for it.
    PastDue,
}

impl BillState {
    /// What its status alone says; nothing where that is open, and the money decides.
    pub fn of_status(status: BillStatus) -> Option<Self> {
        match status {
            BillStatus::Open => None,
            BillStatus::Paid => Some(BillState::Paid),
            status => Some(BillState::NotOwed(status)),
        }
    }

    /// A dispute comes before anything about money, from the day it is raised.
    pub fn of(bill: &Bill, policy: &FeePolicy, today: Date) -> Self {
        let days_to = |date: Date| i64::from((date - today).get_days());
        let money = |minor| Money::new(minor, policy.currency);
        let pay_by = bill.pay_by();
        match assess(policy, bill, today) {
            Assessment::Paid => BillState::Paid,
            _ if bill.is_disputed => BillState::Disputed,
            Assessment::Covered => BillState::Covered,
            Assessment::Warn { fee, fee_on } => BillState::FeeNear { fee: money(fee), fee_on, days: days_to(fee_on) },
            Assessment::Late { fee, fee_on } => BillState::FeeCame { fee: money(fee), fee_on },
            _ if bill.is_overdue(today) => BillState::PastDue,
            _ if bill.is_covered() => BillState::Covered,
            _ if pay_by > bill.due_on => BillState::DateAgreed { pay_by },
            _ => BillState::Open { days: days_to(pay_by) },
        }
    }

    fn tone(self) -> &'static str {
        match self {
            BillState::Paid | BillState::Covered => "badge done",
            BillState::Disputed | BillState::DateAgreed { .. } => "badge accent",
            BillState::FeeNear { .. } | BillState::FeeCame { .. } => "badge cost",
            BillState::Open { .. } | BillState::PastDue | BillState::NotOwed(_) => "badge",
        }
    }

    /// `Late fee on Friday`, `Due in 5 days`, `Paid`.
    pub fn words(self) -> String {
        match self {
            BillState::Paid => "Paid".to_owned(),
            BillState::NotOwed(BillStatus::Draft) => "Not sent yet".to_owned(),
            BillState::NotOwed(BillStatus::WrittenOff) => "Not asked for any more".to_owned(),
            BillState::NotOwed(_) => "Taken back".to_owned(),
            BillState::Disputed => "In dispute".to_owned(),
            BillState::Covered => "Your credit pays it".to_owned(),
            BillState::FeeNear { days: 1, .. } => "Late fee tomorrow".to_owned(),
            BillState::FeeNear { fee_on, days: 2..=6, .. } => format!("Late fee on {}", weekday(fee_on)),
            BillState::FeeNear { fee_on, .. } => format!("Late fee on {}", day_of_month(fee_on)),
            BillState::FeeCame { .. } => "Late fee applies".to_owned(),
            BillState::DateAgreed { .. } => "Later date agreed".to_owned(),
            BillState::Open { days: 0 } => "Due today".to_owned(),
            BillState::Open { days: 1 } => "Due tomorrow".to_owned(),
            BillState::Open { days } => format!("Due in {}", count(days, "day", "days")),
            BillState::PastDue => "Past due".to_owned(),
        }
    }
}

#[component]
pub fn StateBadge(of: BillState) -> impl IntoView {
    view! { <span class=of.tone()>{of.words()}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{credit::Use, money::Currency};
    use jiff::civil::date;

    #[test]
    fn the_badge_says_what_matters_most() {
        let policy = FeePolicy::suggested(Currency::EUR);
        let bill = Bill {
            number: "1042".to_owned(),
            amount: 3_820,
            paid: 0,
            due_on: date(2026, 11, 20),
            agreed_due_on: None,
            moved_to: None,
            is_disputed: false,
            credit: Vec::new(),
            is_exempt: false,
        };
        let words = |bill: &Bill, day| BillState::of(bill, &policy, date(2026, 11, day)).words();
        assert_eq!(words(&bill, 10), "Due in 10 days");
        assert_eq!(words(&bill, 18), "Late fee on Saturday");
        assert_eq!(words(&bill, 20), "Late fee tomorrow");
        assert_eq!(words(&bill, 25), "Late fee applies");
        assert_eq!(words(&Bill { paid: 3_820, ..bill.clone() }, 25), "Paid");
        assert_eq!(words(&Bill { is_disputed: true, ..bill.clone() }, 1), "In dispute");
        let covered = Bill { credit: vec![Use { reference: "a".to_owned(), amount: 3_820 }], ..bill.clone() };
        assert_eq!(words(&covered, 1), "Your credit pays it", "also before a fee is near");
        assert_eq!(words(&covered, 20), "Your credit pays it");
        assert_eq!(words(&covered, 25), "Late fee applies", "it did not pay in time");
        assert_eq!(words(&Bill { is_exempt: true, ..bill.clone() }, 25), "Past due");
        assert_eq!(words(&Bill { agreed_due_on: Some(date(2026, 12, 4)), ..bill }, 25), "Later date agreed");
    }
}
