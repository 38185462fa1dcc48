//! Facts of many subjects in columns, a block of 1,024 rows at a time.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{fact::Fact, subject::Subject, value::Value};

/// Rows in a block.
pub const ROWS: usize = 1_024;
const WORDS: usize = ROWS / 64;

/// Yes or no for each row of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bits(pub(super) [u64; WORDS]);

impl Bits {
    pub const NONE: Self = Self([0; WORDS]);
    pub const ALL: Self = Self([u64::MAX; WORDS]);

    /// Yes for the first `rows`.
    pub fn first(rows: usize) -> Self {
        Self(std::array::from_fn(|word| match rows.saturating_sub(word * 64) {
            0 => 0,
            some @ 1..64 => (1 << some) - 1,
            _ => u64::MAX,
        }))
    }

    pub fn get(&self, row: usize) -> bool {
        self.0[row / 64] >> (row % 64) & 1 == 1
    }

    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }

    /// The rows that are yes, in order.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(at, word)| {
            let rest = std::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)));
            rest.take_while(|word| *word != 0).map(move |word| at * 64 + word.trailing_zeros() as usize)
        })
    }

    pub fn and(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] & other.0[at]))
    }

    pub fn or(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }

    pub fn not(&self) -> Self {
        Self(std::array::from_fn(|at| !self.0[at]))
    }

    fn set(&mut self, row: usize) {
        self.0[row / 64] |= 1 << (row % 64);
    }
}

/// Texts by number, so that equal texts are equal numbers. A condition and the columns it runs on share one.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    numbers: HashMap<String, i64>,
}

impl Texts {
    pub fn number(&mut self, text: &str) -> i64 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.numbers.len() as i64;
        self.numbers.insert(text.to_owned(), number);
        number
    }

    /// A value as a column holds it.
    pub fn code(&mut self, value: &Value) -> i64 {
        match value {
            Value::Money(whole) | Value::Days(whole) | Value::Count(whole) => *whole,
            Value::Percent(percent) => percent.millionths,
            Value::Date(date) => date_code(*date),
            Value::Text(text) => self.number(text),
            Value::YesNo(yes) => i64::from(*yes),
        }
    }
}

/// A date as a column holds it: a number that is larger for a later date.
pub fn date_code(date: Date) -> i64 {
    (i64::from(date.year()) * 16 + i64::from(date.month())) * 32 + i64::from(date.day())
}

/// One fact of every row: money in minor units, days, counts, percent in ten-thousandths, dates by [`date_code`], texts by
/// [`Texts::number`], yes as 1.
#[derive(Clone, Debug)]
pub struct Column {
    values: Box<[i64; ROWS]>,
    known: Bits,
}

impl Column {
    pub fn unknown() -> Self {
        Self { values: Box::new([0; ROWS]), known: Bits::NONE }
    }

    pub fn put(&mut self, row: usize, code: i64) {
        self.values[row] = code;
        self.known.set(row);
    }

    pub(super) fn values(&self) -> &[i64; ROWS] {
        &self.values
    }

    pub(super) fn known(&self) -> Bits {
        self.known
    }
}

/// Up to [`ROWS`] subjects. A fact without a column is known for none of them.
#[derive(Clone, Debug)]
pub struct Block {
    rows: usize,
    columns: Vec<Option<Column>>,
    /// Those that have a column.
    asked: Vec<Fact>,
}

impl Block {
    /// An empty block with a column for each of `facts`.
    pub fn new(facts: impl IntoIterator<Item = Fact>) -> Self {
        let mut columns = vec![None; Fact::COUNT];
        let mut asked: Vec<Fact> = facts.into_iter().collect();
        asked.sort_unstable();
        asked.dedup();
        for fact in &asked {
            columns[*fact as usize] = Some(Column::unknown());
        }
        Self { rows: 0, columns, asked }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn is_full(&self) -> bool {
        self.rows == ROWS
    }

    /// Empties the block and keeps its memory.
    pub fn clear(&mut self) {
        self.rows = 0;
        for column in self.columns.iter_mut().flatten() {
            column.known = Bits::NONE;
        }
    }

    /// Adds one subject and gives its row; nothing where the block is full.
    pub fn push(&mut self, subject: &impl Subject, texts: &mut Texts) -> Option<usize> {
        let row = self.add_row()?;
        for fact in &self.asked {
            if let (Some(column), Some(value)) = (&mut self.columns[*fact as usize], subject.value(*fact)) {
                column.put(row, texts.code(&value));
            }
        }
        Some(row)
    }

    /// Adds a row of which nothing is known yet; nothing where the block is full.
    pub fn add_row(&mut self) -> Option<usize> {
        let row = self.rows;
        self.rows = (row + 1).min(ROWS);
        (row < ROWS).then_some(row)
    }

    pub fn column(&self, fact: Fact) -> Option<&Column> {
        self.columns[fact as usize].as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn the_first_rows_are_the_first_rows() {
        for rows in [0, 1, 63, 64, 65, 1_000, 1_023, 1_024] {
            let bits = Bits::first(rows);
            assert_eq!(bits.count(), rows);
            assert_eq!(bits.rows().collect::<Vec<_>>(), (0..rows).collect::<Vec<_>>());
            assert_eq!(bits.not().count(), ROWS - rows);
        }
    }

    #[test]
    fn a_block_takes_as_many_rows_as_it_has() {
        let mut block = Block::new([Fact::Today]);
        assert_eq!((0..ROWS + 2).filter_map(|_| block.add_row()).count(), ROWS);
        assert!(block.is_full());
        block.clear();
        assert_eq!(block.add_row(), Some(0));
    }

    proptest! {
        #[test]
        fn a_later_date_has_a_larger_code(
            left in (-9999_i16..=9999, 1_i8..=12, 1_i8..=28), right in (-9999_i16..=9999, 1_i8..=12, 1_i8..=28),
        ) {
            let day = |(year, month, day)| date(year, month, day);
            prop_assert_eq!(day(left).cmp(&day(right)), date_code(day(left)).cmp(&date_code(day(right))));
        }
    }
}
