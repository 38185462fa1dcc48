//! A few words between the cast and the people who help them, counted back from today.

use jiff::{ToSpan, civil::Date};

use super::month_start;
use crate::{
    server::{
        clock::zone_or_utc,
        db::{Conn, new_id},
    },
    sql,
};

/// Somebody who wrote, so many days before today.
struct Said {
    by: By,
    days: i64,
    hour: i8,
    words: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Customer,
    /// One of the cast, by address and name.
    Person(&'static str, &'static str),
}

struct Thread<'a> {
    /// Whose it is, by the number their account has in the demo.
    customer: &'static str,
    zone: &'static str,
    subject: String,
    bill: Option<&'a str>,
    /// Whether both sides have read everything; otherwise all but the last.
    is_read: bool,
    said: &'a [Said],
}

const JONAS: By = By::Person("staff@demo.example", "Jonas Ott");
const PRIYA: By = By::Person("staff2@demo.example", "Priya Nair");

/// Mira has one to open and one behind her, Tom has one, Ana none, and one customer waits.
pub async fn add(conn: &mut Conn<'_>, today: Date) -> sqlx::Result<()> {
    let month = month_start(today, 2);
    let bill = format!("1001{:02}{:02}", month.year() % 100, month.month());
    let threads = [
        Thread {
            customer: "H-1001",
            zone: "Europe/Zagreb",
            subject: format!("Bill {bill}"),
            bill: Some(&bill),
            is_read: true,
            said: &[
                Said {
                    by: By::Customer,
                    days: 12,
                    hour: 9,
                    words: "My bank shows this payment twice. Did you take it twice?",
                },
                Said {
                    by: JONAS,
                    days: 12,
                    hour: 11,
                    words: "No, it reached us once. The second line is a hold that your bank lets go of by itself, \
                            mostly within three days.\n\nIf it is still there after that, write here and I will call \
                            them together with you.",
                },
                Said { by: By::Customer, days: 9, hour: 18, words: "It is gone since this morning. Thank you, Jonas." },
                Said { by: JONAS, days: 8, hour: 10, words: "Good to hear. Thank you for telling me." },
            ],
        },
        Thread {
            customer: "H-1001",
            zone: "Europe/Zagreb",
            subject: "Your evening without a line".to_owned(),
            bill: None,
            is_read: false,
            said: &[Said {
                by: JONAS,
                days: 1,
                hour: 17,
                words: "Mira, I saw that your line was down for most of an evening this week. That was us: a cabinet in \
                        your street had lost its power, and it took us too long to notice.\n\nIt has held since. If it \
                        drops again, write to me here and I will look at it the same day.",
            }],
        },
        Thread {
            customer: "H-1002",
            zone: "Europe/Dublin",
            subject: "Your old router".to_owned(),
            bill: None,
            is_read: true,
            said: &[Said {
                by: PRIYA,
                days: 5,
                hour: 14,
                words: "Tom, you asked on the phone whether the old router may stay. It may: it gets its updates for \
                        another year at least, and nothing you do needs a newer one. I will write to you before that \
                        changes.",
            }],
        },
        Thread {
            customer: "H-1008",
            zone: "Europe/Rome",
            subject: "Moving house".to_owned(),
            bill: None,
            is_read: false,
            said: &[
                Said { by: By::Customer, days: 20, hour: 11, words: "We may move soon. Do I tell you here?" },
                Said { by: JONAS, days: 20, hour: 12, words: "Yes, here. Write when you know the day and the street." },
                Said {
                    by: By::Customer,
                    days: 2,
                    hour: 19,
                    words: "We move at the end of next month, two streets away. Can the number come with us?",
                },
            ],
        },
    ];
    for thread in &threads {
        add_thread(conn, thread, today).await?;
    }
    Ok(())
}

/// When it was written where the customer is.
fn instant(thread: &Thread<'_>, said: &Said, today: Date) -> i64 {
    let at = today.saturating_sub(said.days.days()).at(said.hour, 12, 0, 0);
    at.to_zoned(zone_or_utc(thread.zone)).map_or(0, |at| at.timestamp().as_millisecond())
}

async fn add_thread(conn: &mut Conn<'_>, thread: &Thread<'_>, today: Date) -> sqlx::Result<()> {
    let id = new_id();
    let first = thread.said.first().map_or(0, |said| instant(thread, said, today));
    let last = thread.said.last().map_or(0, |said| instant(thread, said, today));
    let waits = thread.said.last().is_some_and(|said| said.by == By::Customer);
    sql!(
        conn,
        execute,
        "insert into note_threads (id, customer_id, subject, invoice_id, created_at, last_at, waiting_since)
         values ($1, (select id from customers where external_id = $2), $3,
                 (select id from invoices where number = $4), $5, $6, $7)",
        &id,
        thread.customer,
        &thread.subject,
        thread.bill,
        first,
        last,
        waits.then_some(last)
    )?;
    for (place, said) in thread.said.iter().enumerate() {
        let is_read = thread.is_read || place + 1 < thread.said.len();
        let (email, name) = match said.by {
            By::Customer => (None, None),
            By::Person(email, name) => (Some(email), Some(name)),
        };
        let at = instant(thread, said, today);
        sql!(
            conn,
            execute,
            "insert into notes (id, thread_id, author_id, author_name, by_customer, words, written_at, read_at)
             values ($1, $2, (select id from people where email = $3),
                     coalesce($4, (select name from customers where external_id = $5)), $6, $7, $8, $9)",
            new_id(),
            &id,
            email,
            name,
            thread.customer,
            said.by == By::Customer,
            said.words,
            at,
            is_read.then_some(at + 3_600_000)
        )?;
    }
    Ok(())
}
