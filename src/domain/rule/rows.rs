//! A condition as an editor shows it: groups of rows, each a fact, a comparison and a value.

use super::{
    condition::{Comparison, Condition, Ends, Literal, Operand},
    fact::Fact,
    mistake::Mistake,
};
use crate::notice::NoticeKind;

/// Rows of which all, or any, must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub joined: Joined,
    pub lines: Vec<Line>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    All,
    Any,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Row(Row),
    Group(Group),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    Compare {
        fact: Fact,
        comparison: Comparison,
        with: Side,
    },
    /// The ends included.
    Between {
        fact: Fact,
        low: Side,
        high: Side,
    },
    OneOf {
        fact: Fact,
        list: Vec<Literal>,
    },
    IsKnown(Fact),
    IsNotKnown(Fact),
}

/// What a fact is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Side {
    Written(Literal),
    Fact(Fact),
}

impl Group {
    pub fn all(rows: impl IntoIterator<Item = Row>) -> Self {
        Self { joined: Joined::All, lines: rows.into_iter().map(Line::Row).collect() }
    }

    pub fn any(rows: impl IntoIterator<Item = Row>) -> Self {
        Self { joined: Joined::Any, lines: rows.into_iter().map(Line::Row).collect() }
    }

    /// The rows of a condition that has the shape of rows; arithmetic, `!` and the like have not.
    pub fn of(condition: &Condition) -> Option<Group> {
        match condition {
            Condition::All(parts) => Self::joined(Joined::All, parts),
            Condition::Any(parts) => Self::joined(Joined::Any, parts),
            single => Some(Group { joined: Joined::All, lines: vec![Line::Row(Row::of(single)?)] }),
        }
    }

    fn joined(joined: Joined, parts: &[Condition]) -> Option<Group> {
        let line = |part: &Condition| match part {
            Condition::All(_) | Condition::Any(_) => Group::of(part).map(Line::Group),
            row => Row::of(row).map(Line::Row),
        };
        Some(Group { joined, lines: parts.iter().map(line).collect::<Option<_>>()? })
    }

    /// The condition these rows say, not yet checked.
    pub fn condition(&self) -> Condition {
        let line = |line: &Line| match line {
            Line::Row(row) => row.condition(),
            Line::Group(group) => group.condition(),
        };
        let parts = self.lines.iter().map(line).collect();
        match self.joined {
            Joined::All => Condition::All(parts),
            Joined::Any => Condition::Any(parts),
        }
    }

    /// The condition these rows say, where it is right for rules of `kind`. [`line_of`] finds the row of a mistake.
    pub fn checked(&self, kind: NoticeKind) -> Result<Condition, Vec<Mistake>> {
        Condition::read(&self.condition().to_json(), kind)
    }
}

/// Which line a mistake is on: its number in the group, then in the group on that line, and so on, each from 0.
pub fn line_of(mistake: &Mistake) -> Vec<usize> {
    let mut steps = mistake.path.split('/').skip(1);
    let mut lines = Vec::new();
    while let (Some("and" | "or"), Some(line)) = (steps.next(), steps.next()) {
        lines.extend(line.parse::<usize>());
    }
    lines
}

impl Row {
    fn of(condition: &Condition) -> Option<Row> {
        match condition {
            Condition::Compare { left: Operand::Fact(fact), comparison, right } => {
                Some(Row::Compare { fact: *fact, comparison: *comparison, with: Side::of(right)? })
            }
            Condition::Compare { left, comparison, right: Operand::Fact(fact) } => {
                Some(Row::Compare { fact: *fact, comparison: comparison.turned(), with: Side::of(left)? })
            }
            Condition::Between { low, value: Operand::Fact(fact), high, ends: Ends::Included } => {
                Some(Row::Between { fact: *fact, low: Side::of(low)?, high: Side::of(high)? })
            }
            Condition::OneOf { value: Operand::Fact(fact), list } => {
                Some(Row::OneOf { fact: *fact, list: list.clone() })
            }
            Condition::Missing(facts) => match facts.as_slice() {
                [fact] => Some(Row::IsNotKnown(*fact)),
                _ => None,
            },
            Condition::Not(part) => match Row::of(part) {
                Some(Row::IsNotKnown(fact)) => Some(Row::IsKnown(fact)),
                _ => None,
            },
            _ => None,
        }
    }

