//! What is wrong with a text, and where.

use crate::DecodeError;

/// What is wrong.
#[derive(Debug)]
pub enum Wrong {
    /// The text ends where more has to come.
    End,
    /// Anything else, and at which byte of the text where that helps.
    Because(String, Option<usize>),
}

impl Wrong {
    /// Something is wrong with the value at this place.
    pub fn at(place: usize, reason: impl Into<String>) -> Self {
        Self::Because(reason.into(), Some(place))
    }

    /// The error for a list with this text.
    pub fn in_list(self, text: &str) -> DecodeError {
        DecodeError::Json(match self {
            Self::Because(reason, None) => reason,
            Self::Because(reason, Some(place)) => {
                let (line, column) = line_and_column(text, place);
                format!("{reason} at line {line} column {}", column + 1)
            }
            Self::End => {
                let (line, column) = line_and_column(text, text.len());
                format!("End of input at line {line} column {column}")
            }
        })
    }

    pub(super) fn malformed() -> Self {
        Self::from("Malformed")
    }
}

/// The line, counted from 1, and how many characters of it are before the place.
fn line_and_column(text: &str, place: usize) -> (usize, usize) {
    let before = text.get(..place).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    (
        line,
        before.chars().rev().take_while(|&each| each != '\n').count(),
    )
}

impl<T: ToString> From<T> for Wrong {
    fn from(reason: T) -> Self {
        Self::Because(reason.to_string(), None)
    }
}
