//! Version 2 in JSON to spans.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    DecodeError, Format,
    endpoint::endpoint,
    json::{self, Fields, Value, Wrong},
    lower_case, normalised, positive, starts_list,
};
use crate::{Annotation, Kind, Span, SpanId, TraceId};

/// Reads a list of spans; no bytes at all are an empty list, and what follows the list does not count.
pub fn list(body: &[u8]) -> Result<Vec<Span>, DecodeError> {
    if !starts_list(body, Format::JsonV2)? {
        return Ok(Vec::new());
    }
    // Zipkin replaces what is no UTF-8, too.
    let text = String::from_utf8_lossy(body);
    if text.contains("yAnnotations\"") {
        return Err(DecodeError::OtherVersion {
            expected: Format::JsonV2,
            received: Format::JsonV1,
        });
    }
    let spans: Result<_, Wrong> = json::objects(&text)?.into_iter().map(span).collect();
    spans.map_err(|wrong| wrong.in_list(&text))
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

fn kind(text: &str) -> Result<Kind, String> {
    let kinds = [Kind::Client, Kind::Server, Kind::Producer, Kind::Consumer];
    let found = kinds.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| format!("No enum constant zipkin2.Span.Kind.{text}"))
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

#[cfg(test)]
mod tests;
