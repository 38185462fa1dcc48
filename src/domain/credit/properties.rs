//! The burn order held against every other order, on small cases.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;

use super::{Because, Grant, Owed, apply, by_itself, kept, offers, sum, take};
use crate::money::{Currency, Money};

const FIRST: Date = date(2026, 1, 1);

fn day(after: i64) -> Date {
    FIRST + after.days()
}

#[derive(Clone, Debug)]
struct Open {
    day: Date,
    amount: i64,
    scope: Option<&'static str>,
}

fn scope() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![None, Some("kwh"), Some("gb")])
}

/// Amount, the day it is granted, how many days it lasts, and its scope.
type Given = (i64, i64, Option<i64>, Option<&'static str>);

/// At most four grants and four bills within twelve days; `scoped` and a fixed day of expiry as asked.
fn grants(scoped: bool, expires_on: Option<i64>) -> impl Strategy<Value = Vec<Grant>> {
    let one = (1..9_i64, 0..9_i64, prop::option::of(0..9_i64), scope());
    prop::collection::vec(one, 1..=4).prop_map(move |list| {
        let grant = |(at, (amount, from, lasts, scope)): (usize, Given)| Grant {
            reference: format!("grant-{at}"),
            currency: Currency::EUR,
            amount,
            used: 0,
            granted_on: day(from),
            expires_on: expires_on.map(day).or(lasts.map(|lasts| day(from + lasts))),
            scope: scope.filter(|_| scoped).map(str::to_owned),
        };
        list.into_iter().enumerate().map(grant).collect()
    })
}

fn bills() -> impl Strategy<Value = Vec<Open>> {
    prop::collection::vec((0..12_i64, 1..12_i64, scope()), 1..=4).prop_map(|mut list| {
        list.sort_by_key(|(day, ..)| *day);
        list.into_iter().map(|(after, amount, scope)| Open { day: day(after), amount, scope }).collect()
    })
}

/// What is paid of all bills in burn order.
fn paid_in_burn_order(grants: &[Grant], bills: &[Open]) -> i64 {
    let mut grants = grants.to_vec();
    let mut paid = 0;
    for bill in bills {
        let uses = apply(&grants, Money::new(bill.amount, Currency::EUR), bill.scope, bill.day);
        paid += uses.iter().map(|taken| taken.amount).sum::<i64>();
        take(&mut grants, &uses);
    }
    paid
}

/// The most that any order can pay, which may be another for each bill: every way to use each grant is tried.
fn most(grants: &mut [Grant], bills: &[Open], paid: i64) -> i64 {
    let Some((bill, later)) = bills.split_first() else { return paid };
    let usable: Vec<usize> =
        (0..grants.len()).filter(|at| grants[*at].left_on(bill.day) > 0 && grants[*at].pays_for(bill.scope)).collect();
    if bill.amount == 0 || usable.is_empty() {
        return most(grants, later, paid);
    }
    let mut best = 0;
    for at in usable {
        let amount = grants[at].left_on(bill.day).min(bill.amount);
        grants[at].used += amount;
        let rest = Open { amount: bill.amount - amount, ..bill.clone() };
        let bills: Vec<Open> = [rest].into_iter().chain(later.iter().cloned()).collect();
        best = best.max(most(grants, &bills, paid + amount));
        grants[at].used -= amount;
    }
    best
}

proptest! {
    /// What is not paid is what expires, as the bills are the same.
    #[test]
    fn without_scopes_no_other_order_saves_more_from_expiring(grants in grants(false, None), bills in bills()) {
        prop_assert_eq!(paid_in_burn_order(&grants, &bills), most(&mut grants.clone(), &bills, 0));
    }

    #[test]
    fn where_all_expire_on_one_day_no_other_order_saves_more(grants in grants(true, Some(20)), bills in bills()) {
        prop_assert_eq!(paid_in_burn_order(&grants, &bills), most(&mut grants.clone(), &bills, 0));
    }

    #[test]
    fn uses_are_exact_and_never_more_than_is_open_or_left(
        grants in grants(true, None), open in -5..40_i64, scope in scope(), after in 0..14_i64,
    ) {
        let today = day(after);
        let uses = apply(&grants, Money::new(open, Currency::EUR), scope, today);
        let paid: i64 = uses.iter().map(|taken| taken.amount).sum();
        let usable: i64 =
            grants.iter().filter(|grant| grant.pays_for(scope)).map(|grant| grant.left_on(today)).sum();
        prop_assert_eq!(paid, usable.min(open.max(0)));
        for taken in &uses {
            let grant = grants.iter().find(|grant| grant.reference == taken.reference).unwrap();
            prop_assert!(taken.amount > 0 && taken.amount <= grant.left_on(today));
            prop_assert!(grant.granted_on <= today && grant.expires_on.is_none_or(|last| today <= last));
        }
        let mut after = grants.clone();
        take(&mut after, &uses);
        let left = |grants: &[Grant]| grants.iter().map(|grant| grant.left_on(today)).sum::<i64>();
        prop_assert_eq!(left(&grants) - left(&after), paid);
    }

    /// All known from the first day on, so that no order can know more than ours.
    #[test]
    fn no_order_loses_less_to_expiry_and_sums_never_exceed_what_was_given(
        grants in grants(false, None), bills in owed(), refused in any::<bool>(),
    ) {
        let mut bills = bills;
        bills[0].is_refused = refused;
        let grants: Vec<Grant> = grants.into_iter().map(|grant| Grant { granted_on: FIRST, ..grant }).collect();
        let done = by_itself(&bills, &grants, FIRST, day(40));
        let (mut after, mut open) = (grants.clone(), bills.clone());
        for one in &done {
            let bill = &mut open[one.at];
            prop_assert!(!bill.is_disputed && !bill.is_refused && bill.issued_on <= one.on);
            for taken in &one.uses {
                let grant = after.iter().find(|grant| grant.reference == taken.reference).unwrap();
                prop_assert!(taken.amount > 0 && taken.amount <= grant.left_on(one.on));
            }
            take(&mut after, &one.uses);
            bill.open -= one.amount();
            prop_assert!(bill.open >= 0 && bill.open == one.left);
            prop_assert!(one.because == Because::Expires || (bill.open == 0 && bill.pay_by <= one.on));
        }
        let lost: i64 = after.iter().filter(|grant| grant.expires_on.is_some()).map(|grant| grant.amount - grant.used).sum();
        let could_expire: i64 = grants.iter().filter(|grant| grant.expires_on.is_some()).map(|grant| grant.amount).sum();
        let payable: i64 = bills.iter().filter(|bill| !bill.is_disputed && !bill.is_refused).map(|bill| bill.open).sum();
        prop_assert_eq!(lost, (could_expire - payable).max(0));
    }

    #[test]
    fn no_credit_dies_beside_a_bill_that_it_could_have_paid(grants in grants(true, None), bills in owed(), from in 0..6_i64) {
        let done = by_itself(&bills, &grants, day(from), day(40));
        let (mut after, mut open) = (grants.clone(), bills.clone());
        for one in &done {
            take(&mut after, &one.uses);
            open[one.at].open -= one.amount();
        }
        for grant in after.iter().filter(|grant| grant.scope.is_none() && grant.used < grant.amount) {
            let Some(last) = grant.expires_on.filter(|last| *last >= day(from)) else { continue };
            let beside = open.iter().find(|bill| bill.open > 0 && !bill.is_disputed && bill.issued_on <= last);
            prop_assert_eq!(beside, None);
        }
    }

    #[test]
    fn whoever_looks_every_day_books_what_was_shown(grants in grants(true, None), bills in owed(), from in 0..6_i64) {
        let shown = by_itself(&bills, &grants, day(from), day(20));
        let (mut grants, mut bills, mut done) = (grants, bills, Vec::new());
        for today in from..=20 {
            for one in by_itself(&bills, &grants, day(today), day(today)) {
                take(&mut grants, &one.uses);
                bills[one.at].open -= one.amount();
                done.push(one);
            }
        }
        prop_assert_eq!(done, shown);
    }

    #[test]
    fn nothing_is_offered_twice(grants in grants(true, None), bills in owed(), refused in any::<bool>(), after in 0..14_i64) {
        let mut bills = bills;
        bills[0].is_refused = refused;
        let today = day(after);
        let (offers, kept) = (offers(&bills, &grants, today), kept(&bills, &grants, today));
        let mut left = grants.clone();
        for ((bill, offer), kept) in bills.iter().zip(&offers).zip(&kept) {
            prop_assert!(sum(offer) <= bill.open && sum(kept) <= sum(offer));
            prop_assert!(!bill.is_disputed || offer.is_empty());
            take(&mut left, offer);
        }
        prop_assert!(left.iter().all(|grant| grant.used <= grant.amount));
        let still: i64 = left.iter().filter(|grant| grant.scope.is_none()).map(|grant| grant.left_on(today)).sum();
        let open = bills.iter().zip(&offers).filter(|(bill, _)| !bill.is_disputed).map(|(bill, offer)| bill.open - sum(offer));
        prop_assert!(still == 0 || open.sum::<i64>() == 0, "nothing is kept from them");
    }
}

/// At most four bills that are there from the first day on.
fn owed() -> impl Strategy<Value = Vec<Owed>> {
    prop::collection::vec((0..12_i64, 1..12_i64, prop::bool::weighted(0.2)), 1..=4).prop_map(|list| {
        let owed = |(after, open, is_disputed)| Owed {
            currency: Currency::EUR,
            open,
            issued_on: FIRST,
            pay_by: day(after),
            is_disputed,
            is_refused: false,
        };
        list.into_iter().map(owed).collect()
    })
}
