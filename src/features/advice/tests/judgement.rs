//! One judgement: over random histories every page says the same of each bill and each plan, and what a small, slow oracle
//! written apart says is so. `CANDOR_HISTORIES` says how many histories are tried.

use std::collections::BTreeMap;

use jiff::{
    ToSpan,
    civil::{Date, date},
};

use super::office::{Bill, Office, add_bill, add_customer, add_plan, dispute, grant, pay, subscribe, use_gigabytes};
use crate::{
    domain::{notice::NoticeKind, role::Role},
    features::{
        advice::judge::judge,
        bills::{self, BillState},
        customers,
        home::{self, Home, WorthKnowing},
        notices::{self, Stands},
        sign_in,
    },
    server::{
        auth::Customer,
        clock::Clock,
        db::{Conn, Text},
        state::AppState,
    },
    sql,
};

const FIRST: Date = date(2026, 11, 2);
const DAYS: i64 = 14;
/// Customers of one database; each lives one history.
const TOGETHER: usize = 20;
/// How many histories are tried where nothing else is asked for.
const USUAL: usize = 40;

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

/// What the oracle knows of a bill.
#[derive(Clone, Debug)]
struct Known {
    amount: i64,
    due: Date,
    is_disputed: bool,
    is_void: bool,
    paid: Vec<(Date, i64)>,
}

#[derive(Clone, Debug)]
struct Credit {
    reference: String,
    left: i64,
    expires: Option<Date>,
}

