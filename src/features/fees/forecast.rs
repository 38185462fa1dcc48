//! What a policy would do to the bills that are open today, in the words of the page: reckoned alike on the server and in the
//! browser, where the bills come as text.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        day::{self, Day},
        late_fee::{Change, Effect, FeePolicy, OpenBill, change, effect},
        money::{Currency, Money, exponent},
        percent::Percent,
    },
    ui::{count, day as day_in_words},
};

/// What a policy would do today beside the one in force, and how it would read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    pub effect: Effect,
    pub change: Change,
    /// How many customers the policy in force warns.
    pub warned_now: i64,
    /// What the bill of the example would draw, were it due today.
    pub example_fee: Money,
    pub example_fee_on: Day,
}

/// A hundred of a currency.
pub fn example(currency: Currency) -> Money {
    Money::new(100 * 10_i64.pow(u32::from(exponent(currency))), currency)
}

impl Forecast {
    pub fn of(live: Option<&FeePolicy>, policy: &FeePolicy, bills: &[OpenBill], today: Date) -> Self {
        Self {
            effect: effect(policy, bills, today),
            change: change(live, policy, bills, today),
            warned_now: live.map_or(0, |live| effect(live, bills, today).customers),
            example_fee: Money::new(policy.fee(example(policy.currency).minor), policy.currency),
            example_fee_on: Day(policy.fee_on(today)),
        }
    }

