//! What an operator can set: by flag, by environment, or in one TOML file; in that order of strength.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use figment::{
    Figment,
    providers::{Format, Serialized, Toml},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::webhook;

/// The settings as given; whatever is not given falls through to the file and then to the default.
#[derive(Args, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// A TOML file with any of these settings, named as here with underscores
    #[arg(long, env = "CANDOR_CONFIG", global = true, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Where the data is: sqlite:FILE or postgres://… [default: sqlite:candor.db]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
    /// Address to listen on [default: 127.0.0.1:3000]
    #[arg(long, env = "CANDOR_ADDR", global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addr: Option<SocketAddr>,
    /// The address people type, for links in e-mail; https turns on HSTS and secure cookies [default: http://ADDRESS]
    #[arg(long, env = "CANDOR_BASE_URL", global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The company's name, as its customers know it [default: Harbour]
    #[arg(long, env = "CANDOR_COMPANY", global = true, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The company's time zone, for staff and for customers whose own is not known [default: UTC]
    #[arg(long, env = "CANDOR_TIME_ZONE", global = true, value_name = "IANA")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Mail server for sign-in links and notices: smtps://user:password@host, or smtp://host?tls=required
    #[arg(long, env = "CANDOR_SMTP_URL", hide_env_values = true, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_url: Option<String>,
    /// Sender of mail, such as "Harbour <hello@harbour.example>"
    #[arg(long, env = "CANDOR_MAIL_FROM", global = true, value_name = "MAILBOX")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_from: Option<String>,
    /// Who helps a person who cannot sign in, shown on the sign-in page
    #[arg(long, env = "CANDOR_HELP_CONTACT", global = true, value_name = "TEXT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help_contact: Option<String>,
    /// Serve /metrics on this address alone instead of beside the pages
    #[arg(long, env = "CANDOR_METRICS_ADDR", global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics_addr: Option<SocketAddr>,
    /// Trust X-Forwarded-For from a proxy on this machine for the limits on tries
    #[arg(long, env = "CANDOR_TRUST_PROXY", global = true, num_args = 0..=1, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_proxy: Option<bool>,
    /// Log lines for people or for machines: text or json [default: text]
    #[arg(long, env = "CANDOR_LOG_FORMAT", global = true, value_name = "FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<LogFormat>,
    /// Which log lines, as tracing directives [default: info]
    #[arg(long, env = "CANDOR_LOG", global = true, value_name = "DIRECTIVES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// Where customers pay a bill; {bill}, {amount} and {currency} are filled in
    #[arg(long, env = "CANDOR_PAY_URL", global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay_url: Option<String>,
    /// Where an outside billing system hears by webhook what customers ask; without it Candor keeps the books
    #[arg(long, env = "CANDOR_BILLING_URL", global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_url: Option<String>,
    /// What both sides sign webhooks with: whsec_ and base64
    #[arg(long, env = "CANDOR_BILLING_SECRET", hide_env_values = true, global = true, value_name = "SECRET")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_secret: Option<String>,
    /// Folder of the built site: styles, scripts, fonts [default: target/site]
    #[arg(long, env = "CANDOR_SITE_ROOT", global = true, value_name = "FOLDER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_root: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

/// The settings that hold, with every default filled in.
#[derive(Clone, Debug)]
pub struct Config {
    pub database_url: String,
    pub addr: SocketAddr,
    pub base_url: String,
    pub company: String,
    pub time_zone: String,
    pub smtp_url: Option<String>,
    pub mail_from: Option<String>,
    pub help_contact: Option<String>,
    pub metrics_addr: Option<SocketAddr>,
    pub trust_proxy: bool,
    pub log_format: LogFormat,
    pub log: String,
    pub pay_url: Option<String>,
    pub billing_url: Option<String>,
    pub billing_secret: Option<String>,
    pub site_root: String,
    /// Sign in as any of the cast, without a link.
    pub demo: bool,
    /// The civil date to take for today everywhere.
    pub today: Option<Date>,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("could not read the settings: {0}")]
    Read(Box<figment::Error>),
    #[error("{0:?} is not a time zone: use an IANA name such as Europe/Dublin")]
    TimeZone(String),
    #[error("the base URL {0:?} must start with http:// or https:// and have no path")]
    BaseUrl(String),
    #[error("{0:?} is not an address: it must start with http:// or https://")]
    Address(String),
    #[error("webhooks to billing are signed: set --billing-secret to whsec_ and at least 16 bytes of base64")]
    BillingSecret,
}

impl Settings {
    /// Flags and environment over the file over the defaults.
    pub fn resolve(&self) -> Result<Config, ConfigError> {
        let mut figment = Figment::new();
        if let Some(file) = &self.config {
            figment = figment.merge(Toml::file_exact(file));
        }
        let given: Settings =
            figment.merge(Serialized::defaults(self)).extract().map_err(|error| ConfigError::Read(Box::new(error)))?;
        let addr = given.addr.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 3000)));
        let base_url = given.base_url.unwrap_or_else(|| format!("http://{addr}"));
        let host = base_url.strip_prefix("https://").or_else(|| base_url.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.contains('/')) {
            return Err(ConfigError::BaseUrl(base_url));
        }
        let time_zone = given.time_zone.unwrap_or_else(|| "UTC".to_owned());
        if jiff::tz::TimeZone::get(&time_zone).is_err() {
            return Err(ConfigError::TimeZone(time_zone));
        }
        for address in given.pay_url.iter().chain(&given.billing_url) {
            if !address.starts_with("https://") && !address.starts_with("http://") {
                return Err(ConfigError::Address(address.clone()));
            }
        }
        let can_sign = given.billing_secret.as_deref().is_some_and(webhook::is_secret);
        if given.billing_url.is_some() && !can_sign {
            return Err(ConfigError::BillingSecret);
        }
        Ok(Config {
            database_url: given.database_url.unwrap_or_else(|| "sqlite:candor.db".to_owned()),
            addr,
            base_url,
            company: given.company.unwrap_or_else(|| "Harbour".to_owned()),
            time_zone,
            smtp_url: given.smtp_url,
            mail_from: given.mail_from,
            help_contact: given.help_contact,
            metrics_addr: given.metrics_addr,
            trust_proxy: given.trust_proxy.unwrap_or(false),
            log_format: given.log_format.unwrap_or(LogFormat::Text),
            log: given.log.unwrap_or_else(|| "info".to_owned()),
            pay_url: given.pay_url,
            billing_url: given.billing_url,
            billing_secret: given.billing_secret,
            site_root: given.site_root.unwrap_or_else(|| "target/site".to_owned()),
            demo: false,
            today: None,
        })
    }
}

impl Config {
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}
