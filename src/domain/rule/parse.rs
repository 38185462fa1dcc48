//! Reads a condition from JSONLogic text: a strict subset in which every type fits, or all its mistakes with their places.

use super::{
    condition::{Arithmetic, Comparison, Condition, Ends, Literal, Operand},
    mistake::{Mistake, Problem},
    operand::Read,
    reading::{Reading, named, step},
    source::{self, Json, Member, Node},
    types::{Sort, Type},
};
use crate::notice::NoticeKind;

impl Condition {
    /// Reads a condition for rules of `kind`.
    ///
    /// Read are `and`, `or`, `!`, `==` and `===`, `!=` and `!==`, `<`, `<=`, `>`, `>=`, `<` and `<=` with three values for
    /// between, `in` with a written list, `missing`, `var`, `+`, `-`, `*`, `/`, `%`, `min`, `max`, numbers, texts, yes and no,
    /// and dates as ISO text beside a date. Whatever is read here means the same in every other JSONLogic tool, with these
    /// differences, each on purpose:
    ///
    /// - a comparison with a fact that is not known does not hold (others take null for zero);
    /// - nothing is divided by zero: the result is not known (others have infinity);
    /// - numbers are exact (others have floating point), and a result beyond 64 bits is not known.
    pub fn read(text: &str, kind: NoticeKind) -> Result<Condition, Vec<Mistake>> {
        let mut reading = Reading::new(text, kind);
        let condition = match source::read(text) {
            Ok(node) => reading.condition(&node, ""),
            Err((at, problem)) => {
                reading.mistake("", at, problem);
                None
            }
        };
        reading.finish(condition)
    }
}

