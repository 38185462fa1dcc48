//! What a bill is for, worked out from the plans a customer had and what they used. Nothing is bent until it fits.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};

use super::{
    parts::{Beside, BillParts, PlanPart, SameUse},
    service::KnownBill,
    store,
};
use crate::{
    domain::{
        comparison::{Comparison, rank},
        decimal::Decimal,
        locale::{self, Locale},
        money::{Currency, Money, exponent},
        month,
        offer::{MonthUsage, NoPrice, Offer, ReadMonth},
        pricing::{Ratio, Share},
    },
    error::Result,
    features::offers::{
        service::{self as offers, Catalogue, Held},
        sheet::{sentence, unpriced},
    },
    server::db::Conn,
};

/// A bill for more months than that is not taken apart.
const MOST_MONTHS: usize = 24;

/// What the bill is for. Plans are priced as they are known today.
pub async fn of(conn: &mut Conn<'_>, known: &KnownBill, today: Date) -> Result<BillParts> {
    let period = period(conn, known).await?;
    let catalogue = offers::catalogue(conn, today).await?;
    let held = offers::held_during(conn, period, &known.customer_id).await?;
    let after = period.1.saturating_add(1.day());
    let usage = offers::used_between(conn, &known.customer_id, (period.0, after)).await?;
    let priced = Priced { catalogue: &catalogue, usage: &usage, period, currency: known.currency, today };
    Ok(priced.parts(&held, known.bill.amount))
}

/// The days a bill is for: the month before it was issued, unless it says otherwise.
async fn period(conn: &mut Conn<'_>, known: &KnownBill) -> Result<(Date, Date)> {
    let told = store::period(conn, &known.invoice_id).await?;
    Ok(match told.filter(|(from, to)| from.0 <= to.0) {
        Some((from, to)) => (from.0, to.0),
        None => {
            let first = month::later(known.issued_on, -1);
            (first, first.last_of_month())
        }
    })
}

/// The days of each calendar month in a period.
fn months_of((from, to): (Date, Date)) -> Vec<(Date, Date)> {
    let mut months = Vec::new();
    let mut first = from;
    while first <= to && months.len() < MOST_MONTHS {
        months.push((first, first.last_of_month().min(to)));
        first = month::after(first);
    }
    months
}

/// What is known of the time a bill is for.
struct Priced<'a> {
    catalogue: &'a Catalogue,
    usage: &'a [ReadMonth],
    period: (Date, Date),
    /// Of the bill.
    currency: Currency,
    today: Date,
}

/// The days of one month on which a plan was had.
struct Piece {
    /// The first day of the calendar month.
    month: Date,
    share: Share,
    /// The first and the last day.
    days: (Date, Date),
}

