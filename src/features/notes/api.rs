//! Who is asking for notes, or writes one; then one call.

use leptos::prelude::*;

use super::{NoteList, ThreadSheet};
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{answers, auth, state::state};
}

/// For a customer: a page of their threads.
#[server(endpoint = "notes/list")]
pub async fn load_notes(page: Option<i64>) -> Result<NoteList> {
    let customer = asked::auth::customer()?;
    super::service::list(&asked::state(), &customer.id, page).await
}

/// For a customer: one of their threads, which they have opened now.
#[server(endpoint = "notes/thread")]
pub async fn load_thread(id: String, page: Option<i64>) -> Result<ThreadSheet> {
    let customer = asked::auth::customer()?;
    super::service::thread(&asked::state(), &customer.id, &id, page).await
}

/// For a customer: begins a thread.
#[server(endpoint = "notes/begin")]
pub async fn begin_thread(words: String, subject: Option<String>) -> Result<()> {
    let customer = asked::auth::customer()?;
    let subject = subject.unwrap_or_default();
    let thread = super::writing::begin(&asked::state(), &customer, &subject, &words).await?;
    asked::answers::lead(&super::address(&thread), "written").await;
    Ok(())
}

/// For a customer: goes on with one of their threads.
#[server(endpoint = "notes/go_on")]
pub async fn go_on(thread: String, words: String) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::writing::go_on(&asked::state(), &customer, &thread, &words).await?;
    asked::answers::lead(&super::address(&thread), "written").await;
    Ok(())
}

/// For staff: answers in a thread.
#[server(endpoint = "notes/answer")]
pub async fn answer_thread(thread: String, words: String) -> Result<()> {
    let person = asked::auth::staff()?;
    let customer_id = super::writing::answer(&asked::state(), &person, &thread, &words).await?;
    asked::answers::lead(&format!("/staff/customers/{customer_id}"), "noted").await;
    Ok(())
}

/// For staff: writes to a customer.
#[server(endpoint = "notes/write")]
pub async fn write_note(customer: String, words: String, subject: Option<String>, about: Option<String>) -> Result<()> {
    let person = asked::auth::staff()?;
    let (subject, about) = (subject.unwrap_or_default(), about.unwrap_or_default());
    super::writing::write(&asked::state(), &person, &customer, &subject, &about, &words).await?;
    asked::answers::lead(&format!("/staff/customers/{customer}"), "noted").await;
    Ok(())
}
