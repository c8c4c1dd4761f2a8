//! Why an expectation does not hold: a sentence, the concept that it is about, and the header or line that is wrong.

/// The concept that a failure is about.
mod concept;

/// The sentence in its parts.
mod says;

/// The sentences in English.
mod english;

/// The sentences in Korean.
mod korean;

pub use concept::Concept;
pub use says::{Field, Place, Says};

use zipkin::Language;

/// One thing that is not as expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub(crate) concept: Concept,
    pub(crate) says: Says,
    /// The header or the line that is wrong, as it was seen.
    pub(crate) quote: Option<String>,
    /// It is demanded by a condition that holds.
    pub(crate) is_conditional: bool,
}

/// One line of the trees side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The result of comparing the two sides.
    pub mark: Mark,
    /// The number of spans above.
    pub depth: usize,
    /// The span that was expected.
    pub expected: String,
    /// The span that there is.
    pub actual: String,
}

/// The comparison of the expected and the actual span of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// They are alike.
    Same,
    /// They differ.
    Differs,
    /// The expected span is missing.
    Missing,
    /// The actual span was not expected.
    Unexpected,
    /// The actual span was not looked at.
    Other,
}

impl Failure {
    pub(crate) fn new(concept: Concept, says: Says) -> Self {
        Self {
            concept,
            says,
            quote: None,
            is_conditional: false,
        }
    }

    pub(crate) fn quoting(mut self, quote: impl Into<Option<String>>) -> Self {
        self.quote = quote.into();
        self
    }

    /// The concept that the failure is about.
    pub fn concept(&self) -> Concept {
        self.concept
    }

    /// The header or the log line that is wrong, as it was seen.
    pub fn quote(&self) -> Option<&str> {
        self.quote.as_deref()
    }

    /// Whether it is about the answer or headers, whatever spans and lines there are.
    pub(crate) fn is_of_exchange(&self) -> bool {
        let is_of_exchange = match &self.says {
            Says::Differs { field, .. } => matches!(field, Field::Header(_) | Field::Status | Field::Body),
            Says::Wires { .. } | Says::NoAnswer => true,
            _ => false,
        };
        is_of_exchange && !self.is_conditional
    }

    /// The failure as a sentence.
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::English => english::sentence(&self.says, self.is_conditional),
            Language::Korean => korean::sentence(&self.says, self.is_conditional),
        }
    }
}

impl Mark {
    /// The sign between the two sides.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Same => " ",
            Self::Differs => "≠",
            Self::Missing => "-",
            Self::Unexpected => "+",
            Self::Other => "·",
        }
    }
}