    fn condition(&self) -> Condition {
        match self {
            Row::Compare { fact, comparison, with } => {
                Condition::Compare { left: Operand::Fact(*fact), comparison: *comparison, right: with.operand() }
            }
            Row::Between { fact, low, high } => Condition::Between {
                low: low.operand(),
                value: Operand::Fact(*fact),
                high: high.operand(),
                ends: Ends::Included,
            },
            Row::OneOf { fact, list } => Condition::OneOf { value: Operand::Fact(*fact), list: list.clone() },
            Row::IsKnown(fact) => Condition::Not(Box::new(Condition::Missing(vec![*fact]))),
            Row::IsNotKnown(fact) => Condition::Missing(vec![*fact]),
        }
    }
}

impl Side {
    fn of(operand: &Operand) -> Option<Side> {
        match operand {
            Operand::Fact(fact) => Some(Side::Fact(*fact)),
            Operand::Literal(literal) => Some(Side::Written(literal.clone())),
            Operand::Reckoned { .. } => None,
        }
    }

    fn operand(&self) -> Operand {
        match self {
            Side::Fact(fact) => Operand::Fact(*fact),
            Side::Written(literal) => Operand::Literal(literal.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(condition: &str) -> Option<Group> {
        Group::of(&Condition::read(condition, NoticeKind::Credit).unwrap())
    }

    #[test]
    fn a_condition_of_rows_is_shown_as_rows_and_back() {
        let condition = r#"{"and":[{">":[{"var":"credit_left"},0]},{"or":[{"<=":[0,{"var":"days_until_expiry"},30]},{"in":[{"var":"times_told"},[0,1]]},{"missing":["times_told"]},{"!":[{"missing":["expires_on"]}]},{"<":[{"var":"credit_left"},{"var":"credit_in_all"}]}]}]}"#;
        let group = rows(condition).unwrap();
        assert_eq!(group.lines.len(), 2);
        assert_eq!(group.condition().to_json(), condition);
        assert_eq!(group.checked(NoticeKind::Credit).map(|checked| checked.to_json()), Ok(condition.to_owned()));
    }

    #[test]
    fn a_value_written_first_is_shown_after_its_fact() {
        let group = rows(r#"{">=": [30, {"var": "days_until_expiry"}]}"#).unwrap();
        assert_eq!(group.condition().to_json(), r#"{"and":[{"<=":[{"var":"days_until_expiry"},30]}]}"#);
    }

    #[test]
    fn what_is_not_rows_is_left_as_text() {
        for condition in [
            r#"{">": [{"*": [{"var": "credit_left"}, 2]}, {"var": "credit_in_all"}]}"#,
            r#"{"!": [{">": [{"var": "credit_left"}, 0]}]}"#,
            r#"{"and": [true]}"#,
            r#"{"<": [0, {"var": "credit_left"}, 5]}"#,
            r#"{"missing": ["credit_left", "expires_on"]}"#,
        ] {
            assert_eq!(rows(condition), None, "{condition}");
        }
    }

    #[test]
    fn a_mistake_is_found_on_its_line() {
        let amount = Row::Compare {
            fact: Fact::CreditLeft,
            comparison: Comparison::Above,
            with: Side::Written(Literal::Text("five".to_owned())),
        };
        let inner = Group::any([Row::IsKnown(Fact::ExpiresOn), amount]);
        let outer =
            Group { joined: Joined::All, lines: vec![Line::Row(Row::IsKnown(Fact::Today)), Line::Group(inner)] };
        let mistakes = outer.checked(NoticeKind::Credit).unwrap_err();
        assert_eq!(mistakes.iter().map(line_of).collect::<Vec<_>>(), [[1, 1]]);
    }
}
