//! `ids-64bit`: the service knows trace ids of 64 bits.

use http::HeaderMap;
use telemetry::TraceId;

use super::headers::rewrite;
use crate::kind::{Entry, Kind, Place, bare};

/// From the service on, the trace id has 16 digits: the lower half of the caller's. A Zipkin with strict trace ids shows two traces, one of which ends in a CLIENT span that
/// nobody answered, and the other begins with a span whose parent is missing. With `STRICT_TRACE_ID=false` it is one.
pub const IDS_64BIT: Entry = Entry {
    name: "ids-64bit",
    value: "",
    place: Place::Headers,
    shows: "trace ids of 16 digits from the service on: two halves of one trace, the second without its parent",
    read: |value| bare(value, Kind::Ids64Bit),
};

/// Keeps the lower half of the trace id, in each format that is there.
pub fn cut(headers: &mut HeaderMap) {
    rewrite(headers, |context| {
        if let Some(ids) = &mut context.ids {
            ids.trace_id = TraceId::new(ids.trace_id.value() & u128::from(u64::MAX));
        }
    });
}
