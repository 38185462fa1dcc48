//! Turns a condition into tests over columns: typed, with every constant worked out.

use super::{
    block::{Texts, date_code},
    condition::{Arithmetic, Comparison, Condition, Ends, Literal, Operand},
    evaluate::Known,
    exact::Exact,
    fact::Fact,
    types::Type,
    value::{Facts, PARTS_OF_A_PERCENT},
};
use crate::money::Currency;

/// A condition made ready to run on blocks. It is right for columns filled with the same [`Texts`].
#[derive(Clone, Debug)]
pub struct Compiled {
    pub(super) test: Test,
    facts: Vec<Fact>,
}

#[derive(Clone, Debug)]
pub(super) enum Test {
    Always(bool),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// Known, and from `low` to `high`.
    Within {
        fact: Fact,
        low: i64,
        high: i64,
    },
    /// Known, and not from `low` to `high`.
    Outside {
        fact: Fact,
        low: i64,
        high: i64,
    },
    /// The list is sorted.
    OneOf {
        fact: Fact,
        list: Vec<i64>,
    },
    /// The number is one of the list.
    OneOfNumbers {
        value: Formula,
        list: Vec<Exact>,
    },
    /// Two facts of one type.
    Facts {
        left: Fact,
        comparison: Comparison,
        right: Fact,
    },
    Numbers {
        left: Formula,
        comparison: Comparison,
        right: Formula,
    },
    Missing(Vec<Fact>),
}

#[derive(Clone, Debug)]
pub(super) enum Formula {
    /// The column divided by `parts`.
    Fact {
        fact: Fact,
        parts: i64,
    },
    Constant(Exact),
    Negated(Box<Formula>),
    /// From left to right. A list and not a tree, so that a long sum is no deeper than a short one.
    Reckoned {
        operator: Arithmetic,
        first: Box<Formula>,
        rest: Vec<Formula>,
    },
}

impl Compiled {
    pub fn new(condition: &Condition, texts: &mut Texts) -> Self {
        Self { test: Test::of(condition, texts), facts: condition.facts() }
    }

    /// The columns it reads.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }
}

impl Test {
    fn of(condition: &Condition, texts: &mut Texts) -> Test {
        match condition {
            Condition::Always(always) => Test::Always(*always),
            Condition::All(parts) => Test::All(cheapest_first(parts.iter().map(|part| Test::of(part, texts)))),
            Condition::Any(parts) => Test::Any(cheapest_first(parts.iter().map(|part| Test::of(part, texts)))),
            Condition::Not(part) => Test::Not(Box::new(Test::of(part, texts))),
            Condition::Compare { left, comparison, right } => Test::compare(left, *comparison, right, texts),
            Condition::Between { low, value, high, ends } => {
                let comparison = match ends {
                    Ends::Included => Comparison::AtMost,
                    Ends::Excluded => Comparison::Below,
                };
                let above = Test::compare(low, comparison, value, texts);
                let below = Test::compare(value, comparison, high, texts);
                above.and(below)
            }
            Condition::OneOf { value: Operand::Fact(fact), list } => {
                let mut codes: Vec<i64> = list.iter().filter_map(|item| code(item, *fact, texts)).collect();
                codes.sort_unstable();
                codes.dedup();
                Test::OneOf { fact: *fact, list: codes }
            }
            Condition::OneOf { value, list } => match Formula::of(value) {
                Some(value) => Test::OneOfNumbers { value, list: list.iter().filter_map(number).collect() },
                None => Test::Always(false),
            },
            Condition::Missing(facts) => Test::Missing(facts.clone()),
        }
    }

    fn compare(left: &Operand, comparison: Comparison, right: &Operand, texts: &mut Texts) -> Test {
        match (left, right) {
            (Operand::Fact(left), Operand::Fact(right)) => Test::facts(*left, comparison, *right),
            (Operand::Fact(fact), fixed) if !fixed.has_fact() => Test::range(*fact, comparison, fixed, texts),
            (fixed, Operand::Fact(fact)) if !fixed.has_fact() => Test::range(*fact, comparison.turned(), fixed, texts),
            _ => match (Formula::of(left), Formula::of(right)) {
                (Some(left), Some(right)) => Test::Numbers { left, comparison, right },
                _ => Test::Always(false),
            },
        }
    }

    fn facts(left: Fact, comparison: Comparison, right: Fact) -> Test {
        if left.is() == right.is() { Test::Facts { left, comparison, right } } else { Test::Always(false) }
    }

