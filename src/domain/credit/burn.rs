//! Which credit goes first, and what a bill takes of each.

use std::cmp::Ordering;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Grant;
use crate::money::Money;

/// So many minor units taken of a grant; above zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub reference: String,
    pub amount: i64,
}

/// The grants that have something left on `day`, in the order best for the customer: the soonest to expire, then what
/// can pay for one thing alone, then the oldest, then by reference.
///
/// Nothing more can be saved from expiring by any other order, whatever the bills, where all grants have one scope or
/// all expire on one day (tested). Where both differ it depends on bills to come, which nobody knows. Lago and others
/// drain by priority first, and so may leave the customer with what expires (`worked-examples.md`, J1 and J7).
pub fn burn_order(grants: &[Grant], day: Date) -> Vec<&Grant> {
    let mut order: Vec<&Grant> = grants.iter().filter(|grant| grant.left_on(day) > 0).collect();
    order.sort_by(|one, two| sooner(one, two));
    order
}

/// Why a grant is used when it is, against the one before it in [`burn_order`]; the first against the one after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Turn {
    /// There is no other.
    Only,
    ExpiresFirst,
    ExpiresLater,
    /// It has no end, and those before it have one.
    KeptForLast,
    /// With an equal end, or none.
    GivenFirst,
    GivenLater,
    /// Equal in everything but the reference.
    ByReference,
}

/// Why each of these, all in burn order and for the same, has its place.
pub fn turns(order: &[&Grant]) -> Vec<Turn> {
    let turn = |(at, grant): (usize, &&Grant)| {
        let other = if at == 0 { order.get(1) } else { order.get(at - 1) };
        let Some(other) = other else { return Turn::Only };
        match (at, grant.expires_on == other.expires_on, grant.granted_on == other.granted_on) {
            (_, true, true) => Turn::ByReference,
            (0, true, false) => Turn::GivenFirst,
            (_, true, false) => Turn::GivenLater,
            (0, false, _) => Turn::ExpiresFirst,
            (_, false, _) if grant.expires_on.is_none() => Turn::KeptForLast,
            (_, false, _) => Turn::ExpiresLater,
        }
    };
    order.iter().enumerate().map(turn).collect()
}

fn sooner(one: &Grant, two: &Grant) -> Ordering {
    let expiry = |grant: &Grant| grant.expires_on.unwrap_or(Date::MAX);
    let place = |grant: &Grant| (expiry(grant), grant.expires_on.is_none(), grant.scope.is_none(), grant.granted_on);
    place(one).cmp(&place(two)).then_with(|| one.reference.cmp(&two.reference))
}

/// What of each grant pays for `open` on `day`, in burn order and never more than is open. `scope` is what is paid for,
/// such as a meter; a whole bill has none, and then only what can pay for anything is used. Grants in another currency,
/// not yet granted or expired are not touched.
pub fn apply(grants: &[Grant], open: Money, scope: Option<&str>, day: Date) -> Vec<Use> {
    let mut open_still = open.minor.max(0);
    let mut uses = Vec::new();
    let usable = |grant: &&Grant| grant.currency == open.currency && grant.pays_for(scope);
    for grant in burn_order(grants, day).into_iter().filter(usable) {
        let amount = grant.left_on(day).min(open_still);
        if amount == 0 {
            break;
        }
        open_still -= amount;
        uses.push(Use { reference: grant.reference.clone(), amount });
    }
    uses
}

