//! One folder for each thing a person can name.

/// What we know of whoever is signed in.
pub mod about_me;
/// Finding out who must be told what today, and writing it.
pub mod advice;
/// Acts on money, shown before they are done, and what became of them.
pub mod billing;
/// What is owed, by when, and what has been paid of it.
pub mod bills;
/// Money a customer can pay bills with, and when it expires.
pub mod credits;
/// Who the customers are, what they owe and what they wait for.
pub mod customers;
/// A customer's wish to be erased, and what is erased then.
pub mod erasure;
/// Everything kept of a customer, as files for them alone.
pub mod export;
/// What a late bill costs, who is exempt, and what a change would do.
pub mod fees;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod fixture;
/// What became of each late fee: charged, let go or taken back.
pub mod late_fees;
/// What was hard, said by customers from the page it was hard on.
pub mod frictions;
/// What we owe to who followed our advice and paid more.
pub mod guarantees;
/// What a customer should know today.
pub mod home;
/// Files from billing, and what became of their rows.
pub mod imports;
/// Two customers who turn out to be one.
#[cfg(feature = "ssr")]
pub mod merging;
/// What a customer and a real person write to each other.
pub mod notes;
/// When everybody is looked at without being asked for.
pub mod looks;
/// What we remember of a customer, which is theirs to read, correct and delete.
pub mod memory;
/// The mails of notices: each once, and not at quiet hours.
pub mod mails;
/// What customers were told, and why.
pub mod notices;
/// What can be bought, ours and other companies', priced on a customer's own use.
pub mod offers;
/// How things stand today, for admins.
pub mod overview;
/// Which notices come by e-mail, and at which hours none may.
pub mod preferences;
/// What a customer is called, and how dates and money are meant for them.
pub mod profile;
/// What a customer asked of a person, and what the person answered.
pub mod requests;
/// What a customer says back to a notice.
pub mod responses;
/// When a notice of each kind is due, tried on history before it goes live.
pub mod rules;
/// Proving who you are, and the browsers in which you did.
pub mod sign_in;
/// The staff's day: who needs a person.
pub mod today;
#[cfg(all(test, feature = "ssr"))]
mod whole;

/// Addresses that are not pages (uploads, downloads, streams), each with what answers there.
#[cfg(feature = "ssr")]
pub fn routes() -> Vec<(&'static str, axum::routing::MethodRouter<crate::server::state::AppState>)> {
    let mut routes = imports::http::routes();
    routes.extend(billing::http::routes());
    routes.extend(fees::http::routes());
    routes.extend(notes::http::routes());
    routes.extend(export::http::routes());
    routes.extend(preferences::http::routes());
    routes
}
