//! What credit pays for a bill.

use jiff::civil::Date;

use super::{Grant, Use, apply};
use crate::{
    late_fee::Bill,
    money::{Currency, Money},
};

/// The credit that pays for `bill`, as known on `today`, in burn order. Only what can be used today and still on the day to pay
/// by is counted: who is told that there is nothing to do must not find the credit gone. A bill does not say what it is for, so
/// credit with a scope pays none. With several bills the soonest due goes first, and what it uses is [taken](super::take)
/// before the next is looked at.
pub fn cover(bill: &Bill, currency: Currency, grants: &[Grant], today: Date) -> Vec<Use> {
    let pay_on = bill.pay_by().max(today);
    let lasting: Vec<Grant> = grants.iter().filter(|grant| grant.left_on(today) > 0).cloned().collect();
    apply(&lasting, Money::new(bill.open(), currency), None, pay_on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        credit::{grant::samples::grant, take},
        late_fee::{BillFacts, FeePolicy},
        notice::NoticeKind,
        rule::{About, Rule, Subject},
        told::Told,
    };
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 18);

    fn bill() -> Bill {
        Bill {
            number: "1042".to_owned(),
            amount: 3_820,
            paid: 0,
            due_on: date(2026, 11, 20),
            agreed_due_on: None,
            is_disputed: false,
            credit: Vec::new(),
            is_exempt: false,
        }
    }

    fn covered(bill: &Bill, grants: &[Grant], today: Date) -> Bill {
        Bill { credit: cover(bill, Currency::EUR, grants, today), ..bill.clone() }
    }

    fn kinds(bill: &Bill) -> Vec<NoticeKind> {
        let policy = FeePolicy::starting(Currency::EUR);
        let asked = BillFacts { bill, policy: &policy, told: Told::never(TODAY) };
        let facts = asked.facts(NoticeKind::FeeWarning);
        let holds = |kind: &NoticeKind| kind.knows(About::Bill) && Rule::usual(*kind).condition.holds(&facts);
        NoticeKind::ALL.into_iter().filter(holds).collect()
    }

    #[test]
    fn credit_that_covers_a_bill_leaves_nothing_to_do() {
        let whole = covered(&bill(), &[grant("a", 3_000, 30), grant("b", 3_000, 0)], TODAY);
        assert_eq!(kinds(&whole), [NoticeKind::NothingToDo]);
        let evidence = whole.evidence(&FeePolicy::starting(Currency::EUR), TODAY);
        let steps: Vec<_> = evidence.steps.iter().map(|step| format!("{} = {}", step.words, step.amount)).collect();
        assert_eq!(
            steps,
            ["Still open on the bill = €38.20", "less €30.00 of credit a = €8.20", "less €8.20 of credit b = €0.00"]
        );
        let part = covered(&bill(), &[grant("a", 3_000, 30)], TODAY);
        assert_eq!(part.credited(), 3_000);
        assert_eq!(kinds(&part), [NoticeKind::FeeWarning]);
    }

    #[test]
    fn credit_that_is_gone_when_the_bill_is_due_covers_nothing() {
        let credited = |grant: Grant, today| covered(&bill(), &[grant], today).credited();
        assert_eq!(credited(grant("gone", 9_000, 19), TODAY), 0);
        assert_eq!(credited(grant("lasts", 9_000, 20), TODAY), 3_820);
        let not_yet = Grant { granted_on: date(2026, 11, 19), ..grant("promised", 9_000, 0) };
        assert_eq!(credited(not_yet, TODAY), 0);
        assert_eq!(credited(grant("old", 9_000, 20), date(2026, 11, 21)), 0, "past its due date it is paid today");
    }

    #[test]
    fn the_same_credit_is_not_promised_to_two_bills() {
        let second = Bill { number: "1043".to_owned(), due_on: date(2026, 11, 21), ..bill() };
        let mut grants = [grant("a", 5_000, 30)];
        let first = cover(&bill(), Currency::EUR, &grants, TODAY);
        take(&mut grants, &first);
        assert_eq!(covered(&second, &grants, TODAY).credited(), 1_180);
    }

    #[test]
    fn a_paid_bill_is_not_covered_but_paid() {
        let paid = Bill { paid: 3_820, ..bill() };
        assert!(cover(&paid, Currency::EUR, &[grant("a", 5_000, 0)], TODAY).is_empty());
    }
}
