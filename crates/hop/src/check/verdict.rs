//! The result of a check.

use ::probe::Said;

/// A check, with what was sent and seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The check's name.
    pub id: &'static str,
    /// The demand, as a fact.
    pub title: Said,
    /// The concept behind it.
    pub concept: Said,
    /// The context headers that were sent.
    pub sent: Vec<Said>,
    /// The answers and spans that were seen.
    pub seen: Vec<Said>,
    /// Whether the demand holds.
    pub outcome: Outcome,
}

/// Whether a demand holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It does.
    Passed,
    /// It does not.
    Failed {
        /// The name of the diagnosis.
        diagnosis: &'static str,
        /// The diagnosis.
        text: Said,
    },
    /// Nothing shows it from outside; the reason, and what would.
    Unseen(Said),
}

impl Outcome {
    /// A failure.
    pub fn failed(diagnosis: &'static str, english: impl Into<String>, korean: impl Into<String>) -> Self {
        Self::Failed {
            diagnosis,
            text: Said::new(english, korean),
        }
    }

    /// Nothing to be seen.
    pub fn unseen((english, korean): (&str, &str)) -> Self {
        Self::Unseen(Said::new(english, korean))
    }

    /// Its name, for programs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed { .. } => "failed",
            Self::Unseen(_) => "unseen",
        }
    }
}
