//! Making, sending and consuming links; listing and ending sessions.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tracing::Instrument;

pub use super::store::DoorRow;
use super::{CastMember, Doors, OpenLink, SignedInBrowser, Viewer, ViewerPerson, store, wish};
use crate::{
    domain::{
        role::Role,
        seen::{breaks_a_line, is_seen},
    },
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
/// How long after each try the next comes, where the mail server did not take a link for now: together less than a link lives.
const GAPS: [Duration; 6] = [
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(40),
    Duration::from_secs(90),
    Duration::from_secs(150),
    Duration::from_secs(240),
];
/// For one mailbox, from one network.
const PER_EMAIL: Limit = Limit { tries: 5, minutes: 15 };
const PER_NETWORK: Limit = Limit { tries: 60, minutes: 15 };
/// Whoever asks again so soon has a link that works: another mail would only be one more.
const FRESH_MS: i64 = 60_000;
/// The same once so many were sent lately: somebody asks again and again, and need not be the owner of the mailbox.
const FRESH_AMONG_MANY_MS: i64 = 5 * 60_000;
const MANY_LINKS: usize = 3;
const LONGEST_NAME: u32 = 200;
/// As many browsers as one person is signed in with.
const MOST_SESSIONS: i64 = 100;

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

/// Sends a link where the address is known, which leads on to the page `wish`. The answer is the same, and as quick, where it
/// is not. `network` is where it was asked: what others ask for the same address takes nothing from its owner, who has a link
/// that works in their mailbox.
pub async fn ask_link(app: &AppState, email: &str, wish: &str, network: &str) -> Result<()> {
    let email = normal_email(email).map_err(|error| error.keeping([("email", email)]))?;
    attempts::count(app, &format!("link-from:{network}"), PER_NETWORK).await?;
    attempts::count(app, &format!("link-to:{email}:{network}"), PER_EMAIL).await?;
    let Some(mailer) = app.mailer.clone() else { return Ok(()) };
    let (app, wish) = (app.clone(), wish.to_owned());
    let sending = async move {
        if let Err(error) = send_link(&app, &mailer, &email, &wish, &GAPS).await {
            tracing::error!(%error, "a sign-in link was not sent");
        }
    };
    tokio::spawn(sending.in_current_span());
    Ok(())
}

/// Sends a link and, where the mail server does not take it for now, tries again after each of `gaps`, as long as the link
/// can be used and no newer one was asked for.
async fn send_link(app: &AppState, mailer: &Mailer, email: &str, wish: &str, gaps: &[Duration]) -> Result<()> {
    let Some(person) = People::new(app.db.clone()).by_email(email).await? else {
        telemetry::security("link_asked_by_nobody_known", "");
        return Ok(());
    };
    let Some(path) = link_to_send(app, &person, wish::page(wish)).await? else {
        telemetry::security("link_not_sent_again", &person.id);
        return Ok(());
    };
    let called = match &person.customer_id {
        Some(id) => customers::service::account(&mut app.db.reader().await?, id).await?.called().to_owned(),
        None => person.name.clone(),
    };
    let token_hash = hash(path.trim_start_matches("/sign-in/").as_bytes());
    let mail = link_mail(&app.config.company, &person, &called, &format!("{}{path}", app.config.base_url));
    let mut gaps = gaps.iter();
    loop {
        let Err(error) = mailer.send(mail.clone()).await else {
            telemetry::security("link_sent", &person.id);
            return match &person.customer_id {
                Some(id) => customers::service::takes_mail(app, id, email).await,
                None => Ok(()),
            };
        };
        if error.is_of_the_address() {
            tracing::warn!(%error, "a sign-in link was refused for good");
            return match &person.customer_id {
                Some(id) => {
                    let why = error.to_string();
                    customers::service::refuses_mail(app, id, email, &why, app.clock.now_ms()).await
                }
                None => Ok(()),
            };
        }
        let Some(gap) = gaps.next() else { return Err(AppError::internal(error)) };
        tracing::warn!(%error, "a sign-in link was not taken; it is tried again");
        tokio::time::sleep(*gap).await;
        if store::behind_link(&mut app.db.reader().await?, &token_hash, app.clock.now_ms()).await?.is_none() {
            return Ok(());
        }
    }
}

/// A link beside those this person was sent before, as a path; nothing where the last one is so fresh that it will do.
async fn link_to_send(app: &AppState, person: &Person, wish: Option<&str>) -> Result<Option<String>> {
    let (path, link) = fresh_link();
    let now = app.clock.now_ms();
    let is_new = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            store::forget_ended(conn, now).await?;
            store::take_turn_of(conn, &person.id).await?;
            let lately = store::links_since(conn, &person.id, now - LINK_MINUTES * 60_000).await?;
            let gap = if lately.len() < MANY_LINKS { FRESH_MS } else { FRESH_AMONG_MANY_MS };
            if lately.iter().any(|made| made + gap > now) {
                return Ok(false);
            }
            store::add_link(conn, link.of(person, wish, now)).await?;
            Ok::<_, AppError>(true)
        })
        .await?;
    Ok(is_new.then_some(path))
}

