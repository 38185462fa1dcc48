//! A customer of whom there is everything that can be kept, and what the schema says of tables: for tests that must not
//! forget one.

use std::collections::BTreeSet;

use sqlx::AssertSqlSafe;

use super::fixture::Fixture;
use crate::{server::db::Conn, sql};

impl Fixture {
    /// An admin, `p-omar`.
    pub async fn add_admin(&self) {
        self.run("insert into people (id, email, name, role, created_at) values ('p-omar', 'o@x.example', 'Omar', 'admin', 0)")
            .await;
    }

    /// Keeps one thing of every kind of this customer. Every free text in it holds `mark`.
    pub async fn fill(&self, customer: &str, mark: &str) {
        for text in [
            "insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, created_at, updated_at)
             values ('i-{c}', '{c}', '{m} 1', 'EUR', 3820, '2026-11-01', '2026-11-20', 0, 0)",
            "insert into customer_aliases (external_id, customer_id, merged_on) values ('{m} before', '{c}', '2026-10-01')",
            "insert into payments (id, invoice_id, reference, amount, paid_on, created_at, updated_at)
             values ('pay-{c}', 'i-{c}', '{m} paid', 1005, '2026-11-02', 0, 0)",
            "insert into credits (id, reference, customer_id, currency, amount, used, granted_on, reason, created_at,
                                  updated_at)
             values ('cr-{c}', '{m} credit', '{c}', 'EUR', 500, 0, '2026-10-01', 'welcome', 0, 0)",
            "insert into plans (id, code, name, currency, monthly_fee, charges, created_at, updated_at)
             values ('basic', 'basic', 'Basic', 'EUR', 1000, '[]', 0, 0) on conflict do nothing",
            "insert into subscriptions (id, reference, customer_id, plan_id, starts_on, created_at, updated_at)
             values ('s-{c}', '{m} sub', '{c}', 'basic', '2026-01-01', 0, 0)",
            "insert into usage (customer_id, meter, used_on, quantity, created_at, updated_at)
             values ('{c}', '{m} data', '2026-11-01', 1250000, 0, 0)",
            "insert into notices (id, customer_id, kind, dedupe_key, subject, amount, currency, rule, rule_version, evidence,
                                  as_of, created_at, words)
             values ('n-{c}', '{c}', 'right_size', 'n-{c}', '{m} sub', 100, 'EUR', 'r', 1, '{\"mark\":\"{m}\"}',
                     '2026-11-18', 0, '{m} told')",
            "insert into guarantee_checks (notice_id, followed_on, checked_on, owed, evidence)
             values ('n-{c}', '2025-01-01', '2026-01-01', 25, '{\"mark\":\"{m}\"}')",
            "insert into notices (id, customer_id, invoice_id, kind, dedupe_key, subject, amount, currency, rule,
                                  rule_version, evidence, as_of, created_at)
             values ('nb-{c}', '{c}', 'i-{c}', 'fee_warning', 'nb-{c}', 'i-{c}', 500, 'EUR', 'r', 1, '{\"facts\":[],\"steps\":[]}', '2026-11-18',
                     0)",
            "insert into fee_exemptions (id, customer_id, starts_on, reason, made_at)
             values ('fe-{c}', '{c}', '2026-01-01', '{m} hard year', 0)",
            "insert into requests (id, customer_id, kind, words, asked_at) values ('r-{c}', '{c}', 'person', '{m} asks', 0)",
            "insert into requests (id, customer_id, invoice_id, kind, words, asked_at, outcome, answer, answered_by,
                                   answered_at)
             values ('ra-{c}', '{c}', 'i-{c}', 'person', '{m} asks', 0, 'answered', '{m} answer', 'p-jonas', 1)",
            "insert into remembered_facts (id, customer_id, words, source, noted_at, noted_by, noted_by_name,
                                           noted_by_customer)
             values ('f-{c}', '{c}', '{m} moves', 'call', 0, 'p-jonas', 'Jonas Ott', false)",
            "insert into fact_views (fact_id, person_id, person_name, first_seen_at, last_seen_at)
             values ('f-{c}', 'p-jonas', 'Jonas Ott', 0, 1)",
            "insert into remembered_facts (id, customer_id, source, noted_at, noted_by_name, noted_by_customer, forgotten_at)
             values ('ff-{c}', '{c}', 'customer', 0, '{m}', true, 1)",
            "insert into fact_receipts (id, fact_id, customer_id, forgotten_at, forgotten_by_name, forgotten_by_customer,
                                        source, noted_at, noted_by_name, noted_by_customer)
             values ('fr-{c}', 'ff-{c}', '{c}', 1, '{m}', true, 'customer', 0, '{m}', true)",
            "insert into note_threads (id, customer_id, subject, created_at, last_at) values ('t-{c}', '{c}', '{m} street', 0, 0)",
            "insert into notes (id, thread_id, author_name, by_customer, words, written_at)
             values ('no-{c}', 't-{c}', '{m}', true, '{m} writes', 0)",
            "insert into billing_orders (id, customer_id, kind, invoice_id, terms, state, asked_on, asked_at, takes_effect_on,
                                         answer)
             values ('bd-{c}', '{c}', 'dispute', 'i-{c}', '{\"words\":\"{m} was away\"}', 'confirmed', '2026-11-01', 0,
                     '2026-11-01', '{m} is right')",
            "insert into billing_orders (id, customer_id, kind, invoice_id, terms, state, asked_on, asked_at, takes_effect_on)
             values ('bc-{c}', '{c}', 'use_credit', 'i-{c}', '{}', 'confirmed', '2026-11-01', 0, '2026-11-01')",
            "insert into billing_orders (id, customer_id, kind, invoice_id, terms, state, asked_on, asked_at, takes_effect_on,
                                         answer)
             values ('bl-{c}', '{c}', 'later_date', 'i-{c}', '{\"words\":\"{m} is paid late\"}', 'confirmed', '2026-11-01', 0,
                     '2026-11-01', '{m} may')",
            "insert into credit_uses (order_id, credit_id, amount, used_on) values ('bc-{c}', 'cr-{c}', 5, '2026-11-01')",
            "insert into fee_waivers (invoice_id, customer_id, order_id, fee, waived_on)
             values ('i-{c}', '{c}', 'bc-{c}', 500, '2026-11-01')",
            "insert into late_fees (id, customer_id, invoice_id, fee_on, fee, policy_version, guard_days, state, fee_invoice_id,
                                    warned_on, warned_how, decided_on, decided_at)
             values ('lf-{c}', '{c}', 'i-{c}', '2026-11-21', 500, 1, 1, 'charged', 'i-{c}', '2026-11-18', 'page',
                     '2026-11-21', 0)",
            "insert into fee_warnings_shown (invoice_id, fee_on, fee, customer_id, shown_on)
             values ('i-{c}', '2026-11-21', 500, '{c}', '2026-11-18')",
            "insert into billing_messages (id, order_id, body, made_at, not_before)
             values ('bm-{c}', 'bd-{c}', '{\"words\":\"{m} was away\"}', 0, 0)",
            "insert into notice_answers (notice_id, customer_id, dismissed_on, dismissed_at, dismiss_reason, dismiss_words)
             values ('n-{c}', '{c}', '2026-11-18', 0, 'other', '{m} says no')",
            "insert into frictions (id, customer_id, path, words, said_at) values ('h-{c}', '{c}', '/plan', '{m} lost', 0)",
            "insert into notice_preferences (customer_id, kind, by_mail, chosen_at) values ('{c}', 'credit', false, 0)",
            "insert into unsubscribe_links (token_hash, customer_id, kind, made_at) values ('ul-{c}', '{c}', 'credit', 0)",
            "insert into notice_mails (notice_id, customer_id, state, not_before, tries, last_error)
             values ('n-{c}', '{c}', 'failed', 0, 6, '{m} at home did not answer')",
            "insert into erasure_requests (id, customer_id, asked_at, words, withdrawn_at)
             values ('e-{c}', '{c}', 0, '{m} wishes', 1)",
            "insert into sessions (token_hash, id, person_id, data, user_agent, created_at, last_seen_at, expires_at)
             values ('th-{c}', 'se-{c}', 'p-{c}', '{}', '{m} browser', 0, 0, 9)",
            "insert into sign_in_links (token_hash, person_id, created_at, expires_at) values ('tl-{c}', 'p-{c}', 0, 9)",
            "insert into form_answers (id_hash, person_id, answer, made_at) values ('fa-{c}', 'p-{c}', '{m} typed', 0)",
            "insert into attempts (id, scope, made_at) values ('a-{c}', 'link-to:p-{c}@example.com:192.0.2.1', 0)",
            "insert into imports (id, kind, file_name, sha256, size_bytes, mapping, is_dry_run, state, started_at)
             values ('im-{c}', 'customers', 'c.csv', '0', 1, '', false, 'done', 0)",
            "insert into import_errors (import_id, line, reason, row_text, seq)
             select 'im-{c}', 1, 'no', 'x,' || name || ',x', 1 from customers where id = '{c}'",
            "update customers set preferred_name = '{m}', refused_mail_to = email, refused_mail_why = '{m} moved' where id = '{c}'",
        ] {
            self.run(&text.replace("{c}", customer).replace("{m}", mark)).await;
        }
    }

    async fn run(&self, text: &str) {
        self.write(async |conn: &mut Conn<'_>| sql!(conn, execute, AssertSqlSafe(text.to_owned()))).await;
    }

    /// Every column of text in the database in which these words stand, in any case.
    pub async fn columns_holding(&self, words: &str) -> Vec<String> {
        let mut conn = self.conn().await;
        let text = if self.is_sqlite() {
            "select tables.name, columns.name from sqlite_master as tables join pragma_table_info(tables.name) as columns
             where tables.type = 'table' and upper(columns.type) = 'TEXT'"
        } else {
            "select cast(table_name as text), cast(column_name as text) from information_schema.columns
             where table_schema = 'public' and data_type = 'text'"
        };
        let columns = sql!(conn, all as (String, String), text).expect("columns");
        assert!(columns.len() > 50, "the schema was read");
        let mut holding = Vec::new();
        for (table, column) in columns {
            let text = format!(
                "select count(*) from \"{table}\" where replace(lower(\"{column}\"), $1, '') <> lower(\"{column}\")"
            );
            if sql!(conn, scalar as i64, AssertSqlSafe(text), words.to_lowercase()).expect("a count") > 0 {
                holding.push(format!("{table}.{column}"));
            }
        }
        holding.sort();
        holding
    }

    /// Every table that names a customer, and every table whose rows go with one of those.
    pub async fn tables_of_customers(&self) -> BTreeSet<String> {
        let mut conn = self.conn().await;
        let (named, led) = if self.is_sqlite() {
            (
                "select tables.name from sqlite_master as tables join pragma_table_info(tables.name) as columns
                 where tables.type = 'table' and columns.name = 'customer_id'",
                "select tables.name, keys.\"table\" from sqlite_master as tables
                 join pragma_foreign_key_list(tables.name) as keys
                 where tables.type = 'table' and keys.on_delete = 'CASCADE'",
            )
        } else {
            (
                "select cast(table_name as text) from information_schema.columns
                 where table_schema = 'public' and column_name = 'customer_id'",
                "select cast(conrelid::regclass as text), cast(confrelid::regclass as text) from pg_constraint
                 where contype = 'f' and confdeltype = 'c'",
            )
        };
        let mut tables: BTreeSet<String> = sql!(conn, scalars as String, named).expect("tables").into_iter().collect();
        assert!(tables.contains("invoices"), "the schema was read");
        tables.insert("customers".to_owned());
        let led = sql!(conn, all as (String, String), led).expect("keys");
        loop {
            let more: Vec<String> = led
                .iter()
                .filter(|(table, to)| tables.contains(to) && !tables.contains(table))
                .map(|(table, _)| table.clone())
                .collect();
            if more.is_empty() {
                return tables;
            }
            tables.extend(more);
        }
    }

    pub async fn count(&self, text: &'static str) -> i64 {
        let mut conn = self.conn().await;
        sql!(conn, scalar as i64, text).expect("a count")
    }

    pub fn is_sqlite(&self) -> bool {
        self.app.db.engine_name() == "sqlite"
    }
}
