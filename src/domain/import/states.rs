//! What other systems call the state of a bill, of its payment, or what it is.

use super::columns;
use crate::bill::{BillKind, BillStatus};

const DRAFT: &[&str] = &[
    "draft",
    "new",
    "notsent",
    "unsent",
    "submitted",
    "awaitingapproval",
    "pendingapproval",
    "generating",
    "scheduled",
    "saved",
    "entwurf",
    "brouillon",
    "borrador",
    "bozza",
    "concept",
];
const OPEN: &[&str] = &[
    "open",
    "sent",
    "viewed",
    "overdue",
    "due",
    "unpaid",
    "notpaid",
    "authorised",
    "authorized",
    "awaitingpayment",
    "finalized",
    "finalised",
    "posted",
    "partiallypaid",
    "partlypaid",
    "partpaid",
    "partial",
    "partiallyrefunded",
    "paymentdue",
    "pastdue",
    "outstanding",
    "issued",
    "delivered",
    "approved",
    "active",
    "emailed",
    "mailed",
    "printed",
    "notdue",
    "invoiced",
    "dunning",
    "pending",
    "processing",
    "failed",
    "late",
    "false",
    "no",
    "committed",
    "unapplied",
    "partiallyapplied",
    "available",
    "unused",
    "refunddue",
    "validated",
    "retry",
    "retrying",
    "resolved",
    "disputed",
    "indispute",
    "paymentpending",
    "paymentfailed",
    "offen",
    "gemahnt",
    "impayee",
    "enretard",
    "envoyee",
    "partiellementpayee",
    "pendiente",
    "vencida",
    "dapagare",
    "scaduta",
    "openstaand",
    "verzonden",
    "fallig",
    "uberfallig",
    "teilbezahlt",
    "versendet",
];
const PAID: &[&str] = &[
    "paid",
    "closed",
    "succeeded",
    "success",
    "settled",
    "complete",
    "completed",
    "paidinfull",
    "fullypaid",
    "cleared",
    "collected",
    "deposited",
    "autopaid",
    "true",
    "yes",
    "markedaspaid",
    "inpayment",
    "credited",
    "applied",
    "fullyapplied",
    "adjusted",
    "consumed",
    "used",
    "creditnoteissued",
    "refunded",
    "markedasrefunded",
    "bezahlt",
    "payee",
    "pagada",
    "pagata",
    "betaald",
];
const VOID: &[&str] = &[
    "void",
    "voided",
    "cancelled",
    "canceled",
    "deleted",
    "reversed",
    "annulled",
    "rejected",
    "declined",
    "cancel",
    "storniert",
    "annulee",
    "anulada",
    "annullata",
];
const WRITTEN_OFF: &[&str] =
    &["uncollectible", "writtenoff", "writeoff", "baddebt", "irrecoverable", "abandoned", "ausgebucht"];

/// Beginnings of what is said with a day or a number of days: `Overdue by 5 days`, `Due on 7 July`.
const OPEN_SINCE: &[&str] =
    &["overdue", "duein", "dueon", "duetoday", "duetomorrow", "partiallypaid", "partlypaid", "pastdue", "sent"];

/// A word without signs, capitals and accents.
fn key(text: &str) -> String {
    let plain = |letter| match letter {
        'ä' | 'à' | 'á' | 'â' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'í' | 'î' => 'i',
        'ö' | 'ó' | 'ô' => 'o',
        'ü' | 'ú' | 'û' => 'u',
        'ç' => 'c',
        other => other,
    };
    columns::key(text).chars().map(plain).collect()
}

/// Whether a word for the state of a bill says that the customer disputes it.
pub fn is_disputed(text: &str) -> bool {
    ["disputed", "indispute"].contains(&key(text).as_str())
}

