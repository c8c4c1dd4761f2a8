//! The headers of orders: how the caller's context is read, and how that of a call is written. Both speak B3, in several headers.

use axum::http::{HeaderMap, HeaderValue};
use kit::hand::Context;

/// Reads the caller's context; nothing where there is none, and a new trace begins.
pub fn extract(headers: &HeaderMap) -> Option<Context> {
    let b3 = || {
        Some(Context {
            trace_id: text(headers, "x-b3-traceid")?,
            span_id: text(headers, "x-b3-spanid")?,
            sampled: text(headers, "x-b3-sampled").map(|sampled| sampled == "1"),
        })
    };
    let w3c = || {
        let value = text(headers, "traceparent")?;
        let fields: Vec<&str> = value.split('-').collect();
        let [_, trace_id, span_id, flags] = fields[..] else {
            return None;
        };
        Some(Context {
            trace_id: trace_id.to_owned(),
            span_id: span_id.to_owned(),
            sampled: Some(flags == "1"),
        })
    };
    w3c().or_else(b3)
}

/// Writes the context of a call of inventory.
pub fn inject(call: &Context, headers: &mut HeaderMap) {
    put(headers, "x-b3-traceid", &call.trace_id);
    put(headers, "x-b3-spanid", &call.span_id);
    if let Some(sampled) = call.sampled {
        put(headers, "x-b3-sampled", if sampled { "1" } else { "0" });
    }
    let flags = if call.sampled == Some(false) { "00" } else { "01" };
    put(
        headers,
        "traceparent",
        &format!("00-{:0>32}-{}-{flags}", call.trace_id, call.span_id),
    );
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
