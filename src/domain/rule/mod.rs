//! When a notice is due: rules with conditions over typed facts.
//!
//! A condition is a strict subset of JSONLogic (`Condition::read`). Every type is checked when it is read, and every mistake
//! is listed with its place (`Mistake`). It is asked in three ways that say the same: `Condition::holds` for one subject,
//! `Condition::explain` for the reasons, and `Compiled::run` for a `Block` of 1,024 at once. Facts about what a customer
//! is worth do not exist (`Fact`), so no rule can treat people by it.

mod agree;
mod block;
mod compile;
mod condition;
mod day;
mod draft;
mod evaluate;
mod exact;
mod explain;
mod fact;
mod kind;
mod message;
mod mistake;
mod number;
mod operand;
mod parse;
mod phrase;
mod plainly;
mod reading;
mod rows;
mod run;
mod setting;
mod source;
mod subject;
mod typed;
mod types;
mod usual;
mod value;
mod version;
mod worth;
mod write;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod random;

pub use block::{Bits, Block, Column, ROWS, Texts, date_code};
pub use compile::Compiled;
pub use condition::{Arithmetic, Comparison, Condition, Ends, Literal, Operand};
pub use explain::Explanation;
pub use fact::{About, Fact};
pub use message::{Message, NotKnown};
pub use mistake::{Mistake, Problem};
pub use number::Number;
pub use phrase::Listener;
pub use rows::{Group, Joined, Line, Row, Side, line_of};
pub use setting::{Setting, Settings};
pub use subject::Subject;
pub use types::Type;
pub use value::{Facts, Value, WrongType};
pub use version::Rule;
