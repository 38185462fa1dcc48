//! Which rules hold on a day, and publishing a version.

use std::fmt;

use jiff::civil::Date;

use super::store;
use crate::{
    domain::{
        notice::NoticeKind,
        rule::{Bits, Block, Compiled, Fact, Rule, Subject, Texts},
    },
    error::{AppError, Refusal, Result},
    server::{db::Conn, state::AppState},
};

/// The rules in force on a day, by kind and priority, and made ready to be asked about many subjects at once.
#[derive(Clone)]
pub struct RulesInForce {
    rules: Vec<Rule>,
    /// In the same order.
    compiled: Vec<Compiled>,
    texts: Texts,
}

/// What is made from the rules says nothing more about them.
impl fmt::Debug for RulesInForce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rules.fmt(f)
    }
}

impl From<Vec<Rule>> for RulesInForce {
    fn from(rules: Vec<Rule>) -> Self {
        let mut texts = Texts::default();
        let compiled = rules.iter().map(|rule| Compiled::new(&rule.condition, &mut texts)).collect();
        Self { rules, compiled, texts }
    }
}

impl RulesInForce {
    /// Of all versions, those in force on `day`.
    pub fn of(versions: &[Rule], day: Date) -> Self {
        Rule::all_in_force(versions, day).into_iter().cloned().collect::<Vec<_>>().into()
    }

    /// One rule alone.
    pub fn only(rule: Rule) -> Self {
        vec![rule].into()
    }

    /// Those of one kind alone.
    pub fn of_one_kind(&self, kind: NoticeKind) -> Self {
        self.of_kind(kind).cloned().collect::<Vec<_>>().into()
    }

    /// The highest priority first.
    pub fn of_kind(&self, kind: NoticeKind) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.kind == kind)
    }

    /// Whether one of them asks what a customer was told before.
    pub fn ask_what_was_told(&self) -> bool {
        let is_about_told = |fact: &Fact| matches!(fact, Fact::DaysSinceTold | Fact::TimesTold);
        self.compiled.iter().any(|compiled| compiled.facts().iter().any(is_about_told))
    }

    /// For each subject, in order, the rule with the highest priority that holds, of those that `asked` chooses.
    pub fn that_hold<S: Subject>(
        &self,
        asked: impl Fn(&Rule) -> bool,
        subjects: impl IntoIterator<Item = S>,
    ) -> Vec<Option<&Rule>> {
        let all = self.rules.iter().zip(&self.compiled);
        let rules: Vec<(&Rule, &Compiled)> = all.filter(|(rule, _)| asked(rule)).collect();
        let mut texts = self.texts.clone();
        let mut block = Block::new(rules.iter().flat_map(|(_, compiled)| compiled.facts()).copied());
        let mut held = Vec::new();
        for subject in subjects {
            if block.is_full() {
                held.extend(first_that_hold(&rules, &block));
                block.clear();
            }
            block.push(&subject, &mut texts);
        }
        held.extend(first_that_hold(&rules, &block));
        held
    }
}

/// For each row, the first of the rules that holds.
fn first_that_hold<'r>(rules: &[(&'r Rule, &Compiled)], block: &Block) -> Vec<Option<&'r Rule>> {
    let mut first = vec![None; block.rows()];
    let mut left = Bits::first(block.rows());
    for (rule, compiled) in rules {
        if left.is_none() {
            break;
        }
        let held = compiled.run(block).and(&left);
        held.rows().for_each(|row| first[row] = Some(*rule));
        left = left.and(&held.not());
    }
    first
}

/// Every version that was made by the end of `as_of`, with those that Candor comes with.
pub async fn versions(conn: &mut Conn<'_>, as_of: Date) -> Result<Vec<Rule>> {
    let mut rules: Vec<Rule> = NoticeKind::ALL.into_iter().map(Rule::usual).collect();
    for body in store::made_by(conn, as_of).await? {
        rules.push(Rule::read(&body).map_err(|mistakes| AppError::internal(in_words(&mistakes)))?);
    }
    Ok(rules)
}

/// One version of a rule; nothing where there is none.
pub async fn version(conn: &mut Conn<'_>, id: &str, version: i64) -> Result<Option<Rule>> {
    let mut versions = versions(conn, Date::MAX).await?.into_iter();
    Ok(versions.find(|rule| rule.id == id && rule.version == version))
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