/// The state of a bill; nothing where the word is not known.
pub fn bill_status(text: &str) -> Option<BillStatus> {
    let word = key(text);
    let known = [
        (DRAFT, BillStatus::Draft),
        (OPEN, BillStatus::Open),
        (PAID, BillStatus::Paid),
        (VOID, BillStatus::Void),
        (WRITTEN_OFF, BillStatus::WrittenOff),
    ];
    let whole = known.into_iter().find(|(words, _)| words.contains(&word.as_str())).map(|(_, status)| status);
    whole.or_else(|| OPEN_SINCE.iter().any(|start| word.starts_with(start)).then_some(BillStatus::Open))
}

/// What a payment came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaymentState {
    Arrived,
    /// It may come yet; it counts once it has.
    OnItsWay,
    /// It did not come.
    Failed,
    /// It came, and went back whole.
    WentBack,
}

const ARRIVED: &[&str] = &[
    "paid",
    "succeeded",
    "success",
    "successful",
    "completed",
    "complete",
    "settled",
    "captured",
    "cleared",
    "confirmed",
    "ok",
    "approved",
    "received",
    "deposited",
    "applied",
    "accepted",
    "posted",
    "closed",
    "active",
    "booked",
    "paidout",
    "partiallyrefunded",
    "partialrefund",
    "unapplied",
    "partiallyapplied",
    "matched",
    "reconciled",
    "executed",
    "collected",
    "processed",
    "canceledreversal",
    "settledbulk",
];
const ON_ITS_WAY: &[&str] = &[
    "pending",
    "processing",
    "authorized",
    "authorised",
    "requiresaction",
    "requirespaymentmethod",
    "requiresconfirmation",
    "requirescapture",
    "initiated",
    "submitted",
    "created",
    "scheduled",
    "open",
    "draft",
    "unpaid",
    "pendingsubmission",
    "pendingcustomerapproval",
    "submittedforsettlement",
    "settling",
    "settlementpending",
    "incomplete",
];
const FAILED: &[&str] = &[
    "failed",
    "failure",
    "cancelled",
    "canceled",
    "void",
    "voided",
    "declined",
    "denied",
    "customerapprovaldenied",
    "refused",
    "capturefailed",
    "gatewayrejected",
    "processordeclined",
    "settlementdeclined",
    "rejected",
    "unsuccessful",
    "error",
    "expired",
    "deleted",
    "uncollected",
    "blocked",
];
const WENT_BACK: &[&str] = &[
    "bounced",
    "returned",
    "refunded",
    "refund",
    "chargeback",
    "chargedback",
    "chargebacked",
    "reversed",
    "reversal",
    "dishonoured",
    "dishonored",
    "latefailure",
    "disputelost",
];

/// The state of a payment; nothing where the word is not known.
pub fn payment_state(text: &str) -> Option<PaymentState> {
    let word = key(text);
    let known = [
        (ARRIVED, PaymentState::Arrived),
        (ON_ITS_WAY, PaymentState::OnItsWay),
        (FAILED, PaymentState::Failed),
        (WENT_BACK, PaymentState::WentBack),
    ];
    known.into_iter().find(|(words, _)| words.contains(&word.as_str())).map(|(_, state)| state)
}

/// Whether the word for the type of a payment says that its money goes back to the customer.
pub fn goes_back(text: &str) -> bool {
    let word = key(text);
    ["refund", "chargeback", "reversal", "bounce", "paymentreturn", "returnedpayment", "rucklastschrift", "rejetde"]
        .iter()
        .any(|part| word.contains(part))
}

/// What a bill is, by the word for its type; nothing where it is something else, such as a payment or an offer.
pub fn bill_kind(text: &str) -> Option<BillKind> {
    let word = key(text);
    let holds = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if holds(&["creditnote", "creditmemo", "creditinvoice", "accreccredit", "gutschrift", "avoir"]) {
        Some(BillKind::CreditNote)
    } else if holds(LATE_FEES) {
        Some(BillKind::LateFee)
    } else if holds(&["proforma", "estimate", "quote", "quotation", "purchase", "accpay", "salesorder", "deliverynote"])
        || !holds(&["invoice", "bill", "rechnung", "facture"])
            && holds(&["payment", "receipt", "deposit", "journal", "expense", "transfer", "refund", "cheque"])
    {
        None
    } else {
        Some(BillKind::Bill)
    }
}

