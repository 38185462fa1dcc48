//! Remembering, correcting, hushing and forgetting.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};

use super::{
    Fact, Known, LONGEST_WORDS, Memories, Receipt, SOON_DAYS, Seen, Soon, Source, Writer,
    store::{self, Corrected, Correction, FactRow, NewFact, ReceiptRow, ViewRow},
};
use crate::{
    domain::{day, seen::is_seen, yearly},
    error::{AppError, Problem, Reason, Refusal, Result},
    features::customers,
    server::{
        attempts::{self, Limit},
        auth::{Customer, Person},
        clock::{moment, zone_or_utc},
        db::{Conn, new_id},
        state::AppState,
    },
};

/// What one customer may tell.
const PER_CUSTOMER: Limit = Limit { tries: 60, minutes: 60 };

/// What somebody typed into a form about a fact.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub words: String,
    pub matters_on: String,
    pub is_yearly: bool,
}

/// The same, read.
struct Read {
    words: String,
    matters_on: Option<Date>,
    is_yearly: bool,
}

impl Typed {
    /// A day that has passed matters no more, unless it comes again or is the one that `stood` there already.
    fn read(&self, today: Date, stood: Option<Date>) -> Result<Read, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut problem = |field: &str, reason| problems.push(Problem { field: field.to_owned(), reason });
        let words = self.words.replace('\0', "").replace("\r\n", "\n");
        let words = words.trim().to_owned();
        if words.is_empty() {
            problem("words", Reason::Missing);
        } else if !is_seen(&words) {
            problem("words", Reason::NothingSeen);
        } else if words.chars().count() > LONGEST_WORDS as usize {
            problem("words", Reason::TooLong(LONGEST_WORDS));
        }
        let matters_on = day::read(&self.matters_on);
        match matters_on {
            Some(on) if on < today && !self.is_yearly && stood != Some(on) => problem("matters_on", Reason::DatePassed),
            None if !self.matters_on.trim().is_empty() => problem("matters_on", Reason::NotADate),
            None if self.is_yearly => problem("matters_on", Reason::Missing),
            _ => {}
        }
        if problems.is_empty() { Ok(Read { words, matters_on, is_yearly: self.is_yearly }) } else { Err(problems) }
    }

    /// The refused form, with what stood in it.
    fn refused(&self, problems: Vec<Problem>, kept: &[(&str, &str)]) -> AppError {
        let typed = [("words", self.words.as_str()), ("matters_on", self.matters_on.as_str())];
        let yearly = self.is_yearly.then_some(("yearly", "on"));
        let all = typed.into_iter().chain(yearly).chain(kept.iter().copied());
        AppError::Invalid { problems, kept: Vec::new() }.keeping(all)
    }
}

fn civil(ms: i64, zone: &str) -> Date {
    Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(zone_or_utc(zone)).date()
}

impl FactRow {
    /// Whether nobody but the customer changes the words.
    fn is_own_words(&self) -> bool {
        self.corrected_by_customer || (self.noted_by_customer && self.corrected_at.is_none())
    }

    fn fact(self, today: Date, seen: Vec<Seen>) -> Option<Fact> {
        let zone = self.time_zone;
        let matters_on = self.matters_on.map(|on| on.0);
        let soon = matters_on
            .and_then(|on| yearly::next(on, self.is_yearly, today))
            .map(|on| Soon { on, days: day::between(today, on) })
            .filter(|soon| soon.days <= SOON_DAYS);
        let corrected = self.corrected_at.map(|at| {
            let name = self.corrected_by_name.unwrap_or_default();
            (civil(at, &zone), Writer { name, is_customer: self.corrected_by_customer })
        });
        Some(Fact {
            words: self.words?,
            id: self.id,
            source: self.source.0,
            matters_on,
            is_yearly: self.is_yearly,
            noted_on: civil(self.noted_at, &zone),
            noted_by: Writer { name: self.noted_by_name, is_customer: self.noted_by_customer },
            off_limits_on: self.off_limits_at.map(|at| civil(at, &zone)),
            corrected,
            soon,
            seen,
        })
    }
}

impl ReceiptRow {
    fn receipt(self) -> Receipt {
        Receipt {
            id: self.id,
            source: self.source.0,
            noted_on: civil(self.noted_at, &self.time_zone),
            noted_by: Writer { name: self.noted_by_name, is_customer: self.noted_by_customer },
            forgotten: moment(self.forgotten_at, &self.time_zone),
            forgotten_by: Writer { name: self.forgotten_by_name, is_customer: self.forgotten_by_customer },
        }
    }
}

