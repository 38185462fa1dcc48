//! Charging late fees as money, once each, and taking back what was not right after all.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

pub use super::Shown;
use super::{
    FeeState, LateFees, ListedFee, SettledFee,
    judgement::{Records, Step},
    store::{self, FeeRow, NewFee},
};
use crate::{
    domain::{
        day,
        late_fee::{Delivered, NoFee, Verdict},
        money::Money,
    },
    error::{AppError, Result},
    features::{
        advice,
        billing::{self, service::Books},
        bills::{self, BillState, service::Assessed},
        fees,
    },
    server::{
        clock::Clock,
        db::{Conn, new_id},
        state::AppState,
    },
    ui::Page,
};

const PAGE_SIZE: i64 = 25;
/// How far before the last look a fee is still decided about, where its bill was not known then.
const LOOK_BACK_DAYS: i64 = 14;
/// How long facts that come in late take a fee back by themselves.
const LOOK_AGAIN_DAYS: i64 = 120;

/// Charges each fee whose day came since the first look, lets go those nobody was warned of, and takes back what is not right any
/// more; how many things were done. Nothing is done as of a day before the last look.
pub async fn look(app: &AppState, clock: Clock) -> Result<usize> {
    let (today, latest) = (clock.today_in(&app.config.time_zone), clock.latest_today());
    let mut conn = app.db.reader().await?;
    let looks = store::looks(&mut conn).await?.map(|(first_on, looked_on)| (first_on.0, looked_on.0));
    let (first_on, looked_on) = looks.unwrap_or((today, today));
    if today < looked_on {
        return Ok(0);
    }
    if looks.is_none() {
        // The fees of earlier days than the first are never charged here, whatever comes of this look.
        app.db.write(async |conn: &mut Conn<'_>| store::keep_look(conn, first_on).await).await?;
    }
    let back = day::plus(looked_on, -LOOK_BACK_DAYS).max(first_on);
    let grace = fees::service::policies(&mut conn, latest).await?.longest_grace();
    let since = day::plus(back, -grace - 1);
    let mut bills = bills::service::late_since(clock, &mut conn, since).await?;
    bills.extend(bills::service::with_fee_since(clock, &mut conn, day::plus(looked_on, -LOOK_AGAIN_DAYS)).await?);
    let mut seen = HashSet::new();
    bills.retain(|bill| seen.insert(bill.known.invoice_id.clone()));
    let records = Records::read(&mut conn, &bills.iter().collect::<Vec<_>>()).await?;
    drop(conn);
    bills.retain(|bill| !records.steps(bill).is_empty());
    let mut done = 0;
    for bill in bills {
        let (customer, invoice) = (&bill.known.customer_id, &bill.known.invoice_id);
        let settled = app
            .db
            .write(async |conn: &mut Conn<'_>| {
                billing::service::hold(conn, customer).await?;
                settle(app, clock, conn, invoice).await
            })
            .await;
        match settled {
            Ok(steps) => done += steps,
            Err(error) => tracing::error!(bill = invoice, %error, "a late fee could not be settled"),
        }
    }
    if today > looked_on {
        app.db.write(async |conn: &mut Conn<'_>| store::keep_look(conn, today).await).await?;
    }
    Ok(done)
}

/// Something about a bill changed: its fee, where one was charged, is charged no longer or again; see [`billing::service::hold`].
pub async fn bill_changed(app: &AppState, conn: &mut Conn<'_>, invoice_id: &str) -> Result<()> {
    if !store::of_bills(conn, &[invoice_id]).await?.is_empty() {
        settle(app, app.clock, conn, invoice_id).await?;
    }
    Ok(())
}

/// Does what is to be done about the fees of one bill, in this transaction.
async fn settle(app: &AppState, clock: Clock, conn: &mut Conn<'_>, invoice_id: &str) -> Result<usize> {
    let bill = bills::service::drawn(clock, conn, invoice_id).await?;
    let steps = Records::read(conn, &[&bill]).await?.steps(&bill);
    let now = app.clock.now_ms();
    let mut done = 0;
    for step in steps {
        done += usize::from(match step {
            Step::Decide { fee, fee_on, verdict } => decide(app, conn, &bill, (fee, fee_on), verdict, now).await?,
            Step::TakeBack(row, why) => take_back(app, conn, &bill, (&row, why), now).await?,
            Step::ChargeAgain(row) => {
                let is_moved = store::move_to(conn, &row.id, FeeState::Charged, None, bill.today).await?;
                if is_moved {
                    store::set_owed(conn, &row.id, true, now).await?;
                    ask_outside(app, conn, &bill, (row.fee, row.fee_on.0)).await?;
                }
                is_moved
            }
            Step::Lower(row, fee) => {
                store::lower(conn, &row.id, fee, bill.today).await?;
                if Books::of(&app.config) == Books::Outside {
                    billing::service::withdraw_late_fee(app, conn, &bill.known.invoice_id).await?;
                }
                ask_outside(app, conn, &bill, (fee, row.fee_on.0)).await?;
                true
            }
        });
    }
    if done > 0 {
        advice::service::changed(conn, [bill.known.customer_id.as_str()]).await?;
    }
    Ok(done)
}

/// Asks an outside billing system to charge a fee; nothing where Candor keeps the books.
async fn ask_outside(app: &AppState, conn: &mut Conn<'_>, bill: &Assessed, (fee, fee_on): (i64, Date)) -> Result<()> {
    match Books::of(&app.config) {
        Books::Ledger => Ok(()),
        Books::Outside => {
            let fee = (bill.money(fee), fee_on);
            billing::service::ask_about_fee(app, conn, &bill.known, fee, true, bill.today).await
        }
    }
}

/// Decides about a fee, once, and charges it where it stands; false where another process just did.
async fn decide(
    app: &AppState,
    conn: &mut Conn<'_>,
    bill: &Assessed,
    (fee, fee_on): (i64, Date),
    verdict: Verdict,
    now: i64,
) -> Result<bool> {
    let (state, why, warned) = match verdict {
        Verdict::Stands { warned } => (FeeState::Charged, None, Some(warned)),
        Verdict::Falls { why, warned } => (FeeState::LetGo, Some(why), warned),
    };
    let new = NewFee {
        id: &new_id(),
        customer_id: &bill.known.customer_id,
        invoice_id: &bill.known.invoice_id,
        fee_on,
        fee,
        policy_version: bill.policy.version,
        guard_days: bill.policy.guard_days,
        state,
        why,
        warned: warned.map(|warned| (warned.on, warned.how)),
        decided_on: bill.today,
        now,
    };
    if !store::add(conn, &new).await? {
        return Ok(false);
    }
    match (Books::of(&app.config), why) {
        (Books::Ledger, None) => {
            let number = fee_number(conn, &bill.known.customer_id, &bill.known.bill.number).await?;
            store::add_fee_bill(conn, (new.id, &new_id()), &number, &new).await?;
        }
        // Billing is asked to charge it, or to let go of what it charged and nobody was warned of.
        (Books::Outside, why) if why.is_none_or(NoFee::is_unwarned) => {
            let fee = (bill.money(fee), fee_on);
            billing::service::ask_about_fee(app, conn, &bill.known, fee, why.is_none(), bill.today).await?;
        }
        (Books::Ledger, Some(_)) | (Books::Outside, _) => {}
    }
    Ok(true)
}

/// The number of the bill that asks for the fee of another: `1042-F`.
async fn fee_number(conn: &mut Conn<'_>, customer_id: &str, bill: &str) -> Result<String> {
    let mut number = format!("{bill}-F");
    let mut further = 2;
    while store::has_bill(conn, customer_id, &number).await? {
        number = format!("{bill}-F{further}");
        further += 1;
    }
    Ok(number)
}

/// It is not owed any more; what was paid of it is the customer's credit.
async fn take_back(
    app: &AppState,
    conn: &mut Conn<'_>,
    bill: &Assessed,
    (row, why): (&FeeRow, NoFee),
    now: i64,
) -> Result<bool> {
    if !store::move_to(conn, &row.id, FeeState::TakenBack, Some(why), bill.today).await? {
        return Ok(false);
    }
    store::set_owed(conn, &row.id, false, now).await?;
    if row.fee_paid > 0 {
        let paid = bill.money(row.fee_paid);
        billing::service::give_fee_back(conn, &bill.known, &row.id, paid, (bill.today, now)).await?;
    }
    if Books::of(&app.config) == Books::Outside {
        billing::service::withdraw_late_fee(app, conn, &bill.known.invoice_id).await?;
    }
    Ok(true)
}

/// An outside billing system does not charge the fee of a bill.
pub async fn refused_by_billing(conn: &mut Conn<'_>, invoice_id: &str, today: Date) -> Result<()> {
    for row in store::of_bills(conn, &[invoice_id]).await? {
        if row.state.0 == FeeState::Charged {
            store::move_to(conn, &row.id, FeeState::TakenBack, Some(NoFee::RefusedByBilling), today).await?;
        }
    }
    Ok(())
}

/// What came of the fee of each of these bills, by the id of the bill: how much is charged, or nothing where none is. Those of
/// which nothing can be said, because nobody looked after fees yet, are not in it.
pub async fn outcomes(conn: &mut Conn<'_>, bills: &[&Assessed]) -> Result<HashMap<String, Option<i64>>> {
    let records = Records::read_what_came(conn, bills).await?;
    if records.are_none() {
        return Ok(HashMap::new());
    }
    let outcome = |bill: &Assessed| match (records.of(bill), records.new_fee(bill)) {
        (Some(row), _) => (row.state.0 == FeeState::Charged).then_some(row.fee),
        (None, Some((fee, _, Verdict::Stands { .. }))) => Some(fee),
        (None, _) => None,
    };
    Ok(bills.iter().map(|bill| (bill.known.invoice_id.clone(), outcome(bill))).collect())
}

/// What became of the last fee of a bill; nothing where none was decided.
pub async fn of_bill(conn: &mut Conn<'_>, bill: &Assessed) -> Result<Option<SettledFee>> {
    let rows = store::of_bills(conn, &[bill.known.invoice_id.as_str()]).await?;
    Ok(rows.into_iter().next_back().map(|row| SettledFee {
        fee: bill.money(row.fee),
        fee_on: row.fee_on.0,
        state: row.state.0,
        why: row.why.map(|why| why.0),
        asked_by: row.fee_number.map(|number| (number, bill.money((row.fee - row.fee_paid).max(0)))),
    }))
}

/// The number of the bill for which this one is the late fee.
pub async fn bill_behind(conn: &mut Conn<'_>, bill: &Assessed) -> Result<Option<String>> {
    Ok(store::bill_behind(conn, &bill.known.invoice_id).await?)
}

/// The fees that are shown before they come, of those of these bills that have one.
pub fn shown<'b>(bills: impl IntoIterator<Item = &'b Assessed>) -> Vec<Shown> {
    let near = bills.into_iter().filter_map(|bill| match bill.state {
        BillState::FeeNear { fee, fee_on, .. } => {
            Some(Shown { invoice_id: bill.known.invoice_id.clone(), fee: fee.minor, fee_on })
        }
        _ => None,
    });
    near.collect()
}

