//! One judgement: over random histories every page says the same of each bill, credit and plan, and what a small, slow oracle
//! written apart says is so. `CANDOR_HISTORIES` says how many histories are tried.

use std::collections::BTreeMap;

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};

use super::office::{
    Bill, Office, add_bill, add_customer, add_plan, agree, dispute, grant, pay, subscribe, use_gigabytes,
};
use crate::{
    domain::{bill::BillStatus, notice::NoticeKind, role::Role},
    error::AppError,
    features::{
        advice::{judge::judge, why},
        billing::{self, When},
        bills::{self, BillState, service::Assessed},
        credits, customers,
        home::{self, Home, WorthKnowing},
        late_fees,
        notices::{self, Stands, ToldNotice},
        offers, sign_in,
    },
    server::{
        auth::Customer,
        clock::Clock,
        db::{Conn, Text, new_id},
        state::AppState,
    },
    sql,
};

const FIRST: Date = date(2026, 11, 2);
const DAYS: i64 = 14;
/// Customers of one database; each lives one history.
const TOGETHER: usize = 25;
/// How many histories are tried where nothing else is asked for.
const USUAL: usize = 25;

/// Numbers that look like chance and come again (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn amount(&mut self) -> i64 {
        1_000 + 10 * i64::try_from(self.below(900)).expect("small")
    }

    fn days(&mut self, end: u64) -> i64 {
        i64::try_from(self.below(end)).expect("small")
    }
}

/// What is known of a bill.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Known {
    id: String,
    customer_id: String,
    number: String,
    amount: i64,
    status: Text<BillStatus>,
    issued_on: Text<Date>,
    due_on: Text<Date>,
    agreed_due_on: Option<Text<Date>>,
    disputed_on: Option<Text<Date>>,
    dispute_settled_on: Option<Text<Date>>,
    /// Neither a credit note nor a late fee.
    is_bill: bool,
    /// Its fee was let go, or nobody of theirs is charged one, or it is a fee itself.
    is_exempt: bool,
    /// The customer took the use of credit on it back.
    is_refused: bool,
    #[sqlx(skip)]
    paid: Vec<(Date, i64)>,
    #[sqlx(skip)]
    moves: bool,
}

#[derive(Clone, Debug, sqlx::FromRow)]
struct Credit {
    customer_id: String,
    reference: String,
    left: i64,
    expires_on: Option<Text<Date>>,
}

/// What is known of a customer at the end of a day, as it stands in the tables.
#[derive(Clone, Debug, Default)]
struct Life {
    id: String,
    bills: BTreeMap<String, Known>,
    /// The late fees that are charged, by the bill and their day.
    charged: BTreeMap<(String, Date), i64>,
    credits: Vec<Credit>,
    /// The code of the plan they have.
    plan: String,
    /// Whether a due day on a weekend counts on the Monday after it.
    moves: bool,
}

/// What is sold to everybody, by the month.
#[derive(Clone, Copy, Debug)]
struct Prices {
    large: i64,
    small: i64,
    small_is_open: bool,
}

/// What is so of a bill: the kind, the amount it speaks of, and the day of its fee.
type So = (NoticeKind, i64, Option<Date>);

impl Known {
    fn open(&self, before: Date) -> i64 {
        if self.status.0 != BillStatus::Open {
            return 0;
        }
        let paid: i64 = self.paid.iter().filter(|(on, _)| *on < before).map(|(_, amount)| amount).sum();
        (self.amount - paid).max(0)
    }

    fn pay_by(&self) -> Date {
        counts_on(self.agreed_due_on.map_or(self.due_on.0, |agreed| agreed.0.max(self.due_on.0)), self.moves)
    }

    fn is_disputed(&self, today: Date) -> bool {
        let is_settled = self.dispute_settled_on.is_some_and(|settled| settled.0 <= today);
        self.disputed_on.is_some_and(|disputed| disputed.0 <= today) && !is_settled
    }
}

fn counts_on(day: Date, moves: bool) -> Date {
    match day.weekday() {
        Weekday::Saturday | Weekday::Sunday if moves => counts_on(tomorrow(day), moves),
        _ => day,
    }
}

/// Five per cent of what is open, rounded down.
fn fee(open: i64) -> i64 {
    open * 5 / 100
}

