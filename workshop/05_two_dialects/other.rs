//! The headers of orders, read and written by the telemetry crate, which knows both dialects.

use axum::http::HeaderMap;
use kit::hand::Context;
use telemetry::{
    SpanId, TraceId,
    config::HeaderFormat,
    propagation::{self, Ids, Outgoing, Sampling},
};

/// The formats that are written; all are read.
const FORMATS: [HeaderFormat; 2] = [HeaderFormat::B3Multi, HeaderFormat::TraceContext];

/// Reads the caller's context; nothing where there is none, and a new trace begins.
pub fn extract(headers: &HeaderMap) -> Option<Context> {
    let found = propagation::extract(headers, &FORMATS);
    let ids = found.ids?;
    Some(Context {
        trace_id: ids.trace_id.to_string(),
        span_id: ids.span_id.to_string(),
        sampled: match found.sampling {
            Sampling::Deny => Some(false),
            Sampling::Defer => None,
            _ => Some(true),
        },
    })
}

/// Writes the context of a call of inventory.
pub fn inject(call: &Context, headers: &mut HeaderMap) {
    let ids = (TraceId::parse(&call.trace_id), SpanId::parse(&call.span_id));
    let (Ok(trace_id), Ok(span_id)) = ids else {
        return;
    };
    let ids = Ids {
        trace_id,
        span_id,
        parent_id: None,
    };
    let sampling = match call.sampled {
        Some(false) => Sampling::Deny,
        _ => Sampling::Accept,
    };
    propagation::inject(&Outgoing::of(ids, sampling), &FORMATS, headers);
}
