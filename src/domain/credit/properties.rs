//! The burn order held against every other order, on small cases.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;

use super::{Grant, apply, take};
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
}
