//! All offers in the order of what they would have saved.

use jiff::civil::Date;

use super::{Comparison, compare_bills, count, price_months};
use crate::offer::{MonthUsage, NoPrice, Offer};

/// The offers beside the current one on a customer's own use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking<'a> {
    pub current: &'a Offer,
    /// Months with readings that were priced.
    pub months: i64,
    /// Open to every new customer and priced: the largest saving first, ties by code, those that cost more at the end.
    pub ranked: Vec<Comparison<'a>>,
    /// Open, but with a condition that we do not know the customer to meet: told apart, never recommended. In the same
    /// order.
    pub restricted: Vec<Comparison<'a>>,
    /// Open, but without a price for this use; by code.
    pub unpriced: Vec<Unpriced<'a>>,
}

/// An offer that no claim is made about, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpriced<'a> {
    pub offer: &'a Offer,
    pub why: NoPrice,
}

/// Prices `months` on every offer that is open to new customers on `today` and in the currency of the current one,
/// which is itself left out. An error where the current offer has no price: then nothing can be compared with it.
pub fn rank<'a>(
    current: &'a Offer,
    offers: impl IntoIterator<Item = &'a Offer>,
    months: &[MonthUsage],
    today: Date,
) -> Result<Ranking<'a>, NoPrice> {
    let days: Vec<Date> = months.iter().map(|usage| usage.month).collect();
    rank_bills(current, offers, &days, today, |offer| price_months(offer, months))
}

/// The same where `bills` works out what each of `months` costs on an offer, in minor units: a tariff from interval
/// readings, or a faster way to the same price.
pub fn rank_bills<'a>(
    current: &'a Offer,
    offers: impl IntoIterator<Item = &'a Offer>,
    months: &[Date],
    today: Date,
    bills: impl Fn(&Offer) -> Result<Vec<i64>, NoPrice>,
) -> Result<Ranking<'a>, NoPrice> {
    let now = bills(current)?;
    let mut ranking = Ranking {
        current,
        months: count(months.len()),
        ranked: Vec::new(),
        restricted: Vec::new(),
        unpriced: Vec::new(),
    };
    let is_another = |offer: &&Offer| !offer.is_same_as(current) && offer.currency == current.currency;
    for offer in offers.into_iter().filter(is_another).filter(|offer| offer.is_open_to_new(today)) {
        match bills(offer).and_then(|there| compare_bills(current, offer, months, &now, &there)) {
            Ok(comparison) if offer.is_restricted() => ranking.restricted.push(comparison),
            Ok(comparison) => ranking.ranked.push(comparison),
            Err(why) => ranking.unpriced.push(Unpriced { offer, why }),
        }
    }
    in_order(&mut ranking.ranked);
    in_order(&mut ranking.restricted);
    ranking.unpriced.sort_by(|one, two| one.offer.identity().cmp(&two.offer.identity()));
    Ok(ranking)
}