impl Reading<'_> {
    pub(super) fn condition(&mut self, node: &Node, path: &str) -> Option<Condition> {
        match &node.json {
            Json::YesNo(always) => Some(Condition::Always(*always)),
            Json::Object(members) if !members.is_empty() => {
                let member = self.only_member(members, node, path)?;
                self.operator(member, node, path)
            }
            other => {
                self.mistake(path, node.at, Problem::NotACondition(other.words()));
                None
            }
        }
    }

    /// The one operator of an object in braces.
    pub(super) fn only_member<'n>(
        &mut self,
        members: &'n [Member<'n>],
        node: &Node,
        path: &str,
    ) -> Option<&'n Member<'n>> {
        match members {
            [member] => return Some(member),
            [first, second, ..] if first.name == second.name => {
                self.mistake(path, second.at, Problem::StandsTwice(named(&second.name)));
            }
            _ => self.mistake(path, node.at, Problem::NotOneOperator(members.len())),
        }
        None
    }

    fn operator(&mut self, member: &Member, node: &Node, path: &str) -> Option<Condition> {
        let name = member.name.as_str();
        let inside = step(path, name);
        if let Some(comparison) = Comparison::of_symbol(name) {
            return self.comparison(comparison, member, &inside);
        }
        match name {
            "and" => self.joined(member, &inside).map(Condition::All),
            "or" => self.joined(member, &inside).map(Condition::Any),
            "!" => {
                let parts = parts(&member.value, &inside);
                let [(part, path)] = parts.as_slice() else {
                    self.wrong_number(member, "one condition", parts.len(), &inside);
                    return None;
                };
                self.condition(part, path).map(|part| Condition::Not(Box::new(part)))
            }
            "in" => self.one_of(member, &inside),
            "missing" => self.missing(member, &inside),
            _ if name == "var" || Arithmetic::of_symbol(name).is_some() => self.bare_value(node, path),
            _ => {
                self.unknown_operator(name, path, member.at);
                None
            }
        }
    }

    fn joined(&mut self, member: &Member, path: &str) -> Option<Vec<Condition>> {
        let Json::List(items) = &member.value.json else {
            self.wrong_number(member, "a list of conditions in brackets", 1, path);
            return None;
        };
        if items.is_empty() {
            self.wrong_number(member, "at least one condition", 0, path);
            return None;
        }
        let read: Vec<_> = parts(&member.value, path).iter().map(|(part, path)| self.condition(part, path)).collect();
        read.into_iter().collect()
    }

    /// A yes-or-no fact stands for the condition that it is yes.
    fn bare_value(&mut self, node: &Node, path: &str) -> Option<Condition> {
        let read = self.operand(node, path)?;
        if read.sort != Sort::Of(Type::YesNo) {
            self.mistake(path, node.at, Problem::NotYesOrNo { found: read.sort.words().to_owned() });
            return None;
        }
        let yes = Operand::Literal(Literal::YesNo(true));
        Some(Condition::Compare { left: read.operand, comparison: Comparison::Is, right: yes })
    }

    fn comparison(&mut self, comparison: Comparison, member: &Member, path: &str) -> Option<Condition> {
        let parts = parts(&member.value, path);
        let ends = match comparison {
            Comparison::Below => Some(Ends::Excluded),
            Comparison::AtMost => Some(Ends::Included),
            _ => None,
        };
        let read: Vec<_> = parts.iter().map(|(part, path)| self.operand(part, path)).collect();
        match (parts.len(), ends) {
            (2, _) | (3, Some(_)) => {}
            (found, Some(_)) => self.wrong_number(member, "two values, or three for between", found, path),
            (3, None) if comparison.needs_order() => {
                self.wrong_number(member, "two values; for between write < or <= with three", 3, path);
            }
            (found, None) => self.wrong_number(member, "two values", found, path),
        }
        let read: Vec<Read> = read.into_iter().collect::<Option<_>>()?;
        match (<[Read; 2]>::try_from(read), ends) {
            (Ok(mut both), _) => {
                self.agree(&mut both, comparison.needs_order())?;
                let [left, right] = both.map(|read| read.operand);
                Some(Condition::Compare { left, comparison, right })
            }
            (Err(read), Some(ends)) => {
                let mut three = <[Read; 3]>::try_from(read).ok()?;
                self.agree(&mut three, true)?;
                self.something_lies_between(&three, ends)?;
                let [low, value, high] = three.map(|read| read.operand);
                Some(Condition::Between { low, value, high, ends })
            }
            (Err(_), None) => None,
        }
    }

    fn something_lies_between(&mut self, [low, value, high]: &[Read; 3], ends: Ends) -> Option<()> {
        let order = match (&low.operand, &high.operand) {
            (Operand::Literal(Literal::Number(low)), Operand::Literal(Literal::Number(high))) => {
                low.exact().order(high.exact())
            }
            (Operand::Literal(Literal::Date(low)), Operand::Literal(Literal::Date(high))) => low.cmp(high),
            _ => return Some(()),
        };
        if order.is_lt() || (order.is_eq() && ends == Ends::Included) {
            return Some(());
        }
        let problem = Problem::NothingBetween { low: low.operand.written(), high: high.operand.written() };
        self.mistake(&value.path, low.at, problem);
        None
    }

    fn one_of(&mut self, member: &Member, path: &str) -> Option<Condition> {
        let parts = parts(&member.value, path);
        let [(value, value_path), (list, list_path)] = parts.as_slice() else {
            self.wrong_number(member, "a value and a list", parts.len(), path);
            return None;
        };
        let value = self.operand(value, value_path);
        let Json::List(items) = &list.json else {
            self.mistake(list_path, list.at, Problem::NotAList);
            return None;
        };
        if items.is_empty() {
            self.mistake(list_path, list.at, Problem::EmptyList);
            return None;
        }
        let value = value?;
        let mut literals = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            let item_path = format!("{list_path}/{at}");
            literals.push(self.list_item(item, &item_path, &value));
        }
        self.asks_a_fact(&value)?;
        let list = literals.into_iter().collect::<Option<_>>()?;
        Some(Condition::OneOf { value: value.operand, list })
    }

    fn list_item(&mut self, item: &Node, path: &str, value: &Read) -> Option<Literal> {
        if matches!(item.json, Json::Object(_) | Json::List(_)) {
            self.mistake(path, item.at, Problem::NotAList);
            return None;
        }
        let mut read = self.operand(item, path)?;
        self.fit(&mut read, value)?;
        match read.operand {
            Operand::Literal(literal) => Some(literal),
            Operand::Fact(_) | Operand::Reckoned { .. } => None,
        }
    }

    fn missing(&mut self, member: &Member, path: &str) -> Option<Condition> {
        let parts = parts(&member.value, path);
        if parts.is_empty() {
            self.wrong_number(member, "at least one fact", 0, path);
            return None;
        }
        let facts: Vec<_> = parts.iter().map(|(part, path)| self.fact_name(part, path)).collect();
        facts.into_iter().collect::<Option<_>>().map(Condition::Missing)
    }

    pub(super) fn wrong_number(&mut self, member: &Member, takes: &str, found: usize, path: &str) {
        let problem = Problem::WrongNumberOfParts { operator: named(&member.name), takes: takes.to_owned(), found };
        self.mistake(path, member.value.at, problem);
    }
}

