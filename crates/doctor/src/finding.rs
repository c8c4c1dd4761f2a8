//! The result of a check.

use probe::Said;

use crate::catalogue::{Check, find};

/// The verdict of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// It could not be seen, or there is nothing to see.
    Skipped,
    /// It is as it should be.
    Good,
    /// It works, and surprises.
    Warning,
    /// It does not work.
    Bad,
}

/// A check, how it went, and what was seen.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which check.
    pub check: &'static Check,
    /// The verdict.
    pub verdict: Verdict,
    /// The observation, and the next step where there is one.
    pub said: Said,
    /// A name for the cause, where the check knows several.
    pub cause: Option<&'static str>,
}

impl Finding {
    /// Of the check of this id; nothing where there is no such check.
    pub(crate) fn new(id: &str, verdict: Verdict, said: impl Into<Said>) -> Option<Self> {
        Some(Self {
            check: find(id)?,
            verdict,
            said: said.into(),
            cause: None,
        })
    }

    pub(crate) fn good(id: &str, said: impl Into<Said>) -> Option<Self> {
        Self::new(id, Verdict::Good, said)
    }

    pub(crate) fn bad(id: &str, said: impl Into<Said>) -> Option<Self> {
        Self::new(id, Verdict::Bad, said)
    }

    pub(crate) fn warning(id: &str, said: impl Into<Said>) -> Option<Self> {
        Self::new(id, Verdict::Warning, said)
    }

    pub(crate) fn skipped(id: &str, said: impl Into<Said>) -> Option<Self> {
        Self::new(id, Verdict::Skipped, said)
    }
}
