//! One line of a bill: a charge model, a usage and limits make a price that explains itself.

use crate::decimal::Decimal;
use crate::fields::Fields;

use super::usage::Earlier;
use super::{
    AlreadyBilled, ChargeModel, CheaperWithMore, Explanation, Percentage, PricingError, Reason, SpendLimits, Step,
    Transactions, Usage,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub model: ChargeModel,
    pub usage: Usage,
    pub limits: SpendLimits,
    pub already_billed: Option<AlreadyBilled>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Exact. Below zero where more was billed before in the period than the whole of it costs: money back.
    pub amount: Decimal,
    pub explanation: Explanation,
}

impl Line {
    pub fn new(model: ChargeModel, usage: Usage) -> Self {
        Self { model, usage, limits: SpendLimits::default(), already_billed: None }
    }

    /// Reads the fields of a line as `candor price` takes them; others, `id` among them, are left alone.
    pub fn read(fields: &Fields<'_>) -> Result<Self, PricingError> {
        let properties = fields.object("properties")?;
        let currency = fields.text("currency")?;
        Ok(Self {
            model: ChargeModel::read(&fields.required_text("charge_model")?, properties.as_ref())?,
            usage: Usage::read(fields, currency.as_deref())?,
            limits: SpendLimits::read(fields)?,
            already_billed: AlreadyBilled::read(fields, currency.as_deref())?,
        })
    }

    /// The exact price, with its reasons.
    ///
    /// What was already billed counts into tiers, packages, allowances and limits: the whole period is priced and what was billed is
    /// taken off. A period in two parts therefore comes to the same money as in one, and a flat amount is due once (OpenMeter's
    /// reading; billing each part alone would charge the flat amounts, the first tier and the minimum again).
    pub fn price(&self) -> Result<Price, PricingError> {
        let steps = self.steps(self.usage.clone())?;
        let amount = Explanation::total(&steps)?;
        // A price stands without its hint: the larger quantity may cost more digits than can be kept.
        let cheaper_with_more = self.cheaper_with_more(amount).unwrap_or(None);
        Ok(Price { amount, explanation: Explanation { steps, cheaper_with_more } })
    }

    fn steps(&self, usage: Usage) -> Result<Vec<Step>, PricingError> {
        let Some(billed) = &self.already_billed else {
            let mut steps = self.model.steps(&usage)?;
            self.limits.apply(&mut steps)?;
            return Ok(steps);
        };
        let mut steps = if self.model.is_of_the_total_alone() || are_of_a_kind(&billed.usage, &usage) {
            self.model.steps(&usage.after(&billed.usage)?)?
        } else {
            self.steps_after_unknown(billed, &usage)?
        };
        self.limits.apply(&mut steps)?;
        steps.push(Step::new(Reason::AlreadyBilled { units: billed.usage.units }, billed.amount.negated()));
        Ok(steps)
    }

    /// Where the earlier transactions are not known their amount is taken as billed. That is exact unless free events may be left or
    /// the minimum may have topped the earlier amount up; then they are asked for.
    fn steps_after_unknown(&self, billed: &AlreadyBilled, usage: &Usage) -> Result<Vec<Step>, PricingError> {
        let asked = |why: &str| Err(PricingError::field("already_billed.transactions", format!("is missing: {why}")));
        let count = billed.usage.transactions.count();
        if let (ChargeModel::Percentage(Percentage { free_units_per_events: Some(_), .. }), None) = (&self.model, count)
        {
            return asked("how many free events are left depends on it");
        }
        if self.limits.minimum.is_some_and(|minimum| !minimum.is_zero() && minimum == billed.amount) {
            return asked("the amount billed equals the minimum, so what was used for it cannot be told");
        }
        let mut steps = vec![Step::new(Reason::EarlierInPeriod, billed.amount)];
        steps.extend(
            self.model.steps_after(usage, &Earlier { units: billed.usage.units, count: count.unwrap_or_default() })?,
        );
        Ok(steps)
    }

    /// The nearest larger quantity at which this line would cost less than `amount`.
    fn cheaper_with_more(&self, amount: Decimal) -> Result<Option<CheaperWithMore>, PricingError> {
        let (Some(tiers), None) = (self.model.falling_tiers(), self.usage.full_units) else {
            return Ok(None);
        };
        let earlier = self.already_billed.as_ref().map_or(Decimal::ZERO, |billed| billed.usage.units);
        let used = earlier.plus(self.usage.units)?;
        for tier in tiers.iter() {
            let units = tier.first_quantity()?;
            if units <= used {
                continue;
            }
            let there = Explanation::total(&self.steps(Usage::of(units.minus(earlier)?))?)?;
            if there < amount {
                return Ok(Some(CheaperWithMore {
                    more: units.minus(used)?,
                    units,
                    amount: there,
                    saves: amount.minus(there)?,
                }));
            }
        }
        Ok(None)
    }
}