fn in_order(comparisons: &mut [Comparison<'_>]) {
    comparisons.sort_by(|one, two| {
        two.saving().cmp(&one.saving()).then_with(|| one.other.identity().cmp(&two.other.identity()))
    });
}

impl<'a> Ranking<'a> {
    /// The offer that would have saved the most, where one would have saved anything at all.
    pub fn best(&self) -> Option<&Comparison<'a>> {
        self.ranked.first().filter(|best| best.saving() > 0)
    }

    /// Minor units that the best would have saved; zero where none would have.
    pub fn best_saving(&self) -> i64 {
        self.best().map_or(0, Comparison::saving)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        money::Currency,
        offer::samples::{flat_fee, gb, months, of_competitor},
    };
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 11, 22);

    fn codes(comparisons: &[Comparison<'_>]) -> Vec<(String, i64)> {
        comparisons.iter().map(|comparison| (comparison.other.code.clone(), comparison.saving())).collect()
    }

    #[test]
    fn only_what_a_customer_can_have_today_is_ranked() {
        let current = flat_fee("current", 1_000);
        let cheap = |code: &str| flat_fee(code, 500);
        let offers = [
            Offer { open_until: Some(date(2026, 11, 21)), ..cheap("retired") },
            Offer { open_from: Some(date(2026, 11, 23)), ..cheap("not-yet") },
            Offer { currency: Currency::CHF, ..cheap("francs") },
            Offer { eligibility: Some("members of the community".to_owned()), ..cheap("community") },
            Offer { monthly_fee: None, ..cheap("unknown") },
            flat_fee("current", 1_000),
            flat_fee("dearer", 1_200),
            cheap("b"),
            cheap("a"),
            flat_fee("same", 1_000),
        ];
        let ranking = rank(&current, &offers, &months(date(2026, 10, 1), &[3]), TODAY).unwrap();
        let expected = [("a", 500), ("b", 500), ("same", 0), ("dearer", -200)];
        assert_eq!(codes(&ranking.ranked), expected.map(|(code, saving)| (code.to_owned(), saving)));
        assert_eq!(codes(&ranking.restricted), [("community".to_owned(), 500)]);
        assert_eq!(ranking.unpriced.iter().map(|one| one.offer.code.as_str()).collect::<Vec<_>>(), ["unknown"]);
        assert_eq!(ranking.best().unwrap().other.code, "a");
    }

    #[test]
    fn a_competitor_may_use_our_code() {
        let current = flat_fee("basic", 1_000);
        let theirs = of_competitor(flat_fee("basic", 900));
        let ranking = rank(&current, [&theirs], &months(date(2026, 9, 1), &[3]), TODAY).unwrap();
        assert_eq!(ranking.best_saving(), 100);
    }

    #[test]
    fn without_a_price_for_the_current_plan_nothing_is_ranked() {
        let current = Offer { monthly_fee: None, ..flat_fee("basic", 0) };
        let free = flat_fee("free", 0);
        let ranking = rank(&current, [&free], &months(date(2026, 9, 1), &[3]), TODAY);
        assert_eq!(ranking, Err(NoPrice::FeeNotKnown { offer: "basic".to_owned() }));
    }

    /// Example P10 of `worked-examples.md` (Reach Mobile Best Fit): 2 GB $20, 5 GB $30, 10 GB $35, 15 GB $40. Its price
    /// of a gigabyte above is not published; $10 is ours.
    #[test]
    fn the_best_fit_of_a_published_price_list_is_found() {
        let list = [("2", 2_000, 2), ("5", 3_000, 5), ("10", 3_500, 10), ("15", 4_000, 15)];
        let offers = list.map(|(code, fee, included)| gb(code, fee, included, "10"));
        for (used, best) in [("9.9", 3_500), ("4.9", 3_000), ("1.9", 2_000)] {
            let month = crate::offer::samples::month(2026, 10, "gb", used);
            let ranking = rank(&offers[3], &offers, &[month], TODAY).unwrap();
            assert_eq!(ranking.best().unwrap().there, best, "{used} GB");
        }
    }

    proptest! {
        #[test]
        fn the_order_of_the_offers_does_not_matter_and_the_best_is_the_least(
            fees in prop::collection::vec(0..3_000_i64, 1..8), used in prop::collection::vec(0..30_u32, 1..13),
        ) {
            let offers: Vec<Offer> =
                fees.iter().enumerate().map(|(at, fee)| gb(&format!("plan-{at}"), *fee, 10, "0.5")).collect();
            let used = months(date(2025, 1, 1), &used);
            let ranking = rank(&offers[0], &offers, &used, TODAY).unwrap();
            prop_assert_eq!(&rank(&offers[0], offers.iter().rev(), &used, TODAY).unwrap(), &ranking);
            let least = fees.iter().min().unwrap();
            let months = i64::try_from(used.len()).unwrap();
            prop_assert_eq!(ranking.best_saving(), (fees[0] - least) * months);
            prop_assert_eq!(ranking.is_cheapest(), fees.len() > 1 && fees[0] == *least);
        }
    }
}
