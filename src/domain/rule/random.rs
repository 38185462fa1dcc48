//! Random conditions whose types fit, and random facts for them to meet.

use jiff::civil::date;
use proptest::{collection::vec, prelude::*, sample::select};

use super::{
    Arithmetic, Comparison, Condition, Ends, Fact, Facts, Literal, Number, Operand, Type, Value,
    condition::Arithmetic::{Least, Minus, Most, Over, Plus, Remainder, Times},
};
use crate::notice::NoticeKind;
use crate::{money::Currency, percent::Percent};

/// The kind of rule with facts of every type.
pub const KIND: NoticeKind = NoticeKind::RightSize;

/// Which conditions and facts are made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shapes {
    /// All there are: facts not known, divisors of zero, fractions of every kind, numbers at the edge of 64 bits.
    All,
    /// Those that mean the same in every JSONLogic tool: whatever is compared is known, and floating point is exact.
    InEveryTool,
}

pub fn condition(shapes: Shapes) -> impl Strategy<Value = Condition> {
    let numbers = [Type::Money, Type::Days, Type::Count, Type::Percent].map(|of| comparisons_of_numbers(of, shapes));
    let leaf = prop_oneof![
        8 => proptest::strategy::Union::new(numbers),
        2 => ratios(shapes),
        3 => comparisons_of_the_rest(),
        1 => vec(select(facts_to_miss()), 1..3).prop_map(Condition::Missing),
        1 => any::<bool>().prop_map(Condition::Always),
    ];
    leaf.prop_recursive(3, 10, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Condition::All),
            vec(inner.clone(), 1..4).prop_map(Condition::Any),
            inner.prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

/// Asked with `missing`, and compared by nothing here.
pub fn facts_to_miss() -> Vec<Fact> {
    vec![Fact::TimesTold, Fact::CommitmentDaysLeft, Fact::Currency]
}

fn facts_of(of: Type) -> Vec<Fact> {
    let missed = facts_to_miss();
    KIND.facts().filter(|fact| fact.is() == of && !missed.contains(fact)).collect()
}

fn fact(of: Type) -> impl Strategy<Value = Operand> {
    select(facts_of(of)).prop_map(Operand::Fact)
}

fn quarters(range: std::ops::RangeInclusive<i32>) -> impl Strategy<Value = Number> {
    range.prop_map(|quarters| Number::read(&format!("{:.2}", f64::from(quarters) / 4.0)).unwrap())
}

fn number(of: Type) -> BoxedStrategy<Number> {
    match of {
        Type::Percent => quarters(-12..=12).boxed(),
        _ => (-8..=8).prop_map(Number::whole).boxed(),
    }
}

fn written(number: Number) -> Operand {
    Operand::Literal(Literal::Number(number))
}

fn reckoned(operator: Arithmetic, parts: impl Into<Vec<Operand>>) -> Operand {
    Operand::Reckoned { operator, parts: parts.into() }
}

/// A number of this type that asks at least one fact.
fn operand(of: Type, depth: usize, shapes: Shapes) -> BoxedStrategy<Operand> {
    if depth == 0 {
        return fact(of).boxed();
    }
    let deeper = operand(of, depth - 1, shapes);
    let any = prop_oneof![deeper.clone(), number(of).prop_map(written)];
    let mut choices = vec![
        (6, fact(of).boxed()),
        (
            1,
            (select(vec![Plus, Least, Most]), deeper.clone(), vec(any.clone(), 1..3))
                .prop_map(|(operator, first, rest)| reckoned(operator, [vec![first], rest].concat()))
                .boxed(),
        ),
        (1, (any.clone(), deeper.clone()).prop_map(|(left, right)| reckoned(Minus, [left, right])).boxed()),
        (1, deeper.clone().prop_map(|part| reckoned(Minus, [part])).boxed()),
        (1, (quarters(-8..=8), deeper.clone()).prop_map(|(by, part)| reckoned(Times, [written(by), part])).boxed()),
    ];
    if of != Type::Percent {
        choices.push((
            1,
            (deeper.clone(), fact(Type::Count)).prop_map(|(part, count)| reckoned(Times, [part, count])).boxed(),
        ));
    }
    match shapes {
        Shapes::InEveryTool => {
            let over = select(vec![1, 2, 4, -2]).prop_map(Number::whole);
            let rest = select(vec![1, 2, 3, -3, 5]).prop_map(Number::whole);
            choices
                .push((1, (deeper.clone(), over).prop_map(|(part, by)| reckoned(Over, [part, written(by)])).boxed()));
            choices.push((1, (deeper, rest).prop_map(|(part, by)| reckoned(Remainder, [part, written(by)])).boxed()));
        }
        Shapes::All => {
            choices.push((
                1,
                (deeper.clone(), quarters(-8..=8)).prop_map(|(part, by)| reckoned(Over, [part, written(by)])).boxed(),
            ));
            choices
                .push((1, (deeper.clone(), any).prop_map(|(left, right)| reckoned(Remainder, [left, right])).boxed()));
            if matches!(of, Type::Money | Type::Days) {
                choices.push((
                    1,
                    (deeper, fact(Type::Count)).prop_map(|(part, count)| reckoned(Over, [part, count])).boxed(),
                ));
            }
        }
    }
    proptest::strategy::Union::new_weighted(choices).boxed()
}

fn comparison() -> impl Strategy<Value = Comparison> {
    select(Comparison::ALL.to_vec())
}

fn comparisons_of_numbers(of: Type, shapes: Shapes) -> BoxedStrategy<Condition> {
    let divisors = if shapes == Shapes::All { vec![0, 3, -7] } else { vec![2, -4] };
    let fixed = (-20..=20, select(divisors))
        .prop_map(|(number, by)| reckoned(Over, [written(Number::whole(number)), written(Number::whole(by))]));
    let side = move || prop_oneof![6 => number(of).prop_map(written), 1 => fixed.clone(), 2 => operand(of, 1, shapes)];
    let ends = || select(vec![Ends::Included, Ends::Excluded]);
    prop_oneof![
        6 => (operand(of, 2, shapes), comparison(), side(), any::<bool>()).prop_map(|(asked, comparison, side, turned)| {
            let (left, right) = if turned { (side, asked) } else { (asked, side) };
            Condition::Compare { left, comparison, right }
        }),
        1 => (-8..8, operand(of, 1, shapes), 1..8, ends()).prop_map(|(low, value, width, ends)| Condition::Between {
            low: written(Number::whole(low)),
            value,
            high: written(Number::whole(low + width)),
            ends,
        }),
        1 => (side(), fact(of), fact(of), ends())
            .prop_map(|(low, value, high, ends)| Condition::Between { low, value, high, ends }),
        1 => (operand(of, 1, shapes), vec(number(of).prop_map(Literal::Number), 1..12))
            .prop_map(|(value, list)| Condition::OneOf { value, list }),
    ]
    .boxed()
}

fn ratios(shapes: Shapes) -> BoxedStrategy<Condition> {
    if shapes == Shapes::InEveryTool {
        return comparisons_of_numbers(Type::Money, shapes);
    }
    let divided =
        |of| (operand(of, 1, shapes), operand(of, 1, shapes)).prop_map(|(left, right)| reckoned(Over, [left, right]));
    let ratio = || prop_oneof![divided(Type::Money), divided(Type::Days), divided(Type::Count)];
    prop_oneof![
        (ratio(), comparison(), quarters(-8..=8).prop_map(written))
            .prop_map(|(left, comparison, right)| Condition::Compare { left, comparison, right }),
        (ratio(), comparison(), ratio()).prop_map(|(left, comparison, right)| Condition::Compare {
            left,
            comparison,
            right
        }),
    ]
    .boxed()
}

fn comparisons_of_the_rest() -> BoxedStrategy<Condition> {
    let is_or_not = || select(vec![Comparison::Is, Comparison::IsNot]);
    let day = || (1_i8..=9).prop_map(|day| Literal::Date(date(2026, 11, day)));
    let plan = || select(vec!["a", "b", "c", "é\"\\"]).prop_map(|plan| Literal::Text(plan.to_owned()));
    let size = || select(vec!["smaller", "larger"]).prop_map(|size| Literal::Text(size.to_owned()));
    let plans = || select(vec![Fact::Plan, Fact::OtherPlan]).prop_map(Operand::Fact);
    prop_oneof![
        (fact(Type::Date), comparison(), day()).prop_map(|(left, comparison, day)| Condition::Compare {
            left,
            comparison,
            right: Operand::Literal(day)
        }),
        (1_i8..=4, fact(Type::Date), 5_i8..=9).prop_map(|(low, value, high)| Condition::Between {
            low: Operand::Literal(Literal::Date(date(2026, 11, low))),
            value,
            high: Operand::Literal(Literal::Date(date(2026, 11, high))),
            ends: Ends::Included,
        }),
        (fact(Type::Date), vec(day(), 1..4)).prop_map(|(value, list)| Condition::OneOf { value, list }),
        (plans(), is_or_not(), plan()).prop_map(|(left, comparison, plan)| Condition::Compare {
            left,
            comparison,
            right: Operand::Literal(plan)
        }),
        (plans(), is_or_not(), plans()).prop_map(|(left, comparison, right)| Condition::Compare {
            left,
            comparison,
            right
        }),
        (plans(), vec(plan(), 1..12)).prop_map(|(value, list)| Condition::OneOf { value, list }),
        (is_or_not(), size()).prop_map(|(comparison, size)| Condition::Compare {
            left: Operand::Fact(Fact::SizeChange),
            comparison,
            right: Operand::Literal(size),
        }),
        (fact(Type::YesNo), is_or_not(), any::<bool>()).prop_map(|(left, comparison, yes)| Condition::Compare {
            left,
            comparison,
            right: Operand::Literal(Literal::YesNo(yes)),
        }),
        (fact(Type::YesNo), is_or_not(), fact(Type::YesNo)).prop_map(|(left, comparison, right)| Condition::Compare {
            left,
            comparison,
            right
        }),
    ]
    .boxed()
}

/// Cheap random numbers from a seed that proptest gives.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn number(&mut self, shapes: Shapes) -> i64 {
        const EDGES: [i64; 6] = [i64::MIN, i64::MIN + 1, i64::MAX, i64::MAX - 1, 1 << 40, -(1 << 62)];
        if shapes == Shapes::All && self.roll(12) == 0 {
            return EDGES[self.roll(EDGES.len() as u64) as usize];
        }
        self.roll(17) as i64 - 8
    }

    /// Values for those of `facts` that come out as known.
    pub fn facts(&mut self, facts: &[Fact], shapes: Shapes) -> Facts {
        let mut known = Facts::new(Currency::EUR);
        let may_miss = facts_to_miss();
        for fact in facts {
            let is_missing = self.roll(6) == 0 && (shapes == Shapes::All || may_miss.contains(fact));
            if is_missing {
                continue;
            }
            let value = match fact.is() {
                Type::Money => Value::Money(self.number(shapes)),
                Type::Days => Value::Days(self.number(shapes)),
                Type::Count => Value::Count(self.number(shapes)),
                Type::Percent => {
                    let millionths = match shapes {
                        Shapes::All if self.roll(2) == 0 => self.number(shapes),
                        _ => self.number(Shapes::InEveryTool) * 2_500,
                    };
                    Value::Percent(Percent { millionths })
                }
                Type::Date => Value::Date(date(2026, 11, 1 + self.roll(9) as i8)),
                Type::Text if *fact == Fact::SizeChange => {
                    Value::Text(["smaller", "larger"][self.roll(2) as usize].to_owned())
                }
                Type::Text => Value::Text(["a", "b", "c", "é\"\\"][self.roll(4) as usize].to_owned()),
                Type::YesNo => Value::YesNo(self.roll(2) == 0),
            };
            known.set(*fact, value).unwrap();
        }
        known
    }
}