/// What a customer reads about themselves: every fact with who saw it, and the receipts.
pub async fn remembered(app: &AppState, customer_id: &str) -> Result<Memories> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let rows = store::of_customer(&mut conn, customer_id).await?;
    let mut views: HashMap<String, Vec<ViewRow>> = HashMap::new();
    for view in store::views_of_customer(&mut conn, customer_id).await? {
        views.entry(view.fact_id.clone()).or_default().push(view);
    }
    let facts = rows.into_iter().filter_map(|row| {
        let views = views.remove(&row.id).unwrap_or_default();
        let seen = |view: ViewRow| Seen { last: moment(view.last_seen_at, &row.time_zone), by: view.person_name };
        let seen = views.into_iter().map(seen).collect();
        row.fact(today, seen)
    });
    let facts = facts.collect();
    let receipts = store::receipts_of_customer(&mut conn, customer_id).await?;
    Ok(Memories { facts, receipts: receipts.into_iter().map(ReceiptRow::receipt).collect(), today })
}

/// What staff read about a customer; that this person saw each of the facts is kept first.
pub async fn known(app: &AppState, person: &Person, customer_id: &str) -> Result<Known> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let rows = store::of_customer(&mut conn, customer_id).await?;
    drop(conn);
    if !rows.is_empty() {
        let now = app.clock.now_ms();
        app.db
            .write(async |conn: &mut Conn<'_>| {
                store::record_views(conn, customer_id, &person.id, &person.name, now).await
            })
            .await?;
    }
    let facts = rows.into_iter().filter_map(|row| row.fact(today, Vec::new())).collect();
    Ok(Known { customer_id: customer_id.to_owned(), facts, today })
}

/// For a customer: something we should know.
pub async fn tell(app: &AppState, customer: &Customer, typed: Typed) -> Result<()> {
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let today = customers::service::today_of(app, conn, &customer.id).await?;
            let read = typed.read(today, None).map_err(|problems| typed.refused(problems, &[]))?;
            let by = Noting { person: &customer.person, source: Source::Customer, is_customer: true, now };
            add(conn, &customer.id, read, by).await?;
            let counted = attempts::count_in(conn, &format!("facts:{}", customer.id), PER_CUSTOMER, now).await;
            counted.map_err(|refused| match refused.said_at("words") {
                AppError::Invalid { problems, .. } => typed.refused(problems, &[]),
                other => other,
            })
        })
        .await
}

/// For staff: something new to remember.
pub async fn note_down(app: &AppState, person: &Person, customer_id: &str, source: &str, typed: Typed) -> Result<()> {
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let today = customers::service::today_of(app, conn, customer_id).await?;
            let (source, read) = match (source.parse(), typed.read(today, None)) {
                (Ok(source), Ok(read)) => (source, read),
                (known, read) => {
                    let unknown = Problem { field: "source".to_owned(), reason: Reason::NotAChoice };
                    let problems = known.err().map(|_| unknown).into_iter().chain(read.err().into_iter().flatten());
                    return Err(typed.refused(problems.collect(), &[("source", source)]));
                }
            };
            add(conn, customer_id, read, Noting { person, source, is_customer: false, now }).await
        })
        .await
}

/// Who notes something, and how they know.
struct Noting<'a> {
    person: &'a Person,
    source: Source,
    is_customer: bool,
    now: i64,
}

async fn add(conn: &mut Conn<'_>, customer_id: &str, read: Read, by: Noting<'_>) -> Result<()> {
    let fact = NewFact {
        id: &new_id(),
        customer_id,
        words: &read.words,
        source: by.source,
        matters_on: read.matters_on,
        is_yearly: read.is_yearly,
        noted_at: by.now,
        noted_by: &by.person.id,
        noted_by_name: &by.person.name,
        noted_by_customer: by.is_customer,
    };
    if store::add(conn, fact).await? { Ok(()) } else { Err(AppError::Refused(Refusal::AlreadyRemembered)) }
}

/// A fact that is not forgotten.
async fn fact(conn: &mut Conn<'_>, id: &str) -> Result<FactRow> {
    let row = if id.contains('\0') { None } else { store::by_id(conn, id).await? };
    row.ok_or(AppError::NotFound)
}

