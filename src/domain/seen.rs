//! Whether something of a text is seen, and whether it stands on one line as it reads.

/// A letter of which nothing is seen, or that turns the letters around it: with such letters alone nothing is said.
pub fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Whether something of a text is seen.
pub fn is_seen(text: &str) -> bool {
    text.chars().any(|letter| !letter.is_whitespace() && !is_unseen(letter))
}

/// A letter that ends a line or turns the letters around it: no name and no number has one.
pub fn breaks_a_line(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_which_nothing_is_seen_say_nothing() {
        for nothing in
            ["", " \u{a0}\u{3000}", "\u{200b}\u{200d}", "\u{2800}", "\u{3164}\u{115f}", "\u{202e}", "\u{feff}\u{e0001}"]
        {
            assert!(!is_seen(nothing), "{nothing:?}");
        }
        for something in ["a", "\u{202e}מרחבא", "👩\u{200d}🚀", "."] {
            assert!(is_seen(something), "{something:?}");
        }
    }

    #[test]
    fn a_name_of_any_script_stands_on_one_line() {
        for name in ["Mira Kovač", "می\u{200c}خواهم", "שלום\u{200f} Ltd", "A\u{a0}B"] {
            assert!(!name.chars().any(breaks_a_line), "{name:?}");
        }
        for name in ["A\nB", "A\r\nB", "A\tB", "A\u{85}B", "A\u{2028}B", "A\u{202e}B", "A\u{2067}B", "A\u{0}"] {
            assert!(name.chars().any(breaks_a_line), "{name:?}");
        }
    }
}
