//! Rules and conditions: their JSON, and what they say of extreme facts.

use jiff::civil::Date;
use proptest::prelude::*;

use super::{DEEP, bytes, damaged, nested, text};
use crate::{
    money::Currency,
    notice::NoticeKind,
    percent::Percent,
    rule::{Block, Compiled, Condition, Facts, Mistake, Rule, Texts, Type, Value},
};

/// The usual rule of every kind, and conditions with every operator.
fn rules() -> Vec<String> {
    let usual = NoticeKind::ALL.into_iter().map(|kind| Rule::usual(kind).to_json());
    let written = CONDITIONS.iter().map(|condition| format!(r#"{{"kind": "credit", "condition": {condition}}}"#));
    usual.chain(written).collect()
}

fn conditions() -> Vec<String> {
    let usual = NoticeKind::ALL.into_iter().map(|kind| Rule::usual(kind).condition.to_json());
    usual.chain(CONDITIONS.map(str::to_owned)).collect()
}

const CONDITIONS: [&str; 4] = [
    r#"{"or": [{"in": [{"var": "days_until_expiry"}, [30, 7, 1]]},
        {"!": {"missing": ["expires_on", "credit_left"]}}]}"#,
    r#"{">=": [{"/": [{"*": [{"var": "credit_left"}, 100]}, {"max": [{"var": "credit_in_all"}, 1]}]}, 0.05]}"#,
    r#"{"<": ["2026-01-01", {"var": "expires_on"}, {"var": "today"}]}"#,
    r#"{"==": [{"%": [{"-": [{"var": "times_told"}]}, 3]},
        {"+": [{"var": "times_told"}, {"min": [1, {"var": "times_told"}]}]}]}"#,
];

fn mistakes_are_few_and_short(text: &str, mistakes: &[Mistake]) -> Result<(), TestCaseError> {
    prop_assert!((1..=101).contains(&mistakes.len()));
    for mistake in mistakes {
        prop_assert!(mistake.problem.to_string().len() < 1_000, "{}", mistake);
        prop_assert!(mistake.path.len() <= 2 * text.len(), "{}", mistake);
        prop_assert!(mistake.line as usize <= text.len() + 1 && mistake.column as usize <= text.len() + 1);
    }
    Ok(())
}

fn rule_is_read_within_bounds(text: &str) -> Result<(), TestCaseError> {
    match Rule::read(text) {
        Ok(rule) => {
            let json = rule.to_json();
            prop_assert!(json.len() <= 8 * text.len() + 2_000, "{}", json);
            prop_assert_eq!(Rule::read(&json), Ok(rule.clone()));
            answers_whatever_is_known(&rule.condition)?;
            for facts in extremes(&rule.condition) {
                if let Ok(words) = rule.words.fill(&facts) {
                    prop_assert!(words.len() <= 100 * text.len() + 2_000, "{}", words);
                }
            }
        }
        Err(mistakes) => mistakes_are_few_and_short(text, &mistakes)?,
    }
    Ok(())
}

fn condition_is_read_within_bounds(text: &str) -> Result<(), TestCaseError> {
    for kind in NoticeKind::ALL {
        match Condition::read(text, kind) {
            Ok(condition) => {
                let json = condition.to_json();
                prop_assert!(json.len() <= 8 * text.len() + 100, "{}", json);
                prop_assert_eq!(Condition::read(&json, kind), Ok(condition.clone()));
                answers_whatever_is_known(&condition)?;
            }
            Err(mistakes) => mistakes_are_few_and_short(text, &mistakes)?,
        }
    }
    Ok(())
}

/// One by one, explained and in a block, it says the same of customers of whom nothing is known, or the least, or the most.
fn answers_whatever_is_known(condition: &Condition) -> Result<(), TestCaseError> {
    let mut texts = Texts::default();
    let compiled = Compiled::new(condition, &mut texts);
    let mut block = Block::new(compiled.facts().iter().copied());
    let rows = extremes(condition);
    for facts in &rows {
        block.push(facts, &mut texts);
    }
    let held = compiled.run(&block);
    for (row, facts) in rows.iter().enumerate() {
        let explanation = condition.explain(facts);
        prop_assert_eq!((held.get(row), explanation.holds), (condition.holds(facts), condition.holds(facts)));
        prop_assert!(explanation.words.len() <= 200 * (condition.to_json().len() + 1));
    }
    Ok(())
}

