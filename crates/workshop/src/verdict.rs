//! The result of a check: whether the behaviour is right, and the diagnosis where it is not.

use crate::seen::{Exchange, Seen};
use expect::Expectation;

/// A diagnosis, by name, with the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name of a diagnosis in the lesson's texts.
    pub id: &'static str,
    /// Headers, lines or spans that show it, as they were seen.
    pub evidence: Vec<String>,
}

/// The result of a check.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Cargo's messages.
    DoesNotCompile(String),
    /// The service, or something around it, did not run to its end.
    DoesNotRun(String),
    /// The service ran, and had to be halted or waited for in vain, with what shows it.
    Halted(Halt, Vec<String>),
    /// The behaviour is right.
    Passed,
    /// It is not.
    Failed(Failure),
}

/// A service that ran as no service should, whatever the lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// It wrote more than any lesson's service.
    WritesEndlessly,
    /// It panicked at a request.
    Panics,
    /// It ended before it was told to.
    EndsEarly,
    /// Requests got no answer in time.
    AnswersTooLate,
    /// It did not end when it was told to.
    DoesNotEnd,
    /// The whole check took too long.
    TakesTooLong,
}

/// A failed check.
#[derive(Clone, Debug, Default)]
pub struct Failure {
    /// The wrong fix that was recognised, or the lesson's trap itself.
    pub finding: Option<Finding>,
    /// The request with which the first difference was seen.
    pub sent: String,
    /// The expected beside the actual, by the engine; empty where only the finding fails.
    pub differences: Option<expect::Verdict>,
}

impl Finding {
    /// A finding with its evidence.
    pub fn new(id: &'static str, evidence: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            id,
            evidence: evidence.into_iter().take(4).map(Into::into).collect(),
        }
    }
}

impl Verdict {
    /// Holds what was seen of each request against what is expected of it, and against the lesson's own finding.
    pub fn of(seen: &Seen, expected: impl Fn(&Exchange) -> Expectation, finding: Option<Finding>) -> Self {
        let compare = |exchange: &Exchange| {
            (
                exchange.request.shown(),
                expected(exchange).check(&seen.observed(exchange)),
            )
        };
        let mut compared = seen.exchanges.iter().map(compare);
        let first = compared.find(|(_, verdict)| !verdict.is_held());
        match (first, finding) {
            (None, None) => Self::Passed,
            (Some((sent, differences)), finding) => Self::Failed(Failure {
                finding,
                sent,
                differences: Some(differences),
            }),
            (None, finding) => Self::Failed(Failure {
                finding,
                sent: seen
                    .exchanges
                    .first()
                    .map(|exchange| exchange.request.shown())
                    .unwrap_or_default(),
                differences: None,
            }),
        }
    }

    /// The name of the verdict, or of the diagnosis.
    pub fn name(&self) -> &str {
        match self {
            Self::DoesNotCompile(_) => "does-not-compile",
            Self::DoesNotRun(_) => "does-not-run",
            Self::Halted(halt, _) => halt.name(),
            Self::Passed => "passed",
            Self::Failed(failure) => failure
                .finding
                .as_ref()
                .map_or("unrecognised", |finding| finding.id),
        }
    }
}

impl Halt {
    /// Each of them.
    pub const ALL: [Self; 6] = [
        Self::WritesEndlessly,
        Self::Panics,
        Self::EndsEarly,
        Self::AnswersTooLate,
        Self::DoesNotEnd,
        Self::TakesTooLong,
    ];

    /// The name of its text among the runner's words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WritesEndlessly => "writes-endlessly",
            Self::Panics => "panics",
            Self::EndsEarly => "ends-early",
            Self::AnswersTooLate => "answers-too-late",
            Self::DoesNotEnd => "does-not-end",
            Self::TakesTooLong => "takes-too-long",
        }
    }
}
