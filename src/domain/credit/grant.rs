//! One credit, and what all of them come to.

use jiff::civil::Date;

use crate::money::{Currency, Money};

/// Money a customer may pay with. Amounts are minor units of `currency`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Unique among a customer's grants.
    pub reference: String,
    pub currency: Currency,
    pub amount: i64,
    /// What of it was used already.
    pub used: i64,
    /// The first day it can be used.
    pub granted_on: Date,
    /// The last day it can be used; nothing where it does not expire.
    pub expires_on: Option<Date>,
    /// What alone it can pay for, such as a meter; nothing where it can pay for anything.
    pub scope: Option<String>,
}

impl Grant {
    /// Minor units that can be used on `day`: nothing before it is granted or after it expires, on its last day all
    /// that is left.
    pub fn left_on(&self, day: Date) -> i64 {
        let has_begun = self.granted_on <= day;
        let has_expired = self.expires_on.is_some_and(|last| last < day);
        if has_begun && !has_expired { self.amount.saturating_sub(self.used).max(0) } else { 0 }
    }

    /// Whether it can pay for something of this scope; of no scope, only what can pay for anything.
    pub fn pays_for(&self, scope: Option<&str>) -> bool {
        self.scope.is_none() || self.scope.as_deref() == scope
    }

    pub(super) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }
}

/// Minor units of `currency` that can pay for something of this scope on `day`; of no scope, for a whole bill: the one number
/// beside every "pay".
pub fn balance(grants: &[Grant], currency: Currency, scope: Option<&str>, day: Date) -> i64 {
    let of_currency = grants.iter().filter(|grant| grant.currency == currency && grant.pays_for(scope));
    of_currency.fold(0_i64, |sum, grant| sum.saturating_add(grant.left_on(day)))
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;
    use jiff::civil::date;

    /// Granted on 1 January 2026; `expires_on` is a day of November 2026, 0 for never.
    pub fn grant(reference: &str, amount: i64, expires_on: i8) -> Grant {
        Grant {
            reference: reference.to_owned(),
            currency: Currency::EUR,
            amount,
            used: 0,
            granted_on: date(2026, 1, 1),
            expires_on: (expires_on > 0).then(|| date(2026, 11, expires_on)),
            scope: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{samples::grant, *};
    use jiff::civil::date;

    #[test]
    fn a_grant_can_be_used_from_its_first_to_its_last_day() {
        let grant = Grant { used: 300, ..grant("welcome", 1_000, 20) };
        for (day, left) in
            [(date(2025, 12, 31), 0), (date(2026, 1, 1), 700), (date(2026, 11, 20), 700), (date(2026, 11, 21), 0)]
        {
            assert_eq!(grant.left_on(day), left, "{day}");
        }
        assert_eq!(Grant { used: 1_200, ..grant }.left_on(date(2026, 2, 1)), 0, "overdrawn is nothing left");
    }

    #[test]
    fn the_balance_is_of_one_currency_one_scope_and_one_day() {
        let grants = [
            grant("a", 1_000, 20),
            Grant { scope: Some("kwh".to_owned()), ..grant("b", 500, 0) },
            Grant { currency: Currency::CHF, ..grant("c", 9_000, 0) },
        ];
        assert_eq!(balance(&grants, Currency::EUR, Some("kwh"), date(2026, 11, 20)), 1_500);
        assert_eq!(balance(&grants, Currency::EUR, Some("kwh"), date(2026, 11, 21)), 500);
        assert_eq!(
            balance(&grants, Currency::EUR, None, date(2026, 11, 20)),
            1_000,
            "a whole bill is not for kwh alone"
        );
        assert_eq!(balance(&grants, Currency::EUR, None, date(2026, 11, 21)), 0);
        assert_eq!(balance(&grants, Currency::USD, None, date(2026, 11, 20)), 0);
    }
}