/// What a late fee is called, at the beginning of what is said of one.
const LATE_FEES: &[&str] = &[
    "latefee",
    "latepaymentfee",
    "latecharge",
    "latepaymentcharge",
    "latepaymentinterest",
    "latepaymentpenalty",
    "lateinterest",
    "latepenalty",
    "overduefee",
    "overdueinterest",
    "interestonoverdue",
    "interestonlate",
    "defaultinterest",
    "dunningfee",
    "reminderfee",
    "financecharge",
    "mahngebuhr",
    "mahnkosten",
    "verzugszins",
    "fraisderetard",
    "penalitederetard",
    "penalitesderetard",
    "interetsderetard",
];

/// Whether these words name a late fee: a bill may speak of one further on, and is none.
pub fn is_late_fee(text: &str) -> bool {
    let word = key(text);
    let word = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
    LATE_FEES.iter().any(|name| word.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_other_systems_are_known() {
        for (word, status) in [
            ("open", BillStatus::Open),
            ("AUTHORISED", BillStatus::Open),
            ("Partially Paid", BillStatus::Open),
            ("payment_due", BillStatus::Open),
            ("Closed", BillStatus::Paid),
            ("uncollectible", BillStatus::WrittenOff),
            ("VOIDED", BillStatus::Void),
            ("Draft", BillStatus::Draft),
            ("Overdue by 12 days", BillStatus::Open),
            ("Due in 3 days", BillStatus::Open),
            ("Überfällig", BillStatus::Open),
            ("payée", BillStatus::Paid),
            ("Refunded", BillStatus::Paid),
        ] {
            assert_eq!(bill_status(word), Some(status), "{word}");
        }
        assert_eq!(bill_status("frobbed"), None);
        assert_eq!(payment_state("charge_back"), Some(PaymentState::WentBack));
        assert_eq!(payment_state("Bounced"), Some(PaymentState::WentBack));
        assert_eq!(payment_state("requires_action"), Some(PaymentState::OnItsWay));
        assert_eq!(payment_state("Declined"), Some(PaymentState::Failed));
        assert!(goes_back("Payment Refund") && goes_back("Rücklastschrift") && !goes_back("Card"));
    }

    #[test]
    fn a_type_says_whether_it_is_a_note_or_a_fee() {
        assert_eq!(bill_kind("Sales credit note"), Some(BillKind::CreditNote));
        assert_eq!(bill_kind("Late fee"), Some(BillKind::LateFee));
        assert_eq!(bill_kind("credit"), Some(BillKind::Bill), "credit that is bought is a bill");
        assert_eq!(bill_kind("ACCREC"), Some(BillKind::Bill));
        for other in ["Payment", "Estimate", "Pro-forma invoice", "ACCPAY"] {
            assert_eq!(bill_kind(other), None, "{other}");
        }
        assert!(is_late_fee("Late fee for L-1"));
        assert!(is_late_fee("1.5 % late fee on L-1") && is_late_fee("Pénalité de retard"));
        assert!(!is_late_fee("Hosting, no late fee") && !is_late_fee("Service charge, third quarter"));
    }

    #[test]
    fn no_word_means_two_things() {
        let all: Vec<&str> = DRAFT.iter().chain(OPEN).chain(PAID).chain(VOID).chain(WRITTEN_OFF).copied().collect();
        assert!(all.iter().all(|word| all.iter().filter(|other| *other == word).count() == 1));
        let all: Vec<&str> = ARRIVED.iter().chain(ON_ITS_WAY).chain(FAILED).chain(WENT_BACK).copied().collect();
        assert!(all.iter().all(|word| all.iter().filter(|other| *other == word).count() == 1));
    }
}
