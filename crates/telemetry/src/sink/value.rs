//! Values of tags, with their types: Zipkin has texts alone, others have more.

use std::fmt;

use smol_str::{SmolStr, ToSmolStr as _};

/// The value of a tag, as the code gave it. `Display` writes it as Zipkin has it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A text.
    Str(&'a str),
    /// A whole number.
    I64(i64),
    /// A whole number that is not negative.
    U64(u64),
    /// Another number.
    F64(f64),
    /// Yes or no.
    Bool(bool),
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Str(text) => f.write_str(text),
            Self::I64(number) => number.fmt(f),
            Self::U64(number) => number.fmt(f),
            // `1.0` and `1e20`, where `Display` has `1` and twenty zeros.
            Self::F64(number) => fmt::Debug::fmt(number, f),
            Self::Bool(yes) => yes.fmt(f),
        }
    }
}

/// The same, for a span at work to keep: no larger than a text alone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kept {
    Text(SmolStr),
    I64(i64),
    U64(u64),
    F64(f64),
    Bool(bool),
}

impl Kept {
    /// Lends it.
    pub fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Str(text),
            Self::I64(number) => Value::I64(*number),
            Self::U64(number) => Value::U64(*number),
            Self::F64(number) => Value::F64(*number),
            Self::Bool(yes) => Value::Bool(*yes),
        }
    }

    /// The text, where it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As a text.
    pub fn into_text(self) -> SmolStr {
        match self {
            Self::Text(text) => text,
            other => other.value().to_smolstr(),
        }
    }

    /// Bytes that it takes beside its place in a list, as a text would.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            _ => size_of::<u64>(),
        }
    }
}

impl From<SmolStr> for Kept {
    fn from(text: SmolStr) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Kept {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_as_its_field_was() {
        for (value, text) in [
            (Value::Str("a \"b\""), "a \"b\""),
            (Value::I64(-3), "-3"),
            (Value::U64(u64::MAX), "18446744073709551615"),
            (Value::F64(1.0), "1.0"),
            (Value::F64(1e20), "1e20"),
            (Value::F64(f64::NAN), "NaN"),
            (Value::Bool(true), "true"),
        ] {
            assert_eq!(value.to_string(), text);
        }
    }

    #[test]
    fn a_typed_value_takes_no_more_room_than_a_text() {
        assert_eq!(size_of::<Kept>(), size_of::<SmolStr>());
    }
}
