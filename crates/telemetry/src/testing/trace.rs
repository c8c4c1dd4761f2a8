//! One trace, and what is expected of it.

use std::{
    panic::Location,
    time::{Duration, Instant},
};

use expect::{Answer, Expectation, LogLine, Observed, Span, TraceId, Verdict, Wire};
use zipkin::Kind;

use super::{
    answered::{Answered, lines},
    kept,
};

/// The time that an expectation gives to spans that end after the answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pause between two looks.
const POLL: Duration = Duration::from_millis(2);

/// One trace of a test.
#[derive(Clone, Debug)]
#[must_use]
pub struct Trace {
    id: TraceId,
    answer: Option<Answer>,
}

impl Trace {
    pub(super) const fn of(id: TraceId) -> Self {
        Self { id, answer: None }
    }

    #[track_caller]
    pub(super) fn answered(answered: &impl Answered) -> Self {
        let id = answered.headers().get("x-trace-id");
        let id = id.and_then(|id| TraceId::parse(id.to_str().ok()?).ok());
        let Some(id) = id else {
            panic!(
                "the answer has no x-trace-id: put `telemetry.server()` around the routes, and nothing that answers above it"
            );
        };
        let answer = Answer {
            status: answered.status(),
            headers: lines(answered.headers()),
            body: String::new(),
        };
        Self {
            id,
            answer: Some(answer),
        }
    }

    /// Its id.
    pub fn id(&self) -> TraceId {
        self.id
    }

    /// The body of the answer, for expectations of it.
    pub fn with_body(mut self, body: impl Into<String>) -> Self {
        self.answer.get_or_insert_default().body = body.into();
        self
    }

    /// Waits until all is as expected.
    ///
    /// # Panics
    /// Where it is not within five seconds: with the expected beside the actual tree, and all lines of the trace.
    #[track_caller]
    pub fn expect(&self, expected: Expectation) -> impl Future<Output = ()> + Send + use<> {
        let (trace, place) = (self.clone(), Location::caller());
        async move {
            let verdict = trace.verdict(&expected).await;
            assert!(
                verdict.is_held(),
                "at {place}, trace {}:\n\n{verdict}\n{}",
                trace.id,
                trace.shown_lines()
            );
        }
    }

    /// Waits until all is as expected, for five seconds at most, and says how it came out.
    pub async fn verdict(&self, expected: &Expectation) -> Verdict {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let observed = self.observed();
            let verdict = expected.check(&observed);
            let is_settled = verdict.is_held() && (!expected.needs_spans() || is_whole(&observed.spans));
            if is_settled || Instant::now() > deadline {
                return verdict;
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until so many spans have ended, for five seconds at most; by start. There may be others.
    pub async fn spans(&self, count: usize) -> Vec<Span> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let mut spans = self.observed().spans;
            if spans.len() >= count || Instant::now() > deadline {
                spans.sort_by_key(|span| span.timestamp);
                return spans;
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Its log lines so far.
    pub fn lines(&self) -> Vec<LogLine> {
        self.observed().lines
    }

    /// Its requests to [stubs](super::Stub) so far.
    pub fn wires(&self) -> Vec<Wire> {
        self.observed().wires
    }

    /// All that was seen of it so far.
    pub fn observed(&self) -> Observed {
        let kept::Kept { spans, lines, wires } = kept::of(self.id);
        Observed {
            spans,
            lines,
            wires,
            answer: self.answer.clone(),
        }
    }

    fn shown_lines(&self) -> String {
        let lines = self.lines();
        let lines = lines.iter().take(20).map(|line| format!("\n  {}", line.raw));
        lines.collect()
    }
}

/// Whether each span's parent has ended, too. Only a SERVER span may have one elsewhere.
fn is_whole(spans: &[Span]) -> bool {
    let has_parent = |span: &Span| {
        let is_there = |id| spans.iter().any(|other| other.id == id);
        span.kind == Some(Kind::Server) || span.parent_id.is_none_or(is_there)
    };
    spans.iter().all(has_parent)
}
