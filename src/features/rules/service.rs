//! Which rules hold on a day, and publishing a version.

use jiff::civil::Date;

use super::store;
use crate::{
    domain::{
        notice::NoticeKind,
        rule::{Facts, Rule},
    },
    error::{AppError, Refusal, Result},
    server::{db::Conn, state::AppState},
};

/// The rules in force on a day, by kind and priority.
#[derive(Clone, Debug)]
pub struct RulesInForce {
    rules: Vec<Rule>,
}

impl RulesInForce {
    /// Of all versions, those in force on `day`.
    pub fn of(versions: &[Rule], day: Date) -> Self {
        Self { rules: Rule::all_in_force(versions, day).into_iter().cloned().collect() }
    }

    /// One rule alone.
    pub fn only(rule: Rule) -> Self {
        Self { rules: vec![rule] }
    }

    /// Those of one kind alone.
    pub fn of_one_kind(&self, kind: NoticeKind) -> Self {
        Self { rules: self.of_kind(kind).cloned().collect() }
    }

    /// The rule of this kind with the highest priority that holds for what is known.
    pub fn that_holds(&self, kind: NoticeKind, facts: &Facts) -> Option<&Rule> {
        self.of_kind(kind).find(|rule| rule.condition.holds(facts))
    }

    /// The highest priority first.
    pub fn of_kind(&self, kind: NoticeKind) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.kind == kind)
    }
}

/// Every version that was made by the end of `as_of`, with those that Candor comes with.
pub async fn versions(conn: &mut Conn<'_>, as_of: Date) -> Result<Vec<Rule>> {
    let mut rules: Vec<Rule> = NoticeKind::ALL.into_iter().map(Rule::usual).collect();
    for body in store::made_by(conn, as_of).await? {
        rules.push(Rule::read(&body).map_err(|mistakes| AppError::internal(in_words(&mistakes)))?);
    }
    Ok(rules)
}

/// The rules in force on `day`, as they were known then.
pub async fn in_force(conn: &mut Conn<'_>, day: Date) -> Result<RulesInForce> {
    Ok(RulesInForce::of(&versions(conn, day).await?, day))
}

/// Makes the next version of the rule's id and gives its number. It holds from its first day on, which may not have
/// passed: what was told under the old version stays told.
pub async fn publish(app: &AppState, rule: &Rule) -> Result<i64> {
    let today = app.clock.today_in(&app.config.time_zone);
    let (made_at, usual) = (app.clock.now_ms(), Rule::usual(rule.kind));
    let rule = Rule { starts_on: rule.starts_on.max(today), ..rule.clone() };
    if rule.ends_on.is_some_and(|end| end < rule.starts_on) {
        return Err(AppError::Refused(Refusal::RuleHasEnded));
    }
    let is_added = app
        .db
        .write(async |conn: &mut Conn<'_>| {
            // An id stays with its kind: a rule that took over another's would silence it.
            if versions(conn, Date::MAX).await?.iter().any(|other| other.id == rule.id && other.kind != rule.kind) {
                return Err(AppError::Refused(Refusal::RuleOfAnotherKind));
            }
            // The rule Candor comes with is version 1 of its id.
            let first = i64::from(usual.id == rule.id);
            let version = store::newest(conn, &rule.id).await?.unwrap_or(first) + 1;
            let body = Rule { version, ..rule.clone() }.to_json();
            let new = store::NewVersion { id: &rule.id, version, body: &body, made_on: today, made_at };
            Ok::<_, AppError>(store::add(conn, new).await?.then_some(version))
        })
        .await?;
    is_added.ok_or(AppError::Refused(Refusal::RuleJustChanged))
}

/// Each mistake on a line of its own.
pub fn in_words(mistakes: &[crate::domain::rule::Mistake]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
