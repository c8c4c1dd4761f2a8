//! The headers of orders: how the caller's context is read, and how that of a call is written. Both speak B3, in several headers.

use axum::http::{HeaderMap, HeaderValue};
use kit::hand::Context;

/// Reads the caller's context; nothing where there is none, and a new trace begins.
pub fn extract(headers: &HeaderMap) -> Option<Context> {
    Some(Context {
        trace_id: text(headers, "x-b3-traceid")?,
        span_id: text(headers, "x-b3-spanid")?,
        sampled: text(headers, "x-b3-sampled").map(|sampled| sampled == "1"),
    })
}

/// Writes the context of a call of inventory.
pub fn inject(call: &Context, headers: &mut HeaderMap) {
    put(headers, "x-b3-traceid", &call.trace_id);
    put(headers, "x-b3-spanid", &call.span_id);
    if let Some(sampled) = call.sampled {
        put(headers, "x-b3-sampled", if sampled { "1" } else { "0" });
    }
}

/// A header as text.
fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

/// Sets a header, unless the value cannot be one.
fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
