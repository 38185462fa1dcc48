//! What credit pays by itself, and what of it is free: the one answer to "what can pay this".

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Grant, Use, apply, take};
use crate::money::{Currency, Money};

/// A bill as credit sees it. Amounts are minor units of `currency`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    pub currency: Currency,
    /// What is open, and not asked of credit already.
    pub open: i64,
    /// Nothing is paid of it before.
    pub issued_on: Date,
    pub pay_by: Date,
    /// Nothing is paid of it before the dispute is settled.
    pub is_disputed: bool,
    /// The customer took credit on it back, so that none pays it by itself.
    pub is_refused: bool,
}

/// Why credit pays by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The bill is to be paid, and credit pays all of it.
    Due,
    /// What is used would be lost after that day.
    Expires,
}

/// What credit pays of a bill by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByItself {
    /// The place of the bill among those that were asked about.
    pub at: usize,
    pub on: Date,
    pub because: Because,
    pub uses: Vec<Use>,
    /// What is open of the bill after it.
    pub left: i64,
}

impl ByItself {
    pub fn amount(&self) -> i64 {
        sum(&self.uses)
    }
}

pub fn sum(uses: &[Use]) -> i64 {
    uses.iter().fold(0, |sum: i64, taken| sum.saturating_add(taken.amount))
}

/// The places of the bills that credit may pay by itself, the soonest to be paid first.
fn in_turn(bills: &[Owed]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..bills.len())
        .filter(|at| bills[*at].open > 0 && !bills[*at].is_disputed && !bills[*at].is_refused)
        .collect();
    order.sort_by_key(|at| bills[*at].pay_by);
    order
}

/// The credit that is kept for each bill on `today`, in the order in which they are to be paid. Only what can be used today and
/// still on the day to pay by is counted: who is told that there is nothing to do must not find the credit gone.
pub fn kept(bills: &[Owed], grants: &[Grant], today: Date) -> Vec<Vec<Use>> {
    let mut grants: Vec<Grant> = grants.iter().filter(|grant| grant.left_on(today) > 0).cloned().collect();
    let mut kept = vec![Vec::new(); bills.len()];
    for at in in_turn(bills) {
        let bill = &bills[at];
        kept[at] = apply(&grants, Money::new(bill.open, bill.currency), None, bill.pay_by.max(today));
        take(&mut grants, &kept[at]);
    }
    kept
}

/// What each bill could be paid with now, at a word of the customer: what is kept for it, and what is kept for none. The same
/// credit is offered for one bill alone.
pub fn offers(bills: &[Owed], grants: &[Grant], today: Date) -> Vec<Vec<Use>> {
    let kept = kept(bills, grants, today);
    let mut free = grants.to_vec();
    kept.iter().for_each(|uses| take(&mut free, uses));
    let mut order: Vec<usize> = (0..bills.len()).filter(|at| !bills[*at].is_disputed).collect();
    order.sort_by_key(|at| bills[*at].pay_by);
    let mut offers = vec![Vec::new(); bills.len()];
    for at in order {
        let bill = &bills[at];
        let more = apply(&free, Money::new(bill.open - sum(&kept[at]), bill.currency), None, today);
        take(&mut free, &more);
        offers[at] = [kept[at].as_slice(), more.as_slice()].concat();
    }
    // What expires first goes first, also where it is not what was kept.
    for at in 0..bills.len() {
        let amount = sum(&offers[at]);
        let mut its_own = free.clone();
        give_back(&mut its_own, &offers[at]);
        let uses = apply(&its_own, Money::new(amount, bills[at].currency), None, today);
        free = its_own;
        take(&mut free, &uses);
        offers[at] = uses;
    }
    offers
}

fn give_back(grants: &mut [Grant], uses: &[Use]) {
    for given in uses {
        if let Some(grant) = grants.iter_mut().find(|grant| grant.reference == given.reference) {
            grant.used = grant.used.saturating_sub(given.amount);
        }
    }
}

