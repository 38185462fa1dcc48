//! Asking to be erased, deciding, and erasing.

use jiff::{Timestamp, civil::Date};

use super::{
    AskedToGo, Erasure, ErasureList, LONGEST_WORDS, Standing, ToDecide, Wish,
    fates::{Becomes, FATES},
    store::{self, Decision, WishRow},
};
use crate::{
    error::{AppError, Refusal, Result},
    features::{advice, customers, requests},
    server::{
        auth::Person,
        clock::zone_or_utc,
        db::{Conn, new_id},
        mail::Mail,
        state::AppState,
        telemetry,
    },
    ui::{escape, how_long},
};

/// As many wishes as the queue shows.
const SHOWN: i64 = 50;
/// How often a customer can ask within a day, what was withdrawn among it.
const MOST_A_DAY: i64 = 5;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const SOMEBODY: &str = "One of us";

impl WishRow {
    fn civil(&self, ms: i64) -> Date {
        Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(zone_or_utc(&self.time_zone)).date()
    }

    fn waits(&self) -> bool {
        self.withdrawn_at.is_none() && self.decided_at.is_none()
    }

    fn wish(self) -> Wish {
        let named = |name: &Option<String>| name.clone().unwrap_or_else(|| SOMEBODY.to_owned());
        let standing = match (self.withdrawn_at, self.decided_at) {
            (Some(at), _) => Standing::Withdrawn { on: self.civil(at) },
            (None, Some(at)) => {
                let (on, by) = (self.civil(at), named(&self.decided_by));
                match self.outcome.as_deref() {
                    Some("erased") => Standing::Erased { on, by },
                    _ => Standing::Refused { on, by, answer: self.answer.clone().unwrap_or_default() },
                }
            }
            (None, None) => Standing::Waiting {
                handed_over: self.handed_over_at.map(|at| (self.civil(at), named(&self.handed_over_by))),
            },
        };
        Wish { asked_on: self.civil(self.asked_at), id: self.id, words: self.words, standing }
    }
}

fn list() -> ErasureList {
    let mut list = ErasureList { goes: Vec::new(), stays: Vec::new() };
    for fate in FATES {
        match fate.becomes {
            Becomes::Goes(_) => list.goes.push(fate.what.to_owned()),
            Becomes::Stays(why) => list.stays.push((fate.what.to_owned(), why.to_owned())),
        }
    }
    list
}

/// The page of `/about-me/erase`.
pub async fn erasure(app: &AppState, customer_id: &str) -> Result<Erasure> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let wish = latest(&mut conn, customer_id).await?;
    Ok(Erasure { wish, list: list(), today })
}

/// The latest wish of a customer, whatever became of it.
pub async fn latest(conn: &mut Conn<'_>, customer_id: &str) -> Result<Option<Wish>> {
    Ok(store::latest_of_customer(conn, customer_id).await?.map(WishRow::wish))
}

/// For a customer: asks to be erased, once while it waits.
pub async fn ask(app: &AppState, customer_id: &str, reason: &str) -> Result<()> {
    let words = written("reason", reason, false).map_err(|error| error.keeping([("reason", reason)]))?;
    let words = Some(words.as_str()).filter(|words| !words.is_empty());
    let now = app.clock.now_ms();
    let id = new_id();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            if store::count_since(conn, customer_id, now - DAY_MS).await? >= MOST_A_DAY {
                return Err(AppError::Refused(Refusal::EnoughToday));
            }
            let asked = store::add(conn, &id, customer_id, words, now).await?;
            if asked { Ok(()) } else { Err(AppError::Refused(Refusal::AlreadyAsked)) }
        })
        .await
}

/// For a customer: takes the wish back, while nobody has decided.
pub async fn withdraw(app: &AppState, customer_id: &str) -> Result<()> {
    let now = app.clock.now_ms();
    let withdrawn = app.db.write(async |conn: &mut Conn<'_>| store::withdraw(conn, customer_id, now).await).await?;
    if withdrawn { Ok(()) } else { Err(AppError::Refused(Refusal::AlreadyAnswered)) }
}

/// For staff: everybody who asked and waits, the longest first.
pub async fn waiting(app: &AppState) -> Result<Vec<AskedToGo>> {
    let now = app.clock.now_ms();
    let mut conn = app.db.reader().await?;
    let rows = store::waiting(&mut conn, SHOWN).await?;
    Ok(rows
        .into_iter()
        .map(|row| AskedToGo {
            since: how_long(now - row.asked_at),
            is_handed_over: row.handed_over_at.is_some(),
            customer_id: row.customer_id,
            customer_name: row.customer_name,
        })
        .collect())
}

/// For staff: the wish of one customer, while it waits.
pub async fn to_decide(app: &AppState, person: &Person, customer_id: &str) -> Result<Option<ToDecide>> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let row = store::latest_of_customer(&mut conn, customer_id).await?.filter(WishRow::waits);
    Ok(row.map(|row| ToDecide {
        since: how_long(app.clock.now_ms() - row.asked_at),
        wish: row.wish(),
        may_erase: person.role.sets_rules(),
        list: list(),
        today,
    }))
}

