//! An error in Zipkin's words, with its line, its column and its path.

use std::ops::Range;

use super::{path::path, wrong::Wrong};
use crate::decode::error::DecodeError;

impl Wrong {
    /// The error for a list with this text, with what gson has to say about it.
    pub fn in_list(self, text: &str) -> DecodeError {
        let advice = match &self {
            Self::Unexpected {
                advice: Some(topic), ..
            } => format!("\nSee {TROUBLESHOOTING}#{topic}"),
            _ => String::new(),
        };
        DecodeError::Json(self.described(text) + &advice)
    }

    /// The mistake in this text, and its place. The text is read once more to find the place: a right text needs none.
    pub fn described(self, text: &str) -> String {
        match self {
            Self::End => format!("End of input{}", location(text, &(text.len()..text.len()))),
            Self::Unexpected { reason, value, .. } => format!("{reason}{}", location(text, &value)),
            Self::Missing(reason, place) => format!("{reason} at {}", path(text, place)),
            Self::Because(reason) => reason,
        }
    }

    /// The same, where a mistake that does not know its place has that to which the text was read.
    pub fn placed(self, text: &str, at: usize) -> String {
        match self {
            Self::Because(reason) => reason + &location(text, &(at..at)),
            wrong => wrong.described(text),
        }
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