/// What credit pays by itself on one day, with what that leaves: first the bills that are to be paid by then and that it pays
/// whole; then what would be lost after the day pays the bill that is to be paid soonest, in part where it is not enough.
fn on_day(bills: &mut [Owed], grants: &mut [Grant], day: Date, done: &mut Vec<ByItself>) {
    let kept: Vec<(usize, Vec<Use>)> = {
        let known: Vec<Owed> = bills
            .iter()
            .map(|bill| Owed { open: if bill.issued_on <= day { bill.open } else { 0 }, ..bill.clone() })
            .collect();
        kept(&known, grants, day).into_iter().enumerate().collect()
    };
    let mut pay = |bills: &mut [Owed], grants: &mut [Grant], at: usize, because, uses: Vec<Use>| {
        take(grants, &uses);
        bills[at].open -= sum(&uses);
        done.push(ByItself { at, on: day, because, uses, left: bills[at].open });
    };
    for (at, uses) in kept {
        if bills[at].pay_by <= day && !uses.is_empty() && sum(&uses) == bills[at].open {
            pay(bills, grants, at, Because::Due, uses);
        }
    }
    if grants.iter().any(|grant| grant.expires_on == Some(day) && grant.left_on(day) > 0) {
        for at in in_turn(bills).into_iter().filter(|at| bills[*at].issued_on <= day).collect::<Vec<_>>() {
            let last: Vec<Grant> = grants.iter().filter(|grant| grant.expires_on == Some(day)).cloned().collect();
            let uses = apply(&last, Money::new(bills[at].open, bills[at].currency), None, day);
            if !uses.is_empty() {
                pay(bills, grants, at, Because::Expires, uses);
            }
        }
    }
}