impl Life {
    /// How much of each bill credit will pay.
    fn credited(&self, today: Date) -> BTreeMap<&str, i64> {
        let mut left: Vec<Credit> = self.credits.clone();
        left.sort_by_key(|credit| (credit.expires_on.map_or(Date::MAX, |day| day.0), credit.reference.clone()));
        let may_pay = |bill: &&Known| !bill.is_disputed(today) && !bill.is_refused;
        let mut bills: Vec<&Known> = self.bills.values().filter(may_pay).collect();
        bills.sort_by_key(|bill| (bill.pay_by(), bill.due_on.0, bill.id.clone()));
        let mut credited = BTreeMap::new();
        for bill in bills {
            let mut open = bill.open(tomorrow(today));
            let pay_on = bill.pay_by().max(today);
            for credit in left.iter_mut().filter(|credit| credit.expires_on.is_none_or(|last| pay_on <= last.0)) {
                let taken = credit.left.min(open);
                credit.left -= taken;
                open -= taken;
                *credited.entry(bill.number.as_str()).or_default() += taken;
            }
        }
        credited
    }

    fn so(&self, today: Date) -> BTreeMap<String, So> {
        let credited = self.credited(today);
        let mut so = BTreeMap::new();
        for (number, bill) in &self.bills {
            let (open, pay_by) = (bill.open(tomorrow(today)), bill.pay_by());
            let (warn_from, fee_on) = (pay_by.saturating_sub(3.days()), tomorrow(pay_by));
            if open == 0 || today < warn_from {
                continue;
            }
            let is_covered = credited.get(number.as_str()).is_some_and(|credited| *credited >= open);
            let (ahead, came) = (fee(open), self.charged.get(&(number.clone(), fee_on)));
            let is_free = bill.is_exempt || ahead == 0;
            let this = if bill.is_disputed(today) {
                (NoticeKind::Dispute, open, None)
            } else if is_free && today > pay_by {
                (NoticeKind::Overdue, open, None)
            } else if is_free {
                continue;
            } else if today < fee_on && is_covered {
                (NoticeKind::NothingToDo, open, Some(fee_on))
            } else if today < fee_on {
                (NoticeKind::FeeWarning, ahead, Some(fee_on))
            } else if let Some(came) = came {
                (NoticeKind::FeeCame, *came, Some(fee_on))
            } else {
                (NoticeKind::Overdue, open, None)
            };
            so.insert(number.clone(), this);
        }
        so
    }

    /// What the bills come to that are more than half above the one in the middle of the six before them.
    fn unusual(&self, today: Date) -> BTreeMap<String, i64> {
        let is_asked = |bill: &&Known| bill.is_bill && matches!(bill.status.0, BillStatus::Open | BillStatus::Paid);
        let mut bills: Vec<&Known> = self.bills.values().filter(is_asked).collect();
        bills.sort_by_key(|bill| (bill.issued_on.0, bill.number.clone()));
        let mut unusual = BTreeMap::new();
        for (at, bill) in bills.iter().enumerate() {
            let mut last: Vec<i64> = bills[at.saturating_sub(6)..at].iter().map(|bill| bill.amount).collect();
            last.sort_unstable();
            let usual = match last.len() {
                0..3 => continue,
                odd if odd % 2 == 1 => last[odd / 2],
                even => (last[even / 2 - 1] + last[even / 2]) / 2,
            };
            let is_open = bill.open(tomorrow(today)) > 0 && !bill.is_disputed(today);
            if is_open && usual > 0 && bill.amount * 1_000_000 / usual > 1_500_000 {
                unusual.insert(bill.number.clone(), bill.amount);
            }
        }
        unusual
    }

    /// What expires within thirty days: how much, and its last day.
    fn expiring(&self, today: Date) -> BTreeMap<String, (i64, Date)> {
        let soon = self.credits.iter().filter_map(|credit| {
            let last = credit.expires_on?.0;
            let is_soon = credit.left > 0 && today <= last && last <= today.saturating_add(30.days());
            is_soon.then(|| (credit.reference.clone(), (credit.left, last)))
        });
        soon.collect()
    }

    /// What twelve months on the other plan would have saved, where it is advised: the code and the amount.
    fn better(&self, prices: Prices) -> Option<(&'static str, i64)> {
        let (code, saving, is_open) = match self.plan.as_str() {
            "large" => ("small", prices.large - prices.small, prices.small_is_open),
            "small" => ("large", prices.small - prices.large, true),
            _ => return None,
        };
        (is_open && saving > 0).then_some((code, 12 * saving))
    }
}

fn tomorrow(day: Date) -> Date {
    day.saturating_add(1.day())
}

