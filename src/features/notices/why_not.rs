//! What a customer is not told today, and why: the same questions that `candor why` asks.

use jiff::civil::Date;

use super::{
    AskedRule, Because, ComparedPlan, Matter, NotTold, NothingAbout, RuleInForce, Verdict, WhyNot, service,
    store::{self, NoticeRow},
};
use crate::{
    domain::notice::NoticeKind,
    error::{AppError, Result},
    features::{
        advice::{
            judge,
            why::{self, Asked, Why},
        },
        customers, offers,
    },
    server::{db::Conn, state::AppState},
};

/// How far back is looked for a notice that said the same.
const LOOKED_THROUGH: i64 = 500;

/// The kinds of notice of which there is something that is not told today, in short.
pub(super) async fn not_told(
    conn: &mut Conn<'_>,
    customer_id: &str,
    today: Date,
    current: &[NoticeRow],
) -> Result<Vec<NotTold>> {
    let asked = why::asked(conn, customer_id, today).await?;
    let of_kind = |kind| {
        let of_kind: Vec<&Why> = asked.why.iter().filter(|why| why.kind == kind).collect();
        let is_told = |why: &&Why| current.iter().any(|row| row.kind.0 == kind && is_about(row, why));
        let left: Vec<&Why> = of_kind.iter().copied().filter(|why| !is_told(why)).collect();
        let because = match (of_kind.is_empty(), left.len()) {
            // Told once and still so, although today there is nothing left to ask about.
            (true, _) if current.iter().any(|row| row.kind.0 == kind) => return None,
            (true, _) => Because::Nothing(nothing(kind, &asked)),
            (false, 0) => return None,
            (false, things) => {
                let held: Vec<_> = left.iter().filter(|why| why.explanation.holds).collect();
                let gives_way = |why: &&&&Why| current.iter().any(|row| comes_first(row, why));
                Because::Asked { things, held: held.len(), instead: held.iter().filter(gives_way).count() }
            }
        };
        Some(NotTold { kind, because })
    };
    Ok(NoticeKind::ALL.into_iter().filter_map(of_kind).collect())
}

/// The page of `/notices/why-not/{kind}`. A kind that there is not is not found.
pub async fn why_not(app: &AppState, customer_id: &str, kind: &str) -> Result<WhyNot> {
    let kind: NoticeKind = kind.parse().map_err(|_| AppError::NotFound)?;
    let mut conn = app.db.reader().await?;
    let today = customers::service::today_of(app, &mut conn, customer_id).await?;
    let asked = why::asked_in_full(&mut conn, customer_id, today, kind).await?;
    let judgement = judge::judge(&mut conn, customer_id, today).await?;
    let current = service::current_rows(&mut conn, customer_id, today, &judgement).await?;
    let told = store::of_customer(&mut conn, customer_id, today, LOOKED_THROUGH).await?;
    drop(conn);
    let nothing = nothing(kind, &asked);
    let in_force = asked.in_force.into_iter().filter(|rule| rule.kind == kind);
    let in_force = in_force
        .map(|one| RuleInForce { rule: one.rule, version: one.version, since: one.since, says: one.says })
        .collect();
    let asked: Vec<AskedRule> = asked
        .why
        .into_iter()
        .filter(|why| why.kind == kind)
        .map(|mut why| AskedRule {
            evidence: why.evidence.take(),
            verdict: verdict(&why, &current, &told),
            about: matter(&why),
            rule: why.rule,
            rule_version: why.rule_version,
            since: why.since,
            tested: why.explanation.into(),
        })
        .collect();
    if !asked.is_empty() {
        return Ok(WhyNot { kind, today, nothing: None, asked, rules: Vec::new(), compared: Vec::new() });
    }
    let compared = compared(app, customer_id, kind).await?;
    Ok(WhyNot { kind, today, nothing: Some(nothing), asked, rules: in_force, compared })
}

/// What the use of each plan of theirs costs on the offers that rules of this kind are about; nothing for other kinds.
async fn compared(app: &AppState, customer_id: &str, kind: NoticeKind) -> Result<Vec<ComparedPlan>> {
    let theirs = match kind {
        NoticeKind::BetterPrice | NoticeKind::RightSize => false,
        NoticeKind::Competitor => true,
        _ => return Ok(Vec::new()),
    };
    let sheet = offers::sheet::sheet(app, customer_id).await?;
    let plan = |held: offers::HeldPlan| {
        let others = held.others.into_iter().filter(|other| other.source.is_some() == theirs);
        Some(ComparedPlan {
            has: held.name,
            months: held.months,
            cost: held.cost?,
            others: others.map(|other| (other.name, other.cost, other.source.map(|(_, on)| on))).collect(),
        })
    };
    Ok(sheet.held.into_iter().filter_map(plan).collect())
}

/// Whether a notice is about the bill, the plan or the credit that a rule was asked about.
fn is_about(row: &NoticeRow, why: &Why) -> bool {
    match &why.compared {
        Some(compared) => row.subscription_id.as_deref() == Some(compared.subscription_id.as_str()),
        None => row.subject == why.subject,
    }
}

fn is_about_bills(kind: NoticeKind) -> bool {
    kind.is_about_paying()
}

/// Whether only one of both is told about the same thing.
fn exclude_each_other(one: NoticeKind, other: NoticeKind) -> bool {
    let is_switch = |kind| matches!(kind, NoticeKind::BetterPrice | NoticeKind::RightSize);
    one == other || is_about_bills(one) && is_about_bills(other) || is_switch(one) && is_switch(other)
}

/// Whether what was told is told instead.
fn comes_first(row: &NoticeRow, why: &Why) -> bool {
    exclude_each_other(row.kind.0, why.kind) && is_about(row, why)
}

fn verdict(why: &Why, current: &[NoticeRow], told: &[NoticeRow]) -> Verdict {
    let says_this = |row: &&NoticeRow| row.kind.0 == why.kind && row.subject == why.subject && is_about(row, why);
    if let Some(row) = current.iter().find(says_this) {
        return Verdict::Told(row.id.clone());
    }
    if !why.explanation.holds {
        return Verdict::DoesNotHold;
    }
    if let Some(row) = current.iter().find(|row| comes_first(row, why)) {
        return Verdict::OtherComesFirst(row.id.clone());
    }
    match told.iter().find(says_this) {
        Some(row) => Verdict::ToldBefore(row.id.clone(), row.as_of.0),
        None => Verdict::Next,
    }
}

fn matter(why: &Why) -> Matter {
    match &why.compared {
        Some(compared) => Matter::Plan { has: compared.has.clone(), other: compared.other.clone() },
        None if is_about_bills(why.kind) || why.kind == NoticeKind::UnusualBill => {
            Matter::Bill { number: why.subject.clone() }
        }
        None => Matter::Credit { reference: why.subject.clone() },
    }
}

/// What there is not, where no rule of this kind was asked about anything.
fn nothing(kind: NoticeKind, asked: &Asked) -> NothingAbout {
    match kind {
        kind if kind.is_about_paying() && asked.open_bills == 0 => NothingAbout::OpenBill,
        kind if kind.is_about_paying() => NothingAbout::LateFee,
        NoticeKind::UnusualBill => NothingAbout::RecentBill,
        NoticeKind::Credit if asked.credits == 0 => NothingAbout::Credit,
        NoticeKind::Credit => NothingAbout::ExpiringCredit,
        _ if asked.plans == 0 => NothingAbout::Plan,
        NoticeKind::BetterPrice => NothingAbout::CheaperPlan,
        NoticeKind::RightSize => NothingAbout::OtherSize,
        _ => NothingAbout::CheaperProduct,
    }
}
