//! Another span that has to do with this one, as a tag, in the form that OpenTelemetry's collector writes and reads.

use super::{ids::Reason, value::Json};
use crate::{SpanId, Text, TraceId};

/// Another span that has to do with this one.
#[derive(Default)]
pub struct Link<'a> {
    /// Its trace, or why that is not known.
    pub trace_id: Option<Result<TraceId, Reason>>,
    /// Its id, likewise.
    pub id: Option<Result<SpanId, Reason>>,
    /// W3C's list of its trace.
    pub trace_state: Text<'a>,
    /// Attributes that were dropped.
    pub dropped_attributes: u64,
}

impl Link<'_> {
    /// Ids, trace state, attributes and the number of those that were dropped; none where the ids lead nowhere.
    pub fn tag(self, attributes: Json) -> Option<String> {
        let (Some(Ok(trace_id)), Some(Ok(id))) = (self.trace_id, self.id) else {
            return None;
        };
        let trace_id = trace_id.to_hex_32();
        let trace_id = str::from_utf8(&trace_id).unwrap_or_default();
        let attributes = attributes.end();
        let (trace_state, dropped) = (self.trace_state, self.dropped_attributes);
        Some(format!("{trace_id}|{id}|{trace_state}|{attributes}|{dropped}"))
    }
}
