//! Bills, read as the domain knows them, and what a policy means for each.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::{ToSpan, civil::Date};

use super::{
    BillLine, BillList, BillSheet, BillState, FeeAhead, Payment, lines,
    store::{self, BillRow, SumRow},
};
use crate::{
    domain::{
        bill::{BillKind, BillStatus},
        business_days::BusinessDays,
        credit::Use,
        late_fee::{
            self, ASK_WITHIN_DAYS, Assessment, FeePolicy, FeeThatCame, LaterDates, assess, fee_that_came, settled_on,
        },
        money::{Currency, Money},
        month,
        unusual::{Beside, Sum},
    },
    error::{AppError, Result},
    features::{
        credits, customers,
        fees::{self, service::Policies},
        late_fees,
    },
    server::{clock::Clock, db::Conn, state::AppState},
    ui::Page,
};

const PAGE_SIZE: i64 = 20;
/// Bills that were due longer ago are in no queue of the day.
const LATE_DAYS: i64 = 400;
/// Grace and warning, with the days that a due day moves to a business day, are at most this many, so that a bill due further
/// away is near no fee.
const FEE_REACH_DAYS: i64 = 101;

/// A bill with its place in the database.
#[derive(Clone, Debug)]
pub struct KnownBill {
    pub invoice_id: String,
    pub customer_id: String,
    pub currency: Currency,
    pub status: BillStatus,
    pub kind: BillKind,
    pub issued_on: Date,
    /// What was paid of it, also where nothing of it is owed.
    pub paid: i64,
    /// Its late fee was let go.
    pub is_waived: bool,
    /// Credit that billing was asked to use on it and has not decided about, in minor units.
    pub set_aside: i64,
    /// The customer took the use of credit on it back, so that none is used unless they ask again.
    pub is_credit_refused: bool,
    /// With how much credit it could be paid now, without taking what is kept for another bill; only known where all open bills
    /// of the customer were read.
    pub offered: i64,
    /// Of a bill that is not owed, nothing is open here: it is as good as paid.
    pub bill: late_fee::Bill,
}

impl KnownBill {
    /// What is open and not asked of credit already.
    pub fn still_open(&self) -> i64 {
        (self.bill.open() - self.set_aside).max(0)
    }
}

impl From<BillRow> for KnownBill {
    fn from(row: BillRow) -> Self {
        // More than came cannot go back, whatever files say.
        let paid = row.paid.max(0);
        Self {
            invoice_id: row.id,
            customer_id: row.customer_id,
            currency: row.currency.0,
            status: row.status.0,
            kind: row.kind.0,
            issued_on: row.issued_on.0,
            paid,
            is_waived: row.is_waived,
            set_aside: row.set_aside,
            is_credit_refused: row.is_credit_refused,
            offered: 0,
            bill: late_fee::Bill {
                number: row.number,
                amount: row.amount,
                paid: if row.status.0.is_owed() { paid } else { row.amount.max(paid) },
                due_on: row.due_on.0,
                agreed_due_on: row.agreed_due_on.map(|agreed| agreed.0),
                moved_to: None,
                is_disputed: row.is_disputed,
                credit: Vec::new(),
                is_exempt: row.is_exempt,
            },
        }
    }
}

/// A bill and what the policy in force for it means on a day.
#[derive(Clone, Debug)]
pub struct Assessed {
    pub known: KnownBill,
    pub policy: FeePolicy,
    pub assessment: Assessment,
    pub state: BillState,
    /// The fee whose day has come, also where the bill was paid since; not looked for in lists of staff.
    pub came: Option<FeeThatCame>,
    /// The day this is said on, where the customer is.
    pub today: Date,
}

