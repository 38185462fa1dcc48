//! Another JSONLogic engine, `datalogic-rs`, is asked the same questions.
//!
//! Compared are the shapes that mean the same in both. On purpose they differ in these, so no question has them:
//!
//! - a fact that is not known: a comparison with it does not hold here; there it is null, which counts as zero beside a number
//!   and makes `!=` hold. Facts that may be missing are asked only with `missing`;
//! - division by zero: not known here; there an error or the largest number;
//! - fractions that floating point cannot hold, such as a third: exact here, rounded there. Numbers are small, divisors are
//!   powers of two, and decimals are quarters;
//! - results beyond 64 bits: not known here, rounded there;
//! - values of different types beside each other: refused when the rule is read here, converted there;
//! - the result itself: yes or no here; there `missing` gives a list and `and` its last value, so `!!` is put around.

use datalogic_rs::Engine;
use proptest::prelude::*;

use super::{
    Condition, Facts, Value,
    phrase::plain,
    random::{Dice, Shapes, condition},
};

fn as_data(condition: &Condition, facts: &Facts) -> String {
    let written = |value: &Value| match value {
        Value::Date(date) => format!("\"{date}\""),
        Value::Text(text) => serde_json::to_string(text).unwrap(),
        Value::YesNo(yes) => yes.to_string(),
        number => plain(number.exact().unwrap()),
    };
    let known = condition.facts().into_iter().filter_map(|fact| Some((fact, facts.get(fact)?)));
    let members: Vec<_> = known.map(|(fact, value)| format!("\"{fact}\":{}", written(value))).collect();
    format!("{{{}}}", members.join(","))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn another_json_logic_engine_says_the_same(condition in condition(Shapes::InEveryTool), seed: u64) {
        let facts = Dice(seed).facts(&condition.facts(), Shapes::InEveryTool);
        let data = as_data(&condition, &facts);
        let question = format!("{{\"!!\":[{}]}}", condition.to_json());
        let answer = Engine::new().eval_str(question.as_str(), data.as_str());
        let answer = answer.map_err(|error| TestCaseError::fail(format!("{question} with {data}: {error}")))?;
        prop_assert_eq!(answer, condition.holds(&facts).to_string(), "{} with {}", question, data);
    }
}
