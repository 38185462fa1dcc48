//! `candor price`: JSON lines of usage in, JSON lines of exact prices out, in the same order.

use std::io::{self, BufRead, Write};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::domain::decimal::Decimal;
use crate::domain::fields::Fields;
use crate::domain::pricing::{Explanation, Line};

use super::bounded::{BoundedLine, MOST_IN_LINE, next_line};

/// How many lines were answered with an amount and how many with an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub priced: u64,
    pub refused: u64,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: Option<&'a RawValue>,
    /// Where there is no id the line is the only way to tell which one is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Decimal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<ExplanationInWords>,
}

#[derive(Serialize)]
struct ExplanationInWords {
    #[serde(flatten)]
    explanation: Explanation,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// Prices each line. A line that cannot be priced gives an error line and the rest is priced; blank lines are skipped.
pub fn price(mut input: impl BufRead, mut output: impl Write, is_explained: bool) -> io::Result<Tally> {
    let mut tally = Tally::default();
    let mut line = Vec::new();
    let mut number = 0;
    while let Some(kind) = next_line(&mut input, &mut line, MOST_IN_LINE)? {
        number += 1;
        let text =
            std::str::from_utf8(&line).map(|text| if number == 1 { text.trim_start_matches('\u{feff}') } else { text });
        let answer = match (kind, text) {
            (BoundedLine::TooLong, _) => Answer::refused(None, number, format!("is longer than {MOST_IN_LINE} bytes")),
            (BoundedLine::Whole, Err(_)) => Answer::refused(None, number, "is not UTF-8 text".to_owned()),
            (BoundedLine::Whole, Ok(text)) if text.trim_ascii().is_empty() => continue,
            (BoundedLine::Whole, Ok(text)) => answer(text, number, is_explained),
        };
        if answer.error.is_none() {
            tally.priced += 1;
        } else {
            tally.refused += 1;
        }
        serde_json::to_writer(&mut output, &answer)?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(tally)
}

fn answer(text: &str, number: u64, is_explained: bool) -> Answer<'_> {
    let fields = match Fields::read("", text) {
        Ok(fields) => fields,
        Err(error) => return Answer::refused(None, number, error.to_string()),
    };
    let id = fields.raw("id");
    if id.is_some_and(|id| id.get().starts_with(['{', '['])) {
        return Answer::refused(None, number, "has an id that is neither text nor number".to_owned());
    }
    match Line::read(&fields).and_then(|line| line.price()) {
        Ok(price) => Answer {
            id,
            line: id.is_none().then_some(number),
            amount: Some(price.amount),
            error: None,
            explanation: is_explained.then(|| ExplanationInWords {
                hint: price.explanation.cheaper_with_more.map(|hint| hint.to_string()),
                explanation: price.explanation,
            }),
        },
        Err(error) if id.is_none() => Answer::refused(None, number, format!("was not priced: {error}")),
        Err(error) => Answer::refused(id, number, error.to_string()),
    }
}

impl<'a> Answer<'a> {
    fn refused(id: Option<&'a RawValue>, number: u64, problem: String) -> Self {
        let (line, error) = match id {
            Some(_) => (None, problem),
            None => (Some(number), format!("line {number} {problem}")),
        };
        Self { id, line, amount: None, error: Some(error), explanation: None }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answers(input: &str) -> Vec<String> {
        let mut output = Vec::new();
        price(input.as_bytes(), &mut output, false).unwrap();
        String::from_utf8(output).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn lines_are_answered_in_their_order_and_bad_ones_do_not_stop_good_ones() {
        let input = concat!(
            "\u{feff}{\"id\": \"a\", \"charge_model\": \"standard\", \"properties\": {\"amount\": 5.12345}, \"units\": 10}\r\n",
            "\n   \r\n",
            "not json\n",
            "{\"id\": 7, \"charge_model\": \"standard\", \"properties\": {\"amount\": \"1e3\"}, \"units\": 1.5e0}\n",
            "{\"id\": \"b\", \"charge_model\": \"flat\", \"properties\": {}, \"units\": 10}\n",
            "[1]\n",
            "{\"charge_model\": \"standard\", \"properties\": {}, \"units\": 10}\n",
            "{\"id\": [1], \"charge_model\": \"standard\", \"properties\": {\"amount\": 1}, \"units\": 10}\n",
            "{\"id\": null, \"charge_model\": \"standard\", \"properties\": {\"amount\": 1}, \"units\": 0.1}"
        );
        assert_eq!(
            answers(input),
            [
                r#"{"id":"a","amount":"51.2345"}"#,
                r#"{"id":null,"line":4,"error":"line 4 is not JSON: expected ident (column 2)"}"#,
                r#"{"id":7,"amount":"1500"}"#,
                r#"{"id":"b","error":"charge_model flat is not known; known are standard, graduated, volume, package, percentage, graduated_percentage and dynamic"}"#,
                r#"{"id":null,"line":7,"error":"line 7 must be an object in braces"}"#,
                r#"{"id":null,"line":8,"error":"line 8 was not priced: properties.amount is missing"}"#,
                r#"{"id":null,"line":9,"error":"line 9 has an id that is neither text nor number"}"#,
                r#"{"id":null,"line":10,"amount":"0.1"}"#,
            ]
        );
    }

    #[test]
    fn a_line_that_is_not_text_or_too_long_is_answered_with_its_number() {
        let mut input = b"\xff\xfe\n".to_vec();
        input.extend(std::iter::repeat_n(b' ', MOST_IN_LINE + 1));
        input.extend(b"\n{\"id\": 1, \"charge_model\": \"standard\", \"properties\": {\"amount\": 1}, \"units\": 2}");
        let mut output = Vec::new();
        let tally = price(input.as_slice(), &mut output, false).unwrap();
        assert_eq!(tally, Tally { priced: 1, refused: 2 });
        assert_eq!(
            String::from_utf8(output).unwrap(),
            "{\"id\":null,\"line\":1,\"error\":\"line 1 is not UTF-8 text\"}\n\
             {\"id\":null,\"line\":2,\"error\":\"line 2 is longer than 4194304 bytes\"}\n\
             {\"id\":1,\"amount\":\"2\"}\n"
        );
    }

    #[test]
    fn a_price_explains_itself_where_it_is_asked_to() {
        let input = r#"{"id": 1, "charge_model": "volume", "units": 10, "properties": {"volume_ranges": [
            {"from_value": 0, "to_value": 10, "per_unit_amount": 2, "flat_amount": 1},
            {"from_value": 11, "to_value": null, "per_unit_amount": 1, "flat_amount": 0}]}}"#
            .replace('\n', " ");
        let mut output = Vec::new();
        price(input.as_bytes(), &mut output, true).unwrap();
        assert_eq!(
            String::from_utf8(output).unwrap(),
            concat!(
                r#"{"id":1,"amount":"21","explanation":{"steps":["#,
                r#"{"words":"10 falls in tier 1, which prices the whole quantity: 10 × 2","amount":"20"},"#,
                r#"{"words":"Tier 1: flat amount, once","amount":"1"}],"#,
                r#""cheaper_with_more":{"more":"1","units":"11","amount":"11","saves":"10"},"#,
                r#""hint":"With 1 more, 11 in all, this would be 11: 10 less"}}"#,
                "\n"
            )
        );
    }