impl Assessed {
    fn on(known: KnownBill, policy: FeePolicy, today: Date) -> Self {
        Self {
            assessment: assess(&policy, &known.bill, today),
            state: BillState::of_status(known.status).unwrap_or_else(|| BillState::of(&known.bill, &policy, today)),
            policy,
            known,
            came: None,
            today,
        }
    }

    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.known.currency)
    }

    pub fn line(&self, paid_on: Option<Date>) -> BillLine {
        let bill = &self.known.bill;
        BillLine {
            number: bill.number.clone(),
            amount: self.money(bill.amount),
            open: self.money(bill.open()),
            pay_by: bill.pay_by(),
            paid_on,
            late_fee: self.came.as_ref().map(|came| self.money(came.fee)),
            state: self.state,
        }
    }

    /// The fee that came is as much as is charged, or none.
    fn settle_fee(&mut self, charged: Option<i64>) {
        let is_open = self.known.bill.open() > 0;
        match (&mut self.came, charged) {
            (None, _) => {}
            (Some(came), Some(fee)) => {
                came.fee = fee;
                let fee_on = came.fee_on;
                if is_open {
                    self.assessment = Assessment::Late { fee, fee_on };
                    self.state = BillState::FeeCame { fee: self.money(fee), fee_on };
                }
            }
            (came, None) => {
                *came = None;
                if is_open {
                    self.assessment = Assessment::NoFee;
                    self.state = BillState::PastDue;
                }
            }
        }
    }

    /// The fee the bill draws if it is not paid in time, or drew; nothing where it never draws one.
    pub fn fee(&self) -> Option<FeeAhead> {
        let bill = &self.known.bill;
        if let Some(came) = &self.came {
            return Some(FeeAhead {
                fee: self.money(came.fee),
                fee_on: came.fee_on,
                free_until: came.fee_on.saturating_sub(1.day()),
                policy_version: self.policy.version,
                evidence: came.evidence(bill, &self.policy, self.today),
            });
        }
        if self.state == BillState::PastDue {
            return None;
        }
        let fee = self.policy.fee(bill.open());
        let fee_on = self.policy.fee_on(bill.pay_by());
        (fee > 0 && bill.open() > 0 && !bill.is_exempt && !bill.is_disputed && !bill.is_covered()).then(|| FeeAhead {
            fee: self.money(fee),
            fee_on,
            free_until: fee_on.saturating_sub(1.day()),
            policy_version: self.policy.version,
            evidence: bill.evidence(&self.policy, self.today),
        })
    }
}

/// Gives a bill the credit it has among all the open ones of its customer.
fn take_credit(known: &mut KnownBill, open: &[Assessed]) {
    if let Some(same) = open.iter().find(|bill| bill.known.invoice_id == known.invoice_id) {
        known.bill.credit = same.known.bill.credit.clone();
        known.offered = same.known.offered;
    }
}

/// Bills as they were read, each with the day that counts as its due day under the policy it goes by, and those policies.
async fn read_bills(conn: &mut Conn<'_>, rows: Vec<BillRow>, as_of: Date) -> Result<(Vec<KnownBill>, Policies)> {
    let mut bills: Vec<KnownBill> = rows.into_iter().map(KnownBill::from).collect();
    let policies = fees::service::policies(conn, as_of).await?;
    if bills.is_empty() || !policies.move_due_days() {
        return Ok((bills, policies));
    }
    let whose: BTreeSet<&str> = bills.iter().map(|known| known.customer_id.as_str()).collect();
    let countries = customers::service::countries(conn, &whose.into_iter().collect::<Vec<_>>()).await?;
    let mut calendars: HashMap<&str, BusinessDays> = HashMap::new();
    for known in &mut bills {
        let policy = policies.for_bill_due(known.currency, known.bill.due_on);
        let country = countries.get(&known.customer_id).map(String::as_str);
        let days = calendars.entry(country.unwrap_or_default()).or_insert_with(|| BusinessDays::of(country));
        known.bill.moved_to =
            days.moved(policy.due_shift, known.issued_on, known.bill.due_on, known.bill.agreed_due_on);
    }
    Ok((bills, policies))
}

/// The one bill of these rows; nothing gives that none was found.
async fn one_known(conn: &mut Conn<'_>, row: Option<BillRow>, today: Date) -> Result<(KnownBill, Policies)> {
    let (bills, policies) = read_bills(conn, row.into_iter().collect(), today).await?;
    let bill = bills.into_iter().next().ok_or(AppError::NotFound)?;
    Ok((bill, policies))
}

/// Each bill with what its policy means on a day of its own.
fn assessed_each(policies: &Policies, bills: impl IntoIterator<Item = (KnownBill, Date)>) -> Vec<Assessed> {
    let mut all = Vec::new();
    for (known, today) in bills {
        let policy = policies.for_bill_due(known.currency, known.bill.due_on);
        all.push(Assessed::on(known, policy, today));
    }
    all
}

/// Finds the fee of each bill for which the day of the fee has come: one that is charged, or will be with the next look.
async fn find_fees(conn: &mut Conn<'_>, bills: &mut [Assessed]) -> Result<()> {
    reckon_fees(conn, bills).await?;
    settle_fees(conn, bills).await
}

/// Of the fees that these bills drew only those that are charged, or will be, came.
async fn settle_fees(conn: &mut Conn<'_>, bills: &mut [Assessed]) -> Result<()> {
    let came: Vec<&Assessed> = bills.iter().filter(|bill| bill.came.is_some()).collect();
    if came.is_empty() {
        return Ok(());
    }
    let outcomes = late_fees::service::outcomes(conn, &came).await?;
    for bill in bills.iter_mut() {
        let Some(outcome) = outcomes.get(&bill.known.invoice_id) else { continue };
        bill.settle_fee(*outcome);
    }
    Ok(())
}

