//! What became of what a customer was told: still so, changed or over, since when and why.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    NoticeCard, Standing, Stands,
    store::{NewNotice, NoticeRow},
};
use crate::{
    domain::{bill::BillStatus, day, locale::Locale, money::Money, notice::NoticeKind},
    error::Result,
    features::{
        advice::judge::{Gone, Holding, Judgement},
        bills,
        responses::service::AllDismissed,
    },
    server::db::Conn,
};

/// What holds for a customer today, beside what they were told.
pub(super) struct Judged<'j> {
    pub today: Date,
    judgement: &'j Judgement,
    dismissed: AllDismissed,
    /// When each bill was paid in full.
    paid_on: HashMap<String, Option<Date>>,
}

/// Whether what was told says what holds, perhaps with other amounts and days.
pub(super) fn says(row: &NoticeRow, holding: &Holding) -> bool {
    let (told, now) = (row.kind.0, &holding.notice);
    let is_switch = |kind| matches!(kind, NoticeKind::BetterPrice | NoticeKind::RightSize);
    let is_alike = told == now.kind || is_switch(told) && is_switch(now.kind);
    is_alike && !row.is_withdrawal() && row.topic() == now.topic() && row.subject == now.subject
}

/// Where other amounts or days hold than were told: both, and of a bill what is open of it.
fn told_and_now(row: &NoticeRow, now: &NewNotice) -> Option<String> {
    let way = Locale::English;
    let mut said = Vec::new();
    if now.amount != row.amount() {
        let open = match row.kind.0 {
            NoticeKind::FeeWarning | NoticeKind::FeeCame => {
                format!(", as {} of the bill is open", way.money(Money::new(row.bill.open(), now.amount.currency)))
            }
            _ => String::new(),
        };
        said.push(format!("We told you {}, and now it is {}{open}.", way.money(row.amount()), way.money(now.amount)));
    }
    let (fee_on, due_on) = (row.fee_on.map(|day| day.0), row.due_on.map(|day| day.0));
    let days = match fee_on != now.fee_on {
        // The day of the fee goes by the day the bill is due.
        true => ("The day of the fee", fee_on, now.fee_on),
        false => ("The last day", due_on, now.due_on),
    };
    match days {
        // What a bill comes to has no day.
        _ if row.kind.0 == NoticeKind::UnusualBill => {}
        (_, told, now) if told == now => {}
        (what, Some(told), Some(now)) => {
            said.push(format!("{what} is {}, not {}.", way.day_and_year(now), way.day_and_year(told)));
        }
        _ => said.push("Its days are others now.".to_owned()),
    }
    (!said.is_empty()).then(|| said.join(" "))
}

impl<'j> Judged<'j> {
    /// With what is needed to speak of `rows`.
    pub async fn new(
        conn: &mut Conn<'_>,
        customer_id: &str,
        today: Date,
        judgement: &'j Judgement,
        rows: &[NoticeRow],
    ) -> Result<Self> {
        let dismissed = AllDismissed::of_customer(conn, customer_id, today).await?;
        let paid = rows.iter().filter(|row| row.bill.open() == 0).filter_map(|row| row.invoice_id.as_deref());
        let mut paid: Vec<&str> = paid.collect();
        paid.sort_unstable();
        paid.dedup();
        let paid_on = if paid.is_empty() { HashMap::new() } else { bills::service::settled(conn, &paid).await? };
        Ok(Self { today, judgement, dismissed, paid_on })
    }

    /// What holds today of what a notice is about.
    pub fn now(&self, row: &NoticeRow) -> Result<Option<NoticeCard>> {
        let now = self.judgement.of(&row.topic()).map(|holding| row.card_now(holding, &self.dismissed, self.today));
        now.transpose()
    }

    pub fn standing(&self, row: &NoticeRow) -> Standing {
        let still_so = || Standing { is: Stands::StillSo, why: String::new(), since: None };
        let changed = |why: &str, since| Standing { is: Stands::Changed, why: why.to_owned(), since };
        let over = |why: &str, since| Standing { is: Stands::Over, why: why.to_owned(), since };
        let bill = &row.bill;
        match self.judgement.of(&row.topic()) {
            None if row.is_withdrawal() => still_so(),
            None => self.over(row),
            Some(_) if row.is_withdrawal() => changed("It costs you less again.", None),
            Some(now) if says(row, now) => match told_and_now(row, &now.notice) {
                Some(words) => changed(&words, None),
                None => still_so(),
            },
            Some(now) => match (row.kind.0, now.notice.kind) {
                (_, NoticeKind::Dispute) => over(
                    "You told us that the bill is not right, and we settle that first.",
                    bill.disputed_on.map(|day| day.0),
                ),
                (NoticeKind::Dispute, _) => over("The dispute is settled.", bill.dispute_settled_on.map(|day| day.0)),
                (_, NoticeKind::NothingToDo) => over("Your credit pays this bill.", None),
                (NoticeKind::FeeCame, NoticeKind::Overdue) if bill.is_exempt => {
                    over("The fee was let go.", bill.waived_on.map(|day| day.0))
                }
                (NoticeKind::FeeCame, NoticeKind::Overdue) => over("The fee was taken back.", None),
                (NoticeKind::FeeCame, NoticeKind::FeeWarning | NoticeKind::Due) => {
                    over("You have longer to pay this bill now.", None)
                }
                (_, NoticeKind::FeeCame) => changed("The day of the fee has come.", now.notice.fee_on),
                (_, NoticeKind::Overdue) => {
                    changed("The bill is past its day.", now.notice.due_on.map(|due_on| day::plus(due_on, 1)))
                }
                (_, NoticeKind::FeeWarning)
                    if row.kind.0.is_about_paying() && row.kind.0 != NoticeKind::NothingToDo =>
                {
                    changed("A late fee is near.", None)
                }
                (NoticeKind::NothingToDo, _) => changed("Your credit no longer pays all of this bill.", None),
                _ => changed("Something else saves you more now.", None),
            },
        }
    }

