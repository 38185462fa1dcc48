//! One row as ours.

use jiff::civil::Date;

use super::states::PaymentState;
use crate::{
    bill::{BillKind, BillStatus},
    money::{Currency, Money},
};

/// What a row says, before anything is known of what is there already.
///
/// In optional fields `None` says that the file does not tell, and what is there stays. Amounts without a currency are
/// minor units of the row's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    Customer(CustomerRow),
    Plan(PlanRow),
    Subscription(SubscriptionRow),
    Usage(UsageRow),
    Invoice(InvoiceRow),
    Payment(PaymentRow),
    Credit(CreditRow),
    Competitor(CompetitorRow),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomerRow {
    pub external_id: String,
    pub name: String,
    pub preferred_name: Option<Option<String>>,
    pub email: Option<Option<String>>,
    pub time_zone: Option<String>,
    pub country: Option<Option<String>>,
    /// The customer whose this one is a second account.
    pub merged_into: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PlanRow {
    pub code: String,
    pub name: String,
    pub currency: Currency,
    pub monthly_fee: i64,
    pub minimum_commitment: Option<Option<i64>>,
    /// JSON, without spaces between.
    pub charges: Option<String>,
    pub open_from: Option<Option<Date>>,
    pub open_until: Option<Option<Date>>,
    pub eligibility: Option<Option<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubscriptionRow {
    pub reference: String,
    pub customer: String,
    pub plan: String,
    pub starts_on: Date,
    pub ends_on: Option<Option<Date>>,
    pub committed_until: Option<Option<Date>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UsageRow {
    pub customer: String,
    pub meter: String,
    pub used_on: Date,
    /// Whether it is the whole month's use, dated with one of its days.
    pub is_month: bool,
    /// Millionths of a unit; below zero where it takes back what another row says.
    pub quantity: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InvoiceRow {
    pub number: String,
    pub customer: String,
    /// Below zero where it is a credit note, or a line that takes something off.
    pub amount: Money,
    /// The amount is what is still open, as its column says; what was paid is not in it.
    pub is_open_part: bool,
    pub tax: Option<i64>,
    /// What was paid of it, and what is open, as far as the row tells.
    pub paid: Option<i64>,
    pub open: Option<i64>,
    pub paid_on: Option<Date>,
    pub issued_on: Date,
    pub due_on: Option<Date>,
    pub status: Option<BillStatus>,
    pub kind: BillKind,
    /// The number of the bill that a note or a late fee is of.
    pub refers_to: Option<String>,
    /// What this row of it is for.
    pub line: Option<String>,
    pub dispute: Dispute,
}

/// What a row says of a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dispute {
    NotTold,
    No,
    /// There is one, and nobody says since when.
    Yes,
    Since(Date),
}

/// The amount is still text: its currency is the invoice's, where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRow {
    /// Nothing where it was paid on account.
    pub invoice: Option<String>,
    pub customer: Option<String>,
    pub reference: String,
    pub amount: String,
    /// What of it was given back, as text too.
    pub refunded: Option<String>,
    /// Its money goes to the customer, whatever its sign.
    pub goes_back: bool,
    pub currency: Option<Currency>,
    pub state: PaymentState,
    pub paid_on: Date,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CreditRow {
    pub reference: String,
    pub customer: String,
    pub amount: Money,
    pub used: Option<i64>,
    pub granted_on: Date,
    pub expires_on: Option<Option<Date>>,
    pub scope: Option<Option<String>>,
    pub reason: Option<Option<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CompetitorRow {
    pub provider: String,
    pub product: String,
    pub currency: Currency,
    pub monthly_fee: Option<Option<i64>>,
    /// JSON, without spaces between.
    pub charges: Option<String>,
    pub eligibility: Option<Option<String>>,
    pub source: String,
    pub checked_on: Date,
    pub open_until: Option<Option<Date>>,
}