/// Keeps that a page showed its customer these fees: whoever saw it was warned.
pub async fn keep_shown(app: &AppState, customer_id: &str, mut shown: Vec<Shown>, today: Date) -> Result<()> {
    shown.retain(|one| today < one.fee_on);
    if shown.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = shown.iter().map(|one| one.invoice_id.as_str()).collect();
    let kept = store::seen(&mut app.db.reader().await?, &ids).await?;
    let kept: HashSet<Shown> =
        kept.into_iter().map(|row| Shown { invoice_id: row.invoice_id, fee: row.fee, fee_on: row.fee_on.0 }).collect();
    shown.retain(|one| !kept.contains(one));
    if shown.is_empty() {
        return Ok(());
    }
    app.db
        .write(async |conn: &mut Conn<'_>| {
            for one in &shown {
                store::keep_shown(conn, customer_id, one, today).await?;
            }
            Ok::<_, AppError>(())
        })
        .await
}

/// The list of admins.
pub async fn list(app: &AppState, only: Option<FeeState>, asked_page: Option<i64>) -> Result<LateFees> {
    let mut conn = app.db.reader().await?;
    let counts: Vec<(FeeState, i64)> =
        store::counts(&mut conn).await?.into_iter().map(|(state, many)| (state.0, many)).collect();
    let total = counts.iter().filter(|(state, _)| only.is_none_or(|only| only == *state)).map(|(_, many)| many).sum();
    let page = Page::of(asked_page, PAGE_SIZE, total);
    let rows = store::listed(&mut conn, only, (page.size, page.offset())).await?;
    let fees = rows.into_iter().map(|row| ListedFee {
        fee: Money::new(row.fee, row.currency.0),
        open: Money::new(row.open, row.currency.0),
        customer_id: row.customer_id,
        customer: row.customer_name,
        bill: row.bill,
        fee_on: row.fee_on.0,
        state: row.state.0,
        why: row.why.map(|why| why.0),
        warned: row.warned_on.zip(row.warned_how).map(|(on, how)| Delivered { on: on.0, how: how.0 }),
        changed_on: row.changed_on.map(|on| on.0),
    });
    Ok(LateFees {
        fees: fees.collect(),
        page,
        only,
        counts,
        since: store::looks(&mut conn).await?.map(|(first_on, _)| first_on.0),
        today: app.clock.today_in(&app.config.time_zone),
    })
}
