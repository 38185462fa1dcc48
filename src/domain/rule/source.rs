//! JSON with the place of every value, read strictly, within bounds of length, depth and number of parts.

use super::mistake::{Problem, shown};

/// A rule with every threshold written out is a few hundred bytes.
pub(super) const MOST_BYTES: usize = 64 * 1024;
/// Levels of braces and brackets; an operator takes two.
pub(super) const MOST_LEVELS: usize = 64;
pub(super) const MOST_PARTS: usize = 4_000;

/// A value and where it starts, in bytes from the start of the text.
#[derive(Debug)]
pub(super) struct Node<'s> {
    pub at: usize,
    pub json: Json<'s>,
}

#[derive(Debug)]
pub(super) enum Json<'s> {
    Null,
    YesNo(bool),
    /// As it was written.
    Number(&'s str),
    Text(String),
    List(Vec<Node<'s>>),
    Object(Vec<Member<'s>>),
}

#[derive(Debug)]
pub(super) struct Member<'s> {
    /// Where its name starts.
    pub at: usize,
    pub name: String,
    pub value: Node<'s>,
}

impl Json<'_> {
    /// As an error calls it.
    pub fn words(&self) -> String {
        match self {
            Json::Null => "null".to_owned(),
            Json::YesNo(yes) => yes.to_string(),
            Json::Number(number) => format!("the number {}", shown(number)),
            Json::Text(text) => format!("the text \"{}\"", shown(text)),
            Json::List(_) => "a list".to_owned(),
            Json::Object(members) if members.is_empty() => "an empty pair of braces".to_owned(),
            Json::Object(_) => "an object in braces".to_owned(),
        }
    }
}

/// A first problem that keeps the text from being read, and where.
pub(super) type Refused = (usize, Problem);

/// Reads one JSON value that fills the whole text.
pub(super) fn read(text: &str) -> Result<Node<'_>, Refused> {
    if text.len() > MOST_BYTES {
        return Err((0, Problem::TooLong { most: MOST_BYTES }));
    }
    let mut reader = Reader { text, at: 0, parts: 0 };
    let node = reader.value(0)?;
    reader.skip_space();
    if reader.at < text.len() {
        return Err(reader.refused("there is more after its end"));
    }
    Ok(node)
}

