//! New ids.

use zipkin::{SpanId, TraceId};

/// A new id, never zero.
pub(crate) fn new_span_id() -> SpanId {
    SpanId::new(fastrand::u64(1..))
}

/// The same for a trace, of 128 bits.
pub(super) fn new_trace_id() -> TraceId {
    // The upper half is not zero either, or the id would be written with 16 digits.
    TraceId::new(u128::from(fastrand::u64(1..)) << 64 | u128::from(fastrand::u64(1..)))
}
