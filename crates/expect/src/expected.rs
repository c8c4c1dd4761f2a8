//! Expectations of a request, put together by a builder that reads as a sentence, or by a file.

/// One span and what it causes.
mod span;

/// Log lines, headers and the answer.
mod facts;

/// Times of spans, as relations.
mod relation;

pub use facts::{AnswerExpectation, HeadersExpectation, LineExpectation, Value, answer, headers, line};
pub use relation::Relation;
pub use span::{Children, SpanExpectation, SpanKind, client, local, server, span};

/// Expectations of one request. A part that is left out is not looked at.
///
/// ```
/// use expect::{client, expect, line, server};
///
/// let expected = expect()
///     .tree(
///         server("gateway", "GET /orders/{id}").tag("orderId", "7").children([
///             client("gateway", "GET").to("orders").including([server("orders", "GET /orders/{id}")]),
///         ]),
///     )
///     .line(line("getOrder 7").service("gateway").field("userId", "terry"));
/// assert!(!expected.check(&expect::Observed::default()).is_held());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Expectation {
    pub(crate) tree: Option<Vec<SpanExpectation>>,
    pub(crate) spans: Vec<SpanExpectation>,
    pub(crate) headers: Vec<HeadersExpectation>,
    pub(crate) lines: Vec<LineExpectation>,
    pub(crate) answer: Option<AnswerExpectation>,
    pub(crate) relations: Vec<Relation>,
    pub(crate) conditions: Vec<Condition>,
}

/// Where the first holds, the second has to.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub(crate) when: Expectation,
    pub(crate) then: Expectation,
}

/// Nothing is expected yet.
pub fn expect() -> Expectation {
    Expectation::default()
}

impl Expectation {
    /// The trace has this one root, and no further one.
    pub fn tree(self, root: SpanExpectation) -> Self {
        self.forest([root])
    }

    /// The trace has these roots, and no further ones. A span whose parent is missing is a root here, too.
    pub fn forest(mut self, roots: impl IntoIterator<Item = SpanExpectation>) -> Self {
        self.tree = Some(roots.into_iter().collect());
        self
    }

    /// Such a span is somewhere in the trace: one at least, or as many as its [`count`](SpanExpectation::count) says.
    pub fn span(mut self, span: SpanExpectation) -> Self {
        self.spans.push(span);
        self
    }

    /// A request had these headers on the wire.
    pub fn headers(mut self, headers: HeadersExpectation) -> Self {
        self.headers.push(headers);
        self
    }

    /// Such a line was written: one at least, or as many as its [`count`](LineExpectation::count) says.
    pub fn line(mut self, line: LineExpectation) -> Self {
        self.lines.push(line);
        self
    }

    /// The first caller got such an answer.
    pub fn answer(mut self, answer: AnswerExpectation) -> Self {
        self.answer = Some(answer);
        self
    }

    /// The times of labelled spans are related so.
    pub fn relation(mut self, relation: Relation) -> Self {
        self.relations.push(relation);
        self
    }

    /// Where `when` holds, `then` has to.
    pub fn when(mut self, when: Self, then: Self) -> Self {
        self.conditions.push(Condition { when, then });
        self
    }

    /// Whether log lines are looked at, so that somebody has to say what they were.
    pub fn needs_lines(&self) -> bool {
        let in_condition =
            |condition: &Condition| condition.when.needs_lines() || condition.then.needs_lines();
        !self.lines.is_empty() || self.conditions.iter().any(in_condition)
    }

    /// Whether an answer is looked at, so that a request has to be sent.
    pub fn needs_answer(&self) -> bool {
        let in_condition =
            |condition: &Condition| condition.when.needs_answer() || condition.then.needs_answer();
        self.answer.is_some() || self.conditions.iter().any(in_condition)
    }

    /// The services whose requests' headers are looked at, so that somebody has to see these on the wire.
    pub fn needs_headers_to(&self) -> Vec<&str> {
        let mut to: Vec<&str> = self.headers.iter().map(|headers| headers.to.as_str()).collect();
        for condition in &self.conditions {
            to.extend(condition.when.needs_headers_to());
            to.extend(condition.then.needs_headers_to());
        }
        to
    }

    /// Whether spans are looked at, so that somebody has to wait for them.
    pub fn needs_spans(&self) -> bool {
        let in_condition =
            |condition: &Condition| condition.when.needs_spans() || condition.then.needs_spans();
        self.tree.is_some()
            || !self.spans.is_empty()
            || !self.relations.is_empty()
            || self.conditions.iter().any(in_condition)
    }
}
