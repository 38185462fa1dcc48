//! `candor fee-policy`: what a late bill costs, by currency, and setting it.

use std::error::Error;

use clap::{Args, Subcommand};

use super::{say, words};
use crate::{
    domain::money::Currency,
    features::fees::{Draft, VersionStanding, service},
    server::state::AppState,
    ui::count,
};

#[derive(Subcommand)]
pub enum Ask {
    /// Every version of the policy of each currency of bills, the newest first
    List,
    /// Make the next version of a currency's policy; what is not given is none
    Set(Box<Set>),
}

#[derive(Args)]
pub struct Set {
    /// ISO code of the currency, such as EUR
    #[arg(value_parser = currency)]
    currency: Currency,
    /// Fixed fee, charged once; 0 says that a late bill costs nothing more
    #[arg(long, env = "CANDOR_FLAT", value_name = "AMOUNT")]
    flat: String,
    /// Percentage of what is still open, on top of the fixed fee
    #[arg(long, env = "CANDOR_PERCENT", value_name = "PERCENT", default_value = "")]
    percent: String,
    /// A fee is at least this
    #[arg(long, env = "CANDOR_MINIMUM", value_name = "AMOUNT", default_value = "")]
    minimum: String,
    /// A fee is at most this
    #[arg(long, env = "CANDOR_CAP", value_name = "AMOUNT", default_value = "")]
    cap: String,
    /// Days after the due date that cost nothing
    #[arg(long, env = "CANDOR_GRACE_DAYS", value_name = "DAYS", default_value = "0")]
    grace_days: String,
    /// How many days before the due date a customer is warned
    #[arg(long, env = "CANDOR_WARN_DAYS", value_name = "DAYS", default_value = "3")]
    warn_days: String,
    /// Where a due day on a weekend or a public holiday of the customer's country goes: it stays, or moves to the next
    /// business day or the one before
    #[arg(long, env = "CANDOR_DUE_SHIFT", value_name = "WHERE", default_value = "as_is", value_parser = ["as_is", "next", "previous"])]
    due_shift: String,
    /// How many days before a fee its warning must have reached the customer, or the fee is let go [default: 1]
    #[arg(long, env = "CANDOR_GUARD_DAYS", value_name = "DAYS", default_value = "", hide_default_value = true)]
    guard_days: String,
    /// For bills due from this day on [default: the first day of which nobody was told otherwise]
    #[arg(long, env = "CANDOR_STARTS_ON", value_name = "DATE")]
    starts_on: Option<String>,
    /// Who lets go of a first late fee: the customer themselves, or a person of yours
    #[arg(long, env = "CANDOR_FIRST_FEE", value_name = "WHO", default_value = "customer", value_parser = ["customer", "person"])]
    first_fee: String,
    /// Why, in one sentence; it stays with the version
    #[arg(long, env = "CANDOR_REASON", value_name = "TEXT")]
    reason: String,
}

fn currency(code: &str) -> Result<Currency, String> {
    Currency::from_code(&code.to_ascii_uppercase())
        .ok_or_else(|| "not a currency: use an ISO code such as EUR".to_owned())
}

pub async fn fee_policy(app: &AppState, ask: Ask) -> Result<(), Box<dyn Error>> {
    match ask {
        Ask::List => list(app).await,
        Ask::Set(set) => set.save(app).await,
    }
}

async fn list(app: &AppState) -> Result<(), Box<dyn Error>> {
    let currencies = service::fees(app, None, None).await.map_err(|error| words(&error))?.currencies;
    for currency in currencies {
        let fees = service::fees(app, Some(currency.code()), None).await.map_err(|error| words(&error))?;
        if fees.versions.is_empty() {
            say(format_args!("{}  no policy is set: no late fee is reckoned, and nobody is warned", currency.code()))?;
        }
        for version in fees.versions {
            let policy = version.policy;
            let standing = match version.standing {
                VersionStanding::Past => "past",
                VersionStanding::InForce => "in force",
                VersionStanding::Coming => "coming",
            };
            say(format_args!(
                "{}  version {}, {standing}, for bills due from {}: {}, after {}, warned {} before",
                currency.code(),
                policy.version,
                policy.starts_on,
                policy.fee_words(),
                count(policy.grace_days, "day of grace", "days of grace"),
                count(policy.warn_days, "day", "days")
            ))?;
        }
    }
    Ok(())
}

impl Set {
    async fn save(self, app: &AppState) -> Result<(), Box<dyn Error>> {
        let code = self.currency.code();
        let starts_on = match self.starts_on {
            Some(day) => day,
            None => service::fees(app, Some(code), None).await.map_err(|error| words(&error))?.draft.starts_on,
        };
        let draft = Draft {
            starts_on,
            grace_days: self.grace_days,
            flat: self.flat,
            percent: self.percent,
            minimum: self.minimum,
            cap: self.cap,
            warn_days: self.warn_days,
            due_shift: self.due_shift,
            guard_days: self.guard_days,
            first_fee: self.first_fee,
        };
        let version = service::add_version(app, None, self.currency, &draft, &self.reason).await;
        let version = version.map_err(|error| words(&error))?;
        say(format_args!("the policy for {code} is version {version} now, for bills due from {}", draft.starts_on))?;
        Ok(())
    }
}
