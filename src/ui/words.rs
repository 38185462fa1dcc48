//! Small words about people and numbers.

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

/// `Mira` of `Mira Kovač`; the whole where there is one word.
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
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
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{grouped} {}", if number == 1 { one } else { many }).trim_end().to_owned()
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
        assert_eq!(first_name("Mira Kovač"), "Mira");
    }

    #[test]
    fn counts_have_their_noun() {
        assert_eq!(count(1, "bill", "bills"), "1 bill");
        assert_eq!(count(1_204, "bill", "bills"), "1,204 bills");
        assert_eq!(count(0, "bill", "bills"), "0 bills");
    }

    #[test]
    fn nothing_in_a_text_becomes_markup() {
        assert_eq!(escape("<script>'&\"</script>"), "&lt;script&gt;&#39;&amp;&quot;&lt;/script&gt;");
    }
}
