//! A line of a file that people open in a spreadsheet, where no cell may become a formula.

use std::borrow::Cow;

/// The cell as a spreadsheet shows it and does not run it: what could start a formula gets an apostrophe before it,
/// unless it is a plain number such as -3.50.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    let starts_formula = |text: &str| {
        text.starts_with(['=', '+', '-', '@', ';', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
    };
    let is_risky = starts_formula(cell) || starts_formula(cell.trim_start());
    if is_risky && !is_plain_number(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// Digits with at most one point or comma, and at most one sign before.
fn is_plain_number(cell: &str) -> bool {
    let unsigned = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    let (whole, part) = unsigned.split_once(['.', ',']).unwrap_or((unsigned, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(part)
}

/// Cells parted by commas, quoted where that is needed, without a line end. A spreadsheet may part cells at semicolons or
/// tabs instead, so a cell that holds one is quoted too: what stands behind it is no cell of its own.
pub fn line<'a>(cells: impl IntoIterator<Item = Cow<'a, str>>) -> String {
    let mut line = String::new();
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        if cell.contains([',', ';', '\t', '"', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ') {
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(&cell);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Cells, Found, split};
    use proptest::prelude::*;

    #[test]
    fn no_cell_becomes_a_formula() {
        for formula in
            ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "-", "-1-1", "＝1", ";=1+1"]
        {
            assert_eq!(harmless(formula), format!("'{formula}"), "{formula:?}");
        }
        for plain in ["Mira", "-3.50", "+7", "12", "", "a=b", "'=1", "2026-11-20", "-1,5"] {
            assert_eq!(harmless(plain), plain);
        }
    }

    #[test]
    fn what_parts_cells_elsewhere_begins_no_cell() {
        for cell in ["a;=1+1", "a\t=1+1", "a,=1+1"] {
            assert_eq!(line([Cow::Borrowed(cell)]), format!("\"{cell}\""));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_and_harmless(
            cells in proptest::collection::vec("[=+@\\-\t\r\n\",;'a1. é]{0,8}", 1..6)
        ) {
            let shown: Vec<String> = cells.iter().map(|cell| harmless(cell).into_owned()).collect();
            let line = line(shown.iter().map(|cell| Cow::Borrowed(cell.as_str())));
            let mut read = Cells::default();
            if !line.is_empty() {
                let found = split(line.as_bytes(), b',', true, &mut read);
                let is_whole = matches!(found, Found::Record { used, .. } if used == line.len());
                prop_assert!(is_whole);
                prop_assert_eq!(read.iter().map(Cow::into_owned).collect::<Vec<_>>(), shown.clone());
            }
            for cell in shown {
                let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
                prop_assert!(!risky || is_plain_number(&cell), "{cell:?}");
            }
        }
    }
}
