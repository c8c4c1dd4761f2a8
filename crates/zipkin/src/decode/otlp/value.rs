//! Values of attributes, as
//! <https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/common/README.md#anyvalue-representation-for-non-otlp-protocols>
//! writes them where a text is all that there is.

use super::whole;
use crate::{Text, encode};

/// Lists and maps that may stand in each other.
const MAX_DEPTH: usize = 32;

/// A value.
pub enum Value<'a> {
    Empty,
    Text(Text<'a>),
    Boolean(bool),
    Whole(i64),
    Decimal(f64),
    /// Bytes.
    Base64(Text<'a>),
    /// A list or a map.
    Json(String),
}

impl<'a> Value<'a> {
    /// The value of a tag.
    pub fn into_text(self) -> Text<'a> {
        match self {
            Self::Empty => Text::default(),
            Self::Text(text) | Self::Base64(text) => text,
            Self::Boolean(true) => Text::Borrowed("true"),
            Self::Boolean(false) => Text::Borrowed("false"),
            Self::Whole(number) => whole::text(number),
            Self::Decimal(number) => decimal(number).into(),
            Self::Json(json) => json.into(),
        }
    }

    fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Empty => out.extend_from_slice(b"null"),
            Self::Text(text) | Self::Base64(text) => encode::string(out, text),
            Self::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Self::Whole(number) => out.extend_from_slice(itoa::Buffer::new().format(*number).as_bytes()),
            Self::Decimal(number) if number.is_finite() => out.extend_from_slice(decimal(*number).as_bytes()),
            // JSON has no such numbers.
            Self::Decimal(number) => encode::string(out, &decimal(*number)),
            Self::Json(json) => out.extend_from_slice(json.as_bytes()),
        }
    }
}

fn decimal(number: f64) -> String {
    if number.is_finite() {
        return format!("{number:?}");
    }
    let text = if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    };
    text.to_owned()
}

/// A list or a map as JSON, while it is being written.
pub struct Json {
    out: Vec<u8>,
    close: u8,
}

impl Json {
    /// Starts a list.
    pub fn list() -> Self {
        Self {
            out: vec![b'['],
            close: b']',
        }
    }

    /// Starts a map.
    pub fn map() -> Self {
        Self {
            out: vec![b'{'],
            close: b'}',
        }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.out.len() == 1
    }

    /// Adds to a list.
    pub fn item(&mut self, value: &Value<'_>) {
        self.separate();
        value.write_json(&mut self.out);
    }

    /// Adds to a map.
    pub fn member(&mut self, key: &str, value: &Value<'_>) {
        self.separate();
        encode::string(&mut self.out, key);
        self.out.push(b':');
        value.write_json(&mut self.out);
    }

    /// The whole.
    pub fn end(mut self) -> String {
        self.out.push(self.close);
        // It was written from texts.
        String::from_utf8(self.out).unwrap_or_default()
    }

    fn separate(&mut self) {
        if !self.is_empty() {
            self.out.push(b',');
        }
    }
}

/// One level deeper, if that is not too deep.
pub fn deeper(depth: usize) -> Result<usize, String> {
    if depth == MAX_DEPTH {
        return Err(format!("lists and maps in more than {MAX_DEPTH} others"));
    }
    Ok(depth + 1)
}