/// The same; somebody else's is not found.
async fn own_fact(conn: &mut Conn<'_>, customer_id: &str, id: &str) -> Result<FactRow> {
    let row = fact(conn, id).await?;
    if row.customer_id == customer_id { Ok(row) } else { Err(AppError::NotFound) }
}

/// For a customer: other words, or another day.
pub async fn correct_own(app: &AppState, customer: &Customer, id: &str, typed: Typed) -> Result<()> {
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let row = own_fact(conn, &customer.id, id).await?;
            correct(app, conn, row, &typed, Writer { name: customer.person.name.clone(), is_customer: true }, now).await
        })
        .await
}

/// For staff: the same, unless the words are the customer's own. Gives the customer's id.
pub async fn correct_ours(app: &AppState, person: &Person, id: &str, typed: Typed) -> Result<String> {
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let row = fact(conn, id).await?;
            if row.is_own_words() {
                return Err(AppError::Refused(Refusal::CustomersOwnWords));
            }
            let customer_id = row.customer_id.clone();
            correct(app, conn, row, &typed, Writer { name: person.name.clone(), is_customer: false }, now).await?;
            Ok(customer_id)
        })
        .await
}

async fn correct(app: &AppState, conn: &mut Conn<'_>, row: FactRow, typed: &Typed, by: Writer, now: i64) -> Result<()> {
    if row.words.is_none() {
        return Err(AppError::NotFound);
    }
    let today = app.clock.today_in(&row.time_zone);
    let stood = row.matters_on.map(|on| on.0);
    let read = typed.read(today, stood).map_err(|problems| typed.refused(problems, &[("fact", &row.id)]))?;
    let correction = Correction {
        words: &read.words,
        matters_on: read.matters_on,
        is_yearly: read.is_yearly,
        at: now,
        by_name: &by.name,
        by_customer: by.is_customer,
    };
    match store::correct(conn, &row.id, correction).await? {
        Corrected::Done => Ok(()),
        Corrected::SaidAlready => Err(AppError::Refused(Refusal::AlreadyRemembered)),
        Corrected::NotTheirs if by.is_customer => Err(AppError::NotFound),
        Corrected::NotTheirs => Err(AppError::Refused(Refusal::CustomersOwnWords)),
    }
}

/// For a customer: that nobody brings this up, or that we may again.
pub async fn set_off_limits(app: &AppState, customer_id: &str, id: &str, is_off_limits: bool) -> Result<()> {
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let row = own_fact(conn, customer_id, id).await?;
            if store::set_off_limits(conn, &row.id, is_off_limits, now).await? {
                Ok(())
            } else {
                Err(AppError::NotFound)
            }
        })
        .await
}

/// For a customer: forgets it for good. Gives the id of the receipt; the same where it was forgotten before.
pub async fn forget_own(app: &AppState, customer: &Customer, id: &str) -> Result<String> {
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let row = own_fact(conn, &customer.id, id).await?;
            forget(conn, &row, Writer { name: customer.person.name.clone(), is_customer: true }, now).await
        })
        .await
}

/// For staff: forgets it for good; the customer finds the receipt. Gives the customer's id.
pub async fn forget_ours(app: &AppState, person: &Person, id: &str) -> Result<String> {
    let now = app.clock.now_ms();
    app.db
        .write(async |conn: &mut Conn<'_>| {
            let row = fact(conn, id).await?;
            forget(conn, &row, Writer { name: person.name.clone(), is_customer: false }, now).await?;
            Ok(row.customer_id)
        })
        .await
}

async fn forget(conn: &mut Conn<'_>, row: &FactRow, by: Writer, now: i64) -> Result<String> {
    if store::forget(conn, &row.id, now).await? {
        let id = new_id();
        store::add_receipt(conn, &id, &row.id, &by.name, by.is_customer, now).await?;
        return Ok(id);
    }
    store::receipt_for(conn, &row.id).await?.ok_or(AppError::NotFound)
}

/// One receipt of this customer; somebody else's is not found.
pub async fn receipt(app: &AppState, customer_id: &str, id: &str) -> Result<Receipt> {
    if id.contains('\0') {
        return Err(AppError::NotFound);
    }
    let mut conn = app.db.reader().await?;
    store::receipt(&mut conn, customer_id, id).await?.map(ReceiptRow::receipt).ok_or(AppError::NotFound)
}
