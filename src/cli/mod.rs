//! The commands of `candor`, one file each. Exit status 0 done, 1 refused or failed with one line, 2 usage.

mod advise;
mod backtest;
mod bounded;
mod doctor;
mod fee_policy;
mod guarantee;
mod import;
mod line;
mod price;
mod rule;
mod tariff;
mod why;

use std::{
    error::Error,
    fmt::Display,
    io::{self, BufWriter, ErrorKind, Write},
    path::PathBuf,
};

use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;

use crate::{
    domain::role::Role,
    features::{customers, merging, sign_in},
    server::{
        auth::People,
        backup,
        config::{Config, Settings},
        db::{Conn, Db},
        serve,
        state::AppState,
        telemetry::{self, words},
    },
};

/// Candor tells customers the truth about their account before it costs them money.
#[derive(Parser)]
#[command(name = "candor", version, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  candor serve --demo                         a demo with a cast to sign in as
  candor serve --addr 127.0.0.1:8080          serve candor.db on another port
  candor import customers customers.csv       bring a file in
  candor advise --as-of 2026-07-06 --dry-run  who would be warned that day
  candor user add omar@example.com --role admin
  candor sign-in-link omar@example.com        a path that signs Omar in, once";

#[derive(Subcommand)]
enum Command {
    /// Bring the schema up to date, then serve
    Serve(Serve),
    /// Bring the schema up to date and stop
    Migrate,
    Import(import::Import),
    /// Look at customers, those who changed or all, and write what they must be told, each thing once
    Advise(advise::Advise),
    /// Print an address that signs this person in, once, within ten minutes; a path where no base URL is set
    SignInLink {
        email: String,
    },
    /// Copy the database into a file while it is in use
    Backup {
        file: PathBuf,
    },
    /// Bring a copy back into an empty database
    Restore {
        file: PathBuf,
    },
    /// Say what is well and what is not
    Doctor,
    /// Price JSON lines of usage from standard input, exactly; the charge models are those of the Lago API
    Price {
        /// Say how each amount comes about, and where one more unit would cost less
        #[arg(long, env = "CANDOR_EXPLAIN")]
        explain: bool,
    },
    /// Price interval readings on time-of-use plans, by plan and month
    Tariff {
        file: PathBuf,
        /// Say what each band of each month came to
        #[arg(long, env = "CANDOR_EXPLAIN")]
        explain: bool,
    },
    /// Work out what is owed to those who followed advice a year ago and paid more for it, each once
    Guarantee(guarantee::Guarantees),
    /// Try a draft of a rule on history beside the live version; changes nothing
    Backtest(backtest::Backtest),
    /// Why a customer is told something, or not: each rule with each condition and its value
    Why(why::Why),
    /// What a late bill costs, by currency: nothing until somebody says so
    #[command(subcommand)]
    FeePolicy(fee_policy::Ask),
    /// The rules that say when a notice is due
    #[command(subcommand)]
    Rule(rule::Ask),
    /// Customers as billing knows them
    #[command(subcommand)]
    Customer(Customer),
    /// People who can sign in
    #[command(subcommand)]
    User(User),
}

#[derive(Subcommand)]
enum Customer {
    /// Bring all that is kept of a customer to another who is the same; the old id finds the other from then on
    Merge {
        /// The id in billing of the one who goes
        #[arg(value_name = "GONE")]
        gone: String,
        /// The id in billing of the one who stays
        #[arg(value_name = "KEPT")]
        kept: String,
    },
}

#[derive(Args)]
struct Serve {
    /// Seed an empty database with a cast, and let anyone sign in as any of them
    #[arg(long, env = "CANDOR_DEMO")]
    demo: bool,
    /// Serve a demo also where other machines can reach it: whoever comes may be anybody in it
    #[arg(long, env = "CANDOR_DEMO_FOR_OTHERS", requires = "demo")]
    demo_for_others: bool,
    /// Take this date for today everywhere, such as 2026-07-06
    #[arg(long, env = "CANDOR_TODAY", value_name = "DATE")]
    today: Option<Date>,
}

