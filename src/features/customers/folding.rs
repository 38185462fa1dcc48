//! How names are folded so that whoever is looked for is found however they are written.

use unicode_normalization::UnicodeNormalization;

use super::store::WORDS;

/// Lower case, without accents and quotes, with one space for spaces, dashes and commas: `O\u{2019}Brien-Wei\u{df},  Ay\u{15f}e` becomes
/// `obrien weiss ayse`. Marks of scripts that are no accents stay.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfkd().flat_map(char::to_lowercase).nfkd() {
        match letter {
            letter if is_accent(letter) || is_quote(letter) || is_unseen(letter) => {}
            letter if letter.is_whitespace() || is_dash(letter) || matches!(letter, ',' | ';') => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ø' => folded.push('o'),
            'ħ' => folded.push('h'),
            'ŧ' => folded.push('t'),
            'ς' => folded.push('σ'),
            letter => folded.push(letter),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// One pattern for each word that is sought, whose own wildcards stand for themselves; `%`, which everything holds, for the
/// words there are not.
pub fn patterns(sought: &str) -> [String; WORDS] {
    let sought = folded(sought);
    let mut words = sought.split(' ');
    std::array::from_fn(|_| {
        let mut pattern = String::from("%");
        let word = words.next().unwrap_or_default();
        for letter in word.chars() {
            if matches!(letter, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        if !word.is_empty() {
            pattern.push('%');
        }
        pattern
    })
}

/// A letter that is there and is not seen, or turns what follows: nobody types it.
fn is_unseen(letter: char) -> bool {
    crate::domain::seen::is_unseen(letter)
}

/// The marks that letters of alphabets carry, points of Hebrew and Arabic among them.
fn is_accent(letter: char) -> bool {
    matches!(
        letter,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}' | '\u{670}'
    )
}

fn is_quote(letter: char) -> bool {
    matches!(
        letter,
        '\'' | '"'
            | '`'
            | '´'
            | 'ʻ'
            | 'ʼ'
            | 'ʹ'
            | '‘'
            | '’'
            | '‚'
            | '‛'
            | '“'
            | '”'
            | '„'
            | '‟'
            | '′'
            | '«'
            | '»'
            | '‹'
            | '›'
    )
}

fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_folded_the_same_however_it_is_written() {
        for (written, expected) in [
            ("Müller", "muller"),
            ("Mu\u{308}ller", "muller"),
            ("Nguyễn Thị", "nguyen thi"),
            ("Özil", "ozil"),
            ("Işık", "isik"),
            ("IŞIK", "isik"),
            ("ışık İpek", "isik ipek"),
            ("Weiß", "weiss"),
            ("WEIẞ", "weiss"),
            ("Łukasz Đorđe Ørsted Æsa Þór", "lukasz dorde orsted aesa thor"),
            ("O’Brien", "obrien"),
            ("O'Brien", "obrien"),
            ("  Ana\u{a0}\u{2003} Maria ", "ana maria"),
            ("Smith‑Jones", "smith jones"),
            ("Kovač, Mira", "kovac mira"),
            ("ＡＢＣ ﬁn", "abc fin"),
            ("Σίσυφος", "σισυφοσ"),
            ("Ze\u{200b}ro\u{202e}", "zero"),
            ("की", "की"),
        ] {
            assert_eq!(folded(written), folded(expected), "{written}");
        }
        assert_eq!(folded("Ayşe O’Weiß"), "ayse oweiss");
    }

    #[test]
    fn wildcards_in_what_is_sought_stand_for_themselves() {
        let of = |sought| patterns(sought).into_iter().filter(|pattern| pattern != "%").collect::<Vec<_>>();
        assert_eq!(of("Ana"), ["%ana%"]);
        assert_eq!(of("50%_\\"), ["%50\\%\\_\\\\%"]);
        assert_eq!(of("Mira  Kovač"), ["%mira%", "%kovac%"]);
        assert_eq!(of(" "), [""; 0]);
    }
}
