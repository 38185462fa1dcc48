//! How a size is worked out: how far back, for which share of the months, with how much room, from how many readings.

use super::percentile::nearest_rank;
use crate::{
    comparison::count,
    coverage::FLOOR_PERCENT,
    decimal::{Decimal, TooManyDigits},
    percent::Percent,
    rule::{Setting, Settings},
};

/// Stated with every advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizingTerms {
    pub look_back_months: u32,
    /// The share of the months, in percent, that the size must be enough for; 1 to 100.
    pub percentile: u32,
    /// Room on top of that, in percent of it.
    pub headroom_percent: u32,
    /// The share of the look-back, in percent, that must have readings.
    pub coverage_floor_percent: u32,
}

impl Default for SizingTerms {
    /// A year, 95 % of its months, a fifth of room (AWS Compute Optimizer's, `worked-examples.md` P2), readings of
    /// three quarters of it (Oracle Opower's, P6).
    fn default() -> Self {
        Self { look_back_months: 12, percentile: 95, headroom_percent: 20, coverage_floor_percent: FLOOR_PERCENT }
    }
}

impl SizingTerms {
    /// As a rule of kind `right_size` sets them; the coverage floor is no setting.
    pub fn of(settings: &Settings) -> Self {
        let set = |setting| u32::try_from(settings.get(setting)).unwrap_or_default();
        Self {
            look_back_months: set(Setting::LookBackMonths),
            percentile: set(Setting::Percentile),
            headroom_percent: set(Setting::HeadroomPercent),
            ..Self::default()
        }
    }

    /// Units that are enough: the percentile of `used` by nearest rank, and the headroom as a share of that on top.
    /// Zero where nothing was read. AWS reads headroom as a share of the size, so that its 20 % of 40 needs 50: that is
    /// 25 % here.
    pub(super) fn needed(&self, used: &[Decimal]) -> Result<Decimal, TooManyDigits> {
        let enough = nearest_rank(used, self.percentile).unwrap_or_default();
        enough.plus(enough.percent(self.headroom_percent.into())?)
    }

    /// The share of the look-back that has readings, rounded down; never above the whole.
    pub fn coverage(&self, covered: usize) -> Percent {
        const WHOLE: i64 = 1_000_000;
        let millionths = count(covered).saturating_mul(WHOLE).checked_div(self.look_back_months.into());
        Percent { millionths: millionths.unwrap_or(0).min(WHOLE) }
    }

    pub(super) fn is_covered_by(&self, covered: usize) -> bool {
        covered > 0 && self.coverage(covered).millionths >= i64::from(self.coverage_floor_percent) * 10_000
    }

    /// As a customer reads them after "our rule says:".
    pub fn words(&self) -> String {
        let Self { look_back_months, percentile, headroom_percent, coverage_floor_percent } = self;
        format!(
            "we look back {look_back_months} months and take what is enough in {percentile} % of them, with \
             {headroom_percent} % of room on top. Each month is priced on both sizes, with everything above an \
             allowance included. Where fewer than {coverage_floor_percent} % of the months have readings we advise \
             nothing."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(headroom_percent: u32, used: &[&str]) -> String {
        let used: Vec<Decimal> = used.iter().map(|units| units.parse().unwrap()).collect();
        SizingTerms { headroom_percent, ..SizingTerms::default() }.needed(&used).unwrap().to_string()
    }

    /// Examples P2 (AWS: 40 of 100 needs 50 with a fifth of the size free) and P5 (ServiceNow: a peak of 3.99 GB fills
    /// at most 80 %, so of 4, 8 and 16 GB it is 8) of `worked-examples.md`.
    #[test]
    fn published_needs_come_out_with_room_on_top() {
        assert_eq!(needed(25, &["40"]), "50");
        assert_eq!(needed(20, &["40"]), "48");
        let memory: Decimal = needed(25, &["3.99"]).parse().unwrap();
        assert_eq!([4_u32, 8, 16].into_iter().find(|size| memory <= (*size).into()), Some(8));
        assert_eq!(needed(20, &[]), "0");
    }

    #[test]
    fn coverage_is_a_share_of_the_look_back() {
        let terms = SizingTerms::default();
        assert_eq!(terms.coverage(9).to_string(), "75");
        assert_eq!(terms.coverage(14).to_string(), "100");
        assert!(terms.is_covered_by(9) && !terms.is_covered_by(8) && !terms.is_covered_by(0));
        let none = SizingTerms { look_back_months: 0, ..terms };
        assert!(!none.is_covered_by(3));
    }

    #[test]
    fn a_rule_sets_what_it_names() {
        let terms = SizingTerms::of(&Settings::default());
        assert_eq!((terms.look_back_months, terms.percentile, terms.coverage_floor_percent), (12, 95, 75));
        assert_eq!(i64::from(terms.headroom_percent), Setting::HeadroomPercent.usual());
    }
}
