//! Which known name a person most likely meant.

/// The known name with the fewest letters wrong, whatever their case, where it is close enough to be meant.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    const LONGEST: usize = 40;
    let name: Vec<char> = name.chars().flat_map(char::to_lowercase).take(LONGEST + 1).collect();
    if name.is_empty() || name.len() > LONGEST {
        return None;
    }
    known
        .into_iter()
        .map(|candidate| (letters_wrong(&name, candidate), candidate))
        .filter(|(wrong, candidate)| *wrong <= (candidate.len().max(name.len()) / 3).max(1))
        .min_by_key(|(wrong, _)| *wrong)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, dropped, changed or swapped with their neighbour.
fn letters_wrong(name: &[char], other: &str) -> usize {
    let other: Vec<char> = other.chars().flat_map(char::to_lowercase).collect();
    let mut before_last = vec![0; other.len() + 1];
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in name.iter().enumerate() {
        let mut this = vec![row + 1; other.len() + 1];
        for (column, wanted) in other.iter().enumerate() {
            let changed = last[column] + usize::from(letter != wanted);
            this[column + 1] = changed.min(last[column + 1] + 1).min(this[column] + 1);
            let swapped = row > 0 && column > 0 && name[row - 1] == *wanted && *letter == other[column - 1];
            if swapped {
                this[column + 1] = this[column + 1].min(before_last[column - 1] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, this);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let known = ["days_until_due", "late_fee", "and", "or", "!", "<="];
        for (name, found) in [
            ("days_untill_due", Some("days_until_due")),
            ("Late_Fee", Some("late_fee")),
            ("adn", Some("and")),
            ("=<", Some("<=")),
            ("weather", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known), found, "{name}");
        }
    }
}