fn link_mail(company: &str, person: &Person, name: &str, address: &str) -> Mail {
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
    Mail { id: new_id(), to: person.email.clone(), subject: format!("Your link to {company}"), text, html }
}

/// The hash of a token nobody else knows.
struct Fresh(String);

impl Fresh {
    fn of<'a>(&'a self, person: &'a Person, wish: Option<&'a str>, now: i64) -> store::NewLink<'a> {
        let expires_at = now + LINK_MINUTES * 60_000;
        store::NewLink { token_hash: &self.0, person_id: &person.id, wish, now, expires_at }
    }
}

/// The path of a new link, and what is kept of it.
fn fresh_link() -> (String, Fresh) {
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    (format!("/sign-in/{token}"), Fresh(hash(token.as_bytes())))
}

/// A new link for this person, as a path; their earlier links end.
pub async fn new_link(app: &AppState, person: &Person) -> Result<String> {
    new_link_to(app, person, None).await
}

/// The same, which leads on to the page `wish`.
pub async fn new_link_to(app: &AppState, person: &Person, wish: Option<&str>) -> Result<String> {
    let (path, link) = fresh_link();
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            store::forget_ended(conn, now).await?;
            store::replace_links(conn, &person.id, now).await?;
            store::add_link(conn, link.of(person, wish, now)).await
        })
        .await?;
    telemetry::security("link_made", &person.id);
    Ok(path)
}

/// Whom this link would sign in. Looking does not use it up.
pub async fn open_link(app: &AppState, token: &str) -> Result<OpenLink> {
    let mut conn = app.db.reader().await?;
    let token_hash = hash(token.as_bytes());
    match store::behind_link(&mut conn, &token_hash, app.clock.now_ms()).await? {
        Some(row) => {
            let preferred = row.preferred_name.filter(|name| !name.is_empty());
            Ok(OpenLink { called: preferred.unwrap_or_else(|| row.name.clone()), name: row.name })
        }
        None => Err(why_ended(app, &token_hash).await?),
    }
}

/// Why a link opens nothing.
async fn why_ended(app: &AppState, token_hash: &str) -> Result<AppError> {
    let is_replaced = store::is_replaced(&mut app.db.reader().await?, token_hash).await?;
    Ok(AppError::Refused(if is_replaced { Refusal::LinkReplaced } else { Refusal::LinkUsed }))
}

/// Somebody who came in, and the page that opens.
#[derive(Debug)]
pub struct Entered {
    pub person: Person,
    pub leads_to: String,
}

/// Uses the link up and gives its person, whose other links end: of many who try at once, exactly one gets in. Only tries that
/// fail are counted, so that nobody else's can keep out whoever has a link.
pub async fn use_link(app: &AppState, token: &str, network: &str) -> Result<Entered> {
    let now = app.clock.now_ms();
    let token_hash = hash(token.as_bytes());
    let used = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            let Some(used) = store::consume_link(conn, &token_hash, now).await? else { return Ok(None) };
            store::end_links(conn, &used.person_id).await?;
            Ok::<_, AppError>(Some(used))
        })
        .await?;
    if let Some(used) = used
        && let Some(person) = People::new(app.db.clone()).by_id(&used.person_id).await?
    {
        return Ok(Entered { leads_to: wish::leads_to(person.role, used.wish.as_deref()), person });
    }
    telemetry::security("link_refused", "");
    attempts::count(app, &format!("use-from:{network}"), PER_NETWORK).await?;
    Err(why_ended(app, &token_hash).await?)
}

