//! Ids of exactly 16 and 8 bytes, never all zeros.

use std::borrow::Cow;

use super::base64;
use crate::{SpanId, TraceId};

/// Why a span cannot be kept.
pub type Reason = Cow<'static, str>;

/// A trace id in bytes.
pub fn trace_id_of_bytes(bytes: &[u8]) -> Result<TraceId, Reason> {
    let bytes = <[u8; 16]>::try_from(bytes).map_err(|_| wrong_length("traceId", bytes, 16))?;
    trace_id(u128::from_be_bytes(bytes))
}

/// A span id in bytes.
pub fn span_id_of_bytes(bytes: &[u8]) -> Result<SpanId, Reason> {
    number_of_bytes("spanId", bytes).and_then(span_id)
}

/// The id of a parent in bytes: no bytes, or only zeros, say that there is none.
pub fn parent_id_of_bytes(bytes: &[u8]) -> Result<Option<SpanId>, Reason> {
    if bytes.is_empty() {
        return Ok(None);
    }
    number_of_bytes("parentSpanId", bytes).map(parent_id)
}

/// A trace id in hex digits of either case.
pub fn trace_id_of_text(text: &str) -> Result<TraceId, Reason> {
    number_of_text("traceId", text, 16).and_then(trace_id)
}

/// A span id in hex digits of either case.
pub fn span_id_of_text(text: &str) -> Result<SpanId, Reason> {
    number_of_text("spanId", text, 8).and_then(|number| span_id(number as u64))
}

/// The id of a parent in hex digits of either case.
pub fn parent_id_of_text(text: &str) -> Result<Option<SpanId>, Reason> {
    if text.is_empty() {
        return Ok(None);
    }
    number_of_text("parentSpanId", text, 8).map(|number| parent_id(number as u64))
}

fn trace_id(number: u128) -> Result<TraceId, Reason> {
    match number {
        0 => Err("traceId is all zeros".into()),
        number => Ok(TraceId::new(number)),
    }
}

fn span_id(number: u64) -> Result<SpanId, Reason> {
    match number {
        0 => Err("spanId is all zeros".into()),
        number => Ok(SpanId::new(number)),
    }
}

fn parent_id(number: u64) -> Option<SpanId> {
    (number != 0).then_some(SpanId::new(number))
}

fn number_of_bytes(field: &str, bytes: &[u8]) -> Result<u64, Reason> {
    let bytes = <[u8; 8]>::try_from(bytes).map_err(|_| wrong_length(field, bytes, 8))?;
    Ok(u64::from_be_bytes(bytes))
}

fn wrong_length(field: &str, bytes: &[u8], expected: usize) -> Reason {
    match bytes.len() {
        0 => format!("{field} is missing").into(),
        length => format!("{field} has {length} bytes, not {expected}").into(),
    }
}

fn number_of_text(field: &str, text: &str, bytes: usize) -> Result<u128, Reason> {
    let digits = 2 * bytes;
    let is_hex = text.len() == digits && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    if let (true, Ok(number)) = (is_hex, u128::from_str_radix(text, 16)) {
        return Ok(number);
    }
    Err(if text.is_empty() {
        format!("{field} is missing").into()
    } else if base64::is_base64(text, bytes) {
        format!("{field} \"{text}\" is in Base64: OTLP/JSON has ids in hex digits").into()
    } else {
        let text: String = text.chars().take(digits).collect();
        format!("{field} \"{text}\" is not {digits} hex digits").into()
    })
}
