//! Who asks and who answers; then one call.

use leptos::prelude::*;

use super::{AnsweredOn, Ask, Help};
use crate::error::Result;

#[cfg(feature = "ssr")]
mod asked {
    use super::super::AnsweredOn;
    pub use crate::server::{answers, auth, state::state};

    /// Back to where the answer was written.
    pub async fn lead_back(on: AnsweredOn, customer_id: &str) {
        match on {
            AnsweredOn::Today => answers::lead("/staff", "answered").await,
            AnsweredOn::Customer => {
                answers::lead(&format!("/staff/customers/{customer_id}"), "answered").await;
            }
        }
    }
}

/// For a customer: what they asked before, and what a question can be about.
#[server(endpoint = "requests/help")]
pub async fn load_help(bill: Option<String>) -> Result<Help> {
    let customer = asked::auth::customer()?;
    super::service::help(&asked::state(), &customer.id, bill.as_deref()).await
}

/// For a customer: what they asked about one of their bills.
#[server(endpoint = "requests/about_bill")]
pub async fn load_asks_about_bill(number: String) -> Result<Vec<Ask>> {
    let customer = asked::auth::customer()?;
    super::service::about_bill(&asked::state(), &customer.id, &number).await
}

/// For a customer: a question about one of their bills, from its page.
#[server(endpoint = "requests/ask_about_bill")]
pub async fn ask_about_bill(number: String, question: String) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::ask_person(&asked::state(), &customer.id, Some(&number), &question).await?;
    asked::answers::lead(&crate::features::bills::address(&number), "asked").await;
    Ok(())
}

/// For a customer: a question to a person.
#[server(endpoint = "requests/ask_person")]
pub async fn ask_person(question: String, about: Option<String>) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::ask_person(&asked::state(), &customer.id, about.as_deref(), &question).await?;
    asked::answers::lead("/help", "asked").await;
    Ok(())
}

/// For staff: agrees to a later date, the one asked for or another.
#[server(endpoint = "requests/agree")]
pub async fn agree_to_date(request: String, pay_by: String, words: Option<String>, on: AnsweredOn) -> Result<()> {
    let person = asked::auth::staff()?;
    let words = words.unwrap_or_default();
    let customer_id = super::service::agree(&asked::state(), &person, &request, &pay_by, &words).await?;
    asked::lead_back(on, &customer_id).await;
    Ok(())
}

/// For staff: answers in words; to a later date, that is a no.
#[server(endpoint = "requests/answer")]
pub async fn answer_in_words(request: String, answer: String, on: AnsweredOn) -> Result<()> {
    let person = asked::auth::staff()?;
    let customer_id = super::service::answer(&asked::state(), &person, &request, &answer).await?;
    asked::lead_back(on, &customer_id).await;
    Ok(())
}