/// Makes room for one more browser of this person: with more than so many, the one used longest ago is signed out.
pub async fn make_room(app: &AppState, person: &Person) -> Result<()> {
    let ended = app
        .db
        .write(async |conn: &mut Conn<'_>| store::end_oldest_sessions(conn, &person.id, MOST_SESSIONS - 1).await)
        .await?;
    if ended > 0 {
        telemetry::security("oldest_sessions_ended", &person.id);
    }
    Ok(())
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
    let name = name.map(person_name).transpose()?;
    let now = app.clock.now_ms();
    let id = new_id();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let customer = customer_for(conn, role, account).await?;
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

/// Everybody who can sign in, and who could: admins, staff, then customers.
pub async fn doors_of_people(app: &AppState) -> Result<Vec<DoorRow>> {
    Ok(store::doors(&mut app.db.reader().await?, app.clock.now_ms()).await?)
}

/// What an operator changes about who may come in.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// A customer needs the account's id in the billing system.
    Role(Role, Option<&'a str>),
    /// As they sign what they write from now on.
    Name(&'a str),
    Disable,
    Enable,
    EndSessions,
}

/// Changes who may come in, and how. But for another name and for letting somebody in again, every session of theirs ends, and every link. There is
/// always an admin left.
pub async fn change_door(app: &AppState, email: &str, change: Change<'_>) -> Result<(DoorRow, u64)> {
    let email = normal_email(email)?;
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            store::take_turn(conn).await?;
            let person = store::door(conn, &email, now).await?.ok_or(AppError::field("email", Reason::NoSuchPerson))?;
            let gives_up_rules = match change {
                Change::Role(role, _) => role != Role::Admin,
                Change::Disable => true,
                Change::Name(_) | Change::Enable | Change::EndSessions => false,
            };
            let is_admin = person.role.0 == Role::Admin && person.disabled_at.is_none();
            if is_admin && gives_up_rules && store::other_admins(conn, &person.id).await? == 0 {
                return Err(AppError::Refused(Refusal::LastAdmin));
            }
            match change {
                Change::Role(role, account) => {
                    let customer = customer_for(conn, role, account).await?;
                    store::set_role(conn, &person.id, role, customer.as_ref().map(|one| one.id.as_str())).await?;
                }
                Change::Disable => store::set_disabled(conn, &person.id, Some(now)).await?,
                Change::Enable => {
                    store::set_disabled(conn, &person.id, None).await?;
                    return Ok((person, 0));
                }
                Change::Name(name) => {
                    store::rename(conn, &person.id, person_name(name)?).await?;
                    return Ok((person, 0));
                }
                Change::EndSessions => {}
            }
            let ended = store::shut(conn, &person.id).await?;
            Ok((person, ended))
        })
        .await
}

/// A name as somebody signs with it: on one line, and something of it is seen.
fn person_name(name: &str) -> Result<&str> {
    let name = name.trim();
    let wrong = match name {
        "" => Some(Reason::Missing),
        name if name.chars().count() > LONGEST_NAME as usize => Some(Reason::TooLong(LONGEST_NAME)),
        name if name.chars().any(breaks_a_line) => Some(Reason::NotOneLine),
        name if !is_seen(name) => Some(Reason::NothingSeen),
        _ => None,
    };
    wrong.map_or(Ok(name), |reason| Err(AppError::field("name", reason)))
}

/// The account of somebody in this role; one who is no customer has none.
async fn customer_for(conn: &mut Conn<'_>, role: Role, account: Option<&str>) -> Result<Option<store::CustomerRow>> {
    match (role, account) {
        (Role::Customer, Some(account)) => {
            let found = store::customer_by_external_id(conn, account).await?;
            found.map(Some).ok_or_else(|| AppError::field("customer", Reason::NoSuchCustomer))
        }
        (Role::Customer, None) => Err(AppError::field("customer", Reason::Missing)),
        (Role::Staff | Role::Admin, _) => Ok(None),
    }
}

/// Billing gave the person another address, or name: with an old address nobody comes in any more.
pub async fn move_door(conn: &mut Conn<'_>, person_id: &str, email: &str, name: &str) -> sqlx::Result<()> {
    store::move_door(conn, person_id, email, name).await
}

/// Billing took the address away from its customer, and the door with it.
pub async fn take_away_door(conn: &mut Conn<'_>, person_id: &str) -> sqlx::Result<()> {
    store::shut(conn, person_id).await?;
    store::take_away(conn, person_id).await
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
        ("EdgiOS/", "Edge"),
        ("EdgA/", "Edge"),
        ("OPR/", "Opera"),
        ("OPT/", "Opera"),
        ("OPiOS/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
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
    use crate::{
        features::fixture::{Fixture, MIRA},
        sql,
    };

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
        let first = token(link_to_send(&house.app, &jonas, None).await.expect("a link")).expect("the first");
        assert_eq!(link_to_send(&house.app, &jonas, None).await, Ok(None), "one so fresh will do");
        age(1).await;
        let second = token(link_to_send(&house.app, &jonas, None).await.expect("a link")).expect("a minute later");
        assert!(open_link(&house.app, &first).await.is_ok(), "a stranger's asking ends no link");
        age(1).await;
        assert!(link_to_send(&house.app, &jonas, None).await.is_ok_and(|path| path.is_some()));
        age(2).await;
        assert_eq!(link_to_send(&house.app, &jonas, None).await, Ok(None), "a mailbox is not filled");
        age(3).await;
        assert!(
            link_to_send(&house.app, &jonas, None).await.is_ok_and(|path| path.is_some()),
            "nor is anybody locked out"
        );
        assert_eq!(use_link(&house.app, &second, "test").await.map(|entered| entered.person.id), Ok(jonas.id));
        let other = open_link(&house.app, &first).await;
        assert_eq!(other, Err(AppError::Refused(Refusal::LinkUsed)), "with one used the others end");
    }

    #[tokio::test]
    async fn tries_that_fail_keep_nobody_out_who_has_a_link() {
        let house = Fixture::new().await;
        let jonas = house.person("p-jonas").await;
        for _ in 0..60 {
            let wrong = use_link(&house.app, "nonsense", "a network").await.map(drop);
            assert_eq!(wrong, Err(AppError::Refused(Refusal::LinkUsed)));
        }
        let too_many = use_link(&house.app, "nonsense", "a network").await.map(drop);
        assert_eq!(too_many, Err(AppError::TooMany { minutes: 15 }));
        let path = new_link(&house.app, &jonas).await.expect("a link");
        let used = use_link(&house.app, path.trim_start_matches("/sign-in/"), "a network").await;
        assert_eq!(used.map(|entered| entered.person.id), Ok(jonas.id));
    }

    #[tokio::test]
    async fn a_link_that_is_not_taken_for_now_is_sent_again_and_one_refused_for_good_is_not() {
        let house = Fixture::new().await;
        let moved = "update people set email = 'mira@example.com' where id = 'p-mira'";
        house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, moved)).await;
        let (app, mut mails) = house.with_mail_server(&["451 later", "452 later", "250 ok"]).await;
        let mailer = app.mailer.clone().expect("a mailer");
        let gaps = [Duration::from_millis(1); 4];
        send_link(&app, &mailer, "mira@example.com", "/notices/1", &gaps).await.expect("sent");
        let mail = mails.try_recv().expect("the mail");
        assert!(mail.contains("Auto-Submitted: auto-generated") && mail.contains("Hello Mira Kova"), "{mail}");
        let wish = sql!(house.conn().await, scalar as String, "select wish from sign_in_links").expect("the link");
        assert_eq!(wish, "/notices/1");

        let forget = async || {
            house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, "delete from sign_in_links")).await;
        };
        forget().await;
        let (app, mut mails) = house.with_mail_server(&["550 5.1.1 nobody here", "250 ok"]).await;
        let mailer = app.mailer.clone().expect("a mailer");
        send_link(&app, &mailer, "mira@example.com", "", &gaps).await.expect("given up");
        assert!(mails.try_recv().is_err(), "no other try");
        let account = customers::service::account(&mut house.conn().await, MIRA).await.expect("the account");
        assert!(account.refused_mail.is_some_and(|why| why.contains("nobody here")));
        forget().await;
        send_link(&app, &mailer, "mira@example.com", "", &gaps).await.expect("sent");
        let account = customers::service::account(&mut house.conn().await, MIRA).await.expect("the account");
        assert_eq!(account.refused_mail, None, "it takes mail again");
    }

    #[tokio::test]
    async fn one_person_is_signed_in_with_so_many_browsers_at_most() {
        let house = Fixture::new().await;
        for number in 0..MOST_SESSIONS + 5 {
            house
                .write(async |conn: &mut Conn<'_>| {
                    let text = "insert into sessions (token_hash, id, person_id, data, created_at, last_seen_at, expires_at)
                                select 's-' || id || $1, id || $1, id, '{}', 0, $2, 9 from people where role = 'customer'";
                    sql!(conn, execute, text, number.to_string(), number)
                })
                .await;
        }
        make_room(&house.app, &house.person("p-mira").await).await.expect("room");
        for (person, expected, oldest) in [("p-mira", MOST_SESSIONS - 1, 6), ("p-tom", MOST_SESSIONS + 5, 0)] {
            let text = "select count(*) from sessions where person_id = $1 union all
                        select min(last_seen_at) from sessions where person_id = $1";
            let left = sql!(house.conn().await, scalars as i64, text, person).expect("sessions");
            assert_eq!(left, [expected, oldest], "{person}");
        }
    }

    #[tokio::test]
    async fn whoever_is_shut_out_is_out_at_once_and_there_is_always_an_admin() {
        let house = Fixture::new().await;
        house.add_admin().await;
        let people = People::new(house.app.db.clone());
        house
            .write(async |conn: &mut Conn<'_>| {
                let text =
                    "insert into sessions (token_hash, id, person_id, data, created_at, last_seen_at, expires_at)
                            select 's-' || id, id, id, '{}', $1, $1, $1 + 9000000 from people";
                sql!(conn, execute, text, house.app.clock.now_ms())
            })
            .await;
        let jonas = house.person("p-jonas").await;
        let link = new_link(&house.app, &jonas).await.expect("a link");
        let token = link.trim_start_matches("/sign-in/");
        let (person, ended) = change_door(&house.app, &jonas.email, Change::Disable).await.expect("shut out");
        assert_eq!((person.id.as_str(), ended), ("p-jonas", 1));
        assert_eq!(people.by_id("p-jonas").await.expect("a look"), None);
        assert!(open_link(&house.app, token).await.is_err() && use_link(&house.app, token, "x").await.is_err());
        change_door(&house.app, &jonas.email, Change::Enable).await.expect("let in");
        assert!(people.by_id("p-jonas").await.expect("a look").is_some());
        assert!(open_link(&house.app, token).await.is_err(), "the link is gone for good");

        let last = Err(AppError::Refused(Refusal::LastAdmin));
        for change in [Change::Disable, Change::Role(Role::Staff, None)] {
            assert_eq!(change_door(&house.app, "o@x.example", change).await.map(drop), last);
        }
        change_door(&house.app, &jonas.email, Change::Role(Role::Admin, None)).await.expect("another admin");
        let (one, other) = tokio::join!(
            change_door(&house.app, "o@x.example", Change::Disable),
            change_door(&house.app, &jonas.email, Change::Disable)
        );
        assert_eq!([one.is_ok(), other.is_ok()].into_iter().filter(|is_out| *is_out).count(), 1, "one is left");
        let nobody = change_door(&house.app, "nobody@x.example", Change::EndSessions).await.map(drop);
        assert_eq!(nobody, Err(AppError::field("email", Reason::NoSuchPerson)));
    }

    #[tokio::test]
    async fn whoever_writes_signs_with_a_name_that_can_be_read() {
        let house = Fixture::new().await;
        for (name, reason) in [
            (" ", Reason::Missing),
            ("Jo\nnas", Reason::NotOneLine),
            ("\u{2800}", Reason::NothingSeen),
            (&"x".repeat(201), Reason::TooLong(200)),
        ] {
            let refused = change_door(&house.app, "p-jonas@example.com", Change::Name(name)).await.map(drop);
            assert_eq!(refused, Err(AppError::field("name", reason)), "{name:?}");
        }
        change_door(&house.app, "p-jonas@example.com", Change::Name(" Jonas Otte ")).await.expect("renamed");
        assert_eq!(house.person("p-jonas").await.name, "Jonas Otte");
        let added = add_person(&house.app, "o@x.example", Role::Staff, Some("\u{200b}"), None).await.map(drop);
        assert_eq!(added, Err(AppError::field("name", Reason::NothingSeen)));
    }

    #[test]
    fn browsers_are_called_by_their_own_name() {
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0";
        assert_eq!(browser_name(edge), "Edge on Windows");
        assert_eq!(
            browser_name("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"),
            "Firefox on Linux"
        );
        let phone = |mark: &str| {
            browser_name(&format!(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) {mark} \
                 Mobile/15E148 Safari/604.1"
            ))
        };
        assert_eq!(phone("CriOS/126.0.6478.54"), "Chrome on iPhone");
        assert_eq!(phone("FxiOS/127.0"), "Firefox on iPhone");
        assert_eq!(phone("Version/17.0 EdgiOS/126.0"), "Edge on iPhone");
        assert_eq!(phone("Version/17.5"), "Safari on iPhone");
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
