//! What a customer was told, and whether it is still true.

use jiff::{ToSpan, civil::Date};

use super::{
    BillAbout, Guarantee, NoticeCard, NoticeList, ToldNotice,
    standing::{self, Judged},
    store::{self, BillColumns, NoticeRow, SaidColumns},
    why_not,
};
pub use super::{
    store::{EarlierRow, NewNotice},
    topic::Topic,
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
        advice::{
            self,
            judge::{Holding, Judgement},
        },
        billing::{self, BillWays},
        bills::{self, service::Assessed},
        late_fees::{self, service::Shown},
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
    pub(super) fn open(&self) -> i64 {
        self.invoice_amount.map_or(0, |amount| (amount - self.paid).max(0))
    }
}

impl NewNotice {
    pub fn topic(&self) -> Topic {
        Topic::of(self.kind, self.invoice_id.as_deref(), self.subscription_id.as_deref(), &self.subject)
    }
}

impl EarlierRow {
    pub fn topic(&self) -> Topic {
        Topic::of(self.kind.0, self.invoice_id.as_deref(), self.subscription_id.as_deref(), &self.subject)
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

    pub(super) fn topic(&self) -> Topic {
        Topic::of(self.kind.0, self.invoice_id.as_deref(), self.subscription_id.as_deref(), &self.subject)
    }

    /// That advice holds no longer: it says that nothing is saved.
    pub(super) fn is_withdrawal(&self) -> bool {
        self.corrects.is_some() && self.amount == 0
    }

    /// As it was told.
    pub(super) fn card(&self, today: Date) -> Result<NoticeCard> {
        let open = Money::new(self.bill.open(), self.currency.0);
        let (fee_on, holds_until) = (self.fee_on.map(|day| day.0), self.holds_until.map(|day| day.0));
        Ok(NoticeCard {
            can_say: can_say(self.kind.0, fee_on, holds_until, today),
            aside: self.said.aside(today),
            said: self.said.said(),
            kind: self.kind.0,
            words: self.words.clone(),
            subject: self.subject.clone(),
            bill: self.bill.invoice_number.clone().map(|number| BillAbout { number, open }),
            amount: self.amount(),
            due_on: self.due_on.map(|due_on| due_on.0),
            fee_on,
            as_of: self.as_of.0,
            evidence: serde_json::from_str(&self.evidence).map_err(AppError::internal)?,
            id: self.id.clone(),
            rule: self.rule.clone(),
            rule_version: self.rule_version,
            subscription: self.subscription.clone(),
            ways: BillWays::default(),
            can_move: false,
        })
    }

    /// What holds of the same thing today, under the id of what was told.
    pub(super) fn card_now(&self, holding: &Holding, dismissed: &AllDismissed, today: Date) -> Result<NoticeCard> {
        let now = &holding.notice;
        let (can_say, amount) = (can_say(now.kind, now.fee_on, now.holds_until, today), now.amount);
        let like_dismissed = dismissed.silences(&Newer { amount, ..self.newer() }).map(Aside::LikeDismissed);
        Ok(NoticeCard {
            // What may not be dismissed is not silenced either.
            aside: self.said.aside(today).or(like_dismissed.filter(|_| can_say.can_dismiss)),
            can_say,
            kind: now.kind,
            words: now.words.clone(),
            subject: now.subject.clone(),
            amount,
            due_on: now.due_on,
            fee_on: now.fee_on,
            as_of: today,
            evidence: holding.evidence.clone(),
            rule: now.rule.clone(),
            rule_version: now.rule_version,
            ..self.card(today)?
        })
    }

    fn guarantee(&self) -> Option<Guarantee> {
        match (self.owed, self.checked_on) {
            _ if !self.is_guaranteed => None,
            (Some(owed), Some(on)) => Some(Guarantee::WorkedOut { owed: Money::new(owed, self.currency.0), on: on.0 }),
            _ => Some(Guarantee::Stands),
        }
    }

    /// As it was told, with what became of it.
    fn told(&self, judged: &Judged<'_>) -> Result<ToldNotice> {
        Ok(ToldNotice {
            card: self.card(judged.today)?,
            standing: judged.standing(self),
            now: judged.now(self)?,
            corrected_by: self.corrected_by.clone(),
            corrects: self.corrects.clone(),
            on: judged.today,
            written: moment(self.created_at, &self.time_zone),
            is_seen: self.seen_at.is_some(),
            guarantee: self.guarantee(),
            rule_since: None,
            tested: None,
        })
    }
}

/// What this customer should know today of what they were told, the most urgent first, in today's words, amounts and days;
/// and what holds of which they were not told. Those that the customer put aside say so.
pub async fn current_for_customer(conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<Vec<NoticeCard>> {
    Ok(known_to_customer(conn, customer_id, today).await?.0)
}

/// The same, with what holds and was not told yet.
pub async fn known_to_customer(
    conn: &mut Conn<'_>,
    customer_id: &str,
    today: Date,
) -> Result<(Vec<NoticeCard>, Vec<Holding>)> {
    let judgement = advice::judge::judge(conn, customer_id, today).await?;
    let rows = recent(conn, customer_id, today).await?;
    let judged = Judged::new(conn, customer_id, today, &judgement, &rows).await?;
    let mut cards = Vec::new();
    for row in current(&judgement, &rows, today) {
        cards.push(match judged.now(row)? {
            Some(card) => card,
            None => row.card(today)?,
        });
    }
    let is_told = |holding: &&Holding| rows.iter().any(|row| standing::says(row, holding));
    let untold = judgement.holds.iter().filter(|holding| !is_told(holding)).cloned().collect();
    Ok((cards, untold))
}

/// Of what was told, what is still to know, of several about the same thing the latest, in the order of what holds.
pub(super) fn current<'r>(judgement: &Judgement, rows: &'r [NoticeRow], today: Date) -> Vec<&'r NoticeRow> {
    let mut holds: Vec<&Holding> = judgement.holds.iter().collect();
    let day_or_last = |day: Option<Date>| (day.is_none(), day);
    holds.sort_by_key(|holding| (day_or_last(holding.notice.fee_on), day_or_last(holding.notice.due_on)));
    // The rows are in order, the latest first.
    let mut current: Vec<&NoticeRow> =
        holds.iter().filter_map(|holding| rows.iter().find(|row| standing::says(row, holding))).collect();
    let withdrawn = rows.iter().enumerate().filter(|(at, row)| {
        let topic = row.topic();
        let is_shown = row.is_withdrawal() && row.holds_until.is_some_and(|last| today <= last.0);
        is_shown && judgement.of(&topic).is_none() && rows[..*at].iter().all(|later| later.topic() != topic)
    });
    current.extend(withdrawn.map(|(_, row)| row));
    current
}

