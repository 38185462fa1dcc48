//! Making, sending and consuming links; listing and ending sessions.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

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
    },
    ui,
};

/// How long a link can be used.
pub const LINK_MINUTES: i64 = 10;
const PER_EMAIL: Limit = Limit { tries: 5, minutes: 15 };
const PER_ADDRESS: Limit = Limit { tries: 60, minutes: 15 };

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

/// Sends a link where the address is known. The answer is the same, and as quick, where it is not.
pub async fn ask_link(app: &AppState, email: &str, address: &str) -> Result<()> {
    let email = normal_email(email).map_err(|error| error.keeping([("email", email)]))?;
    attempts::count(app, &format!("link-from:{address}"), PER_ADDRESS).await?;
    attempts::count(app, &format!("link-to:{email}"), PER_EMAIL).await?;
    let Some(mailer) = app.mailer.clone() else { return Ok(()) };
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = send_link(&app, &mailer, &email).await {
            tracing::error!(%error, "a sign-in link was not sent");
        }
    });
    Ok(())
}

async fn send_link(app: &AppState, mailer: &Mailer, email: &str) -> Result<()> {
    let Some(person) = People::new(app.db.clone()).by_email(email).await? else { return Ok(()) };
    let path = new_link(app, &person).await?;
    let mail = link_mail(&app.config.company, &person, &format!("{}{path}", app.config.base_url));
    mailer.send(mail).await.map_err(AppError::internal)
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

/// A new link for this person, as a path; their earlier links end.
pub async fn new_link(app: &AppState, person: &Person) -> Result<String> {
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let token_hash = hash(token.as_bytes());
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            store::forget_ended(conn, now).await?;
            let expires_at = now + LINK_MINUTES * 60_000;
            let link = store::NewLink { token_hash: &token_hash, person_id: &person.id, now, expires_at };
            store::replace_links(conn, link).await
        })
        .await?;
    Ok(format!("/sign-in/{token}"))
}

/// Whom this link would sign in. Looking does not use it up.
pub async fn open_link(app: &AppState, token: &str) -> Result<OpenLink> {
    let mut conn = app.db.reader().await?;
    let row = store::behind_link(&mut conn, &hash(token.as_bytes()), app.clock.now_ms()).await?;
    row.map(|row| OpenLink { called: row.preferred_name.unwrap_or_else(|| row.name.clone()), name: row.name })
        .ok_or(AppError::Refused(Refusal::LinkUsed))
}

/// Uses the link up and gives its person: of many who try at once, exactly one gets in.
pub async fn use_link(app: &AppState, token: &str, address: &str) -> Result<Person> {
    attempts::count(app, &format!("use-from:{address}"), PER_ADDRESS).await?;
    let now = app.clock.now_ms();
    let token_hash = hash(token.as_bytes());
    let person_id = app
        .db
        .write(async |conn: &mut Conn<'_>| store::consume_link(conn, &token_hash, now).await)
        .await?
        .ok_or(AppError::Refused(Refusal::LinkUsed))?;
    People::new(app.db.clone()).by_id(&person_id).await?.ok_or(AppError::Refused(Refusal::LinkUsed))
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