impl Priced<'_> {
    fn parts(&self, held: &[(Held, Option<Date>)], amount: i64) -> BillParts {
        let all: Vec<Held> = held.iter().map(|(held, _)| held.clone()).collect();
        let mut plans = Vec::new();
        let mut elsewhere = Vec::new();
        for (one, ends_on) in held {
            let Some(offer) = self.catalogue.plan(&one.plan) else { continue };
            let pieces = self.pieces(one.since, *ends_on);
            let own = self.catalogue.has_its_own_use(one, &all);
            plans.push(self.plan_part(offer, &pieces, own));
            if own && pieces.iter().all(|piece| piece.share.is_whole()) {
                elsewhere.extend(self.same_use(offer, &pieces));
            }
        }
        let sum = plans.iter().filter_map(|plan| plan.total).fold(0_i64, |sum, plan| sum.saturating_add(plan.minor));
        BillParts {
            from: self.period.0,
            to: self.period.1,
            plans,
            sum: self.money(sum),
            unexplained: self.money(amount.saturating_sub(sum)),
            elsewhere,
        }
    }

    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// Each month of the period with its share of the calendar month: of a bill for half a month the fee is a half.
    fn pieces(&self, starts_on: Date, ends_on: Option<Date>) -> Vec<Piece> {
        let months = months_of(self.period).into_iter().filter_map(|(first, last)| {
            let (from, to) = (starts_on.max(first), ends_on.map_or(last, |ends_on| ends_on.min(last)));
            let whole = (first.first_of_month(), first.last_of_month());
            let share = Share::of_period(from, to, whole).ok().filter(|share| share.days() > 0)?;
            Some(Piece { month: whole.0, share, days: (from, to) })
        });
        months.collect()
    }

    /// What was used of the plan's meters in a month; in words why that is not known, where too few of its days were read.
    fn used(&self, offer: &Offer, piece: &Piece) -> std::result::Result<MonthUsage, String> {
        let read = self.usage.iter().find(|usage| usage.month == piece.month);
        let so_far = read.and_then(|read| Some((read.days(offer), read.so_far(offer)?)));
        let (from, to) = piece.days;
        match so_far {
            Some((days, used)) if days.cover_days(from, to) => Ok(used),
            Some((days, _)) => Err(format!(
                "We have readings of your use on {} of {} days in {}, so only the fee is in these lines.",
                days.within(from, to),
                piece.share.days(),
                month::words(piece.month)
            )),
            None => Err(format!(
                "We have no readings of your use in {}, so only the fee is in these lines.",
                month::words(piece.month)
            )),
        }
    }

    fn plan_part(&self, offer: &Offer, pieces: &[Piece], has_its_own_use: bool) -> PlanPart {
        let mut part = PlanPart {
            name: offer.name.clone(),
            lines: Vec::new(),
            total: Some(self.money(0)),
            is_rounded: false,
            missing: None,
        };
        if offer.currency != self.currency {
            part.missing = Some(format!("It is priced in {}, and this bill is not.", offer.currency.code()));
            part.total = None;
            return part;
        }
        for piece in pieces {
            let used = self.used(offer, piece);
            let missing = match &used {
                _ if offer.charges.is_empty() => None,
                _ if !has_its_own_use => Some(
                    "You had more than one plan for the same use, and we cannot tell which of them it was on. Only \
                     fees are in these lines."
                        .to_owned(),
                ),
                Err(why) => Some(why.clone()),
                Ok(_) => None,
            };
            let nothing = MonthUsage { month: piece.month, units: BTreeMap::new() };
            let usage = used.ok().filter(|_| missing.is_none()).unwrap_or(nothing);
            let many = pieces.len() > 1;
            let missing = match missing {
                None => self.add_month(&mut part, offer, piece, &usage, many).err().map(|why| sentence(&why)),
                missing => missing,
            };
            if let Some(missing) = missing {
                let fee_alone = Offer { charges: Vec::new(), minimum_commitment: None, ..offer.clone() };
                let nothing = MonthUsage { units: BTreeMap::new(), ..usage };
                if self.add_month(&mut part, &fee_alone, piece, &nothing, many).is_err() {
                    part.total = None;
                }
                part.missing = Some(missing);
            }
        }
        part
    }

    /// Adds the lines of one month, or none where it has no price.
    fn add_month(
        &self,
        part: &mut PlanPart,
        offer: &Offer,
        piece: &Piece,
        usage: &MonthUsage,
        is_one_of_many: bool,
    ) -> std::result::Result<(), NoPrice> {
        let parts = offer.parts(usage, piece.share)?;
        let before = if is_one_of_many { format!("{}: ", month::words(piece.month)) } else { String::new() };
        let days = if piece.share.is_whole() {
            String::new()
        } else {
            format!(", for {} of {} days", piece.share.days(), piece.share.of())
        };
        let mut add = |words: String, amount: Ratio| {
            let line = if before.is_empty() { words } else { format!("{before}{words}") };
            part.lines.push((line, self.exactly(amount)));
        };
        add(format!("Monthly fee{days}"), parts.amounts.fee);
        let money = |amount: Decimal| self.exactly(amount.into());
        for (meter, steps) in &parts.charges {
            let is_used = usage.units.get(*meter).is_some_and(|units| !units.is_zero());
            for step in steps.iter().filter(|step| is_used || !step.amount.is_zero()) {
                add(step.reason.plainly(meter, &money), step.amount.into());
            }
        }
        if let Some(minimum) = offer.minimum_commitment.filter(|_| parts.amounts.true_up.is_above_zero()) {
            let minimum = self.money(minimum);
            add(format!("Up to the minimum of {minimum} a month{days}"), parts.amounts.true_up);
        }
        part.is_rounded |= !self.is_whole(parts.amounts.total);
        part.total = part.total.map(|total| self.money(total.minor.saturating_add(parts.minor)));
        Ok(())
    }

    fn places(&self) -> u8 {
        u8::try_from(exponent(self.currency)).unwrap_or(2)
    }

    /// Whether an amount is one of whole minor units.
    fn is_whole(&self, amount: Ratio) -> bool {
        let rounded = amount.rounded(self.places()).map(Ratio::from);
        rounded.and_then(|rounded| amount.compare(rounded)).is_ok_and(std::cmp::Ordering::is_eq)
    }

    /// `€7.20`; with up to four digits more where it is not of whole minor units: `€7.2048`.
    fn exactly(&self, amount: Ratio) -> String {
        let places = if self.is_whole(amount) { self.places() } else { self.places().saturating_add(4) };
        let Ok(rounded) = amount.rounded(places) else { return amount.to_string() };
        let written = rounded.to_string();
        let (sign, whole, part) = locale::parts(&written);
        let least = usize::from(self.places());
        format!("{sign}{}", Locale::English.amount(whole, &format!("{part:0<least$}"), self.currency))
    }

    /// What the months would have cost elsewhere; nothing where one of them has no readings.
    fn same_use(&self, offer: &Offer, pieces: &[Piece]) -> Option<SameUse> {
        let months: Vec<MonthUsage> = pieces.iter().map(|piece| self.used(offer, piece).ok()).collect::<Option<_>>()?;
        if months.is_empty() || offer.currency != self.currency {
            return None;
        }
        let offers = self.catalogue.plans.iter().chain(&self.catalogue.competitors);
        let ranking = rank(offer, offers, &months, self.today).ok()?;
        let cost = months.iter().try_fold(0_i64, |sum, month| sum.checked_add(offer.price(month).ok()?))?;
        Some(SameUse {
            plan: offer.name.clone(),
            cost: self.money(cost),
            open: ranking.ranked.iter().map(|compared| self.beside(compared)).collect(),
            restricted: ranking.restricted.iter().map(|compared| self.beside(compared)).collect(),
            unpriced: unpriced(&ranking).collect(),
        })
    }

    fn beside(&self, compared: &Comparison<'_>) -> Beside {
        let provider = compared.other.provider.as_ref();
        Beside {
            name: compared.other.full_name(),
            cost: self.money(compared.there),
            more: self.money(compared.saving().saturating_neg()),
            source: provider.map(|provider| (provider.source.clone(), provider.checked_on)),
            only_for: compared.other.only_for().map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::offer::samples::{gb, month as used, of_competitor, offer};
    use jiff::civil::date;
    use proptest::prelude::*;

    const OCTOBER: (Date, Date) = (date(2026, 10, 1), date(2026, 10, 31));

    fn since(plan: &str, since: Date) -> (Held, Option<Date>) {
        let held = Held {
            subscription_id: plan.to_owned(),
            reference: plan.to_owned(),
            plan: plan.to_owned(),
            since,
            committed_until: None,
        };
        (held, None)
    }

    fn parts(catalogue: &Catalogue, usage: &[MonthUsage], held: &[(Held, Option<Date>)], amount: i64) -> BillParts {
        in_period(OCTOBER, catalogue, usage, held, amount)
    }

    fn in_period(
        period: (Date, Date),
        catalogue: &Catalogue,
        usage: &[MonthUsage],
        held: &[(Held, Option<Date>)],
        amount: i64,
    ) -> BillParts {
        let today = date(2026, 11, 18);
        let usage: Vec<ReadMonth> = usage.iter().cloned().map(ReadMonth::from).collect();
        Priced { catalogue, usage: &usage, period, currency: Currency::EUR, today }.parts(held, amount)
    }

    fn catalogue(plans: Vec<Offer>) -> Catalogue {
        Catalogue { plans, ..Catalogue::default() }
    }

    fn lines(part: &PlanPart) -> Vec<String> {
        part.lines.iter().map(|(words, amount)| format!("{words} = {amount}")).collect()
    }

    #[test]
    fn every_tier_has_its_line_and_the_lines_make_the_bill() {
        let plans = catalogue(vec![gb("m", 1_800, 8, "3")]);
        let held = [since("m", date(2025, 1, 1))];
        let bill = parts(&plans, &[used(2026, 10, "gb", "10.4")], &held, 2_520);
        assert_eq!(
            lines(&bill.plans[0]),
            ["Monthly fee = €18.00", "The first 8 gb cost nothing = €0.00", "2.4 gb above 8 at €3.00 each = €7.20"]
        );
        assert_eq!((bill.sum.minor, bill.unexplained.minor, bill.plans[0].is_rounded), (2_520, 0, false));
        let larger = parts(&plans, &[used(2026, 10, "gb", "10.4")], &held, 4_519);
        assert_eq!(larger.unexplained.minor, 1_999);
        let smaller = parts(&plans, &[used(2026, 10, "gb", "10.4")], &held, 2_000);
        assert_eq!(smaller.unexplained.minor, -520, "also where the bill is too small");
    }

    #[test]
    fn rounding_and_a_minimum_are_said() {
        let plan = Offer { minimum_commitment: Some(3_000), ..gb("m", 1_800, 8, "0.0125") };
        let held = [since("m", date(2025, 1, 1))];
        let bill = parts(&catalogue(vec![plan.clone()]), &[used(2026, 10, "gb", "8.3")], &held, 3_000);
        assert_eq!(
            lines(&bill.plans[0])[2..],
            ["0.3 gb above 8 at €0.0125 each = €0.00375", "Up to the minimum of €30.00 a month = €11.99625"]
        );
        assert!(!bill.plans[0].is_rounded, "the minimum makes it whole again");
        let plan = Offer { minimum_commitment: None, ..plan };
        let bill = parts(&catalogue(vec![plan]), &[used(2026, 10, "gb", "8.3")], &held, 1_800);
        assert!(bill.plans[0].is_rounded && bill.unexplained.minor == 0);
    }

    #[test]
    fn what_is_not_known_is_said_and_never_guessed() {
        let plans = catalogue(vec![gb("m", 3_100, 8, "3"), gb("l", 6_200, 20, "3")]);
        let nothing = parts(&plans, &[], &[], 3_100);
        assert!(nothing.plans.is_empty() && nothing.unexplained.minor == 3_100);
        let unread = parts(&plans, &[], &[since("m", date(2025, 1, 1))], 3_100);
        assert_eq!(lines(&unread.plans[0]), ["Monthly fee = €31.00"]);
        assert!(unread.plans[0].missing.as_ref().is_some_and(|words| words.contains("no readings")));
        assert!(unread.elsewhere.is_empty(), "no claim without use");
        // Changed in the month: fees by days, and use that cannot be told apart.
        let (old, new) = (since("m", date(2025, 1, 1)), since("l", date(2026, 10, 11)));
        let held = [(old.0, Some(date(2026, 10, 10))), new];
        let changed = parts(&plans, &[used(2026, 10, "gb", "10")], &held, 5_200);
        assert_eq!(lines(&changed.plans[0]), ["Monthly fee, for 10 of 31 days = €10.00"]);
        assert_eq!(lines(&changed.plans[1]), ["Monthly fee, for 21 of 31 days = €42.00"]);
        assert_eq!(changed.unexplained.minor, 0);
        assert!(changed.plans.iter().all(|plan| plan.missing.is_some()) && changed.elsewhere.is_empty());
        let francs = catalogue(vec![Offer { currency: Currency::CHF, ..gb("m", 3_100, 8, "3") }]);
        let other = parts(&francs, &[used(2026, 10, "gb", "1")], &[since("m", date(2025, 1, 1))], 3_100);
        assert_eq!((other.plans[0].total, other.unexplained.minor), (None, 3_100));
        assert_eq!(other.plans[0].missing.as_deref(), Some("It is priced in CHF, and this bill is not."));
        let sent = catalogue(vec![offer("m", 900, r#"[{"meter": "gb", "charge_model": "dynamic"}]"#)]);
        let sent = parts(&sent, &[used(2026, 10, "gb", "1")], &[since("m", date(2025, 1, 1))], 900);
        assert_eq!(lines(&sent.plans[0]), ["Monthly fee = €9.00"]);
        assert!(sent.plans[0].missing.is_some());
    }

    #[test]
    fn a_bill_of_several_months_names_each() {
        let plans = catalogue(vec![gb("m", 1_800, 8, "3")]);
        let months = [used(2026, 9, "gb", "9"), used(2026, 10, "gb", "1")];
        let period = (date(2026, 9, 1), date(2026, 10, 31));
        let bill = in_period(period, &plans, &months, &[since("m", date(2025, 1, 1))], 3_900);
        assert_eq!(bill.unexplained.minor, 0);
        assert_eq!(lines(&bill.plans[0])[0], "September 2026: Monthly fee = €18.00");
        assert_eq!(bill.plans[0].lines.len(), 5);
        assert_eq!(months_of((date(2026, 10, 31), date(2026, 12, 1))).len(), 3);
        assert_eq!(months_of((Date::MIN, Date::MAX)).len(), MOST_MONTHS);
    }

    #[test]
    fn the_same_use_elsewhere_is_the_cheapest_first_with_its_source() {
        let student = Offer { eligibility: Some("students".to_owned()), ..gb("student", 900, 20, "3") };
        let theirs = of_competitor(gb("mini", 750, 1, "6"));
        let unknown = Offer { monthly_fee: None, ..of_competitor(gb("flex", 0, 10, "2")) };
        let plans = vec![gb("m", 1_800, 8, "3"), gb("s", 1_200, 2, "4"), student, gb("l", 2_400, 20, "3")];
        let all = Catalogue { competitors: vec![theirs, unknown], ..catalogue(plans) };
        let bill = parts(&all, &[used(2026, 10, "gb", "4")], &[since("m", date(2025, 1, 1))], 1_800);
        let same = &bill.elsewhere[0];
        let named: Vec<_> = same.open.iter().map(|one| (one.name.as_str(), one.cost.minor, one.more.minor)).collect();
        assert_eq!(named, [("s", 2_000, 200), ("l", 2_400, 600), ("Flogas mini", 2_550, 750)]);
        assert!(same.open[2].source.is_some());
        assert_eq!(same.restricted[0].only_for.as_deref(), Some("students"));
        let flex = &same.unpriced[..];
        assert!(matches!(flex, [one] if one.name == "Flogas flex" && !one.why.contains("Flogas")), "{flex:?}");
    }

    proptest! {
        #[test]
        fn the_sum_is_what_the_plan_costs_to_the_cent(
            fee in 0..100_000_i64, included in 1..50_u32, millionths in 0..90_000_000_u64, price in 0..99_999_u32,
            minimum in prop::option::of(0..100_000_i64), amount in 0..1_000_000_i64,
        ) {
            let price = Decimal::new(price.into(), 4).unwrap().to_string();
            let plan = Offer { minimum_commitment: minimum, ..gb("m", fee, included, &price) };
            let units = Decimal::new(millionths.into(), 6).unwrap().to_string();
            let usage = used(2026, 10, "gb", &units);
            let bill = parts(&catalogue(vec![plan.clone()]), std::slice::from_ref(&usage), &[since("m", date(2025, 1, 1))], amount);
            prop_assert_eq!(Ok(bill.sum.minor), plan.price(&usage));
            prop_assert_eq!(bill.sum.minor + bill.unexplained.minor, amount);
        }
    }
}
