//! Reads a whole rule from JSON. What is left out is as in the rule of its kind that Candor comes with.

use jiff::civil::Date;

use super::{
    day,
    message::Message,
    mistake::{Mistake, Problem, shown},
    reading::{Reading, named, near, step},
    setting::{Setting, Settings},
    source::{self, Json, Member, Node},
    version::Rule,
};
use crate::notice::NoticeKind;

const FIELDS: [&str; 11] =
    ["id", "kind", "version", "name", "condition", "settings", "words", "priority", "starts_on", "ends_on", "reason"];

const MOST_LETTERS_OF_A_NAME: usize = 120;
const MOST_LETTERS_OF_WORDS: usize = 2_000;
const MOST_PRIORITY: i64 = 1_000;

impl Rule {
    /// Reads a rule; `kind` and `condition` must be there, and version 0, a draft, is what it is where none is given.
    pub fn read(text: &str) -> Result<Rule, Vec<Mistake>> {
        let first_look = |problem, at| {
            let mut reading = Reading::new(text, NoticeKind::FeeWarning);
            reading.mistake("", at, problem);
            reading.finish(None)
        };
        let node = match source::read(text) {
            Ok(node) => node,
            Err((at, problem)) => return first_look(problem, at),
        };
        let Json::Object(members) = &node.json else {
            return first_look(Problem::NotARule, node.at);
        };
        let kind = members.iter().find(|member| member.name == "kind").map(|member| &member.value);
        let known = match kind.map(|kind| &kind.json) {
            Some(Json::Text(name)) => name.parse::<NoticeKind>().ok(),
            _ => None,
        };
        let mut reading = Reading::new(text, known.unwrap_or(NoticeKind::FeeWarning));
        match (known, kind) {
            (Some(_), _) => {}
            (None, Some(kind)) => {
                let name = if let Json::Text(name) = &kind.json { name.as_str() } else { "" };
                let problem = Problem::UnknownKind {
                    name: named(name),
                    nearest: near(name, NoticeKind::ALL.into_iter().map(NoticeKind::name)),
                };
                reading.mistake("/kind", kind.at, problem);
                return reading.finish(None);
            }
            (None, None) => {
                reading.mistake("", node.at, Problem::FieldMissing("kind".to_owned()));
                return reading.finish(None);
            }
        }
        let rule = reading.rule(members, &node);
        reading.finish(rule)
    }
}

impl Reading<'_> {
    fn rule(&mut self, members: &[Member], node: &Node) -> Option<Rule> {
        let mut rule = Rule::usual(self.kind);
        rule.version = 0;
        rule.starts_on = Date::MIN;
        rule.reason = String::new();
        let mut has_condition = false;
        for (at, member) in members.iter().enumerate() {
            let name = member.name.as_str();
            let path = step("", name);
            if members[..at].iter().any(|before| before.name == name) {
                self.mistake("", member.at, Problem::StandsTwice(named(name)));
                continue;
            }
            match name {
                "kind" => {}
                "id" => put(&mut rule.id, self.id(&member.value, &path)),
                "version" => put(&mut rule.version, self.whole(&member.value, &path, 0, 999_999)),
                "name" => put(&mut rule.name, self.text(member, &path, MOST_LETTERS_OF_A_NAME)),
                "condition" => {
                    has_condition = true;
                    put(&mut rule.condition, self.condition(&member.value, &path));
                }
                "settings" => put(&mut rule.settings, self.settings(&member.value, &path)),
                "words" => {
                    let words = self.text(member, &path, MOST_LETTERS_OF_WORDS);
                    let message = words.and_then(|words| Message::read(&words, self, &path, member.value.at));
                    put(&mut rule.words, message);
                }
                "priority" => put(&mut rule.priority, self.whole(&member.value, &path, -MOST_PRIORITY, MOST_PRIORITY)),
                "starts_on" => put(&mut rule.starts_on, self.date(&member.value, &path)),
                "ends_on" if matches!(member.value.json, Json::Null) => {}
                "ends_on" => rule.ends_on = self.date(&member.value, &path),
                "reason" => put(&mut rule.reason, self.text(member, &path, MOST_LETTERS_OF_WORDS)),
                _ => {
                    let problem = Problem::UnknownField { name: named(name), nearest: near(name, FIELDS) };
                    self.mistake("", member.at, problem);
                }
            }
        }
        if !has_condition {
            self.mistake("", node.at, Problem::FieldMissing("condition".to_owned()));
        }
        if let Some(end) = rule.ends_on
            && end < rule.starts_on
        {
            let at = members.iter().find(|member| member.name == "ends_on").map_or(node.at, |member| member.value.at);
            self.mistake("/ends_on", at, Problem::EndsBeforeItStarts);
        }
        Some(rule)
    }

    fn text(&mut self, member: &Member, path: &str, most: usize) -> Option<String> {
        match &member.value.json {
            Json::Text(text) => self.bounded(text, most, &member.value, path),
            _ => {
                self.mistake(path, member.value.at, Problem::NotText(shown(&member.name)));
                None
            }
        }
    }

    fn id(&mut self, node: &Node, path: &str) -> Option<String> {
        let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        match &node.json {
            Json::Text(id) if (1..=60).contains(&id.len()) && id.bytes().all(is_plain) => Some(id.clone()),
            _ => {
                self.mistake(path, node.at, Problem::BadId);
                None
            }
        }
    }

    fn whole(&mut self, node: &Node, path: &str, low: i64, high: i64) -> Option<i64> {
        let number = match &node.json {
            Json::Number(number) => number.parse().ok().filter(|number| (low..=high).contains(number)),
            _ => None,
        };
        if number.is_none() {
            self.mistake(path, node.at, Problem::NotInRange { low, high });
        }
        number
    }

    fn date(&mut self, node: &Node, path: &str) -> Option<Date> {
        let date = match &node.json {
            Json::Text(date) => day::read(date),
            _ => None,
        };
        if date.is_none() {
            self.mistake(path, node.at, Problem::NotADate);
        }
        date
    }

    fn settings(&mut self, node: &Node, path: &str) -> Option<Settings> {
        let Json::Object(members) = &node.json else {
            self.mistake(path, node.at, Problem::NotAValue(node.json.words()));
            return None;
        };
        let mut settings = Settings::default();
        for member in members {
            let path = step(path, &member.name);
            let Some(setting) = Setting::of(self.kind).find(|setting| setting.name() == member.name) else {
                let problem = Problem::UnknownSetting {
                    name: named(&member.name),
                    kind: self.kind,
                    nearest: near(&member.name, Setting::of(self.kind).map(Setting::name)),
                };
                self.mistake(step("", "settings").as_str(), member.at, problem);
                continue;
            };
            let (low, high) = setting.range();
            if let Some(value) = self.whole(&member.value, &path, low, high) {
                settings.set(setting, value);
            }
        }
        Some(settings)
    }
}

