//! Version 2 in JSON to spans.

use super::{
    endpoint::endpoint,
    error::DecodeError,
    format::Format,
    json::{Reader, Wrong},
    normal::{lower_case, positive, utf_8},
    start::starts_list,
};
use crate::{Kind, Span, SpanId, SpanRef, TraceId};

/// Reads a list of spans; no bytes at all are an empty list, and what follows the list does not count.
///
/// ```
/// let spans = zipkin::decode::list(br#"[{"traceId":"a","id":"b","name":"GET /"}]"#)?;
/// assert_eq!(spans[0].name.as_deref(), Some("get /"));
///
/// let error = zipkin::decode::list(br#"[{"traceId":"a"}]"#).unwrap_err();
/// assert_eq!(error.to_string(), "Missing : id reading List<Span> from json");
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
/// use zipkin::decode::json_v2;
///
/// let mut failed = 0;
/// json_v2::each(br#"[{"traceId":"1","id":"1","tags":{"error":"timeout"}}]"#, |span| {
///     failed += usize::from(span.tag("error").is_some());
/// })?;
/// assert_eq!(failed, 1);
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub fn each(body: &[u8], mut found: impl FnMut(&SpanRef<'_>)) -> Result<(), DecodeError> {
    if !starts_list(body, Format::JsonV2)? {
        return Ok(());
    }
    let text = utf_8(body);
    if text.contains("yAnnotations\"") {
        return Err(DecodeError::OtherVersion {
            expected: Format::JsonV2,
            received: Format::JsonV1,
        });
    }
    spans(&mut Reader::new(&text), &mut found).map_err(|wrong| wrong.in_list(&text))
}

fn spans<'a>(reader: &mut Reader<'a>, found: &mut impl FnMut(&SpanRef<'a>)) -> Result<(), Wrong> {
    // The same for all of them, so that they share its lists.
    let mut span = SpanRef::new(TraceId::new(0), SpanId::new(0));
    reader.open_list()?;
    while reader.item()? {
        span.clear();
        fields(reader, &mut span)?;
        span.normalise();
        found(&span);
    }
    Ok(())
}

fn fields<'a>(reader: &mut Reader<'a>, span: &mut SpanRef<'a>) -> Result<(), Wrong> {
    let (mut trace_id, mut id) = (None, None);
    reader.open_object()?;
    while let Some(key) = reader.key()? {
        match key.as_ref() {
            "traceId" => trace_id = Some(TraceId::parse(&reader.text()?)?),
            "id" => id = Some(SpanId::parse(&reader.text()?)?),
            _ if reader.null()? => {}
            "parentId" => span.parent_id = SpanId::parse_parent(&reader.text()?)?,
            "kind" => span.kind = Some(kind(&reader.text()?)?),
            "name" => span.name = lower_case(reader.text()?),
            "timestamp" => span.timestamp = positive(reader.long()?),
            "duration" => span.duration = positive(reader.long()?),
            "localEndpoint" => span.local_endpoint = endpoint(reader)?,
            "remoteEndpoint" => span.remote_endpoint = endpoint(reader)?,
            "annotations" => annotations(reader, span)?,
            "tags" => tags(reader, span)?,
            "debug" => span.debug |= reader.boolean()?,
            "shared" => span.shared |= reader.boolean()?,
            _ => reader.skip()?,
        }
    }
    span.trace_id = trace_id.ok_or(if id.is_none() {
        "Missing : traceId id"
    } else {
        "Missing : traceId"
    })?;
    span.id = id.ok_or("Missing : id")?;
    Ok(())
}

fn kind(text: &str) -> Result<Kind, String> {
    let kinds = [Kind::Client, Kind::Server, Kind::Producer, Kind::Consumer];
    let found = kinds.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| format!("No enum constant zipkin2.Span.Kind.{text}"))
}

fn annotations<'a>(reader: &mut Reader<'a>, span: &mut SpanRef<'a>) -> Result<(), Wrong> {
    reader.open_list()?;
    while reader.item()? {
        let (mut timestamp, mut value) = (None, None);
        reader.open_object()?;
        while let Some(key) = reader.key()? {
            match key.as_ref() {
                "timestamp" => timestamp = Some(reader.long()?),
                "value" => value = Some(reader.text()?),
                _ => reader.skip()?,
            }
        }
        let (Some(timestamp), Some(value)) = (timestamp, value) else {
            return Err(reader.missing("Incomplete annotation"));
        };
        span.annotations
            .push((positive(timestamp).unwrap_or_default(), value));
    }
    Ok(())
}

fn tags<'a>(reader: &mut Reader<'a>, span: &mut SpanRef<'a>) -> Result<(), Wrong> {
    reader.open_object()?;
    while let Some(key) = reader.key()? {
        if reader.null()? {
            return Err(reader.missing("No value"));
        }
        span.tags.push((key, reader.text()?));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
