//! Making, sending and consuming links; listing and ending sessions.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tracing::Instrument;

use super::{CastMember, Doors, OpenLink, SignedInBrowser, Viewer, ViewerPerson, store};
use crate::{
    domain::role::Role,
    error::{AppError, Reason, Refusal, Result},
    features::{credits, customers, notes, profile},
    server::{
        attempts::{self, Limit},
        auth::{People, Person},
        clock::moment,
        db::{Conn, new_id},
        demo,
        mail::{Mail, Mailer},
        sessions::hash,
        state::AppState,
        telemetry,
    },
    ui,
};

/// How long a link can be used.
pub const LINK_MINUTES: i64 = 10;
/// For one mailbox, from one network.
const PER_EMAIL: Limit = Limit { tries: 5, minutes: 15 };
const PER_NETWORK: Limit = Limit { tries: 60, minutes: 15 };
/// Whoever asks again so soon has a link that works: another mail would only be one more.
const FRESH_MS: i64 = 60_000;
/// The same once so many were sent lately: somebody asks again and again, and need not be the owner of the mailbox.
const FRESH_AMONG_MANY_MS: i64 = 5 * 60_000;
const MANY_LINKS: usize = 3;

/// Lower case and without spaces around; the same person however they type it.
pub fn normal_email(text: &str) -> Result<String> {
    let email = text.trim().to_lowercase();
    if email.is_empty() {
        return Err(AppError::field("email", Reason::Missing));
    }
    let well_formed = email.parse::<lettre::Address>().is_ok() && email.len() <= 254;
    if well_formed { Ok(email) } else { Err(AppError::field("email", Reason::NotAnEmail)) }
}

/// Whoever looks at a page, as its head needs them; money and dates are written a customer's own way.
pub async fn viewer(app: &AppState, person: Option<Person>) -> Result<Viewer> {
    let (unread, credit, locale) = match person.as_ref().and_then(|person| person.customer_id.as_deref()) {
        Some(customer_id) => {
            let mut conn = app.db.reader().await?;
            (
                notes::service::unread(&mut conn, customer_id).await?,
                credits::service::balance_of(app, &mut conn, customer_id).await?,
                profile::service::locale_of(&mut conn, customer_id).await?,
            )
        }
        None => Default::default(),
    };
    Ok(Viewer {
        person: person.map(|person| ViewerPerson { name: person.name, role: person.role }),
        company: app.config.company.clone(),
        is_demo: app.config.demo,
        unread,
        credit,
        locale,
    })
}

pub async fn doors(app: &AppState) -> Result<Doors> {
    let cast = if app.config.demo {
        let mut conn = app.db.reader().await?;
        store::people_at(&mut conn, demo::DOMAIN).await?
    } else {
        Vec::new()
    };
    Ok(Doors {
        sends_mail: app.mailer.is_some(),
        help_contact: app.config.help_contact.clone(),
        cast: cast.into_iter().map(|row| CastMember { email: row.email, name: row.name, role: row.role.0 }).collect(),
    })
}

/// Sends a link where the address is known. The answer is the same, and as quick, where it is not. `network` is where it was
/// asked: what others ask for the same address takes nothing from its owner, who has a link that works in their mailbox.
pub async fn ask_link(app: &AppState, email: &str, network: &str) -> Result<()> {
    let email = normal_email(email).map_err(|error| error.keeping([("email", email)]))?;
    attempts::count(app, &format!("link-from:{network}"), PER_NETWORK).await?;
    attempts::count(app, &format!("link-to:{email}:{network}"), PER_EMAIL).await?;
    let Some(mailer) = app.mailer.clone() else { return Ok(()) };
    let app = app.clone();
    let sending = async move {
        if let Err(error) = send_link(&app, &mailer, &email).await {
            tracing::error!(%error, "a sign-in link was not sent");
        }
    };
    tokio::spawn(sending.in_current_span());
    Ok(())
}

async fn send_link(app: &AppState, mailer: &Mailer, email: &str) -> Result<()> {
    let Some(person) = People::new(app.db.clone()).by_email(email).await? else {
        telemetry::security("link_asked_by_nobody_known", "");
        return Ok(());
    };
    let Some(path) = link_to_send(app, &person).await? else {
        telemetry::security("link_not_sent_again", &person.id);
        return Ok(());
    };
    telemetry::security("link_sent", &person.id);
    let mail = link_mail(&app.config.company, &person, &format!("{}{path}", app.config.base_url));
    mailer.send(mail).await.map_err(AppError::internal)
}

/// A link beside those this person was sent before, as a path; nothing where the last one is so fresh that it will do.
async fn link_to_send(app: &AppState, person: &Person) -> Result<Option<String>> {
    let (path, link) = fresh_link();
    let now = app.clock.now_ms();
    let is_new = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            store::forget_ended(conn, now).await?;
            store::take_turn(conn, &person.id).await?;
            let lately = store::links_since(conn, &person.id, now - LINK_MINUTES * 60_000).await?;
            let gap = if lately.len() < MANY_LINKS { FRESH_MS } else { FRESH_AMONG_MANY_MS };
            if lately.iter().any(|made| made + gap > now) {
                return Ok(false);
            }
            store::add_link(conn, link.of(person, now)).await?;
            Ok::<_, AppError>(true)
        })
        .await?;
    Ok(is_new.then_some(path))
}