#[derive(Clone, Debug, Default)]
struct Life {
    id: String,
    bills: BTreeMap<String, Known>,
    credits: Vec<Credit>,
    /// The code of the plan they have.
    plan: String,
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
        if self.is_void {
            return 0;
        }
        let paid: i64 = self.paid.iter().filter(|(on, _)| *on < before).map(|(_, amount)| amount).sum();
        (self.amount - paid).max(0)
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
        left.sort_by_key(|credit| (credit.expires.unwrap_or(Date::MAX), credit.reference.clone()));
        let mut bills: Vec<(&String, &Known)> = self.bills.iter().filter(|(_, bill)| !bill.is_disputed).collect();
        bills.sort_by_key(|(_, bill)| bill.due);
        let mut credited = BTreeMap::new();
        for (number, bill) in bills {
            let mut open = bill.open(tomorrow(today));
            let pay_on = bill.due.max(today);
            for credit in left.iter_mut().filter(|credit| credit.expires.is_none_or(|last| pay_on <= last)) {
                let taken = credit.left.min(open);
                credit.left -= taken;
                open -= taken;
                *credited.entry(number.as_str()).or_default() += taken;
            }
        }
        credited
    }

    fn so(&self, today: Date) -> BTreeMap<String, So> {
        let credited = self.credited(today);
        let mut so = BTreeMap::new();
        for (number, bill) in &self.bills {
            let open = bill.open(tomorrow(today));
            let (warn_from, fee_on) = (bill.due.saturating_sub(3.days()), tomorrow(bill.due));
            if open == 0 || today < warn_from {
                continue;
            }
            let is_covered = credited.get(number.as_str()).is_some_and(|credited| *credited >= open);
            let (ahead, came) = (fee(open), fee(bill.open(fee_on)));
            let this = if bill.is_disputed {
                (NoticeKind::Dispute, open, None)
            } else if ahead == 0 && today > bill.due {
                (NoticeKind::Overdue, open, None)
            } else if ahead == 0 {
                continue;
            } else if today < fee_on && is_covered {
                (NoticeKind::NothingToDo, open, Some(fee_on))
            } else if today < fee_on {
                (NoticeKind::FeeWarning, ahead, Some(fee_on))
            } else {
                (NoticeKind::FeeCame, came, Some(fee_on))
            };
            so.insert(number.clone(), this);
        }
        so
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

/// One random thing happens to a customer.
async fn happen(conn: &mut Conn<'_>, life: &mut Life, chance: &mut Chance, today: Date) -> sqlx::Result<()> {
    let numbers: Vec<String> = life.bills.keys().cloned().collect();
    let one = (!numbers.is_empty()).then(|| numbers[chance.below(numbers.len() as u64) as usize].clone());
    match (chance.below(12), one) {
        (0..=2, _) | (_, None) => {
            // Two bills due on one day would be paid by credit in an order that means nothing.
            let due = today.saturating_add(chance.days(9).days());
            if life.bills.values().any(|bill| bill.due == due) {
                return Ok(());
            }
            let number = format!("{}-{}", life.id, life.bills.len());
            let known = Known { amount: chance.amount(), due, is_disputed: false, is_void: false, paid: Vec::new() };
            let bill = Bill { amount: known.amount, issued_on: today, ..Bill::due(&life.id, &number, due) };
            add_bill(conn, &bill).await?;
            life.bills.insert(number, known);
        }
        (3 | 4, Some(number)) => {
            let bill = life.bills.get_mut(&number).expect("a bill");
            if bill.paid.iter().any(|(on, _)| *on == today) || bill.is_void {
                return Ok(());
            }
            let open = bill.open(tomorrow(today));
            let amount = if chance.below(2) == 0 { open } else { open / 3 };
            if amount > 0 {
                pay(conn, &number, amount, today).await?;
                bill.paid.push((today, amount));
            }
        }
        (5, Some(number)) => {
            let bill = life.bills.get_mut(&number).expect("a bill");
            bill.amount = chance.amount();
            let text = "update invoices set amount = $2 where number = $1";
            sql!(conn, execute, text, number.as_str(), bill.amount)?;
        }
        (6, Some(number)) => {
            let bill = life.bills.get_mut(&number).expect("a bill");
            bill.is_disputed = !bill.is_disputed;
            dispute(conn, &number, bill.is_disputed.then_some(today)).await?;
        }
        (7, Some(number)) => {
            let bill = life.bills.get_mut(&number).expect("a bill");
            bill.is_void = !bill.is_void;
            let status = if bill.is_void { "void" } else { "open" };
            sql!(conn, execute, "update invoices set status = $2 where number = $1", number.as_str(), status)?;
        }
        (8, Some(number)) => {
            let due = today.saturating_add(chance.days(6).days());
            if life.bills.values().all(|bill| bill.due != due) {
                life.bills.get_mut(&number).expect("a bill").due = due;
                let text = "update invoices set due_on = $2 where number = $1";
                sql!(conn, execute, text, number.as_str(), Text(due))?;
            }
        }
        (9, Some(_)) => {
            let expires = (chance.below(2) == 0).then(|| today.saturating_add((1 + chance.days(12)).days()));
            let credit =
                Credit { reference: format!("{}-c{}", life.id, life.credits.len()), left: chance.amount(), expires };
            grant(conn, &life.id, &credit.reference, credit.left, expires).await?;
            life.credits.push(credit);
        }
        (10, Some(_)) => {
            // Used elsewhere, and given back.
            if let Some(credit) = life.credits.first_mut() {
                let is_back = credit.left == 0;
                let text = if is_back {
                    "update credits set used = 0 where reference = $1"
                } else {
                    "update credits set used = amount where reference = $1"
                };
                sql!(conn, execute, text, credit.reference.as_str())?;
                let amount = sql!(
                    conn,
                    scalar as i64,
                    "select amount from credits where reference = $1",
                    credit.reference.as_str()
                )?;
                credit.left = if is_back { amount } else { 0 };
            }
        }
        (_, Some(_)) => {
            if !life.plan.is_empty() {
                life.plan = if life.plan == "large" { "small" } else { "large" }.to_owned();
                let text = "update subscriptions set plan_id = $2 where customer_id = $1";
                sql!(conn, execute, text, life.id.as_str(), life.plan.as_str())?;
            }
        }
    }
    Ok(())
}

async fn begin(office: &Office, lives: &mut [Life], chance: &mut Chance, prices: Prices) -> Vec<Customer> {
    let plans: Vec<bool> = lives.iter().map(|_| chance.below(3) > 0).collect();
    office
        .write(async |conn| {
            let text = "insert into fee_policies (id, currency, version, starts_on, grace_days, flat_amount,
                                                  percent_millionths, minimum_amount, warn_days, reason, made_at, made_on)
                        values ('p', 'EUR', 2, '2020-01-01', 0, 0, 50000, 0, 3, 'a test', 0, '2020-01-01')";
            sql!(conn, execute, text)?;
            add_plan(conn, "large", prices.large, 20).await?;
            add_plan(conn, "small", prices.small, 5).await?;
            for (life, has_plan) in lives.iter_mut().zip(plans) {
                add_customer(conn, &life.id, "UTC").await?;
                if has_plan {
                    subscribe(conn, &life.id, "large", date(2024, 1, 1)).await?;
                    use_gigabytes(conn, &life.id, FIRST, &[2; 12]).await?;
                    life.plan = "large".to_owned();
                }
            }
            Ok(())
        })
        .await;
    let mut customers = Vec::new();
    for life in lives.iter() {
        let email = format!("{}@example.com", life.id);
        let person = sign_in::service::add_person(&office.app, &email, Role::Customer, None, Some(&life.id));
        customers.push(Customer { person: person.await.expect("a person"), id: life.id.clone() });
    }
    customers
}

