//! A percentage of money moved, with free allowances, a fixed amount and limits for each transaction.

use crate::decimal::{Decimal, TooManyDigits};
use crate::fields::Fields;

use super::usage::Earlier;
use super::{PricingError, Reason, Step, Transaction, Transactions, Usage};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Percentage {
    /// In percent: 1.3 is 1.3 %.
    pub rate: Decimal,
    /// For each transaction that is not free.
    pub fixed_amount: Decimal,
    /// `None` and 0 both mean that no transaction is free by its number.
    pub free_units_per_events: Option<u64>,
    /// Zero where there is none.
    pub free_units_per_total_aggregation: Decimal,
    pub per_transaction_min_amount: Option<Decimal>,
    pub per_transaction_max_amount: Option<Decimal>,
}

impl Percentage {
    pub fn read(properties: &Fields<'_>) -> Result<Self, PricingError> {
        let percentage = Self {
            rate: properties.required_amount("rate")?,
            fixed_amount: properties.amount("fixed_amount")?.unwrap_or_default(),
            free_units_per_events: properties.count("free_units_per_events")?.filter(|count| *count > 0),
            free_units_per_total_aggregation: properties
                .amount("free_units_per_total_aggregation")?
                .unwrap_or_default(),
            per_transaction_min_amount: properties.amount("per_transaction_min_amount")?,
            per_transaction_max_amount: properties.amount("per_transaction_max_amount")?,
        };
        match (percentage.per_transaction_min_amount, percentage.per_transaction_max_amount) {
            (Some(least), Some(most)) if least > most => Err(properties
                .error("per_transaction_min_amount", format!("is {least}, above the per_transaction_max_amount {most}"))
                .into()),
            _ => Ok(percentage),
        }
    }

    /// Whether the price is a matter of the total alone, so that neither number nor order of transactions changes it.
    pub fn is_of_the_total_alone(&self) -> bool {
        self.fixed_amount.is_zero()
            && self.free_units_per_events.is_none()
            && self.per_transaction_min_amount.is_none()
            && self.per_transaction_max_amount.is_none()
    }

    /// Whether each transaction is priced by itself, so that their order does not change the price.
    pub fn is_by_transaction_alone(&self) -> bool {
        self.free_units_per_events.is_none() && self.free_units_per_total_aggregation.is_zero()
    }

    /// The steps for `usage` that follows on `earlier` use of the same period, which has used up the allowances first.
    ///
    /// Both allowances at once end at whichever limit is reached first (Lago's words; its branch with limits per transaction goes on
    /// while either is left). A transaction that lies wholly within the allowance pays neither fixed amount nor minimum, also where
    /// it uses the free amount up to the last cent: Lago charges there, we read it for the customer.
    pub fn steps(&self, usage: &Usage, earlier: &Earlier) -> Result<Vec<Step>, PricingError> {
        if usage.units.is_zero() {
            return Ok(vec![Step::new(Reason::NothingUsed, Decimal::ZERO)]);
        }
        let free =
            self.free_units_per_total_aggregation.minus(self.free_units_per_total_aggregation.min(earlier.units))?;
        match &usage.transactions {
            Transactions::Listed(list) => self.steps_of_list(list, usage.units, free, earlier.count),
            _ if self.is_of_the_total_alone() => self.steps_of_total(usage.units, free),
            Transactions::Counted(count) if self.needs_only_the_count() => self.steps_of_count(*count, usage.units),
            _ => Err(PricingError::field(
                "transactions",
                "must list the amount of each transaction: a fixed amount, free events or limits for each transaction depend on them",
            )),
        }
    }

    fn needs_only_the_count(&self) -> bool {
        self.is_by_transaction_alone()
            && self.per_transaction_min_amount.is_none()
            && self.per_transaction_max_amount.is_none()
    }

    fn steps_of_total(&self, units: Decimal, free: Decimal) -> Result<Vec<Step>, PricingError> {
        let free = units.min(free);
        Ok(self.in_steps(&Walk { free, charged: units.minus(free)?, ..Walk::default() })?)
    }

    fn steps_of_count(&self, count: u64, units: Decimal) -> Result<Vec<Step>, PricingError> {
        Ok(self.in_steps(&Walk { charged: units, charged_count: count, ..Walk::default() })?)
    }

