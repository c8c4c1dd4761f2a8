//! The ways to write a list of spans.

use std::fmt;

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

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::JsonV2 => "JSON_V2",
            Self::JsonV1 => "JSON_V1",
            Self::Proto3 => "PROTO3",
        })
    }
}