/// What the first page says of each bill: the kind, the amount and the day, as far as it is said there.
fn at_home(home: &Home) -> BTreeMap<String, (NoticeKind, i64)> {
    let mut said = BTreeMap::new();
    for one in &home.worth_knowing {
        let (number, this) = match one {
            WorthKnowing::Told(card) => match &card.bill {
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
            _ => NoticeKind::Dispute,
        };
        assert!(said.insert(line.0.clone(), (kind, line.1.amount.minor)).is_none(), "{} stands there twice", line.0);
    }
    said
}

async fn check(app: &AppState, (life, customer): (&Life, &Customer), prices: Prices, today: Date, has_looked: bool) {
    let so = life.so(today);
    let better = life.better(prices);
    let mut conn = app.db.reader().await.expect("a reader");
    let which = || format!("{today} {life:?} {prices:?}");

    // The judgement itself.
    let judgement = judge(&mut conn, &life.id, today).await.expect("a judgement");
    let mut judged = BTreeMap::new();
    let mut advised = None;
    for holding in &judgement.holds {
        let notice = &holding.notice;
        match notice.kind {
            kind if kind.is_about_paying() => {
                judged.insert(notice.subject.clone(), (kind, notice.amount.minor, notice.fee_on));
            }
            NoticeKind::BetterPrice | NoticeKind::RightSize => {
                advised = Some((notice.subject.as_str(), notice.amount.minor));
            }
            _ => {}
        }
    }
    assert_eq!(judged, so, "{}", which());
    assert_eq!(advised, better, "{}", which());

    // Bills, as their list and their own page have them.
    let open = bills::service::open_of_customer(&mut conn, &life.id, today).await.expect("bills");
    for bill in &open {
        let number = &bill.known.bill.number;
        let said = match bill.state {
            BillState::FeeNear { fee, fee_on, .. } => Some((NoticeKind::FeeWarning, fee.minor, Some(fee_on))),
            BillState::FeeCame { fee, fee_on } => Some((NoticeKind::FeeCame, fee.minor, Some(fee_on))),
            BillState::PastDue => Some((NoticeKind::Overdue, bill.known.bill.open(), None)),
            BillState::Disputed if so.contains_key(number) => Some((NoticeKind::Dispute, bill.known.bill.open(), None)),
            BillState::Covered => so.get(number).filter(|so| so.0 == NoticeKind::NothingToDo).copied(),
            _ => None,
        };
        assert_eq!(said.as_ref(), so.get(number), "{number} {:?} {}", bill.state, which());
    }

    // What was told, beside what holds.
    let told = notices::service::told_to_customer(&mut conn, &life.id, today, 500).await.expect("told");
    for told in &told {
        let card = &told.card;
        let (now, is_about_paying) = (so.get(&card.subject), card.kind.is_about_paying());
        if is_about_paying {
            let this = (card.kind, card.amount.minor, card.fee_on);
            let due = life.bills.get(&card.subject).map(|bill| bill.due);
            let is_so = now == Some(&this) && card.due_on == due;
            assert_eq!(told.standing.is == Stands::StillSo, is_so, "{told:?} {}", which());
            assert_eq!(told.now.as_ref().map(|now| (now.kind, now.amount.minor, now.fee_on)).as_ref(), now);
            let is_paid = now.is_none() && told.standing.is == Stands::Paid;
            let bill = &life.bills[&card.subject];
            assert!(!is_paid || bill.open(tomorrow(today)) == 0 && !bill.is_void, "{told:?}");
        } else if matches!(card.kind, NoticeKind::BetterPrice | NoticeKind::RightSize) && card.amount.minor > 0 {
            let is_so = better == Some((card.subject.as_str(), card.amount.minor));
            assert_eq!(told.standing.is == Stands::StillSo, is_so, "{told:?} {}", which());
        }
    }
    let current = notices::service::current_for_customer(&mut conn, &life.id, today).await.expect("current");
    for card in current.iter().filter(|card| card.kind.is_about_paying()) {
        assert_eq!(Some(&(card.kind, card.amount.minor, card.fee_on)), so.get(&card.subject), "{}", which());
    }
    if has_looked {
        // Whatever holds was told, in so many words or in better ones: nobody believes that it is better than it is.
        for (number, now) in &so {
            let last = told.iter().find(|told| told.card.subject == *number).expect("it was told");
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
            None => assert!(*kind == NoticeKind::Dispute && life.bills[number].is_disputed, "{number} {}", which()),
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

#[tokio::test]
async fn no_two_pages_disagree_and_none_says_what_is_not_so() {
    let asked = std::env::var("CANDOR_HISTORIES").ok().and_then(|text| text.parse().ok());
    let histories: usize = asked.unwrap_or(USUAL);
    for batch in 0..histories.div_ceil(TOGETHER) {
        let mut chance = Chance(batch as u64);
        let office = Office::open(None).await;
        let mut lives: Vec<Life> = (0..TOGETHER.min(histories - batch * TOGETHER))
            .map(|at| Life { id: format!("c{batch}-{at:02}"), ..Life::default() })
            .collect();
        let mut prices = Prices { large: 3_500, small: 2_000, small_is_open: true };
        let customers = begin(&office, &mut lives, &mut chance, prices).await;
        for day in 0..DAYS {
            let today = FIRST.saturating_add(day.days());
            if chance.below(4) == 0 {
                prices.small = [2_000, 2_300, 3_200, 3_500, 4_000][chance.below(5) as usize];
                prices.small_is_open = chance.below(4) > 0;
            }
            office
                .write(async |conn| {
                    let open_until = (!prices.small_is_open).then_some("2026-10-31");
                    let text = "update plans set monthly_fee = $1, open_until = $2 where code = 'small'";
                    sql!(conn, execute, text, prices.small, open_until)?;
                    for life in &mut lives {
                        if chance.below(2) == 0 {
                            happen(conn, life, &mut chance, today).await?;
                        }
                    }
                    Ok(())
                })
                .await;
            let app = AppState { clock: Clock { fixed: Some(today) }, ..office.app.clone() };
            let has_looked = chance.below(3) > 0;
            if has_looked {
                office.look(Some(today)).await;
                assert!(office.look(Some(today)).await.is_empty(), "a second look writes nothing, {today}");
            }
            for life in lives.iter().zip(&customers) {
                if chance.below(3) == 0 {
                    check(&app, life, prices, today, has_looked).await;
                }
            }
        }
    }
}
