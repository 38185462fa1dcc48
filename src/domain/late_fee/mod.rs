//! Late-fee policies: what a late bill costs, when we must warn, and what a changed policy would do.

mod assessment;
mod came;
mod due_shift;
mod effect;
mod facts;
mod guard;
mod later_date;
mod policy;
#[cfg(test)]
pub(crate) mod samples;
mod standing;

pub use assessment::{Assessment, Bill, assess};
pub use came::{FeeThatCame, fee_that_came, settled_on};
pub use due_shift::{DueShift, NoSuchShift};
pub use effect::{Change, Effect, OpenBill, change, effect};
pub use facts::BillFacts;
pub use guard::{BOUNCE_DAYS, Delivered, How, NoFee, Verdict, Warning, guard};
pub use later_date::{AGREE_WITHIN_DAYS, ASK_WITHIN_DAYS, LaterDateProblem, LaterDates};
pub use policy::{FeePolicy, GUARD_DAYS, PolicyProblem, TRUSTED_MONTHS};
pub use standing::Standing;
