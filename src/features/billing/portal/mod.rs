//! Acts as the customer sees them: the ways out of a bill, each shown before it is done, and what became of it.

mod bill;
mod later_date;
mod news;
mod outcome;
mod pay;
mod plan;
mod ways;

pub use bill::{DisputePage, UseCreditPage, WaiveFeePage};
pub use later_date::LaterDatePage;
pub use news::News;
pub use outcome::{ActPage, ActRows};
pub use pay::PayPage;
pub use plan::ChangePlanPage;
pub use ways::BillActs;