    /// What stands in each place of the page; nothing where there is nothing to say.
    pub fn words(&self) -> [(&'static str, String); 10] {
        let Effect { customers, fees_spared, disputes, late, .. } = self.effect;
        let Change { dearer, more, cheaper, less, sooner, later, newly_late } = self.change;
        let money = |minor| Money::new(minor, self.example_fee.currency);
        let said = |number: i64, words: String| if number > 0 { words } else { String::new() };
        let many = |number: i64, one: &str, many: &str| said(number, count(number, one, many));
        [
            ("effect-customers", count(customers, "", "")),
            ("effect-at-stake", money(fees_spared).to_string()),
            ("effect-compared", compared(customers.saturating_sub(self.warned_now))),
            (
                "effect-dearer",
                said(dearer, format!("{}: {} in all, if they pay late.", who(dearer, "more"), money(more))),
            ),
            ("effect-cheaper", said(cheaper, format!("{}: {} in all.", who(cheaper, "less"), money(less)))),
            (
                "effect-sooner",
                [
                    many(
                        sooner,
                        "customer would have fewer days before the fee.",
                        "customers would have fewer days before the fee.",
                    ),
                    many(
                        newly_late,
                        "bill is past its day only under this policy.",
                        "bills are past their day only under this policy.",
                    ),
                ]
                .join(" ")
                .trim()
                .to_owned(),
            ),
            (
                "effect-later",
                many(
                    later,
                    "customer would have more days before the fee.",
                    "customers would have more days before the fee.",
                ),
            ),
            (
                "effect-disputes",
                many(
                    disputes,
                    "disputed bill is settled first, without a warning.",
                    "disputed bills are settled first, without a warning.",
                ),
            ),
            (
                "effect-late",
                many(
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

fn who(customers: i64, pay: &str) -> String {
    format!("{} would pay {pay}", count(customers, "customer", "customers"))
}

fn compared(more: i64) -> String {
    match more {
        0 => "As many as now.".to_owned(),
        1.. => format!("{} more than now.", count(more, "", "")),
        _ => format!("{} fewer than now.", count(more.saturating_neg(), "", "")),
    }
}

/// Reads open bills as text: today on the first line, then for each the customer, the minor units open, the days from today to
/// the due date, and 1 for disputed plus 2 for exempt; where that day is no business day, the days to the next and to the one
/// before follow.
pub fn unpack(text: &str) -> Option<(Date, Vec<OpenBill>)> {
    let mut lines = text.split('\n');
    let today = day::read(lines.next()?)?;
    let bill = |line: &str| {
        let mut parts = line.split(',');
        let (customer, open) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let pay_by = day::plus(today, parts.next()?.parse().ok()?);
        let marks: u8 = parts.next()?.parse().ok()?;
        let mut moved = || match parts.next() {
            None => Some(None),
            Some(days) => Some(Some(day::plus(today, days.parse().ok()?))),
        };
        let (next, previous) = (moved()?, moved()?);
        Some(OpenBill {
            customer,
            open,
            pay_by,
            next,
            previous,
            is_disputed: marks & 1 != 0,
            is_exempt: marks & 2 != 0,
        })
    };
    Some((today, lines.map(bill).collect::<Option<_>>()?))
}

/// What the browser must know to read a draft, beside the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub currency: Currency,
    pub promised_until: Date,
    /// The policy in force, where there is one.
    pub live: Option<FeePolicy>,
}

impl Standing {
    /// `EUR 2026-11-30`, and after a policy in force `6 500 0 0 - 5 as_is`: days of grace, the fixed fee, millionths, at least,
    /// at most, days of warning, where a due day that is no business day goes.
    pub fn pack(&self) -> String {
        let mut text = format!("{} {}", self.currency.code(), day::write(self.promised_until));
        if let Some(live) = &self.live {
            let cap = live.cap.map_or_else(|| "-".to_owned(), |cap| cap.to_string());
            text.push_str(&format!(
                " {} {} {} {} {cap} {} {}",
                live.grace_days, live.flat, live.percent.millionths, live.minimum, live.warn_days, live.due_shift
            ));
        }
        text
    }

    /// Reads what [`pack`](Self::pack) wrote; of the policy only what a fee goes by.
    pub fn unpack(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let currency = Currency::from_code(parts.next()?)?;
        let promised_until = day::read(parts.next()?)?;
        let rest: Vec<&str> = parts.collect();
        let live = match rest.as_slice() {
            [] => None,
            [grace, flat, share, minimum, cap, warn, shift] => Some(FeePolicy {
                grace_days: grace.parse().ok()?,
                flat: flat.parse().ok()?,
                percent: Percent { millionths: share.parse().ok()? },
                minimum: minimum.parse().ok()?,
                cap: if *cap == "-" { None } else { Some(cap.parse().ok()?) },
                warn_days: warn.parse().ok()?,
                due_shift: shift.parse().ok()?,
                ..FeePolicy::suggested(currency)
            }),
            _ => return None,
        };
        Some(Self { currency, promised_until, live })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::late_fee::DueShift;
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
        let forecast = Forecast::of(None, &FeePolicy { flat: 0, ..FeePolicy::suggested(Currency::EUR) }, &[], TODAY);
        let words = forecast.words().map(|(_, words)| words);
        assert_eq!(words, ["0", "€0.00", "As many as now.", "", "", "", "", "", "", "No late fee, so no warning."]);
    }

    #[test]
    fn a_harsher_policy_says_who_pays_more_and_who_has_less_time() {
        let live = FeePolicy { grace_days: 6, ..FeePolicy::suggested(Currency::EUR) };
        let due = |customer, days| OpenBill {
            customer,
            open: 1_000,
            pay_by: day::plus(TODAY, days),
            next: None,
            previous: None,
            is_disputed: false,
            is_exempt: false,
        };
        let harsher = FeePolicy { grace_days: 2, flat: 800, ..live.clone() };
        let words = Forecast::of(Some(&live), &harsher, &[due(1, -4), due(2, 1)], TODAY).words();
        let said = |id: &str| words.iter().find(|(place, _)| *place == id).map(|(_, words)| words.as_str());
        assert_eq!(said("effect-dearer"), Some("2 customers would pay more: €6.00 in all, if they pay late."));
        assert_eq!(
            said("effect-sooner"),
            Some("2 customers would have fewer days before the fee. 1 bill is past its day only under this policy.")
        );
        assert_eq!(said("effect-cheaper"), Some(""));
    }

    #[test]
    fn what_is_not_whole_is_not_read() {
        for broken in ["", "soon", "2026-11-18\n", "2026-11-18\n1,2,3", "2026-11-18\n1,2,3,x"] {
            assert_eq!(unpack(broken), None, "{broken:?}");
        }
    }

    #[test]
    fn the_standing_reaches_the_browser_as_it_was() {
        let live = FeePolicy {
            percent: Percent { millionths: 15_000 },
            cap: Some(5_000),
            minimum: 200,
            grace_days: 6,
            due_shift: DueShift::Next,
            ..FeePolicy::suggested(Currency::EUR)
        };
        for live in [None, Some(live.clone()), Some(FeePolicy { cap: None, ..live })] {
            let standing = Standing { currency: Currency::EUR, promised_until: TODAY, live };
            assert_eq!(Standing::unpack(&standing.pack()), Some(standing));
        }
        assert_eq!(Standing::unpack("EUR 2026-11-18 1 2 3"), None);
        assert_eq!(Standing::unpack("EUR soon 12"), None);
    }
}
