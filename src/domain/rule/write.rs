//! Writes a condition as JSONLogic; read again it is the same condition.

use std::fmt;

use super::{
    condition::{Condition, Ends, Literal, Operand},
    day,
};

impl Condition {
    /// As JSONLogic on one line.
    pub fn to_json(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::Always(always) => write!(out, "{always}"),
            Condition::All(parts) => operator(out, "and", parts),
            Condition::Any(parts) => operator(out, "or", parts),
            Condition::Not(part) => write!(out, "{{\"!\":[{part}]}}"),
            Condition::Compare { left, comparison, right } => operator(out, comparison.symbol(), [left, right]),
            Condition::Between { low, value, high, ends } => {
                let symbol = match ends {
                    Ends::Included => "<=",
                    Ends::Excluded => "<",
                };
                operator(out, symbol, [low, value, high])
            }
            Condition::OneOf { value, list } => {
                write!(out, "{{\"in\":[{value},[")?;
                listed(out, list)?;
                out.write_str("]]}")
            }
            Condition::Missing(facts) => operator(out, "missing", facts.iter().map(|fact| format!("\"{fact}\""))),
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Fact(fact) => write!(out, "{{\"var\":\"{fact}\"}}"),
            Operand::Literal(literal) => write!(out, "{literal}"),
            Operand::Reckoned { operator: by, parts } => operator(out, by.symbol(), parts),
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Number(number) => write!(out, "{number}"),
            Literal::Text(text) => quoted(out, text),
            Literal::Date(date) => write!(out, "\"{}\"", day::written(*date)),
            Literal::YesNo(yes) => write!(out, "{yes}"),
        }
    }
}

fn operator<T: fmt::Display>(
    out: &mut fmt::Formatter<'_>,
    symbol: &str,
    parts: impl IntoIterator<Item = T>,
) -> fmt::Result {
    write!(out, "{{\"{symbol}\":[")?;
    listed(out, parts)?;
    out.write_str("]}")
}

fn listed<T: fmt::Display>(out: &mut fmt::Formatter<'_>, parts: impl IntoIterator<Item = T>) -> fmt::Result {
    for (at, part) in parts.into_iter().enumerate() {
        if at > 0 {
            out.write_str(",")?;
        }
        write!(out, "{part}")?;
    }
    Ok(())
}

/// A text as JSON has it.
pub(super) fn quoted(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            control if control < ' ' => write!(out, "\\u{:04x}", u32::from(control))?,
            plain => out.write_char(plain)?,
        }
    }
    out.write_char('"')
}
