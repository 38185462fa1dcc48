//! What holds of every condition: it reads back as itself, and every way of asking it gives the same answer.

use proptest::prelude::*;

use super::{
    Block, Compiled, Condition, Fact, Facts, Group, ROWS, Rule, Texts, Value,
    random::{Dice, KIND, Shapes, condition},
    source,
};
use crate::{money::Currency, notice::NoticeKind};

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_block_says_what_one_by_one_says(condition in condition(Shapes::All), seed: u64) {
        let mut dice = Dice(seed);
        let rows = if dice.roll(200) == 0 { ROWS } else { dice.roll(40) as usize };
        let mut texts = Texts::default();
        let compiled = Compiled::new(&condition, &mut texts);
        let mut block = Block::new(compiled.facts().iter().copied());
        let one_by_one: Vec<_> = (0..rows).map(|_| dice.facts(compiled.facts(), Shapes::All)).collect();
        for facts in &one_by_one {
            block.push(facts, &mut texts);
        }
        let held = compiled.run(&block);
        for (row, facts) in one_by_one.iter().enumerate() {
            prop_assert_eq!(held.get(row), condition.holds(facts), "row {}: {} with {:?}", row, &condition, facts);
        }
        prop_assert_eq!(held.count(), held.rows().filter(|row| *row < rows).count());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_condition_is_written_and_read_alike(condition in condition(Shapes::All)) {
        prop_assert_eq!(Condition::read(&condition.to_json(), KIND), Ok(condition));
    }

    #[test]
    fn an_explanation_says_what_holds_and_so_does_each_of_its_parts(condition in condition(Shapes::All), seed: u64) {
        let facts = Dice(seed).facts(&condition.facts(), Shapes::All);
        let explanation = condition.explain(&facts);
        prop_assert_eq!(explanation.holds, condition.holds(&facts));
        let ending = if explanation.holds { ": holds" } else { ": does not hold" };
        prop_assert!(explanation.words.ends_with(ending), "{}", explanation.words);
        match &condition {
            Condition::All(_) => prop_assert_eq!(explanation.holds, explanation.parts.iter().all(|part| part.holds)),
            Condition::Any(_) => prop_assert_eq!(explanation.holds, explanation.parts.iter().any(|part| part.holds)),
            Condition::Not(_) => prop_assert_ne!(explanation.holds, explanation.parts[0].holds),
            _ => prop_assert!(explanation.parts.is_empty()),
        }
        prop_assert!(!explanation.decisive().is_empty());
    }

    #[test]
    fn rows_say_what_the_condition_says(condition in condition(Shapes::All), seed: u64) {
        if let Some(rows) = Group::of(&condition) {
            let facts = Dice(seed).facts(&condition.facts(), Shapes::All);
            prop_assert_eq!(rows.condition().holds(&facts), condition.holds(&facts));
            prop_assert_eq!(Group::of(&rows.condition()), Some(rows.clone()));
            prop_assert!(rows.checked(KIND).is_ok());
        }
    }

    #[test]
    fn whatever_bytes_come_nothing_panics_and_the_answer_is_small(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        answer_is_small(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn whatever_json_comes_nothing_panics_and_the_answer_is_small(
        words in proptest::collection::vec(proptest::sample::select(WORDS.to_vec()), 0..60),
    ) {
        answer_is_small(&words.concat())?;
    }

    #[test]
    fn a_rule_with_one_byte_changed_never_panics(kind in 0_usize..7, at: proptest::sample::Index, byte: u8) {
        let mut bytes = Rule::usual(NoticeKind::ALL[kind]).to_json().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        answer_is_small(&String::from_utf8_lossy(&bytes))?;
    }
}

const WORDS: [&str; 40] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"and\":[",
    "\"or\":[",
    "\"!\":",
    "\"==\":[",
    "\"<\":[",
    "\"<=\":[1,",
    "\"in\":[",
    "\"var\":",
    "\"missing\":",
    "\"+\":[",
    "\"-\":",
    "\"/\":[",
    "\"min\":[",
    "{\"var\":\"saving\"}",
    "\"saving\"",
    "\"plan\"",
    "\"today\"",
    "\"2026-11-20\"",
    "1",
    "-2.5",
    "0",
    "1e9",
    "999999999999999",
    "true",
    "null",
    "\"x\"",
    "\"customer_tier\"",
    "{\"var\":\"today\"}",
    "\"kind\":\"credit\",",
    "\"condition\":",
    "\"words\":\"{\"",
    "\"é\"",
    "{\"and\":[{\"<\":[",
    " ",
];

/// However bad the text, the mistakes are few and short, and what is read keeps nothing it did not stand for.
fn answer_is_small(text: &str) -> Result<(), TestCaseError> {
    let answers =
        [Condition::read(text, KIND).map(|condition| condition.to_json()), Rule::read(text).map(|r| r.to_json())];
    for answer in answers {
        match answer {
            Ok(json) => prop_assert!(json.len() <= 8 * text.len() + 2_000, "{}", json),
            Err(mistakes) => {
                prop_assert!((1..=101).contains(&mistakes.len()));
                for mistake in mistakes {
                    prop_assert!(mistake.problem.to_string().len() < 1_000, "{}", mistake);
                    prop_assert!(mistake.line >= 1 && mistake.column >= 1);
                }
            }
        }
    }
    Ok(())
}

#[test]
fn the_largest_text_that_is_read_is_answered_within_bounds() {
    let deep = format!("{}true{}", "{\"!\":[".repeat(200), "]}".repeat(200));
    let wide = format!("{{\"and\":[{}true]}}", "{\"==\":[{\"var\":\"x\"},1]},".repeat(900));
    let long = format!("{{\"==\":[{{\"var\":\"plan\"}},\"{}\"]}}", "a".repeat(source::MOST_BYTES / 2));
    for text in [deep, wide, long] {
        let mistakes = Condition::read(&text, KIND).expect_err("this is too much");
        assert!(mistakes.len() <= 101);
        assert!(mistakes.iter().map(|mistake| mistake.to_string().len()).sum::<usize>() < 64 * 1024);
    }
}

/// A sum is no deeper for being longer, and a list asks its value once: neither draws on the stack or on memory for each.
#[test]
fn a_sum_and_a_list_of_thousands_are_asked_in_a_block() {
    let numbers = |count: usize| vec!["1"; count].join(",");
    let sum = |count: usize| format!(r#"{{"+": [{{"var": "saving"}},{}]}}"#, numbers(count));
    for (text, saving) in [
        (format!(r#"{{"==": [{}, 3950]}}"#, sum(3_900)), 50),
        (format!(r#"{{"in": [{}, [7,{},1950]]}}"#, sum(1_900), numbers(1_900)), 50),
    ] {
        let condition = Condition::read(&text, KIND).unwrap();
        let mut texts = Texts::default();
        let compiled = Compiled::new(&condition, &mut texts);
        let mut block = Block::new(compiled.facts().iter().copied());
        for other in 0..100 {
            let facts = Facts::new(Currency::EUR).with(Fact::Saving, Value::Money(other)).unwrap();
            block.push(&facts, &mut texts);
            assert_eq!(condition.holds(&facts), other == saving);
        }
        assert_eq!(compiled.run(&block).rows().collect::<Vec<_>>(), [saving as usize]);
    }
}
