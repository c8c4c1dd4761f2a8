//! The request in protocol buffers. The numbers are those of `opentelemetry/proto/{collector/trace,trace,resource,common}/v1`. A field
//! that has another wire type than it says there is an unknown one.

use super::{
    base64,
    draft::Draft,
    event::Event,
    ids,
    lender::Lender,
    link::Link,
    shared::{Resource, Scope, Shared},
    value::{Json, Value, deeper},
};
use crate::{
    Text,
    decode::{
        normal::utf_8,
        wire::{Fields, Value::*, Wrong},
    },
};

/// Lends one span after the other.
pub fn each(body: &[u8], lender: &mut Lender<'_>) -> Result<(), String> {
    request(body, lender).map_err(|Wrong(reason)| reason)
}

fn request(fields: &[u8], lender: &mut Lender<'_>) -> Result<(), Wrong> {
    for field in Fields(fields) {
        if let (1, Bytes(fields)) = field? {
            resource_spans(fields, lender)?;
        }
    }
    Ok(())
}

// Its resource may stand behind its spans.
fn resource_spans(fields: &[u8], lender: &mut Lender<'_>) -> Result<(), Wrong> {
    let mut resource = Resource::default();
    for field in Fields(fields) {
        if let (1, Bytes(fields)) = field? {
            read_resource(fields, &mut resource)?;
        }
    }
    for field in Fields(fields) {
        if let (2, Bytes(fields)) = field? {
            scope_spans(fields, &resource, lender)?;
        }
    }
    Ok(())
}

fn scope_spans(fields: &[u8], resource: &Resource<'_>, lender: &mut Lender<'_>) -> Result<(), Wrong> {
    let mut scope = Scope::default();
    for field in Fields(fields) {
        if let (1, Bytes(fields)) = field? {
            read_scope(fields, &mut scope)?;
        }
    }
    // Of a scope without spans, nothing is put together: a resource may have many.
    let mut shared = None;
    // The same for all of them, so that they share its lists.
    let mut draft = Draft::new();
    for field in Fields(fields) {
        if let (2, Bytes(fields)) = field? {
            let shared = shared.get_or_insert_with(|| Shared::new(resource, &scope));
            lender.begin(&mut draft, shared)?;
            span(fields, &mut draft)?;
            lender.lend(&mut draft, shared);
        }
    }
    Ok(())
}

/// The attributes of a resource.
pub fn read_resource<'a>(fields: &'a [u8], resource: &mut Resource<'a>) -> Result<(), Wrong> {
    for field in Fields(fields) {
        if let (1, Bytes(fields)) = field? {
            let (key, value) = attribute(fields, 0)?;
            resource.attribute(key, value);
        }
    }
    Ok(())
}

/// An instrumentation scope.
pub fn read_scope<'a>(fields: &'a [u8], scope: &mut Scope<'a>) -> Result<(), Wrong> {
    for field in Fields(fields) {
        match field? {
            (1, Bytes(bytes)) => scope.name = utf_8(bytes),
            (2, Bytes(bytes)) => scope.version = utf_8(bytes),
            (3, Bytes(fields)) => {
                let (key, value) = attribute(fields, 0)?;
                scope.attribute(key, value);
            }
            _ => {}
        }
    }
    Ok(())
}

fn span<'a>(fields: &'a [u8], draft: &mut Draft<'a>) -> Result<(), Wrong> {
    for field in Fields(fields) {
        match field? {
            (1, Bytes(bytes)) => draft.trace_id = ids::trace_id_of_bytes(bytes),
            (2, Bytes(bytes)) => draft.id = ids::span_id_of_bytes(bytes),
            (3, Bytes(bytes)) => draft.trace_state = utf_8(bytes),
            (4, Bytes(bytes)) => draft.parent_id = ids::parent_id_of_bytes(bytes),
            (5, Bytes(bytes)) => draft.name = utf_8(bytes),
            (6, Varint(number)) => draft.kind = number,
            (7, Fixed64(time)) => draft.start = time,
            (8, Fixed64(time)) => draft.end = time,
            (9, Bytes(fields)) => {
                let (key, value) = match short_pair(fields) {
                    Some((key, value)) => (draft.keys.text(key), any_value(value, 0)?),
                    None => other_attribute(fields, 0)?,
                };
                draft.attribute(key, value);
            }
            (10, Varint(count)) => draft.dropped_attributes = count,
            (11, Bytes(fields)) => event(fields, draft)?,
            (12, Varint(count)) => draft.dropped_events = count,
            (13, Bytes(fields)) => link(fields, draft)?,
            (14, Varint(count)) => draft.dropped_links = draft.dropped_links.saturating_add(count),
            (15, Bytes(fields)) => status(fields, draft)?,
            _ => {}
        }
    }
    Ok(())
}

