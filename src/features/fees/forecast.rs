//! What a policy would do to the bills that are open today, in the words of the page: reckoned alike on the server and in the
//! browser, where the bills come as text.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        day::{self, Day},
        late_fee::{Effect, FeePolicy, OpenBill, effect},
        money::{Currency, Money, exponent},
    },
    ui::{count, day as day_in_words},
};

/// What a policy would do today, and how it would read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    pub effect: Effect,
    /// What the bill of the example would draw, were it due today.
    pub example_fee: Money,
    pub example_fee_on: Day,
}

/// A hundred of a currency.
pub fn example(currency: Currency) -> Money {
    Money::new(100 * 10_i64.pow(u32::from(exponent(currency))), currency)
}

impl Forecast {
    pub fn of(policy: &FeePolicy, bills: &[OpenBill], today: Date) -> Self {
        Self {
            effect: effect(policy, bills, today),
            example_fee: Money::new(policy.fee(example(policy.currency).minor), policy.currency),
            example_fee_on: Day(policy.fee_on(today)),
        }
    }

    /// What stands in each place of the page, beside the policy in force, which warns `warned_now` customers; nothing where
    /// there is nothing to say.
    pub fn words(&self, warned_now: i64) -> [(&'static str, String); 6] {
        let Effect { customers, fees_spared, disputes, late, .. } = self.effect;
        let unless_none = |number: i64, one: &str, many: &str| {
            if number > 0 { count(number, one, many) } else { String::new() }
        };
        [
            ("effect-customers", count(customers, "", "")),
            ("effect-spared", Money::new(fees_spared, self.example_fee.currency).to_string()),
            ("effect-compared", compared(customers.saturating_sub(warned_now))),
            (
                "effect-disputes",
                unless_none(
                    disputes,
                    "disputed bill is settled first, without a warning.",
                    "disputed bills are settled first, without a warning.",
                ),
            ),
            (
                "effect-late",
                unless_none(
                    late,
                    "bill is past the day of its fee: too late to warn.",
                    "bills are past the day of their fee: too late to warn.",
                ),
            ),
            ("effect-notice", self.notice()),
        ]
    }

    /// The heading of the fee warning of the example.
    fn notice(&self) -> String {
        if self.example_fee.minor == 0 {
            return "No late fee, so no warning.".to_owned();
        }
        let day = day_in_words(self.example_fee_on.0);
        format!("A late fee of {} will be added on {day}.", self.example_fee)
    }
}

fn compared(more: i64) -> String {
    match more {
        0 => "As many as now.".to_owned(),
        1.. => format!("{} more than now.", count(more, "", "")),
        _ => format!("{} fewer than now.", count(more.saturating_neg(), "", "")),
    }
}

/// Reads open bills as text: today on the first line, then for each the customer, the minor units open, the days from today to
/// the due date, and 1 for disputed plus 2 for exempt.
pub fn unpack(text: &str) -> Option<(Date, Vec<OpenBill>)> {
    let mut lines = text.split('\n');
    let today = day::read(lines.next()?)?;
    let bill = |line: &str| {
        let mut parts = line.split(',');
        let (customer, open) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let pay_by = day::plus(today, parts.next()?.parse().ok()?);
        let marks: u8 = parts.next()?.parse().ok()?;
        Some(OpenBill { customer, open, pay_by, is_disputed: marks & 1 != 0, is_exempt: marks & 2 != 0 })
    };
    Some((today, lines.map(bill).collect::<Option<_>>()?))
}

/// What the browser must know to read a draft, beside the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub currency: Currency,
    pub promised_until: Date,
    /// How many customers the policy in force warns.
    pub warned_now: i64,
}

impl Standing {
    /// `EUR 2026-11-30 12`
    pub fn pack(&self) -> String {
        format!("{} {} {}", self.currency.code(), day::write(self.promised_until), self.warned_now)
    }

    /// Reads what [`pack`](Self::pack) wrote.
    pub fn unpack(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        Some(Self {
            currency: Currency::from_code(parts.next()?)?,
            promised_until: day::read(parts.next()?)?,
            warned_now: parts.next()?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 18);

    #[test]
    fn a_draft_is_compared_with_the_policy_in_force() {
        assert_eq!(compared(9), "9 more than now.");
        assert_eq!(compared(-1_200), "1,200 fewer than now.");
        assert_eq!(compared(0), "As many as now.");
    }

    #[test]
    fn what_is_nought_is_not_said() {
        let forecast = Forecast::of(&FeePolicy { flat: 0, ..FeePolicy::starting(Currency::EUR) }, &[], TODAY);
        let words = forecast.words(3).map(|(_, words)| words);
        assert_eq!(words, ["0", "€0.00", "3 fewer than now.", "", "", "No late fee, so no warning."]);
    }

    #[test]
    fn what_is_not_whole_is_not_read() {
        for broken in ["", "soon", "2026-11-18\n", "2026-11-18\n1,2,3", "2026-11-18\n1,2,3,x"] {
            assert_eq!(unpack(broken), None, "{broken:?}");
        }
    }

    #[test]
    fn the_standing_reaches_the_browser_as_it_was() {
        let standing = Standing { currency: Currency::EUR, promised_until: TODAY, warned_now: 12 };
        assert_eq!(Standing::unpack(&standing.pack()), Some(standing));
        assert_eq!(Standing::unpack("EUR soon 12"), None);
    }
}
