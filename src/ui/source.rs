//! Where something was read: a link, where that is an address of the web.

use leptos::prelude::*;

/// A sentence that names `source` between `before` and `after`: an address, or words such as “a letter”.
pub fn sourced(before: &str, source: &str, after: &str) -> AnyView {
    if !is_address(source) {
        return format!("{before}{source}{after}").into_any();
    }
    let (before, words, after) = (before.to_owned(), source.to_owned(), after.to_owned());
    view! { {before}<a href=source.to_owned() rel="noopener noreferrer"><bdi>{words}</bdi></a>{after} }.into_any()
}

/// Whether a text is an address that a browser opens, and nothing else.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let name = rest.unwrap_or_default().split(['/', '?', '#', ':']).next().unwrap_or_default();
    let is_plain = text.chars().all(|letter| letter.is_alphanumeric() || "-._~:/?#[]!$&'()*+,;=%".contains(letter));
    is_plain && name.contains('.') && name.split('.').all(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_of_the_web_becomes_a_link() {
        for address in ["https://other.example/prices", "http://other.example", "https://other.example:8443/a?b=c#d"] {
            assert!(is_address(address), "{address}");
        }
        for words in [
            "a letter",
            "other.example/prices",
            "javascript:alert(1)",
            "https://",
            "https://x",
            "https://ours.example@theirs.example/",
            "https://other.example/ and a letter",
            "https://other..example",
            "ftp://other.example/",
        ] {
            assert!(!is_address(words), "{words}");
        }
    }
}
