//! A rule, version by version: when a notice of its kind is due, since when, and why it was written so.

use std::{cmp::Reverse, collections::BTreeSet, fmt::Write};

use jiff::civil::Date;

use super::{condition::Condition, day, message::Message, setting::Settings, write::quoted};
use crate::notice::NoticeKind;

/// One version of a rule. Versions are never changed: a change is a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The same for all versions: `fee-warning`.
    pub id: String,
    pub kind: NoticeKind,
    /// From 1; 0 is a draft.
    pub version: i64,
    pub name: String,
    pub condition: Condition,
    pub settings: Settings,
    /// What the customer is told.
    pub words: Message,
    /// Where two rules of a kind hold for one subject, the one with the higher number writes the notice.
    pub priority: i64,
    /// Its first day.
    pub starts_on: Date,
    /// Its last day.
    pub ends_on: Option<Date>,
    /// Why this version was written, for those who read it later.
    pub reason: String,
}

impl Rule {
    pub fn covers(&self, day: Date) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|end| day <= end)
    }

    /// The version in force on `day` among versions of one rule: the one that started last, the newest of those that started
    /// on the same day. A version replaces all before it for good: when it ends, no older one comes back.
    pub fn in_force<'r>(versions: impl IntoIterator<Item = &'r Rule>, day: Date) -> Option<&'r Rule> {
        let started = versions.into_iter().filter(|rule| rule.version > 0 && rule.starts_on <= day);
        started.max_by_key(|rule| (rule.starts_on, rule.version)).filter(|rule| rule.covers(day))
    }

    /// The version in force of every rule, the highest priority first.
    pub fn all_in_force(rules: &[Rule], day: Date) -> Vec<&Rule> {
        let ids: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        let of_id = |id| Self::in_force(rules.iter().filter(|rule| rule.id == id), day);
        let mut in_force: Vec<&Rule> = ids.into_iter().filter_map(of_id).collect();
        in_force.sort_by_key(|rule| (Reverse(rule.priority), rule.id.as_str()));
        in_force
    }

    /// The rule as [`Rule::read`] reads it, one field on a line.
    pub fn to_json(&self) -> String {
        let mut json = String::from("{");
        let text = |text: &str| {
            let mut quoted_text = String::new();
            // Writing into a string cannot fail.
            let _written = quoted(&mut quoted_text, text);
            quoted_text
        };
        let settings: Vec<_> =
            self.settings.set_here().map(|(setting, value)| format!("\"{}\":{value}", setting.name())).collect();
        let mut fields = vec![
            ("id", text(&self.id)),
            ("kind", text(self.kind.name())),
            ("version", self.version.to_string()),
            ("name", text(&self.name)),
            ("condition", self.condition.to_json()),
            ("settings", format!("{{{}}}", settings.join(","))),
            ("words", text(&self.words.to_string())),
            ("priority", self.priority.to_string()),
        ];
        let starts_on = (self.starts_on > Date::MIN).then_some(self.starts_on);
        fields.extend(starts_on.map(|start| ("starts_on", text(&day::written(start)))));
        fields.extend(self.ends_on.map(|end| ("ends_on", text(&day::written(end)))));
        fields.push(("reason", text(&self.reason)));
        for (at, (name, value)) in fields.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let _written = write!(json, "{comma}\n  \"{name}\": {value}");
        }
        json.push_str("\n}\n");
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn version(id: &str, version: i64, starts_on: Date, ends_on: Option<Date>, priority: i64) -> Rule {
        let usual = Rule::usual(NoticeKind::FeeWarning);
        Rule { id: id.to_owned(), version, starts_on, ends_on, priority, ..usual }
    }

    #[test]
    fn the_version_that_started_last_is_in_force_until_it_ends() {
        let versions = [
            version("a", 1, Date::MIN, None, 0),
            version("a", 2, date(2026, 3, 1), None, 0),
            version("a", 3, date(2026, 3, 1), Some(date(2026, 3, 31)), 0),
            version("a", 4, date(2026, 5, 1), None, 0),
            version("a", 0, date(2026, 1, 1), None, 0),
        ];
        let on = |day| Rule::in_force(&versions, day).map(|rule| rule.version);
        assert_eq!(on(date(2026, 2, 28)), Some(1));
        assert_eq!(on(date(2026, 3, 1)), Some(3));
        assert_eq!(on(date(2026, 3, 31)), Some(3));
        assert_eq!(on(date(2026, 4, 1)), None, "an older version does not come back");
        assert_eq!(on(date(2026, 5, 1)), Some(4));
        assert_eq!(Rule::in_force(&versions[3..], date(2026, 4, 30)), None);
    }

    #[test]
    fn rules_in_force_stand_by_priority_then_by_id() {
        let rules = [
            version("b", 1, Date::MIN, None, 5),
            version("c", 1, Date::MIN, None, 9),
            version("a", 1, Date::MIN, None, 5),
            version("a", 2, date(2026, 6, 1), None, 20),
            version("old", 1, Date::MIN, Some(date(2026, 1, 1)), 99),
        ];
        let on = |day| Rule::all_in_force(&rules, day).iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>();
        assert_eq!(on(date(2026, 5, 31)), ["c", "a", "b"]);
        assert_eq!(on(date(2026, 6, 1)), ["a", "c", "b"]);
    }
}
