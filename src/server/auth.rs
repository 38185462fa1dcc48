//! Who is asking: the first line of every server function.

use axum_login::{AuthManagerLayer, AuthManagerLayerBuilder, AuthUser, AuthnBackend, UserId};
use leptos::prelude::use_context;
use tower_sessions::{
    Expiry, SessionManagerLayer,
    cookie::{SameSite, time::Duration},
};

use super::{
    config::Config,
    db::{Db, Text},
    sessions::SessionRows,
    telemetry,
};
use crate::{
    domain::role::Role,
    error::{AppError, Result},
    sql,
};

/// Someone who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// The account of a customer; nothing for staff and admins.
    pub customer_id: Option<String>,
    /// Changes when what the person may do changes, which ends their sessions.
    standing: Vec<u8>,
}

impl Person {
    /// Whether what this person may do is what `other`, the same at another time, might.
    pub fn has_same_standing(&self, other: &Person) -> bool {
        self.standing == other.standing
    }
}

/// A signed-in customer and the account that is theirs.
#[derive(Clone, Debug)]
pub struct Customer {
    pub person: Person,
    pub id: String,
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    id: String,
    email: String,
    name: String,
    role: Text<Role>,
    customer_id: Option<String>,
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        let account = row.customer_id.as_deref().unwrap_or_default();
        let standing = format!("{}:{account}:{}", row.role.0, row.email).into_bytes();
        Person {
            id: row.id,
            email: row.email,
            name: row.name,
            role: row.role.0,
            customer_id: row.customer_id,
            standing,
        }
    }
}

impl AuthUser for Person {
    type Id = String;

    fn id(&self) -> String {
        self.id.clone()
    }

    fn session_auth_hash(&self) -> &[u8] {
        &self.standing
    }
}

/// Looks people up for axum-login; nobody who was shut out is found. How they prove who they are is the sign-in feature's part.
#[derive(Clone)]
pub struct People {
    db: Db,
}

impl People {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    pub async fn by_id(&self, id: &str) -> sqlx::Result<Option<Person>> {
        let mut conn = self.db.reader().await?;
        let text = "select id, email, name, role, customer_id from people where id = $1 and disabled_at is null";
        Ok(sql!(conn, optional as PersonRow, text, id)?.map(Person::from))
    }

    /// `email` in lower case.
    pub async fn by_email(&self, email: &str) -> sqlx::Result<Option<Person>> {
        let mut conn = self.db.reader().await?;
        let text = "select id, email, name, role, customer_id from people where email = $1 and disabled_at is null";
        Ok(sql!(conn, optional as PersonRow, text, email)?.map(Person::from))
    }
}

impl AuthnBackend for People {
    type User = Person;
    /// A person whose link was just consumed.
    type Credentials = Person;
    type Error = sqlx::Error;

    async fn authenticate(&self, proven: Person) -> sqlx::Result<Option<Person>> {
        Ok(Some(proven))
    }

    async fn get_user(&self, id: &UserId<Self>) -> sqlx::Result<Option<Person>> {
        self.by_id(id).await
    }
}

pub type AuthSession = axum_login::AuthSession<People>;

/// Sessions live thirty days at most, and end after a week unused.
pub const LONGEST_SESSION_DAYS: i64 = 30;

/// The layer that reads the cookie and finds the person.
pub fn layer(db: &Db, config: &Config) -> AuthManagerLayer<People, SessionRows> {
    let sessions = SessionManagerLayer::new(SessionRows::new(db.clone()))
        .with_name(cookie_name(config))
        .with_secure(config.is_https())
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(Duration::days(LONGEST_SESSION_DAYS)));
    AuthManagerLayerBuilder::new(People::new(db.clone()), sessions).build()
}

/// `__Host-` where the browser can enforce it.
pub fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-candor" } else { "candor" }
}

/// The session of this request; nothing outside a request.
pub fn session() -> Option<AuthSession> {
    use_context::<axum::http::request::Parts>()?.extensions.get::<AuthSession>().cloned()
}

/// Whoever is signed in, of any role.
pub fn person() -> Result<Person> {
    session().and_then(|session| session.user).ok_or(AppError::SignIn)
}

/// A customer, with the account that is theirs. The id never comes from the browser.
pub fn customer() -> Result<Customer> {
    let person = person()?;
    match person.customer_id.clone() {
        Some(id) if person.role == Role::Customer => Ok(Customer { person, id }),
        _ => Err(forbidden()),
    }
}

/// Someone who helps customers: staff or an admin.
pub fn staff() -> Result<Person> {
    let person = person()?;
    if person.role.helps_customers() { Ok(person) } else { Err(forbidden()) }
}

/// Someone who sets the rules.
pub fn admin() -> Result<Person> {
    let person = person()?;
    if person.role.sets_rules() { Ok(person) } else { Err(forbidden()) }
}

/// Somebody asked for what is not theirs; the log says who, from where.
pub fn forbidden() -> AppError {
    telemetry::security("forbidden", "");
    AppError::Forbidden
}
