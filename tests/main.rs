//! Everything over HTTP and on both databases, in one binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod support;

mod access;
mod advice_runs;
mod bills;
mod command_line;
mod durability;
mod fees;
mod forms;
mod imports;
mod notes;
mod my_data;
mod mails;
mod pages;
mod profile;
mod safety;
mod plan;
mod sign_in;
mod voice;