/// For staff: hands it to an admin. Gives the customer's id.
pub async fn hand_over(app: &AppState, person: &Person, id: &str) -> Result<String> {
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let row = wish(conn, id).await?;
            let handed_over = store::hand_over(conn, id, &person.id, now).await?;
            if handed_over { Ok(row.customer_id) } else { Err(AppError::Refused(Refusal::NoLongerAsked)) }
        })
        .await
}

/// For staff: says no, with the reason that the customer reads. Gives the customer's id.
pub async fn refuse(app: &AppState, person: &Person, id: &str, refusal: &str) -> Result<String> {
    let typed = [("wish", id), ("refusal", refusal)];
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let row = wish(conn, id).await?;
            let words = written("refusal", refusal, true).map_err(|error| error.keeping(typed))?;
            let decision = Decision { outcome: "refused", answer: Some(&words), by: &person.id, at: now };
            decide(conn, id, decision).await?;
            Ok(row.customer_id)
        })
        .await
}

/// For an admin: erases the customer whose wish this is, whole or not at all. Where mail is sent, `farewell` goes to the
/// address they had: they cannot sign in any more. Gives the customer's id.
pub async fn erase(app: &AppState, person: &Person, id: &str, farewell: &str) -> Result<String> {
    if !person.role.sets_rules() {
        return Err(AppError::Forbidden);
    }
    let typed = [("wish", id), ("farewell", farewell)];
    let now = app.clock.now_ms();
    let (customer_id, addresses, words) = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            let row = wish(conn, id).await?;
            let words = written("farewell", farewell, true).map_err(|error| error.keeping(typed))?;
            decide(conn, id, Decision { outcome: "erased", answer: None, by: &person.id, at: now }).await?;
            let addresses = store::addresses(conn, &row.customer_id).await?;
            for fate in FATES {
                let Becomes::Goes(statements) = fate.becomes else { continue };
                for statement in statements {
                    store::erase_part(conn, statement, &row.customer_id).await?;
                }
            }
            store::mark_erased(conn, &row.customer_id, now).await?;
            advice::service::changed(conn, [row.customer_id.as_str()]).await?;
            Ok::<_, AppError>((row.customer_id, addresses, words))
        })
        .await?;
    telemetry::security("erased", &format!("{customer_id} by {}", person.id));
    if let Some(mailer) = app.mailer.clone() {
        let mails: Vec<Mail> =
            addresses.into_iter().map(|to| farewell_mail(&app.config.company, to, &person.name, &words)).collect();
        tokio::spawn(async move {
            for mail in mails {
                if let Err(error) = mailer.send(mail).await {
                    tracing::error!(%error, "somebody who was erased was not told");
                }
            }
        });
    }
    Ok(customer_id)
}

fn farewell_mail(company: &str, to: String, by: &str, words: &str) -> Mail {
    let text = format!(
        "Hello,\n\nyou asked {company} to erase you. It is done, and you can no longer sign in.\n\n{by} writes:\n\n{words}\n"
    );
    let html = format!(
        "<p>Hello,</p><p>you asked {} to erase you. It is done, and you can no longer sign in.</p>\
         <p>{} writes:</p><blockquote>{}</blockquote>",
        escape(company),
        escape(by),
        escape(words).replace('\n', "<br>"),
    );
    Mail { id: new_id(), to, subject: format!("{company} has erased your data"), text, html }
}

async fn wish(conn: &mut Conn<'_>, id: &str) -> Result<WishRow> {
    let row = if id.contains('\0') { None } else { store::by_id(conn, id).await? };
    row.ok_or(AppError::NotFound)
}

async fn decide(conn: &mut Conn<'_>, id: &str, decision: Decision<'_>) -> Result<()> {
    if store::decide(conn, id, decision).await? { Ok(()) } else { Err(AppError::Refused(Refusal::NoLongerAsked)) }
}

/// A person's words as they are kept.
fn written(field: &str, text: &str, needed: bool) -> Result<String> {
    let write = if needed { requests::service::written } else { requests::service::maybe_written };
    write(field, text, LONGEST_WORDS).map_err(|problem| AppError::Invalid { problems: vec![problem], kept: Vec::new() })
}
