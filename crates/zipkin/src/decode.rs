//! Bytes to spans, as Zipkin's collector reads them: all or nothing, normalised, with Zipkin's texts for what is wrong.

use std::{borrow::Cow, fmt};

use crate::{Kind, Span, SpanRef};

/// JSON, read once from front to back.
mod json;

/// A service's name and address in JSON.
mod endpoint;

/// Version 2 in JSON.
pub mod json_v2;

/// Version 1 in JSON.
pub mod json_v1;

/// Version 2 in protocol buffers.
pub mod proto3;

pub use json_v2::list;

/// The most spans in a list. Ten megabytes of JSON hold fewer; of protocol buffers, a span of eight bytes becomes
/// one of hundreds in memory.
pub const MAX_SPANS: usize = 500_000;

/// A way to write a list of spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Version 2 in JSON.
    JsonV2,
    /// Version 1 in JSON: several services may speak in one span, each of its events says which.
    JsonV1,
    /// Version 2 in protocol buffers.
    Proto3,
}

/// Why a body is no list of spans. The texts are those of Zipkin's 400 answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The first byte opens no list.
    #[error("Expected a {0} encoded list\n")]
    NotAList(Format),
    /// A list of the other version.
    #[error("Expected a {expected} encoded list, but received: {received}\n")]
    OtherVersion {
        /// What the list should be.
        expected: Format,
        /// What it looks like.
        received: Format,
    },
    /// More spans than any JSON of a size that is taken could hold.
    #[error("More than {MAX_SPANS} spans in a list")]
    TooMany,
    /// No JSON, or a value that cannot be part of a span.
    #[error("{0} reading List<Span> from json")]
    Json(String),
    /// No protocol buffer, or a value that cannot be part of a span.
    #[error("{0} reading List<Span> from proto3")]
    Proto3(String),
}

impl Format {
    /// Reads one span after the other; no bytes at all are an empty list. What was found before an error does not count.
    pub fn each(self, body: &[u8], mut found: impl FnMut(&SpanRef<'_>)) -> Result<(), DecodeError> {
        match self {
            Self::JsonV2 => json_v2::each(body, found),
            Self::JsonV1 => json_v1::each(body, |span| found(&SpanRef::from(&span))),
            Self::Proto3 => proto3::each(body, |span| found(&SpanRef::from(&span))),
        }
    }

    /// Reads a list of spans; no bytes at all are an empty list.
    pub fn list(self, body: &[u8]) -> Result<Vec<Span>, DecodeError> {
        match self {
            Self::JsonV2 => json_v2::list(body),
            Self::JsonV1 => json_v1::list(body),
            Self::Proto3 => proto3::list(body),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::JsonV2 => "JSON_V2",
            Self::JsonV1 => "JSON_V1",
            Self::Proto3 => "PROTO3",
        })
    }
}

/// Whether there is a list to read. As in Zipkin, the first byte of any format will do here (protocol buffers start with
/// 10, thrift with 11 or 12): what is of another one fails where it is read.
fn starts_list(body: &[u8], format: Format) -> Result<bool, DecodeError> {
    match body {
        [] | b"[]" => Ok(false),
        [b'[' | 11 | 12, ..] | [10, 1..=255, ..] => Ok(true),
        _ => Err(DecodeError::NotAList(format)),
    }
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

/// The bytes as a text. Zipkin replaces what is no UTF-8, too.
fn utf_8(bytes: &[u8]) -> Cow<'_, str> {
    // Ten times as fast as looking for what is to be replaced.
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

fn lower_case(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let is_lower_case = text
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    match text {
        text if text.is_empty() => None,
        text if is_lower_case => Some(text),
        text => Some(text.to_lowercase().into()),
    }
}

fn positive(number: i64) -> Option<u64> {
    u64::try_from(number).ok().filter(|&number| number > 0)
}
