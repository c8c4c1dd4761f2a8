//! The result of a check.

/// A check, with what was sent and seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The check's name.
    pub id: &'static str,
    /// The demand, as a fact.
    pub title: &'static str,
    /// The concept behind it.
    pub concept: &'static str,
    /// The context headers that were sent.
    pub sent: Vec<String>,
    /// The answers and spans that were seen.
    pub seen: Vec<String>,
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
        text: String,
    },
    /// Nothing shows it from outside; the reason, and what would.
    Unseen(&'static str),
}

impl Outcome {
    /// A failure.
    pub fn failed(diagnosis: &'static str, text: impl Into<String>) -> Self {
        Self::Failed {
            diagnosis,
            text: text.into(),
        }
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
