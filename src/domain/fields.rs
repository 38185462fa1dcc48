//! The fields of a JSON object with their source text, so that numbers are read exactly and mistakes are named.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::decimal::Decimal;

/// One JSON object, each value still as it was written. A name that stands twice is refused, since either could be meant.
#[derive(Debug)]
pub struct Fields<'a> {
    path: String,
    values: BTreeMap<String, &'a RawValue>,
}

/// What is wrong with which field; `path` is empty for the object as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub path: String,
    pub problem: String,
}

impl FieldError {
    pub fn new(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { path: path.into(), problem: problem.into() }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { f.write_str(&self.problem) } else { write!(f, "{} {}", self.path, self.problem) }
    }
}

impl std::error::Error for FieldError {}

impl<'a> Fields<'a> {
    /// Reads an object; `path` is how errors call it, empty for the outermost.
    pub fn read(path: &str, json: &'a str) -> Result<Self, FieldError> {
        if !json.trim_start().starts_with('{') {
            let problem = match serde_json::from_str::<serde::de::IgnoredAny>(json) {
                Ok(_) => "must be an object in braces".to_owned(),
                Err(error) => format!("is not JSON: {}", in_words(&error)),
            };
            return Err(FieldError::new(path, problem));
        }
        let Object(values) = serde_json::from_str(json)
            .map_err(|error| FieldError::new(path, format!("is not JSON: {}", in_words(&error))))?;
        Ok(Self { path: path.to_owned(), values })
    }

    /// How errors call this field.
    pub fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    pub fn error(&self, name: &str, problem: impl Into<String>) -> FieldError {
        FieldError::new(self.path_of(name), problem)
    }

    /// The source text of a value; `None` where it is absent or null.
    pub fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.values.get(name).copied().filter(|value| value.get() != "null")
    }

    /// Refuses a name that is not among the known, so that a slip of the pen in an optional field does not change a price.
    pub fn only(&self, known: &[&str]) -> Result<(), FieldError> {
        match self.values.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(self.error(&shown(name), "is not a field that is known here")),
            None => Ok(()),
        }
    }

    pub fn decimal(&self, name: &str) -> Result<Option<Decimal>, FieldError> {
        self.raw(name).map(|value| read_decimal(&self.path_of(name), value)).transpose()
    }

    /// A decimal that is zero or more.
    pub fn amount(&self, name: &str) -> Result<Option<Decimal>, FieldError> {
        match self.decimal(name)? {
            Some(number) if number.is_negative() => {
                Err(self.error(name, format!("must not be below zero, but is {number}")))
            }
            number => Ok(number),
        }
    }

    pub fn required_amount(&self, name: &str) -> Result<Decimal, FieldError> {
        self.amount(name)?.ok_or_else(|| self.missing(name))
    }

    /// A whole number that is zero or more.
    pub fn count(&self, name: &str) -> Result<Option<u64>, FieldError> {
        self.amount(name)?
            .map(|number| match number.parts() {
                (digits, 0) => u64::try_from(digits).map_err(|_| self.error(name, "is too large")),
                _ => Err(self.error(name, format!("must be a whole number, but is {number}"))),
            })
            .transpose()
    }

    pub fn text(&self, name: &str) -> Result<Option<String>, FieldError> {
        self.raw(name)
            .map(|value| serde_json::from_str(value.get()).map_err(|_| self.error(name, "must be text in quotes")))
            .transpose()
    }

    pub fn required_text(&self, name: &str) -> Result<String, FieldError> {
        self.text(name)?.ok_or_else(|| self.missing(name))
    }

    pub fn object(&self, name: &str) -> Result<Option<Fields<'a>>, FieldError> {
        self.raw(name).map(|value| Fields::read(&self.path_of(name), value.get())).transpose()
    }

    pub fn required_object(&self, name: &str) -> Result<Fields<'a>, FieldError> {
        self.object(name)?.ok_or_else(|| self.missing(name))
    }

    pub fn list(&self, name: &str) -> Result<Option<Vec<&'a RawValue>>, FieldError> {
        self.raw(name)
            .map(|value| serde_json::from_str(value.get()).map_err(|_| self.error(name, "must be a list in brackets")))
            .transpose()
    }

    pub fn required_list(&self, name: &str) -> Result<Vec<&'a RawValue>, FieldError> {
        self.list(name)?.ok_or_else(|| self.missing(name))
    }

    pub fn missing(&self, name: &str) -> FieldError {
        self.error(name, "is missing")
    }
}