/// The parts of an operator with their paths; JSONLogic lets a single one stand without brackets.
pub(super) fn parts<'n>(value: &'n Node<'n>, path: &str) -> Vec<(&'n Node<'n>, String)> {
    match &value.json {
        Json::List(items) => items.iter().enumerate().map(|(at, item)| (item, format!("{path}/{at}"))).collect(),
        _ => vec![(value, path.to_owned())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<String> {
        Condition::read(text, NoticeKind::FeeWarning).expect_err(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_json_logic_lets_stand_in_two_ways_is_read_alike() {
        for (left, right) in [
            (r#"{"!": {"var": "bill_is_disputed"}}"#, r#"{"!": [{"==": [{"var": ["bill_is_disputed"]}, true]}]}"#),
            (r#"{"===": [{"var": "late_fee"}, 500]}"#, r#"{"==": [{"var": "late_fee"}, 500.0]}"#),
            (r#"{"missing": "late_fee"}"#, r#"{"missing": ["late_fee"]}"#),
            (
                r#"{"<": [{"-": {"var": "late_fee"}}, 0]}"#,
                "{\n\t\"<\": [ {\"-\": [{\"var\": \"late_f\\u0065e\"}]} , -0 ] }",
            ),
        ] {
            let read = |text| Condition::read(text, NoticeKind::FeeWarning).unwrap();
            assert_eq!(read(left), read(right), "{left}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused_at_its_place() {
        for (text, mistake) in [
            ("", "line 1, column 1: this is not JSON: it ends too early"),
            (
                "3",
                "line 1, column 1: here a condition is needed, such as {\"<=\": [{\"var\": \"days_until_due\"}, 3]}, but this is the number 3",
            ),
            (
                "[true]",
                "line 1, column 1: here a condition is needed, such as {\"<=\": [{\"var\": \"days_until_due\"}, 3]}, but this is a list",
            ),
            (
                r#"{"and": [true], "or": [true]}"#,
                "line 1, column 1: an operator in braces stands alone, but here are 2: join conditions with \"and\" or \"or\"",
            ),
            (r#"{"and": [true], "and": [true]}"#, "line 1, column 17: \"and\" stands twice"),
            (r#"{"adn": [true]}"#, "line 1, column 2: \"adn\" is not an operator; did you mean \"and\"?"),
            (r#"{"=<": [1, 2]}"#, "line 1, column 2: \"=<\" is not an operator; did you mean \"<=\"?"),
            (r#"{"frobnicate": [1]}"#, "line 1, column 2: \"frobnicate\" is not an operator"),
            (
                r#"{"if": [true, true, false]}"#,
                "line 1, column 2: \"if\" is JSONLogic, but not used in rules: write what must hold with \"and\" and \"or\"",
            ),
            (r#"{"and": []}"#, "line 1, column 9 (/and): \"and\" takes at least one condition, but here are 0"),
            (
                r#"{"and": true}"#,
                "line 1, column 9 (/and): \"and\" takes a list of conditions in brackets, but here is 1",
            ),
            (r#"{"!": [true, true]}"#, "line 1, column 7 (/!): \"!\" takes one condition, but here are 2"),
            (
                r#"{"<=": [{"var": "late_fee"}]}"#,
                "line 1, column 8 (/<=): \"<=\" takes two values, or three for between, but here is 1",
            ),
            (
                r#"{">": [3, {"var": "late_fee"}, 1]}"#,
                "line 1, column 7 (/>): \">\" takes two values; for between write < or <= with three, but here are 3",
            ),
            (
                r#"{"var": "late_fee"}"#,
                "line 1, column 1: this gives money, but here yes or no is needed: compare it with something",
            ),
            (
                r#"{"in": [{"var": "late_fee"}, 5]}"#,
                "line 1, column 30 (/in/1): the list after \"in\" is of written values in brackets, such as [30, 7, 1]",
            ),
            (
                r#"{"in": [{"var": "late_fee"}, []]}"#,
                "line 1, column 30 (/in/1): this list is empty, so nothing could ever be in it",
            ),
            (r#"{"missing": []}"#, "line 1, column 13 (/missing): \"missing\" takes at least one fact, but here are 0"),
            (r#"{"missing": [3]}"#, "line 1, column 14 (/missing/0): here the name of a fact is needed, in quotes"),
            (r#"{"<=": [5, {"var": "late_fee"}, 3]}"#, "line 1, column 9 (/<=/1): nothing lies between 5 and 3"),
            (
                r#"{"==": [1, 1]}"#,
                "line 1, column 9 (/==/0): this compares written values with each other: name a fact in it",
            ),
        ] {
            assert_eq!(mistakes(text), [mistake], "{text}");
        }
    }

    #[test]
    fn every_mistake_is_listed_in_the_order_of_the_text() {
        let text = r#"{"and": [
  {"<=": [{"var": "days_untill_due"}, 3]},
  {">": [{"var": "customer_tier"}, "gold"]},
  {"==": [{"var": "late_fee"}, "5"]},
  {"nor": [true]},
  {"!": [{"var": "saving"}]}
]}"#;
        assert_eq!(
            mistakes(text),
            [
                "line 2, column 19 (/and/0/<=/0/var): \"days_untill_due\" is not a fact; did you mean \"days_until_due\"?",
                "line 3, column 18 (/and/1/>/0/var): Candor treats every customer alike: there is no fact about what a \
                 customer is worth, so customer_tier cannot be asked; ask about the bill, the use or the price",
                "line 4, column 32 (/and/2/==/1): late_fee and \"5\" cannot be compared: late_fee is money, \"5\" is text",
                "line 5, column 4 (/and/3): \"nor\" is not an operator; did you mean \"or\"?",
                "line 6, column 18 (/and/4/!/0/var): saving is about a price compared with another, and a fee_warning rule \
                 looks at a bill, where that is not known",
            ]
        );
    }
}
