//! What an operator can set: by flag, by environment, or in one TOML file; in that order of strength.

use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use clap::Args;
use ipnet::IpNet;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{telemetry, webhook};

/// As many connections to PostgreSQL as one process has where nothing is set.
pub const DATABASE_CONNECTIONS: u32 = 16;
/// Before most people are up, and well after midnight.
const LOOK_AT_HOUR: i8 = 6;
/// Bank details and a sentence or two.
const MOST_PAY_WORDS: usize = 1_000;
/// Where a proxy on this machine connects from.
const THIS_MACHINE: [&str; 2] = ["127.0.0.0/8", "::1/128"];

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
    /// Who reads what people answer to our mail, such as "Harbour <help@harbour.example>" [default: the sender]
    #[arg(long, env = "CANDOR_MAIL_REPLY_TO", global = true, value_name = "MAILBOX")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_reply_to: Option<String>,
    /// Who helps a person who cannot sign in, shown on the sign-in page
    #[arg(long, env = "CANDOR_HELP_CONTACT", global = true, value_name = "TEXT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help_contact: Option<String>,
    /// Serve /metrics, on this address alone; nowhere without it
    #[arg(long, env = "CANDOR_METRICS_ADDR", global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics_addr: Option<SocketAddr>,
    /// Behind a proxy on this machine: take from its X-Forwarded-For where somebody is, for limits and the log
    #[arg(long, env = "CANDOR_TRUST_PROXY", global = true, num_args = 0..=1, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_proxy: Option<bool>,
    /// The same for proxies elsewhere: their addresses or networks, such as 10.0.0.5,10.1.0.0/16
    #[arg(long, env = "CANDOR_PROXIES", global = true, value_name = "NETWORKS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxies: Option<String>,
    /// Connections to PostgreSQL at most, of this process [default: 16]
    #[arg(long, env = "CANDOR_DATABASE_CONNECTIONS", global = true, value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_connections: Option<u32>,
    /// Log lines for people or for machines: text or json [default: text]
    #[arg(long, env = "CANDOR_LOG_FORMAT", global = true, value_name = "FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<LogFormat>,
    /// Which log lines, as tracing directives [default: info for serve, none for other commands]
    #[arg(long, env = "CANDOR_LOG", global = true, value_name = "DIRECTIVES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// Where customers pay a bill; {bill}, {amount} and {currency} are filled in
    #[arg(long, env = "CANDOR_PAY_URL", global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay_url: Option<String>,
    /// How customers pay where no address is set, such as bank details, in lines of their own; the amount and the bill's
    /// reference are shown beside them
    #[arg(long, env = "CANDOR_PAY_WORDS", global = true, value_name = "TEXT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay_words: Option<String>,
    /// The hour of the day, 0 to 23 in the company's time zone, at which serve looks at everybody [default: 6]
    #[arg(long, env = "CANDOR_LOOK_AT_HOUR", global = true, value_name = "HOUR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub look_at_hour: Option<i8>,
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
    pub mail_reply_to: Option<String>,
    pub help_contact: Option<String>,
    pub metrics_addr: Option<SocketAddr>,
    /// Whose word on where a request comes from is taken.
    pub proxies: Vec<IpNet>,
    pub database_connections: u32,
    pub log_format: LogFormat,
    /// `None` where nobody asked for any.
    pub log: Option<String>,
    pub pay_url: Option<String>,
    /// Lines, none of them empty.
    pub pay_words: Vec<String>,
    /// 0 to 23.
    pub look_at_hour: i8,
    pub billing_url: Option<String>,
    pub billing_secret: Option<String>,
    pub site_root: String,
    /// Which of those that have a default were set.
    pub set: Set,
    /// Sign in as any of the cast, without a link.
    pub demo: bool,
    /// That other machines may reach a demo was asked for by name.
    pub demo_for_others: bool,
    /// The civil date to take for today everywhere.
    pub today: Option<Date>,
}

