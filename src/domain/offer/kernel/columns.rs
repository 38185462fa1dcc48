//! What many customer-months used, column by column.

/// Digits after the point of the finest number a column holds.
const FINEST: u8 = 6;

/// What many customer-months used: one row each, one column per meter, in millionths of a unit.
#[derive(Clone, Debug)]
pub struct UsageColumns {
    rows: usize,
    columns: Vec<Column>,
}

/// The use of one meter, in steps of the coarsest power of ten that holds every row exactly, so that most columns are
/// of small numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    steps: Vec<u64>,
    /// A step is one unit over ten to this power.
    places: u8,
    /// The largest number of steps.
    most: u64,
}

impl UsageColumns {
    /// No rows yet, with so many `meters`.
    pub fn new(meters: usize) -> Self {
        Self { rows: 0, columns: vec![Column::default(); meters] }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Forgets the rows and keeps their memory for the next ones.
    pub fn clear(&mut self) {
        self.rows = 0;
        self.columns.iter_mut().for_each(Column::clear);
    }

    /// Adds a row: millionths of a unit of each meter, in the order of the columns. A meter that is left out was not
    /// used.
    pub fn push(&mut self, millionths: &[u64]) {
        self.rows += 1;
        let given = millionths.iter().copied().chain(std::iter::repeat(0));
        self.columns.iter_mut().zip(given).for_each(|(column, used)| column.push(used));
    }

    pub(super) fn column(&self, at: usize) -> Option<&Column> {
        self.columns.get(at)
    }
}

impl Column {
    pub(super) fn steps(&self) -> &[u64] {
        &self.steps
    }

    pub(super) fn places(&self) -> u8 {
        self.places
    }

    pub(super) fn most(&self) -> u64 {
        self.most
    }

    fn clear(&mut self) {
        self.steps.clear();
        (self.places, self.most) = (0, 0);
    }

    fn push(&mut self, millionths: u64) {
        while !millionths.is_multiple_of(millionths_in_step(self.places)) {
            self.refine();
        }
        let steps = millionths / millionths_in_step(self.places);
        self.steps.push(steps);
        self.most = self.most.max(steps);
    }

    /// Makes the steps ten times as fine. None outgrows its type, since as many millionths fit.
    fn refine(&mut self) {
        self.places += 1;
        self.most *= 10;
        self.steps.iter_mut().for_each(|steps| *steps *= 10);
    }
}

/// How many millionths a step of so many `places` is.
pub(super) fn millionths_in_step(places: u8) -> u64 {
    10_u64.pow(u32::from(FINEST - places))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_coarse_as_its_rows_allow() {
        let mut usage = UsageColumns::new(2);
        usage.push(&[3_000_000]);
        usage.push(&[u64::MAX / 10 * 10, 2_500_000]);
        usage.push(&[1_000_000, 0, 7]);
        let column = |at| usage.column(at).map(|column: &Column| (column.steps.clone(), column.places, column.most));
        let most = u64::MAX / 10;
        assert_eq!(column(0), Some((vec![300_000, most, 100_000], 5, most)));
        assert_eq!(column(1), Some((vec![0, 25, 0], 1, 25)), "what is left out is zero");
        assert_eq!((usage.rows(), column(2)), (3, None));
        usage.clear();
        usage.push(&[2_000_000, 1]);
        assert_eq!(usage.columns[0].steps, [2]);
        assert_eq!((usage.columns[1].places, usage.columns[1].most, usage.rows()), (6, 1, 1));
    }
}
