//! Asking once, and answering once.

use jiff::{Timestamp, civil::Date};

use super::{
    Answer, Ask, Help, Kind, LONGEST_WORDS, Outcome, ToAnswer, Waiting,
    store::{self, NewAnswer, NewRequest, RequestRow},
};
use crate::{
    domain::late_fee::{AGREE_WITHIN_DAYS, ASK_WITHIN_DAYS, LaterDates},
    error::{AppError, Problem, Reason, Refusal, Result},
    features::{bills, customers},
    server::{
        auth::Person,
        clock::zone_or_utc,
        db::{Conn, new_id},
        sessions::hash,
        state::AppState,
    },
    ui::how_long,
};

/// As many requests as one page shows.
const SHOWN: i64 = 50;

impl RequestRow {
    fn civil(&self, ms: i64) -> Date {
        let at = Timestamp::from_millisecond(ms).unwrap_or_default();
        at.to_zoned(zone_or_utc(&self.time_zone)).date()
    }

    /// As both sides see it, with the days of the customer's zone.
    fn ask(self) -> Ask {
        let answer = self.outcome.zip(self.answered_at).map(|(outcome, at)| Answer {
            outcome: outcome.0,
            pay_by: self.agreed_due_on.or(self.wanted_on).filter(|_| outcome.0 == Outcome::Agreed).map(|day| day.0),
            words: self.answer.clone().filter(|words| !words.is_empty()),
            by: self.answered_by.clone().unwrap_or_else(|| "One of us".to_owned()),
            on: self.civil(at),
        });
        Ask {
            asked_on: self.civil(self.asked_at),
            id: self.id,
            kind: self.kind.0,
            bill: self.invoice_number,
            wanted_on: self.wanted_on.map(|day| day.0),
            words: self.words,
            answer,
        }
    }
}

/// For a customer: asks to pay one of their bills on `wanted_on`.
pub async fn ask_later_date(
    app: &AppState,
    customer_id: &str,
    number: &str,
    wanted_on: &str,
    words: &str,
) -> Result<()> {
    let typed = [("wanted_on", wanted_on), ("words", words)];
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let today = customers::service::today_of(app, conn, customer_id).await?;
            let known = bills::service::by_number(conn, customer_id, number, today).await?;
            if known.bill.open() == 0 {
                return Err(AppError::Refused(Refusal::BillPaid));
            }
            let mut problems = Vec::new();
            let day = date("wanted_on", wanted_on).and_then(|day| {
                LaterDates::check(&known.bill, ASK_WITHIN_DAYS, today, day)
                    .map(|()| day)
                    .map_err(|problem| Problem { field: "wanted_on".to_owned(), reason: problem.into() })
            });
            let (day, words) = (kept(day, &mut problems), kept(written("words", words, false), &mut problems));
            let (Some(day), Some(words)) = (day, words) else {
                return Err(AppError::Invalid { problems, kept: Vec::new() }.keeping(typed));
            };
            let request = NewRequest {
                id: &new_id(),
                customer_id,
                invoice_id: Some(&known.invoice_id),
                kind: Kind::LaterDate,
                wanted_on: Some(day),
                words: &words,
                open_key: &format!("later_date:{}", known.invoice_id),
                asked_at: now,
            };
            add(conn, request).await
        })
        .await
}

/// For a customer: asks a person, about one of their bills or about nothing in particular.
pub async fn ask_person(app: &AppState, customer_id: &str, about: Option<&str>, question: &str) -> Result<()> {
    let about = about.filter(|number| !number.is_empty());
    let typed = [("question", question), ("about", about.unwrap_or_default())];
    let words = written("question", question, true)
        .map_err(|problem| AppError::Invalid { problems: vec![problem], kept: Vec::new() }.keeping(typed))?;
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let today = customers::service::today_of(app, conn, customer_id).await?;
            let invoice_id = match about {
                Some(number) => Some(bills::service::by_number(conn, customer_id, number, today).await?.invoice_id),
                None => None,
            };
            let said = format!("{customer_id}\n{}\n{words}", invoice_id.as_deref().unwrap_or_default());
            let request = NewRequest {
                id: &new_id(),
                customer_id,
                invoice_id: invoice_id.as_deref(),
                kind: Kind::Person,
                wanted_on: None,
                words: &words,
                open_key: &format!("person:{}", hash(said.as_bytes())),
                asked_at: now,
            };
            add(conn, request).await
        })
        .await
}

