//! Writing notes: beginning a thread, going on with one, and what a question to a person has to do with it.

use super::{
    LONGEST_SUBJECT, LONGEST_WORDS, first_words,
    store::{self, NewThread, Said, ThreadRow},
};
use crate::{
    domain::seen::is_seen,
    error::{AppError, Problem, Reason, Result},
    features::{bills, customers, requests},
    server::{
        attempts::{self, Limit},
        auth::{Customer, Person},
        db::{Conn, new_id},
        live::{self, Written},
        state::AppState,
    },
};

/// The same words of the same person in the same thread, so soon after and with no answer between, are one note: a button
/// pressed twice.
const TWICE_MS: i64 = 60_000;
/// What one customer may write.
const PER_CUSTOMER: Limit = Limit { tries: 30, minutes: 60 };
/// As long as a subject becomes that is taken from the first words.
const SUBJECT_OF_WORDS: usize = 60;

/// For a customer: begins a thread, and gives its id.
pub async fn begin(app: &AppState, customer: &Customer, subject: &str, words: &str) -> Result<String> {
    let typed = [("subject", subject), ("words", words)];
    let (subject, words) = checked(subject, words).map_err(|refused| refused.keeping(typed))?;
    let now = app.clock.now_ms();
    let said = Said {
        author_id: Some(&customer.person.id),
        author_name: &customer.person.name,
        by_customer: true,
        words: &words,
        at: now,
    };
    let (id, written) = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            let thread = NewThread {
                id: &new_id(),
                customer_id: &customer.id,
                subject: &subject,
                invoice_id: None,
                request_id: None,
                act_id: None,
                at: now,
            };
            let (id, written) = begin_once(conn, &thread, said).await?;
            count(conn, &customer.id, &written, now).await.map_err(|refused| refused.keeping(typed))?;
            Ok::<_, AppError>((id, written))
        })
        .await?;
    app.live.publish(&app.db, written);
    Ok(id)
}

/// For a customer: goes on with a thread of theirs.
pub async fn go_on(app: &AppState, customer: &Customer, thread_id: &str, words: &str) -> Result<()> {
    let typed = [("thread", thread_id), ("words", words)];
    let now = app.clock.now_ms();
    let written = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            let thread = of_customer(conn, thread_id, &customer.id).await?;
            let words = checked_words(words).map_err(|refused| refused.keeping(typed))?;
            let said = Said {
                author_id: Some(&customer.person.id),
                author_name: &customer.person.name,
                by_customer: true,
                words: &words,
                at: now,
            };
            let written = say(conn, &thread, said).await?;
            count(conn, &customer.id, &written, now).await.map_err(|refused| refused.keeping(typed))?;
            Ok::<_, AppError>(written)
        })
        .await?;
    app.live.publish(&app.db, written);
    Ok(())
}

/// For staff: answers in a thread, and with it the question that began it. Gives the customer's id.
pub async fn answer(app: &AppState, person: &Person, thread_id: &str, words: &str) -> Result<String> {
    let typed = [("thread", thread_id), ("words", words)];
    let now = app.clock.now_ms();
    let (customer_id, written) = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            let thread = known(conn, thread_id).await?;
            let words = checked_words(words).map_err(|refused| refused.keeping(typed))?;
            // The question before the thread, in the order in which an answer to the question takes them.
            if let Some(request_id) = &thread.request_id {
                requests::service::answered_in_thread(conn, request_id, person, &words, now).await?;
            }
            let written = say(conn, &thread, by_person(person, &words, now)).await?;
            Ok::<_, AppError>((thread.customer_id, written))
        })
        .await?;
    app.live.publish(&app.db, written);
    Ok(customer_id)
}

