//! A condition over facts: what holds, or does not, where a rule is asked.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::{fact::Fact, number::Number};

/// Holds or does not; there is no third answer. Whatever compares a fact that is not known does not hold, `IsNot` included:
/// ask with [`Condition::Missing`] where not knowing matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    Always(bool),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare {
        left: Operand,
        comparison: Comparison,
        right: Operand,
    },
    Between {
        low: Operand,
        value: Operand,
        high: Operand,
        /// Whether the ends themselves count.
        ends: Ends,
    },
    OneOf {
        value: Operand,
        list: Vec<Literal>,
    },
    /// At least one of these is not known.
    Missing(Vec<Fact>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    Included,
    Excluded,
}

/// Something with a value, unless a fact in it is not known or it divides by zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    Fact(Fact),
    Literal(Literal),
    /// From left to right; one part alone is only taken by [`Arithmetic::Minus`], which turns its sign.
    Reckoned {
        operator: Arithmetic,
        parts: Vec<Operand>,
    },
}

/// A value that was written down.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Literal {
    Number(Number),
    Text(String),
    Date(Date),
    YesNo(bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    Is,
    IsNot,
    Below,
    AtMost,
    Above,
    AtLeast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    Plus,
    Minus,
    Times,
    Over,
    Remainder,
    Least,
    Most,
}

impl Comparison {
    pub const ALL: [Self; 6] = [Self::Is, Self::IsNot, Self::Below, Self::AtMost, Self::Above, Self::AtLeast];

    pub fn symbol(self) -> &'static str {
        match self {
            Self::Is => "==",
            Self::IsNot => "!=",
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        }
    }

    /// `===` and `!==` mean the same here, because types are never mixed.
    pub(super) fn of_symbol(symbol: &str) -> Option<Self> {
        match symbol {
            "===" => Some(Self::Is),
            "!==" => Some(Self::IsNot),
            _ => Self::ALL.into_iter().find(|comparison| comparison.symbol() == symbol),
        }
    }

    /// Whether it needs to know which of two is the larger.
    pub fn needs_order(self) -> bool {
        !matches!(self, Self::Is | Self::IsNot)
    }

    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Is => order.is_eq(),
            Self::IsNot => order.is_ne(),
            Self::Below => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Above => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }

    /// The comparison that says the same with the sides changed.
    pub fn turned(self) -> Self {
        match self {
            Self::Below => Self::Above,
            Self::AtMost => Self::AtLeast,
            Self::Above => Self::Below,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }
}

impl Arithmetic {
    pub const ALL: [Self; 7] =
        [Self::Plus, Self::Minus, Self::Times, Self::Over, Self::Remainder, Self::Least, Self::Most];

    pub fn symbol(self) -> &'static str {
        match self {
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Over => "/",
            Self::Remainder => "%",
            Self::Least => "min",
            Self::Most => "max",
        }
    }

    pub(super) fn of_symbol(symbol: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.symbol() == symbol)
    }

    /// How many parts it takes, as JSONLogic has it.
    pub fn takes(self, parts: usize) -> bool {
        match self {
            Self::Plus | Self::Times | Self::Least | Self::Most => parts >= 2,
            Self::Minus => parts == 1 || parts == 2,
            Self::Over | Self::Remainder => parts == 2,
        }
    }
}

impl Condition {
    /// The facts it asks for, each once, in the order of the catalogue.
    pub fn facts(&self) -> Vec<Fact> {
        let mut facts = Vec::new();
        self.collect(&mut facts);
        facts.sort_unstable();
        facts.dedup();
        facts
    }

    fn collect(&self, facts: &mut Vec<Fact>) {
        match self {
            Condition::Always(_) => {}
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| part.collect(facts)),
            Condition::Not(part) => part.collect(facts),
            Condition::Compare { left, right, .. } => {
                left.collect(facts);
                right.collect(facts);
            }
            Condition::Between { low, value, high, .. } => {
                [low, value, high].into_iter().for_each(|part| part.collect(facts))
            }
            Condition::OneOf { value, .. } => value.collect(facts),
            Condition::Missing(asked) => facts.extend(asked),
        }
    }
}

impl Operand {
    pub(super) fn collect(&self, facts: &mut Vec<Fact>) {
        match self {
            Operand::Fact(fact) => facts.push(*fact),
            Operand::Literal(_) => {}
            Operand::Reckoned { parts, .. } => parts.iter().for_each(|part| part.collect(facts)),
        }
    }

    pub(super) fn has_fact(&self) -> bool {
        match self {
            Operand::Fact(_) => true,
            Operand::Literal(_) => false,
            Operand::Reckoned { parts, .. } => parts.iter().any(Operand::has_fact),
        }
    }
}