    /// Why nothing holds any more.
    fn over(&self, row: &NoticeRow) -> Standing {
        let over = |why: &str, since| Standing { is: Stands::Over, why: why.to_owned(), since };
        match row.kind.0 {
            kind if kind.is_about_paying() => self.bill_over(row),
            NoticeKind::UnusualBill => self.bill_ended(row).unwrap_or_else(|| {
                over("It no longer differs so much from your other bills, or was issued long ago.", None)
            }),
            NoticeKind::Credit => match row.due_on.map(|day| day.0) {
                Some(last) if last < self.today => over("The credit expired.", Some(day::plus(last, 1))),
                _ => over("Nothing of it is left to use, or it does not expire soon.", None),
            },
            _ => {
                let subscription = row.subscription_id.as_deref().unwrap_or_default();
                match self.judgement.gone(row.kind.0, subscription, &row.subject) {
                    Gone::Left => over("You no longer have the plan it was about.", None),
                    Gone::OnItNow => over("You are on this plan now.", None),
                    Gone::NotSold => over("It is not sold any more.", None),
                    Gone::Closed { name, last_day } => {
                        let since = last_day.map(|last| day::plus(last, 1));
                        over(&format!("{name} is closed to new customers."), since)
                    }
                    Gone::NoLess { name, has, more } if more.minor == 0 => {
                        over(&format!("For your own use {name} now comes to the same as {has}."), None)
                    }
                    Gone::NoLess { name, has, more } => {
                        over(&format!("For your own use {name} would now cost {more} more than {has}."), None)
                    }
                    Gone::NotEnough { name, saving } => over(
                        &format!(
                            "{name} would now cost {saving} less, too little for us to advise changing, or we know too little to be sure."
                        ),
                        None,
                    ),
                    Gone::NotKnown => over("We do not know enough today to say that it costs less.", None),
                }
            }
        }
    }

    /// Why nothing at all is to be said of a bill.
    fn bill_ended(&self, row: &NoticeRow) -> Option<Standing> {
        let over = |why: &str, since| Some(Standing { is: Stands::Over, why: why.to_owned(), since });
        let bill = &row.bill;
        let paid_on = row.invoice_id.as_ref().and_then(|id| self.paid_on.get(id)).copied().flatten();
        if bill.invoice_number.is_none() {
            return over("We no longer have this bill.", None);
        }
        match bill.bill_status.as_ref().map(|status| status.0) {
            Some(BillStatus::Void) => return over("The bill was taken back.", None),
            Some(BillStatus::WrittenOff) => return over("The bill is not asked for any more.", None),
            Some(BillStatus::Draft) => return over("The bill is not sent yet.", None),
            Some(BillStatus::Open | BillStatus::Paid) | None => {}
        }
        if bill.open() == 0 {
            let is = if bill.paid > 0 { Stands::Paid } else { Stands::Over };
            let why = if bill.paid > 0 { "The bill is paid." } else { "Nothing is to be paid on this bill." };
            return Some(Standing { is, why: why.to_owned(), since: paid_on });
        }
        if bill.is_disputed {
            return over(
                "You told us that the bill is not right, and we settle that first.",
                bill.disputed_on.map(|day| day.0),
            );
        }
        None
    }

    fn bill_over(&self, row: &NoticeRow) -> Standing {
        let over = |why: &str, since| Standing { is: Stands::Over, why: why.to_owned(), since };
        if let Some(ended) = self.bill_ended(row) {
            return ended;
        }
        let bill = &row.bill;
        if row.kind.0 == NoticeKind::Dispute {
            return over("The dispute is settled.", bill.dispute_settled_on.map(|day| day.0));
        }
        if bill.is_exempt {
            return over("The fee was let go.", bill.waived_on.map(|day| day.0));
        }
        let told_for = row.due_on.map(|day| day.0);
        match row.invoice_id.as_deref().and_then(|id| self.judgement.pay_by(id)) {
            Some(pay_by) if told_for.is_some_and(|told| told < pay_by) => {
                over(&format!("You have until {} to pay it now.", Locale::English.day_and_year(pay_by)), None)
            }
            _ => match row.fee_on.map(|day| day.0) {
                Some(fee_on) if fee_on <= self.today => over("The day of the fee has come.", Some(fee_on)),
                _ => over("No late fee is near on this bill.", None),
            },
        }
    }
}
