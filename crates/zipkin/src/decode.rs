//! JSON to spans, as Zipkin's collector reads it: all or nothing, normalised, with Zipkin's texts for what is wrong.

mod json;

use std::{
    borrow::Cow,
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
};

use serde::Deserialize as _;
use serde_json::error::Category;

use self::json::{Fields, Value, Wrong};
use crate::{Annotation, Endpoint, Kind, Span, SpanId, TraceId};

/// Why a body is no list of spans. The texts are those of Zipkin's 400 answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The first byte opens no JSON list.
    #[error("Expected a JSON_V2 encoded list\n")]
    NotAList,
    /// A list of the format before this one.
    #[error("Expected a JSON_V2 encoded list, but received: JSON_V1\n")]
    Version1,
    /// No JSON, or a value that cannot be part of a span.
    #[error("{0} reading List<Span> from json")]
    Unreadable(String),
}

/// Reads a list of spans; no bytes at all are an empty list, and what follows the list does not count.
pub fn list(body: &[u8]) -> Result<Vec<Span>, DecodeError> {
    match body.first() {
        None => return Ok(Vec::new()),
        Some(b'[') => {}
        // Zipkin takes these for its binary formats, and fails later.
        Some(10..=12) => return Err(DecodeError::Unreadable("Malformed".to_owned())),
        Some(_) => return Err(DecodeError::NotAList),
    }
    // Zipkin replaces what is no UTF-8, too.
    let text = String::from_utf8_lossy(body);
    if text.contains("yAnnotations\"") {
        return Err(DecodeError::Version1);
    }
    let mut reader = serde_json::Deserializer::from_str(&text);
    let objects = Vec::<Fields>::deserialize(&mut reader).map_err(unreadable)?;
    let spans: Result<_, Wrong> = objects.into_iter().map(span).collect();
    spans.map_err(|wrong| DecodeError::Unreadable(wrong.in_text(&text)))
}

fn unreadable(error: serde_json::Error) -> DecodeError {
    let within_string = error.to_string().starts_with("EOF while parsing a string");
    DecodeError::Unreadable(match error.classify() {
        Category::Eof if !within_string => {
            format!("End of input at line {} column {}", error.line(), error.column())
        }
        _ => "Malformed".to_owned(),
    })
}

fn span(fields: Fields<'_>) -> Result<Span, Wrong<'_>> {
    let (mut trace_id, mut id) = (None, None);
    let mut span = Span::new(TraceId::new(0), SpanId::new(0));
    for (key, value) in fields.0 {
        match key.as_ref() {
            "traceId" => trace_id = Some(TraceId::parse(&value.text()?)?),
            "id" => id = Some(SpanId::parse(&value.text()?)?),
            _ if value.is_null() => {}
            "parentId" => span.parent_id = SpanId::parse_parent(&value.text()?)?,
            "kind" => span.kind = Some(kind(&value.text()?)?),
            "name" => span.name = lower_case(&value.text()?),
            "timestamp" => span.timestamp = positive(value.integer("a long")?),
            "duration" => span.duration = positive(value.integer("a long")?),
            "localEndpoint" => span.local_endpoint = endpoint(value)?,
            "remoteEndpoint" => span.remote_endpoint = endpoint(value)?,
            "annotations" => annotations(value, &mut span.annotations)?,
            "tags" => tags(value, &mut span.tags)?,
            "debug" => span.debug |= value.boolean()?,
            "shared" => span.shared |= value.boolean()?,
            _ => {}
        }
    }
    span.trace_id = trace_id.ok_or(if id.is_none() {
        "Missing : traceId id"
    } else {
        "Missing : traceId"
    })?;
    span.id = id.ok_or("Missing : id")?;
    Ok(normalised(span))
}

fn normalised(mut span: Span) -> Span {
    // No span causes itself.
    span.parent_id = span.parent_id.filter(|&parent_id| parent_id != span.id);
    // A server shares its client's id, never the other way round.
    span.shared &= span.kind != Some(Kind::Client);
    span.annotations.sort();
    span.annotations.dedup();
    span
}

fn kind(text: &str) -> Result<Kind, String> {
    let kinds = [Kind::Client, Kind::Server, Kind::Producer, Kind::Consumer];
    let found = kinds.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| format!("No enum constant zipkin2.Span.Kind.{text}"))
}

fn endpoint(value: Value<'_>) -> Result<Option<Endpoint>, Wrong<'_>> {
    let mut endpoint = Endpoint::default();
    for (key, value) in value.fields()? {
        match key.as_ref() {
            _ if value.is_null() => {}
            "serviceName" => endpoint.service_name = lower_case(&value.text()?),
            // Either field takes either family; what is no address counts as absent.
            "ipv4" | "ipv6" => ip(&value.text()?).into_iter().for_each(|ip| endpoint.set_ip(ip)),
            "port" => endpoint.port = port(value)?,
            _ => {}
        }
    }
    Ok((!endpoint.is_empty()).then_some(endpoint))
}

fn ip(text: &str) -> Option<IpAddr> {
    match text.parse() {
        // `::1.2.3.4` and `::ffff:1.2.3.4` are ways to write an IPv4 address.
        Ok(IpAddr::V6(ip)) if text.contains('.') => ip.to_ipv4().map(IpAddr::V4),
        Ok(ip) => Some(ip),
        Err(_) => zero_padded_ipv4(text).map(IpAddr::V4),
    }
}

// `10.0.0.04`: some anonymise addresses so, and Zipkin takes it as decimal.
fn zero_padded_ipv4(text: &str) -> Option<Ipv4Addr> {
    let octet = |digits: &str| match digits.len() {
        1..=3 if digits.bytes().all(|each| each.is_ascii_digit()) => digits.parse().ok(),
        _ => None,
    };
    let octets: Vec<u8> = text.split('.').map(octet).collect::<Option<_>>()?;
    <[u8; 4]>::try_from(octets).ok().map(Ipv4Addr::from)
}

fn port(value: Value<'_>) -> Result<Option<u16>, Wrong<'_>> {
    let port = value.integer("an int")?.max(0);
    match u16::try_from(port) {
        Ok(port) => Ok((port != 0).then_some(port)),
        Err(_) => Err(format!("invalid port {port}").into()),
    }
}

fn annotations<'a>(value: Value<'a>, annotations: &mut Vec<Annotation>) -> Result<(), Wrong<'a>> {
    for fields in value.list()? {
        let (mut timestamp, mut text) = (None, None);
        for (key, value) in fields.0 {
            match key.as_ref() {
                "timestamp" => timestamp = Some(value.integer("a long")?),
                "value" => text = Some(value.text()?.into_owned()),
                _ => {}
            }
        }
        let (Some(timestamp), Some(text)) = (timestamp, text) else {
            return Err(value.wrong("Incomplete annotation".to_owned()));
        };
        annotations.push(Annotation {
            timestamp: positive(timestamp).unwrap_or_default(),
            value: text,
        });
    }
    Ok(())
}

fn tags<'a>(value: Value<'a>, tags: &mut BTreeMap<String, String>) -> Result<(), Wrong<'a>> {
    for (key, value) in value.fields()? {
        if value.is_null() {
            return Err(value.wrong(format!("No value for the tag {key}")));
        }
        tags.insert(key.into_owned(), value.text().map(Cow::into_owned)?);
    }
    Ok(())
}

fn lower_case(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_lowercase())
}

fn positive(number: i64) -> Option<u64> {
    u64::try_from(number).ok().filter(|&number| number > 0)
}

#[cfg(test)]
mod tests;
