//! Bringing files in: matching their columns, trying them, reading them and saying what became of each row.

#[cfg(feature = "ssr")]
mod batch;
#[cfg(feature = "ssr")]
pub mod customers;
#[cfg(feature = "ssr")]
mod earlier;
#[cfg(feature = "ssr")]
mod file;
#[cfg(feature = "ssr")]
mod invoices;
#[cfg(feature = "ssr")]
mod mapping_file;
#[cfg(feature = "ssr")]
mod payments;
#[cfg(feature = "ssr")]
pub mod run;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod store;
