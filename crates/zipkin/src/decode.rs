//! Bytes to spans, as Zipkin's collector reads them: all or nothing, normalised, with Zipkin's texts for what is wrong.

use crate::{Span, SpanRef};

/// The ways to write a list of spans.
mod format;

/// Why a body is not a list of spans.
mod error;

/// The start of a list, in any format.
mod start;

/// Values as every format means them.
mod normal;

/// JSON, read once from front to back.
mod json;

/// Protocol buffers: fields and their values, as they are on the wire.
mod wire;

/// A service's name and address in JSON.
mod endpoint;

/// Version 2 in JSON.
pub mod json_v2;

/// Version 1 in JSON.
pub mod json_v1;

/// Version 2 in protocol buffers.
pub mod proto3;

/// OpenTelemetry's protocol, in protocol buffers and in JSON.
pub mod otlp;

pub use error::DecodeError;
pub use format::{Format, MAX_SPANS};
pub use json_v2::list;

impl Format {
    /// Reads one span after the other; no bytes at all are an empty list. What was found before an error does not count.
    ///
    /// ```
    /// use zipkin::decode::Format;
    ///
    /// let mut count = 0;
    /// Format::JsonV2.each(br#"[{"traceId":"1","id":"1"},{"traceId":"1","id":"2"}]"#, |_| count += 1)?;
    /// assert_eq!(count, 2);
    /// # Ok::<(), zipkin::DecodeError>(())
    /// ```
    pub fn each(self, body: &[u8], found: impl FnMut(&SpanRef<'_>)) -> Result<(), DecodeError> {
        match self {
            Self::JsonV2 => json_v2::each(body, found),
            Self::JsonV1 => json_v1::each(body, found),
            Self::Proto3 => proto3::each(body, found),
        }
    }

    /// Reads a list of spans; no bytes at all are an empty list.
    ///
    /// ```
    /// use zipkin::{DecodeError, decode::Format};
    ///
    /// assert_eq!(Format::Proto3.list(b"")?, []);
    /// assert_eq!(Format::JsonV1.list(b"{}"), Err(DecodeError::NotAList(Format::JsonV1)));
    /// # Ok::<(), DecodeError>(())
    /// ```
    pub fn list(self, body: &[u8]) -> Result<Vec<Span>, DecodeError> {
        match self {
            Self::JsonV2 => json_v2::list(body),
            Self::JsonV1 => json_v1::list(body),
            Self::Proto3 => proto3::list(body),
        }
    }
}

#[cfg(test)]
mod tests;
