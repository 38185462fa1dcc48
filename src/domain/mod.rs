//! What Candor decides. Pure: no clock, no IO, no framework; the same code runs on the server and in the browser.

/// Why a notice was written: the facts and each step of the arithmetic.
pub mod evidence;
/// Reading a table of somebody else's as ours.
pub mod import;
/// Late-fee policies: what a late bill costs, when we must warn, and what a changed policy would do.
pub mod late_fee;
/// An amount of money, in whole minor units of a currency.
pub mod money;
/// Frank messages to customers and the names of their kinds.
pub mod notice;
/// Shares such as 5 %, exact.
pub mod percent;
/// Who a person is to the company and what that lets them see.
pub mod role;
