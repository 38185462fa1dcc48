//! Reading notes, and who has seen what.

use jiff::Timestamp;

use super::{
    Decided, LastWords, LatestNote, Note, NoteList, StaffNotes, StaffThread, ThreadLine, ThreadSheet, Wanted, Wrote,
    first_words,
    store::{self, NoteRow, ThreadRow},
    writing,
};
use crate::{
    domain::day::Day,
    error::Result,
    features::{bills, customers},
    server::{
        clock::zone_or_utc,
        db::{Conn, Db},
        state::AppState,
    },
    ui::{Page, how_long},
};

/// Threads on one page of `/notes`.
const THREADS: i64 = 20;
/// Notes on one page of a thread.
const NOTES: i64 = 50;
/// As many threads as the staff's page of one customer shows, and notes of each.
const STAFF_THREADS: i64 = 5;
const STAFF_NOTES: i64 = 100;
/// As many people as the queue shows, and threads that are looked at for it.
const SHOWN: usize = 50;
const LOOKED_AT: i64 = 500;
/// As long as the words in a list, and on the start page.
const LINE: usize = 120;
const ON_HOME: usize = 200;

fn civil(ms: i64, zone: &str) -> Day {
    Day(Timestamp::from_millisecond(ms).unwrap_or_default().to_zoned(zone_or_utc(zone)).date())
}

impl NoteRow {
    fn note(self, zone: &str, for_customer: bool) -> Note {
        Note {
            is_new: self.by_customer != for_customer && self.read_at.is_none(),
            by_customer: self.by_customer,
            on: civil(self.written_at, zone),
            at: self.written_at,
            author: self.author_name,
            words: self.words,
        }
    }
}

impl ThreadRow {
    fn decided(&self) -> Option<Decided> {
        let (id, kind) = self.act_id.clone().zip(self.act_kind)?;
        Some(Decided { id, kind: kind.0 })
    }
}

/// The page of `/notes`.
pub async fn list(app: &AppState, customer_id: &str, asked_page: Option<i64>) -> Result<NoteList> {
    let mut conn = app.db.reader().await?;
    let account = customers::service::account(&mut conn, customer_id).await?;
    let page = Page::of(asked_page, THREADS, store::count_of_customer(&mut conn, customer_id).await?);
    let rows = store::of_customer(&mut conn, customer_id, page.size, page.offset()).await?;
    let threads = rows
        .into_iter()
        .map(|row| ThreadLine {
            words: first_words(&row.words, LINE),
            last_by: (!row.by_customer).then_some(row.author_name),
            last_on: civil(row.written_at, &account.time_zone),
            id: row.id,
            subject: row.subject,
            unread: row.unread,
        })
        .collect();
    Ok(NoteList { threads, page, today: Day(app.clock.today_in(&account.time_zone)) })
}

/// The page of `/notes/{id}`, the last unless another is asked for. To open it is to read what people wrote on it;
/// somebody else's thread is not found.
pub async fn thread(app: &AppState, customer_id: &str, id: &str, asked_page: Option<i64>) -> Result<ThreadSheet> {
    let mut conn = app.db.reader().await?;
    let thread = writing::of_customer(&mut conn, id, customer_id).await?;
    let total = store::count_notes(&mut conn, id).await?;
    let page = Page::of(Some(asked_page.unwrap_or(i64::MAX)), NOTES, total);
    let rows = store::notes_of(&mut conn, id, page.size, page.offset()).await?;
    drop(conn);
    let notes: Vec<Note> = rows.into_iter().map(|row| row.note(&thread.time_zone, true)).collect();
    saw(&app.db, id, &notes, app.clock.now_ms()).await?;
    Ok(ThreadSheet {
        decided: thread.decided(),
        id: thread.id,
        subject: thread.subject,
        bill: thread.invoice_number,
        notes,
        page,
        today: Day(app.clock.today_in(&thread.time_zone)),
    })
}