    fn steps_of_list(
        &self,
        list: &[Transaction],
        units: Decimal,
        free: Decimal,
        before: u64,
    ) -> Result<Vec<Step>, PricingError> {
        if let Some(index) = list.iter().position(|one| one.amount.is_negative()) {
            let problem =
                format!("is {}: a refund is a credit, not a transaction to take a percentage of", list[index].amount);
            return Err(PricingError::field(format!("transactions[{index}]"), problem));
        }
        let total = Decimal::sum(list.iter().map(|one| one.amount))?;
        if total != units {
            return Err(PricingError::field("units", format!("is {units}, but the transactions sum to {total}")));
        }
        let mut walk = Walk { free_left: free, ..Walk::default() };
        for (index, transaction) in list.iter().enumerate() {
            walk.take(self, before.saturating_add(index as u64), transaction.amount)?;
        }
        Ok(self.in_steps(&walk)?)
    }

    fn in_steps(&self, walk: &Walk) -> Result<Vec<Step>, TooManyDigits> {
        let mut steps = Vec::new();
        if walk.free_count > 0 {
            steps.push(Step::new(Reason::FreeTransactions { count: walk.free_count }, Decimal::ZERO));
        }
        if !walk.free.is_zero() {
            steps.push(Step::new(Reason::FreeUnits { units: walk.free }, Decimal::ZERO));
        }
        steps.push(Step::new(Reason::Rate { of: walk.charged, rate: self.rate }, walk.charged.percent(self.rate)?));
        if !self.fixed_amount.is_zero() {
            let reason = Reason::FixedPerTransaction { count: walk.charged_count, fixed: self.fixed_amount };
            steps.push(Step::new(reason, self.fixed_amount.times(walk.charged_count.into())?));
        }
        if let (Some(minimum), 1..) = (self.per_transaction_min_amount, walk.raised_count) {
            steps.push(Step::new(Reason::RaisedPerTransaction { count: walk.raised_count, minimum }, walk.raised_by));
        }
        if let (Some(maximum), 1..) = (self.per_transaction_max_amount, walk.capped_count) {
            steps.push(Step::new(
                Reason::CappedPerTransaction { count: walk.capped_count, maximum },
                walk.capped_by.negated(),
            ));
        }
        Ok(steps)
    }
}

/// What has been met on the way through the transactions, in order.
#[derive(Default)]
struct Walk {
    free_left: Decimal,
    free: Decimal,
    free_count: u64,
    charged: Decimal,
    charged_count: u64,
    raised_by: Decimal,
    raised_count: u64,
    capped_by: Decimal,
    capped_count: u64,
}

