//! The sentence of a failure in its parts, so that each language words it in its own order.

use crate::count::Count;

/// The sentence of a failure.
#[derive(Clone, Debug, PartialEq)]
pub enum Says {
    /// Not so many spans as expected are there; some may stand in another place.
    Count {
        span: String,
        wanted: Count,
        found: usize,
        place: Place,
        elsewhere: Option<Place>,
    },
    /// A span that nobody expected.
    Unexpected { span: String, place: Place },
    /// A value that is not as expected; none where it has to be absent, or is.
    Differs {
        of: String,
        field: Field,
        expected: Option<String>,
        actual: Option<String>,
    },
    /// The spans start in another order.
    Order { place: Place, actual: Vec<String> },
    /// Not so many log lines as expected.
    Lines {
        line: String,
        wanted: Count,
        found: usize,
    },
    /// Not so many requests as expected.
    Wires {
        to: String,
        wanted: Count,
        found: usize,
        seen: Vec<String>,
    },
    /// No answer was seen.
    NoAnswer,
    /// No span was seen.
    NoSpans,
    /// Times are not related so.
    Relation { relation: String, times: String },
    /// A span of a relation does not say when it was.
    NoTime { label: String },
    /// No span has the label of a relation.
    NoLabel { label: String },
    /// The comparison would take too long.
    TooMuch,
}

/// Where a span stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Somewhere in the trace.
    Anywhere,
    /// At the top, because it has no parent id.
    Top,
    /// At the top, because no span of the trace has its parent id.
    Orphan,
    /// Below a span.
    Below(String),
}

/// A value by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    Service,
    Name,
    Kind,
    RemoteService,
    Tag(String),
    Annotation,
    Error,
    Duration,
    Header(String),
    Status,
    Body,
}