/// Line and column of a byte, both from 1.
pub(super) fn place(text: &str, at: usize) -> (u32, u32) {
    let before = &text.as_bytes()[..at.min(text.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let starts_a_letter = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
    let column = before[start..].iter().filter(starts_a_letter).count() + 1;
    (line as u32, column as u32)
}

struct Reader<'s> {
    text: &'s str,
    at: usize,
    parts: usize,
}

impl<'s> Reader<'s> {
    fn refused(&self, words: &str) -> Refused {
        (self.at, Problem::NotJson(words.to_owned()))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Steps over `byte` where it comes next.
    fn takes(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        self.at += usize::from(here);
        here
    }

    fn value(&mut self, levels: usize) -> Result<Node<'s>, Refused> {
        self.skip_space();
        let at = self.at;
        self.parts += 1;
        if self.parts > MOST_PARTS {
            return Err((at, Problem::TooManyParts { most: MOST_PARTS }));
        }
        if levels > MOST_LEVELS {
            return Err((at, Problem::TooDeep { most: MOST_LEVELS }));
        }
        let json = match self.peek() {
            Some(b'{') => self.object(levels)?,
            Some(b'[') => self.list(levels)?,
            Some(b'"') => Json::Text(self.quoted()?),
            Some(b'-' | b'0'..=b'9') => Json::Number(self.number()?),
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => self.word()?,
            Some(_) => return Err(self.refused("a value is needed here")),
            None => return Err(self.refused("it ends too early")),
        };
        Ok(Node { at, json })
    }

    fn object(&mut self, levels: usize) -> Result<Json<'s>, Refused> {
        self.at += 1;
        let mut members = Vec::new();
        self.skip_space();
        if self.takes(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.refused("a name in quotes is needed here"));
            }
            let at = self.at;
            let name = self.quoted()?;
            self.skip_space();
            if !self.takes(b':') {
                return Err(self.refused("a colon is needed after the name"));
            }
            members.push(Member { at, name, value: self.value(levels + 1)? });
            self.skip_space();
            if self.takes(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.takes(b',') {
                return Err(self.refused("a comma or a closing brace is needed here"));
            }
        }
    }

    fn list(&mut self, levels: usize) -> Result<Json<'s>, Refused> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.takes(b']') {
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value(levels + 1)?);
            self.skip_space();
            if self.takes(b']') {
                return Ok(Json::List(items));
            }
            if !self.takes(b',') {
                return Err(self.refused("a comma or a closing bracket is needed here"));
            }
        }
    }

    fn word(&mut self) -> Result<Json<'s>, Refused> {
        let rest = &self.text[self.at..];
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let json = match &rest[..end] {
            "true" => Json::YesNo(true),
            "false" => Json::YesNo(false),
            "null" => Json::Null,
            _ => return Err(self.refused("text stands in quotes")),
        };
        self.at += end;
        Ok(json)
    }

    fn number(&mut self) -> Result<&'s str, Refused> {
        let start = self.at;
        self.takes(b'-');
        let zero_leads = self.peek() == Some(b'0');
        let digits = self.digits()?;
        if zero_leads && digits > 1 {
            return Err((start, Problem::NotJson("a number does not start with a zero".to_owned())));
        }
        if self.takes(b'.') {
            self.digits()?;
        }
        if self.takes(b'e') || self.takes(b'E') {
            let _signed = self.takes(b'+') || self.takes(b'-');
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> Result<usize, Refused> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.refused("a digit is needed here")) } else { Ok(self.at - start) }
    }

    fn quoted(&mut self) -> Result<String, Refused> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|letter: char| letter == '"' || letter == '\\' || letter < ' ').unwrap_or(rest.len());
            text.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escaped()?),
                Some(_) => return Err(self.refused("a line break or tab in text is written \\n or \\t")),
                None => return Err(self.refused("the text has no closing quote")),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Refused> {
        self.at += 1;
        let letter = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.numbered_letter(),
            _ => return Err(self.refused("this is not an escape that JSON knows")),
        };
        self.at += 1;
        Ok(letter)
    }

    /// A letter by its number, two numbers where the first is half a letter.
    fn numbered_letter(&mut self) -> Result<char, Refused> {
        let mut numbers = vec![self.four_digits()?];
        if (0xd800..0xdc00).contains(&numbers[0]) && self.text[self.at..].starts_with("\\u") {
            self.at += 1;
            numbers.push(self.four_digits()?);
        }
        match char::decode_utf16(numbers).next() {
            Some(Ok(letter)) => Ok(letter),
            _ => Err(self.refused("this is half a letter")),
        }
    }

    fn four_digits(&mut self) -> Result<u16, Refused> {
        self.at += 1;
        let digits = self.text.get(self.at..self.at + 4).filter(|digits| digits.bytes().all(|d| d.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let Some(number) = number else {
            return Err(self.refused("four hexadecimal digits are needed here"));
        };
        self.at += 4;
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same value as `serde_json` reads it, which is the reference here.
    fn as_serde(node: &Node) -> serde_json::Value {
        match &node.json {
            Json::Null => serde_json::Value::Null,
            Json::YesNo(yes) => (*yes).into(),
            Json::Number(number) => serde_json::from_str(number).unwrap(),
            Json::Text(text) => text.as_str().into(),
            Json::List(items) => items.iter().map(as_serde).collect(),
            Json::Object(members) => {
                members.iter().map(|member| (member.name.clone(), as_serde(&member.value))).collect()
            }
        }
    }

    #[test]
    fn what_is_not_json_is_refused_at_its_place() {
        for (text, at, words) in [
            ("", 0, "it ends too early"),
            ("{\"a\": }", 6, "a value is needed here"),
            ("{a: 1}", 1, "a name in quotes is needed here"),
            ("[1, 2", 5, "a comma or a closing bracket is needed here"),
            ("[1,]", 3, "a value is needed here"),
            ("{\"a\" 1}", 5, "a colon is needed after the name"),
            ("\"abc", 4, "the text has no closing quote"),
            ("\"a\nb\"", 2, "a line break or tab in text is written \\n or \\t"),
            ("\"\\x\"", 2, "this is not an escape that JSON knows"),
            ("\"\\u12\"", 3, "four hexadecimal digits are needed here"),
            ("\"\\ud800\"", 7, "this is half a letter"),
            ("01", 0, "a number does not start with a zero"),
            ("1.", 2, "a digit is needed here"),
            ("yes", 0, "text stands in quotes"),
            ("1 2", 2, "there is more after its end"),
        ] {
            assert_eq!(read(text).unwrap_err(), (at, Problem::NotJson(words.to_owned())), "{text}");
        }
    }

    #[test]
    fn length_depth_and_number_of_parts_are_bounded() {
        let deep = "[".repeat(MOST_LEVELS + 2);
        assert_eq!(read(&deep).unwrap_err().1, Problem::TooDeep { most: MOST_LEVELS });
        let many = format!("[{}1]", "1,".repeat(MOST_PARTS));
        assert_eq!(read(&many).unwrap_err().1, Problem::TooManyParts { most: MOST_PARTS });
        let long = " ".repeat(MOST_BYTES + 1);
        assert_eq!(read(&long).unwrap_err().1, Problem::TooLong { most: MOST_BYTES });
    }

    #[test]
    fn places_are_counted_in_lines_and_letters() {
        let text = "{\n  \"é\": x}";
        assert_eq!(place(text, 0), (1, 1));
        assert_eq!(place(text, text.find('x').unwrap()), (2, 8));
        assert_eq!(place(text, 1_000), (2, 10));
    }

    proptest! {
        #[test]
        fn what_it_reads_serde_reads_alike(text in r#"[\[\]{}:,"\\a-fu0-9.eE+ -]{0,24}|true|\["\\u[0-9a-d]{4}é"\]|\{"a":\[[0-9]{1,5},"b\\n"\]\}"#) {
            match (read(&text), serde_json::from_str::<serde_json::Value>(&text)) {
                (Ok(node), Ok(value)) => prop_assert_eq!(as_serde(&node), value),
                (Err(_), Err(_)) => {}
                (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("number out of range"), "{}", error),
                (Err((_, problem)), Ok(_)) => prop_assert!(false, "{text} was refused: {problem}"),
            }
        }
    }
}