/// For staff: writes to a customer, about one of their bills or about anything.
pub async fn write(
    app: &AppState,
    person: &Person,
    customer_id: &str,
    subject: &str,
    about: &str,
    words: &str,
) -> Result<()> {
    let typed = [("customer", customer_id), ("subject", subject), ("about", about), ("words", words)];
    let now = app.clock.now_ms();
    let written = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            let today = customers::service::today_of(app, conn, customer_id).await?;
            let invoice_id = match about {
                "" => None,
                number => Some(bills::service::by_number(conn, customer_id, number, today).await?.invoice_id),
            };
            let (typed_subject, words) = checked(subject, words).map_err(|refused| refused.keeping(typed))?;
            let is_about_bill = subject.trim().is_empty() && invoice_id.is_some();
            let subject = if is_about_bill { of_bill(about) } else { typed_subject };
            let thread = NewThread {
                id: &new_id(),
                customer_id,
                subject: &subject,
                invoice_id: invoice_id.as_deref(),
                request_id: None,
                act_id: None,
                at: now,
            };
            Ok::<_, AppError>(begin_once(conn, &thread, by_person(person, &words, now)).await?.1)
        })
        .await?;
    app.live.publish(&app.db, written);
    Ok(())
}

/// A question to a person as it is asked.
pub struct Question<'a> {
    pub request_id: &'a str,
    pub customer_id: &'a str,
    pub invoice_id: Option<&'a str>,
    /// The number of that bill.
    pub bill: Option<&'a str>,
    pub words: &'a str,
    pub at: i64,
}

/// The thread that a question begins. What it gives is published once the transaction is over.
pub async fn begin_with_question(conn: &mut Conn<'_>, question: Question<'_>) -> Result<Option<Written>> {
    let account = customers::service::account(conn, question.customer_id).await?;
    let thread = NewThread {
        id: &new_id(),
        customer_id: question.customer_id,
        subject: &question.bill.map_or_else(|| first_words(question.words, SUBJECT_OF_WORDS), of_bill),
        invoice_id: question.invoice_id,
        request_id: Some(question.request_id),
        act_id: None,
        at: question.at,
    };
    // A question is asked by the account: several people may share it.
    let said =
        Said { author_id: None, author_name: &account.name, by_customer: true, words: question.words, at: question.at };
    store::take_turn(conn, question.customer_id).await?;
    store::add_thread(conn, &thread).await?;
    add(conn, thread.id, question.customer_id, said).await
}

/// The answer to a question, in the thread that it began. What it gives is published once the transaction is over.
pub async fn answer_question(
    conn: &mut Conn<'_>,
    request_id: &str,
    person: &Person,
    words: &str,
    now: i64,
) -> Result<Option<Written>> {
    match store::by_request(conn, request_id).await? {
        Some(thread) => say(conn, &thread, by_person(person, words, now)).await,
        None => Ok(None),
    }
}

/// What a person decided about a bill, with words of theirs.
pub struct Decision<'a> {
    pub customer_id: &'a str,
    pub invoice_id: &'a str,
    /// The number of that bill.
    pub bill: &'a str,
    /// What was asked, where it was asked of a person.
    pub request_id: Option<&'a str>,
    /// What was decided stands there.
    pub act_id: &'a str,
    pub words: &'a str,
    pub at: i64,
}

/// The words of whoever decided, and theirs alone, in a thread of its own about the bill: another one may wait for another
/// answer. What it gives is published once the transaction is over.
pub async fn tell_decision(conn: &mut Conn<'_>, person: &Person, decision: Decision<'_>) -> Result<Option<Written>> {
    let thread = NewThread {
        id: &new_id(),
        customer_id: decision.customer_id,
        subject: &of_bill(decision.bill),
        invoice_id: Some(decision.invoice_id),
        request_id: decision.request_id,
        act_id: Some(decision.act_id),
        at: decision.at,
    };
    store::take_turn(conn, decision.customer_id).await?;
    store::add_thread(conn, &thread).await?;
    add(conn, thread.id, decision.customer_id, by_person(person, decision.words, decision.at)).await
}

fn by_person<'a>(person: &'a Person, words: &'a str, at: i64) -> Said<'a> {
    Said { author_id: Some(&person.id), author_name: &person.name, by_customer: false, words, at }
}

fn of_bill(number: &str) -> String {
    format!("Bill {number}")
}

