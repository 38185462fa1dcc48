//! Conditions and values in a person's words.

use super::{
    condition::{Arithmetic, Comparison, Literal, Operand},
    day,
    evaluate::Known,
    exact::Exact,
    fact::Fact,
    types::{Sort, Type},
};
use crate::money::{Currency, Money};

impl Comparison {
    /// "at most", as in "it must be at most 3"; nothing is said for [`Comparison::Is`].
    pub fn words(self, of: Type) -> &'static str {
        let is_date = of == Type::Date;
        match self {
            Self::Is => "",
            Self::IsNot => "other than",
            Self::Below if is_date => "before",
            Self::Below => "less than",
            Self::AtMost if is_date => "no later than",
            Self::AtMost => "at most",
            Self::Above if is_date => "after",
            Self::Above => "more than",
            Self::AtLeast if is_date => "no earlier than",
            Self::AtLeast => "at least",
        }
    }
}

/// Who hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// Somebody who asks about a customer.
    Staff,
    /// The customer it is about.
    Customer,
}

/// How values are said of one customer.
#[derive(Clone, Copy)]
pub(super) struct Speech {
    pub currency: Currency,
    pub to: Listener,
}

impl Speech {
    /// `sort` is what the value is beside, which says whether a number is money.
    pub fn value(self, value: Known<'_>, sort: Sort) -> String {
        match value {
            Known::Number(number) => self.number(number, sort),
            Known::Date(date) => day::words(date),
            Known::Text(text) => text.to_owned(),
            Known::YesNo(yes) => yes_or_no(yes).to_owned(),
        }
    }

    fn number(self, number: Exact, sort: Sort) -> String {
        match sort {
            Sort::Of(Type::Money) if number.is_whole() => Money::new(number.floor(), self.currency).to_string(),
            Sort::Of(Type::Money) => {
                // A part of a cent can only come from arithmetic; it is said and not rounded away.
                let below = Money::new(number.floor(), self.currency);
                format!("a little more than {below}")
            }
            Sort::Of(Type::Percent) => format!("{} %", in_hundredths(number)),
            _ => plain(number),
        }
    }

    /// An operand as the subject of a sentence: "days until due", "the bill less the credit".
    pub fn operand(self, operand: &Operand, sort: Sort) -> String {
        match operand {
            Operand::Fact(fact) => self.fact(*fact).to_owned(),
            Operand::Literal(literal) => self.literal(literal, sort),
            Operand::Reckoned { operator, parts } => self.reckoned(*operator, parts, sort),
        }
    }

    pub fn fact(self, fact: Fact) -> &'static str {
        match self.to {
            Listener::Staff => fact.words(),
            Listener::Customer => fact.words_to_customer(),
        }
    }

    pub fn literal(self, literal: &Literal, sort: Sort) -> String {
        self.value(literal.value(), sort)
    }

    fn reckoned(self, operator: Arithmetic, parts: &[Operand], sort: Sort) -> String {
        let inner = |part: &Operand| {
            // What is multiplied or divided need not be of the type of the result.
            let sort = match (operator, part.sort()) {
                (Arithmetic::Times | Arithmetic::Over, Some(own)) => own,
                (_, Some(Sort::Plain) | None) => sort,
                (_, Some(own)) => own,
            };
            let words = self.operand(part, sort);
            if matches!(part, Operand::Reckoned { .. }) { format!("({words})") } else { words }
        };
        let words: Vec<String> = parts.iter().map(inner).collect();
        match operator {
            Arithmetic::Plus => words.join(" plus "),
            Arithmetic::Minus if words.len() == 1 => format!("minus {}", words.concat()),
            Arithmetic::Minus => words.join(" less "),
            Arithmetic::Times => words.join(" times "),
            Arithmetic::Over => words.join(" divided by "),
            Arithmetic::Remainder => format!("what is left of {}", words.join(" divided by ")),
            Arithmetic::Least => format!("the least of {}", listed(&words, "and")),
            Arithmetic::Most => format!("the most of {}", listed(&words, "and")),
        }
    }
}

/// "a, b and c".
pub(super) fn listed(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., end] => format!("{} {last} {end}", most.join(", ")),
    }
}

pub(super) fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// With two decimals at most, cut off: what is not reached is not said to be.
fn in_hundredths(number: Exact) -> String {
    let (above, below) = number.lowest_terms();
    match (i128::from(above) * 100).checked_div(i128::from(below)).and_then(|cut| i64::try_from(cut).ok()) {
        Some(cut) => plain(Exact::ratio(cut, 100)),
        None => plain(number),
    }
}

/// "12.5" where it ends after a few digits, else as a fraction, "1/3".
pub(super) fn plain(number: Exact) -> String {
    const MOST_DECIMALS: usize = 6;
    let (above, below) = number.lowest_terms();
    let sign = if above < 0 { "-" } else { "" };
    let (above, below) = (u128::from(above.unsigned_abs()), u128::from(below.unsigned_abs()));
    let millionths = above * 1_000_000;
    if !millionths.is_multiple_of(below) {
        return format!("{sign}{above}/{below}");
    }
    let all = format!("{:0>width$}", millionths / below, width = MOST_DECIMALS + 1);
    let (whole, part) = all.split_at(all.len() - MOST_DECIMALS);
    let part = part.trim_end_matches('0');
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_in_full_or_as_a_fraction() {
        for (above, below, words) in [
            (2, 1, "2"),
            (-5, 2, "-2.5"),
            (1, 3, "1/3"),
            (-50, 10_000, "-0.005"),
            (0, 7, "0"),
            (1_234_567, 1, "1234567"),
        ] {
            assert_eq!(plain(Exact::ratio(above, below)), words);
        }
    }
}
