//! Finding a column by its name.

/// Why a name leads to no column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoColumn {
    #[error("the file has no column {0:?}")]
    Missing(String),
    #[error("the file has several columns {0:?}, so it is not clear which is meant")]
    Ambiguous(String),
}

/// The place of a column: by its name as it is, else whatever its case and the spaces around it.
pub fn find_column(header: &[String], name: &str) -> Result<usize, NoColumn> {
    let same = |other: &String| other.trim() == name.trim();
    let alike = |other: &String| other.trim().to_lowercase() == name.trim().to_lowercase();
    if let Some(found) = the_one(header, name, same)? {
        return Ok(found);
    }
    the_one(header, name, alike)?.ok_or_else(|| NoColumn::Missing(name.to_owned()))
}

fn the_one(header: &[String], name: &str, fits: impl Fn(&String) -> bool) -> Result<Option<usize>, NoColumn> {
    let mut found = header.iter().enumerate().filter(|(_, other)| fits(other)).map(|(at, _)| at);
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(NoColumn::Ambiguous(name.to_owned())),
        (found, _) => Ok(found),
    }
}

/// The letters and digits of a name in lower case: `Due Date`, `due_date` and `DueDate` have the same.
pub(super) fn key(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_column_is_found_whatever_its_case_and_spaces() {
        let header = header(&[" Due Date ", "amount", "AMOUNT", "id", "id"]);
        assert_eq!(find_column(&header, "due date"), Ok(0));
        assert_eq!(find_column(&header, "AMOUNT"), Ok(2));
        assert_eq!(find_column(&header, "Amount"), Err(NoColumn::Ambiguous("Amount".to_owned())));
        assert_eq!(find_column(&header, "id"), Err(NoColumn::Ambiguous("id".to_owned())));
        assert_eq!(find_column(&header, "due"), Err(NoColumn::Missing("due".to_owned())));
    }
}