/// What is remembered of what a customer was told.
const REMEMBERED_DAYS: i64 = 800;

async fn recent(conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<Vec<NoticeRow>> {
    Ok(store::told_since(conn, customer_id, today, today.saturating_sub(REMEMBERED_DAYS.days())).await?)
}

/// What this customer was told of which something is still to know.
pub(super) async fn current_rows(
    conn: &mut Conn<'_>,
    customer_id: &str,
    today: Date,
    judgement: &Judgement,
) -> Result<Vec<NoticeRow>> {
    let rows = recent(conn, customer_id, today).await?;
    Ok(current(judgement, &rows, today).into_iter().cloned().collect())
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
    judged(conn, customer_id, today, &rows).await
}

/// What this customer was told, beside what holds today.
async fn judged(conn: &mut Conn<'_>, customer_id: &str, today: Date, rows: &[NoticeRow]) -> Result<Vec<ToldNotice>> {
    let judgement = advice::judge::judge(conn, customer_id, today).await?;
    let judged = Judged::new(conn, customer_id, today, &judgement, rows).await?;
    rows.iter().map(|row| row.told(&judged)).collect()
}

/// How many notices a customer was told.
pub async fn count_told(conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<i64> {
    Ok(store::count_of_customer(conn, customer_id, today, "").await?)
}

/// A page of what one customer was told, the latest first.
pub async fn told_on_page(conn: &mut Conn<'_>, customer_id: &str, today: Date, page: Page) -> Result<Vec<ToldNotice>> {
    let part = (page.size, page.offset());
    let rows = store::part_of_customer(conn, customer_id, today, "", part).await?;
    judged(conn, customer_id, today, &rows).await
}

/// One notice of this customer, which they have now seen; somebody else's is not found.
pub async fn open(app: &AppState, customer_id: &str, id: &str) -> Result<ToldNotice> {
    let mut conn = app.db.reader().await?;
    let zone = store::zone_of(&mut conn, customer_id).await?.ok_or(AppError::NotFound)?;
    let today = app.clock.today_in(&zone);
    let row = store::by_id(&mut conn, customer_id, id, today).await?.ok_or(AppError::NotFound)?;
    let rule = rules::service::version(&mut conn, &row.rule, row.rule_version).await?;
    let judgement = advice::judge::judge(&mut conn, customer_id, today).await?;
    let judged = Judged::new(&mut conn, customer_id, today, &judgement, std::slice::from_ref(&row)).await?;
    let mut told = row.told(&judged)?;
    drop(judged);
    told.tested = tested(&mut conn, customer_id, &row).await?;
    if let Some(now) = &mut told.now
        && let Some(about) = &now.bill
    {
        let bill = bills::service::assessed(&mut conn, customer_id, &about.number, today).await?;
        let asks = requests::service::of_customer(&mut conn, customer_id).await?;
        add_ways(app, &mut conn, &bill, &asks, now).await?;
    }
    drop(conn);
    if row.seen_at.is_none() {
        let now = app.clock.now_ms();
        app.db.write(async |conn: &mut Conn<'_>| store::mark_seen(conn, customer_id, id, now).await).await?;
    }
    if let (NoticeKind::FeeWarning, Some(invoice_id), Some(fee_on)) = (row.kind.0, row.invoice_id, row.fee_on) {
        let shown = Shown { invoice_id, fee: row.amount, fee_on: fee_on.0 };
        late_fees::service::keep_shown(app, customer_id, vec![shown], today).await?;
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
    let row = store::by_id(conn, customer_id, id, today).await?.ok_or(AppError::NotFound)?;
    let judgement = advice::judge::judge(conn, customer_id, today).await?;
    row.told(&Judged::new(conn, customer_id, today, &judgement, std::slice::from_ref(&row)).await?)
}

/// The page of `/notices`: what this customer was told, and what they were not told today.
pub async fn list(app: &AppState, customer_id: &str, asked_page: Option<i64>) -> Result<NoticeList> {
    let mut conn = app.db.reader().await?;
    let zone = store::zone_of(&mut conn, customer_id).await?.ok_or(AppError::NotFound)?;
    let today = app.clock.today_in(&zone);
    let judgement = advice::judge::judge(&mut conn, customer_id, today).await?;
    let current = current_rows(&mut conn, customer_id, today, &judgement).await?;
    let shown_above: String = current.iter().map(|row| format!("{} ", row.id)).collect();
    let total = store::count_of_customer(&mut conn, customer_id, today, &shown_above).await?;
    let page = Page::of(asked_page, PAGE_SIZE, total);
    let part = (page.size, page.offset());
    let earlier = store::part_of_customer(&mut conn, customer_id, today, &shown_above, part).await?;
    let not_told = why_not::not_told(&mut conn, customer_id, today, &current).await?;
    let all: Vec<NoticeRow> = current.iter().chain(&earlier).cloned().collect();
    let judged = Judged::new(&mut conn, customer_id, today, &judgement, &all).await?;
    let told = |rows: Vec<NoticeRow>| rows.iter().map(|row| row.told(&judged)).collect::<Result<Vec<_>>>();
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