/// Whether both uses know their transactions equally well, so that they can be priced as one.
fn are_of_a_kind(earlier: &Usage, later: &Usage) -> bool {
    matches!(
        (&earlier.transactions, &later.transactions),
        (Transactions::Listed(_), Transactions::Listed(_)) | (Transactions::Counted(_), Transactions::Counted(_))
    )
}

/// The amount of a line of JSON, or the words of its error.
#[cfg(test)]
pub(super) fn price_of(json: &str) -> Result<String, String> {
    let fields = Fields::read("", json).map_err(|error| error.to_string())?;
    let price = Line::read(&fields).and_then(|line| line.price()).map_err(|error| error.to_string())?;
    Ok(price.amount.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(json: &str) -> Price {
        Line::read(&Fields::read("", json).unwrap()).unwrap().price().unwrap()
    }

    fn refused(json: &str) -> String {
        price_of(json).unwrap_err()
    }

    const GRADUATED: &str = r#"{"graduated_ranges": [
        {"from_value": 0, "to_value": 10, "per_unit_amount": "10", "flat_amount": "2"},
        {"from_value": 11, "to_value": null, "per_unit_amount": "5", "flat_amount": "3"}]}"#;
    const VOLUME: &str = r#"{"volume_ranges": [
        {"from_value": 0, "to_value": 100, "per_unit_amount": "2", "flat_amount": "10"},
        {"from_value": 101, "to_value": null, "per_unit_amount": "1", "flat_amount": "0"}]}"#;

    fn line(model: &str, properties: &str, rest: &str) -> String {
        format!(r#"{{"charge_model": "{model}", "properties": {properties}, {rest}}}"#)
    }

    #[test]
    fn a_price_tells_its_steps_tier_by_tier() {
        let price = explained(&line("graduated", GRADUATED, r#""units": 12.5"#));
        let words: Vec<String> =
            price.explanation.steps.iter().map(|step| format!("{} = {}", step.reason, step.amount)).collect();
        assert_eq!(
            words,
            [
                "Tier 1 (up to 10): 10 × 10 = 100",
                "Tier 1: flat amount, once = 2",
                "Tier 2 (above 10): 2.5 × 5 = 12.5",
                "Tier 2: flat amount, once = 3"
            ]
        );
        assert_eq!(price.amount.to_string(), "117.5");
    }

    #[test]
    fn a_price_says_where_one_more_unit_makes_the_bill_smaller() {
        let hint = |units: &str| {
            let hint =
                explained(&line("volume", VOLUME, &format!(r#""units": {units}"#))).explanation.cheaper_with_more;
            hint.map(|hint| hint.to_string())
        };
        assert_eq!(hint("100").as_deref(), Some("With 1 more, 101 in all, this would be 101: 109 less"));
        assert_eq!(hint("60").as_deref(), Some("With 41 more, 101 in all, this would be 101: 29 less"));
        assert_eq!(hint("40"), None);
        assert_eq!(hint("101"), None);
    }

    #[test]
    fn the_hint_counts_what_was_billed_before_and_the_limits() {
        let billed = r#""units": 40, "already_billed": {"units": 60, "amount": "130"}"#;
        let price = explained(&line("volume", VOLUME, billed));
        assert_eq!(price.amount.to_string(), "80");
        let hint = price.explanation.cheaper_with_more.unwrap();
        assert_eq!(
            (hint.more.to_string(), hint.units.to_string(), hint.amount.to_string()),
            ("1".into(), "101".into(), "-29".into())
        );
        let capped = explained(&line("volume", VOLUME, r#""units": 100, "maximum": 101"#));
        assert_eq!(capped.explanation.cheaper_with_more, None);
    }

    #[test]
    fn limits_hold_for_the_whole_period() {
        let amount = |rest: &str| price_of(&line("standard", r#"{"amount": "0.1"}"#, rest)).unwrap();
        assert_eq!(amount(r#""units": 10, "minimum": 5"#), "5");
        assert_eq!(amount(r#""units": 10, "minimum": 1"#), "1");
        assert_eq!(amount(r#""units": 0, "minimum": 5"#), "5");
        assert_eq!(amount(r#""units": 1000, "maximum": "20.5""#), "20.5");
        assert_eq!(amount(r#""units": 100, "minimum": 5, "already_billed": {"units": 10, "amount": 5}"#), "6");
        assert_eq!(amount(r#""units": 100, "maximum": 5, "already_billed": {"units": 40, "amount": 4}"#), "1");
        assert_eq!(amount(r#""units": 100, "maximum": 5, "already_billed": {"units": 60, "amount": 5}"#), "0");
    }

    #[test]
    fn a_flat_amount_is_due_once_in_a_period_that_is_split() {
        let amount = |rest: &str| price_of(&line("graduated", GRADUATED, rest)).unwrap();
        assert_eq!(amount(r#""units": 0"#), "2");
        assert_eq!(amount(r#""units": 12, "already_billed": {"units": 0, "amount": 2}"#), "113");
        assert_eq!(amount(r#""units": 12"#), "115");
    }

    #[test]
    fn more_billed_than_the_whole_costs_is_money_back() {
        assert_eq!(
            price_of(&line("volume", VOLUME, r#""units": 1, "already_billed": {"units": 100, "amount": 210}"#))
                .unwrap(),
            "-109"
        );
    }

    #[test]
    fn free_events_are_counted_on_from_the_earlier_part() {
        let terms =
            r#"{"rate": 1.3, "fixed_amount": 2, "free_units_per_events": 3, "free_units_per_total_aggregation": 250}"#;
        let amount = |rest: &str| price_of(&line("percentage", terms, rest));
        assert_eq!(amount(r#""units": 800, "transactions": [50, 100, 250, 400]"#).unwrap(), "11.15");
        assert_eq!(amount(r#""units": 150, "transactions": [50, 100]"#).unwrap(), "0");
        let rest = r#""units": 650, "transactions": [250, 400], "already_billed": {"units": 150, "amount": 0"#;
        assert_eq!(amount(&format!(r#"{rest}, "transactions": 2}}"#)).unwrap(), "11.15");
        assert_eq!(amount(&format!(r#"{rest}, "transactions": [50, 100]}}"#)).unwrap(), "11.15");
        assert_eq!(
            amount(&format!("{rest}}}")).unwrap_err(),
            "already_billed.transactions is missing: how many free events are left depends on it"
        );
    }

    #[test]
    fn an_amount_topped_up_to_the_minimum_does_not_hide_what_was_used() {
        let terms = r#"{"rate": 1, "fixed_amount": 1}"#;
        let rest = r#""units": 500, "transactions": [500], "minimum": 5, "already_billed": {"units": 100, "amount": 5"#;
        assert!(
            refused(&line("percentage", terms, &format!("{rest}}}")))
                .starts_with("already_billed.transactions is missing")
        );
        assert_eq!(price_of(&line("percentage", terms, &format!(r#"{rest}, "transactions": [100]}}"#))).unwrap(), "3");
    }

    #[test]
    fn a_mistake_is_refused_in_words() {
        for (json, words) in [
            (
                line("tiered", "{}", r#""units": 1"#),
                "charge_model tiered is not known; known are standard, graduated, volume, package, percentage, graduated_percentage and dynamic",
            ),
            (r#"{"units": 1}"#.to_owned(), "charge_model is missing"),
            (r#"{"charge_model": "standard", "units": 1}"#.to_owned(), "properties is missing"),
            (line("standard", "{}", r#""units": 1"#), "properties.amount is missing"),
            (
                line("standard", r#"{"amount": 1, "free_unit": 3}"#, r#""units": 1"#),
                "properties.free_unit is not a field that is known here",
            ),
            (
                line("standard", r#"{"amount": "ten"}"#, r#""units": 1"#),
                "properties.amount is not a decimal number: ten",
            ),
            (line("standard", r#"{"amount": 1}"#, r#""units": -3"#), "units must not be below zero, but is -3"),
            (line("standard", r#"{"amount": 1}"#, r#""minimum": 3"#), "units is missing"),
            (
                line("standard", r#"{"amount": 1}"#, r#""units": 1, "minimum": 3, "maximum": 2"#),
                "minimum is 3, above the maximum 2",
            ),
            (
                line("standard", r#"{"amount": "99999999999999999999"}"#, r#""units": 99999999999999999999"#),
                "the exact result needs more than 38 digits, so it was not computed",
            ),
        ] {
            assert_eq!(refused(&json), words, "{json}");
        }
    }
}