/// Takes what was read, where it was right.
fn put<T>(field: &mut T, read: Option<T>) {
    if let Some(read) = read {
        *field = read;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<String> {
        Rule::read(text).expect_err(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_draft_needs_only_its_kind_and_its_condition() {
        let rule = Rule::read(r#"{"kind": "credit", "condition": {">": [{"var": "credit_left"}, 100]}}"#).unwrap();
        let usual = Rule::usual(NoticeKind::Credit);
        assert_eq!((rule.version, rule.starts_on, rule.ends_on), (0, Date::MIN, None));
        assert_eq!((rule.id, rule.words, rule.settings), (usual.id, usual.words, usual.settings));
    }

    #[test]
    fn a_rule_is_written_and_read_alike() {
        let text = r#"{
            "id": "warn-early", "kind": "fee_warning", "version": 3, "name": "Warn \"early\"",
            "condition": {"<=": [{"var": "days_until_due"}, 10]},
            "words": "Pay {bill_open} by {due_on}.", "priority": -5,
            "starts_on": "2026-12-01", "ends_on": "2026-12-31", "reason": "The holidays"
        }"#;
        let rule = Rule::read(text).unwrap();
        assert_eq!(Rule::read(&rule.to_json()), Ok(rule));
    }

    #[test]
    fn every_mistake_in_a_rule_is_listed_with_its_place() {
        let text = r#"{
  "id": "Warn Early",
  "kind": "right_size",
  "version": 1.5,
  "name": 7,
  "condition": {"and": [{">": [{"var": "customer_tier"}, 2]}]},
  "settings": {"percentil": 95, "headroom_percent": 500},
  "words": "You need {units_neded}.",
  "priority": 5000,
  "starts_on": "2026-12-31",
  "ends_on": "2026-12-01",
  "prioriti": 1,
  "name": "again"
}"#;
        assert_eq!(
            mistakes(text),
            [
                "line 2, column 9 (/id): an id has small letters, digits and hyphens only",
                "line 4, column 14 (/version): write a whole number from 0 to 999999",
                "line 5, column 11 (/name): name must be text in quotes",
                "line 6, column 40 (/condition/and/0/>/0/var): Candor treats every customer alike: there is no fact about what a \
                 customer is worth, so customer_tier cannot be asked; ask about the bill, the use or the price",
                "line 7, column 16 (/settings): \"percentil\" is not a setting of a right_size rule; did you mean \"percentile\"?",
                "line 7, column 53 (/settings/headroom_percent): write a whole number from 0 to 100",
                "line 8, column 12 (/words): \"units_neded\" is not a fact; did you mean \"units_needed\"?",
                "line 9, column 15 (/priority): write a whole number from -1000 to 1000",
                "line 11, column 14 (/ends_on): the rule would end before it starts",
                "line 12, column 3: \"prioriti\" is not part of a rule; did you mean \"priority\"?",
                "line 13, column 3: \"name\" stands twice",
            ]
        );
    }

    #[test]
    fn what_is_no_rule_at_all_is_said_at_once() {
        assert_eq!(mistakes("[]"), ["line 1, column 1: a rule is an object in braces"]);
        assert_eq!(mistakes("{}"), ["line 1, column 1: kind is missing"]);
        assert_eq!(mistakes(r#"{"kind": "credit"}"#), ["line 1, column 1: condition is missing"]);
        assert_eq!(
            mistakes(r#"{"kind": "credits"}"#),
            ["line 1, column 10 (/kind): \"credits\" is not a kind of rule; did you mean \"credit\"?"]
        );
    }
}
