//! A span to bytes: flags, ids, name, times, the two sides, events, tags.

use zipkin::{EndpointRef, Kind, SpanRef, TraceId};

use super::wire::{write_number, write_optional_number, write_optional_text, write_text};

/// The lowest bits of a span's first byte are its kind's place in here.
pub const KINDS: [Option<Kind>; 5] = [
    None,
    Some(Kind::Client),
    Some(Kind::Server),
    Some(Kind::Producer),
    Some(Kind::Consumer),
];

/// The bits above: which ids follow, and what the span says of itself.
pub const HAS_PARENT: u8 = 1 << 3;
pub const IS_DEBUG: u8 = 1 << 4;
pub const IS_SHARED: u8 = 1 << 5;
/// Where ids are not strict: the span's own is not that of its trace.
pub const HAS_OTHER_TRACE_ID: u8 = 1 << 6;

/// The bits of an endpoint's first byte; an endpoint without any is absent.
pub const IS_KNOWN: u8 = 1;
pub const HAS_IPV4: u8 = 1 << 1;
pub const HAS_IPV6: u8 = 1 << 2;

/// Appends a span, but for the id of its trace.
pub fn span(out: &mut Vec<u8>, span: &SpanRef<'_>) {
    ids(out, span);
    write_optional_text(out, span.name.as_deref());
    write_optional_number(out, span.timestamp);
    write_optional_number(out, span.duration);
    endpoint(out, span.local_endpoint.as_ref());
    endpoint(out, span.remote_endpoint.as_ref());
    write_number(out, span.annotations.len() as u64);
    for (timestamp, value) in &span.annotations {
        write_number(out, *timestamp);
        write_text(out, value);
    }
    for (key, value) in &span.tags {
        write_text(out, key);
        write_text(out, value);
    }
}

/// Writes what [`span`] has written as a span with a trace id of its own, for a trace with another.
pub fn span_with_trace_id(out: &mut Vec<u8>, trace_id: TraceId, span: &[u8]) {
    out.clear();
    if let Some((flags, rest)) = span.split_first() {
        out.push(flags | HAS_OTHER_TRACE_ID);
        out.extend_from_slice(&trace_id.value().to_le_bytes());
        out.extend_from_slice(rest);
    }
}

fn ids(out: &mut Vec<u8>, span: &SpanRef<'_>) {
    let kind = KINDS.iter().position(|&kind| kind == span.kind);
    out.push(
        kind.unwrap_or_default() as u8
            | bit(span.parent_id.is_some(), HAS_PARENT)
            | bit(span.debug, IS_DEBUG)
            | bit(span.shared, IS_SHARED),
    );
    out.extend_from_slice(&span.id.value().to_le_bytes());
    if let Some(parent_id) = span.parent_id {
        out.extend_from_slice(&parent_id.value().to_le_bytes());
    }
}

fn endpoint(out: &mut Vec<u8>, endpoint: Option<&EndpointRef<'_>>) {
    let Some(endpoint) = endpoint else {
        return out.push(0);
    };
    out.push(IS_KNOWN | bit(endpoint.ipv4.is_some(), HAS_IPV4) | bit(endpoint.ipv6.is_some(), HAS_IPV6));
    write_optional_text(out, endpoint.service_name.as_deref());
    if let Some(ip) = endpoint.ipv4 {
        out.extend_from_slice(&ip.octets());
    }
    if let Some(ip) = endpoint.ipv6 {
        out.extend_from_slice(&ip.octets());
    }
    write_optional_number(out, endpoint.port.map(u64::from));
}

fn bit(is_set: bool, bit: u8) -> u8 {
    if is_set { bit } else { 0 }
}
