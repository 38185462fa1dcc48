//! What parts the cells of a file.

use super::{Cells, Found, split};

/// What may part cells, the likeliest first.
pub const DELIMITERS: [u8; 4] = *b",;\t|";
/// So many records are looked at.
const LOOKED_AT: usize = 30;

/// The delimiter with which the most records are alike in how many cells they have; a comma where none parts anything.
pub fn guess_delimiter(sample: &[u8], is_whole: bool) -> u8 {
    let mut best = (0, 0, DELIMITERS[0]);
    for delimiter in DELIMITERS {
        let (alike, width) = alike(sample, is_whole, delimiter);
        if width > 1 && (alike, width) > (best.0, best.1) {
            best = (alike, width, delimiter);
        }
    }
    best.2
}

/// How many cells, more than one, the most records have, and how many those records are. Titles above a table and a stamp
/// below it have fewer.
fn alike(sample: &[u8], is_whole: bool, delimiter: u8) -> (usize, usize) {
    let mut at = 0;
    let mut widths: Vec<(usize, usize)> = Vec::new();
    let mut cells = Cells::default();
    for _ in 0..LOOKED_AT {
        match split(&sample[at..], delimiter, is_whole, &mut cells) {
            Found::Record { used, .. } if used > 0 => at += used,
            _ => break,
        }
        if cells.are_blank() || cells.len() < 2 {
            continue;
        }
        match widths.iter_mut().find(|(_, width)| *width == cells.len()) {
            Some((alike, _)) => *alike += 1,
            None => widths.push((1, cells.len())),
        }
    }
    widths.into_iter().max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_found() {
        for (text, delimiter) in [
            ("a,b,c\n1,2,3\n", b','),
            ("number;amount;due\n1;38,20;20.11.2026\n2;1,50;21.11.2026\n", b';'),
            ("a\tb\n1,5\t2,5\n", b'\t'),
            ("a|b|c\n1|2|\"x,y\"\n", b'|'),
            ("name\nMira\n", b','),
            ("id;name\n1;\"Kov,ač; Mira\"\n2;\"a,b\"\n", b';'),
            ("Invoices;;\nof June, 2026;;\nnumber;amount;due\n1;38,20;1.6.2026\n2;1,50;2.6.2026\n", b';'),
            ("", b','),
        ] {
            assert_eq!(guess_delimiter(text.as_bytes(), true) as char, delimiter as char, "{text:?}");
        }
    }
}
