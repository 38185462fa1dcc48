//! A mapping as a TOML file that a person keeps beside their exports.

use std::fmt::Write;

use crate::domain::import::{Kind, Mapping};

/// The text is no mapping.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mapping could not be read, {}: {words}", line.map_or("somewhere".to_owned(), |line| format!("line {line}")))]
pub struct NotAMapping {
    pub line: Option<u32>,
    words: String,
}

pub fn read(text: &str) -> Result<Mapping, NotAMapping> {
    toml::from_str(text).map_err(|error| NotAMapping {
        line: error
            .span()
            .and_then(|span| text.get(..span.start))
            .map(|before| 1 + before.matches('\n').count() as u32),
        words: error.message().lines().collect::<Vec<_>>().join(" "),
    })
}

/// The fields in the order of our own columns.
pub fn write(kind: Kind, mapping: &Mapping) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = format!("# Where candor import {kind} finds each field.\n");
    for (name, value) in [("delimiter", &mapping.delimiter), ("encoding", &mapping.encoding)] {
        if let Some(value) = value {
            let _ = writeln!(text, "{name} = {}", quoted(value));
        }
    }
    if let Some(rows) = mapping.skip_rows {
        let _ = writeln!(text, "skip_rows = {rows}");
    }
    for field in kind.fields() {
        let Some(source) = mapping.fields.get(field.name) else { continue };
        let told = [
            ("column", &source.column),
            ("value", &source.value),
            ("format", &source.format),
            ("time", &source.time),
            ("covers", &source.covers),
        ];
        let mut parts: Vec<String> = told
            .iter()
            .filter_map(|(name, value)| value.as_ref().map(|value| format!("{name} = {}", quoted(value))))
            .collect();
        if !source.yes.is_empty() {
            let words: Vec<String> = source.yes.iter().map(|word| quoted(word)).collect();
            parts.push(format!("yes = [{}]", words.join(", ")));
        }
        let _ = writeln!(text, "{} = {{ {} }}", field.name, parts.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mapping_is_written_as_it_is_read() {
        let text = "# Where candor import invoices finds each field.\n\
                    delimiter = \";\"\n\
                    number = { column = \"No. \\\"1\\\"\" }\n\
                    currency = { value = \"USD\" }\n\
                    due_on = { column = \"Due\", format = \"M/D/YYYY\" }\n\
                    disputed = { column = \"State\", yes = [\"disputed\", \"open\"] }\n";
        let mapping = read(text).expect("a mapping");
        assert_eq!(mapping.fields["disputed"].yes, ["disputed", "open"]);
        let written = write(Kind::Invoices, &mapping);
        assert_eq!(read(&written), Ok(mapping));
        assert_eq!(written.lines().count(), text.lines().count());
    }

    #[test]
    fn what_is_no_mapping_is_refused_in_one_line() {
        let words = |text| read(text).expect_err(text).to_string();
        assert!(words("due_on = {").starts_with("the mapping could not be read, line 1: "));
        assert!(words("due_on = { colum = \"Due\" }").contains("colum"));
        assert!(!words("due_on = 3\n= 4").contains('\n'));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_and_what_is_read_is_no_larger_than_its_text(
            bytes in prop::collection::vec(any::<u8>(), 0..400), at in any::<prop::sample::Index>(), byte: u8,
        ) {
            let _ = read(&String::from_utf8_lossy(&bytes));
            let mut valid = b"delimiter = \";\"\ndue_on = { column = \"Due\", format = \"M/D/YYYY\" }\n".to_vec();
            let at = at.index(valid.len());
            valid[at] = byte;
            let text = String::from_utf8_lossy(&valid).into_owned();
            match read(&text) {
                Ok(mapping) => prop_assert!(mapping.fields.len() <= 2 && write(Kind::Invoices, &mapping).len() < 2_000),
                Err(refused) => prop_assert!(refused.to_string().len() <= 8 * text.len() + 200),
            }
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = format!("due_on = {}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(&deep).is_err());
    }
}