/// Reckons the fee that each of these bills drew by its policy, and says of an open one what it was reckoned from.
async fn reckon_fees(conn: &mut Conn<'_>, bills: &mut [Assessed]) -> Result<()> {
    let may_have = |bill: &&Assessed| {
        let known = &bill.known.bill;
        bill.known.status.was_asked_for()
            && bill.policy.fee_on(known.pay_by()) <= bill.today
            && bill.policy.fee(known.amount) > 0
            && !known.is_exempt
    };
    let ids: Vec<&str> = bills.iter().filter(may_have).map(|bill| bill.known.invoice_id.as_str()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let payments = payments_towards(conn, &ids).await?;
    let mut paid_late = Vec::new();
    for bill in bills.iter_mut() {
        let paid = payments.get(&bill.known.invoice_id).map_or(&[][..], |(_, paid)| paid.as_slice());
        let known_today = paid.partition_point(|(on, _)| *on <= bill.today);
        let came = fee_that_came(&bill.policy, &bill.known.bill, &paid[..known_today], bill.today);
        if let Some(came) = &came {
            if bill.known.bill.open() > 0 {
                bill.assessment = Assessment::Late { fee: came.fee, fee_on: came.fee_on };
                bill.state = BillState::FeeCame { fee: bill.money(came.fee), fee_on: came.fee_on };
            } else {
                paid_late.push((bill.known.invoice_id.clone(), came.fee_on.saturating_sub(1.day())));
            }
        }
        bill.came = came;
    }
    // What is known of a paid bill today does not say how it stood before the day of the fee.
    let could_draw = store::could_draw(conn, &paid_late).await?;
    let drew_none = |bill: &&mut Assessed| bill.known.bill.open() == 0 && !could_draw.contains(&bill.known.invoice_id);
    bills.iter_mut().filter(drew_none).for_each(|bill| bill.came = None);
    Ok(())
}

/// The fees that came of these open bills by `today`, by the id of the bill.
pub async fn fees_of_open<'b>(
    conn: &mut Conn<'_>,
    bills: impl Iterator<Item = &'b KnownBill>,
    policies: &fees::service::Policies,
    today: Date,
) -> Result<HashMap<String, FeeThatCame>> {
    let late = bills.filter_map(|known| {
        let policy = policies.for_bill_due(known.currency, known.bill.due_on);
        (policy.fee_on(known.bill.pay_by()) <= today && policy.fee(known.bill.amount) > 0).then_some((known, policy))
    });
    // Nothing was paid of most of them, and then what is open now was open then.
    let (paid, unpaid): (Vec<_>, Vec<_>) = late.partition(|(known, _)| known.bill.paid != 0);
    let ids: Vec<&str> = paid.iter().map(|(known, _)| known.invoice_id.as_str()).collect();
    let payments = if ids.is_empty() { HashMap::new() } else { payments_towards(conn, &ids).await? };
    let came = paid.into_iter().chain(unpaid).filter_map(|(known, policy)| {
        let paid = payments.get(&known.invoice_id).map_or(&[][..], |(_, paid)| paid.as_slice());
        let known_today = paid.partition_point(|(on, _)| *on <= today);
        let came = fee_that_came(&policy, &known.bill, &paid[..known_today], today)?;
        let mut bill = Assessed::on(known.clone(), policy, today);
        bill.came = Some(came);
        Some(bill)
    });
    let mut bills: Vec<Assessed> = came.collect();
    settle_fees(conn, &mut bills).await?;
    Ok(bills.into_iter().filter_map(|bill| Some((bill.known.invoice_id, bill.came?))).collect())
}

/// Bills that were to be paid from `since` on and were late, with what they drew by their policy, each as of today where its
/// customer is.
pub async fn late_since(clock: Clock, conn: &mut Conn<'_>, since: Date) -> Result<Vec<Assessed>> {
    let latest = clock.latest_today();
    let moves = fees::service::policies(conn, latest).await?.move_due_days();
    let rows = store::late_between(conn, latest, (since, latest), moves).await?;
    reckoned(clock, conn, rows).await
}

/// The same of bills of which a fee was charged, on `since` or later.
pub async fn with_fee_since(clock: Clock, conn: &mut Conn<'_>, since: Date) -> Result<Vec<Assessed>> {
    let rows = store::with_fee_since(conn, clock.latest_today(), since).await?;
    reckoned(clock, conn, rows).await
}

/// The same of one bill.
pub async fn drawn(clock: Clock, conn: &mut Conn<'_>, invoice_id: &str) -> Result<Assessed> {
    let row = store::named_by_id(conn, invoice_id, clock.latest_today()).await?;
    let row = row.ok_or(AppError::NotFound)?;
    reckoned(clock, conn, vec![row]).await?.pop().ok_or(AppError::NotFound)
}