    /// A fact beside what is fixed: whatever the comparison, a range of codes.
    fn range(fact: Fact, comparison: Comparison, fixed: &Operand, texts: &mut Texts) -> Test {
        let (floor, is_whole) = match fixed {
            Operand::Literal(literal @ (Literal::Text(_) | Literal::Date(_) | Literal::YesNo(_))) => {
                match code(literal, fact, texts) {
                    Some(code) => (i128::from(code), true),
                    None => return Test::Always(false),
                }
            }
            _ => match (constant(fixed), fact.is().is_number()) {
                (Some(number), true) => scaled(number, parts(fact)),
                _ => return Test::Always(false),
            },
        };
        let lowest = i128::from(i64::MIN);
        let highest = i128::from(i64::MAX);
        let next = floor + i128::from(!is_whole);
        let (low, high) = match comparison {
            Comparison::Is | Comparison::IsNot => (next, floor),
            Comparison::Below => (lowest, next - 1),
            Comparison::AtMost => (lowest, floor),
            Comparison::Above => (floor + 1, highest),
            Comparison::AtLeast => (next, highest),
        };
        let is_outside = comparison == Comparison::IsNot;
        match (low.max(lowest), high.min(highest)) {
            (low, high) if low > high && is_outside => Test::Within { fact, low: i64::MIN, high: i64::MAX },
            (low, high) if low > high => Test::Always(false),
            (low, high) if is_outside => Test::Outside { fact, low: low as i64, high: high as i64 },
            (low, high) => Test::Within { fact, low: low as i64, high: high as i64 },
        }
    }

    /// Both hold; two ranges of one fact are one.
    fn and(self, other: Test) -> Test {
        match (self, other) {
            (Test::Within { fact, low, high }, Test::Within { fact: same, low: other_low, high: other_high })
                if fact == same =>
            {
                let (low, high) = (low.max(other_low), high.min(other_high));
                if low > high { Test::Always(false) } else { Test::Within { fact, low, high } }
            }
            (left, right) => Test::All(vec![left, right]),
        }
    }

    fn cost(&self) -> usize {
        match self {
            Test::Always(_) => 0,
            Test::Missing(_) | Test::Within { .. } | Test::Outside { .. } => 1,
            Test::Facts { .. } => 2,
            Test::OneOf { list, .. } => 1 + list.len().min(16),
            Test::Not(part) => part.cost(),
            Test::All(parts) | Test::Any(parts) => parts.iter().map(Test::cost).sum(),
            Test::OneOfNumbers { value, list } => value.cost() + list.len(),
            Test::Numbers { left, right, .. } => left.cost() + right.cost(),
        }
    }
}

impl Formula {
    /// Nothing where it is not a number, or a constant in it has no value.
    fn of(operand: &Operand) -> Option<Formula> {
        if !operand.has_fact() {
            return constant(operand).map(Formula::Constant);
        }
        match operand {
            Operand::Fact(fact) if fact.is().is_number() => Some(Formula::Fact { fact: *fact, parts: parts(*fact) }),
            Operand::Fact(_) | Operand::Literal(_) => None,
            Operand::Reckoned { operator, parts } => {
                let mut formulas = parts.iter().map(Formula::of);
                let first = formulas.next()??;
                if parts.len() == 1 && *operator == Arithmetic::Minus {
                    return Some(Formula::Negated(Box::new(first)));
                }
                let rest = formulas.collect::<Option<_>>()?;
                Some(Formula::Reckoned { operator: *operator, first: Box::new(first), rest })
            }
        }
    }

    fn cost(&self) -> usize {
        match self {
            Formula::Fact { parts, .. } => *parts.min(&2) as usize,
            Formula::Constant(_) => 1,
            Formula::Negated(part) => 4 + part.cost(),
            Formula::Reckoned { first, rest, .. } => {
                first.cost() + rest.iter().map(|part| 4 + part.cost()).sum::<usize>()
            }
        }
    }
}

/// In which parts a column counts a fact: percent in ten-thousandths, all else whole.
fn parts(fact: Fact) -> i64 {
    if fact.is() == Type::Percent { PARTS_OF_A_PERCENT } else { 1 }
}

/// The value of an operand that asks no fact.
fn constant(operand: &Operand) -> Option<Exact> {
    let nothing = Facts::new(Currency::EUR);
    match operand.value(&nothing) {
        Some(Known::Number(number)) => Some(number),
        _ => None,
    }
}

fn number(literal: &Literal) -> Option<Exact> {
    match literal {
        Literal::Number(number) => Some(number.exact()),
        _ => None,
    }
}

/// `number` times `parts`, rounded down, and whether that was exact.
fn scaled(number: Exact, parts: i64) -> (i128, bool) {
    let (above, below) = number.parts();
    let (above, below) = (i128::from(above) * i128::from(parts), i128::from(below));
    (above.div_euclid(below), above.rem_euclid(below) == 0)
}

/// A written value as the column of `fact` holds it; nothing where the column can never hold it.
fn code(literal: &Literal, fact: Fact, texts: &mut Texts) -> Option<i64> {
    match (literal, fact.is()) {
        (Literal::Number(number), of) if of.is_number() => {
            let (floor, is_whole) = scaled(number.exact(), parts(fact));
            if is_whole { i64::try_from(floor).ok() } else { None }
        }
        (Literal::Text(text), Type::Text) => Some(texts.number(text)),
        (Literal::Date(date), Type::Date) => Some(date_code(*date)),
        (Literal::YesNo(yes), Type::YesNo) => Some(i64::from(*yes)),
        _ => None,
    }
}

/// In which order parts are tried changes nothing but the time it takes.
fn cheapest_first(tests: impl Iterator<Item = Test>) -> Vec<Test> {
    let mut tests: Vec<Test> = tests.collect();
    tests.sort_by_key(Test::cost);
    tests
}