/// Whether somebody said what a company alone can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Set {
    pub company: bool,
    pub time_zone: bool,
    pub base_url: bool,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("could not read the settings in {0}: {1}")]
    File(String, std::io::Error),
    #[error("the settings in {0} cannot be used: {1}")]
    Read(String, String),
    #[error(
        "{0:?} does not say which log lines: use error, warn, info, debug or trace, or directives such as candor=debug"
    )]
    Log(String),
    #[error("{0:?} is not the address of a proxy: use such as 10.0.0.5 or 10.1.0.0/16, parted by commas")]
    Proxy(String),
    #[error("Candor needs at least 2 connections to the database")]
    Connections,
    #[error("{0:?} is not a time zone: use an IANA name such as Europe/Dublin")]
    TimeZone(String),
    #[error("the base URL {0:?} must start with http:// or https:// and have no path")]
    BaseUrl(String),
    #[error("{0:?} is not an address: it must start with http:// or https://")]
    Address(String),
    #[error("{0} is not an hour of the day: use 0 to 23")]
    Hour(i8),
    #[error("the words on how to pay are longer than {MOST_PAY_WORDS} characters")]
    PayWords,
    #[error("webhooks to billing are signed: set --billing-secret to whsec_ and at least 16 bytes of base64")]
    BillingSecret,
}

impl Settings {
    /// What the file says, and over it what is set here.
    fn over(&self, file: &Path) -> Result<Settings, ConfigError> {
        let name = || file.display().to_string();
        let text = fs::read_to_string(file).map_err(|error| ConfigError::File(name(), error))?;
        let refused = |error: toml::de::Error| {
            let line = error.span().map(|at| text[..at.start.min(text.len())].matches('\n').count() + 1);
            let place = line.map(|line| format!(" in line {line}")).unwrap_or_default();
            ConfigError::Read(name(), format!("{}{place}", error.message().trim().replace('\n', " ")))
        };
        // As it stands in the file, a setting that is none is told with its line.
        toml::from_str::<Settings>(&text).map_err(refused)?;
        let mut all: toml::Table = text.parse().map_err(refused)?;
        let set_here = toml::Table::try_from(self).map_err(|error| ConfigError::Read(name(), error.to_string()))?;
        all.extend(set_here);
        all.try_into().map_err(refused)
    }

    /// Flags and environment over the file over the defaults.
    pub fn resolve(&self) -> Result<Config, ConfigError> {
        let given = match &self.config {
            Some(file) => self.over(file)?,
            None => self.clone(),
        };
        let is_set = |setting: &Option<String>| setting.as_ref().is_some_and(|text| !text.trim().is_empty());
        let set = Set {
            company: is_set(&given.company),
            time_zone: is_set(&given.time_zone),
            base_url: is_set(&given.base_url),
        };
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
        if let Some(wrong) = given.log.as_ref().filter(|log| !telemetry::are_directives(log)) {
            return Err(ConfigError::Log(wrong.clone()));
        }
        if given.database_connections.is_some_and(|many| many < 2) {
            return Err(ConfigError::Connections);
        }
        let look_at_hour = given.look_at_hour.unwrap_or(LOOK_AT_HOUR);
        if !(0..=23).contains(&look_at_hour) {
            return Err(ConfigError::Hour(look_at_hour));
        }
        let pay_words = given.pay_words.unwrap_or_default();
        if pay_words.chars().count() > MOST_PAY_WORDS {
            return Err(ConfigError::PayWords);
        }
        let mut proxies = match given.trust_proxy {
            Some(true) => THIS_MACHINE.iter().filter_map(|network| network.parse().ok()).collect(),
            _ => Vec::new(),
        };
        for text in given.proxies.iter().flat_map(|all| all.split([',', ' '])).filter(|text| !text.is_empty()) {
            let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            proxies.push(network.map_err(|_| ConfigError::Proxy(text.to_owned()))?);
        }
        Ok(Config {
            database_url: given.database_url.unwrap_or_else(|| "sqlite:candor.db".to_owned()),
            addr,
            base_url,
            company: given.company.unwrap_or_else(|| "Harbour".to_owned()),
            time_zone,
            smtp_url: given.smtp_url,
            mail_from: given.mail_from,
            mail_reply_to: given.mail_reply_to,
            help_contact: given.help_contact,
            metrics_addr: given.metrics_addr,
            proxies,
            database_connections: given.database_connections.unwrap_or(DATABASE_CONNECTIONS),
            log_format: given.log_format.unwrap_or(LogFormat::Text),
            log: given.log,
            pay_url: given.pay_url,
            // An environment file has one line for a setting.
            pay_words: pay_words
                .split(['\n', '\r'])
                .flat_map(|line| line.split("\\n"))
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            look_at_hour,
            billing_url: given.billing_url,
            billing_secret: given.billing_secret,
            site_root: given.site_root.unwrap_or_else(|| "target/site".to_owned()),
            set,
            demo: false,
            demo_for_others: false,
            today: None,
        })
    }
}

impl Config {
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}