async fn add(conn: &mut Conn<'_>, request: NewRequest<'_>) -> Result<()> {
    if store::add(conn, request).await? { Ok(()) } else { Err(AppError::Refused(Refusal::AlreadyAsked)) }
}

/// The page of `/help`. Somebody else's bill is not found.
pub async fn help(app: &AppState, customer_id: &str, about: Option<&str>) -> Result<Help> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let open = bills::service::open_of_customer(&mut conn, customer_id, today).await?;
    let mut numbers: Vec<String> = open.into_iter().map(|bill| bill.known.bill.number).collect();
    if let Some(about) = about.filter(|number| !number.is_empty()) {
        let known = bills::service::by_number(&mut conn, customer_id, about, today).await?;
        if !numbers.contains(&known.bill.number) {
            numbers.insert(0, known.bill.number);
        }
    }
    Ok(Help { bills: numbers, asks: of_customer(&mut conn, customer_id).await?, today })
}

/// What one customer asked, the latest first.
pub async fn of_customer(conn: &mut Conn<'_>, customer_id: &str) -> Result<Vec<Ask>> {
    Ok(store::of_customer(conn, customer_id, SHOWN).await?.into_iter().map(RequestRow::ask).collect())
}

/// What one customer asked about one of their bills; somebody else's is not found.
pub async fn about_bill(app: &AppState, customer_id: &str, number: &str) -> Result<Vec<Ask>> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let known = bills::service::by_number(&mut conn, customer_id, number, today).await?;
    let rows = store::about_bill(&mut conn, customer_id, &known.invoice_id, SHOWN).await?;
    Ok(rows.into_iter().map(RequestRow::ask).collect())
}

/// Who waits for an answer, the longest first, and how many requests wait in all.
pub async fn waiting(app: &AppState, conn: &mut Conn<'_>) -> Result<(Vec<Waiting>, i64)> {
    let now = app.clock.now_ms();
    let waiting = store::waiting(conn, SHOWN)
        .await?
        .into_iter()
        .map(|row| Waiting {
            customer_id: row.customer_id.clone(),
            customer_name: row.customer_name.clone(),
            since: how_long(now - row.asked_at),
            ask: row.ask(),
        })
        .collect();
    Ok((waiting, store::count_waiting(conn).await?))
}

