//! Why a body is not a list of spans.

use super::{
    format::{Format, MAX_SPANS},
    otlp::Encoding,
};

/// Why a body is no list of spans. The texts are those of Zipkin's 400 answers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The first byte opens no list.
    #[error("Expected a {0} encoded list\n")]
    NotAList(Format),
    /// A list of the other version.
    #[error("Expected a {expected} encoded list, but received: {received}\n")]
    OtherVersion {
        /// The format that was announced.
        expected: Format,
        /// The format that the body has.
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
    /// No request of OpenTelemetry's protocol.
    #[error("{0} reading an OTLP request from {1}")]
    Otlp(String, Encoding),
}
