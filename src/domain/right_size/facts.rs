//! What a rule about the size of a plan may ask.

use super::{Need, SizeChange, Sizing};
use crate::{
    comparison::{OfferFacts, Switching},
    decimal::Decimal,
    money::Currency,
    percent::Percent,
    rule::{Fact, Subject, Value},
    told::Told,
};

/// Another size beside the one that is bought, as rules ask about it. Units are counted whole: what is bought rounded down,
/// what is needed rounded up.
#[derive(Clone, Copy, Debug)]
pub struct SizeFacts<'a> {
    /// Its totals are of the months with readings of the meter.
    pub offer: OfferFacts<'a>,
    pub need: &'a Need,
    pub change: SizeChange,
}

impl Subject for SizeFacts<'_> {
    fn currency(&self) -> Currency {
        self.offer.currency()
    }

    fn value(&self, fact: Fact) -> Option<Value> {
        let need = self.need;
        match fact {
            Fact::SizeChange => Some(Value::Text(self.change.name().to_owned())),
            Fact::UnitsBought => Some(Value::Count(whole_below(need.bought))),
            Fact::UnitsNeeded => Some(Value::Count(whole_above(need.needed))),
            Fact::UnusedPercent => Some(Value::Percent(need.unused)),
            Fact::CoveragePercent => Some(Value::Percent(need.coverage())),
            Fact::ConfidencePercent => {
                let percent = need.confidence_percent(&self.offer.totals?);
                Some(Value::Percent(Percent { millionths: percent * 10_000 }))
            }
            Fact::CoversAllSeasons => Some(Value::YesNo(need.covers_all_seasons())),
            _ => self.offer.value(fact),
        }
    }
}

impl Sizing<'_> {
    /// As rules ask about it.
    pub fn asked(&self, switching: Switching, told: Told) -> SizeFacts<'_> {
        SizeFacts { offer: self.comparison.asked(None, switching, told), need: &self.need, change: self.change }
    }
}

fn whole_below(units: Decimal) -> i64 {
    let (digits, scale) = units.parts();
    i64::try_from(digits.div_euclid(10_i128.pow(scale.into()))).unwrap_or(i64::MAX)
}

fn whole_above(units: Decimal) -> i64 {
    whole_below(units).saturating_add(i64::from(units.parts().1 > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        notice::NoticeKind,
        offer::samples::{gb, months},
        right_size::{SizingTerms, size},
        rule::Rule,
    };
    use jiff::civil::date;

    #[test]
    fn every_fact_a_right_size_rule_may_ask_is_there() {
        let (large, small) = (gb("large", 3_500, 10, "5"), gb("small", 2_000, 5, "5"));
        let used = months(date(2025, 11, 1), &[3, 4, 2, 3, 4, 3, 3, 4, 2, 3, 7, 4]);
        let sizing = size(&large, &small, &used, "gb", &SizingTerms::default()).unwrap();
        let told = Told { today: date(2026, 11, 22), days_since: Some(30), times: 1 };
        let facts = sizing.asked(Switching::FREE, told).facts(NoticeKind::RightSize);
        for fact in NoticeKind::RightSize.facts() {
            assert!(facts.get(fact).is_some(), "{fact} is missing");
        }
        for (fact, value) in [
            (Fact::SizeChange, Value::Text("smaller".to_owned())),
            (Fact::UnitsBought, Value::Count(10)),
            (Fact::UnitsNeeded, Value::Count(9)),
            (Fact::UnusedPercent, Value::Percent("65".parse().unwrap())),
            (Fact::ConfidencePercent, Value::Percent("100".parse().unwrap())),
            (Fact::MonthsDearer, Value::Count(0)),
            (Fact::Saving, Value::Money(17_000)),
        ] {
            assert_eq!(facts.get(fact), Some(&value), "{fact}");
        }
        assert!(Rule::usual(NoticeKind::RightSize).condition.holds(&facts));
    }

    #[test]
    fn units_are_counted_whole_on_the_safe_side() {
        let units = |text: &str| -> Decimal { text.parse().unwrap() };
        assert_eq!((whole_below(units("9.9")), whole_above(units("8.4"))), (9, 9));
        assert_eq!((whole_below(units("10")), whole_above(units("10"))), (10, 10));
    }
}
