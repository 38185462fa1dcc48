//! Questions of the last days with the answers people got, so that the answer time is one that was really kept; and
//! something that was hard.

use crate::{
    server::db::{Conn, new_id},
    sql,
};

const HOUR: i64 = 3_600_000;
const MINUTE: i64 = 60_000;

/// Who asked, how many hours ago, what, after how many minutes it was answered, by whom, and what.
const ANSWERED: [(&str, i64, &str, i64, &str, &str); 8] = [
    ("Sana Rahimi", 160, "Does my number stay when I change the plan?", 35, "staff", "It stays, whatever you choose."),
    (
        "Piet Bakker",
        141,
        "The bill came twice. Do I pay both?",
        190,
        "staff2",
        "Pay the first. The second was our mistake and is gone.",
    ),
    (
        "Giulia Ferrari",
        122,
        "Can I have the bills of last year once more?",
        1_260,
        "staff",
        "They are all under Bills, back to the first.",
    ),
    (
        "Niamh Byrne",
        97,
        "What does a gigabyte in Norway cost?",
        75,
        "staff2",
        "The same as at home, four euros above what is included.",
    ),
    (
        "Rui Almeida",
        76,
        "I moved. Where do I change my address?",
        150,
        "staff",
        "I have changed it; the next bill shows it.",
    ),
    (
        "Agnès Roca",
        52,
        "Is the outage of Tuesday paid back?",
        110,
        "staff2",
        "Yes, ten euros of credit stand with you now.",
    ),
    (
        "Luka Babić",
        30,
        "Why is this month dearer?",
        420,
        "staff",
        "You used three gigabytes above the plan; the bill shows each.",
    ),
    ("Oona Virtanen", 9, "Can my daughter have a second card?", 55, "staff2", "She can. It is in the post."),
];

/// Counted back from `now`.
pub async fn add(conn: &mut Conn<'_>, now: i64) -> sqlx::Result<()> {
    for (name, hours_ago, question, minutes, person, answer) in ANSWERED {
        let asked_at = now - hours_ago * HOUR;
        sql!(
            conn,
            execute,
            "insert into requests (id, customer_id, kind, words, asked_at, outcome, answer, answered_by, answered_at)
             values ($1, (select id from customers where name = $2), 'person', $3, $4, 'answered', $5,
                     (select id from people where email = $6), $7)",
            new_id(),
            name,
            question,
            asked_at,
            answer,
            format!("{person}{}", super::DOMAIN),
            asked_at + minutes * MINUTE
        )?;
    }
    sql!(
        conn,
        execute,
        "insert into frictions (id, customer_id, path, words, how_hard, said_at)
         values ($1, (select id from customers where name = 'Giulia Ferrari'), '/plan', $2, 3, $3)",
        new_id(),
        "I did not see at once which of the months would have cost me more.",
        now - 26 * HOUR
    )?;
    Ok(())
}
