//! An error, and the bytes that it is about. The texts are those of gson, which Zipkin reads with.

use std::ops::Range;

use super::token::Token;

/// The fault of a text.
#[derive(Debug)]
pub enum Wrong {
    /// The text ends where more has to come.
    End,
    /// A value is another one than is needed.
    Unexpected {
        /// The kind of value that was needed, and the kind that is there.
        reason: String,
        /// The bytes of the value, as far as it was looked at.
        value: Range<usize>,
        /// The words of gson for it.
        advice: Option<&'static str>,
    },
    /// Something is missing before this byte of the text.
    Missing(&'static str, usize),
    /// Anything else.
    Because(String),
}

impl Wrong {
    pub(super) fn token(expected: &str, found: Token, value: Range<usize>) -> Self {
        Self::Unexpected {
            reason: format!("Expected {expected} but was {}", found.name()),
            value,
            advice: Some(match found {
                Token::Null => "adapter-not-null-safe",
                _ => "unexpected-json-structure",
            }),
        }
    }

    pub(super) fn malformed() -> Self {
        Self::from("Malformed")
    }
}

impl<T: ToString> From<T> for Wrong {
    fn from(reason: T) -> Self {
        Self::Because(reason.to_string())
    }
}