#[derive(Subcommand)]
enum User {
    /// Let a person sign in
    Add {
        email: String,
        #[arg(long, env = "CANDOR_ROLE", value_parser = parse_role)]
        role: Role,
        /// The customer's id in the billing system, for the role customer
        #[arg(long, env = "CANDOR_CUSTOMER", value_name = "EXTERNAL_ID", required_if_eq("role", "customer"))]
        customer: Option<String>,
        /// The person's name [default: the customer's, or the first part of the address]
        #[arg(long, env = "CANDOR_NAME")]
        name: Option<String>,
    },
    /// Everybody who can sign in or could, and in how many browsers they are
    List,
    /// Give a person another role; their sessions end
    Role {
        email: String,
        #[arg(value_parser = parse_role)]
        role: Role,
        /// The customer's id in the billing system, for the role customer
        #[arg(long, env = "CANDOR_CUSTOMER", value_name = "EXTERNAL_ID", required_if_eq("role", "customer"))]
        customer: Option<String>,
    },
    /// Give a person another name, with which they sign what they write from now on
    Rename { email: String, name: String },
    /// Let a person in no more; their sessions and links end
    Disable { email: String },
    /// Let a person in again
    Enable { email: String },
    /// End every session of a person, and every link that was sent to them
    EndSessions { email: String },
}

fn parse_role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|error: crate::domain::role::UnknownRole| error.to_string())
}

/// Does what was asked for. The error is one clear line.
pub async fn run(cli: Cli) -> Result<(), Box<dyn Error>> {
    // What we write, databases and copies of them among it, is for this user alone.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let mut config = cli.settings.resolve()?;
    telemetry::start_logs(&config, matches!(cli.command, Command::Serve(_)));
    match cli.command {
        Command::Serve(serve) => {
            config.demo = serve.demo;
            config.demo_for_others = serve.demo_for_others;
            config.today = serve.today;
            serve::serve(config).await?;
        }
        Command::Migrate => {
            let db = Db::open(&config.database_url).await?;
            customers::service::fold_all(&db).await?;
            say("the schema is up to date")?;
            db.close().await;
        }
        Command::Import(asked) => import::import(config, asked).await?,
        Command::Advise(asked) => {
            let app = quiet_state(config).await?;
            advise::advise(&app, &asked).await?;
            app.db.close().await;
        }
        Command::SignInLink { email } => {
            let app = quiet_state(config).await?;
            let email = sign_in::service::normal_email(&email).map_err(|error| words(&error))?;
            let person = People::new(app.db.clone()).by_email(&email).await?;
            let person = person.ok_or_else(|| format!("nobody signs in as {email}: add them with candor user add"))?;
            let path = sign_in::service::new_link(&app, &person).await?;
            // Where nobody said at which address Candor is found, the path alone is sure.
            let base = if app.config.set.base_url { app.config.base_url.as_str() } else { "" };
            say(format_args!("{base}{path}"))?;
            app.db.close().await;
        }
        Command::Backup { file } => {
            let manifest = backup::backup(&config.database_url, &file).await?;
            say(format_args!("{} holds {}", file.display(), rows(&manifest)))?;
        }
        Command::Restore { file } => {
            let manifest = backup::restore(&config.database_url, &file).await?;
            say(format_args!("restored {} from {}", rows(&manifest), file.display()))?;
        }
        Command::Doctor => {
            if !doctor::run(&config).await? {
                return Err("something needs you, see above".into());
            }
        }
        Command::Price { explain } => {
            let mut output = BufWriter::new(io::stdout().lock());
            price::price(io::stdin().lock(), &mut output, explain)?;
            output.flush()?;
        }
        Command::Tariff { file, explain } => {
            let mut output = BufWriter::new(io::stdout().lock());
            tariff::tariff_file(&file, &mut output, io::stderr().lock(), explain)?;
            output.flush()?;
        }
        Command::Backtest(asked) => {
            let app = quiet_state(config).await?;
            backtest::backtest(&app, &asked).await?;
            app.db.close().await;
        }
        Command::Guarantee(asked) => {
            let app = quiet_state(config).await?;
            guarantee::guarantee(&app, &asked).await?;
            app.db.close().await;
        }
        Command::Why(ask) => {
            let app = quiet_state(config).await?;
            why::why(&app, &ask).await?;
            app.db.close().await;
        }
        Command::FeePolicy(ask) => {
            let app = quiet_state(config).await?;
            fee_policy::fee_policy(&app, ask).await?;
            app.db.close().await;
        }
        Command::Rule(ask) => {
            let app = quiet_state(config).await?;
            rule::rule(&app, &ask).await?;
            app.db.close().await;
        }
        Command::Customer(Customer::Merge { gone, kept }) => {
            let app = quiet_state(config).await?;
            let (on, now) = (app.clock.today_in(&app.config.time_zone), app.clock.now_ms());
            let merge = async |conn: &mut Conn<'_>| merging::service::merge(conn, &gone, &kept, on, now).await;
            match app.db.write(merge).await.map_err(|error| words(&error))?? {
                Some(merged) => say(merged.words(&gone))?,
                None => say(format_args!("{gone} was brought into {kept} before"))?,
            }
            app.db.close().await;
        }
        Command::User(asked) => {
            let app = quiet_state(config).await?;
            user(&app, asked).await?;
            app.db.close().await;
        }
    }
    Ok(())
}

