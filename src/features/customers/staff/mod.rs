//! Customers as staff see them: the list, and one of them.

mod list;
mod one;
mod past;

pub use list::CustomersPage;
pub use one::{CustomerPage, called};
pub use past::Headline;