fn link_mail(company: &str, person: &Person, address: &str) -> Mail {
    let name = &person.name;
    let text = format!(
        "Hello {name},\n\nhere is your link to {company}. It works once, within {LINK_MINUTES} minutes:\n\n{address}\n\n\
         You did not ask for it? Then somebody typed your address; nothing happens unless the link is used.\n"
    );
    let html = format!(
        "<p>Hello {},</p><p>here is your link to {}. It works once, within {LINK_MINUTES} minutes:</p>\
         <p><a href=\"{address}\">Sign in to {}</a></p>\
         <p>You did not ask for it? Then somebody typed your address; nothing happens unless the link is used.</p>",
        ui::escape(name),
        ui::escape(company),
        ui::escape(company),
    );
    Mail { to: person.email.clone(), subject: format!("Your link to {company}"), text, html }
}

/// The hash of a token nobody else knows.
struct Fresh(String);

impl Fresh {
    fn of<'a>(&'a self, person: &'a Person, now: i64) -> store::NewLink<'a> {
        store::NewLink { token_hash: &self.0, person_id: &person.id, now, expires_at: now + LINK_MINUTES * 60_000 }
    }
}

/// The path of a new link, and what is kept of it.
fn fresh_link() -> (String, Fresh) {
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    (format!("/sign-in/{token}"), Fresh(hash(token.as_bytes())))
}

/// A new link for this person, as a path; their earlier links end.
pub async fn new_link(app: &AppState, person: &Person) -> Result<String> {
    let (path, link) = fresh_link();
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            store::forget_ended(conn, now).await?;
            store::end_links(conn, &person.id).await?;
            store::add_link(conn, link.of(person, now)).await
        })
        .await?;
    telemetry::security("link_made", &person.id);
    Ok(path)
}

/// Whom this link would sign in. Looking does not use it up.
pub async fn open_link(app: &AppState, token: &str) -> Result<OpenLink> {
    let mut conn = app.db.reader().await?;
    let row = store::behind_link(&mut conn, &hash(token.as_bytes()), app.clock.now_ms()).await?;
    row.map(|row| OpenLink { called: row.preferred_name.unwrap_or_else(|| row.name.clone()), name: row.name })
        .ok_or(AppError::Refused(Refusal::LinkUsed))
}

/// Uses the link up and gives its person, whose other links end: of many who try at once, exactly one gets in. Only tries that
/// fail are counted, so that nobody else's can keep out whoever has a link.
pub async fn use_link(app: &AppState, token: &str, network: &str) -> Result<Person> {
    let now = app.clock.now_ms();
    let token_hash = hash(token.as_bytes());
    let person_id = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            let Some(person_id) = store::consume_link(conn, &token_hash, now).await? else { return Ok(None) };
            store::end_links(conn, &person_id).await?;
            Ok::<_, AppError>(Some(person_id))
        })
        .await?;
    let person = match person_id {
        Some(person_id) => People::new(app.db.clone()).by_id(&person_id).await?,
        None => None,
    };
    if person.is_none() {
        telemetry::security("link_refused", "");
        attempts::count(app, &format!("use-from:{network}"), PER_NETWORK).await?;
    }
    person.ok_or(AppError::Refused(Refusal::LinkUsed))
}

/// One of the cast, in a demo; elsewhere this door does not exist.
pub async fn cast_member(app: &AppState, email: &str) -> Result<Person> {
    if !app.config.demo || !email.ends_with(demo::DOMAIN) {
        return Err(AppError::NotFound);
    }
    People::new(app.db.clone()).by_email(email).await?.ok_or(AppError::NotFound)
}

/// Adds someone who can sign in; a customer needs the account's id in the billing system.
pub async fn add_person(
    app: &AppState,
    email: &str,
    role: Role,
    name: Option<&str>,
    account: Option<&str>,
) -> Result<Person> {
    let email = normal_email(email)?;
    let now = app.clock.now_ms();
    let id = new_id();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let customer = match (role, account) {
                (Role::Customer, Some(account)) => Some(
                    store::customer_by_external_id(conn, account)
                        .await?
                        .ok_or_else(|| AppError::field("customer", Reason::NoSuchCustomer))?,
                ),
                (Role::Customer, None) => return Err(AppError::field("customer", Reason::Missing)),
                (Role::Staff | Role::Admin, _) => None,
            };
            let local_part = email.split('@').next().unwrap_or_default();
            let person = store::NewPerson {
                id: &id,
                email: &email,
                name: name.or(customer.as_ref().map(|customer| customer.name.as_str())).unwrap_or(local_part),
                role,
                customer_id: customer.as_ref().map(|customer| customer.id.as_str()),
                now,
            };
            if store::add_person(conn, person).await? {
                Ok(())
            } else {
                Err(AppError::field("email", Reason::EmailTaken))
            }
        })
        .await?;
    telemetry::security("person_added", &format!("{id} as {role}"));
    People::new(app.db.clone()).by_id(&id).await?.ok_or(AppError::NotFound)
}