/// What one customer waits for, with the days that can be agreed to.
pub async fn to_answer(app: &AppState, conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<Vec<ToAnswer>> {
    let now = app.clock.now_ms();
    let mut all = Vec::new();
    for row in store::waiting_of_customer(conn, customer_id).await? {
        let days = match (&row.invoice_id, row.kind.0) {
            (Some(invoice_id), Kind::LaterDate) => {
                let known = bills::service::by_id(conn, invoice_id, today).await?;
                LaterDates::of(&known.bill, AGREE_WITHIN_DAYS, today)
            }
            _ => None,
        };
        all.push(ToAnswer { since: how_long(now - row.asked_at), ask: row.ask(), days });
    }
    Ok(all)
}

/// For staff: agrees to a later day, the one asked for or another; from now on the bill is to be paid by then. Gives the
/// customer's id.
pub async fn agree(app: &AppState, person: &Person, id: &str, pay_by: &str, words: &str) -> Result<String> {
    let typed = [("request", id), ("pay_by", pay_by), ("words", words)];
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let row = waiting_request(conn, id).await?;
            let invoice_id = row.invoice_id.as_deref().ok_or(AppError::NotFound)?;
            // Known from the earlier of both days on, so that neither side waits until tomorrow to see it.
            let today = app.clock.today_in(&row.time_zone);
            let on = today.min(app.clock.today_in(&app.config.time_zone));
            let known = bills::service::by_id(conn, invoice_id, today).await?;
            if known.bill.open() == 0 {
                return Err(AppError::Refused(Refusal::BillPaid));
            }
            let mut problems = Vec::new();
            let day = date("pay_by", pay_by).and_then(|day| {
                LaterDates::check(&known.bill, AGREE_WITHIN_DAYS, today, day)
                    .map(|()| day)
                    .map_err(|problem| Problem { field: "pay_by".to_owned(), reason: problem.into() })
            });
            let (day, words) = (kept(day, &mut problems), kept(written("words", words, false), &mut problems));
            let (Some(day), Some(words)) = (day, words) else {
                return Err(AppError::Invalid { problems, kept: Vec::new() }.keeping(typed));
            };
            let answer = NewAnswer {
                outcome: Outcome::Agreed,
                agreed_due_on: Some(day),
                words: Some(&words),
                by: &person.id,
                at: now,
            };
            answer_once(conn, id, answer).await?;
            bills::service::agree_later_date(conn, invoice_id, day, on, now).await?;
            Ok(row.customer_id)
        })
        .await
}

/// For staff: says no to a later date, or answers a question, in words of their own. Gives the customer's id.
pub async fn answer(app: &AppState, person: &Person, id: &str, words: &str) -> Result<String> {
    let typed = [("request", id), ("answer", words)];
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let row = waiting_request(conn, id).await?;
            let words = written("answer", words, true)
                .map_err(|problem| AppError::Invalid { problems: vec![problem], kept: Vec::new() }.keeping(typed))?;
            let outcome = match row.kind.0 {
                Kind::LaterDate => Outcome::Declined,
                Kind::Person => Outcome::Answered,
            };
            let answer = NewAnswer { outcome, agreed_due_on: None, words: Some(&words), by: &person.id, at: now };
            answer_once(conn, id, answer).await?;
            Ok(row.customer_id)
        })
        .await
}

async fn waiting_request(conn: &mut Conn<'_>, id: &str) -> Result<RequestRow> {
    if id.contains('\0') {
        return Err(AppError::NotFound);
    }
    let row = store::by_id(conn, id).await?.ok_or(AppError::NotFound)?;
    if row.answered_at.is_some() { Err(AppError::Refused(Refusal::AlreadyAnswered)) } else { Ok(row) }
}

async fn answer_once(conn: &mut Conn<'_>, id: &str, answer: NewAnswer<'_>) -> Result<()> {
    if store::answer(conn, id, answer).await? { Ok(()) } else { Err(AppError::Refused(Refusal::AlreadyAnswered)) }
}

fn date(field: &str, text: &str) -> Result<Date, Problem> {
    let reason = match text.trim() {
        "" => Reason::Missing,
        text => match text.parse() {
            Ok(day) => return Ok(day),
            Err(_) => Reason::NotADate,
        },
    };
    Err(Problem { field: field.to_owned(), reason })
}

/// A person's words as they are kept: without spaces around and without the one character no database keeps.
fn written(field: &str, text: &str, needed: bool) -> Result<String, Problem> {
    let words = text.replace('\0', "").replace("\r\n", "\n");
    let words = words.trim();
    let problem = |reason| Err(Problem { field: field.to_owned(), reason });
    if needed && words.is_empty() {
        problem(Reason::Missing)
    } else if words.chars().count() > LONGEST_WORDS as usize {
        problem(Reason::TooLong(LONGEST_WORDS))
    } else {
        Ok(words.to_owned())
    }
}

fn kept<T>(read: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    read.map_err(|problem| problems.push(problem)).ok()
}
