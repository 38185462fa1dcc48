//! A small company in a database of its own, for the tests of services: Mira and Tom, and Jonas and Ines who help them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    sync::mpsc,
};

use crate::{
    domain::role::Role,
    features::customers,
    server::{
        auth::{Customer, People, Person},
        config::Settings,
        db::Conn,
        mail::Mailer,
        serve,
        state::AppState,
    },
    sql,
};

pub const MIRA: &str = "mira";
pub const TOM: &str = "tom";
/// Every test's today, unless it says another.
pub const TODAY: Date = date(2026, 11, 18);

/// The URL of a new, empty database: a SQLite file in `folder`, or with `CANDOR_TEST_ENGINE=postgres` one in a cluster of
/// the run's own, so that the same tests run on both engines.
pub async fn new_database(folder: &TempDir) -> String {
    let wants_postgres = std::env::var_os("CANDOR_TEST_ENGINE").is_some_and(|engine| engine == "postgres");
    if wants_postgres && crate::test_postgres::is_there() {
        crate::test_postgres::new_database().await
    } else {
        format!("sqlite:{}", folder.path().join("candor.db").display())
    }
}

/// In euros: five after the due date, and a warning three days before it.
pub async fn set_policy(conn: &mut Conn<'_>) -> sqlx::Result<u64> {
    sql!(
        conn,
        execute,
        "insert into fee_policies (id, currency, version, starts_on, grace_days, flat_amount, percent_millionths,
                                   minimum_amount, warn_days, reason, made_at)
         values ('terms', 'EUR', 1, '2000-01-01', 0, 500, 0, 0, 3, 'Our terms', 0)"
    )
}

/// One conversation of the mail server of a test.
async fn converse(
    stream: TcpStream,
    to_recipients: &'static [&'static str],
    asked: Arc<AtomicUsize>,
    took: mpsc::UnboundedSender<String>,
) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut mail: Option<String> = None;
    let mut answer = "220 here".to_owned();
    loop {
        if !answer.is_empty() && writer.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
        let Ok(Some(line)) = lines.next_line().await else { return };
        answer = match (&mut mail, line.as_str()) {
            (Some(_), ".") => {
                let _ = took.send(mail.take().unwrap_or_default());
                "250 ok".to_owned()
            }
            (Some(mail), line) => {
                mail.push_str(line);
                mail.push('\n');
                String::new()
            }
            (None, "DATA") => {
                mail = Some(String::new());
                "354 go on".to_owned()
            }
            (None, line) if line.starts_with("RCPT") => {
                let at = asked.fetch_add(1, Ordering::Relaxed).min(to_recipients.len() - 1);
                to_recipients[at].to_owned()
            }
            (None, "QUIT") => return,
            _ => "250 ok".to_owned(),
        };
    }
}

pub struct Fixture {
    pub app: AppState,
    _folder: TempDir,
}

impl Fixture {
    /// Two customers, two people who help, and no bills.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = new_database(&folder).await;
        let mut config = Settings { database_url: Some(url), ..Settings::default() }.resolve().expect("settings");
        config.today = Some(TODAY);
        let fixture = Self { app: serve::state(config).await.expect("a state"), _folder: folder };
        fixture.write(async |conn: &mut Conn<'_>| set_policy(conn).await).await;
        for (id, name) in [(MIRA, "Mira Kovač"), (TOM, "Tom Whelan")] {
            fixture.add_customer(id, name).await;
        }
        for (id, name, role, customer) in [
            ("p-mira", "Mira Kovač", Role::Customer, Some(MIRA)),
            ("p-tom", "Tom Whelan", Role::Customer, Some(TOM)),
            ("p-jonas", "Jonas Ott", Role::Staff, None),
            ("p-ines", "Ines Moreau", Role::Staff, None),
        ] {
            let email = format!("{id}@example.com");
            fixture
                .write(async |conn: &mut Conn<'_>| {
                    let text = "insert into people (id, email, name, role, customer_id, created_at)
                                values ($1, $2, $3, $4, $5, 0)";
                    sql!(conn, execute, text, id, email.as_str(), name, role.name(), customer)
                })
                .await;
        }
        fixture
    }

    /// This app with a mail server on loopback, which says the next of `to_recipients` to each recipient, the last of them again
    /// and again, and gives the mails it took.
    pub async fn with_mail_server(
        &self,
        to_recipients: &'static [&'static str],
    ) -> (AppState, mpsc::UnboundedReceiver<String>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let mut config = (*self.app.config).clone();
        config.smtp_url = Some(format!("smtp://{}", listener.local_addr().expect("an address")));
        config.mail_from = Some("Harbour <hello@harbour.example>".to_owned());
        config.mail_reply_to = Some("Help <help@harbour.example>".to_owned());
        let (took, mails) = mpsc::unbounded_channel();
        let asked = Arc::new(AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, to_recipients, asked.clone(), took.clone()));
            }
        });
        let mailer = Mailer::from_config(&config).expect("settings");
        (AppState { mailer, config: Arc::new(config), ..self.app.clone() }, mails)
    }

    /// Runs statements that set a test up.
    pub async fn write(&self, work: impl AsyncFnOnce(&mut Conn<'_>) -> sqlx::Result<u64>) {
        self.app.db.write(work).await.expect("the statement to run");
    }

    pub async fn add_customer(&self, id: &str, name: &str) {
        let sought = customers::service::search_text(name, Some(&format!("{id}@example.com")), &format!("C-{id}"));
        self.write(async |conn: &mut Conn<'_>| {
            let text =
                "insert into customers (id, external_id, name, email, time_zone, search_text, created_at, updated_at)
                        values ($1, $2, $3, $4, 'Europe/Zagreb', $5, 0, 0)";
            sql!(
                conn,
                execute,
                text,
                id,
                format!("C-{id}").as_str(),
                name,
                format!("{id}@example.com").as_str(),
                sought.as_str()
            )
        })
        .await;
    }

    /// A bill in euros, whose id is its number.
    pub async fn add_bill(&self, customer: &str, number: &str, amount: i64, due_on: Date) {
        self.write(async |conn: &mut Conn<'_>| {
            let text = "insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, created_at, updated_at)
                        values ($1, $2, $1, 'EUR', $3, '2026-01-01', $4, 0, 0)";
            sql!(conn, execute, text, number, customer, amount, due_on.to_string().as_str())
        })
        .await;
    }

    pub async fn pay(&self, number: &str, amount: i64, on: Date) {
        self.write(async |conn: &mut Conn<'_>| {
            let text = "insert into payments (id, invoice_id, reference, amount, paid_on, created_at, updated_at)
                        values ($1, $2, $1, $3, $4, 0, 0)";
            let id = crate::server::db::new_id();
            sql!(conn, execute, text, id.as_str(), number, amount, on.to_string().as_str())
        })
        .await;
    }

    pub async fn dispute(&self, number: &str, on: Date) {
        self.write(async |conn: &mut Conn<'_>| {
            let text = "update invoices set disputed_on = $2 where number = $1";
            sql!(conn, execute, text, number, on.to_string().as_str())
        })
        .await;
    }

    pub async fn person(&self, id: &str) -> Person {
        let found = People::new(self.app.db.clone()).by_id(id).await;
        found.expect("people to be read").expect("this person to be there")
    }

    pub async fn mira(&self) -> Customer {
        Customer { person: self.person("p-mira").await, id: MIRA.to_owned() }
    }

    pub async fn conn(&self) -> Conn<'static> {
        self.app.db.reader().await.expect("a connection")
    }
}

