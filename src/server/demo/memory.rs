//! What Harbour's people remember of two of their customers; of the others, nothing.

use jiff::{ToSpan, civil::Date, tz::TimeZone};

use crate::{
    server::db::{Conn, new_id},
    sql,
};

const JONAS: &str = "staff@demo.example";
const PRIYA: &str = "staff2@demo.example";

struct Fact {
    /// The addresses of whom it is about, who noted it and who saw it.
    about: &'static str,
    by: &'static str,
    seen_by: &'static str,
    words: &'static str,
    source: &'static str,
    /// Days from today to the day that matters, and whether it comes every year.
    matters_in: Option<(i64, bool)>,
    noted_days_ago: i64,
    is_off_limits: bool,
}

const FACTS: [Fact; 5] = [
    Fact {
        about: "customer@demo.example",
        by: PRIYA,
        seen_by: JONAS,
        words: "Works nights at the hospital. After four in the afternoon is a good time to call.",
        source: "call",
        matters_in: None,
        noted_days_ago: 96,
        is_off_limits: false,
    },
    Fact {
        about: "customer@demo.example",
        by: JONAS,
        seen_by: PRIYA,
        words: "Moves house, to Split",
        source: "customer",
        matters_in: Some((11, false)),
        noted_days_ago: 12,
        is_off_limits: false,
    },
    Fact {
        about: "customer@demo.example",
        by: JONAS,
        seen_by: PRIYA,
        words: "Lost her father in the spring.",
        source: "note",
        matters_in: None,
        noted_days_ago: 201,
        is_off_limits: true,
    },
    Fact {
        about: "other@demo.example",
        by: JONAS,
        seen_by: PRIYA,
        words: "Plays the fiddle on Thursdays; a good evening not to ring.",
        source: "observed",
        matters_in: None,
        noted_days_ago: 150,
        is_off_limits: false,
    },
    Fact {
        about: "other@demo.example",
        by: PRIYA,
        seen_by: JONAS,
        words: "His daughter's birthday",
        source: "call",
        matters_in: Some((38 - 365 * 9, true)),
        noted_days_ago: 64,
        is_off_limits: false,
    },
];

/// After customers and people.
pub async fn add_facts(conn: &mut Conn<'_>, today: Date) -> sqlx::Result<()> {
    for fact in &FACTS {
        let noted_at = at_ten(today, fact.noted_days_ago);
        let id = new_id();
        sql!(
            conn,
            execute,
            "insert into remembered_facts (id, customer_id, words, source, matters_on, is_yearly, noted_at, noted_by,
                                           noted_by_name, noted_by_customer, is_off_limits, off_limits_at)
             select $1, customers.id, $2, $3, $4, $5, $6, people.id, people.name, false, $7, $8
             from customers, people where customers.email = $9 and people.email = $10",
            &id,
            fact.words,
            fact.source,
            fact.matters_in.map(|(days, _)| today.saturating_add(days.days()).to_string()),
            fact.matters_in.is_some_and(|(_, is_yearly)| is_yearly),
            noted_at,
            fact.is_off_limits,
            fact.is_off_limits.then(|| at_ten(today, fact.noted_days_ago - 3)),
            fact.about,
            fact.by
        )?;
        for (who, days_ago) in [(fact.by, fact.noted_days_ago), (fact.seen_by, 7)] {
            sql!(
                conn,
                execute,
                "insert into fact_views (fact_id, person_id, person_name, first_seen_at, last_seen_at)
                 select $1, id, name, $3, $3 from people where email = $2",
                &id,
                who,
                at_ten(today, days_ago)
            )?;
        }
    }
    Ok(())
}

/// Ten o'clock so many days ago, in milliseconds since 1970.
fn at_ten(today: Date, days_ago: i64) -> i64 {
    let day = today.saturating_sub(days_ago.days());
    day.at(10, 0, 0, 0).to_zoned(TimeZone::UTC).map_or(0, |at| at.timestamp().as_millisecond())
}
