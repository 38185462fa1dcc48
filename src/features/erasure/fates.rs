//! What becomes of everything kept of a customer when they are erased: the one list.

/// What becomes of a part of what is kept.
pub enum Becomes {
    /// By these statements, where `$1` is the customer's id.
    Goes(&'static [&'static str]),
    /// For this reason, in words for the customer.
    Stays(&'static str),
}

/// A part of what is kept: in words for the customer, and the tables it is in.
pub struct Fate {
    pub what: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the test that no table is forgotten"))]
    pub tables: &'static [&'static str],
    pub becomes: Becomes,
}
use Becomes::{Goes, Stays};

/// In the order in which it is done: what others are found by goes last. A table stands here once for each thing it holds.
pub const FATES: &[Fate] = &[
    Fate {
        what: "Everything we remember of you, who saw it, and the receipts for what you deleted",
        tables: &["remembered_facts", "fact_views", "fact_receipts"],
        becomes: Goes(&["delete from remembered_facts where customer_id = $1"]),
    },
    Fate {
        what: "What you asked us, and what we answered",
        tables: &["requests"],
        becomes: Goes(&[
            "delete from requests where customer_id = $1 and (answered_at is null or invoice_id is null)",
            "update requests set words = '', answer = null, open_key = null where customer_id = $1",
        ]),
    },
    Fate {
        what: "Every conversation with us, your notes and ours",
        tables: &["note_threads", "notes"],
        becomes: Goes(&["delete from note_threads where customer_id = $1"]),
    },
    Fate {
        what: "What you said to what we told you, and what was hard",
        tables: &["notice_answers", "frictions"],
        becomes: Goes(&[
            "delete from notice_answers where customer_id = $1",
            "delete from frictions where customer_id = $1",
        ]),
    },
    Fate {
        what: "Your words about bills that were not right or came too soon, and our answers to them",
        tables: &["billing_orders", "billing_messages"],
        becomes: Goes(&["delete from billing_orders where customer_id = $1 and kind in ('dispute', 'later_date')"]),
    },
    Fate {
        what: "What you wanted by e-mail and when, and which mails were sent",
        tables: &["notice_preferences", "notice_mails", "unsubscribe_links"],
        becomes: Goes(&[
            "delete from notice_preferences where customer_id = $1",
            "delete from notice_mails where customer_id = $1",
            "delete from unsubscribe_links where customer_id = $1",
        ]),
    },
    Fate {
        what: "How much you used, and what we told you about your plan and your credit",
        tables: &["usage", "notices", "guarantee_checks"],
        becomes: Goes(&[
            "delete from usage where customer_id = $1",
            "delete from notices where customer_id = $1 and invoice_id is null",
        ]),
    },
    Fate {
        what: "Why you were not charged late fees, in words",
        tables: &["fee_exemptions"],
        becomes: Goes(&["update fee_exemptions set reason = 'Erased.' where customer_id = $1"]),
    },
    Fate {
        what: "Lines about you in files of ours that could not be read",
        tables: &["import_errors"],
        becomes: Goes(&["delete from import_errors where exists (
            select 1 from customers where id = $1
              and (replace(row_text || reason, name, '') <> row_text || reason
                   or replace(lower(row_text || reason), email, '') <> lower(row_text || reason)))"]),
    },
    Fate {
        what: "Your sign-in, the links we sent you, every browser you are signed in with, and what a form of yours was answered with",
        tables: &["people", "sign_in_links", "sessions", "attempts", "form_answers"],
        becomes: Goes(&[
            "delete from attempts where exists (
                 select 1 from people where customer_id = $1
                    and substr(scope, 1, length(email) + 9) = 'link-to:' || email || ':')",
            "delete from people where customer_id = $1",
        ]),
    },
    Fate {
        what: "The words with which you asked to be erased",
        tables: &["erasure_requests"],
        becomes: Goes(&["update erasure_requests set words = null, answer = null where customer_id = $1"]),
    },
    Fate {
        what: "Your name, what we call you, and your e-mail address",
        tables: &["customers"],
        becomes: Goes(&["update customers set name = 'Erased customer', preferred_name = null, email = null,
                                language = null, locale = null, refused_mail_to = null, refused_mail_at = null,
                                refused_mail_why = null,
                                search_text = 'erased customer ' || lower(external_id), search_folding = 0
                         where id = $1"]),
    },
    Fate {
        what: "Your bills and what was paid of them, under your customer number",
        tables: &["customers", "customer_aliases", "invoices", "payments"],
        becomes: Stays("The law has us keep them for some years. They carry no name any more."),
    },
    Fate {
        what: "Which plan you had and when, credit you were granted and used, fees that were let go",
        tables: &["subscriptions", "credits", "billing_orders", "credit_uses", "fee_waivers", "billing_messages"],
        becomes: Stays("The bills cannot be understood without them."),
    },
    Fate {
        what: "What we told you about a bill, such as that a fee was near, and later dates agreed for it",
        tables: &["notices", "requests", "fee_exemptions", "advice_changes", "late_fees", "fee_warnings_shown"],
        becomes: Stays("It shows whether a late fee was right. It goes with the bill."),
    },
    Fate {
        what: "That you asked to be erased, when, and who decided",
        tables: &["erasure_requests"],
        becomes: Stays("It shows that it was done."),
    },
];