async fn reckoned(clock: Clock, conn: &mut Conn<'_>, rows: Vec<store::NamedBillRow>) -> Result<Vec<Assessed>> {
    let latest = clock.latest_today();
    let days: HashMap<String, Date> =
        rows.iter().map(|row| (row.bill.id.clone(), clock.today_in(&row.time_zone))).collect();
    let (bills, policies) = read_bills(conn, rows.into_iter().map(|row| row.bill).collect(), latest).await?;
    let dated = bills.into_iter().map(|known| {
        let today = days.get(&known.invoice_id).copied().unwrap_or(latest);
        (known, today)
    });
    let mut bills = assessed_each(&policies, dated);
    reckon_fees(conn, &mut bills).await?;
    Ok(bills)
}

/// The amount of each of these bills, and what was paid of it by day.
async fn payments_towards(
    conn: &mut Conn<'_>,
    invoice_ids: &[&str],
) -> Result<HashMap<String, (i64, Vec<(Date, i64)>)>> {
    let mut payments: HashMap<String, (i64, Vec<(Date, i64)>)> = HashMap::new();
    for row in store::payments_towards(conn, invoice_ids).await? {
        let (_, paid) = payments.entry(row.id).or_insert((row.amount, Vec::new()));
        paid.extend(row.paid_on.zip(row.paid).map(|(on, amount)| (on.0, amount)));
    }
    Ok(payments)
}

/// Every bill open at the end of `as_of`, by customer; nothing dated later is read.
pub async fn open_on(conn: &mut Conn<'_>, as_of: Date) -> Result<Vec<KnownBill>> {
    let rows = store::open_on(conn, as_of).await?;
    Ok(read_bills(conn, rows, as_of).await?.0)
}

/// The same of the customers whose id is above `after` and at most `until`.
pub async fn open_between(conn: &mut Conn<'_>, as_of: Date, after: &str, until: &str) -> Result<Vec<KnownBill>> {
    let rows = store::open_between(conn, as_of, after, until).await?;
    Ok(read_bills(conn, rows, as_of).await?.0)
}

/// A bill is held against those of so many days before.
const SUMS_DAYS: i64 = 400;
/// And against no more than so many.
const MOST_BEFORE: usize = 40;
/// Bills that were issued longer ago are held against none.
const RECENT_DAYS: i64 = 92;

impl SumRow {
    fn sum(&self) -> Sum {
        let month = match self.period_from.zip(self.period_to) {
            Some((from, to)) => (from.0 == from.0.first_of_month() && to.0 == from.0.last_of_month()).then_some(from.0),
            None => Some(month::later(self.issued_on.0, -1)),
        };
        let says_month = self.period_from.is_some();
        Sum { number: self.number.clone(), amount: self.amount, issued_on: self.issued_on.0, month, says_month }
    }
}

/// Bills that were issued lately, of the customers whose id is above `ids.0` and at most `ids.1`: each with its customer, its
/// id and the bills before it.
pub async fn beside_between(
    conn: &mut Conn<'_>,
    as_of: Date,
    ids: (&str, &str),
) -> Result<Vec<(String, String, Beside)>> {
    let (since, recent) = (as_of.saturating_sub(SUMS_DAYS.days()), as_of.saturating_sub(RECENT_DAYS.days()));
    let rows = store::sums_between(conn, as_of, (since, recent), ids).await?;
    let mut all = Vec::new();
    for of_customer in rows.chunk_by(|one, other| one.customer_id == other.customer_id) {
        for (at, row) in of_customer.iter().enumerate().filter(|(_, row)| row.issued_on.0 > recent) {
            let before = of_customer[at.saturating_sub(MOST_BEFORE)..at]
                .iter()
                .filter(|before| before.currency.0 == row.currency.0);
            let before = before.map(SumRow::sum).collect();
            let beside = Beside { bill: row.sum(), before, currency: row.currency.0, explained: None };
            all.push((row.customer_id.clone(), row.id.clone(), beside));
        }
    }
    Ok(all)
}

/// As much of a bill as the plan and what was used explain; nothing where something is not known that it may be for.
pub async fn explained(conn: &mut Conn<'_>, known: &KnownBill, today: Date) -> Result<Option<i64>> {
    let parts = lines::of(conn, known, today).await?;
    let is_known = parts.plans.iter().all(|plan| plan.missing.is_none() && plan.total.is_some());
    Ok((is_known && !parts.plans.is_empty()).then_some(parts.sum.minor))
}

