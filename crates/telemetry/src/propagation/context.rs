//! The context that every format reads and writes: ids, the sampling decision, and values that travel with them.

use zipkin::{SpanId, TraceId};

use super::mdc::{EMPTY, Mdc};

/// Whether a trace is recorded, and who said so. The four states of B3 stay apart end to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Sampling {
    /// The caller records: so do we.
    Accept,
    /// The caller does not record: nor do we, and the headers travel on saying so.
    Deny,
    /// Record whatever a sampler or a collector's rate says.
    Debug,
    /// Nobody has decided yet: it is decided here.
    #[default]
    Defer,
}

impl Sampling {
    /// Whether spans are recorded.
    pub const fn is_sampled(self) -> bool {
        matches!(self, Self::Accept | Self::Debug)
    }
}

/// The ids of one span, as a header carries them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ids {
    /// The trace.
    pub trace_id: TraceId,
    /// The span that sends the headers.
    pub span_id: SpanId,
    /// The parent of that span, which only B3 tells.
    pub parent_id: Option<SpanId>,
}

/// The caller's context, from one header format or from all: absent and malformed are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extracted {
    /// The caller's span; B3 may carry a decision alone.
    pub ids: Option<Ids>,
    /// The caller's decision.
    pub sampling: Sampling,
    /// The trace id is known to be random (W3C level 2).
    pub random: bool,
    /// W3C `tracestate`, to be passed on as it came.
    pub tracestate: Option<String>,
    /// The ids may be joined: they came by B3, whose server may share its client's span id.
    pub joinable: bool,
}

/// The context for the next hop.
#[derive(Clone, Debug)]
pub struct Outgoing<'a> {
    /// The span that makes the call.
    pub ids: Ids,
    /// The decision, made by now.
    pub sampling: Sampling,
    /// The trace id is known to be random.
    pub random: bool,
    /// `tracestate` as it came.
    pub tracestate: Option<&'a str>,
    /// Values of the request, of which some are to be carried.
    pub mdc: &'a Mdc,
    /// The names of those: `MDC_PROPAGATE`.
    pub propagated: &'a [String],
    /// Baggage members that are passed on unread.
    pub other_baggage: &'a str,
}

impl Outgoing<'_> {
    /// Ids and the decision; nothing else is carried.
    pub fn of(ids: Ids, sampling: Sampling) -> Self {
        Self {
            ids,
            sampling,
            random: false,
            tracestate: None,
            mdc: &EMPTY,
            propagated: &[],
            other_baggage: "",
        }
    }
}