impl Walk {
    fn take(&mut self, terms: &Percentage, index: u64, amount: Decimal) -> Result<(), TooManyDigits> {
        let has_free_amount = !terms.free_units_per_total_aggregation.is_zero();
        let is_within_events = terms.free_units_per_events.is_none_or(|events| index < events);
        let free = match (is_within_events, has_free_amount) {
            (true, true) => amount.min(self.free_left),
            (true, false) if terms.free_units_per_events.is_some() => amount,
            _ => Decimal::ZERO,
        };
        let is_free = is_within_events
            && free == amount
            && if has_free_amount { !self.free_left.is_zero() } else { terms.free_units_per_events.is_some() };
        self.free = self.free.plus(free)?;
        self.free_left = if has_free_amount { self.free_left.minus(free)? } else { Decimal::ZERO };
        if is_free {
            self.free_count += 1;
            return Ok(());
        }
        let charged = amount.minus(free)?;
        let price = charged.percent(terms.rate)?.plus(terms.fixed_amount)?;
        self.charged = self.charged.plus(charged)?;
        self.charged_count += 1;
        match (terms.per_transaction_min_amount, terms.per_transaction_max_amount) {
            (Some(minimum), _) if price < minimum => {
                self.raised_by = self.raised_by.plus(minimum.minus(price)?)?;
                self.raised_count += 1;
            }
            (_, Some(maximum)) if price > maximum => {
                self.capped_by = self.capped_by.plus(price.minus(maximum)?)?;
                self.capped_count += 1;
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::pricing::line::price_of;

    fn price(properties: &str, rest: &str) -> Result<String, String> {
        price_of(&format!(r#"{{"charge_model": "percentage", "properties": {{{properties}}}, {rest}}}"#))
    }

    #[test]
    fn allowances_end_at_whichever_limit_is_reached_first() {
        let four = r#""units": 800, "transactions": ["50", "100", "250", "400"]"#;
        for (allowance, expected) in [
            (r#""free_units_per_events": 3, "free_units_per_total_aggregation": "250""#, "11.15"),
            (r#""free_units_per_events": null, "free_units_per_total_aggregation": "250""#, "11.15"),
            (r#""free_units_per_events": 3"#, "7.2"),
            (r#""free_units_per_events": 3, "free_units_per_total_aggregation": "500""#, "7.2"),
            (r#""free_units_per_events": 0, "free_units_per_total_aggregation": 0"#, "18.4"),
            (r#""free_units_per_events": 5"#, "0"),
        ] {
            assert_eq!(
                price(&format!(r#""rate": 1.3, "fixed_amount": "2", {allowance}"#), four).as_deref(),
                Ok(expected),
                "{allowance}"
            );
        }
    }

    #[test]
    fn each_transaction_has_its_own_least_and_most() {
        let three = r#""units": 10090, "transactions": [10, 80, 10000]"#;
        let limits = r#""rate": 2.99, "per_transaction_min_amount": 1.75, "per_transaction_max_amount": 12"#;
        for (terms, expected) in [
            (limits.to_owned(), "16.142"),
            (format!(r#"{limits}, "fixed_amount": 2"#), "18.691"),
            (format!(r#"{limits}, "free_units_per_events": 2"#), "12"),
            (format!(r#"{limits}, "free_units_per_total_aggregation": 30"#), "13.794"),
            (format!(r#"{limits}, "free_units_per_events": 3, "free_units_per_total_aggregation": 10000"#), "2.691"),
            (r#""rate": 2.99"#.to_owned(), "301.691"),
        ] {
            assert_eq!(price(&terms, three).as_deref(), Ok(expected), "{terms}");
        }
    }

    #[test]
    fn a_transaction_that_uses_the_free_amount_to_the_last_cent_is_free() {
        let terms =
            r#""rate": 1, "fixed_amount": 2, "per_transaction_min_amount": 3, "free_units_per_total_aggregation": 100"#;
        assert_eq!(price(terms, r#""units": 100, "transactions": [40, 60]"#).as_deref(), Ok("0"));
        assert_eq!(price(terms, r#""units": 100, "transactions": [40, 60, 0]"#).as_deref(), Ok("3"));
    }

    #[test]
    fn the_number_of_transactions_is_enough_for_a_fixed_amount() {
        assert_eq!(price(r#""rate": 0, "fixed_amount": 2"#, r#""units": 800, "transactions": 4"#).as_deref(), Ok("8"));
        assert_eq!(price(r#""rate": 2.9"#, r#""units": 4"#).as_deref(), Ok("0.116"));
        assert_eq!(
            price(r#""rate": 10, "free_units_per_total_aggregation": 30"#, r#""units": 100"#).as_deref(),
            Ok("7")
        );
    }

    #[test]
    fn nothing_used_costs_nothing() {
        assert_eq!(price(r#""rate": 1.3, "fixed_amount": 2"#, r#""units": 0, "transactions": 4"#).as_deref(), Ok("0"));
    }

    #[test]
    fn a_price_that_depends_on_transactions_is_not_guessed_without_them() {
        for (terms, rest, words) in [
            (
                r#""rate": 1, "fixed_amount": 2"#,
                r#""units": 8"#,
                "transactions must list the amount of each transaction",
            ),
            (
                r#""rate": 1, "per_transaction_max_amount": 2"#,
                r#""units": 8, "transactions": 2"#,
                "transactions must list",
            ),
            (r#""rate": 1"#, r#""units": 8, "transactions": [1, 2]"#, "units is 8, but the transactions sum to 3"),
            (r#""rate": 1"#, r#""units": 8, "transactions": [10, -2]"#, "transactions[1] is -2: a refund is a credit"),
            (r#""rate": 1"#, r#""units": 8, "transactions": [true]"#, "transactions[0] must be a number, but is true"),
            (
                r#""rate": 1, "per_transaction_min_amount": 3, "per_transaction_max_amount": 2"#,
                r#""units": 8"#,
                "above the per_transaction_max",
            ),
            (
                r#""rate": 1, "free_units_per_events": 1.5"#,
                r#""units": 8"#,
                "properties.free_units_per_events must be a whole number",
            ),
        ] {
            let error = price(terms, rest).unwrap_err();
            assert!(error.contains(words), "{terms}: {error}");
        }
    }
}
