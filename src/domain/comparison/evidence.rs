//! Why we say that another plan would have cost less: both plans, the months and the arithmetic.

use jiff::civil::Date;

use super::{ComparedMonth, Comparison};
use crate::{
    coverage::PartRead,
    evidence::{Evidence, Value},
    money::Money,
    month,
};

/// The rule in plain words.
pub const SAYS: &str = "we price your own use of each month on your plan and on the other plans open to you, with \
                    everything above an allowance included. Months of which fewer than 75 % of the days were read are \
                    left out, and where these are more than a quarter we advise nothing. We tell you also where some \
                    months would have cost more.";

impl Comparison<'_> {
    /// As it is kept with a notice of kind `better_price`. `looked_back` is how many months were looked at, with or
    /// without readings; `switching_cost` is in minor units. The amount of each step is
    /// what that month would have saved, that of the last one what all of them would have.
    pub fn evidence(&self, looked_back: i64, switching_cost: Option<i64>, today: Date) -> Evidence {
        let mut evidence = Evidence { says: SAYS.to_owned(), ..Evidence::default() };
        evidence.fact("Your plan", Value::Text(self.current.full_name()));
        evidence.fact("The other plan", Value::Text(self.other.full_name()));
        self.add_comparison(&mut evidence, looked_back, switching_cost, today);
        evidence
    }

    /// The facts and steps that every comparison has.
    pub(crate) fn add_comparison(
        &self,
        evidence: &mut Evidence,
        looked_back: i64,
        switching_cost: Option<i64>,
        today: Date,
    ) {
        let compared = format!("{} of {looked_back}", self.months_compared());
        evidence.fact("Months with readings", Value::Text(compared));
        if !self.part_read.is_empty() {
            evidence.fact("Months left out", Value::Text(self.part_read_words()));
        }
        evidence.fact("Months that would have cost more", Value::Text(self.dearer_words()));
        evidence.fact("In all now", Value::Money(self.money(self.now)));
        evidence.fact("In all there", Value::Money(self.money(self.there)));
        if let Some(cost) = switching_cost {
            evidence.fact("Changing costs", Value::Money(self.money(cost)));
        }
        evidence.fact("Day we looked", Value::Date(today));
        for month in &self.months {
            evidence.step(self.month_words(month), self.money(month.now.saturating_sub(month.there)));
        }
        let all = format!("In all: {} now, {} there", self.money(self.now), self.money(self.there));
        evidence.step(all, self.money(self.saving()));
    }

    /// `March 2026: €24.00 now, €19.50 there`
    fn month_words(&self, line: &ComparedMonth) -> String {
        let (now, there) = (self.money(line.now), self.money(line.there));
        format!("{}: {now} now, {there} there", month::words(line.month))
    }

    /// `March 2026 (3 of 31 days were read)`
    fn part_read_words(&self) -> String {
        let words = |part: &PartRead| format!("{} ({part})", month::words(part.month));
        self.part_read.iter().map(words).collect::<Vec<_>>().join(", ")
    }

    fn dearer_words(&self) -> String {
        let months: Vec<String> = self.months_dearer().map(|line| month::words(line.month)).collect();
        if months.is_empty() { "none".to_owned() } else { months.join(", ") }
    }

    pub(crate) fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.current.currency)
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        comparison::compare,
        evidence::Value,
        offer::samples::{gb, months},
    };
    use jiff::civil::date;

    #[test]
    fn the_evidence_shows_every_month_and_ends_at_the_saving() {
        let (large, small) = (gb("large", 3_500, 10, "5"), gb("small", 2_000, 5, "5"));
        let used = months(date(2026, 2, 1), &[4, 9]);
        let comparison = compare(&large, &small, &used).unwrap();
        let evidence = comparison.evidence(12, Some(0), date(2026, 11, 22));
        let steps: Vec<_> = evidence.steps.iter().map(|step| format!("{} = {}", step.words, step.amount)).collect();
        assert_eq!(
            steps,
            [
                "February 2026: €35.00 now, €20.00 there = €15.00",
                "March 2026: €35.00 now, €40.00 there = -€5.00",
                "In all: €70.00 now, €60.00 there = €10.00"
            ]
        );
        let fact = |name: &str| evidence.facts.iter().find(|fact| fact.name == name).map(|fact| &fact.value);
        assert_eq!(fact("Months with readings"), Some(&Value::Text("2 of 12".to_owned())));
        assert_eq!(fact("Months that would have cost more"), Some(&Value::Text("March 2026".to_owned())));
    }
}
