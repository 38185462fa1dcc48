//! The words of a notice, with facts in braces: "Pay by {due_on} and there is no fee."

use std::fmt;

use super::{
    condition::Operand,
    evaluate::Known,
    fact::Fact,
    mistake::Problem,
    phrase::{Listener, Speech},
    reading::Reading,
    types::Sort,
    value::Facts,
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Words(String),
    Fact(Fact),
}

/// A fact the message speaks of is not known, so the message is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not known, and the message speaks of it")]
pub struct NotKnown(pub Fact);

impl Message {
    pub(super) fn read(text: &str, reading: &mut Reading<'_>, path: &str, at: usize) -> Option<Message> {
        let mut parts = Vec::new();
        let mut is_right = true;
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            let inside = &rest[open..];
            let Some(name) = inside.strip_prefix('{').and_then(|inside| inside.split_once('}')).map(|(name, _)| name)
            else {
                reading.mistake(path, at, Problem::OpenBrace);
                return None;
            };
            if open > 0 {
                parts.push(Part::Words(rest[..open].to_owned()));
            }
            match reading.fact(name.trim(), path, at) {
                Some(fact) => parts.push(Part::Fact(fact)),
                None => is_right = false,
            }
            rest = &inside[name.len() + 2..];
        }
        if !rest.is_empty() {
            parts.push(Part::Words(rest.to_owned()));
        }
        is_right.then_some(Message { parts })
    }

    /// The words with the values of one subject.
    pub fn fill(&self, facts: &Facts) -> Result<String, NotKnown> {
        let speech = Speech { currency: facts.currency(), to: Listener::Customer };
        let said = |part: &Part| match part {
            Part::Words(words) => Ok(words.clone()),
            Part::Fact(fact) => {
                let operand = Operand::Fact(*fact);
                let value: Option<Known> = operand.value(facts);
                value.map(|value| speech.value(value, Sort::Of(fact.is()))).ok_or(NotKnown(*fact))
            }
        };
        self.parts.iter().map(said).collect()
    }

    pub fn facts(&self) -> Vec<Fact> {
        let fact = |part: &Part| match part {
            Part::Words(_) => None,
            Part::Fact(fact) => Some(*fact),
        };
        self.parts.iter().filter_map(fact).collect()
    }
}

impl fmt::Display for Message {
    /// As it was written, with names in braces.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Words(words) => out.write_str(words),
            Part::Fact(fact) => write!(out, "{{{fact}}}"),
        })
    }
}

/// Words and facts in turn, as the rules Candor comes with are written.
pub(super) struct Pieces<'w>(pub &'w [(&'w str, Option<Fact>)]);

impl From<Pieces<'_>> for Message {
    fn from(pieces: Pieces<'_>) -> Self {
        let mut parts = Vec::new();
        for (words, fact) in pieces.0 {
            parts.push(Part::Words((*words).to_owned()));
            parts.extend(fact.map(Part::Fact));
        }
        Message { parts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{money::Currency, notice::NoticeKind, rule::Value};
    use jiff::civil::date;

    fn read(text: &str) -> Result<Message, Vec<String>> {
        let mut reading = Reading::new(text, NoticeKind::FeeWarning);
        let message = Message::read(text, &mut reading, "", 0);
        reading.finish(message).map_err(|mistakes| mistakes.iter().map(|mistake| mistake.problem.to_string()).collect())
    }

    #[test]
    fn a_message_speaks_of_facts_in_the_customers_words() {
        let message = read("Pay by {due_on} and the fee of { late_fee } does not come.").unwrap();
        assert_eq!(message.to_string(), "Pay by {due_on} and the fee of {late_fee} does not come.");
        assert_eq!(message.facts(), [Fact::DueOn, Fact::LateFee]);
        let facts = Facts::new(Currency::EUR).with(Fact::DueOn, Value::Date(date(2026, 11, 20))).unwrap();
        assert_eq!(message.fill(&facts), Err(NotKnown(Fact::LateFee)));
        let facts = facts.with(Fact::LateFee, Value::Money(500)).unwrap();
        let filled = message.fill(&facts).unwrap();
        assert_eq!(filled, "Pay by 20 November 2026 and the fee of €5.00 does not come.");
    }

    #[test]
    fn a_message_that_cannot_be_meant_is_refused() {
        assert!(
            read("Dear {customer_tier} customer").unwrap_err()[0].starts_with("Candor treats every customer alike")
        );
        assert_eq!(read("{late_fe}").unwrap_err(), ["\"late_fe\" is not a fact; did you mean \"late_fee\"?"]);
        for text in ["{late_fee", "late_fee}", "{", "a } b {late_fee}"] {
            assert!(read(text).unwrap_err()[0].starts_with("a brace is left open"), "{text}");
        }
    }
}