/// Who may come in, and how.
async fn user(app: &AppState, asked: User) -> Result<(), Box<dyn Error>> {
    use sign_in::service::{Change, add_person, change_door, doors_of_people};
    let (email, change) = match asked {
        User::Add { email, role, customer, name } => {
            let added = add_person(app, &email, role, name.as_deref(), customer.as_deref()).await;
            let person = added.map_err(|error| words(&error))?;
            say(format_args!("{} can sign in as {}", person.email, person.role))?;
            return Ok(());
        }
        User::List => {
            for person in doors_of_people(app).await? {
                let account = person.account.map(|account| format!(" of {account}")).unwrap_or_default();
                let state = if person.disabled_at.is_some() { ", disabled" } else { "" };
                let (email, role, name) = (person.email, person.role.0, person.name);
                say(format_args!("{email}\t{role}{account}{state}\t{} signed in\t{name}", person.sessions))?;
            }
            return Ok(());
        }
        User::Role { email, role, customer } => {
            let (_, ended) = change_door(app, &email, Change::Role(role, customer.as_deref()))
                .await
                .map_err(|error| words(&error))?;
            say(format_args!("{email} is {role} now; {ended} sessions ended"))?;
            return Ok(());
        }
        User::Rename { email, name } => {
            change_door(app, &email, Change::Name(&name)).await.map_err(|error| words(&error))?;
            say(format_args!("{email} is called {} now", name.trim()))?;
            return Ok(());
        }
        User::Disable { email } => (email, Change::Disable),
        User::Enable { email } => (email, Change::Enable),
        User::EndSessions { email } => (email, Change::EndSessions),
    };
    let (person, ended) = change_door(app, &email, change).await.map_err(|error| words(&error))?;
    match change {
        Change::Disable => say(format_args!("{} is let in no more; {ended} sessions ended", person.email))?,
        Change::EndSessions => say(format_args!("{ended} sessions of {} ended", person.email))?,
        _ => say(format_args!("{} can sign in as {} again", person.email, person.role.0))?,
    }
    Ok(())
}

/// Writes a line to standard output. That nobody listens any more is no failure.
fn say(words: impl Display) -> io::Result<()> {
    match writeln!(io::stdout(), "{words}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// The state for a command that is done when it is done.
async fn quiet_state(config: Config) -> Result<AppState, Box<dyn Error>> {
    Ok(serve::state(config).await?)
}

fn rows(manifest: &backup::Manifest) -> String {
    let rows: i64 = manifest.rows.iter().map(|(_, count)| count).sum();
    format!("{rows} rows in {} tables, schema {}", manifest.rows.len(), manifest.schema)
}