fn event<'a>(fields: &'a [u8], draft: &mut Draft<'a>) -> Result<(), Wrong> {
    let (mut event, mut attributes) = (Event::default(), Json::map());
    for field in Fields(fields) {
        match field? {
            (1, Fixed64(time)) => event.time = time,
            (2, Bytes(bytes)) => event.name = utf_8(bytes),
            (3, Bytes(fields)) => member(fields, &mut attributes, 0)?,
            (4, Varint(count)) => event.dropped_attributes = count,
            _ => {}
        }
    }
    draft.event(event, attributes);
    Ok(())
}

fn link<'a>(fields: &'a [u8], draft: &mut Draft<'a>) -> Result<(), Wrong> {
    let (mut link, mut attributes) = (Link::default(), Json::map());
    for field in Fields(fields) {
        match field? {
            (1, Bytes(bytes)) => link.trace_id = Some(ids::trace_id_of_bytes(bytes)),
            (2, Bytes(bytes)) => link.id = Some(ids::span_id_of_bytes(bytes)),
            (3, Bytes(bytes)) => link.trace_state = utf_8(bytes),
            (4, Bytes(fields)) => member(fields, &mut attributes, 0)?,
            (5, Varint(count)) => link.dropped_attributes = count,
            _ => {}
        }
    }
    draft.link(link, attributes);
    Ok(())
}

fn status<'a>(fields: &'a [u8], draft: &mut Draft<'a>) -> Result<(), Wrong> {
    for field in Fields(fields) {
        match field? {
            (2, Bytes(bytes)) => draft.status_message = utf_8(bytes),
            (3, Varint(number)) => draft.status = number,
            _ => {}
        }
    }
    Ok(())
}

/// A key and its value.
#[inline]
pub fn attribute(fields: &[u8], depth: usize) -> Result<(Text<'_>, Value<'_>), Wrong> {
    match short_pair(fields) {
        Some((key, value)) => Ok((utf_8(key), any_value(value, depth)?)),
        None => other_attribute(fields, depth),
    }
}

/// A key and a value as nearly all are written: one of each, in this order, of less than 128 bytes.
#[inline]
fn short_pair(fields: &[u8]) -> Option<(&[u8], &[u8])> {
    let [0x0a, length @ ..0x80, rest @ ..] = fields else {
        return None;
    };
    match rest.split_at_checked(usize::from(*length))? {
        (key, [0x12, length @ ..0x80, value @ ..]) if usize::from(*length) == value.len() => {
            Some((key, value))
        }
        _ => None,
    }
}

fn other_attribute(fields: &[u8], depth: usize) -> Result<(Text<'_>, Value<'_>), Wrong> {
    let (mut key, mut value) = (Text::default(), Value::Empty);
    for field in Fields(fields) {
        match field? {
            (1, Bytes(bytes)) => key = utf_8(bytes),
            (2, Bytes(fields)) => value = any_value(fields, depth)?,
            _ => {}
        }
    }
    Ok((key, value))
}

fn member(fields: &[u8], map: &mut Json, depth: usize) -> Result<(), Wrong> {
    let (key, value) = attribute(fields, depth)?;
    map.member(&key, &value);
    Ok(())
}

/// A value. Nearly all are one text.
#[inline]
pub fn any_value(fields: &[u8], depth: usize) -> Result<Value<'_>, Wrong> {
    match fields {
        [0x0a, length @ ..0x80, text @ ..] if usize::from(*length) == text.len() => {
            Ok(Value::Text(utf_8(text)))
        }
        _ => other_value(fields, depth),
    }
}

fn other_value(fields: &[u8], depth: usize) -> Result<Value<'_>, Wrong> {
    let mut value = Value::Empty;
    for field in Fields(fields) {
        value = match field? {
            (1, Bytes(bytes)) => Value::Text(utf_8(bytes)),
            (2, Varint(number)) => Value::Boolean(number != 0),
            (3, Varint(number)) => Value::Whole(number as i64),
            (4, Fixed64(bits)) => Value::Decimal(f64::from_bits(bits)),
            (5, Bytes(fields)) => Value::Json(list(fields, deeper(depth)?)?),
            (6, Bytes(fields)) => Value::Json(map(fields, deeper(depth)?)?),
            (7, Bytes(bytes)) => Value::Base64(base64::encode(bytes).into()),
            _ => value,
        };
    }
    Ok(value)
}

fn list(fields: &[u8], depth: usize) -> Result<String, Wrong> {
    let mut list = Json::list();
    for field in Fields(fields) {
        if let (1, Bytes(fields)) = field? {
            list.item(&any_value(fields, depth)?);
        }
    }
    Ok(list.end())
}

fn map(fields: &[u8], depth: usize) -> Result<String, Wrong> {
    let mut map = Json::map();
    for field in Fields(fields) {
        if let (1, Bytes(fields)) = field? {
            member(fields, &mut map, depth)?;
        }
    }
    Ok(map.end())
}
