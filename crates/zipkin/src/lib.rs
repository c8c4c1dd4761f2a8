//! The Zipkin v2 model, pure: spans, their JSON, trees, dependency links, queries and hops. No I/O in here.

/// Trace and span ids.
pub mod id;

/// What a span is.
pub mod model;

/// Spans to JSON.
pub mod encode;

pub use id::{IdError, SpanId, TraceId};
pub use model::{Annotation, Endpoint, Kind, Span};
