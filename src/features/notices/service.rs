//! What a customer was told, and whether it is still true.

use jiff::civil::Date;

pub use super::store::{EarlierRow, NewNotice};
use super::{
    BillAbout, Guarantee, NoticeCard, NoticeList, ToldNotice,
    store::{self, BillColumns, NoticeRow, SaidColumns},
    why_not,
};
use crate::{
    domain::{
        evidence::Tested,
        late_fee::{ASK_WITHIN_DAYS, LaterDates},
        money::Money,
        notice::NoticeKind,
    },
    error::{AppError, Result},
    features::{
        advice,
        billing::{self, BillWays},
        bills::{self, service::Assessed},
        requests::{self, Ask},
        responses::{
            Aside, Dismissal, Said,
            service::{AllDismissed, Newer, can_say},
        },
        rules,
    },
    server::{clock::moment, db::Conn, state::AppState},
    ui::Page,
};

const PAGE_SIZE: i64 = 20;

impl BillColumns {
    fn open(&self) -> i64 {
        self.invoice_amount.map_or(0, |amount| (amount - self.paid).max(0))
    }

    fn pay_by(&self) -> Option<Date> {
        let due_on = self.invoice_due_on?.0;
        Some(self.agreed_due_on.map_or(due_on, |agreed| agreed.0.max(due_on)))
    }
}

impl SaidColumns {
    fn said(&self) -> Said {
        let dismissed = self.dismiss_reason.zip(self.dismissed_on).map(|(reason, on)| Dismissal {
            reason: reason.0,
            words: self.dismiss_words.clone().unwrap_or_default(),
            on: on.0,
        });
        Said { snoozed_until: self.snoozed_until.map(|day| day.0), dismissed, is_helpful: self.is_helpful }
    }

    fn aside(&self, today: Date) -> Option<Aside> {
        match (self.dismissed_on, self.snoozed_until) {
            (Some(_), _) => Some(Aside::Dismissed),
            (None, Some(until)) if today < until.0 => Some(Aside::Until(until.0)),
            _ => None,
        }
    }
}

impl NoticeRow {
    pub(super) fn amount(&self) -> Money {
        Money::new(self.amount, self.currency.0)
    }

    /// As it is told apart from what was dismissed.
    fn newer(&self) -> Newer<'_> {
        Newer {
            id: &self.id,
            kind: self.kind.0,
            invoice_id: self.invoice_id.as_deref(),
            subscription_id: self.subscription_id.as_deref(),
            subject: &self.subject,
            amount: self.amount(),
            as_of: self.as_of.0,
        }
    }

    /// A warning holds until its fee day, for the due date it was about; a dispute until it is settled; anything else
    /// until its last day, or until what it is about has ended. Nothing holds about a bill that is paid.
    fn is_current(&self, today: Date) -> bool {
        let is_open = self.bill.open() > 0;
        let is_for_this_date = self.due_on.map(|due_on| due_on.0) == self.bill.pay_by();
        let fee_is_ahead = self.fee_on.is_some_and(|fee_on| today < fee_on.0);
        match self.kind.0 {
            NoticeKind::FeeWarning => {
                is_open && is_for_this_date && fee_is_ahead && !self.bill.is_disputed && !self.bill.is_exempt
            }
            NoticeKind::NothingToDo => is_open && is_for_this_date && fee_is_ahead && !self.bill.is_disputed,
            NoticeKind::Dispute => is_open && self.bill.is_disputed,
            NoticeKind::BetterPrice | NoticeKind::RightSize | NoticeKind::Credit | NoticeKind::Competitor => {
                !self.is_over && self.holds_until.is_some_and(|last| today <= last.0)
            }
        }
    }

    fn card(self, today: Date) -> Result<NoticeCard> {
        let open = Money::new(self.bill.open(), self.currency.0);
        let (fee_on, holds_until) = (self.fee_on.map(|day| day.0), self.holds_until.map(|day| day.0));
        Ok(NoticeCard {
            can_say: can_say(self.kind.0, fee_on, holds_until, today),
            aside: self.said.aside(today),
            said: self.said.said(),
            kind: self.kind.0,
            words: self.words,
            subject: self.subject,
            bill: self.bill.invoice_number.map(|number| BillAbout { number, open }),
            amount: Money::new(self.amount, self.currency.0),
            due_on: self.due_on.map(|due_on| due_on.0),
            fee_on: self.fee_on.map(|fee_on| fee_on.0),
            as_of: self.as_of.0,
            evidence: serde_json::from_str(&self.evidence).map_err(AppError::internal)?,
            id: self.id,
            rule: self.rule,
            rule_version: self.rule_version,
            subscription: self.subscription,
            ways: BillWays::default(),
            can_move: false,
        })
    }

    fn guarantee(&self) -> Option<Guarantee> {
        match (self.owed, self.checked_on) {
            _ if !self.is_guaranteed => None,
            (Some(owed), Some(on)) => Some(Guarantee::WorkedOut { owed: Money::new(owed, self.currency.0), on: on.0 }),
            _ => Some(Guarantee::Stands),
        }
    }

    pub(super) fn told(self, today: Date) -> Result<ToldNotice> {
        Ok(ToldNotice {
            is_current: self.is_current(today),
            is_paid: self.bill.invoice_number.is_some() && self.bill.open() == 0,
            written: moment(self.created_at, &self.time_zone),
            is_seen: self.seen_at.is_some(),
            guarantee: self.guarantee(),
            rule_since: None,
            tested: None,
            card: self.card(today)?,
        })
    }
}

