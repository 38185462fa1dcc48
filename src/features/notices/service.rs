//! What a customer was told, and whether it is still true.

use jiff::civil::Date;

pub use super::store::NewNotice;
use super::{
    NoticeCard, ToldNotice,
    store::{self, NoticeRow},
};
use crate::{
    domain::{money::Money, notice::NoticeKind},
    error::{AppError, Result},
    server::{clock::moment, db::Conn, state::AppState},
};

impl NoticeRow {
    fn open(&self) -> i64 {
        (self.invoice_amount - self.paid).max(0)
    }

    /// A warning holds until its fee day, for the due date it was about; a dispute until it is settled. Nothing holds
    /// about a bill that is paid.
    fn is_current(&self, today: Date) -> bool {
        let pay_by = self.agreed_due_on.map_or(self.invoice_due_on, |agreed| agreed.max(self.invoice_due_on));
        self.open() > 0
            && match self.kind.0 {
                NoticeKind::FeeWarning => {
                    let in_time = self.fee_on.is_some_and(|fee_on| today < fee_on.0);
                    in_time && pay_by == self.due_on && !self.is_disputed && !self.is_exempt
                }
                NoticeKind::Dispute => self.is_disputed,
            }
    }

    fn card(self) -> Result<NoticeCard> {
        Ok(NoticeCard {
            kind: self.kind.0,
            amount: Money::new(self.amount, self.currency.0),
            open: Money::new(self.open(), self.currency.0),
            due_on: self.due_on.0,
            fee_on: self.fee_on.map(|fee_on| fee_on.0),
            as_of: self.as_of.0,
            evidence: serde_json::from_str(&self.evidence).map_err(AppError::internal)?,
            id: self.id,
            invoice_number: self.invoice_number,
            rule: self.rule,
            rule_version: self.rule_version,
        })
    }

    fn told(self, today: Date) -> Result<ToldNotice> {
        Ok(ToldNotice {
            is_current: self.is_current(today),
            is_paid: self.open() == 0,
            written: moment(self.created_at, &self.time_zone),
            is_seen: self.seen_at.is_some(),
            card: self.card()?,
        })
    }
}

/// What this customer should know today, the most urgent first: only what is still true of a bill that is still open.
pub async fn current_for_customer(conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<Vec<NoticeCard>> {
    let rows = store::about_open_bills(conn, customer_id, today).await?;
    rows.into_iter().filter(|row| row.is_current(today)).map(NoticeRow::card).collect()
}

/// What this customer was told, the latest first, whether or not it is still true; at most `limit`.
pub async fn told_to_customer(
    conn: &mut Conn<'_>,
    customer_id: &str,
    today: Date,
    limit: i64,
) -> Result<Vec<ToldNotice>> {
    let rows = store::of_customer(conn, customer_id, today, limit).await?;
    rows.into_iter().map(|row| row.told(today)).collect()
}

/// One notice of this customer, which they have now seen; somebody else's is not found.
pub async fn open(app: &AppState, customer_id: &str, id: &str) -> Result<ToldNotice> {
    let mut conn = app.db.reader().await?;
    let zone = store::zone_of(&mut conn, customer_id).await?.ok_or(AppError::NotFound)?;
    let today = app.clock.today_in(&zone);
    let row = store::by_id(&mut conn, customer_id, id, today).await?.ok_or(AppError::NotFound)?;
    drop(conn);
    if row.seen_at.is_none() {
        let now = app.clock.now_ms();
        app.db.write(async |conn: &mut Conn<'_>| store::mark_seen(conn, customer_id, id, now).await).await?;
    }
    row.told(today)
}

/// Writes those that were not written before; for each, in order, whether it is new.
pub async fn write_new(conn: &mut Conn<'_>, notices: &[NewNotice], now: i64) -> Result<Vec<bool>> {
    Ok(store::insert_new(conn, notices, now).await?)
}

/// The keys of what customers were told about bills that were open on `as_of`.
pub async fn keys_about_open_bills(conn: &mut Conn<'_>, as_of: Date) -> Result<Vec<String>> {
    Ok(store::keys_about_open_bills(conn, as_of).await?)
}