/// Books `uses`, so that the next bill does not count on the same credit.
pub fn take(grants: &mut [Grant], uses: &[Use]) {
    for taken in uses {
        if let Some(grant) = grants.iter_mut().find(|grant| grant.reference == taken.reference) {
            grant.used = grant.used.saturating_add(taken.amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{credit::grant::samples::grant, money::Currency};
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 10);

    fn paid(grants: &[Grant], open: i64, scope: Option<&str>) -> Vec<(String, i64)> {
        let uses = apply(grants, Money::new(open, Currency::EUR), scope, TODAY);
        uses.into_iter().map(|taken| (taken.reference, taken.amount)).collect()
    }

    fn named(uses: &[(&str, i64)]) -> Vec<(String, i64)> {
        uses.iter().map(|(reference, amount)| ((*reference).to_owned(), *amount)).collect()
    }

    fn scoped(grant: Grant) -> Grant {
        Grant { scope: Some("kwh".to_owned()), ..grant }
    }

    #[test]
    fn the_soonest_to_expire_goes_first_then_the_most_restricted_then_the_oldest() {
        let older = Grant { granted_on: date(2025, 1, 1), ..grant("older", 100, 20) };
        let grants = [
            grant("never", 100, 0),
            grant("z", 100, 20),
            grant("a", 100, 20),
            older,
            scoped(grant("scoped", 100, 20)),
            grant("soon", 100, 12),
            scoped(grant("scoped-never", 100, 0)),
            grant("expired", 100, 9),
            Grant { used: 100, ..grant("empty", 100, 11) },
            Grant { granted_on: date(2026, 11, 11), ..grant("tomorrow", 100, 12) },
        ];
        let order: Vec<&str> = burn_order(&grants, TODAY).iter().map(|grant| grant.reference.as_str()).collect();
        assert_eq!(order, ["soon", "scoped", "older", "a", "z", "scoped-never", "never"]);
    }

    #[test]
    fn each_grant_has_a_reason_for_its_place() {
        let of = |grants: &[Grant]| turns(&burn_order(grants, TODAY));
        let older = |grant: Grant| Grant { granted_on: date(2025, 1, 1), ..grant };
        assert_eq!(of(&[]), []);
        assert_eq!(of(&[grant("a", 100, 0)]), [Turn::Only]);
        let all = [
            grant("never", 100, 0),
            older(grant("soon", 100, 12)),
            grant("soon too", 100, 12),
            grant("and this", 100, 12),
            grant("later", 100, 20),
            grant("nor ever", 100, 0),
        ];
        let expected = [
            Turn::GivenFirst,
            Turn::GivenLater,
            Turn::ByReference,
            Turn::ExpiresLater,
            Turn::KeptForLast,
            Turn::ByReference,
        ];
        assert_eq!(of(&all), expected);
        assert_eq!(of(&[grant("a", 100, 12), grant("b", 100, 0)]), [Turn::ExpiresFirst, Turn::KeptForLast]);
        assert_eq!(of(&[older(grant("b", 100, 0)), grant("a", 100, 0)]), [Turn::GivenFirst, Turn::GivenLater]);
    }

    /// Examples J2 and J6 of `worked-examples.md` (Lago's wallet traceability; Kong's "credit then invoice"), in cents.
    #[test]
    fn published_draw_downs_come_out_oldest_first() {
        let first = Grant { granted_on: date(2025, 12, 1), ..grant("first", 3_000, 0) };
        let second = grant("second", 5_000, 0);
        let mut both = [second, first];
        let uses = apply(&both, Money::new(6_000, Currency::EUR), None, TODAY);
        assert_eq!(uses.iter().map(|taken| taken.amount).collect::<Vec<_>>(), [3_000, 3_000]);
        take(&mut both, &uses);
        assert_eq!(super::super::balance(&both, Currency::EUR, None, TODAY), 2_000);
        assert_eq!(paid(&[grant("one", 10_000, 0)], 4_000, None), named(&[("one", 4_000)]));
        let kong: i64 = paid(&[grant("one", 4_000, 0)], 10_000, None).iter().map(|(_, amount)| amount).sum();
        assert_eq!(10_000 - kong, 6_000);
    }

    /// Vector lago-wallet-2: 39.00 for two meters alone; 10.00 of another, then 17.72 and 17.69.
    #[test]
    fn a_published_wallet_with_a_scope_pays_for_that_alone() {
        let mut grants = [scoped(grant("wallet", 3_900, 0))];
        for (scope, open, used, left) in
            [("other", 1_000, 0, 3_900), ("kwh", 1_772, 1_772, 2_128), ("kwh", 1_769, 1_769, 359)]
        {
            let uses = apply(&grants, Money::new(open, Currency::EUR), Some(scope), TODAY);
            assert_eq!(uses.iter().map(|taken| taken.amount).sum::<i64>(), used);
            take(&mut grants, &uses);
            assert_eq!(grants[0].left_on(TODAY), left);
        }
    }

    /// Example J7 (Stigg) puts priority before expiry, so C, the first to expire, goes last; ours starts with it.
    /// Example J1 (Lago) drains what can pay for anything before what is restricted; ours keeps it.
    #[test]
    fn where_published_orders_are_not_best_for_the_customer_ours_differs() {
        let stigg = [grant("a", 50, 21), grant("b", 20, 21), grant("c", 100, 15)];
        assert_eq!(paid(&stigg, 120, None), named(&[("c", 100), ("a", 20)]));
        let lago = [grant("anything", 1_000, 0), scoped(grant("charges", 1_000, 0))];
        assert_eq!(paid(&lago, 1_500, Some("kwh")), named(&[("charges", 1_000), ("anything", 500)]));
        assert_eq!(paid(&lago, 1_500, None), named(&[("anything", 1_000)]));
    }

    #[test]
    fn credit_in_another_currency_pays_nothing_and_neither_does_a_bill_below_zero() {
        let francs = Grant { currency: Currency::CHF, ..grant("francs", 100, 0) };
        assert_eq!(paid(&[francs], 100, None), []);
        assert_eq!(paid(&[grant("euros", 100, 0)], -5, None), []);
    }
}
