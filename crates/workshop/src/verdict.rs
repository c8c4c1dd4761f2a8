//! The result of a check: whether the behaviour is right, and the diagnosis where it is not.

use crate::seen::{Exchange, Seen};
use expect::Expectation;

/// A diagnosis, by name, with the evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The name of a diagnosis in the lesson's texts.
    pub id: &'static str,
    /// Headers, lines, spans or counts that show it.
    pub evidence: Vec<Evidence>,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A header, a line or a span, as it was seen.
    Quoted(String),
    /// A sentence among the runner's words, by name, and its values.
    Said(&'static str, Vec<(&'static str, String)>),
}

/// The result of a check.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Cargo's messages.
    DoesNotCompile(String),
    /// The service, or something around it, did not run to its end.
    DoesNotRun(String),
    /// The service ran, and had to be halted or waited for in vain, with what shows it.
    Halted(Halt, Vec<Evidence>),
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
    /// It ran, and never said where it listens.
    NeverListens,
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
    /// The requests, in the order of the script.
    pub sent: Vec<String>,
    /// The first request with another outcome than the expected one, and both, by the engine; nothing where only the finding fails.
    pub differences: Option<(String, expect::Verdict)>,
}

impl Finding {
    /// A finding with its evidence.
    pub fn new(id: &'static str, evidence: impl IntoIterator<Item = impl Into<Evidence>>) -> Self {
        Self {
            id,
            evidence: evidence.into_iter().take(4).map(Into::into).collect(),
        }
    }
}

impl Evidence {
    /// A sentence among the runner's words, by name, and its values.
    pub fn said<const N: usize>(name: &'static str, values: [(&'static str, String); N]) -> Self {
        Self::Said(name, values.into())
    }
}

impl From<String> for Evidence {
    fn from(quote: String) -> Self {
        Self::Quoted(quote)
    }
}

impl From<&str> for Evidence {
    fn from(quote: &str) -> Self {
        Self::Quoted(quote.to_owned())
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
        let differences = compared.find(|(_, verdict)| !verdict.is_held());
        if differences.is_none() && finding.is_none() {
            return Self::Passed;
        }
        let sent = seen.exchanges.iter().map(|exchange| exchange.request.shown());
        Self::Failed(Failure {
            finding,
            sent: sent.collect(),
            differences,
        })
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
    pub const ALL: [Self; 7] = [
        Self::WritesEndlessly,
        Self::Panics,
        Self::NeverListens,
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
            Self::NeverListens => "never-listens",
            Self::EndsEarly => "ends-early",
            Self::AnswersTooLate => "answers-too-late",
            Self::DoesNotEnd => "does-not-end",
            Self::TakesTooLong => "takes-too-long",
        }
    }
}
