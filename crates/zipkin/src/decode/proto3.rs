//! Protocol buffers to spans: the `ListOfSpans` of <https://github.com/openzipkin/zipkin-api/blob/master/zipkin.proto>.
//! The numbers below are that file's. A field that has another wire type than it says there is an unknown one.

use std::net::Ipv6Addr;

use super::{
    error::DecodeError,
    format::{Format, MAX_SPANS},
    normal::{lower_case, positive, utf_8},
    start::starts_list,
    wire::{Fields, Value::*, Wrong},
};
use crate::{EndpointRef, Kind, Span, SpanId, SpanRef, Text, TraceId};

/// Reads a list of spans; no bytes at all are an empty list.
///
/// ```
/// use zipkin::{SpanId, decode::proto3};
///
/// // A span of six bytes: field 1 is the trace id, field 3 the span id.
/// let spans = proto3::list(&[10, 6, 10, 1, 0xa, 26, 1, 0xb])?;
/// assert_eq!(spans[0].id, SpanId::new(0xb));
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub fn list(body: &[u8]) -> Result<Vec<Span>, DecodeError> {
    let mut spans = Vec::new();
    each(body, |span| spans.push(span.to_span()))?;
    Ok(spans)
}

/// Reads one span after the other. What was found before an error does not count.
///
/// ```
/// use zipkin::decode::proto3;
///
/// let mut ids = Vec::new();
/// proto3::each(&[10, 6, 10, 1, 0xa, 26, 1, 0xb], |span| ids.push(span.id.value()))?;
/// assert_eq!(ids, [0xb]);
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub fn each(body: &[u8], mut found: impl FnMut(&SpanRef<'_>)) -> Result<(), DecodeError> {
    if !starts_list(body, Format::Proto3)? {
        return Ok(());
    }
    let mut count = 0;
    // The same for all of them, so that they share its lists.
    let mut span = SpanRef::new(TraceId::new(0), SpanId::new(0));
    for field in Fields(body) {
        if let (1, Bytes(fields)) = field? {
            count += 1;
            if count > MAX_SPANS {
                return Err(DecodeError::TooMany);
            }
            span.clear();
            read(fields, &mut span)?;
            span.normalise();
            found(&span);
        }
    }
    Ok(())
}

fn read<'a>(fields: &'a [u8], span: &mut SpanRef<'a>) -> Result<(), Wrong> {
    let (mut trace_id, mut id) = (None, None);
    for field in Fields(fields) {
        match field? {
            (1, Bytes(bytes)) => trace_id = Some(TraceId::from_bytes(bytes)?),
            (2, Bytes(bytes)) => span.parent_id = SpanId::parent_from_bytes(bytes)?,
            (3, Bytes(bytes)) => id = Some(SpanId::from_bytes(bytes)?),
            (4, Varint(number)) => span.kind = kind(number).or(span.kind),
            (5, Bytes(bytes)) => span.name = lower_case(utf_8(bytes)),
            (6, Fixed64(time)) => span.timestamp = positive(time as i64),
            (7, Varint(time)) => span.duration = positive(time as i64),
            (8, Bytes(fields)) => span.local_endpoint = endpoint(fields)?,
            (9, Bytes(fields)) => span.remote_endpoint = endpoint(fields)?,
            (10, Bytes(fields)) => span.annotations.extend(annotation(fields)?),
            (11, Bytes(fields)) => span.tags.extend(tag(fields)?),
            (12, Varint(flag)) => span.debug |= boolean(flag)?,
            (13, Varint(flag)) => span.shared |= boolean(flag)?,
            _ => {}
        }
    }
    let (Some(trace_id), Some(id)) = (trace_id, id) else {
        let missing = [("traceId", trace_id.is_none()), ("id", id.is_none())];
        let names = missing
            .iter()
            .filter(|(_, missing)| *missing)
            .map(|(name, _)| format!(" {name}"));
        return Err(Wrong(format!("Missing :{}", names.collect::<String>())));
    };
    (span.trace_id, span.id) = (trace_id, id);
    Ok(())
}

// None for a kind that is unspecified, or younger than this reader.
fn kind(number: u64) -> Option<Kind> {
    match number {
        1 => Some(Kind::Client),
        2 => Some(Kind::Server),
        3 => Some(Kind::Producer),
        4 => Some(Kind::Consumer),
        _ => None,
    }
}

fn endpoint(fields: &[u8]) -> Result<Option<EndpointRef<'_>>, Wrong> {
    let mut endpoint = EndpointRef::default();
    for field in Fields(fields) {
        match field? {
            (1, Bytes(bytes)) => endpoint.service_name = lower_case(utf_8(bytes)),
            (2 | 3, Bytes(bytes)) => set_ip(&mut endpoint, bytes),
            (4, Varint(number)) => endpoint.port = port(number)?,
            _ => {}
        }
    }
    Ok((!endpoint.is_empty()).then_some(endpoint))
}

// Either field takes either family; what is no address counts as absent.
fn set_ip(endpoint: &mut EndpointRef<'_>, bytes: &[u8]) {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        endpoint.set_ip(octets.into());
    } else if let Ok(octets) = <[u8; 16]>::try_from(bytes) {
        let ip = Ipv6Addr::from(octets);
        // As Zipkin: `::1.2.3.4` is an IPv4 address, but for `::1`.
        let v4 = ip.to_ipv4().filter(|_| ip != Ipv6Addr::LOCALHOST);
        endpoint.set_ip(v4.map_or(ip.into(), Into::into));
    }
}

fn port(number: u64) -> Result<Option<u16>, Wrong> {
    match u16::try_from((number as i64).max(0)) {
        Ok(port) => Ok((port != 0).then_some(port)),
        Err(_) => Err(Wrong(format!("invalid port {number}"))),
    }
}

// One that has no time or no value says nothing.
fn annotation(fields: &[u8]) -> Result<Option<(u64, Text<'_>)>, Wrong> {
    let (mut timestamp, mut value) = (None, Text::default());
    for field in Fields(fields) {
        match field? {
            (1, Fixed64(time)) => timestamp = positive(time as i64),
            (2, Bytes(bytes)) => value = utf_8(bytes),
            _ => {}
        }
    }
    Ok(timestamp
        .filter(|_| !value.is_empty())
        .map(|timestamp| (timestamp, value)))
}

// A map is a list of keys and values. A tag may have no value, but not no key.
fn tag(fields: &[u8]) -> Result<Option<(Text<'_>, Text<'_>)>, Wrong> {
    let (mut key, mut value) = (Text::default(), Text::default());
    for field in Fields(fields) {
        match field? {
            (1, Bytes(bytes)) => key = utf_8(bytes),
            (2, Bytes(bytes)) => value = utf_8(bytes),
            _ => {}
        }
    }
    Ok((!key.is_empty()).then_some((key, value)))
}

fn boolean(number: u64) -> Result<bool, Wrong> {
    match number {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Wrong("Malformed".to_owned())),
    }
}

#[cfg(test)]
mod tests;
