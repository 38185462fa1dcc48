//! Small words about people and numbers.

use super::show::locale;

/// Text made safe to stand in html.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// `MK` of `Mira Kovač`.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// `1 bill`, `2 bills`, `1,204 bills`.
pub fn count(number: i64, one: &str, many: &str) -> String {
    format!("{} {}", locale().whole(number), if number == 1 { one } else { many }).trim_end().to_owned()
}

/// `no`, `one`, `two` … `ten`; digits beyond.
pub fn in_words(number: usize) -> String {
    let words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    words.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// The same, as a sentence starts.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// How long ago, in the largest unit that says enough: `2 days`, `3 hours`, `5 minutes`, `a moment`.
pub fn how_long(ms: i64) -> String {
    let minutes = ms / 60_000;
    match minutes {
        ..1 => "a moment".to_owned(),
        1..60 => count(minutes, "minute", "minutes"),
        60..1_440 => count(minutes / 60, "hour", "hours"),
        _ => count(minutes / 1_440, "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shortened_as_people_would() {
        assert_eq!(initials("Mira Kovač"), "MK");
        assert_eq!(initials("Ana Maria Duarte"), "AD");
        assert_eq!(initials("élodie"), "É");
        assert_eq!(initials("  "), "");
    }

    #[test]
    fn counts_have_their_noun() {
        assert_eq!(count(1, "bill", "bills"), "1 bill");
        assert_eq!(count(1_204, "bill", "bills"), "1,204 bills");
        assert_eq!(count(0, "bill", "bills"), "0 bills");
    }

    #[test]
    fn a_wait_is_told_in_its_largest_unit() {
        assert_eq!(how_long(0), "a moment");
        assert_eq!(how_long(60_000), "1 minute");
        assert_eq!(how_long(3 * 3_600_000), "3 hours");
        assert_eq!(how_long(50 * 3_600_000), "2 days");
        assert_eq!(capital(&in_words(3)), "Three");
        assert_eq!(in_words(12), "12");
    }

    #[test]
    fn nothing_in_a_text_becomes_markup() {
        assert_eq!(escape("<script>'&\"</script>"), "&lt;script&gt;&#39;&amp;&quot;&lt;/script&gt;");
    }
}