/// A number or a string that holds one, from its source text.
pub fn read_decimal(path: &str, value: &RawValue) -> Result<Decimal, FieldError> {
    let written = value.get();
    let unquoted;
    let text = match written.as_bytes().first() {
        Some(b'"') => {
            unquoted =
                serde_json::from_str::<String>(written).map_err(|_| FieldError::new(path, "is not readable text"))?;
            unquoted.as_str()
        }
        Some(b'-' | b'0'..=b'9') => written,
        _ => return Err(FieldError::new(path, format!("must be a number, but is {}", shown(written)))),
    };
    text.parse().map_err(|problem| FieldError::new(path, format!("{problem}: {}", shown(text))))
}

/// Text from outside, cut to what a person reads in an error.
pub fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let mut printable = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let mut start: String = printable.by_ref().take(MOST).collect();
    if printable.next().is_some() {
        start.push('…');
    }
    start
}

/// The reader's own words without its line number, which is always 1 here.
fn in_words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    match words.rsplit_once(" at line ") {
        Some((problem, _)) => format!("{} (column {})", shown(problem), error.column()),
        None => shown(&words),
    }
}

struct Object<'a>(BTreeMap<String, &'a RawValue>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut values = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if values.contains_key(&name) {
                        return Err(A::Error::custom(format_args!("{} stands twice", shown(&name))));
                    }
                    values.insert(name, value);
                }
                Ok(Object(values))
            }
        }
        deserializer.deserialize_map(Names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_from_its_text_whether_quoted_or_not() {
        let fields = Fields::read("", r#"{"a": 0.1000000000000000055511151231257827, "b": "1e3", "c": null}"#).unwrap();
        assert_eq!(fields.decimal("a").unwrap().unwrap().to_string(), "0.1000000000000000055511151231257827");
        assert_eq!(fields.decimal("b").unwrap().unwrap().to_string(), "1000");
        assert_eq!(fields.decimal("c").unwrap(), None);
        assert_eq!(fields.decimal("d").unwrap(), None);
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let fields = Fields::read("properties", r#"{"a": "x", "b": -1, "c": 1.5, "d": [], "e": true}"#).unwrap();
        let words = |error: FieldError| error.to_string();
        assert_eq!(words(fields.decimal("a").unwrap_err()), "properties.a is not a decimal number: x");
        assert_eq!(words(fields.amount("b").unwrap_err()), "properties.b must not be below zero, but is -1");
        assert_eq!(words(fields.count("c").unwrap_err()), "properties.c must be a whole number, but is 1.5");
        assert_eq!(words(fields.decimal("e").unwrap_err()), "properties.e must be a number, but is true");
        assert_eq!(words(fields.required_text("f").unwrap_err()), "properties.f is missing");
        assert_eq!(words(fields.required_object("d").unwrap_err()), "properties.d must be an object in braces");
        assert_eq!(
            words(fields.only(&["a", "b", "c", "d"]).unwrap_err()),
            "properties.e is not a field that is known here"
        );
    }

    #[test]
    fn a_name_that_stands_twice_is_refused() {
        let error = Fields::read("", r#"{"units": 1, "units": 2}"#).unwrap_err();
        assert!(error.to_string().contains("units stands twice"), "{error}");
    }

    #[test]
    fn a_list_is_not_taken_for_an_object() {
        assert!(Fields::read("", "[1, 2]").unwrap_err().to_string().contains("must be an object"));
        assert!(Fields::read("", "{\"a\": ").unwrap_err().to_string().contains("is not JSON"));
    }
}
