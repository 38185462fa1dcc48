//! Why we say that another size fits: what is bought, what is needed, how sure that is, and every month.

use jiff::civil::Date;

use super::Sizing;
use crate::{
    evidence::{Evidence, Value},
    percent::Percent,
};

impl Sizing<'_> {
    /// As it is kept with a notice of kind `right_size`; `switching_cost` is in minor units. The amount of each step is
    /// what that month would have saved, that of the last one what all of them would have.
    pub fn evidence(&self, switching_cost: Option<i64>, today: Date) -> Evidence {
        let mut evidence = Evidence { says: self.need.terms.words(), ..Evidence::default() };
        let units = |units| Value::Text(format!("{units} {} a month", self.need.meter));
        evidence.fact("Your plan", Value::Text(self.comparison.current.full_name()));
        evidence.fact("It includes", units(self.need.bought));
        evidence.fact("You need, room included", units(self.need.needed));
        evidence.fact("What you do not use of it", Value::Percent(tenths(self.need.unused)));
        evidence.fact("The other size", Value::Text(self.comparison.other.full_name()));
        evidence.fact("That includes", units(self.other_allowance));
        evidence.fact("Share of the months with readings", Value::Percent(tenths(self.need.coverage())));
        let seasons = if self.need.covers_all_seasons() { "yes" } else { "no" };
        evidence.fact("The months cover a whole year", Value::Text(seasons.to_owned()));
        let confidence = Value::Percent(self.need.confidence_percent(&self.comparison.totals()).to_string());
        evidence.fact("Months in which it would not have cost more", confidence);
        self.comparison.add_comparison(&mut evidence, self.need.terms.look_back_months.into(), switching_cost, today);
        evidence
    }
}

/// `65.2`, rounded down to a tenth of a percent.
fn tenths(percent: Percent) -> String {
    Percent { millionths: percent.millionths.div_euclid(1_000) * 1_000 }.to_string()
}

#[cfg(test)]
mod tests {
    use crate::{
        evidence::Value,
        offer::samples::{gb, months},
        right_size::{SizingTerms, size},
    };
    use jiff::civil::date;

    #[test]
    fn the_evidence_states_terms_coverage_and_the_months_against_it() {
        let (large, small) = (gb("large", 3_500, 10, "5"), gb("small", 2_000, 5, "5"));
        let used = months(date(2025, 11, 1), &[3, 4, 2, 3, 4, 3, 3, 4, 2, 3, 9, 4]);
        let sizing = size(&large, &small, &used, "gb", &SizingTerms::default()).unwrap();
        let evidence = sizing.evidence(Some(0), date(2026, 11, 22));
        let has = |name: &str, value: Value| {
            assert!(evidence.facts.iter().any(|fact| fact.name == name && fact.value == value), "{name}: {evidence:?}");
        };
        has("It includes", Value::Text("10 gb a month".to_owned()));
        has("You need, room included", Value::Text("10.8 gb a month".to_owned()));
        has("What you do not use of it", Value::Percent("63.3".to_owned()));
        has("Months that would have cost more", Value::Text("September 2026".to_owned()));
        has("Months in which it would not have cost more", Value::Percent("91".to_owned()));
        assert!(evidence.says.contains("with 20 % of room on top"), "{}", evidence.says);
        assert_eq!(evidence.steps[10].words, "September 2026: €35.00 now, €40.00 there");
        assert_eq!(evidence.steps.last().map(|step| step.amount.minor), Some(16_000));
    }
}
