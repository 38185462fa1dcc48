//! What other systems call the state of a bill, of its payment, or what it is.

use super::columns::key;
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
    "entwurf",
    "brouillon",
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
    "offen",
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
    "bezahlt",
    "payee",
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
    "refunded",
    "credited",
    "storniert",
    "annulee",
];
const WRITTEN_OFF: &[&str] = &["uncollectible", "writtenoff", "writeoff", "baddebt", "irrecoverable"];

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
    known.into_iter().find(|(words, _)| words.contains(&word.as_str())).map(|(_, status)| status)
}

/// What a payment came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PaymentState {
    Arrived,
    /// It may come yet; it counts once it has.
    OnItsWay,
    /// It did not come, or went back whole.
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
    "incomplete",
];
const WENT_BACK: &[&str] = &[
    "failed",
    "failure",
    "bounced",
    "returned",
    "refunded",
    "refund",
    "chargeback",
    "chargedback",
    "chargebacked",
    "reversed",
    "reversal",
    "cancelled",
    "canceled",
    "void",
    "voided",
    "declined",
    "rejected",
    "dishonoured",
    "dishonored",
    "unsuccessful",
    "error",
    "expired",
    "latefailure",
    "deleted",
    "uncollected",
    "blocked",
];

/// The state of a payment; nothing where the word is not known.
pub fn payment_state(text: &str) -> Option<PaymentState> {
    let word = key(text);
    let known =
        [(ARRIVED, PaymentState::Arrived), (ON_ITS_WAY, PaymentState::OnItsWay), (WENT_BACK, PaymentState::WentBack)];
    known.into_iter().find(|(words, _)| words.contains(&word.as_str())).map(|(_, state)| state)
}

/// What a bill is, by the word for its type; everything that is no note and no fee is a bill.
pub fn bill_kind(text: &str) -> BillKind {
    let word = key(text);
    let holds = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if holds(&["creditnote", "creditmemo", "creditinvoice", "accreccredit", "gutschrift", "avoir"]) {
        BillKind::CreditNote
    } else if is_late_fee(text) {
        BillKind::LateFee
    } else {
        BillKind::Bill
    }
}

/// Whether these words name a late fee.
pub fn is_late_fee(text: &str) -> bool {
    let word = key(text);
    let named =
        ["latefee", "latepaymentfee", "latecharge", "latepaymentcharge", "overduefee", "dunningfee", "reminderfee"];
    let abroad = ["mahngebuhr", "mahngebühr", "verzugszins", "fraisderetard", "financecharge", "servicecharge"];
    named.iter().chain(&abroad).any(|part| word.starts_with(part))
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
        ] {
            assert_eq!(bill_status(word), Some(status), "{word}");
        }
        assert_eq!(bill_status("frobbed"), None);
        assert_eq!(payment_state("charge_back"), Some(PaymentState::WentBack));
        assert_eq!(payment_state("Bounced"), Some(PaymentState::WentBack));
        assert_eq!(payment_state("requires_action"), Some(PaymentState::OnItsWay));
    }

    #[test]
    fn a_type_says_whether_it_is_a_note_or_a_fee() {
        assert_eq!(bill_kind("Sales credit note"), BillKind::CreditNote);
        assert_eq!(bill_kind("Late fee"), BillKind::LateFee);
        assert_eq!(bill_kind("credit"), BillKind::Bill, "credit that is bought is a bill");
        assert!(is_late_fee("Late fee for L-1"));
        assert!(!is_late_fee("Hosting, no late fee"));
    }

    #[test]
    fn no_word_means_two_things() {
        let all: Vec<&str> = DRAFT.iter().chain(OPEN).chain(PAID).chain(VOID).chain(WRITTEN_OFF).copied().collect();
        assert!(all.iter().all(|word| all.iter().filter(|other| *other == word).count() == 1));
        let all: Vec<&str> = ARRIVED.iter().chain(ON_ITS_WAY).chain(WENT_BACK).copied().collect();
        assert!(all.iter().all(|word| all.iter().filter(|other| *other == word).count() == 1));
    }
}