/// Nothing known, and every fact of the condition at the ends of its type and at zero.
fn extremes(condition: &Condition) -> Vec<Facts> {
    let known = |whole: i64, date: Date| {
        let mut facts = Facts::new(Currency::EUR);
        for fact in condition.facts() {
            let value = match fact.is() {
                Type::Money => Value::Money(whole),
                Type::Days => Value::Days(whole),
                Type::Count => Value::Count(whole),
                Type::Percent => Value::Percent(Percent { millionths: whole }),
                Type::Date => Value::Date(date),
                Type::Text => Value::Text(whole.to_string()),
                Type::YesNo => Value::YesNo(whole > 0),
            };
            facts.set(fact, value).expect("the value is of the type of the fact");
        }
        facts
    };
    let nothing = Facts::new(Currency::EUR);
    vec![nothing, known(i64::MIN, Date::MIN), known(i64::MAX, Date::MAX), known(0, Date::ZERO)]
}

#[test]
fn valid_rules_are_read() {
    for text in rules() {
        assert!(Rule::read(&text).is_ok(), "{text}");
        rule_is_read_within_bounds(&text).unwrap();
    }
}

#[test]
fn a_rule_nested_beyond_reason_is_refused_and_the_stack_holds() {
    let not = |levels: usize| format!("{}true{}", "{\"!\":[".repeat(levels), "]}".repeat(levels));
    let minus = |levels: usize| format!("{{\">\":[{}1{},0]}}", "{\"-\":".repeat(levels), "}".repeat(levels));
    let shallow = [not(31), not(32), minus(60), "[".repeat(60_000), "{\"!\":".repeat(12_000), "{\"\":".repeat(15_000)];
    for text in nested().into_iter().chain(shallow).chain([not(DEEP), minus(DEEP)]) {
        condition_is_read_within_bounds(&text).unwrap();
        rule_is_read_within_bounds(&text).unwrap();
        rule_is_read_within_bounds(&format!(r#"{{"kind": "credit", "condition": {text}}}"#)).unwrap();
        rule_is_read_within_bounds(&format!(r#"{{"kind": "credit", "settings": {text}, "words": {text}}}"#)).unwrap();
    }
}

#[test]
fn long_lists_are_read_or_refused() {
    let numbers = |count: usize| vec!["7"; count].join(",");
    for text in [
        format!(r#"{{"in": [{{"var": "days_until_expiry"}}, [{}]]}}"#, numbers(3_900)),
        format!(r#"{{"in": [{{"var": "days_until_expiry"}}, [{}]]}}"#, numbers(31_000)),
        format!(r#"{{"+": [{}]}}"#, numbers(31_000)),
        format!(r#"{{">": [{{"+": [{{"var": "credit_left"}},{}]}}, 1]}}"#, numbers(3_900)),
        format!(r#"{{">": [{{"*": [{{"var": "credit_left"}},{}]}}, 1]}}"#, numbers(3_900)),
        format!(r#"{{"and": [{}true]}}"#, "true,".repeat(3_900)),
        format!(r#"{{"or": [{}true]}}"#, "{\"missing\":[\"credit_left\"]},".repeat(999)),
        format!(r#"{{"missing": ["{}"]}}"#, vec!["credit_left"; 3_900].join("\",\"")),
        format!(r#"{{"==": [{{"var": "{}"}}, 1]}}"#, "credit_left".repeat(5_000)),
        format!(r#"{{"<": [{{"var": "credit_left"}}, {}]}}"#, "9".repeat(60_000)),
        format!(r#"{{"<": [{{"var": "credit_left"}}, 0.{}]}}"#, "0".repeat(60_000)),
    ] {
        condition_is_read_within_bounds(&text).unwrap();
        rule_is_read_within_bounds(&format!(r#"{{"kind": "credit", "condition": {text}}}"#)).unwrap();
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_rule_or_are_refused_in_few_words(bytes in bytes()) {
        rule_is_read_within_bounds(&text(&bytes))?;
        condition_is_read_within_bounds(&text(&bytes))?;
    }

    #[test]
    fn a_damaged_rule_is_a_rule_or_is_refused_in_few_words(bytes in damaged(rules())) {
        rule_is_read_within_bounds(&text(&bytes))?;
    }

    #[test]
    fn a_damaged_condition_is_a_condition_or_is_refused_in_few_words(bytes in damaged(conditions())) {
        condition_is_read_within_bounds(&text(&bytes))?;
    }
}
