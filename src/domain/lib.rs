//! What Candor decides. Pure: no clock, no IO, no framework; the same code runs on the server and in the browser.

/// How long people wait for an answer.
pub mod answer_time;
/// A notice put aside for a while or for good, and what stays away with it.
pub mod aside;
/// What a bill is, and whether it is owed at all.
pub mod bill;
/// Days on which banks pay.
#[cfg(feature = "ssr")]
pub mod business_days;
/// A customer's own use priced on two offers, and on all of them in order.
pub mod comparison;
/// How much of what was used was read.
pub mod coverage;
/// Credits a customer has, in the order best for them.
pub mod credit;
/// Civil days, counted and read without the weight of a calendar library.
pub mod day;
/// Decimal numbers that are exact or refused, never rounded in silence.
pub mod decimal;
/// Why a notice was written: the facts and each step of the arithmetic.
pub mod evidence;
/// Fields of JSON as people write them: numbers or strings, with words for what is wrong.
pub mod fields;
/// What we owe where our own advice was dearer.
pub mod guarantee;
/// Reading a table of somebody else's as ours.
pub mod import;
/// Late-fee policies: what a late bill costs, when we must warn, and what a changed policy would do.
pub mod late_fee;
/// How money and dates are written where somebody is at home.
pub mod locale;
/// An amount of money, in whole minor units of a currency.
pub mod money;
/// Calendar months, each known by its first day.
pub mod month;
/// Which known name a person most likely meant.
pub mod nearest;
/// Frank messages to customers and the names of their kinds.
pub mod notice;
/// What can be bought, ours or a competitor's, and what a month costs on it.
pub mod offer;
/// Shares such as 5 %, exact.
pub mod percent;
/// What changing a plan costs, at once or when the month is over.
pub mod plan_change;
/// What a quantity costs under a charge model, with the reasons for every part of it.
pub mod pricing;
/// Whether a customer buys more than they need, or less.
pub mod right_size;
/// Sentences written in English, with amounts and days the way of whoever reads them.
pub mod retold;
/// Who a person is to the company and what that lets them see.
pub mod role;
/// Hours of the day in which somebody is left in peace.
pub mod quiet_hours;
/// When a notice is due: conditions over typed facts, in versions that are never changed.
pub mod rule;
/// Letters that are seen, and those that are not.
pub mod seen;
/// What interval readings cost under plans whose price depends on weekday and hour.
#[cfg(feature = "ssr")]
pub mod tariff;
/// What every rule may ask: the day, and what the customer was told before.
pub mod told;
/// A bill beside the others of its customer.
pub mod unusual;
/// A day that comes once, or again every year.
pub mod yearly;

/// Everything that comes from outside, broken on purpose.
#[cfg(test)]
mod fuzz;
/// Where real data is, for tests, shared with those of the whole.
#[cfg(test)]
#[path = "../../tests/support/shared_data.rs"]
mod test_shared_data;
