//! Version 1 in JSON to spans of version 2. A span of version 1 says little itself: its annotations do, and each says
//! by whom: `cs` "client send", `sr` "server receive", …; addresses and tags are binary annotations.

use std::borrow::Cow;

use super::{
    endpoint::endpoint,
    error::DecodeError,
    format::Format,
    json::{Reader, Token, Wrong},
    normal::{lower_case, utf_8},
    start::starts_list,
};
use crate::{EndpointRef, Span, SpanId, SpanRef, TraceId};

/// A span as version 1 has it.
mod span;

use span::{Event, Fact, SpanV1};

/// One span of version 1 to those of version 2.
mod convert;

/// Services in one span: each gets a copy of what the span says. Client and server are two.
const MAX_SERVICES: usize = 16;

/// Reads a list of spans; no bytes at all are an empty list, and what follows the list does not count.
///
/// ```
/// use zipkin::{Kind, decode::json_v1};
///
/// let spans = json_v1::list(
///     br#"[{"traceId":"1","id":"2","annotations":[
///         {"timestamp":5,"value":"cs","endpoint":{"serviceName":"web"}},
///         {"timestamp":9,"value":"cr","endpoint":{"serviceName":"web"}}]}]"#,
/// )?;
/// assert_eq!((spans[0].kind, spans[0].duration), (Some(Kind::Client), Some(4)));
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
/// use zipkin::decode::json_v1;
///
/// let mut services = Vec::new();
/// // A client and a server that speak in one span become two spans.
/// json_v1::each(
///     br#"[{"traceId":"1","id":"2","annotations":[
///         {"timestamp":5,"value":"cs","endpoint":{"serviceName":"web"}},
///         {"timestamp":6,"value":"sr","endpoint":{"serviceName":"app"}}]}]"#,
///     |span| services.extend(span.local_service().map(str::to_owned)),
/// )?;
/// assert_eq!(services, ["web", "app"]);
/// # Ok::<(), zipkin::DecodeError>(())
/// ```
pub fn each(body: &[u8], mut found: impl FnMut(&SpanRef<'_>)) -> Result<(), DecodeError> {
    if !starts_list(body, Format::JsonV1)? {
        return Ok(());
    }
    let text = utf_8(body);
    if ["Endpoint\"", "\"tags\""].iter().any(|key| text.contains(key)) {
        return Err(DecodeError::OtherVersion {
            expected: Format::JsonV1,
            received: Format::JsonV2,
        });
    }
    spans(&mut Reader::new(&text), &mut found).map_err(|wrong| wrong.in_list(&text))
}

fn spans(reader: &mut Reader<'_>, found: &mut impl FnMut(&SpanRef<'_>)) -> Result<(), Wrong> {
    reader.open_list()?;
    while reader.item()? {
        for span in convert::convert(&span(reader)?) {
            let mut span = SpanRef::from(&span);
            span.normalise();
            found(&span);
        }
    }
    Ok(())
}

fn span(reader: &mut Reader<'_>) -> Result<SpanV1, Wrong> {
    let (mut trace_id, mut parent_id, mut id) = (0, 0, 0);
    let mut span = SpanV1::new();
    reader.open_object()?;
    while let Some(key) = reader.key()? {
        match key.as_ref() {
            "traceId" => trace_id = trace_id_number(&reader.text()?)?,
            "id" => id = number(&reader.text()?)?,
            _ if reader.null()? => {}
            "parentId" => parent_id = number(&reader.text()?)?,
            "name" => span.name = lower_case(reader.text()?).map(Cow::into_owned),
            "timestamp" => span.timestamp = reader.long()?,
            "duration" => span.duration = reader.long()?,
            "annotations" => events(reader, &mut span.events)?,
            "binaryAnnotations" => facts(reader, &mut span.facts)?,
            "debug" => span.debug |= reader.boolean()?,
            _ => reader.skip()?,
        }
    }
    if trace_id as u64 == 0 {
        return Err("traceId == 0".into());
    }
    if id == 0 {
        return Err("id == 0".into());
    }
    if span.services() > MAX_SERVICES {
        return Err(format!("More than {MAX_SERVICES} services in one span").into());
    }
    span.trace_id = TraceId::new(trace_id);
    span.id = SpanId::new(id);
    span.parent_id = (parent_id != 0).then_some(SpanId::new(parent_id));
    Ok(span)
}

// As Zipkin: the upper half counts where all 32 digits are there.
fn trace_id_number(text: &str) -> Result<u128, String> {
    let low = number(text)?;
    let high = match text.split_at_checked(16) {
        Some((high, rest)) if rest.len() == 16 => number(high).map_err(|_| no_id(text))?,
        _ => 0,
    };
    Ok(u128::from(high) << 64 | u128::from(low))
}

// The last 16 of 1 to 32 digits.
fn number(text: &str) -> Result<u64, String> {
    let low = text
        .get(text.len().saturating_sub(16)..)
        .filter(|_| text.len() <= 32);
    let is_lower_hex = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    low.filter(|low| low.bytes().all(is_lower_hex))
        .and_then(|low| u64::from_str_radix(low, 16).ok())
        .ok_or_else(|| no_id(text))
}

fn no_id(text: &str) -> String {
    format!("{text} should be a 1 to 32 character lower-hex string with no prefix")
}

fn events(reader: &mut Reader<'_>, events: &mut Vec<Event>) -> Result<(), Wrong> {
    reader.open_list()?;
    while reader.item()? {
        let (mut timestamp, mut text, mut host) = (None, None, None);
        reader.open_object()?;
        while let Some(key) = reader.key()? {
            match key.as_ref() {
                "timestamp" => timestamp = Some(reader.long()?),
                "value" => text = Some(reader.text()?.into_owned()),
                "endpoint" if !reader.null()? => host = endpoint(reader)?,
                "endpoint" => {}
                _ => reader.skip()?,
            }
        }
        let (Some(timestamp), Some(value)) = (timestamp, text) else {
            return Err(reader.missing("Incomplete annotation"));
        };
        events.push(Event {
            timestamp,
            value,
            host: host.as_ref().map(EndpointRef::to_endpoint),
        });
    }
    Ok(())
}

fn facts(reader: &mut Reader<'_>, facts: &mut Vec<Fact>) -> Result<(), Wrong> {
    reader.open_list()?;
    while reader.item()? {
        let (mut key, mut text, mut is_true, mut host) = (None, None, false, None);
        reader.open_object()?;
        while let Some(name) = reader.key()? {
            match name.as_ref() {
                _ if reader.null()? => {}
                "key" => key = Some(reader.text()?.into_owned()),
                "value" => match reader.token()? {
                    Token::Text => text = Some(reader.text()?.into_owned()),
                    Token::Boolean => is_true = reader.boolean()?,
                    _ => reader.skip()?,
                },
                "endpoint" => host = endpoint(reader)?,
                _ => reader.skip()?,
            }
        }
        let Some(key) = key else {
            return Err(reader.missing("No key"));
        };
        let is_address = is_true && host.is_some() && matches!(key.as_str(), "ca" | "sa" | "ma");
        if text.is_some() || is_address {
            let value = text.unwrap_or_default();
            let host = host.as_ref().map(EndpointRef::to_endpoint);
            facts.push(Fact { key, value, host });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
