//! What earlier rows of the same file said, in a few bytes each.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, Hash, RandomState},
};

use super::{days::Days, parts::Parts};

/// Keys that stood in the file so far. Hashes with a seed of their own stand for the texts: a million rows cost some
/// twenty megabytes, and nobody can make two keys look alike on purpose.
pub struct Earlier {
    seed: RandomState,
    accepted: HashSet<u64>,
    /// What was new or changed and cannot be seen in the database: in this batch, or in all when nothing is written.
    unwritten: HashMap<u64, u64>,
    /// Who signs in with an address that no row in the database has yet.
    claimed: HashMap<u64, u64>,
    /// Addresses that somebody gave up, whom the database still shows with them.
    released: HashSet<u64>,
    /// Of use: what the whole file says of each day.
    pub days: Days,
    /// Of bills: what the whole file says of those in several rows.
    pub parts: Parts,
    is_dry_run: bool,
}

/// What a row does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Creates,
    Updates,
    ChangesNothing,
    /// An earlier row of this file has the same key and says otherwise.
    Contradicts,
}

impl Earlier {
    pub fn new(is_dry_run: bool, days: Days, parts: Parts) -> Self {
        Self {
            seed: RandomState::new(),
            accepted: HashSet::new(),
            unwritten: HashMap::new(),
            claimed: HashMap::new(),
            released: HashSet::new(),
            days,
            parts,
            is_dry_run,
        }
    }

    /// `as_before` says whether the database has the same already; nothing where it has no such key.
    pub fn judge(&mut self, key: impl Hash, values: impl Hash, as_before: Option<bool>) -> Verdict {
        let (key, values) = (self.seed.hash_one(key), self.seed.hash_one(values));
        if let Some(earlier) = self.unwritten.get(&key) {
            return if *earlier == values { Verdict::ChangesNothing } else { Verdict::Contradicts };
        }
        let verdict = match as_before {
            None => Verdict::Creates,
            Some(true) => Verdict::ChangesNothing,
            Some(false) if self.accepted.contains(&key) => Verdict::Contradicts,
            Some(false) => Verdict::Updates,
        };
        if verdict != Verdict::Contradicts {
            self.accepted.insert(key);
        }
        if matches!(verdict, Verdict::Creates | Verdict::Updates) {
            self.unwritten.insert(key, values);
        }
        verdict
    }

    /// Whether an earlier row gave this address to somebody else.
    pub fn is_claimed(&self, email: &str, key: &str) -> bool {
        let claimed = self.claimed.get(&self.seed.hash_one(email));
        claimed.is_some_and(|by| *by != self.seed.hash_one(key))
    }

    pub fn claim(&mut self, email: &str, key: &str) {
        self.claimed.insert(self.seed.hash_one(email), self.seed.hash_one(key));
    }

    /// Whether an earlier row took this address from whom the database shows with it.
    pub fn is_released(&self, email: &str) -> bool {
        self.released.contains(&self.seed.hash_one(email))
    }

    pub fn release(&mut self, email: &str) {
        self.released.insert(self.seed.hash_one(email));
    }

    /// What was accepted so far is in the database now, unless nothing is written.
    pub fn settle(&mut self) {
        if !self.is_dry_run {
            self.unwritten.clear();
            self.claimed.clear();
            self.released.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_rows_with_one_key_the_first_holds() {
        for is_dry_run in [true, false] {
            let mut earlier = Earlier::new(is_dry_run, Days::default(), Parts::default());
            assert_eq!(earlier.judge("1042", 5, None), Verdict::Creates);
            assert_eq!(earlier.judge("1042", 5, None), Verdict::ChangesNothing);
            assert_eq!(earlier.judge("1042", 6, None), Verdict::Contradicts);
            earlier.settle();
            let now_known = (!is_dry_run).then_some(true);
            assert_eq!(earlier.judge("1042", 5, now_known), Verdict::ChangesNothing);
            assert_eq!(earlier.judge("1042", 6, now_known.map(|_| false)), Verdict::Contradicts);
            assert_eq!(earlier.judge("1043", 6, Some(false)), Verdict::Updates);
        }
    }
}
