//! The process: what it is made of and how it starts and stops.

/// What a form was answered with, for the page it leads to.
pub mod answers;
/// How many tries are left.
pub mod attempts;
/// Who is asking.
pub mod auth;
/// Copies of the database, and bringing one back.
pub mod backup;
/// Many rows in one statement.
pub mod bulk;
/// What day it is.
pub mod clock;
/// Who may have how many connections, and how long one may say nothing.
pub mod connections;
/// What an operator can set.
pub mod config;
/// The pools, the durable writer and the one query macro.
pub mod db;
/// The cast and their data, for demos and tests.
pub mod demo;
mod group_commit;
/// Headers, limits and the pages for what goes wrong outside the app.
pub mod guard;
/// Alive, ready, measured.
pub mod health;
mod manifest;
/// Notes as they are written, told to open pages.
pub mod live;
/// Work that goes on beside the pages.
pub mod jobs;
/// Sending e-mail.
pub mod mail;
/// Where a request comes from.
pub mod peer;
/// Every address and its handler.
pub mod router;
/// Listening, and stopping without dropping anyone.
pub mod serve;
/// Signed-in browsers, in the database.
pub mod sessions;
/// What every handler can reach.
pub mod state;
/// Log lines and reference numbers.
pub mod telemetry;
/// Webhooks signed, and signatures checked.
pub mod webhook;
