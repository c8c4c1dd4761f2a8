//! One span of version 1 to those of version 2, as Zipkin's V1SpanConverter does it: a span for each service that speaks in it.

use super::span::SpanV1;
use crate::Span;

/// The spans of version 2 as they come into being.
mod parts;

/// When a call was.
mod calls;

/// When a message was sent and received.
mod messages;

/// Whose addresses and tags they are.
mod facts;

use parts::Parts;

/// The spans that `source` holds, before they are normalised.
pub fn convert(source: &SpanV1) -> Vec<Span> {
    let mut parts = Parts::new(source);
    parts.take_events();
    parts.add_missing_starts();
    parts.time_calls();
    parts.time_messages();
    facts::take_facts(&mut parts);
    parts.spans
}