/// A notice that may still hold, put aside where much the same was dismissed; what may not be dismissed is not silenced either.
fn told_or_silenced(row: NoticeRow, dismissed: &AllDismissed, today: Date) -> Result<ToldNotice> {
    let like_dismissed = dismissed.silences(&row.newer());
    let mut told = row.told(today)?;
    if told.is_current && told.card.can_say.can_dismiss {
        told.card.aside = told.card.aside.or(like_dismissed.map(Aside::LikeDismissed));
    }
    Ok(told)
}

/// What this customer should know today, the most urgent first: only what is still true, and of several about the same
/// thing the latest. Those that the customer put aside say so.
pub async fn current_for_customer(conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<Vec<NoticeCard>> {
    let dismissed = AllDismissed::of_customer(conn, customer_id, today).await?;
    let rows = current_rows(conn, customer_id, today).await?;
    rows.into_iter().map(|row| told_or_silenced(row, &dismissed, today).map(|told| told.card)).collect()
}

/// What is still true of what this customer was told, of several about the same thing the latest.
pub(super) async fn current_rows(conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<Vec<NoticeRow>> {
    let mut rows = store::that_may_hold(conn, customer_id, today).await?;
    rows.retain(|row| row.is_current(today));
    let latest = |row: &NoticeRow, rows: &[NoticeRow]| {
        let is_about_the_same = |other: &&NoticeRow| match &row.subscription_id {
            // A newer advice on a subscription replaces the older, also where it names another plan.
            Some(_) => other.kind == row.kind && other.subscription_id == row.subscription_id,
            None => other.kind == row.kind && other.subject == row.subject,
        };
        let latest = rows.iter().filter(is_about_the_same).max_by_key(|other| (other.as_of, other.created_at));
        latest.is_some_and(|latest| latest.id == row.id)
    };
    let current: Vec<bool> = rows.iter().map(|row| latest(row, &rows)).collect();
    Ok(rows.into_iter().zip(current).filter(|(_, is_latest)| *is_latest).map(|(row, _)| row).collect())
}

/// Adds what can be done today about the bill of a notice.
pub async fn add_ways(
    app: &AppState,
    conn: &mut Conn<'_>,
    bill: &Assessed,
    asks: &[Ask],
    card: &mut NoticeCard,
) -> Result<()> {
    let number = Some(bill.known.bill.number.as_str());
    let waits = asks.iter().any(|ask| ask.waits_for_date() && ask.bill.as_deref() == number);
    card.can_move = !waits && LaterDates::of(&bill.known.bill, ASK_WITHIN_DAYS, bill.today).is_some();
    card.ways = billing::service::ways(app, conn, bill).await?;
    Ok(())
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
    let rule = rules::service::version(&mut conn, &row.rule, row.rule_version).await?;
    let dismissed = AllDismissed::of_customer(&mut conn, customer_id, today).await?;
    let mut told = told_or_silenced(row.clone(), &dismissed, today)?;
    told.tested = tested(&mut conn, customer_id, &row).await?;
    if let Some(about) = told.card.bill.as_ref().filter(|_| told.is_current) {
        let bill = bills::service::assessed(&mut conn, customer_id, &about.number, today).await?;
        let asks = requests::service::of_customer(&mut conn, customer_id).await?;
        add_ways(app, &mut conn, &bill, &asks, &mut told.card).await?;
    }
    drop(conn);
    if row.seen_at.is_none() {
        let now = app.clock.now_ms();
        app.db.write(async |conn: &mut Conn<'_>| store::mark_seen(conn, customer_id, id, now).await).await?;
    }
    told.rule_since = rule.map(|rule| rule.starts_on);
    Ok(told)
}

/// The condition of a notice's rule with what it met, from what was known on its day; nothing where that has changed since.
async fn tested(conn: &mut Conn<'_>, customer_id: &str, row: &NoticeRow) -> Result<Option<Tested>> {
    let asked = advice::why::asked(conn, customer_id, row.as_of.0).await?;
    let is_its = |why: &advice::why::Why| {
        let is_its_rule = why.rule == row.rule && why.rule_version == row.rule_version;
        is_its_rule && why.subject == row.subject && why.explanation.holds
    };
    Ok(asked.why.into_iter().find(is_its).map(|why| why.explanation.into()))
}

/// One notice of this customer, without their having seen it; somebody else's is not found.
pub async fn told(conn: &mut Conn<'_>, customer_id: &str, id: &str, today: Date) -> Result<ToldNotice> {
    if id.contains('\0') {
        return Err(AppError::NotFound);
    }
    store::by_id(conn, customer_id, id, today).await?.ok_or(AppError::NotFound)?.told(today)
}

/// The page of `/notices`: what this customer was told, and what they were not told today.
pub async fn list(app: &AppState, customer_id: &str, asked_page: Option<i64>) -> Result<NoticeList> {
    let mut conn = app.db.reader().await?;
    let zone = store::zone_of(&mut conn, customer_id).await?.ok_or(AppError::NotFound)?;
    let today = app.clock.today_in(&zone);
    let current = current_rows(&mut conn, customer_id, today).await?;
    let shown_above: String = current.iter().map(|row| format!("{} ", row.id)).collect();
    let total = store::count_of_customer(&mut conn, customer_id, today, &shown_above).await?;
    let page = Page::of(asked_page, PAGE_SIZE, total);
    let part = (page.size, page.offset());
    let earlier = store::part_of_customer(&mut conn, customer_id, today, &shown_above, part).await?;
    let not_told = why_not::not_told(&mut conn, customer_id, today, &current).await?;
    let dismissed = AllDismissed::of_customer(&mut conn, customer_id, today).await?;
    let told = |rows: Vec<NoticeRow>| {
        rows.into_iter().map(|row| told_or_silenced(row, &dismissed, today)).collect::<Result<Vec<_>>>()
    };
    Ok(NoticeList {
        today,
        current: if page.number == 1 { told(current)? } else { Vec::new() },
        earlier: told(earlier)?,
        page,
        not_told,
    })
}

/// Writes those that were not written before; for each, in order, whether it is new.
pub async fn write_new(conn: &mut Conn<'_>, notices: &[&NewNotice], now: i64) -> Result<Vec<bool>> {
    Ok(store::insert_new(conn, notices, now).await?)
}

/// What customers with an id above `after` and at most `until` were told from the day `since` on.
pub async fn told_before(conn: &mut Conn<'_>, after: &str, until: &str, since: Date) -> Result<Vec<EarlierRow>> {
    Ok(store::told_before(conn, after, until, since).await?)
}