/// What credit pays by itself from `from` to `until`, in the order in which it happens, where nothing else happens. Of a day that
/// nobody looked at it is found later, with the credit that could be used on that day.
pub fn by_itself(bills: &[Owed], grants: &[Grant], from: Date, until: Date) -> Vec<ByItself> {
    let (mut bills, mut grants) = (bills.to_vec(), grants.to_vec());
    let of_bills = bills.iter().flat_map(|bill| [bill.pay_by, bill.issued_on]);
    let of_grants = grants.iter().flat_map(|grant| [Some(grant.granted_on), grant.expires_on]).flatten();
    let days: BTreeSet<Date> =
        of_bills.chain(of_grants).filter(|day| (from..=until).contains(day)).chain([from.min(until)]).collect();
    let mut done = Vec::new();
    for day in days {
        on_day(&mut bills, &mut grants, day, &mut done);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        credit::grant::samples::grant,
        late_fee::{Bill, BillFacts, FeePolicy, samples::bill},
        notice::NoticeKind,
        rule::{About, Rule, Subject},
        told::Told,
    };
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 18);

    fn owed(bill: &Bill) -> Owed {
        Owed {
            currency: Currency::EUR,
            open: bill.open(),
            issued_on: date(2026, 1, 1),
            pay_by: bill.pay_by(),
            is_disputed: bill.is_disputed,
            is_refused: false,
        }
    }

    fn open(amount: i64, pay_by: i8) -> Owed {
        Owed { open: amount, pay_by: date(2026, 11, pay_by), ..owed(&bill()) }
    }

    fn covered(bill: &Bill, grants: &[Grant], today: Date) -> Bill {
        let kept = kept(&[owed(bill)], grants, today).remove(0);
        Bill { credit: kept, ..bill.clone() }
    }

    fn kinds(bill: &Bill) -> Vec<NoticeKind> {
        let policy = FeePolicy::suggested(Currency::EUR);
        let asked = BillFacts { bill, policy: &policy, late_fee: None, told: Told::never(TODAY) };
        let facts = asked.facts(NoticeKind::FeeWarning);
        let holds = |kind: &NoticeKind| kind.knows(About::Bill) && Rule::usual(*kind).condition.holds(&facts);
        NoticeKind::ALL.into_iter().filter(holds).collect()
    }

    #[test]
    fn credit_that_covers_a_bill_leaves_nothing_to_do() {
        let whole = covered(&bill(), &[grant("a", 3_000, 30), grant("b", 3_000, 0)], TODAY);
        assert_eq!(kinds(&whole), [NoticeKind::NothingToDo]);
        let evidence = whole.evidence(&FeePolicy::suggested(Currency::EUR), TODAY);
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
        let amounts = |uses: Vec<Vec<Use>>| uses.iter().map(|uses| sum(uses)).collect::<Vec<_>>();
        let both = [open(3_820, 21), open(3_820, 20)];
        assert_eq!(amounts(kept(&both, &[grant("a", 5_000, 30)], TODAY)), [1_180, 3_820]);
        assert_eq!(amounts(offers(&both, &[grant("a", 5_000, 30)], TODAY)), [1_180, 3_820]);
        let taken_back = [Owed { is_refused: true, ..open(3_820, 20) }, open(1_000, 21)];
        assert_eq!(amounts(kept(&taken_back, &[grant("a", 5_000, 30)], TODAY)), [0, 1_000]);
        assert_eq!(amounts(offers(&taken_back, &[grant("a", 5_000, 30)], TODAY)), [3_820, 1_000], "they may ask again");
    }

    #[test]
    fn what_ends_before_a_bill_is_due_is_offered_first_and_not_counted_on() {
        let (bills, grants) = ([open(2_000, 25)], [grant("ends", 1_500, 20), grant("stays", 900, 0)]);
        assert_eq!(sum(&kept(&bills, &grants, TODAY)[0]), 900);
        let offer = offers(&bills, &grants, TODAY).remove(0);
        let uses: Vec<_> = offer.iter().map(|taken| (taken.reference.as_str(), taken.amount)).collect();
        assert_eq!(uses, [("ends", 1_500), ("stays", 500)]);
    }

    #[test]
    fn a_paid_bill_is_not_covered_but_paid() {
        let paid = Bill { paid: 3_820, ..bill() };
        assert!(covered(&paid, &[grant("a", 5_000, 0)], TODAY).credit.is_empty());
    }

    fn told(bills: &[Owed], grants: &[Grant], from: i8, until: i8) -> Vec<(usize, i8, Because, i64, i64)> {
        by_itself(bills, grants, date(2026, 11, from), date(2026, 11, until))
            .iter()
            .map(|one| (one.at, one.on.day(), one.because, one.amount(), one.left))
            .collect()
    }

    #[test]
    fn a_bill_that_credit_covers_is_paid_on_its_day_also_where_that_is_found_later() {
        let grants = [grant("a", 5_000, 20)];
        assert_eq!(told(&[open(3_820, 20)], &grants, 18, 19), []);
        for (from, until) in [(18, 20), (20, 20), (18, 28)] {
            let paid = told(&[open(3_820, 20)], &grants, from, until);
            assert_eq!(paid, [(0, 20, Because::Due, 3_820, 0)], "looked from {from} to {until}");
        }
        assert_eq!(told(&[open(3_820, 20)], &grants, 21, 28), [], "it had expired");
    }

    #[test]
    fn what_would_be_lost_pays_in_part_on_its_last_day_the_soonest_due_first() {
        let bills = [open(3_000, 28), open(3_800, 25)];
        let part = [(1, 20, Because::Expires, 3_000, 800)];
        assert_eq!(told(&bills, &[grant("a", 3_000, 20)], 18, 30), part);
        let more = [(1, 20, Because::Expires, 3_800, 0), (0, 20, Because::Expires, 1_200, 1_800)];
        assert_eq!(told(&bills, &[grant("a", 5_000, 20)], 18, 30), more);
        let lasting = [grant("a", 3_000, 20), grant("b", 800, 0)];
        let both = [(1, 20, Because::Expires, 3_000, 800), (1, 25, Because::Due, 800, 0)];
        assert_eq!(told(&bills, &lasting, 18, 30), both, "what stays pays the rest of it");
    }

    #[test]
    fn nothing_pays_by_itself_a_bill_in_dispute_one_taken_back_or_one_not_there_yet() {
        let grants = [grant("a", 3_000, 20)];
        assert_eq!(told(&[Owed { is_disputed: true, ..open(3_000, 19) }], &grants, 18, 30), []);
        assert_eq!(told(&[Owed { is_refused: true, ..open(3_000, 19) }], &grants, 18, 30), []);
        assert_eq!(told(&[Owed { issued_on: date(2026, 11, 21), ..open(3_000, 25) }], &grants, 18, 30), []);
        let abroad = Owed { currency: Currency::USD, ..open(3_000, 19) };
        assert_eq!(told(&[abroad], &grants, 18, 30), []);
        assert_eq!(
            told(&[open(3_000, 19)], &[Grant { scope: Some("kwh".to_owned()), ..grant("a", 3_000, 20) }], 18, 30),
            []
        );
    }
}