/// What is sold, had and used.
impl Fixture {
    /// In euros; so many `GB` are in the fee, each above costs three. Its id is its code.
    pub async fn add_plan(&self, code: &str, fee: i64, included: i64, eligibility: Option<&str>) {
        let charges = gigabytes(included);
        self.write(async |conn: &mut Conn<'_>| {
            let text = "insert into plans (id, code, name, currency, monthly_fee, charges, eligibility, created_at,
                                           updated_at)
                        values ($1, $1, $1, 'EUR', $2, $3, $4, 0, 0)";
            sql!(conn, execute, text, code, fee, charges.as_str(), eligibility)
        })
        .await;
    }

    /// The same of another company, whose price was read on `checked_on`.
    pub async fn add_competitor(&self, provider: &str, fee: Option<i64>, included: i64, checked_on: Date) {
        let charges = gigabytes(included);
        self.write(async |conn: &mut Conn<'_>| {
            let text =
                "insert into competitors (id, provider, product, currency, monthly_fee, charges, source, checked_on,
                                                 created_at, updated_at)
                        values ($1, $1, 'Data', 'EUR', $2, $3, 'their price list', $4, 0, 0)";
            sql!(conn, execute, text, provider, fee, charges.as_str(), checked_on.to_string().as_str())
        })
        .await;
    }

    pub async fn subscribe(&self, customer: &str, plan: &str, starts_on: Date, ends_on: Option<Date>) {
        self.write(async |conn: &mut Conn<'_>| {
            let text = "insert into subscriptions (id, reference, customer_id, plan_id, starts_on, ends_on, created_at,
                                                   updated_at)
                        values ($1, $1, $2, $3, $4, $5, 0, 0)";
            let id = crate::server::db::new_id();
            let ends_on = ends_on.map(|day| day.to_string());
            sql!(conn, execute, text, id.as_str(), customer, plan, starts_on.to_string().as_str(), ends_on)
        })
        .await;
    }

    /// Tenths of a `GB` in the month of a day; several of a month add up.
    pub async fn use_tenths(&self, customer: &str, on: Date, tenths: i64) {
        self.write(async |conn: &mut Conn<'_>| {
            let text = "insert into usage (customer_id, meter, used_on, covers, quantity, created_at, updated_at)
                        values ($1, 'GB', $2, 'month', $3, 0, 0)";
            sql!(conn, execute, text, customer, on.to_string().as_str(), tenths * 100_000)
        })
        .await;
    }

    /// Mira has the large plan, and over twelve months the small one costs her twelve euros less, whichever months they are. Her
    /// subscription is `mira's`.
    pub async fn small_costs_less(&self) {
        self.add_plan("small", 1_000, 5, None).await;
        self.add_plan("large", 1_100, 20, None).await;
        self.subscribe(MIRA, "large", date(2025, 1, 1), None).await;
        self.write(async |conn: &mut Conn<'_>| {
            sql!(conn, execute, "update subscriptions set id = 'mira''s', reference = 'mira''s'")
        })
        .await;
        let (mut month, end) = (date(2025, 6, 1), date(2027, 3, 1));
        while month < end {
            self.use_tenths(MIRA, month, 20).await;
            month = month.saturating_add(1.months());
        }
    }
}

fn gigabytes(included: i64) -> String {
    format!(
        r#"[{{"meter":"GB","charge_model":"graduated","properties":{{"graduated_ranges":[
            {{"from_value":0,"to_value":{included},"per_unit_amount":"0"}},
            {{"from_value":{included},"to_value":null,"per_unit_amount":"3"}}]}}}}]"#
    )
}
