//! The state while a rule is read: which kind of rule it is and every mistake found so far.

use super::{
    condition::{Arithmetic, Comparison},
    fact::Fact,
    mistake::{Mistake, Problem, shown},
    source, worth,
};
use crate::{nearest::nearest, notice::NoticeKind};

/// Nobody reads more at once.
const MOST_MISTAKES: usize = 100;

/// Operators that join, ask or look up; the comparisons and the arithmetic name themselves.
const OTHER_OPERATORS: [&str; 6] = ["and", "or", "!", "in", "missing", "var"];

pub(super) struct Reading<'s> {
    pub kind: NoticeKind,
    source: &'s str,
    mistakes: Vec<Mistake>,
}

impl<'s> Reading<'s> {
    pub fn new(source: &'s str, kind: NoticeKind) -> Self {
        Self { kind, source, mistakes: Vec::new() }
    }

    /// Notes a mistake; `at` is its place in bytes.
    pub fn mistake(&mut self, path: &str, at: usize, problem: impl Into<Problem>) {
        let problem = match self.mistakes.len() {
            0..MOST_MISTAKES => problem.into(),
            MOST_MISTAKES => Problem::MoreMistakes,
            _ => return,
        };
        let (line, column) = source::place(self.source, at);
        self.mistakes.push(Mistake { path: path.to_owned(), line, column, problem });
    }

    /// What was read, where nothing was wrong; else every mistake in the order of the text.
    pub fn finish<T>(mut self, read: Option<T>) -> Result<T, Vec<Mistake>> {
        match read {
            Some(read) if self.mistakes.is_empty() => Ok(read),
            _ => {
                self.mistakes
                    .sort_by_key(|mistake| (mistake.problem == Problem::MoreMistakes, mistake.line, mistake.column));
                Err(self.mistakes)
            }
        }
    }

    /// The fact of this name, where such a rule can know it.
    pub fn fact(&mut self, name: &str, path: &str, at: usize) -> Option<Fact> {
        let problem = match Fact::named(name) {
            Some(fact) if self.kind.knows(fact.about()) => return Some(fact),
            Some(fact) => Problem::FactOfAnotherKind {
                fact: fact.name().to_owned(),
                about: fact.about().words().to_owned(),
                kind: self.kind,
                subject: self.kind.subject().to_owned(),
            },
            None if worth::asks(name) => Problem::AboutWorth(shown(name)),
            None => Problem::UnknownFact { name: named(name), nearest: near(name, self.kind.facts().map(Fact::name)) },
        };
        self.mistake(path, at, problem);
        None
    }

    pub fn unknown_operator(&mut self, name: &str, path: &str, at: usize) {
        let problem = match instead(name) {
            Some(instead) => Problem::NotUsed { name: named(name), instead: instead.to_owned() },
            None => Problem::UnknownOperator {
                name: named(name),
                nearest: usual_slip(name).or_else(|| near_operator(name)),
            },
        };
        self.mistake(path, at, problem);
    }
}

/// A name from outside as an error shows it.
pub(super) fn named(name: &str) -> String {
    format!("\"{}\"", shown(name))
}

/// The nearest known name, as an error shows it.
pub(super) fn near<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    nearest(name, known).map(|known| format!("\"{known}\""))
}

/// A step of a JSON pointer.
pub(super) fn step(path: &str, name: &str) -> String {
    format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Signs other languages use for the same.
fn usual_slip(name: &str) -> Option<String> {
    let meant = match name {
        "=" => "==",
        "<>" => "!=",
        "=<" => "<=",
        "=>" => ">=",
        "&&" | "&" => "and",
        "||" | "|" => "or",
        "not" => "!",
        "mod" => "%",
        _ => return None,
    };
    Some(format!("\"{meant}\""))
}

fn near_operator(name: &str) -> Option<String> {
    let comparisons = Comparison::ALL.into_iter().map(Comparison::symbol);
    let arithmetic = Arithmetic::ALL.into_iter().map(Arithmetic::symbol);
    near(name, OTHER_OPERATORS.into_iter().chain(comparisons).chain(arithmetic))
}

/// What to write in place of an operator that JSONLogic has and rules do not.
fn instead(name: &str) -> Option<&'static str> {
    match name {
        "if" | "?:" => Some("write what must hold with \"and\" and \"or\""),
        "!!" => Some("write the condition itself"),
        "between" => Some("write {\"<=\": [low, value, high]}"),
        "missing_some" => Some("ask with \"missing\" for each and join them with \"or\""),
        "all" => Some("join the conditions with \"and\""),
        "some" | "none" => Some("join the conditions with \"or\""),
        "map" | "filter" | "reduce" | "merge" => Some("every fact is one value, so there are no lists to work on"),
        "cat" | "substr" => Some("texts are compared whole"),
        "log" | "method" | "throw" | "try" => Some("a rule only says what holds"),
        _ => None,
    }
}
