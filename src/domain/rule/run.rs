//! Runs a compiled condition on a block: every test over a whole column, without a branch per row.

use super::{
    block::{Bits, Block, Column, ROWS},
    compile::{Compiled, Formula, Test},
    condition::{Arithmetic, Comparison},
    exact::Exact,
    fact::Fact,
};

/// Lists up to this long are compared one by one, longer ones searched.
const SHORT_LIST: usize = 8;

impl Compiled {
    /// The rows of the block for which the condition holds.
    pub fn run(&self, block: &Block) -> Bits {
        self.test.run(block).and(&Bits::first(block.rows()))
    }
}

impl Test {
    /// Rows beyond the end of the block may be anything.
    fn run(&self, block: &Block) -> Bits {
        match self {
            Test::Always(true) => Bits::ALL,
            Test::Always(false) => Bits::NONE,
            Test::All(tests) => {
                let mut held = Bits::first(block.rows());
                for test in tests {
                    if held.is_none() {
                        break;
                    }
                    held = held.and(&test.run(block));
                }
                held
            }
            Test::Any(tests) => {
                let every_row = Bits::first(block.rows());
                let mut held = every_row.not();
                for test in tests {
                    if held == Bits::ALL {
                        break;
                    }
                    held = held.or(&test.run(block));
                }
                held
            }
            Test::Not(test) => test.run(block).not(),
            Test::Within { fact, low, high } => {
                let (low, width) = (*low, high.wrapping_sub(*low) as u64);
                of_column(block, *fact, |value| value.wrapping_sub(low) as u64 <= width)
            }
            Test::Outside { fact, low, high } => {
                let (low, width) = (*low, high.wrapping_sub(*low) as u64);
                of_column(block, *fact, |value| value.wrapping_sub(low) as u64 > width)
            }
            Test::OneOf { fact, list } if list.len() <= SHORT_LIST => {
                let is = |wanted: &i64| of_column(block, *fact, |value| value == *wanted);
                list.iter().map(is).fold(Bits::NONE, |held, is| held.or(&is))
            }
            Test::OneOf { fact, list } => of_column(block, *fact, |value| list.binary_search(&value).is_ok()),
            Test::Facts { left, comparison, right } => match (block.column(*left), block.column(*right)) {
                (Some(left), Some(right)) => {
                    compared(left.values(), *comparison, right.values()).and(&left.known()).and(&right.known())
                }
                _ => Bits::NONE,
            },
            Test::Numbers { left, comparison, right } => match (left.run(block), right.run(block)) {
                (Some(left), Some(right)) => left.compared(*comparison, &right),
                _ => Bits::NONE,
            },
            Test::OneOfNumbers { value, list } => value.run(block).map_or(Bits::NONE, |value| {
                let is = |number: &Exact| value.compared(Comparison::Is, &Numbers::all(*number));
                list.iter().map(is).fold(Bits::NONE, |held, is| held.or(&is))
            }),
            Test::Missing(facts) => facts
                .iter()
                .map(|fact| block.column(*fact).map_or(Bits::ALL, |column| column.known().not()))
                .fold(Bits::NONE, |held, missing| held.or(&missing)),
        }
    }
}

fn of_column(block: &Block, fact: Fact, holds: impl Fn(i64) -> bool) -> Bits {
    block.column(fact).map_or(Bits::NONE, |column: &Column| bits(column.values(), holds).and(&column.known()))
}

/// One bit for each value. The values are compared into bytes, which vectorises, and eight bytes at a time are gathered into
/// eight bits by one multiplication.
fn bits(values: &[i64; ROWS], holds: impl Fn(i64) -> bool) -> Bits {
    let mut bits = Bits::NONE;
    for (word, values) in bits.0.iter_mut().zip(values.as_chunks::<64>().0) {
        let mut bytes = [0_u8; 64];
        for (byte, value) in bytes.iter_mut().zip(values) {
            *byte = u8::from(holds(*value));
        }
        *word = gathered(&bytes);
    }
    bits
}

fn bits_of_two(left: &[i64; ROWS], right: &[i64; ROWS], holds: impl Fn(i64, i64) -> bool) -> Bits {
    let mut bits = Bits::NONE;
    let pairs = left.as_chunks::<64>().0.iter().zip(right.as_chunks::<64>().0);
    for (word, (left, right)) in bits.0.iter_mut().zip(pairs) {
        let mut bytes = [0_u8; 64];
        for (byte, (left, right)) in bytes.iter_mut().zip(left.iter().zip(right)) {
            *byte = u8::from(holds(*left, *right));
        }
        *word = gathered(&bytes);
    }
    bits
}

/// The lowest bit of each byte.
fn gathered(bytes: &[u8; 64]) -> u64 {
    /// Moves the lowest bit of byte `n` to bit `56 + n`, with nothing carried on the way.
    const TO_THE_TOP: u64 = 0x0102_0408_1020_4080;
    let eights = bytes.as_chunks::<8>().0.iter().enumerate();
    eights.fold(0, |word, (at, eight)| word | (u64::from_le_bytes(*eight).wrapping_mul(TO_THE_TOP) >> 56) << (at * 8))
}