/// The open bills of one customer, the soonest due first.
pub async fn open_of_customer(conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<Vec<Assessed>> {
    let rows = store::open_of_customer(conn, customer_id, today).await?;
    let (mut bills, policies) = read_bills(conn, rows, today).await?;
    let grants = credits::service::grants_of(conn, customer_id, today).await?;
    credits::service::cover(&mut bills, &grants, today);
    credits::service::offer(&mut bills, &grants, today);
    let mut bills = assessed_each(&policies, bills.into_iter().map(|bill| (bill, today)));
    find_fees(conn, &mut bills).await?;
    Ok(bills)
}

/// One bill of one customer; somebody else's is not found.
pub async fn by_number(conn: &mut Conn<'_>, customer_id: &str, number: &str, today: Date) -> Result<KnownBill> {
    Ok(find_number(conn, customer_id, number, today).await?.0)
}

async fn find_number(
    conn: &mut Conn<'_>,
    customer_id: &str,
    number: &str,
    today: Date,
) -> Result<(KnownBill, Policies)> {
    if number.contains('\0') {
        return Err(AppError::NotFound);
    }
    let row = store::by_number(conn, customer_id, number, today).await?;
    one_known(conn, row, today).await
}

/// When each of these bills was paid in full, whatever day it is; nothing of those that are not. Each is named once.
pub async fn settled(conn: &mut Conn<'_>, invoice_ids: &[&str]) -> Result<HashMap<String, Option<Date>>> {
    let payments = payments_towards(conn, invoice_ids).await?;
    Ok(payments.into_iter().map(|(id, (amount, paid))| (id, settled_on(amount, &paid))).collect())
}

/// One bill by its place.
pub async fn by_id(conn: &mut Conn<'_>, invoice_id: &str, today: Date) -> Result<KnownBill> {
    let row = store::by_id(conn, invoice_id, today).await?;
    Ok(one_known(conn, row, today).await?.0)
}

/// Bills that will draw a fee and can still be helped, the soonest fee first, each with its customer's name and as of
/// today where that customer is.
pub async fn near_a_fee(clock: Clock, conn: &mut Conn<'_>) -> Result<Vec<(String, Assessed)>> {
    let today = clock.latest_today();
    let (from, to) = (today.saturating_sub(FEE_REACH_DAYS.days()), today.saturating_add(FEE_REACH_DAYS.days()));
    let rows = store::open_due_between(conn, today, from, to).await?;
    let mut near = with_names(clock, conn, rows).await?;
    near.retain(|(_, bill)| matches!(bill.assessment, Assessment::Warn { .. }));
    near.sort_by_cached_key(|(name, bill)| {
        (bill.policy.fee_on(bill.known.bill.pay_by()), name.to_lowercase(), bill.known.customer_id.clone())
    });
    Ok(near)
}

/// Open bills of which a fee came, the longest ago first, each with its customer's name and as of today where that customer is.
pub async fn with_a_fee(clock: Clock, conn: &mut Conn<'_>) -> Result<Vec<(String, Assessed)>> {
    let today = clock.latest_today();
    let rows = store::open_due_between(conn, today, today.saturating_sub(LATE_DAYS.days()), today).await?;
    let (names, mut bills): (Vec<String>, Vec<Assessed>) = with_names(clock, conn, rows).await?.into_iter().unzip();
    find_fees(conn, &mut bills).await?;
    let mut late: Vec<(String, Assessed)> = names.into_iter().zip(bills).collect();
    late.retain(|(_, bill)| matches!(bill.state, BillState::FeeCame { .. }));
    late.sort_by_cached_key(|(name, bill)| {
        (bill.policy.fee_on(bill.known.bill.pay_by()), name.to_lowercase(), bill.known.customer_id.clone())
    });
    Ok(late)
}

/// The ids of customers with an open bill that is to be paid by today.
pub async fn owing(clock: Clock, conn: &mut Conn<'_>) -> Result<HashSet<String>> {
    let today = clock.latest_today();
    let rows = store::open_due_between(conn, today, today.saturating_sub(FEE_REACH_DAYS.days()), today).await?;
    Ok(rows.into_iter().map(|row| row.bill.customer_id).collect())
}

/// Bills of one customer that wait in dispute, also where they have been paid since, the soonest due first.
pub async fn in_dispute_of(conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<Vec<KnownBill>> {
    let rows = store::disputed_of(conn, customer_id, today).await?;
    Ok(read_bills(conn, rows, today).await?.0)
}

/// Those of everybody, the longest in dispute first, each with its customer's name.
pub async fn in_dispute(clock: Clock, conn: &mut Conn<'_>) -> Result<Vec<(String, Assessed)>> {
    let rows = store::disputed(conn, clock.latest_today()).await?;
    with_names(clock, conn, rows).await
}

/// Gives bills of a list their credit; those that are not on it may come first.
async fn cover_listed(conn: &mut Conn<'_>, bills: &mut [KnownBill], as_of: Date) -> Result<()> {
    let grants = credits::service::grants(conn, as_of).await?;
    let mut credit: HashMap<String, Vec<Use>> = HashMap::new();
    let mut seen = HashSet::new();
    for known in bills.iter() {
        let Some(grants) = grants.get(&known.customer_id) else { continue };
        if !seen.insert(known.customer_id.clone()) {
            continue;
        }
        let rows = store::open_of_customer(conn, &known.customer_id, as_of).await?;
        let (mut open, _) = read_bills(conn, rows, as_of).await?;
        credits::service::cover(&mut open, grants, as_of);
        credit.extend(open.into_iter().map(|known| (known.invoice_id, known.bill.credit)));
    }
    for known in bills {
        known.bill.credit = credit.remove(&known.invoice_id).unwrap_or_default();
    }
    Ok(())
}

async fn with_names(
    clock: Clock,
    conn: &mut Conn<'_>,
    rows: Vec<store::NamedBillRow>,
) -> Result<Vec<(String, Assessed)>> {
    let latest = clock.latest_today();
    let mut people: HashMap<String, (String, Date)> = HashMap::new();
    let mut bills = Vec::with_capacity(rows.len());
    for row in rows {
        let today = clock.today_in(&row.time_zone);
        people.entry(row.bill.customer_id.clone()).or_insert((row.customer_name, today));
        bills.push(row.bill);
    }
    let (mut bills, policies) = read_bills(conn, bills, latest).await?;
    cover_listed(conn, &mut bills, latest).await?;
    let dated = bills.into_iter().map(|bill| {
        let today = people.get(&bill.customer_id).map_or(latest, |(_, today)| *today);
        (bill, today)
    });
    let assessed = assessed_each(&policies, dated);
    let name = |bill: &Assessed| people.get(&bill.known.customer_id).map(|(name, _)| name.clone()).unwrap_or_default();
    Ok(assessed.into_iter().map(|bill| (name(&bill), bill)).collect())
}

/// Moves the day a bill is to be paid by, known from `on` on. The caller has checked that it may.
pub async fn agree_later_date(conn: &mut Conn<'_>, invoice_id: &str, pay_by: Date, on: Date, now: i64) -> Result<()> {
    Ok(store::agree_later_date(conn, invoice_id, pay_by, on, now).await?)
}

/// The numbers of a customer's latest bills, for a list to choose one of.
pub async fn latest_numbers(conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<Vec<String>> {
    let rows = store::of_customer(conn, customer_id, today, PAGE_SIZE, 0).await?;
    Ok(rows.into_iter().map(|row| row.number).collect())
}

/// The page of `/bills`.
pub async fn list(app: &AppState, customer_id: &str, asked_page: Option<i64>) -> Result<BillList> {
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let total = store::count_of_customer(&mut conn, customer_id, today).await?;
    let page = Page::of(asked_page, PAGE_SIZE, total);
    let rows = store::of_customer(&mut conn, customer_id, today, page.size, page.offset()).await?;
    let paid_on = store::last_payments(&mut conn, customer_id, today).await?;
    let (mut bills, policies) = read_bills(&mut conn, rows, today).await?;
    let open = open_of_customer(&mut conn, customer_id, today).await?;
    bills.iter_mut().for_each(|known| take_credit(known, &open));
    let mut bills = assessed_each(&policies, bills.into_iter().map(|bill| (bill, today)));
    find_fees(&mut conn, &mut bills).await?;
    Ok(BillList {
        bills: bills
            .iter()
            .map(|bill| {
                let last = paid_on.iter().find(|(id, _)| *id == bill.known.invoice_id).map(|(_, on)| on.0);
                bill.line(last)
            })
            .collect(),
        page,
        today,
        open: open.len(),
        with_fee: open.iter().filter(|bill| matches!(bill.state, BillState::FeeCame { .. })).count(),
    })
}

/// One bill of one customer with what its policy means; somebody else's is not found.
pub async fn assessed(conn: &mut Conn<'_>, customer_id: &str, number: &str, today: Date) -> Result<Assessed> {
    let (mut known, policies) = find_number(conn, customer_id, number, today).await?;
    take_credit(&mut known, &open_of_customer(conn, customer_id, today).await?);
    let mut found = assessed_each(&policies, [(known, today)]);
    find_fees(conn, &mut found).await?;
    found.into_iter().next().ok_or(AppError::NotFound)
}

/// The day of the last bill of a customer; nothing where there is none.
pub async fn last_issued(conn: &mut Conn<'_>, customer_id: &str, today: Date) -> Result<Option<Date>> {
    Ok(store::last_issued(conn, customer_id, today).await?.map(|day| day.0))
}

/// The page of `/bills/{number}`.
pub async fn sheet(app: &AppState, customer_id: &str, number: &str) -> Result<BillSheet> {
    let mut conn = app.db.reader().await?;
    let account = customers::service::account(&mut conn, customer_id).await?;
    let today = app.clock.today_in(&account.time_zone);
    let bill = assessed(&mut conn, customer_id, number, today).await?;
    let payments = store::payments(&mut conn, &bill.known.invoice_id, today).await?;
    let tax = store::tax(&mut conn, &bill.known.invoice_id).await?;
    let lines = lines::of(&mut conn, &bill.known, today).await?;
    let late_fee = late_fees::service::of_bill(&mut conn, &bill).await?;
    let fee_for = match bill.known.kind {
        BillKind::LateFee => late_fees::service::bill_behind(&mut conn, &bill).await?,
        BillKind::Bill | BillKind::CreditNote => None,
    };
    drop(conn);
    late_fees::service::keep_shown(app, customer_id, late_fees::service::shown([&bill]), today).await?;
    Ok(BillSheet {
        kind: bill.known.kind,
        late_fee,
        fee_for,
        number: bill.known.bill.number.clone(),
        customer: account.name,
        today,
        issued_on: bill.known.issued_on,
        due_on: bill.known.bill.due_on,
        moved_to: bill.known.bill.moved_to,
        agreed_due_on: bill.known.bill.agreed_due_on,
        pay_by: bill.known.bill.pay_by(),
        amount: bill.money(bill.known.bill.amount),
        tax: tax.map(|tax| bill.money(tax)),
        paid: bill.money(bill.known.paid),
        open: bill.money(bill.known.bill.open()),
        state: bill.state,
        is_exempt: bill.known.bill.is_exempt,
        is_waived: bill.known.is_waived,
        payments: payments
            .into_iter()
            .map(|row| Payment {
                on: row.paid_on.map(|on| on.0),
                reference: row.told(),
                amount: bill.money(row.amount),
            })
            .collect(),
        fee: bill.fee(),
        later: LaterDates::of(&bill.known.bill, ASK_WITHIN_DAYS, today),
        lines,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        features::fixture::{Fixture, MIRA, TODAY, TOM},
        sql,
    };

    #[tokio::test]
    async fn another_customers_bill_is_not_found() {
        let house = Fixture::new().await;
        house.add_bill(TOM, "2001", 3_820, date(2026, 11, 20)).await;
        assert_eq!(sheet(&house.app, MIRA, "2001").await, Err(AppError::NotFound));
        assert_eq!(sheet(&house.app, MIRA, "no such\0bill").await, Err(AppError::NotFound));
        assert!(sheet(&house.app, TOM, "2001").await.is_ok());
    }

    #[tokio::test]
    async fn a_bill_shows_what_is_left_and_until_when_it_is_free() {
        let house = Fixture::new().await;
        house.add_bill(MIRA, "1042", 3_820, date(2026, 11, 20)).await;
        house.pay("1042", 1_820, date(2026, 11, 10)).await;
        house.pay("1042", 2_000, date(2026, 11, 19)).await;
        let sheet = sheet(&house.app, MIRA, "1042").await.expect("the bill");
        assert_eq!(sheet.open, Money::new(2_000, Currency::EUR), "tomorrow's payment is not known today");
        assert_eq!(sheet.payments.len(), 1);
        let ahead = sheet.fee.expect("a fee ahead");
        assert_eq!((ahead.fee.minor, ahead.free_until), (500, date(2026, 11, 20)));
        assert_eq!(sheet.state.words(), "Late fee on Saturday");
    }

    #[tokio::test]
    async fn the_fee_of_a_late_bill_is_of_what_was_open_on_its_day() {
        let house = Fixture::new().await;
        house
            .write(async |conn: &mut Conn<'_>| {
                sql!(
                    conn,
                    execute,
                    "insert into fee_policies (id, currency, version, starts_on, grace_days, flat_amount,
                                               percent_millionths, minimum_amount, warn_days, reason, made_at)
                     values ('p', 'EUR', 2, '2020-01-01', 0, 0, 100000, 0, 3, 'A tenth.', 0)"
                )
            })
            .await;
        house.add_bill(MIRA, "1042", 4_000, date(2026, 11, 10)).await;
        house.pay("1042", 1_000, date(2026, 11, 10)).await;
        house.pay("1042", 2_500, date(2026, 11, 12)).await;
        let sheet = sheet(&house.app, MIRA, "1042").await.expect("the bill");
        let fee = sheet.fee.expect("a fee");
        assert_eq!((sheet.open.minor, fee.fee.minor, fee.fee_on), (500, 300, date(2026, 11, 11)));
        assert!(matches!(sheet.state, BillState::FeeCame { fee, .. } if fee.minor == 300));
        let list = list(&house.app, MIRA, None).await.expect("a list");
        assert_eq!((list.bills[0].late_fee.map(|fee| fee.minor), list.with_fee), (Some(300), 1));
    }

    #[tokio::test]
    async fn a_due_day_on_a_sunday_moves_as_the_policy_in_force_for_it_says() {
        let house = Fixture::new().await;
        house.add_bill(MIRA, "1042", 4_000, date(2026, 11, 22)).await;
        let shift = async |shift: &str| {
            let text = "update fee_policies set due_shift = $1";
            house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, text, shift)).await;
            let sheet = sheet(&house.app, MIRA, "1042").await.expect("the bill");
            (sheet.moved_to, sheet.pay_by, sheet.fee.map(|fee| fee.fee_on))
        };
        let day = |day| date(2026, 11, day);
        assert_eq!(shift("as_is").await, (None, day(22), Some(day(23))));
        assert_eq!(shift("next").await, (Some(day(23)), day(23), Some(day(24))));
        assert_eq!(shift("previous").await, (Some(day(20)), day(20), Some(day(21))));
        let country = "update customers set country = 'JP' where id = 'mira'";
        house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, country)).await;
        let thanks = "the Monday is Labour Thanksgiving Day in Japan";
        assert_eq!(shift("next").await.0, Some(day(24)), "{thanks}");
        let list = list(&house.app, MIRA, None).await.expect("a list");
        assert_eq!(list.bills[0].pay_by, day(24));
    }

    #[tokio::test]
    async fn no_fee_is_claimed_of_a_bill_that_was_in_dispute_on_its_day() {
        let house = Fixture::new().await;
        house.add_bill(MIRA, "1042", 4_000, date(2026, 11, 10)).await;
        house.pay("1042", 4_000, date(2026, 11, 15)).await;
        assert!(sheet(&house.app, MIRA, "1042").await.expect("the bill").fee.is_some());
        house.dispute("1042", date(2026, 11, 9)).await;
        let settle = "update invoices set dispute_settled_on = '2026-11-14' where number = '1042'";
        house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, settle)).await;
        assert_eq!(sheet(&house.app, MIRA, "1042").await.expect("the bill").fee, None);
        // Each bill of a list goes by its own day.
        for (number, due_on) in [("1041", date(2026, 11, 4)), ("1043", date(2026, 11, 11))] {
            house.add_bill(MIRA, number, 4_000, due_on).await;
            house.pay(number, 4_000, date(2026, 11, 15)).await;
        }
        let exempt = "insert into fee_exemptions (id, customer_id, starts_on, ends_on, reason, made_at)
                      values ('e', $1, '2026-11-11', '2026-11-13', 'A move.', 0)";
        house.write(async |conn: &mut Conn<'_>| sql!(conn, execute, exempt, MIRA)).await;
        let list = list(&house.app, MIRA, None).await.expect("a list");
        let fees: Vec<_> = list.bills.iter().map(|bill| (bill.number.as_str(), bill.late_fee.is_some())).collect();
        assert_eq!(fees, [("1043", false), ("1042", false), ("1041", true)]);
    }

    #[tokio::test]
    async fn open_bills_are_listed_first_the_soonest_due_above_in_pages() {
        let house = Fixture::new().await;
        for day in 1..=25_i8 {
            house.add_bill(MIRA, &format!("{}", 1000 + i32::from(day)), 100, date(2026, 12, day)).await;
        }
        let first = list(&house.app, MIRA, None).await.expect("a list");
        assert_eq!((first.bills.len(), first.page.total, first.open), (20, 25, 25));
        assert_eq!(first.bills[0].number, "1001");
        let second = list(&house.app, MIRA, Some(2)).await.expect("a list");
        assert_eq!(second.bills.last().map(|bill| bill.number.as_str()), Some("1025"));
        // What is paid stands below them, the latest first.
        house.pay("1001", 100, TODAY).await;
        house.pay("1024", 100, TODAY).await;
        let first = list(&house.app, MIRA, None).await.expect("a list");
        assert_eq!(first.bills[0].number, "1002");
        let second = list(&house.app, MIRA, Some(2)).await.expect("a list");
        let last: Vec<_> = second.bills.iter().rev().take(2).map(|bill| bill.number.as_str()).collect();
        assert_eq!(last, ["1001", "1024"]);
        assert!(list(&house.app, TOM, None).await.expect("a list").bills.is_empty());
    }

    #[tokio::test]
    async fn who_is_near_a_fee_comes_the_soonest_first_and_nobody_else() {
        let house = Fixture::new().await;
        house.add_bill(MIRA, "soon", 3_820, date(2026, 11, 20)).await;
        house.add_bill(TOM, "sooner", 3_820, date(2026, 11, 19)).await;
        house.add_bill(TOM, "late", 3_820, date(2026, 11, 1)).await;
        house.add_bill(TOM, "far", 3_820, date(2026, 12, 24)).await;
        house.add_bill(TOM, "disputed", 3_820, date(2026, 11, 19)).await;
        house.dispute("disputed", date(2026, 11, 2)).await;
        let mut conn = house.conn().await;
        let near = near_a_fee(house.app.clock, &mut conn).await.expect("a list");
        let numbers: Vec<_> = near.iter().map(|(_, bill)| bill.known.bill.number.as_str()).collect();
        assert_eq!(numbers, ["sooner", "soon"]);
        assert_eq!(near[1].0, "Mira Kovač");
        let disputed = in_dispute(house.app.clock, &mut conn).await.expect("a list");
        assert_eq!(disputed.len(), 1);
    }
}
