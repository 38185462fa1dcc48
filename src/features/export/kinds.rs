//! The kinds of things kept of a customer: the one list of what an export holds.

/// How a cell is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As it is: a text, a civil date.
    Text,
    /// Milliseconds since 1970, as an ISO instant.
    Instant,
    /// Minor units of the currency that stands in the row's `currency`, as a decimal.
    Money,
    /// Millionths, as a decimal.
    Millionths,
    Number,
    Truth,
    /// A text that is JSON already.
    Json,
}
use Shape::{Instant, Json, Millionths, Money, Number, Text, Truth};

/// A kind of thing: a table in CSV, an array in JSON.
pub struct Kind {
    pub name: &'static str,
    /// What it holds, in words for the customer.
    pub holds: &'static str,
    /// In the order of the query. These names stay: people write programs against them.
    pub columns: &'static [(&'static str, Shape)],
    /// For the customer `$1`. What stands first after `from` is the table this kind is of.
    pub query: &'static str,
}

pub const KINDS: &[Kind] = &[
    Kind {
        name: "account",
        holds: "Who you are to us: number, names, address, time zone.",
        columns: &[
            ("number", Text),
            ("name", Text),
            ("preferred_name", Text),
            ("email", Text),
            ("time_zone", Text),
            ("country", Text),
            ("language", Text),
            ("way_of_writing", Text),
            ("refused_mail_at", Instant),
            ("refused_mail_why", Text),
            ("known_since", Instant),
            ("changed_at", Instant),
        ],
        query: "select external_id, name, preferred_name, email, time_zone, country, language, locale, refused_mail_at,
                       refused_mail_why, created_at, updated_at
                from customers where id = $1",
    },
    Kind {
        name: "former_numbers",
        holds: "Numbers you had as well, before those accounts were brought into this one.",
        columns: &[("number", Text), ("until", Text)],
        query: "select external_id, merged_on from customer_aliases where customer_id = $1 order by merged_on, external_id",
    },
    Kind {
        name: "sign_in",
        holds: "With which address and name you sign in.",
        columns: &[("email", Text), ("name", Text), ("since", Instant)],
        query: "select email, name, created_at from people where customer_id = $1 order by created_at, id",
    },
    Kind {
        name: "sign_in_links",
        holds: "Links we made for you to sign in: when, whether they were used, and the page they led to.",
        columns: &[("made_at", Instant), ("ended_at", Instant), ("used_at", Instant), ("leads_to", Text)],
        query: "select sign_in_links.created_at, expires_at, used_at, wish from sign_in_links
                join people on people.id = person_id where customer_id = $1 order by sign_in_links.created_at, token_hash",
    },
    Kind {
        name: "sessions",
        holds: "Browsers you are signed in with, and when they were last used.",
        columns: &[("browser", Text), ("since", Instant), ("last_used_at", Instant), ("ends_at", Instant)],
        query: "select user_agent, sessions.created_at, last_seen_at, expires_at from sessions
                join people on people.id = person_id where customer_id = $1 order by sessions.created_at, sessions.id",
    },
    Kind {
        name: "bills",
        holds: "Your bills, with disputes and later dates agreed.",
        columns: &[
            ("number", Text),
            ("status", Text),
            ("kind", Text),
            ("issued_on", Text),
            ("due_on", Text),
            ("agreed_due_on", Text),
            ("agreed_on", Text),
            ("disputed_on", Text),
            ("dispute_settled_on", Text),
            ("period_from", Text),
            ("period_to", Text),
            ("amount", Money),
            ("tax", Money),
            ("paid_as_the_bill_says", Money),
            ("currency", Text),
            ("known_since", Instant),
            ("changed_at", Instant),
        ],
        query: "select number, status, kind,
                       issued_on, due_on, agreed_due_on, agreed_on, disputed_on, dispute_settled_on, period_from,
                       period_to, amount, tax, billed_paid, currency, created_at, updated_at
                from invoices where customer_id = $1 order by issued_on, number",
    },
    Kind {
        name: "payments",
        holds: "What was paid of each bill, and when.",
        columns: &[
            ("bill", Text),
            ("reference", Text),
            ("known_from", Text),
            ("paid_on", Text),
            ("amount", Money),
            ("currency", Text),
            ("known_since", Instant),
        ],
        query: "select number, reference, source, paid_on, payments.amount, currency, payments.created_at from payments
                join invoices on invoices.id = invoice_id where customer_id = $1 order by paid_on, payments.id",
    },
    Kind {
        name: "credits",
        holds: "Credit you were granted, with what of it was used before we knew it.",
        columns: &[
            ("reference", Text),
            ("granted_on", Text),
            ("expires_on", Text),
            ("amount", Money),
            ("used", Money),
            ("currency", Text),
            ("only_for", Text),
            ("reason", Text),
            ("comes_from", Text),
            ("would_have_expired_on", Text),
        ],
        query: "select reference, granted_on, expires_on, amount, used, currency, scope, reason, source, expired_on from credits
                where customer_id = $1 order by granted_on, reference",
    },
    Kind {
        name: "subscriptions",
        holds: "Which plan you had, and when.",
        columns: &[
            ("reference", Text),
            ("plan", Text),
            ("plan_name", Text),
            ("starts_on", Text),
            ("ends_on", Text),
            ("committed_until", Text),
            ("plan_since", Text),
        ],
        query: "select reference, plans.code, plans.name, starts_on, ends_on, committed_until, plan_since
                from subscriptions join plans on plans.id = plan_id where customer_id = $1 order by starts_on, reference",
    },
    Kind {
        name: "usage",
        holds: "How much you used of what, by day or by month.",
        columns: &[("meter", Text), ("used_on", Text), ("covers", Text), ("quantity", Millionths)],
        query: "select meter, used_on, covers, quantity from usage where customer_id = $1 order by meter, used_on",
    },
    Kind {
        name: "notices",
        holds: "What we told you, with the rule, every fact and each step of arithmetic behind it.",
        columns: &[
            ("id", Text),
            ("kind", Text),
            ("about", Text),
            ("bill", Text),
            ("words", Text),
            ("amount", Money),
            ("currency", Text),
            ("due_on", Text),
            ("fee_on", Text),
            ("holds_until", Text),
            ("rule", Text),
            ("rule_version", Number),
            ("as_of", Text),
            ("evidence", Json),
            ("plan_before", Json),
            ("told_at", Instant),
            ("seen_at", Instant),
        ],
        query: "select notices.id, notices.kind, subject, number, words, notices.amount, notices.currency, notices.due_on, fee_on,
                       holds_until, rule, rule_version, as_of, evidence, body, notices.created_at, seen_at
                from notices left join invoices on invoices.id = invoice_id
                             left join plan_terms on plan_terms.id = previous_terms
                where notices.customer_id = $1 order by notices.created_at, notices.id",
    },
    Kind {
        name: "guarantees",
        holds: "Where you followed our advice: what came of it after a year, and what we owed you.",
        columns: &[
            ("notice", Text),
            ("followed_on", Text),
            ("checked_on", Text),
            ("owed", Money),
            ("currency", Text),
            ("evidence", Json),
        ],
        query: "select notice_id, followed_on, checked_on, owed, currency, guarantee_checks.evidence from guarantee_checks
                join notices on notices.id = notice_id where customer_id = $1 order by checked_on, notice_id",
    },
    Kind {
        name: "fee_exemptions",
        holds: "When you were not charged late fees, and why.",
        columns: &[("starts_on", Text), ("ends_on", Text), ("reason", Text), ("made_at", Instant)],
        query: "select starts_on, ends_on, reason, made_at from fee_exemptions where customer_id = $1
                order by starts_on, id",
    },
    Kind {
        name: "requests",
        holds: "What you asked us, and what a person answered.",
        columns: &[
            ("kind", Text),
            ("bill", Text),
            ("wanted_on", Text),
            ("words", Text),
            ("asked_at", Instant),
            ("outcome", Text),
            ("agreed_due_on", Text),
            ("answer", Text),
            ("answered_by", Text),
            ("answered_at", Instant),
        ],
        query: "select requests.kind, number, wanted_on, words, asked_at, outcome, requests.agreed_due_on, answer, people.name,
                       answered_at
                from requests left join invoices on invoices.id = invoice_id left join people on people.id = answered_by
                where requests.customer_id = $1 order by asked_at, requests.id",
    },
    Kind {
        name: "conversations",
        holds: "Conversations with people of ours: what each was about, and when.",
        columns: &[("id", Text), ("subject", Text), ("bill", Text), ("began_at", Instant), ("last_at", Instant), ("act", Text)],
        query: "select note_threads.id, subject, number, note_threads.created_at, last_at, act_id from note_threads
                left join invoices on invoices.id = invoice_id where note_threads.customer_id = $1
                order by note_threads.created_at, note_threads.id",
    },
    Kind {
        name: "notes",
        holds: "Every note in them, yours and ours.",
        columns: &[
            ("conversation", Text),
            ("by", Text),
            ("is_yours", Truth),
            ("words", Text),
            ("written_at", Instant),
            ("read_at", Instant),
        ],
        query: "select thread_id, author_name, by_customer, words, written_at, read_at from notes
                join note_threads on note_threads.id = thread_id where customer_id = $1 order by thread_id, written_at",
    },
    Kind {
        name: "acts",
        holds: "What you asked of billing, and what became of it.",
        columns: &[
            ("id", Text),
            ("kind", Text),
            ("terms", Json),
            ("state", Text),
            ("asked_on", Text),
            ("asked_at", Instant),
            ("takes_effect_on", Text),
            ("decided_at", Instant),
            ("booked_at", Instant),
            ("booked_as", Text),
            ("why_refused", Text),
            ("answer", Text),
            ("answered_by", Text),
            ("answered_at", Instant),
            ("seen_at", Instant),
        ],
        query: "select billing_orders.id, kind, terms, state, asked_on, asked_at, takes_effect_on, settled_at, booked_at,
                       booked_as, refusal, answer, people.name, answered_at, seen_at
                from billing_orders left join people on people.id = answered_by
                where billing_orders.customer_id = $1 order by asked_at, billing_orders.id",
    },
    Kind {
        name: "credit_uses",
        holds: "Which credit each of them used.",
        columns: &[("act", Text), ("credit", Text), ("amount", Money), ("currency", Text), ("used_on", Text)],
        query: "select order_id, reference, credit_uses.amount, currency, used_on from credit_uses
                join credits on credits.id = credit_id where customer_id = $1 order by used_on, order_id, reference",
    },
    Kind {
        name: "late_fees",
        holds: "Late fees whose day came: what became of each, and which warning of it reached you.",
        columns: &[
            ("bill", Text),
            ("day", Text),
            ("fee", Money),
            ("currency", Text),
            ("policy", Number),
            ("days_to_be_warned_before", Number),
            ("state", Text),
            ("why", Text),
            ("asked_by_bill", Text),
            ("warned_on", Text),
            ("warned_how", Text),
            ("decided_on", Text),
            ("changed_on", Text),
            ("decided_at", Instant),
        ],
        query: "select invoices.number, fee_on, fee, invoices.currency, policy_version, guard_days, state, why, asking.number,
                       warned_on, warned_how, decided_on, changed_on, decided_at
                from late_fees join invoices on invoices.id = invoice_id
                left join invoices as asking on asking.id = fee_invoice_id
                where late_fees.customer_id = $1 order by fee_on, invoices.number",
    },
    Kind {
        name: "fee_warnings_seen",
        holds: "Which coming late fees a page showed you, and on which day first.",
        columns: &[("bill", Text), ("day", Text), ("fee", Money), ("currency", Text), ("seen_on", Text)],
        query: "select number, fee_on, fee, currency, shown_on from fee_warnings_shown
                join invoices on invoices.id = invoice_id where fee_warnings_shown.customer_id = $1
                order by shown_on, number, fee",
    },
    Kind {
        name: "fees_let_go",
        holds: "Late fees that were let go.",
        columns: &[("bill", Text), ("fee", Money), ("currency", Text), ("on", Text)],
        query: "select number, fee, currency, waived_on from fee_waivers join invoices on invoices.id = invoice_id
                where fee_waivers.customer_id = $1 order by waived_on, number",
    },
    Kind {
        name: "notice_answers",
        holds: "What you said to what we told you: later, not for me, helpful or not.",
        columns: &[
            ("notice", Text),
            ("later_until", Text),
            ("later_at", Instant),
            ("not_for_me_on", Text),
            ("why", Text),
            ("words", Text),
            ("is_helpful", Truth),
            ("helpful_at", Instant),
        ],
        query: "select notice_id, snoozed_until, snoozed_at, dismissed_on, dismiss_reason, dismiss_words, is_helpful, helpful_at
                from notice_answers where customer_id = $1 order by notice_id",
    },
    Kind {
        name: "hard",
        holds: "What you told us was hard.",
        columns: &[
            ("page", Text),
            ("words", Text),
            ("how_hard", Number),
            ("said_at", Instant),
            ("taken_back_at", Instant),
            ("read_at", Instant),
            ("read_by", Text),
        ],
        query: "select path, words, how_hard, said_at, taken_back_at, read_at, people.name from frictions
                left join people on people.id = read_by where frictions.customer_id = $1 order by said_at, frictions.id",
    },
    Kind {
        name: "preferences",
        holds: "What comes to you by e-mail, and when it must be quiet (minutes of the day).",
        columns: &[
            ("kind", Text),
            ("by_mail", Truth),
            ("quiet_from", Number),
            ("quiet_until", Number),
            ("chosen_at", Instant),
        ],
        query: "select kind, by_mail, quiet_from, quiet_until, chosen_at from notice_preferences where customer_id = $1
                order by kind",
    },
    Kind {
        name: "mails",
        holds: "Which notices were sent to you by e-mail, and when.",
        columns: &[("notice", Text), ("state", Text), ("tries", Number), ("problem", Text), ("sent_at", Instant), ("sent_on", Text)],
        query: "select notice_id, state, tries, last_error, sent_at, sent_on from notice_mails where customer_id = $1
                order by notice_id",
    },
    Kind {
        name: "remembered",
        holds: "What we remember of you, who noted it and how they knew.",
        columns: &[
            ("id", Text),
            ("words", Text),
            ("source", Text),
            ("matters_on", Text),
            ("is_yearly", Truth),
            ("noted_at", Instant),
            ("noted_by", Text),
            ("is_off_limits", Truth),
            ("off_limits_at", Instant),
            ("corrected_at", Instant),
            ("corrected_by", Text),
        ],
        query: "select id, words, source, matters_on, is_yearly, noted_at, noted_by_name, is_off_limits, off_limits_at,
                       corrected_at, corrected_by_name
                from remembered_facts where customer_id = $1 and forgotten_at is null order by noted_at, id",
    },
    Kind {
        name: "remembered_seen",
        holds: "Who of us saw what we remember of you, and when.",
        columns: &[("remembered", Text), ("by", Text), ("first_at", Instant), ("last_at", Instant)],
        query: "select fact_id, person_name, first_seen_at, last_seen_at from fact_views
                join remembered_facts on remembered_facts.id = fact_id where customer_id = $1
                order by fact_id, first_seen_at, person_id",
    },
    Kind {
        name: "receipts",
        holds: "Receipts for what was deleted, without the words.",
        columns: &[
            ("id", Text),
            ("deleted_at", Instant),
            ("deleted_by", Text),
            ("source", Text),
            ("noted_at", Instant),
            ("noted_by", Text),
        ],
        query: "select id, forgotten_at, forgotten_by_name, source, noted_at, noted_by_name from fact_receipts
                where customer_id = $1 order by forgotten_at, id",
    },
    Kind {
        name: "erasure_wishes",
        holds: "When you asked to be erased, and what was decided.",
        columns: &[
            ("asked_at", Instant),
            ("words", Text),
            ("withdrawn_at", Instant),
            ("handed_over_at", Instant),
            ("decided_at", Instant),
            ("decided_by", Text),
            ("outcome", Text),
            ("answer", Text),
        ],
        query: "select asked_at, words, withdrawn_at, handed_over_at, decided_at, people.name, outcome, answer
                from erasure_requests left join people on people.id = decided_by
                where erasure_requests.customer_id = $1 order by asked_at, erasure_requests.id",
    },
];
