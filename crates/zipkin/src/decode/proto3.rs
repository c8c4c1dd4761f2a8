//! Protocol buffers to spans: the `ListOfSpans` of <https://github.com/openzipkin/zipkin-api/blob/master/zipkin.proto>.
//! The numbers below are that file's. A field that has another wire type than it says there is an unknown one.

use std::{borrow::Cow, net::Ipv6Addr};

use super::{
    error::DecodeError,
    format::{Format, MAX_SPANS},
    normal::{lower_case, normalised, positive},
    start::starts_list,
};
use crate::{Annotation, Endpoint, Kind, Span, SpanId, TraceId};

/// Fields and their values, as they are on the wire.
mod wire;

use wire::{Fields, Value::*, Wrong};

/// Reads a list of spans; no bytes at all are an empty list.
pub fn list(body: &[u8]) -> Result<Vec<Span>, DecodeError> {
    let mut spans = Vec::new();
    each(body, |span| spans.push(span))?;
    Ok(spans)
}

/// Reads one span after the other. What was found before an error does not count.
pub fn each(body: &[u8], mut found: impl FnMut(Span)) -> Result<(), DecodeError> {
    if !starts_list(body, Format::Proto3)? {
        return Ok(());
    }
    let mut count = 0;
    for field in Fields(body) {
        if let (1, Bytes(fields)) = field? {
            count += 1;
            if count > MAX_SPANS {
                return Err(DecodeError::TooMany);
            }
            found(span(fields)?);
        }
    }
    Ok(())
}

fn span(fields: &[u8]) -> Result<Span, Wrong> {
    let (mut trace_id, mut id) = (None, None);
    let mut span = Span::new(TraceId::new(0), SpanId::new(0));
    for field in Fields(fields) {
        match field? {
            (1, Bytes(bytes)) => trace_id = Some(TraceId::from_bytes(bytes)?),
            (2, Bytes(bytes)) => span.parent_id = SpanId::parent_from_bytes(bytes)?,
            (3, Bytes(bytes)) => id = Some(SpanId::from_bytes(bytes)?),
            (4, Varint(number)) => span.kind = kind(number).or(span.kind),
            (5, Bytes(bytes)) => span.name = lower_case(text(bytes).into()).map(Cow::into_owned),
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
    Ok(normalised(Span { trace_id, id, ..span }))
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

fn endpoint(fields: &[u8]) -> Result<Option<Endpoint>, Wrong> {
    let mut endpoint = Endpoint::default();
    for field in Fields(fields) {
        match field? {
            (1, Bytes(bytes)) => endpoint.service_name = lower_case(text(bytes).into()).map(Cow::into_owned),
            (2 | 3, Bytes(bytes)) => set_ip(&mut endpoint, bytes),
            (4, Varint(number)) => endpoint.port = port(number)?,
            _ => {}
        }
    }
    Ok((!endpoint.is_empty()).then_some(endpoint))
}

// Either field takes either family; what is no address counts as absent.
fn set_ip(endpoint: &mut Endpoint, bytes: &[u8]) {
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
fn annotation(fields: &[u8]) -> Result<Option<Annotation>, Wrong> {
    let (mut timestamp, mut value) = (None, String::new());
    for field in Fields(fields) {
        match field? {
            (1, Fixed64(time)) => timestamp = positive(time as i64),
            (2, Bytes(bytes)) => value = text(bytes),
            _ => {}
        }
    }
    Ok(timestamp
        .filter(|_| !value.is_empty())
        .map(|timestamp| Annotation { timestamp, value }))
}

// A map is a list of keys and values. A tag may have no value, but not no key.
fn tag(fields: &[u8]) -> Result<Option<(String, String)>, Wrong> {
    let (mut key, mut value) = (String::new(), String::new());
    for field in Fields(fields) {
        match field? {
            (1, Bytes(bytes)) => key = text(bytes),
            (2, Bytes(bytes)) => value = text(bytes),
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

// Zipkin replaces what is no UTF-8, too.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests;