fn compared(left: &[i64; ROWS], comparison: Comparison, right: &[i64; ROWS]) -> Bits {
    match comparison {
        Comparison::Is => bits_of_two(left, right, |left, right| left == right),
        Comparison::IsNot => bits_of_two(left, right, |left, right| left != right),
        Comparison::Below => bits_of_two(left, right, |left, right| left < right),
        Comparison::AtMost => bits_of_two(left, right, |left, right| left <= right),
        Comparison::Above => bits_of_two(left, right, |left, right| left > right),
        Comparison::AtLeast => bits_of_two(left, right, |left, right| left >= right),
    }
}

/// The numbers a formula gives: whole, or each with its own denominator.
struct Numbers {
    above: Box<[i64; ROWS]>,
    below: Option<Box<[i64; ROWS]>>,
    known: Bits,
}

impl Formula {
    /// Nothing where a fact is known for no row.
    fn run(&self, block: &Block) -> Option<Numbers> {
        match self {
            Formula::Fact { fact, parts } => {
                let column = block.column(*fact)?;
                let below = (*parts != 1).then(|| Box::new([*parts; ROWS]));
                Some(Numbers { above: Box::new(*column.values()), below, known: column.known() })
            }
            Formula::Constant(number) => Some(Numbers::all(*number)),
            Formula::Negated(part) => {
                let part = part.run(block)?;
                Some(part.each(|number| number.negated()))
            }
            Formula::Reckoned { operator, first, rest } => {
                rest.iter().try_fold(first.run(block)?, |left, right| Some(left.reckoned(*operator, right.run(block)?)))
            }
        }
    }
}

impl Numbers {
    /// The same in every row.
    fn all(number: Exact) -> Self {
        let (above, below) = number.parts();
        let below = (below != 1).then(|| Box::new([below; ROWS]));
        Self { above: Box::new([above; ROWS]), below, known: Bits::ALL }
    }

    fn get(&self, row: usize) -> Exact {
        Exact::ratio(self.above[row], self.below.as_ref().map_or(1, |below| below[row]))
    }

    fn reckoned(self, operator: Arithmetic, right: Numbers) -> Numbers {
        if self.below.is_none() && right.below.is_none() {
            match operator {
                Arithmetic::Plus => return self.whole(right, i64::overflowing_add),
                Arithmetic::Minus => return self.whole(right, i64::overflowing_sub),
                Arithmetic::Times => return self.whole(right, i64::overflowing_mul),
                Arithmetic::Least => return self.whole(right, |left, right| (left.min(right), false)),
                Arithmetic::Most => return self.whole(right, |left, right| (left.max(right), false)),
                Arithmetic::Over | Arithmetic::Remainder => {}
            }
        }
        let known = self.known.and(&right.known);
        let left = Numbers { known, ..self };
        left.rows_replaced(|row, number| number.reckoned(operator, right.get(row)))
    }

    /// Whole numbers row by row; what overflows is not known.
    fn whole(mut self, right: Numbers, reckon: impl Fn(i64, i64) -> (i64, bool)) -> Numbers {
        let mut overflowed = Bits::NONE;
        let lefts = self.above.as_chunks_mut::<64>().0.iter_mut();
        for (word, (left, right)) in overflowed.0.iter_mut().zip(lefts.zip(right.above.as_chunks::<64>().0)) {
            let mut bytes = [0_u8; 64];
            for (byte, (left, right)) in bytes.iter_mut().zip(left.iter_mut().zip(right)) {
                let (result, has_overflowed) = reckon(*left, *right);
                *left = result;
                *byte = u8::from(has_overflowed);
            }
            *word = gathered(&bytes);
        }
        self.known = self.known.and(&right.known).and(&overflowed.not());
        self
    }

    fn each(self, change: impl Fn(Exact) -> Option<Exact>) -> Numbers {
        self.rows_replaced(|_, number| change(number))
    }

    /// Every known row anew, some of them no longer known.
    fn rows_replaced(mut self, replaced: impl Fn(usize, Exact) -> Option<Exact>) -> Numbers {
        let mut below = self.below.take().unwrap_or_else(|| Box::new([1; ROWS]));
        let mut known = Bits::NONE;
        for row in self.known.rows() {
            let number = Exact::ratio(self.above[row], below[row]);
            if let Some(number) = replaced(row, number) {
                (self.above[row], below[row]) = number.parts();
                known.0[row / 64] |= 1 << (row % 64);
            }
        }
        Numbers { above: self.above, below: Some(below), known }
    }

    fn compared(&self, comparison: Comparison, right: &Numbers) -> Bits {
        let known = self.known.and(&right.known);
        if self.below.is_none() && right.below.is_none() {
            return compared(&self.above, comparison, &right.above).and(&known);
        }
        let mut held = Bits::NONE;
        for row in known.rows() {
            let holds = comparison.holds(self.get(row).order(right.get(row)));
            held.0[row / 64] |= u64::from(holds) << (row % 64);
        }
        held
    }
}