/// A thread of anybody.
pub async fn known(conn: &mut Conn<'_>, thread_id: &str) -> Result<ThreadRow> {
    if thread_id.contains('\0') {
        return Err(AppError::NotFound);
    }
    store::by_id(conn, thread_id).await?.ok_or(AppError::NotFound)
}

/// A thread of this customer; somebody else's is not found.
pub async fn of_customer(conn: &mut Conn<'_>, thread_id: &str, customer_id: &str) -> Result<ThreadRow> {
    let thread = known(conn, thread_id).await?;
    if thread.customer_id == customer_id { Ok(thread) } else { Err(AppError::NotFound) }
}

/// Begins a thread, or gives the one that the same person has just begun with the same words.
async fn begin_once(conn: &mut Conn<'_>, thread: &NewThread<'_>, said: Said<'_>) -> Result<(String, Option<Written>)> {
    store::take_turn(conn, thread.customer_id).await?;
    if let Some(begun) = store::begun_since(conn, thread, said, said.at - TWICE_MS).await? {
        return Ok((begun, None));
    }
    store::add_thread(conn, thread).await?;
    let written = add(conn, thread.id, thread.customer_id, said).await?;
    Ok((thread.id.to_owned(), written))
}

/// Goes on in a thread.
async fn say(conn: &mut Conn<'_>, thread: &ThreadRow, said: Said<'_>) -> Result<Option<Written>> {
    store::take_turn(conn, &thread.customer_id).await?;
    // As the thread is now that nobody else writes in it: notes stand in the order in which they are kept.
    let last_at = known(conn, &thread.id).await?.last_at;
    add(conn, &thread.id, &thread.customer_id, Said { at: said.at.max(last_at + 1), ..said }).await
}

/// Nothing where the same person has just written the same here.
async fn add(conn: &mut Conn<'_>, thread_id: &str, customer_id: &str, said: Said<'_>) -> Result<Option<Written>> {
    let id = new_id();
    if !store::add_note(conn, &id, thread_id, said, said.at - TWICE_MS).await? {
        return Ok(None);
    }
    store::wrote(conn, thread_id, said.at, said.by_customer).await?;
    if !said.by_customer {
        // Who answers has read what they answer.
        store::saw(conn, thread_id, true, 0..=said.at, said.at).await?;
    }
    let written = Written { customer_id: customer_id.to_owned(), thread_id: thread_id.to_owned(), note_id: id };
    live::announce(conn, &written).await?;
    Ok(Some(written))
}

async fn count(conn: &mut Conn<'_>, customer_id: &str, written: &Option<Written>, now: i64) -> Result<()> {
    match written {
        Some(_) => attempts::count_in(conn, &format!("notes:{customer_id}"), PER_CUSTOMER, now)
            .await
            .map_err(|refused| refused.said_at("words")),
        None => Ok(()),
    }
}

/// A subject and words as they are kept, with everything that is wrong with them at once.
fn checked(subject: &str, words: &str) -> Result<(String, String)> {
    let mut problems = Vec::new();
    let line = subject.replace('\0', "").split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > LONGEST_SUBJECT as usize {
        problems.push(Problem { field: "subject".to_owned(), reason: Reason::TooLong(LONGEST_SUBJECT) });
    } else if !line.is_empty() && !is_seen(&line) {
        problems.push(Problem { field: "subject".to_owned(), reason: Reason::NothingSeen });
    }
    let words = requests::service::written("words", words, LONGEST_WORDS).map_err(|problem| problems.push(problem));
    match words {
        Ok(words) if problems.is_empty() => {
            let subject = if line.is_empty() { first_words(&words, SUBJECT_OF_WORDS) } else { line };
            Ok((subject, words))
        }
        _ => Err(AppError::Invalid { problems, kept: Vec::new() }),
    }
}

fn checked_words(words: &str) -> Result<String> {
    requests::service::written("words", words, LONGEST_WORDS)
        .map_err(|problem| AppError::Invalid { problems: vec![problem], kept: Vec::new() })
}
