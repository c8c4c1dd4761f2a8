//! JSON values whose reading is put off: repeated keys stay, and a number keeps the text in which it was written.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{error::Category, value::RawValue};

use super::DecodeError;

/// The fields of an object, in their order, repeated ones too.
pub struct Fields<'a>(pub Vec<(Cow<'a, str>, Value<'a>)>);

/// A value that is valid JSON and not read yet.
#[derive(Clone, Copy, Deserialize)]
#[serde(transparent)]
pub struct Value<'a>(#[serde(borrow)] &'a RawValue);

/// What is wrong, and with which part of the text.
pub struct Wrong<'a> {
    reason: String,
    part: Option<&'a str>,
}

/// A string, borrowed where it has no escapes. Half of a surrogate pair, as some cut an emoji, is replaced, not refused.
struct Text<'a>(Cow<'a, str>);

/// The objects of a list; what follows it does not count.
pub fn objects(text: &str) -> Result<Vec<Fields<'_>>, DecodeError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    Vec::deserialize(&mut reader).map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> DecodeError {
    let within_string = error.to_string().starts_with("EOF while parsing a string");
    DecodeError::Json(match error.classify() {
        Category::Eof if !within_string => {
            format!("End of input at line {} column {}", error.line(), error.column())
        }
        _ => "Malformed".to_owned(),
    })
}

impl<'a> Value<'a> {
    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.0.get() == "null"
    }

    /// Whether it is a string.
    pub fn is_string(self) -> bool {
        self.token() == "STRING"
    }

    /// A string, or a number as it was written.
    pub fn text(self) -> Result<Cow<'a, str>, Wrong<'a>> {
        match self.token() {
            "STRING" => Ok(self.read::<Text>()?.0),
            "NUMBER" => Ok(Cow::Borrowed(self.0.get())),
            _ => Err(self.unexpected("a string", self.token())),
        }
    }

    /// A whole number, also one that is written as `"15"`, `15.0` or `1.5e1`.
    pub fn integer(self, expected: &str) -> Result<i64, Wrong<'a>> {
        if !matches!(self.token(), "STRING" | "NUMBER") {
            return Err(self.unexpected(expected, self.token()));
        }
        let text = self.text()?;
        if let Ok(value) = text.parse() {
            return Ok(value);
        }
        match text.parse::<f64>() {
            Err(_) if text.is_empty() => Err(Wrong::from("empty String")),
            Err(_) => Err(Wrong::from(format!("For input string: \"{text}\""))),
            Ok(value) if (value as i64) as f64 == value => Ok(value as i64),
            Ok(_) => Err(self.unexpected(expected, &text)),
        }
    }

    /// `true` or `false`.
    pub fn boolean(self) -> Result<bool, Wrong<'a>> {
        match self.token() {
            "BOOLEAN" => Ok(self.0.get() == "true"),
            token => Err(self.unexpected("a boolean", token)),
        }
    }

    /// The fields of an object.
    pub fn fields(self) -> Result<Vec<(Cow<'a, str>, Value<'a>)>, Wrong<'a>> {
        self.read::<Fields>().map(|fields| fields.0)
    }

    /// The objects of a list.
    pub fn list(self) -> Result<Vec<Fields<'a>>, Wrong<'a>> {
        self.read()
    }

    /// An error that points at this value.
    pub fn wrong(self, reason: String) -> Wrong<'a> {
        let part = Some(self.0.get());
        Wrong { reason, part }
    }

    fn unexpected(self, expected: &str, found: &str) -> Wrong<'a> {
        self.wrong(format!("Expected {expected} but was {found}"))
    }

    fn read<T: Deserialize<'a>>(self) -> Result<T, Wrong<'a>> {
        serde_json::from_str(self.0.get()).map_err(|_| Wrong::from("Malformed"))
    }

    // The names that Zipkin's errors show; the value is valid, so its first byte decides.
    fn token(self) -> &'static str {
        match self.0.get().as_bytes().first() {
            Some(b'"') => "STRING",
            Some(b'{') => "BEGIN_OBJECT",
            Some(b'[') => "BEGIN_ARRAY",
            Some(b't' | b'f') => "BOOLEAN",
            Some(b'n') => "NULL",
            _ => "NUMBER",
        }
    }
}

impl Wrong<'_> {
    /// The error for a list with this text.
    pub fn in_list(&self, text: &str) -> DecodeError {
        DecodeError::Json(self.in_text(text))
    }

    // The reason and its place in the text that the part was cut from.
    fn in_text(&self, text: &str) -> String {
        let start = self
            .part
            .map(|part| part.as_ptr() as usize - text.as_ptr() as usize);
        let Some(before) = start.and_then(|start| text.get(..start)) else {
            return self.reason.clone();
        };
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&each| each != '\n').count() + 1;
        format!("{} at line {line} column {column}", self.reason)
    }
}

impl<T: ToString> From<T> for Wrong<'_> {
    fn from(reason: T) -> Self {
        let reason = reason.to_string();
        Self { reason, part: None }
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Text(String::from_utf8_lossy(bytes)))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Text(String::from_utf8_lossy(bytes).into_owned().into()))
    }

    // serde_json reads keys as text, whatever it is asked for.
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(text.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(text.to_owned().into()))
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut fields = Vec::new();
        while let Some((Text(key), value)) = map.next_entry()? {
            fields.push((key, value));
        }
        Ok(Fields(fields))
    }
}
