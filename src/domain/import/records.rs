//! One record after the other from the bytes of a delimited file, quotes and all.

use std::borrow::Cow;

/// The cells of one record, without their quotes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell at a place; empty where there is none.
    pub fn get(&self, at: usize) -> Cow<'_, str> {
        let Some(end) = self.ends.get(at) else { return Cow::Borrowed("") };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        String::from_utf8_lossy(&self.text[start..*end])
    }

    pub fn iter(&self) -> impl Iterator<Item = Cow<'_, str>> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Whether there is nothing to read in any cell, as in the lines a spreadsheet leaves at the end.
    pub fn are_blank(&self) -> bool {
        self.text.iter().all(u8::is_ascii_whitespace)
    }

    /// The same as if a record had held these.
    pub fn fill(&mut self, cells: &[String]) {
        self.clear();
        for cell in cells {
            self.text.extend_from_slice(cell.as_bytes());
            self.end_cell();
        }
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }
}

/// What stands at the start of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A record of `used` bytes and `lines` physical lines, its end of line among them.
    Record { used: usize, lines: u64 },
    /// The bytes end within a record, and more may come.
    Incomplete,
    /// The file ends within quotes.
    Unclosed,
}

enum Within {
    Start,
    Plain,
    Quotes,
    /// After a quote within quotes: the end of the cell, or half of a doubled quote.
    Quote,
}

/// Reads the first record of `bytes` into `cells`; `is_end` says that no bytes follow.
///
/// Quotes count only at the start of a cell, a doubled quote within them is one, and what follows a closing quote is
/// kept. Lines end with line feed, carriage return or both.
pub fn split(bytes: &[u8], delimiter: u8, is_end: bool, cells: &mut Cells) -> Found {
    cells.clear();
    let mut at = 0;
    let mut lines = 0;
    let mut within = Within::Start;
    while let Some(&byte) = bytes.get(at) {
        // A carriage return alone ends a line as well; with a line feed after it, they are one.
        let ends_line = match (byte, bytes.get(at + 1)) {
            (b'\n', _) => Some(1),
            (b'\r', Some(b'\n')) => Some(2),
            (b'\r', None) if !is_end => return Found::Incomplete,
            (b'\r', _) => Some(1),
            _ => None,
        };
        match (&within, ends_line) {
            (Within::Quotes, Some(length)) => {
                cells.text.extend_from_slice(&bytes[at..at + length]);
                lines += 1;
                at += length;
                continue;
            }
            (_, Some(length)) => {
                cells.end_cell();
                return Found::Record { used: at + length, lines: lines + 1 };
            }
            (Within::Quotes, None) => {
                if byte == b'"' {
                    within = Within::Quote;
                } else {
                    at = copy_until(bytes, at, cells, |byte| matches!(byte, b'"' | b'\n' | b'\r'));
                    continue;
                }
            }
            (Within::Start, None) if byte == b'"' => within = Within::Quotes,
            (Within::Quote, None) if byte == b'"' => {
                cells.text.push(b'"');
                within = Within::Quotes;
            }
            (_, None) if byte == delimiter => {
                cells.end_cell();
                within = Within::Start;
            }
            (_, None) => {
                at = copy_until(bytes, at, cells, |byte| byte == delimiter || matches!(byte, b'\n' | b'\r'));
                within = Within::Plain;
                continue;
            }
        }
        at += 1;
    }
    match within {
        _ if !is_end => Found::Incomplete,
        Within::Quotes => Found::Unclosed,
        _ => {
            cells.end_cell();
            Found::Record { used: at, lines: lines + 1 }
        }
    }
}

/// Copies from `at` up to where `stops`, and says where that is.
fn copy_until(bytes: &[u8], at: usize, cells: &mut Cells, stops: impl Fn(u8) -> bool) -> usize {
    let length = bytes[at..].iter().position(|byte| stops(*byte)).unwrap_or(bytes.len() - at);
    cells.text.extend_from_slice(&bytes[at..at + length]);
    at + length
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &[u8]) -> Vec<(u64, Vec<String>)> {
        let (mut at, mut line, mut records, mut cells) = (0, 1, Vec::new(), Cells::default());
        while at < text.len() {
            let Found::Record { used, lines } = split(&text[at..], b',', true, &mut cells) else { break };
            records.push((line, cells.iter().map(Cow::into_owned).collect()));
            at += used;
            line += lines;
        }
        records
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn quotes_and_line_ends_inside_cells_are_part_of_them() {
        let text = b"a,\"b \"\"c\"\", d\"\r\n\"two\r\nlines\",x\n\n\"\",\"y\"z\rlast,";
        assert_eq!(
            all(text),
            [
                row(1, &["a", "b \"c\", d"]),
                row(2, &["two\r\nlines", "x"]),
                row(4, &[""]),
                row(5, &["", "yz"]),
                row(6, &["last", ""]),
            ]
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_is_said() {
        let mut cells = Cells::default();
        assert_eq!(split(b"a,\"b\nc", b',', true, &mut cells), Found::Unclosed);
        assert_eq!(split(b"a,\"b\nc", b',', false, &mut cells), Found::Incomplete);
        assert_eq!(split(b"a,b\r", b',', false, &mut cells), Found::Incomplete);
        assert_eq!(split(b"say \"hi\",b", b',', true, &mut cells), Found::Record { used: 10, lines: 1 });
        assert_eq!(cells.get(0), "say \"hi\"");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), delimiter in any::<u8>()) {
            let mut cells = Cells::default();
            for is_end in [true, false] {
                if let Found::Record { used, .. } = split(&bytes, delimiter, is_end, &mut cells) {
                    prop_assert!(used <= bytes.len());
                }
                let _ = cells.iter().count();
            }
        }

        #[test]
        fn what_is_known_with_all_bytes_is_known_with_some(text in "[ab,\"\n\r]{0,40}") {
            let (mut whole, mut part) = (Cells::default(), Cells::default());
            for cut in 0..text.len() {
                let early = split(&text.as_bytes()[..cut], b',', false, &mut part);
                if early != Found::Incomplete {
                    prop_assert_eq!(split(text.as_bytes(), b',', true, &mut whole), early);
                    prop_assert_eq!(&whole, &part);
                }
            }
        }
    }
}