/// What the tables say of everybody at the end of `today`.
async fn known(conn: &mut Conn<'_>, ids: &[String], today: Date, moves: bool) -> sqlx::Result<Vec<Life>> {
    let mut lives: BTreeMap<String, Life> =
        ids.iter().map(|id| (id.clone(), Life { id: id.clone(), moves, ..Life::default() })).collect();
    let text = "select id, customer_id, number, amount, status, issued_on, due_on, kind = 'bill' as is_bill,
                       case when agreed_on <= $1 then agreed_due_on end as agreed_due_on, disputed_on, dispute_settled_on,
                       kind = 'late_fee'
                           or exists (select 1 from fee_waivers
                                      where fee_waivers.invoice_id = invoices.id and waived_on <= $1)
                           or exists (select 1 from fee_exemptions
                                      where fee_exemptions.customer_id = invoices.customer_id and starts_on <= $1
                                        and (ends_on is null or ends_on >= $1)) as is_exempt,
                       exists (select 1 from billing_orders
                               where billing_orders.invoice_id = invoices.id and kind = 'use_credit'
                                 and state = 'undone') as is_refused
                from invoices where issued_on <= $1";
    for bill in sql!(conn, all as Known, text, Text(today))? {
        let life = lives.get_mut(&bill.customer_id).expect("a customer");
        life.bills.insert(bill.number.clone(), Known { moves, ..bill });
    }
    let text = "select invoices.customer_id, number, fee_on, fee from late_fees
                join invoices on invoices.id = invoice_id where state = 'charged'";
    for (customer, number, on, fee) in sql!(conn, all as (String, String, Text<Date>, i64), text)? {
        lives.get_mut(&customer).expect("a customer").charged.insert((number, on.0), fee);
    }
    let text = "select invoices.customer_id, invoices.number, payments.paid_on, payments.amount
                from payments join invoices on invoices.id = payments.invoice_id";
    for (customer, number, on, amount) in sql!(conn, all as (String, String, Text<Date>, i64), text)? {
        let bill = lives.get_mut(&customer).and_then(|life| life.bills.get_mut(&number)).expect("a bill");
        bill.paid.push((on.0, amount));
    }
    let text = "select customer_id, reference, expires_on,
                       amount - used - (select cast(coalesce(sum(credit_uses.amount), 0) as bigint) from credit_uses
                                        where credit_uses.credit_id = credits.id and used_on <= $1) as \"left\"
                from credits where granted_on <= $1";
    for credit in sql!(conn, all as Credit, text, Text(today))? {
        lives.get_mut(&credit.customer_id).expect("a customer").credits.push(credit);
    }
    let text = "select customer_id, plans.code from subscriptions join plans on plans.id = plan_id";
    for (customer, code) in sql!(conn, all as (String, String), text)? {
        lives.get_mut(&customer).expect("a customer").plan = code;
    }
    Ok(lives.into_values().collect())
}

