//! Why a customer is told something, or not: every rule asked of everything about them, with each condition and its value.

use std::sync::Arc;

use jiff::civil::Date;

use super::{
    block::Block,
    book::Book,
    memory::{Asking, Memory, Wanted},
    store::{self, CustomerRow},
};
use crate::{
    domain::{
        comparison::{COMPETITOR_SAYS, PRICE_SAYS},
        coverage::FLOOR_PERCENT,
        evidence::Evidence,
        month,
        notice::NoticeKind,
        offer::OwnUse,
        right_size::SizingTerms,
        rule::{Explanation, Facts, Listener, Rule},
    },
    error::{AppError, Result},
    features::{imports, offers},
    server::{db::Conn, state::AppState},
};

/// One rule asked about one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    pub kind: NoticeKind,
    /// The number of the bill, the reference of the credit, or the code of the plan or product.
    pub subject: String,
    /// Where a plan is compared.
    pub compared: Option<Compared>,
    pub rule: String,
    pub rule_version: i64,
    /// The first day of this version of the rule.
    pub since: Date,
    pub explanation: Explanation,
    /// The facts and each step of the arithmetic, where they were asked for.
    pub evidence: Option<Evidence>,
}

/// Who asks, and of which kind they want the evidence too.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker {
    pub listener: Listener,
    pub in_full: Option<NoticeKind>,
}

/// A rule in force, whatever it was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    pub kind: NoticeKind,
    pub rule: String,
    pub version: i64,
    /// The first day of this version.
    pub since: Date,
    /// In plain words, where they are the same for everybody.
    pub says: Option<String>,
}

impl From<&Rule> for InForce {
    fn from(rule: &Rule) -> Self {
        let says = match rule.kind {
            NoticeKind::BetterPrice => Some(PRICE_SAYS.to_owned()),
            NoticeKind::RightSize => Some(SizingTerms::of(&rule.settings).words()),
            NoticeKind::Competitor => Some(COMPETITOR_SAYS.to_owned()),
            NoticeKind::FeeWarning
            | NoticeKind::NothingToDo
            | NoticeKind::Dispute
            | NoticeKind::Due
            | NoticeKind::Overdue
            | NoticeKind::FeeCame
            | NoticeKind::UnusualBill
            | NoticeKind::Credit => None,
        };
        Self { kind: rule.kind, rule: rule.id.clone(), version: rule.version, since: rule.starts_on, says }
    }
}

/// A plan that a customer has, beside another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub subscription_id: String,
    /// The names of both, the other with the company it is of.
    pub has: String,
    pub other: String,
}

/// Everything that was asked about one customer, and how much there is that could be asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub why: Vec<Why>,
    pub in_force: Vec<InForce>,
    pub open_bills: usize,
    pub credits: usize,
    pub plans: usize,
}

impl Why {
    pub(super) fn of(
        asker: Asker,
        rule: &Rule,
        subject: &str,
        facts: &Facts,
        evidence: impl FnOnce() -> Option<Evidence>,
    ) -> Self {
        Self {
            kind: rule.kind,
            subject: subject.to_owned(),
            compared: None,
            rule: rule.id.clone(),
            rule_version: rule.version,
            since: rule.starts_on,
            explanation: rule.condition.explain_to(asker.listener, facts),
            evidence: if asker.in_full == Some(rule.kind) { evidence() } else { None },
        }
    }
}

/// Asks every rule in force at the end of `as_of` (without it, of today where the customer lives) about every open bill, every
/// credit that expires soon and every offer that would have cost less. `NotFound` where billing has no such customer.
pub async fn why(app: &AppState, external_id: &str, as_of: Option<Date>) -> Result<Vec<Why>> {
    let mut conn = app.db.reader().await?;
    let customer = store::customer(&mut conn, external_id).await?.ok_or(AppError::NotFound)?;
    let day = as_of.unwrap_or_else(|| app.clock.today_in(&customer.time_zone));
    let asker = Asker { listener: Listener::Staff, in_full: None };
    Ok(ask(&mut conn, customer, day, asker).await?.why)
}

