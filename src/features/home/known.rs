//! What is worth knowing, before it is decided how much of it is shown.

use jiff::civil::Date;

use super::InShort;
use crate::{
    domain::{evidence::Evidence, money::Money, notice::NoticeKind},
    features::{
        advice::judge::Holding,
        bills::{self, BillState, service::Assessed},
        notices::{self, NoticeCard, plan_words},
    },
};

/// The urgency of a fee that can still be avoided.
pub(super) const FEE_NEAR: u8 = 0;
/// The urgency of a bill that there is nothing to know of.
const CALM: u8 = 3;

/// A notice, or a bill about which none was written.
pub(super) enum Known<'a> {
    Told(Box<NoticeCard>),
    Seen(&'a Assessed),
}

impl Known<'_> {
    /// What can still be avoided comes first, then what has happened, then what we settle; then by the day.
    pub(super) fn order(&self) -> (u8, Option<Date>) {
        match self {
            Known::Told(card) => (told_urgency(card.kind), card.fee_on.or(card.due_on)),
            Known::Seen(bill) => (urgency(bill.state), Some(bill.known.bill.pay_by())),
        }
    }

    pub(super) fn is_about_a_bill(&self) -> bool {
        match self {
            Known::Told(card) => card.bill.is_some(),
            Known::Seen(_) => true,
        }
    }

    pub(super) fn in_short(&self) -> InShort {
        match self {
            Known::Told(card) => told_in_short(card),
            Known::Seen(bill) => seen_in_short(bill),
        }
    }
}

/// Whether there is something to know of a bill in this state.
pub(super) fn matters(state: BillState) -> bool {
    urgency(state) < CALM
}

/// The kind of notice that says of a bill in this state what there is to know.
pub(super) fn kind(state: BillState) -> Option<NoticeKind> {
    match state {
        BillState::FeeNear { .. } => Some(NoticeKind::FeeWarning),
        BillState::FeeCame { .. } => Some(NoticeKind::FeeCame),
        BillState::PastDue => Some(NoticeKind::Overdue),
        BillState::Disputed => Some(NoticeKind::Dispute),
        BillState::Covered => Some(NoticeKind::NothingToDo),
        BillState::Paid | BillState::NotOwed(_) | BillState::DateAgreed { .. } | BillState::Open { .. } => None,
    }
}

fn urgency(state: BillState) -> u8 {
    match state {
        BillState::FeeNear { .. } => FEE_NEAR,
        BillState::FeeCame { .. } | BillState::PastDue => 1,
        BillState::Disputed => 2,
        BillState::Paid
        | BillState::NotOwed(_)
        | BillState::Covered
        | BillState::DateAgreed { .. }
        | BillState::Open { .. } => CALM,
    }
}

fn told_urgency(kind: NoticeKind) -> u8 {
    match kind {
        NoticeKind::FeeWarning => FEE_NEAR,
        NoticeKind::FeeCame | NoticeKind::Overdue => 1,
        NoticeKind::Dispute => 2,
        NoticeKind::Due | NoticeKind::UnusualBill => 3,
        NoticeKind::Credit => 4,
        NoticeKind::BetterPrice => 5,
        NoticeKind::RightSize => 6,
        NoticeKind::Competitor => 7,
        NoticeKind::NothingToDo => 8,
    }
}

fn told_in_short(card: &NoticeCard) -> InShort {
    if card.is_withdrawal() {
        return InShort {
            title: "What we advised no longer saves you anything".to_owned(),
            bill: None,
            amount: card.amount,
            when: "Told on".to_owned(),
            on: card.as_of,
            address: notices::portal::address(&card.id),
        };
    }
    let (title, (when, on)) = in_words(card.kind, &card.evidence, card.due_on, card.fee_on, card.as_of);
    InShort {
        title,
        bill: card.bill.as_ref().map(|about| about.number.clone()),
        amount: card.amount,
        when: when.to_owned(),
        on,
        address: notices::portal::address(&card.id),
    }
}

/// What holds and was not told yet.
pub(super) fn untold_in_short(holding: &Holding) -> InShort {
    let now = &holding.notice;
    let (title, (when, on)) = in_words(now.kind, &holding.evidence, now.due_on, now.fee_on, now.as_of);
    let address = if now.kind == NoticeKind::Credit { "/credits" } else { "/plan" };
    InShort { title, bill: None, amount: now.amount, when: when.to_owned(), on, address: address.to_owned() }
}

/// The plan or product by its name, and the day that matters, with what it is.
fn in_words(
    kind: NoticeKind,
    evidence: &Evidence,
    due_on: Option<Date>,
    fee_on: Option<Date>,
    as_of: Date,
) -> (String, (&'static str, Date)) {
    let worked_out = ("Worked out on", as_of);
    let due = |words| due_on.map_or(worked_out, |due_on| (words, due_on));
    let over = plan_words::months(evidence).map(|months| format!(" over {months}")).unwrap_or_default();
    let named = |name: Option<&str>, otherwise: &str| name.unwrap_or(otherwise).to_owned();
    let other = plan_words::other(evidence);
    match kind {
        NoticeKind::FeeWarning => {
            ("A late fee can be avoided".to_owned(), fee_on.map_or(due("Due"), |fee_on| ("Added on", fee_on)))
        }
        NoticeKind::FeeCame => {
            ("A late fee applies".to_owned(), fee_on.map_or(due("Was due"), |fee_on| ("Since", fee_on)))
        }
        NoticeKind::Overdue => ("A bill is overdue".to_owned(), due("Was due")),
        NoticeKind::Due => ("A bill is due soon".to_owned(), due("Due")),
        NoticeKind::UnusualBill => ("A bill is unusual".to_owned(), worked_out),
        NoticeKind::NothingToDo => ("Your credit pays a bill".to_owned(), due("Due")),
        NoticeKind::Dispute => ("We settle a dispute with you first".to_owned(), due("Due")),
        NoticeKind::BetterPrice => (format!("{} costs you less{over}", named(other, "Another plan")), worked_out),
        NoticeKind::RightSize => {
            (format!("{} fits you better, for less{over}", named(other, "Another size")), worked_out)
        }
        NoticeKind::Credit => ("Credit to use".to_owned(), due("Expires on")),
        NoticeKind::Competitor => {
            (format!("{} costs you less{over}", named(other, "Someone else’s product")), worked_out)
        }
    }
}

fn seen_in_short(bill: &Assessed) -> InShort {
    let number = bill.known.bill.number.clone();
    let fee: Option<Money> = bill.fee().map(|ahead| ahead.fee);
    let (title, when, on) = match bill.state {
        BillState::FeeNear { fee_on, .. } => ("A late fee is near", "Added on", fee_on),
        BillState::FeeCame { fee_on, .. } => ("A late fee applies", "Since", fee_on),
        BillState::PastDue => ("A bill is overdue", "Was due", bill.known.bill.pay_by()),
        _ => ("We settle the dispute first", "Due", bill.known.bill.pay_by()),
    };
    InShort {
        title: title.to_owned(),
        amount: fee.unwrap_or_else(|| bill.money(bill.known.bill.open())),
        when: when.to_owned(),
        on,
        address: bills::address(&number),
        bill: Some(number),
    }
}
