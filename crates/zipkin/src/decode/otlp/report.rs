//! The outcome of a request, for the answer to it.

use std::fmt::Write as _;

use super::encoding::Encoding;
use crate::decode::error::DecodeError;

/// Rejected spans that are named; the others are counted.
const MAX_NAMED: usize = 3;

/// Characters of a span's name, or of a reason.
const MAX_TEXT: usize = 120;

/// Characters of the reason why a whole request is refused: texts of the request may stand in it.
const MAX_REASON: usize = 1_000;

/// The outcome of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Spans that were lent.
    pub spans: usize,
    /// Spans that were not.
    pub rejected: usize,
    /// Why, for whoever sent them; or what else there is to say. Empty when all is well.
    pub message: String,
}

/// A report that is being written.
#[derive(Default)]
pub struct Notes {
    pub spans: usize,
    rejected: usize,
    named: String,
    hint: Option<String>,
}

impl Notes {
    /// A span is left out.
    pub fn reject(&mut self, name: &str, reason: &str) {
        if self.rejected < MAX_NAMED {
            let separator = if self.rejected == 0 { "" } else { "; " };
            // Writing into a String does not fail.
            let _ = write!(
                self.named,
                "{separator}span \"{}\": {}",
                short(name),
                short(reason)
            );
        }
        self.rejected += 1;
    }

    /// Something that whoever sent the request should know.
    pub fn hint(&mut self, hint: String) {
        self.hint.get_or_insert(hint);
    }

    /// The whole.
    pub fn report(self) -> Report {
        let Self {
            spans,
            rejected,
            named,
            hint,
        } = self;
        let mut message = String::new();
        if rejected > 0 {
            let _ = write!(
                message,
                "{rejected} of {} spans rejected: {named}",
                spans + rejected
            );
            if rejected > MAX_NAMED {
                let _ = write!(message, "; and {} more", rejected - MAX_NAMED);
            }
        }
        if let Some(hint) = hint {
            let separator = if message.is_empty() { "" } else { "; " };
            let _ = write!(message, "{separator}{hint}");
        }
        Report {
            spans,
            rejected,
            message,
        }
    }
}

/// The error of a request, as long as an answer may say it.
pub fn refused(reason: &str, encoding: Encoding) -> DecodeError {
    let is_long = reason.chars().nth(MAX_REASON).is_some();
    let dots = is_long.then_some('…');
    DecodeError::Otlp(reason.chars().take(MAX_REASON).chain(dots).collect(), encoding)
}

// Control characters would break a log line or a terminal.
fn short(text: &str) -> String {
    let plain = text
        .chars()
        .map(|each| if each.is_control() { '?' } else { each });
    plain.take(MAX_TEXT).collect()
}