/// What of a customer's use cannot be compared, and why: too few days or months were read, or no plan sells it.
pub async fn left_out(app: &AppState, external_id: &str, as_of: Option<Date>) -> Result<Vec<String>> {
    let mut conn = app.db.reader().await?;
    let customer = store::customer(&mut conn, external_id).await?.ok_or(AppError::NotFound)?;
    let day = as_of.unwrap_or_else(|| app.clock.today_in(&customer.time_zone));
    let catalogue = offers::service::catalogue(&mut conn, day).await?;
    let held = offers::service::held_by(&mut conn, day, &customer.id).await?;
    let usage = offers::service::usage_of(&mut conn, day, &customer.id).await?;
    let mut words = Vec::new();
    for one in &held {
        let Some(plan) = catalogue.plan(&one.plan) else { continue };
        if !catalogue.has_its_own_use(one, &held) {
            words
                .push(format!("{}: another plan of theirs sells the same, so its use cannot be told apart", plan.name));
            continue;
        }
        let own = OwnUse::of(plan, &usage);
        let coverage = own.coverage(day);
        if !coverage.is_enough() {
            words.push(format!(
                "{}: {} of {} months have enough readings, and below {FLOOR_PERCENT} % nothing is advised",
                plan.name, coverage.months, coverage.of
            ));
        }
        let part_read = own
            .part_read
            .iter()
            .map(|part| format!("{}: {} is left out, as {part}", plan.name, month::words(part.month)));
        words.extend(part_read);
    }
    words.extend(imports::meters::unsold(&mut conn, Some(&customer.id)).await?.into_iter().map(|(words, _)| words));
    Ok(words)
}

/// The same, of a customer who asks for themselves, at the end of `day`.
pub async fn asked(conn: &mut Conn<'_>, customer_id: &str, day: Date) -> Result<Asked> {
    let customer = store::customer_by_id(conn, customer_id).await?.ok_or(AppError::NotFound)?;
    ask(conn, customer, day, Asker { listener: Listener::Customer, in_full: None }).await
}

/// The same, with the evidence of what was asked of the rules of one kind.
pub async fn asked_in_full(conn: &mut Conn<'_>, customer_id: &str, day: Date, kind: NoticeKind) -> Result<Asked> {
    let customer = store::customer_by_id(conn, customer_id).await?.ok_or(AppError::NotFound)?;
    ask(conn, customer, day, Asker { listener: Listener::Customer, in_full: Some(kind) }).await
}

async fn ask(conn: &mut Conn<'_>, customer: CustomerRow, day: Date, asker: Asker) -> Result<Asked> {
    let (before, id) = (store::id_before(conn, &customer.id).await?, customer.id.clone());
    let ids = (before.as_str(), id.as_str());
    let book = Arc::new(Book::read(conn, day).await?);
    let block = Block::read(conn, Arc::clone(&book), vec![customer], ids).await?;
    let memory = Memory::read(conn, day, ids).await?;
    let asking = Asking { rules: &book.rules, memory: &memory, day, wanted: Wanted::New };
    let sums = block.why_sums(&asking, asker);
    let why =
        [block.why_bills(&asking, asker), sums, block.why_credits(&asking, asker), block.why_offers(&asking, asker)];
    let in_force = NoticeKind::ALL.into_iter().flat_map(|kind| book.rules.of_kind(kind)).map(InForce::from).collect();
    let mut asked = Asked { why: why.concat(), in_force, open_bills: block.bills().count(), ..Asked::default() };
    for account in block.accounts() {
        asked.credits += account.grants.iter().filter(|grant| grant.left_on(day) > 0).count();
        asked.plans += account.held.len();
    }
    Ok(asked)
}