/// Keeps that the new ones of these notes have been seen now.
async fn saw(db: &Db, thread_id: &str, notes: &[Note], now: i64) -> Result<()> {
    let mut new = notes.iter().filter(|note| note.is_new);
    let Some(first) = new.next() else { return Ok(()) };
    let within = first.at..=new.next_back().unwrap_or(first).at;
    db.write(async |conn: &mut Conn<'_>| store::saw(conn, thread_id, first.by_customer, within, now).await).await?;
    Ok(())
}

/// How many notes of people a customer has not opened.
pub async fn unread(conn: &mut Conn<'_>, customer_id: &str) -> Result<i64> {
    Ok(store::unread_of_customer(conn, customer_id).await?)
}

/// The latest note by a person to this customer, with the day in `zone`.
pub async fn latest_by_person(conn: &mut Conn<'_>, customer_id: &str, zone: &str) -> Result<Option<LatestNote>> {
    let row = store::latest_by_person(conn, customer_id).await?;
    Ok(row.map(|row| LatestNote {
        words: first_words(&row.words, ON_HOME),
        on: civil(row.written_at, zone),
        is_unread: row.read_at.is_none(),
        thread: row.thread_id,
        by: row.author_name,
    }))
}

/// The latest words of this customer in whichever thread, with the day in `zone`.
pub async fn last_words(conn: &mut Conn<'_>, customer_id: &str, zone: &str) -> Result<Option<LastWords>> {
    let row = store::latest_by_customer(conn, customer_id).await?;
    Ok(row.map(|row| LastWords {
        words: first_words(&row.words, ON_HOME),
        subject: row.subject,
        on: civil(row.written_at, zone),
    }))
}

/// One customer's threads as staff see them.
pub async fn for_staff(app: &AppState, conn: &mut Conn<'_>, customer_id: &str, wanted: &Wanted) -> Result<StaffNotes> {
    let account = customers::service::account(conn, customer_id).await?;
    let today = app.clock.today_in(&account.time_zone);
    let page = Page::of(wanted.threads, STAFF_THREADS, store::count_of_customer(conn, customer_id).await?);
    let mut rows = store::latest_of_customer(conn, customer_id, page.size, page.offset()).await?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.last_at));
    let mut threads = Vec::new();
    for row in rows {
        let asked = wanted.notes.filter(|_| wanted.thread.as_deref() == Some(row.id.as_str()));
        threads.push(staff_thread(conn, row, asked, app.clock.now_ms()).await?);
    }
    Ok(StaffNotes { threads, page, bills: bills::service::latest_numbers(conn, customer_id, today).await? })
}

async fn staff_thread(
    conn: &mut Conn<'_>,
    thread: ThreadRow,
    asked_page: Option<i64>,
    now: i64,
) -> Result<StaffThread> {
    let total = store::count_notes(conn, &thread.id).await?;
    let page = Page::of(Some(asked_page.unwrap_or(i64::MAX)), STAFF_NOTES, total);
    let rows = store::notes_of(conn, &thread.id, page.size, page.offset()).await?;
    Ok(StaffThread {
        notes: rows.into_iter().map(|row| row.note(&thread.time_zone, false)).collect(),
        page,
        waits: thread.waiting_since.map(|since| how_long(now - since)),
        decided: thread.decided(),
        id: thread.id,
        subject: thread.subject,
        bill: thread.invoice_number,
    })
}

/// Staff have opened the page on which these stand.
pub async fn read_by_staff(app: &AppState, notes: &StaffNotes) -> Result<()> {
    for thread in &notes.threads {
        saw(&app.db, &thread.id, &thread.notes, app.clock.now_ms()).await?;
    }
    Ok(())
}

/// Who wrote and has no answer yet, the longest waiting first, each person once; and how many people that are.
pub async fn waiting(app: &AppState, conn: &mut Conn<'_>) -> Result<(Vec<Wrote>, i64)> {
    let now = app.clock.now_ms();
    let mut people: Vec<Wrote> = Vec::new();
    for row in store::waiting(conn, LOOKED_AT).await? {
        if people.len() < SHOWN && people.iter().all(|one| one.customer_id != row.customer_id) {
            people.push(Wrote {
                waiting_since: row.waiting_since,
                since: how_long(now - row.waiting_since),
                customer_id: row.customer_id,
                customer_name: row.customer_name,
                subject: row.subject,
            });
        }
    }
    Ok((people, store::count_waiting(conn).await?))
}