/// Something that comes from billing, or that a person at the company does.
async fn happen(conn: &mut Conn<'_>, life: &Life, chance: &mut Chance, today: Date) -> sqlx::Result<()> {
    let is_due = |day: Date| life.bills.values().any(|bill| bill.pay_by() == counts_on(day, life.moves));
    let bills: Vec<&Known> = life.bills.values().filter(|bill| bill.id == bill.number).collect();
    let one = (!bills.is_empty()).then(|| bills[chance.below(bills.len() as u64) as usize]);
    let next = |conn_needs: usize| format!("{}-{conn_needs}", life.id);
    match (chance.below(14), one) {
        (0..=3, _) | (_, None) => {
            // Two bills due on one day would be paid by credit in an order that means nothing.
            let due = today.saturating_add(chance.days(9).days());
            if !is_due(due) {
                let number = next(life.bills.len());
                let bill = Bill { amount: chance.amount(), issued_on: today, ..Bill::due(&life.id, &number, due) };
                add_bill(conn, &bill).await?;
            }
        }
        (4 | 5, Some(bill)) => {
            let open = bill.open(tomorrow(today));
            let amount = if chance.below(2) == 0 { open } else { open / 3 };
            if amount > 0 && bill.paid.iter().all(|(on, _)| *on != today) {
                pay(conn, &bill.number, amount, today).await?;
            }
        }
        (6, Some(bill)) => {
            let text = "update invoices set amount = $2 where number = $1";
            sql!(conn, execute, text, bill.number.as_str(), chance.amount())?;
        }
        (7, Some(bill)) => {
            let on = (!bill.is_disputed(today)).then_some(today);
            dispute(conn, &bill.number, on).await?;
        }
        (8, Some(bill)) => {
            let statuses = ["void", "open", "open", "written_off", "draft"];
            let status = statuses[chance.below(5) as usize];
            sql!(conn, execute, "update invoices set status = $2 where number = $1", bill.number.as_str(), status)?;
        }
        (9, Some(bill)) => {
            let due = today.saturating_add(chance.days(6).days());
            if !is_due(due) {
                let text = "update invoices set due_on = $2 where number = $1";
                sql!(conn, execute, text, bill.number.as_str(), Text(due))?;
            }
        }
        (10, Some(_)) => {
            let expires = (chance.below(2) == 0).then(|| today.saturating_add((1 + chance.days(12)).days()));
            let reference = format!("{}-c{}", life.id, life.credits.len());
            grant(conn, &life.id, &reference, chance.amount(), expires).await?;
        }
        (11, Some(bill)) => {
            // The bank takes a payment back.
            let text = "delete from payments where invoice_id = $1 and not exists (select 1 from billing_orders
                                                                                  where booked_as = payments.reference)";
            sql!(conn, execute, text, bill.number.as_str())?;
        }
        (12, Some(bill)) => {
            let later = bill.pay_by().max(today).saturating_add((1 + chance.days(5)).days());
            if !is_due(later) {
                agree(conn, &bill.number, later, today).await?;
            }
        }
        (_, Some(_)) => {
            let text = "insert into fee_exemptions (id, customer_id, starts_on, ends_on, reason, made_at)
                        values ($1, $2, $3, $4, 'a test', 0)";
            let ends_on = today.saturating_add(chance.days(4).days());
            sql!(conn, execute, text, new_id(), life.id.as_str(), Text(today), Text(ends_on))?;
        }
    }
    Ok(())
}

/// Something that the customer does here, or takes back; refused where it cannot be done.
async fn act(app: &AppState, customer: &Customer, life: &Life, chance: &mut Chance) {
    let bills: Vec<&Known> = life.bills.values().collect();
    if bills.is_empty() {
        return;
    }
    let (number, once) = (bills[chance.below(bills.len() as u64) as usize].number.as_str(), new_id());
    let done = match chance.below(8) {
        0..=2 => match billing::service::credit_preview(app, &life.id, number).await {
            Ok(preview) if !preview.choices.is_empty() => {
                let choice = &preview.choices[chance.below(preview.choices.len() as u64) as usize];
                billing::service::use_credit(app, customer, number, &once, choice.amount.minor).await
            }
            other => other.map(drop),
        },
        3 => match billing::service::waiver_preview(app, &life.id, number).await {
            Ok(preview) => billing::service::waive_fee(app, customer, number, &once, preview.fee.minor).await,
            Err(error) => Err(error),
        },
        4 => billing::service::dispute(app, customer, number, &once, "I was not there.").await,
        5 if !life.plan.is_empty() => {
            let to = if life.plan == "large" { "small" } else { "large" };
            match billing::service::plan_preview(app, &life.id, &life.id, to).await {
                Ok(preview) => {
                    let (what, shown) = ((life.id.as_str(), to), preview.difference.minor);
                    billing::service::change_plan(app, customer, what, &once, When::Now, shown).await
                }
                Err(error) => Err(error),
            }
        }
        _ => {
            let mut conn = app.db.reader().await.expect("a reader");
            let text = "select id from billing_orders where customer_id = $1 and state = 'confirmed' order by id desc";
            let orders = sql!(conn, scalars as String, text, life.id.as_str()).expect("orders");
            drop(conn);
            match orders.first() {
                Some(order) => billing::service::undo(app, &life.id, order).await,
                None => Ok(()),
            }
        }
    };
    assert!(matches!(done, Ok(()) | Err(AppError::Refused(_) | AppError::NotFound)), "{done:?} {life:?}");
}

