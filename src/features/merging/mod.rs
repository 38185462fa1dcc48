//! Two customers who turn out to be one: what is kept of the one goes to the other, and the old id still finds them.

pub mod service;
mod store;
#[cfg(test)]
mod tests;

use crate::ui::count;

/// What came of bringing one customer into another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The name of the customer who stays.
    pub into: String,
    /// Bills that both had, and that are one now.
    pub bills_in_both: usize,
    /// Bills whose number the other had for another bill, with the number that each has now.
    pub renamed: Vec<(String, String)>,
}

impl Merged {
    /// What was done with the customer whose id was `gone`.
    pub fn words(&self, gone: &str) -> String {
        let mut words = format!("everything of {gone} is {}'s now", self.into);
        if self.bills_in_both > 0 {
            words.push_str(&format!(
                "; {} stood with both and stand once",
                count(i64::try_from(self.bills_in_both).unwrap_or(i64::MAX), "bill", "bills")
            ));
        }
        for (number, renamed) in &self.renamed {
            words.push_str(&format!("; bill {number} is called {renamed}, for {} has another {number}", self.into));
        }
        words
    }
}
