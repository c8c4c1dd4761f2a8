//! The headers of orders: how the caller's context is read, and how that of a call is written. Both speak B3, in several headers, and W3C.

use axum::http::{HeaderMap, HeaderValue};
use kit::hand::Context;

/// Reads the caller's context; nothing where there is none, and a new trace begins.
pub fn extract(headers: &HeaderMap) -> Option<Context> {
    b3(headers).or_else(|| w3c(headers))
}

/// `X-B3-…`, one header a value.
fn b3(headers: &HeaderMap) -> Option<Context> {
    Some(Context {
        trace_id: text(headers, "x-b3-traceid")?,
        span_id: text(headers, "x-b3-spanid")?,
        sampled: text(headers, "x-b3-sampled").map(|sampled| sampled == "1"),
    })
}

/// `traceparent`: version, trace id, parent id, flags.
fn w3c(headers: &HeaderMap) -> Option<Context> {
    let header = text(headers, "traceparent")?;
    let mut parts = header.split('-').skip(1);
    let (trace_id, span_id, flags) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Context {
        trace_id: trace_id.to_owned(),
        span_id: span_id.to_owned(),
        sampled: Some(flags.ends_with('1')),
    })
}

/// Writes the context of a call of inventory.
pub fn inject(call: &Context, headers: &mut HeaderMap) {
    put(headers, "x-b3-traceid", &format!("{:0>32}", call.trace_id));
    put(headers, "x-b3-spanid", &call.span_id);
    if let Some(sampled) = call.sampled {
        put(headers, "x-b3-sampled", if sampled { "1" } else { "0" });
    }
    let flags = if call.sampled == Some(false) { "00" } else { "01" };
    let traceparent = format!("00-{:0>32}-{}-{flags}", call.trace_id, call.span_id);
    put(headers, "traceparent", &traceparent);
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
