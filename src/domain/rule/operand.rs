//! Reads the values in a condition: facts, written values and arithmetic whose types fit.

use super::{
    condition::{Arithmetic, Comparison, Literal, Operand},
    fact::Fact,
    mistake::{Problem, shown},
    number::Number,
    parse::parts,
    reading::{Reading, step},
    source::{Json, Member, Node},
    types::{Sort, Type},
};

/// Letters of a written text.
const MOST_LETTERS: usize = 200;

/// A value that was read, with its type and its place.
pub(super) struct Read {
    pub operand: Operand,
    pub sort: Sort,
    pub path: String,
    pub at: usize,
}

impl Reading<'_> {
    pub(super) fn operand(&mut self, node: &Node, path: &str) -> Option<Read> {
        let operand = match &node.json {
            Json::Number(number) => match Number::read(number) {
                Ok(number) => Operand::Literal(Literal::Number(number)),
                Err(problem) => {
                    self.mistake(path, node.at, problem);
                    return None;
                }
            },
            Json::Text(text) => Operand::Literal(Literal::Text(self.bounded(text, MOST_LETTERS, node, path)?)),
            Json::YesNo(yes) => Operand::Literal(Literal::YesNo(*yes)),
            Json::Object(members) if !members.is_empty() => {
                let member = self.only_member(members, node, path)?;
                self.value_of_operator(member, path)?
            }
            Json::Null => {
                self.mistake(path, node.at, Problem::NullIsNotAValue);
                return None;
            }
            other => {
                self.mistake(path, node.at, Problem::NotAValue(other.words()));
                return None;
            }
        };
        let sort = operand.sort()?;
        Some(Read { operand, sort, path: path.to_owned(), at: node.at })
    }

    pub(super) fn bounded(&mut self, text: &str, most: usize, node: &Node, path: &str) -> Option<String> {
        let length = text.chars().count();
        if length > most {
            self.mistake(path, node.at, Problem::TextTooLong { length, most });
            return None;
        }
        Some(text.to_owned())
    }

    fn value_of_operator(&mut self, member: &Member, path: &str) -> Option<Operand> {
        let name = member.name.as_str();
        let inside = step(path, name);
        if name == "var" {
            return self.var(&member.value, &inside).map(Operand::Fact);
        }
        if let Some(operator) = Arithmetic::of_symbol(name) {
            return self.reckoned(operator, member, &inside);
        }
        let gives_yes_or_no =
            matches!(name, "and" | "or" | "!" | "in" | "missing") || Comparison::of_symbol(name).is_some();
        if gives_yes_or_no {
            let found = format!("a condition ({name}), which is yes or no");
            self.mistake(path, member.at, Problem::NotAValue(found));
        } else {
            self.unknown_operator(name, path, member.at);
        }
        None
    }

    fn var(&mut self, node: &Node, path: &str) -> Option<Fact> {
        match parts(node, path).as_slice() {
            [(name, path)] => self.fact_name(name, path),
            [_, (default, path), ..] => {
                self.mistake(path, default.at, Problem::NoDefault);
                None
            }
            [] => {
                self.mistake(path, node.at, Problem::NotAFactName);
                None
            }
        }
    }

    pub(super) fn fact_name(&mut self, node: &Node, path: &str) -> Option<Fact> {
        match &node.json {
            Json::Text(name) if !name.is_empty() => self.fact(name, path, node.at),
            _ => {
                self.mistake(path, node.at, Problem::NotAFactName);
                None
            }
        }
    }

    fn reckoned(&mut self, operator: Arithmetic, member: &Member, path: &str) -> Option<Operand> {
        let parts = parts(&member.value, path);
        let read: Vec<_> = parts.iter().map(|(part, path)| self.operand(part, path)).collect();
        if !operator.takes(parts.len()) {
            let takes = match operator {
                Arithmetic::Minus => "one value or two",
                Arithmetic::Over | Arithmetic::Remainder => "two values",
                _ => "at least two values",
            };
            self.wrong_number(member, takes, parts.len(), path);
            return None;
        }
        let read: Vec<Read> = read.into_iter().collect::<Option<_>>()?;
        if let Some(wrong) = read.iter().find(|read| !read.sort.is_number()) {
            let problem =
                Problem::NotANumber { operator: operator.symbol().to_owned(), found: wrong.sort.words().to_owned() };
            self.mistake(&wrong.path, wrong.at, problem);
            return None;
        }
        let mut sort = read.first()?.sort;
        for next in &read[1..] {
            let Some(together) = sort.reckoned(operator, next.sort) else {
                let problem = Problem::NotReckonable {
                    operator: operator.symbol().to_owned(),
                    left_is: sort.words().to_owned(),
                    right_is: next.sort.words().to_owned(),
                    hint: hint(sort, next.sort).to_owned(),
                };
                self.mistake(&next.path, next.at, problem);
                return None;
            };
            sort = together;
        }
        Some(Operand::Reckoned { operator, parts: read.into_iter().map(|read| read.operand).collect() })
    }
}

fn hint(left: Sort, right: Sort) -> &'static str {
    if [left, right].contains(&Sort::Of(Type::Percent)) {
        ": a percentage counts percent, so for a share of money divide money by money and compare with a number such as 0.05"
    } else {
        ""
    }
}

impl Operand {
    /// As an error shows it: short, as it was written.
    pub(super) fn written(&self) -> String {
        match self {
            Operand::Fact(fact) => fact.name().to_owned(),
            other => shown(&other.to_string()),
        }
    }
}
