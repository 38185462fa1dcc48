//! Who acts; then one call.

use leptos::prelude::*;

use super::{
    Act, BillWays, CreditPreview, DisputePreview, LaterDatePreview, Payable, PlanPreview, WaiverPreview, When,
};
use crate::{domain::money::Money, error::Result, ui::Page};

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{answers, auth, state::state};

    /// To what became of an act.
    pub async fn lead_to(id: &str) {
        answers::lead(&format!("/acts/{id}"), "done").await;
    }
}

/// For a customer: one of their acts.
#[server(endpoint = "billing/act")]
pub async fn load_act(id: String) -> Result<Act> {
    let customer = asked::auth::customer()?;
    super::service::act(&asked::state(), &customer.id, &id).await
}

/// For a customer: what they can do about one of their bills, and what they did.
#[server(endpoint = "billing/about_bill")]
pub async fn load_about_bill(number: String) -> Result<(BillWays, Vec<Act>)> {
    let customer = asked::auth::customer()?;
    super::service::about_bill(&asked::state(), &customer.id, &number).await
}

/// For a customer: what they did about their plans, the latest first.
#[server(endpoint = "billing/plan_changes")]
pub async fn load_plan_changes() -> Result<Vec<Act>> {
    let customer = asked::auth::customer()?;
    super::service::plan_changes(&asked::state(), &customer.id).await
}

/// For a customer: what they did with their credit, the latest first, in pages.
#[server(endpoint = "billing/credit_uses")]
pub async fn load_credit_uses(page: Option<i64>) -> Result<(Vec<Act>, Page)> {
    let customer = asked::auth::customer()?;
    super::service::credit_uses(&asked::state(), &customer.id, page).await
}

/// For a customer: what is added to their next bill, and for which act.
#[server(endpoint = "billing/on_next_bill")]
pub async fn load_on_next_bill() -> Result<Vec<(Act, Money)>> {
    let customer = asked::auth::customer()?;
    super::service::on_next_bill(&asked::state(), &customer.id).await
}

/// For a customer: what using credit on one of their bills would come to.
#[server(endpoint = "billing/credit_preview")]
pub async fn load_credit_preview(number: String) -> Result<CreditPreview> {
    let customer = asked::auth::customer()?;
    super::service::credit_preview(&asked::state(), &customer.id, &number).await
}

/// For a customer: uses credit on one of their bills; `shown` is what the page said, in minor units.
#[server(endpoint = "billing/use_credit")]
pub async fn use_credit(number: String, once: String, shown: i64) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::use_credit(&asked::state(), &customer, &number, &once, shown).await?;
    asked::lead_to(&once).await;
    Ok(())
}

/// For a customer: what letting go of a late fee would come to.
#[server(endpoint = "billing/waiver_preview")]
pub async fn load_waiver_preview(number: String) -> Result<WaiverPreview> {
    let customer = asked::auth::customer()?;
    super::service::waiver_preview(&asked::state(), &customer.id, &number).await
}

/// For a customer: lets go of the late fee of one of their bills.
#[server(endpoint = "billing/waive_fee")]
pub async fn waive_fee(number: String, once: String, shown: i64) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::waive_fee(&asked::state(), &customer, &number, &once, shown).await?;
    asked::lead_to(&once).await;
    Ok(())
}

/// For a customer: what disputing one of their bills would come to.
#[server(endpoint = "billing/dispute_preview")]
pub async fn load_dispute_preview(number: String) -> Result<DisputePreview> {
    let customer = asked::auth::customer()?;
    super::service::dispute_preview(&asked::state(), &customer.id, &number).await
}

/// For a customer: says that one of their bills is not right.
#[server(endpoint = "billing/dispute")]
pub async fn dispute(number: String, once: String, words: String) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::dispute(&asked::state(), &customer, &number, &once, &words).await?;
    asked::lead_to(&once).await;
    Ok(())
}

/// For a customer: what paying one of their bills on `wanted_on` would come to; empty, on a usual day.
#[server(endpoint = "billing/later_date_preview")]
pub async fn load_later_date_preview(number: String, wanted_on: String) -> Result<LaterDatePreview> {
    let customer = asked::auth::customer()?;
    super::service::later_date_preview(&asked::state(), &customer.id, &number, &wanted_on).await
}

/// For a customer: asks a person to pay one of their bills later.
#[server(endpoint = "billing/ask_later_date")]
pub async fn ask_later_date(number: String, once: String, wanted_on: String, words: Option<String>) -> Result<()> {
    let customer = asked::auth::customer()?;
    let wish = (wanted_on.as_str(), words.as_deref().unwrap_or_default());
    super::service::ask_later_date(&asked::state(), &customer, &number, &once, wish).await?;
    asked::lead_to(&once).await;
    Ok(())
}

/// For a customer: what changing one of their plans would come to.
#[server(endpoint = "billing/plan_preview")]
pub async fn load_plan_preview(subscription: String, to: String) -> Result<PlanPreview> {
    let customer = asked::auth::customer()?;
    super::service::plan_preview(&asked::state(), &customer.id, &subscription, &to).await
}

/// For a customer: changes one of their plans, now or at the end of the month.
#[server(endpoint = "billing/change_plan")]
pub async fn change_plan(subscription: String, to: String, once: String, when: When, shown: i64) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::change_plan(&asked::state(), &customer, (&subscription, &to), &once, when, shown).await?;
    asked::lead_to(&once).await;
    Ok(())
}

/// For a customer: takes one of their acts back.
#[server(endpoint = "billing/undo")]
pub async fn undo(id: String) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::undo(&asked::state(), &customer.id, &id).await?;
    asked::answers::lead(&format!("/acts/{id}"), "done").await;
    Ok(())
}

/// For a customer of a demo: one of their bills, to be paid on the page that stands in for the company's own.
#[server(endpoint = "billing/payable")]
pub async fn load_payable(number: String) -> Result<Payable> {
    let customer = asked::auth::customer()?;
    super::service::payable(&asked::state(), &customer.id, &number).await
}

/// For a customer of a demo: pays what is open on one of their bills.
#[server(endpoint = "billing/pay_in_demo")]
pub async fn pay_in_demo(number: String) -> Result<()> {
    let customer = asked::auth::customer()?;
    super::service::pay_in_demo(&asked::state(), &customer.id, &number).await?;
    asked::answers::lead(&crate::features::bills::address(&number), "paid").await;
    Ok(())
}

/// For staff: settles a dispute in words that the customer reads. Where nobody says who was right, the bill was.
#[server(endpoint = "billing/settle_dispute")]
pub async fn settle_dispute(
    customer: String,
    bill: String,
    #[server(default)] outcome: String,
    #[server(default)] taken_off: String,
    answer: String,
) -> Result<()> {
    let person = asked::auth::staff()?;
    let found = (outcome.as_str(), taken_off.as_str());
    super::service::settle_dispute(&asked::state(), &person, (&customer, &bill), found, &answer).await?;
    asked::answers::lead(&format!("/staff/customers/{customer}"), "settled").await;
    Ok(())
}
