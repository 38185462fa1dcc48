//! Customers: who they are, what they owe and what they wait for.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{money::Money, notice::NoticeKind},
    features::{
        billing::OpenDispute,
        bills::BillLine,
        notes::{LastWords, StaffNotes},
        notices::ToldNotice,
        requests::{Ask, ToAnswer},
    },
    ui::Page,
};

pub mod api;
#[cfg(feature = "ssr")]
mod folding;
#[cfg(feature = "ssr")]
pub mod service;
pub mod staff;
#[cfg(feature = "ssr")]
mod store;

/// How the list is ordered. What customers are worth is not among the ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum By {
    #[default]
    Name,
    Open,
    NextDue,
    LateSince,
}

/// An order as the address says it: `name`, or `-name` the other way round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub by: By,
    pub is_reversed: bool,
}

/// One page of the customers that were looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerList {
    pub customers: Vec<CustomerLine>,
    pub page: Page,
    pub sought: String,
    pub order: Order,
    pub today: Date,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerLine {
    pub id: String,
    pub name: String,
    pub external_id: String,
    /// One amount for each currency.
    pub open: Vec<Money>,
    pub overdue: Vec<Money>,
    pub next_due: Option<Date>,
    /// What they should be told today.
    pub notices: Vec<NoticeKind>,
}

/// Everything staff see of one customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerSheet {
    pub id: String,
    pub external_id: String,
    pub name: String,
    pub preferred_name: Option<String>,
    pub email: Option<String>,
    /// Why this address refused our mail for good, in the words of the mail server.
    pub refused_mail: Option<String>,
    pub time_zone: String,
    pub country: Option<String>,
    /// The one to write to them in, by its own name.
    pub language: Option<String>,
    pub today: Date,
    pub open_bills: Vec<OpenBill>,
    pub disputes: Vec<OpenDispute>,
    pub to_answer: Vec<ToAnswer>,
    /// What was asked and answered before, the latest first.
    pub answered: Vec<Ask>,
    /// The latest first, a page of them on their own page.
    pub told: Vec<ToldNotice>,
    /// What they wrote last, in whichever thread.
    pub last_words: Option<LastWords>,
    pub told_page: Page,
    /// On their own page only.
    pub notes: StaffNotes,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBill {
    pub line: BillLine,
    /// The fee it draws unless it is paid in time, and the day of it.
    pub fee: Option<(Money, Date)>,
}

impl Order {
    /// The order an address asks for; by name where it says something else.
    pub fn from_address(text: &str) -> Self {
        let (is_reversed, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        let by = [By::Name, By::Open, By::NextDue, By::LateSince].into_iter().find(|by| by.name() == name);
        by.map(|by| Self { by, is_reversed }).unwrap_or_default()
    }

    pub fn address(self) -> String {
        format!("{}{}", if self.is_reversed { "-" } else { "" }, self.by.name())
    }
}

impl By {
    pub fn name(self) -> &'static str {
        match self {
            By::Name => "name",
            By::Open => "open",
            By::NextDue => "due",
            By::LateSince => "late",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_is_written() {
        for text in ["name", "-name", "open", "-open", "due", "-due", "late", "-late"] {
            assert_eq!(Order::from_address(text).address(), text);
        }
        assert_eq!(Order::from_address("spend"), Order::default());
    }
}