    #[test]
    fn a_line_nested_beyond_reason_is_refused() {
        let nested = format!("{{\"id\": 1, \"properties\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(answers(&nested).len(), 1);
    }

    fn jsonish() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"",
            "id",
            "\"id\"",
            "\"charge_model\"",
            "\"volume\"",
            "\"percentage\"",
            "\"graduated\"",
            "\"properties\"",
            "\"units\"",
            "\"transactions\"",
            "\"already_billed\"",
            "\"graduated_ranges\"",
            "\"from_value\"",
            "null",
            "1",
            "-1",
            "1e99",
            "1e-38",
            "0.5",
            "99999999999999999999999999999999999999",
            "true",
            "\\u",
            "\n",
        ]);
        prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
    }

    /// Lines of the right shape, with numbers that overflow or make no sense.
    fn wild_line() -> impl Strategy<Value = String> {
        let number = || {
            prop::sample::select(vec![
                "null",
                "0",
                "-0",
                "1",
                "-1",
                "0.1",
                "\"1e3\"",
                "1e37",
                "1e-38",
                "99999999999999999999999999999999999999",
                "1e400",
                "\"x\"",
                "[]",
                "{}",
            ])
        };
        let names = || {
            prop::sample::subsequence(
                vec![
                    "amount",
                    "rate",
                    "fixed_amount",
                    "free_units",
                    "package_size",
                    "free_units_per_events",
                    "free_units_per_total_aggregation",
                    "per_transaction_min_amount",
                    "per_transaction_max_amount",
                ],
                0..=9,
            )
        };
        let model = prop::sample::select(vec![
            "standard",
            "graduated",
            "volume",
            "package",
            "percentage",
            "graduated_percentage",
            "dynamic",
        ]);
        let range =
            (number(), number(), number(), number()).prop_map(|(from, to, price, flat)| (from, to, price, flat));
        let properties = (names(), prop::collection::vec(number(), 9), prop::collection::vec(range, 0..3));
        (model, properties, prop::collection::vec(number(), 6), prop::collection::vec(number(), 0..4)).prop_map(
            |(model, (names, values, ranges), rest, list)| {
                let mut properties: Vec<String> = names.iter().zip(values).map(|(name, value)| format!("\"{name}\": {value}")).collect();
                for (name, price) in [("graduated_ranges", "per_unit_amount"), ("volume_ranges", "per_unit_amount"), ("graduated_percentage_ranges", "rate")] {
                    let ranges: Vec<String> = ranges
                        .iter()
                        .enumerate()
                        .map(|(index, (from, to, each, flat))| {
                            let from = if index == 0 { "0" } else { from };
                            format!("{{\"from_value\": {from}, \"to_value\": {to}, \"{price}\": {each}, \"flat_amount\": {flat}}}")
                        })
                        .collect();
                    properties.push(format!("\"{name}\": [{}]", ranges.join(", ")));
                }
                format!(
                    "{{\"id\": 1, \"charge_model\": \"{model}\", \"properties\": {{{}}}, \"units\": {}, \"full_units_number\": {}, \
                     \"minimum\": {}, \"maximum\": {}, \"transactions\": [{}], \"already_billed\": {{\"units\": {}, \"amount\": {}}}}}",
                    properties.join(", "), rest[0], rest[1], rest[2], rest[3], list.join(", "), rest[4], rest[5]
                )
            },
        )
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
            let mut output = Vec::new();
            price(bytes.as_slice(), &mut output, true).unwrap();
            prop_assert!(output.len() <= 200 * (bytes.len() + 1));
        }

        #[test]
        fn any_text_of_json_words_is_answered_line_by_line(text in jsonish()) {
            let filled = text.lines().filter(|line| !line.trim_ascii().is_empty()).count();
            prop_assert_eq!(answers(&text).len(), filled);
        }

        #[test]
        fn any_numbers_are_priced_or_refused(line in wild_line()) {
            let answer = answers(&line);
            prop_assert_eq!(answer.len(), 1);
            prop_assert!(answer[0].contains("\"amount\"") != answer[0].contains("\"error\""), "{}", answer[0]);
        }
    }
}
