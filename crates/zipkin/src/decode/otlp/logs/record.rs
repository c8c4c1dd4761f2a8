//! A log record, in any service's words.

use crate::{SpanId, Text, TraceId, decode::otlp::ids::Reason};

/// A log record of any SDK. A part that it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct LogRecord<'a> {
    /// Since 1970, in µs: when it happened, else when it was observed; 0 where neither is said.
    pub time: u64,
    /// 1 to 24, from TRACE to FATAL4; 0 where it is not said.
    pub severity: u64,
    /// The severity in the source's words.
    pub severity_text: Text<'a>,
    /// The service, as spans of the same resource have it.
    pub service: Text<'a>,
    /// The logger: the name of the instrumentation scope.
    pub scope: Text<'a>,
    /// The kind of event.
    pub event_name: Text<'a>,
    /// The message; lists and maps as JSON.
    pub body: Text<'a>,
    /// The trace that it belongs to.
    pub trace_id: Option<TraceId>,
    /// The span that was current.
    pub span_id: Option<SpanId>,
    /// Attributes, in their order.
    pub attributes: Vec<(Text<'a>, Text<'a>)>,
}

/// Takes one record, or ends the request.
pub type Lend<'f> = dyn FnMut(&LogRecord<'_>) -> Result<(), String> + 'f;

impl LogRecord<'_> {
    /// The time of the event, else of its observation, in ns; 0 is none.
    pub(super) fn happened(&mut self, time: u64, observed: u64) {
        let nanos = if time == 0 { observed } else { time };
        self.time = nanos / 1_000;
    }

    /// An id that is none is left out.
    pub(super) fn belongs_to(&mut self, trace_id: Result<TraceId, Reason>) {
        self.trace_id = trace_id.ok();
    }

    /// An id that is none is left out.
    pub(super) fn was_in(&mut self, span_id: Result<SpanId, Reason>) {
        self.span_id = span_id.ok();
    }
}