pub async fn sessions(app: &AppState, person: &Person, this_one: &str) -> Result<Vec<SignedInBrowser>> {
    let mut conn = app.db.reader().await?;
    let rows = store::sessions_of(&mut conn, &person.id, app.clock.now_ms()).await?;
    let zone = match &person.customer_id {
        Some(customer_id) => customers::service::account(&mut conn, customer_id).await?.time_zone,
        None => app.config.time_zone.clone(),
    };
    let shown = |ms| moment(ms, &zone);
    Ok(rows
        .into_iter()
        .map(|row| SignedInBrowser {
            is_this_one: row.token_hash == this_one,
            id: row.id,
            browser: browser_name(row.user_agent.as_deref().unwrap_or_default()),
            since: shown(row.created_at),
            last_seen: shown(row.last_seen_at),
        })
        .collect())
}

pub async fn end_session(app: &AppState, person: &Person, id: &str) -> Result<()> {
    let ended = app.db.write(async |conn: &mut Conn<'_>| store::end_session(conn, &person.id, id).await).await?;
    if ended { Ok(()) } else { Err(AppError::NotFound) }
}

pub async fn end_other_sessions(app: &AppState, person: &Person, this_one: &str) -> Result<()> {
    app.db.write(async |conn: &mut Conn<'_>| store::end_other_sessions(conn, &person.id, this_one).await).await?;
    Ok(())
}

/// `Firefox on Linux` from what a browser says of itself; browsers name their ancestors too, so the order counts.
fn browser_name(user_agent: &str) -> String {
    let found = |names: &[(&'static str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = found(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = found(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ => "An unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::fixture::Fixture;

    #[tokio::test]
    async fn asking_again_takes_nothing_from_who_has_a_link() {
        let house = Fixture::new().await;
        let jonas = house.person("p-jonas").await;
        let age = async |minutes: i64| {
            let text = "update sign_in_links set created_at = created_at - $1, expires_at = expires_at - $1";
            let aged =
                house.app.db.write(async |conn: &mut Conn<'_>| crate::sql!(conn, execute, text, minutes * 60_000));
            aged.await.expect("older links");
        };
        let token = |path: Option<String>| path.map(|path| path.trim_start_matches("/sign-in/").to_owned());
        let first = token(link_to_send(&house.app, &jonas).await.expect("a link")).expect("the first");
        assert_eq!(link_to_send(&house.app, &jonas).await, Ok(None), "one so fresh will do");
        age(1).await;
        let second = token(link_to_send(&house.app, &jonas).await.expect("a link")).expect("a minute later");
        assert!(open_link(&house.app, &first).await.is_ok(), "a stranger's asking ends no link");
        age(1).await;
        assert!(link_to_send(&house.app, &jonas).await.is_ok_and(|path| path.is_some()));
        age(2).await;
        assert_eq!(link_to_send(&house.app, &jonas).await, Ok(None), "a mailbox is not filled");
        age(3).await;
        assert!(link_to_send(&house.app, &jonas).await.is_ok_and(|path| path.is_some()), "nor is anybody locked out");
        assert_eq!(use_link(&house.app, &second, "test").await.map(|person| person.id), Ok(jonas.id));
        let other = open_link(&house.app, &first).await;
        assert_eq!(other, Err(AppError::Refused(Refusal::LinkUsed)), "with one used the others end");
    }

    #[tokio::test]
    async fn tries_that_fail_keep_nobody_out_who_has_a_link() {
        let house = Fixture::new().await;
        let jonas = house.person("p-jonas").await;
        for _ in 0..60 {
            let wrong = use_link(&house.app, "nonsense", "a network").await;
            assert_eq!(wrong, Err(AppError::Refused(Refusal::LinkUsed)));
        }
        assert_eq!(use_link(&house.app, "nonsense", "a network").await, Err(AppError::TooMany { minutes: 15 }));
        let path = new_link(&house.app, &jonas).await.expect("a link");
        let used = use_link(&house.app, path.trim_start_matches("/sign-in/"), "a network").await;
        assert_eq!(used.map(|person| person.id), Ok(jonas.id));
    }

    #[test]
    fn browsers_are_called_by_their_own_name() {
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0";
        assert_eq!(browser_name(edge), "Edge on Windows");
        assert_eq!(
            browser_name("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"),
            "Firefox on Linux"
        );
        assert_eq!(browser_name("curl/8"), "An unknown browser");
    }

    #[test]
    fn an_address_is_the_same_however_it_is_typed() {
        assert_eq!(normal_email(" Mira@Example.COM "), Ok("mira@example.com".to_owned()));
        for wrong in ["mira", "mira@", "@example.com", "a b@example.com", "mira@example.com\nbcc: x@example.com"] {
            assert_eq!(normal_email(wrong), Err(AppError::field("email", Reason::NotAnEmail)), "{wrong:?}");
        }
    }
}
