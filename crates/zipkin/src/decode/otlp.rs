//! OpenTelemetry's protocol to spans: an `ExportTraceServiceRequest` of
//! <https://github.com/open-telemetry/opentelemetry-proto>, in protocol buffers or in JSON. Both readers hand what they read
//! to one translation, which follows OpenTelemetry's
//! [Zipkin](https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/trace/sdk_exporters/zipkin.md) and
//! [non-OTLP](https://github.com/open-telemetry/opentelemetry-specification/blob/main/specification/common/mapping-to-non-otlp.md)
//! documents. A span that cannot be kept is left out and reported; the others of its request are lent.

use super::error::DecodeError;
use crate::{Span, SpanRef};

/// The ways to write a request.
mod encoding;

/// Bytes in Base64.
mod base64;

/// Whole numbers as texts.
mod whole;

/// Values of attributes, as texts and as JSON.
mod value;

/// Ids of 16 and 8 bytes.
mod ids;

/// Keys of attributes, remembered from span to span.
mod keys;

/// The names and addresses of both sides of a call.
mod endpoints;

/// Tags by key, each key once.
mod tags;

/// The tags that the spans of a scope share.
mod shared;

/// Something that happened in a span, as an annotation.
mod event;

/// Another span that has to do with this one, as a tag.
mod link;

/// A span on its way from OTLP's fields to Zipkin's.
mod draft;

/// The outcome of a request.
mod report;

/// Lends spans within bounds.
mod lender;

/// The request in protocol buffers.
mod protobuf;

/// The request in JSON.
mod json;

/// The number of points in requests of metrics.
mod count;

/// Log records.
mod logs;

/// Answers, for who has sent a request.
mod answer;

pub use answer::{PartialSuccess, refusal};
pub use encoding::Encoding;
use lender::Lender;
pub use logs::LogRecord;
pub use report::Report;
use report::refused;

impl Encoding {
    /// Reads one span after the other; no bytes at all are an empty request. What was found before an error does not count.
    ///
    /// ```
    /// use zipkin::decode::otlp::Encoding;
    ///
    /// let body = br#"{"resourceSpans":[{"scopeSpans":[{"spans":[
    ///     {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"GET /","kind":2},
    ///     {"traceId":"00000000000000000000000000000000","spanId":"eee19b7ec3c1b174","name":"lost"}]}]}]}"#;
    /// let mut names = Vec::new();
    /// let report = Encoding::Json.each(body, |span| names.extend(span.name.as_deref().map(str::to_owned)))?;
    /// assert_eq!(names, ["get /"]);
    /// assert_eq!((report.spans, report.rejected), (1, 1));
    /// assert_eq!(report.message, "1 of 2 spans rejected: span \"lost\": traceId is all zeros");
    /// # Ok::<(), zipkin::DecodeError>(())
    /// ```
    pub fn each(self, body: &[u8], mut found: impl FnMut(&SpanRef<'_>)) -> Result<Report, DecodeError> {
        let mut lender = Lender::new(&mut found);
        match self {
            Self::Protobuf => protobuf::each(body, &mut lender),
            Self::Json => json::each(body, &mut lender),
        }
        .map_err(|reason| refused(&reason, self))?;
        Ok(lender.report())
    }

    /// Reads all spans of a request.
    pub fn list(self, body: &[u8]) -> Result<(Vec<Span>, Report), DecodeError> {
        let mut spans = Vec::new();
        let report = self.each(body, |span| spans.push(span.to_span()))?;
        Ok((spans, report))
    }
}

#[cfg(test)]
mod tests;
