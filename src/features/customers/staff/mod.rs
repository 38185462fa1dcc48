//! Customers as staff see them: the list, and one of them.

mod list;
mod one;

pub use list::CustomersPage;
pub use one::{CustomerPage, called};