async fn begin(office: &Office, ids: &[String], chance: &mut Chance, (prices, moves): (Prices, bool)) -> Vec<Customer> {
    let plans: Vec<bool> = ids.iter().map(|_| chance.below(3) > 0).collect();
    office
        .write(async |conn| {
            let text = "insert into fee_policies (id, currency, version, starts_on, grace_days, flat_amount,
                                                  percent_millionths, minimum_amount, warn_days, due_shift, reason,
                                                  made_at, made_on)
                        values ('p', 'EUR', 2, '2020-01-01', 0, 0, 50000, 0, 3, $1, 'a test', 0, '2020-01-01')";
            sql!(conn, execute, text, if moves { "next" } else { "as_is" })?;
            add_plan(conn, "large", prices.large, 20).await?;
            add_plan(conn, "small", prices.small, 5).await?;
            for (id, has_plan) in ids.iter().zip(plans) {
                add_customer(conn, id, "UTC").await?;
                if has_plan {
                    subscribe(conn, id, "large", date(2024, 1, 1)).await?;
                    use_gigabytes(conn, id, FIRST, &[2; 12]).await?;
                }
            }
            Ok(())
        })
        .await;
    let mut customers = Vec::new();
    for id in ids {
        let email = format!("{id}@example.com");
        let person = sign_in::service::add_person(&office.app, &email, Role::Customer, None, Some(id));
        customers.push(Customer { person: person.await.expect("a person"), id: id.clone() });
    }
    customers
}

/// What the first page says of each bill: the kind, the amount and the day, as far as it is said there.
fn at_home(home: &Home) -> BTreeMap<String, (NoticeKind, i64)> {
    let mut said = BTreeMap::new();
    for one in &home.worth_knowing {
        let (number, this) = match one {
            WorthKnowing::Told(card) => match &card.bill {
                Some(_) if card.kind == NoticeKind::UnusualBill => continue,
                Some(about) => (about.number.clone(), (card.kind, card.amount.minor)),
                None => continue,
            },
            WorthKnowing::Seen(matter) => {
                let bill = &matter.bill;
                let this = match bill.state {
                    BillState::FeeNear { fee, .. } => (NoticeKind::FeeWarning, fee.minor),
                    BillState::FeeCame { fee, .. } => (NoticeKind::FeeCame, fee.minor),
                    BillState::PastDue => (NoticeKind::Overdue, bill.open.minor),
                    BillState::Disputed => (NoticeKind::Dispute, bill.open.minor),
                    other => panic!("nothing to know of {}: {other:?}", bill.number),
                };
                (bill.number.clone(), this)
            }
        };
        assert!(said.insert(number.clone(), this).is_none(), "{number} stands there twice");
    }
    for line in home.more.iter().filter_map(|line| Some((line.bill.clone()?, line))) {
        let kind = match line.1.title.as_str() {
            "A late fee can be avoided" | "A late fee is near" => NoticeKind::FeeWarning,
            "A late fee applies" => NoticeKind::FeeCame,
            "A bill is overdue" => NoticeKind::Overdue,
            "Your credit pays a bill" => NoticeKind::NothingToDo,
            "A bill is unusual" => continue,
            _ => NoticeKind::Dispute,
        };
        assert!(said.insert(line.0.clone(), (kind, line.1.amount.minor)).is_none(), "{} stands there twice", line.0);
    }
    said
}

/// What the state of a bill, as its pages show it, comes to.
fn said_of(bill: &Assessed, so: &BTreeMap<String, So>) -> Option<So> {
    let (number, open) = (&bill.known.bill.number, bill.known.bill.open());
    match bill.state {
        BillState::FeeNear { fee, fee_on, .. } => Some((NoticeKind::FeeWarning, fee.minor, Some(fee_on))),
        BillState::FeeCame { fee, fee_on } => Some((NoticeKind::FeeCame, fee.minor, Some(fee_on))),
        BillState::PastDue => Some((NoticeKind::Overdue, open, None)),
        // Of a dispute it is told when the bill is near its day, and of credit that pays a bill when a fee were.
        BillState::Disputed if so.contains_key(number) => Some((NoticeKind::Dispute, open, None)),
        BillState::Covered => so.get(number).filter(|so| so.0 == NoticeKind::NothingToDo).copied(),
        _ => None,
    }
}

