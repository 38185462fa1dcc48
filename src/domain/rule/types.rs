//! The types of facts and what may be reckoned or compared with what.

use serde::{Deserialize, Serialize};

use super::condition::{Arithmetic, Literal, Operand};

/// What kind of thing a fact is. In a rule money is written in minor units (500 for 5.00) and a percentage in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    Money,
    Days,
    Count,
    Percent,
    Date,
    Text,
    YesNo,
}

impl Type {
    pub fn words(self) -> &'static str {
        match self {
            Type::Money => "money",
            Type::Days => "a number of days",
            Type::Count => "a count",
            Type::Percent => "a percentage",
            Type::Date => "a date",
            Type::Text => "text",
            Type::YesNo => "yes or no",
        }
    }

    pub fn is_number(self) -> bool {
        matches!(self, Type::Money | Type::Days | Type::Count | Type::Percent)
    }

    /// Whether one can be below another.
    pub fn has_order(self) -> bool {
        !matches!(self, Type::Text | Type::YesNo)
    }
}

/// The type of a value inside a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Of(Type),
    /// What is left when a thing is divided by its like.
    Ratio,
    /// A number that was written down; it takes the type of what it stands beside.
    Plain,
}

impl Sort {
    pub fn words(self) -> &'static str {
        match self {
            Sort::Of(of) => of.words(),
            Sort::Ratio => "a ratio",
            Sort::Plain => "a number",
        }
    }

    pub fn is_number(self) -> bool {
        match self {
            Sort::Of(of) => of.is_number(),
            Sort::Ratio | Sort::Plain => true,
        }
    }

    /// The type of both where they may be compared, added or taken from each other.
    pub fn beside(self, other: Sort) -> Option<Sort> {
        match (self, other) {
            (left, right) if left == right => Some(left),
            (Sort::Plain, typed) | (typed, Sort::Plain) if typed.is_number() => Some(typed),
            _ => None,
        }
    }

    /// A percentage is a number of percent, as in any other JSONLogic tool: five percent of a price is not five times the
    /// price, so a percentage is only scaled by numbers and ratios.
    fn times(self, other: Sort) -> Option<Sort> {
        let counted = |of| matches!(of, Type::Money | Type::Days | Type::Count);
        match (self, other) {
            (Sort::Plain, typed) | (typed, Sort::Plain) => Some(typed),
            (Sort::Ratio, typed) | (typed, Sort::Ratio) => Some(typed),
            (Sort::Of(Type::Count), Sort::Of(of)) | (Sort::Of(of), Sort::Of(Type::Count)) if counted(of) => {
                Some(Sort::Of(of))
            }
            _ => None,
        }
    }

    fn over(self, other: Sort) -> Option<Sort> {
        match (self, other) {
            (typed, Sort::Plain) => Some(typed),
            (left, right) if left == right => Some(Sort::Ratio),
            (Sort::Plain, Sort::Ratio | Sort::Of(Type::Count)) => Some(Sort::Ratio),
            (typed, Sort::Ratio) => Some(typed),
            (Sort::Ratio | Sort::Of(Type::Money | Type::Days), Sort::Of(Type::Count)) => Some(self),
            _ => None,
        }
    }

    /// The type of `self operator other`, where that means something.
    pub fn reckoned(self, operator: Arithmetic, other: Sort) -> Option<Sort> {
        if !self.is_number() || !other.is_number() {
            return None;
        }
        match operator {
            Arithmetic::Plus | Arithmetic::Minus | Arithmetic::Least | Arithmetic::Most | Arithmetic::Remainder => {
                self.beside(other)
            }
            Arithmetic::Times => self.times(other),
            Arithmetic::Over => self.over(other),
        }
    }
}

impl Operand {
    /// The type of this operand; nothing where its parts do not fit together.
    pub(super) fn sort(&self) -> Option<Sort> {
        match self {
            Operand::Fact(fact) => Some(Sort::Of(fact.is())),
            Operand::Literal(Literal::Number(_)) => Some(Sort::Plain),
            Operand::Literal(Literal::Text(_)) => Some(Sort::Of(Type::Text)),
            Operand::Literal(Literal::Date(_)) => Some(Sort::Of(Type::Date)),
            Operand::Literal(Literal::YesNo(_)) => Some(Sort::Of(Type::YesNo)),
            Operand::Reckoned { operator, parts } => {
                let (first, rest) = parts.split_first()?;
                rest.iter().try_fold(first.sort()?, |sort, part| sort.reckoned(*operator, part.sort()?))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_means_something_is_reckoned() {
        use Arithmetic::{Over, Plus, Remainder, Times};
        let (money, days, count, percent) =
            (Sort::Of(Type::Money), Sort::Of(Type::Days), Sort::Of(Type::Count), Sort::Of(Type::Percent));
        for (left, operator, right, expected) in [
            (money, Plus, money, Some(money)),
            (money, Plus, Sort::Plain, Some(money)),
            (money, Plus, days, None),
            (money, Plus, Sort::Ratio, None),
            (money, Times, count, Some(money)),
            (money, Times, Sort::Ratio, Some(money)),
            (money, Times, money, None),
            (money, Times, percent, None),
            (money, Times, days, None),
            (percent, Times, Sort::Plain, Some(percent)),
            (count, Times, count, Some(count)),
            (money, Over, money, Some(Sort::Ratio)),
            (money, Over, count, Some(money)),
            (money, Over, Sort::Plain, Some(money)),
            (count, Over, money, None),
            (Sort::Plain, Over, money, None),
            (Sort::Plain, Over, Sort::Plain, Some(Sort::Plain)),
            (days, Remainder, Sort::Plain, Some(days)),
            (Sort::Of(Type::Date), Plus, Sort::Plain, None),
            (Sort::Of(Type::Text), Plus, Sort::Of(Type::Text), None),
        ] {
            assert_eq!(left.reckoned(operator, right), expected, "{left:?} {operator:?} {right:?}");
        }
    }
}
