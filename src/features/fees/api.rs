//! Who is asking about fees, always an admin; then one call.

use leptos::prelude::*;

use super::{Draft, Fees};
use crate::{domain::money::Currency, error::Result};

#[cfg(feature = "ssr")]
mod asked {
    pub use crate::server::{answers, auth, state::state};
}

/// For an admin: the policy of a currency, and what a typed change would do.
#[server(endpoint = "fees/fees")]
pub async fn load_fees(currency: Option<String>, draft: Option<Draft>) -> Result<Fees> {
    asked::auth::admin()?;
    super::service::fees(&asked::state(), currency.as_deref(), draft).await
}

/// For an admin: the next version of a currency's policy.
#[server(endpoint = "fees/add_policy")]
pub async fn add_policy(
    currency: Currency,
    starts_on: String,
    grace_days: String,
    flat: String,
    percent: String,
    minimum: String,
    cap: String,
    warn_days: String,
    #[server(default)] due_shift: String,
    #[server(default)] guard_days: String,
    #[server(default)] first_fee: String,
    reason: String,
) -> Result<()> {
    let admin = asked::auth::admin()?;
    let draft =
        Draft { starts_on, grace_days, flat, percent, minimum, cap, warn_days, due_shift, guard_days, first_fee };
    super::service::add_version(&asked::state(), Some(&admin), currency, &draft, &reason).await?;
    asked::answers::lead(&format!("/admin/fees?currency={}", currency.code()), "saved").await;
    Ok(())
}

/// For an admin: no late fees for a customer.
#[server(endpoint = "fees/add_exemption")]
pub async fn add_exemption(customer: String, since: String, until: String, why: String) -> Result<()> {
    let admin = asked::auth::admin()?;
    let typed = super::exemptions::Typed { customer: &customer, since: &since, until: &until, why: &why };
    super::exemptions::add(&asked::state(), &admin, typed).await?;
    asked::answers::lead("/admin/fees", "exempted").await;
    Ok(())
}

/// For an admin: today is the last day of an exemption.
#[server(endpoint = "fees/end_exemption")]
pub async fn end_exemption(id: String) -> Result<()> {
    asked::auth::admin()?;
    super::exemptions::end(&asked::state(), &id).await?;
    asked::answers::lead("/admin/fees", "ended").await;
    Ok(())
}

/// For an admin: takes a version back that has not started.
#[server(endpoint = "fees/withdraw_policy")]
pub async fn withdraw_policy(currency: Currency, version: i64) -> Result<()> {
    let admin = asked::auth::admin()?;
    super::service::withdraw(&asked::state(), &admin, currency, version).await?;
    asked::answers::lead(&format!("/admin/fees?currency={}", currency.code()), "withdrawn").await;
    Ok(())
}