async fn check(app: &AppState, (life, customer): (&Life, &Customer), prices: Prices, today: Date, has_looked: bool) {
    let (so, expiring, unusual) = (life.so(today), life.expiring(today), life.unusual(today));
    let better = life.better(prices);
    let mut conn = app.db.reader().await.expect("a reader");
    let which = || format!("{today} {life:?} {prices:?}");

    // The judgement itself.
    let judgement = judge(&mut conn, &life.id, today).await.expect("a judgement");
    let mut judged = BTreeMap::new();
    let (mut advised, mut credits, mut above) = (None, BTreeMap::new(), BTreeMap::new());
    for holding in &judgement.holds {
        let notice = &holding.notice;
        match notice.kind {
            kind if kind.is_about_paying() => {
                judged.insert(notice.subject.clone(), (kind, notice.amount.minor, notice.fee_on));
            }
            NoticeKind::BetterPrice | NoticeKind::RightSize => {
                advised = Some((notice.subject.as_str(), notice.amount.minor));
            }
            NoticeKind::UnusualBill => {
                above.insert(notice.subject.clone(), notice.amount.minor);
            }
            NoticeKind::Credit => {
                let last = notice.due_on.expect("a last day");
                credits.insert(notice.subject.clone(), (notice.amount.minor, last));
            }
            _ => {}
        }
    }
    assert_eq!(judged, so, "{}", which());
    assert_eq!(advised, better, "{}", which());
    assert_eq!(credits, expiring, "{}", which());
    assert_eq!(above, unusual, "{}", which());

    // Bills, as their list and their own page have them.
    let open = bills::service::open_of_customer(&mut conn, &life.id, today).await.expect("bills");
    for bill in &open {
        let number = &bill.known.bill.number;
        assert_eq!(said_of(bill, &so).as_ref(), so.get(number), "{number} {:?} {}", bill.state, which());
    }
    let listed = bills::service::list(app, &life.id, None).await.expect("a list");
    for line in &listed.bills {
        let state = open.iter().find(|bill| bill.known.bill.number == line.number).map(|bill| bill.state);
        let is_over = matches!(line.state, BillState::Paid | BillState::NotOwed(_));
        assert!(state == Some(line.state) || state.is_none() && is_over, "{line:?} {}", which());
    }
    assert!(
        listed
            .bills
            .iter()
            .take(open.len())
            .map(|line| &line.number)
            .eq(open.iter().map(|bill| &bill.known.bill.number))
    );
    if let Some(bill) = open.first() {
        let sheet = bills::service::sheet(app, &life.id, &bill.known.bill.number).await.expect("a bill");
        assert_eq!((sheet.state, sheet.open.minor), (bill.state, bill.known.bill.open()), "{}", which());
    }

    // Why, and why not.
    let asked = why::asked(&mut conn, &life.id, today).await.expect("why");
    for number in open.iter().map(|bill| &bill.known.bill.number) {
        let holds =
            asked.why.iter().find(|why| why.subject == *number && why.kind.is_about_paying() && why.explanation.holds);
        assert_eq!(holds.map(|why| why.kind), so.get(number).map(|so| so.0), "{number} {}", which());
    }

    // Credits and plans, on their pages.
    let sheet = credits::service::sheet(app, &life.id).await.expect("credits");
    let usable = life.credits.iter().filter(|credit| credit.expires_on.is_none_or(|last| today <= last.0));
    let left: i64 = usable.map(|credit| credit.left).sum();
    assert_eq!(sheet.balance.iter().map(|money| money.minor).sum::<i64>(), left, "{}", which());
    let sheet = offers::sheet::sheet(app, &life.id).await.expect("plans");
    let years = sheet.held.iter().filter_map(|held| held.year.as_ref());
    let shown: Vec<&str> =
        years.flat_map(|year| &year.offers).filter(|offer| offer.is_advised).map(|offer| offer.name.as_str()).collect();
    assert_eq!(shown, better.map(|(code, _)| code).into_iter().collect::<Vec<_>>(), "{}", which());

    // What was told, beside what holds.
    let told = notices::service::told_to_customer(&mut conn, &life.id, today, 500).await.expect("told");
    for told in &told {
        let card = &told.card;
        let (now, is_about_paying) = (so.get(&card.subject), card.kind.is_about_paying());
        if is_about_paying {
            let this = (card.kind, card.amount.minor, card.fee_on);
            let due = life.bills.get(&card.subject).map(Known::pay_by);
            let is_so = now == Some(&this) && card.due_on == due;
            assert_eq!(told.standing.is == Stands::StillSo, is_so, "{told:?} {}", which());
            assert_eq!(told.now.as_ref().map(|now| (now.kind, now.amount.minor, now.fee_on)).as_ref(), now);
            let is_paid = now.is_none() && told.standing.is == Stands::Paid;
            let bill = &life.bills[&card.subject];
            assert!(!is_paid || bill.open(tomorrow(today)) == 0 && bill.status.0 == BillStatus::Open, "{told:?}");
        } else if matches!(card.kind, NoticeKind::BetterPrice | NoticeKind::RightSize) && card.amount.minor > 0 {
            let is_so = better == Some((card.subject.as_str(), card.amount.minor));
            assert_eq!(told.standing.is == Stands::StillSo, is_so, "{told:?} {}", which());
        } else if card.kind == NoticeKind::UnusualBill {
            let is_so = unusual.get(&card.subject) == Some(&card.amount.minor);
            assert_eq!(told.standing.is == Stands::StillSo, is_so, "{told:?} {}", which());
        } else if card.kind == NoticeKind::Credit {
            let is_so = expiring.get(&card.subject) == card.due_on.map(|last| (card.amount.minor, last)).as_ref();
            assert_eq!(told.standing.is == Stands::StillSo, is_so, "{told:?} {}", which());
        }
        assert_eq!(told.standing.why.is_empty(), told.standing.is == Stands::StillSo, "{told:?}");
    }
    let current = notices::service::current_for_customer(&mut conn, &life.id, today).await.expect("current");
    for card in current.iter().filter(|card| card.kind.is_about_paying()) {
        assert_eq!(Some(&(card.kind, card.amount.minor, card.fee_on)), so.get(&card.subject), "{}", which());
    }
    if has_looked {
        // Whatever holds was told, in so many words or in better ones: nobody believes that it is better than it is.
        for (number, now) in &so {
            let is_of_it = |told: &&ToldNotice| told.card.subject == *number && told.card.kind.is_about_paying();
            let last = told.iter().find(is_of_it).expect("it was told");
            let card = &last.card;
            let is_as_bad = match now.0 {
                NoticeKind::FeeWarning => {
                    let is_bad = matches!(card.kind, NoticeKind::FeeCame | NoticeKind::FeeWarning);
                    is_bad && card.amount.minor >= now.1 && card.fee_on <= now.2
                }
                NoticeKind::FeeCame => {
                    let is_bad = matches!(card.kind, NoticeKind::FeeCame | NoticeKind::FeeWarning);
                    is_bad && card.amount.minor >= now.1 && card.fee_on <= now.2
                }
                _ => true,
            };
            assert!(is_as_bad, "{number} {now:?} but {card:?} {}", which());
        }
        for number in unusual.keys() {
            let is_of_it =
                |told: &ToldNotice| told.card.subject == *number && told.card.kind == NoticeKind::UnusualBill;
            assert!(told.iter().any(is_of_it), "{number} {}", which());
        }
        let last = told.iter().find(|told| matches!(told.card.kind, NoticeKind::BetterPrice | NoticeKind::RightSize));
        let believes = last.filter(|last| last.card.amount.minor > 0 && last.card.subject != life.plan);
        if let (Some(last), None) = (believes, better) {
            panic!("they were told {:?} and not that it is over {}", last.card, which());
        }
    }

    // Staff.
    let sheet = customers::service::sheet_of(app, &mut conn, &life.id).await.expect("the sheet");
    assert_eq!(sheet.open_bills.iter().map(|bill| bill.line.state).collect::<Vec<_>>(), {
        open.iter().map(|bill| bill.state).collect::<Vec<_>>()
    });
    assert_eq!(sheet.told.iter().map(|told| &told.standing).collect::<Vec<_>>(), {
        told.iter().take(sheet.told.len()).map(|told| &told.standing).collect::<Vec<_>>()
    });
    drop(conn);

    // The list of what was told, and the first page.
    let list = notices::service::list(app, &life.id, None).await.expect("a list");
    assert!(list.current.iter().all(|told| told.is_current()), "{:?} {}", list.current, which());
    let home = home::service::home(app, customer).await.expect("home");
    let said = at_home(&home);
    for (number, (kind, amount)) in &said {
        match so.get(number) {
            Some(now) => assert_eq!((*kind, *amount), (now.0, now.1), "{number} {}", which()),
            // A dispute stands there from the day it is raised.
            None => {
                let is_disputed = life.bills[number].is_disputed(today);
                assert!(*kind == NoticeKind::Dispute && is_disputed, "{number} {}", which());
            }
        }
    }
    if home.more_bills == 0 {
        for (number, now) in so.iter().filter(|(_, now)| matches!(now.0, NoticeKind::FeeWarning | NoticeKind::FeeCame))
        {
            assert!(said.contains_key(number), "{number} {now:?} is not on the first page {}", which());
        }
    }
    let to_pay: i64 = open
        .iter()
        .filter(|bill| !matches!(bill.state, BillState::Disputed | BillState::Covered))
        .map(|bill| bill.known.bill.open())
        .sum();
    assert_eq!(home.to_pay.iter().map(|money| money.minor).sum::<i64>(), to_pay, "{}", which());
    let is_cheapest = home.cheapest.iter().any(|(name, _)| *name == life.plan);
    assert!(!(is_cheapest && better.is_some()), "{}", which());
}

