//! A trace as rows to draw: depth first, siblings by start. The page and the terminal draw the same rows.

use crate::{Kind, Span, TraceId};

/// A whole trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waterfall {
    /// The trace's id, the longest where spans disagree.
    pub trace_id: TraceId,
    /// When the first span started, in microseconds since the epoch; 0 when no span says.
    pub start: u64,
    /// Microseconds from the first start to the last end.
    pub duration: u64,
    /// The services that recorded spans, in order of appearance.
    pub services: Vec<String>,
    /// One row a span.
    pub rows: Vec<Row>,
}

/// One span of a waterfall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// How many ancestors the row has.
    pub depth: usize,
    /// Index of the row above that caused this one.
    pub parent: Option<usize>,
    /// The service that recorded the span; empty when it does not say.
    pub service: String,
    /// The span's name; empty when it has none.
    pub name: String,
    /// The side of a remote call.
    pub kind: Option<Kind>,
    /// Microseconds from the trace's start to the span's.
    pub offset: u64,
    /// Microseconds that the span took.
    pub duration: Option<u64>,
    /// The text of the tag `error`, which may be empty.
    pub error: Option<String>,
    /// The span itself.
    pub span: Span,
}

/// Lays out one trace; nothing for no spans.
pub fn waterfall(spans: Vec<Span>) -> Option<Waterfall> {
    let first = spans.first()?;
    Some(Waterfall {
        trace_id: first.trace_id,
        start: 0,
        duration: 0,
        services: Vec::new(),
        rows: Vec::new(),
    })
}
