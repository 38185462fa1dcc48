//! The daily look, on a small office and on a real file of bills.

mod columns;
mod corrections;
mod judgement;
mod kinds;
pub(crate) mod office;
mod once;
mod real_file;
mod runs;