/// What the queues of staff say of everybody.
async fn check_staff(app: &AppState, lives: &[Life], today: Date) {
    let mut conn = app.db.reader().await.expect("a reader");
    let numbers = |bills: Vec<(String, Assessed)>| {
        let mut numbers: Vec<String> = bills.into_iter().map(|(_, bill)| bill.known.bill.number).collect();
        numbers.sort_unstable();
        numbers
    };
    let so = |kind| {
        let of_life = |life: &Life| life.so(today).into_iter().filter(|(_, so)| so.0 == kind).map(|(number, _)| number);
        let mut numbers: Vec<String> = lives.iter().flat_map(|life| of_life(life).collect::<Vec<_>>()).collect();
        numbers.sort_unstable();
        numbers
    };
    let near = bills::service::near_a_fee(app.clock, &mut conn).await.expect("a queue");
    assert_eq!(numbers(near), so(NoticeKind::FeeWarning), "{today}");
    let late = bills::service::with_a_fee(app.clock, &mut conn).await.expect("a queue");
    assert_eq!(numbers(late), so(NoticeKind::FeeCame), "{today}");
}

/// The lives of so many customers of one database.
async fn live(batch: u64, customers: usize) {
    let mut chance = Chance(batch);
    let office = Office::open(None).await;
    let ids: Vec<String> = (0..customers).map(|at| format!("c{batch}-{at:02}")).collect();
    let mut prices = Prices { large: 3_500, small: 2_000, small_is_open: true };
    let moves = batch % 3 == 1;
    let customers = begin(&office, &ids, &mut chance, (prices, moves)).await;
    for day in 0..DAYS {
        let today = FIRST.saturating_add(day.days());
        let app = AppState { clock: Clock { fixed: Some(today) }, ..office.app.clone() };
        let lives =
            async || known(&mut app.db.reader().await.expect("a reader"), &ids, today, moves).await.expect("lives");
        if chance.below(4) == 0 {
            prices.small = [2_000, 2_300, 3_200, 3_500, 4_000][chance.below(5) as usize];
            prices.small_is_open = chance.below(4) > 0;
        }
        let before = lives().await;
        office
            .write(async |conn| {
                let open_until = (!prices.small_is_open).then_some("2026-10-31");
                let text = "update plans set monthly_fee = $1, open_until = $2 where code = 'small'";
                sql!(conn, execute, text, prices.small, open_until)?;
                for life in &before {
                    if chance.below(2) == 0 {
                        happen(conn, life, &mut chance, today).await?;
                    }
                }
                Ok(())
            })
            .await;
        // The server sleeps on some days.
        if chance.below(3) > 0 {
            billing::service::pay_due_with_credit(&app).await.expect("credit pays");
        }
        for (life, customer) in lives().await.iter().zip(&customers) {
            if chance.below(4) == 0 {
                act(&app, customer, life, &mut chance).await;
            }
        }
        late_fees::service::look(&app, app.clock).await.expect("fees are settled");
        let has_looked = chance.below(3) > 0;
        if has_looked {
            office.look(Some(today)).await;
            assert!(office.look(Some(today)).await.is_empty(), "a second look writes nothing, {today}");
        }
        let lives = lives().await;
        check_staff(&app, &lives, today).await;
        for life in lives.iter().zip(&customers) {
            if chance.below(3) == 0 {
                check(&app, life, prices, today, has_looked).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_two_pages_disagree_and_none_says_what_is_not_so() {
    let asked = std::env::var("CANDOR_HISTORIES").ok().and_then(|text| text.parse().ok());
    let histories: usize = asked.unwrap_or(USUAL);
    let batches = histories.div_ceil(TOGETHER);
    let every_other = |first: usize| async move {
        for batch in (first..batches).step_by(2) {
            live(batch as u64, TOGETHER.min(histories - batch * TOGETHER)).await;
        }
    };
    let (even, odd) = (tokio::spawn(every_other(0)), tokio::spawn(every_other(1)));
    even.await.expect("no two disagree");
    odd.await.expect("no two disagree");
}
