//! What is wrong with a text, and where. The texts are those of gson, which Zipkin reads with.

use std::ops::Range;

use super::{Token, path::path};
use crate::DecodeError;

/// What is wrong.
#[derive(Debug)]
pub enum Wrong {
    /// The text ends where more has to come.
    End,
    /// A value is another one than is needed.
    Unexpected {
        /// What was needed, and what it is.
        reason: String,
        /// Which bytes of the text it is, as far as it was looked at.
        value: Range<usize>,
        /// What gson has to say about it.
        advice: Option<&'static str>,
    },
    /// Something is missing before this byte of the text.
    Missing(&'static str, usize),
    /// Anything else.
    Because(String),
}

impl Wrong {
    /// The error for a list with this text. Only who is wrong needs a place: the text is read once more to find it.
    pub fn in_list(self, text: &str) -> DecodeError {
        DecodeError::Json(match self {
            Self::End => format!("End of input{}", location(text, &(text.len()..text.len()))),
            Self::Unexpected {
                reason,
                value,
                advice,
            } => {
                let advice = advice.map(|topic| format!("\nSee {TROUBLESHOOTING}#{topic}"));
                format!("{reason}{}{}", location(text, &value), advice.unwrap_or_default())
            }
            Self::Missing(reason, place) => format!("{reason} at {}", path(text, place)),
            Self::Because(reason) => reason,
        })
    }

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

const TROUBLESHOOTING: &str = "https://github.com/google/gson/blob/main/Troubleshooting.md";

/// The column is where the next character would be read; as in Java, an emoji has two.
fn location(text: &str, value: &Range<usize>) -> String {
    let before = text.get(..value.end).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let last_line = before.rsplit('\n').next().unwrap_or_default();
    let column = last_line.encode_utf16().count() + 1;
    format!(" at line {line} column {column} path {}", path(text, value.start))
}

impl<T: ToString> From<T> for Wrong {
    fn from(reason: T) -> Self {
        Self::Because(reason.to_string())
    }
}
